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

/* Two normal distributions, that of the positives `spread` times as wide. */
struct auc_simulation {
	size_t n;
	double base_rate, auc, spread, shift;
	unsigned char *held; /* per item: 0 no, 1 yes, 2 no interval */
	double *width;
};

static void auc_item(void *ctx, size_t item, size_t worker)
{
	struct auc_simulation *s = ctx;
	struct random random = random_stream(COVERAGE_SEED, item);
	struct outcome_rows rows = {.n = s->n, .threshold = 0.5};
	unsigned char *labels;
	struct outcomes o;
	struct figure auc;
	struct arena mem;
	double *scores;

	(void)worker;
	arena_init(&mem);
	rows.labels = labels = arena_new(&mem, unsigned char, s->n);
	rows.scores = scores = arena_new(&mem, double, s->n);
	for (size_t i = 0; i < s->n; i++) {
		labels[i] = random_unit(&random) < s->base_rate;
		scores[i] = random_normal(&random);
		if (labels[i])
			scores[i] = scores[i] * s->spread + s->shift;
	}
	o = outcomes_sorted(&mem, &mem, &rows);
	auc = roc_auc(&o);
	s->held[item] =
	    isnan(auc.interval.low) ? 2 : auc.interval.low <= s->auc && s->auc <= auc.interval.high;
	s->width[item] = auc.interval.high - auc.interval.low;
	arena_release(&mem);
}

struct auc_coverage {
	double held, width; /* shares of those with an interval; mean width */
	size_t without;     /* samples without an interval */
};

static struct auc_coverage auc_holds(size_t n, double base_rate, double auc, double spread,
				     size_t samples, size_t jobs)
{
	struct auc_simulation s = {.n = n, .base_rate = base_rate, .auc = auc, .spread = spread};
	struct auc_coverage c = {0};
	double low = 0, high = 100;
	struct arena mem;

	for (int i = 0; i < 80; i++) { /* auc is the normal share below shift / sqrt(1 + s^2) */
		double middle = (low + high) / 2;
		if (0.5 * erfc(-middle / sqrt(2 * (1 + spread * spread))) < auc)
			low = middle;
		else
			high = middle;
	}
	s.shift = high;
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

	for (size_t k = 0; k <= n; k++) {
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

/* Over `rates` rates evenly from 0.02 to 0.98. */
static struct wilson_coverage wilson_over_rates(size_t n, size_t rates)
{
	struct wilson_coverage c = {.least = 1};

	for (size_t i = 0; i < rates; i++) {
		double p = 0.02 + 0.96 * (double)i / (double)(rates - 1), held = wilson_holds(n, p);

		c.mean += held / (double)rates;
		if (held < c.least) {
			c.least = held;
			c.least_at = p;
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
