/* key.c: builds the key of a finding. See key.h.
 *
 * A cycle is written from its lexicographically smallest rotation; other parties are sorted, so
 * that the order in which they were met does not matter. A bounded cache saves the debug
 * information's cost.
 */
#include "finding/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/symbol.h"

enum { PART_BYTES = 96, CACHE_SLOTS = 256 };

struct cached {
    uint64_t id;
    char key[SNAG_KEY_BYTES];
};

static struct cached cache[CACHE_SLOTS];

/* Only what the key may depend on; two findings with the same words have the same key. */
static uint64_t identity(const struct snag_finding *f) {
    uint64_t h = f->kind;
    for (uint32_t i = 0; i < f->parties_count; i++) {
        const struct snag_party *p = &f->parties[i];
        uint32_t words[4] = {p->at_site, p->holds_site,
                             (uint32_t)(p->left_by != 0) << 4 | (uint32_t)p->reads << 3 |
                                 (uint32_t)p->ended << 2 | (uint32_t)p->ready << 1 | p->suspended,
                             (uint32_t)p->is_write << 1 | p->is_atomic};
        h = snag__hash(words, sizeof(words), h);
    }
    return snag__hash(f->detail, strlen(f->detail), h) | 1;
}

static const char *function_at(uint32_t site) {
    const char *name = site != 0 ? snag__symbol_of_site(site)->function : "";
    return name[0] != '\0' ? name : "?";
}

static bool is_about_freed(const struct snag_finding *f) {
    return f->kind == SNAG_USE_AFTER_FREE || f->kind == SNAG_DOUBLE_FREE;
}

/* Where a party stands, and whose lock it holds there: "kv_get holding kv_put's lock". */
static void print_party(const struct snag_finding *f, const struct snag_party *p,
                        char part[PART_BYTES]) {
    const char *at = function_at(p->at_site);
    if (f->kind == SNAG_RACE) {
        snprintf(part, PART_BYTES, "%s%s in %s", p->is_atomic ? "atomic " : "",
                 p->is_write ? "write" : "read", at);
        return;
    }
    if (p->ready) { /* stands last, see build; which one and where it stood is up to the schedule */
        part[0] = '\0';
        return;
    }
    const char *lock = p->reads ? "read lock" : "lock";
    if (p->left_by != 0 || p->ended) {
        snprintf(part, PART_BYTES, "%s holding %s's %s", p->left_by != 0 ? "returned" : "ended",
                 function_at(p->holds_site), lock);
        return;
    }
    const char *how = p->suspended ? " suspended" : "";
    if (p->holds_site == 0)
        snprintf(part, PART_BYTES, "%s%s", at, how);
    else if (f->kind == SNAG_MISUSE || is_about_freed(f))
        snprintf(part, PART_BYTES, "%s after %s", at, function_at(p->holds_site));
    else if (f->kind == SNAG_MEMORY)
        snprintf(part, PART_BYTES, "%s beside memory of %s", at, function_at(p->holds_site));
    else
        snprintf(part, PART_BYTES, "%s%s holding %s's %s", at, how, function_at(p->holds_site),
                 lock);
}

static int compare_parts(const void *a, const void *b) {
    return strcmp(a, b);
}

/* Rotates parts[0..n) so that the smallest comes first, keeping the cyclic order. */
static void rotate_smallest(char parts[][PART_BYTES], uint32_t n) {
    uint32_t best = 0;
    for (uint32_t r = 1; r < n; r++) {
        for (uint32_t i = 0; i < n; i++) {
            int order = strcmp(parts[(r + i) % n], parts[(best + i) % n]);
            if (order != 0) {
                best = order < 0 ? r : best;
                break;
            }
        }
    }
    char copy[SNAG_PARTIES_MAX][PART_BYTES];
    for (uint32_t i = 0; i < n; i++) {
        memcpy(copy[i], parts[(best + i) % n], PART_BYTES);
    }
    memcpy(parts, copy, n * sizeof(copy[0]));
}

/* Which parties name the bug: with a suspended owner, who happens to wait for it does not, nor
 * beside one who missed a wakeup do those whom another would not help; nor does who allocated a
 * block, where that is not said with who used it. */
static uint32_t naming_parties(const struct snag_finding *f) {
    bool first = f->kind == SNAG_SUSPENDED_OWNER || f->kind == SNAG_LOST_WAKEUP ||
                 f->kind == SNAG_BLOCKING_IN_ASYNC || f->kind == SNAG_MEMORY || is_about_freed(f) ||
                 f->parties[0].ended || f->parties[0].left_by != 0;
    return first && f->parties_count > 1 ? 1 : f->parties_count;
}

static void build(struct snag_finding *f) {
    char parts[SNAG_PARTIES_MAX][PART_BYTES];
    uint32_t n = naming_parties(f);
    for (uint32_t i = 0; i < n; i++) {
        print_party(f, &f->parties[i], parts[i]);
    }
    if (f->kind == SNAG_DEADLOCK || f->kind == SNAG_LOCK_ORDER) {
        rotate_smallest(parts, n);
    } else {
        qsort(parts, n, PART_BYTES, compare_parts);
    }
    size_t at = (size_t)snprintf(f->key, sizeof(f->key), "%s", snag_finding_name(f->kind));
    const char *between = ": ";
    bool starving = false;
    for (uint32_t i = 0; i < n && at < sizeof(f->key); i++) {
        starving |= f->parties[i].ready;
        if (parts[i][0] == '\0' || (i > 0 && strcmp(parts[i], parts[i - 1]) == 0)) {
            continue; /* two in the same place say no more than one */
        }
        at += (size_t)snprintf(f->key + at, sizeof(f->key) - at, "%s%s", between, parts[i]);
        between = " / ";
    }
    if (starving && at < sizeof(f->key)) {
        at += (size_t)snprintf(f->key + at, sizeof(f->key) - at, "%sa ready task without a worker",
                               between);
    }
    if (f->detail[0] != '\0' && at < sizeof(f->key)) {
        snprintf(f->key + at, sizeof(f->key) - at, ": %.*s", (int)strcspn(f->detail, "\n"),
                 f->detail);
    }
}

void snag__finding_key(struct snag_finding *f) {
    uint64_t id = identity(f);
    struct cached *c = &cache[id % CACHE_SLOTS];
    if (c->id == id) {
        memcpy(f->key, c->key, sizeof(f->key));
        return;
    }
    build(f);
    c->id = id;
    memcpy(c->key, f->key, sizeof(c->key));
}

/* What comes of a hazard and is called the same; SNAG_NO_FINDING: nothing. */
static const enum snag_finding_kind harms[SNAG_FINDING_KINDS] = {
    [SNAG_SUSPEND_HOLDING_LOCK] = SNAG_SUSPENDED_OWNER,
    [SNAG_GUARD_HELD] = SNAG_SUSPENDED_OWNER,
    [SNAG_LOCK_ORDER] = SNAG_DEADLOCK};

/* What a key says after its kind. */
static const char *words_of(const char *key) {
    const char *colon = strchr(key, ':');
    return colon != NULL ? colon : "";
}

bool snag__finding_is_harm(enum snag_finding_kind kind, const char *key,
                           enum snag_finding_kind hazard, const char *hazard_key) {
    const char *harm = words_of(key), *mild = words_of(hazard_key);
    size_t length = strlen(harm);
    if (kind == SNAG_BLOCKING_IN_ASYNC && hazard == SNAG_LOCK_AROUND_IO) {
        static const char holding[] = " holding ";
        return length > 0 && strncmp(harm, mild, length) == 0 &&
               strncmp(mild + length, holding, sizeof(holding) - 1) == 0;
    }
    return kind != SNAG_NO_FINDING && kind == harms[hazard] && length > 0 &&
           strcmp(harm, mild) == 0;
}
