#!/bin/bash
# Targets on libraries as Debian ships them: all of them are built, are under control, and do the same each time.
# timeout: 600
# Not about silence (healthy_test.sh), nor about what is planted in them (mutants_test.sh). The rule: which they are the
# build says, and one that is not built is a failure, not a target less: ci/deps --test installs the libraries.
. "$(dirname "$0")/lib.sh"

mapfile -t served < <(sed -nE 's,^snag_add_with\(([^ ]+) .*,\1,p' "$SNAG_ROOT/targets/CMakeLists.txt")
check "there are such targets" test ${#served[@]} -ge 4
"$SNAG" list --json >"$T/list"

for target in "${served[@]}"; do
    for flavour in fast tsan asan; do
        check "$target is built for $flavour" expect_json ".targets | any(.name == \"$target\" and (.flavours | index(\"$flavour\")))" \
            cat "$T/list"
        check "$target $flavour is explored" expect_status 0 "$SNAG" explore "$target" -f $flavour -n 200 --json \
            --corpus "$T/none" --out "$T/out" --fail-on finding,hazard,hint
        check "nothing that was not controlled happened" \
            expect_json '.schedules == 200 and (.not_modelled | map(select(.count > 0)) == [])'
        cp "$OUT" "$T/now"
        [ $flavour != fast ] || cp "$T/now" "$T/fast"
        check "there were some" expect_json '.traces > 100 and .points_per_schedule > 5'
        for key in traces points_per_schedule switches_per_schedule; do
            check "$target: as many $key in $flavour" test "$(jq .$key "$T/now")" = "$(jq .$key "$T/fast")"
        done
    done
done

# One program each, byte for byte: in fresh processes, after others, and in every flavour.
write_repro() {
    echo "snag repro 1"
    echo "target $1"
    [ -z "$2" ] || echo "spec $("$SNAG_BUILD/targets/$1.fast" info | jq -r .spec_hash)"
    printf 'finding none\nkey\n%s\nschedule {\n    preempt 0.1 op %s event 1 -> 0.2\n}\nend\n' "$2" "$3"
}
kv='config capacity=2
task 1 {
    put(key=1, value=7)
    fetch_put(key=2, arg=1)
    visit(key=1) {
        remove(key=1)
    }
}
task 2 {
    add(key=1, delta=1)
    len()
    get(key=2)
}'
channel='task 1 {
    send(value=1)
    send(value=2)
    try_recv()
}
task 2 {
    recv()
    try_send(value=3)
}'
for target in "${served[@]}"; do
    case $target in
    kv/*) write_repro "$target" "$kv" 1 ;;
    channel/*) write_repro "$target" "$channel" 1 ;;
    *) write_repro "$target" "" 0 ;;
    esac >"$T/one.repro"
    for flavour in fast tsan asan; do
        check "$target replays in $flavour" expect_status 0 "$SNAG_BUILD/targets/$target.$flavour" replay --log all "$T/one.repro"
        check "and does something" test "$(wc -l <"$OUT")" -gt 5
        cp "$OUT" "$T/log"
        check "the same in another process" expect_status 0 env PAD="$(printf '%999s' '')" \
            "$SNAG_BUILD/targets/$target.$flavour" replay --log all "$T/one.repro"
        check "byte for byte" cmp -s "$OUT" "$T/log"
        check "and after others" expect_status 0 "$SNAG_BUILD/targets/$target.$flavour" replay --after 500 --log all "$T/one.repro"
        check "byte for byte, too" cmp -s "$OUT" "$T/log"
        "$SNAG_BUILD/targets/$target.$flavour" replay --log sync "$T/one.repro" >"$T/sync.$flavour" 2>"$ERR"
        check "$target: synchronises as in fast ($flavour)" cmp -s "$T/sync.$flavour" "$T/sync.fast"
    done
done
