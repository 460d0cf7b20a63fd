/* lost-notify: a flag that is waited for by a futex.
 *
 * Wrong: wait_until_ready() reads the word again for the call that is to sleep. If it was set in
 * between, the kernel finds it as expected, and nobody will wake the sleeper any more.
 * Expected: a lost wakeup. */
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_int ready;

static void wait_until_ready(void) {
    while (atomic_load(&ready) == 0)
        syscall(SYS_futex, &ready, FUTEX_WAIT_PRIVATE, atomic_load(&ready), NULL, NULL, 0);
}

static void *notify(void *unused) {
    (void)unused;
    atomic_store(&ready, 1);
    syscall(SYS_futex, &ready, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    return NULL;
}

int main(void) {
    pthread_t notifier;
    pthread_create(&notifier, NULL, notify, NULL);
    wait_until_ready();
    pthread_join(notifier, NULL);
    printf("ready %d\n", atomic_load(&ready));
    return 0;
}
