/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/latency.h - how long answers took */
#ifndef MEASURE_LATENCY_H
#define MEASURE_LATENCY_H
#include "base/arena.h"
#include "measure/figures.h"

/* Percentiles (type 7, measure/quantile.h), mean and largest of n times in milliseconds, NaN where
 * missing: those rows are left out and `n` of the result does not count them. Every figure is NAN
 * with its reason where no row has a time ("no rows"), or where one is negative or infinite: a log
 * that holds such a time has been written by a clock that went wrong, and the rest of it says
 * nothing either. Percentiles have the intervals of quantile_interval(), the mean that of
 * positive_mean_interval(). The largest has none: the longest time that there can be is not told by
 * the longest one seen. Linear in n; needs room for 2 n numbers in `scratch`. */
struct latency latency_measure(struct arena *scratch, const double *milliseconds, size_t n);
/* The same of n numbers in ascending order, none of them NaN. */
struct latency latency_measure_sorted(const double *sorted, size_t n);
#endif
