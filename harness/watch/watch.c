/* watch.c: see watch.h. */
#include "watch/watch.h"

#include "watch/proc.h"

#include <string.h>
#include <time.h>

static uint64_t now_ms(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Does the heartbeat still stand, and should it move? */
static bool is_silent(struct snag__watch *w) {
    const struct snag__recorder *r = w->recorder;
    uint64_t pulse[4] = {r->runs, r->events_count, r->choices_count, r->running};
    bool same = memcmp(pulse, w->pulse, sizeof pulse) == 0;
    memcpy(w->pulse, pulse, sizeof pulse);
    return same && snag__recorder_legible(r, sizeof *r) && r->watching == 1;
}

/* Looking up names in a large program's debug information takes seconds; a model that never answers
 * takes for ever. */
static uint64_t patience_ms(const struct snag__watch *w) {
    enum { LONGER = 10, AT_LEAST_MS = 10000 };
    uint64_t outside = LONGER * w->timeout_ms;
    return w->recorder->running == 1 ? w->timeout_ms
           : outside > AT_LEAST_MS   ? outside
                                     : AT_LEAST_MS;
}

enum snag__how snag__watch_look(struct snag__watch *w) {
    struct snag__proc p;
    if (!is_silent(w) || !snag__proc_read(w->pid, &p) || p.state == 'T' || p.state == 't') {
        w->silent = false;
        return SNAG__ENDED;
    }
    uint64_t now = now_ms();
    if (!w->silent) {
        w->silent = true;
        w->since_ms = now;
        w->processor_ms = p.processor_ms;
        w->looks = w->asleep = 0;
        return SNAG__ENDED;
    }
    w->looks++;
    w->asleep += p.state == 'S' || p.state == 'D';
    bool inside = w->recorder->running == 1;
    if (p.processor_ms - w->processor_ms >= patience_ms(w))
        return inside ? SNAG__LOOPS : SNAG__STRAYED;
    if (!inside)
        return SNAG__ENDED;
    bool mostly_asleep = w->asleep * 4 >= w->looks * 3 && (p.state == 'S' || p.state == 'D');
    return now - w->since_ms >= w->timeout_ms && mostly_asleep ? SNAG__BLOCKS : SNAG__ENDED;
}

uint64_t snag__watch_pulse_ms(uint64_t timeout_ms) {
    uint64_t ms = timeout_ms / 16;
    return ms < 10 ? 10 : ms > 100 ? 100 : ms;
}

void snag__watch_describe(const struct snag__watch *w, enum snag__how how, struct snag__end *end) {
    end->how = how;
    end->silent_ms = now_ms() - w->since_ms;
    snag__proc_system_call(w->pid, end->system_call, sizeof end->system_call);
    snag__stack_take(w->pid, how != SNAG__BLOCKS, &end->stack);
}

const char *snag__end_kind(const struct snag__end *end) {
    return end->how == SNAG__LOOPS    ? "infinite-loop"
           : end->how == SNAG__BLOCKS ? "blocking-call"
                                      : "child-died";
}

void snag__end_text(const struct snag__end *end, char *text, size_t room) {
    if (end->how == SNAG__STRAYED)
        snprintf(text, room, "got stuck in %s, computing without end",
                 end->stack.stuck_in[0] != '\0' ? end->stack.stuck_in : "snag itself");
    else if (end->signal != 0)
        snprintf(text, room, "was killed by signal %d (%s)", end->signal, strsignal(end->signal));
    else
        snprintf(text, room, "ended with status %d", end->status);
}

void snag__end_print(FILE *out, const struct snag__end *end) {
    char text[128];
    if (end->how == SNAG__DIED) {
        snag__end_text(end, text, sizeof text);
        fprintf(out, "%s in the middle of an execution", text);
        return;
    }
    fputs("is stuck", out);
    if (end->stack.stuck_in[0] != '\0')
        fprintf(out, " in %s", end->stack.stuck_in);
    if (end->how == SNAG__LOOPS)
        fputs(", computing without end", out);
    else
        fprintf(out, ", in the system call %s",
                end->system_call[0] != '\0' ? end->system_call : "(unknown)");
}

void snag__end_note(FILE *out, const struct snag__end *end) {
    fputs("the process ", out);
    snag__end_print(out, end);
    fputc('\n', out);
    if (end->how != SNAG__DIED)
        snag__stack_print(out, &end->stack);
}
