/* json.h: a string as JSON, for the places that print a small object by hand. */
#ifndef SNAG_BASE_JSON_H
#define SNAG_BASE_JSON_H

#include <stdio.h>

/* Prints `text` with its quotes, escaped. Bytes that are not ASCII pass through. */
void snag__json_string(FILE *out, const char *text);

#endif
