/* proc.c: parsing /proc/PID/task/PID/stat and /proc/PID/syscall (see proc(5)). */
#include "watch/proc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool read_line(const char *path, char *text, size_t room) {
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool ok = fgets(text, (int)room, file) != NULL;
    (void)fclose(file);
    return ok;
}

bool snag__proc_read(pid_t pid, struct snag__proc *out) {
    char path[64], text[1024];
    unsigned long user, system;
    snprintf(path, sizeof path, "/proc/%d/task/%d/stat", (int)pid, (int)pid);
    if (!read_line(path, text, sizeof text))
        return false;
    const char *rest = strrchr(text, ')'); /* the name before it may hold anything */
    if (rest == NULL || sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                               &out->state, &user, &system) != 3)
        return false;
    out->processor_ms = (uint64_t)(user + system) * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
    return true;
}

/* Those that wait. */
static const struct {
    long number;
    const char *name;
} waiting_calls[] = {
    {SYS_read, "read"},
    {SYS_write, "write"},
    {SYS_readv, "readv"},
    {SYS_writev, "writev"},
    {SYS_pread64, "pread"},
    {SYS_ppoll, "ppoll"},
    {SYS_pselect6, "pselect"},
    {SYS_epoll_pwait, "epoll_pwait"},
#ifdef SYS_poll
    {SYS_poll, "poll"},
    {SYS_select, "select"},
    {SYS_epoll_wait, "epoll_wait"},
    {SYS_pause, "pause"},
#endif
    {SYS_nanosleep, "nanosleep"},
    {SYS_clock_nanosleep, "clock_nanosleep"},
    {SYS_futex, "futex"},
    {SYS_accept, "accept"},
    {SYS_accept4, "accept4"},
    {SYS_connect, "connect"},
    {SYS_recvfrom, "recvfrom"},
    {SYS_recvmsg, "recvmsg"},
    {SYS_sendto, "sendto"},
    {SYS_sendmsg, "sendmsg"},
    {SYS_wait4, "wait4"},
    {SYS_waitid, "waitid"},
    {SYS_flock, "flock"},
    {SYS_fcntl, "fcntl"},
    {SYS_openat, "openat"},
    {SYS_fsync, "fsync"},
    {SYS_msgrcv, "msgrcv"},
    {SYS_msgsnd, "msgsnd"},
    {SYS_semop, "semop"},
    {SYS_rt_sigsuspend, "rt_sigsuspend"},
    {SYS_rt_sigtimedwait, "rt_sigtimedwait"},
};

void snag__proc_system_call(pid_t pid, char *text, size_t room) {
    char path[64], line[256], *end;
    text[0] = '\0';
    snprintf(path, sizeof path, "/proc/%d/syscall", (int)pid);
    if (!read_line(path, line, sizeof line))
        return;
    long number = strtol(line, &end, 10);
    if (end == line || number < 0) /* "running"; -1: blocked, but not in a call */
        return;
    for (size_t i = 0; i < sizeof waiting_calls / sizeof waiting_calls[0]; i++) {
        if (waiting_calls[i].number == number) {
            snprintf(text, room, "%s", waiting_calls[i].name);
            return;
        }
    }
    snprintf(text, room, "number %ld", number);
}
