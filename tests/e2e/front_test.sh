#!/bin/bash
# What the front says for itself: the list, the rules, help, and one clear line for every wrong word.
# Not about any engine: the targets here are empty files that are never run.
. "$(dirname "$0")/lib.sh"

mkdir -p "$T/targets/kv/CMakeFiles"
for name in kv/mutex.fast kv/mutex.tsan kv/lost-update.fast kv/reentrant.fast kv/reentrant.tsan kv/notes.txt kv/CMakeFiles/x.fast solo.tsan; do
    printf '#!/bin/sh\nexit 9\n' >"$T/targets/$name"
    chmod +x "$T/targets/$name"
done
: >"$T/targets/kv/plain.fast" # not executable
mkdir "$T/empty" && cd "$T/empty" || exit 3 # nothing to be found from here
cp "$SNAG" "$T/snag" # so that `targets` stands beside it
SNAG=$T/snag

# one_line STATUS CMD…: that status, nothing on standard output, one line of at most 300 characters.
expect_one_line() {
    expect_status "$@" || return 1
    expect_lines "$ERR" 1 || return 1
    why="standard output is not empty"
    [ ! -s "$OUT" ] || return 1
    why="a line of $(wc -m <"$ERR") characters"
    [ "$(wc -m <"$ERR")" -le 300 ]
}

check "list finds what stands beside the command" expect_status 0 "$SNAG" list
check "with its flavours" expect_out '^kv/mutex +fast tsan +silent$'
check "and what is expected" expect_out '^kv/lost-update +fast +fast: non-linearizable$'
check "two that agree share a word" expect_out '^kv/reentrant +fast tsan +both: self-deadlock$'
check "and nothing else" expect_lines "$OUT" 5
check "and nothing of what nobody knows" expect_out '^solo +tsan +-$'
check "list is JSON" expect_json '.targets | length == 4' "$SNAG" list --json
check "flavours are an array" expect_json '.targets[] | select(.name == "kv/mutex").flavours == ["fast", "tsan"]'
check "a healthy target expects nothing" expect_json '.targets[] | select(.name == "kv/mutex").expects == {"fast": [], "tsan": []}'
check "of a target that nobody knows nothing" expect_json '.targets[] | select(.name == "solo").expects == {}'
check "a planted one says its kind" expect_json '.targets[] | select(.name == "kv/lost-update").expects.fast == ["non-linearizable"]'

run "$SNAG_BUILD/snag" list
check "flavours that agree share a word" expect_out '^kv/reentrant +fast tsan asan +all: self-deadlock$'
check "no line is longer than 80" test "$(wc -L <"$OUT")" -le 80
check "benchmarks are not in the list" expect_no_out '^bench/'

check "rules" expect_status 0 "$SNAG" rules
for rule in 1 2 3 4 5 6 7 8; do
    check "rule R$rule" expect_out "^R$rule  "
done
expect_fits_screen() { # of the last command
    why="more than 80 by 24"
    [ "$(wc -l <"$OUT")" -le 24 ] && [ "$(wc -L <"$OUT")" -le 80 ]
}
"$SNAG" rules >"$OUT"
check "the rules fit 80 by 24" expect_fits_screen

check "an unknown target" expect_one_line 2 "$SNAG" explore kv/mutx
check "is answered with the nearest" expect_err "^snag: no target 'kv/mutx'; did you mean 'kv/mutex'\? 'snag list' shows all$"
check "an unrelated name" expect_one_line 2 "$SNAG" explore zebra
check "gets no guess, but the places" expect_err "^snag: no target 'zebra'; 'snag list' shows all; looked below: .*/targets$"
check "the last part of a name" expect_one_line 2 "$SNAG" explore mutex
check "gets the whole" expect_err "^snag: no target 'mutex'; did you mean 'kv/mutex'\?"
check "a directory is no target" expect_one_line 2 "$SNAG" explore "$T/targets/kv"
check "and called one" expect_err "kv' is a directory, not a target executable"
check "nor is a text" expect_one_line 2 "$SNAG" explore "$T/targets/kv/notes.txt"
check "nor what cannot be executed" expect_one_line 2 "$SNAG" explore "$T/targets/kv/plain.fast"
check "as is said" expect_err "plain.fast' is not executable"
check "an unknown command" expect_one_line 2 "$SNAG" exlore kv/mutex
check "is answered likewise" expect_err "did you mean 'explore'"
check "an unknown option" expect_one_line 2 "$SNAG" explore kv/mutex --shedules 3
check "likewise" expect_err "no option '--shedules'; did you mean '--schedules'"
check "a wrong number" expect_one_line 2 "$SNAG" explore kv/mutex --schedules abc
check "says what is wanted" expect_err '^snag explore: --schedules wants a whole number from 1 to 10\^12, not .abc.; see snag explore --help$'
check "no target at all" expect_one_line 2 "$SNAG" explore
check "one too many" expect_one_line 2 "$SNAG" explore kv/mutex kv/mutex
check "a flavour that is not built" expect_one_line 2 "$SNAG" explore kv/lost-update --flavour tsan
check "says which are" expect_err "^snag: 'kv/lost-update' has no flavour 'tsan'; it has: fast$"
check "no such directory" expect_one_line 2 "$SNAG" list --targets "$T/nowhere"
check "a terminal escape in a name is not passed on" expect_one_line 2 "$SNAG" explore $'kv/\e[2Jx'
cp "$ERR" "$T/err" && check "indeed" bash -c '! grep -q "$(printf "\033")" "$1"' - "$T/err"

# A repro for a target that is not there, and files that are none.
sed 's#kv/scattered-locks#pool/mutex#' "$SNAG_ROOT"/corpus/kv/scattered-locks/regress/deadlock-0e0c453e.repro >"$T/other.repro"
check "a repro for an unknown target" expect_one_line 2 "$SNAG" replay "$T/other.repro"
check "names both" expect_err "^snag: .*/other.repro: no target 'pool/mutex';"
check "a repro that is not there" expect_one_line 3 "$SNAG" replay "$T/nowhere.repro"
check "a directory for a repro" expect_one_line 3 "$SNAG" replay "$T/targets"
check "regress of nowhere" expect_one_line 2 "$SNAG" regress "$T/nowhere"
check "regress of an empty directory" expect_one_line 2 "$SNAG" regress "$T/empty"
check "says so" expect_err "^snag regress: no \*.repro below '.*/empty'$"

# Where targets are looked for.
mkdir -p "$T/user/build/targets/pool" "$T/user/build/snag" "$T/bin/deep" "$T/libexec/snag/targets/inst"
for exe in user/build/targets/pool/mutex.fast libexec/snag/targets/inst/a.fast; do
    printf '#!/bin/sh\nexit 9\n' >"$T/$exe"
    chmod +x "$T/$exe"
done
cp "$SNAG" "$T/user/build/snag/snag"
cp "$SNAG" "$T/bin/snag"
cp "$SNAG" "$T/bin/deep/snag"
check "the build of a project that holds snag" expect_json '.targets[].name == "pool/mutex"' "$T/user/build/snag/snag" list --json
check "an installed prefix" expect_json 'any(.targets[]; .name == "inst/a")' "$T/bin/snag" list --json
check "build/targets of the current directory" expect_json 'any(.targets[]; .name == "pool/mutex")' \
    env --chdir="$T/user" "$T/bin/snag" list --json
check "targets of the current directory" expect_json 'any(.targets[]; .name == "pool/mutex")' \
    env --chdir="$T/user/build" "$T/bin/snag" list --json
check "SNAG_TARGETS" expect_json '.targets[].name == "pool/mutex"' \
    env --chdir=/ SNAG_TARGETS="$T/user/build/targets" "$T/bin/deep/snag" list --json
check "SNAG_TARGETS that is no directory" expect_one_line 2 env SNAG_TARGETS="$T/nowhere" "$SNAG" list
check "is named" expect_err "^snag: SNAG_TARGETS: '.*/nowhere' is not a directory$"
check "no target anywhere" expect_one_line 2 env --chdir=/ "$T/bin/deep/snag" explore kv/mutex
check "lists the places" expect_err "^snag: no target 'kv/mutex', nor any other; --targets DIR looks elsewhere than below: /.*, /targets, "
check "an empty list is no error" expect_status 0 env --chdir=/ "$T/bin/deep/snag" list
check "but says where it looked" expect_err "^snag: no target is built below: "
check "a path without its flavour" expect_status 3 env --chdir=/ "$T/bin/deep/snag" explore "$T/user/build/targets/pool/mutex"
check "a path below a known place is called by its name" expect_status 3 "$T/user/build/snag/snag" explore "$T/user/build/targets/pool/mutex.fast"
check "indeed" expect_err "^snag: pool/mutex \(fast\)"

check "help" expect_status 0 "$SNAG" --help
check "help says what each does" expect_out '^  regress +DIR +replays every repro below a directory$'
check "help is plain ASCII" expect_no_out '[^ -~]'
check "help fits 80 by 24" expect_fits_screen
check "help COMMAND" expect_status 0 "$SNAG" help shrink
check "is COMMAND --help" expect_out "^usage: snag shrink"
check "the version" expect_status 0 "$SNAG" --version
check "is a number" expect_out '^snag [0-9]+\.[0-9]+\.[0-9]+$'
check "no words at all is usage" expect_status 2 "$SNAG"
commands=$("$SNAG" --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | grep -vx snag)
for command in $commands; do
    check "$command --help" expect_status 0 "$SNAG" "$command" --help
    check "$command says how to call it" expect_out "^usage: snag $command"
    check "$command fits 80 columns" test "$(wc -L <"$OUT")" -le 80
done

# Executables that cannot start, or say nothing sensible, are trouble, not findings.
check "status 9 before any execution is trouble" expect_status 3 "$SNAG" explore kv/mutex
check "and the status is told" expect_err 'ended with status 9 before its first execution, twice'
check "a path names a target too" expect_status 3 "$SNAG" explore "$T/targets/solo.tsan"
check "and its flavour" expect_err 'solo \(tsan\)'
