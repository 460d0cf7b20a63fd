/* passed.c: calls that are not modelled and pass through: named when the first one is made.
 *
 * They may wait, or wake somebody, behind the scheduler's back; what really blocks is the
 * watchdog's. Not for what makes threads or processes, which is refused (spawn.c). The rule: each
 * is in unmodelled.def (SNAG_PASSED), so that it is named at the end of a run as well, with its
 * place.
 */
#define _GNU_SOURCE
#include <aio.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sched/sched.h"
#include "shim/refuse.h"

static const char then[] =
    "not modelled: it passes through, and who waits in it, or is woken by it, is not seen";

/* X(result, name, parameters, arguments) */
#define PASSED(X)                                                                                  \
    X(int, flock, (int fd, int how), (fd, how))                                                    \
    X(int, lockf, (int fd, int what, off_t bytes), (fd, what, bytes))                              \
    X(int, lockf64, (int fd, int what, off64_t bytes), (fd, what, bytes))                          \
    X(ssize_t, splice,                                                                             \
      (int from, off64_t *at, int to, off64_t *to_at, size_t bytes, unsigned flags),               \
      (from, at, to, to_at, bytes, flags))                                                         \
    X(ssize_t, tee, (int from, int to, size_t bytes, unsigned flags), (from, to, bytes, flags))    \
    X(ssize_t, vmsplice, (int fd, const struct iovec *parts, size_t count, unsigned flags),        \
      (fd, parts, count, flags))                                                                   \
    X(ssize_t, sendfile, (int to, int from, off_t *at, size_t bytes), (to, from, at, bytes))       \
    X(ssize_t, sendfile64, (int to, int from, off64_t *at, size_t bytes), (to, from, at, bytes))   \
    X(int, recvmmsg,                                                                               \
      (int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *until),       \
      (fd, messages, count, flags, until))                                                         \
    X(int, sendmmsg, (int fd, struct mmsghdr *messages, unsigned count, int flags),                \
      (fd, messages, count, flags))                                                                \
    X(pid_t, wait, (int *status), (status))                                                        \
    X(pid_t, wait3, (int *status, int how, struct rusage *used), (status, how, used))              \
    X(pid_t, wait4, (pid_t child, int *status, int how, struct rusage *used),                      \
      (child, status, how, used))                                                                  \
    X(int, waitid, (idtype_t kind, id_t who, siginfo_t * info, int how), (kind, who, info, how))   \
    X(pid_t, waitpid, (pid_t child, int *status, int how), (child, status, how))                   \
    X(ssize_t, msgrcv, (int queue, void *to, size_t bytes, long type, int flags),                  \
      (queue, to, bytes, type, flags))                                                             \
    X(int, msgsnd, (int queue, const void *from, size_t bytes, int flags),                         \
      (queue, from, bytes, flags))                                                                 \
    X(int, semop, (int set, struct sembuf *what, size_t count), (set, what, count))                \
    X(int, semtimedop,                                                                             \
      (int set, struct sembuf *what, size_t count, const struct timespec *longest),                \
      (set, what, count, longest))                                                                 \
    X(ssize_t, mq_receive, (mqd_t queue, char *to, size_t bytes, unsigned *priority),              \
      (queue, to, bytes, priority))                                                                \
    X(ssize_t, mq_timedreceive,                                                                    \
      (mqd_t queue, char *to, size_t bytes, unsigned *priority, const struct timespec *until),     \
      (queue, to, bytes, priority, until))                                                         \
    X(int, mq_send, (mqd_t queue, const char *from, size_t bytes, unsigned priority),              \
      (queue, from, bytes, priority))                                                              \
    X(int, mq_timedsend,                                                                           \
      (mqd_t queue, const char *from, size_t bytes, unsigned priority,                             \
       const struct timespec *until),                                                              \
      (queue, from, bytes, priority, until))                                                       \
    X(int, aio_suspend,                                                                            \
      (const struct aiocb *const of[], int count, const struct timespec *longest),                 \
      (of, count, longest))

#define WRAPPER(type, name, parameters, arguments)                                                 \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters {                                                                \
        if (snag__self != NULL) {                                                                  \
            snag__tell_once(#name, then);                                                          \
        }                                                                                          \
        return __real_##name arguments;                                                            \
    }
PASSED(WRAPPER)
