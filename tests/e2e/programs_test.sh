#!/bin/bash
# Unmodified programs with classic bugs, built by snag-cc alone: each is found, shrunk and replayed, its fixed twin silent.
# timeout: 1200
# Not about the compiler wrapper (snag_cc_test.sh) or the ways to run a program (program_test.sh). The rule: which
# programs there are, and what each shows, stands in tests/programs/expected.def; none is named here.
. "$(dirname "$0")/lib.sh"

programs=$SNAG_ROOT/tests/programs
snag_cc=$SNAG_BUILD/snag-cc
broken_schedules=2000 fixed_schedules=10000

for cc in gcc "$SNAG_CC"; do
    mkdir -p plain && cd plain || exit 3
    check "$(basename "$cc") has nothing to say of any" "$cc" -O2 -Wall -Wextra -Werror -c "$programs"/broken/*.c
    check "$(basename "$cc") nor of a fixed one" "$cc" -O2 -Wall -Wextra -Werror -c "$programs"/fixed/*.c
    cd ..
done

# explored STATUS KINDS FLAVOUR SCHEDULES NAME OPTION…: where one kind is expected, the first schedule that shows it is
# enough; that no other one shows anything else, the bench says.
expect_explored() {
    local status=$1 kinds=$2 until=continue seed=1
    [ "$3" = fast ] || seed=6 # other schedules than those of fast
    [ $status -eq 0 ] || [[ $kinds == *" "* ]] || until=abort
    expect_status "$status" "$SNAG" explore "./$5" -f "$3" -n "$4" --seed $seed --json --out "out-$3" --corpus none \
        --on-finding $until --fail-on finding,hazard "${@:6}" || return 1
    expect_json "([.findings[].kind] | unique) == (\"$kinds\" / \" \" | map(select(. != \"\")) | sort)" || return 1
    expect_json '[.not_modelled[] | select(.count > 0)] == []'
}

# Its schedule, and nothing else: no program of operations shrinks.
expect_small() {
    local choices
    choices=$(sed -n '/^schedule {/,/^}/{/^ /p}' "$1" | wc -l)
    why="$choices choices in $1"
    [ "$choices" -le 4 ]
}

# found NAME FLAVOUR KINDS OPTION…
check_found() {
    local name=$1 flavour=$2 kind repro
    if [ -z "$3" ]; then
        check "$name ($flavour): shows nothing" expect_explored 0 "" "$flavour" $broken_schedules "$name" "${@:4}"
        return
    fi
    check "$name ($flavour): ${3// /, }" expect_explored 1 "$3" "$flavour" $broken_schedules "$name" "${@:4}"
    while IFS=$'\t' read -r kind repro; do
        check "$name ($flavour): $kind shrinks" expect_small "$repro"
        check "$name ($flavour): $kind replays" expect_json '.status == "reproduced"' \
            "$SNAG" replay --json --expect -f "$flavour" "$repro"
    done < <(jq -r '.findings | unique_by(.kind)[] | [.kind, .repro] | @tsv' "$OUT")
}

mkdir broken fixed
count=0
while IFS='|' read -r name options fast tsan; do
    read -r -a options <<<"$options"
    cd "$T/broken" || exit 3
    check "$name builds" "$snag_cc" "$programs/broken/$name.c" -o "$name" -lpthread
    check_found "$name" fast "$fast" "${options[@]}"
    check_found "$name" tsan "$tsan" "${options[@]}"
    cd "$T/fixed" || exit 3
    check "$name, fixed, builds" "$snag_cc" "$programs/fixed/$name.c" -o "$name" -lpthread
    check "$name, fixed, is itself" "./$name"
    check "$name, fixed, says so in one line" expect_lines "$OUT" 1
    for flavour in fast tsan; do
        check "$name, fixed, is silent ($flavour)" expect_explored 0 "" $flavour $fixed_schedules "$name" "${options[@]}"
        check "$name, fixed, comes to its end" expect_json '.limits == {}'
    done
    count=$((count + 1))
    rm -f "$T"/broken/"$name"* "$T"/fixed/"$name"*
done < <(sed -nE 's/^SNAG_PROGRAM\("(.*)", "(.*)", "(.*)", "(.*)"\)$/\1|\2|\3|\4/p' "$programs/expected.def")
check "all $count of them" test "$(cd "$programs" && echo broken/*.c fixed/*.c | wc -w)" = $((2 * count))
check "are enough" test $count -ge 20

# ---- several files, a library, a Makefile ----
cp -r "$programs/pipeline" "$T/pipeline" && cd "$T/pipeline" || exit 3
make_it() { make CC="'$snag_cc'" "$@"; } # as a shell would be told of a path with a blank in it
check "make CC=snag-cc" make_it
check "is the program" ./pipeline 4
check "that adds up" expect_out '^10$'
check "it hangs in some schedule" expect_status 1 "$SNAG" explore ./pipeline -n 2000 --corpus none --json -- 2
check "for want of a wakeup" expect_json '[.findings[] | .kind + " " + .key] == ["lost-wakeup lost-wakeup: queue_get"]'
repro=$(echo snag-out/pipeline/lost-wakeup-*.repro)
check "which shrinks" expect_small "$repro"
check "and is shown" expect_status 1 "$SNAG" replay "$repro"
check "by files and lines" expect_out '0.1 +waits for cond 3 in queue_get \(queue.c:[0-9]+\), called in add'
check "cleaned" make_it clean
check "and made with a sound queue" make_it QUEUE=mended.o
check "it does not" expect_status 0 "$SNAG" explore ./pipeline -n 10000 --corpus none -- 2
check "nor does the old schedule" expect_status 0 "$SNAG" replay "$repro"
