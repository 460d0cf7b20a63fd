/* name.c: names of sockets in the abstract namespace. See socket.h.
 *
 * That namespace is one for the whole machine, and several processes of snag run the same code at
 * the same time: each name is replaced, on its way to the kernel, by one that nobody else has, and
 * put back on its way out. So is the name that the kernel would choose. The rule: what the code
 * under test sees of a name is what it asked for, and chosen names are the same in every execution.
 *
 * A name in the file system is left as it is: there it stays until it is unlinked, as a file does.
 */
#define _GNU_SOURCE
#include "shim/fd/socket.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAMES_MAX = 256, HEAD = offsetof(struct sockaddr_un, sun_path) };

/* No two processes have the same prefix. */
pid_t __real_getpid(void);
ssize_t __real_getrandom(void *to, size_t bytes, unsigned flags);

struct name {
    socklen_t bytes; /* of the name, with its leading NUL */
    char text[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
    struct snag__file *bound;
};

static struct name names[NAMES_MAX];
static uint32_t names_count, chosen;
static uint32_t executions; /* so that a name is never used again */
static char prefix[32];     /* of the kernel's names; "": not made yet */

void snag__fd_names_forget(void) {
    names_count = chosen = 0;
}

static void make_prefix(void) {
    uint64_t chance;
    if (__real_getrandom(&chance, sizeof(chance), 0) != (ssize_t)sizeof(chance)) {
        chance = (uint64_t)__real_getpid();
    }
    (void)snprintf(prefix, sizeof(prefix), "snag-%016llx-", (unsigned long long)chance);
}

/* Its index. */
static uint32_t index_of(const char *text, socklen_t bytes) {
    for (uint32_t i = 0; i < names_count; i++) {
        if (names[i].bytes == bytes && memcmp(names[i].text, text, bytes) == 0) {
            return i;
        }
    }
    if (names_count == NAMES_MAX) {
        snag__sched_limit(SNAG_LIMIT_DESCRIPTORS);
    }
    if (names_count == 0) {
        executions++;
    }
    names[names_count].bytes = bytes;
    names[names_count].bound = NULL;
    memcpy(names[names_count].text, text, bytes);
    return names_count++;
}

/* As the kernel chooses them: a NUL and five digits. */
static socklen_t choose(char text[8]) {
    return 1 + (socklen_t)snprintf(text + 1, 7, "%05x", ++chosen);
}

/* What the kernel is to call the name `index`. */
static void replace(struct snag__fd_name *in, uint32_t index) {
    if (prefix[0] == '\0') {
        make_prefix();
    }
    in->to.sun_path[0] = '\0';
    int n = snprintf(in->to.sun_path + 1, sizeof(in->to.sun_path) - 1, "%s%x-%x", prefix,
                     executions, index);
    in->length = (socklen_t)(HEAD + 1 + n);
}

bool snag__fd_name_in(const struct sockaddr *name, socklen_t length, bool fresh,
                      struct snag__fd_name *in) {
    if (length > sizeof(in->to)) {
        errno = EINVAL;
        return false;
    }
    memcpy(&in->to, name, length);
    in->length = length;
    in->bound = NULL;
    bool autobind = fresh && length == sizeof(sa_family_t);
    if (length < sizeof(sa_family_t) || in->to.sun_family != AF_UNIX ||
        (!autobind && length <= HEAD)) {
        return true; /* the kernel has its own opinion of it */
    }
    char text[8] = "";
    uint32_t index = autobind ? index_of(text, choose(text))
                              : index_of(in->to.sun_path, length - (socklen_t)HEAD);
    in->bound = &names[index].bound;
    if (autobind || in->to.sun_path[0] == '\0') {
        replace(in, index);
    }
    return true;
}

/* The index in a name of ours; NAMES_MAX: it is none. */
static uint32_t index_in(const struct sockaddr_un *real, socklen_t length) {
    size_t n = strlen(prefix);
    unsigned execution, index;
    char text[sizeof(real->sun_path) + 1];
    if (n == 0 || length <= HEAD + 1 + n || real->sun_path[0] != '\0' ||
        memcmp(real->sun_path + 1, prefix, n) != 0) {
        return NAMES_MAX;
    }
    memcpy(text, real->sun_path + 1 + n, length - HEAD - 1 - n);
    text[length - HEAD - 1 - n] = '\0';
    bool known = sscanf(text, "%x-%x", &execution, &index) == 2 && index < names_count;
    return known ? index : NAMES_MAX;
}

void snag__fd_name_out(const struct sockaddr_un *real, socklen_t real_length, struct sockaddr *name,
                       socklen_t *length) {
    if (name == NULL || length == NULL) {
        return;
    }
    struct sockaddr_un un = *real;
    uint32_t index = index_in(real, real_length);
    if (index != NAMES_MAX) {
        memcpy(un.sun_path, names[index].text, names[index].bytes);
        real_length = (socklen_t)HEAD + names[index].bytes;
    }
    memcpy(name, &un, *length < real_length ? *length : real_length);
    *length = real_length;
}
