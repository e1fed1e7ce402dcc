/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/intervals.h - intervals in closed form */
#ifndef MEASURE_INTERVALS_H
#define MEASURE_INTERVALS_H
#include "measure/figures.h"

/* z of a two-sided interval of 95 %. */
#define INTERVAL_Z95 1.959963984540054

/* Wilson's score interval of the share k / n, 0 <= k <= n, for a two-sided normal point z > 0.
 * Inside 0..1; its lower end is 0 for k = 0, its upper end 1 for k = n. NAN, NAN where n is 0.
 * Source: Wilson (1927), J. Am. Stat. Assoc. 22:209-212. */
struct interval wilson_interval(size_t k, size_t n, double z);
/* NAN, NAN. */
struct interval no_interval(void);

/* From one of n numbers in ascending order to another, around the quantile of `share` (inside 0 to
 * 1) of what they were drawn from: the ranks l < u with the binomial chances P(B < l) and P(B >= u)
 * at most 2.5 % each, B of n rows with chance `share`. Exact for every distribution: it holds a
 * quantile of continuous numbers in 95 % or, ranks being whole, a little more, and one of tied
 * numbers at least as often. NAN, NAN where no rank is far enough out: below 6 rows for the median,
 * 368 for the quantile of 0.99. Time as the square root of n.
 * Source: Hahn & Meeker (1991), Statistical Intervals, section 5.2; David & Nagaraja (2003), Order
 * Statistics, 3rd ed., section 7.1. */
struct interval quantile_interval(const double *sorted, size_t n, double share);

/* Of the mean of n numbers: Hall's transformation of Student's t, which takes out the skewness of
 * the mean, with Student's point of n - 1 degrees. Wider on the side of the longer tail; it always
 * holds the mean of the numbers. Exact sums, so that the order of the numbers does not matter. NAN,
 * NAN below 2 numbers, where all are the same, and where one lies too far off for their spread to
 * be a number. Reads the numbers twice.
 * Source: Hall (1992), J. R. Stat. Soc. B 54:221-228, the cubic transformation. */
struct interval mean_interval(const double *values, size_t n);
/* The same of numbers that are never below 0, and so is their mean. */
struct interval positive_mean_interval(const double *values, size_t n);

/* Of the ratio of two sums over n rows, both above 0: the jackknife of the ratio's logarithm, with
 * Student's point of n - 1 degrees, so that both ends are above 0. over[i] and under[i]: by how
 * much the sums fall where row i is left out; `over` is used up. NAN, NAN below 2 rows, where a row
 * holds a whole sum, and where all rows have the same ratio.
 * Source: Tukey (1958), Ann. Math. Statist. 29:614; Efron & Stein (1981), Ann. Statist. 9:586-596,
 * on why it is rather too wide than too narrow. */
struct interval ratio_interval(double *over, double sum_over, const double *under, double sum_under,
			       size_t n);
#endif
