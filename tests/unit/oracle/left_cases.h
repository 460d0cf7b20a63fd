/* left_cases.h: the operations that left_test.c and its code under test agree on. */
#ifndef TESTS_ORACLE_LEFT_CASES_H
#define TESTS_ORACLE_LEFT_CASES_H

#include "../exec/cases.h"
#include "snag/spec.h"

enum {
    KEEPS,  /* returns with the lock */
    LOCKED, /* locks and unlocks */
    IO,     /* is suspended for a request */
    GIVES,  /* gives the lock up that KEEPS kept, then takes it and is suspended with it */
    MANY    /* returns with more locks than are kept account of */
};

extern const struct snag_spec left_spec;
extern struct snag_impl left_impl;

#endif
