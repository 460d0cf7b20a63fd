#!/bin/bash
# lbzip2, a compressor with threads, from Debian's source: CC=snag-cc builds it, and its schedules are explored.
# timeout: 900
# Not about lbzip2. The rule: nothing of its source is changed, until one line is, which is then found.
. "$(dirname "$0")/lib.sh"

export PATH=$SNAG_BUILD:$PATH # no configure takes a compiler with a space in its path
check "the source is here, or is fetched" expect_status 0 "$SNAG_ROOT/ci/debian_source" lbzip2
# Its configure likes no folder with a space in its name.
work=$(mktemp -d) && cd "$work" || exit 3
trap 'status=$?; rm -rf "$work"; (exit $status); e2e_close' EXIT
check "it is unpacked" tar -xf "$(cat "$OUT")" --strip-components=1
check "configure is content" env CC=snag-cc SNAG_FLAVOUR=fast ./configure -q --disable-dependency-tracking
# Its copy of gnulib is older than this C library, whichever compiler builds it: it does not know its streams.
build() { make -s -j2 CPPFLAGS=-D_IO_ftrylockfile; }
check "make, too" build
cd src || exit 3

head -c 2000 "$SNAG_ROOT/LICENSE" >text
check "it compresses" bash -c './lbzip2 -n 2 -c <text >text.bz2'
check "and decompresses" bash -c './lbzip2.tsan -n 2 -dc <text.bz2 | cmp - text'

check "the doctor looks" expect_json '.threads == 5' "$SNAG" doctor --json --stdin text ./lbzip2 -- -n 2 -1 -c
check "nothing escapes" expect_json '.not_modelled == [] and .shared_libraries == [] and .limits == {}'
check "nothing was compiled by another compiler" expect_json '.not_instrumented == []'

# explore FLAVOUR SCHEDULES: what is explored is five threads: two workers, and one each to read, write and wait.
explore() {
    "$SNAG" explore -f "$1" -n "$2" --stdin text --json ./lbzip2 -- -n 2 -1 -c
}
check "it is sound: no deadlock, no lost wakeup" expect_status 0 explore fast 400
check "in each schedule, to its end" expect_json '.schedules == 400 and .findings == [] and .limits == {}'
check "no race" expect_status 0 explore tsan 60
check "either" expect_json '.schedules == 60 and .findings == [] and .limits == {}'

sed -i 's/^  xsignal(&sink_cond);$//' process.c
check "one signal less" build
check "is found" expect_status 1 explore fast 100
check "as what it is" expect_json '[.findings[] | .key] == ["lost-wakeup: sink_thread_proc"]'
check "the repro shows it" expect_status 1 "$SNAG" replay snag-out/lbzip2/lost-wakeup-*.repro
check "in the source's own lines" expect_out 'waits for cond .* in sink_thread_proc \(process.c:362\)'
