/* history.c: the operations of a history as bars in time.
 *
 *     task 1  put(key=1, value=7) -> 0   |------|
 *     task 2  get(key=1) -> 0               |------|
 *
 * It says nothing about which order explains them. The rule: bars that overlap on paper overlapped
 * in the execution; when there are more moments than columns the picture is left out.
 */
#include "report/findings.h"

#include "repro/repro.h"

#include <string.h>

enum { INDENT = 4, BAR_GAP = 2, OPS_MAX = 40 };

static void words(const struct snag__view *v, const struct snag_history_op *op, char *text,
                  size_t room) {
    const struct snag_program *p = v->in->program;
    char call[SNAG__WORDS] = "?", result[SNAG__WORDS];
    const struct snag_spec *spec = v->in->impl->spec;
    if (op->client < p->tasks && op->number >= 1 &&
        op->number <= p->first[op->client + 1] - p->first[op->client])
        (void)snag__op_print(spec, &p->ops[p->first[op->client] + op->number - 1], call,
                             sizeof call);
    if (op->dropped != 0)
        (void)snprintf(text, room, "task %d  %s: was dropped", op->client + 1, call);
    else if (op->returned == 0)
        (void)snprintf(text, room, "task %d  %s never returned", op->client + 1, call);
    else
        (void)snprintf(text, room, "task %d  %s -> %s", op->client + 1, call,
                       snag__phrase_result(&spec->ops[op->call.op], &op->call.result, result));
}

/* The rank of a moment among all those that occur, so that idle stretches take no room. */
static uint32_t rank(const struct snag_history *h, uint32_t moment) {
    uint32_t rank = 0;
    for (uint32_t i = 0; i < h->count; i++) {
        rank += h->ops[i].invoked < moment;
        uint32_t end = h->ops[i].returned + h->ops[i].dropped; /* one of them */
        rank += end != 0 && end < moment;
    }
    return rank;
}

void snag__report_history(FILE *out, const struct snag__view *v, uint32_t columns) {
    const struct snag_history *h = v->in->history;
    if (h == NULL || v->in->program == NULL || v->in->impl == NULL || h->count == 0 ||
        h->count > OPS_MAX)
        return;
    char text[2 * SNAG__WORDS + 64];
    size_t longest = 0;
    for (uint32_t i = 0; i < h->count; i++) {
        words(v, &h->ops[i], text, sizeof text);
        longest = strlen(text) > longest ? strlen(text) : longest;
    }
    uint32_t moments = 2 * h->count;
    size_t left = longest + INDENT + BAR_GAP;
    uint32_t scale = left + 2 < columns ? (uint32_t)((columns - left - 2) / moments) : 0;
    scale = scale < 4 ? scale : 4;
    for (uint32_t i = 0; i < h->count; i++) {
        char bar[SNAG__COLUMNS_MAX + 2] = "";
        words(v, &h->ops[i], text, sizeof text);
        if (scale == 0) {
            snag__wrap(out, text, INDENT, INDENT + 8, columns);
            continue;
        }
        uint32_t end = h->ops[i].returned + h->ops[i].dropped;
        bool pending = end == 0;
        uint32_t a = rank(h, h->ops[i].invoked) * scale;
        uint32_t b = (pending ? moments : rank(h, end)) * scale;
        memset(bar, ' ', a);
        memset(bar + a, '-', b - a + 1);
        bar[a] = '|';
        bar[b] = pending ? '>' : '|';
        bar[b + 1] = '\0';
        (void)fprintf(out, "%*s%-*s%*s%s\n", INDENT, "", (int)longest, text, BAR_GAP, "", bar);
    }
    (void)fprintf(out, "\n");
}
