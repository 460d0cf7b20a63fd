# lib.sh: what the scripts in ci/ share: `. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"`.
#
# Not a script to run. The rule that keeps it right: every path starts at $ROOT, quoted, so that all of
# it works from any folder and in a tree whose path has spaces.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
ME=ci/$(basename "$0")
# Two at least: one job waits for the disk or a test's timer. SNAG_JOBS overrides.
JOBS=${SNAG_JOBS:-$(n=$(nproc 2>/dev/null || echo 2); [ "$n" -gt 2 ] && echo "$n" || echo 2)}

# Errors of the script itself end with 3, harness trouble, as everywhere in snag; 1 means findings.
say() { echo "$ME: $*"; }
die() {
    echo "$ME: $*" >&2
    exit 3
}

# Runs a step, and shows what it printed only when it goes wrong.
quietly() {
    local log
    log=$(mktemp) || die "cannot make a temporary file"
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# configure_and_build [PRESET]: the tree of that preset is up to date afterwards.
configure_and_build() {
    local preset=${1:-default}
    (
        cd "$ROOT" || exit 1
        say "configuring (preset $preset)"
        quietly cmake --preset "$preset" || exit 1
        say "building (preset $preset, $JOBS jobs)"
        quietly cmake --build --preset "$preset" -j "$JOBS" || exit 1
    ) || die "the build failed (preset $preset)"
}

# deps: installs what is missing, unless told that all is there.
deps() {
    if [ "${SNAG_NO_DEPS:-0}" != 1 ]; then
        "$ROOT/ci/deps" "$@" || die "dependencies are missing (see above)"
    fi
}

# need_snag: sets SNAG to the command, up to date with the sources; SNAG_NO_BUILD=1 takes it as it is.
need_snag() {
    if [ "${SNAG_NO_BUILD:-0}" != 1 ]; then
        deps
        configure_and_build
    fi
    SNAG=$BUILD/snag
    [ -x "$SNAG" ] || die "there is no $SNAG"
}
