/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/counted.h - the figures that counts alone give, without a row
 *
 * Equal, to the last bit, to those that measure/drift.h, calibration.h and performance.h give for
 * the rows that were counted, over the same bins. What needs the rows (ranks, quantiles, values) is
 * NAN, and its reason says so: it is never approximated. */
#ifndef MEASURE_COUNTED_H
#define MEASURE_COUNTED_H
#include "measure/drift.h"
#include "measure/psi.h"
#include "measure/sum.h"

extern const char counted_needs_rows[]; /* "it needs rows, and these are counts" */

/* A numeric column of two samples, counted over the same bins. */
struct counted_numbers {
	const double *edges; /* inner ones, ascending */
	size_t n_edges;
	const bool *tied; /* edges that set a frequent value apart from its decile; NULL for none */
	const size_t *reference, *current; /* of n_edges + 1 bins */
	size_t missing_reference, missing_current;
	enum psi_bins bins; /* PSI_CATEGORIES where the edges are not quantiles of the reference */
};
/* The result's bins live in `mem`, which is not `scratch`; `column` is borrowed. The severity is
 * DRIFT_UNKNOWN until drift_judge(). */
struct drift drift_counted(struct arena *mem, struct arena *scratch, const char *column,
			   const struct counted_numbers *numbers);

/* Scores and outcomes in bins. */
struct counted_bin {
	double lower, upper;
	size_t count, events;
	const struct sum *scores;
};
/* ECE, MCE and uncertainty; n_bins at most CALIBRATION_MAX_BINS. Bins live in `mem`. Where there
 * are no rows every figure is NAN and `reason` says why; else `reason` is that of the figures that
 * need rows. `squares` is the exact sum of squared errors, of which brier is made. */
struct calibration calibration_counted(struct arena *mem, const struct counted_bin *bins,
				       size_t n_bins, const struct sum *squares);

/* The table of outcomes at a threshold, and the exact sums of squared errors and of losses, NULL
 * where there is no score; `no_shares` says why sums mean nothing ("scores outside 0 to 1"). */
struct counted_outcomes {
	size_t tp, fp, fn, tn;
	const struct sum *squares, *losses;
	const char *no_shares;
	double threshold;
};
struct performance performance_counted(const struct counted_outcomes *counted);
/* The squared error and the loss of one row, as performance_measure() adds them up. */
double counted_square(double score, bool positive);
double counted_loss(double score, bool positive);
#endif
