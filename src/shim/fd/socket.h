/* socket.h: what sockets have besides other files (fd.h): who is at the other end, and names.
 *
 * The rule: AF_UNIX only: what the kernel does with those it does at once, on behalf of the caller.
 * Sockets of other families pass straight through.
 */
#ifndef SNAG_SHIM_FD_SOCKET_H
#define SNAG_SHIM_FD_SOCKET_H

#include <sys/socket.h>
#include <sys/un.h>

#include "shim/fd/fd.h"

void snag__sockets_forget(void);
/* `type` as socket(2) has it, with its flags. */
struct snag__file *snag__socket_new(int type);
/* What one writes the other one reads, and nobody else. */
void snag__sockets_join(struct snag__file *a, struct snag__file *b);

/* ---- names (name.c) ---- */

/* A name for the kernel. */
struct snag__fd_name {
    struct sockaddr_un to;
    socklen_t length;
    struct snag__file **bound; /* who was bound to it last; NULL: nobody keeps account of it */
};

void snag__fd_names_forget(void);
/* The kernel's name for what the code under test calls `name`; `fresh`: it is to be bound. False,
 * with errno: it is none. */
bool snag__fd_name_in(const struct sockaddr *name, socklen_t length, bool fresh,
                      struct snag__fd_name *in);
/* The other way round: copies at most `*length` bytes and sets it to what the name has. NULL for
 * either of them does nothing. */
void snag__fd_name_out(const struct sockaddr_un *real, socklen_t real_length, struct sockaddr *name,
                       socklen_t *length);

#endif
