/* conformance_body_thread.c: threads, joining, their attributes. See conformance.h. */
#define _GNU_SOURCE
#include "conformance.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* held: those behind it live */

static void *returns(void *value) {
    return value;
}

static void *exits_deep(void *value) {
    pthread_exit(value);
}

static void *passes_gate(void *value) {
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return value;
}

static void results(void) {
    pthread_t t;
    void *result = NULL;
    out(pthread_create(&t, NULL, returns, (void *)5));
    out(pthread_join(t, &result));
    out((intptr_t)result);
    out(pthread_create(&t, NULL, exits_deep, (void *)6));
    out(pthread_join(t, &result));
    out((intptr_t)result);
    out(pthread_create(&t, NULL, returns, (void *)7));
    out(pthread_join(t, NULL));
    out(pthread_create(&t, NULL, returns, NULL));
    out(pthread_detach(t));
}

static pthread_t seen_self;

static void *sees_self(void *unused) {
    seen_self = pthread_self();
    out(pthread_equal(pthread_self(), pthread_self()) != 0);
    out(pthread_join(pthread_self(), NULL));
    return unused;
}

static void identity(void) {
    pthread_t t;
    pthread_create(&t, NULL, sees_self, NULL);
    pthread_join(t, NULL);
    out(pthread_equal(seen_self, t) != 0);
    out(pthread_equal(pthread_self(), t) != 0);
    out(pthread_equal(pthread_self(), pthread_self()) != 0);
    out(pthread_join(pthread_self(), NULL));
    out(sched_yield());
}

static void joins_that_wait(void) {
    struct timespec real, mono;
    pthread_t t;
    void *result = (void *)9;
    pthread_mutex_lock(&gate);
    pthread_create(&t, NULL, passes_gate, (void *)8);
    out(pthread_tryjoin_np(t, &result));
    real = conf_in(CLOCK_REALTIME, 2);
    out(pthread_timedjoin_np(t, &result, &real));
    out(pthread_timedjoin_np(t, &result, &conf_past));
    mono = conf_in(CLOCK_MONOTONIC, 2);
    out(pthread_clockjoin_np(t, &result, CLOCK_MONOTONIC, &mono));
    out(pthread_clockjoin_np(t, &result, CLOCK_REALTIME, &conf_past));
    out((intptr_t)result); /* left alone */
    pthread_mutex_unlock(&gate);
    real = conf_in(CLOCK_REALTIME, 100000);
    out(pthread_timedjoin_np(t, &result, &real));
    out((intptr_t)result);
}

static void joins_of_the_ended(void) {
    pthread_t t;
    void *result;
    for (int how = 0; how < 4; how++) {
        struct timespec real = conf_in(CLOCK_REALTIME, 100000);
        struct timespec mono = conf_in(CLOCK_MONOTONIC, 100000);
        pthread_create(&t, NULL, returns, (void *)(intptr_t)(20 + how));
        int error = EBUSY;
        if (how == 0)
            while ((error = pthread_tryjoin_np(t, &result)) == EBUSY)
                usleep(100);
        else if (how == 1)
            error = pthread_timedjoin_np(t, &result, &real);
        else if (how == 2)
            error = pthread_clockjoin_np(t, &result, CLOCK_MONOTONIC, &mono);
        else
            error = pthread_timedjoin_np(t, &result, NULL); /* as long as it takes */
        out(error);
        out((intptr_t)result);
    }
}

static void detached_from_the_start(void) {
    pthread_attr_t attr;
    pthread_t t;
    int state = -1;
    out(pthread_attr_init(&attr));
    out(pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED));
    out(pthread_create(&t, &attr, returns, NULL));
    out(pthread_attr_getdetachstate(&attr, &state));
    out(state);
    out(pthread_attr_destroy(&attr));
}

static void *asks_attributes(void *unused) {
    pthread_attr_t attr;
    void *stack;
    size_t bytes;
    int state = -1, here;
    out(pthread_getattr_np(pthread_self(), &attr));
    out(pthread_attr_getdetachstate(&attr, &state));
    out(state);
    out(pthread_attr_getstack(&attr, &stack, &bytes));
    out((char *)&here >= (char *)stack && (char *)&here < (char *)stack + bytes);
    out(pthread_attr_destroy(&attr));
    return unused;
}

static void attributes(void) {
    conf_elsewhere(asks_attributes, NULL);
    pthread_attr_t attr;
    pthread_t t;
    int state = -1;
    pthread_mutex_lock(&gate);
    pthread_create(&t, NULL, passes_gate, NULL);
    out(pthread_getattr_np(t, &attr));
    out(pthread_attr_getdetachstate(&attr, &state));
    out(state);
    pthread_attr_destroy(&attr);
    out(pthread_detach(t));
    out(pthread_getattr_np(t, &attr));
    out(pthread_attr_getdetachstate(&attr, &state));
    out(state);
    pthread_attr_destroy(&attr);
    pthread_mutex_unlock(&gate);
}

static void say_name(pthread_t t, const char *wanted) {
    char name[16] = "";
    out(pthread_getname_np(t, name, sizeof(name)));
    out(strcmp(name, wanted) == 0);
}

static void *named(void *unused) {
    out(pthread_setname_np(pthread_self(), "a thread"));
    say_name(pthread_self(), "a thread");
    out(pthread_setname_np(pthread_self(), "fifteen letters"));
    say_name(pthread_self(), "fifteen letters");
    out(pthread_setname_np(pthread_self(), "sixteen letters!"));
    say_name(pthread_self(), "fifteen letters");
    char small[15];
    out(pthread_getname_np(pthread_self(), small, sizeof(small)));
    return unused;
}

static void names(void) {
    conf_elsewhere(named, NULL);
}

static void *scheduled(void *unused) {
    int policy = -1;
    struct sched_param param = {.sched_priority = -1};
    out(pthread_getschedparam(pthread_self(), &policy, &param));
    out(policy);
    out(param.sched_priority);
    out(pthread_setschedparam(pthread_self(), SCHED_OTHER, &param));
    param.sched_priority = 5;
    out(pthread_setschedparam(pthread_self(), SCHED_OTHER, &param));
    out(pthread_setschedparam(pthread_self(), 77, &param));
    out(pthread_setschedprio(pthread_self(), 0));
    out(pthread_setschedprio(pthread_self(), 5));
    cpu_set_t set;
    out(pthread_getaffinity_np(pthread_self(), sizeof(set), &set));
    out(CPU_COUNT(&set) > 0);
    out(pthread_setaffinity_np(pthread_self(), sizeof(set), &set));
    out(pthread_getaffinity_np(pthread_self(), 1, &set));
    return unused;
}

static void scheduling(void) {
    conf_elsewhere(scheduled, NULL);
}

/* Uses that many bytes of stack, and says how many it found as it left them. */
static size_t deep(size_t bytes) {
    volatile char room[4096];
    for (size_t i = 0; i < sizeof(room); i += 512)
        room[i] = (char)i;
    size_t below = bytes > sizeof(room) ? deep(bytes - sizeof(room)) : 0;
    size_t good = 0;
    for (size_t i = 0; i < sizeof(room); i += 512)
        good += room[i] == (char)i;
    return below + good;
}

static void *goes_deep(void *bytes) {
    pthread_attr_t attr;
    size_t has = 0;
    pthread_getattr_np(pthread_self(), &attr);
    pthread_attr_getstacksize(&attr, &has);
    pthread_attr_destroy(&attr);
    out(has >= *(size_t *)bytes);
    out((int64_t)deep(*(size_t *)bytes * 3 / 4));
    return bytes;
}

static void stacks(void) {
    static size_t sizes[] = {1 << 20, 5 << 20, 64 << 10};
    for (int i = 0; i < 3; i++) {
        pthread_attr_t attr;
        pthread_t t;
        pthread_attr_init(&attr);
        out(pthread_attr_setstacksize(&attr, sizes[i]));
        int created = pthread_create(&t, &attr, goes_deep, &sizes[i]);
        int joined = pthread_join(t, NULL);
        out(created);
        out(joined);
        pthread_attr_destroy(&attr);
    }
}

/* ---- signals ---- */

static volatile sig_atomic_t signals, told;

static void handle(int sig, siginfo_t *info, void *context) {
    (void)context;
    signals += sig;
    told = info->si_code == SI_QUEUE ? info->si_value.sival_int : 0;
}

static void *signals_itself(void *unused) {
    signals = 0;
    out(pthread_kill(pthread_self(), 0));
    out(pthread_kill(pthread_self(), 99));
    out(signals);
    out(pthread_kill(pthread_self(), SIGUSR1) == 0 && signals == SIGUSR1);
    out(pthread_sigqueue(pthread_self(), SIGUSR2, (union sigval){.sival_int = 17}));
    out(signals == SIGUSR1 + SIGUSR2);
    out(told);
    return unused;
}

static void signalling(void) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO}, before[2];
    pthread_t t;
    sigaction(SIGUSR1, &action, &before[0]);
    sigaction(SIGUSR2, &action, &before[1]);
    conf_elsewhere(signals_itself, NULL);
    pthread_create(&t, NULL, returns, NULL);
    out(pthread_kill(t, 0)); /* whether it has ended or not */
    while (pthread_tryjoin_np(t, NULL) != 0)
        sched_yield();
    sigaction(SIGUSR1, &before[0], NULL);
    sigaction(SIGUSR2, &before[1], NULL);
}

static void *times_itself(void *unused) {
    clockid_t clock;
    struct timespec t;
    out(pthread_getcpuclockid(pthread_self(), &clock));
    out(clock_gettime(clock, &t));
    return unused;
}

static void own_clock(void) {
    conf_elsewhere(times_itself, NULL);
}

/* ---- what is pushed is called on exit, the last first, and before what keys have to destroy ----
 */

static pthread_key_t key;
static int order[8], calls;

static void note(void *value) {
    if (calls < 8)
        order[calls] = (int)(intptr_t)value;
    calls++;
}

static void leaves(void) {
    pthread_cleanup_push(note, (void *)3);
    pthread_exit((void *)9);
    pthread_cleanup_pop(0);
}

static void *pushes(void *exits) {
    pthread_setspecific(key, (void *)7);
    pthread_cleanup_push(note, (void *)1);
    pthread_cleanup_push(note, (void *)2);
    pthread_cleanup_push(note, (void *)4);
    pthread_cleanup_pop(1);
    pthread_cleanup_push(note, (void *)5);
    pthread_cleanup_pop(0);
    if (exits != NULL)
        leaves();
    pthread_cleanup_pop(0);
    pthread_cleanup_pop(1);
    return (void *)8;
}

static void cleanup(void) {
    pthread_key_create(&key, note);
    for (int exits = 0; exits < 2; exits++) {
        calls = 0;
        out((intptr_t)conf_elsewhere(pushes, exits ? &calls : NULL));
        out(calls);
        for (int i = 0; i < calls && i < 8; i++)
            out(order[i]);
    }
    pthread_key_delete(key);
}

#define JOINS "pthread_join pthread_tryjoin_np pthread_timedjoin_np pthread_clockjoin_np"

const struct conformance_case conformance_cases_thread[] = {
    {"threads and their results", "pthread_create pthread_join pthread_exit pthread_detach",
     results, NULL},
    {"signals to oneself", "pthread_kill pthread_sigqueue", signalling, NULL},
    {"one's own clock", "pthread_getcpuclockid", own_clock, NULL},
    {"cleanup handlers",
     "__pthread_register_cancel __pthread_unregister_cancel __pthread_unwind_next", cleanup, NULL},
    {"who is who", "pthread_self pthread_equal pthread_join sched_yield", identity, NULL},
    {"joins that wait", JOINS, joins_that_wait, NULL},
    {"joins of threads that end", JOINS, joins_of_the_ended, NULL},
    {"detached from the start", "pthread_create", detached_from_the_start, NULL},
    {"stacks as large as asked for", "pthread_create pthread_getattr_np", stacks, NULL},
    {"attributes of a thread", "pthread_getattr_np pthread_detach", attributes, NULL},
    {"names of threads", "pthread_setname_np pthread_getname_np", names, NULL},
    {"scheduling of threads",
     "pthread_getschedparam pthread_setschedparam pthread_setschedprio pthread_getaffinity_np "
     "pthread_setaffinity_np",
     scheduling, NULL},
    {0},
};
