/* fd_cases.h: the cases that fd_test.c and fd_tsan_test.c run (fd_body.c). */
#ifndef TESTS_SHIM_FD_CASES_H
#define TESTS_SHIM_FD_CASES_H

#include "../../exec/cases.h"

#define TAKEN_NAME "snag-test-taken"

#define FD_CASES(X)                                                                                \
    X(nobody_writes)                                                                               \
    X(both_read)                                                                                   \
    X(nobody_connects)                                                                             \
    X(polls_for_ever)                                                                              \
    X(full_for_ever)                                                                               \
    X(end_is_not_seen)                                                                             \
    X(end_wakes_all)                                                                               \
    X(one_byte_for_two)                                                                            \
    X(times_out)                                                                                   \
    X(races_with_time)                                                                             \
    X(interrupted)                                                                                 \
    X(closed_twice)                                                                                \
    X(used_after_close)                                                                            \
    X(closed_while_read)                                                                           \
    X(numbers)                                                                                     \
    X(opens_without_end)                                                                           \
    X(connects_everywhere)                                                                         \
    X(chosen_name)                                                                                 \
    X(taken_name)                                                                                  \
    X(ordered_by_pipe)                                                                             \
    X(ordered_by_socket)                                                                           \
    X(ordered_by_eventfd)                                                                          \
    X(ordered_by_end)                                                                              \
    X(not_ordered)                                                                                 \
    X(ordered_by_connection)                                                                       \
    X(ordered_by_next_listener)                                                                    \
    X(ordered_by_connecting)                                                                       \
    X(not_by_another_connection)                                                                   \
    X(read_under_lock)                                                                             \
    X(ordered_the_other_way)                                                                       \
    X(buffer_race)                                                                                 \
    X(two_are_passed)                                                                              \
    X(reads_beyond)                                                                                \
    X(sends_what_is_freed)

#define FD_DECLARE(name) void name(void);
FD_CASES(FD_DECLARE)
#undef FD_DECLARE

#endif
