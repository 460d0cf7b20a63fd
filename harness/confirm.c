/* confirm.c: runs an execution twice and compares. See confirm.h. */
#include "confirm.h"

#include <stdlib.h>
#include <string.h>

#include "finding/key.h"

struct kept {
    struct snag_event *events;
    uint32_t events_count;
    struct snag_choice_entry *choices;
    uint32_t choices_count;
};

static bool keep(struct kept *k) {
    const struct snag_event *events = snag__exec_events(&k->events_count);
    const struct snag_choice_entry *choices = snag__exec_choices(&k->choices_count);
    k->events = malloc((k->events_count + 1) * sizeof *events);
    k->choices = malloc((k->choices_count + 1) * sizeof *choices);
    if (k->events == NULL || k->choices == NULL)
        return false;
    memcpy(k->events, events, k->events_count * sizeof *events);
    memcpy(k->choices, choices, k->choices_count * sizeof *choices);
    return true;
}

/* The first event in which the last execution differs from the kept one; the shorter log's length
 * if one is a beginning of the other. */
static uint32_t first_difference(const struct kept *k) {
    uint32_t count;
    const struct snag_event *events = snag__exec_events(&count);
    uint32_t i = 0;
    while (i < count && i < k->events_count &&
           memcmp(&events[i], &k->events[i], sizeof *events) == 0)
        i++;
    return i;
}

/* Every finding of `a` is in `b`. Races are ThreadSanitizer's word, and it may miss one
 * (session.h): whoever keeps them sees to it that they show again. */
static bool covers(const struct snag_verdict *a, const struct snag_verdict *b) {
    for (uint32_t i = 0; i < a->findings_count; i++)
        if (a->findings[i].kind != SNAG_RACE &&
            snag__session_find(b, a->findings[i].key) == UINT32_MAX)
            return false;
    return true;
}

static void say_diverged(struct snag_verdict *v, uint32_t at) {
    uint32_t count;
    const struct snag_event *events = snag__exec_events(&count);
    struct snag_finding *f = &v->findings[0];
    v->findings_count = 1;
    *f = (struct snag_finding){
        .kind = SNAG_NONDETERMINISM, .grade = SNAG_GRADE_FINDING, .event = at};
    if (at < count) {
        f->parties_count = 1;
        f->parties[0] = (struct snag_party){.vthread = events[at].vthread,
                                            .task = events[at].task,
                                            .object = events[at].object,
                                            .at_site = events[at].site};
    }
    snag__finding_key(f);
}

enum snag__confirmed snag__confirm(const struct snag_program *program, uint64_t id,
                                   struct snag_verdict *v) {
    struct kept k = {0};
    enum snag__confirmed result = SNAG__CONFIRM_TROUBLE;
    if (keep(&k)) {
        struct snag__request again = {.program = program,
                                      .program_id = id,
                                      .points = snag__exec_points(),
                                      .repeat = k.choices,
                                      .repeat_count = k.choices_count};
        struct snag_verdict second;
        snag__exec_again(&again);
        snag__exec_run(&again, &second);
        uint32_t at = first_difference(&k);
        if (at == k.events_count && second.events == k.events_count && covers(v, &second) &&
            covers(&second, v)) {
            result = SNAG__CONFIRMED;
        } else {
            *v = second;
            say_diverged(v, at);
            result = SNAG__DIVERGED;
        }
    }
    free(k.events);
    free(k.choices);
    return result;
}
