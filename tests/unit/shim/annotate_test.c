/* annotate_test.c: what code under test says of itself is known, and changes nothing.
 *
 * link: rt_fast
 */
#include "../exec/drive.h"

#include <errno.h>

/* The name of the n-th object on which an event of that kind is; "": it has none. */
static const char *name_at(enum snag_event_kind kind, uint32_t n) {
    uint32_t count;
    const struct snag_event *events = snag__exec_events(&count);
    for (uint32_t i = 0; i < count; i++)
        if (events[i].kind == kind && n-- == 0) {
            const char *name = snag__exec_name(events[i].object);
            return name != NULL ? name : "";
        }
    return "no such event";
}

void named(void);
void unnamed(void);
TEST(objects_have_names_in_this_execution_only) {
    for (int again = 0; again < 3; again++) {
        const struct snag_verdict *v = drive_case(named);
        CHECK_EQ_INT(v->end, SNAG_END_DONE);
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 0), "shard[0]");
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 1), "shard[1] of all, and more t");
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 2), "shard[2]");
        CHECK_EQ_STR(name_at(SNAG_EV_COND_SIGNAL, 2), "odd??name");
        CHECK_EQ_STR(name_at(SNAG_EV_RMW, 2), "count");
        CHECK_EQ_STR(name_at(SNAG_EV_RMW, 3), ""); /* the same memory, allocated anew */
        (void)drive_case(unnamed);
        CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 0), "");
    }
}

void observed(void);
TEST(a_name_leaves_no_trace_in_the_log) {
    case_in = 0;
    const struct snag_verdict *v = drive_case(observed);
    uint64_t digest = v->digest, sync = v->sync_digest;
    case_in = 1;
    v = drive_case(observed);
    CHECK_EQ_STR(name_at(SNAG_EV_LOCK, 0), "lock 2");
    CHECK_EQ_U64(v->digest, digest);
    CHECK_EQ_U64(v->sync_digest, sync);
}

void thread_names(void);
TEST(threads_have_the_names_of_pthread) {
    static const int64_t wanted[] = {0, 1, 0, 0, 1, ERANGE, ERANGE, 0, 0, 1};
    CHECK_EQ_INT(drive_case(thread_names)->end, SNAG_END_DONE);
    CHECK_EQ_INT(case_outs, 10);
    for (int i = 0; i < 10; i++)
        CHECK_EQ_INT(case_out[i], wanted[i]);
    CHECK_EQ_STR(snag__exec_vthread(0)->name, "fifteen letters");
    CHECK_EQ_STR(snag__exec_vthread(1)->name, "flusher");
    (void)drive_case(unnamed);
    CHECK_EQ_STR(snag__exec_vthread(0)->name, "");
}
