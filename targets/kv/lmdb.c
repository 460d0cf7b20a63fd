/* lmdb.c: a key-value store in an LMDB environment, as Debian ships it: healthy.
 *
 * The data and the lock file are mapped, and what is written there nobody puts back: so each store
 * is an environment of its own, in memory (tmpfs), whose files lose their names as soon as it is
 * open. liblmdb.a was never recompiled: of it snag sees the calls of pthread_*, its robust mutexes
 * in the lock file among them, of malloc, of memcpy and the like, not its plain accesses, by which
 * readers and the writer keep out of each other's pages: what LMDB promises of that is declared
 * here. The rule: what looks and then writes is one writing transaction, of which there is one at a
 * time; a transaction belongs to its thread, and none is open while anybody is waited for or called
 * back.
 */
#include <errno.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kv.h"
#include "snag/annotate.h"

enum { MAP_BYTES = 1 << 20, LINKED_BYTES = 64 };

struct kv {
    MDB_env *env;
    MDB_dbi dbi;
    const char *_Atomic wrong; /* what LMDB said that no operation expects; NULL: nothing */
    int64_t capacity;
};

/* What an operation returns for a code of LMDB's that it does not expect. */
static int64_t refused(struct kv *kv, int code) {
    if (code != ENOMEM)
        kv->wrong = mdb_strerror(code);
    return KV_NOMEM;
}

/* ---- making it ---- */

static bool make_database(struct kv *kv) {
    MDB_txn *txn;
    if (mdb_txn_begin(kv->env, NULL, 0, &txn) != 0)
        return false;
    if (mdb_dbi_open(txn, NULL, MDB_INTEGERKEY, &kv->dbi) == 0)
        return mdb_txn_commit(txn) == 0;
    mdb_txn_abort(txn);
    return false;
}

/* Its files are in a folder that nobody else has, and are gone from it when it is open. */
static bool open_environment(struct kv *kv) {
    static const char *const files[] = {"data.mdb", "lock.mdb"};
    char folder[] = "/dev/shm/snag-lmdb-XXXXXX", name[LINKED_BYTES];
    if (mkdtemp(folder) == NULL || mdb_env_create(&kv->env) != 0)
        return false;
    mdb_env_set_mapsize(kv->env, MAP_BYTES);
    bool opened = mdb_env_open(kv->env, folder, MDB_NOSYNC | MDB_WRITEMAP, 0600) == 0;
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s/%s", folder, files[i]);
        unlink(name);
    }
    rmdir(folder);
    return opened;
}

static void *kv_create(const struct snag_config *config) {
    struct kv *kv = calloc(1, sizeof *kv);
    if (kv == NULL)
        return NULL;
    kv->capacity = config->values[KV_CONFIG_CAPACITY];
    if (open_environment(kv) && make_database(kv))
        return kv;
    mdb_env_close(kv->env);
    free(kv);
    return NULL;
}

static void kv_destroy(void *shared) {
    struct kv *kv = shared;
    mdb_env_close(kv->env);
    free(kv);
}

/* ---- in a transaction ---- */

/* It sees what those wrote that were committed before. */
static int begin(struct kv *kv, unsigned flags, MDB_txn **txn) {
    int code = mdb_txn_begin(kv->env, NULL, flags, txn);
    SNAG_HAPPENS_AFTER(kv);
    return code;
}

/* A page that was read is written anew only when its readers have ended. */
static void abandon(struct kv *kv, MDB_txn *txn) {
    SNAG_HAPPENS_BEFORE(kv);
    mdb_txn_abort(txn);
}

/* Ends it: commits it if `code` says that all went well. */
static int end(struct kv *kv, MDB_txn *txn, int code) {
    if (code != 0) {
        abandon(kv, txn);
        return code;
    }
    SNAG_HAPPENS_BEFORE(kv);
    return mdb_txn_commit(txn);
}

static int look_up(struct kv *kv, MDB_txn *txn, int64_t key, int64_t *value) {
    size_t k = (size_t)key;
    MDB_val name = {sizeof k, &k}, data;
    int code = mdb_get(txn, kv->dbi, &name, &data);
    if (code == 0)
        memcpy(value, data.mv_data, sizeof *value);
    return code;
}

static int count_all(struct kv *kv, MDB_txn *txn, int64_t *count) {
    MDB_stat stat;
    int code = mdb_stat(txn, kv->dbi, &stat);
    if (code == 0)
        *count = (int64_t)stat.ms_entries;
    return code;
}

/* Sets `key` to `value`, or adds it to what is there; *value is then what is there.
 * MDB_MAP_FULL: there are `capacity` others. */
static int write_value(struct kv *kv, MDB_txn *txn, int64_t key, int64_t *value, bool adds) {
    int64_t held = 0, count = 0;
    size_t k = (size_t)key;
    int code = look_up(kv, txn, key, &held);
    if (code == MDB_NOTFOUND) {
        code = count_all(kv, txn, &count);
        if (code == 0 && count >= kv->capacity)
            return MDB_MAP_FULL;
    }
    *value += adds ? held : 0;
    MDB_val name = {sizeof k, &k}, data = {sizeof *value, value};
    SNAG_HAPPENS_AFTER(kv);
    return code == 0 ? mdb_put(txn, kv->dbi, &name, &data, 0) : code;
}

static int take_out(struct kv *kv, MDB_txn *txn, int64_t key, int64_t *value) {
    size_t k = (size_t)key;
    MDB_val name = {sizeof k, &k};
    int code = look_up(kv, txn, key, value);
    SNAG_HAPPENS_AFTER(kv);
    return code == 0 ? mdb_del(txn, kv->dbi, &name, NULL) : code;
}

/* ---- the store ---- */

static int64_t kv_get(struct kv *kv, int64_t key) {
    int64_t value = 0;
    MDB_txn *txn;
    int code = begin(kv, MDB_RDONLY, &txn);
    if (code != 0)
        return refused(kv, code);
    code = look_up(kv, txn, key, &value);
    abandon(kv, txn);
    if (code == 0)
        return value;
    return code == MDB_NOTFOUND ? KV_ABSENT : refused(kv, code);
}

static int64_t kv_len(struct kv *kv) {
    int64_t count = 0;
    MDB_txn *txn;
    int code = begin(kv, MDB_RDONLY, &txn);
    if (code != 0)
        return refused(kv, code);
    code = count_all(kv, txn, &count);
    abandon(kv, txn);
    return code == 0 ? count : refused(kv, code);
}

static int64_t write_in_transaction(struct kv *kv, int64_t key, int64_t *value, bool adds) {
    MDB_txn *txn;
    int code = begin(kv, 0, &txn);
    if (code != 0)
        return refused(kv, code);
    code = end(kv, txn, write_value(kv, txn, key, value, adds));
    if (code == 0)
        return KV_OK;
    return code == MDB_MAP_FULL ? KV_FULL : refused(kv, code);
}

static int64_t kv_put(struct kv *kv, int64_t key, int64_t value) {
    return write_in_transaction(kv, key, &value, false);
}

static int64_t kv_add(struct kv *kv, int64_t key, int64_t delta) {
    int64_t result = write_in_transaction(kv, key, &delta, true);
    return result == KV_OK ? delta : result;
}

static int64_t kv_remove(struct kv *kv, int64_t key) {
    int64_t value = 0;
    MDB_txn *txn;
    int code = begin(kv, 0, &txn);
    if (code != 0)
        return refused(kv, code);
    code = end(kv, txn, take_out(kv, txn, key, &value));
    if (code == 0)
        return value;
    return code == MDB_NOTFOUND ? KV_ABSENT : refused(kv, code);
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

/* No transaction could be made from here: what they said is all there is to see. */
static const char *kv_check(void *shared, enum snag_when when) {
    struct kv *kv = shared;
    (void)when;
    return kv->wrong;
}

#include "adapter.h"
KV_TARGET("kv/lmdb", SNAG_THREADS);
