/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/regression.h - how far predicted numbers lie from what came true
 *
 * error = prediction - truth. mae, rmse and median_absolute_error are in the unit of the values;
 * r2 and explained_variance are at most 1 (1: all explained; 0: as good as the mean); mape is a
 * share (0.1: ten per cent). Conventions are those of scikit-learn, but for mape, which is not
 * defined where a true value is 0 (scikit-learn divides by machine epsilon there).
 * Sums are exact, so that the order of rows changes nothing.
 *
 * Intervals, in closed form (measure/intervals.h): mae, mape and mean_error are means, rmse is the
 * root of one; median_absolute_error is a quantile; 1 - r2 and 1 - explained_variance are ratios of
 * means. max_error has none: how far a prediction can be off is not told by the farthest one
 * seen. */
#ifndef MEASURE_REGRESSION_H
#define MEASURE_REGRESSION_H
#include "base/arena.h"
#include "measure/figures.h"

struct regression {
	size_t n, n_left_out; /* rows used, and rows that lack a value */
	struct figure mae, rmse, r2, mape, median_absolute_error, max_error, explained_variance,
	    mean_error;
};

/* truth, predicted: n numbers, NAN where missing; such rows are left out. An infinite value makes
 * every figure NAN with its reason. r2 and explained_variance need truth that varies. Linear in n
 * (the median by sorting in `scratch`). */
struct regression regression_measure(struct arena *scratch, const double *truth,
				     const double *predicted, size_t n);
#endif
