/* findings.h: each finding as a paragraph: what it is, who takes part, what it means. */
#ifndef SNAG_REPORT_FINDINGS_H
#define SNAG_REPORT_FINDINGS_H

#include "report/sheet.h"

/* The finding at `index` of the verdict; it is called [index + 1]. */
void snag__report_finding(FILE *out, const struct snag__view *v, const struct snag_verdict *verdict,
                          uint32_t index, uint32_t columns, bool colour);
/* The operations in time, a bar for each, as non-linearizable findings need them. */
void snag__report_history(FILE *out, const struct snag__view *v, uint32_t columns);

/* What a kind of finding that breaks `rule` ("": none) means, "" if its help says all; and a rule's
 * text, "" for no such rule. */
const char *snag__explain(enum snag_finding_kind kind, const char *rule);
const char *snag__rule_text(const char *rule);

#endif
