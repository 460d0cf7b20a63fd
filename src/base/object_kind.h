/* object_kind.h: the kinds of objects, as the scheduler keeps them and reports tell them.
 *
 * Not what is known of one object (sched/object.h). The rule: object_kinds.def is the only list.
 */
#ifndef SNAG_BASE_OBJECT_KIND_H
#define SNAG_BASE_OBJECT_KIND_H

enum snag__object_kind {
#define X(id, word, short_word) SNAG__OBJECT_##id,
#include "base/object_kinds.def"
#undef X
};

#endif
