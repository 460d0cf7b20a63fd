/* report.h: an execution as a person reads it (lanes) and as a machine does (JSON).
 *
 * It shows logs; it does not judge. The rule: what is printed depends only on the logs, the program
 * and the debug information, never on addresses or time.
 */
#ifndef SNAG_REPORT_REPORT_H
#define SNAG_REPORT_REPORT_H

#include <stdio.h>

#include "program/program.h"
#include "snag/run.h"

/* Everything a report reads, borrowed. Index 0 of `vthreads` is the root. */
struct snag__actor_info;
struct snag__report_input {
    const char *target, *flavour;
    const struct snag_impl *impl;       /* NULL: scenario */
    const struct snag_program *program; /* NULL: scenario */
    const struct snag_verdict *verdict;
    const struct snag_event *events;
    uint32_t events_count;
    const struct snag_choice_entry *choices;
    uint32_t choices_count;
    const struct snag_history *history;
    const struct snag__actor_info *const *vthreads; /* pointers, vthreads_count of them */
    uint32_t vthreads_count;
    const struct snag__actor_info *const *tasks;
    uint32_t tasks_count;
    /* What the code under test calls an object of the log; NULL: nothing. NULL itself: no names. */
    const char *(*name)(uint32_t object);
    /* What a program wrote; `output_cut`: and more. */
    const char *output;
    size_t output_bytes;
    bool output_cut;
};

struct snag__report_options {
    uint32_t columns; /* of the terminal; 0: 80 */
    bool colour;
    bool trace; /* every event, one line each, instead of the lanes' selection */
};

/* Lanes per task (and per worker), switch marks, then each finding with its parties, file:line. */
void snag__report_lanes(FILE *out, const struct snag__report_input *in,
                        const struct snag__report_options *options);
/* The same as one JSON object, without newline at the end. */
void snag__report_json(FILE *out, const struct snag__report_input *in);
/* One line per event, without addresses: what "same event log, byte for byte" compares.
 * `sync_only`: SYNC and ATOMIC events only (the same in every flavour). */
void snag__report_log(FILE *out, const struct snag__report_input *in, bool sync_only);

#endif
