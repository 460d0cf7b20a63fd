/* string-buffer, mended: append() keeps the other buffer locked from the question to the copy.
 * Expected: nothing. */
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

static void get_characters_locked(struct buffer *b, size_t count, char *to) {
    if (count > b->length) {
        fprintf(stderr, "%zu characters of %zu\n", count, b->length);
        abort();
    }
    memcpy(to, b->characters, count);
}

static void truncate_to(struct buffer *b, size_t length) {
    pthread_mutex_lock(&b->lock);
    b->length = length;
    pthread_mutex_unlock(&b->lock);
}

static void append(struct buffer *to, struct buffer *from) {
    pthread_mutex_lock(&to->lock);
    pthread_mutex_lock(&from->lock);
    size_t count = from->length;
    get_characters_locked(from, count, to->characters + to->length);
    pthread_mutex_unlock(&from->lock);
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
