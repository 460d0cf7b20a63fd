/* sqlite.c: a key-value store in an SQLite database in memory, as Debian ships it: healthy.
 *
 * A connection per thread, all of them on one shared cache; libsqlite3.a is serialised, and was
 * never recompiled: of it snag sees the calls of pthread_*, of malloc, of memcpy and the like, not
 * its plain accesses. The rule: what looks and then writes is one transaction, which is a writer
 * from its beginning; and who finds a table locked by another connection sleeps until SQLite says
 * that it is not (sqlite3_unlock_notify), then asks anew.
 */
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "kv.h"

#define DATABASE "file:kv?mode=memory&cache=shared"

enum statement { BEGIN, COMMIT, ROLLBACK, GET, LEN, PUT, REMOVE, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",
    [GET] = "SELECT value FROM kv WHERE key = ?1",
    [LEN] = "SELECT count(*) FROM kv",
    [PUT] = "INSERT OR REPLACE INTO kv VALUES (?1, ?2)",
    [REMOVE] = "DELETE FROM kv WHERE key = ?1 RETURNING value",
};

struct session {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENTS]; /* NULL: not needed yet */
};

struct kv {
    sqlite3 *db;               /* keeps the database in being: it ends with its last connection */
    const char *_Atomic wrong; /* what SQLite said that no operation expects; NULL: nothing */
    int64_t capacity;
};

static _Thread_local struct session mine; /* this thread's */

/* ---- waiting for other connections ---- */

struct notice {
    pthread_mutex_t lock; /* guards `given` */
    pthread_cond_t changed;
    bool given;
};

/* SQLite's own mutexes are held: it only tells. */
static void give_notices(void **notices, int count) {
    for (int i = 0; i < count; i++) {
        struct notice *n = notices[i];
        pthread_mutex_lock(&n->lock);
        n->given = true;
        pthread_cond_signal(&n->changed);
        pthread_mutex_unlock(&n->lock);
    }
}

/* Until the transaction that was in the way is over. SQLITE_LOCKED: two wait for each other. */
static int wait_for_others(sqlite3 *db) {
    struct notice n = {.given = false};
    pthread_mutex_init(&n.lock, NULL);
    pthread_cond_init(&n.changed, NULL);
    int code = sqlite3_unlock_notify(db, give_notices, &n);
    pthread_mutex_lock(&n.lock);
    while (code == SQLITE_OK && !n.given)
        pthread_cond_wait(&n.changed, &n.lock);
    pthread_mutex_unlock(&n.lock);
    pthread_cond_destroy(&n.changed);
    pthread_mutex_destroy(&n.lock);
    return code;
}

/* ---- statements ---- */

static int prepare(sqlite3 *db, enum statement which, sqlite3_stmt **statement) {
    int code;
    while ((code = sqlite3_prepare_v2(db, sql[which], -1, statement, NULL)) == SQLITE_LOCKED)
        if ((code = wait_for_others(db)) != SQLITE_OK)
            break;
    return code;
}

static int first_step(sqlite3 *db, sqlite3_stmt *statement) {
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_LOCKED) {
        sqlite3_reset(statement);
        if ((code = wait_for_others(db)) != SQLITE_OK)
            break;
    }
    return code;
}

/* Runs a statement of this thread's, with ?1 = a and ?2 = b. SQLITE_ROW: it gave one, whose first
 * column is *value; SQLITE_DONE: none; else what is wrong. */
static int run_sql(enum statement which, int64_t a, int64_t b, int64_t *value) {
    sqlite3_stmt **statement = &mine.statements[which];
    int code = *statement == NULL ? prepare(mine.db, which, statement) : SQLITE_OK;
    if (code != SQLITE_OK)
        return code;
    int parameters = sqlite3_bind_parameter_count(*statement);
    if (parameters > 0)
        sqlite3_bind_int64(*statement, 1, a);
    if (parameters > 1)
        sqlite3_bind_int64(*statement, 2, b);
    code = first_step(mine.db, *statement);
    if (code == SQLITE_ROW)
        *value = sqlite3_column_int64(*statement, 0);
    int ended = sqlite3_reset(*statement); /* without a transaction, this commits it */
    return ended == SQLITE_OK ? code : ended;
}

/* What an operation returns for a code of SQLite's that it does not expect. */
static int64_t refused(struct kv *kv, int code) {
    if ((code & 0xff) == SQLITE_NOMEM)
        return KV_NOMEM;
    kv->wrong = sqlite3_errstr(code);
    return KV_NOMEM;
}

/* ---- the store ---- */

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    kv->capacity = config->values[KV_CONFIG_CAPACITY];
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);               /* no mutex around every allocation */
    sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, 1, NULL); /* not from /dev/urandom */
    if (sqlite3_open(DATABASE, &kv->db) == SQLITE_OK &&
        sqlite3_exec(kv->db, "CREATE TABLE kv (key INTEGER PRIMARY KEY, value INTEGER)", NULL, NULL,
                     NULL) == SQLITE_OK)
        return kv;
    sqlite3_close(kv->db);
    free(kv);
    return NULL;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    sqlite3_close(kv->db);
    sqlite3_shutdown();
    free(kv);
}

static void *kv_enter(void *shared) {
    struct kv *kv = shared;
    int code = sqlite3_open(DATABASE, &mine.db);
    if (code != SQLITE_OK)
        (void)refused(kv, code);
    return NULL;
}

static void kv_leave(void *shared, void *local) {
    struct kv *kv = shared;
    (void)local;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(mine.statements[i]);
    int code = sqlite3_close(mine.db);
    mine = (struct session){.db = NULL};
    if (code != SQLITE_OK)
        (void)refused(kv, code);
}

static int64_t kv_get(struct kv *kv, int64_t key) {
    int64_t value;
    int code = run_sql(GET, key, 0, &value);
    if (code == SQLITE_ROW)
        return value;
    return code == SQLITE_DONE ? KV_ABSENT : refused(kv, code);
}

static int64_t kv_len(struct kv *kv) {
    int64_t count;
    int code = run_sql(LEN, 0, 0, &count);
    return code == SQLITE_ROW ? count : refused(kv, code);
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    int64_t value;
    int code = run_sql(REMOVE, key, 0, &value);
    if (code == SQLITE_ROW)
        return value;
    return code == SQLITE_DONE ? KV_ABSENT : refused(kv, code);
}

/* In a transaction: sets `key` to `value`, or adds it to what is there; *value is then what is
 * there. */
static int64_t write_value(struct kv *kv, int64_t key, int64_t *value, bool adds) {
    int64_t held = 0, none;
    int code = run_sql(GET, key, 0, &held);
    if (code == SQLITE_DONE) {
        int64_t count = kv_len(kv);
        if (count < 0 || count >= kv->capacity)
            return count < 0 ? count : KV_FULL;
    } else if (code != SQLITE_ROW) {
        return refused(kv, code);
    }
    *value += adds ? held : 0;
    code = run_sql(PUT, key, *value, &none);
    return code == SQLITE_DONE ? KV_OK : refused(kv, code);
}

static int64_t write_in_transaction(struct kv *kv, int64_t key, int64_t *value, bool adds) {
    int64_t none;
    int code = run_sql(BEGIN, 0, 0, &none);
    if (code != SQLITE_DONE)
        return refused(kv, code);
    int64_t result = write_value(kv, key, value, adds);
    code = run_sql(result == KV_OK ? COMMIT : ROLLBACK, 0, 0, &none);
    return code == SQLITE_DONE ? result : refused(kv, code);
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    return write_in_transaction(kv, key, &value, false);
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    int64_t result = write_in_transaction(kv, key, &delta, true);
    return result == KV_OK ? delta : result;
}

static int64_t kv_visit(struct kv *kv, int64_t key, kv_visitor *visitor, void *arg) {
    int64_t value = kv_get(kv, key);
    if (value >= 0)
        visitor(key, value, arg);
    return value;
}

/* Fetches first: no transaction is open while the answer is under way. */
static int64_t kv_fetch_put(struct kv *kv, int64_t key, int64_t arg) {
    return kv_put(kv, key, kv_fetch(key, arg));
}

/* No statement could be run from here: what they said is all there is to see. */
static const char *kv_check(void *shared, enum snag_when when) {
    struct kv *kv = shared;
    (void)when;
    return kv->wrong;
}

#include "adapter.h"
KV_TARGET("kv/sqlite", SNAG_THREADS, .enter = kv_enter, .leave = kv_leave);
