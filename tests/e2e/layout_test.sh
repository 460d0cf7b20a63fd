#!/bin/bash
# Where the globals of the code under test lie in every executable: between the markers, and alone there.
# needs: targets
# Not a test of saving and restoring them. The rule: read from the linked file, not from the link command.
. "$(dirname "$0")/lib.sh"

# between EXE: names of the symbols whose address is in [begin, end) of .data or .bss, markers left out.
between() {
    nm -n "$1" | awk '
        $3 == "snag__data_begin" || $3 == "snag__bss_begin" { inside = 1; next }
        $3 == "snag__data_end" || $3 == "snag__bss_end" { inside = 0; ends++; next }
        inside { print $3 }
        END { if (ends != 2) exit 1 }'
}

# owned FOLDER: the writable globals that the objects of the code under test define.
owned() {
    find "$1" -name '*.o' -exec nm --defined-only {} + | awk '$2 ~ /^[dDbB]$/ { print $3 }' | grep -v '^__sancov'
}

for exe in $(cd "$SNAG_BUILD/targets" && find . -type f \( -name '*.fast' -o -name '*.tsan' -o -name '*.asan' \) | sort); do
    name=${exe#./}
    id=snag-$(tr / - <<<"${name%.*}")
    instrumentation=tsan
    [[ $name == *.asan ]] && instrumentation=asan
    objects=$SNAG_BUILD/targets/CMakeFiles/$id-under-test-$instrumentation.dir
    check "$name: begin comes before end" between "$SNAG_BUILD/targets/$name"
    sort -u "$OUT" >"$T/inside"
    owned "$objects" | sort -u >"$T/owned"
    check "$name: all that is under test is inside" diff <(comm -23 "$T/owned" "$T/inside") /dev/null
    # What an archive given as LIBS brings is inside too; what is snag's own never is.
    check "$name: nothing of snag is inside" diff <(grep -E '^_?_?snag_' "$T/inside" | comm -23 - "$T/owned") /dev/null
done
