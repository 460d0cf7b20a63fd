/* maps.h: memory that the code under test maps: given back after it.
 *
 * What it wrote into a file through a mapping is not put back. The rule: no execution leaves a
 * mapping for the next, and none but those that it made itself are ever taken away.
 */
#ifndef SNAG_SHIM_MAPS_H
#define SNAG_SHIM_MAPS_H

#include <stdbool.h>

extern bool snag__maps_used; /* in this execution */

/* After an execution that made some. */
void snag__maps_end(void);

#endif
