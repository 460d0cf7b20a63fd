/* campaign_summary.h: what a campaign says at its end, to a person or to a machine. */
#ifndef SNAG_HARNESS_CAMPAIGN_SUMMARY_H
#define SNAG_HARNESS_CAMPAIGN_SUMMARY_H

#include <stdio.h>

#include "campaign.h"

void snag__campaign_summary(FILE *out, const struct snag__campaign *c);

#endif
