/* waits.c: snag's own semaphore, notification and barrier, between async tasks: healthy.
 *
 * The rule: who waits stands in a queue, and is let go on by whoever brings what he waits for
 * (src/task/primitives/async_semaphore.c, async_notify.c, async_barrier.c).
 */
#include "snag/async.h"

struct semaphore {
    struct snag_async_semaphore own;
};
struct notify {
    struct snag_async_notify own;
};
struct barrier {
    struct snag_async_barrier own;
};

static void semaphore_init(struct semaphore *s, int64_t permits) {
    snag_async_semaphore_init(&s->own, (uint32_t)permits);
}
static void semaphore_destroy(struct semaphore *s) {
    snag_async_semaphore_destroy(&s->own);
}
static void semaphore_acquire(struct semaphore *s) {
    snag_async_semaphore_acquire(&s->own);
}
static bool semaphore_try_acquire(struct semaphore *s) {
    return snag_async_semaphore_try_acquire(&s->own);
}
static void semaphore_release(struct semaphore *s) {
    snag_async_semaphore_release(&s->own);
}

static void notify_init(struct notify *n) {
    snag_async_notify_init(&n->own);
}
static void notify_destroy(struct notify *n) {
    snag_async_notify_destroy(&n->own);
}
static void notify_wait(struct notify *n) {
    snag_async_notify_wait(&n->own);
}
static void notify_one(struct notify *n) {
    snag_async_notify_one(&n->own);
}
static int64_t notify_all(struct notify *n) {
    return snag_async_notify_all(&n->own);
}

static void barrier_init(struct barrier *b, int64_t parties) {
    snag_async_barrier_init(&b->own, (uint32_t)parties);
}
static void barrier_destroy(struct barrier *b) {
    snag_async_barrier_destroy(&b->own);
}
static bool barrier_wait(struct barrier *b) {
    return snag_async_barrier_wait(&b->own);
}

#include "waits_adapter.h"
WAITS_TARGET("sync/waits", SNAG_TASKS, SYNC_ONCE | SYNC_RWLOCK, .cancel = true);
