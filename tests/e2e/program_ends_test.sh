#!/bin/bash
# How a program may end, what of it is a finding, and what it leaves behind: nothing.
. "$(dirname "$0")/lib.sh"

programs=$SNAG_BUILD/tests/targets/programs

# As it is: real threads, real exit.
for flavour in "" .tsan .asan; do
    check "as it is$flavour" expect_status 7 env AS_IT_IS=1 "$programs/as_it_is$flavour"
    for line in atomics thread-locals destructors order environment "exit handler"; do
        check "$line$flavour" expect_out "^$line\$"
    done
    check "and not a word more$flavour" expect_lines "$OUT" 6
    check "nor elsewhere$flavour" expect_lines "$ERR" 0
    check "handlers run as it is$flavour" expect_status 3 "$programs/ends$flavour" exit 3
done

explore() {
    "$SNAG" explore "$programs/ends" -n 100 --no-shrink --out "$T/out" "$@"
}
for how in return exit exit-by-thread _exit quick last-thread leak; do
    check "$how is no finding" expect_status 0 explore -- $how 0
    check "$how with a status neither" expect_status 0 explore -- $how 3
done
for how in return exit exit-by-thread _exit quick; do
    check "$how with status 0 is none, asked for" expect_status 0 explore --judge exit -- $how 0
    check "$how with another is one, asked for" expect_status 1 explore --judge exit -- $how 3
    check "$how is told" expect_out ': exit with a failure status$'
done
check "what is left is one, asked for" expect_status 1 explore --judge leaks -- leak 0
check "is told" expect_out '^    end$'
repro=$(echo "$T"/out/ends/leak-*.repro)
check "the repro says what was asked for" grep -qx 'judge leaks' "$repro"
check "and replays" expect_json '.status == "reproduced"' "$SNAG" replay --json --expect "$repro"
check "asked for, where nothing is left" expect_status 0 explore --judge leaks -- _exit 0
for how in abort assert; do
    check "$how is one" expect_status 1 explore -- $how 0
done
check "abort is told" expect_status 1 explore -- abort 0
check "by name" expect_out '^    end: abort$'
check "a handler that fails" expect_status 1 explore -- handler-fails 0
check "is told" expect_out '^    fails_at_exit: !"exit handler ran"$'
check "a handler that hangs" expect_status 1 explore -- handler-hangs 0
check "is a hang" expect_out '^ 1 hang '
