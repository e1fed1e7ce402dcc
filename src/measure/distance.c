/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/distance.c - how far two samples lie apart, beside PSI and Kolmogorov-Smirnov */
#include "measure/distance.h"
#include "measure/psi.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <stdbool.h>
#include <stdint.h>

static const struct bin_distances undefined = {NAN, NAN, NAN, NAN, NAN};

/* The sum of shares; NAN where one is negative or not finite, or where all are 0. */
static double total_of(const double *shares, size_t n)
{
	struct sum sum = {0};
	double total;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(shares[i]) || shares[i] < 0)
			return NAN;
		sum_add(&sum, shares[i]);
	}
	total = sum_value(&sum);
	return isfinite(total) && total > 0 ? total : NAN;
}

static double information(double p, double q)
{
	return p > 0 ? p * log(p / q) : 0;
}

/* The sums over bins that the distances are made from. */
struct sums {
	struct sum js, kl, overlap, difference;
	double largest;
	bool unbounded; /* q is 0 where p is not */
};

static void add_bin(struct sums *s, double p, double q)
{
	double middle = (p + q) / 2;

	sum_add(&s->js, information(p, middle) / 2);
	sum_add(&s->js, information(q, middle) / 2);
	if (q > 0)
		sum_add(&s->kl, information(p, q));
	else if (p > 0)
		s->unbounded = true;
	sum_add(&s->overlap, sqrt(p) * sqrt(q));
	sum_add(&s->difference, fabs(p - q));
	s->largest = fmax(s->largest, fabs(p - q));
}

static struct bin_distances distances_of(const struct sums *s)
{
	/* Rounding may take the sums a last digit beyond their range. */
	return (struct bin_distances){
	    .js_distance = sqrt(fmax(0, sum_value(&s->js))),
	    .kl_divergence = s->unbounded ? (double)INFINITY : fmax(0, sum_value(&s->kl)),
	    .hellinger = sqrt(fmax(0, 1 - sum_value(&s->overlap))),
	    .total_variation = fmin(1, sum_value(&s->difference) / 2),
	    .l_infinity = s->largest,
	};
}

struct bin_distances distances_from_shares(const double *p, const double *q, size_t n_bins)
{
	double of_p = total_of(p, n_bins), of_q = total_of(q, n_bins);
	struct sums s = {0};

	if (isnan(of_p) || isnan(of_q))
		return undefined;
	for (size_t b = 0; b < n_bins; b++)
		add_bin(&s, p[b] / of_p, q[b] / of_q);
	return distances_of(&s);
}

static double count_all(const size_t *counts, size_t n)
{
	double all = 0;

	for (size_t i = 0; i < n; i++)
		all += (double)counts[i];
	return all;
}

struct bin_distances distances_from_counts(const size_t *reference, const size_t *current,
					   size_t n_bins)
{
	double n = count_all(reference, n_bins), m = count_all(current, n_bins);
	struct sums s = {0};

	if (n == 0 || m == 0)
		return undefined;
	for (size_t b = 0; b < n_bins; b++)
		add_bin(&s, (double)reference[b] / n, (double)current[b] / m);
	return distances_of(&s);
}

double kl_from_counts_filled(const size_t *reference, const size_t *current, size_t n_bins)
{
	double n = count_all(reference, n_bins), m = count_all(current, n_bins);
	struct sum of_p = {0}, of_q = {0}, kl = {0};

	if (n == 0 || m == 0)
		return NAN;
	for (size_t b = 0; b < n_bins; b++) {
		sum_add(&of_p, reference[b] ? (double)reference[b] / n : PSI_EMPTY_SHARE);
		sum_add(&of_q, current[b] ? (double)current[b] / m : PSI_EMPTY_SHARE);
	}
	for (size_t b = 0; b < n_bins; b++) {
		double p = reference[b] ? (double)reference[b] / n : PSI_EMPTY_SHARE;
		double q = current[b] ? (double)current[b] / m : PSI_EMPTY_SHARE;
		sum_add(&kl, information(p / sum_value(&of_p), q / sum_value(&of_q)));
	}
	return fmax(0, sum_value(&kl));
}

enum { BLOCK = 1024 }; /* terms that are added up at once */

/* Terms of the area between two distribution functions, each times n m, added up a block at a time.
 */
struct area {
	struct sum sum;
	double terms[BLOCK], share; /* 1 / (n m) */
	size_t used;
	double from;
	long long ahead; /* i m - j n: distance of the distribution functions, exactly */
	unsigned long long largest;
};

/* Goes on to the value `to`; both functions are constant until there. */
static inline void add_step(struct area *area, double to)
{
	unsigned long long distance =
	    (unsigned long long)(area->ahead < 0 ? -area->ahead : area->ahead);
	unsigned long long seen = to > area->from ? distance : 0;

	area->largest = seen > area->largest ? seen : area->largest;
	/* halves keep the width finite */
	area->terms[area->used++] =
	    (double)(long long)distance * area->share * (to / 2 - area->from / 2);
	area->from = to;
	if (area->used == BLOCK) {
		sum_add_all(&area->sum, area->terms, area->used);
		area->used = 0;
	}
}

/* One value of either sample in a step, both where they are equal; steps of no width add nothing,
 * so that no branch hangs on which sample comes first. */
double wasserstein_with_gap(const double *a, size_t n, const double *b, size_t m,
			    unsigned long long *gap)
{
	struct area area = {.share = 1 / ((double)n * (double)m)};
	size_t i = 0, j = 0;
	double value;

	*gap = 0;
	if (!n || !m)
		return NAN;
	area.from = a[0] < b[0] ? a[0] : b[0];
	while (i < n && j < m) {
		double x = a[i], y = b[j];
		bool take_x = x <= y, take_y = y <= x;

		add_step(&area, take_x ? x : y);
		i += take_x;
		j += take_y;
		area.ahead += (take_x ? (long long)m : 0) - (take_y ? (long long)n : 0);
	}
	for (; i < n; i++, area.ahead += (long long)m)
		add_step(&area, a[i]);
	for (; j < m; j++, area.ahead -= (long long)n)
		add_step(&area, b[j]);
	sum_add_all(&area.sum, area.terms, area.used);
	*gap = area.largest;
	value = 2 * sum_value(&area.sum);
	return isfinite(value) ? value : NAN;
}

double wasserstein_sorted(const double *a, size_t n, const double *b, size_t m)
{
	unsigned long long gap;

	return wasserstein_with_gap(a, n, b, m, &gap);
}

/* A power of two that brings the largest of the numbers under 1, so that no square leaves the range
 * of doubles; 0 where all are 0. */
static double scale_of(const double *values, size_t n)
{
	double largest = 0;
	int exponent;

	for (size_t i = 0; i < n; i++)
		largest = fabs(values[i]) > largest ? fabs(values[i]) : largest;
	if (largest == 0)
		return 0;
	frexp(largest, &exponent);
	return ldexp(1, exponent < -1000 ? 1000 : -exponent);
}

double standard_deviation(const double *values, size_t n)
{
	struct sum sum = {0}, squares = {0};
	double scale, mean, terms[BLOCK];

	if (!n)
		return NAN;
	scale = scale_of(values, n);
	if (scale == 0)
		return 0;
	for (size_t from = 0, part; from < n; from += part) {
		part = n - from < BLOCK ? n - from : BLOCK;
		for (size_t i = 0; i < part; i++)
			terms[i] = values[from + i] * scale;
		sum_add_all(&sum, terms, part);
	}
	mean = sum_value(&sum) / (double)n;
	for (size_t from = 0, part; from < n; from += part) {
		part = n - from < BLOCK ? n - from : BLOCK;
		for (size_t i = 0; i < part; i++) {
			double d = values[from + i] * scale - mean;
			terms[i] = d * d;
		}
		sum_add_all(&squares, terms, part);
	}
	return sqrt(sum_value(&squares) / (double)n) / scale;
}

/* Columns with a count in any row. */
static size_t used_columns(const size_t *const *counts, size_t rows, size_t columns)
{
	size_t used = 0;

	for (size_t c = 0; c < columns; c++) {
		bool any = false;
		for (size_t r = 0; r < rows; r++)
			any = any || counts[r][c];
		used += any;
	}
	return used;
}

struct chi_square chi_square_table(const size_t *const *counts, size_t rows, size_t columns,
				   bool yates)
{
	size_t used = used_columns(counts, rows, columns);
	struct chi_square test = {.freedom = rows && used ? (rows - 1) * (used - 1) : 0};
	double all = 0, correction = yates && test.freedom == 1 ? 0.5 : 0;
	struct sum statistic = {0};

	for (size_t r = 0; r < rows; r++)
		all += count_all(counts[r], columns);
	for (size_t r = 0; r < rows; r++) {
		double row = count_all(counts[r], columns);
		if (row == 0)
			return (struct chi_square){NAN, NAN, 0};
		for (size_t c = 0; c < columns && test.freedom; c++) {
			double column = 0, expected, d;
			for (size_t k = 0; k < rows; k++)
				column += (double)counts[k][c];
			if (column == 0)
				continue;
			expected = row * (column / all);
			d = fabs((double)counts[r][c] - expected);
			d -= fmin(correction, d);
			sum_add(&statistic, d * d / expected);
		}
	}
	if (!test.freedom)
		return (struct chi_square){rows ? 0 : NAN, rows ? 1 : NAN, 0};
	test.statistic = sum_value(&statistic);
	test.p_value = chi_square_tail(test.statistic, (double)test.freedom);
	return test;
}

struct chi_square chi_square_test(const size_t *reference, const size_t *current, size_t n,
				  bool yates)
{
	const size_t *rows[] = {reference, current};

	return chi_square_table(rows, 2, n, yates);
}
