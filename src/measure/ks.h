/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/ks.h - Kolmogorov-Smirnov test of two samples, two-sided
 *
 * statistic D = sup |F_a - F_b| over the pooled points, ties by right-continuous distribution
 * functions. The p-value is exact (given continuous data; conservative on ties) up to
 * KS_EXACT_ROWS rows in the larger sample, and beyond that the exact distribution of the
 * one-sample statistic at n m / (n + m) rows, as scipy.stats.ks_2samp does with method="auto". */
#ifndef MEASURE_KS_H
#define MEASURE_KS_H
#include "base/arena.h"
#include <stddef.h>

enum { KS_EXACT_ROWS = 10000 };

struct ks {
	double statistic, p_value; /* NAN, NAN where either sample is empty */
};

/* a, b: n and m numbers in ascending order, without NaN. */
struct ks ks_two_sample(struct arena *scratch, const double *a, size_t n, const double *b,
			size_t m);

/* The parts of it. `gap` is the largest |i m - j n| over the pooled points (i of a and j of b are
 * at or below it), so that D = gap / (n m) is exact. */
unsigned long long ks_gap(const double *a, size_t n, const double *b, size_t m);
/* The test of samples of these sizes with that gap. */
struct ks ks_of_gap(struct arena *scratch, size_t n, size_t m, unsigned long long gap);
/* P(gap as large as this one) by the recurrence over lattice paths of Hodges (1958), Ark. Mat.
 * 3:469-486, on the share of paths that leave the band (Viehmann (2021), arXiv:2102.08037), which
 * loses no digits; for n = m by the reflection formula of Gnedenko & Korolyuk (1951). Under 1e-250
 * it is 0. At most 2 D n m steps. */
double ks_p_exact(struct arena *scratch, size_t n, size_t m, unsigned long long gap);
/* P(D_n >= d) of the one-sample statistic, n >= 1 rows, else NAN: Marsaglia, Tsang & Wang (2003),
 * J. Stat. Softw. 8(18), in the middle, Smirnov's sum in the tail, and Pelz & Good (1976),
 * J. R. Stat. Soc. B 38:152-156 for many rows, where Simard & L'Ecuyer (2011), J. Stat. Softw.
 * 39(11) found each accurate. */
double ks_p_one_sample(struct arena *scratch, double n, double d);
#endif
