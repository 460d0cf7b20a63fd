/* double-checked: the settings are read when first asked for, and the lock is only taken then.
 *
 * Wrong: the pointer by which others see that they are there is set before they are.
 * Expected: a crash (somebody reads the name, which is not there yet); and a race on the pointer.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    const char *name;
    int size;
};
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct settings *shared;

static const struct settings *settings(void) {
    if (shared == NULL) {
        pthread_mutex_lock(&lock);
        if (shared == NULL) {
            shared = calloc(1, sizeof(*shared));
            shared->name = "default";
            shared->size = 7;
        }
        pthread_mutex_unlock(&lock);
    }
    return shared;
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
