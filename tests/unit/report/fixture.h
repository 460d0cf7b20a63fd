/* fixture.h: hand-made executions, and comparison with the files in tests/golden.
 *
 * SNAG_GOLDEN_WRITE=1 in the environment writes those files anew instead of comparing: look at the
 * difference before committing it. */
#ifndef SNAG_TEST_REPORT_FIXTURE_H
#define SNAG_TEST_REPORT_FIXTURE_H

#include "base/symbol.h"
#include "exec/exec.h"
#include "report/report.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PUT, GET, MOVE, VISIT };

static const struct snag_spec kv = {
    .name = "kv",
    .ops = {[PUT] = {.name = "put",
                     .args = {{.name = "key", .type = SNAG_KEY, .min = 1, .max = 8},
                              {.name = "value", .type = SNAG_INT, .max = 99}},
                     .flags = SNAG_OP_NESTS},
            [GET] = {.name = "get",
                     .args = {{.name = "key", .type = SNAG_KEY, .min = 1, .max = 8}},
                     .flags = SNAG_OP_NESTS},
            [MOVE] = {.name = "move",
                      .args = {{.name = "from", .type = SNAG_KEY, .min = 1, .max = 8},
                               {.name = "to", .type = SNAG_KEY, .min = 1, .max = 8}},
                      .result = SNAG_RESULT_NONE},
            [VISIT] = {.name = "visit",
                       .args = {{.name = "key", .type = SNAG_KEY, .min = 1, .max = 8},
                                {.name = "body", .type = SNAG_PROGRAM, .max = 4}}}},
    .config = {{.name = "capacity", .min = 1, .max = 64}},
};
static const struct snag_impl kv_threads = {.name = "kv/scattered-locks", .spec = &kv};
static const struct snag_impl kv_tasks = {
    .name = "kv/await-holding-mutex", .spec = &kv, .mode = SNAG_TASKS};

enum { EVENTS_MAX = 4096, ACTORS_MAX = 32 };

/* One execution, grown event by event. */
struct world {
    struct snag__report_input in;
    struct snag_program program;
    struct snag_verdict verdict;
    struct snag_event events[EVENTS_MAX];
    struct snag_choice_entry choices[64];
    struct snag_history history;
    struct snag_history_op ops[64];
    struct snag__actor_info vthreads[ACTORS_MAX], tasks[ACTORS_MAX];
    const struct snag__actor_info *vthread_list[ACTORS_MAX], *task_list[ACTORS_MAX];
    uint16_t vthread, task; /* who runs */
    uint32_t moment;
};

static struct world w;

static inline void world_begin(const struct snag_impl *impl, uint16_t workers) {
    memset(&w, 0, sizeof w);
    w.in = (struct snag__report_input){.target = impl != NULL ? impl->name : "lost-wakeup",
                                       .flavour = "fast",
                                       .impl = impl,
                                       .program = impl != NULL ? &w.program : NULL,
                                       .verdict = &w.verdict,
                                       .events = w.events,
                                       .choices = w.choices,
                                       .history = &w.history,
                                       .vthreads = w.vthread_list,
                                       .tasks = w.task_list};
    w.history.ops = w.ops;
    w.program.workers = workers;
    w.program.config.values[0] = 4;
    for (int i = 0; i < ACTORS_MAX; i++) {
        w.vthread_list[i] = &w.vthreads[i];
        w.task_list[i] = &w.tasks[i];
    }
    w.vthreads[0].actor.depth = 1;
    w.in.vthreads_count = 1;
    for (int i = 0; i < workers; i++)
        w.vthreads[w.in.vthreads_count++].actor =
            (struct snag_actor){.depth = 2, .path = {0, (uint8_t)(i + 1)}};
}

/* A client task, as a thread or an async task; or, in a scenario, a thread. */
static inline void add_task(void) {
    uint16_t number = w.program.tasks;
    bool async = w.in.impl != NULL && w.in.impl->mode == SNAG_TASKS;
    struct snag__actor_info *info =
        async ? &w.tasks[w.in.tasks_count++] : &w.vthreads[w.in.vthreads_count++];
    *info = (struct snag__actor_info){.client = w.in.impl != NULL, .client_number = number};
    info->actor =
        async ? (struct snag_actor){.is_task = 1, .depth = 1, .path = {(uint8_t)(number + 1)}}
              : (struct snag_actor){.depth = 2, .path = {0, (uint8_t)(number + 1)}};
    w.program.tasks++;
    w.program.first[w.program.tasks] = w.program.first[number];
}

static inline struct snag__op *add_op(uint16_t op, int64_t a, int64_t b) {
    struct snag__op *at = &w.program.ops[w.program.first[w.program.tasks]++];
    at->op = op;
    at->args[0].i = a;
    at->args[1].i = b;
    return at;
}

/* From here on, events are of this vthread (index), and of this task (number from 1; 0: none). */
static inline void run(uint16_t vthread, uint16_t task) {
    w.vthread = vthread;
    w.task = task;
}

static inline struct snag_event *event(enum snag_event_kind kind, uint16_t op, uint32_t object,
                                       uint32_t site) {
    struct snag_event *e = &w.events[w.in.events_count++];
    *e = (struct snag_event){.vthread = w.vthread,
                             .task = w.task,
                             .kind = (uint8_t)kind,
                             .op = op,
                             .object = object,
                             .site = site};
    bool mark = kind == SNAG_EV_OP_BEGIN || kind == SNAG_EV_OP_END;
    for (uint32_t i = 0; i + 1 < w.in.events_count && !mark; i++)
        if (w.events[i].vthread == e->vthread && w.events[i].task == e->task &&
            w.events[i].op == op)
            e->ordinal = w.events[i].ordinal;
    e->ordinal += !mark;
    w.verdict.events = w.in.events_count;
    return e;
}

static inline uint16_t client_now(void) {
    return w.task != 0 ? w.tasks[w.task - 1].client_number : w.vthreads[w.vthread].client_number;
}

static inline void op_begins(uint16_t number) {
    uint16_t client = client_now();
    const struct snag__op *op = &w.program.ops[w.program.first[client] + number - 1];
    struct snag_history_op *h = &w.ops[w.history.count++];
    *h = (struct snag_history_op){.client = client, .number = number, .invoked = ++w.moment};
    h->call.op = op->op;
    h->call.pending = true;
    event(SNAG_EV_OP_BEGIN, number, 0, 0)->value = op->op;
}

static inline void op_returns(uint16_t number, int64_t result) {
    for (uint32_t i = 0; i < w.history.count; i++) {
        if (w.ops[i].client == client_now() && w.ops[i].number == number) {
            w.ops[i].returned = ++w.moment;
            w.ops[i].call.pending = false;
            w.ops[i].call.result.i = result;
        }
    }
    event(SNAG_EV_OP_END, number, 0, 0)->value = (uint32_t)result;
}

/* Before the next event, `vthread` was preempted. */
static inline void preempted(uint16_t vthread, uint16_t by) {
    w.choices[w.in.choices_count++] = (struct snag_choice_entry){.kind = SNAG_CHOOSE_NEXT,
                                                                 .current_enabled = 1,
                                                                 .n = 2,
                                                                 .picked = by,
                                                                 .def = vthread,
                                                                 .event = w.in.events_count,
                                                                 .vthread = vthread};
    w.verdict.choices = w.in.choices_count;
    w.verdict.preemptions++;
    w.verdict.switches++;
}

static inline struct snag_finding *finding(enum snag_finding_kind kind, const char *key) {
    struct snag_finding *f = &w.verdict.findings[w.verdict.findings_count++];
    f->kind = kind;
    f->grade = snag_finding_grade(kind);
    (void)snprintf(f->rule, sizeof f->rule, "%s", snag_finding_rule(kind));
    (void)snprintf(f->key, sizeof f->key, "%s", key);
    f->event = w.in.events_count;
    return f;
}

static inline struct snag_party *party(struct snag_finding *f, uint16_t vthread, uint16_t task) {
    struct snag_party *p = &f->parties[f->parties_count++];
    p->vthread = vthread;
    p->task = task;
    return p;
}

/* ---- golden files ---------------------------------------------------------------------------- */

static inline char *golden_path(const char *name, char path[512]) {
    (void)snprintf(path, 512, "%s/%s", SNAG_GOLDEN_DIR, name);
    return path;
}

/* The first line in which they differ is shown. */
static inline void check_golden(const char *name, const char *text) {
    char path[512], expected[1 << 16];
    if (getenv("SNAG_GOLDEN_WRITE") != NULL) {
        FILE *out = fopen(golden_path(name, path), "w");
        CHECK(out != NULL);
        (void)fputs(text, out);
        CHECK(fclose(out) == 0);
    }
    FILE *in = fopen(golden_path(name, path), "r");
    CHECK(in != NULL);
    size_t bytes = fread(expected, 1, sizeof expected - 1, in);
    (void)fclose(in);
    expected[bytes] = '\0';
    const char *a = text, *b = expected;
    for (;;) {
        char line[2][512];
        size_t na = strcspn(a, "\n"), nb = strcspn(b, "\n");
        (void)snprintf(line[0], sizeof line[0], "%.*s", (int)na, a);
        (void)snprintf(line[1], sizeof line[1], "%.*s", (int)nb, b);
        CHECK_EQ_STR(line[0], line[1]);
        if (a[na] == '\0' || b[nb] == '\0') {
            CHECK_EQ_INT(a[na], b[nb]);
            return;
        }
        a += na + 1;
        b += nb + 1;
    }
}

/* No line is wider. */
static inline bool fits(const char *text, size_t columns) {
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        if (n > columns) {
            printf("wider than %zu: %.*s\n", columns, (int)n, text);
            return false;
        }
        text += n + (text[n] == '\n');
    }
    return true;
}

static inline char *lanes_text(uint32_t columns, bool trace) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    struct snag__report_options o = {.columns = columns, .trace = trace};
    snag__report_lanes(out, &w.in, &o);
    (void)fclose(out);
    return text;
}

/* The lanes of the world as it is now. */
static inline void check_lanes(const char *name, uint32_t columns, bool trace) {
    char *text = lanes_text(columns, trace);
    EXPECT(fits(text, columns));
    check_golden(name, text);
    free(text);
}

#endif
