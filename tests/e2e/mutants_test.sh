#!/bin/bash
# Mutation check: a healthy source with any one of its lock/unlock pairs, locks or unlocks taken out is flagged.
# timeout: 900
# It is also how an outside project uses snag: installed, found by find_package, fed by snag_add_target. The rule:
# the source unchanged goes the same way, and must stay silent, so that a flag means the mutation.
. "$(dirname "$0")/lib.sh"

# Mutants that no execution can tell from the original, "NAME reason": none so far.
equivalent=()

# mutate WHAT N FILE: takes out the N-th pthread_mutex_lock, the unlocks that follow it in its function, or both
# (WHAT: lock, unlock, pair). Exit status 1: there is no N-th.
mutate() {
    awk -v what="$1" -v nth="$2" '
        /^}/ { inside = 0 }
        /pthread_mutex_lock\(/ && ++seen == nth { inside = found = 1; if (what != "unlock") { print "    /* no lock */"; next } }
        /pthread_mutex_unlock\(/ && inside && what != "lock" { print "    /* no unlock */"; next }
        { print }
        END { exit !found }' "$3"
}

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
# add NAME SPEC_TARGET: one more target of the project, from NAME.c
add() {
    echo "snag_add_target(NAME $1 SPEC \"$SNAG_ROOT/targets/${2%/*}/spec.c\" SOURCES \"$1.c\"" \
        "INCLUDES \"$SNAG_ROOT/targets/${2%/*}\")" >>"$project/CMakeLists.txt"
}
mutants=()
for target in "${healthy[@]}"; do
    source=$SNAG_ROOT/targets/$target.c
    mkdir -p "$project/${target%/*}"
    cp "$source" "$project/$target.c"
    add "$target" "$target"
    locks=$(grep -c 'pthread_mutex_lock(' "$source")
    check "$target: has locks to take out" test "$locks" -ge 1
    for ((n = 1; n <= locks; n++)); do
        for what in pair lock unlock; do
            mutate $what $n "$source" >"$project/$target-$what-$n.c" || break 2
            add "$target-$what-$n" "$target"
            mutants+=("$target-$what-$n")
        done
    done
done
check "the project configures" cmake -G Ninja -S "$project" -B "$T/build" -DCMAKE_PREFIX_PATH="$T/prefix" \
    -DCMAKE_C_COMPILER="$SNAG_CC"
check "and builds" cmake --build "$T/build" -j 2

# explore NAME FLAVOUR
explore() {
    "$T/prefix/bin/snag" explore "$1" --flavour "$2" --targets "$T/build/targets" --no-shrink --json \
        --on-finding abort --fail-on finding,hazard --corpus "$T/none" --out "$T/out"
}
# Leaves "flavour kind" of each finding in $T/flags.
expect_flagged() {
    local flavour
    : >"$T/flags"
    for flavour in fast tsan; do
        run explore "$1" $flavour || true
        jq -r '.findings[] | "\(.flavour) \(.kind)"' "$OUT" >>"$T/flags"
    done
    why="nothing was found in any flavour"
    [ -s "$T/flags" ]
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
