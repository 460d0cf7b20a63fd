/* fuzz.c: `fuzz`: libFuzzer, told what it must know, and kept quiet; and the executable as an
 * ordinary libFuzzer binary.
 *
 * What an input does is in harness/fuzz.c. The rule: libFuzzer chooses inputs and nothing else:
 * signals, time-outs and findings are ours.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/prng.h"
#include "cli/commands.h"
#include "invoke.h"
#include "recover.h"

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int snag__libfuzzer_main(int argc, char **argv) {
    return LLVMFuzzerRunDriver(&argc, &argv, LLVMFuzzerTestOneInput);
}

/* ---- libFuzzer's opening words ---- */

static int said = -1;     /* what libFuzzer said so far */
static int real_err = -1; /* standard error meanwhile */
static bool called;

static void hush(void) {
    said = memfd_create("libfuzzer", MFD_CLOEXEC);
    real_err = said < 0 ? -1 : dup(STDERR_FILENO);
    if (real_err >= 0)
        (void)dup2(said, STDERR_FILENO);
}

static void unhush(bool tell) {
    char text[4096];
    if (real_err < 0)
        return;
    (void)dup2(real_err, STDERR_FILENO);
    (void)close(real_err);
    real_err = -1;
    off_t at = 0;
    for (ssize_t n; tell && (n = pread(said, text, sizeof text, at)) > 0; at += n)
        (void)fwrite(text, 1, (size_t)n, stderr);
    (void)close(said);
}

/* It ended before it fuzzed: what it said is why. */
static void at_exit(void) {
    unhush(true);
}

/* The first input is empty and the same for everybody; libFuzzer's last opening words come after
 * it. */
static int run(const uint8_t *data, size_t size) {
    bool first = !called;
    called = true;
    if (first && size == 0)
        return 0;
    unhush(false);
    return LLVMFuzzerTestOneInput(data, size);
}

/* ---- its command line ---- */

enum { WORDS_MAX = 128, MEGABYTES_BESIDE_HEAP = 2048 };

struct line {
    int count;
    char *words[WORDS_MAX]; /* for as long as the process lives */
};

static void __attribute__((format(printf, 2, 3))) add(struct line *l, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (l->count == WORDS_MAX - 1 || vasprintf(&l->words[l->count], format, args) < 0) {
        fprintf(stderr, "snag: libFuzzer's command line is too long\n");
        exit(SNAG__EXIT_USAGE);
    }
    va_end(args);
    l->words[++l->count] = NULL;
}

/* A process that goes on after another one, or works beside it, tries other things. Never 0, which
 * means the time of day to libFuzzer. */
static uint32_t engine_seed(const struct snag__options *o) {
    const char *restarts = getenv(SNAG__ENV_RESTARTS);
    uint64_t n = restarts != NULL ? strtoull(restarts, NULL, 10) : 0;
    n += (uint64_t)snag__fuzz.campaign.job.index << 32;
    uint64_t seed = snag__mix64(snag__mix64(o->seed + 1) + n);
    uint32_t folded = (uint32_t)(seed ^ seed >> 32);
    return folded != 0 ? folded : 1;
}

static void add_options(struct line *l, const struct snag__options *o) {
    static const char *const fixed[] = {
        "-timeout=0",     "-detect_leaks=0", "-handle_abrt=0",       "-handle_bus=0",
        "-handle_fpe=0",  "-handle_ill=0",   "-handle_int=0",        "-handle_segv=0",
        "-handle_term=0", "-handle_usr1=0",  "-handle_usr2=0",       "-handle_xfsz=0",
        "-reload=0",      "-len_control=0",  "-print_final_stats=0", "-verbosity=0",
        "-use_cmp=0",     "-print_funcs=0",
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        add(l, "%s", fixed[i]);
    add(l, "-max_len=%d", SNAG__INPUT_BYTES_MAX);
    add(l, "-seed=%" PRIu32, engine_seed(o));
    add(l, "-rss_limit_mb=%" PRIu64, (o->heap_max >> 20) + MEGABYTES_BESIDE_HEAP);
    if (o->seconds != 0)
        add(l, "-max_total_time=%" PRIu64, o->seconds);
}

static bool is_flag(const char *word) {
    return word[0] == '-';
}

/* If it is one. */
static void __attribute__((format(printf, 2, 3)))
add_folder(struct line *l, const char *format, ...) {
    struct stat st;
    char *path;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&path, format, args);
    va_end(args);
    if (n < 0)
        return;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        add(l, "%s", path);
    free(path);
}

/* Ours, then the user's, which win; then folders: where new inputs go comes first. */
static void make_line(struct line *l, const struct snag__options *o, const char *inputs, int argc,
                      char **positional) {
    const char *out_of_all = getenv(SNAG__ENV_INPUTS);
    add(l, "%s", program_invocation_name);
    add_options(l, o);
    add(l, "-artifact_prefix=%s/%s/", o->out, snag__target_name);
    for (int i = 0; i < argc; i++)
        if (is_flag(positional[i]))
            add(l, "%s", positional[i]);
    add(l, "%s", inputs);
    if (out_of_all != NULL)
        add_folder(l, "%s/%s/inputs", out_of_all, snag__target_name);
    add_folder(l, "%s/%s/seeds", o->corpus, snag__target_name);
    for (int i = 0; i < argc; i++)
        if (!is_flag(positional[i]))
            add(l, "%s", positional[i]);
}

/* The folder that new inputs go to, in the whole of the process's life. NULL: said why. */
static const char *make_inputs(const struct snag__options *o) {
    struct snag_error e;
    char *folder;
    if (asprintf(&folder, "%s/%s/inputs/", o->out, snag__target_name) < 0) {
        fprintf(stderr, "snag: out of memory\n");
        return NULL;
    }
    if (snag__file_folders(folder, &e) != SNAG_ERR_OK) {
        fprintf(stderr, "snag: %s\n", e.line);
        return NULL;
    }
    if (access(folder, W_OK | X_OK) != 0) {
        fprintf(stderr, "snag: %s: cannot be written: %s\n", folder, strerror(errno));
        return NULL;
    }
    folder[strlen(folder) - 1] = '\0';
    return folder;
}

static bool asks_for_words(int argc, char **positional) {
    for (int i = 0; i < argc; i++)
        if (strncmp(positional[i], "-verbosity=", 11) == 0 || strcmp(positional[i], "-help=1") == 0)
            return true;
    return false;
}

int snag__cmd_fuzz(const struct snag__options *o, int argc, char **positional) {
    static struct line line;
    const char *inputs = make_inputs(o);
    if (inputs == NULL)
        return SNAG__EXIT_TROUBLE;
    int status = snag__fuzz_open(o, true, inputs);
    if (status == 0 && snag__is_program) {
        status = snag__invoke(o, argc, positional);
        if (snag__fuzz.campaign.executions == 0)
            snag__invoke_warn();
        argc = 0; /* they are not libFuzzer's */
    }
    if (status != 0)
        return status;
    if (snag__campaign_over(&snag__fuzz.campaign))
        return SNAG__EXIT_NOTHING; /* of main: at exit the summary and the true status follow */
    make_line(&line, o, inputs, argc, positional);
    if (!asks_for_words(argc, positional) && atexit(at_exit) == 0)
        hush();
    char **words = line.words;
    status = LLVMFuzzerRunDriver(&line.count, &words, run);
    snag__fuzz_drop();
    return status != 0 ? SNAG__EXIT_USAGE : SNAG__EXIT_NOTHING;
}
