/* rights.h: descriptors that messages carry (SCM_RIGHTS). See rights.c. */
#ifndef SNAG_SHIM_FD_RIGHTS_H
#define SNAG_SHIM_FD_RIGHTS_H

#include <sys/socket.h>

#include "shim/fd/fd.h"

/* Before a message is sent: what it carries can be known again when it arrives. False, with EBADF:
 * one of them is closed, which is told. */
bool snag__rights_find(const struct msghdr *m, uint32_t site);
/* It was sent. */
void snag__rights_sent(const struct msghdr *m);
/* It was received, with the kernel's numbers in it, which it changes to ours. */
void snag__rights_received(struct msghdr *m, int flags, uint32_t site);

#endif
