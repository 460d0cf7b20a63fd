#!/bin/bash
# Built by another clang that is here, snag is the same: objects of C++ are made anew in each execution, a spec's
# uninitialised bytes are seen, and what was found with one is replayed with the other.
# needs: clangs
# timeout: 900
# Not the whole suite. The rule: what is here went wrong with one clang only.
. "$(dirname "$0")/lib.sh"

check "it is another" test "$SNAG_OTHER_CC" != "$SNAG_CC"
check "configured with $(basename "$SNAG_OTHER_CC")" \
    cmake -G Ninja -S "$SNAG_ROOT" -B other -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_C_COMPILER="$SNAG_OTHER_CC"
check "it builds" cmake --build other -j 2 --target snag targets/kv/lost-update.fast targets/kv/lost-update.tsan \
    tests/programs/cxx/lifetimes tests/programs/cxx/lifetimes.tsan tests/targets/spec/right.fast tests/targets/spec/padding.fast

check "lifetimes in fast" expect_status 0 other/snag explore other/tests/programs/cxx/lifetimes -n 2000 --judge leaks
check "lifetimes in tsan" expect_status 0 other/snag explore other/tests/programs/cxx/lifetimes -f tsan -n 200
check "a right spec passes" expect_status 0 other/snag check-spec spec/right --targets other/tests/targets
check "one that leaves bytes uninitialised" expect_status 1 other/snag check-spec spec/padding --targets other/tests/targets
check "is told so" expect_out '^  unequal-states: '

# replays FOUND REPLAYED: two build folders.
replays() {
    local repro
    rm -rf out
    run "$1/snag" explore kv/lost-update --targets "$1/targets" --corpus none --out out
    repro=$(find out -name '*.repro')
    why="not one repro: $repro"
    [ "$(wc -l <<<"$repro")" -eq 1 ] && [ -n "$repro" ] || return 1
    for flavour in fast tsan; do
        expect_json '.status == "reproduced"' \
            "$2/snag" replay --json --expect -f "$flavour" --targets "$2/targets" "$repro" || return 1
    done
}
check "what this build finds the other replays" replays "$SNAG_BUILD" other
check "and what that finds, this one" replays other "$SNAG_BUILD"
