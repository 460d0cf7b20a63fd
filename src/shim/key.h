/* key.h: thread-specific data, for pthread and C11 threads.
 *
 * The rule: values belong to the vthread, keys to the execution; keys that were made outside any
 * execution (by a constructor) are there in each.
 */
#ifndef SNAG_SHIM_KEY_H
#define SNAG_SHIM_KEY_H

#include <stddef.h>
#include <stdint.h>

#include <stdint.h>

/* The calls, made at `site`; error numbers as of pthread_key_create … */
int snag__key_create(unsigned *key, void (*destructor)(void *), uint32_t site);
int snag__key_delete(unsigned key, uint32_t site);
void *snag__key_get(unsigned key, uint32_t site);
int snag__key_set(unsigned key, void *value, uint32_t site);
/* One that was made, or deleted, while not under control. */
void snag__key_made_outside(unsigned key, void (*destructor)(void *));
void snag__key_deleted_outside(unsigned key);

/* The running vthread ends: calls the destructors of what it has. */
void snag__keys_owner_ends(void);
/* Between executions. */
void snag__keys_begin(void);

/* What vthread number `index` has set, and other words. */
const void *snag__keys_memory(uint32_t index, size_t *bytes);

#endif
