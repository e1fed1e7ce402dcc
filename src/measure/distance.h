/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/distance.h - how far two samples lie apart, beside PSI and Kolmogorov-Smirnov
 *
 * Distances over bins take shares or counts of B bins, p the reference's and q the current ones;
 * both are brought to a sum of 1 first. Natural logarithm throughout (a distance in base 2 is the
 * natural one divided by sqrt(ln 2), a divergence by ln 2). All are NAN where either side adds up
 * to 0 or holds a value that is negative or not finite. None depends on the order of the bins, to
 * the last bits of a compensated sum. */
#ifndef MEASURE_DISTANCE_H
#define MEASURE_DISTANCE_H
#include <stdbool.h>
#include <stddef.h>

struct bin_distances {
	/* sqrt(JSD), JSD = (KL(p, m) + KL(q, m)) / 2, m = (p + q) / 2: 0 to sqrt(ln 2); symmetric.
	 * Endres & Schindelin (2003), IEEE Trans. Inf. Theory 49:1858-1860. */
	double js_distance;
	/* KL(p, q) = sum p ln(p / q), 0 for p = 0; INFINITY where q is 0 and p is not. Not
	 * symmetric. Kullback & Leibler (1951), Ann. Math. Statist. 22:79-86. */
	double kl_divergence;
	/* sqrt(1 - sum sqrt(p q)), 0 to 1; symmetric. Hellinger (1909), J. reine angew. Math. 136.
	 */
	double hellinger;
	/* sum |p - q| / 2, 0 to 1: the largest difference of the chance of any set of bins. */
	double total_variation;
	/* max |p - q|, 0 to 1. */
	double l_infinity;
};
struct bin_distances distances_from_shares(const double *p, const double *q, size_t n_bins);
struct bin_distances distances_from_counts(const size_t *reference, const size_t *current,
					   size_t n_bins);

/* KL divergence with PSI's empty share (psi.h) in place of 0, both sides then brought to 1, so that
 * it is always finite. */
double kl_from_counts_filled(const size_t *reference, const size_t *current, size_t n_bins);

/* First Wasserstein distance: the area between the two distribution functions, in the unit of the
 * values. a, b: n and m numbers in ascending order, without NaN or infinite ones. NAN where either
 * is empty, or where the area passes the range of doubles. Linear in n + m.
 * Villani (2009), Optimal Transport, remark 6.5 (order 1, on the line). */
double wasserstein_sorted(const double *a, size_t n, const double *b, size_t m);
/* The same, and from the same walk the gap of measure/ks.h. */
double wasserstein_with_gap(const double *a, size_t n, const double *b, size_t m,
			    unsigned long long *gap);
/* The population standard deviation (divided by n) of n finite numbers; NAN for none: what a
 * Wasserstein distance is divided by to be comparable between columns. */
double standard_deviation(const double *values, size_t n);

/* Pearson's chi-square test of two rows of counts: is the share of each category the same in both?
 * Categories without a count on either side are left out; `freedom` is the number of the others
 * less 1. NAN, NAN, 0 where a side has no rows; 0, 1, 0 where there is one category. With `yates`
 * the continuity correction is applied where freedom is 1 (Yates (1934), J. R. Stat. Soc. Suppl.
 * 1:217-235), as SciPy and NannyML do by default; modelbook does not. */
struct chi_square {
	double statistic, p_value;
	size_t freedom;
};
struct chi_square chi_square_test(const size_t *reference, const size_t *current, size_t n,
				  bool yates);
/* The same of a table of any number of rows: counts[r] holds `columns` counts. Needs rows x rows x
 * columns steps. */
struct chi_square chi_square_table(const size_t *const *counts, size_t rows, size_t columns,
				   bool yates);
#endif
