/* string_buffer.c: buffers of characters, of which every method locks the buffer that it is of.
 *
 * As Java's StringBuffer had it (Flanagan, Qadeer: A Type and Effect System for Atomicity, PLDI
 * 2003), and `stringbuffer-jdk1.4` in SCTBench.
 *
 * Wrong: append() asks the other buffer for its length, and then for so many characters. In
 * between it may have become shorter.
 */
#include "crew.h"

#include <string.h>

#include "snag/scenario.h"

enum { CAPACITY = 32 };
struct buffer {
    pthread_mutex_t lock;
    int length;
    char characters[CAPACITY];
};
static struct buffer greeting = {PTHREAD_MUTEX_INITIALIZER, 6, "hello "};
static struct buffer name = {PTHREAD_MUTEX_INITIALIZER, 5, "world"};

static int length_of(struct buffer *b) {
    pthread_mutex_lock(&b->lock);
    int length = b->length;
    pthread_mutex_unlock(&b->lock);
    return length;
}

/* As many as there are, but no more than `count`, if FIXED. Returns how many. */
static int get_characters(struct buffer *b, int count, char *to) {
    pthread_mutex_lock(&b->lock);
#ifdef FIXED
    count = count < b->length ? count : b->length;
#endif
    snag_assert(count <= b->length);
    memcpy(to, b->characters, (size_t)count);
    pthread_mutex_unlock(&b->lock);
    return count;
}

static void erase(struct buffer *b, int from, int to) {
    pthread_mutex_lock(&b->lock);
    memmove(b->characters + from, b->characters + to, (size_t)(b->length - to));
    b->length -= to - from;
    pthread_mutex_unlock(&b->lock);
}

static void append(struct buffer *to, struct buffer *from) {
    pthread_mutex_lock(&to->lock);
    int count = length_of(from);
    to->length += get_characters(from, count, to->characters + to->length);
    pthread_mutex_unlock(&to->lock);
}

static void *shorten(void *unused) {
    erase(&name, 1, 4);
    return unused;
}

SNAG_SCENARIO(string_buffer) {
    begin(shorten, NULL);
    append(&greeting, &name);
    await_all();
}
