/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/quantile.h - quantiles of a sample */
#ifndef MEASURE_QUANTILE_H
#define MEASURE_QUANTILE_H
#include <stddef.h>

/* The quantile of `share` (0 to 1) of n numbers in ascending order: type 7 of Hyndman & Fan
 * (1996), Am. Stat. 50:361-365, linear between neighbours, with the interpolation that
 * numpy.quantile(method="linear") uses, to the last bit: on tied data one unit in the last place
 * moves rows from one bin to the next. NAN where n is 0. */
double quantile_sorted(const double *sorted, size_t n, double share);

/* Where the quantile of `share` of n > 0 numbers lies: `way` (0 to 1) from the number at `index` to
 * the next one; index is at most n - 1, and way is 0 there. */
struct quantile_place {
	size_t index;
	double way;
};
struct quantile_place quantile_place(size_t n, double share);
/* `way` from low to high, low <= high: exact at both ends and never decreasing. */
double quantile_between(double low, double high, double way);

/* The distinct ones of the quantiles at i x (1 / n_parts), i = 1 … n_parts - 1, ascending: inner
 * edges of bins that hold equal shares. The product, not the quotient, is what numpy.linspace
 * gives (0.30000000000000004 for the third of ten). `edges` has room for n_parts - 1. Returns how
 * many; 0 where n is 0. */
size_t quantile_inner_edges(const double *sorted, size_t n, size_t n_parts, double *edges);
#endif
