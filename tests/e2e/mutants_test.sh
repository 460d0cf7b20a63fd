#!/bin/bash
# Mutation check: a healthy source with any one of its lock/unlock pairs, locks or unlocks taken out is flagged.
# timeout: 2400
# It is also how an outside project uses snag: installed, found by find_package, fed by snag_add_target. The rule:
# the source unchanged goes the same way, and must stay silent, so that a flag means the mutation.
. "$(dirname "$0")/lib.sh"

# What takes a lock, what gives it back, and what takes it too weakly (-: nothing does), by their names. Calls in a
# target's source and in the headers beside it are taken out, each lock, its unlocks and both; or weakened.
calls=(
    "pthread_mutex_lock pthread_mutex_unlock -"
    "pthread_rwlock_rdlock pthread_rwlock_unlock -"
    "pthread_rwlock_wrlock pthread_rwlock_unlock pthread_rwlock_rdlock"
    "lock_table unlock_table -"
    "word_lock word_unlock -"
    "sharded_find sharded_release -"
    "kv_lock kv_unlock -"
    "snag_async_mutex_lock snag_async_mutex_unlock -"
)
# What no such pair says: "TARGET NAME FILE SED-EXPRESSION".
edits=(
    "kv/robust repairs-nothing robust.c s/^ *table->count++;/;/"
    "kv/robust stays-inconsistent robust.c /pthread_mutex_consistent/d"
    "kv/robust does-not-look robust.c s/ == EOWNERDEAD/ == EINVAL/"
    "kv/robust is-not-robust robust.c s/MUTEX_ROBUST/MUTEX_STALLED/"
    "kv/parking sleeps-unchecked parking_lot.h s/if (atomic_load(word) == expected)/if (expected != 0)/"
    "kv/parking forgets-others parking_lot.h s/others ? more : none/none/"
    "kv/parking wakes-nobody parking_lot.h /pthread_cond_signal/d"
    "kv/parking never-parked parking.c s/atomic_compare_exchange_strong(word, &alone, 0)/atomic_exchange(word, 0)/"
    "kv/sharded reserves-in-two-steps sharded.h s/atomic_comp.*count + 1)/(map->count = count + 1, true)/"
    "kv/sharded keeps-the-place sharded.h /atomic_fetch_sub/d"
    "kv/sharded grows-without-moving sharded.h s/shard_bucket(buckets, count, entry->key)/\&buckets[b]/"
    "kv/spin takes-relaxed spin.c s/true, memory_order_acquire/true, memory_order_relaxed/"
    "kv/spin gives-relaxed spin.c s/false, memory_order_release/false, memory_order_relaxed/"
    "kv/lock-free trusts-the-root lock-free.c s/if (now == table)/if (now != NULL)/"
    "kv/lock-free frees-what-is-read lock-free.c s/if (is_named(kv, table))/if (table == NULL)/"
    "kv/lock-free gives-relaxed lock-free.c s/NULL, memory_order_release/NULL, memory_order_relaxed/"
    "kv/lock-free swaps-blindly lock-free.c s/if (atomic_comp.*new))/if ((atomic_store(\&kv->root, new), true))/"
    "kv/free-list no-version free-list.c s/((head >> 32) + 1)/(head >> 32)/"
    "registry/refcounted drops-relaxed refcounted.c s/strong, 1, memory_order_acq_rel/strong, 1, memory_order_relaxed/"
    "registry/refcounted drops-in-two-steps refcounted.c s/atomic_fetch_sub.*strong, .*== 1/--*(int64_t *)\&object->strong == 0/"
    "registry/refcounted unwatches-relaxed refcounted.c s/weak, 1, memory_order_acq_rel/weak, 1, memory_order_relaxed/"
    "registry/refcounted revives-the-dead refcounted.c s/if (strong == 0)/if (strong < 0)/"
    "registry/refcounted keeps-its-weak-one refcounted.c s/^        object_unwatch(object);/        (void)object;/"
    "kv/sharded never-releases sharded.h s/pthread_mutex_unlock(&shard->lock)/(void)shard/"
    "channel/actor adds-nothing actor.c /total->value += request->value/d"
    "channel/actor never-stops actor.h /^    snag_channel_sender_drop(actor->mailbox)/d"
    "channel/broadcast wakes-one primitives/broadcast.c s/for (\(struct snag__waiter \*w\); (w = \(.*receiving)\)) != NULL;)/\1 = \2; if (w != NULL)/"
    "channel/broadcast counts-the-last primitives/broadcast.c s/if (b->sent - s->next > b->capacity)/if (b->sent - s->next >= b->capacity)/"
    "channel/broadcast forgets-who-waited primitives/broadcast.c s/^            s->next++;//"
    "channel/condvar wakes-one condvar.c s/broadcast(&channel->sent)/signal(\&channel->sent)/"
    "channel/condvar wakes-no-sender condvar.c /pthread_cond_signal(&channel->taken)/d"
    "channel/condvar wakes-no-receiver condvar.c /pthread_cond_signal(&channel->sent)/d"
    "channel/condvar waits-once condvar.c s/while (value == CHANNEL_EMPTY)/if (value == CHANNEL_EMPTY)/"
    "channel/mpsc-bounded wakes-nobody waiters.h /snag_wake(w->waker)/d"
    "channel/mpsc-bounded does-not-settle waiters.h s/w->settled = true/w->settled = false/"
    "channel/mpsc-bounded waits-once waiters.h s/while (!w->settled)/if (!w->settled)/"
    "channel/mpsc-bounded loses-the-waiting channel.c /put(c, sender->value)/d"
    "channel/mpsc-bounded leaves-senders channel.c /settle_all(&c->sending/d"
    "channel/mpsc-bounded leaves-receivers channel.c /settle_all(&c->receiving/d"
    "channel/mpsc-bounded leaves-others channel.c /settle_all(&c->ending/d"
    "channel/mpsc-bounded serves-nobody channel.c s/= snag__waiters_take(&c->receiving)/= NULL/"
    "channel/mpsc-bounded lets-nobody-in channel.c s/= snag__waiters_take(&c->sending)/= NULL/"
    "channel/mpsc-bounded sends-when-closed channel.c s/if (c->closed)/if (c->closed \&\& c->count == 0)/"
    "channel/mpsc-bounded closes-too-soon channel.c s/if (--c->senders == 0)/if (--c->senders <= 1)/"
    "channel/mpsc-unbounded does-not-move channel.c s/c->ring\[(c->first + i) % c->room\]/c->ring[i]/"
    "channel/oneshot tells-nobody primitives/oneshot.c /settle(receiver, SNAG_CHANNEL_CLOSED)/d"
    "channel/oneshot wakes-nobody primitives/oneshot.c /settle(receiver, SNAG_CHANNEL_OK)/d"
    "channel/oneshot never-freed primitives/oneshot.c s/bool last = !o->sender \&\& !o->receiver/bool last = false/"
    "channel/oneshot freed-too-soon primitives/oneshot.c s/bool last = !o->sender \&\& /bool last = /"
    "channel/oneshot sends-to-nobody primitives/oneshot.c s/bool wanted = o->receiver/bool wanted = true/"
    "channel/watch tells-nobody primitives/watch.c /^    *tell_all(w);/d"
    "channel/watch keeps-its-number primitives/watch.c /w->version++/d"
    "channel/watch waits-when-closed primitives/watch.c s/== w->version \&\& !w->closed/== w->version/"
    "channel/watch sees-nothing primitives/watch.c s/^    \*seen = w->version;/;/"
    "sync/waits gives-no-permit async_semaphore.c s/snag__waiter_settle(next, 0)/(void)0/"
    "sync/waits gives-it-twice async_semaphore.c s/^    else$/    if (s->permits == 0)/"
    "sync/waits keeps-nothing async_notify.c s/n->kept = true/(void)0/"
    "sync/waits keeps-it-for-ever async_notify.c s/^        n->kept = false/        (void)0/"
    "sync/waits tells-and-keeps async_notify.c s/^    else$/    if (!n->kept)/"
    "sync/waits miscounts async_notify.c s/return told;/return told + 1;/"
    "sync/waits lets-one-go async_barrier.c s/for (\(struct snag__waiter \*next\); (\(next = .*\)) != NULL;)/\1 = NULL; if ((\2) != NULL)/"
    "sync/waits counts-on async_barrier.c s/^        b->arrived = 0/        (void)0/"
    "sync/waits one-too-few async_barrier.c s/++b->arrived == b->size/++b->arrived >= b->size - 1/"
    "sync/shared reads-while-written async_rwlock.c s/bool got = !l->writer \&\& (how/bool got = (how/"
    "sync/shared writes-while-read async_rwlock.c s/how == SNAG__ASYNC_READ || l->readers == 0/true/"
    "sync/shared counts-no-reader async_rwlock.c s/l->readers++/(void)0/"
    "sync/shared serves-nobody async_rwlock.c /^    serve(l);/d"
    "sync/shared makes-it-twice async_once.c s/^        o->state = BEING_MADE;/        (void)0;/"
    "sync/shared tells-nobody async_once.c /snag__waiter_settle(w, o->state)/d"
    "sync/shared tells-of-nothing async_once.c s/made != NULL ? MADE : UNMADE/MADE/"
    "sync/condvar wakes-one notify.h s/broadcast\(.*whose\)/signal\1/"
    "sync/condvar waits-once semaphore.h s/while (s->permits/if (s->permits/"
    "sync/condvar signals-nobody semaphore.h /pthread_cond_signal/d"
    "sync/condvar wakes-one-of-all barrier.h s/pthread_cond_broadcast/pthread_cond_signal/"
    "sync/condvar one-generation barrier.h /b->generation++/d"
    "sync/futex wakes-nobody futex.c /^    futex_wake(&s->permits/d"
    "sync/futex takes-blindly futex.c s/if (atomic_comp.*permits - 1))/if ((atomic_store(\&s->permits, permits - 1), true))/"
    "sync/futex forgets-others futex.h /futex_wait(word, 2)/{n;s/2/1/}"
    "sync/futex wakes-no-locker futex.h s/^        futex_wake(word, 1);/        (void)0;/"
    "sync/futex wakes-one futex.h s/futex_wake(&n->told, INT_MAX);/futex_wake(\&n->told, 1);/"
    "sync/futex sees-late futex.h s/futex_wait(&n->told, told)/futex_wait(\&n->told, atomic_load(\&n->told))/"
    "sync/futex one-generation futex.h /atomic_store(&b->generation/d"
    "handoff/graceful is-not-ready graceful.c /MESSAGE_READY}, -1);/d"
    "handoff/graceful serves-too-soon graceful.c s/return receive(g->predecessor.*MESSAGE_YOURS;/return (none = 0) == 0;/"
    "handoff/graceful listens-on graceful.c /close_if_open(&g->listener);/d"
    "handoff/graceful passes-half graceful.c s/if (!g->connections\[i\].half)/if (true)/"
    "handoff/graceful forgets-totals graceful.c s/.total = c->total/.total = 0/"
    "handoff/graceful keeps-what-it-passed graceful.c s/^    drop(g, i);$/    (void)i;/"
    "handoff/graceful waits-for-the-drained graceful.c s/close_if_open(&g->predecessor)/(void)fd/"
    "handoff/graceful tells-of-no-failure graceful.c /report(g->server, REPORT_FAILED)/d"
    "handoff/graceful passes-what-it-has-not-got server.h s,g->predecessor >= 0 ? -1 : ,,"
    "handoff/graceful leaves-the-listener server.h /close_if_open(&g->listener)/d"
    "handoff/graceful forgets-a-half server.h s/c->half = byte == REQUEST_ADD/c->half = false/"
    "handoff/graceful loses-its-turn operator.h s/while (server->busy)/if (server->busy)/"
    "handoff/graceful takes-over-undrained operator.h 0,/^    drain_old(server);$/s///"
    "handoff/graceful wakes-no-turn operator.h /signal(&server->turn)/d"
    "handoff/graceful wakes-no-report operator.h /signal(&server->reported)/d"
    "handoff/graceful reports-once operator.h s/while (server->report == REPORT_NONE)/if (server->report == REPORT_NONE)/"
    "kv/async-mutex lets-two-in primitives/async_mutex.c s/m->held = next != NULL/m->held = false/"
    "kv/async-mutex wakes-nobody primitives/async_mutex.c /settle(next, 0)/d"
    "kv/timeout gives-nothing-back timeout.c s/snag_async_mutex_unlock(way)/(void)way/"
    "kv/async-mutex keeps-the-lock async-mutex.c s/^    snag_async_mutex_unlock(lock);/    (void)lock;/"
    "kv/async-mutex keeps-the-spare async-mutex.c s/^    free(\*(struct kv_entry \*\*)spare);/    (void)spare;/"
    "sync/shared takes-nothing-back shared.c s/^    shared->one = shared->other;/    (void)shared;/"
    "kv/sqlite writes-without-a-transaction sqlite.c s/^    \[\(BEGIN\|COMMIT\)\] = .*/    [\1] = \"DELETE FROM kv WHERE 0\",/"
    "kv/sqlite shares-a-connection sqlite.c s/sqlite3_open(DATABASE, &mine.db)/(mine.db = kv->db, 0)/"
    "kv/sqlite one-thread-at-a-time sqlite.c s/^    sqlite3_config(.*/    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);/"
    "kv/sqlite forgets-a-statement sqlite.c s/^    for (int i = 0; i < STATEMENTS; i++)/    for (int i = 0; i < LEN; i++)/"
    "kv/lmdb locks-nothing lmdb.c s/MDB_NOSYNC | MDB_WRITEMAP/MDB_NOLOCK | MDB_NOSYNC | MDB_WRITEMAP/"
    "kv/lmdb keeps-its-transaction lmdb.c s/^    mdb_txn_abort(txn);/    (void)txn;/"
    "channel/glib-async-queue keeps-the-queue glib-async-queue.c /g_async_queue_unref/d"
    "channel/glib-async-queue never-waits glib-async-queue.c s/g_async_queue_pop(/g_async_queue_try_pop(/"
    "uv/thread-pool counts-in-the-pool thread-pool.c s/^    job->answer = .*/&over++;/"
    "uv/thread-pool closes-too-soon thread-pool.c s/ && woken > 0 / /"
    "uv/thread-pool leaves-the-timer thread-pool.c /uv_close((uv_handle_t \*)&timer/d"
    "kv/actor looks-itself actor.c s/return ask(kv, KV_LEN, 0, 0, NULL)/return kv->table.count/"
    "kv/actor frees-what-it-gave actor.c s/^    free(spare);$/    (void)spare;/"
    "kv/actor never-stops actor.c /^    snag_channel_sender_drop(kv->mailbox)/d"
)
# Mutants that no execution can tell from the original, "NAME reason".
equivalent=(
    "channel/broadcast-waiters-pthread_mutex_lock-1-unlock there no task is aborted while it waits"
    "channel/mpsc-unbounded-waiters-pthread_mutex_lock-1-unlock there no task is aborted while it waits"
    "channel/oneshot-waiters-pthread_mutex_lock-1-unlock there no task is aborted while it waits"
    "channel/watch-waiters-pthread_mutex_lock-1-unlock there no task is aborted while it waits"
    "channel/mpsc-bounded-channel-pthread_mutex_lock-10-pair the receiver goes when all others are gone"
    "channel/mpsc-unbounded-channel-pthread_mutex_lock-10-pair the receiver goes when all others are gone"
    "kv/robust-robust-lock_table-7-unlock the thread ends there, and the next one gets it as from any dead owner"
)

# mutate WHAT N "TAKE GIVE WEAK" FILE: of the N-th call of TAKE, takes out the call, the calls of GIVE that follow in
# its function, or both, or calls WEAK instead (WHAT: lock, unlock, pair, weak). Exit status 1: there is no N-th; 2:
# there is no such mutation: the call is part of a longer statement, or no GIVE follows.
mutate() {
    awk -v what="$1" -v nth="$2" -v names="$3" '
        BEGIN { split(names, name, " "); weak = name[3]; status = 1 }
        function calls(which) { return match($0, "[^A-Za-z0-9_]" name[which] "\\(") }
        /^}/ { inside = 0 }
        /^[ \t]/ && calls(1) && ++seen == nth {
            inside = 1
            alone = calls(1) + 1 == match($0, /[^ \t]/) && /;$/
            status = what == "weak" ? (weak == "-" ? 2 : 0) : what == "lock" && alone ? 0 : 2
            if (what == "weak") sub(name[1], weak)
            else if (what != "unlock") { print "    (void)0;"; next }
        }
        inside && calls(2) && (what == "unlock" || (what == "pair" && alone)) {
            sub(/[a-z_]+\(.*;/, "(void)0;")
            status = 0
        }
        { print }
        END { exit status }' "$4"
}

# calls_all PRIMITIVE FILE…: do these call every function of the primitive, but for what selects are made of?
calls_all() {
    local function
    while read -r function; do
        grep -q "[^A-Za-z0-9_]$function\b" "${@:2}" || return 1
    done < <(sed -nE '/ snag_source_/d; s/^[a-z].*[ *](snag_[a-z_]+)\(.*/\1/p' "$1")
}
# files TARGET: its source, the headers beside it that it includes, and those of snag's async primitives that it is
# the test of
files() {
    local folder=$SNAG_ROOT/targets/${1%/*} header own=() primitive tested=
    own=("$folder/${1##*/}.c")
    while read -r header; do
        [ ! -f "$folder/$header" ] || own+=("$folder/$header")
    done < <(sed -nE 's/^#include "([^"/]+)"$/\1/p' "${own[0]}")
    printf '%s\n' "${own[@]}"
    for primitive in "$primitives"/*.c; do
        calls_all "$primitive" "${own[@]}" || continue
        [ -n "$tested" ] || printf '%s\n' "$primitives/waiters.h"
        tested=$primitive
        printf '%s\n' "$primitive"
    done
}

primitives=$SNAG_ROOT/src/task/primitives

check "snag installs" cmake --install "$SNAG_BUILD" --prefix "$T/prefix"
mapfile -t healthy < <("$SNAG" list --json |
    jq -r '.targets[] | select([.expects[][]] == []) | .name')
project=$T/project
mkdir -p "$project"
cat >"$project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(mutants C)
find_package(snag REQUIRED)
CMAKE
mutants=()
# place NAME FILE: where FILE, or a mutant of it, stands in the folder NAME
place() {
    local below=$project/$1
    [ "$(dirname "$2")" != "$primitives" ] || below+=/task/primitives
    mkdir -p "$below"
    echo "$below/$(basename "$2")"
}
# add NAME TARGET: one more target of the project: TARGET, but for the files in the folder NAME. A primitive with a
# mutant is one of its sources, and stands before that of snag.
add() {
    local folder=$SNAG_ROOT/targets/${2%/*} sources=("$1/${2##*/}.c") primitive
    local spec= library= also= archive libraries= includes=
    cp -n "$folder/${2##*/}.c" "$folder"/*.h "$project/$1/"
    if [ -e "$project/$1/task/primitives" ]; then
        cp -n "$primitives"/* "$project/$1/task/primitives/"
        for primitive in "$project/$1/task/primitives"/*.c; do
            sources+=("$1/task/primitives/$(basename "$primitive")")
        done
    fi
    [ ! -e "$folder/spec.c" ] || spec="SPEC \"$folder/spec.c\""
    read -r library also < <(sed -nE "s,^snag_add_with\($2 ([^ ]+) [^ )]+( ALSO ([^ )]+))?.*,\1 \3,p" \
        "$SNAG_ROOT/targets/CMakeLists.txt")
    for archive in $library $also; do
        echo "find_library(on_$archive lib$archive.a REQUIRED)" >>"$project/CMakeLists.txt"
        libraries+=" \${on_$archive}"
    done
    [ -z "$library" ] || includes=$(find /usr/include /usr/lib -type d \
        \( -path "*/include/$library" -o -path "*/$library/include" \) -printf '%p ')
    echo "snag_add_target(NAME $1 $spec SOURCES ${sources[*]} ${libraries:+LIBS $libraries}" \
        "INCLUDES $includes \"$project/$1\" \"$SNAG_ROOT/src\" \"$folder\" FLAVOURS fast tsan)" \
        >>"$project/CMakeLists.txt"
}
# take_out TARGET FILE NAMES: every mutant of the calls of NAMES in FILE
take_out() {
    local n what status file name
    file=$(basename "$2")
    for ((n = 1; ; n++)); do
        for what in pair lock unlock weak; do
            name=$1-${file%.*}-${3%% *}-$n-$what
            status=0
            mutate $what $n "$3" "$2" >"$(place "$name" "$2")" || status=$?
            [ $status -eq 0 ] || rm -r "${project:?}/$name"
            [ $status -ne 1 ] || return 0
            [ $status -ne 2 ] || continue
            add "$name" "$1"
            mutants+=("$name")
        done
    done
}
for target in "${healthy[@]}"; do
    mkdir -p "$project/$target"
    add "$target" "$target"
    before=${#mutants[@]}
    while read -r file; do
        for names in "${calls[@]}"; do
            take_out "$target" "$file" "$names"
        done
    done < <(files "$target")
    for line in "${edits[@]}"; do
        read -r of name file expression <<<"$line"
        [ "$of" = "$target" ] || continue
        original=$(files "$target" | grep "/$file$")
        mutant=$(place "$target-$name" "$original")
        sed "$expression" "$original" >"$mutant"
        check "$target-$name changes something" expect_status 1 cmp -s "$original" "$mutant"
        add "$target-$name" "$target"
        mutants+=("$target-$name")
    done
    check "$target: there is something to take out" test ${#mutants[@]} -gt "$before"
done
check "the project configures" cmake -G Ninja -S "$project" -B "$T/build" -DCMAKE_PREFIX_PATH="$T/prefix" \
    -DCMAKE_C_COMPILER="$SNAG_CC"
# build FLAVOUR NAME…
build() { cmake --build "$T/build" -j 2 --target $(printf "targets/%s.$1 " "${@:2}"); }
check "and builds" build fast "${healthy[@]}" "${mutants[@]}"
check "and builds in tsan" build tsan "${healthy[@]}"

# explore NAME FLAVOUR: built in it, if it is not yet: fast flags nearly every mutant, and tsan is not asked
explore() {
    local schedules=20000
    [ -e "$T/build/targets/$1.$2" ] || build "$2" "$1" >&2 || return 3
    [[ $1 != kv/sqlite* && $1 != kv/lmdb* ]] || schedules=1000 # they take fifty times as long
    "$T/prefix/bin/snag" explore "$1" --flavour "$2" --schedules $schedules --targets "$T/build/targets" --no-shrink --json \
        --on-finding abort --fail-on finding,hazard --corpus "$T/none" --out "$T/out"
}
# In any flavour. Leaves "flavour kind" of each finding in $T/flags.
expect_flagged() {
    local flavour
    : >"$T/flags"
    for flavour in fast tsan; do
        run explore "$1" $flavour || true
        jq -r '.findings[] | "\(.flavour) \(.kind)"' "$OUT" >>"$T/flags"
        [ ! -s "$T/flags" ] || return 0
    done
    why="nothing was found in any flavour"
    return 1
}
expect_unflagged() {
    expect_status 0 explore "$1" fast && expect_status 0 explore "$1" tsan
}

for target in "${healthy[@]}"; do
    check "$target unchanged is silent" expect_unflagged "$target"
done
for mutant in "${mutants[@]}"; do
    reason=
    for line in "${equivalent[@]}"; do
        [ "${line%% *}" = "$mutant" ] && reason=${line#* }
    done
    if [ -n "$reason" ]; then
        echo "$mutant: equivalent: $reason"
        check "$mutant, equivalent, is silent" expect_unflagged "$mutant"
        continue
    fi
    check "$mutant is flagged" expect_flagged "$mutant"
    echo "    $mutant: $(sort -u "$T/flags" | paste -s -d ,)"
done
