/* suggest.c: edit distance between short names (Wagner and Fischer, JACM 1974; with adjacent
 * letters swapped counting as one edit: Damerau's slip, restricted).
 *
 * It is for messages only. The rule: a suggestion is at most a third of the name away, so that
 * something unrelated is never offered.
 */
#include "base/suggest.h"

#include <string.h>

enum { NAME_MAX_BYTES = 64 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t rows[3][NAME_MAX_BYTES + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t edit = above[j - 1] + (a[i - 1] != b[j - 1]);
            row[j] = least(edit, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *snag__suggest(const char *name, const char *const *names, size_t count) {
    const char *best = NULL;
    size_t length = strlen(name), best_distance = length / 3 + 1;
    if (length > NAME_MAX_BYTES)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t other = strlen(names[i]);
        if (other > NAME_MAX_BYTES)
            continue;
        size_t d = distance(name, length, names[i], other);
        if (d < best_distance) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
