#!/bin/bash
# Crashes: whatever the code under test dereferences, calls or computes, every flavour calls it the same; and what
# goes wrong in an invariant is not told of the implementation.
# timeout: 900
# The rule: neither takes the process with it, and both replay.
. "$(dirname "$0")/lib.sh"

targets=$SNAG_BUILD/tests/targets
explore() {
    rm -rf snag-out
    run timeout -k 5 60 "$SNAG" explore "$1" -f "$2" --targets "$targets" --schedules 1500 --corpus none --json
}
keys() { cat snag-out/"$1"/*.repro 2>/dev/null | sed -n 's/^key //p' | sort; }

# one_key TARGET FLAVOUR KEY: exactly one finding of that key; what C leaves undefined may be told before it.
one_key() {
    explore "$1" "$2"
    why="keys: $(keys "$1")"
    [ "$(keys "$1" | grep -v '^undefined-behaviour: ')" = "$3" ]
}
expect_one_key() { one_key "$@"; }

for flavour in fast tsan asan; do
    for how in read write add load store swap length copy call lock divide trap wild; do
        case $how in
        divide) signal='SIGFPE (arithmetic)' ;;
        trap) signal='SIGILL (bad instruction)' ;;
        *) signal='SIGSEGV (bad address)' ;;
        esac
        check "$flavour: $how crashes" expect_one_key crash/$how $flavour "crash: go_wrong: $signal"
        repro=$(grep -l '^finding crash' snag-out/crash/$how/*.repro | head -n 1)
        check "$flavour: $how crashes again" expect_status 1 timeout 60 \
            "$SNAG" replay "$repro" -f $flavour --targets "$targets"
        check "$flavour: in the operation" expect_out '\*\*\* \[[0-9]\] crash \*\*\*'
    done

    explore stacks/large $flavour
    check "$flavour: a stack is as large as was asked for" test -z "$(keys stacks/large)"
    check "$flavour: and no larger for those who did not ask" \
        expect_one_key stacks/small $flavour 'stack-overflow'
    check "$flavour: which replays" expect_status 1 timeout 60 \
        "$SNAG" replay snag-out/stacks/small/*.repro -f $flavour --targets "$targets"
    check "$flavour: and says what to do" expect_out 'pthread_attr_setstacksize'

    explore bad-invariant/right $flavour
    check "$flavour: an invariant that is right is silent" test -z "$(keys bad-invariant/right)"
    check "$flavour: one that follows NULL is to blame itself" \
        expect_one_key bad-invariant/null $flavour 'bad-invariant: looks: SIGSEGV (bad address)'
    check "$flavour: one that divides by zero too" \
        expect_one_key bad-invariant/divides $flavour 'bad-invariant: looks: SIGFPE (arithmetic)'
done
check "asan: one that uses freed memory" \
    expect_one_key bad-invariant/freed asan 'bad-invariant: looks: heap-use-after-free'
check "asan: replayed" expect_status 1 "$SNAG" replay snag-out/bad-invariant/freed/*.repro -f asan --targets "$targets"
check "asan: in words" expect_out 'It was asked, and went wrong itself'
check "asan: one that looks beyond a block" \
    expect_one_key bad-invariant/beyond asan 'bad-invariant: looks: heap-buffer-overflow'
