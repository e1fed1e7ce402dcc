/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/intervals.c - intervals in closed form */
#include "measure/intervals.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <assert.h>
#include <math.h>

struct interval no_interval(void)
{
	return (struct interval){NAN, NAN};
}

struct interval wilson_interval(size_t k, size_t n, double z)
{
	double rows = (double)n, share, z2 = z * z, middle, half;

	assert(k <= n && z > 0);
	if (n == 0)
		return no_interval();
	share = (double)k / rows;
	middle = share + z2 / (2 * rows);
	half = z * sqrt(share * (1 - share) / rows + z2 / (4 * rows * rows));
	return (struct interval){
	    .low = k == 0 ? 0 : fmax(0, (middle - half) / (1 + z2 / rows)),
	    .high = k == n ? 1 : fmin(1, (middle + half) / (1 + z2 / rows)),
	};
}

/* ---- quantiles ---- */

/* The binomial distribution around its mode, each chance as a multiple of the mode's: only
 * neighbours' ratios are needed, and the sum of all makes them chances. */
struct binomial {
	double n, odds; /* share / (1 - share) */
	size_t mode;
};

enum { TAIL_PER_1000 = 25 };
static const double negligible = 1e-20;

static double chance_below(const struct binomial *b, size_t k, double chance)
{
	return chance * (double)k / (b->n - (double)k + 1) / b->odds;
}

static double chance_above(const struct binomial *b, size_t k, double chance)
{
	return chance * (b->n - (double)k) / ((double)k + 1) * b->odds;
}

/* The sum of chances below the mode, and above it. */
static double sum_below(const struct binomial *b)
{
	double sum = 0, chance = 1;

	for (size_t k = b->mode; k > 0 && chance > negligible; k--) {
		chance = chance_below(b, k, chance);
		sum += chance;
	}
	return sum;
}

static double sum_above(const struct binomial *b)
{
	double sum = 0, chance = 1;

	for (size_t k = b->mode; (double)k < b->n && chance > negligible; k++) {
		chance = chance_above(b, k, chance);
		sum += chance;
	}
	return sum;
}

/* The largest l with P(B < l) <= tail; 0 where there is none but that. `below` is P(B < mode). */
static size_t rank_below(const struct binomial *b, double below, double tail)
{
	double chance = 1;
	size_t l = b->mode;

	while (l > 0 && below > tail) {
		chance = chance_below(b, l, chance);
		below -= chance;
		l--;
	}
	return l;
}

/* The smallest u with P(B >= u) <= tail; n + 1 where there is none but that. `above` is
 * P(B > mode). */
static size_t rank_above(const struct binomial *b, double above, double tail)
{
	double chance = 1;
	size_t k = b->mode;

	while ((double)k < b->n && above > tail) {
		chance = chance_above(b, k, chance);
		above -= chance;
		k++;
	}
	return k + 1;
}

struct interval quantile_interval(const double *sorted, size_t n, double share)
{
	struct binomial b = {(double)n, share / (1 - share), (size_t)((double)(n + 1) * share)};
	double below, above, tail;
	size_t l, u;

	assert(share > 0 && share < 1);
	if (n < 2)
		return no_interval();
	b.mode = b.mode > n ? n : b.mode;
	below = sum_below(&b);
	above = sum_above(&b);
	tail = (below + 1 + above) * TAIL_PER_1000 / 1000;
	l = rank_below(&b, below, tail);
	u = rank_above(&b, above, tail);
	if (l < 1 || u > n || l >= u)
		return no_interval();
	return (struct interval){sorted[l - 1], sorted[u - 1]};
}

/* ---- means ---- */

enum { TERMS = 256 };

/* Sums of the second and third powers of the numbers less their mean, in units of the largest such
 * difference, so that they neither overflow nor vanish. */
struct moments {
	double mean, unit, second, third;
};

static double farthest(const double *values, size_t n, double from)
{
	double far = 0;

	for (size_t i = 0; i < n; i++)
		far = fmax(far, fabs(values[i] - from));
	return far;
}

static double mean_of(const double *values, size_t n)
{
	struct sum sum = {0};

	sum_add_all(&sum, values, n);
	return sum_value(&sum) / (double)n;
}

static struct moments moments_of(const double *values, size_t n)
{
	struct moments m = {.mean = mean_of(values, n)};
	struct sum second = {0}, third = {0};
	double squares[TERMS], cubes[TERMS];

	m.unit = farthest(values, n, m.mean);
	for (size_t from = 0; from < n; from += TERMS) {
		size_t terms = n - from < TERMS ? n - from : TERMS;

		for (size_t i = 0; i < terms; i++) {
			double d = (values[from + i] - m.mean) / m.unit;

			squares[i] = d * d;
			cubes[i] = d * d * d;
		}
		sum_add_all(&second, squares, terms);
		sum_add_all(&third, cubes, terms);
	}
	m.second = sum_value(&second);
	m.third = sum_value(&third);
	return m;
}

/* The w = (mean - true mean) / deviation whose transform is t: with the skewness g,
 * t = sqrt(n) (w + g w^2 / 3 + g^2 w^3 / 27 + g / (6 n)), whose first three terms are
 * ((1 + g w / 3)^3 - 1) / g. */
static double untransformed(double t, double skewness, double n)
{
	double x = t / sqrt(n) - skewness / (6 * n), cube = 1 + skewness * x;

	if (fabs(skewness * x) < 1e-5) /* by its series: the quotient would lose digits */
		return x - skewness * x * x / 3;
	return 3 / skewness * (cbrt(cube) - 1);
}

struct interval mean_interval(const double *values, size_t n)
{
	double rows = (double)n, deviation, skewness, t;
	struct moments m;

	if (n < 2)
		return no_interval();
	m = moments_of(values, n);
	if (!isfinite(m.mean) || !isfinite(m.unit) || !(m.second > 0))
		return no_interval();
	deviation = m.unit * sqrt(m.second / (rows - 1));
	skewness = m.third / rows / pow(m.second / rows, 1.5);
	t = student_two_sided_point(0.95, rows - 1);
	return (struct interval){m.mean - deviation * untransformed(t, skewness, rows),
				 m.mean - deviation * untransformed(-t, skewness, rows)};
}

struct interval positive_mean_interval(const double *values, size_t n)
{
	struct interval interval = mean_interval(values, n);

	if (interval.low < 0)
		interval.low = 0;
	return interval;
}

/* ---- ratios ---- */

struct interval ratio_interval(double *over, double sum_over, const double *under, double sum_under,
			       size_t n)
{
	double ratio = sum_over / sum_under, rows = (double)n, reach;
	struct moments m;

	if (n < 2 || !(ratio > 0) || !isfinite(ratio) || !isfinite(sum_over))
		return no_interval();
	for (size_t i = 0; i < n; i++) {
		double a = over[i] / sum_over, b = under[i] / sum_under;

		if (!(a < 1 && b < 1))
			return no_interval();
		over[i] = log1p((b - a) / (1 - b)); /* of the ratio without row i, by the whole's */
	}
	m = moments_of(over, n);
	reach =
	    student_two_sided_point(0.95, rows - 1) * m.unit * sqrt(m.second * (rows - 1) / rows);
	if (!(reach > 0) || !isfinite(ratio * exp(reach)))
		return no_interval();
	return (struct interval){ratio * exp(-reach), ratio * exp(reach)};
}
