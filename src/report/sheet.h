/* sheet.h: the page that lanes are drawn on: rows of a fixed number of columns.
 *
 * It knows lanes by number and words by their text, nothing of events. The same calls are made
 * twice: on a measuring sheet, which prints nothing and learns what is needed, and then for real.
 * The rule: no row is wider than `columns`.
 *
 *       task 1 (0.1)           task 2 (0.2)           where
 *       |                      :
 *       | put(key=1, value=7)  :
 *       |   lock mutex 1       :                      put kv.c:41
 *       |----- preempted ----->|
 *       :                      | get(key=1)
 *
 * "|" runs, ":" does not. With too many lanes for the width: workers get slim lanes, of a mark and
 * the number of the task that they have, "#" where that blocks them; if that is not enough, all
 * others share one column, with names in front.
 */
#ifndef SNAG_REPORT_SHEET_H
#define SNAG_REPORT_SHEET_H

#include "report/view.h"

enum {
    SNAG__LANES_MAX = 64,
    SNAG__LANES_SIDE_BY_SIDE = 5,
    SNAG__COLUMNS_MIN = 40,
    SNAG__COLUMNS_MAX = 240,
    SNAG__ROWS_MAX = 120 /* more are not read: the middle is left out */
};

enum snag__style { SNAG__PLAIN, SNAG__DIM, SNAG__BAD, SNAG__BOLD };

struct snag__lane {
    int who;
    char title[SNAG__NAME];
    bool narrow;  /* a worker: its own rows are short */
    char slim[4]; /* of a worker: its title in a slim lane */
    char on[4];   /* of a worker: the number of the task that it has; "": none */
    bool blocked; /* by that task, for good */
    bool used;    /* by the measuring pass: it has a row */
    bool begun, ended;
    uint32_t x; /* column of its rail */
    uint32_t width;
};

struct snag__sheet {
    FILE *out; /* NULL: measuring */
    uint32_t columns;
    bool colour, listing, all; /* all: leave nothing out */
    bool slim;                 /* the lanes of workers are */
    uint32_t text_x;           /* of a listing: where words begin, behind the names */
    uint32_t name_x;           /* and the names, behind the lanes of workers */
    uint32_t lanes_count;
    struct snag__lane lanes[SNAG__LANES_MAX];
    uint32_t site_longest;  /* of all rows, measured */
    uint32_t place_longest; /* the same without functions */
    uint32_t site_x;        /* where the last column begins; `columns` if there is none */
    uint32_t rows, rows_all;
    int running; /* lane; -1: none */
    int under;   /* lane of the worker that it runs on; -1: none */
    /* The last row, to fold repetitions. */
    int last_lane;
    uint32_t last_site, repeats;
    char last_text[SNAG__WORDS];
};

/* A row of words in a lane. `beside` (-1: none) is a second lane with a short word of its own. */
struct snag__row {
    int lane;
    uint32_t indent;
    const char *text;
    uint32_t site;
    enum snag__style style;
    int beside;
    const char *beside_text;
};

/* The columns of a terminal that says `wanted` (0: unknown), within what a sheet can do. */
uint32_t snag__sheet_columns(uint32_t wanted);
/* The lane of somebody; -1: none. Numbers change at snag__sheet_place. */
int snag__sheet_lane(const struct snag__sheet *s, int who);
/* After measuring: places the used lanes, or decides for one column (`listing`). */
void snag__sheet_place(struct snag__sheet *s);
/* From now on rows are printed; the titles are. */
void snag__sheet_begin(struct snag__sheet *s, FILE *out);
void snag__sheet_row(struct snag__sheet *s, const struct snag__row *row);
/* Control goes from one lane to another. `why`: "preempted", "" … */
void snag__sheet_switch(struct snag__sheet *s, int from, int to, const char *why);
/* The worker of that lane has another task from now on (number `on`; "": none), `blocked` by it. */
void snag__sheet_worker(struct snag__sheet *s, int lane, const char *on, bool blocked);
/* That lane has no more rows: its rail ends. */
void snag__sheet_done(struct snag__sheet *s, int lane);
/* A line across all lanes. */
void snag__sheet_note(struct snag__sheet *s, const char *text, enum snag__style style);
void snag__sheet_end(struct snag__sheet *s);

/* Text in a column: words wrapped at `columns`, every line indented, the first one by `first`. */
void snag__wrap(FILE *out, const char *text, uint32_t first, uint32_t indent, uint32_t columns);
/* Bytes of `text` that go on a line of `room` columns; *next is where the following line begins. */
size_t snag__wrap_line(const char *text, size_t room, const char **next);
const char *snag__style_on(bool colour, enum snag__style style);
const char *snag__style_off(bool colour, enum snag__style style);

#endif
