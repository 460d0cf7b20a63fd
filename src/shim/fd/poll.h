/* poll.h: waiting for one of a set of descriptors, as poll and what is made of it do. */
#ifndef SNAG_SHIM_FD_POLL_H
#define SNAG_SHIM_FD_POLL_H

#include "shim/fd/fd.h"

struct pollfd;

/* Waits until one of `fds` is ready, at most until `deadline` (virtual ns; UINT64_MAX: no end; what
 * is past only asks), and fills in revents. The count of those that are; -1 with EINTR. */
int snag__fd_await(struct pollfd *fds, uint32_t n, uint64_t deadline, uint32_t site);

#endif
