/* print_program.h: an operation program as a person reads it. */
#ifndef SNAG_REPORT_PRINT_PROGRAM_H
#define SNAG_REPORT_PRINT_PROGRAM_H

#include <stdio.h>

#include "program/program.h"

/* "2 tasks on 1 worker, capacity=4" after the words of `before`. */
void snag__report_shape(const struct snag_program *p, const struct snag_impl *impl,
                        const char *before, char *text, size_t room);
/* A line per operation, each indented by `indent` and at most `columns` wide. */
void snag__report_program(FILE *out, const struct snag_program *p, const struct snag_impl *impl,
                          uint32_t indent, uint32_t columns);

#endif
