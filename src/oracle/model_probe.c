/* model_probe.c: calls of a spec's functions, watched. See model_parts.h.
 *
 * A call is made twice: on copies of its arguments in two places, on a stack that was stained
 * differently, with guard bytes around the state, and with a sum of the globals that the spec could
 * write taken before and after. Whatever then differs, differs for no good reason.
 */
#include "oracle/model_parts.h"

#include <string.h>

#include "base/hash.h"
#include "exec/marker.h"

enum { GUARD_BYTES = 64, STAIN_BYTES = 2048 };

/* Where a model works: a state between guards. */
struct bench {
    _Alignas(16) uint8_t before[GUARD_BYTES];
    uint8_t state[SNAG_MODEL_BYTES_MAX];
    uint8_t after[GUARD_BYTES];
    struct snag_config config;
    struct snag_call call;
};
static struct bench benches[2];
static const uint8_t stains[2] = {0xa5, 0x5a};

/* Leaves its pattern in what the next call will use of the stack. */
static __attribute__((noinline)) void stain(uint8_t pattern) {
    volatile uint8_t area[STAIN_BYTES];
    for (size_t i = 0; i < sizeof area; i++)
        area[i] = pattern;
}

/* The end of the spec's own globals, which begin where those of the code under test end; not there
 * in an executable without a SPEC. */
extern char snag__spec_data_end[] __attribute__((weak));
extern char snag__spec_bss_end[] __attribute__((weak));

static uint64_t hash_range(const char *begin, const char *end, uint64_t seed) {
    return end > begin ? snag__hash(begin, (size_t)(end - begin), seed) : seed;
}

/* The spec may stand in a file of its own or in that of the implementation. */
static uint64_t hash_globals(void) {
    bool own = snag__spec_data_end != NULL && snag__spec_bss_end != NULL;
    uint64_t h = hash_range(snag__data_begin, own ? snag__spec_data_end : snag__data_end, 0);
    return hash_range(snag__bss_begin, own ? snag__spec_bss_end : snag__bss_end, h);
}

/* ---- one of the two ---- */

static struct bench *lay_out(const struct snag__model *m, int which,
                             const struct snag_config *config, const struct snag__model_state *from,
                             const struct snag_call *call) {
    struct bench *b = &benches[which];
    memset(b->before, stains[which], sizeof b->before);
    memset(b->state + m->spec->state_bytes, stains[which],
           SNAG_MODEL_BYTES_MAX - m->spec->state_bytes);
    memset(b->after, stains[which], sizeof b->after);
    memcpy(b->state, from->bytes, m->spec->state_bytes);
    memcpy(&b->config, config, sizeof b->config);
    if (call != NULL)
        memcpy(&b->call, call, sizeof b->call);
    return b;
}

static bool is_stained(const uint8_t *bytes, const uint8_t *end, uint8_t pattern) {
    while (bytes < end && *bytes == pattern)
        bytes++;
    return bytes == end;
}

/* Copied as bytes, padding included, so it may be compared so. */
static bool same_bytes(const void *a, const void *b, size_t bytes) {
    return memcmp(a, b, bytes) == 0;
}

/* Tells what was written that is not the state. */
static void look_at(struct snag__model *m, int which, const char *function,
                    const struct snag_config *config, const struct snag_call *call) {
    const struct bench *b = &benches[which];
    char text[SNAG__MODEL_TEXT] = "";
    int op = call != NULL ? call->op : -1;
    if (call != NULL)
        (void)snag__model_call_text(m, call, text);
    if (!is_stained(b->before, b->state, stains[which]) ||
        !is_stained(b->state + m->spec->state_bytes, b->after + GUARD_BYTES, stains[which]))
        snag__model_tell(m, SNAG__MODEL_WRITES_OUTSIDE, op, -1,
                         "%s writes outside of the %zu bytes of its state%s%s", function,
                         m->spec->state_bytes, call != NULL ? ", at " : "", text);
    if (memcmp(&b->config, config, sizeof b->config) != 0)
        snag__model_tell(m, SNAG__MODEL_WRITES_ARGUMENTS, op, -1,
                         "%s changes its configuration%s%s", function, call != NULL ? ", at " : "",
                         text);
    if (call != NULL && !same_bytes(&b->call, call, sizeof b->call))
        snag__model_tell(m, SNAG__MODEL_WRITES_ARGUMENTS, op, -1, "%s changes the call %s",
                         function, text);
}

static void look_at_globals(struct snag__model *m, uint64_t before, const char *function,
                            const struct snag_call *call) {
    char text[SNAG__MODEL_TEXT] = "";
    if (hash_globals() == before)
        return;
    if (call != NULL)
        (void)snag__model_call_text(m, call, text);
    snag__model_tell(m, SNAG__MODEL_WRITES_GLOBALS, -1, -1, "%s writes a global variable%s%s",
                     function, call != NULL ? ", at " : "", text);
}

/* The states that two runs left, which should be the same bytes. */
static void compare(struct snag__model *m, const char *function, const struct snag_call *call) {
    char text[SNAG__MODEL_TEXT] = "";
    size_t at = 0;
    while (at < m->spec->state_bytes && benches[0].state[at] == benches[1].state[at])
        at++;
    if (at == m->spec->state_bytes)
        return;
    if (call != NULL)
        (void)snag__model_call_text(m, call, text);
    snag__model_tell(m, SNAG__MODEL_UNEQUAL_STATES, call != NULL ? call->op : -1, -1,
                     "%s, called twice with the same arguments, left two states that differ from "
                     "byte %zu on (%02x and %02x)%s%s",
                     function, at, benches[0].state[at], benches[1].state[at],
                     call != NULL ? ", at " : "", text);
}

/* ---- the three functions ---- */

void snag__model_init(struct snag__model *m, struct snag__model_state *out) {
    const struct snag_spec *spec = m->spec;
    memset(out, 0, sizeof *out);
    if (spec->init == NULL)
        return;
    uint64_t globals = hash_globals();
    for (int k = 0; k < 2; k++) {
        struct bench *b = lay_out(m, k, m->config, out, NULL);
        stain(stains[k]);
        spec->init(&b->config, b->state);
        look_at(m, k, "init", m->config, NULL);
    }
    look_at_globals(m, globals, "init", NULL);
    compare(m, "init", NULL);
    memcpy(out->bytes, benches[0].state, spec->state_bytes);
}

enum snag_step snag__model_try(struct snag__model *m, const struct snag_config *config,
                               const struct snag__model_state *from, const struct snag_call *call,
                               struct snag__model_state *out) {
    struct bench *b = lay_out(m, 0, config, from, call);
    enum snag_step answer = m->spec->step(&b->config, b->state, &b->call);
    memset(out, 0, sizeof *out);
    memcpy(out->bytes, b->state, m->spec->state_bytes);
    return answer;
}

static const char *answer_text(enum snag_step answer) {
    return answer == SNAG_ACCEPT ? "accept" : answer == SNAG_BLOCKED ? "blocked" : "reject";
}

enum snag_step snag__model_step(struct snag__model *m, const struct snag__model_state *from,
                                const struct snag_call *call, struct snag__model_state *out) {
    char text[SNAG__MODEL_TEXT];
    enum snag_step answers[2];
    uint64_t globals = hash_globals();
    for (int k = 0; k < 2; k++) {
        struct bench *b = lay_out(m, k, m->config, from, call);
        stain(stains[k]);
        answers[k] = m->spec->step(&b->config, b->state, &b->call);
        look_at(m, k, "step", m->config, call);
    }
    look_at_globals(m, globals, "step", call);
    if (answers[0] != answers[1])
        snag__model_tell(m, SNAG__MODEL_IMPURE, call->op, -1,
                         "step, asked twice about %s in the same state, answers %s and %s",
                         snag__model_call_text(m, call, text), answer_text(answers[0]),
                         answer_text(answers[1]));
    else if (answers[0] == SNAG_ACCEPT)
        compare(m, "step", call);
    memset(out, 0, sizeof *out);
    memcpy(out->bytes, benches[0].state, m->spec->state_bytes);
    return answers[0];
}

int64_t snag__model_partition(struct snag__model *m, const struct snag_call *call) {
    static const struct snag__model_state none;
    char text[SNAG__MODEL_TEXT];
    int64_t parts[2];
    uint64_t globals = hash_globals();
    for (int k = 0; k < 2; k++) {
        struct bench *b = lay_out(m, k, m->config, &none, call);
        stain(stains[k]);
        parts[k] = m->spec->partition(&b->config, &b->call);
        look_at(m, k, "partition", m->config, call);
    }
    look_at_globals(m, globals, "partition", call);
    if (parts[0] != parts[1])
        snag__model_tell(m, SNAG__MODEL_IMPURE, call->op, -1,
                         "partition, asked twice about %s, answers %lld and %lld",
                         snag__model_call_text(m, call, text), (long long)parts[0],
                         (long long)parts[1]);
    return parts[0];
}

bool snag__model_same(const struct snag__model *m, const struct snag__model_state *a,
                      const struct snag__model_state *b) {
    return memcmp(a->bytes, b->bytes, m->spec->state_bytes) == 0;
}
