/* findings.c: findings as paragraphs.
 *
 * It repeats what the oracle put into the finding and judges nothing. The rule: every party is
 * named as in the lanes above, and whatever is not known is left out rather than guessed.
 */
#include "report/findings.h"

#include "base/symbol.h"
#include "finding/key.h"
#include "oracle/linear.h"
#include "report/calls.h"
#include "report/walk.h"
#include "sched/schedule.h"

#include <ctype.h>
#include <string.h>

enum { INDENT = 4, TEXT = 1024, WORKER = SNAG__NAME + 8, WAIT_BUDGET_STEPS = 200000 };

/* The number of the harm that came of it in the same execution; 0: none did. */
static uint32_t harm_of(const struct snag_verdict *verdict, const struct snag_finding *f) {
    for (uint32_t i = 0; i < verdict->findings_count; i++)
        if (snag__finding_is_harm(verdict->findings[i].kind, verdict->findings[i].key, f->kind,
                                  f->key))
            return i + 1;
    return 0;
}

static void print_heading(FILE *out, const struct snag_finding *f, uint32_t number, uint32_t harm,
                          uint32_t columns, bool colour) {
    char text[SNAG__WORDS], mild[96] = "";
    if (f->grade != SNAG_GRADE_FINDING && harm != 0)
        (void)snprintf(mild, sizeof mild, " (a %s: its harm is [%u])", snag_grade_name(f->grade),
                       harm);
    else if (f->grade != SNAG_GRADE_FINDING)
        (void)snprintf(mild, sizeof mild, " (a %s: no harm in this schedule)",
                       snag_grade_name(f->grade));
    (void)snprintf(text, sizeof text, "[%u] %s%s", number, snag_finding_name(f->kind), mild);
    (void)fputs(snag__style_on(colour, SNAG__BAD), out);
    snag__wrap(out, text, 0, INDENT, columns);
    (void)fputs(snag__style_off(colour, SNAG__BAD), out);
}

static bool is_about_memory(enum snag_finding_kind kind) {
    return kind == SNAG_USE_AFTER_FREE || kind == SNAG_DOUBLE_FREE || kind == SNAG_MEMORY;
}

/* Of memory: who did what there was no more to do, who had freed it, who made it. The parties stand
 * in that order. */
static void memory_words(const struct snag_finding *f, const struct snag_party *p, const char *at,
                         char *text, size_t room) {
    char bytes[32] = "";
    const char *did;
    if (p->bytes != 0)
        (void)snprintf(bytes, sizeof bytes, " %u byte%s", p->bytes, p->bytes == 1 ? "" : "s");
    if (p == &f->parties[0])
        did = f->kind == SNAG_DOUBLE_FREE ? "frees it"
              : p->bytes == 0             ? "uses it"
              : p->is_write               ? "writes"
                                          : "reads";
    else if (f->kind != SNAG_MEMORY && p == &f->parties[1])
        did = "freed it";
    else if (strstr(f->detail, "stack") != NULL)
        did = "had it in its frame";
    else
        did = p->bytes != 0 ? "allocated" : "allocated it";
    int used = snprintf(text, room, "%s%s%s%s", did, bytes, at[0] != '\0' ? " " : "", at);
    const char *between = ", called";
    for (uint32_t i = 0; i < SNAG_CALLERS_MAX && p->callers[i] != 0 && (size_t)used < room; i++) {
        char caller[SNAG__WORDS];
        if (snag__symbol_of_site(p->callers[i])->library)
            continue;
        (void)snag__phrase_in(p->callers[i], caller);
        used += snprintf(text + used, room - (size_t)used, "%s %s", between, caller);
        between = ",";
    }
}

/* "holds mutex 1, taken in put (kv.c:41), though put has returned"; empty: it holds nothing. */
static void held_words(const struct snag__view *v, const struct snag_party *p, const char *taken,
                       char *text, size_t room) {
    char held[SNAG__NAME];
    text[0] = '\0';
    if (p->holds == 0)
        return;
    int used = snprintf(text, room, "holds %s%s%s%s%s", snag__view_object(v, p->holds, held),
                        p->reads ? " for reading" : "", p->guard ? ", a guard" : "",
                        taken[0] != '\0' ? ", taken " : "", taken);
    const struct snag_event at = {.vthread = p->vthread, .task = p->task, .op = p->left_by};
    const struct snag__op *op = p->left_by != 0 ? snag__view_op(v, &at) : NULL;
    if (op != NULL && (size_t)used < room)
        (void)snprintf(text + used, room - (size_t)used, ", though %s has returned",
                       v->in->impl->spec->ops[op->op].name);
}

/* Where the party took a semaphore that it has not posted since; 0: it did not. */
static uint32_t taken_site(const struct snag__view *v, const struct snag_party *p,
                           uint32_t semaphore) {
    uint32_t site = 0;
    for (uint32_t i = 0; i < v->in->events_count; i++) {
        const struct snag_event *e = &v->in->events[i];
        bool took = e->kind == SNAG_EV_SEM_WAIT || e->kind == SNAG_EV_SEM_TRYWAIT ||
                    e->kind == SNAG_EV_SEM_TIMEDWAIT;
        if (e->object != semaphore || e->vthread != p->vthread || e->task != p->task)
            continue;
        if (took && (e->flags & (SNAG_EVF_FAILED | SNAG_EVF_TIMEOUT)) == 0)
            site = e->site;
        else if (e->kind == SNAG_EV_SEM_POST)
            site = 0;
    }
    return site;
}

/* "has taken semaphore 2 in dine (table.c:15)": one that another party waits for. It has no owner,
 * so nobody holds it. */
static void taken_words(const struct snag__view *v, const struct snag_finding *f,
                        const struct snag_party *p, char *text, size_t room) {
    char object[SNAG__NAME], at[SNAG__WORDS];
    for (uint32_t i = 0; i < f->parties_count && text[0] == '\0'; i++) {
        const struct snag_party *q = &f->parties[i];
        uint32_t site = q != p && q->object != 0 ? taken_site(v, p, q->object) : 0;
        if (site != 0)
            (void)snprintf(text, room, "has taken %s %s", snag__view_object(v, q->object, object),
                           snag__phrase_in(site, at));
    }
}

/* Of who waits for long, or with a lock in hand; `what` it waits for, "" if that has no name. */
static void waiting_words(const struct snag_finding *f, const struct snag_party *p,
                          const char *holds, const char *what, const char *at, char *text,
                          size_t room) {
    char how[64] = "sleeps or does I/O", waits[SNAG__NAME + 16] = "";
    if (p->lasted_ms != 0 && f->kind == SNAG_BLOCKING_IN_ASYNC)
        (void)snprintf(how, sizeof how, "blocks its worker for %u ms", p->lasted_ms);
    else if (p->lasted_ms != 0)
        (void)snprintf(how, sizeof how, "waits for %u ms", p->lasted_ms);
    else if (p->lasted_ops != 0)
        (void)snprintf(how, sizeof how, "waits while %u operations of others come and go",
                       p->lasted_ops);
    else if (f->kind == SNAG_BLOCKING_IN_ASYNC)
        (void)snprintf(how, sizeof how, "stands");
    if (what[0] != '\0')
        (void)snprintf(waits, sizeof waits, ", waiting for %s", what);
    (void)snprintf(text, room, "%s%s%s%s%s%s", holds, holds[0] != '\0' ? "; " : "", how, waits,
                   at[0] != '\0' ? ", " : "", at);
}

/* "on worker 1, ": who waits with the task that it runs; "": nobody. */
static const char *worker_words(const struct snag__view *v, const struct snag_party *p,
                                char text[WORKER]) {
    char name[SNAG__NAME];
    int worker = snag__view_worker(v, p);
    text[0] = '\0';
    if (worker >= 0)
        (void)snprintf(text, WORKER, "on %s, ", snag__view_name(v, worker, name));
    return text;
}

/* What a party did, in the words of the kind. Empty: nothing is known. */
static void party_words(const struct snag__view *v, const struct snag_finding *f,
                        const struct snag_party *p, char *text, size_t room) {
    static const uint32_t none[SNAG_CALLERS_MAX];
    bool apart = is_about_memory(f->kind) || f->kind == SNAG_SELF_DEADLOCK;
    char object[SNAG__AWAITED], at[TEXT], taken[TEXT], holds[TEXT], on[WORKER];
    const char *what = snag__view_awaited(v, p, object);
    snag__calls_words(v, p->at_site, apart ? none : p->callers, at, sizeof at);
    snag__calls_words(v, p->holds_site, apart ? none : p->taken_callers, taken, sizeof taken);
    held_words(v, p, taken, holds, sizeof holds);
    if (snag__is_stuck(f->kind))
        taken_words(v, f, p, holds, sizeof holds);
    const char *comma = holds[0] != '\0' ? "; " : "";
    const char *space = at[0] != '\0' ? " " : "";
    if (f->kind == SNAG_LOCK_ORDER)
        (void)snprintf(text, room, "%s%stakes %s%s%s", holds, comma, what, space, at);
    else if (p->ready)
        (void)snprintf(text, room, "is ready, but every worker is %s",
                       f->kind == SNAG_STARVATION ? "kept by others" : "blocked");
    else if (p->ended)
        (void)snprintf(text, room, "%s%shas ended", holds, comma);
    else if (p->suspended || f->kind == SNAG_SUSPEND_HOLDING_LOCK)
        (void)snprintf(text, room, "%s%sis suspended%s%s%s%s", holds, comma,
                       what[0] != '\0' ? ", awaiting " : "", what, space, at);
    else if (f->kind == SNAG_BLOCKING_IN_ASYNC || f->kind == SNAG_LOCK_AROUND_IO ||
             f->kind == SNAG_LOCK_HELD_LONG)
        waiting_words(f, p, holds, what, at, text, room);
    else if (f->kind == SNAG_LEAK && p->object != 0)
        (void)snprintf(text, room, "opened %s%s%s", what, space, at);
    else if (f->kind == SNAG_LEAK)
        (void)snprintf(text, room, "allocated%s%s", space, at);
    else if (f->kind == SNAG_RACE)
        (void)snprintf(text, room, "%s%s%s%s%s%s", p->is_write ? "writes" : "reads",
                       p->is_atomic ? " atomically" : "", what[0] != '\0' ? " " : "", what, space,
                       at);
    else if (is_about_memory(f->kind))
        memory_words(f, p, at, text, room);
    else if (f->kind == SNAG_UNBOUNDED_GROWTH)
        (void)snprintf(text, room, "puts one more into %s%s%s", what, space, at);
    else if (f->kind == SNAG_MISUSE)
        (void)snprintf(text, room, "%s%s%s%s%s", what, space, at,
                       taken[0] != '\0' ? "; before that " : "", taken);
    else if (snag__is_stuck(f->kind) && p->object != 0)
        (void)snprintf(text, room, "%s%s%swaits for %s%s%s", holds, comma, worker_words(v, p, on),
                       what, space, at);
    else if (snag__is_stuck(f->kind))
        (void)snprintf(text, room, "%s%sstands%s%s", holds, comma, space, at);
    else if (p->object != 0)
        (void)snprintf(text, room, "%s%s%s%s%s", holds, comma, what, space, at);
    else
        (void)snprintf(text, room, "%s%s%s", holds, at[0] != '\0' ? comma : "", at);
}

static void print_parties(FILE *out, const struct snag__view *v, const struct snag_finding *f,
                          uint32_t columns) {
    size_t longest = 0;
    char name[SNAG__NAME];
    for (uint32_t i = 0; i < f->parties_count && i < SNAG_PARTIES_MAX; i++) {
        const struct snag_party *p = &f->parties[i];
        size_t length = strlen(snag__view_name(v, snag__who(p->vthread, p->task), name));
        longest = length > longest ? length : longest;
    }
    for (uint32_t i = 0; i < f->parties_count && i < SNAG_PARTIES_MAX; i++) {
        const struct snag_party *p = &f->parties[i];
        char words[TEXT], line[TEXT + SNAG__NAME];
        party_words(v, f, p, words, sizeof words);
        (void)snprintf(line, sizeof line, "%-*s  %s", (int)longest,
                       snag__view_name(v, snag__who(p->vthread, p->task), name), words);
        snag__wrap(out, line, INDENT, INDENT + (uint32_t)longest + 2, columns);
    }
}

static bool is_named_before(const struct snag_finding *f, uint32_t i) {
    for (uint32_t j = 0; j < i; j++)
        if (f->parties[j].vthread == f->parties[i].vthread &&
            f->parties[j].task == f->parties[i].task)
            return true;
    return false;
}

/* "task 2 is thread 0.2"; "thread 0.3 was created in start (a.c:5)". */
static void print_origin(FILE *out, const struct snag__view *v, const struct snag_party *p,
                         uint32_t columns) {
    char name[SNAG__NAME], actor[64], at[SNAG__WORDS], line[TEXT];
    int who = snag__who(p->vthread, p->task);
    const struct snag__actor_info *info = snag__view_info(v, who);
    if (info == NULL)
        return;
    (void)snag__phrase_in(info->site, at);
    (void)snag__view_name(v, who, name);
    (void)snag__actor_print(&info->actor, actor);
    if (info->client)
        (void)snprintf(line, sizeof line, "%s is %s %s", name,
                       info->actor.is_task ? "async task" : "thread", actor);
    else if (at[0] != '\0')
        (void)snprintf(line, sizeof line, "%s was created %s", name, at);
    else
        return;
    snag__wrap(out, line, INDENT, INDENT, columns);
}

/* Who the parties are, where their names do not say it all. */
static void print_origins(FILE *out, const struct snag__view *v, const struct snag_finding *f,
                          uint32_t columns) {
    for (uint32_t i = 0; i < f->parties_count && i < SNAG_PARTIES_MAX; i++)
        if (!is_named_before(f, i))
            print_origin(out, v, &f->parties[i], columns);
}

/* "label  text", the text wrapped beside its label. */
static void print_labelled(FILE *out, const char *label, const char *text, uint32_t columns) {
    char line[TEXT];
    if (text[0] == '\0')
        return;
    (void)snprintf(line, sizeof line, "%-7s%s", label, text);
    snag__wrap(out, line, INDENT, INDENT + 7, columns);
}

/* What it means; of what is milder, also what came of it. */
static void print_meaning(FILE *out, const struct snag_verdict *verdict,
                          const struct snag_finding *f, uint32_t harm, uint32_t columns) {
    char text[TEXT];
    (void)snprintf(text, sizeof text, "%s", snag__explain(f->kind, f->rule));
    if (harm != 0)
        (void)snprintf(text, sizeof text, "Here it did harm: [%u] is %s came of it.", harm,
                       snag__is_stuck(verdict->findings[harm - 1].kind) ? "the hang that" : "what");
    if (text[0] == '\0')
        return;
    snag__wrap(out, text, INDENT, INDENT, columns);
    (void)fprintf(out, "\n");
}

/* Is what was done wrong the detail itself? */
static bool says_which(const struct snag_finding *f) {
    return f->kind == SNAG_MISUSE && f->detail[0] != '\0';
}

/* What its kind is; of a misuse, which one it is. */
static void print_help(FILE *out, const struct snag_finding *f, uint32_t columns) {
    char help[TEXT];
    (void)snprintf(help, sizeof help, "%s.",
                   says_which(f) ? f->detail : snag_finding_help(f->kind));
    help[0] = (char)toupper((unsigned char)help[0]);
    snag__wrap(out, help, INDENT, INDENT, columns);
}

/* Says so where nothing but a flag of the spec makes the wait a hang: with the flag, the model
 * would have let everybody wait. */
static void print_may_wait(FILE *out, const struct snag__view *v, uint32_t columns) {
    const struct snag_history *h = v->in->history;
    if (h == NULL || v->in->program == NULL || v->in->impl == NULL ||
        v->in->impl->spec->state_bytes == 0)
        return;
    struct snag_spec lenient = *v->in->impl->spec;
    const char *lacks = NULL;
    for (uint32_t i = 0; i < h->count; i++) {
        struct snag_op_decl *decl = &lenient.ops[h->ops[i].call.op];
        if (h->ops[i].returned != 0 || h->ops[i].dropped != 0 ||
            (decl->flags & SNAG_OP_MAY_WAIT) != 0)
            continue;
        decl->flags |= SNAG_OP_MAY_WAIT;
        lacks = lacks == NULL ? decl->name : lacks;
    }
    struct snag__linear_checker *c =
        lacks != NULL ? snag__linear_new(&lenient, WAIT_BUDGET_STEPS) : NULL;
    if (c != NULL && snag__linear_may_wait(c, &v->in->program->config, h) == SNAG__LINEAR_YES) {
        char line[TEXT];
        (void)snprintf(line, sizeof line,
                       "%s lacks SNAG_OP_MAY_WAIT, so its waiting counts as a hang; the model "
                       "answers SNAG_BLOCKED here.",
                       lacks);
        snag__wrap(out, line, INDENT, INDENT, columns);
        (void)fprintf(out, "\n");
    }
    snag__linear_free(c);
}

/* Did anybody act who is no task of the program: a thread or task that it started? */
static bool others_acted(const struct snag__view *v) {
    for (uint32_t i = 0; i < v->in->events_count; i++) {
        const struct snag_event *e = &v->in->events[i];
        if (snag__view_role(v, snag__who(e->vthread, e->task)) == SNAG__ROLE_OTHER)
            return true;
    }
    return false;
}

/* A wait that nobody else has a part in is no matter of concurrency. */
static void print_alone(FILE *out, const struct snag__view *v, uint32_t columns) {
    const struct snag_program *p = v->in->program;
    uint32_t tasks = 0;
    for (uint16_t i = 0; p != NULL && i < p->tasks; i++)
        tasks += p->first[i + 1] > p->first[i];
    if (tasks != 1 || others_acted(v))
        return;
    snag__wrap(out,
               "One task alone is enough for it: the model or the implementation is wrong "
               "sequentially. 'snag check-spec' says more.",
               INDENT, INDENT, columns);
    (void)fprintf(out, "\n");
}

void snag__report_finding(FILE *out, const struct snag__view *v, const struct snag_verdict *verdict,
                          uint32_t index, uint32_t columns, bool colour) {
    const struct snag_finding *f = &verdict->findings[index];
    uint32_t harm = harm_of(verdict, f);
    print_heading(out, f, index + 1, harm, columns, colour);
    print_help(out, f, columns);
    (void)fprintf(out, "\n");
    print_parties(out, v, f, columns);
    if (is_about_memory(f->kind) || f->kind == SNAG_UNDEFINED)
        print_origins(out, v, f, columns);
    if (f->parties_count > 0)
        (void)fprintf(out, "\n");
    if (f->kind == SNAG_SELF_DEADLOCK && f->parties_count > 0)
        snag__calls_print(out, v, &f->parties[0], columns);
    if (f->kind == SNAG_NON_LINEARIZABLE || f->kind == SNAG_SEQUENTIAL)
        snag__report_history(out, v, columns);
    if (f->detail[0] != '\0' && !says_which(f)) {
        snag__wrap(out, f->detail, INDENT, INDENT, columns);
        (void)fprintf(out, "\n");
    }
    print_meaning(out, verdict, f, harm, columns);
    if (f->kind == SNAG_HANG || f->kind == SNAG_LOST_WAKEUP) {
        print_may_wait(out, v, columns);
        print_alone(out, v, columns);
    }
    char rule[TEXT] = "";
    if (f->rule[0] != '\0')
        (void)snprintf(rule, sizeof rule, "%s: %s", f->rule, snag__rule_text(f->rule));
    print_labelled(out, "rule", rule, columns);
    print_labelled(out, "key", f->key, columns);
}
