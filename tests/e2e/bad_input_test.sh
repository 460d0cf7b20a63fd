#!/bin/bash
# Bad input: one clear line and the right exit status each, nothing lost, never a crash.
# needs: corpus
# timeout: 900
# Not what regress makes of bad files (replay_test.sh), what stuck code does (supervisor_test.sh), nor a full disk
# (full_disk_test.sh). The rule:
# 2 is the caller's mistake, 3 is trouble with files; and the line names what is wrong.
. "$(dirname "$0")/lib.sh"

cd "$T" || exit 3 # so that the defaults of --out and --corpus are folders of the test's own
repro=$(find "$SNAG_ROOT/corpus/kv/lost-update/regress" -name '*.repro' | head -n 1)
target=$(sed -n 's/^target //p' "$repro")
other=kv/mutex # of the same specification

# refused STATUS PATTERN ARGUMENT…: nothing on standard output, one line that matches on standard error
refused() {
    local status=$1 pattern=$2
    shift 2
    expect_status "$status" "$SNAG" "$@" && expect_lines "$ERR" 1 && expect_lines "$OUT" 0 && expect_err "$pattern"
}
expect_refused() { refused "$@"; }

# ---- the command line ----
check "unknown command" expect_refused 2 "no command 'explode'" explode
check "unknown target" expect_refused 2 "no target 'no/such'" explore no/such
check "a near miss" expect_refused 2 "did you mean 'kv/mutex'" explore kv/mutx
check "no target" expect_refused 2 'wants TARGET' explore
check "an empty name" expect_refused 2 "no target ''" explore ''
check "a file that is none" expect_refused 2 'not a target executable' explore /etc/passwd
check "unknown option" expect_refused 2 "no option '--bogus'" explore "$other" --bogus
check "unknown strategy" expect_refused 2 "no strategy 'bogus'" explore "$other" --strategy bogus
check "unknown flavour" expect_refused 2 "no flavour 'bogus'" explore "$other" --flavour bogus
check "unknown word of a list" expect_refused 2 "not 'finding,bogus'" explore "$other" --fail-on finding,bogus
check "fuzz: one argument too many" expect_refused 2 "'more'" fuzz "$other" more
check "fuzz: unknown target" expect_refused 2 "did you mean 'kv/mutex'" fuzz kv/mutx
check "one argument too many" expect_refused 2 "'more'" explore "$other" more
for value in 0 -1 10x 0x10 1e6 '' ' 5' 1000000000001 99999999999999999999999; do
    check "--schedules '$value'" expect_refused 2 -- --schedules explore "$other" --schedules "$value"
done
check "a value is missing" expect_refused 2 -- --schedules explore "$other" --schedules
check "a flag takes none" expect_refused 2 -- --json explore "$other" --json=yes
check "targets nowhere" expect_refused 2 nowhere explore "$other" --targets "$T/nowhere"

# ---- repro files ----
: >"$T/empty.repro"
head -c 3000 /dev/urandom >"$T/noise.repro"
sed '1s/1$/2/' "$repro" >"$T/future.repro"
sed 's/^    add(/    bump(/' "$repro" >"$T/unknown-op.repro"
sed 's/delta=[0-9]*/delta=100/' "$repro" >"$T/out-of-domain.repro"
sed 's/, delta=[0-9]*//' "$repro" >"$T/argument-gone.repro"
sed "s,^target .*,target no/such," "$repro" >"$T/unknown-target.repro"
head -c 2000000 /dev/zero | tr '\0' x >"$T/long.repro"
for command in replay show shrink; do
    check "$command: no file" expect_refused 2 'wants FILE' $command
    check "$command: a missing one" expect_refused 3 missing.repro $command "$T/missing.repro"
    check "$command: a folder" expect_refused 3 "$T" $command "$T"
    check "$command: a device" expect_refused 3 /dev/null $command /dev/null
    check "$command: an empty one" expect_refused 3 empty.repro $command "$T/empty.repro"
    check "$command: noise" expect_refused 3 noise.repro $command "$T/noise.repro"
    check "$command: one endless line" expect_refused 3 long.repro $command "$T/long.repro"
    check "$command: of a later version" expect_refused 3 'format 2' $command "$T/future.repro"
    check "$command: of an unknown target" expect_refused 2 "no target 'no/such'" $command "$T/unknown-target.repro"
    check "$command: an unknown operation" expect_refused 2 'unknown-op.repro:[0-9]+:.*`bump`' $command "$T/unknown-op.repro"
    check "$command: an argument out of its domain" expect_refused 2 'out-of-domain.repro:[0-9]+:.*delta' \
        $command "$T/out-of-domain.repro"
    check "$command: an argument missing" expect_refused 2 'argument-gone.repro:[0-9]+:.*delta' \
        $command "$T/argument-gone.repro"
    check "$command: in a flavour there is not" expect_refused 2 "no flavour 'bogus'" $command "$repro" --flavour bogus
    check "$command: by another target's executable" expect_status 2 "$SNAG_BUILD/targets/$other.fast" $command "$repro"
    check "$command: which says whose it is" expect_err "is for target $target, and this is $other"
done

# Cut off after every line, and in the middle of each.
expect_cut_refused() {
    local lines bytes n
    lines=$(wc -l <"$repro") bytes=$(wc -c <"$repro")
    for ((n = 0; n < lines; n++)); do
        head -n $n "$repro" >"$T/cut.repro"
        refused 3 cut.repro replay "$T/cut.repro" || { why="$n lines: $why"; return 1; }
    done
    for ((n = 1; n < bytes - 5; n += 13)); do
        head -c $n "$repro" >"$T/cut.repro"
        expect_status 3 "$SNAG" replay "$T/cut.repro" && expect_lines "$ERR" 1 || { why="$n bytes: $why"; return 1; }
    done
}
check "a file cut off anywhere is refused" expect_cut_refused

# A schedule that does not fit is followed as far as it does, and told; it crashes nothing.
sed 's/-> 0\.2$/-> 0.7/' "$repro" >"$T/nobody.repro"
run "$SNAG" replay --expect --json "$T/nobody.repro"
check "a schedule that names nobody" expect_json '.status == "fixed" and (.line | test("entry 1 of its schedule"))'
sed 's/^schedule {/&\n    next 0 op 0 event 2 -> 0/' "$repro" >"$T/blocked.repro"
run "$SNAG" replay --expect --json "$T/blocked.repro"
check "or somebody who cannot run" expect_json '.status | test("^(fixed|reproduced|different)$")'

# ---- folders that cannot be read or written ----
: >"$T/file"
# The last repro on standard error.
from_stderr() { awk '/^snag repro /{ text = "" } { text = text $0 "\n" } /^end$/{ last = text } END { printf "%s", last }' "$ERR"; }
expect_text_replays() {
    from_stderr >"$T/rescued.repro"
    expect_status 1 "$SNAG" replay "$T/rescued.repro"
}
check "--out below a file: exit 3" expect_status 3 "$SNAG" explore "$target" --out "$T/file/out"
check "says so" expect_err "^snag: .*/file/out.*: Not a directory$"
check "the finding is still in the table" expect_out 'non-linearizable'
check "and its repro, on standard error, replays" expect_text_replays
check "shrink with --out below a file: exit 3" expect_status 3 "$SNAG" shrink "$repro" --out "$T/file/out"
check "with its repro, too" expect_text_replays
check "fuzz with --out below a file: exit 3" expect_status 3 "$SNAG" fuzz "$target" --seconds 2 --out "$T/file/out"
check "says so" expect_err '^snag: .*/file/out.*: Not a directory$'
check "--corpus below a file is not an empty one" expect_refused 3 'file/.*: Not a directory' \
    explore "$target" --corpus "$T/file"
mkdir -p "$T/torn/$target/regress" && head -n 5 "$repro" >"$T/torn/$target/regress/torn.repro"
check "a torn repro in the corpus stops nothing" expect_status 1 "$SNAG" explore "$target" --corpus "$T/torn"
check "but is named" expect_err '^snag: not counted as known: .*torn.repro:'

for words in "explore|$target" "explore|$target|--json" list "list|--json" rules --help "replay|$repro" \
    "show|$repro" "shrink|$repro" "regress|$SNAG_ROOT/corpus"; do
    IFS='|' read -r -a given <<<"$words" # a path may hold blanks
    check "no room for standard output: ${given[0]}" expect_status 3 \
        bash -c '"$0" "$@" >/dev/full' "$SNAG" "${given[@]}"
    check "and one line about it" expect_err '^snag: standard output cannot be written'
done

# ---- Ctrl-C ----
# interrupted SECONDS ARGUMENT…: a terminal's Ctrl-C reaches snag, whose children are groups of their own
interrupted() {
    local seconds=$1
    shift
    timeout --foreground -s INT --preserve-status "$seconds" "$SNAG" "$@"
}
planted=kv/scattered-locks
for flavour in fast tsan asan; do
    for command in "explore --schedules=1000000000" "fuzz --seconds=100000"; do
        name="Ctrl-C in ${command%% *} ($flavour)"
        rm -rf "$T/stopped"
        # Unquoted: a command and an option.
        check "$name with findings" expect_status 1 interrupted 2 $command $planted --flavour $flavour \
            --out "$T/stopped" --json
        check "what was found is summarised" expect_json \
            '.schedules > 1000 and .schedules < 1000000000 and (.findings | length) >= 2'
        mapfile -t saved < <(jq -r '.findings[].repro' "$OUT")
        check "and on disk" ls -- "${saved[@]}"
        check "whole" expect_status 0 "$SNAG" regress "$T/stopped"
        check "$name without" expect_status 0 interrupted 2 $command "$other" --flavour $flavour \
            --out "$T/stopped" --json
        check "is summarised, too" expect_json '.schedules > 1000 and .findings == []'
    done
done
# A process of such a campaign that is still there after its parent.
left_behind() {
    local file
    for file in /proc/[0-9]*/cmdline; do
        tr '\0' ' ' 2>/dev/null <"$file"
        echo
    done 2>/dev/null | grep -F -- "$SNAG_BUILD/targets/" | grep -E -- "--(schedules=1000000000|seconds=100000) "
}
check "nobody is left behind" test -z "$(left_behind)"
