/* program_test.c: operation programs on threads: history, handles, nested programs, invariants,
 * leaks, linearizability, rightful waiting; each bug with its silent twin.
 *
 * link: rt_fast
 */
#include "drive.h"

#include "program/build.h"
#include "program_cases.h"

unsigned bugs;

/* ---- the spec ---- */

struct state {
    int64_t slots[2];
    int64_t item;
};

static uint32_t steps; /* calls of the model */

static enum snag_step step(const struct snag_config *config, void *raw,
                           const struct snag_call *call) {
    struct state *s = raw;
    (void)config;
    steps++;
    if (call->pending && call->variant > 0)
        return SNAG_REJECT;
    int64_t slot = call->args[0].i;
    switch (call->op) {
    case PUT:
        if (!call->pending && call->result.i != s->slots[slot])
            return SNAG_REJECT;
        s->slots[slot] = call->args[1].i;
        return SNAG_ACCEPT;
    case GET:
        return call->pending || call->result.i == s->slots[slot] ? SNAG_ACCEPT : SNAG_REJECT;
    case RECV:
        if (s->item == 0)
            return call->pending ? SNAG_BLOCKED : SNAG_REJECT;
        if (!call->pending && call->result.i != s->item)
            return SNAG_REJECT;
        s->item = 0;
        return SNAG_ACCEPT;
    case SEND:
        s->item = call->args[0].i;
        return SNAG_ACCEPT;
    default:
        return SNAG_ACCEPT;
    }
}

const struct snag_spec program_spec =
    {
        .name = "box",
        .ops =
            {
                [PUT] = {.name = "put",
                         .args = {{.name = "slot", .type = SNAG_KEY, .min = 0, .max = 1},
                                  {.name = "value", .type = SNAG_INT, .min = 0, .max = 9}},
                         .flags = SNAG_OP_NESTS},
                [GET] = {.name = "get",
                         .args = {{.name = "slot", .type = SNAG_KEY, .min = 0, .max = 1}},
                         .flags = SNAG_OP_NESTS},
                [OPEN] = {.name = "open",
                          .result = SNAG_RESULT_HANDLE,
                          .returns = "ticket",
                          .flags = SNAG_OP_NESTS},
                [USE] = {.name = "use",
                         .args = {{.name = "t", .type = SNAG_HANDLE, .tag = "ticket"}},
                         .flags = SNAG_OP_NESTS},
                [CLOSE] =
                    {.name = "close",
                     .args = {{.name = "t", .type = SNAG_HANDLE, .tag = "ticket", .takes = true}},
                     .result = SNAG_RESULT_NONE,
                     .flags = SNAG_OP_NESTS},
                [VISIT] = {.name = "visit",
                           .args = {{.name = "each", .type = SNAG_PROGRAM, .min = 0, .max = 4}},
                           .result = SNAG_RESULT_NONE},
                [RECV] = {.name = "recv", .flags = SNAG_OP_MAY_WAIT},
                [SEND] = {.name = "send",
                          .args = {{.name = "item", .type = SNAG_INT, .min = 1, .max = 9}},
                          .result = SNAG_RESULT_NONE},
            },
        .config = {{.name = "first", .min = 1, .max = 5}},
        .state_bytes = sizeof(struct state),
        .step = step,
};

/* ---- programs ---- */

static struct snag__menu menu;
static struct snag__builder builder;
static struct snag_program program;

static void begin(void) {
    static const struct snag_config config = {.values = {3}};
    snag__menu_make(&menu, &program_impl);
    snag__build_begin(&builder, &menu, &program, &config);
}

static void task(void) {
    EXPECT(snag__build_task(&builder));
}

static void add(unsigned op, int64_t a, int64_t b, bool nested) {
    struct snag__op o = {.op = (uint16_t)op, .depth = nested, .args = {{.i = a}, {.i = b}}};
    EXPECT(snag__build_op(&builder, &o));
}

static void end(void) {
    struct snag_error e = {0};
    snag__build_end(&builder, 0);
    if (!EXPECT(snag__program_check(&program, &program_impl, &e) == SNAG_ERR_OK))
        printf("  %s\n", e.line);
}

static const struct snag_verdict *run_seed(uint64_t seed) {
    struct snag__request r = drive_request(seed % 2 != 0 ? "random" : "pct", seed);
    r.program = &program;
    return drive(&r);
}

/* How often of `n` seeds the worst finding is `key` ("": how often there is none); any other is an
 * error. */
static unsigned count(unsigned n, const char *key) {
    unsigned found = 0;
    for (uint64_t seed = 0; seed < n; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        const char *have = v->findings_count > 0 ? v->findings[0].key : "";
        if (strcmp(have, key) == 0)
            found++;
        else if (have[0] != '\0')
            EXPECT_EQ_STR(have, key);
    }
    return found;
}

static void two_writers(void) {
    begin();
    for (int64_t t = 0; t < 2; t++) {
        task();
        for (int64_t i = 0; i < 3; i++) {
            add(PUT, i % 2, 1 + i + 3 * t, false);
            add(GET, i % 2, 0, false);
        }
    }
    end();
}

static void tickets(void) {
    begin();
    for (int t = 0; t < 2; t++) {
        task();
        add(OPEN, 0, 0, false);
        add(USE, 1, 0, false);
        add(VISIT, 5, 0, false);
        add(OPEN, 0, 0, true); /* number 4 */
        add(USE, 4, 0, true);
        add(PUT, 0, 7, true);
        add(CLOSE, 4, 0, true);
        add(CLOSE, 1, 0, false);
    }
    end();
}

static void senders(unsigned sends, unsigned recvs) {
    begin();
    task();
    for (unsigned i = 0; i < sends; i++)
        add(SEND, 1 + i, 0, false);
    task();
    for (unsigned i = 0; i < recvs; i++)
        add(RECV, 0, 0, false);
    end();
}

/* ---- history ---- */

TEST(the_history_has_every_operation_with_its_interval) {
    bugs = 0;
    tickets();
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(worst(v), "");
        const struct snag_history *h = snag__exec_history();
        CHECK_EQ_U64(h->count, 16);
        uint32_t last_number[2] = {0, 0}, last_invoked = 0, visit[2] = {0, 0};
        for (uint32_t i = 0; i < h->count; i++) {
            const struct snag_history_op *o = &h->ops[i];
            CHECK(o->client < 2);
            CHECK(o->invoked > last_invoked); /* in the order of invocation */
            last_invoked = o->invoked;
            CHECK(o->returned > o->invoked);
            CHECK(o->returned <= 32);
            CHECK(!o->call.pending);
            CHECK_EQ_INT(o->call.task, o->client);
            CHECK_EQ_INT(o->number, last_number[o->client] + 1U); /* preorder */
            last_number[o->client] = o->number;
            CHECK(o->call.args[0].handle == NULL && o->call.result.handle == NULL);
            if (o->call.op == VISIT)
                visit[o->client] = i + 1;
            if (o->number >= 4 && o->number <= 7) { /* inside the visit */
                const struct snag_history_op *outer = &h->ops[visit[o->client] - 1];
                CHECK(o->invoked > outer->invoked && o->returned < outer->returned);
            }
            if (o->call.op == USE)
                CHECK(o->call.result.i > 3 && o->call.result.i == o->call.args[0].i);
        }
        /* The state manager was made once, on globals as new; visits ran their program once. */
        CHECK_EQ_INT(case_outs, 5);
        CHECK_EQ_INT(case_out[0], 1);
        CHECK_EQ_INT(case_out[1] + case_out[2] + case_out[3] + case_out[4], 2);
    }
}

TEST(what_uses_a_handle_that_was_not_given_is_left_out) {
    tickets();
    bugs = 0;
    CHECK_EQ_STR(worst(run_seed(1)), ""); /* leaves handles behind that must not be seen again */
    bugs = BUG_NO_TICKETS;
    const struct snag_verdict *v = run_seed(1);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_STR(worst(v), "");
    const struct snag_history *h = snag__exec_history();
    CHECK_EQ_U64(h->count, 8); /* open, visit, open, put: twice */
    for (uint32_t i = 0; i < h->count; i++)
        CHECK(h->ops[i].call.op != USE && h->ops[i].call.op != CLOSE);
    bugs = BUG_NO_VISIT;
    v = run_seed(1);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_U64(snag__exec_history()->count, 8); /* open, use, visit, close: twice */
    bugs = 0;
}

TEST(clients_are_named_by_their_number) {
    bugs = 0;
    two_writers();
    (void)run_seed(3);
    CHECK_EQ_U64(snag__exec_vthreads(), 3);
    for (uint32_t i = 1; i < 3; i++) {
        const struct snag__actor_info *a = snag__exec_vthread(i);
        CHECK(a->client);
        CHECK_EQ_INT(a->client_number, i - 1);
        CHECK_EQ_INT(a->actor.depth, 2);
        CHECK_EQ_INT(a->actor.path[1], i);
    }
    CHECK(!snag__exec_vthread(0)->client);
}

/* ---- what goes wrong ---- */

TEST(results_that_no_order_explains) {
    two_writers();
    bugs = 0;
    CHECK_EQ_INT(count(500, ""), 500);
    bugs = BUG_STALE_GET;
    CHECK(count(500, "non-linearizable") > 400);
    CHECK(count(500, "non-linearizable") > 400); /* and not only the first time */
    bugs = 0;
}

/* A history that was explained is not searched again; its like under another program is. */
TEST(explained_histories_are_kept_by_program) {
    struct snag__request r = drive_request("random", 1);
    r.program = &program;
    bugs = 0;
    two_writers();
    r.program_id = snag__program_hash(&program);
    for (int i = 0; i < 3; i++) {
        steps = 0;
        CHECK_EQ_STR(worst(drive(&r)), "");
        CHECK(i == 0 ? steps > 0 : steps == 0);
    }
    r.program_id++;
    steps = 0;
    CHECK_EQ_STR(worst(drive(&r)), "");
    CHECK(steps > 0);
    r.program_id--;
    bugs = BUG_STALE_GET;
    CHECK_EQ_STR(worst(drive(&r)), "non-linearizable");
    bugs = 0;
    CHECK_EQ_STR(worst(drive(&r)), "");
}

TEST(invariants) {
    two_writers();
    bugs = BUG_BAD_SUM;
    CHECK_EQ_INT(count(50, "invariant: sum is the sum"), 50);
    /* Torn in between: right again at quiescence, seen by an invariant that always holds. */
    bugs = BUG_TORN;
    CHECK_EQ_INT(count(50, ""), 50);
    unsigned found = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        program_impl.invariant_when = SNAG_ALWAYS;
        const struct snag_verdict *v = run_seed(seed);
        found += v->findings_count > 0 &&
                 strcmp(v->findings[0].key, "invariant: sum is the sum") == 0 &&
                 v->end == SNAG_END_STOPPED;
        CHECK_EQ_INT(program_impl.invariant_when, SNAG_AT_QUIESCENCE); /* put back */
    }
    CHECK_EQ_INT(found, 50);
    bugs = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        program_impl.invariant_when = SNAG_ALWAYS | SNAG_AT_QUIESCENCE;
        CHECK_EQ_STR(worst(run_seed(seed)), "");
    }
}

TEST(leaks_are_exact_per_execution) {
    tickets();
    bugs = BUG_LEAK;
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_U64(v->findings_count, 1); /* four blocks of one place */
        CHECK_EQ_STR(v->findings[0].key, "leak: open_ticket");
        CHECK_EQ_STR(v->findings[0].rule, "R3");
    }
    bugs = 0;
    CHECK_EQ_INT(count(300, ""), 300);
}

static const char left_key[] = "misuse: put: an operation returned holding a lock";
static const char left_hang[] = "hang: returned holding put's lock";

/* Both, and no more; NULL if it ended well. The hang's parties: the owner, and who waits. */
static const struct snag_party *left_parties(const struct snag_verdict *v) {
    const struct snag_party *parties = NULL;
    for (uint32_t i = 0; i < v->findings_count; i++) {
        const struct snag_finding *f = &v->findings[i];
        if (f->kind == SNAG_HANG)
            parties = f->parties;
        EXPECT_EQ_STR(f->key, parties == f->parties ? left_hang : left_key);
    }
    if (parties != NULL) {
        EXPECT_EQ_INT(v->findings_count, 2);
        EXPECT_EQ_INT(parties[0].left_by, 1);
        EXPECT(parties[0].holds != 0);
    }
    return parties;
}

TEST(an_operation_that_keeps_its_lock) {
    begin();
    task();
    add(PUT, 0, 1, false);
    end();
    bugs = BUG_FORGETS_UNLOCK;
    const struct snag_verdict *v = run_seed(1);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_STR(v->findings[0].key, left_key);
    CHECK_EQ_U64(v->findings_count, 1); /* that the lock is destroyed so is no other bug */
    bugs = 0;
    two_writers();
    CHECK_EQ_INT(count(50, ""), 50);
}

TEST(waits_for_a_lock_that_an_operation_kept_are_one_hang) {
    begin();
    task();
    add(PUT, 0, 1, false);
    add(GET, 0, 0, false);
    end();
    bugs = BUG_FORGETS_UNLOCK;
    const struct snag_party *p = left_parties(run_seed(1)); /* it waits for itself */
    CHECK(p != NULL && p[0].object == p[0].holds);

    begin();
    task();
    add(PUT, 0, 1, false);
    add(VISIT, 0, 0, false);
    task();
    add(VISIT, 0, 0, false);
    add(GET, 0, 0, true);
    end();
    unsigned ended = 0, cycles = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        p = left_parties(run_seed(seed));
        if (p == NULL)
            continue;
        CHECK_EQ_INT(p[0].vthread, 1);
        CHECK_EQ_INT(p[1].vthread, 2);
        CHECK_EQ_INT(p[1].object, p[0].holds);
        ended += p[0].ended;
        cycles += p[0].object != 0; /* for what the other one holds */
    }
    CHECK(ended > 20);
    CHECK(cycles > 20);
    bugs = 0;
}

/* It has it back, from before. */
TEST(a_lock_given_up_for_a_wait_inside_is_still_the_outer_operations) {
    tickets();
    bugs = WAIT_IN_VISIT;
    CHECK_EQ_INT(count(100, ""), 100);
    bugs = 0;
}

TEST(an_execution_whose_create_has_no_memory_is_void) {
    two_writers();
    bugs = BUG_VOID;
    const struct snag_verdict *v = run_seed(1);
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_U64(snag__exec_history()->count, 0);
    bugs = 0;
}

/* ---- waiting ---- */

TEST(rightful_waiting_is_silent) {
    unsigned stuck = 0;
    bugs = 0;
    senders(1, 2); /* one item for two receivers: one must wait for ever */
    for (uint64_t seed = 0; seed < 300; seed++) {
        const struct snag_verdict *v = run_seed(seed);
        CHECK_EQ_STR(worst(v), "");
        CHECK_EQ_INT(v->end, SNAG_END_STUCK);
        const struct snag_history *h = snag__exec_history();
        uint32_t pending = 0;
        for (uint32_t i = 0; i < h->count; i++) {
            if (h->ops[i].returned == 0) {
                CHECK(h->ops[i].call.pending);
                CHECK_EQ_INT(h->ops[i].call.op, RECV);
                pending++;
            }
        }
        CHECK_EQ_INT(pending, 1);
        stuck++;
    }
    CHECK_EQ_INT(stuck, 300);
}

TEST(a_lost_wakeup_is_no_rightful_waiting) {
    senders(1, 1);
    bugs = 0;
    CHECK_EQ_INT(count(200, ""), 200);
    bugs = BUG_LOST_WAKEUP;
    CHECK(count(200, "lost-wakeup: recv_item") > 20);
    bugs = 0;
}

TEST(who_is_stuck_outside_its_operations_waits_wrongly) {
    senders(0, 1);
    begin();
    task();
    add(RECV, 0, 0, false);
    task();
    add(PUT, 0, 1, false);
    end();
    bugs = 0;
    CHECK_EQ_INT(count(100, ""), 100);
    bugs = BUG_STUCK_LEAVE; /* the second client, in leave; the first waits rightly */
    CHECK_EQ_INT(count(100, "hang: leave"), 100);
    bugs = 0;
}

TEST(a_wrong_result_beside_who_waits_rightly_is_a_wrong_result) {
    senders(0, 1);
    begin();
    task();
    add(RECV, 0, 0, false);
    task();
    add(PUT, 0, 1, false);
    add(GET, 0, 0, false);
    end();
    bugs = 0;
    CHECK_EQ_INT(count(100, ""), 100);
    bugs = BUG_STALE_GET;
    CHECK_EQ_INT(count(100, "non-linearizable"), 100);
    bugs = 0;
}

/* ---- in numbers ---- */

TEST(programs_out_of_the_generator_are_silent_and_replay_by_their_schedule) {
    struct snag_schedule s = {0};
    bugs = 0;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        snag__program_generate(&program, &program_impl, seed);
        const struct snag_verdict *v = run_seed(seed);
        if (!EXPECT_EQ_STR(worst(v), "")) {
            printf("  seed %llu\n", (unsigned long long)seed);
            break;
        }
        uint64_t digest = v->digest;
        uint32_t choices = v->choices;
        CHECK(snag__exec_schedule(&s));
        struct snag__request r = {.program = &program, .schedule = &s};
        v = drive(&r);
        CHECK(!snag__exec_divergence()->diverged);
        CHECK_EQ_U64(snag__exec_divergence()->unused, 0);
        CHECK_EQ_U64(v->digest, digest);
        CHECK_EQ_U64(v->choices, choices);
    }
    snag__schedule_free(&s);
}
