/* symbol.h: the private side of the symboliser: answers given beforehand. */
#ifndef SNAG_REPORT_SYMBOL_H
#define SNAG_REPORT_SYMBOL_H

#include "report/report.h"

/* Says what a site is instead of asking the debug information: for logs that were not made by this
 * executable (tests, another process's). The strings are borrowed for the life of the process. */
void snag__symbol_preset(uint32_t site, const char *function, const char *file, int line);

#endif
