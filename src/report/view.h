/* view.h: an execution's logs as words: who, which object, what happened, where.
 *
 * It is not a layout (lanes.c, log.c, json.c). The rule: the words depend on the logs, the program
 * and the debug information alone; an index that is out of range gets a "?" and is never followed.
 */
#ifndef SNAG_REPORT_VIEW_H
#define SNAG_REPORT_VIEW_H

#include "exec/exec.h"
#include "report/report.h"
#include "snag/fault.h"

/* Bytes of a phrase, of a name, of what somebody waits for. */
enum { SNAG__WORDS = 160, SNAG__NAME = 48, SNAG__AWAITED = SNAG__NAME + 8 };

/* Who did something: a task if one was running, else a vthread. */
enum { SNAG__WHO_TASK = 1 << 16, SNAG__WHO_NOBODY = -1 };
int snag__who(uint16_t vthread, uint16_t task); /* task: index + 1; 0: none */

enum snag__role {
    SNAG__ROLE_ROOT,   /* vthread "0": create and destroy, or a scenario's body */
    SNAG__ROLE_CLIENT, /* runs a task of the program */
    SNAG__ROLE_WORKER, /* runs async tasks */
    SNAG__ROLE_OTHER   /* started by the code under test */
};

struct snag__view {
    const struct snag__report_input *in;
    uint8_t *objects;   /* by number: what kind of thing the events show it to be; view.c */
    const char **names; /* by number: what it is called; NULL: nothing */
    bool *shared;       /* by number: another of its kind is called the same */
    uint32_t objects_count;
};

bool snag__view_open(struct snag__view *v, const struct snag__report_input *in);
void snag__view_close(struct snag__view *v);

/* What is known of somebody; NULL: not in range. */
const struct snag__actor_info *snag__view_info(const struct snag__view *v, int who);
enum snag__role snag__view_role(const struct snag__view *v, int who);
/* "task 2", "worker 1", "main thread", "thread 0.4", "thread 0.4 \"flusher\"", "task t1.2". Return
 * `text`. */
char *snag__view_name(const struct snag__view *v, int who, char text[SNAG__NAME]);
/* "mutex 1", "atomic 3", "object 9", or by its name, "mutex shard[2]", with its number if another
 * is called the same, "mutex lock (4)"; "" for 0. */
char *snag__view_object(const struct snag__view *v, uint32_t object, char text[SNAG__NAME]);
/* What the party waits for: the object's name, or "room in channel 3". */
char *snag__view_awaited(const struct snag__view *v, const struct snag_party *p,
                         char text[SNAG__AWAITED]);

/* The worker that waits with the task of the party; -1: none does. */
int snag__view_worker(const struct snag__view *v, const struct snag_party *p);

/* The operation that an event belongs to; NULL: none, or not a client's. */
const struct snag__op *snag__view_op(const struct snag__view *v, const struct snag_event *e);
/* The record of that operation in the history; NULL: none. */
const struct snag_history_op *snag__view_call(const struct snag__view *v,
                                              const struct snag_event *e);

/* What the event's value is. */
enum snag__value {
    SNAG__VALUE_NONE,    /* nothing to be shown */
    SNAG__VALUE_VTHREAD, /* index */
    SNAG__VALUE_TASK,    /* index */
    SNAG__VALUE_WOKEN,   /* vthread index + 1; 0: nobody */
    SNAG__VALUE_COUNT,   /* of vthreads woken */
    SNAG__VALUE_BYTES,
    SNAG__VALUE_NUMBER,     /* read or written */
    SNAG__VALUE_DESCRIPTOR, /* number of one */
    SNAG__VALUE_READY,      /* how many are, of the descriptors of a poll */
    SNAG__VALUE_SIGNAL      /* number of one */
};
enum snag__value snag__view_value(const struct snag_event *e);

/* The fault that happened in it; SNAG_FAULT_KINDS: none. Expiry in time is none. */
enum snag_fault snag__view_fault(const struct snag_event *e);

/* "lock mutex 1", "put(key=1, value=7)", "-> 3". */
char *snag__phrase(const struct snag__view *v, const struct snag_event *e, char text[SNAG__WORDS]);
/* A call's result by its spec: "3", "nothing", "\"ab\"". */
char *snag__phrase_result(const struct snag_op_decl *decl, const struct snag_result *r,
                          char text[SNAG__WORDS]);
/* "put kv.c:41", "kv.c:41", "put" or "": what fits into `room` columns. */
char *snag__phrase_site(uint32_t site, size_t room, char text[SNAG__WORDS]);
/* "in put (kv.c:41)", or "" where nothing is known. */
char *snag__phrase_in(uint32_t site, char text[SNAG__WORDS]);

#endif
