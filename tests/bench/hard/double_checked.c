/* double_checked.c: settings that are read in when first asked for, and the lock is only taken
 * then.
 *
 * Wrong: the flag by which others see that they are there is set before they are: who comes then
 * uses what is not there yet.
 */
#include "crew.h"

#include <stdatomic.h>

#include "snag/scenario.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool there;
static int settings;

static int get_settings(void) {
    if (!atomic_load(&there)) {
        pthread_mutex_lock(&lock);
        if (!atomic_load(&there)) {
#ifdef FIXED
            settings = 7;
            atomic_store(&there, true);
#else
            atomic_store(&there, true);
            settings = 7;
#endif
        }
        pthread_mutex_unlock(&lock);
    }
    return settings;
}

static void *use(void *unused) {
    snag_assert(get_settings() == 7);
    return unused;
}

SNAG_SCENARIO(double_checked) {
    begin(use, NULL);
    begin(use, NULL);
    await_all();
}
