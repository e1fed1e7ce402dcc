/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/drift_convention.c - drift as other tools measure it */
#include "measure/drift_convention.h"
#include "measure/distance.h"
#include "measure/psi.h"
#include "measure/sort.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <assert.h>
#include <math.h>

enum { FEW_VALUES = 20 };

const char *drift_convention_name(enum drift_convention convention)
{
	static const char *const names[] = {"modelbook", "evidently", "nannyml"};

	assert((size_t)convention < sizeof names / sizeof *names);
	return names[convention];
}

/* ---- bins of equal width ---- */

/* Halves, where the range of huge numbers passes the range of doubles. */
static double scale_of(double least, double greatest)
{
	return isfinite(greatest - least) ? 1 : 0.5;
}

/* As many bins of `width` as the range holds; `width` is in units of scale_of(). */
static size_t equal_edges(double least, double greatest, double width, double *edges)
{
	double scale = scale_of(least, greatest), range = greatest * scale - least * scale;
	double wanted = width > 0 ? ceil(range / width) : 1, step;
	size_t n = wanted < 1 ? 1 : wanted > DRIFT_MAX_BINS ? DRIFT_MAX_BINS : (size_t)wanted;

	if (least == greatest) {
		least -= 0.5;
		greatest += 0.5;
		range = 1;
	}
	step = range / (double)n;
	for (size_t i = 0; i < n; i++)
		edges[i] = ((double)i * step + least * scale) / scale;
	edges[n] = greatest;
	return n;
}

size_t edges_by_sturges(double least, double greatest, size_t n, double *edges)
{
	double scale = scale_of(least, greatest);
	double width = (greatest * scale - least * scale) / (log2((double)n) + 1);

	return equal_edges(least, greatest, width, edges);
}

/* The mean of ((x - mean) / deviation)^3. */
static double skewness(const double *values, size_t n, double deviation)
{
	struct sum sum = {0}, cubes = {0};
	double mean;

	sum_add_all(&sum, values, n);
	mean = sum_value(&sum) / (double)n;
	for (size_t i = 0; i < n; i++) {
		double d = (values[i] - mean) / deviation;
		sum_add(&cubes, d * d * d);
	}
	return sum_value(&cubes) / (double)n;
}

size_t edges_by_doane(const double *sorted, size_t n, double *edges)
{
	double scale = scale_of(sorted[0], sorted[n - 1]),
	       deviation = standard_deviation(sorted, n);
	double range = sorted[n - 1] * scale - sorted[0] * scale, rows = (double)n, width = 0;

	if (n > 2 && deviation > 0) {
		double error = sqrt(6 * (rows - 2) / ((rows + 1) * (rows + 3)));
		double skew = fabs(skewness(sorted, n, deviation));
		width = range / (1 + log2(rows) + log2(1 + skew / error));
	}
	return equal_edges(sorted[0], sorted[n - 1], width, edges);
}

/* Rows of each bin [edges[i], edges[i + 1]), the last closed. */
static void count_left_closed(const double *sorted, size_t n, const double *edges, size_t n_bins,
			      size_t *counts)
{
	size_t from = sorted_below(sorted, n, edges[0], false);

	for (size_t b = 0; b < n_bins; b++) {
		size_t upto = sorted_below(sorted, n, edges[b + 1], b + 1 == n_bins);
		counts[b] = upto - from;
		from = upto;
	}
}

/* ---- what both kinds of columns share ---- */

static double total_of(const size_t *counts, size_t n)
{
	double total = 0;

	for (size_t i = 0; i < n; i++)
		total += (double)counts[i];
	return total;
}

static void set_distances(struct drift *d, const size_t *reference, const size_t *current,
			  size_t n_bins)
{
	struct bin_distances distances = distances_from_counts(reference, current, n_bins);

	d->js_distance = distances.js_distance;
	d->hellinger = distances.hellinger;
	d->total_variation = distances.total_variation;
	d->l_infinity = distances.l_infinity;
}

/* Evidently's share for an empty bin. */
static double filling(const size_t *counts, size_t n, double total)
{
	double least = 1;

	for (size_t i = 0; i < n; i++)
		if (counts[i])
			least = fmin(least, (double)counts[i] / total);
	return least <= 1e-4 ? least / 1e6 : 1e-4;
}

static void set_evidently(struct drift *d, struct arena *scratch, const size_t *reference,
			  const size_t *current, size_t n_bins)
{
	struct arena_mark mark = arena_save(scratch);
	double n = total_of(reference, n_bins), m = total_of(current, n_bins);
	double of_p = filling(reference, n_bins, n), of_q = filling(current, n_bins, m);
	double *p = arena_new(scratch, double, n_bins), *q = arena_new(scratch, double, n_bins);
	struct psi_chance chance = psi_chance(scratch, reference, current, n_bins, PSI_CATEGORIES,
					      psi_from_counts(reference, current, n_bins));

	for (size_t b = 0; b < n_bins; b++) {
		p[b] = reference[b] ? (double)reference[b] / n : of_p;
		q[b] = current[b] ? (double)current[b] / m : of_q;
	}
	d->psi = psi_from_shares(p, q, n_bins);
	d->kl_divergence = distances_from_shares(p, q, n_bins).kl_divergence;
	d->psi_chance = chance.point;
	d->psi_p_value = chance.p_value;
	d->psi_ties = d->psi_ties_p_value = NAN;
	set_distances(d, reference, current, n_bins);
	arena_reset(scratch, mark);
}

/* ---- numbers ---- */

/* Bins of one value each, of both samples. */
static size_t distinct_values(const double *a, size_t n, const double *b, size_t m,
			      struct drift_bin *bins)
{
	size_t i = 0, j = 0, used = 0;

	while (i < n || j < m) {
		double value = j == m || (i < n && a[i] <= b[j]) ? a[i] : b[j];
		struct drift_bin *bin = &bins[used++];

		*bin = (struct drift_bin){.lower = value, .upper = value};
		for (; i < n && a[i] == value; i++)
			bin->reference++;
		for (; j < m && b[j] == value; j++)
			bin->current++;
	}
	return used;
}

/* Distinct ones of n sorted numbers; counts no further than `most` + 1. */
static size_t count_distinct(const double *sorted, size_t n, size_t most)
{
	size_t distinct = n > 0;

	for (size_t i = 1; i < n && distinct <= most; i++)
		distinct += sorted[i] != sorted[i - 1];
	return distinct;
}

static size_t evidently_bins(const struct numeric_reference *r, const double *sorted, size_t n,
			     struct arena *mem, struct drift_bin **bins)
{
	double edges[DRIFT_MAX_BINS + 1];
	size_t reference[DRIFT_MAX_BINS], current[DRIFT_MAX_BINS], n_bins;

	if (count_distinct(r->sorted, r->n, FEW_VALUES) <= FEW_VALUES) {
		*bins = arena_new(mem, struct drift_bin, FEW_VALUES + n);
		return distinct_values(r->sorted, r->n, sorted, n, *bins);
	}
	n_bins = edges_by_sturges(fmin(r->sorted[0], sorted[0]),
				  fmax(r->sorted[r->n - 1], sorted[n - 1]), r->n + n, edges);
	count_left_closed(r->sorted, r->n, edges, n_bins, reference);
	count_left_closed(sorted, n, edges, n_bins, current);
	*bins = arena_new(mem, struct drift_bin, n_bins);
	for (size_t b = 0; b < n_bins; b++)
		(*bins)[b] = (struct drift_bin){.lower = edges[b],
						.upper = edges[b + 1],
						.reference = reference[b],
						.current = current[b]};
	return n_bins;
}

/* The counts of both sides, one list behind the other. */
static size_t *counts_of(struct arena *scratch, const struct drift_bin *bins, size_t n_bins)
{
	size_t *counts = arena_new(scratch, size_t, 2 * n_bins);

	for (size_t b = 0; b < n_bins; b++) {
		counts[b] = bins[b].reference;
		counts[n_bins + b] = bins[b].current;
	}
	return counts;
}

static void follow_nannyml(struct drift *d, const struct numeric_reference *r, const double *sorted,
			   size_t n)
{
	double edges[DRIFT_MAX_BINS + 1];
	size_t reference[DRIFT_MAX_BINS + 1] = {0}, current[DRIFT_MAX_BINS + 1] = {0};
	size_t n_bins = edges_by_doane(r->sorted, r->n, edges);

	count_left_closed(r->sorted, r->n, edges, n_bins, reference);
	count_left_closed(sorted, n, edges, n_bins, current);
	current[n_bins] = n - (size_t)total_of(current, n_bins); /* those outside */
	set_distances(d, reference, current, n_bins + 1);
	d->js_distance /= sqrt(M_LN2);
}

void drift_follow_numeric(struct drift *d, struct arena *mem, struct arena *scratch,
			  const struct numeric_reference *reference, const double *sorted, size_t n,
			  enum drift_convention convention)
{
	struct arena_mark mark = arena_save(scratch);
	struct drift_bin *bins;
	size_t *counts;

	if (convention == DRIFT_MODELBOOK || isnan(d->psi))
		return;
	assert(mem != scratch);
	if (convention == DRIFT_NANNYML) {
		follow_nannyml(d, reference, sorted, n);
		return;
	}
	d->n_bins = evidently_bins(reference, sorted, n, mem, &bins);
	d->bins = bins;
	counts = counts_of(scratch, bins, d->n_bins);
	set_evidently(d, scratch, counts, counts + d->n_bins, d->n_bins);
	d->wasserstein_normalised = d->wasserstein / fmax(reference->deviation, 0.001);
	arena_reset(scratch, mark);
}

/* ---- categories ---- */

/* Pearson's test of the current counts against the shares of the reference. */
static void test_against_reference(struct drift *d, const size_t *reference, const size_t *current,
				   size_t n)
{
	double scale = total_of(current, n) / total_of(reference, n);
	struct sum statistic = {0};
	bool unexpected = false;

	for (size_t i = 0; i < n; i++) {
		double expected = (double)reference[i] * scale;
		double off = (double)current[i] - expected;

		if (reference[i])
			sum_add(&statistic, off * off / expected);
		else
			unexpected = true;
	}
	d->chi2_statistic = unexpected ? NAN : sum_value(&statistic);
	d->chi2_p_value = unexpected ? 0
			  : n > 1    ? chi_square_tail(d->chi2_statistic, (double)(n - 1))
				     : 1;
}

void drift_follow_categories(struct drift *d, struct arena *scratch,
			     enum drift_convention convention)
{
	struct arena_mark mark = arena_save(scratch);
	size_t *reference, *current, n = d->n_bins, known = 0;
	struct chi_square test;

	if (convention == DRIFT_MODELBOOK || isnan(d->psi))
		return;
	reference = counts_of(scratch, d->bins, n);
	current = reference + n;
	if (convention == DRIFT_EVIDENTLY) {
		set_evidently(d, scratch, reference, current, n);
		test_against_reference(d, reference, current, n);
		arena_reset(scratch, mark);
		return;
	}
	test = chi_square_test(reference, current, n, true);
	d->chi2_statistic = test.statistic;
	d->chi2_p_value = test.p_value;
	/* Categories that the reference has come first, all others are one behind them. */
	reference = arena_new(scratch, size_t, n + 1);
	current = arena_new(scratch, size_t, n + 1);
	for (size_t b = 0; b < n; b++)
		if (d->bins[b].reference) {
			reference[known] = d->bins[b].reference;
			current[known++] = d->bins[b].current;
		}
	for (size_t b = 0; b < n; b++)
		if (!d->bins[b].reference)
			current[known] += d->bins[b].current;
	set_distances(d, reference, current, known + 1);
	d->js_distance /= sqrt(M_LN2);
	arena_reset(scratch, mark);
}
