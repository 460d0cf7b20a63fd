#!/bin/bash
# <snag/annotate.h>: names are in every report and in no key, locks made by hand are locks, and without snag
# nothing is left of either.
# Not about each annotation (tests/unit/shim/annotate_test.c). The rule: with and without names the same is found,
# in the same schedules.
. "$(dirname "$0")/lib.sh"

targets=$SNAG_BUILD/tests/targets
source=$SNAG_ROOT/tests/targets/named.c
for flavour in fast tsan; do
    check "a deadlock of named locks is found ($flavour)" expect_status 1 \
        "$SNAG" explore --targets "$targets" named/does -f $flavour -n 2000 --out "$T/does-$flavour"
    mv "$OUT" does
    check "and of nameless ones" expect_status 1 \
        "$SNAG" explore --targets "$targets" named/not -f $flavour -n 2000 --out "$T/not-$flavour"
    mv "$OUT" not
    check "as often, under the same key" diff <(sed 's,named/does,named/not,g; s,does-,not-,g' does) not
done
does=$(find "$T/does-fast" -name 'deadlock-*.repro')
not=$(find "$T/not-fast" -name 'deadlock-*.repro')
check "the repros differ in the target's name only" diff <(sed 's,named/does,named/not,' "$does") "$not"

check "the lanes" expect_status 1 "$SNAG" replay --targets "$targets" "$does"
check "name the lock that is taken" expect_out '^ .*\| lock mutex shard\[[12]\]( |$)'
check "and that is waited for" expect_out 'WAITS FOR mutex shard\[[12]\] '
check "the finding names both" expect_out 'holds mutex shard\[[12]\], taken in move .*'
check "and the threads" expect_out '^    thread 0\.[12] "(there|back)"  holds'
check "none is left a number" expect_no_out 'mutex [0-9]'
run "$SNAG" replay --targets "$targets" "$does" --json
check "the JSON names objects" expect_json '[.findings[0].parties[].holds] | sort == ["mutex shard[1]", "mutex shard[2]"]'
check "and actors" expect_json '[.actors[].name] | sort == ["main thread", "thread 0.1 \"there\"", "thread 0.2 \"back\""]'
check "but not the key" expect_json '.findings[0].key | contains("shard") | not'
run "$SNAG" replay --targets "$targets" "$does" --log all
mv "$OUT" log
run "$SNAG" replay --targets "$targets" "$not" --log all
mv "$OUT" nameless
check "the event logs differ in names only" diff <(sed -E 's/mutex [^ ]+/mutex/; s/ "(there|back)"//' log) \
    <(sed -E 's/mutex [0-9]+/mutex/' nameless)

# ---- locks made by hand ----
# explore NAME FLAVOUR STATUS: 2,000 schedules of handmade/NAME
expect_explore() {
    expect_status "$3" "$SNAG" explore --targets "$targets" "handmade/$1" -f "$2" -n 2000 --out "$T/handmade-$2"
}
for flavour in fast tsan; do
    check "a spin lock made by hand is sound ($flavour)" expect_explore sound $flavour 0
    check "taken in two orders it is a deadlock" expect_explore order $flavour 1
    check "and a hazard where it is none" expect_out 'lock-order +R4 .*hazard, see 1$'
    check "and nothing else" expect_out ': 1 finding, 1 hazard in 2,000 schedules'
    check "of those who took it" expect_out '^    move_one holding move_one.s lock$'
done
order=$(find "$T/handmade-fast/handmade/order" -name 'deadlock-*.repro')
check "its lanes" expect_status 1 "$SNAG" replay --targets "$targets" "$order"
check "name both locks" expect_out 'holds lock account\[[012]\], taken in move_one \(handmade.c:[0-9]+\); waits for$'
check "an operation that keeps it" expect_explore keeps fast 1
check "is told" expect_out '^    read_one: an operation returned holding a lock$'
check "and so is who asks for it afterwards" expect_out '^    returned holding read_one.s lock$'
check "a task that suspends with it" expect_explore suspends fast 1
check "is the owner of a hang" expect_out 'suspended-owner +R1'
check "and a hazard" expect_out 'suspend-holding-lock +R1 .*hazard, see 1$'

# ---- without snag ----
include=$SNAG_ROOT/src/include
warnings=(-Wall -Wextra -Wpedantic -Werror)
# alone COMPILER OPTION…: it builds, links and runs without anything of snag, and asks for nothing of it
alone() {
    "$@" "${warnings[@]}" -DNAMED_ALONE -I "$include" -o alone "$source" -pthread && [ "$(./alone)" = "moved: 10" ]
}
for options in -O0 -O2 "-O2 -fPIE -pie" "-O2 -static" "-O2 -DSNAG_NO_ANNOTATIONS"; do
    # Unquoted: several options.
    check "plain clang $options" alone "$SNAG_CC" -std=gnu11 $options
    [ -z "$(command -v gcc)" ] || check "plain gcc $options" alone gcc -std=gnu11 $options
done
cat >object.c <<'C'
#include <snag/annotate.h>
void f(int *x);
void f(int *x) { snag_name(x, "x %d", ++*x); SNAG_LOCK_WAIT((++*x, x)); SNAG_HAPPENS_AFTER((++*x, x)); }
C
cat >main.c <<'C'
void f(int *x);
int main(void) { int x = 0; f(&x); return x; }
C
check "its arguments are not evaluated there" bash -ec \
    '"$0" -std=c11 -Wall -Wextra -Wpedantic -Werror -I "$1" object.c main.c -o object && ./object' "$SNAG_CC" "$include"
check "switched off, no trace is left" bash -ec \
    '"$0" -std=c11 -DSNAG_NO_ANNOTATIONS -I "$1" -c object.c && ! nm object.o | grep snag' "$SNAG_CC" "$include"
check "nor is a call unless it is there" test "$(nm object | grep -c ' w snag__annotate\(_name\)\?$')" = 2
for cxx in "$SNAG_CC" gcc; do
    [ -n "$(command -v "$cxx")" ] || continue
    check "the header is C++ for $cxx" bash -ec \
        "$cxx"' -x c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -I "$0" -c object.c -o cxx.o' "$include"
done
