# lib.sh: what the benchmarks that measure time start with: `. "$(dirname "$0")/lib.sh"`.
#
# Given: $build, the build folder. $work is an empty folder, and where the script stands. All times are processor time on
# one core, unless $clock is another, and what is told is a slope: the time of a long run less that of a short one, over what
# the long one did more, so that start-up does not count. Both are the least of several that took turns: whoever shares the
# processor can make a run longer, and never shorter. By how much they did is told, too (`noise`). The rule: a run that does
# not end with status 0 ends the benchmark: what is measured is healthy, and a figure of something that went wrong is none.
set -euo pipefail
build=$(cd "$build" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
# What it has in the background does not outlive it. (builtin: `jobs` is a section of throughput, too.)
trap 'kill -KILL $(builtin jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
export SNAG_RUNNER=1 # programs run as snag has them, not by themselves
scale=${scale:-100}  # of each run's length, in a hundred
repeat=${repeat:-9}
clock=measure # what runs a command and sets $took_ns

# scaled N: N, as far as $scale allows; at least 2
scaled() {
    local n=$(($1 * scale / 100))
    echo $((n > 2 ? n : 2))
}

# measure COMMAND…: sets $took_ns, of processor time, and $rss_kb; its standard output is in ./out
measure() {
    local status
    read -r status took_ns rss_kb < <("$build/tests/bench/bench_measure" out "$@" 2>err | sed 's/[a-z_]*=//g')
    if [ "${status:-none}" != 0 ]; then
        echo "${0##*/}: status ${status:-none} of: $*" >&2
        cat err >&2
        exit 3
    fi
}

# word NAME: of the JSON that explore or fuzz printed
word() { jq -r ".$1" out; }

# done_of WHAT N: how many of those the run did that ./out tells of, with N in place of @: schedules, points, or (a number)
# just so many for each of N
done_of() {
    case $1 in
    schedules) word schedules ;;
    points) awk -v s="$(word schedules)" -v p="$(word points_per_schedule)" 'BEGIN { printf "%.0f\n", s * p }' ;;
    *) echo $(($1 * $2)) ;;
    esac
}

# sample FILE WHAT SHORT LONG COMMAND…: runs it once with SHORT in place of @, and once with LONG: a line of ./FILE. ./out,
# $rss_kb and so on are of the long run.
sample() {
    local file=$1 what=$2 short=$3 long=$4 short_ns short_did long_did
    shift 4
    $clock "${@//@/$short}"
    short_ns=$took_ns short_did=$(done_of "$what" "$short")
    $clock "${@//@/$long}"
    long_did=$(done_of "$what" "$long")
    echo "$short_ns $took_ns $((long_did - short_did))" >>"$file"
}

# slope_of FILE: sets $ns: nanoseconds for one more; $noise: by how much the median long run took longer than the least
slope_of() {
    read -r ns noise < <(sort -n -k 2 "$1" | awk '
        NR == 1 || $1 < short { short = $1 }
        { long[NR] = $2; more = $3 }
        END {
            t = long[1] - short
            printf "%.3f %.2f\n", (more > 0 && t > 0 ? t / more : 0.001), long[int((NR + 1) / 2)] / long[1]
        }')
}

# slope WHAT SHORT LONG COMMAND…: both, with $repeat samples
slope() {
    local i
    rm -f slope
    for ((i = 0; i < repeat; i++)); do
        sample slope "$@"
    done
    slope_of slope
}

per_s() { awk -v ns="$1" 'BEGIN { printf "%.0f\n", 1e9 / ns }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'; }

# flavours: those that programs can be built for, or the one in $only
flavours() {
    local f
    for f in ${only:-fast tsan asan}; do
        [ ! -x "$build/tests/targets/bench/lock2x4.$f" ] || echo $f
    done
}

# strategies EXE: all that it knows
strategies() { "$1" explore --strategy list | awk '{ print $1 }'; }

# program FLAVOUR SOURCE: sets $exe to it, built by snag-cc
program() {
    exe=$work/$(basename "$2" .c).$1
    [ -x "$exe" ] || "$build/snag-cc" --flavour "$1" -O1 -g "$2" -o "$exe" -lpthread
}
