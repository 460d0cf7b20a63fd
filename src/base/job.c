/* job.c: dealing batches to jobs. See job.h. */
#include "base/job.h"

#include <stdlib.h>

bool snag__job_parse(const char *text, struct snag__job *job) {
    char *end;
    *job = (struct snag__job){.index = 0, .count = 1};
    if (text == NULL) {
        return true;
    }
    unsigned long index = strtoul(text, &end, 10);
    unsigned long count = end != text && *end == '/' ? strtoul(end + 1, &end, 10) : 0;
    if (*end != '\0' || index >= count || count > SNAG__JOBS_MAX) {
        return false;
    }
    *job = (struct snag__job){.index = (uint32_t)index, .count = (uint32_t)count};
    return true;
}

uint64_t snag__job_next(struct snag__job job, uint64_t from, uint64_t batch) {
    uint64_t number = from / batch;
    uint64_t ahead = (job.index + job.count - number % job.count) % job.count;
    return ahead == 0 ? from : (number + ahead) * batch;
}

uint64_t snag__job_number(struct snag__job job, uint64_t nth) {
    return nth == 0 ? 0 : (nth - 1) * job.count + job.index + 1;
}
