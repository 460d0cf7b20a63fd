/* parse.h: what the two halves of the repro reader share: repro_read.c walks the file,
 * parse_program.c reads its program.
 *
 * Not for callers (repro.h). The rule: a parser is entered on its first line and left on the line
 * after its last.
 */
#ifndef SNAG_REPRO_PARSE_H
#define SNAG_REPRO_PARSE_H

#include "repro/lexer.h"
#include "repro/repro.h"

/* Reads `workers`, `config` and the tasks, if there are any, and leaves x on the line after them.
 * False: x->err says why. */
bool snag__repro_parse_program(struct snag__lexer *x, const struct snag_impl *impl,
                               struct snag__repro *r);

#endif
