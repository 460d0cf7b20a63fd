/* conf.h: snag-cc.conf, by which the build tells snag-cc how code under test is compiled and
 * linked.
 *
 * Written by ci/cmake/SnagCC.cmake out of what snag_add_program() does; lies beside snag-cc in the
 * build tree, and with the libraries under a prefix. The rule: whatever the build knows stands
 * there, and nothing of it in this folder.
 */
#ifndef SNAG_HARNESS_CC_CONF_H
#define SNAG_HARNESS_CC_CONF_H

#include "cc/words.h"

/* Finds and reads it, or ends the process. */
void snag__conf_read(void);
/* The words of "[name]", paths filled in; NULL: there is no such part. */
const struct snag__words *snag__conf(const char *name);
/* Its only word. */
const char *snag__conf_word(const char *name);

#endif
