/* sem_named.c: sem_open, sem_close, sem_unlink: the names of semaphores.
 *
 * The system keeps them in files, which all processes share and which last; here every execution
 * begins without any, and nobody else knows of those that it makes. The rule: as POSIX has it, who
 * opens a name twice gets the same address, as long as it was not closed as often; a name that is
 * unlinked is free at once, and its semaphore lasts until it is closed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "base/assert.h"
#include "exec/parts.h"
#include "exec/rt.h"
#include "shim/lock.h"
#include "shim/result.h"
#include "shim/sem.h"

sem_t *__real_sem_open(const char *name, int flags, ...);
int __real_sem_close(sem_t *s);
int __real_sem_unlink(const char *name);

sem_t *__wrap_sem_open(const char *name, int flags, ...);
int __wrap_sem_close(sem_t *s);
int __wrap_sem_unlink(const char *name);

enum { NAMED_MAX = 64, LETTERS_MAX = NAME_MAX - 4 /* the system puts "sem." before it */ };

struct named {
    sem_t sem;
    uint32_t object;
    unsigned opens; /* 0: free, or nobody has it open */
    bool linked;    /* it can be found by its name */
    char name[LETTERS_MAX + 1];
};

static struct named table[NAMED_MAX];
static unsigned used; /* table[used..] have not been used in this execution */

void snag__sem_names_begin(void) {
    used = 0;
}

static struct named *entry_of(const sem_t *s) {
    for (unsigned i = 0; i < used; i++) {
        if (&table[i].sem == s) {
            return &table[i];
        }
    }
    return NULL;
}

bool snag__sem_is_named(const sem_t *s) {
    return entry_of(s) != NULL;
}

static struct named *find(const char *name) {
    for (unsigned i = 0; i < used; i++) {
        if (table[i].linked && strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

/* Without the slashes that it begins with. NULL, with errno as it is said: no name can be that. */
static const char *letters_of(const char *name, int if_none) {
    const char *letters = name + strspn(name, "/");
    if (*letters == '\0' || strchr(letters, '/') != NULL || strlen(letters) > LETTERS_MAX) {
        errno = if_none;
        return NULL;
    }
    return letters;
}

static struct named *make(const char *letters, unsigned value, uint32_t site) {
    unsigned i = 0;
    while (i < used && (table[i].linked || table[i].opens != 0)) {
        i++;
    }
    if (value > SEM_VALUE_MAX || i == NAMED_MAX) {
        errno = value > SEM_VALUE_MAX ? EINVAL : EMFILE;
        return NULL;
    }
    snag__part_use(SNAG__PART_SEM_NAMES);
    used += i == used;
    struct named *n = &table[i];
    n->object = snag__sem_make(&n->sem, value, site)->number;
    n->opens = 0;
    n->linked = true;
    strcpy(n->name, letters); /* letters_of made it fit */
    return n;
}

static sem_t *open_at(const char *name, int flags, unsigned value, uint32_t site) {
    const char *letters = letters_of(name, EINVAL);
    if (letters == NULL) {
        return SEM_FAILED;
    }
    snag__point(SNAG_EV_SEM_OPEN, NULL, site);
    struct named *n = find(letters);
    if (n != NULL && (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) {
        errno = EEXIST;
        n = NULL;
    } else if (n == NULL && (flags & O_CREAT) == 0) {
        errno = ENOENT;
    } else if (n == NULL) {
        n = make(letters, value, site);
    }
    if (n == NULL) {
        snag__log(SNAG_EV_SEM_OPEN, NULL, site)->flags = SNAG_EVF_FAILED;
        return SEM_FAILED;
    }
    n->opens++;
    snag__log(SNAG_EV_SEM_OPEN, snag__object_get(n->object), site);
    return &n->sem;
}

/* With O_CREAT there is a mode, which all may do with it here, and a value. */
sem_t *__wrap_sem_open(const char *name, int flags, ...) {
    unsigned mode = 0, value = 0;
    if ((flags & O_CREAT) != 0) {
        va_list args;
        va_start(args, flags);
        mode = va_arg(args, unsigned);
        value = va_arg(args, unsigned);
        va_end(args);
    }
    if (snag__self == NULL) {
        return __real_sem_open(name, flags, mode, value);
    }
    return open_at(name, flags, value, SNAG__SITE());
}

int __wrap_sem_close(sem_t *s) {
    if (snag__self == NULL) {
        return __real_sem_close(s);
    }
    uint32_t site = SNAG__SITE();
    struct named *n = entry_of(s);
    struct snag__object *o = n != NULL ? snag__object_get(n->object) : snag__object_peek(s);
    snag__point(SNAG_EV_SEM_CLOSE, o, site);
    if (n == NULL || n->opens == 0) {
        if (o != NULL && o->kind == SNAG__OBJECT_SEM) {
            snag__lock_misuse("close of a % that is not open", o, site, o->owner.site);
        }
        snag__log(SNAG_EV_SEM_CLOSE, o, site)->flags = SNAG_EVF_FAILED;
        return snag__fail(EINVAL);
    }
    if (n->opens == 1 && snag__lock_waited_on(o)) {
        snag__lock_misuse("close of a % that is waited on", o, site, snag__lock_waiter_site(o));
    }
    n->opens--;
    if (n->opens == 0 && !n->linked) {
        snag__lock_destroyed(o, site);
    }
    snag__log(SNAG_EV_SEM_CLOSE, o, site);
    return 0;
}

int __wrap_sem_unlink(const char *name) {
    if (snag__self == NULL) {
        return __real_sem_unlink(name);
    }
    uint32_t site = SNAG__SITE();
    const char *letters = letters_of(name, ENOENT);
    if (letters == NULL) {
        return -1;
    }
    snag__point(SNAG_EV_SEM_UNLINK, NULL, site);
    struct named *n = find(letters);
    if (n == NULL) {
        snag__log(SNAG_EV_SEM_UNLINK, NULL, site)->flags = SNAG_EVF_FAILED;
        return snag__fail(ENOENT);
    }
    struct snag__object *o = snag__object_get(n->object);
    n->linked = false;
    if (n->opens == 0) {
        snag__lock_destroyed(o, site);
    }
    snag__log(SNAG_EV_SEM_UNLINK, o, site);
    return 0;
}
