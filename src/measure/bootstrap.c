/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/bootstrap.c - intervals by drawing the rows again */
#include "measure/bootstrap.h"
#include "base/parallel.h"
#include "measure/bootstrap_internal.h"
#include "measure/intervals.h"
#include "measure/quantile.h"
#include "measure/random.h"
#include "measure/sort.h"
#include "measure/sum.h"
#include <assert.h>
#include <math.h>
#include <string.h>

const char bootstrap_method[] = "percentile bootstrap";

size_t bootstrap_resamples(const struct bootstrap_options *options)
{
	return options->resamples ? options->resamples : BOOTSTRAP_RESAMPLES;
}

size_t bootstrap_jobs(const struct bootstrap_options *options)
{
	return options->jobs ? options->jobs : 1;
}

/* ---- drawing ---- */

struct draws draws_begin(uint64_t seed, size_t resample, size_t n)
{
	assert(n < UINT32_MAX);
	return (struct draws){random_stream(seed, resample), n, n};
}

/* Each word is good for two rows of a whole block. */
static void draw_of_whole_block(struct random *random, size_t draws, uint16_t times[DRAW_BLOCK])
{
	uint32_t word;

	for (; draws > 1; draws -= 2) {
		word = random_bits(random);
		times[word % DRAW_BLOCK]++;
		times[(word >> 16) % DRAW_BLOCK]++;
	}
	if (draws)
		times[random_bits(random) % DRAW_BLOCK]++;
}

size_t draws_next(struct draws *d, uint16_t times[DRAW_BLOCK])
{
	size_t from = (d->rows - 1) / DRAW_BLOCK * DRAW_BLOCK, rows = d->rows - from;
	size_t draws =
	    from ? (size_t)random_binomial(&d->random, d->left, (double)rows / (double)d->rows)
		 : d->left;

	/* About as many draws as rows: none is drawn 65,536 times. */
	memset(times, 0, rows * sizeof *times);
	if (rows == DRAW_BLOCK)
		draw_of_whole_block(&d->random, draws, times);
	else
		for (size_t i = 0; i < draws; i++)
			times[random_below(&d->random, (uint32_t)rows)]++;
	d->rows = from;
	d->left -= draws;
	return from;
}

void bootstrap_draw(uint64_t seed, size_t resample, uint16_t *counts, size_t n)
{
	struct draws draws = draws_begin(seed, resample, n);
	uint16_t times[DRAW_BLOCK];

	for (size_t to = n, from; to; to = from) {
		from = draws_next(&draws, times);
		memcpy(counts + from, times, (to - from) * sizeof *times);
	}
}

/* ---- intervals ---- */

struct interval bootstrap_percentiles(double *values, size_t n, struct arena *scratch)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
			values[known++] = values[i];
	if (known < n - n / 20 || !known)
		return no_interval();
	sort_numbers(values, known, scratch);
	return (struct interval){quantile_sorted(values, known, 0.025),
				 quantile_sorted(values, known, 0.975)};
}

/* ---- the figures of one sample ---- */

struct resampling {
	const struct bootstrap_options *options;
	struct scored_rows rows;
	double *values; /* [figure * resamples + resample] */
	size_t resamples;
};

static void one_resample(void *ctx, size_t item, size_t worker)
{
	struct resampling *r = ctx;
	struct draws draws = draws_begin(r->options->seed, item, r->rows.n);
	double figures[BOOTSTRAP_FIGURES];

	(void)worker;
	scored_figures_drawn(&r->rows, &draws, figures);
	for (size_t f = 0; f < BOOTSTRAP_FIGURES; f++)
		r->values[f * r->resamples + item] = figures[f];
}

static uint16_t **counts_of_workers(struct arena *scratch, size_t jobs, size_t n)
{
	uint16_t **counts = arena_new(scratch, uint16_t *, jobs);

	for (size_t j = 0; j < jobs; j++)
		counts[j] = arena_new(scratch, uint16_t, n);
	return counts;
}

struct bootstrap bootstrap_measure(struct arena *scratch, const struct outcomes *outcomes,
				   const struct bootstrap_options *options)
{
	struct arena_mark mark = arena_save(scratch);
	size_t jobs = bootstrap_jobs(options);
	struct resampling r = {.options = options, .resamples = bootstrap_resamples(options)};
	struct bootstrap b = {.resamples = r.resamples};

	for (size_t f = 0; f < BOOTSTRAP_FIGURES; f++)
		b.of[f] = no_interval();
	if (!outcomes->n)
		return b;
	r.rows = scored_rows_of(scratch, outcomes, options->n_bins);
	r.values = arena_new(scratch, double, BOOTSTRAP_FIGURES *r.resamples);
	parallel_for(r.resamples, jobs, one_resample, &r);
	for (size_t f = 0; f < BOOTSTRAP_FIGURES; f++)
		b.of[f] = bootstrap_percentiles(r.values + f * r.resamples, r.resamples, scratch);
	arena_reset(scratch, mark);
	return b;
}

/* Resamples add up otherwise than the whole: where they all say the same, the figure lies within
 * rounding of its interval and is not told to lie outside. */
static struct interval around(double value, struct interval interval)
{
	double rounding = 1e-13 * fabs(value);

	if (interval.low > value && interval.low - value <= rounding)
		interval.low = value;
	if (interval.high < value && value - interval.high <= rounding)
		interval.high = value;
	return interval;
}

void bootstrap_fill(struct performance *p, const struct bootstrap *bootstrap, bool all)
{
	struct figure *const figures[BOOTSTRAP_FIGURES] = {
	    [BOOTSTRAP_BASE_RATE] = &p->base_rate,
	    [BOOTSTRAP_ROC_AUC] = &p->roc_auc,
	    [BOOTSTRAP_AVERAGE_PRECISION] = &p->average_precision,
	    [BOOTSTRAP_LOG_LOSS] = &p->log_loss,
	    [BOOTSTRAP_BRIER] = &p->brier,
	    [BOOTSTRAP_ACCURACY] = &p->accuracy,
	    [BOOTSTRAP_BALANCED_ACCURACY] = &p->balanced_accuracy,
	    [BOOTSTRAP_PRECISION] = &p->precision,
	    [BOOTSTRAP_RECALL] = &p->recall,
	    [BOOTSTRAP_SPECIFICITY] = &p->specificity,
	    [BOOTSTRAP_F1] = &p->f1,
	    [BOOTSTRAP_MCC] = &p->mcc,
	};

	for (size_t f = 0; f < BOOTSTRAP_FIGURES; f++) {
		struct figure *figure = figures[f];

		if (figure && !isnan(figure->value) && (all || isnan(figure->interval.low)))
			figure->interval = around(figure->value, bootstrap->of[f]);
	}
}

/* ---- two scores of the same rows ---- */

struct pairing {
	const struct bootstrap_options *options;
	enum bootstrap_figure figure;
	struct scored_rows a, b;
	const uint32_t *row_a, *row_b; /* the row at each place of either order */
	uint16_t **counts;
	double *differences;
};

static void one_pair(void *ctx, size_t item, size_t worker)
{
	struct pairing *p = ctx;
	uint16_t *counts = p->counts[worker];
	double of_a[BOOTSTRAP_FIGURES], of_b[BOOTSTRAP_FIGURES];

	bootstrap_draw(p->options->seed, item, counts, p->a.n);
	scored_figures(&p->a, counts, p->row_a, of_a);
	scored_figures(&p->b, counts, p->row_b, of_b);
	p->differences[item] = of_b[p->figure] - of_a[p->figure];
}

/* Twice the smaller share of differences on either side of 0. */
static double two_sided(const double *differences, size_t n)
{
	size_t at_most = 0, at_least = 0, known = 0, fewer;

	for (size_t i = 0; i < n; i++) {
		known += !isnan(differences[i]);
		at_most += differences[i] <= 0;
		at_least += differences[i] >= 0;
	}
	fewer = at_most < at_least ? at_most : at_least;
	return fmin(1, 2 * ((double)fewer + 1) / ((double)known + 1));
}

/* The rows that have a label and both scores. */
static size_t complete_rows(const unsigned char *labels, const double *a, const double *b, size_t n,
			    unsigned char *kept, double *of_a, double *of_b)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (labels[i] > LABEL_POSITIVE || isnan(a[i]) || isnan(b[i]))
			continue;
		kept[used] = labels[i];
		of_a[used] = a[i];
		of_b[used++] = b[i];
	}
	return used;
}

static const char *reason_unknown(enum bootstrap_figure figure, size_t n,
				  const struct pairing *pairing)
{
	bool of_chances =
	    figure == BOOTSTRAP_LOG_LOSS || figure == BOOTSTRAP_BRIER || figure == BOOTSTRAP_ECE;

	if (!n)
		return "no rows";
	if (of_chances && !(pairing->a.are_shares && pairing->b.are_shares))
		return "scores outside 0 to 1";
	return "not defined for both scores";
}

struct paired_comparison bootstrap_compare(struct arena *scratch, enum bootstrap_figure figure,
					   const unsigned char *labels, const double *a,
					   const double *b, size_t n, double threshold,
					   const struct bootstrap_options *options)
{
	struct arena_mark mark = arena_save(scratch);
	size_t jobs = bootstrap_jobs(options), resamples = bootstrap_resamples(options);
	unsigned char *kept = arena_new(scratch, unsigned char, n);
	double *of_a = arena_new(scratch, double, n), *of_b = arena_new(scratch, double, n);
	struct pairing p = {.options = options, .figure = figure};
	struct paired_comparison c = {
	    .difference = {NAN, no_interval(), NULL}, .p_value = NAN, .method = bootstrap_method};
	double whole_a[BOOTSTRAP_FIGURES], whole_b[BOOTSTRAP_FIGURES];
	uint32_t *order[2];

	c.n = complete_rows(labels, a, b, n, kept, of_a, of_b);
	for (size_t k = 0; k < 2; k++) {
		order[k] = arena_new(scratch, uint32_t, c.n);
		sort_order(k ? of_b : of_a, c.n, order[k], scratch);
	}
	p.row_a = order[0];
	p.row_b = order[1];
	p.a = scored_rows_in_order(scratch, kept, of_a, c.n, p.row_a, threshold, options->n_bins);
	p.b = scored_rows_in_order(scratch, kept, of_b, c.n, p.row_b, threshold, options->n_bins);
	p.counts = counts_of_workers(scratch, jobs, c.n);
	for (size_t i = 0; i < c.n; i++)
		p.counts[0][i] = 1;
	scored_figures(&p.a, p.counts[0], p.row_a, whole_a);
	scored_figures(&p.b, p.counts[0], p.row_b, whole_b);
	c.difference.value = c.n ? whole_b[figure] - whole_a[figure] : NAN;
	if (isnan(c.difference.value)) {
		c.difference.reason = reason_unknown(figure, c.n, &p);
	} else {
		p.differences = arena_new(scratch, double, resamples);
		parallel_for(resamples, jobs, one_pair, &p);
		c.p_value = two_sided(p.differences, resamples);
		c.difference.interval = bootstrap_percentiles(p.differences, resamples, scratch);
		if (isnan(c.difference.interval.low))
			c.p_value = NAN;
	}
	arena_reset(scratch, mark);
	return c;
}

/* ---- a mean ---- */

struct mean_resampling {
	const struct bootstrap_options *options;
	const double *values;
	size_t n;
	uint16_t **counts;
	double *means;
};

static double weighted_mean(const double *values, const uint16_t *counts, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += counts[i] * (values[i] / (double)n);
	return sum;
}

static void one_mean(void *ctx, size_t item, size_t worker)
{
	struct mean_resampling *r = ctx;

	bootstrap_draw(r->options->seed, item, r->counts[worker], r->n);
	r->means[item] = weighted_mean(r->values, r->counts[worker], r->n);
}

struct figure bootstrap_mean(struct arena *scratch, const double *values, size_t n,
			     const struct bootstrap_options *options)
{
	struct arena_mark mark = arena_save(scratch);
	size_t jobs = bootstrap_jobs(options), resamples = bootstrap_resamples(options);
	struct mean_resampling r = {.options = options, .values = values, .n = n};
	struct figure mean = {NAN, no_interval(), "no rows"};
	struct sum sum = {0};

	if (!n)
		return mean;
	sum_add_all(&sum, values, n);
	r.counts = counts_of_workers(scratch, jobs, n);
	r.means = arena_new(scratch, double, resamples);
	parallel_for(resamples, jobs, one_mean, &r);
	mean = (struct figure){sum_value(&sum) / (double)n,
			       bootstrap_percentiles(r.means, resamples, scratch), NULL};
	arena_reset(scratch, mark);
	return mean;
}
