/* task.h: the async runtime under test: tasks on workers, awaits, simulated I/O.
 *
 * T tasks run on W workers (vthreads); a task keeps its worker until it awaits, and may go on on
 * another one. A blocking mutex taken by a task blocks its *worker*, as in real runtimes. Tasks are
 * stackful: awaiting is an ordinary call.
 *
 * The rule: every function marked *awaits* may suspend the calling task. Called from a plain
 * vthread (an implementation of mode SNAG_THREADS), it blocks the vthread instead, so that one
 * piece of code serves both.
 */
#ifndef SNAG_TASK_H
#define SNAG_TASK_H

#include <stdbool.h>
#include <stdint.h>

struct snag_task; /* lives until the execution ends */

enum snag_task_end {
    SNAG_TASK_DONE,    /* it returned */
    SNAG_TASK_ABORTED, /* it was dropped at an await */
    SNAG_TASK_LATE     /* snag_task_join_until: it has not ended yet */
};

/* A new task, ready to run; the caller goes on. In tasks and jobs only. Never NULL. Nobody need
 * join it: it is detached as long as nobody does. */
struct snag_task *snag_task_spawn(void (*run)(void *argument), void *argument);
/* Code that blocks, on a thread of the blocking pool: a plain vthread, which awaits block, too; it
 * may spawn. The caller goes on, and joins it like a task. Aborted, it ends only if it has not
 * begun. Never NULL. */
struct snag_task *snag_task_spawn_blocking(void (*run)(void *argument), void *argument);
/* How many threads the pool has at most, for the rest of the execution: what is beyond waits for
 * one, the longest waiting first. It has 64 else. */
void snag_task_blocking_max(uint32_t n);
/* Awaits the end of `t`, and says how it ended. Any number of tasks may. */
enum snag_task_end snag_task_join(struct snag_task *t);
/* The same, at most until `until` (snag_task_now). What is past asks only. */
enum snag_task_end snag_task_join_until(struct snag_task *t, uint64_t until);
/* Awaits its next turn: other ready tasks may go first. */
void snag_task_yield(void);

/* ---- time ------------------------------------------------------------------------------------ */

/* Time is virtual: it passes when nobody can run without it, and sleeping costs none. What others
 * compute may take longer than any deadline, so that a timer may also go off while they still have
 * something to do: where, is a choice of the search. */

/* In ns, from the start of the execution. */
uint64_t snag_task_now(void);
/* Awaits that `ns` have passed. */
void snag_task_sleep(uint64_t ns);

/* What comes again and again. Plain data. */
struct snag_interval {
    uint64_t period, next;
};
/* First in `ns` (> 0). */
struct snag_interval snag_interval_every(uint64_t ns);
/* Awaits the next time; returns how many of them have passed by now: more than 1, if it is late. */
uint64_t snag_interval_tick(struct snag_interval *i);

/* ---- dropping a task ------------------------------------------------------------------------- */

/* `t` goes no further than to the next await that would suspend it, or than to that in which it is
 * suspended: there it ends, as if the function had been left, and its cleanups run. What has come
 * that it waited for is not lost: that await returns, and the next one ends it. A task that has not
 * begun never does. What it holds stays held, but its stack is gone with it: whatever lies there
 * and is known elsewhere (a node in a queue of waiters) needs a cleanup that takes it off. Returns
 * at once: join it to know that it is gone. */
void snag_task_abort(struct snag_task *t);
/* The calling task, which was spawned, ends here, as if it had been aborted. */
_Noreturn void snag_task_exit(void);

/* What is to be done if the task is dropped between push and pop (give up a lock, take a waiter off
 * a queue). In the frame of whoever pushes it; the newest runs first. It may await. */
struct snag_cleanup {
    void (*run)(void *argument);
    void *argument;
    struct snag_cleanup *outer;
};
void snag_cleanup_push(struct snag_cleanup *c, void (*run)(void *argument), void *argument);
/* The newest. `run`: and does it now. */
void snag_cleanup_pop(struct snag_cleanup *c, bool run);

/* Runs `run` as a task of its own, which is aborted if it has not ended `ns` from now. True: it
 * returned. Awaits its end, either way. In tasks only. */
bool snag_task_timeout(uint64_t ns, void (*run)(void *argument), void *argument);

/* ---- I/O ------------------------------------------------------------------------------------- */

/* Awaits a simulated request (a database fetch) whose latency, in virtual time, the fuzzer chooses.
 * Returns snag_io_answer(request). */
int64_t snag_io(int64_t request);

/* What a request returns: a pure function of it, so that a model can know it. */
static inline int64_t snag_io_answer(int64_t request) {
    return (request * 31 + 7) % 1000;
}

enum snag_io_status {
    SNAG_IO_DONE,  /* some bytes, maybe fewer than were asked for */
    SNAG_IO_FAILED /* none: the backend has an error. Asked again, it may have none */
};

/* Awaits a simulated read of bytes [from, from + bytes) of what `request` names, with a latency as
 * above. `*got`: how many of them stand in `buffer` now, the first ones: all, or, where the fuzzer
 * chooses so (--faults short-read), about half, at least one. Or it fails (io-error): nothing is
 * read. Both are few in an execution, so that asking again comes to an end.
 *
 * A model accepts both outcomes of an operation that reads: what it returns when it has read all,
 * with the bytes of snag_io_byte, and what it returns when it gives up; and it advances its state
 * accordingly. An operation that reads on after a short read, and asks again after an error a few
 * times before it gives up, needs no other care. */
enum snag_io_status snag_io_read(int64_t request, uint32_t from, void *buffer, uint32_t bytes,
                                 uint32_t *got);

/* Byte `at` of what a request names: a pure function of the two. */
static inline uint8_t snag_io_byte(int64_t request, uint32_t at) {
    return (uint8_t)((uint64_t)request * 131 + (uint64_t)at * 7 + 1);
}

/* ---- descriptors ----------------------------------------------------------------------------- */

/* Pipes, sockets (AF_UNIX), eventfds and epoll sets that the code under test makes are the
 * kernel's, and no call on them blocks the process: a read() in a task blocks its *worker*, as in
 * real runtimes; this one suspends the task. */

/* Awaits that `fd` is ready for one of `events` (POLLIN, POLLOUT …), at most until `until`
 * (snag_task_now; UINT64_MAX: no end). Returns what it is ready for, as poll's revents; 0: it is
 * late. Look again by trying: another one may be faster. A descriptor that was not made under
 * control (a file) is ready always. */
short snag_fd_wait(int fd, short events, uint64_t until);

#endif
