/* flight.h: the flight recorder of a process that is gone, as a file for `recover`. */
#ifndef SNAG_FRONT_FLIGHT_H
#define SNAG_FRONT_FLIGHT_H

#include "exec/recorder.h"

/* Writes DIR/flight-NNN.snag (a name not in use; sparse: only what is in use takes room) and puts
 * its path into `path`. Makes DIR if need be. */
enum snag_err snag__flight_save(const struct snag__recorder *r, const char *directory, char *path,
                                size_t room, struct snag_error *e);

/* Makes a directory and those above it; existing ones are fine. */
enum snag_err snag__make_directory(const char *path, struct snag_error *e);

#endif
