/* judge.h: asks every oracle about a finished execution.
 *
 * The rule: called on the driver, after the last vthread has stopped and before anything is put
 * back.
 */
#ifndef SNAG_ORACLE_JUDGE_H
#define SNAG_ORACLE_JUDGE_H

#include "exec/exec.h"

enum snag_err snag__judge_init(struct snag_error *e);
/* Every client that has not ended is inside an operation that may rightly wait, as things stand: in
 * the execution that is being judged, or in what is tried out on it. */
bool snag__judge_waits_rightly(void);
/* Why it ended as v->end says, which is not SNAG_END_DONE. Its vthreads may go on for a while, to
 * see what would have helped; what they then do leaves no trace. */
void snag__judge_end(const struct snag__request *request, const struct snag_verdict *v);
/* Everything else, afterwards. Adds its findings to those raised; sets v->history_unknown. */
void snag__judge(const struct snag__request *request, struct snag_verdict *v);

#endif
