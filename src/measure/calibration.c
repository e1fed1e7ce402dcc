/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration.c - whether a score of 0.7 comes true in 70 of 100 */
#include "measure/calibration.h"
#include "measure/intervals.h"
#include "measure/quantile.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <assert.h>
#include <string.h>

enum { DEFAULT_BINS = 10, EXACT_ROWS = 256 };

/* The scores of one bin, as ranges of the sorted scores. */
struct bin_rows {
	const double *positives, *negatives;
	size_t n_positive, n_negative;
};

/* Edges of equal-width bins; n + 1 of them. */
static size_t uniform_edges(double *edges, size_t n)
{
	for (size_t i = 0; i <= n; i++)
		edges[i] = (double)i / (double)n;
	return n;
}

/* Distinct quantiles of all scores with the extremes at both ends; returns the number of bins. */
static size_t quantile_edges(struct arena *scratch, const struct outcomes *o, double *edges,
			     size_t n_bins)
{
	double *all = arena_new(scratch, double, o->n);
	struct outcome_run run = {0};
	size_t n = 0, inner, used = 1;

	while (outcomes_next_run(o, &run))
		for (size_t i = 0; i < run.positives + run.negatives; i++)
			all[n++] = run.score;
	inner = quantile_inner_edges(all, n, n_bins, edges + 1);
	edges[0] = all[0];
	if (all[0] == all[n - 1]) {
		edges[1] = all[0];
		return 1;
	}
	for (size_t i = 1; i <= inner; i++)
		if (edges[i] > all[0] && edges[i] < all[n - 1])
			edges[used++] = edges[i];
		else if (edges[i] == all[0] && used == 1)
			edges[used++] = edges[i]; /* a bin for a tied lowest score alone */
	edges[used] = all[n - 1];
	return used;
}

/* Gives each bin its rows: those up to its upper edge that no bin before it took. */
static void split_rows(const struct outcomes *o, const double *edges, size_t n_bins,
		       struct bin_rows *rows)
{
	size_t i = 0, j = 0;

	for (size_t b = 0; b < n_bins; b++) {
		bool last = b + 1 == n_bins;
		size_t from_i = i, from_j = j;

		while (i < o->n_positive && (last || o->positives[i] <= edges[b + 1]))
			i++;
		while (j < o->n_negative && (last || o->negatives[j] <= edges[b + 1]))
			j++;
		rows[b] = (struct bin_rows){o->positives + from_i, o->negatives + from_j,
					    i - from_i, j - from_j};
	}
}

static double score_at(const struct bin_rows *rows, size_t i)
{
	return i < rows->n_positive ? rows->positives[i] : rows->negatives[i - rows->n_positive];
}

static void fill_bin(struct calibration_bin *bin, const struct bin_rows *rows, double lower,
		     double upper)
{
	size_t count = rows->n_positive + rows->n_negative;
	struct interval interval = wilson_interval(rows->n_positive, count, INTERVAL_Z95);
	struct sum scores = {0};

	for (size_t i = 0; i < count; i++)
		sum_add(&scores, score_at(rows, i));
	*bin = (struct calibration_bin){
	    .lower = lower,
	    .upper = upper,
	    .count = count,
	    .events = rows->n_positive,
	    .mean_score = count ? sum_value(&scores) / (double)count : NAN,
	    .event_rate = count ? (double)rows->n_positive / (double)count : NAN,
	    .event_rate_low = interval.low,
	    .event_rate_high = interval.high,
	};
}

/* Cumulants of |sum of (outcome - score)| from the distribution of the number of events. */
static struct cumulants exact_gap(const struct bin_rows *rows)
{
	size_t n = rows->n_positive + rows->n_negative;
	double share_of[EXACT_ROWS + 1] = {1}, expected = 0, first = 0, second = 0, third = 0;

	for (size_t i = 0; i < n; i++) {
		double p = score_at(rows, i);

		expected += p;
		for (size_t k = i + 1; k > 0; k--)
			share_of[k] = share_of[k] * (1 - p) + share_of[k - 1] * p;
		share_of[0] *= 1 - p;
	}
	for (size_t k = 0; k <= n; k++) {
		double gap = fabs((double)k - expected);

		first += share_of[k] * gap;
		second += share_of[k] * gap * gap;
		third += share_of[k] * gap * gap * gap;
	}
	return (struct cumulants){
	    .mean = first,
	    .variance = fmax(0, second - first * first),
	    .third = third - 3 * first * second + 2 * first * first * first,
	};
}

/* The same where the sum is taken for a normal variable. */
static struct cumulants normal_gap(const struct bin_rows *rows)
{
	size_t n = rows->n_positive + rows->n_negative;
	double variance = 0, sd;

	for (size_t i = 0; i < n; i++)
		variance += score_at(rows, i) * (1 - score_at(rows, i));
	sd = sqrt(variance);
	return (struct cumulants){
	    .mean = sd * sqrt(2 / M_PI),
	    .variance = variance * (1 - 2 / M_PI),
	    .third = sd * variance * sqrt(2 / M_PI) * (4 / M_PI - 1),
	};
}

static double ece_by_chance(const struct bin_rows *rows, size_t n_bins, size_t n)
{
	struct cumulants total = {0};

	for (size_t b = 0; b < n_bins; b++) {
		size_t count = rows[b].n_positive + rows[b].n_negative;
		struct cumulants gap =
		    count <= EXACT_ROWS ? exact_gap(&rows[b]) : normal_gap(&rows[b]);

		total.mean += gap.mean;
		total.variance += gap.variance;
		total.third += gap.third;
	}
	return fmin(1, cumulants_point(&total, 0.05) / (double)n);
}

static void decompose_brier(const struct outcomes *o, struct calibration *c)
{
	double base = (double)o->n_positive / (double)o->n;
	struct sum reliability = {0}, resolution = {0}, brier = {0};
	struct outcome_run run = {0};

	while (outcomes_next_run(o, &run)) {
		double p = (double)run.positives, q = (double)run.negatives, n = p + q;
		double rate = p / n, s = run.score;

		sum_add(&reliability, n * (s - rate) * (s - rate));
		sum_add(&resolution, n * (rate - base) * (rate - base));
		sum_add(&brier, p * ((1 - s) * (1 - s)) + q * (s * s));
	}
	c->brier = sum_value(&brier) / (double)o->n;
	c->reliability = sum_value(&reliability) / (double)o->n;
	c->resolution = sum_value(&resolution) / (double)o->n;
	c->uncertainty = base * (1 - base);
}

static void sum_gaps(struct calibration *c)
{
	struct sum ece = {0};

	c->mce = 0;
	for (size_t b = 0; b < c->n_bins; b++) {
		const struct calibration_bin *bin = &c->bins[b];
		double gap = fabs(bin->event_rate - bin->mean_score);

		if (bin->count == 0)
			continue;
		sum_add(&ece, (double)bin->count / (double)c->n * gap);
		c->mce = fmax(c->mce, gap);
	}
	c->ece = sum_value(&ece);
}

struct calibration calibration_measure(struct arena *mem, struct arena *scratch,
				       const struct outcomes *o,
				       const struct calibration_options *options)
{
	size_t wanted = options->n_bins ? options->n_bins : DEFAULT_BINS;
	struct calibration c = {.binning = options->quantile ? "quantile" : "uniform", .n = o->n};
	double edges[CALIBRATION_MAX_BINS + 1];
	struct bin_rows rows[CALIBRATION_MAX_BINS];
	struct calibration_bin *bins;

	assert(wanted <= CALIBRATION_MAX_BINS);
	c.ece = c.ece_chance = c.mce = c.brier = c.reliability = c.resolution = c.uncertainty = NAN;
	if (o->n == 0 || !o->has_scores || !o->are_shares) {
		c.reason = o->n == 0        ? "no rows"
			   : !o->has_scores ? "no score"
					    : "scores outside 0 to 1";
		return c;
	}
	c.n_bins = options->quantile ? quantile_edges(scratch, o, edges, wanted)
				     : uniform_edges(edges, wanted);
	bins = arena_new(mem, struct calibration_bin, c.n_bins);
	split_rows(o, edges, c.n_bins, rows);
	for (size_t b = 0; b < c.n_bins; b++)
		fill_bin(&bins[b], &rows[b], edges[b], edges[b + 1]);
	c.bins = bins;
	sum_gaps(&c);
	c.ece_chance = ece_by_chance(rows, c.n_bins, c.n);
	decompose_brier(o, &c);
	return c;
}
