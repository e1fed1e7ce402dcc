/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/psi.h - population stability index, and what chance gives
 *
 * psi = sum over bins of (q - p) ln(q / p), p the reference's share and q the current one, natural
 * logarithm, dimensionless. A share of 0 counts as PSI_EMPTY_SHARE; nothing is renormalised.
 * Source: Kullback & Leibler (1951), Ann. Math. Statist. 22:79-86, J(1,2).
 *
 * Without drift psi is close to (1/n + 1/m) times chi-square with B - 1 degrees of freedom
 * (n, m rows of reference and current, B bins). Where bins hold few rows the true distribution has
 * a heavier tail (at 100 current rows and 10 bins the point at 5 % is passed in 8 % of the
 * windows). So below PSI_LARGE_COUNT expected rows in any bin the null distribution is a shifted
 * gamma distribution with the mean, variance and third cumulant that psi has at these very counts:
 *   - counts are independent variables (negative binomial for bins cut by the reference,
 *     binomial for categories) given that they add up to m;
 *   - the mean is exact, from the marginal of each count (beta-binomial, hypergeometric);
 *   - second and third cumulants are those of the sum after its linear and quadratic regression
 *     on the total of the counts, which is what the condition takes away.
 * Where a bin cut by the reference may well be empty, it is a mixture of such distributions over
 * which bins are (psi_empty.c), since each empty bin makes psi leap.
 * No random numbers: the same counts give the same figures. How often the point at 5 % is passed in
 * simulations without drift stands in docs/figures.md, "How intervals were tested". */
#ifndef MEASURE_PSI_H
#define MEASURE_PSI_H
#include "base/arena.h"
#include <stddef.h>

#define PSI_EMPTY_SHARE 1e-4
enum { PSI_LARGE_COUNT = 1000 };
/* A current sample of more than so many times the reference's rows stands for that many: its own
 * chance is then a thousandth of the reference's, and the work would grow with rows that a profile
 * claims. */
enum { PSI_LARGEST_FACTOR = 1000 };

/* p, q: n_bins shares >= 0. */
double psi_from_shares(const double *p, const double *q, size_t n_bins);
/* NAN where either sample has no rows. */
double psi_from_counts(const size_t *reference, const size_t *current, size_t n_bins);

/* How the bins came about decides what varies by chance. */
enum psi_bins {
	/* Cut at the reference's quantiles: given its counts, the current counts follow the
	 * Dirichlet-multinomial distribution with them (an empty reference bin counts 1/2). */
	PSI_BINS_OF_REFERENCE,
	/* Categories: given how often each occurs in both samples together, the current counts are
	 * a draw of m rows from all, as in a permutation test. */
	PSI_CATEGORIES
};

struct psi_chance {
	double point;   /* psi is at or above it in 5 of 100 windows without drift */
	double p_value; /* chance of a psi as large as this one without drift */
};
/* NAN, NAN where either sample has no rows. A single bin gives 0 and 1. */
struct psi_chance psi_chance(struct arena *scratch, const size_t *reference, const size_t *current,
			     size_t n_bins, enum psi_bins bins, double psi);
#endif
