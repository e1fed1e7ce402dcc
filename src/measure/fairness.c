/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/fairness.c - the same figures for each group, and how far groups lie apart */
#include "measure/fairness.h"
#include "measure/intervals.h"
#include <math.h>
#include <stddef.h>

static struct figure rate(size_t part, size_t whole, const char *reason)
{
	if (!whole)
		return (struct figure){NAN, no_interval(), reason};
	return (struct figure){(double)part / (double)whole,
			       wilson_interval(part, whole, INTERVAL_Z95), NULL};
}

struct group_rates group_rates(const struct group_counts *c, size_t min_rows)
{
	size_t positives = c->tp + c->fn, negatives = c->fp + c->tn;
	size_t selected = c->tp + c->fp, n = positives + negatives;

	return (struct group_rates){
	    .name = c->name,
	    .n = n,
	    .compared = n && n >= min_rows,
	    .base_rate = rate(positives, n, "no rows"),
	    .selection_rate = rate(selected, n, "no rows"),
	    .tpr = rate(c->tp, positives, "no positive label"),
	    .fnr = rate(c->fn, positives, "no positive label"),
	    .fpr = rate(c->fp, negatives, "no negative label"),
	    .tnr = rate(c->tn, negatives, "no negative label"),
	    .ppv = rate(c->tp, selected, "nothing selected"),
	};
}

/* Which rate of a group is compared, as an offset into struct group_rates. */
static const struct figure *rate_at(const struct group_rates *group, size_t offset)
{
	return (const struct figure *)(const void *)((const char *)group + offset);
}

struct extremes {
	double low, high;
	const char *lowest, *highest;
	size_t n;
};

static struct extremes extremes_of(const struct group_rates *rates, size_t n, size_t offset)
{
	struct extremes e = {0};

	for (size_t i = 0; i < n; i++) {
		double value = rate_at(&rates[i], offset)->value;
		if (!rates[i].compared || isnan(value))
			continue;
		if (!e.n || value < e.low) {
			e.low = value;
			e.lowest = rates[i].name;
		}
		if (!e.n || value > e.high) {
			e.high = value;
			e.highest = rates[i].name;
		}
		e.n++;
	}
	return e;
}

static struct group_gap not_known(const char *reason)
{
	return (struct group_gap){.value = {NAN, no_interval(), reason}};
}

static struct group_gap difference(const struct group_rates *rates, size_t n, size_t offset)
{
	struct extremes e = extremes_of(rates, n, offset);

	if (e.n < 2)
		return not_known("fewer than two groups to compare");
	return (struct group_gap){{e.high - e.low, no_interval(), NULL}, e.highest, e.lowest};
}

static struct group_gap ratio(const struct group_rates *rates, size_t n, size_t offset)
{
	struct extremes e = extremes_of(rates, n, offset);

	if (e.n < 2)
		return not_known("fewer than two groups to compare");
	if (e.high == 0)
		return not_known("nothing selected in any group");
	return (struct group_gap){{e.low / e.high, no_interval(), NULL}, e.highest, e.lowest};
}

struct fairness fairness_measure(const struct group_counts *groups, size_t n, size_t min_rows,
				 struct group_rates *rates)
{
	struct fairness f = {.min_rows = min_rows};
	struct group_gap of_fpr;

	for (size_t i = 0; i < n; i++) {
		rates[i] = group_rates(&groups[i], min_rows);
		f.n_compared += rates[i].compared;
	}
	f.demographic_parity_difference =
	    difference(rates, n, offsetof(struct group_rates, selection_rate));
	f.disparate_impact_ratio = ratio(rates, n, offsetof(struct group_rates, selection_rate));
	f.equal_opportunity_difference = difference(rates, n, offsetof(struct group_rates, tpr));
	of_fpr = difference(rates, n, offsetof(struct group_rates, fpr));
	f.equalized_odds_difference = f.equal_opportunity_difference;
	/* Both rates have to be known: the larger of one known and one unknown is unknown. */
	if (isnan(of_fpr.value.value) ||
	    of_fpr.value.value > f.equal_opportunity_difference.value.value)
		f.equalized_odds_difference = of_fpr;
	return f;
}
