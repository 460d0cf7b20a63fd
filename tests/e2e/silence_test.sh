#!/bin/bash
# Compilers and checkers are silent about every target that ships, and a sequential test passes on each.
# needs: nothing
# Not about snag: nothing of its runtime is linked. The rule: what is said of a planted bug (that nothing else says a
# word) is shown here for each of them, gone through by targets/expected.def; no tool may be missing (ci/deps).
. "$(dirname "$0")/lib.sh"
cd "$SNAG_ROOT" || exit 3

clang=$SNAG_CC
warnings=(-Wall -Wextra -Werror)
tidy=$(command -v clang-tidy || ls /usr/bin/clang-tidy-[0-9]* 2>/dev/null | sort -V | tail -n 1)
check "gcc is here" command -v gcc
check "clang-tidy is here" test -n "$tidy"
mapfile -t targets < <(sed -nE 's/^SNAG_EXPECT\("([^"]+)".*/\1/p' targets/expected.def | sort -u)
check "there are targets" test ${#targets[@]} -gt 0
healthy() { grep -q "^SNAG_EXPECT(\"$1\", \"[a-z]*\", \"silent\")" targets/expected.def; }

# served TARGET: the library that it is on, if it is on one; the build knows which
served() { sed -nE "s,^snag_add_with\($1 ([^ ]+) .*,\1,p" targets/CMakeLists.txt; }
# flags SPEC [TARGET]: how its files are compiled. A library may keep its headers in folders of its own.
flags() {
    local library=
    [ $# -eq 1 ] || library=$(served "$2")
    echo -std=gnu11 -Isrc/include -Isrc -Itargets -Itargets/"$1"
    [ -z "$library" ] || find /usr/include /usr/lib -type d \( -path "*/include/$library" -o -path "*/$library/include" \) -printf '-I%p '
}
# parts CC SPEC [FLAG…]: the objects that the tests of all implementations of a spec share; made once
parts() {
    local cc=$1 spec=$2 source
    shift 2
    local folder="$T/parts ${cc##*/} $spec $*"
    if [ ! -d "$folder" ]; then
        mkdir "$folder" || return 1
        for source in tests/unit/targets/sequential.c "targets/$spec/spec.c" src/task/primitives/*.c; do
            # shellcheck disable=SC2046
            "$cc" $(flags "$spec") -O1 -g "${warnings[@]}" "$@" -c -o "$folder/${source//\//-}.o" "$source" || return 1
        done
    fi
    objects=("$folder"/*.o)
}
# build CC OUT SPEC SOURCE [FLAG…]: the sequential test of one implementation; of a scenario, which has none, the object
build() {
    local cc=$1 out=$2 spec=$3 source=$4 objects=() rest=(-c) target library
    target=${source#targets/} target=${target%.c} library=$(served "$target")
    shift 4
    if [ -e "targets/$spec/spec.c" ]; then
        parts "$cc" "$spec" "$@" || return 1
        rest=("${objects[@]}" ${library:+"-l${library%_a}"} -lpthread)
    fi
    # shellcheck disable=SC2046
    "$cc" $(flags "$spec" "$target") -O1 -g "${warnings[@]}" "$@" -o "$out" "$source" "${rest[@]}"
}
# expect_sequential PROGRAM TARGET: it passes, and has seen all results that there are. Where a folder has several
# specifications, those of channel/a-b-c are kept under that name, that of channel/a-b, or that of channel/a.
expect_sequential() {
    local kept=tests/golden/sequential_${2/\//_}
    while [ ! -e "$kept.txt" ] && [[ ${kept##*_} == *-* ]]; do
        kept=${kept%-*}
    done
    [ -e "$kept.txt" ] || kept=tests/golden/sequential_${2%%/*}
    expect_status 0 "$1" && expect_same "$OUT" "$kept.txt"
}
expect_same() {
    why="$1 and $2 differ: $(diff "$1" "$2" | head -n 5)"
    cmp -s "$1" "$2"
}

for source in targets/*/*.c; do
    name=${source#targets/} name=${name%.c}
    [ "${name##*/}" = spec ] || check "$name is in expected.def" grep -q "\"$name\"" targets/expected.def
done

for target in "${targets[@]}"; do
    spec=${target%%/*}
    for cc in "$clang" gcc; do
        check "$target compiles without a warning by ${cc##*/}" \
            build "$cc" "$T/sequential" "$spec" "targets/$target.c"
        [ ! -e "targets/$spec/spec.c" ] || check "$target passes alone, by ${cc##*/}" expect_sequential "$T/sequential" "$target"
    done
    check "$target: -Wthread-safety is silent" build "$clang" "$T/sequential" "$spec" "targets/$target.c" \
        -Wthread-safety -Wthread-safety-beta
    # shellcheck disable=SC2046
    check "$target: clang-tidy concurrency-* is silent" "$tidy" --quiet --checks='-*,concurrency-*' \
        --warnings-as-errors='*' "targets/$target.c" -- $(flags "$spec" "$target")
    # From one task, a planted bug is no error in memory either: it takes two of them.
    if healthy "$target" && [ -e "targets/$spec/spec.c" ]; then
        check "$target builds with ASan and UBSan" build "$clang" "$T/asan" "$spec" "targets/$target.c" \
            -fsanitize=address,undefined -fno-sanitize-recover=all
        check "$target holds under ASan and UBSan" expect_sequential "$T/asan" "$target"
    fi
done

# And the checks can fail: a sum that is wrong, a table with room for one key too many, an object that is never gone,
# a result that was never seen; a warning, and a call that is not for threads.
# wrong TARGET SED-EXPRESSION
wrong() {
    sed "$2" "targets/$1.c" >"$T/wrong.c"
    check "wrong $1 compiles" build "$clang" "$T/wrong" "${1%%/*}" "$T/wrong.c"
    check "wrong $1 is seen" expect_status 1 "$T/wrong"
    check "as what it is" expect_out "^FAIL $1: .*$3"
}
wrong kv/mutex 's/: 0) + delta;/: 1) + delta;/' 'add\(.*the model disagrees'
wrong kv/mutex 's/capacity = config/capacity = 1 + config/' 'the model disagrees'
wrong registry/refcounted 's/if (strong == 0)/if (strong < 0)/' 'the model disagrees'
sed 's/return stored ? sum : KV_FULL;/return stored ? sum : KV_NOMEM;/' targets/kv/mutex.c >"$T/wrong.c"
check "another code compiles" build "$clang" "$T/wrong" kv "$T/wrong.c"
check "another code is seen" expect_status 0 "$T/wrong"
check "in what is kept" expect_status 1 cmp -s "$OUT" tests/golden/sequential_kv.txt
{ cat targets/kv/mutex.c && echo 'static int unused_here(void) { return 0; }'; } >"$T/warned.c"
check "a warning is an error" expect_status 1 build "$clang" "$T/warned" kv "$T/warned.c"
{ cat targets/kv/mutex.c && printf '#include <string.h>\nchar *said(int e);\nchar *said(int e) { return strerror(e); }\n'; } \
    >"$T/unsafe.c"
# shellcheck disable=SC2046
check "clang-tidy sees what is not for threads" expect_status 1 "$tidy" --quiet --checks='-*,concurrency-*' \
    --warnings-as-errors='*' "$T/unsafe.c" -- $(flags kv)
