/* table.h: the plain data every list-based kv implementation guards: keys, values, a capacity.
 *
 * It does no locking whatever: the caller holds the lock that guards the table. The rule: `count`
 * is the number of entries in the list, and never more than `capacity`.
 */
#ifndef KV_TABLE_H
#define KV_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct kv_entry {
    struct kv_entry *next;
    int64_t key, value;
};

struct kv_table {
    struct kv_entry *entries;
    int64_t count, capacity;
};

static inline struct kv_entry *kv_table_find(const struct kv_table *table, int64_t key) {
    struct kv_entry *entry = table->entries;
    while (entry != NULL && entry->key != key)
        entry = entry->next;
    return entry;
}

/* Sets `key` to `value`. If the key is new, *spare becomes its entry and is then NULL; it must not
 * be NULL before. False: the table is full, nothing was changed. */
static inline bool kv_table_put(struct kv_table *table, int64_t key, int64_t value,
                                struct kv_entry **spare) {
    struct kv_entry *entry = kv_table_find(table, key);
    if (entry == NULL) {
        if (table->count == table->capacity)
            return false;
        entry = *spare;
        *spare = NULL;
        *entry = (struct kv_entry){.next = table->entries, .key = key};
        table->entries = entry;
        table->count++;
    }
    entry->value = value;
    return true;
}

/* Hands the entry of `key` over to the caller; NULL: absent. */
static inline struct kv_entry *kv_table_take(struct kv_table *table, int64_t key) {
    for (struct kv_entry **link = &table->entries; *link != NULL; link = &(*link)->next) {
        struct kv_entry *entry = *link;
        if (entry->key == key) {
            *link = entry->next;
            table->count--;
            return entry;
        }
    }
    return NULL;
}

static inline void kv_table_clear(struct kv_table *table) {
    while (table->entries != NULL) {
        struct kv_entry *entry = table->entries;
        table->entries = entry->next;
        free(entry);
    }
    table->count = 0;
}

/* NULL, or what is wrong with the table. Reads only. */
static inline const char *kv_table_check(const struct kv_table *table) {
    int64_t entries = 0;
    for (const struct kv_entry *entry = table->entries; entry != NULL; entry = entry->next) {
        for (const struct kv_entry *other = entry->next; other != NULL; other = other->next) {
            if (other->key == entry->key)
                return "a key is in the table twice";
        }
        entries++;
    }
    if (entries != table->count)
        return "count is not the number of entries";
    if (table->count > table->capacity)
        return "more entries than capacity";
    return NULL;
}

#endif
