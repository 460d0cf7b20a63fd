/* invocation_test: words come back in order, and what does not fit, or is out of bounds, is
 * refused.
 */
#include "base/invocation.h"

#include <string.h>

#include "test.h"

static struct snag__invocation v;

TEST(words_come_back_in_order) {
    memset(&v, 0, sizeof v);
    CHECK(snag__invocation_first(&v) == NULL);
    CHECK(snag__invocation_argument(&v, "one"));
    CHECK(snag__invocation_argument(&v, ""));
    CHECK(snag__invocation_variable(&v, "A=1"));
    CHECK_EQ_INT(v.arguments, 2);
    CHECK_EQ_INT(v.variables, 1);
    const char *word = snag__invocation_first(&v);
    CHECK_EQ_STR(word, "one");
    word = snag__invocation_next(&v, word);
    CHECK_EQ_STR(word, "");
    word = snag__invocation_next(&v, word);
    CHECK_EQ_STR(word, "A=1");
    CHECK(snag__invocation_next(&v, word) == NULL);
}

TEST(no_argument_after_a_variable) {
    memset(&v, 0, sizeof v);
    CHECK(snag__invocation_variable(&v, "A="));
    CHECK(!snag__invocation_argument(&v, "x"));
    CHECK_EQ_INT(v.arguments, 0);
}

TEST(a_variable_has_a_name) {
    memset(&v, 0, sizeof v);
    CHECK(!snag__invocation_variable(&v, "A"));
    CHECK(!snag__invocation_variable(&v, "=1"));
    CHECK_EQ_INT(v.variables, 0);
    CHECK_EQ_INT(v.used, 0);
}

TEST(what_does_not_fit_is_refused) {
    static char word[SNAG__INVOCATION_BYTES];
    memset(&v, 0, sizeof v);
    memset(word, 'x', sizeof word - 1);
    CHECK(snag__invocation_argument(&v, word));
    CHECK(!snag__invocation_argument(&v, ""));
    CHECK_EQ_INT(v.used, SNAG__INVOCATION_BYTES);
    CHECK(snag__invocation_next(&v, snag__invocation_first(&v)) == NULL);
}

TEST(damaged_memory_is_not_read_out_of_bounds) {
    memset(&v, 'x', sizeof v);
    CHECK(snag__invocation_first(&v) == NULL);
    v.text[sizeof v.text - 1] = '\0';
    CHECK(snag__invocation_first(&v) == v.text);
    CHECK(snag__invocation_next(&v, v.text) == NULL);
}
