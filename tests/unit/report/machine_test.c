/* machine_test.c: the event log and the JSON report, and all three forms fed with nonsense. */
#include "fixture.h"

#include "base/prng.h"

#include <cjson/cJSON.h>

static char *as_text(void (*print)(FILE *out)) {
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    print(out);
    (void)fclose(out);
    return text;
}

static void print_log(FILE *out) {
    snag__report_log(out, &w.in, false);
}

static void print_sync_log(FILE *out) {
    snag__report_log(out, &w.in, true);
}

static void print_json(FILE *out) {
    snag__report_json(out, &w.in);
}

/* Tasks, a worker, every kind of value, flags, a sub-ordinal, unknown and known sites. */
static void mixed_world(void) {
    snag__symbol_preset(1, "kv_put", "kv.c", 41);
    snag__symbol_preset(2, "kv_get", "", 0);
    world_begin(&kv_tasks, 1);
    add_task();
    add_op(PUT, 1, 7);
    add_task();
    add_op(GET, 2, 0);
    run(0, 0);
    event(SNAG_EV_SPAWN, 0, 1, 1)->value = 1;
    run(1, 1);
    event(SNAG_EV_TASK_START, 0, 0, 0);
    op_begins(1);
    event(SNAG_EV_LOCK, 1, 2, 1)->flags = SNAG_EVF_WAITED;
    struct snag_event *e = event(SNAG_EV_ALLOC, 1, 0, 1);
    e->sub = 1;
    e->value = 64;
    e = event(SNAG_EV_CAS, 1, 3, 2);
    e->bytes = 4;
    e->value = 5;
    e->flags = SNAG_EVF_FAILED;
    e = event(SNAG_EV_LOAD, 1, 4, 2);
    e->bytes = 8;
    e->value = UINT32_MAX;
    event(SNAG_EV_COND_SIGNAL, 1, 5, 1)->value = 2;
    event(SNAG_EV_COND_BROADCAST, 1, 5, 1)->value = 3;
    event(SNAG_EV_COND_TIMEDWAIT, 1, 5, 1);
    event(SNAG_EV_COND_RELOCK, 1, 2, 1)->flags = SNAG_EVF_WAITED | SNAG_EVF_TIMEOUT;
    event(SNAG_EV_UNLOCK, 1, 2, 1);
    op_returns(1, -1);
    preempted(1, 1);
    run(1, 2);
    op_begins(1);
    struct snag_party *p = party(finding(SNAG_HANG, "hang: \"x\""), 1, 2);
    p->object = 5;
    p->at_site = 1;
    w.verdict.end = SNAG_END_STUCK;
    w.verdict.digest = UINT64_C(0xfedcba9876543210);
    w.verdict.sync_digest = 1;
}

TEST(the_log_holds_a_line_per_event) {
    mixed_world();
    char *text = as_text(print_log);
    check_golden("log_all.txt", text);
    free(text);
    text = as_text(print_sync_log);
    check_golden("log_sync.txt", text);
    free(text);
}

TEST(the_json_report_is_json_and_complete) {
    mixed_world();
    char *text = as_text(print_json);
    cJSON *json = cJSON_ParseWithOpts(text, NULL, true);
    CHECK(json != NULL);
    CHECK_EQ_INT(cJSON_GetArraySize(cJSON_GetObjectItem(json, "events")), w.in.events_count);
    CHECK_EQ_INT(cJSON_GetArraySize(cJSON_GetObjectItem(json, "choices")), 1);
    CHECK_EQ_INT(cJSON_GetArraySize(cJSON_GetObjectItem(json, "actors")), 4);
    CHECK_EQ_INT(cJSON_GetArraySize(cJSON_GetObjectItem(json, "history")), 2);
    CHECK_EQ_INT(cJSON_GetArraySize(cJSON_GetObjectItem(json, "findings")), 1);
    const cJSON *verdict = cJSON_GetObjectItem(json, "verdict");
    CHECK_EQ_STR(cJSON_GetStringValue(cJSON_GetObjectItem(verdict, "digest")), "fedcba9876543210");
    /* One element a line, to be read as a difference. */
    char *pretty = cJSON_Print(json), lines[1 << 15];
    (void)snprintf(lines, sizeof lines, "%s\n", pretty);
    check_golden("report.json", lines);
    cJSON_free(pretty);
    cJSON_Delete(json);
    free(text);
}

TEST(the_json_report_says_how_it_ended) {
    static const char *const words[] = {"done",      "stuck", "steps",  "livelock",
                                        "unsettled", "limit", "stopped"};
    mixed_world();
    for (int end = SNAG_END_DONE; end <= SNAG_END_STOPPED; end++) {
        w.verdict.end = (enum snag_end)end;
        char *text = as_text(print_json);
        cJSON *json = cJSON_Parse(text);
        const cJSON *said = cJSON_GetObjectItem(cJSON_GetObjectItem(json, "verdict"), "end");
        CHECK_EQ_STR(cJSON_GetStringValue(said), words[end]);
        cJSON_Delete(json);
        free(text);
    }
}

TEST(the_same_logs_give_the_same_bytes) {
    mixed_world();
    char *first = as_text(print_json), *again = as_text(print_json);
    CHECK_EQ_STR(first, again);
    free(first);
    free(again);
}

/* Events that no execution would leave: what another process's memory may hold. */
static void random_world(uint64_t seed) {
    struct snag__prng r;
    snag__prng_seed(&r, seed);
    bool tasks = seed % 2 == 0;
    world_begin(tasks ? &kv_tasks : &kv_threads, tasks ? 1 + seed % 3 : 0);
    uint32_t clients = 1 + snag__prng_below(&r, seed % 5 == 0 ? 9 : 4);
    for (uint32_t t = 0; t < clients; t++) {
        add_task();
        add_op(VISIT, 1, 1)->nested = 1;
        add_op(PUT, 8, 99)->depth = 1;
        add_op(MOVE, 1, 8);
    }
    uint32_t wild = seed % 7 == 0 ? 65536 : 6;
    for (uint32_t i = snag__prng_below(&r, 300); i > 0; i--) {
        run((uint16_t)snag__prng_below(&r, wild), (uint16_t)snag__prng_below(&r, wild));
        struct snag_event *e = &w.events[w.in.events_count++];
        *e = (struct snag_event){
            .vthread = w.vthread,
            .task = tasks ? w.task : 0,
            .kind = (uint8_t)snag__prng_below(&r, wild > 6 ? 256 : SNAG_EVENT_KINDS),
            .flags = (uint8_t)snag__prng_below(&r, 8),
            .op = (uint16_t)snag__prng_below(&r, wild),
            .ordinal = snag__prng_below(&r, 9),
            .bytes = (uint16_t)snag__prng_below(&r, 9),
            .object = snag__prng_below(&r, wild * 2),
            .site = 100 + snag__prng_below(&r, 4),
            .value = (uint32_t)snag__prng_next(&r)};
        if (snag__prng_chance(&r, 1, 9) && w.in.choices_count < 60)
            preempted((uint16_t)snag__prng_below(&r, wild), (uint16_t)snag__prng_below(&r, wild));
    }
    for (uint32_t i = 0; i < 4; i++) {
        struct snag_finding *f = finding(
            (enum snag_finding_kind)(1 + snag__prng_below(&r, SNAG_FINDING_KINDS - 1)), "key");
        memset(f->detail, 'x', snag__prng_below(&r, 200));
        f->event = snag__prng_below(&r, w.in.events_count + 2);
        for (uint32_t k = snag__prng_below(&r, 4); k > 0; k--) {
            struct snag_party *p = party(f, (uint16_t)snag__prng_below(&r, wild),
                                         (uint16_t)snag__prng_below(&r, wild));
            p->object = snag__prng_below(&r, wild);
            p->holds = snag__prng_below(&r, wild);
            p->at_site = 100 + snag__prng_below(&r, 4);
            p->suspended = snag__prng_chance(&r, 1, 3);
        }
    }
}

TEST(nonsense_is_printed_within_the_columns) {
    snag__symbol_preset(100, "", "", 0);
    snag__symbol_preset(101,
                        "a_function_whose_name_is_longer_than_any_column_can_be_expected_to_be",
                        "and_a_file_of_the_same_kind_so_that_it_must_be_cut_somewhere.c", 123456);
    snag__symbol_preset(102, "f", "x.c", 1);
    snag__symbol_preset(103, "only_a_function", "", 0);
    for (uint64_t seed = 1; seed <= 400; seed++) {
        random_world(seed);
        const uint32_t columns[] = {40, 57, 80, 81, 120, 240};
        for (int c = 0; c < 6; c++) {
            char *text = lanes_text(columns[c], seed % 3 == 0);
            bool fit = fits(text, columns[c]);
            free(text);
            CHECK(fit);
        }
        free(as_text(print_log));
        char *json = as_text(print_json);
        cJSON *parsed = cJSON_ParseWithOpts(json, NULL, true);
        CHECK(parsed != NULL);
        cJSON_Delete(parsed);
        free(json);
    }
}
