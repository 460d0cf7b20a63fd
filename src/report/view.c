/* view.c: who is who and what is what in an execution's logs.
 *
 * Objects carry no type in the log; the calls made on them tell. The rule: the first event that
 * tells decides, so that an address reused later does not rename what was shown before.
 */
#include "report/view.h"

#include "base/event_class.h"
#include "base/object_kind.h"
#include "sched/schedule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const object_names[] = {
#define X(id, word, short_word) short_word,
#include "base/object_kinds.def"
#undef X
};

/* What the calls of a kind are made on. */
static const uint8_t made_on[SNAG_EVENT_KINDS] = {
    [SNAG_EV_LOCK] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_TRYLOCK] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_TIMEDLOCK] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_UNLOCK] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_MUTEX_INIT] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_MUTEX_DESTROY] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_MUTEX_CONSISTENT] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_COND_RELOCK] = SNAG__OBJECT_MUTEX,
    [SNAG_EV_RDLOCK] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_TRYRDLOCK] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_TIMEDRDLOCK] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_WRLOCK] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_TRYWRLOCK] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_TIMEDWRLOCK] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_RWUNLOCK] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_RWLOCK_QUEUE] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_RWLOCK_INIT] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_RWLOCK_DESTROY] = SNAG__OBJECT_RWLOCK,
    [SNAG_EV_SPIN_LOCK] = SNAG__OBJECT_SPIN,
    [SNAG_EV_SPIN_TRYLOCK] = SNAG__OBJECT_SPIN,
    [SNAG_EV_SPIN_UNLOCK] = SNAG__OBJECT_SPIN,
    [SNAG_EV_SPIN_INIT] = SNAG__OBJECT_SPIN,
    [SNAG_EV_SPIN_DESTROY] = SNAG__OBJECT_SPIN,
    [SNAG_EV_WANT] = SNAG__OBJECT_LOCK,
    [SNAG_EV_GAVE_UP] = SNAG__OBJECT_LOCK,
    [SNAG_EV_ACQUIRE] = SNAG__OBJECT_LOCK,
    [SNAG_EV_ACQUIRE_SHARED] = SNAG__OBJECT_LOCK,
    [SNAG_EV_RELEASE] = SNAG__OBJECT_LOCK,
    [SNAG_EV_AWAIT] = SNAG__OBJECT_AWAITED,
    [SNAG_EV_AWAITED] = SNAG__OBJECT_AWAITED,
    [SNAG_EV_SEM_INIT] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_WAIT] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_TRYWAIT] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_TIMEDWAIT] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_POST] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_GETVALUE] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_DESTROY] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_OPEN] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_CLOSE] = SNAG__OBJECT_SEM,
    [SNAG_EV_SEM_UNLINK] = SNAG__OBJECT_SEM,
    [SNAG_EV_BARRIER_INIT] = SNAG__OBJECT_BARRIER,
    [SNAG_EV_BARRIER_WAIT] = SNAG__OBJECT_BARRIER,
    [SNAG_EV_BARRIER_LEAVE] = SNAG__OBJECT_BARRIER,
    [SNAG_EV_BARRIER_DESTROY] = SNAG__OBJECT_BARRIER,
    [SNAG_EV_ONCE] = SNAG__OBJECT_ONCE,
    [SNAG_EV_ONCE_DONE] = SNAG__OBJECT_ONCE,
    [SNAG_EV_KEY_CREATE] = SNAG__OBJECT_KEY,
    [SNAG_EV_KEY_DELETE] = SNAG__OBJECT_KEY,
    [SNAG_EV_PARK] = SNAG__OBJECT_AWAITED,
    [SNAG_EV_PARK_MUTEX] = SNAG__OBJECT_ASYNC_MUTEX,
    [SNAG_EV_ASYNC_ACQUIRE] = SNAG__OBJECT_ASYNC_MUTEX,
    [SNAG_EV_ASYNC_RELEASE] = SNAG__OBJECT_ASYNC_MUTEX,
    [SNAG_EV_PARK_RWLOCK] = SNAG__OBJECT_ASYNC_RWLOCK,
    [SNAG_EV_ASYNC_READ] = SNAG__OBJECT_ASYNC_RWLOCK,
    [SNAG_EV_ASYNC_WRITE] = SNAG__OBJECT_ASYNC_RWLOCK,
    [SNAG_EV_ASYNC_RWRELEASE] = SNAG__OBJECT_ASYNC_RWLOCK,
    [SNAG_EV_PARK_CHANNEL] = SNAG__OBJECT_CHANNEL,
    [SNAG_EV_PARK_ROOM] = SNAG__OBJECT_CHANNEL,
    [SNAG_EV_QUEUE_GREW] = SNAG__OBJECT_CHANNEL,
    [SNAG_EV_PARK_SEMAPHORE] = SNAG__OBJECT_SEM,
    [SNAG_EV_COND_INIT] = SNAG__OBJECT_COND,
    [SNAG_EV_COND_DESTROY] = SNAG__OBJECT_COND,
    [SNAG_EV_COND_WAIT] = SNAG__OBJECT_COND,
    [SNAG_EV_COND_TIMEDWAIT] = SNAG__OBJECT_COND,
    [SNAG_EV_COND_SIGNAL] = SNAG__OBJECT_COND,
    [SNAG_EV_COND_BROADCAST] = SNAG__OBJECT_COND,
    [SNAG_EV_LOAD] = SNAG__OBJECT_ATOMIC,
    [SNAG_EV_STORE] = SNAG__OBJECT_ATOMIC,
    [SNAG_EV_RMW] = SNAG__OBJECT_ATOMIC,
    [SNAG_EV_CAS] = SNAG__OBJECT_ATOMIC,
    [SNAG_EV_READ] = SNAG__OBJECT_DATA,
    [SNAG_EV_WRITE] = SNAG__OBJECT_DATA,
    [SNAG_EV_ALLOC] = SNAG__OBJECT_BLOCK,
    [SNAG_EV_FREE] = SNAG__OBJECT_BLOCK,
    [SNAG_EV_SPAWN] = SNAG__OBJECT_THREAD,
    [SNAG_EV_JOIN] = SNAG__OBJECT_THREAD,
    [SNAG_EV_TRYJOIN] = SNAG__OBJECT_THREAD,
    [SNAG_EV_TIMEDJOIN] = SNAG__OBJECT_THREAD,
    [SNAG_EV_DETACH] = SNAG__OBJECT_THREAD,
    [SNAG_EV_CANCEL] = SNAG__OBJECT_THREAD,
    [SNAG_EV_SIGNAL] = SNAG__OBJECT_THREAD,
    [SNAG_EV_SIGWAIT] = SNAG__OBJECT_SIGNALS,
    [SNAG_EV_SIGSUSPEND] = SNAG__OBJECT_SIGNALS,
    [SNAG_EV_TASK_SPAWN] = SNAG__OBJECT_THREAD,
    [SNAG_EV_TASK_JOIN] = SNAG__OBJECT_THREAD,
    [SNAG_EV_TASK_ABORT] = SNAG__OBJECT_THREAD,
    [SNAG_EV_JOB_START] = SNAG__OBJECT_THREAD,
    [SNAG_EV_JOB_END] = SNAG__OBJECT_THREAD,
    [SNAG_EV_PIPE] = SNAG__OBJECT_PIPE,
    [SNAG_EV_SOCKET] = SNAG__OBJECT_SOCKET,
    [SNAG_EV_EVENTFD] = SNAG__OBJECT_EVENTFD,
    [SNAG_EV_CO_CREATED] = SNAG__OBJECT_THREAD,
    [SNAG_EV_CO_RESUMED] = SNAG__OBJECT_THREAD,
    [SNAG_EV_CO_SUSPENDED] = SNAG__OBJECT_AWAITED,
    [SNAG_EV_CO_ENDED] = SNAG__OBJECT_THREAD,
    [SNAG_EV_EPOLL] = SNAG__OBJECT_EPOLL,
    [SNAG_EV_FD_DUP] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_RECEIVED] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_CLOSE] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_READ] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_WRITE] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_SET] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_BIND] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_LISTEN] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_ACCEPT] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_CONNECT] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_SHUTDOWN] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_POLL] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FD_AWAIT] = SNAG__OBJECT_DESCRIPTOR,
    [SNAG_EV_FUTEX_WAIT] = SNAG__OBJECT_FUTEX,
    [SNAG_EV_FUTEX_RETURN] = SNAG__OBJECT_FUTEX,
    [SNAG_EV_FUTEX_WAKE] = SNAG__OBJECT_FUTEX,
    [SNAG_EV_FUTEX_REQUEUE] = SNAG__OBJECT_FUTEX,
};

static enum snag__object_kind object_kind_of(uint8_t event_kind) {
    return event_kind < SNAG_EVENT_KINDS ? (enum snag__object_kind)made_on[event_kind]
                                         : SNAG__OBJECT_NONE;
}

int snag__who(uint16_t vthread, uint16_t task) {
    return task != 0 ? SNAG__WHO_TASK | (task - 1) : vthread;
}

/* Names, and which of them do not say enough. */
static void find_names(struct snag__view *v) {
    for (uint32_t i = 1; i < v->objects_count; i++) {
        v->names[i] = v->in->name(i);
        for (uint32_t j = 1; v->names[i] != NULL && j < i; j++) {
            if (v->names[j] != NULL && v->objects[i] == v->objects[j] &&
                strcmp(v->names[i], v->names[j]) == 0)
                v->shared[i] = v->shared[j] = true;
        }
    }
}

bool snag__view_open(struct snag__view *v, const struct snag__report_input *in) {
    *v = (struct snag__view){.in = in};
    uint32_t highest = 0;
    for (uint32_t i = 0; i < in->events_count; i++)
        highest = in->events[i].object > highest ? in->events[i].object : highest;
    /* Objects are numbered by first use: a number beyond the events' count is not one. */
    v->objects_count = highest <= in->events_count ? highest + 1 : 1;
    v->objects = calloc(v->objects_count, 1);
    v->names = calloc(v->objects_count, sizeof v->names[0]);
    v->shared = calloc(v->objects_count, 1);
    if (v->objects == NULL || v->names == NULL || v->shared == NULL) {
        snag__view_close(v);
        return false;
    }
    for (uint32_t i = 0; i < in->events_count; i++) {
        const struct snag_event *e = &in->events[i];
        if (e->object < v->objects_count && v->objects[e->object] == SNAG__OBJECT_NONE)
            v->objects[e->object] = (uint8_t)object_kind_of(e->kind);
    }
    if (in->name != NULL)
        find_names(v);
    return true;
}

void snag__view_close(struct snag__view *v) {
    free(v->objects);
    free((void *)v->names);
    free(v->shared);
    *v = (struct snag__view){.in = v->in};
}

const struct snag__actor_info *snag__view_info(const struct snag__view *v, int who) {
    const struct snag__report_input *in = v->in;
    if (who < 0)
        return NULL;
    uint32_t index = (uint32_t)who & 0xffff;
    if (who & SNAG__WHO_TASK)
        return index < in->tasks_count ? in->tasks[index] : NULL;
    return index < in->vthreads_count ? in->vthreads[index] : NULL;
}

static bool is_worker(const struct snag__view *v, const struct snag_actor *a) {
    return v->in->impl != NULL && v->in->impl->mode == SNAG_TASKS && v->in->program != NULL &&
           !a->is_task && a->depth == 2 && a->path[1] >= 1 && a->path[1] <= v->in->program->workers;
}

enum snag__role snag__view_role(const struct snag__view *v, int who) {
    const struct snag__actor_info *info = snag__view_info(v, who);
    if (info == NULL)
        return SNAG__ROLE_OTHER;
    if (info->client)
        return SNAG__ROLE_CLIENT;
    if (!info->actor.is_task && info->actor.depth <= 1)
        return SNAG__ROLE_ROOT;
    return is_worker(v, &info->actor) ? SNAG__ROLE_WORKER : SNAG__ROLE_OTHER;
}

int snag__view_worker(const struct snag__view *v, const struct snag_party *p) {
    bool away = p->suspended || p->ready || p->ended || p->task == 0;
    int worker = snag__who(p->vthread, 0);
    return !away && snag__view_role(v, worker) == SNAG__ROLE_WORKER ? worker : -1;
}

static void add_given_name(const struct snag__actor_info *info, char text[SNAG__NAME]) {
    size_t length = strlen(text);
    if (info->name != NULL && info->name[0] != '\0')
        (void)snprintf(text + length, SNAG__NAME - length, " \"%s\"", info->name);
}

char *snag__view_name(const struct snag__view *v, int who, char text[SNAG__NAME]) {
    const struct snag__actor_info *info = snag__view_info(v, who);
    char path[SNAG__ACTOR_TEXT];
    if (info == NULL) {
        (void)snprintf(text, SNAG__NAME, "%s ?", who & SNAG__WHO_TASK ? "task" : "thread");
        return text;
    }
    switch (snag__view_role(v, who)) {
    case SNAG__ROLE_ROOT:
        (void)snprintf(text, SNAG__NAME, "main thread");
        break;
    case SNAG__ROLE_CLIENT:
        (void)snprintf(text, SNAG__NAME, "task %d", info->client_number + 1);
        break;
    case SNAG__ROLE_WORKER:
        (void)snprintf(text, SNAG__NAME, "worker %d", info->actor.path[1]);
        break;
    case SNAG__ROLE_OTHER:
        (void)snprintf(text, SNAG__NAME, "%s %s", info->actor.is_task ? "task" : "thread",
                       snag__actor_print(&info->actor, path));
        add_given_name(info, text);
        break;
    }
    return text;
}

/* A thread or task is an object too, to be joined: it has a name of its own. */
static char *name_thread(const struct snag__view *v, uint32_t object, char text[SNAG__NAME]) {
    for (uint32_t i = 0; i < v->in->events_count; i++) {
        const struct snag_event *e = &v->in->events[i];
        if (e->object != object)
            continue;
        if (e->kind == SNAG_EV_SPAWN)
            return snag__view_name(v, (int)(e->value & 0xffff), text);
        if (e->kind == SNAG_EV_TASK_SPAWN || e->kind == SNAG_EV_CO_CREATED)
            return snag__view_name(v, SNAG__WHO_TASK | (int)(e->value & 0xffff), text);
    }
    return NULL;
}

char *snag__view_object(const struct snag__view *v, uint32_t object, char text[SNAG__NAME]) {
    text[0] = '\0';
    bool known = object < v->objects_count;
    uint8_t kind = known ? v->objects[object] : SNAG__OBJECT_NONE;
    if (object == 0 || (kind == SNAG__OBJECT_THREAD && name_thread(v, object, text) != NULL))
        return text;
    const char *name = known ? v->names[object] : NULL;
    if (name == NULL)
        (void)snprintf(text, SNAG__NAME, "%s %u", object_names[kind], object);
    else if (v->shared[object])
        (void)snprintf(text, SNAG__NAME, "%s %s (%u)", object_names[kind], name, object);
    else
        (void)snprintf(text, SNAG__NAME, "%s %s", object_names[kind], name);
    return text;
}

char *snag__view_awaited(const struct snag__view *v, const struct snag_party *p,
                         char text[SNAG__AWAITED]) {
    char name[SNAG__NAME];
    bool room = false;
    for (uint32_t i = 0; i < v->in->events_count; i++) {
        const struct snag_event *e = &v->in->events[i];
        if (e->object == p->object &&
            snag__who(e->vthread, e->task) == snag__who(p->vthread, p->task))
            room = e->kind == SNAG_EV_PARK_ROOM || (room && e->kind == SNAG_EV_UNPARK);
    }
    (void)snprintf(text, SNAG__AWAITED, "%s%s", room ? "room in " : "",
                   snag__view_object(v, p->object, name));
    return text;
}

const struct snag__op *snag__view_op(const struct snag__view *v, const struct snag_event *e) {
    const struct snag_program *p = v->in->program;
    const struct snag__actor_info *info = snag__view_info(v, snag__who(e->vthread, e->task));
    if (p == NULL || info == NULL || !info->client || info->client_number >= p->tasks || e->op == 0)
        return NULL;
    uint16_t first = p->first[info->client_number], end = p->first[info->client_number + 1];
    return first + e->op <= end ? &p->ops[first + e->op - 1] : NULL;
}

const struct snag_history_op *snag__view_call(const struct snag__view *v,
                                              const struct snag_event *e) {
    const struct snag__actor_info *info = snag__view_info(v, snag__who(e->vthread, e->task));
    const struct snag_history *h = v->in->history;
    if (h == NULL || info == NULL || !info->client)
        return NULL;
    for (uint32_t i = 0; i < h->count; i++)
        if (h->ops[i].client == info->client_number && h->ops[i].number == e->op)
            return &h->ops[i];
    return NULL;
}
