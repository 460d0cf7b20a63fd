#!/bin/bash
# What a program reads and writes: fixed, quiet, shown in a replay; and new in each execution.
. "$(dirname "$0")/lib.sh"

programs=$SNAG_BUILD/tests/targets/programs
printf 'hello you\n' >in.txt
: >empty.txt

talks() { # talks FLAVOUR OPTION… [-- ARGUMENT…]
    local flavour=$1
    shift
    "$SNAG" explore "$programs/talks" -f "$flavour" -n 100 --env 'OTHER=,MODE=a=b\,\\' "$@"
}
for flavour in fast tsan asan; do
    check "each execution begins anew in $flavour" expect_status 0 talks $flavour --stdin in.txt -- "hello you"
    check "and is quiet in $flavour" expect_no_out 'puts|printf|stderr|hello'
    check "there as well in $flavour" expect_lines "$ERR" 0
done
for way in unbuffered own-buffer closes wide; do
    check "stdout $way" expect_status 0 talks fast --stdin in.txt -- "hello you" $way
    check "quiet, too: $way" expect_lines "$ERR" 0
done
check "stdout closes in tsan" expect_status 0 talks tsan --stdin in.txt -- "hello you" closes
check "nothing to read, if nobody says what" expect_status 0 talks fast -- ""
check "the environment of the shell is not seen" expect_status 0 env TALKS=x MODE=y "$SNAG" explore "$programs/talks" -n 20 --env 'MODE=a=b\,\' -- ""
check "no such input" expect_status 3 talks fast --stdin none.txt -- ""
check "is named" expect_err 'none.txt'

check "one that fails" expect_status 1 talks fast --stdin in.txt -- "hello you" fails
repro=$(echo snag-out/talks/assertion-*.repro)
check "keeps its input" grep -qx 'input in.txt' "$repro"
check "and its environment" grep -qxF 'variable MODE=a=b,\\' "$repro"
check "replayed" expect_status 1 "$SNAG" replay "$repro"
cp "$OUT" shown
check "it is shown what it wrote" expect_out '^It wrote:$'
for line in "printf without an end, thread one" "thread two" puts c "to stderr" "perror: No such file or directory" write "dprintf 5"; do
    check "$line" grep -qx "    $line" shown
done
check "to a machine, too" expect_json '.output | startswith("printf without an end, thread one\nthread two\nputs\nc\n")' "$SNAG" replay --json "$repro"
check "in tsan as well" expect_status 1 "$SNAG" replay -f tsan "$repro"
check "indeed" expect_out '^    puts$'
check "the log is the same again" bash -c 'cmp <("$1" replay --log all "$2" 2>&1) <("$1" replay --log all "$2" 2>&1)' - "$SNAG" "$repro"
rm in.txt
check "without its input it is not replayed" expect_status 3 "$SNAG" replay "$repro"
check "and that is said" expect_err 'in.txt'
