#!/bin/bash
# A project of somebody else: it plugs its module in, finds its bug, replays it, mends it, and keeps the repro.
# Not about what a finding looks like. The rule: it uses what snag installs, or its CMake call, and nothing else.
. "$(dirname "$0")/lib.sh"

cp -r "$SNAG_ROOT/tests/e2e/outside" "$T/project" && cd "$T/project" || exit 3
check "snag installs" cmake --install "$SNAG_BUILD" --prefix "$T/prefix"
check "the project configures" cmake -G Ninja -B build -DCMAKE_PREFIX_PATH="$T/prefix" -DCMAKE_C_COMPILER="$SNAG_CC"
check "and builds" cmake --build build -j 2

snag=$T/prefix/bin/snag
check "its target is in the list" expect_status 0 "$snag" list
check "with every flavour" expect_out '^gate/cond +fast tsan asan +-$'
check "explore finds the lost wakeup" expect_status 1 "$snag" explore gate/cond
check "and only that" expect_out '^gate/cond \(fast\): 1 finding in 20,000 schedules'
repro=$(find snag-out -name 'lost-wakeup-*.repro')
check "what it says to type replays it" expect_status 1 bash -c "$(sed -n '/^To see/{n;p}' "$OUT")"
check "it names the one who should have been woken" expect_out '^    task [0-9]  waits for cond .* in gate_enter'
check "and not the one who waits rightly" test "$(grep -c '^    task [0-9]  waits for cond' "$OUT")" = 1
check "by path, in the other flavour" expect_status 1 "$snag" explore ./build/targets/gate/cond.tsan --out "$T/other"
check "it has the same key" test "$(basename "$repro")" = "$(basename "$(find "$T/other" -name '*.repro')")"

mkdir -p corpus/gate/cond/regress && cp "$repro" corpus/gate/cond/regress
check "as a regression it reproduces" expect_status 0 "$snag" regress corpus
sed -i 's/pthread_cond_signal/pthread_cond_broadcast/' gate.c
check "mended" cmake --build build -j 2
check "it is fixed" expect_status 1 "$snag" regress corpus
check "and called so" expect_out '^1 replay: 1 fixed$'
run "$snag" replay "$repro"
check "who waits now may wait" expect_out 'nobody could go on, and who still waits'
check "explore is silent" expect_status 0 "$snag" explore gate/cond --schedules 100000

check "as a subfolder it configures" cmake -G Ninja -B build -DSNAG_SOURCE="$SNAG_ROOT" -DCMAKE_C_COMPILER="$SNAG_CC" --fresh
check "and builds" cmake --build build -j 2
check "its snag finds the target" expect_status 0 build/snag/snag list
check "and only that one" expect_lines "$OUT" 2
