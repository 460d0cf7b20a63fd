#!/bin/bash
# Programs of C++17 (tests/programs/cxx): what the standard says holds under control, in every flavour, in every
# execution anew. needs: cxx
. "$(dirname "$0")/lib.sh"

programs=$SNAG_BUILD/tests/programs/cxx

silent() { # FLAVOUR SCHEDULES NAME OPTIONS…
    local flavour=$1 schedules=$2 name=$3
    shift 3
    check "$name: nothing in $flavour" \
        expect_status 0 "$SNAG" explore "$programs/$name" -f "$flavour" -n "$schedules" --out "$T/out" "$@"
    check "$name: not a bound was hit in $flavour" expect_no_out '^bounds:'
}
for name in threads locks once lifetimes exceptions futures memory own_new streams unwinds; do
    check "$name as it is" expect_status 0 timeout 20 "$programs/$name"
    # The global locale is libstdc++'s for ever.
    silent fast 10000 "$name" $([ $name = streams ] || echo --judge leaks)
    silent tsan 1000 "$name"
done
for name in once lifetimes exceptions memory unwinds; do
    silent asan 300 "$name" --judge leaks
done

# Bugs, each in a file that says what is wrong, built by snag-c++ alone; with -DFIXED it is mended.
bugs=$SNAG_ROOT/tests/programs/cxx/bugs
build() { # NAME OPTION…
    check "$1 builds ${*:2}" \
        "$SNAG_BUILD/snag-c++" -std=c++17 -O2 -Wall -Wextra -Werror "${@:2}" "$bugs/$1.cpp" -o "./$1" -pthread
}
# KINDS: in one line, sorted.
expect_kinds() { # FLAVOUR NAME KINDS
    expect_status "$([ -z "$3" ] && echo 0 || echo 1)" "$SNAG" explore "./$2" -f "$1" -n 2000 --json --corpus none \
        --out "out-$1" || return 1
    expect_json "[.findings[] | select(.grade == \"finding\") | .kind] | unique | join(\" \") == \"$3\""
}
found() { # FLAVOUR NAME KINDS KEY
    check "$2 shows ${3:-nothing} in $1" expect_kinds "$1" "$2" "$3"
    [ -n "$3" ] || return 0
    check "$2: its key names the program's own functions in $1" expect_json "[.findings[].key] | any(test(\"$4\"))"
    local repro
    repro=$(jq -r 'first(.findings[] | select(.grade == "finding")).repro' "$OUT")
    check "$2 shrinks in $1" test "$(sed -n '/^schedule {/,/^}/{/^ /p}' "$repro" | wc -l)" -le 3
    check "$2 replays in $1" expect_json '.status == "reproduced"' "$SNAG" replay --json --expect -f "$1" "$repro"
}
count=0
while IFS='|' read -r name fast tsan key; do
    build "$name"
    found fast "$name" "$fast" "$key"
    found tsan "$name" "$tsan" "$key"
    build "$name" -DFIXED
    for flavour in fast tsan; do
        check "$name, mended, is silent in $flavour" expect_kinds $flavour "$name" ""
        check "$name, mended, shows no hazard in $flavour" expect_json '.findings == []'
    done
    count=$((count + 1))
done <<'END'
shared-pointer|crash misuse|race use-after-free|^race: read in Cache::get / write in Cache::put$|^crash: Cache::put:
lost-notify|lost-wakeup|lost-wakeup|^lost-wakeup: Latch::wait$
two-locks|deadlock|deadlock|^deadlock: bank::transfer holding bank::transfer's lock$
double-checked||race|^race: read in registry / write in registry$
throws-with-lock|hang|hang|^hang: ended holding Queue::push's lock$
thread-local-escapes|assertion|use-after-free|^assertion: main: |^use-after-free: main after std::basic_string<...>::~basic_string$
waits-for-itself|hang|hang|^hang: Pool::wait / main$
forgotten-join|abort|abort|^abort: look: a std::thread is destroyed that was neither joined nor detached$
uncaught|abort|abort|^abort: take: nobody catches std::out_of_range$
wrong-delete|misuse|misuse|^misuse: get after get: delete of a block that operator new did not give$
weak-once|assertion|assertion|^assertion: main: winners == 1$
END
check "these are all" test "$(ls "$bugs" | wc -l)" = $count

build uncaught
check "an exception that nobody catches" expect_status 1 "$SNAG" explore ./uncaught -f fast -n 200 --corpus none --out said
check "says what it has to say" expect_status 1 "$SNAG" replay said/uncaught/abort-*.repro
check "in words" expect_out '^    what\(\): nothing left$'
