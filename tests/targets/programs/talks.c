/* talks.c: a program that reads, writes, and changes what a process has of its own, in many ways;
 * it asserts that each execution begins anew. talks INPUT [WAY]; INPUT is what it is to read.
 */
#include <assert.h>
#include <errno.h>
#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

static char buffer[100];

static void *writes(void *name) {
    printf("thread %s\n", (char *)name);
    return NULL;
}

static void speak(const char *way) {
    if (strcmp(way, "unbuffered") == 0)
        setvbuf(stdout, NULL, _IONBF, 0);
    else if (strcmp(way, "own-buffer") == 0)
        setvbuf(stdout, malloc(4000), _IOFBF, 4000);
    else if (strcmp(way, "closes") == 0)
        fclose(stdout), close(2);
    else if (strcmp(way, "wide") == 0)
        wprintf(L"wide\n");
}

static void look_around(void) {
    assert(getenv("TALKS") == NULL && getenv("SNAG_RUNNER") == NULL);
    assert(strcmp(getenv("HOME"), "/") == 0 && strcmp(getenv("MODE"), "a=b,\\") == 0);
    assert(setenv("TALKS", "yes", 1) == 0 && putenv((char *)"HOME=/elsewhere") == 0);
    assert(unsetenv("MODE") == 0 && getenv("MODE") == NULL);
    assert(!isatty(0) && !isatty(1) && fileno(stdout) == 1 && fileno(stdin) == 0);
}

static void read_all(const char *expected) {
    size_t half = strlen(expected) / 2;
    if (half > 0)
        assert(fread(buffer, 1, half, stdin) == half);
    assert(fgets(buffer + half, sizeof buffer - (int)half, stdin) != NULL || *expected == '\0');
    buffer[strcspn(buffer, "\n")] = '\0';
    assert(strcmp(buffer, expected) == 0);
    assert(getchar() == EOF && feof(stdin) && read(0, buffer, 1) == 0);
}

int main(int argc, char **argv) {
    pthread_t threads[2];
    assert(argc >= 2);
    look_around();
    read_all(argv[1]);
    argv[1][0] = '\0';
    if (argc > 2)
        speak(argv[2]);
    printf("printf without an end, ");
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, writes, i == 0 ? "one" : "two");
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    puts("puts");
    putchar('c');
    putchar('\n');
    fprintf(stderr, "to stderr\n");
    errno = ENOENT;
    perror("perror");
    assert(write(1, "write\n", 6) == 6 && dprintf(2, "dprintf %d\n", 5) == 10);
    if (argc > 2 && strcmp(argv[2], "fails") == 0)
        assert(!"it fails");
    printf("left in the buffer");
    return 0;
}
