# surface_test.sh: every function that <pthread.h>, <semaphore.h> and <threads.h> declare is interposed, or plain data
# that may pass (unmodelled.def): none passes unseen.
# needs: nothing
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
shim=$SNAG_ROOT/src/shim

printf '#include <%s>\n' pthread.h semaphore.h threads.h >all.c
"$SNAG_CC" -D_GNU_SOURCE -E -P all.c | tr '\n' ' ' | tr ';' '\n' |
    grep -oE '\b(pthread|sem|thrd|mtx|cnd|tss)_[a-z0-9_]+ *\(|\bcall_once *\(' | tr -d ' (' | sort -u >declared
check "there are many" test "$(wc -l <declared)" -gt 130

# Those that a header gives another name: calls go to that.
printf '%s\n' pthread_yield pthread_mutex_consistent_np pthread_mutexattr_getrobust_np pthread_mutexattr_setrobust_np >other
grep -oE '^SNAG_SYM\([A-Za-z0-9_]+' "$shim/symbols.def" | cut -d '(' -f 2 >wrapped
grep -oE '^SNAG_HARMLESS\("[^"]+' "$shim/unmodelled.def" | cut -d '"' -f 2 | sed 's/\*$/.*/; s/^/^/; s/$/$/' >harmless
grep -vxF -f wrapped declared | grep -vxF -f other | grep -vE -f harmless >unseen
why="$(cat unseen)"
check "each is interposed, or harmless" test ! -s unseen
