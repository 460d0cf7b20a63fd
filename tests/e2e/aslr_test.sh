#!/bin/bash
# Where the system allows it, a target runs at the same addresses each time; where it refuses, it runs all the same.
# needs: targets
# Not a test of determinism in general. The rule: asked of the running process, not of its output.
. "$(dirname "$0")/lib.sh"
target=$(cd "$SNAG_BUILD/targets" && find . -name '*.fast' | sort | head -1)
target=${target#./}
target=${target%.fast}

# personality CMD…: that of the process named *.fast that CMD starts, once it has mapped its libraries.
personality() {
    local pid found='' name=${target##*/}.fast
    "$@" >/dev/null 2>&1 </dev/null &
    pid=$!
    for _ in $(seq 100); do
        for p in $pid $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
            [ "$(cat /proc/$p/comm 2>/dev/null)" = "${name:0:15}" ] || continue
            found=$(cat /proc/$p/personality)
            [ $((0x$found & 0x40000)) -ne 0 ] && break 2
        done
        sleep 0.05
    done
    kill -TERM $pid # a job in the background ignores SIGINT
    wait $pid
    echo "$found"
}
if setarch -R true 2>/dev/null; then
    check "by itself" test "$(personality "$SNAG_BUILD/targets/$target.fast" explore --schedules=1000000000)" = 00040000
    check "and from snag" test "$(personality "$SNAG" explore "$target" --schedules=1000000000)" = 00040000
fi
check "its name stays the same" "$SNAG_BUILD/targets/$target.fast" info
check "and its arguments" expect_json ".target == \"$target\""
