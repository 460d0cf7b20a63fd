/* log.c: the event log as text, one line per event: what "the same log, byte for byte" compares.
 *
 *     0.1 1.2 lock mutex 1 waited  kv_put kv.c:41
 *     t2@0.1 1.3+2 alloc = 64  kv_put kv.c:44
 *
 * Actor (a task with the vthread that it was on), operation.ordinal[+sub], verb, object, flags,
 * value, call site. The rule: everything that the log holds is on the line, and nothing that
 * differs from one process to another.
 */
#include "report/view.h"

#include "base/event_class.h"
#include "sched/schedule.h"

#include <string.h>

static void print_actor(FILE *out, const struct snag__view *v, int who) {
    const struct snag__actor_info *info = snag__view_info(v, who);
    char path[SNAG__ACTOR_TEXT];
    (void)fputs(info != NULL ? snag__actor_print(&info->actor, path) : "?", out);
}

static void print_value(FILE *out, const struct snag__view *v, const struct snag_event *e) {
    switch (snag__view_value(e)) {
    case SNAG__VALUE_VTHREAD:
        (void)fprintf(out, " = ");
        print_actor(out, v, (int)(e->value & 0xffff));
        return;
    case SNAG__VALUE_TASK:
        (void)fprintf(out, " = ");
        print_actor(out, v, SNAG__WHO_TASK | (int)(e->value & 0xffff));
        return;
    case SNAG__VALUE_WOKEN:
        if (e->value == 0) {
            (void)fprintf(out, " = nobody");
            return;
        }
        (void)fprintf(out, " = ");
        print_actor(out, v, (int)((e->value - 1) & 0xffff));
        return;
    case SNAG__VALUE_COUNT:
    case SNAG__VALUE_BYTES:
    case SNAG__VALUE_NUMBER:
    case SNAG__VALUE_DESCRIPTOR:
    case SNAG__VALUE_SIGNAL:
    case SNAG__VALUE_READY:
        (void)fprintf(out, " = %u", e->value);
        return;
    case SNAG__VALUE_NONE:
        if (e->kind == SNAG_EV_OP_BEGIN || e->kind == SNAG_EV_OP_END)
            (void)fprintf(out, " = %u", e->value);
        return;
    }
}

static void print_event(FILE *out, const struct snag__view *v, const struct snag_event *e) {
    char text[SNAG__WORDS], object[SNAG__NAME];
    print_actor(out, v, snag__who(e->vthread, e->task));
    if (e->task != 0) {
        (void)fputc('@', out);
        print_actor(out, v, e->vthread);
    }
    (void)fprintf(out, " %u.%u", e->op, e->ordinal);
    if (e->sub != 0)
        (void)fprintf(out, "+%u", e->sub);
    (void)fprintf(out, " %s", snag_event_verb(e->kind));
    if (e->object != 0)
        (void)fprintf(out, " %s", snag__view_object(v, e->object, object));
    (void)fprintf(out, "%s%s%s%s", e->flags & SNAG_EVF_FAILED ? " failed" : "",
                  e->flags & SNAG_EVF_TIMEOUT ? " timeout" : "",
                  e->flags & SNAG_EVF_WAITED ? " waited" : "",
                  e->flags & SNAG_EVF_FAULT ? " fault" : "");
    if (e->bytes != 0)
        (void)fprintf(out, " %ub", e->bytes);
    print_value(out, v, e);
    (void)snag__phrase_site(e->site, SNAG__WORDS - 1, text);
    (void)fprintf(out, "%s%s\n", text[0] != '\0' ? "  " : "", text);
}

void snag__report_log(FILE *out, const struct snag__report_input *in, bool sync_only) {
    struct snag__view v;
    if (!snag__view_open(&v, in)) {
        (void)fprintf(out, "(no memory for the log)\n");
        return;
    }
    for (uint32_t i = 0; i < in->events_count; i++) {
        enum snag__event_class class = snag__event_class(in->events[i].kind);
        if (!sync_only || class == SNAG__EVENT_SYNC || class == SNAG__EVENT_ATOMIC)
            print_event(out, &v, &in->events[i]);
    }
    snag__view_close(&v);
}
