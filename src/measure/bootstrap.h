/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/bootstrap.h - intervals by drawing the rows again
 *
 * Each resample draws as many rows as there are, with replacement: the counts of the rows are
 * multinomial. One walk over the rows in the order of their scores then gives every figure, with no
 * sorting: linear in rows. The interval goes from the 2.5th to the 97.5th percentile (type 7) of
 * the figure over the resamples. Efron & Tibshirani (1993), An Introduction to the Bootstrap,
 * chapter 13.
 *
 * Resample k draws from stream k of the seed, and its draws and its walk take one order, so that
 * the result is the same for any number of threads. A resample in which a figure is not defined is
 * left out of it; where that is more than 1 in 20, there is no interval.
 *
 * ECE: a resample is less calibrated than its rows, by as much as rows are by chance; its interval
 * lies too high on small samples. ece_chance says how much of ece is chance.
 *
 * Cost: about 10 ns for a row and resample, divided by the threads: draws fall into one block of
 * 8,192 rows after the other, so that counts stay in the nearest cache however many rows there are.
 * 2,000 resamples of 100,000 rows take about 2 s on one thread. Memory: 21 bytes a row. */
#ifndef MEASURE_BOOTSTRAP_H
#define MEASURE_BOOTSTRAP_H
#include "measure/compare.h"
#include "measure/figures.h"
#include "measure/outcomes.h"
#include <stdint.h>

/* What is resampled; names are those of records. */
enum bootstrap_figure {
	BOOTSTRAP_BASE_RATE,
	BOOTSTRAP_ROC_AUC,
	BOOTSTRAP_AVERAGE_PRECISION,
	BOOTSTRAP_LOG_LOSS,
	BOOTSTRAP_BRIER,
	BOOTSTRAP_ACCURACY,
	BOOTSTRAP_BALANCED_ACCURACY,
	BOOTSTRAP_PRECISION,
	BOOTSTRAP_RECALL,
	BOOTSTRAP_SPECIFICITY,
	BOOTSTRAP_F1,
	BOOTSTRAP_MCC,
	BOOTSTRAP_ECE, /* of equal-width bins */
	BOOTSTRAP_FIGURES
};

enum { BOOTSTRAP_RESAMPLES = 2000 };

struct bootstrap_options {
	uint64_t seed;
	size_t resamples; /* 0: BOOTSTRAP_RESAMPLES */
	size_t jobs;      /* threads; 0 is 1 */
	size_t n_bins;    /* of ece; 0 is 10 */
};

/* How the intervals came about, for texts: "percentile bootstrap". */
extern const char bootstrap_method[];

struct bootstrap {
	size_t resamples;
	struct interval of[BOOTSTRAP_FIGURES]; /* NAN, NAN where the rows do not define it */
};
/* At most 2^31 rows. */
struct bootstrap bootstrap_measure(struct arena *scratch, const struct outcomes *outcomes,
				   const struct bootstrap_options *options);
/* Puts intervals where a known figure of `performance` has none in closed form; everywhere with
 * `all`. */
void bootstrap_fill(struct performance *performance, const struct bootstrap *bootstrap, bool all);

/* The figure of score b less that of score a on the same rows, each resample drawing rows with both
 * scores: as compare_roc_auc() takes its arguments; `threshold` is that of both scores. The p-value
 * is twice the smaller share of resamples on either side of 0, each with one resample added. It
 * cannot be under 2 / (resamples + 1). Memory: 30 bytes a row and 2 more for each thread. */
struct paired_comparison bootstrap_compare(struct arena *scratch, enum bootstrap_figure figure,
					   const unsigned char *labels, const double *a,
					   const double *b, size_t n, double threshold,
					   const struct bootstrap_options *options);

/* The mean of n finite numbers, with its percentile interval; NAN for none. */
struct figure bootstrap_mean(struct arena *scratch, const double *values, size_t n,
			     const struct bootstrap_options *options);
#endif
