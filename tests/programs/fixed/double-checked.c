/* double-checked, mended: the pointer is atomic, and is set when all is in place. Expected:
 * nothing. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    const char *name;
    int size;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic(struct settings *) shared;

static const struct settings *settings(void) {
    struct settings *made = atomic_load(&shared);
    if (made == NULL) {
        pthread_mutex_lock(&lock);
        made = atomic_load(&shared);
        if (made == NULL) {
            made = calloc(1, sizeof(*made));
            made->name = "default";
            made->size = 7;
            atomic_store(&shared, made);
        }
        pthread_mutex_unlock(&lock);
    }
    return made;
}

static void *use(void *length) {
    *(size_t *)length = strlen(settings()->name);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    size_t lengths[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, use, &lengths[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("%zu %zu of %d\n", lengths[0], lengths[1], settings()->size);
    return 0;
}
