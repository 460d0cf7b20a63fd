/* input_decode_fuzz: whatever the bytes, the decoded input is legal and survives encoding; so does
 * a mutation of it.
 *
 * An ordinary libFuzzer target for snag's own decoder; the same property runs on random bytes in
 * tests/unit/program/input_test.c. The first byte picks the spec, the second whether the header is
 * made to fit, so that the engine need not guess a hash.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/program/inputs.h"
#include "../unit/program/specs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int held, const char *what) {
    if (!held) {
        fprintf(stderr, "broken: %s\n", what);
        abort();
    }
}

static void round_trip(struct snag__input *in, const struct snag_impl *impl) {
    static uint8_t bytes[SNAG__INPUT_BYTES_MAX];
    static struct snag__input again;
    const char *wrong = input_wrong(in, impl);
    must(wrong == NULL, wrong == NULL ? "" : wrong);
    size_t n = snag__input_encode(in, impl, bytes, sizeof bytes);
    if (n == 0) {
        return; /* a schedule of many thousands of entries */
    }
    snag__input_decode(&again, impl, bytes, n);
    must(input_equal(in, &again, impl), "decode(encode(x)) == x");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const struct snag_impl *const impls[] = {&store_impl, &pool_impl, NULL};
    static struct snag__input in;
    if (size < 2) {
        return 0;
    }
    const struct snag_impl *impl = impls[data[0] % 3];
    uint8_t *bytes = malloc(size - 2 + 12);
    must(bytes != NULL, "memory");
    size_t header = 0;
    if (data[1] % 4 != 0) {
        uint64_t hash = impl == NULL ? 0 : snag__spec_hash(impl->spec);
        memcpy(bytes, "sn\1", 4);
        for (int i = 0; i < 8; i++) {
            bytes[4 + i] = (uint8_t)(hash >> 8 * i);
        }
        header = 12;
    }
    memcpy(bytes + header, data + 2, size - 2);
    snag__input_decode(&in, impl, bytes, header + size - 2);
    free(bytes);
    round_trip(&in, impl);
    snag__input_mutate(&in, impl, UINT32_MAX, data[1]);
    round_trip(&in, impl);
    return 0;
}
