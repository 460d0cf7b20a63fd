#!/bin/bash
# The supervisor against a target that gets stuck, dies and is killed: what it calls it, what it keeps.
# timeout: 300
# Not about the engine: tests/e2e/fake_target.c has none. The rule: every sleep in here is bounded.
. "$(dirname "$0")/lib.sh"

mkdir -p "$T/targets/fake"
"$SNAG_CC" -std=gnu11 -O1 -g -fno-omit-frame-pointer -fno-pie -no-pie -I "$SNAG_ROOT/src/include" -I "$SNAG_ROOT/src" \
    -I "$SNAG_ROOT/harness" -o "$T/targets/fake/bad.fast" "$SNAG_ROOT/tests/e2e/fake_target.c" \
    "$SNAG_BUILD/libsnag_core.a" -lxxhash || exit 3
cd "$T" || exit 3

# explore PLAN [OPTION…]: ten executions of the fake, of which PLAN says which go wrong.
explore() {
    local plan=$1
    shift
    rm -rf "$T/out"
    FAKE=$plan "$SNAG" explore fake/bad --targets "$T/targets" --out "$T/out" --schedules 10 \
        --timeout-ms 300 "$@"
}
# No process of ours may outlive a command.
expect_nothing_left() {
    why="processes left: $(ours)"
    [ -z "$(ours)" ]
}
# Processes whose command line has the fake's path.
ours() {
    grep -lzF "$T/targets/fake/bad.fast" /proc/[0-9]*/cmdline 2>/dev/null
}
expect_file() {
    why="no line '$2' in $1"
    grep -qE -e "$2" "$1"
}

check "a good target is left alone" expect_status 0 explore ""
check "and runs all of it" expect_out '^executions=10 findings=0 restarts=0 summary=own$'

check "an endless loop is a finding" expect_status 1 explore loop@3
check "the loop has its kind and the function that loops, not what it calls" \
    expect_err '^recovered: infinite-loop op1 spin_for_ever$'
check "the search goes on after it" expect_out '^executions=10 findings=1 restarts=1 summary=own$'
check "the stack is kept, innermost first" expect_file out/infinite-loop.repro '^at spin_for_ever fake_target.c:[0-9]+$'
check "up to main" expect_file out/infinite-loop.repro '^at main fake_target.c:[0-9]+$'
check "the flight is not left behind" test ! -e out/flight-001.snag
check "no process is left" expect_nothing_left

check "a loop is told from what it calls, also where it is nearly always there" \
    expect_status 1 explore elsewhere@2
check "by its function" expect_err '^recovered: infinite-loop op15 nearly_always_elsewhere$'

check "a blocking read is a finding" expect_status 1 explore block@3
check "the blocked one has its kind and the function under test" \
    expect_err '^recovered: blocking-call op2 wait_for_ever$'
check "its system call is named" expect_file out/blocking-call.repro 'in the system call read$'
check "its stack begins in the C library" expect_file out/blocking-call.repro '^at .*read'
check "short sleeps without end are a blocking call" expect_status 1 explore poll@2
check "and it is the poll" expect_err '^recovered: blocking-call op3 poll_for_ever$'

check "a fault is a finding" expect_status 1 explore segv@3
check "and says which signal" expect_file out/child-died.repro 'signal 11'
check "an exit in the middle is one too" expect_status 1 explore exit@3
check "and says its status" expect_file out/child-died.repro 'ended with status 66'
check "SIGKILL from outside is none" expect_status 0 explore killonce@4
check "but is kept" expect_out '^finding child-died op6  unreproduced$'
check "and the search goes on" expect_out '^executions=10 findings=1 restarts=1'

check "several accidents, one campaign" expect_status 1 explore "loop@2 block@4 segv@6"
check "all of them counted" expect_out '^executions=10 findings=3 restarts=3 summary=own$'
check "and none left as a zombie" expect_out '^siblings=1$'
check "the same loop again is not recovered again" expect_status 1 explore "loop@2 loop@3"
check "once is enough" expect_out '^executions=10 findings=1 restarts=2 summary=own$'
check "restarts are bounded" expect_status 1 explore "loop@2 block@3 segv@4" --restarts-max 1
check "and the summary still comes" expect_out '^executions=3 findings=2 restarts=1 summary=only$'
check "and it says so" expect_err 'given up after 1 restarts'

check "being stopped is not being stuck" expect_status 0 explore stop@2
check "working is not being stuck" expect_status 0 explore busy@2
check "announced silence is not being stuck" expect_status 0 explore unwatched@2
check "nothing was recovered" expect_out '^executions=10 findings=0 restarts=0'

check "SIGKILL between executions is just a restart" expect_status 0 explore between@3
check "none is lost" expect_out '^executions=10 findings=0 restarts=1 summary=own$'
check "a crash of the harness is trouble" expect_status 3 explore "loop@2 abort@4"
check "what was found before is still told" expect_out '^executions=4 findings=1 restarts=1 summary=only$'
check "computing without end between executions is trouble" expect_status 3 explore stray@3
check "with the function" expect_err 'after execution 3: the process got stuck in spin_for_ever, computing without end between two'
check "and its stack" expect_err '^at spin_for_ever fake_target.c:[0-9]+$'
check "what was run before is still told" expect_out '^executions=3 findings=0 restarts=0 summary=only$'
check "a child that cannot start is trouble" expect_status 3 explore startup
check "with its last line" expect_err 'before its first execution, twice; its last words: cannot start: no such fake$'

mkdir "$T/closed" && chmod 555 "$T/closed"
if [ "$(id -u)" -ne 0 ]; then
    check "an unwritable place for repros is trouble" expect_status 3 explore loop@2 --out "$T/closed/x"
fi
: >"$T/file"
check "a file where a directory should be is trouble" expect_status 3 explore loop@2 --out "$T/file/x"
check "and says which" expect_err 'file.*: cannot be made'

# interrupt PLAN COUNT: runs it in a session of its own, sends COUNT times SIGINT to snag alone.
interrupt() {
    local plan=$1 count=$2 pid status=0
    FAKE=$plan setsid "$SNAG" explore fake/bad --targets "$T/targets" --out "$T/out" --schedules 10 \
        --timeout-ms 5000 &
    pid=$!
    for _ in $(seq 100); do
        sleep 0.05
        [ -n "$(ours)" ] && break
    done
    sleep 0.3
    for _ in $(seq "$count"); do
        kill -INT "$pid"
        sleep 0.3
    done
    wait "$pid" || status=$?
    return $status
}
# A script's background jobs ignore SIGINT, which snag respects; so the default is put back.
real=$SNAG
printf '#!/bin/sh\nexec env --default-signal=INT "%s" "$@"\n' "$real" >"$T/snag-int"
chmod +x "$T/snag-int"
SNAG=$T/snag-int
check "Ctrl-C ends a campaign in order" expect_status 0 interrupt wait@3 1
check "with its summary" expect_out '^executions=3 findings=0 restarts=0 summary=own$'
check "a second Ctrl-C kills" expect_status 0 interrupt deaf@3 2
check "and says so" expect_err 'interrupted'
check "nothing outlives it" expect_nothing_left
SNAG=$real

# killed PLAN: snag itself is killed; its child must not outlive it.
killed() {
    FAKE=wait@3 setsid "$SNAG" explore fake/bad --targets "$T/targets" --out "$T/out" &
    local pid=$!
    for _ in $(seq 100); do
        sleep 0.05
        [ -n "$(ours)" ] && break
    done
    kill -KILL "$pid"
    wait "$pid" 2>/dev/null
    sleep 0.3
}
run killed
check "a killed supervisor takes its child along" expect_nothing_left
