/* measure.c: runs a command on one processor and says what it took: one line of key=value words on
 * standard output, after whatever the command printed goes to the file named first.
 *
 * usage: bench_measure OUTPUT COMMAND [ARGUMENT…]
 *     status=0 cpu_ns=… rss_kb=…     processor time, its own and the kernel's; most memory at a
 * time
 *
 * The rule: what the command waits for costs nothing, so that what else the machine is doing counts
 * as little as it can.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(const char *output, char **command) {
    cpu_set_t first;
    int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    (void)sched_setaffinity(0, sizeof first, &first); /* where it may not, any processor does */
    if (fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0)
        (void)execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

static uint64_t ns(struct timeval t) {
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_usec * 1000;
}

int main(int argc, char **argv) {
    struct rusage used;
    int status = 0;
    if (argc < 3) {
        fprintf(stderr, "usage: bench_measure OUTPUT COMMAND [ARGUMENT...]\n");
        return 2;
    }
    pid_t child = fork();
    if (child == 0)
        become(argv[1], argv + 2);
    if (child < 0 || wait4(child, &status, 0, &used) != child) {
        perror("bench_measure");
        return 3;
    }
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    printf("status=%d cpu_ns=%" PRIu64 " rss_kb=%ld\n", status,
           ns(used.ru_utime) + ns(used.ru_stime), used.ru_maxrss);
    return 0;
}
