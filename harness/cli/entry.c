/* entry.c: the main of a target executable; one that holds a user's program has that one's instead
 * (harness/program/). */
#include "cli/commands.h"

int main(int argc, char **argv) {
    return snag__runner_main(argc, argv);
}
