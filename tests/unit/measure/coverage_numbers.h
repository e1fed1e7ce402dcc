/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/coverage_numbers.h - how often intervals of quantiles, means and errors hold
 * the truth
 *
 * Simulations by seed, the same for any number of threads: item i draws from stream i. A part of
 * test_intervals.c (few draws) and of tests/bench/coverage.c (many). */
#ifndef COVERAGE_NUMBERS_H
#define COVERAGE_NUMBERS_H
#include "base/parallel.h"
#include "measure/bootstrap.h"
#include "measure/intervals.h"
#include "measure/random.h"
#include "measure/regression.h"
#include "measure/sort.h"
#include "measure/special.h"
#include <math.h>
#include <stddef.h>
#include <stdint.h>

enum { NUMBERS_SEED = 20240607 };

/* ---- distributions of times ---- */

static double normal_share_below(double z)
{
	return erfc(-z / sqrt(2)) / 2;
}

static double normal_quantile(double share)
{
	double z = share == 0.5 ? 0 : normal_two_sided_point(fabs(2 * share - 1));

	return share < 0.5 ? -z : z;
}

static double draw_exponential(struct random *r)
{
	return -log(random_unit(r));
}

static double draw_lognormal_half(struct random *r)
{
	return exp(0.5 * random_normal(r));
}

static double draw_lognormal(struct random *r)
{
	return exp(random_normal(r));
}

static double draw_pareto(struct random *r)
{
	return pow(random_unit(r), -1 / 3.0);
}

/* 2 of 100 answers take 30 times as long. */
static double draw_mixed(struct random *r)
{
	return exp(0.3 * random_normal(r)) * (random_unit(r) < 0.02 ? 30 : 1);
}

/* Whole numbers around 5, so that many times are tied. */
static double draw_rounded(struct random *r)
{
	return round(5 * draw_lognormal_half(r));
}

static double exponential_quantile(double share)
{
	return -log1p(-share);
}

static double lognormal_half_quantile(double share)
{
	return exp(0.5 * normal_quantile(share));
}

static double lognormal_quantile(double share)
{
	return exp(normal_quantile(share));
}

static double pareto_quantile(double share)
{
	return pow(1 - share, -1 / 3.0);
}

static double mixed_quantile(double share)
{
	double low = 1e-3, high = 1e3;

	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;
		double below = 0.98 * normal_share_below(log(middle) / 0.3) +
			       0.02 * normal_share_below(log(middle / 30) / 0.3);

		*(below < share ? &low : &high) = middle;
	}
	return (low + high) / 2;
}

static double rounded_quantile(double share)
{
	return round(5 * lognormal_half_quantile(share));
}

static const struct times {
	const char *name;
	double (*draw)(struct random *random);
	double (*quantile)(double share);
	double mean; /* NAN: not looked at */
} times_kinds[] = {
    {"exponential", draw_exponential, exponential_quantile, 1},
    {"log-normal, 0.5", draw_lognormal_half, lognormal_half_quantile, 1.1331484530668263},
    {"log-normal, 1", draw_lognormal, lognormal_quantile, 1.6487212707001282},
    {"Pareto, 3", draw_pareto, pareto_quantile, 1.5},
    {"2 % take 30 times as long", draw_mixed, mixed_quantile, 1.6527240186557728},
    {"whole numbers around 5", draw_rounded, rounded_quantile, NAN},
};
enum { TIMES_KINDS = sizeof times_kinds / sizeof *times_kinds };

/* ---- quantiles and means ---- */

enum { QUANTILES = 4 };
static const double quantile_shares[QUANTILES] = {0.5, 0.9, 0.95, 0.99};

enum mean_method { MEAN_HALL, MEAN_STUDENT, MEAN_BOOTSTRAP, MEAN_METHODS };
enum { MEAN_RESAMPLES = 400 };

struct times_simulation {
	const struct times *kind;
	size_t n;
	bool resampled;                                  /* the bootstrap too */
	unsigned char (*held)[QUANTILES + MEAN_METHODS]; /* by sample; 2: no interval */
};

static unsigned char holds(struct interval interval, double truth)
{
	return isnan(interval.low) ? 2 : interval.low <= truth && truth <= interval.high;
}

static struct interval student_interval(const double *values, size_t n)
{
	double mean = 0, squares = 0, half;

	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	half = student_two_sided_point(0.95, (double)n - 1) *
	       sqrt(squares / ((double)n - 1) / (double)n);
	return (struct interval){mean - half, mean + half};
}

static void times_item(void *ctx, size_t item, size_t worker)
{
	struct times_simulation *s = ctx;
	struct random random = random_stream(NUMBERS_SEED, item);
	const struct bootstrap_options options = {
	    .seed = NUMBERS_SEED + 1 + item, .resamples = MEAN_RESAMPLES, .jobs = 1};
	unsigned char *held = s->held[item];
	struct arena mem;
	double *values;

	(void)worker;
	arena_init(&mem);
	values = arena_new(&mem, double, s->n);
	for (size_t i = 0; i < s->n; i++)
		values[i] = s->kind->draw(&random);
	held[QUANTILES + MEAN_HALL] = holds(positive_mean_interval(values, s->n), s->kind->mean);
	held[QUANTILES + MEAN_STUDENT] = holds(student_interval(values, s->n), s->kind->mean);
	if (s->resampled)
		held[QUANTILES + MEAN_BOOTSTRAP] =
		    holds(bootstrap_mean(&mem, values, s->n, &options).interval, s->kind->mean);
	sort_numbers(values, s->n, &mem);
	for (size_t q = 0; q < QUANTILES; q++)
		held[q] = holds(quantile_interval(values, s->n, quantile_shares[q]),
				s->kind->quantile(quantile_shares[q]));
	arena_release(&mem);
}

/* Shares of the samples with an interval; NAN where none has one. */
struct times_coverage {
	double quantile[QUANTILES], mean[MEAN_METHODS];
};

static double share_held(const unsigned char *held, size_t step, size_t samples)
{
	size_t known = 0, true_ones = 0;

	for (size_t i = 0; i < samples; i++) {
		known += held[i * step] < 2;
		true_ones += held[i * step] == 1;
	}
	return known ? (double)true_ones / (double)known : NAN;
}

static struct times_coverage times_held(const struct times *kind, size_t n, size_t samples,
					bool resampled, size_t jobs)
{
	struct times_simulation s = {.kind = kind, .n = n, .resampled = resampled};
	struct times_coverage c;
	struct arena mem;

	arena_init(&mem);
	s.held = arena_alloc_n(&mem, samples, sizeof *s.held);
	parallel_for(samples, jobs, times_item, &s);
	for (size_t q = 0; q < QUANTILES; q++)
		c.quantile[q] = share_held(&s.held[0][q], sizeof *s.held, samples);
	for (size_t m = 0; m < MEAN_METHODS; m++)
		c.mean[m] = share_held(&s.held[0][QUANTILES + m], sizeof *s.held, samples);
	arena_release(&mem);
	return c;
}

/* ---- errors of numbers ---- */

struct number_rows {
	double truth, predicted;
};

static double student_of_5(struct random *r)
{
	return random_normal(r) / sqrt(random_gamma(r, 2.5) * 2 / 5);
}

static struct number_rows draw_plain(struct random *r)
{
	double truth = 10 + random_normal(r);

	return (struct number_rows){truth, truth + 0.5 * random_normal(r)};
}

static struct number_rows draw_far_errors(struct random *r)
{
	double truth = 1 + 9 * random_unit(r);

	return (struct number_rows){truth, truth + 0.1 + student_of_5(r)};
}

static struct number_rows draw_growing_errors(struct random *r)
{
	double truth = draw_lognormal_half(r);

	return (struct number_rows){truth, truth * exp(0.2 * random_normal(r))};
}

static struct number_rows draw_weak(struct random *r)
{
	double known = draw_lognormal_half(r);

	return (struct number_rows){known * draw_lognormal_half(r), known};
}

static const struct numbers_kind {
	const char *name;
	struct number_rows (*draw)(struct random *random);
} numbers_kinds[] = {
    {"normal truth, normal errors", draw_plain},
    {"even truth, errors of Student's t with 5 degrees", draw_far_errors},
    {"log-normal truth, errors in proportion", draw_growing_errors},
    {"log-normal truth, half of it foreseen", draw_weak},
};
enum { NUMBERS_KINDS = sizeof numbers_kinds / sizeof *numbers_kinds };

enum { NUMBER_FIGURES = 7 };
static const char *const number_figures[NUMBER_FIGURES] = {
    "mae", "rmse", "mape", "mean_error", "median_absolute_error", "r2", "explained_variance"};

static const struct figure *number_figure(const struct regression *r, size_t f)
{
	const struct figure *const figures[NUMBER_FIGURES] = {&r->mae,
							      &r->rmse,
							      &r->mape,
							      &r->mean_error,
							      &r->median_absolute_error,
							      &r->r2,
							      &r->explained_variance};

	return figures[f];
}

struct numbers_simulation {
	const struct numbers_kind *kind;
	size_t n;
	double truth[NUMBER_FIGURES];
	unsigned char (*held)[NUMBER_FIGURES];
};

static struct regression draw_regression(const struct numbers_kind *kind, size_t n, uint64_t stream,
					 struct arena *mem)
{
	struct random random = random_stream(NUMBERS_SEED, stream);
	double *truth = arena_new(mem, double, n), *predicted = arena_new(mem, double, n);

	for (size_t i = 0; i < n; i++) {
		struct number_rows row = kind->draw(&random);

		truth[i] = row.truth;
		predicted[i] = row.predicted;
	}
	return regression_measure(mem, truth, predicted, n);
}

static void numbers_item(void *ctx, size_t item, size_t worker)
{
	struct numbers_simulation *s = ctx;
	struct regression r;
	struct arena mem;

	(void)worker;
	arena_init(&mem);
	r = draw_regression(s->kind, s->n, item, &mem);
	for (size_t f = 0; f < NUMBER_FIGURES; f++)
		s->held[item][f] = holds(number_figure(&r, f)->interval, s->truth[f]);
	arena_release(&mem);
}

/* The truth is what `population` rows say. */
static void numbers_truth(const struct numbers_kind *kind, size_t population,
			  double truth[NUMBER_FIGURES])
{
	struct regression r;
	struct arena mem;

	arena_init(&mem);
	r = draw_regression(kind, population, UINT64_MAX, &mem);
	for (size_t f = 0; f < NUMBER_FIGURES; f++)
		truth[f] = number_figure(&r, f)->value;
	arena_release(&mem);
}

static void numbers_held(const struct numbers_kind *kind, const double truth[NUMBER_FIGURES],
			 size_t n, size_t samples, size_t jobs, double held[NUMBER_FIGURES])
{
	struct numbers_simulation s = {.kind = kind, .n = n};
	struct arena mem;

	for (size_t f = 0; f < NUMBER_FIGURES; f++)
		s.truth[f] = truth[f];
	arena_init(&mem);
	s.held = arena_alloc_n(&mem, samples, sizeof *s.held);
	parallel_for(samples, jobs, numbers_item, &s);
	for (size_t f = 0; f < NUMBER_FIGURES; f++)
		held[f] = share_held(&s.held[0][f], sizeof *s.held, samples);
	arena_release(&mem);
}
#endif
