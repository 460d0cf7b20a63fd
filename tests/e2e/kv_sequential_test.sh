#!/bin/bash
# Every kv implementation, healthy or planted, compiles without a warning and passes a sequential test.
# needs: nothing
# Not about snag: nothing of its runtime is linked. The rule: what is said of a planted bug (that
# compilers, static checkers and sequential tests are silent) is shown here, for each of them.
. "$(dirname "$0")/lib.sh"
cd "$SNAG_ROOT" || exit 3

includes=(-Isrc/include -Isrc -Itargets)
warnings=(-Wall -Wextra -Werror)
test_sources=(tests/unit/targets/kv_sequential.c targets/kv/spec.c)
clang=$SNAG_CC

# build CC OUT SOURCE [FLAG…]: the sequential test of one implementation.
build() {
    local cc=$1 out=$2 source=$3
    shift 3
    "$cc" -std=gnu11 -O1 -g "${warnings[@]}" "$@" "${includes[@]}" -Itargets/kv -o "$out" \
        "$source" "${test_sources[@]}" -lpthread
}

compilers=("$clang")
if command -v gcc >/dev/null; then
    compilers+=(gcc)
else
    echo "# no gcc here: compiled with $clang only"
fi
tidy=$(command -v clang-tidy || ls /usr/bin/clang-tidy-[0-9]* 2>/dev/null | sort -V | tail -n 1)
[ -n "$tidy" ] || echo "# no clang-tidy here: its concurrency checks are left out"

implementations=()
for source in targets/kv/*.c; do
    [ "$source" = targets/kv/spec.c ] || implementations+=("$source")
done

for source in "${implementations[@]}"; do
    name=$(basename "$source" .c)
    for cc in "${compilers[@]}"; do
        cc_name=$(basename "$cc")
        check "$name compiles without a warning by $cc_name" build "$cc" "$T/$name" "$source"
        check "$name passes alone, by $cc_name" expect_status 0 "$T/$name"
    done
    check "$name: -Wthread-safety is silent" \
        build "$clang" "$T/$name" "$source" -Wthread-safety -Wthread-safety-beta
    if [ -n "$tidy" ]; then
        check "$name: clang-tidy concurrency-* is silent" "$tidy" --quiet \
            --checks='-*,concurrency-*' --warnings-as-errors='*' "$source" -- \
            -std=gnu11 "${includes[@]}" -Itargets/kv
    fi
done

# The healthy ones also hold under the sanitizers, leaks included.
for name in mutex mutex-async parking sharded rwlock robust; do
    check "$name builds with ASan and UBSan" build "$clang" "$T/asan" "targets/kv/$name.c" \
        -fsanitize=address,undefined -fno-sanitize-recover=all
    check "$name holds under ASan and UBSan" expect_status 0 "$T/asan"
done

# And the sequential test can fail: a store that counts wrongly, and one with room for one key too many.
sed 's/: 0) + delta;/: 1) + delta;/' targets/kv/mutex.c >"$T/wrong.c"
check "a wrong sum compiles" build "$clang" "$T/wrong" "$T/wrong.c"
check "a wrong sum is seen" expect_status 1 "$T/wrong"
check "as what it is" expect_out '^FAIL kv/mutex: add\(.*the model disagrees'
sed 's/capacity = config/capacity = 1 + config/' targets/kv/mutex.c >"$T/full.c"
check "a wrong bound compiles" build "$clang" "$T/full" "$T/full.c"
check "a wrong bound is seen" expect_status 1 "$T/full"
