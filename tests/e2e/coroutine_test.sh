#!/bin/bash
# <snag/coroutine.h>: its guide is under 30 lines, works as it stands there, and needs nothing of snag elsewhere.
# Not about each annotation (tests/unit/task/coroutine_test.c). The rule: the guide is cut out of the header by the
# build (tests/targets), never copied.
. "$(dirname "$0")/lib.sh"

targets=$SNAG_BUILD/tests/targets
guide=$SNAG_BUILD/tests/targets/guide.h
lines() { why="$(grep -c . "$guide") lines"; [ "$(grep -c . "$guide")" -gt 20 ] && [ "$(grep -c . "$guide")" -lt 30 ]; }
check "the guide is under 30 lines" lines
words() { for word in CREATED STACK RESUMED SUSPENDED ENDED; do grep -q "SNAG_TASK_$word(" "$guide" || return 1; done; }
check "and has every annotation" words

# expect_explore NAME FLAVOUR STATUS: 2,000 schedules of guide/NAME
expect_explore() {
    expect_status "$3" "$SNAG" explore --targets "$targets" "guide/$1" -f "$2" -n 2000 --out "$T/out-$2"
}
for flavour in fast tsan asan; do
    check "coroutines and callbacks annotated like that are silent ($flavour)" expect_explore sound $flavour 0
    check "with no hazard either" expect_out ': no finding in 2,000 schedules'
    check "a coroutine that awaits with a mutex is found" expect_explore co-holds $flavour 1
    check "as the hang, by who called the library" expect_out '^    deposit suspended holding book_begin.s lock$'
    check "and the hazard, and nothing else" expect_out ': 1 finding, 1 hazard in 2,000 schedules'
    check "a request that is sent with a mutex is found" expect_explore request-holds $flavour 1
    check "by the callback" expect_out '^    on_request suspended holding book_begin.s lock$'
    check "and nothing else" expect_out ': 1 finding, 1 hazard in 2,000 schedules'
done

repro=$(find "$T/out-fast/guide/request-holds" -name 'suspended-owner-*.repro')
for flavour in fast tsan asan; do
    check "the repro does the same ($flavour)" expect_status 1 "$SNAG" replay --targets "$targets" -f $flavour "$repro"
done
check "a request has lanes" expect_out '^  task t0\.2\.1 "request 0" +SUSPENDED, still holding mutex'
tr -s ' \n' ' ' <"$OUT" >flat && mv flat "$OUT" # however the lines are wrapped
check "and a name" expect_out ' task t0\.2\.1 "request 0" holds mutex [0-9]+, taken in book_begin \(guide.c:[0-9]+\)'
check "who waits for it, too" expect_out ' task t0\.2\.2 "request 1" waits for mutex [0-9]+ in book_begin'
run "$SNAG" replay --targets "$targets" "$repro" --json
check "in JSON, too" expect_json '[.findings[0].parties[].name] == ["task t0.2.1 \"request 0\"", "task t0.2.2 \"request 1\""]'
check "it needs no choice at all" test "$(sed -n '/^schedule {/,/^}/p' "$repro" | wc -l)" = 2

# ---- without snag ----
alone() {
    "$@" -Wall -Wextra -Wpedantic -Werror -DGUIDE_ALONE -I "$SNAG_ROOT/src/include" -I "$(dirname "$guide")" \
        -o alone "$SNAG_ROOT/tests/targets/guide.c" -pthread && [ "$(./alone)" = 16 ]
}
for options in -O0 -O2 "-O2 -fPIE -pie" "-O2 -DSNAG_NO_ANNOTATIONS"; do
    # Unquoted: several options.
    check "plain clang $options" alone "$SNAG_CC" -std=gnu11 $options
    [ -z "$(command -v gcc)" ] || check "plain gcc $options" alone gcc -std=gnu11 $options
done
cat >object.c <<'C'
#include <snag/coroutine.h>
void f(int x[3]);
void f(int x[3]) {
    SNAG_TASK_CREATED((++*x, x));
    SNAG_TASK_STACK((++*x, x), (++x[1], x), (size_t)++x[2]);
    SNAG_TASK_RESUMED((++*x, x));
    SNAG_TASK_SUSPENDED((++*x, x), (++x[1], x));
    SNAG_TASK_ENDED((++*x, x));
}
C
cat >main.c <<'C'
void f(int x[3]);
int main(void) { int x[3] = {0}; f(x); return x[0] + x[1] + x[2]; }
C
check "its arguments are not evaluated there" bash -ec \
    '"$0" -std=c11 -Wall -Wextra -Wpedantic -Werror -I "$1" object.c main.c -o object && ./object' "$SNAG_CC" "$SNAG_ROOT/src/include"
check "switched off, no trace is left" bash -ec \
    '"$0" -std=c11 -DSNAG_NO_ANNOTATIONS -I "$1" -c object.c && ! nm object.o | grep snag' "$SNAG_CC" "$SNAG_ROOT/src/include"
for cxx in "$SNAG_CC" gcc; do
    [ -n "$(command -v "$cxx")" ] || continue
    check "the header is C++ for $cxx" bash -ec \
        "$cxx"' -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -I "$0" -c object.c -o cxx.o' "$SNAG_ROOT/src/include"
done
