/* flight.h: the flight recorder of a process that is gone, as a file for `recover`. */
#ifndef SNAG_FRONT_FLIGHT_H
#define SNAG_FRONT_FLIGHT_H

#include "exec/recorder.h"

enum { SNAG__HELD_PATH_BYTES = 32 };

/* Writes DIR/flight-NNN.snag (a name not in use; sparse: only what is in use takes room) and puts
 * its path into `path`. Makes DIR if need be. */
enum snag_err snag__flight_save(const struct snag__recorder *r, const char *directory, char *path,
                                size_t room, struct snag_error *e);

/* Holds it in memory, whatever the disk has room for: a descriptor (-1: none) that processes which
 * are started from here on inherit, and the path under which they open it. */
enum snag_err snag__flight_hold(const struct snag__recorder *r, int *fd,
                                char path[SNAG__HELD_PATH_BYTES], struct snag_error *e);
/* The same for a file that is not written yet. */
enum snag_err snag__hold(int *fd, char path[SNAG__HELD_PATH_BYTES], struct snag_error *e);

/* Makes a directory and those above it; existing ones are fine. */
enum snag_err snag__make_directory(const char *path, struct snag_error *e);

#endif
