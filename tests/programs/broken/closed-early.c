/* closed-early: two threads write into a pipe, one of them closes it, and main reads to the end.
 *
 * Wrong: the one that was started last closes it, as if it ended last.
 * Expected: a misuse: the other one writes into what is closed. */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

enum { WRITERS = 2 };
static int ends[2];

static void *produce(void *number) {
    bool sent = write(ends[1], number, sizeof(int)) == sizeof(int);
    if (*(int *)number == WRITERS)
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
