/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration.c - whether a score of 0.7 comes true in 70 of 100 */
#include "measure/calibration.h"
#include "measure/calibration_fit.h"
#include "measure/intervals.h"
#include "measure/quantile.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <assert.h>

enum { DEFAULT_BINS = 10, EXACT_ROWS = 256, BLOCK = 1024 };

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
static size_t quantile_edges(const struct outcomes *o, double *edges, size_t n_bins)
{
	double lowest = outcomes_score(o, 0), highest = outcomes_score(o, o->n - 1);
	double step = 1 / (double)n_bins;
	size_t used = 1;

	edges[0] = lowest;
	edges[1] = highest;
	if (lowest == highest)
		return 1;
	for (size_t i = 1; i < n_bins; i++) {
		struct quantile_place at = quantile_place(o->n, (double)i * step);
		double edge = outcomes_score(o, at.index);

		if (at.index + 1 < o->n)
			edge = quantile_between(edge, outcomes_score(o, at.index + 1), at.way);
		/* a bin for a tied lowest score alone begins and ends with it */
		if (edge < highest && (edge > edges[used - 1] || used == 1))
			edges[used++] = edge;
	}
	edges[used] = highest;
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

		i = last ? o->n_positive
			 : outcomes_up_to(o->positives, i, o->n_positive, edges[b + 1]);
		j = last ? o->n_negative
			 : outcomes_up_to(o->negatives, j, o->n_negative, edges[b + 1]);
		rows[b] = (struct bin_rows){o->positives + from_i, o->negatives + from_j,
					    i - from_i, j - from_j};
	}
}

static double score_at(const struct bin_rows *rows, size_t i)
{
	return i < rows->n_positive ? rows->positives[i] : rows->negatives[i - rows->n_positive];
}

/* Returns by how much its scores and its events differ in all. */
static double fill_bin(struct calibration_bin *bin, const struct bin_rows *rows, double lower,
		       double upper)
{
	size_t count = rows->n_positive + rows->n_negative;
	struct interval interval = wilson_interval(rows->n_positive, count, INTERVAL_Z95);
	struct sum scores = {0};

	sum_add_all(&scores, rows->positives, rows->n_positive);
	sum_add_all(&scores, rows->negatives, rows->n_negative);
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
	return fabs((double)rows->n_positive - sum_value(&scores));
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

/* Terms of the three sums, added up a block at a time. */
struct brier_terms {
	double reliability[BLOCK], resolution[BLOCK], brier[BLOCK];
	size_t n;
	struct sum of_reliability, of_resolution, of_brier;
};

static void add_terms(struct brier_terms *t)
{
	sum_add_all(&t->of_reliability, t->reliability, t->n);
	sum_add_all(&t->of_resolution, t->resolution, t->n);
	sum_add_all(&t->of_brier, t->brier, t->n);
	t->n = 0;
}

static void decompose_brier(const struct outcomes *o, struct calibration *c)
{
	double base = (double)o->n_positive / (double)o->n;
	struct brier_terms t = {.n = 0};
	struct outcome_run run = {0};

	while (outcomes_next_run(o, &run)) {
		double p = (double)run.positives, q = (double)run.negatives, n = p + q;
		double rate = p / n, s = run.score;

		t.reliability[t.n] = n * (s - rate) * (s - rate);
		t.resolution[t.n] = n * (rate - base) * (rate - base);
		t.brier[t.n] = p * ((1 - s) * (1 - s)) + q * (s * s);
		if (++t.n == BLOCK)
			add_terms(&t);
	}
	add_terms(&t);
	c->brier = sum_value(&t.of_brier) / (double)o->n;
	c->reliability = sum_value(&t.of_reliability) / (double)o->n;
	c->resolution = sum_value(&t.of_resolution) / (double)o->n;
	c->uncertainty = base * (1 - base);
}

double calibration_ece(const double *gaps, size_t n_bins, size_t n)
{
	struct sum sum = {0};

	sum_add_all(&sum, gaps, n_bins);
	return sum_value(&sum) / (double)n;
}

static double mce_of(const struct calibration_bin *bins, size_t n_bins)
{
	double mce = 0;

	for (size_t b = 0; b < n_bins; b++)
		if (bins[b].count)
			mce = fmax(mce, fabs(bins[b].event_rate - bins[b].mean_score));
	return mce;
}

static struct calibration not_known(const struct outcomes *o, bool quantile)
{
	const char *reason = o->n == 0        ? "no rows"
			     : !o->has_scores ? "no score"
			     : !o->are_shares ? "scores outside 0 to 1"
					      : NULL;
	struct figure unfitted = {NAN, no_interval(), reason ? reason : "not fitted"};

	return (struct calibration){
	    .binning = quantile ? "quantile" : "uniform",
	    .n = o->n,
	    .ece = NAN,
	    .ece_chance = NAN,
	    .mce = NAN,
	    .brier = NAN,
	    .reliability = NAN,
	    .resolution = NAN,
	    .uncertainty = NAN,
	    .adaptive_ece = NAN,
	    .slope = unfitted,
	    .intercept = unfitted,
	    .hosmer_lemeshow = unfitted,
	    .reason = reason,
	};
}

/* One binning of the rows. */
struct binned {
	struct calibration_bin *bins;
	struct bin_rows rows[CALIBRATION_MAX_BINS];
	double gaps[CALIBRATION_MAX_BINS];
	size_t n_bins;
};

static void bin_rows_of(struct arena *mem, const struct outcomes *o, size_t wanted, bool quantile,
			struct binned *binned)
{
	double edges[CALIBRATION_MAX_BINS + 1];
	size_t n = quantile ? quantile_edges(o, edges, wanted) : uniform_edges(edges, wanted);

	binned->n_bins = n;
	binned->bins = arena_new(mem, struct calibration_bin, n);
	split_rows(o, edges, n, binned->rows);
	for (size_t b = 0; b < n; b++)
		binned->gaps[b] =
		    fill_bin(&binned->bins[b], &binned->rows[b], edges[b], edges[b + 1]);
}

static void add_fit(const struct outcomes *o, struct calibration *c)
{
	struct calibration_fit fit = calibration_fit(o);

	c->slope = fit.slope;
	c->intercept = fit.intercept;
	c->hosmer_lemeshow.value = fit.hosmer_lemeshow.p_value;
	c->hosmer_lemeshow.reason = fit.hosmer_lemeshow.reason;
}

struct calibration calibration_measure(struct arena *mem, struct arena *scratch,
				       const struct outcomes *o,
				       const struct calibration_options *options)
{
	size_t wanted = options->n_bins ? options->n_bins : DEFAULT_BINS;
	struct calibration c = not_known(o, options->quantile);
	struct binned asked, other;
	struct arena_mark mark;

	assert(wanted <= CALIBRATION_MAX_BINS);
	if (c.reason)
		return c;
	bin_rows_of(mem, o, wanted, options->quantile, &asked);
	c.bins = asked.bins;
	c.n_bins = asked.n_bins;
	c.ece = c.adaptive_ece = calibration_ece(asked.gaps, asked.n_bins, c.n);
	c.mce = mce_of(asked.bins, asked.n_bins);
	c.ece_chance = ece_by_chance(asked.rows, asked.n_bins, c.n);
	mark = arena_save(scratch);
	if (!options->quantile) {
		bin_rows_of(scratch, o, wanted, true, &other);
		c.adaptive_ece = calibration_ece(other.gaps, other.n_bins, c.n);
	}
	if (scratch != mem)
		arena_reset(scratch, mark);
	decompose_brier(o, &c);
	if (!options->unfitted)
		add_fit(o, &c);
	return c;
}
