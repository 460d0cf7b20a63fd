/* once-inversion, mended: what is to be ready is made ready before the lock is taken. Expected:
 * nothing. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock;
static pthread_once_t loaded = PTHREAD_ONCE_INIT;
static int plugins;

static void add(void) {
    pthread_mutex_lock(&lock);
    plugins++;
    pthread_mutex_unlock(&lock);
}

static int list(void) {
    pthread_once(&loaded, add);
    pthread_mutex_lock(&lock);
    int count = plugins;
    pthread_mutex_unlock(&lock);
    return count;
}

static void *install(void *unused) {
    (void)unused;
    pthread_once(&loaded, add);
    add();
    return NULL;
}

int main(void) {
    pthread_mutexattr_t recursive;
    pthread_t installer;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&lock, &recursive);
    pthread_create(&installer, NULL, install, NULL);
    list();
    pthread_join(installer, NULL);
    printf("%d plugins\n", list());
    return 0;
}
