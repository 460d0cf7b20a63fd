/* build.c: see build.h. The rule behind its arithmetic: b->owed + b->missing operations are always
 * reserved, in the task and in the program. */
#include "program/build.h"

#include <string.h>

int64_t snag__into_domain(int64_t v, int64_t min, int64_t max) {
    if (v >= min && v <= max) {
        return v;
    }
    if (max <= min) {
        return min;
    }
    uint64_t span = (uint64_t)max - (uint64_t)min + 1; /* not 0: v would have been inside */
    return (int64_t)((uint64_t)min + ((uint64_t)v - (uint64_t)min) % span);
}

static struct snag__op *op_number(const struct snag__builder *b, unsigned number) {
    return &b->p->ops[b->p->first[b->p->tasks - 1] + number - 1];
}

/* A nested program may not run at all, so it takes only what it made itself. */
static bool eligible(const struct snag__builder *b, unsigned op, unsigned arg, bool nested,
                     unsigned producer) {
    bool takes = snag__menu_arg(b->menu, op, arg)->takes;
    return b->live[producer] == b->menu->tags[op][arg] &&
           !(takes && nested && producer <= b->block);
}

unsigned snag__build_handle(const struct snag__builder *b, unsigned op, unsigned arg, bool nested,
                            unsigned nth) {
    if (b->menu->tags[op][arg] == 0) {
        return 0;
    }
    for (unsigned n = snag__build_number(b); n > 0; n--) {
        if (eligible(b, op, arg, nested, n) && nth-- == 0) {
            return n;
        }
    }
    return 0;
}

/* Two arguments may share a handle unless one of them takes it. */
static bool clashes(const struct snag__builder *b, unsigned op, unsigned arg, unsigned producer,
                    const unsigned *chosen) {
    for (unsigned a = 0; a < arg; a++) {
        if (chosen[a] == producer &&
            (snag__menu_arg(b->menu, op, a)->takes || snag__menu_arg(b->menu, op, arg)->takes)) {
            return true;
        }
    }
    return false;
}

/* Finds the producers of all HANDLE arguments: those wished for where they will do. */
static bool choose_handles(const struct snag__builder *b, unsigned op, bool nested,
                           const struct snag__op *wish, unsigned *chosen) {
    for (unsigned a = 0; a < b->menu->args[op]; a++) {
        chosen[a] = 0;
        if (snag__menu_arg(b->menu, op, a)->type != SNAG_HANDLE) {
            continue;
        }
        int64_t want = wish == NULL ? 0 : wish->args[a].i;
        if (b->menu->tags[op][a] != 0 && want >= 1 && want <= (int64_t)snag__build_number(b) &&
            eligible(b, op, a, nested, (unsigned)want) &&
            !clashes(b, op, a, (unsigned)want, chosen)) {
            chosen[a] = (unsigned)want;
            continue;
        }
        for (unsigned nth = 0;; nth++) {
            unsigned n = snag__build_handle(b, op, a, nested, nth);
            if (n == 0) {
                return false;
            }
            if (!clashes(b, op, a, n, chosen)) {
                chosen[a] = n;
                break;
            }
        }
    }
    return true;
}

/* How many debts `op` pays by taking the chosen handles. */
static unsigned pays(const struct snag__builder *b, unsigned op, const unsigned *chosen) {
    unsigned n = 0;
    for (unsigned a = 0; a < b->menu->args[op]; a++) {
        if (chosen[a] != 0 && snag__menu_arg(b->menu, op, a)->takes) {
            n += snag__menu_owes(b->menu, op_number(b, chosen[a])->op);
        }
    }
    return n;
}

static bool placeable(const struct snag__builder *b, unsigned op, bool nested) {
    if (!snag__menu_has(nested ? b->menu->nestable : b->menu->usable, op)) {
        return false;
    }
    if (!nested) {
        return true;
    }
    if (b->block == 0) {
        return false;
    }
    const struct snag__op *outer = op_number(b, b->block);
    return outer->nested < snag__menu_block_max(b->menu, outer->op);
}

static bool has_room(const struct snag__builder *b, unsigned op, bool nested,
                     const unsigned *chosen) {
    unsigned reserved = b->owed - pays(b, op, chosen) + snag__menu_owes(b->menu, op);
    if (nested) {
        reserved += b->missing > 0 ? b->missing - 1u : 0;
    } else {
        /* An open nested program is closed first, with its fill. */
        reserved += b->missing;
        reserved += b->menu->block[op] >= 0 ? snag__menu_block_min(b->menu, op) : 0;
    }
    return snag__build_number(b) + 1 + reserved <= SNAG__TASK_OPS_MAX &&
           b->end + 1 + reserved <= SNAG__PROGRAM_OPS_MAX;
}

bool snag__build_fits(const struct snag__builder *b, unsigned op, bool nested) {
    unsigned chosen[SNAG_ARGS_MAX];
    return placeable(b, op, nested) && choose_handles(b, op, nested, NULL, chosen) &&
           has_room(b, op, nested, chosen);
}

static void set_bytes(struct snag_value *to, const struct snag_value *from,
                      const struct snag_arg_decl *decl) {
    int64_t count = snag__into_domain(from->bytes_count, decl->min, decl->max);
    to->bytes_count = (uint8_t)snag__into_domain(count, 0, SNAG_BYTES_MAX);
    for (unsigned i = 0; i < to->bytes_count; i++) {
        to->bytes[i] = i < from->bytes_count ? from->bytes[i] : 0;
    }
}

static void set_arg(struct snag_value *to, const struct snag_value *from,
                    const struct snag_arg_decl *decl, unsigned producer) {
    to->i = 0;
    to->bytes_count = 0;
    switch (decl->type) {
    case SNAG_INT:
    case SNAG_KEY:
        to->i = snag__into_domain(from->i, decl->min, decl->max);
        break;
    case SNAG_BYTES:
        set_bytes(to, from, decl);
        break;
    case SNAG_HANDLE:
        to->i = producer;
        break;
    case SNAG_PROGRAM:
    case SNAG_NONE:
        break;
    }
}

/* The handle of operation `number` exists from now on. */
static void make_live(struct snag__builder *b, unsigned number) {
    b->live[number] = b->menu->returns[op_number(b, number)->op];
}

static void append(struct snag__builder *b, const struct snag__op *op, bool nested,
                   const unsigned *chosen) {
    const struct snag__menu *m = b->menu;
    unsigned kind = op->op;
    b->owed = (uint8_t)(b->owed - pays(b, kind, chosen) + snag__menu_owes(m, kind));
    struct snag__op *to = &b->p->ops[b->end++];
    unsigned number = snag__build_number(b);
    to->op = (uint16_t)kind;
    to->nested = 0;
    to->depth = nested;
    to->abort = !nested && snag__menu_has(m->cancellable, kind) ? op->abort : 0;
    for (unsigned a = 0; a < SNAG_ARGS_MAX; a++) {
        if (a < m->args[kind]) {
            set_arg(&to->args[a], &op->args[a], snag__menu_arg(m, kind, a), chosen[a]);
            if (chosen[a] != 0 && snag__menu_arg(m, kind, a)->takes) {
                b->live[chosen[a]] = 0;
            }
        } else {
            to->args[a].i = 0;
            to->args[a].bytes_count = 0;
        }
    }
    b->live[number] = 0;
    if (nested) {
        struct snag__op *outer = op_number(b, b->block);
        outer->nested++;
        outer->args[m->block[outer->op]].i = outer->nested;
        b->missing -= b->missing > 0;
    } else if (m->block[kind] >= 0) {
        b->block = (uint16_t)number;
        b->missing = (uint8_t)snag__menu_block_min(m, kind);
        return; /* it has returned, and its handle is live, once the block is closed */
    }
    make_live(b, number);
}

static void close_block(struct snag__builder *b) {
    if (b->block == 0) {
        return;
    }
    const unsigned none[SNAG_ARGS_MAX] = {0};
    while (b->missing > 0) {
        struct snag__op fill = {.op = (uint16_t)b->menu->filler};
        append(b, &fill, true, none);
    }
    make_live(b, b->block);
    b->block = 0;
}

bool snag__build_op(struct snag__builder *b, const struct snag__op *op) {
    unsigned chosen[SNAG_ARGS_MAX];
    bool nested = op->depth != 0;
    if (!placeable(b, op->op, nested)) {
        return false;
    }
    /* Even a refused operation of depth 0 closes the block: it came after it. */
    if (!nested) {
        close_block(b);
    }
    if (!choose_handles(b, op->op, nested, op, chosen) || !has_room(b, op->op, nested, chosen)) {
        return false;
    }
    append(b, op, nested, chosen);
    return true;
}

/* Newest first, as scopes do. */
static void end_task(struct snag__builder *b) {
    close_block(b);
    unsigned chosen[SNAG_ARGS_MAX];
    for (unsigned n = snag__build_number(b); n > 0 && b->owed > 0; n--) {
        const struct snag__op *producer = op_number(b, n);
        if (b->live[n] == 0 || !snag__menu_owes(b->menu, producer->op)) {
            continue;
        }
        struct snag__op closer = {.op = (uint16_t)b->menu->closer[producer->op]};
        for (unsigned a = 0; a < b->menu->args[closer.op]; a++) {
            bool handle = snag__menu_arg(b->menu, closer.op, a)->type == SNAG_HANDLE;
            chosen[a] = handle ? n : 0;
        }
        append(b, &closer, false, chosen);
        close_block(b);
    }
}

void snag__build_begin(struct snag__builder *b, const struct snag__menu *menu,
                       struct snag_program *p, const struct snag_config *config) {
    b->menu = menu;
    b->p = p;
    b->end = 0;
    p->tasks = 0;
    p->workers = 0;
    p->first[0] = 0;
    for (unsigned i = 0; i < SNAG_CONFIG_MAX; i++) {
        const struct snag_config_decl *d = &menu->spec->config[i];
        int64_t v = config->values[i];
        p->config.values[i] = i < menu->config ? snag__into_domain(v, d->min, d->max) : 0;
    }
}

bool snag__build_task(struct snag__builder *b) {
    if (b->p->tasks > 0) {
        end_task(b);
    }
    if (b->p->tasks == SNAG__TASKS_MAX) {
        return false;
    }
    b->p->first[b->p->tasks++] = b->end;
    b->p->first[b->p->tasks] = b->end;
    b->block = 0;
    b->owed = 0;
    b->missing = 0;
    memset(b->live, 0, sizeof b->live);
    return true;
}

void snag__build_end(struct snag__builder *b, unsigned workers) {
    if (b->p->tasks > 0) {
        end_task(b);
    }
    b->p->first[b->p->tasks] = b->end;
    unsigned max = SNAG__WORKERS_MAX;
    b->p->workers = (uint16_t)(!b->menu->async ? 0
                               : workers < 1   ? 1
                               : workers > max ? max
                                               : workers);
}
