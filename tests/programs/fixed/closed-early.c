/* closed-early, mended: whoever ends last closes. Expected: nothing. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum { WRITERS = 2 };
static int ends[2];
static atomic_int open_writers = WRITERS;

static void *produce(void *number) {
    bool sent = write(ends[1], number, sizeof(int)) == sizeof(int);
    if (atomic_fetch_sub(&open_writers, 1) == 1)
        close(ends[1]);
    return sent ? NULL : number;
}

int main(void) {
    pthread_t threads[WRITERS];
    int numbers[WRITERS], number, sum = 0;
    if (pipe(ends) != 0)
        return 1;
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i + 1;
        pthread_create(&threads[i], NULL, produce, &numbers[i]);
    }
    while (read(ends[0], &number, sizeof(number)) == sizeof(number))
        sum += number;
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    close(ends[0]);
    printf("sum %d\n", sum);
    return 0;
}
