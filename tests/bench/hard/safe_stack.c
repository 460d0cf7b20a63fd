/* safe_stack.c: a stack without locks of which three threads take elements and give them back.
 *
 * It is Dmitry Vyukov's, who posed it to the authors of CHESS as a puzzle; SCTBench has it, too.
 *
 * Wrong: two threads may get the same element. It takes three threads, and five preemptions at the
 * least. There is no fixed twin: the algorithm itself is at fault.
 */
#include "crew.h"

#include <sched.h>
#include <stdatomic.h>

#include "snag/scenario.h"

enum { ELEMENTS = 3, THREADS = 3, ROUNDS = 2, NONE = -1 };
static struct {
    atomic_int next;
    atomic_int owner;
} elements[ELEMENTS];
static atomic_int head, count;

static int pop(void) {
    while (atomic_load(&count) > 1) {
        int top = atomic_load(&head);
        int next = atomic_exchange(&elements[top].next, NONE);
        if (next == NONE) {
            continue;
        }
        int expected = top;
        if (atomic_compare_exchange_strong(&head, &expected, next)) {
            atomic_fetch_sub(&count, 1);
            return top;
        }
        atomic_exchange(&elements[top].next, next);
    }
    return NONE;
}

static void push(int element) {
    int top = atomic_load(&head);
    do {
        atomic_store(&elements[element].next, top);
    } while (!atomic_compare_exchange_strong(&head, &top, element));
    atomic_fetch_add(&count, 1);
}

static void *take_turns(void *number) {
    int me = *(int *)number;
    for (int i = 0; i < ROUNDS; i++) {
        int element;
        while ((element = pop()) == NONE) {
            sched_yield();
        }
        atomic_store(&elements[element].owner, me);
        snag_assert(atomic_load(&elements[element].owner) == me);
        push(element);
    }
    return NULL;
}

SNAG_SCENARIO(safe_stack) {
    int numbers[THREADS];
    for (int i = 0; i < ELEMENTS; i++) {
        atomic_init(&elements[i].next, i + 1 < ELEMENTS ? i + 1 : NONE);
    }
    atomic_init(&count, ELEMENTS);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        begin(take_turns, &numbers[i]);
    }
    await_all();
}
