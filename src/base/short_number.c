/* short_number.c: see short_number.h. */
#include "base/short_number.h"

#include <inttypes.h>
#include <stdio.h>

const char *snag__short_number(uint64_t n, char text[SNAG__SHORT_NUMBER_BYTES]) {
    static const char units[] = "kMGTPE";
    const char *unit = units;
    if (n < 10000) {
        snprintf(text, SNAG__SHORT_NUMBER_BYTES, "%" PRIu64, n);
        return text;
    }
    for (; n >= 1000000; n /= 1000)
        unit++;
    /* `n` is in thousandths of the unit. */
    unsigned whole = (unsigned)(n / 1000), part = (unsigned)(n % 1000);
    if (whole >= 100)
        snprintf(text, SNAG__SHORT_NUMBER_BYTES, "%u%c", whole, *unit);
    else if (whole >= 10)
        snprintf(text, SNAG__SHORT_NUMBER_BYTES, "%u.%u%c", whole, part / 100, *unit);
    else
        snprintf(text, SNAG__SHORT_NUMBER_BYTES, "%u.%02u%c", whole, part / 10, *unit);
    return text;
}
