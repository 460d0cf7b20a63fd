/* regress.c: `snag regress DIR`: every repro below DIR, against what it says it expects.
 *
 * Each replay is a `snag replay --json --expect` of its own, so that it is supervised like any
 * other, and what one of them does to its process cannot touch the next. The rule: a repro that
 * could not be judged is an error, never a pass.
 */
#define _GNU_SOURCE
#include "base/json.h"
#include "front/child.h"
#include "front/front.h"
#include "front/supervisor.h"
#include "repro/repro.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fts.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* X(ID, "word", as expected?) The words are those of `replay --expect` (harness/recover.h), and
 * "unreproduced" for a repro that says so of itself and is not replayed. */
#define VERDICTS(X)                                                                                \
    X(REPRODUCED, "reproduced", true)                                                              \
    X(SILENT, "silent", true)                                                                      \
    X(UNREPRODUCED, "unreproduced", true)                                                          \
    X(FIXED, "fixed", false)                                                                       \
    X(DIFFERENT, "different", false)                                                               \
    X(STALE, "stale", false)                                                                       \
    X(ERROR, "error", false)
enum verdict {
#define VERDICT_ENUM(id, word, good) id,
    VERDICTS(VERDICT_ENUM)
#undef VERDICT_ENUM
        VERDICT_COUNT
};
static const struct {
    const char *word;
    bool good;
} verdicts[] = {
#define VERDICT_ROW(id, word, good) {word, good},
    VERDICTS(VERDICT_ROW)
#undef VERDICT_ROW
};

struct replay {
    char *file, *target;
    char flavour[16]; /* "": whichever the front chooses */
    enum verdict verdict;
    char line[512]; /* what there is to say; may be "" */
    bool done;
    pid_t pid; /* 0: not running */
    int out_fd, err_fd;
};

struct suite {
    struct replay *list;
    size_t count, room;
    bool interrupted;
};

static struct replay *add(struct suite *s, const char *file, const char *target) {
    if (s->count == s->room) {
        size_t room = s->room == 0 ? 64 : s->room * 2;
        struct replay *list = realloc(s->list, room * sizeof *list);
        if (list == NULL)
            abort();
        s->list = list;
        s->room = room;
    }
    struct replay *r = &s->list[s->count++];
    memset(r, 0, sizeof *r);
    r->file = strdup(file);
    r->target = strdup(target);
    if (r->file == NULL || r->target == NULL)
        abort();
    return r;
}

/* One replay for each flavour that the file expects something of. */
static void add_file(struct suite *s, const char *file) {
    static struct snag__repro repro; /* large */
    struct snag_error e = {0};
    if (snag__repro_peek(file, &repro, &e) != SNAG_ERR_OK) {
        struct replay *r = add(s, file, "");
        r->verdict = ERROR;
        r->done = true;
        snprintf(r->line, sizeof r->line, "%s", e.line);
        return;
    }
    if (repro.unreproduced) {
        struct replay *r = add(s, file, repro.target);
        r->verdict = UNREPRODUCED;
        r->done = true;
        return;
    }
    bool any = false;
    for (int i = 0; i < SNAG__REPRO_FLAVOURS; i++) {
        if (repro.expect[i].flavour[0] == '\0')
            continue;
        struct replay *r = add(s, file, repro.target);
        snprintf(r->flavour, sizeof r->flavour, "%s", repro.expect[i].flavour);
        any = true;
    }
    if (!any)
        (void)add(s, file, repro.target);
}

static int by_name(const FTSENT **a, const FTSENT **b) {
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static enum snag_err collect(struct suite *s, char *directory, struct snag_error *e) {
    struct stat st;
    char *roots[] = {directory, NULL};
    if (stat(directory, &st) != 0)
        return snag_fail(e, SNAG_ERR_USAGE, "snag regress: '%s' cannot be read: %s", directory,
                         strerror(errno));
    FTS *tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    if (tree == NULL)
        return snag_fail(e, SNAG_ERR_IO, "snag regress: '%s' cannot be read: %s", directory,
                         strerror(errno));
    enum snag_err err = SNAG_ERR_OK;
    for (FTSENT *f; (f = fts_read(tree)) != NULL && err == SNAG_ERR_OK;) {
        const char *dot = strrchr(f->fts_name, '.');
        if (f->fts_info == FTS_DNR || f->fts_info == FTS_ERR)
            err = snag_fail(e, SNAG_ERR_IO, "snag regress: '%s' cannot be read: %s", f->fts_path,
                            strerror(f->fts_errno));
        else if (f->fts_info == FTS_F && dot != NULL && strcmp(dot, ".repro") == 0)
            add_file(s, f->fts_path);
    }
    (void)fts_close(tree);
    return err;
}

/* ---- one replay ------------------------------------------------------------------------------ */

static void give_up(struct replay *r, const char *line) {
    r->verdict = ERROR;
    r->done = true;
    snprintf(r->line, sizeof r->line, "%s", line);
}

static void start(struct replay *r, const struct snag__options *o) {
    char flavour[32], targets[1100], timeout[48];
    char *argv[12];
    int n = 0;
    struct snag_error e = {0};
    snprintf(flavour, sizeof flavour, "--flavour=%s", r->flavour);
    snprintf(targets, sizeof targets, "--targets=%s", o->targets != NULL ? o->targets : "");
    snprintf(timeout, sizeof timeout, "--timeout-ms=%llu", (unsigned long long)o->timeout_ms);
    argv[n++] = "/proc/self/exe"; /* resolved in the child, whose executable is ours until then */
    argv[n++] = "replay";
    argv[n++] = "--json";
    argv[n++] = "--expect";
    argv[n++] = timeout;
    if (r->flavour[0] != '\0')
        argv[n++] = flavour;
    if (o->targets != NULL)
        argv[n++] = targets;
    argv[n++] = "--";
    argv[n++] = r->file;
    argv[n] = NULL;
    r->out_fd = memfd_create("snag-stdout", MFD_CLOEXEC);
    r->err_fd = memfd_create("snag-stderr", MFD_CLOEXEC);
    const struct snag__child child = {argv, NULL, -1, r->out_fd, r->err_fd};
    if (r->out_fd < 0 || r->err_fd < 0)
        give_up(r, strerror(errno));
    else if (snag__child_start(&child, &r->pid, &e) != SNAG_ERR_OK)
        give_up(r, e.line);
}

/* The contents of a memory file, NUL-terminated. */
static char *contents(int fd) {
    struct stat st;
    if (fstat(fd, &st) != 0)
        return NULL;
    char *text = calloc(1, (size_t)st.st_size + 1);
    if (text != NULL && pread(fd, text, (size_t)st.st_size, 0) != st.st_size) {
        free(text);
        return NULL;
    }
    return text;
}

/* The last line that is not empty. */
static void last_line(const char *text, char *line, size_t room) {
    size_t end = strlen(text);
    while (end > 0 && text[end - 1] == '\n')
        end--;
    size_t begin = end;
    while (begin > 0 && text[begin - 1] != '\n')
        begin--;
    snprintf(line, room, "%.*s", (int)(end - begin), text + begin);
}

static void understand(struct replay *r, const char *out, const char *err) {
    cJSON *object = cJSON_Parse(out);
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "status"));
    const char *line = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "line"));
    r->verdict = ERROR;
    for (int v = 0; word != NULL && v < VERDICT_COUNT; v++)
        if (strcmp(word, verdicts[v].word) == 0)
            r->verdict = (enum verdict)v;
    if (line != NULL)
        snprintf(r->line, sizeof r->line, "%s", line);
    else if (r->verdict == ERROR)
        last_line(err, r->line, sizeof r->line);
    if (r->verdict == ERROR && r->line[0] == '\0')
        snprintf(r->line, sizeof r->line, "the replay said nothing");
    cJSON_Delete(object);
}

static void finish(struct replay *r, int wait_status) {
    char *out = contents(r->out_fd), *err = contents(r->err_fd);
    understand(r, out != NULL ? out : "", err != NULL ? err : "");
    /* Its word must agree with its exit status, or one of them is wrong. */
    bool clean = WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == SNAG__EXIT_NOTHING;
    if (r->verdict != ERROR && verdicts[r->verdict].good != clean) {
        snprintf(r->line, sizeof r->line, "the replay said '%s' and ended with status %d",
                 verdicts[r->verdict].word, WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1);
        r->verdict = ERROR;
    }
    r->done = true;
    r->pid = 0;
    free(out);
    free(err);
    (void)close(r->out_fd);
    (void)close(r->err_fd);
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* Takes in those that have ended. Returns how many still run. */
static size_t reap(struct suite *s) {
    size_t running = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct replay *r = &s->list[i];
        int status;
        if (r->pid == 0)
            continue;
        if (waitpid(r->pid, &status, WNOHANG) == r->pid)
            finish(r, status);
        else
            running++;
    }
    return running;
}

static void stop_all(const struct suite *s) {
    for (size_t i = 0; i < s->count; i++)
        if (s->list[i].pid != 0)
            (void)kill(s->list[i].pid, SIGINT);
}

static void run_all(struct suite *s, const struct snag__options *o) {
    enum { PULSE_MS = 100 };
    size_t jobs = snag__processes(o->jobs), next = 0;
    for (;;) {
        size_t running = reap(s);
        for (; next < s->count && running < jobs && !s->interrupted; next++) {
            if (s->list[next].done)
                continue;
            start(&s->list[next], o);
            running += s->list[next].pid != 0;
        }
        if (running == 0 && (next == s->count || s->interrupted))
            break;
        if (snag__supervisor_wait(PULSE_MS)) {
            s->interrupted = true;
            stop_all(s);
        }
    }
    for (size_t i = 0; i < s->count; i++)
        if (!s->list[i].done)
            give_up(&s->list[i], "interrupted");
}

static void print_table(const struct suite *s, const size_t tally[VERDICT_COUNT]) {
    for (size_t i = 0; i < s->count; i++) {
        const struct replay *r = &s->list[i];
        printf("%-12s  %-4s  %s\n", verdicts[r->verdict].word, r->flavour, r->file);
        if (r->line[0] != '\0' && !verdicts[r->verdict].good)
            printf("              %s\n", r->line);
    }
    printf("%zu replay%s:", s->count, s->count == 1 ? "" : "s");
    const char *separator = " ";
    for (int v = 0; v < VERDICT_COUNT; v++) {
        if (tally[v] == 0)
            continue;
        printf("%s%zu %s", separator, tally[v], verdicts[v].word);
        separator = ", ";
    }
    putchar('\n');
}

static void print_json(const struct suite *s, const size_t tally[VERDICT_COUNT]) {
    fputs("{\"replays\":[", stdout);
    for (size_t i = 0; i < s->count; i++) {
        const struct replay *r = &s->list[i];
        fputs(i > 0 ? ",\n {\"file\":" : "\n {\"file\":", stdout);
        snag__json_string(stdout, r->file);
        fputs(",\"target\":", stdout);
        snag__json_string(stdout, r->target);
        fputs(",\"flavour\":", stdout);
        snag__json_string(stdout, r->flavour);
        printf(",\"status\":\"%s\",\"line\":", verdicts[r->verdict].word);
        snag__json_string(stdout, r->line);
        fputc('}', stdout);
    }
    fputs("],\n", stdout);
    for (int v = 0; v < VERDICT_COUNT; v++)
        printf(" \"%s\":%zu%s", verdicts[v].word, tally[v], v + 1 < VERDICT_COUNT ? "," : "}\n");
}

int snag__front_regress(const struct snag__options *o, int argc, char **positional) {
    struct suite s = {0};
    struct snag_error e = {0};
    size_t tally[VERDICT_COUNT] = {0}, unexpected = 0;
    (void)argc;
    if (collect(&s, positional[0], &e) != SNAG_ERR_OK)
        return snag__front_fail(&e);
    if (s.count == 0) {
        (void)snag_fail(&e, SNAG_ERR_USAGE, "snag regress: no *.repro below '%s'", positional[0]);
        return snag__front_fail(&e);
    }
    run_all(&s, o);
    for (size_t i = 0; i < s.count; i++) {
        tally[s.list[i].verdict]++;
        unexpected += !verdicts[s.list[i].verdict].good;
    }
    if (o->json)
        print_json(&s, tally);
    else
        print_table(&s, tally);
    for (size_t i = 0; i < s.count; i++) {
        free(s.list[i].file);
        free(s.list[i].target);
    }
    free(s.list);
    if (tally[ERROR] > 0)
        return SNAG__EXIT_TROUBLE;
    return unexpected > 0 ? SNAG__EXIT_FINDINGS : SNAG__EXIT_NOTHING;
}
