/* fold.h: what snag's own async primitives do inside, told as one call.
 *
 * They are made of mutexes that are held for a few instructions, and are explored with the code
 * under test; a reader wants to know that a message was sent. The rule: an event of theirs has a
 * row only where nothing else tells of the call; the log keeps them all.
 */
#ifndef SNAG_REPORT_FOLD_H
#define SNAG_REPORT_FOLD_H

#include "report/view.h"

enum snag__fold {
    SNAG__FOLD_NOT,  /* it is the user's own */
    SNAG__FOLD_AWAY, /* no row */
    SNAG__FOLD_CALL  /* stands for the call that it is part of */
};

/* Of the event `index`. */
enum snag__fold snag__fold(const struct snag__view *v, uint32_t index);
/* What a row says of such a call: "snag_channel_send by mutex 2". Returns `text`. */
const char *snag__fold_call(const struct snag__view *v, const struct snag_event *e,
                            char text[SNAG__WORDS]);

#endif
