/* live.c: see live.h. */
#include "live.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { COLUMNS = 80 }; /* of a terminal that does not tell */
#define TERMINAL_NS UINT64_C(300000000)
#define PLAIN_NS UINT64_C(5000000000)

static bool shown; /* the line stands on the terminal */

static bool is_terminal(void) {
    static int answer = -1;
    if (answer < 0)
        answer = isatty(STDERR_FILENO);
    return answer == 1;
}

uint64_t snag__live_now_ns(void) {
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

uint64_t snag__live_every_ns(void) {
    return is_terminal() ? TERMINAL_NS : PLAIN_NS;
}

void snag__live_show(const char *text) {
    struct winsize size;
    if (!is_terminal()) {
        fprintf(stderr, "%s\n", text);
        return;
    }
    bool told = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 3;
    /* Room for ^C: a line that reaches the last column has the cursor on the next one. */
    fprintf(stderr, "\r\033[K%.*s", (told ? size.ws_col : COLUMNS) - 3, text);
    (void)fflush(stderr);
    shown = true;
}

void snag__live_clear(void) {
    if (shown)
        fputs("\r\033[K", stderr);
    shown = false;
}
