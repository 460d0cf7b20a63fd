#!/bin/bash
# snag doctor: what of a program is under control, what escapes, and through which library.
# Not about findings. The rule: whatever is named there is in the program, and nothing in it goes unnamed.
. "$(dirname "$0")/lib.sh"

cc=$SNAG_BUILD/snag-cc
cat >hit.c <<'END'
#include <pthread.h>
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
void shared_hit(int *n) {
    pthread_mutex_lock(&lock);
    ++*n;
    pthread_mutex_unlock(&lock);
}
END
cat >quiet.c <<'END'
int quiet(int n) { return n; }
END
cat >user.c <<'END'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
void shared_hit(int *n);
int quiet(int n);
static void *work(void *n) {
    shared_hit(n);
    return NULL;
}
int main(int argc, char **argv) {
    pthread_t thread;
    int n = 0;
    if (getenv("NEVER") != NULL)
        return 3;
    pthread_create(&thread, NULL, work, &n);
    pthread_join(thread, NULL);
    if (argc > 1) {
        FILE *f = fopen(argv[1], "r");
        if (f != NULL)
            fclose(f);
        flock(0, LOCK_UN);
        return quiet(n + 1);
    }
    return quiet(0);
}
END
expect_same() {
    why="standard output is not what is in $1"
    cmp -s "$OUT" "$1"
}
shared() { gcc -shared -fPIC "$1.c" -o "lib$1.so" "${@:2}"; }
archive() { gcc -c "$1.c" && ar rc "lib$1.a" "$1.o"; }
check "a shared library that locks" shared hit
check "and one that does not" shared quiet
check "linked with both" "$cc" user.c -L. -lhit -lquiet "-Wl,-rpath,$T" -o user
check "the doctor looks" expect_status 0 "$SNAG" doctor ./user
check "at a number of schedules" expect_out '^user \(fast\): 100 schedules looked at, up to 2 threads, on average 3.0'
check "counts points by kind" expect_out '^    start 2.0, end 2.0, spawn 1.0, join 1.0$'
check "names what is wrapped" expect_out '^    .*pthread_create, pthread_join'
check "and what escapes, with the place" expect_out '^    flock \(main user.c:22\)$'
check "what is learned from outside" expect_out '^    fopen \(main user.c:19\): files$'
check "and what is always the same" expect_out '^    getenv \(main user.c:14\): environment$'
check "the library that locks" expect_out '^    libhit.so calls .*pthread_mutex_lock'
check "apart from the other" expect_out '^    libquiet.so$'
check "in 80 columns" bash -c "! grep -E '.{81}' $(printf '%q' "$OUT")"
check "as JSON" expect_json '[.controlled[].name] | index("pthread_create") != null' "$SNAG" doctor --json ./user
check "with the same" expect_json '.shared_libraries | map(select(.escapes != "")) | map(.name) == ["libhit.so"]'
check "nothing of it was compiled elsewhere" expect_json '.not_instrumented == []'
cp "$OUT" first
run "$SNAG" doctor --json ./user
check "the same once more" expect_same first
check "tsan, too" expect_json '.flavour == "tsan"' "$SNAG" doctor --json -f tsan ./user
check "with arguments" expect_json '.schedules == 100' "$SNAG" doctor --json ./user -- words
check "what passes through is named when it is called" expect_err '^snag: flock is not modelled: it passes through'
check "once" test "$(grep -c 'flock is not modelled' "$ERR")" -eq 1
check "explore names the library first" expect_status 0 "$SNAG" explore ./user -n 20
check "in one line" expect_err '^snag: libhit.so, which is shared, uses threads outside of snag.s control'
check "and only that one" expect_lines "$ERR" 1

check "an archive beside it" archive hit
check "is linked instead" "$cc" -v user.c -L. -lhit -lquiet "-Wl,-rpath,$T" -o user
check "-v says so" expect_err '^snag-cc: -lhit is ./libhit.a$'
check "then its locks are points" expect_json '.points_by_kind.lock == 1 and .points_by_kind.unlock == 1' "$SNAG" doctor --json ./user
check "the archive is named" expect_json '.not_instrumented == ["./libhit.a"]'
check "and no library escapes" expect_json '[.shared_libraries[].name] == ["libquiet.so"]'
check "compiled by snag-cc" bash -c "$(printf '%q' "$cc") -c hit.c -o hit.o && rm libhit.a && ar rc libhit.a hit.o"
check "it is linked again" "$cc" user.c -L. -lhit -lquiet "-Wl,-rpath,$T" -o user
check "and is no stranger" expect_json '.not_instrumented == []' "$SNAG" doctor --json ./user
check "one that needs the shared one" shared quiet -L. -Wl,--no-as-needed -lhit
check "keeps it shared" "$cc" -v user.c -L. -lhit -lquiet "-Wl,-rpath,$T" -o user
check "-v says why" expect_err '^snag-cc: -lhit stays shared, for quiet needs it so$'
check "and it runs" expect_status 0 ./user

check "what is no program" expect_status 2 "$SNAG" doctor "$SNAG_BUILD/targets/kv/mutex"
check "is said to be none" expect_err '^snag doctor: kv/mutex is no program$'
