/* short_number.h: a number in five characters, where only its size matters: "1234", "12.3k",
 * "4.56M".
 */
#ifndef SNAG_BASE_SHORT_NUMBER_H
#define SNAG_BASE_SHORT_NUMBER_H

#include <stdint.h>

enum { SNAG__SHORT_NUMBER_BYTES = 24 };

/* Whole below 10000; else three digits, cut rather than rounded, and k, M, G, T, P or E. Returns
 * `text`. */
const char *snag__short_number(uint64_t n, char text[SNAG__SHORT_NUMBER_BYTES]);

#endif
