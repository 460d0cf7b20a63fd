/* conformance_test.c: every interposed function does under snag what it does in the C library.
 *
 * link: rt_fast
 */
#define _GNU_SOURCE
#define DRIVE_STEPS 20000
#include "../exec/drive.h"
#include "conformance.h"

#include <errno.h>
#include <fnmatch.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct conformance_case *const rooms[] = {
#define ROOM(name) conformance_cases_##name,
    CONFORMANCE_ROOMS(ROOM)
#undef ROOM
};
enum { ROOMS = sizeof(rooms) / sizeof(rooms[0]) };

/* Observations of one run. */
struct observed {
    int64_t out[CASE_OUT];
    int count;
};

static void take(struct observed *o) {
    memcpy(o->out, case_out, sizeof(o->out));
    o->count = case_outs;
}

/* Not under control every wrapper passes through, so that this is the C library alone. */
static void run_off(const struct conformance_case *c, struct observed *o) {
    case_outs = 0;
    memset(case_out, 0, sizeof(case_out));
    errno = 0;
    c->body();
    take(o);
}

static bool same(const struct observed *under, const struct observed *off) {
    bool good = EXPECT_EQ_INT(under->count, off->count) && EXPECT(off->count > 0);
    for (int i = 0; good && i < off->count && i < CASE_OUT; i++) {
        if (!EXPECT_EQ_INT(under->out[i], off->out[i])) {
            printf("  observation %d: %lld under snag, %lld in the C library\n", i,
                   (long long)under->out[i], (long long)off->out[i]);
            good = false;
        }
    }
    return good;
}

static bool ends_well(const struct snag_verdict *v, const struct conformance_case *c) {
    return EXPECT_EQ_STR(worst(v), c->told != NULL ? c->told : "") &&
           EXPECT_EQ_INT(v->end, SNAG_END_DONE);
}

TEST(each_case_has_one_outcome) {
    for (int r = 0; r < ROOMS; r++) {
        for (const struct conformance_case *c = rooms[r]; c->name != NULL; c++) {
            struct observed under, off;
            const struct snag_verdict *v = drive_case(c->body);
            take(&under);
            bool good = ends_well(v, c);
            run_off(c, &off);
            if (!same(&under, &off) || !good)
                printf("  in: %s\n", c->name);
        }
    }
}

/* In a random order of events; but waits last as long as they should. */
static const struct snag_verdict *drive_order(void (*body)(void), uint64_t seed) {
    struct snag__request r = drive_request("random", seed);
    r.no_timeouts = true;
    case_body = body;
    return drive(&r);
}

/* What the case documents holds in every order of events, not only in the default one. */
TEST(and_has_it_in_every_schedule) {
    for (int r = 0; r < ROOMS; r++) {
        for (const struct conformance_case *c = rooms[r]; c->name != NULL; c++) {
            struct observed first, under;
            (void)drive_case(c->body);
            take(&first);
            for (uint64_t seed = 1; seed <= 40; seed++) {
                const struct snag_verdict *v = drive_order(c->body, seed);
                take(&under);
                if (!ends_well(v, c) || !same(&under, &first)) {
                    printf("  in: %s, seed %llu\n", c->name, (unsigned long long)seed);
                    break;
                }
            }
        }
    }
}

/* ---- how a process ends: the real calls in a child ---- */

struct ending {
    const char *name, *covers;
    void (*body)(void);
};

#define ENDINGS(X)                                                                                 \
    X(ends_by_exit, "exit", 0)                                                                     \
    X(ends_by_exit, "exit", 3)                                                                     \
    X(ends_by_quick_exit, "quick_exit", 0)                                                         \
    X(ends_by_quick_exit, "quick_exit", 3)                                                         \
    X(ends_by__exit, "_exit", 0)                                                                   \
    X(ends_by__exit, "_exit", 3)                                                                   \
    X(ends_by__Exit, "_Exit", 0)                                                                   \
    X(ends_by__Exit, "_Exit", 3)                                                                   \
    X(ends_by_exit_elsewhere, "exit", 0)                                                           \
    X(ends_by_exit_elsewhere, "exit", 3)                                                           \
    X(ends_by_abort, "abort", 1)                                                                   \
    X(ends_by_assert, "__assert_fail", 1)                                                          \
    X(ends_by_pthread_exit, "pthread_exit", 0)                                                     \
    X(ends_by_thrd_exit, "thrd_exit", 0)
#define DECLARE(body, symbol, status) void body(void);
ENDINGS(DECLARE)
#undef DECLARE

static const struct {
    const char *name, *covers;
    void (*body)(void);
    int status;
} endings[] = {
#define ROW(body, symbol, status) {#body, symbol, body, status},
    ENDINGS(ROW)
#undef ROW
};
enum { ENDINGS_COUNT = sizeof(endings) / sizeof(endings[0]) };

/* Did the process end well? */
static bool child_ends_well(void (*body)(void)) {
    int status;
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        (void)!freopen("/dev/null", "w", stderr);
        (void)!freopen("/dev/null", "w", stdout);
        body();
        _exit(77); /* it should not have returned */
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(a_process_ends_well_or_badly_alike) {
    for (int i = 0; i < ENDINGS_COUNT; i++) {
        case_in = endings[i].status;
        const struct snag_verdict *v = drive_case(endings[i].body);
        bool well = v->end == SNAG_END_DONE && v->findings_count == 0;
        if (!EXPECT_EQ_INT(well, child_ends_well(endings[i].body)))
            printf("  in: %s(%d)\n", endings[i].name, endings[i].status);
        CHECK_EQ_INT(well, endings[i].status == 0);
    }
}

/* ---- waits cost nothing ---- */

void hours(void);
TEST(an_hour_takes_no_time) {
    const struct snag_verdict *v = drive_case(hours);
    CHECK_EQ_STR(worst(v), "");
    CHECK_EQ_INT(v->end, SNAG_END_DONE);
    CHECK(case_outs > 20 && case_outs % 2 == 0);
    for (int i = 0; i < case_outs; i += 2) { /* what the call said, and the hours that passed */
        if (!EXPECT_EQ_INT(case_out[i], 1) || !EXPECT_EQ_INT(case_out[i + 1], 1))
            printf("  wait %d\n", i / 2);
    }
}

/* ---- nothing is left out ---- */

/* Does one of the blank-separated patterns match? */
static bool matches(const char *patterns, const char *symbol) {
    char pattern[80];
    for (const char *p = patterns; *p != '\0';) {
        size_t n = strcspn(p, " ");
        snprintf(pattern, sizeof(pattern), "%.*s", (int)n, p);
        if (n > 0 && fnmatch(pattern, symbol, 0) == 0)
            return true;
        p += n + (p[n] == ' ');
    }
    return false;
}

static bool is_covered(const char *symbol) {
    for (int r = 0; r < ROOMS; r++)
        for (const struct conformance_case *c = rooms[r]; c->name != NULL; c++)
            if (matches(c->covers, symbol))
                return true;
    for (int i = 0; i < ENDINGS_COUNT; i++)
        if (strcmp(endings[i].covers, symbol) == 0)
            return true;
    return false;
}

/* The runtime's own insides, which only the `tsan` flavour wraps, and its hooks for plain accesses,
 * which return nothing: what they do is not for the code under test to see. */
static bool is_inside(const char *symbol) {
    return matches("_ZN* __tsan_read* __tsan_write* __tsan_unaligned_* __tsan_mem*", symbol);
}

/* What only C++ calls has programs of its own (tests/e2e/cxx_test.sh). */
static bool is_of_cxx(const char *symbol) {
    return matches("_Zn* _Zd* __cxa_guard_* __cxa_get_globals* __cxa_thread_atexit __once_proxy",
                   symbol);
}

/* What makes processes is refused, and some calls pass through: there is nothing to compare. */
static bool is_unmodelled(const char *symbol) {
    return matches(
#define SNAG_WATCHED(name)
#define SNAG_HARMLESS(name)
#define SNAG_REFUSED(name) name " "
#define SNAG_PASSED(name) name " "
#include "shim/unmodelled.def"
#undef SNAG_WATCHED
#undef SNAG_HARMLESS
#undef SNAG_REFUSED
#undef SNAG_PASSED
        , symbol);
}

TEST(every_interposed_symbol_has_a_case) {
    static const char *const symbols[] = {
#define SNAG_SYM(symbol, flavours) #symbol,
#include "shim/symbols.def"
#undef SNAG_SYM
    };
    for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
        if (!is_inside(symbols[i]) && !is_of_cxx(symbols[i]) && !is_unmodelled(symbols[i]) &&
            !EXPECT(is_covered(symbols[i])))
            printf("  %s: write a case for it (conformance.h)\n", symbols[i]);
    }
    CHECK(!is_covered("pthread_no_such_call"));
}
