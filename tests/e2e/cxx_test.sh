#!/bin/bash
# Programs of C++17 (tests/programs/cxx): what the standard says holds under control, in every flavour, in every
# execution anew. needs: cxx
. "$(dirname "$0")/lib.sh"

programs=$SNAG_BUILD/tests/programs/cxx

silent() { # FLAVOUR SCHEDULES NAME OPTIONS…
    local flavour=$1 schedules=$2 name=$3
    shift 3
    check "$name: nothing in $flavour" \
        expect_status 0 "$SNAG" explore "$programs/$name" -f "$flavour" -n "$schedules" --out "$T/out" "$@"
    check "$name: not a bound was hit in $flavour" expect_no_out '^bounds:'
}
for name in threads locks once lifetimes exceptions futures memory streams; do
    check "$name as it is" expect_status 0 timeout 20 "$programs/$name"
    # The global locale is libstdc++'s for ever.
    silent fast 10000 "$name" $([ $name = streams ] || echo --judge leaks)
    silent tsan 1000 "$name"
done
for name in once lifetimes exceptions memory; do
    silent asan 300 "$name" --judge leaks
done
