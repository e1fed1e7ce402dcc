/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/split.h - which rows fit, which judge: by time, with a gap, before anything is fitted
 *
 * train is the plan's training period without the holdout's entities; holdout those entities in the
 * same period (IID validation), or days where the plan has no entity; calibration and temporal lie
 * after it, each at least gap_days behind the one before, and the gap is at least the label's
 * delay, so that each label of a part is known before the next begins. Later periods follow the
 * temporal one; nothing is fitted there, so they may follow at once. A row without a label is of no
 * part. */
#ifndef CAPSTONE_SPLIT_H
#define CAPSTONE_SPLIT_H

#include "capstone/features.h"

enum part { PART_NONE, PART_TRAIN, PART_HOLDOUT, PART_CALIBRATION, PART_TEMPORAL, PART_LATER };

struct split {
	size_t n;
	unsigned char *part; /* enum part; PART_LATER + i for later[i] */
	size_t counts[PART_LATER + PLAN_MAX_LATER];
};
const char *part_name(const struct plan *plan, unsigned part);
/* By events->plan, whose periods were checked by plan_read(). The holdout is a stable hash of
 * entity and seed. */
struct split split_events(struct arena *mem, const struct events *events);
/* True for the rows of this part. */
bool *split_keep(struct arena *mem, const struct split *split, unsigned part);
#endif
