/* hash.h: one hash of bytes for spec hashes, digests and tables: XXH3 (xxHash >= 0.8), inlined.
 *
 * It is not cryptographic. The rule: what is written to files (spec hashes, digests) is hashed over
 * little-endian or textual bytes, never over structs, so that every machine gives the same value;
 * XXH3's output has been frozen since 0.8.0.
 */
#ifndef SNAG_BASE_HASH_H
#define SNAG_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static inline uint64_t snag__hash(const void *data, size_t bytes, uint64_t seed) {
    return XXH3_64bits_withSeed(data, bytes, seed);
}

#endif
