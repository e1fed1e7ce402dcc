/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/coverage.h - how often intervals hold the truth, and chance levels are passed
 *
 * Simulations by seed, the same for any number of threads: item i draws from stream i. A part of
 * test_coverage.c (few draws) and of tests/bench/coverage.c (many). */
#ifndef COVERAGE_H
#define COVERAGE_H
#include "base/parallel.h"
#include "measure/calibration.h"
#include "measure/intervals.h"
#include "measure/performance.h"
#include "measure/psi.h"
#include "measure/quantile.h"
#include "measure/random.h"
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { COVERAGE_SEED = 20240607, DECILES = 10, PSI_DRAWS_PER_ITEM = 500 };

/* ---- PSI over deciles, without drift ---- */

/* Continuous data, so that only counts matter. Reference: the gaps between its sorted values are
 * exponential once brought to the uniform distribution; a decile lies inside a gap. Current:
 * multinomial with the chances that the deciles truly have. */
struct psi_simulation {
	size_t n, m; /* rows of reference and current */
	size_t reference[DECILES];
	double point;        /* psi_chance's */
	uint32_t *passed_by; /* of each item's draws */
};

static void draw_decile_chances(struct random *random, size_t n, double chance[DECILES])
{
	double carried = 0;
	size_t gaps = 0;

	for (size_t b = 0; b + 1 < DECILES; b++) {
		struct quantile_place at = quantile_place(n, (double)(b + 1) * 0.1);
		double cut = random_gamma(random, 1);

		chance[b] = carried + random_gamma(random, (double)(at.index + 1 - gaps));
		chance[b] += at.way * cut;
		carried = (1 - at.way) * cut;
		gaps = at.index + 2;
	}
	chance[DECILES - 1] = carried;
	if (n + 1 > gaps)
		chance[DECILES - 1] += random_gamma(random, (double)(n + 1 - gaps));
}

static void draw_counts(struct random *random, const double chance[DECILES], size_t m,
			size_t counts[DECILES])
{
	double rest = 0;
	size_t left = m;

	for (size_t b = 0; b < DECILES; b++)
		rest += chance[b];
	for (size_t b = 0; b < DECILES; b++) {
		double p = b + 1 == DECILES ? 1 : fmin(1, chance[b] / rest);

		counts[b] = left ? random_binomial(random, left, p) : 0;
		left -= counts[b];
		rest -= chance[b];
	}
}

static double simple_psi(const size_t *reference, double n, const size_t *current, double m)
{
	double psi = 0;

	for (size_t b = 0; b < DECILES; b++) {
		double p = (double)reference[b] / n;
		double q = current[b] ? (double)current[b] / m : PSI_EMPTY_SHARE;
		psi += (q - p) * log(q / p);
	}
	return psi;
}

static void psi_item(void *ctx, size_t item, size_t worker)
{
	struct psi_simulation *s = ctx;
	struct random random = random_stream(COVERAGE_SEED, item);

	(void)worker;
	for (size_t i = 0; i < PSI_DRAWS_PER_ITEM; i++) {
		double chance[DECILES];
		size_t counts[DECILES];

		draw_decile_chances(&random, s->n, chance);
		draw_counts(&random, chance, s->m, counts);
		s->passed_by[item] +=
		    simple_psi(s->reference, (double)s->n, counts, (double)s->m) >= s->point;
	}
}

/* The share of `draws` samples of m rows in which psi passes its chance level. */
static double psi_passed(size_t n, size_t m, size_t draws, size_t jobs)
{
	struct psi_simulation s = {.n = n, .m = m};
	size_t items = draws / PSI_DRAWS_PER_ITEM, before = 0, passed = 0, even[DECILES];
	struct arena mem;

	arena_init(&mem);
	for (size_t b = 0; b < DECILES; b++) {
		size_t upto =
		    b + 1 < DECILES ? quantile_place(n, (double)(b + 1) * 0.1).index + 1 : n;
		s.reference[b] = upto - before;
		before = upto;
		even[b] = m / DECILES + (b < m % DECILES);
	}
	s.point = psi_chance(&mem, s.reference, even, DECILES, PSI_BINS_OF_REFERENCE, 0).point;
	s.passed_by = arena_new(&mem, uint32_t, items);
	parallel_for(items, jobs, psi_item, &s);
	for (size_t i = 0; i < items; i++)
		passed += s.passed_by[i];
	arena_release(&mem);
	return (double)passed / (double)(items * PSI_DRAWS_PER_ITEM);
}

/* ---- ROC AUC ---- */

enum { AUC_LEVELS = 10 };

/* Two normal distributions, that of the positives `spread` times as wide; with `levels`, scores are
 * rounded to so many. */
struct auc_cell {
	size_t n;
	double base_rate, auc, spread;
	bool levels;
};

struct auc_simulation {
	const struct auc_cell *cell;
	double shift, truth;
	double edges[AUC_LEVELS - 1];
	unsigned char *held; /* per sample: 0 no, 1 yes, 2 no interval */
	double *width;
};

static double normal_below(double x)
{
	return 0.5 * erfc(-x * M_SQRT1_2);
}

static double normal_point(double share)
{
	double low = -40, high = 40;

	for (int i = 0; i < 80; i++) {
		double middle = (low + high) / 2;
		*(normal_below(middle) < share ? &low : &high) = middle;
	}
	return high;
}

/* The AUC of rounded scores is another one than that of the scores. */
static void settle_auc(struct auc_simulation *s)
{
	const struct auc_cell *c = s->cell;
	double below_p = 0, below_n = 0;

	s->shift = normal_point(c->auc) * sqrt(1 + c->spread * c->spread);
	s->truth = c->levels ? 0 : c->auc;
	for (size_t i = 0; c->levels && i < AUC_LEVELS; i++) {
		bool last = i + 1 == AUC_LEVELS;
		double edge =
		    s->shift / 2 + (1 + c->spread) / 2 * normal_point((double)(i + 1) / AUC_LEVELS);
		double p = last ? 1 : normal_below((edge - s->shift) / c->spread);
		double n = last ? 1 : normal_below(edge);

		s->truth += (p - below_p) * (below_n + n) / 2;
		below_p = p;
		below_n = n;
		if (!last)
			s->edges[i] = edge;
	}
}

static double level_of(const struct auc_simulation *s, double score)
{
	size_t level = 0;

	while (level + 1 < AUC_LEVELS && score >= s->edges[level])
		level++;
	return (double)level;
}

static void auc_item(void *ctx, size_t item, size_t worker)
{
	struct auc_simulation *s = ctx;
	const struct auc_cell *c = s->cell;
	struct random random = random_stream(COVERAGE_SEED, item);
	struct outcome_rows rows = {.n = c->n, .threshold = 0.5};
	unsigned char *labels;
	struct outcomes o;
	struct figure auc;
	struct arena mem;
	double *scores;

	(void)worker;
	arena_init(&mem);
	rows.labels = labels = arena_new(&mem, unsigned char, c->n);
	rows.scores = scores = arena_new(&mem, double, c->n);
	for (size_t i = 0; i < c->n; i++) {
		labels[i] = random_unit(&random) < c->base_rate;
		scores[i] = random_normal(&random);
		if (labels[i])
			scores[i] = scores[i] * c->spread + s->shift;
		if (c->levels)
			scores[i] = level_of(s, scores[i]);
	}
	o = outcomes_sorted(&mem, &mem, &rows);
	auc = roc_auc(&o);
	s->held[item] = isnan(auc.interval.low)
			    ? 2
			    : auc.interval.low <= s->truth && s->truth <= auc.interval.high;
	s->width[item] = auc.interval.high - auc.interval.low;
	arena_release(&mem);
}

struct auc_coverage {
	double held, width; /* shares of those with an interval; mean width */
	size_t without;     /* samples without an interval */
};

static struct auc_coverage auc_holds(const struct auc_cell *cell, size_t samples, size_t jobs)
{
	struct auc_simulation s = {.cell = cell};
	struct auc_coverage c = {0};
	struct arena mem;

	settle_auc(&s);
	arena_init(&mem);
	s.held = arena_new(&mem, unsigned char, samples);
	s.width = arena_new(&mem, double, samples);
	parallel_for(samples, jobs, auc_item, &s);
	for (size_t i = 0; i < samples; i++) {
		c.without += s.held[i] == 2;
		c.held += s.held[i] == 1;
		c.width += s.held[i] == 2 ? 0 : s.width[i];
	}
	c.held /= (double)(samples - c.without);
	c.width /= (double)(samples - c.without);
	arena_release(&mem);
	return c;
}

/* ---- Wilson's interval, without random numbers ---- */

/* The chance that the interval of k of n holds p, k being binomial. */
static double wilson_holds(size_t n, double p)
{
	double held = 0, lg = lgamma((double)n + 1);
	double rows = (double)n, far = 4 * sqrt(rows * p * (1 - p)) + 4; /* twice the interval */
	size_t first = (size_t)fmax(0, rows * p - far), last = (size_t)fmin(rows, rows * p + far);

	for (size_t k = first; k <= last; k++) {
		struct interval i = wilson_interval(k, n, INTERVAL_Z95);

		if (i.low <= p && p <= i.high)
			held += exp(lg - lgamma((double)k + 1) - lgamma((double)(n - k) + 1) +
				    (double)k * log(p) + (double)(n - k) * log1p(-p));
	}
	return held;
}

struct wilson_coverage {
	double mean, least, least_at;
};

#define WILSON_LOWEST 0.02
#define WILSON_HIGHEST 0.98

/* Over rates from 0.02 to 0.98: the mean over `rates` of them evenly, and the least of all, which
 * lies beside an end of an interval: it leaps there, and has one hump between two. */
static struct wilson_coverage wilson_over_rates(size_t n, size_t rates)
{
	struct wilson_coverage c = {.least = 1};

	for (size_t i = 0; i < rates; i++)
		c.mean += wilson_holds(n, WILSON_LOWEST + (WILSON_HIGHEST - WILSON_LOWEST) *
							      (double)i / (double)(rates - 1)) /
			  (double)rates;
	for (size_t k = 0; k <= n; k++) {
		struct interval interval = wilson_interval(k, n, INTERVAL_Z95);
		double beside[] = {interval.low - 1e-12, interval.high + 1e-12};

		for (size_t e = 0; e < 2; e++) {
			double p = fmin(fmax(beside[e], WILSON_LOWEST), WILSON_HIGHEST);
			double held = wilson_holds(n, p);

			if (held < c.least) {
				c.least = held;
				c.least_at = p;
			}
		}
	}
	return c;
}

/* ---- ECE of scores that are the true chances ---- */

struct ece_simulation {
	size_t n, bins;
	double skew; /* scores are u^skew */
	unsigned char *passed;
};

static void ece_item(void *ctx, size_t item, size_t worker)
{
	struct ece_simulation *s = ctx;
	struct random random = random_stream(COVERAGE_SEED, item);
	struct outcome_rows rows = {.n = s->n, .threshold = 0.5};
	struct calibration_options options = {.n_bins = s->bins, .unfitted = true};
	unsigned char *labels;
	struct calibration c;
	struct outcomes o;
	struct arena mem;
	double *scores;

	(void)worker;
	arena_init(&mem);
	rows.labels = labels = arena_new(&mem, unsigned char, s->n);
	rows.scores = scores = arena_new(&mem, double, s->n);
	for (size_t i = 0; i < s->n; i++) {
		scores[i] = pow(random_unit(&random), s->skew);
		labels[i] = random_unit(&random) < scores[i];
	}
	o = outcomes_sorted(&mem, &mem, &rows);
	c = calibration_measure(&mem, &mem, &o, &options);
	s->passed[item] = c.ece >= c.ece_chance;
	arena_release(&mem);
}

static double ece_passed(size_t n, size_t bins, double skew, size_t samples, size_t jobs)
{
	struct ece_simulation s = {.n = n, .bins = bins, .skew = skew};
	size_t passed = 0;

	s.passed = calloc(samples, 1);
	if (!s.passed)
		abort();
	parallel_for(samples, jobs, ece_item, &s);
	for (size_t i = 0; i < samples; i++)
		passed += s.passed[i];
	free(s.passed);
	return (double)passed / (double)samples;
}
#endif
