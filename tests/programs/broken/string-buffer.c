/* string-buffer: buffers of characters, of which every function locks what it touches.
 *
 * Wrong: append() asks for the length of the other buffer, and then for so many characters. Each is
 * done under the lock; together they are not, and the other buffer may be shorter by then.
 * Expected: abort(). */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
    pthread_mutex_t lock;
    size_t length;
    char characters[32];
};
static struct buffer greeting = {PTHREAD_MUTEX_INITIALIZER, 6, "hello "};
static struct buffer name = {PTHREAD_MUTEX_INITIALIZER, 5, "world"};

static size_t get_length(struct buffer *b) {
    pthread_mutex_lock(&b->lock);
    size_t length = b->length;
    pthread_mutex_unlock(&b->lock);
    return length;
}

static void get_characters(struct buffer *b, size_t count, char *to) {
    pthread_mutex_lock(&b->lock);
    if (count > b->length) {
        fprintf(stderr, "%zu characters of %zu\n", count, b->length);
        abort();
    }
    memcpy(to, b->characters, count);
    pthread_mutex_unlock(&b->lock);
}

static void truncate_to(struct buffer *b, size_t length) {
    pthread_mutex_lock(&b->lock);
    b->length = length;
    pthread_mutex_unlock(&b->lock);
}

static void append(struct buffer *to, struct buffer *from) {
    pthread_mutex_lock(&to->lock);
    size_t count = get_length(from);
    get_characters(from, count, to->characters + to->length);
    to->length += count;
    pthread_mutex_unlock(&to->lock);
}

static void *shorten(void *unused) {
    (void)unused;
    truncate_to(&name, 2);
    return NULL;
}

int main(void) {
    pthread_t other;
    pthread_create(&other, NULL, shorten, NULL);
    append(&greeting, &name);
    pthread_join(other, NULL);
    printf("%.*s\n", (int)greeting.length, greeting.characters);
    return 0;
}
