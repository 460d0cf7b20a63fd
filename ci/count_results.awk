# count_results: adds up the result lines in a log of CTest (Testing/Temporary/LastTest.log).
#
# Prints "PASSED FAILED" on one line; on standard error every FAIL line, and one for each test that
# cannot be trusted. Not a judge of what a test should print: tests/CMakeLists.txt says that. The rule
# that keeps it right: CTest's verdict and the printed results must agree. A test that CTest failed
# counts at least one failure, and one that it passed must close with exactly what it printed.
#
# In the log each test's output stands between a line "Output:" and "<end of output>", and CTest's
# verdict ("Test Passed.", "Test Failed." …) comes after it.
function close_test() {
    if (name == "")
        return
    why = ""
    if (verdict != "passed" && bad == 0)
        why = "ended badly without a FAIL line"
    else if (verdict == "passed" && bad > 0)
        why = "printed FAIL, yet its status is 0"
    else if (verdict == "passed" && ok == 0)
        why = "printed no result"
    else if (verdict == "passed" && closing != ok " passed, " bad " failed")
        why = "its closing line is missing or does not match its results"
    if (why != "") {
        bad++
        print "FAIL " name ": " why > "/dev/stderr"
    }
    total_ok += ok
    total_bad += bad
    name = ""
}
!inside && /^[0-9]+\/[0-9]+ Test: / {
    close_test()
    name = $3
    ok = bad = 0
    closing = verdict = ""
    next
}
!inside && /^Output:$/ { inside = 1; next }
!inside && /^Test Passed\.$/ { verdict = "passed"; next }
!inside { next }
{
    # A last line that had no newline stands before the mark.
    if (sub(/<end of output>$/, ""))
        inside = 0
}
/^ok / { ok++ }
/^FAIL / { bad++; print > "/dev/stderr" }
/^[0-9]+ passed, [0-9]+ failed$/ { closing = $0 }
END {
    close_test()
    print total_ok + 0, total_bad + 0
}
