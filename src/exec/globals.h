/* globals.h: the globals of the code under test, put back between executions.
 *
 * They lie between two marker objects (marker_begin.c, marker_end.c) in .data and .bss. The rule:
 * saved once, before the first execution; restored uninstrumented, on the driver.
 */
#ifndef SNAG_EXEC_GLOBALS_H
#define SNAG_EXEC_GLOBALS_H

#include "snag/error.h"

enum snag_err snag__globals_save(struct snag_error *e);
void snag__globals_restore(void);

#endif
