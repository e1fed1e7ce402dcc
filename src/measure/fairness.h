/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/fairness.h - the same figures for each group, and how far groups lie apart
 *
 * Rates of a group, from its table of outcomes (positive: what the model selects for):
 *   selection_rate (tp + fp) / n    tpr tp / (tp + fn)    fpr fp / (fp + tn)
 *   fnr = 1 - tpr                   tnr = 1 - fpr         ppv tp / (tp + fp)
 * with Wilson's 95 % intervals. A rate whose denominator is 0 is not known, never 0.
 *
 * Differences over groups, conventions of Fairlearn (largest less smallest; smallest by largest):
 *   demographic_parity_difference  of selection rates
 *   disparate_impact_ratio         of selection rates: below 0.8 fails the four-fifths rule
 *                                  (29 CFR 1607.4 D)
 *   equal_opportunity_difference   of true positive rates (Hardt, Price & Srebro (2016), NIPS)
 *   equalized_odds_difference      the larger of the differences of tpr and fpr
 * A difference is not known where fewer than two groups have the rate. Groups with fewer than
 * `min_rows` rows are shown but not compared: chance alone would make them the extreme. */
#ifndef MEASURE_FAIRNESS_H
#define MEASURE_FAIRNESS_H
#include "measure/figures.h"

struct group_counts {
	const char *name; /* borrowed */
	size_t tp, fp, fn, tn;
};

struct group_rates {
	const char *name;
	size_t n;
	bool compared; /* n >= min_rows */
	struct figure base_rate, selection_rate, tpr, fpr, fnr, tnr, ppv;
};

/* The groups that make a difference: highest and lowest rate; NULL where it is not known. */
struct group_gap {
	struct figure value;
	const char *highest, *lowest;
};

struct fairness {
	size_t min_rows, n_compared;
	struct group_gap demographic_parity_difference, disparate_impact_ratio,
	    equal_opportunity_difference, equalized_odds_difference;
};

struct group_rates group_rates(const struct group_counts *counts, size_t min_rows);
/* Gives the rates of n groups (room for n in `rates`) and their differences. */
struct fairness fairness_measure(const struct group_counts *groups, size_t n, size_t min_rows,
				 struct group_rates *rates);
#endif
