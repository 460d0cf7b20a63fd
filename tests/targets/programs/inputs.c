/* inputs.c: a program that asks for whatever may differ from one run to the next, and leaves behind
 * what may be left: it asserts that each execution sees the same. inputs FILE DIRECTORY [WAY]
 *
 * FILE is where the first execution writes what it saw, for the others to compare. WAY: "fork" and
 * the like are refused.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

static char seen[2000];
static size_t length;

static void see(const char *what, long value) {
    length += (size_t)snprintf(seen + length, sizeof seen - length, "%s %ld\n", what, value);
}

static void look_at_chance(void) {
    unsigned bytes[3] = {0};
    FILE *device = fopen("/dev/urandom", "r");
    int fd = open("/dev/random", O_RDONLY);
    assert(device != NULL && fd >= 0);
    assert(fread(&bytes[0], 4, 1, device) == 1 && read(fd, &bytes[1], 4) == 4);
    assert(getrandom(&bytes[2], 4, 0) == 4);
    for (int i = 0; i < 3; i++)
        see("bytes", bytes[i]);
    see("rand", rand());
    see("random", random());
    see("drand48", (long)(drand48() * 1e9));
    srand48(7);
    see("lrand48", lrand48());
    assert(lrand48() != lrand48());
}

static void look_at_host(void) {
    struct rusage usage;
    struct tms t;
    see("pid", getpid());
    see("parent", getppid());
    see("processors", sysconf(_SC_NPROCESSORS_ONLN));
    see("nprocs", get_nprocs());
    see("clock", (long)clock());
    see("times", (long)times(&t));
    assert(getrusage(RUSAGE_SELF, &usage) == 0);
    see("usage", (long)usage.ru_utime.tv_usec);
#ifdef __x86_64__
    see("cycles", (long)__rdtsc());
#endif
    assert(sysconf(_SC_PAGESIZE) > 0 && clock() <= clock());
}

#ifdef __x86_64__
/* Of an instruction nobody can say what it gives: it is named. */
static unsigned long long own_cycles(void) {
    unsigned low, high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (unsigned long long)high << 32 | low;
}
#else
static unsigned long long own_cycles(void) {
    return 1;
}
#endif

static void look_at_libc(int argc, char **argv, const char *directory) {
    char here[1000];
    struct stat st;
    see("getopt", getopt(argc, argv, "+x"));
    see("optind", optind);
    see("mask", umask(077));
    assert(strcmp(setlocale(LC_ALL, NULL), "C") == 0);
    (void)setlocale(LC_ALL, "C.UTF-8");
    assert(stat("marker", &st) != 0 && chdir(directory) == 0);
    assert(getcwd(here, sizeof here) != NULL && stat("marker", &st) == 0);
}

static void leave_open(const char *directory) {
    FILE *left = fopen(directory, "r");
    see("descriptor", fileno(left));
    see("another", open(directory, O_RDONLY));
}

static void other_ways(const char *way) {
    pid_t pid;
    char *const words[] = {"/bin/true", NULL};
    if (strcmp(way, "fork") == 0)
        assert(fork() != 0);
    else if (strcmp(way, "system") == 0)
        system("exit 3");
    else if (strcmp(way, "spawn") == 0)
        posix_spawn(&pid, words[0], NULL, NULL, words, words + 1);
    else if (strcmp(way, "exec") == 0)
        execl(words[0], words[0], (char *)NULL);
    assert(!"not reached");
}

static void compare(const char *path) {
    static char before[sizeof seen];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        file = fopen(path, "w");
        assert(file != NULL && fwrite(seen, 1, length, file) == length && fclose(file) == 0);
        return;
    }
    before[fread(before, 1, sizeof before - 1, file)] = '\0';
    assert(strcmp(before, seen) == 0);
}

int main(int argc, char **argv) {
    assert(argc >= 3);
    if (argc > 3)
        other_ways(argv[3]);
    leave_open(argv[2]);
    look_at_chance();
    look_at_host();
    assert(own_cycles() > 0);
    look_at_libc(argc, argv, argv[2]);
    compare(argv[1]);
    return 0;
}
