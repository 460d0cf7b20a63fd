/* sheet.c: rows in lanes.
 *
 * A row belongs to one lane; the others show only their rail, so its words may run on over them to
 * the right, as far as the last column. The rule: a row is composed in a buffer of `columns` bytes
 * and printed at once; nothing else prints.
 */
#include "report/sheet.h"

#include <string.h>

enum { MARGIN = 2, NARROW = 11, SLIM = 4, WIDTH_MIN = 15, WIDTH_ROOMY = 24, WIDTH_MAX = 38 };
enum { SITE_MIN = 16, SITE_MAX = 36 };
enum { HEAD_ROWS = SNAG__ROWS_MAX / 3, TAIL_ROWS = SNAG__ROWS_MAX - HEAD_ROWS };

int snag__sheet_lane(const struct snag__sheet *s, int who) {
    for (uint32_t i = 0; i < s->lanes_count; i++)
        if (s->lanes[i].who == who)
            return (int)i;
    return -1;
}

uint32_t snag__sheet_columns(uint32_t wanted) {
    if (wanted == 0)
        return 80;
    return wanted < SNAG__COLUMNS_MIN   ? SNAG__COLUMNS_MIN
           : wanted > SNAG__COLUMNS_MAX ? SNAG__COLUMNS_MAX
                                        : wanted;
}

/* ---- composing ------------------------------------------------------------------------------- */

struct line {
    char cells[SNAG__COLUMNS_MAX + 1];
};

static void put(struct line *l, uint32_t x, uint32_t end, const char *text, size_t length) {
    if (x < end)
        memcpy(l->cells + x, text, length < end - x ? length : end - x);
}

static bool is_slim(const struct snag__sheet *s, const struct snag__lane *lane) {
    return s->slim && lane->narrow;
}

static struct line blank(const struct snag__sheet *s, bool rails) {
    struct line l;
    memset(l.cells, ' ', s->columns);
    l.cells[s->columns] = '\0';
    for (uint32_t i = 0; rails && i < s->lanes_count; i++) {
        const struct snag__lane *lane = &s->lanes[i];
        bool slim = is_slim(s, lane), runs = (int)i == s->running || (int)i == s->under;
        if (!lane->begun || lane->ended || (s->listing && !slim))
            continue;
        l.cells[lane->x] = slim && lane->blocked ? '#' : runs ? '|' : ':';
        if (slim)
            put(&l, lane->x + 1, lane->x + SLIM, lane->on, strlen(lane->on));
    }
    return l;
}

static void print(struct snag__sheet *s, struct line *l, enum snag__style style) {
    size_t length = s->columns;
    while (length > 0 && l->cells[length - 1] == ' ')
        length--;
    (void)fprintf(s->out, "%s%.*s%s\n", snag__style_on(s->colour, style), (int)length, l->cells,
                  snag__style_off(s->colour, style));
}

/* Counts a row; false: it is not to be printed (measuring, or in the part that is left out). */
static bool counted(struct snag__sheet *s) {
    uint32_t row = s->rows++;
    if (s->out == NULL)
        return false;
    if (s->all || s->rows_all <= SNAG__ROWS_MAX || row < HEAD_ROWS ||
        row >= s->rows_all - TAIL_ROWS)
        return true;
    if (row == HEAD_ROWS) {
        struct line l = blank(s, false);
        char text[80];
        int n = snprintf(text, sizeof text, "... %u rows left out (--trace shows them) ...",
                         s->rows_all - SNAG__ROWS_MAX);
        put(&l, MARGIN, s->columns, text, (size_t)n);
        print(s, &l, SNAG__DIM);
    }
    return false;
}

/* ---- layout ---------------------------------------------------------------------------------- */

static void drop_unused_lanes(struct snag__sheet *s) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->lanes_count; i++)
        if (s->lanes[i].used) {
            s->lanes[kept] = s->lanes[i];
            s->lanes[kept].begun = s->lanes[kept].ended = false;
            kept++;
        }
    s->lanes_count = kept;
}

/* Gives every lane its place. False: they do not fit side by side. */
static bool place_lanes(struct snag__sheet *s) {
    const uint32_t narrow_width = s->slim ? SLIM : NARROW;
    uint32_t wide = 0, narrow = 0;
    for (uint32_t i = 0; i < s->lanes_count; i++)
        *(s->lanes[i].narrow ? &narrow : &wide) += 1;
    if ((s->slim ? wide : s->lanes_count) > SNAG__LANES_SIDE_BY_SIDE)
        return false;
    uint32_t least = MARGIN + narrow * narrow_width + wide * WIDTH_MIN;
    if (least + SITE_MIN > s->columns)
        return false;
    uint32_t site = s->site_longest < SITE_MAX ? s->site_longest : SITE_MAX;
    /* First what a lane needs to be readable, then the sites, then the rest. */
    uint32_t roomy = MARGIN + narrow * narrow_width + wide * (WIDTH_ROOMY);
    uint32_t left = s->columns > roomy + SITE_MIN ? s->columns - roomy : SITE_MIN;
    uint32_t place = s->place_longest < s->columns - least ? s->place_longest : s->columns - least;
    left = left > place ? left : place; /* a file's name that is cut helps nobody */
    site = site < left ? site : left;
    s->site_x = s->columns - site;
    uint32_t width = wide > 0 ? (s->site_x - MARGIN - narrow * narrow_width) / wide : 0;
    width = width < WIDTH_MAX ? width : WIDTH_MAX;
    uint32_t x = MARGIN;
    for (uint32_t i = 0; i < s->lanes_count; i++) {
        s->lanes[i].x = x;
        s->lanes[i].width = s->lanes[i].narrow ? narrow_width : width;
        x += s->lanes[i].width;
    }
    if (s->site_x > x + 2 && site > 0)
        s->site_x = x + 2; /* not further away than it must be */
    return true;
}

/* Slim lanes stand left of it; returns where they end. */
static uint32_t place_slim(struct snag__sheet *s) {
    uint32_t x = MARGIN;
    for (uint32_t i = 0; i < s->lanes_count; i++) {
        if (!s->lanes[i].narrow)
            continue;
        s->lanes[i].x = x;
        s->lanes[i].width = SLIM;
        x += SLIM;
    }
    return x;
}

static void place_listing(struct snag__sheet *s) {
    uint32_t name = 0;
    uint32_t bare = 0; /* without the path in parentheses, for which there may be no room */
    s->slim = true;
    s->name_x = place_slim(s);
    for (uint32_t i = 0; i < s->lanes_count; i++) {
        const char *title = s->lanes[i].title;
        name = strlen(title) > name ? (uint32_t)strlen(title) : name;
        bare = strcspn(title, "(") > bare ? (uint32_t)strcspn(title, "(") : bare;
    }
    bare = bare + 1 < s->columns / 3 ? bare + 1 : s->columns / 3;
    name = name < s->columns / 4 ? name : s->columns / 4;
    name = name > bare && s->name_x == MARGIN ? name : bare;
    s->text_x = s->name_x + name;
    uint32_t site = s->site_longest < SITE_MAX ? s->site_longest : SITE_MAX;
    uint32_t third = s->columns / 3 > s->place_longest ? s->columns / 3 : s->place_longest;
    third = third < s->columns / 2 ? third : s->columns / 2;
    site = site < third ? site : third;
    s->site_x = s->columns - site;
    s->listing = true;
}

static void print_titles(struct snag__sheet *s) {
    struct line names = blank(s, false), rules = blank(s, false);
    for (uint32_t i = 0; i < s->lanes_count; i++) {
        const struct snag__lane *lane = &s->lanes[i];
        if (s->listing && !lane->narrow)
            continue;
        const char *title = is_slim(s, lane) ? lane->slim : lane->title;
        size_t length = strlen(title), room = lane->width - 1;
        if (length > room) /* without the path in parentheses */
            length = strcspn(title, "(") - 1;
        length = length < room ? length : room;
        put(&names, lane->x, s->columns, title, length);
        for (size_t k = 0; k < length; k++)
            rules.cells[lane->x + k] = '-';
    }
    if (s->site_longest > 0 && !s->listing) {
        put(&names, s->site_x, s->columns, "where", 5);
        put(&rules, s->site_x, s->columns, "-----", 5);
    }
    print(s, &names, SNAG__BOLD);
    print(s, &rules, SNAG__DIM);
}

void snag__sheet_place(struct snag__sheet *s) {
    drop_unused_lanes(s);
    s->rows_all = s->rows;
    s->rows = 0;
    s->running = s->under = s->last_lane = -1;
    s->repeats = 0;
    s->last_text[0] = '\0';
    for (uint32_t i = 0; i < s->lanes_count; i++)
        snag__sheet_worker(s, (int)i, "", false);
    s->slim = false;
    bool placed = s->lanes_count > 0 && place_lanes(s);
    if (!placed) {
        s->slim = true;
        placed = s->lanes_count > 0 && place_lanes(s);
    }
    if (!placed)
        place_listing(s);
}

void snag__sheet_begin(struct snag__sheet *s, FILE *out) {
    s->out = out;
    if (!s->listing || s->name_x > MARGIN)
        print_titles(s);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void end_repeats(struct snag__sheet *s) {
    uint32_t repeats = s->repeats;
    s->repeats = 0;
    if (repeats == 0 || s->last_lane < 0 || !counted(s))
        return;
    struct line l = blank(s, true);
    char text[48];
    int n = snprintf(text, sizeof text, "    (the same %u more time%s)", repeats,
                     repeats == 1 ? "" : "s");
    put(&l, s->listing ? s->text_x : s->lanes[s->last_lane].x + 2, s->columns, text, (size_t)n);
    print(s, &l, SNAG__DIM);
}

static bool repeats_last(const struct snag__sheet *s, const struct snag__row *row) {
    return !s->all && row->lane == s->last_lane && row->site == s->last_site &&
           row->style == SNAG__PLAIN && row->beside < 0 && strcmp(row->text, s->last_text) == 0;
}

/* One printed line of a row: words, and what stands beside and behind them. */
static void print_words(struct snag__sheet *s, const struct snag__row *row, uint32_t x,
                        const char *text, size_t length, bool first, const char *site) {
    const struct snag__lane *lane = &s->lanes[row->lane];
    struct line l = blank(s, true);
    put(&l, x, s->columns, text, length);
    if (length > 0 && x + length < s->columns) /* keep the words apart from the next rail */
        l.cells[x + length] = ' ';
    if (first && s->listing)
        put(&l, s->name_x, s->text_x - 1, lane->title, strcspn(lane->title, "("));
    if (first && row->beside >= 0 && !s->slim)
        put(&l, s->lanes[row->beside].x + 2, s->lanes[row->beside].x + NARROW, row->beside_text,
            strlen(row->beside_text));
    put(&l, s->site_x, s->columns, site, strlen(site));
    print(s, &l, row->style);
}

static void print_row(struct snag__sheet *s, const struct snag__row *row) {
    char site[SNAG__WORDS];
    (void)snag__phrase_site(row->site, s->columns - s->site_x, site);
    uint32_t x = (s->listing ? s->text_x : s->lanes[row->lane].x + 2) + row->indent;
    uint32_t end = s->columns;
    x = x + 12 < end ? x : end - 12; /* deep nesting must not leave nothing for the words */
    bool beside = site[0] != '\0' && x + strlen(row->text) < s->site_x;
    const char *text = row->text;
    for (bool first = true; first || *text != '\0'; first = false) {
        const char *line = text;
        uint32_t at = first ? x : x + 2;
        size_t length = snag__wrap_line(line, end - at, &text);
        print_words(s, row, at, line, length, first, beside && first ? site : "");
    }
    if (site[0] != '\0' && !beside) /* too long to stand beside it: below */
        print_words(s, row, x, "", 0, false, site);
}

void snag__sheet_row(struct snag__sheet *s, const struct snag__row *row) {
    if (s->out == NULL) {
        char site[SNAG__WORDS];
        size_t length = strlen(snag__phrase_site(row->site, SNAG__WORDS - 1, site));
        s->site_longest = length > s->site_longest ? (uint32_t)length : s->site_longest;
        size_t function = strcspn(site, " ");
        size_t place = function < length ? length - function - 1 : length;
        s->place_longest = place > s->place_longest ? (uint32_t)place : s->place_longest;
        s->lanes[row->lane].used = true;
        if (row->beside >= 0)
            s->lanes[row->beside].used = true;
    }
    if (repeats_last(s, row)) {
        s->repeats++;
        return;
    }
    end_repeats(s);
    s->last_lane = row->lane;
    s->last_site = row->site;
    (void)snprintf(s->last_text, sizeof s->last_text, "%s", row->text);
    s->lanes[row->lane].begun = true;
    if (row->beside >= 0)
        s->lanes[row->beside].begun = true;
    if (counted(s))
        print_row(s, row);
}

/* "|----- preempted ----->|" */
static void print_arrow(struct snag__sheet *s, int from, int to, const char *why) {
    struct line l = blank(s, true);
    uint32_t a = s->lanes[from].x, b = s->lanes[to].x;
    uint32_t left = (a < b ? a : b) + 1, right = a < b ? b : a;
    memset(l.cells + left, '-', right - left);
    l.cells[a] = s->lanes[from].ended ? '-' : ':';
    l.cells[b] = '|';
    l.cells[a < b ? right - 1 : left] = a < b ? '>' : '<';
    size_t length = strlen(why);
    if (length > 0 && right - left >= length + 6) {
        uint32_t at = left + (uint32_t)(right - left - length) / 2;
        put(&l, at, s->columns, why, length);
        l.cells[at - 1] = l.cells[at + length] = ' ';
    }
    print(s, &l, SNAG__DIM);
}

void snag__sheet_switch(struct snag__sheet *s, int from, int to, const char *why) {
    end_repeats(s);
    s->last_text[0] = '\0';
    s->running = to;
    s->lanes[to].begun = true;
    if (from < 0 || from == to || !counted(s))
        return;
    if (!s->listing) {
        print_arrow(s, from, to, why);
        return;
    }
    struct line l = blank(s, true);
    char text[SNAG__WORDS];
    int n = snprintf(text, sizeof text, "--%s%s%s--> %.*s", why[0] != '\0' ? " " : "", why,
                     why[0] != '\0' ? " " : "", (int)strcspn(s->lanes[to].title, "("),
                     s->lanes[to].title);
    put(&l, s->text_x, s->columns, text, (size_t)n);
    print(s, &l, SNAG__DIM);
}

void snag__sheet_worker(struct snag__sheet *s, int lane, const char *on, bool blocked) {
    if (lane < 0)
        return;
    (void)snprintf(s->lanes[lane].on, sizeof s->lanes[lane].on, "%s", on);
    s->lanes[lane].blocked = blocked;
}

void snag__sheet_done(struct snag__sheet *s, int lane) {
    if (lane >= 0)
        s->lanes[lane].ended = true;
}

void snag__sheet_note(struct snag__sheet *s, const char *text, enum snag__style style) {
    end_repeats(s);
    s->last_text[0] = '\0';
    if (!counted(s))
        return;
    struct line l = blank(s, false);
    put(&l, MARGIN, s->columns, text, strlen(text));
    print(s, &l, style);
}

void snag__sheet_end(struct snag__sheet *s) {
    end_repeats(s);
}
