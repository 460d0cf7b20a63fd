/* repro_read_fuzz: any text is read or refused; what was read is legal, and what is written of it
 * is read back and written again byte for byte.
 *
 * An ordinary libFuzzer target for snag's own parser; tests/unit/repro/repro_test.c runs the same
 * on damaged files. Start it on a repro: the format's words are hard to guess.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/program/specs.h"
#include "repro/repro.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int held, const char *what, const char *detail) {
    if (!held) {
        fprintf(stderr, "broken: %s: %s\n", what, detail);
        abort();
    }
}

static void read_as(const char *text, const struct snag_impl *impl) {
    static struct snag__repro r, again;
    struct snag_error e = {0};
    if (snag__repro_parse(text, "f", impl, NULL, &r, &e) != SNAG_ERR_OK) {
        must(e.line[0] != '\0', "refused without a word", text);
        return;
    }
    if (r.has_program) {
        must(snag__program_check(&r.program, impl, &e) == SNAG_ERR_OK, "legal", e.line);
    }
    char *once = snag__repro_text(&r, impl);
    must(once != NULL, "memory", "");
    must(snag__repro_parse(once, "f", impl, NULL, &again, &e) == SNAG_ERR_OK, "read back", e.line);
    char *twice = snag__repro_text(&again, impl);
    must(twice != NULL && strcmp(once, twice) == 0, "written again", once);
    free(once);
    free(twice);
    snag__repro_free(&r);
    snag__repro_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    must(text != NULL, "memory", "");
    memcpy(text, data, size);
    text[size] = '\0';
    read_as(text, &store_impl);
    read_as(text, &pool_impl);
    read_as(text, NULL);
    free(text);
    return 0;
}
