/* ledger.c: the campaign's findings as lines of a file. See ledger.h.
 *
 * The rule: what is read back is checked field by field; a line that does not parse is an error,
 * not a finding less.
 */
#define _GNU_SOURCE
#include "finding/ledger.h"

#include "base/file.h"
#include "base/options.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 1024, LEDGER_BYTES_MAX = 1 << 24, FIELDS = 8 };

static const char *const standings[] = {"new", "known", "unreproduced"};

const char *snag__standing_name(enum snag__standing standing) {
    return standings[standing];
}

void snag__ledger_tell(const struct snag__ledger_entry *entry) {
    fprintf(stderr, "%s %s (%s, schedule %" PRIu64 "): %s\n", standings[entry->standing],
            snag_grade_name(entry->grade), entry->flavour, entry->executions, entry->key);
}

/* Tabs and newlines end fields and lines; none of the fields may hold them. */
static bool is_clean(const char *text) {
    return strpbrk(text, "\t\n") == NULL;
}

enum snag_err snag__ledger_append(const char *path, const struct snag__ledger_entry *entry,
                                  struct snag_error *e) {
    char line[LINE_BYTES];
    if (path == NULL)
        path = getenv("SNAG_LEDGER");
    if (path == NULL)
        return SNAG_ERR_OK;
    if (!is_clean(entry->key) || !is_clean(entry->repro) || !is_clean(entry->flavour))
        return snag_fail(e, SNAG_ERR_FORMAT, "a finding's name holds a tab or a newline");
    int length = snprintf(line, sizeof line, "%s\t%s\t%s\t%s\t%" PRIu64 "\t%s\t%s\t%s\n",
                          snag_finding_name(entry->kind), snag_grade_name(entry->grade),
                          entry->rule[0] != '\0' ? entry->rule : "-", entry->flavour,
                          entry->executions, standings[entry->standing], entry->key, entry->repro);
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return snag_fail(e, SNAG_ERR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    off_t end = lseek(fd, 0, SEEK_END);
    ssize_t written = write(fd, line, (size_t)length);
    int why = written < 0 ? errno : ENOSPC;
    if (written > 0 && written < length)
        (void)!ftruncate(fd, end); /* half a line would be damage to the next reader */
    (void)close(fd);
    if (written != length)
        return snag_fail(e, SNAG_ERR_IO, "%s: cannot be written: %s", path, strerror(why));
    return SNAG_ERR_OK;
}

static bool copy_field(char *to, size_t room, const char *from) {
    return (size_t)snprintf(to, room, "%s", from) < room;
}

static bool parse_grade(const char *text, enum snag_grade *grade) {
    for (int g = SNAG_GRADE_FINDING; g <= SNAG_GRADE_HINT; g++) {
        if (strcmp(text, snag_grade_name((enum snag_grade)g)) == 0) {
            *grade = (enum snag_grade)g;
            return true;
        }
    }
    return false;
}

static bool parse_standing(const char *text, enum snag__standing *standing) {
    for (size_t i = 0; i < sizeof standings / sizeof standings[0]; i++) {
        if (strcmp(text, standings[i]) == 0) {
            *standing = (enum snag__standing)i;
            return true;
        }
    }
    return false;
}

/* `line` is cut into its fields. */
static bool parse_line(char *line, struct snag__ledger_entry *entry) {
    char *fields[FIELDS], *end;
    size_t n = 0;
    for (char *field; (field = strsep(&line, "\t")) != NULL;) {
        if (n == FIELDS)
            return false;
        fields[n++] = field;
    }
    if (n != FIELDS)
        return false;
    memset(entry, 0, sizeof *entry);
    entry->kind = snag_finding_parse(fields[0]);
    entry->executions = strtoull(fields[4], &end, 10);
    return entry->kind != SNAG_NO_FINDING && parse_grade(fields[1], &entry->grade) &&
           copy_field(entry->rule, sizeof entry->rule,
                      strcmp(fields[2], "-") == 0 ? "" : fields[2]) &&
           copy_field(entry->flavour, sizeof entry->flavour, fields[3]) && *end == '\0' &&
           parse_standing(fields[5], &entry->standing) &&
           copy_field(entry->key, sizeof entry->key, fields[6]) &&
           copy_field(entry->repro, sizeof entry->repro, fields[7]);
}

enum snag_err snag__ledger_read(const char *path, struct snag__ledger_entry **entries,
                                size_t *count, struct snag_error *e) {
    char *text;
    size_t bytes, lines = 0;
    *entries = NULL;
    *count = 0;
    if (path == NULL)
        path = getenv("SNAG_LEDGER");
    if (path == NULL || access(path, F_OK) != 0)
        return SNAG_ERR_OK;
    enum snag_err err = snag__file_read(path, LEDGER_BYTES_MAX, &text, &bytes, e);
    if (err != SNAG_ERR_OK)
        return err;
    for (size_t i = 0; i < bytes; i++)
        lines += text[i] == '\n';
    *entries = calloc(lines + 1, sizeof **entries);
    if (*entries == NULL) {
        free(text);
        return snag_fail(e, SNAG_ERR_SYSTEM, "no memory for the findings of %s", path);
    }
    char *rest = text;
    while (rest != NULL && *rest != '\0' && err == SNAG_ERR_OK) {
        char *line = strsep(&rest, "\n");
        if (*count == lines || !parse_line(line, &(*entries)[*count]))
            err = snag_fail(e, SNAG_ERR_FORMAT, "%s: line %zu is damaged", path, *count + 1);
        else
            (*count)++;
    }
    free(text);
    if (err != SNAG_ERR_OK) {
        free(*entries);
        *entries = NULL;
        *count = 0;
    }
    return err;
}

int snag__ledger_status(const struct snag__ledger_entry *entries, size_t count,
                        const char *fail_on) {
    for (size_t i = 0; i < count; i++) {
        const struct snag__ledger_entry *entry = &entries[i];
        if (entry->standing == SNAG__UNREPRODUCED ||
            (entry->standing == SNAG__KNOWN && !snag__options_has(fail_on, "known")))
            continue;
        if (entry->standing == SNAG__KNOWN ||
            snag__options_has(fail_on, snag_grade_name(entry->grade)))
            return SNAG__EXIT_FINDINGS;
    }
    return SNAG__EXIT_NOTHING;
}
