/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/split.c - the part of each row, by its day and its entity */
#include "capstone/split.h"
#include "base/date.h"
#include "base/hash.h"
#include "measure/outcomes.h"
#include <string.h>
#include <sys/uio.h>

const char *part_name(const struct plan *plan, unsigned part)
{
	static const char *const names[] = {[PART_NONE] = "none",
					    [PART_TRAIN] = "train",
					    [PART_HOLDOUT] = "holdout",
					    [PART_CALIBRATION] = "calibration",
					    [PART_TEMPORAL] = "temporal"};

	if (part < PART_LATER)
		return names[part];
	return part - PART_LATER < plan->n_later ? plan->later_names[part - PART_LATER] : "none";
}

static bool inside(struct period period, int32_t day)
{
	return period.from <= day && day <= period.to;
}

static unsigned part_of_day(const struct plan *plan, int32_t day)
{
	if (inside(plan->train, day))
		return PART_TRAIN;
	if (inside(plan->calibration, day))
		return PART_CALIBRATION;
	if (inside(plan->temporal, day))
		return PART_TEMPORAL;
	for (size_t i = 0; i < plan->n_later; i++)
		if (inside(plan->later[i], day))
			return (unsigned)(PART_LATER + i);
	return PART_NONE;
}

/* Whether the name is kept out of train: a number in 0 to 1 of its own, under the share. */
static bool held_out(const struct plan *plan, const char *name)
{
	const struct iovec pieces[] = {{(void *)&plan->seed, sizeof plan->seed},
				       {(void *)name, strlen(name)}};

	return hash_share(pieces, 2) < plan->holdout_share;
}

struct split split_events(struct arena *mem, const struct events *events)
{
	const struct plan *plan = events->plan;
	struct split split = {.n = events->n, .part = arena_new(mem, unsigned char, events->n)};
	char text[DATE_TEXT];

	for (size_t i = 0; i < events->n; i++) {
		int32_t day = date_of_moment(events->time[i]);
		unsigned part = part_of_day(plan, day);

		if (events->label[i] == LABEL_MISSING)
			part = PART_NONE;
		if (part == PART_TRAIN &&
		    held_out(plan, plan->entity ? events->entities[events->entity[i]]
						: date_format(text, day)))
			part = PART_HOLDOUT;
		split.part[i] = (unsigned char)part;
		split.counts[part]++;
	}
	return split;
}

bool *split_keep(struct arena *mem, const struct split *split, unsigned part)
{
	bool *keep = arena_new(mem, bool, split->n);

	for (size_t i = 0; i < split->n; i++)
		keep[i] = split->part[i] == part;
	return keep;
}
