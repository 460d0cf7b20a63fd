/* phrase.c: events, results and call sites in words.
 *
 * The rule: short enough for a lane, and no word that the reader would have to look up: POSIX's own
 * verbs where there are such.
 */
#define _GNU_SOURCE
#include "report/view.h"

#include "base/symbol.h"

#include "base/event_class.h"
#include "repro/repro.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Appends; what does not fit is cut off. */
__attribute__((format(printf, 2, 3))) static void add(char text[SNAG__WORDS], const char *format,
                                                      ...) {
    size_t length = strlen(text);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text + length, SNAG__WORDS - length, format, args);
    va_end(args);
}

enum snag__value snag__view_value(const struct snag_event *e) {
    bool failed = (e->flags & SNAG_EVF_FAILED) != 0;
    switch (e->kind) {
    case SNAG_EV_SPAWN:
        return failed ? SNAG__VALUE_NONE : SNAG__VALUE_VTHREAD;
    case SNAG_EV_JOIN:
    case SNAG_EV_TRYJOIN:
    case SNAG_EV_TIMEDJOIN:
    case SNAG_EV_CANCEL:
        return SNAG__VALUE_VTHREAD;
    case SNAG_EV_TASK_SPAWN:
    case SNAG_EV_CO_CREATED:
        return SNAG__VALUE_TASK;
    case SNAG_EV_SIGNAL:
    case SNAG_EV_SIGNAL_HANDLED:
    case SNAG_EV_SIGACTION:
    case SNAG_EV_SIGWAIT:
        return failed ? SNAG__VALUE_NONE : SNAG__VALUE_SIGNAL;
    case SNAG_EV_COND_SIGNAL:
        return SNAG__VALUE_WOKEN;
    case SNAG_EV_COND_BROADCAST:
        return SNAG__VALUE_COUNT;
    case SNAG_EV_FUTEX_WAKE:
    case SNAG_EV_FUTEX_REQUEUE:
        return failed ? SNAG__VALUE_NONE : SNAG__VALUE_COUNT;
    case SNAG_EV_ALLOC:
    case SNAG_EV_FREE:
        return SNAG__VALUE_BYTES;
    case SNAG_EV_FD_READ:
    case SNAG_EV_FD_WRITE:
    case SNAG_EV_IO_READ:
        return failed ? SNAG__VALUE_NONE : SNAG__VALUE_BYTES;
    case SNAG_EV_FD_POLL:
        return failed ? SNAG__VALUE_NONE : SNAG__VALUE_READY;
    case SNAG_EV_PIPE:
    case SNAG_EV_SOCKET:
    case SNAG_EV_EVENTFD:
    case SNAG_EV_EPOLL:
    case SNAG_EV_FD_DUP:
    case SNAG_EV_FD_RECEIVED:
    case SNAG_EV_FD_CLOSE:
        return failed ? SNAG__VALUE_NONE : SNAG__VALUE_DESCRIPTOR;
    case SNAG_EV_LOAD:
    case SNAG_EV_STORE:
    case SNAG_EV_RMW:
    case SNAG_EV_CAS:
    case SNAG_EV_SEM_INIT:
    case SNAG_EV_QUEUE_GREW:
    case SNAG_EV_SEM_GETVALUE:
    case SNAG_EV_BARRIER_INIT:
        /* Wide values that could be pointers were recorded as UINT32_MAX. */
        return e->bytes >= 8 && e->value == UINT32_MAX ? SNAG__VALUE_NONE : SNAG__VALUE_NUMBER;
    default:
        return SNAG__VALUE_NONE;
    }
}

enum snag_fault snag__view_fault(const struct snag_event *e) {
    switch ((e->flags & SNAG_EVF_FAULT) != 0 ? e->kind : SNAG_EVENT_KINDS) {
    case SNAG_EV_FUTEX_RETURN:
        return (e->flags & SNAG_EVF_FAILED) != 0 ? SNAG_FAULT_INTERRUPT : SNAG_FAULT_SPURIOUS;
    case SNAG_EV_COND_RELOCK:
    case SNAG_EV_PARK:
    case SNAG_EV_PARK_MUTEX:
    case SNAG_EV_PARK_CHANNEL:
    case SNAG_EV_PARK_SEMAPHORE:
    case SNAG_EV_PARK_RWLOCK:
    case SNAG_EV_PARK_ROOM:
        return SNAG_FAULT_SPURIOUS;
    case SNAG_EV_CAS:
        return SNAG_FAULT_WEAK_CAS;
    case SNAG_EV_ALLOC:
        return SNAG_FAULT_OOM;
    case SNAG_EV_SPAWN:
        return SNAG_FAULT_NO_THREAD;
    case SNAG_EV_SLEEP:
    case SNAG_EV_SEM_WAIT:
    case SNAG_EV_SEM_TIMEDWAIT:
    case SNAG_EV_FD_READ:
    case SNAG_EV_FD_WRITE:
    case SNAG_EV_FD_ACCEPT:
    case SNAG_EV_FD_CONNECT:
    case SNAG_EV_FD_POLL:
        return SNAG_FAULT_INTERRUPT;
    case SNAG_EV_TRYLOCK:
        return SNAG_FAULT_BUSY;
    case SNAG_EV_IO_READ:
        return (e->flags & SNAG_EVF_FAILED) != 0 ? SNAG_FAULT_IO_ERROR : SNAG_FAULT_SHORT_READ;
    default:
        return SNAG_FAULT_KINDS;
    }
}

static void add_bytes(char text[SNAG__WORDS], const uint8_t *bytes, size_t count) {
    add(text, "\"");
    for (size_t i = 0; i < count && i < SNAG_BYTES_MAX; i++) {
        if (bytes[i] >= ' ' && bytes[i] < 0x7f && bytes[i] != '"' && bytes[i] != '\\')
            add(text, "%c", bytes[i]);
        else
            add(text, "\\x%02x", bytes[i]);
    }
    add(text, "\"");
}

char *snag__phrase_result(const struct snag_op_decl *decl, const struct snag_result *r,
                          char text[SNAG__WORDS]) {
    text[0] = '\0';
    switch (decl->result) {
    case SNAG_RESULT_INT:
        add(text, "%" PRId64, r->i);
        break;
    case SNAG_RESULT_NONE:
        add(text, "done");
        break;
    case SNAG_RESULT_BYTES:
        add(text, "%" PRId64 " ", r->i);
        add_bytes(text, r->bytes, r->bytes_count);
        break;
    case SNAG_RESULT_HANDLE:
        if (r->i != 0)
            add(text, "a %s", decl->returns != NULL ? decl->returns : "handle");
        else
            add(text, "no %s", decl->returns != NULL ? decl->returns : "handle");
        break;
    }
    return text;
}

static void add_op_begin(const struct snag__view *v, const struct snag_event *e,
                         char text[SNAG__WORDS]) {
    const struct snag__op *op = snag__view_op(v, e);
    if (op == NULL || v->in->impl == NULL) {
        add(text, "operation %u", e->op);
        return;
    }
    (void)snag__op_print(v->in->impl->spec, op, text, SNAG__WORDS);
    if (op->nested > 0)
        add(text, " {");
}

static void add_op_end(const struct snag__view *v, const struct snag_event *e,
                       char text[SNAG__WORDS]) {
    const struct snag__op *op = snag__view_op(v, e);
    const struct snag_history_op *call = snag__view_call(v, e);
    if (op != NULL && op->nested > 0)
        add(text, "} ");
    if (op != NULL && call != NULL && v->in->impl != NULL && !call->call.pending) {
        char result[SNAG__WORDS];
        add(text, "-> %s",
            snag__phrase_result(&v->in->impl->spec->ops[op->op], &call->call.result, result));
    } else if (call != NULL && call->call.dropped) {
        add(text, "-> was dropped");
    } else {
        add(text, "returns");
    }
}

/* What is said of calls whose verb and object alone would read badly; "%" stands for the object. */
static const char *const phrases[SNAG_EVENT_KINDS] = {
    [SNAG_EV_COND_WAIT] = "wait for %",
    [SNAG_EV_COND_TIMEDWAIT] = "timed wait for %",
    [SNAG_EV_MUTEX_CONSISTENT] = "make % consistent",
    [SNAG_EV_RDLOCK] = "read lock %",
    [SNAG_EV_TRYRDLOCK] = "try to read lock %",
    [SNAG_EV_TIMEDRDLOCK] = "timed read lock %",
    [SNAG_EV_WRLOCK] = "write lock %",
    [SNAG_EV_TRYWRLOCK] = "try to write lock %",
    [SNAG_EV_TIMEDWRLOCK] = "timed write lock %",
    [SNAG_EV_RWUNLOCK] = "unlock %",
    [SNAG_EV_RWLOCK_QUEUE] = "queues behind a writer of %",
    [SNAG_EV_RWLOCK_INIT] = "init %",
    [SNAG_EV_RWLOCK_DESTROY] = "destroy %",
    [SNAG_EV_SPIN_LOCK] = "lock %",
    [SNAG_EV_SPIN_TRYLOCK] = "try to lock %",
    [SNAG_EV_SPIN_UNLOCK] = "unlock %",
    [SNAG_EV_SPIN_INIT] = "init %",
    [SNAG_EV_SPIN_DESTROY] = "destroy %",
    [SNAG_EV_SEM_INIT] = "init %",
    [SNAG_EV_SEM_WAIT] = "wait for %",
    [SNAG_EV_SEM_TRYWAIT] = "try %",
    [SNAG_EV_SEM_TIMEDWAIT] = "timed wait for %",
    [SNAG_EV_SEM_POST] = "post %",
    [SNAG_EV_SEM_GETVALUE] = "value of %",
    [SNAG_EV_SEM_DESTROY] = "destroy %",
    [SNAG_EV_TIMER_SET] = "set a timer",
    [SNAG_EV_SIGACTION] = "set what is done",
    [SNAG_EV_SIGNAL_HANDLED] = "handle",
    [SNAG_EV_SIGWAIT] = "wait for a signal",
    [SNAG_EV_SIGSUSPEND] = "wait for a signal to handle",
    [SNAG_EV_SEM_OPEN] = "open %",
    [SNAG_EV_SEM_CLOSE] = "close %",
    [SNAG_EV_SEM_UNLINK] = "unlink %",
    [SNAG_EV_BARRIER_INIT] = "init %",
    [SNAG_EV_BARRIER_WAIT] = "arrive at %",
    [SNAG_EV_BARRIER_LEAVE] = "leave %",
    [SNAG_EV_BARRIER_DESTROY] = "destroy %",
    [SNAG_EV_ONCE] = "once by %",
    [SNAG_EV_ONCE_DONE] = "done once by %",
    [SNAG_EV_KEY_CREATE] = "create %",
    [SNAG_EV_KEY_DELETE] = "delete %",
    [SNAG_EV_TRYJOIN] = "try to join %",
    [SNAG_EV_TIMEDJOIN] = "timed join %",
    [SNAG_EV_CANCELLED] = "is cancelled",
    [SNAG_EV_TEST_CANCEL] = "test for cancellation",
    [SNAG_EV_PARK] = "await %",
    [SNAG_EV_PARK_MUTEX] = "await %",
    [SNAG_EV_PARK_CHANNEL] = "await %",
    [SNAG_EV_PARK_SEMAPHORE] = "await %",
    [SNAG_EV_PARK_RWLOCK] = "await %",
    [SNAG_EV_QUEUE_GREW] = "length of %",
    [SNAG_EV_PARK_ROOM] = "await room in %",
    [SNAG_EV_UNPARK] = "goes on after %",
    [SNAG_EV_TASK_ABORT] = "abort %",
    [SNAG_EV_JOB_START] = "begins %",
    [SNAG_EV_JOB_END] = "is done with %",
    [SNAG_EV_CO_CREATED] = "create %",
    [SNAG_EV_ASYNC_ACQUIRE] = "acquire %",
    [SNAG_EV_ASYNC_RELEASE] = "release %",
    [SNAG_EV_ASYNC_READ] = "acquire % to read",
    [SNAG_EV_ASYNC_WRITE] = "acquire % to write",
    [SNAG_EV_ASYNC_RWRELEASE] = "release %",
    [SNAG_EV_PIPE] = "open %",
    [SNAG_EV_SOCKET] = "open %",
    [SNAG_EV_EVENTFD] = "open %",
    [SNAG_EV_EPOLL] = "open %",
    [SNAG_EV_FD_DUP] = "dup %",
    [SNAG_EV_FD_RECEIVED] = "is passed %",
    [SNAG_EV_FD_CLOSE] = "close %",
    [SNAG_EV_FD_READ] = "read %",
    [SNAG_EV_FD_WRITE] = "write %",
    [SNAG_EV_FD_SET] = "set up %",
    [SNAG_EV_FD_BIND] = "bind %",
    [SNAG_EV_FD_LISTEN] = "listen on %",
    [SNAG_EV_FD_ACCEPT] = "accept from %",
    [SNAG_EV_FD_CONNECT] = "connect %",
    [SNAG_EV_FD_SHUTDOWN] = "shut down %",
    [SNAG_EV_FD_POLL] = "poll %",
    [SNAG_EV_FD_AWAIT] = "await %",
    [SNAG_EV_FUTEX_WAIT] = "wait for %",
    [SNAG_EV_SPIN] = "looks again and again",
    [SNAG_EV_FUTEX_RETURN] = "goes on after %",
    [SNAG_EV_FUTEX_WAKE] = "wake %",
    [SNAG_EV_FUTEX_REQUEUE] = "queue at %",
};

static void add_phrase(char text[SNAG__WORDS], const char *phrase, const char *object) {
    size_t before = strcspn(phrase, "%");
    add(text, "%.*s%s%s", (int)before, phrase, object, phrase + before + (phrase[before] != '\0'));
}

/* The verb with its object; the rest is added by the caller. */
static void add_verb(const struct snag__view *v, const struct snag_event *e,
                     char text[SNAG__WORDS]) {
    char object[SNAG__NAME], name[SNAG__NAME];
    snag__view_object(v, e->object, object);
    switch (e->kind) {
    case SNAG_EV_OP_BEGIN:
        add_op_begin(v, e, text);
        return;
    case SNAG_EV_OP_END:
        add_op_end(v, e, text);
        return;
    case SNAG_EV_TASK_START:
    case SNAG_EV_RESUME:
    case SNAG_EV_CO_RESUMED:
        add(text, "%s on %s", e->kind == SNAG_EV_RESUME || e->value != 0 ? "resumes" : "starts",
            snag__view_name(v, snag__who(e->vthread, 0), name));
        return;
    case SNAG_EV_SUSPEND:
        add(text, "await %s", object[0] != '\0' ? object : "an I/O");
        return;
    case SNAG_EV_CO_SUSPENDED:
        add(text, object[0] != '\0' ? "await %s" : "suspend", object);
        return;
    case SNAG_EV_CO_ENDED: /* by itself, or by another one */
        add(text, e->value != 0 ? "give up %s" : "ends", object);
        return;
    case SNAG_EV_TASK_END:
        add(text, e->value != 0 ? "is dropped" : "ends");
        return;
    case SNAG_EV_TASK_YIELD:
        add(text, "yield");
        return;
    case SNAG_EV_IO_READ:
        add(text, "I/O read");
        return;
    default:
        if (e->kind < SNAG_EVENT_KINDS && phrases[e->kind] != NULL)
            add_phrase(text, phrases[e->kind], object);
        else
            add(text, "%s%s%s", snag_event_verb(e->kind), object[0] != '\0' ? " " : "", object);
    }
}

static bool is_transfer(uint8_t kind) {
    return kind == SNAG_EV_FD_READ || kind == SNAG_EV_FD_WRITE;
}

static void add_value(const struct snag__view *v, const struct snag_event *e,
                      char text[SNAG__WORDS]) {
    char name[SNAG__NAME];
    switch (snag__view_value(e)) {
    case SNAG__VALUE_VTHREAD: /* are the object */
    case SNAG__VALUE_TASK:
    case SNAG__VALUE_NONE:
        break;
    case SNAG__VALUE_WOKEN:
        add(text, ": wakes %s",
            e->value == 0 ? "nobody" : snag__view_name(v, (int)(e->value - 1), name));
        break;
    case SNAG__VALUE_COUNT:
        add(text, ": %s %u", e->kind == SNAG_EV_FUTEX_REQUEUE ? "moves" : "wakes", e->value);
        break;
    case SNAG__VALUE_BYTES:
        if (e->kind == SNAG_EV_FD_READ && e->value == 0)
            add(text, ": the end");
        else
            add(text, "%s %u byte%s", is_transfer(e->kind) ? ":" : "", e->value,
                e->value == 1 ? "" : "s");
        break;
    case SNAG__VALUE_SIGNAL:
        if (sigabbrev_np((int)e->value) != NULL)
            add(text, ": SIG%s", sigabbrev_np((int)e->value));
        else
            add(text, ": signal %u", e->value);
        break;
    case SNAG__VALUE_NUMBER:
        add(text, " = %" PRId32, (int32_t)e->value);
        break;
    case SNAG__VALUE_DESCRIPTOR:
        add(text, ": descriptor %u", e->value);
        break;
    case SNAG__VALUE_READY:
        if (e->value > 1)
            add(text, ": ready, as %s %u more", e->value == 2 ? "is" : "are", e->value - 1);
        else if (e->value == 1 || (e->flags & SNAG_EVF_TIMEOUT) == 0)
            add(text, e->value == 1 ? ": ready" : ": nothing is ready");
        break;
    }
}

static bool is_lock(uint8_t kind) {
    return kind == SNAG_EV_LOCK || kind == SNAG_EV_TRYLOCK || kind == SNAG_EV_TIMEDLOCK;
}

/* Why a call did not get what it asked for; locks log the error number. */
static const char *error_word(const struct snag_event *e) {
    switch (e->kind) {
    case SNAG_EV_TRYLOCK:
    case SNAG_EV_TRYRDLOCK:
    case SNAG_EV_TRYWRLOCK:
    case SNAG_EV_SPIN_TRYLOCK:
    case SNAG_EV_SEM_TRYWAIT:
    case SNAG_EV_TRYJOIN:
        return e->value == ENOTRECOVERABLE ? "not recoverable" : "busy";
    case SNAG_EV_LOCK:
    case SNAG_EV_TIMEDLOCK:
        return e->value == ENOTRECOVERABLE ? "not recoverable" : "failed";
    case SNAG_EV_FD_READ:
    case SNAG_EV_FD_WRITE:
    case SNAG_EV_FD_SET:
    case SNAG_EV_FD_BIND:
    case SNAG_EV_FD_LISTEN:
    case SNAG_EV_FD_ACCEPT:
    case SNAG_EV_FD_CONNECT:
    case SNAG_EV_FD_SHUTDOWN:
        return e->value == EAGAIN ? "would block" : strerrorname_np((int)e->value);
    case SNAG_EV_FUTEX_WAIT:
    case SNAG_EV_FUTEX_REQUEUE:
        return "the word has changed";
    case SNAG_EV_FD_POLL:
        return e->value == EAGAIN ? "nothing is ready" : strerrorname_np((int)e->value);
    default:
        return "failed";
    }
}

char *snag__phrase(const struct snag__view *v, const struct snag_event *e, char text[SNAG__WORDS]) {
    text[0] = '\0';
    add_verb(v, e, text);
    add_value(v, e, text);
    if (snag__view_fault(e) != SNAG_FAULT_KINDS)
        add(text, ": %s", snag_fault_says(snag__view_fault(e)));
    else if (e->flags & SNAG_EVF_TIMEOUT)
        add(text, ": timed out");
    else if (e->flags & SNAG_EVF_FAILED)
        add(text, ": %s", error_word(e));
    else if (is_lock(e->kind) && e->value == EOWNERDEAD)
        add(text, ": its owner had ended");
    return text;
}

char *snag__phrase_site(uint32_t site, size_t room, char text[SNAG__WORDS]) {
    const struct snag__symbol *s = snag__symbol_of_site(site);
    char place[SNAG__WORDS] = "";
    if (s->line != 0)
        (void)snprintf(place, sizeof place, "%s:%d", s->file, s->line);
    else /* the compiler merged two calls into one: of no line, but of this file */
        (void)snprintf(place, sizeof place, "%s", s->file);
    const char *forms[][2] = {{s->function, place}, {"", place}};
    for (int i = 0; i < 2; i++) {
        (void)snprintf(text, SNAG__WORDS, "%s%s%s", forms[i][0],
                       forms[i][0][0] != '\0' && forms[i][1][0] != '\0' ? " " : "", forms[i][1]);
        if (text[0] != '\0' && strlen(text) <= room)
            return text;
    }
    size_t length = strlen(text);
    if (length == 0) /* no line is known: the function's beginning */
        (void)snprintf(text, SNAG__WORDS, "%.*s", (int)(room < SNAG__WORDS ? room : 0),
                       s->function);
    else /* its end tells most */
        memmove(text, text + length - room, room + 1);
    return text;
}

char *snag__phrase_in(uint32_t site, char text[SNAG__WORDS]) {
    const struct snag__symbol *s = snag__symbol_of_site(site);
    text[0] = '\0';
    if (s->function[0] != '\0')
        add(text, "in %s", s->function);
    if (s->line != 0)
        add(text, s->function[0] != '\0' ? " (%s:%d)" : "at %s:%d", s->file, s->line);
    else if (s->file[0] != '\0')
        add(text, s->function[0] != '\0' ? " (%s)" : "in %s", s->file);
    return text;
}
