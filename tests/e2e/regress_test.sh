#!/bin/bash
# The regression corpus: every repro that is kept replays to the verdict that its file expects.
# needs: corpus
# Not a test of what regress says when one does not. The rule: the same call as ci/regress makes.
. "$(dirname "$0")/lib.sh"

check "every kept repro does as its file says" expect_status 0 "$SNAG" regress "$SNAG_ROOT/corpus"
