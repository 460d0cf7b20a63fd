/* inputs.c: see inputs.h.
 *
 * What our mutator makes is what encoding writes, so a whole input is one that decodes and encodes
 * to the same bytes.
 */
#include "inputs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "program/input.h"

enum { PATH_BYTES = 4096, PROBE_BYTES = 8192 };

/* As much as an input takes can be written. */
static bool has_room(const char *folder, struct snag_error *e) {
    static const char probe[PROBE_BYTES];
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/.room-%ld", folder, (long)getpid());
    bool room = snag__file_write(path, probe, sizeof probe, e) == SNAG_ERR_OK;
    (void)unlink(path);
    return room;
}

static bool is_whole(const char *path, const struct snag_impl *impl) {
    static struct snag__input input;
    static uint8_t again[SNAG__INPUT_BYTES_MAX];
    char *bytes;
    size_t count;
    struct snag_error ignored;
    if (snag__file_read(path, sizeof again, &bytes, &count, &ignored) != SNAG_ERR_OK)
        return true; /* nothing of libFuzzer's */
    snag__input_decode(&input, impl, (const uint8_t *)bytes, count);
    bool whole = snag__input_encode(&input, impl, again, sizeof again) == count &&
                 memcmp(again, bytes, count) == 0;
    free(bytes);
    return whole;
}

static void remove_halves(const char *folder, const struct snag_impl *impl, time_t since) {
    char path[PATH_BYTES];
    struct stat st;
    DIR *d = opendir(folder);
    for (const struct dirent *f; d != NULL && (f = readdir(d)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, f->d_name);
        if (f->d_name[0] != '.' && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
            st.st_mtime >= since && !is_whole(path, impl))
            (void)unlink(path);
    }
    if (d != NULL)
        (void)closedir(d);
}

bool snag__inputs_check(const char *folder, const struct snag_impl *impl, time_t since) {
    struct snag_error e = {0};
    if (has_room(folder, &e))
        return true;
    fprintf(stderr, "snag: inputs may be missing: %s\n", e.line);
    remove_halves(folder, impl, since);
    return false;
}
