#!/bin/bash
# A full disk: what was found is a file, or its repro is on standard error with exit 3; nothing is half written.
# timeout: 300
# Not about folders that cannot be written at all (bad_input_test.sh). The rule: each case has a file system of its
# own, of a size that makes it fail at that place.
. "$(dirname "$0")/lib.sh"

cd "$T" || exit 3
mkdir full
here=$(unshare -m true 2>/dev/null && echo -m || echo -rm)

# on_disk BYTES ROOM CMD…: with full/ a file system of that size, on which ROOM bytes are free; what it held
# afterwards is in left/
on_disk() {
    local size=$1 room=$2
    shift 2
    rm -rf left && mkdir left
    unshare "$here" bash -c '
        mount -t tmpfs -o size="$1" none full && head -c "$(($1 - $2))" /dev/zero >full/fill || exit 77
        shift 2
        "$@"
        status=$?
        rm -f full/fill
        cp -r full/. left
        exit $status' - "$size" "$room" "$@"
}
if ! run on_disk 4096 0 true; then
    check "nothing can be mounted here: a full device instead" expect_status 3 \
        bash -c '"$0" list >/dev/full' "$SNAG"
    exit 0
fi
# The last repro on standard error.
from_stderr() { awk '/^snag repro /{ text = "" } { text = text $0 "\n" } /^end$/{ last = text } END { printf "%s", last }' "$ERR"; }
expect_text_replays() {
    from_stderr >rescued.repro
    expect_status 1 "$SNAG" replay rescued.repro "$@"
}
# Nothing but whole repros and folders.
expect_nothing_half() {
    why="left behind: $(find left -type f ! -name '*.repro')"
    [ -z "$(find left -type f ! -name '*.repro')" ] || return 1
    find left -name '*.repro' | while read -r file; do
        [ "$(tail -n 1 "$file")" = end ] || { echo "$file"; exit 1; }
    done
}

# ---- repros ----
check "explore without room: exit 3" expect_status 3 on_disk 4096 0 "$SNAG" explore kv/lost-update --out full/out
check "says so" expect_err ': No space left on device$'
check "the finding is in the table" expect_out 'non-linearizable'
check "and its repro, on standard error, replays" expect_text_replays
check "of it nothing is left" expect_nothing_half

check "with room for one of six: exit 3" expect_status 3 on_disk 16384 4096 "$SNAG" explore kv/scattered-locks \
    --corpus none --out full/out --json
check "the one is whole" expect_nothing_half
cp "$OUT" table
# Each finding of the table is in a file, or was told whole on standard error.
expect_all_kept() {
    local key
    jq -r '.findings[].key' table | sort -u >keys
    { sed -n '/^snag repro/,/^end$/s/^key //p' "$ERR"; find left -name '*.repro' -exec sed -n 's/^key //p' {} +; } | sort -u >kept
    why="not kept: $(comm -23 keys kept)"
    [ "$(wc -l <keys)" -eq 6 ] && [ -z "$(comm -23 keys kept)" ]
}
check "and none of the six is lost" expect_all_kept
check "one of them is a file" test "$(find left -name '*.repro' | wc -l)" = 1

repro=$(find "$SNAG_ROOT/corpus/kv/lost-update/regress" -name '*.repro' | head -n 1)
check "shrink without room: exit 3" expect_status 3 on_disk 4096 0 "$SNAG" shrink "$repro" --out full/out
check "with its repro, too" expect_text_replays
check "of it nothing is left either" expect_nothing_half

# ---- code that gets stuck or dies: the evidence needs no disk ----
stuck=(--targets "$SNAG_BUILD/tests/targets" --timeout-ms 500)
for how in loop die; do
    check "stuck/$how without room: exit 3" expect_status 3 on_disk 4096 0 \
        "$SNAG" explore "stuck/$how" "${stuck[@]}" --schedules 100 --out full/out
    check "says so" expect_err ': No space left on device$'
    check "and its repro, on standard error, replays" expect_text_replays "${stuck[@]}"
    check "not even a flight recorder is left" expect_nothing_half
done
check "a replay that gets stuck writes nothing" expect_status 1 on_disk 4096 0 \
    env TMPDIR="$PWD/full" "$SNAG" replay rescued.repro "${stuck[@]}"

# ---- the list of findings ----
check "no room for the list of findings: exit 3" expect_status 3 on_disk 4096 0 \
    env TMPDIR="$PWD/full" "$SNAG" explore kv/lost-update --out out
check "says so" expect_err '^snag: .*full/snag-ledger-[A-Za-z0-9]*: cannot be written: No space left on device$'
check "and the repro is where it should be" test -n "$(find out -name 'non-linearizable-*.repro')"

# ---- fuzzing ----
check "fuzz without room: exit 3" expect_status 3 on_disk 65536 32768 "$SNAG" fuzz kv/mutex --flavour fast \
    --seconds 3 --out full/out
check "says that inputs may be missing" expect_err '^snag: inputs may be missing: .*: No space left on device$'
# libFuzzer names an input by its hash.
expect_inputs_whole() {
    find left -path '*/inputs/*' -type f | while read -r file; do
        [ "$(sha1sum <"$file")" = "$(basename "$file")  -" ] || { echo "half: $file"; exit 1; }
    done
}
check "some were written" test "$(find left -path '*/inputs/*' -type f | wc -l)" -gt 2
check "each of them whole" expect_inputs_whole
check "fuzz, and a finding: exit 3" expect_status 3 on_disk 32768 0 "$SNAG" fuzz kv/lost-update --flavour fast \
    --seconds 2 --out full/out
check "its repro, on standard error, replays" expect_text_replays

# ---- snag new ----
for room in 0 4096 8192 12288; do
    check "snag new with room for $((room / 4096)) files: exit 3" expect_status 3 on_disk 32768 $room \
        "$SNAG" new shelf full/shelf
    check "says so in one line" expect_lines "$ERR" 1
    check "which names the file" expect_err '^snag: full/shelf/.*: No space left on device$'
    check "and leaves nothing" test -z "$(ls left)"
done
check "with room for all it is written" expect_status 0 on_disk 65536 32768 "$SNAG" new shelf full/shelf
check "all of it" test "$(ls left/shelf | wc -l)" = 4
