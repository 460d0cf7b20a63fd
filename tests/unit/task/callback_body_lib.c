/* callback_body_lib.c: the coroutines and the loop of coroutine_test.c, here too. */
#include "coroutine_body_lib.c"
