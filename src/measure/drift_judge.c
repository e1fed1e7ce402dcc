/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/drift_judge.c - which drift is more than chance, over all features of a window */
#include "measure/drift.h"
#include <math.h>
#include <stdlib.h>

#define FAMILY_ERROR 0.05

struct ranked {
	double p_value;
	size_t feature;
};

static int by_p_value(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->p_value != y->p_value)
		return x->p_value < y->p_value ? -1 : 1;
	return (x->feature > y->feature) - (x->feature < y->feature);
}

/* What the severity rests on. */
static double judged_psi(const struct drift *d)
{
	return isnan(d->psi_ties) ? d->psi : d->psi_ties;
}

static double judged_p_value(const struct drift *d)
{
	return isnan(d->psi_ties) ? d->psi_p_value : d->psi_ties_p_value;
}

/* Holm's step-down test: the k-th smallest of n p-values (from 0) against 5 % / (n - k), until
 * one fails. */
static void mark_beyond_chance(const struct drift *features, size_t n, bool *beyond,
			       struct arena *scratch)
{
	struct ranked *order = arena_new(scratch, struct ranked, n);
	size_t tested = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(judged_p_value(&features[i])))
			order[tested++] = (struct ranked){judged_p_value(&features[i]), i};
	if (tested > 1)
		qsort(order, tested, sizeof *order, by_p_value);
	for (size_t k = 0; k < tested; k++) {
		if (order[k].p_value > FAMILY_ERROR / (double)(tested - k))
			return;
		beyond[order[k].feature] = true;
	}
}

static enum drift_severity severity_of(const struct drift *d, bool beyond_chance,
				       struct drift_bands bands)
{
	double psi = judged_psi(d);

	if (beyond_chance)
		return psi >= bands.critical  ? DRIFT_CRITICAL
		       : psi >= bands.warning ? DRIFT_WARNING
					      : DRIFT_STABLE;
	return d->psi_chance >= bands.warning || psi >= bands.warning ? DRIFT_TOO_FEW
								      : DRIFT_STABLE;
}

void drift_judge(struct drift *features, size_t n, struct drift_bands bands, struct arena *scratch)
{
	struct arena_mark mark = arena_save(scratch);
	bool *beyond = arena_new(scratch, bool, n);

	mark_beyond_chance(features, n, beyond, scratch);
	for (size_t i = 0; i < n; i++) {
		struct drift *d = &features[i];

		d->severity = DRIFT_UNKNOWN;
		if (isnan(d->psi) || isnan(judged_p_value(d)))
			continue;
		if (isnan(bands.warning) || isnan(bands.critical)) {
			d->reason = "no policy sets the bands psi_warning and psi_critical";
			continue;
		}
		d->severity = severity_of(d, beyond[i], bands);
		if (d->severity == DRIFT_TOO_FEW)
			d->reason = "within what chance gives with so few rows";
		else if (d->psi_ties >= bands.warning && d->psi < bands.warning)
			d->reason = "one value fills several deciles of the reference; in a bin of "
				    "its own its share has moved beyond the band";
	}
	arena_reset(scratch, mark);
}

enum drift_severity drift_worst(const struct drift *features, size_t n)
{
	static const enum drift_severity worst_first[] = {DRIFT_CRITICAL, DRIFT_WARNING,
							  DRIFT_UNKNOWN, DRIFT_TOO_FEW};

	for (size_t s = 0; s < sizeof worst_first / sizeof *worst_first; s++)
		for (size_t i = 0; i < n; i++)
			if (features[i].severity == worst_first[s])
				return worst_first[s];
	return n ? DRIFT_STABLE : DRIFT_UNKNOWN;
}
