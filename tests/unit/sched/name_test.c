/* name_test.c: the table of names, and how objects come by them.
 *
 * link: rt_fast
 */
#include "sched/name.h"
#include "sched/object.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static char memory[1 << 20];

static uint16_t put(const void *at, const char *name) {
    char text[SNAG__NAME_TEXT] = "";
    (void)snprintf(text, sizeof text, "%s", name);
    return snag__name_put((uintptr_t)at, text);
}

static const char *name_of(const void *at) {
    uint16_t id = snag__name_of((uintptr_t)at);
    return id != 0 ? snag__name_text(id) : "";
}

TEST(an_address_has_the_last_name_it_was_given) {
    snag__names_reset();
    CHECK_EQ_STR(name_of(memory), "");
    CHECK(put(memory, "one") != 0);
    CHECK(put(memory + 1, "two") != 0);
    CHECK_EQ_STR(name_of(memory), "one");
    CHECK(put(memory, "three") != 0);
    CHECK_EQ_STR(name_of(memory), "three");
    CHECK_EQ_STR(name_of(memory + 1), "two");
    snag__names_reset();
    CHECK_EQ_STR(name_of(memory), "");
    CHECK_EQ_INT(snag__names_count, 0);
}

TEST(memory_that_becomes_something_new_has_none) {
    for (size_t bytes = 1; bytes < 20000; bytes *= 5) { /* less, and more, than there are names */
        snag__names_reset();
        for (size_t i = 0; i < 1000; i++)
            CHECK(put(memory + 16 * i, "x") != 0);
        snag__names_forget((uintptr_t)memory + 160, bytes);
        for (size_t i = 0; i < 1000; i++)
            CHECK_EQ_STR(name_of(memory + 16 * i), i >= 10 && 16 * i < 160 + bytes ? "" : "x");
        CHECK(put(memory + 160, "y") != 0);
        CHECK_EQ_STR(name_of(memory + 160), "y");
    }
}

TEST(more_than_fit_are_not_kept_and_nothing_else_is_lost) {
    snag__names_reset();
    char name[16];
    for (size_t i = 0; i < SNAG__NAMES_MAX + 10; i++) {
        (void)snprintf(name, sizeof name, "%zu", i);
        CHECK_EQ_INT(put(memory + 8 * i, name) != 0, i < SNAG__NAMES_MAX);
    }
    for (size_t i = 0; i < SNAG__NAMES_MAX + 10; i++) {
        (void)snprintf(name, sizeof name, "%zu", i);
        CHECK_EQ_STR(name_of(memory + 8 * i), i < SNAG__NAMES_MAX ? name : "");
    }
}

TEST(objects_have_the_name_of_their_address_made_before_or_after_it) {
    snag__objects_reset();
    struct snag__object *early = snag__object_at(memory, SNAG__OBJECT_MUTEX);
    CHECK_EQ_INT(early->name, 0);
    uint16_t id = put(memory, "m");
    snag__object_name(memory, id);
    CHECK_EQ_INT(early->name, id);
    CHECK_EQ_INT(snag__object_new(memory, SNAG__OBJECT_MUTEX)->name, id);
    uint16_t other = put(memory + 8, "c");
    snag__object_name(memory + 8, other);
    CHECK_EQ_INT(snag__object_at(memory + 8, SNAG__OBJECT_COND)->name, other);
    snag__objects_forget((uintptr_t)memory, 8);
    CHECK_EQ_INT(snag__object_at(memory, SNAG__OBJECT_MUTEX)->name, 0);
    CHECK_EQ_INT(early->name, id); /* what it was, it stays */
    snag__objects_reset();
    CHECK_EQ_INT(snag__object_at(memory, SNAG__OBJECT_MUTEX)->name, 0);
}
