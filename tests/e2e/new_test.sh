#!/bin/bash
# `snag new`: what it writes builds by the commands that it prints, is silent, and finds a bug put into it.
# timeout: 900
# Not about plugging modules in by hand (outside_test.sh). The rule: the commands are the printed ones.
. "$(dirname "$0")/lib.sh"

cd "$T" || exit 3
files=(CMakeLists.txt shelf.c shelf.h shelf_spec.c)

# refused PATTERN ARGUMENT…: exit 2, one line that matches, and nothing is written
expect_refused() {
    local pattern=$1 before
    shift
    before=$(find . -type f -not -name '.out' -not -name '.err' -exec cksum {} + | sort)
    expect_status 2 "$SNAG" new "$@" && expect_lines "$ERR" 1 && expect_lines "$OUT" 0 && expect_err "$pattern" || return 1
    why="something was written"
    [ "$before" = "$(find . -type f -not -name '.out' -not -name '.err' -exec cksum {} + | sort)" ]
}
for name in '' Shelf 9lives a.b a/b ../x a-b 'a b' "$(printf 'a%.0s' {1..41})"; do
    check "'$name' is no name" expect_refused "^snag new: '.*' cannot be a name: at most 40 of a-z" "$name"
done
for name in int model snag snag_spec; do
    check "nor is $name" expect_refused 'it is taken' $name
done
check "nor a header of the system" expect_refused 'time.h is a header of the system' time
check "it wants a name" expect_refused 'wants NAME \[DIR\]'
check "and two at most" expect_refused 'one argument too many' a b c
check "and says what it does" expect_status 0 "$SNAG" new --help

# ---- installed ----
check "snag installs" cmake --install "$SNAG_BUILD" --prefix "$T/prefix"
tree=$SNAG
SNAG=$T/prefix/bin/snag
check "it writes a project" expect_status 0 "$SNAG" new shelf
cp "$OUT" said
check "of four files" test "$(cd shelf && echo *)" = "${files[*]}"
check "that know no other name" test -z "$(grep -ri stock shelf)"
# printed FILE: the commands that it says to type.
printed() { sed -n 's/^    //p' "$1"; }
check "the commands it prints build and explore it" expect_status 0 bash -ec "$(printed said)"
check "it is silent" expect_out '^shelf/mutex \(fast\): no finding in 20,000 schedules'
check "every pair of operations met" expect_out 'overlaps: +6 of 6 pairs'
cd shelf || exit 3
check "in tsan too" expect_status 0 "$SNAG" explore shelf/mutex -f tsan
check "its spec is right" expect_status 0 "$SNAG" check-spec shelf/mutex
check "and is a target like any" expect_status 0 "$SNAG" list
check "with all flavours" expect_out '^shelf/mutex +fast tsan asan +-$'

cp shelf.c sound.c
# Looks, lets go, and takes: what was enough may be gone.
sed -i '/^int shelf_take/,/^}/s/^    if (enough)$/    pthread_mutex_unlock(\&s->lock);\n    pthread_mutex_lock(\&s->lock);\n&/' shelf.c
check "with a bug put into it" cmake --build build
check "it is found" expect_status 1 "$SNAG" explore shelf/mutex
check "by the model" expect_out 'non-linearizable'
check "and by the invariant" expect_out 'fewer items than none'
check "what it says to type replays it" expect_status 1 bash -c "$(sed -n '/^To see/{n;p}' "$OUT")"
# Counts without the lock.
sed '/^int shelf_count/,/^}/{/pthread_mutex/d}' sound.c >shelf.c
check "with a race put into it" cmake --build build
check "it is found in tsan" expect_status 1 "$SNAG" explore shelf/mutex -f tsan --out race
check "and named" expect_out 'read in shelf_count / write in shelf_(put|take)|write in shelf_(put|take) / read in shelf_count'

# ---- what was there stays ----
cd "$T" || exit 3
check "a second time it refuses" expect_refused '^snag new: shelf/shelf.h is there already; nothing was written$' shelf
mkdir other && echo mine >other/CMakeLists.txt
check "also for one file" expect_refused '^snag new: other/CMakeLists.txt is there already' shelf other
ln -s nowhere other/shelf.c && rm other/CMakeLists.txt
check "or a link to nowhere" expect_refused '^snag new: other/shelf.c is there already' shelf other
rm other/shelf.c && echo mine >other/notes
check "beside other files it writes" expect_status 0 "$SNAG" new shelf other
check "all of it" test "$(cd other && echo *)" = "CMakeLists.txt notes shelf.c shelf.h shelf_spec.c"
check "below a file it cannot" expect_status 3 "$SNAG" new shelf other/notes/x
check "and says so" expect_err '^snag new: other/notes/x: cannot be made: Not a directory$'
check "nor into a file" expect_status 3 "$SNAG" new shelf other/notes
check "and says so, too" expect_err '^snag: other/notes/shelf.h: cannot be created: Not a directory$'
check "the file stays" test "$(cat other/notes)" = mine

# ---- from a build tree, into a folder with a blank in its name ----
check "snag in its own build tree" expect_status 0 "$tree" new shelf "a shelf"
cp "$OUT" said
check "names its sources" expect_out " '?-DSNAG_SOURCE="
# Of the whole only what the last command runs, to save time.
check "the commands build and explore it" expect_status 0 bash -ec "$(printed said |
    sed 's/cmake --build build$/& --target snag-shelf-mutex-fast/')"
check "it is silent there" expect_out '^shelf/mutex \(fast\): no finding in 20,000 schedules'
