#!/bin/bash
# run.sh: one of snag's own decoders under libFuzzer, with ASan and UBSan, for a bounded number of inputs.
#
#     run.sh NAME EXECUTABLE
#
# The seed is fixed: a test is the same each time. Run the executable by hand for longer.
set -u
folder=$(mktemp -d) || exit 3
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 3
if "$2" -seed=1 -runs=30000 -max_len=4096 -verbosity=0 "$folder" >log 2>&1; then
    echo "ok fuzz/$1"
    echo "1 passed, 0 failed"
    exit 0
fi
echo "FAIL fuzz/$1"
tail -n 40 log | sed 's/^/    /'
echo "0 passed, 1 failed"
exit 1
