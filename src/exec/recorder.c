/* recorder.c: where the flight recorder lies, and the schedule that one holds.
 *
 * It writes no events (src/exec does) and watches nobody (harness/front/supervisor.c does). The
 * rule: what another process left behind is read as hostile bytes; no index out of it is followed
 * before it was compared with a capacity.
 */
#define _GNU_SOURCE
#include "exec/recorder.h"

#include "sched/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert(sizeof(struct snag_choice_entry) == 24, "the choice log's layout is an interface");
_Static_assert(sizeof(struct snag_event) == 28, "the event log's layout is an interface");

struct snag__recorder *snag__recorder;

/* Maps the supervisor's descriptor. NULL: not one, and `e` says why. */
static struct snag__recorder *map_inherited(const char *text, struct snag_error *e) {
    char *end;
    long fd = strtol(text, &end, 10);
    struct stat st;
    if (end == text || *end != '\0' || fd < 0 || fstat((int)fd, &st) != 0) {
        (void)snag_fail(e, SNAG_ERR_SYSTEM, "SNAG_RECORDER_FD=%s is not an open descriptor", text);
        return NULL;
    }
    if ((uint64_t)st.st_size < sizeof(struct snag__recorder)) {
        (void)snag_fail(e, SNAG_ERR_VERSION,
                        "the flight recorder on descriptor %ld has %lld bytes, not %zu: rebuild "
                        "snag and the target together",
                        fd, (long long)st.st_size, sizeof(struct snag__recorder));
        return NULL;
    }
    void *at =
        mmap(NULL, sizeof(struct snag__recorder), PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
    if (at == MAP_FAILED) {
        (void)snag_fail(e, SNAG_ERR_SYSTEM, "the flight recorder cannot be mapped: %s",
                        strerror(errno));
        return NULL;
    }
    (void)close((int)fd);
    (void)unsetenv("SNAG_RECORDER_FD");
    return at;
}

enum snag_err snag__recorder_open(struct snag_error *e) {
    if (snag__recorder != NULL)
        return SNAG_ERR_OK;
    const char *inherited = getenv("SNAG_RECORDER_FD");
    struct snag__recorder *r;
    if (inherited != NULL) {
        r = map_inherited(inherited, e);
        if (r == NULL)
            return e != NULL ? e->code : SNAG_ERR_SYSTEM;
    } else {
        void *at = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (at == MAP_FAILED)
            return snag_fail(e, SNAG_ERR_SYSTEM, "no memory for the event log: %s",
                             strerror(errno));
        r = at;
    }
    r->version = SNAG__RECORDER_VERSION;
    r->bytes = sizeof *r;
    /* Last: a supervisor that looks now sees either nothing or all of it. */
    __atomic_store_n(&r->magic, SNAG__RECORDER_MAGIC, __ATOMIC_RELEASE);
    snag__recorder = r;
    return SNAG_ERR_OK;
}

bool snag__recorder_legible(const struct snag__recorder *r, uint64_t bytes) {
    return bytes >= sizeof *r &&
           __atomic_load_n(&r->magic, __ATOMIC_ACQUIRE) == SNAG__RECORDER_MAGIC &&
           r->version == SNAG__RECORDER_VERSION && r->bytes == sizeof *r;
}

/* The spawn path of a vthread or a task. False: nobody has that index. */
static bool actor_at(const struct snag_actor *actors, uint32_t count, uint32_t index,
                     struct snag_actor *out) {
    if (index >= count || index >= SNAG__ACTORS_MAX || actors[index].depth > SNAG_PATH_MAX)
        return false;
    *out = actors[index];
    return true;
}

static bool vthread_at(const struct snag__recorder *r, uint32_t index, struct snag_actor *out) {
    return actor_at(r->vthreads, r->vthreads_count, index, out);
}

static bool task_at(const struct snag__recorder *r, uint32_t index, struct snag_actor *out) {
    return actor_at(r->tasks, r->tasks_count, index, out);
}

/* One non-default choice as a switch. False: the entry makes no sense. */
static bool switch_of(const struct snag__recorder *r, const struct snag_choice_entry *c,
                      struct snag_switch *s) {
    memset(s, 0, sizeof *s);
    s->kind = c->kind;
    s->op = c->op;
    s->ordinal = c->ordinal;
    s->sub = c->sub;
    if (!(c->task != 0 ? task_at(r, c->task - 1u, &s->at) : vthread_at(r, c->vthread, &s->at)))
        return false;
    if (c->kind >= SNAG_CHOICE_KINDS)
        return false;
    s->preempts = c->kind == SNAG_CHOOSE_NEXT && c->current_enabled && c->picked != c->vthread;
    switch (snag_choice_takes(c->kind)) {
    case SNAG_TAKES_VTHREAD:
        return vthread_at(r, c->picked, &s->to);
    case SNAG_TAKES_TASK:
        return task_at(r, c->picked, &s->to);
    case SNAG_TAKES_NUMBER:
        s->number = c->picked;
        return true;
    }
    return false;
}

bool snag__recorder_switch(const struct snag__recorder *r, const struct snag_event *before,
                           uint16_t to, struct snag_switch *out) {
    *out = (struct snag_switch){.kind = SNAG_CHOOSE_NEXT,
                                .preempts = 1,
                                .op = before->op,
                                .ordinal = before->ordinal,
                                .sub = before->sub};
    return (before->task != 0 ? task_at(r, before->task - 1u, &out->at)
                              : vthread_at(r, before->vthread, &out->at)) &&
           vthread_at(r, to, &out->to);
}

bool snag__recorder_schedule(const struct snag__recorder *r, struct snag_schedule *out) {
    uint32_t count = r->choices_count;
    if (count > SNAG__CHOICES_MAX)
        count = SNAG__CHOICES_MAX;
    snag__schedule_clear(out);
    for (uint32_t i = 0; i < count; i++) {
        const struct snag_choice_entry *c = &r->choices[i];
        struct snag_switch s;
        if (c->picked == c->def)
            continue;
        if (!switch_of(r, c, &s))
            break;
        if (!snag__schedule_push(out, &s))
            return false;
    }
    return true;
}
