/* coroutine_cases.h: the bodies of coroutine_body*.c, and how one is chosen.
 *
 * The rule: `case_in` 0 is a bug, 1 its silent twin; what has no bug ignores it.
 */
#ifndef TESTS_TASK_COROUTINE_CASES_H
#define TESTS_TASK_COROUTINE_CASES_H

#include "../exec/cases.h"

void co_takes_turns(void);
void co_moves(void);
void co_belongs_to_thread(void);
void co_nests(void);
void co_left_running(void);
void co_large_frames(void);
void co_untold(void);
void co_by_hand(void);
void co_by_jumps(void);
void co_too_deep(void);
void co_returns_frame(void);
void co_overflows(void);
void co_shares(void);
void co_awaits_holding(void);
void co_awaits_holding_alone(void);
void co_asks_again(void);
void co_beneath_holds(void);
void co_abba(void);
void co_orders(void);
void co_orders_away(void);
void co_ends_holding(void);
void co_given_up_holding(void);
void co_resumed_after_end(void);
void co_resumed_twice(void);
void co_resumed_by_two(void);
void co_suspended_asleep(void);
void co_ends_twice(void);
void co_stack_late(void);
void co_never_resumed(void);

void loop_serves(void);
void loop_holds(void);
void loop_holds_two_loops(void);
void loop_races(void);
void loop_unlocks_of_caller(void);
void loop_recursive(void);

#endif
