/* json.h: a string as JSON, for the places that print a small object by hand. */
#ifndef SNAG_BASE_JSON_H
#define SNAG_BASE_JSON_H

#include <stdio.h>

/* Prints `text` with its quotes, escaped. Bytes that are not ASCII pass through. */
void snag__json_string(FILE *out, const char *text);
/* The same of any bytes: those that are not ASCII as the characters of that number. */
void snag__json_bytes(FILE *out, const char *bytes, size_t count);

#endif
