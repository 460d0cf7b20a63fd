/* io_body.c: code under test for io_test.c: simulated reads that fail or are cut short. */
#include "snag/task.h"

#include "io_cases.h"

#include <stdlib.h>

static uint8_t common[FULL];

/* Copes with both. */
static int64_t read_all(int64_t request) {
    uint8_t bytes[FULL] = {0};
    uint32_t all = 0, got;
    int64_t right = 0;
    while (all < FULL)
        if (snag_io_read(request, all, bytes + all, FULL - all, &got) == SNAG_IO_DONE)
            all += got;
    for (uint32_t i = 0; i < FULL; i++)
        right += bytes[i] == snag_io_byte(request, i);
    return right;
}

static int64_t read_once(int64_t request) {
    uint8_t bytes[FULL] = {0};
    uint32_t got = 99;
    out(snag_io_read(request, 3, bytes, FULL, &got));
    out(got);
    for (uint32_t i = 0; i < FULL; i++)
        if (bytes[i] != (i < got ? snag_io_byte(request, 3 + i) : 0))
            return -1;
    return 0;
}

static int64_t read_byte(int64_t request) {
    uint8_t byte;
    uint32_t got;
    (void)snag_io_read(request, 0, &byte, 1, &got);
    return got;
}

static int64_t read_in_common(int64_t request) {
    uint32_t got;
    return snag_io_read(request, 0, common, FULL, &got);
}

static void run(void *shared, void *local, const struct snag_call *call, struct snag_result *result,
                struct snag_scope *scope) {
    (void)shared, (void)local, (void)scope;
    int64_t request = call->args[0].i;
    result->i = call->op == READS      ? read_all(request)
                : call->op == ONCE     ? read_once(request)
                : call->op == ONE_BYTE ? read_byte(request)
                                       : read_in_common(request);
}

struct snag_impl io_impl = {.name = "io", .spec = &io_spec, .mode = SNAG_TASKS, .run = run};
SNAG_TARGET(io_impl);
