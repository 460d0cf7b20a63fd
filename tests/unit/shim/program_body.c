/* program_body.c: cases for program_test.c: what a program reads, writes, registers and leaves. */
#define _GNU_SOURCE
#include "../exec/cases.h"
#include "snag/scenario.h"

#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <wchar.h>

extern char **environ;

void writes(void);
void writes(void) {
    printf("out ");
    fprintf(stderr, "err\n");
    out(write(1, "raw\n", 4));
    out(write(0, "x", 1));
    printf("left");
}

void copies_its_streams(void);
void copies_its_streams(void) {
    int copy = dup(1), file = open("/dev/zero", O_RDONLY);
    char text[4] = "";
    out(write(copy, "lost", 4));
    out(read(dup(0), text, 1));
    out(dup2(file, 0));
    out(read(0, text, 4));
    out(fcntl(1, F_SETFL, O_APPEND | O_NONBLOCK));
    out(write(fcntl(1, F_DUPFD, 10), "lost", 4));
    out(dup2(-1, 1));
    out(dup2(copy, 1));
    printf("kept");
}

void reopens_its_streams(void);
void reopens_its_streams(void) {
    printf("before");
    out(freopen("/dev/zero", "r", stdin) == stdin);
    out(getchar());
    out(freopen("/dev/null", "w", stdout) == stdout);
    out(printf("after"));
    out(freopen("/nowhere/at/all", "w", stderr) == NULL);
    fprintf(stderr, " all");
}

void writes_much(void);
void writes_much(void) {
    for (int i = 0; i < 20000; i++)
        puts("0123456789");
}

void changes_its_streams(void);
void changes_its_streams(void) {
    out(ferror(stdout));
    out(ferror(stdin) + feof(stdin));
    if (case_in == 1)
        out(fclose(stdout));
    else if (case_in == 2)
        out(wprintf(L"wide") < 0);
    else if (case_in == 3)
        out(setvbuf(stdout, malloc(10), _IOFBF, 10) + (getchar() == EOF));
    else
        out(printf("plain") == 5);
}

void reads(void);
void reads(void) {
    char text[10] = "";
    out(getchar());
    out(ungetc('Z', stdin));
    out(fgets(text, sizeof text, stdin) != NULL);
    out(text[0]);
    out(text[1]);
    out(read(0, text, 1));
    out(read(1, text, 1));
}

void looks_at_its_environment(void);
void looks_at_its_environment(void) {
    int count = 0;
    while (environ[count] != NULL)
        count++;
    out(count);
    out(strcmp(getenv("HOME"), "/own"));
    out(getenv("NEW") == NULL);
    out(setenv("NEW", "1", 1));
    getenv("HOME")[0] = 'x';
}

static void note_one(void) {
    out(1);
}
static void note_status(int status, void *argument) {
    out(10 * status + *(const char *)argument);
}
static void registers_more(void) {
    out(3);
    (void)atexit(note_one);
}

void exits_with_handlers(void);
void exits_with_handlers(void) {
    (void)atexit(note_one);
    (void)on_exit(note_status, "\5");
    (void)atexit(registers_more);
    exit((int)case_in);
}

void ends_with_a_timer_set(void);
void ends_with_a_timer_set(void) {
    (void)atexit(note_one);
    (void)alarm(100);
    pthread_exit(NULL);
}

void registers_too_many(void);
void registers_too_many(void) {
    int refused = 0;
    for (int i = 0; i < 2000; i++)
        refused += atexit(note_one) != 0;
    out(refused);
    _exit(0);
}

void leaves_much(void);
void leaves_much(void) {
    static char *const words[] = {"program", "-a", "rest", NULL};
    out(optind == 1 && getopt(3, words, "+a") == 'a');
    out(open("/", O_RDONLY));
    FILE *f = fopen("/proc/self/stat", "r");
    out(fileno(f));
    out(strcmp(setlocale(LC_ALL, NULL), "C"));
    (void)!chdir("/");
    out(setlocale(LC_ALL, "C.UTF-8") != NULL);
}

enum { PAGE = 4096, MUCH = 1 << 20 };

static char *map(void *at, size_t bytes, int flags) {
    char *got = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    out(got != MAP_FAILED);
    memset(got, 1, bytes);
    return got;
}

/* A hole in the middle that the process itself fills is not the program's any more. */
void leaves_mapped(void);
void leaves_mapped(void) {
    int fd = open("/proc/self/exe", O_RDONLY);
    char *all = map(NULL, MUCH, 0);
    out(munmap(all + MUCH / 4, MUCH / 2));
    out(map(all, PAGE, MAP_FIXED) == all);
    out(map(all + MUCH / 4, PAGE, MAP_FIXED) == all + MUCH / 4);
    char *grown = mremap(map(NULL, MUCH, 0), MUCH, 4 * (size_t)MUCH, MREMAP_MAYMOVE);
    out(grown != MAP_FAILED && grown[MUCH - 1] == 1);
    out(mmap64(NULL, MUCH, PROT_READ, MAP_SHARED, fd, 0) != MAP_FAILED);
    out((void *)syscall(SYS_mmap, NULL, (size_t)MUCH, PROT_READ, MAP_PRIVATE, fd, 0L) !=
        MAP_FAILED);
    char *gone = map(NULL, MUCH, 0);
    out(syscall(SYS_munmap, gone, (size_t)MUCH));
    static char own[2 * PAGE];
    uintptr_t page = ((uintptr_t)own + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    out(map((void *)page, PAGE, MAP_FIXED) == (char *)page);
}

/* Returns a descriptor that is another's, under a number which was a stream's. */
void opens_by_number(void);
void opens_by_number(void) {
    FILE *closed = fdopen(open("/", O_RDONLY), "r");
    int number = fileno(closed);
    out(fclose(closed));
    out(memfd_create("another's", 0) == number);
    out(number);
    fputs("flushed", fdopen((int)case_in, "w"));
    FILE *output = fdopen(1, "w");
    out(fprintf(output, "printed") == 7 && fclose(output) == 0);
    out(write(1, ".", 1));
    out(fdopen(-1, "r") == NULL);
}

void opens_a_pipe_by_number(void);
void opens_a_pipe_by_number(void) {
    int ends[2];
    out(pipe(ends));
    out(fdopen(ends[0], "r") != NULL);
}

static int *volatile lost, *volatile kept;

void leaves_blocks(void);
void leaves_blocks(void) {
    lost = malloc(4);
    lost = NULL;
    kept = malloc(4);
    int **chain = malloc(sizeof *chain);
    *chain = kept;
    kept = (int *)chain;
}

/* Two threads print; each holds the stream for both parts of its line. */
static void *prints_in_parts(void *name) {
    flockfile(stdout);
    printf("%s", (const char *)name);
    sched_yield();
    flockfile(stdout);
    printf("%s.", (const char *)name);
    funlockfile(stdout);
    funlockfile(stdout);
    return NULL;
}

void locks_a_stream(void);
void locks_a_stream(void) {
    pthread_t t[2];
    pthread_create(&t[0], NULL, prints_in_parts, "a");
    pthread_create(&t[1], NULL, prints_in_parts, "b");
    out(ftrylockfile(stderr));
    funlockfile(stderr);
    pthread_join(t[0], NULL);
    pthread_join(t[1], NULL);
}

SNAG_SCENARIO(program) {
    case_body();
}
