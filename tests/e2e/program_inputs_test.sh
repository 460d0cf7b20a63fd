#!/bin/bash
# What a program learns from outside is the same in every execution, or it is named, or refused.
. "$(dirname "$0")/lib.sh"

programs=$SNAG_BUILD/tests/targets/programs
mkdir dir && : >dir/marker

for flavour in fast tsan asan; do
    check "the same in each execution of $flavour" expect_status 0 "$SNAG" explore "$programs/inputs" -f $flavour -n 2000 -- "$T/seen-$flavour" "$T/dir"
    check "in another process of $flavour, too" expect_status 0 "$SNAG" explore "$programs/inputs" -f $flavour -n 20 -- "$T/seen-$flavour" "$T/dir"
done
grep -v descriptor seen-fast >one && grep -v descriptor seen-asan >two
check "and in another flavour" cmp one two
"$SNAG" explore "$programs/inputs" -n 20 -- "$T/seen-fast" "$T/dir" >"$OUT"
check "files are named" expect_out '^inputs: +fopen \(leave_open inputs.c:[0-9]+\)'
if [ "$(uname -m)" = x86_64 ]; then
    check "so is a counter that is read in assembly" expect_out 'rdtsc'
    check "with its place" expect_json '.inputs[] | select(.name == "rdtsc") | .function == "own_cycles" and .places == 1' \
        "$SNAG" explore "$programs/inputs" -n 20 --json -- "$T/seen-fast" "$T/dir"
    "$SNAG" explore "$programs/inputs" -n 20 -- "$T/seen-fast" "$T/dir" >"$OUT"
fi
check "what is fixed is not" expect_no_out 'getpid'
check "for a machine both" expect_json '.inputs | (map(select(.fixed).name) | index("getpid") != null) and (map(select(.fixed | not).name) | index("fopen") != null)' \
    "$SNAG" explore "$programs/inputs" -n 20 --json -- "$T/seen-fast" "$T/dir"
for way in fork:fork system:system spawn:posix_spawn exec:execl; do
    check "${way%:*} is refused" expect_status 0 "$SNAG" explore "$programs/inputs" -n 20 -- x y "${way%:*}"
    check "by name: ${way%:*}" expect_err "^snag: ${way#*:} is not modelled"
    check "and does not count as silence: ${way%:*}" expect_out '^bounds: +20 schedules ran out of'
    check "the first line says so: ${way%:*}" expect_out ': no finding, but none of 20 schedules came to its end:'
done
check "as it is, nothing is refused" expect_status 134 "$programs/inputs" x y system
check "indeed" expect_err 'not reached'
check "nor exec" expect_status 0 "$programs/inputs" x y exec
