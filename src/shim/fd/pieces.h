/* pieces.h: what is left of a vector of buffers, of which the first bytes are done.
 *
 * The rule: the vector of the caller is not written to; where more pieces are left than there is
 * room for here, the first of them are what is left for now.
 */
#ifndef SNAG_SHIM_FD_PIECES_H
#define SNAG_SHIM_FD_PIECES_H

#include <stdint.h>
#include <sys/uio.h>

enum { SNAG__PIECES_MAX = 16 };

struct snag__pieces {
    struct iovec *first; /* the caller's own, where nothing is done */
    int n;
    struct iovec room[SNAG__PIECES_MAX];
};

static inline size_t snag__pieces_bytes(const struct iovec *pieces, int n) {
    size_t bytes = 0;
    for (int i = 0; i < n; i++) {
        bytes += pieces[i].iov_len;
    }
    return bytes;
}

static inline void snag__pieces_rest(const struct iovec *pieces, int n, size_t done,
                                     struct snag__pieces *rest) {
    if (done == 0) {
        rest->first = (struct iovec *)pieces;
        rest->n = n;
        return;
    }
    rest->first = rest->room;
    rest->n = 0;
    for (int i = 0; i < n && rest->n < SNAG__PIECES_MAX; i++) {
        size_t skip = done < pieces[i].iov_len ? done : pieces[i].iov_len;
        done -= skip;
        if (skip < pieces[i].iov_len) {
            rest->room[rest->n++] = (struct iovec){.iov_base = (char *)pieces[i].iov_base + skip,
                                                   .iov_len = pieces[i].iov_len - skip};
        }
    }
}

#endif
