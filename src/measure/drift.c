/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/drift.c - one column of a current sample against a reference */
#include "measure/drift.h"
#include "measure/distance.h"
#include "measure/drift_internal.h"
#include "measure/ks.h"
#include "measure/psi.h"
#include "measure/quantile.h"
#include "measure/sort.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The values that are there, sorted. */
static double *sorted_values(struct arena *mem, struct arena *scratch, const double *values,
			     size_t n, size_t *n_present)
{
	double *sorted = arena_new(mem, double, n);
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
			sorted[used++] = values[i];
	sort_numbers(sorted, used, scratch);
	*n_present = used;
	return sorted;
}

static bool has_infinite(const double *sorted, size_t n)
{
	return n && (isinf(sorted[0]) || isinf(sorted[n - 1]));
}

/* Rows of each bin (edges[i-1], edges[i]]. */
static void count_bins(const double *sorted, size_t n, const double *edges, size_t n_edges,
		       size_t *counts)
{
	size_t from = 0;

	for (size_t b = 0; b <= n_edges; b++) {
		size_t upto = b < n_edges ? sorted_below(sorted, n, edges[b], true) : n;

		counts[b] = upto - from;
		from = upto;
	}
}

/* Edges that give each value with at least n / n_bins rows of the reference a bin of its own: one
 * just below it and one at it. */
static void set_tied_edges(struct numeric_reference *r, size_t n_bins)
{
	if (r->n_edges + 1 >= n_bins)
		return;
	for (size_t e = 0; e < r->n_edges; e++) {
		double edge = r->edges[e], below = nextafter(edge, -INFINITY);
		size_t tied = sorted_below(r->sorted, r->n, edge, true) -
			      sorted_below(r->sorted, r->n, below, true);

		if (tied * n_bins >= r->n)
			r->tied_edges[r->n_tied_edges++] = below;
		r->tied_edges[r->n_tied_edges++] = edge;
	}
	if (r->n_tied_edges == r->n_edges)
		r->n_tied_edges = 0;
	else
		count_bins(r->sorted, r->n, r->tied_edges, r->n_tied_edges, r->tied_counts);
}

void numeric_reference_init_sorted(struct numeric_reference *r, const double *sorted, size_t n,
				   size_t n_missing, size_t n_bins)
{
	assert(n_bins >= 2 && n_bins <= DRIFT_MAX_BINS);
	*r = (struct numeric_reference){.sorted = sorted, .n = n, .n_missing = n_missing};
	r->infinite = has_infinite(sorted, n);
	if (r->infinite)
		return;
	r->deviation = standard_deviation(r->sorted, r->n);
	r->n_edges = quantile_inner_edges(r->sorted, r->n, n_bins, r->edges);
	count_bins(r->sorted, r->n, r->edges, r->n_edges, r->counts);
	set_tied_edges(r, n_bins);
}

void numeric_reference_init(struct numeric_reference *r, struct arena *mem, struct arena *scratch,
			    const double *values, size_t n, size_t n_bins)
{
	size_t present;
	const double *sorted = sorted_values(mem, scratch, values, n, &present);

	numeric_reference_init_sorted(r, sorted, present, n - present, n_bins);
}

static double share_of(size_t k, size_t n)
{
	return n ? (double)k / (double)n : NAN;
}

struct drift drift_not_measured(const char *column, bool numeric)
{
	return (struct drift){
	    .column = column,
	    .numeric = numeric,
	    .psi = NAN,
	    .psi_chance = NAN,
	    .psi_p_value = NAN,
	    .psi_ties = NAN,
	    .psi_ties_p_value = NAN,
	    .ks_statistic = NAN,
	    .ks_p_value = NAN,
	    .js_distance = NAN,
	    .kl_divergence = NAN,
	    .hellinger = NAN,
	    .total_variation = NAN,
	    .l_infinity = NAN,
	    .wasserstein = NAN,
	    .wasserstein_normalised = NAN,
	    .chi2_statistic = NAN,
	    .chi2_p_value = NAN,
	    .severity = DRIFT_UNKNOWN,
	};
}

static const char *no_rows(const struct drift *d)
{
	return d->rows_reference == 0 ? "no values in the reference"
	       : d->rows_current == 0 ? "no values in the window"
				      : NULL;
}

static void measure_ties(struct arena *scratch, const struct numeric_reference *reference,
			 const double *sorted, struct drift *d)
{
	size_t counts[2 * DRIFT_MAX_BINS + 1], n_bins = reference->n_tied_edges + 1;

	if (!reference->n_tied_edges)
		return;
	count_bins(sorted, d->rows_current, reference->tied_edges, reference->n_tied_edges, counts);
	d->psi_ties = psi_from_counts(reference->tied_counts, counts, n_bins);
	d->psi_ties_p_value = psi_chance(scratch, reference->tied_counts, counts, n_bins,
					 PSI_BINS_OF_REFERENCE, d->psi_ties)
				  .p_value;
}

void drift_measure_bins(struct arena *scratch, const size_t *reference, const size_t *current,
			enum psi_bins bins, struct drift *d)
{
	struct bin_distances distances = distances_from_counts(reference, current, d->n_bins);
	struct psi_chance chance;

	d->psi = psi_from_counts(reference, current, d->n_bins);
	chance = psi_chance(scratch, reference, current, d->n_bins, bins, d->psi);
	d->psi_chance = chance.point;
	d->psi_p_value = chance.p_value;
	d->js_distance = distances.js_distance;
	d->kl_divergence = kl_from_counts_filled(reference, current, d->n_bins);
	d->hellinger = distances.hellinger;
	d->total_variation = distances.total_variation;
	d->l_infinity = distances.l_infinity;
}

/* What hangs on the values, bins or not. */
static void measure_values(struct arena *scratch, const struct numeric_reference *reference,
			   const double *sorted, struct drift *d)
{
	size_t n = reference->n, m = d->rows_current;
	unsigned long long gap;
	struct ks ks;

	d->wasserstein = wasserstein_with_gap(reference->sorted, n, sorted, m, &gap);
	ks = ks_of_gap(scratch, n, m, gap);
	d->ks_statistic = ks.statistic;
	d->ks_p_value = ks.p_value;
	if (reference->deviation > 0)
		d->wasserstein_normalised = d->wasserstein / reference->deviation;
	if (!isfinite(d->wasserstein_normalised))
		d->wasserstein_normalised = NAN;
}

static struct drift_bin *numeric_bins(struct arena *mem, const struct numeric_reference *reference,
				      const size_t *counts)
{
	struct drift_bin *bins = arena_new(mem, struct drift_bin, reference->n_edges + 1);

	for (size_t b = 0; b <= reference->n_edges; b++)
		bins[b] = (struct drift_bin){
		    .lower = b ? reference->edges[b - 1] : -INFINITY,
		    .upper = b < reference->n_edges ? reference->edges[b] : INFINITY,
		    .reference = reference->counts[b],
		    .current = counts[b],
		};
	return bins;
}

struct drift drift_numeric_sorted(struct arena *mem, struct arena *scratch, const char *column,
				  const struct numeric_reference *reference, const double *sorted,
				  size_t n, size_t n_missing)
{
	struct arena_mark mark = arena_save(scratch);
	struct drift d = drift_not_measured(column, true);
	size_t counts[DRIFT_MAX_BINS] = {0};
	bool infinite = reference->infinite || has_infinite(sorted, n);

	assert(mem != scratch);
	d.rows_reference = reference->n;
	d.rows_current = n;
	d.missing_reference = share_of(reference->n_missing, reference->n + reference->n_missing);
	d.missing_current = share_of(n_missing, n + n_missing);
	d.reason = infinite ? "infinite values" : no_rows(&d);
	if (infinite || reference->n == 0)
		return d;
	count_bins(sorted, n, reference->edges, reference->n_edges, counts);
	d.n_bins = reference->n_edges + 1;
	d.bins = numeric_bins(mem, reference, counts);
	if (n == 0)
		return d;
	drift_measure_bins(scratch, reference->counts, counts, PSI_BINS_OF_REFERENCE, &d);
	measure_ties(scratch, reference, sorted, &d);
	measure_values(scratch, reference, sorted, &d);
	arena_reset(scratch, mark);
	return d;
}

struct drift drift_numeric(struct arena *mem, struct arena *scratch, const char *column,
			   const struct numeric_reference *reference, const double *values,
			   size_t n)
{
	struct arena_mark mark = arena_save(scratch);
	size_t present;
	const double *sorted = sorted_values(scratch, scratch, values, n, &present);
	struct drift d =
	    drift_numeric_sorted(mem, scratch, column, reference, sorted, present, n - present);

	arena_reset(scratch, mark);
	return d;
}

struct named_count {
	const char *name;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named_count *)a)->name, ((const struct named_count *)b)->name);
}

struct category_counts category_count(struct arena *mem, const struct category_column *column)
{
	struct named_count *all = arena_new(mem, struct named_count, column->n_names);
	struct category_counts c = {0};
	size_t used = 0;

	for (size_t i = 0; i < column->n_names; i++)
		all[i].name = column->names[i];
	for (size_t i = 0; i < column->n; i++) {
		if (column->codes[i] == CATEGORY_MISSING) {
			c.n_missing++;
			continue;
		}
		assert(column->codes[i] < column->n_names);
		all[column->codes[i]].count++;
		c.n++;
	}
	for (size_t i = 0; i < column->n_names; i++)
		if (all[i].count)
			all[used++] = all[i];
	if (used > 1)
		qsort(all, used, sizeof *all, by_name);
	c.names = arena_new(mem, const char *, used);
	c.counts = arena_new(mem, size_t, used);
	for (size_t i = 0; i < used; i++) {
		if (!c.n_names || strcmp(c.names[c.n_names - 1], all[i].name)) {
			c.names[c.n_names] = all[i].name;
			c.counts[c.n_names++] = all[i].count;
		} else {
			c.counts[c.n_names - 1] += all[i].count;
		}
	}
	return c;
}

/* A bin for each name of either list, both being in order; and the names that only the current
 * sample has. */
static void merge_categories(struct drift *d, struct arena *mem,
			     const struct category_counts *reference,
			     const struct category_counts *current)
{
	size_t room = reference->n_names + current->n_names, i = 0, j = 0;
	struct drift_bin *bins = arena_new(mem, struct drift_bin, room);
	const char **fresh = arena_new(mem, const char *, current->n_names);

	while (i < reference->n_names || j < current->n_names) {
		int order = i == reference->n_names ? 1
			    : j == current->n_names
				? -1
				: strcmp(reference->names[i], current->names[j]);
		struct drift_bin *bin = &bins[d->n_bins++];

		*bin = (struct drift_bin){.lower = NAN, .upper = NAN};
		bin->category = order <= 0 ? reference->names[i] : current->names[j];
		if (order > 0)
			fresh[d->n_new_categories++] = current->names[j];
		if (order <= 0)
			bin->reference = reference->counts[i++];
		if (order >= 0)
			bin->current = current->counts[j++];
	}
	d->bins = bins;
	d->new_categories = fresh;
}

struct drift drift_categorical(struct arena *mem, struct arena *scratch, const char *column,
			       const struct category_counts *reference,
			       const struct category_counts *current)
{
	struct arena_mark mark = arena_save(scratch);
	struct drift d = drift_not_measured(column, false);
	struct chi_square test;
	size_t *counts;

	assert(mem != scratch);
	d.rows_reference = reference->n;
	d.rows_current = current->n;
	d.missing_reference = share_of(reference->n_missing, reference->n + reference->n_missing);
	d.missing_current = share_of(current->n_missing, current->n + current->n_missing);
	merge_categories(&d, mem, reference, current);
	d.reason = no_rows(&d);
	if (d.reason)
		return d;
	counts = arena_new(scratch, size_t, 2 * d.n_bins);
	for (size_t b = 0; b < d.n_bins; b++) {
		counts[b] = d.bins[b].reference;
		counts[d.n_bins + b] = d.bins[b].current;
	}
	drift_measure_bins(scratch, counts, counts + d.n_bins, PSI_CATEGORIES, &d);
	test = chi_square_test(counts, counts + d.n_bins, d.n_bins, false);
	d.chi2_statistic = test.statistic;
	d.chi2_p_value = test.p_value;
	arena_reset(scratch, mark);
	return d;
}
