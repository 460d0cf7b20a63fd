/* stuck_test.c: a unit test whose bodies get stuck or end their process, in some schedules only. */
#define _GNU_SOURCE
#include <snag/scenario.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int first;
static int failed;

static void expect(int held, const char *what) {
    printf("%s: %s\n", held ? "good" : "bad", what);
    failed += !held;
}

static void spin(void) {
    for (volatile int i = 0;; i = i + 1) {
    }
}

/* The second waits for the first, which is of another open file. */
static void block(void) {
    for (volatile int i = 0; i < 2; i = i + 1)
        (void)flock(open("/proc/self/exe", O_RDONLY), LOCK_EX);
}

/* kill would be a signal of the model: this is one of the system. */
static void die(void) {
    (void)syscall(SYS_pidfd_send_signal, open("/proc/self", O_RDONLY | O_DIRECTORY), SIGKILL, NULL,
                  0);
}

static void *come_second(void *unused) {
    pthread_mutex_lock(&lock);
    first = first != 0 ? first : 2;
    pthread_mutex_unlock(&lock);
    return unused;
}

/* Goes wrong where the other thread comes first. */
static void race_to(void (*wrong)(void)) {
    pthread_t t;
    pthread_create(&t, NULL, come_second, NULL);
    pthread_mutex_lock(&lock);
    first = first != 0 ? first : 1;
    int came_first = first;
    pthread_mutex_unlock(&lock);
    if (came_first == 2)
        wrong();
    pthread_join(t, NULL);
}

static void loops(void) {
    race_to(spin);
}

static void blocks(void) {
    race_to(block);
}

static void dies(void) {
    race_to(die);
}

static void expect_found(struct snag_check_result r, enum snag_finding_kind kind, const char *key) {
    expect(!r.ok && r.end == SNAG_CHECK_FOUND && r.kind == kind, "it is found");
    expect(strcmp(r.key, key) == 0, r.key);
    expect(access(r.repro, R_OK) == 0, "and kept");
    expect(r.schedules > 1, "where it went wrong");
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "every one") != 0)
        return 2;
    expect_found(snag_check(loops, .timeout_ms = 300), SNAG_INFINITE_LOOP, "infinite-loop in spin");
    expect_found(snag_check(blocks, .timeout_ms = 300), SNAG_BLOCKING_CALL,
                 "blocking-call in block");
    expect_found(snag_check(dies, .timeout_ms = 300), SNAG_CHILD_DIED, "child-died");
    expect(first == 0, "and the test goes on");
    return failed > 0;
}
