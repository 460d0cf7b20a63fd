/* cxx_name_test: what is left of the names of C++ functions, and which lambda is meant. */
#include "base/cxx_name.h"

#include <string.h>

#include "test.h"

static const char *name_of(const char *demangled, unsigned lambda) {
    static char name[SNAG__CXX_NAME];
    snag__cxx_name(demangled, lambda, name);
    return name;
}

TEST(parameters_and_what_is_returned_are_left_out) {
    CHECK_EQ_STR(name_of("work(int)", 0), "work");
    CHECK_EQ_STR(name_of("bank::Account::move(bank::Account&, int) const", 0),
                 "bank::Account::move");
    CHECK_EQ_STR(name_of("void swap<int>(int&, int&)", 0), "swap<int>");
    CHECK_EQ_STR(name_of("std::map<int, long>::size() const [clone .cold]", 0),
                 "std::map<int, long>::size");
}

TEST(long_template_arguments_are_cut) {
    CHECK_EQ_STR(name_of("std::vector<int, std::allocator<int> >::push_back(int&&)", 0),
                 "std::vector<...>::push_back");
    CHECK_EQ_STR(name_of("Box<int>::get()", 0), "Box<int>::get");
    CHECK_EQ_STR(name_of("Box<Ref<int, (char)62>, void (*)(int)>::get()", 0), "Box<...>::get");
}

TEST(details_of_the_compiler_are_left_out) {
    CHECK_EQ_STR(name_of("(anonymous namespace)::Cache::get() const", 0), "Cache::get");
    CHECK_EQ_STR(name_of("std::__cxx11::to_string[abi:cxx11](int)", 0), "std::to_string");
}

TEST(operators_keep_their_names) {
    CHECK_EQ_STR(name_of("Less::operator()(int, int) const", 0), "Less::operator()");
    CHECK_EQ_STR(name_of("operator<<(std::ostream&, Foo const&)", 0), "operator<<");
    CHECK_EQ_STR(name_of("Foo::operator bool() const", 0), "Foo::operator bool");
    CHECK_EQ_STR(name_of("operator new(unsigned long)", 0), "operator new");
    CHECK_EQ_STR(name_of("Foo::operator->() const", 0), "Foo::operator->");
    CHECK_EQ_STR(name_of("operators::run()", 0), "operators::run");
}

TEST(lambdas_are_numbered_within_their_function) {
    CHECK_EQ_STR(name_of("main::$_5::operator()() const", 2), "main::lambda#2");
    CHECK_EQ_STR(name_of("main::$_5::operator()() const", 0), "main::lambda");
    CHECK_EQ_STR(name_of("Pool::ask(std::function<int ()>)::{lambda()#1}::operator()() const", 0),
                 "Pool::ask::lambda#1");
    CHECK_EQ_STR(name_of("Pool::stop() const::{lambda(int)#2}::operator()(int) const", 0),
                 "Pool::stop::lambda#2");
}

TEST(of_a_name_that_is_too_long_the_end_is_kept) {
    CHECK_EQ_STR(
        name_of("company::division::department::team::project::component::Part::turn()", 0),
        "department::team::project::component::Part::turn");
    char name[200];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK_EQ_INT((int)strlen(name_of(name, 0)), SNAG__CXX_NAME - 1);
}

TEST(the_number_of_a_lambda_is_read_off_its_name) {
    unsigned number = 0;
    CHECK_EQ_INT((int)snag__cxx_lambda("_ZZ4mainENK3$_0clEv", &number), 14);
    CHECK_EQ_INT((int)number, 0);
    CHECK_EQ_INT((int)snag__cxx_lambda("_ZZ4mainENK4$_12clEv", &number), 14);
    CHECK_EQ_INT((int)number, 12);
    CHECK_EQ_INT((int)snag__cxx_lambda("_Z4workv", &number), 0);
}
