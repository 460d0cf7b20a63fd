/* assert.c: how snag's own bugs end. See assert.h.
 *
 * It formats by hand and writes once, so that it works on a fiber's stack with interposition on;
 * and it leaves by the system call, for _exit() there would be taken for one of the code under
 * test.
 */
#include "base/assert.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LINE_BYTES = 512 };

/* Where the linker wraps it. */
long __real_syscall(long number, ...) __attribute__((weak));

static size_t append(char *line, size_t at, const char *text) {
    while (*text != '\0' && at < LINE_BYTES - 2) {
        line[at++] = *text++;
    }
    return at;
}

_Noreturn void snag__panic(const char *what, const char *file, int line) {
    char text[LINE_BYTES];
    char digits[12];
    size_t d = sizeof(digits);
    size_t at = append(text, 0, "snag: internal error, please report: ");
    at = append(text, at, what);
    at = append(text, at, " at ");
    at = append(text, at, file);
    at = append(text, at, ":");
    digits[--d] = '\0';
    do {
        digits[--d] = (char)('0' + line % 10);
        line /= 10;
    } while (line > 0);
    at = append(text, at, digits + d);
    text[at++] = '\n';
    ssize_t ignored = write(STDERR_FILENO, text, at);
    (void)ignored;
    (void)(__real_syscall != NULL ? __real_syscall : syscall)(SYS_exit_group, 3);
    __builtin_unreachable();
}
