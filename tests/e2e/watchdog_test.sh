# watchdog_test.sh: real targets that loop for ever, block in a system call, or take the process down: the
# supervisor still writes a repro of the right kind, with the stuck stack, shrunk, and it replays.
# timeout: 300
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
targets=$SNAG_BUILD/tests/targets

# repro HOW: the one repro of that target
repro() { find snag-out -path "*/stuck/$1/*.repro" | head -n 1; }

# explore HOW: until the first accident; only its kind matters here
explore() {
    "$SNAG" explore "stuck/$1" --targets "$targets" --schedules 300 --timeout-ms 300 \
        --restarts-max 1
}

# section NAME FILE: the lines of the program of the repro
count_ops() { grep -cE '^    [a-z]+\(' "$1"; }
count_tasks() { grep -cE '^task ' "$1"; }
count_choices() { sed -n '/^schedule {/,/^}/p' "$1" | grep -cE '^    '; }

# small FILE: at most 3 tasks, 4 operations, 3 choices
small() {
    why="$(cat "$1")"
    [ "$(count_tasks "$1")" -le 3 ] && [ "$(count_ops "$1")" -le 4 ] && [ "$(count_choices "$1")" -le 3 ]
}

found() { why="no repro below snag-out"; [ -n "$(repro "$1")" ]; }
says() { why="$(cat "$2")"; grep -qE "$1" "$2"; }

while read -r how kind function; do
    run explore "$how"
    check "$how: there is a repro" found "$how"
    file=$(repro "$how")
    check "$how: of the right kind" says "^finding $kind\$" "$file"
    check "$how: shrunk" small "$file"
    check "$how: the operation is named" says "^key $kind: reset" "$file"
    if [ "$function" != - ]; then
        check "$how: and the function" says "^key $kind: reset in $function" "$file"
        check "$how: the stuck stack is kept" says "^# at $function stuck.c:[0-9]+" "$file"
        check "$how: up to the operation" says "^# at counter_reset stuck.c:[0-9]+" "$file"
    fi
    check "$how: it replays" expect_status 1 "$SNAG" replay "$file" --targets "$targets" \
        --timeout-ms 300
    check "$how: as what it is" expect_out "$kind"
done <<'LIST'
loop infinite-loop go_wrong
flock blocking-call go_wrong
die child-died -
LIST

explore_flock() { "$SNAG" explore stuck/flock --targets "$targets" --schedules 300 --timeout-ms 300 --out named; }
check "a call that is not modelled" expect_status 1 explore_flock
check "is named" expect_err '^snag: flock is not modelled: it passes through'
check "once, however many processes are restarted" test "$(grep -c 'flock is not modelled' "$ERR")" -eq 1

# A program that loops in its first schedule does in others, too: each costs a restart, and no more.
check "accidents in one program end no campaign" expect_status 1 "$SNAG" explore stuck/loop --targets "$targets" \
    --schedules 45 --timeout-ms 300 --out many
check "all of it was run" expect_out '^stuck/loop \(fast\): 1 finding in 45 schedules'
check "unless one is enough" expect_status 1 "$SNAG" explore stuck/loop --targets "$targets" \
    --schedules 45 --timeout-ms 300 --out enough --on-finding abort
check "then no more are run" expect_out '^stuck/loop \(fast\): 1 finding in 33 schedules, the first in schedule 33'

# How often another finding was seen is counted over all of these processes: as often as where none has to be ended.
cat >both.c <<'C'
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int n;
static void *add(void *unused) {
    int was = n;
    n = was + 1;
    return unused;
}
int main(int argc, char **argv) {
    pthread_t t[3];
    for (int i = 0; i < 3; i++)
        pthread_create(&t[i], NULL, add, NULL);
    for (int i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    for (volatile int forever = n == 1 && argc > 1; forever;) {
    }
    assert(n != 2);
    return argv == NULL;
}
C
both() { # both OUT [ARGUMENT]: assertions in some schedules; with an argument others never end
    "$SNAG" explore ./both --strategy random --points atomic --schedules 100 --timeout-ms 300 --restarts-max 100 \
        --corpus none --out "$1" --json -- "${@:2}" 2>/dev/null
}
seen() { jq '.findings[] | select(.kind == "assertion") | .times' "$1"; }
check "a program that loops in some schedules is built" "$SNAG_BUILD/snag-cc" -O1 -g both.c -o both
both with loops >loops.json
both without >without.json
cp loops.json "$OUT"
check "and found to" expect_json '[.findings[].kind] | sort == ["assertion", "infinite-loop"]'
check "how often nobody counts" expect_json '.findings[] | select(.kind == "infinite-loop") | has("times") | not'
check "the other finding is counted over all processes" test "$(seen loops.json)" -gt 10
check "and none is missing" test "$(seen loops.json)" -eq "$(seen without.json)"

check "regress: all as expected" expect_status 0 "$SNAG" regress snag-out --targets "$targets" \
    --timeout-ms 300
check "the silent twin" expect_status 0 "$SNAG" explore stuck/not --targets "$targets" \
    --schedules 20000

# Killed from outside, in the middle: kept, and not a finding.
env --default-signal=INT "$SNAG" explore stuck/not --targets "$targets" --schedules 100000000 --out killed \
    >"$OUT" 2>"$ERR" </dev/null &
front=$!
# One that dies between two executions was doing nothing: kill until one was in the middle of something.
for _ in 1 2 3 4 5 6 7 8; do
    sleep 0.7
    read -r child _ <"/proc/$front/task/$front/children"
    kill -9 "$child"
    sleep 0.7
    [ ! -d killed ] || break
done
kill -INT "$front"
wait "$front"
status=$?
ended() { why="status $status"; [ "$status" -eq 0 ]; }
check "SIGKILL of the child is no finding" ended
kept() { why="nothing below killed/: $(cat "$ERR")"; grep -rqE '^unreproduced' killed; }
check "but what it was doing is kept" kept
