/* event_class.h: which family a kind of event belongs to (events.def).
 *
 * SYNC and ATOMIC events take ordinals, SUB events sub-ordinals, MARK events neither. The rule: the
 * list is events.def; nothing here repeats it.
 */
#ifndef SNAG_BASE_EVENT_CLASS_H
#define SNAG_BASE_EVENT_CLASS_H

#include "snag/run.h"

enum snag__event_class { SNAG__EVENT_SYNC, SNAG__EVENT_ATOMIC, SNAG__EVENT_SUB, SNAG__EVENT_MARK };

/* By kind: a byte each, for the hot path. */
extern const uint8_t snag__event_classes[SNAG_EVENT_KINDS];

/* By kind, 1: it changes something that another vthread may see. 0: it depends; who logs it says
 * so. */
extern const uint8_t snag__event_changes[SNAG_EVENT_KINDS];

/* SNAG__EVENT_MARK for a kind out of range. */
enum snag__event_class snag__event_class(unsigned kind);

#endif
