/* summary_yield.h: what each strategy of a campaign yielded, in summaries. The rule: a person is
 * shown it where there were several strategies, a machine always.
 */
#ifndef SNAG_REPORT_SUMMARY_YIELD_H
#define SNAG_REPORT_SUMMARY_YIELD_H

#include <cjson/cJSON.h>

#include "report/summary.h"

void snag__summary_yields(FILE *out, const struct snag__summary *s, bool colour);
/* An array "strategies". */
void snag__summary_yield_items(cJSON *to, const struct snag__summary *s);

#endif
