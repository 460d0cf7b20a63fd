#!/bin/bash
# Which executable a repro is handed to, how a replay that gets stuck ends, and what regress makes of many.
# timeout: 300
# Not about the engine: tests/e2e/fake_target.c has none, and says of a replay what FAKE tells it to.
. "$(dirname "$0")/lib.sh"

mkdir -p "$T/targets/fake" "$T/corpus/deep"
"$SNAG_CC" -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-pie -no-pie -I "$SNAG_ROOT/src/include" -I "$SNAG_ROOT/src" \
    -I "$SNAG_ROOT/harness" -o "$T/targets/fake/bad.fast" "$SNAG_ROOT/tests/e2e/fake_target.c" \
    "$SNAG_BUILD/libsnag_core.a" -lxxhash || exit 3
printf '#!/bin/sh\necho "{\\"status\\":\\"reproduced\\",\\"argv\\":\\"$*\\"}"\n' >"$T/targets/fake/two.fast"
sed 's/reproduced/silent/' "$T/targets/fake/two.fast" >"$T/targets/fake/two.tsan"
chmod +x "$T"/targets/fake/two.*

# repro FILE TARGET [EXPECT…]: a repro for that target, with these expect lines.
repro() {
    local file=$T/corpus/$1
    {
        printf 'snag repro 1\ntarget %s\nfinding deadlock\nkey deadlock: a, b\n' "$2"
        shift 2
        printf 'expect %s\n' "$@" | grep -v '^expect $'
        printf 'schedule {\n}\nend\n'
    } >"$file"
}
snag() {
    "$SNAG" "$@" --targets "$T/targets"
}

repro a.repro fake/two "fast key deadlock: a, b" "tsan silent"
repro deep/b.repro fake/two "fast silent" "tsan key deadlock: a, b"
repro plain.repro fake/two ""

check "the flavour is the one that shows something" expect_status 0 snag replay --json "$T/corpus/a.repro"
check "fast here" expect_json '.status == "reproduced"'
check "tsan there" expect_json '.status == "silent"' snag replay --json "$T/corpus/deep/b.repro"
check "--flavour decides otherwise" expect_json '.status == "silent"' snag replay --json --flavour tsan "$T/corpus/a.repro"
run snag replay --trace --json "$T/corpus/a.repro"
check "options are handed on" expect_out '"argv":"replay --trace --json -- '

check "each flavour that is named is replayed" expect_status 0 snag regress "$T/corpus"
check "and the table says so" expect_out '^5 replays: 3 reproduced, 2 silent$'
check "as JSON" expect_json '(.replays | length) == 5 and .reproduced == 3 and .error == 0' snag regress --json "$T/corpus"
check "sorted by file, then flavour" expect_json '[.replays[] | .flavour] == ["fast", "tsan", "fast", "tsan", ""]'

# replay_as STATUS: regress of one repro of the fake, which says STATUS of it.
replay_as() {
    rm -rf "$T/one" && mkdir "$T/one" && cp "$T/corpus/fake.repro" "$T/one"
    FAKE=$1 snag regress "$T/one" --timeout-ms 300
}
repro fake.repro fake/bad "fast key deadlock: a, b"
check "what is fixed is not as expected" expect_status 1 replay_as fixed
check "and is called so" expect_out '^fixed +fast +.*/one/fake.repro$'
check "a word that belies the exit status is an error" expect_status 3 replay_as different
check "and says so" expect_out "the replay said 'different' and ended with status 0"
check "no sense at all is an error" expect_status 3 replay_as nonsense
check "a replay that gets stuck is ended by recover" expect_status 0 replay_as loop@1
check "a replay that dies, too" expect_status 0 replay_as segv@1

FAKE=loop@1 run snag replay --json "$T/corpus/fake.repro" --timeout-ms 300
check "with the function it is stuck in" expect_json '.kind == "infinite-loop" and .function == "spin_for_ever"'
stuck() {
    FAKE=$1 snag replay "$T/corpus/fake.repro" --timeout-ms 300
}
check "a stuck replay exits as replay does" expect_status 1 stuck block@1
check "and the way it ended is told" expect_err 'is stuck in wait_for_ever, in the system call read$'

# Files that are not what they should be: one line each, and never a pass.
printf 'snag repro 99\nend\n' >"$T/corpus/future.repro"
head -c 40 "$T/corpus/a.repro" >"$T/corpus/torn.repro"
: >"$T/corpus/empty.repro"
repro other.repro fake/gone "fast key deadlock: a, b"
for name in future torn empty missing; do
    check "$name: trouble" expect_status 3 snag replay "$T/corpus/$name.repro"
    check "$name: one line" expect_lines "$ERR" 1
    check "$name: by its name" expect_err "$name.repro"
done
check "a repro for a target that is not built" expect_status 2 snag replay "$T/corpus/other.repro"
check "names the target" expect_err "no target 'fake/gone'"
check "regress calls all of them errors" expect_status 3 snag regress --json "$T/corpus"
check "and counts them" expect_json '.error == 4 and .reproduced == 4'

check "a folder without repros is a mistake" expect_status 2 snag regress "$T/targets"
check "a folder that is not there, too" expect_status 2 snag regress "$T/nowhere"

sed -i 's/^expect/unreproduced\nexpect/' "$T/corpus/fake.repro"
check "what never happened again is not replayed" expect_status 0 replay_as fixed
check "but listed" expect_out '^1 replay: 1 unreproduced$'
