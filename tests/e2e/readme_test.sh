#!/bin/bash
# What the README tells a new user to write is what it says: under 40 lines, and it finds the bug it speaks of.
# timeout: 600
# Not a check of its prose. The rule: the example is cut out of README.md, never copied here.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
mkdir pool && cd pool || exit 3

# block FIRST LAST: the README's indented lines from the one that begins with FIRST to the one with LAST.
block() {
    sed -n "/^    $1/,/^    $2/{s/^    //; p}" "$SNAG_ROOT/README.md"
}
block '#include "pool.h"' SNAG_TARGET >pool_snag.c
lines() { why="$(wc -l <pool_snag.c) lines"; [ "$(wc -l <pool_snag.c)" -gt 20 ] && [ "$(wc -l <pool_snag.c)" -lt 40 ]; }
check "the example is under 40 lines" lines

cat >pool.h <<'C'
struct pool *pool_new(int size);
void pool_free(struct pool *pool);
int pool_take(struct pool *pool);
void pool_give(struct pool *pool);
int pool_left(struct pool *pool);
C
cat >pool.c <<'C'
#include "pool.h"
#include <pthread.h>
#include <stdlib.h>
struct pool {
    pthread_mutex_t lock;
    int left;
};
struct pool *pool_new(int size) {
    struct pool *pool = malloc(sizeof *pool);
    if (pool != NULL) {
        pthread_mutex_init(&pool->lock, NULL);
        pool->left = size;
    }
    return pool;
}
void pool_free(struct pool *pool) {
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}
int pool_left(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    int left = pool->left;
    pthread_mutex_unlock(&pool->lock);
    return left;
}
int pool_take(struct pool *pool) {
#ifdef FIXED
    pthread_mutex_lock(&pool->lock);
    int taken = pool->left > 0;
    pool->left -= taken;
    pthread_mutex_unlock(&pool->lock);
    return taken;
#else
    if (pool_left(pool) == 0)
        return 0;
    pthread_mutex_lock(&pool->lock);
    pool->left--;
    pthread_mutex_unlock(&pool->lock);
    return 1;
#endif
}
void pool_give(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    pool->left++;
    pthread_mutex_unlock(&pool->lock);
}
C
cat >CMakeLists.txt <<C
cmake_minimum_required(VERSION 3.25)
project(pool C ASM)
add_subdirectory("$SNAG_ROOT" snag EXCLUDE_FROM_ALL)
snag_add_target(NAME pool/mutex SOURCES pool.c pool_snag.c)
snag_add_target(NAME pool/fixed SOURCES pool.c pool_snag.c OPTIONS -DFIXED)
C
check "it is configured" env CC="$SNAG_CC" cmake -G Ninja -B build
check "and builds" cmake --build build -j 2
check "the bug is found" expect_status 1 "$SNAG" explore build/targets/pool/mutex.fast
check "as what the README says" expect_out 'non-linearizable'
repro=$(find snag-out -name '*.repro' | head -n 1)
three() { why="$(cat "$repro")"; [ "$(grep -cE '^    (take|give|left)\(' "$repro")" -le 3 ]; }
check "in three calls" three
check "and the mended pool is silent" expect_status 0 "$SNAG" explore build/targets/pool/fixed.fast

same() {
    why="$(diff "$1" "$2")"
    [ -s "$1" ] && [ -z "$why" ]
}
unset COLUMNS
block 'kv\/scattered-locks (fast): 3 findings' 'To see it happen' >explore.want
run "$SNAG" explore kv/scattered-locks --corpus none
sed '/^To see it happen/q' "$OUT" >explore.got
# Interleavings are told apart by where the compiler put the calls, and the portfolio goes by them: with another
# compiler than that of which the README tells, what follows from it (how often, how many, whose turn) is another number.
compiler=$("$SNAG_CC" --version | sed -nE 's/.*(clang) version ([0-9]+).*/\1 \2/p')
of_any_compiler() {
    sed -E -i -e '/^ [0-9] /s/ +[0-9,]+( +hazard.*)?$/ N\1/' -e '/^ {11}/d; /^unseen:/d' \
        -e '/^schedules:|^discovery:|^   [a-z-]+ +[0-9]/{s/[0-9,]+%?/N/g; s/ +/ /g}' "$@"
}
grep -q "as a build by $compiler prints" "$SNAG_ROOT/README.md" || of_any_compiler explore.want explore.got
check "what explore prints is what it prints" same explore.want explore.got
block 'kv\/scattered-locks (fast): deadlock' '11 events' >replay.want
run "$SNAG" replay snag-out/kv/scattered-locks/deadlock-389740d1.repro
cp "$OUT" replay.got
check "and so is the replay" same replay.want replay.got
block 'snag repro 1' 'end' >repro.want
check "and the file" same repro.want snag-out/kv/scattered-locks/deadlock-389740d1.repro

# shown TITLE LAST REPRO: the README's block from TITLE to LAST is the replay of a kept repro.
shown() {
    block "$1" "$2" >shown.want
    run "$SNAG" replay "$SNAG_ROOT/corpus/$3"
    cp "$OUT" shown.got
    check "the replay of $3 is what it prints" same shown.want shown.got
}
shown 'kv\/await-in-helper (fast): suspended-owner' '16 events' kv/await-in-helper/regress/suspended-owner-19c7ce63.repro
shown 'kv\/exit-holding (fast): hang' '22 events' kv/exit-holding/regress/hang-910e2035.repro

# The table of rules: "| **R1** … | code | TARGET: `KEY`… | fix |"
rules=0
while IFS='|' read -r _ rule _ printed _; do
    rule=$(sed -E 's/.*\*\*(R[1-8])\*\*.*/\1/' <<<"$rule") target=$(sed -E 's/^ *([^:]+):.*/\1/' <<<"$printed")
    key=$(sed -E 's/^[^`]*`([^`]+)`.*/\1/' <<<"$printed")
    rules=$((rules + 1))
    check "$rule is next" test "$rule" = "R$rules"
    check "$rule: what $target is found to do" expect_status 1 "$SNAG" explore "$target" --json --corpus none
    check "$rule: is what it says: $key" expect_json "any(.findings[]; .key == \"$key\")"
done < <(grep -E '^\| \*\*R[1-8]\*\*' "$SNAG_ROOT/README.md")
check "there are eight rules" test $rules = 8
