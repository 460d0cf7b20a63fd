/* refcount: a session that two use. Whoever drops the last reference frees it.
 *
 * Wrong: find_session() returns the session, and its caller counts the reference. In between the
 * other one may have dropped the last.
 * Expected: use after free, and, where that goes unnoticed, a double free. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct session {
    atomic_int references;
    atomic_int messages;
};
static pthread_spinlock_t lock;
static struct session *current; /* under the lock; a reference of its own */

static struct session *find_session(void) {
    pthread_spin_lock(&lock);
    struct session *s = current;
    pthread_spin_unlock(&lock);
    return s;
}

static void drop_session(struct session *s) {
    if (atomic_fetch_sub(&s->references, 1) == 1)
        free(s);
}

static void *log_out(void *unused) {
    (void)unused;
    pthread_spin_lock(&lock);
    struct session *s = current;
    current = NULL;
    pthread_spin_unlock(&lock);
    drop_session(s);
    return NULL;
}

int main(void) {
    pthread_t other;
    pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
    current = calloc(1, sizeof(*current));
    atomic_store(&current->references, 1);
    pthread_create(&other, NULL, log_out, NULL);
    struct session *s = find_session();
    if (s != NULL) {
        atomic_fetch_add(&s->references, 1);
        atomic_fetch_add(&s->messages, 1);
        drop_session(s);
    }
    pthread_join(other, NULL);
    printf("%s\n", s != NULL ? "one message" : "logged out");
    return 0;
}
