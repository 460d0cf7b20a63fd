#!/bin/bash
# What "nothing found" rests on: the figures at the end of a run, in text and JSON, of one process and several.
# timeout: 300
# Not about findings. The rule: where a figure can be known exactly, it is.
. "$(dirname "$0")/lib.sh"
cd "$T" || exit 3
shipped=$SNAG_BUILD/targets
targets=$SNAG_BUILD/tests/targets

explore() { "$SNAG" explore "$@" --corpus none --targets "$targets"; }

# The whole of a run, in both forms.
check "a run says how its search went" expect_status 0 "$SNAG" explore kv/mutex --targets "$shipped" --corpus none
check "at four points" expect_out '^discovery: after 1/8, 1/4, 1/2 and all of the schedules: ([0-9,]+, ){3}[0-9,]+'
check "and what the next schedule would show" expect_out '^unseen:    the next schedule would show an interleaving'
expect_fits() { why="a line is wider than 80"; ! grep -qE '^.{81,}' "$OUT"; }
check "in 80 columns" expect_fits
check "nothing escapes the model" expect_no_out 'not modelled'
"$SNAG" explore kv/mutex --targets "$shipped" --corpus none --json >"$OUT"
cp "$OUT" first.json
check "as JSON: the last point of a curve is the whole" expect_json '.discovery[0].traces[3] == .traces'
check "as JSON: curves rise" expect_json \
    '.discovery[0] | (.traces == (.traces | sort)) and (.interleavings == (.interleavings | sort)) and .interleavings[0] > 0'
check "as JSON: 1/8 of traces that are nearly all new is 1/8" expect_json \
    '.discovery[0].traces[0] > 2000 and .discovery[0].traces[0] < 2500'
check "as JSON: nearly every trace is new" expect_json '.discovery[0].new_trace > 0.8 and .discovery[0].new_trace <= 1'
check "as JSON: interleavings are not" expect_json '.discovery[0].new_interleaving < 0.01'
check "as JSON: nothing escapes" expect_json '.not_modelled == []'
"$SNAG" explore kv/mutex --targets "$shipped" --corpus none --json >again.json
check "the same options, the same figures" cmp first.json again.json

# One trace and no other: everything is seen at once, and the next schedule shows nothing new.
"$shipped/kv/mutex.fast" explore --corpus none --schedules 1 --json >"$OUT"
check "one schedule is too short to say" expect_json '.discovery == []'
explore escapes/not --schedules 800 --json >"$OUT"
check "a scenario has a discovery too" expect_json '.discovery[0].schedules == 800 and .programs == 0'
check "what two threads can do is soon seen" expect_json \
    '.discovery[0].traces[0] == .discovery[0].traces[3] and .discovery[0].new_trace == 0'
explore escapes/not --schedules 800 >"$OUT"
check "and told as a bound" expect_out 'less than 1 in 800'
check "and not as more than 800 schedules can say" expect_out 'few schedules to say more'
for n in 8 10 100 1000; do
    "$shipped/kv/mutex.fast" explore --corpus none --schedules $n --json >"$OUT"
    check "after $n schedules the curve ends where it should" expect_json '.discovery[0].traces[3] == .traces'
done

# Calls that nobody controls.
explore stuck/flock --schedules 1 >"$OUT"
check "a call that is not modelled is named, with its place" expect_out '^not modelled: flock \(go_wrong stuck.c:[0-9]+\): '
explore stuck/flock --schedules 1 --json >"$OUT"
check "as JSON too" expect_json '.not_modelled | length == 1 and .[0].name == "flock" and .[0].function == "go_wrong" and
    .[0].file == "stuck.c" and .[0].line > 0 and .[0].places == 1'
explore stuck/flock --schedules 1 -f tsan --json >"$OUT"
check "in tsan, too" expect_json '.not_modelled | length == 1 and .[0].name == "flock"'
explore stuck/not --schedules 1 --json >"$OUT"
check "the twin calls none" expect_json '.not_modelled == []'

# Schedules that all end at a bound are no silence.
"$shipped/kv/mutex.fast" explore --corpus none --schedules 100 --steps-max 3 >"$OUT"
check "a run that comes nowhere says so first" expect_out '^kv/mutex \(fast\): no finding, but none of 100 schedules came to its end: 100 ran'
"$shipped/kv/mutex.fast" explore --corpus none --schedules 100 --steps-max 3 --json >"$OUT"
check "as JSON too" expect_json '.ended == 0 and .schedules == 100'
"$shipped/kv/mutex.fast" explore --corpus none --schedules 100 --json >"$OUT"
check "with room all come to their end" expect_json '.ended == 100 and .limits == {}'

# Several processes, one account: two die, and what they had covered counts.
explore stuck/die --schedules 2000 --restarts-max 1 --no-shrink --json >"$OUT" 2>"$ERR"
check "processes that died have counted" expect_json '.programs > 0 and .traces > 1 and .overlaps.pairs_seen > 0'
check "and their search is one" expect_json '.discovery | length == 1 and .[0].schedules > 16'
check "the schedules that killed are not among the counted ones" expect_json '.discovery[0].schedules < .schedules'
