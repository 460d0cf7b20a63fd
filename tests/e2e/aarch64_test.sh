#!/bin/bash
# The switch for aarch64, assembled and run: in an emulator, unless this machine is one.
# needs: nothing
# The cases are those of every switch (tests/unit/sched/fiber_cases.h). The rest of snag is compiled, not run.
# The rule: a switch that forgets any one register fails, so the cases see each of them; and where the tools
# are missing the test fails: ci/deps --test installs them.
. "$(dirname "$0")/lib.sh"

cross=(aarch64-linux-gnu-gcc) emulator=(qemu-aarch64)
[ "$(uname -m)" != aarch64 ] || { cross=("$SNAG_CC") && emulator=(env); }
sched=$SNAG_ROOT/src/sched
warnings=(-Wall -Wextra -Werror)

# build SWITCH.S OUT [OPTION…]: the fiber tests with that switch
build() {
    local switch=$1 out=$2
    shift 2
    "${cross[@]}" -std=gnu11 -O2 -static "${warnings[@]}" "$@" -I "$SNAG_ROOT/src" -I "$SNAG_ROOT/src/include" \
        -I "$SNAG_ROOT/tests/unit" -o "$out" "$switch" "$sched/fiber.c" "$SNAG_ROOT/src/base/assert.c" \
        "$SNAG_ROOT/tests/unit/test.c" "$SNAG_ROOT/tests/unit/sched/fiber_test.c"
}

check "clang assembles it" "$SNAG_CC" --target=aarch64-linux-gnu "${warnings[@]}" -c "$sched/fiber_aarch64.S" -o clang.o
mapfile -t sources < <(find "$SNAG_ROOT/src" "$SNAG_ROOT/harness" -name '*.c' ! -path '*/front/new/*')
# What the build defines for one file or another, so that a new one needs no line here.
mapfile -t defined < <(grep -o -- '-DSNAG__[A-Z_]*=' "$SNAG_BUILD/compile_commands.json" | sort -u)
check "and compiles all of snag" "$SNAG_CC" --target=aarch64-linux-gnu -std=gnu11 -fsyntax-only "${warnings[@]}" \
    -I "$SNAG_ROOT/src" -I "$SNAG_ROOT/src/include" -I "$SNAG_ROOT/harness" -idirafter /usr/include \
    "${defined[@]/%/\"\"}" "${sources[@]}"
check "the cases build with it" build "$sched/fiber_aarch64.S" fiber
check "and pass" expect_status 0 "${emulator[@]}" ./fiber
check "every one of them" expect_out '^[4-9] passed, 0 failed$'
check "also with return addresses signed and branch targets checked" \
    build "$sched/fiber_aarch64.S" protected -mbranch-protection=standard
check "they pass" expect_status 0 "${emulator[@]}" ./protected

# Each line that loads a pair of registers, left out in turn: the pair is not zeroed but the other fiber's.
mapfile -t pairs < <(sed -n 's/^    ldp \(.*\), \[sp.*/\1/p' "$sched/fiber_aarch64.S")
check "there are ten pairs to keep" test ${#pairs[@]} -eq 10
expect_forgotten_is_seen() {
    sed "/^    ldp $1, \[sp/d" "$sched/fiber_aarch64.S" >forgets.S
    build forgets.S forgets || { why="does not build"; return 1; }
    why="the cases pass without $1"
    ! run timeout 60 "${emulator[@]}" ./forgets
}
for pair in "${pairs[@]}"; do
    check "a switch that forgets $pair fails" expect_forgotten_is_seen "$pair"
done
