/* unmodelled_test.c: what the code under test calls and snag does not model, from this executable.
 * link: rt_fast
 */
#include "test.h"

#include "base/symbol.h"
#include "exec/unmodelled.h"

#include <string.h>

int unmodelled_body(int go);

static const struct snag__unmodelled *find(const char *name) {
    size_t count;
    const struct snag__unmodelled *list = snag__unmodelled(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

TEST(which_names_are_watched) {
    EXPECT(snag__unmodelled_is("pthread_cancel"));
    EXPECT(snag__unmodelled_is("__wrap_flock"));
    EXPECT(!snag__unmodelled_is("flockfile"));
    EXPECT(!snag__unmodelled_is("pthread_attr_init"));
    EXPECT(!snag__unmodelled_is("__wrap_pthread_mutex_lock"));
    EXPECT(snag__unmodelled_is("__wrap_fork"));
    EXPECT(!snag__unmodelled_is("printf"));
}

TEST(a_call_is_named_once_with_its_first_place) {
    CHECK_EQ_INT(unmodelled_body(0), 0); /* else the linker would leave it out */
    const struct snag__unmodelled *u = find("flock");
    CHECK(u != NULL);
    CHECK_EQ_U64(u->calls, 2);
    const struct snag__symbol *at = snag__symbol_of_site(u->site);
    CHECK_EQ_STR(at->function, "unmodelled_body");
    CHECK_EQ_STR(at->file, "unmodelled_body.c");
    CHECK_EQ_INT(at->line, 26);
}

TEST(an_address_in_a_table_counts_as_a_call_without_a_place) {
    const struct snag__unmodelled *u = find("lockf");
    CHECK(u != NULL);
    CHECK_EQ_U64(u->site, 0);
    CHECK_EQ_U64(u->calls, 1);
}

TEST(what_is_wrapped_to_be_refused_is_named) {
    const struct snag__unmodelled *u = find("fork");
    CHECK(u != NULL);
    CHECK_EQ_U64(u->calls, 1);
}

TEST(what_is_modelled_or_harmless_is_not_named) {
    EXPECT(find("pthread_mutex_lock") == NULL);
    EXPECT(find("pthread_attr_init") == NULL);
}

TEST(what_is_wrapped_is_told_apart) {
    size_t count;
    const struct snag__unmodelled *list = snag__controlled(&count);
    bool locks = false;
    for (size_t i = 0; i < count; i++) {
        EXPECT(find(list[i].name) == NULL);
        locks = locks || strcmp(list[i].name, "pthread_mutex_lock") == 0;
    }
    EXPECT(locks);
}

/* The harness itself and libFuzzer call much of what is watched; this test calls it too. */
TEST(what_others_call_is_not_named) {
    size_t count;
    (void)snag__unmodelled(&count);
    EXPECT(find("write") == NULL && find("read") == NULL && find("signal") == NULL);
    for (size_t i = 0; i < count; i++)
        EXPECT(strcmp(snag__unmodelled(&count)[i].name, "pthread_like") != 0);
}
