/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/bootstrap_internal.h - rows in the order of their scores, walked with counts */
#ifndef MEASURE_BOOTSTRAP_INTERNAL_H
#define MEASURE_BOOTSTRAP_INTERNAL_H
#include "measure/bootstrap.h"
#include "measure/random.h"

/* Draws of n of n rows with replacement, a block of rows at a time, the last block first: how many
 * draws fall on a block is binomial among those that are left, and inside it each row is as likely
 * as another. The counts of all rows are multinomial, as if each draw had fallen anywhere, but only
 * a block of them is in use at once, which the nearest cache holds. */
enum { DRAW_BLOCK = 8192 };
struct draws {
	struct random random;
	size_t rows, left; /* rows and draws that are left */
};
struct draws draws_begin(uint64_t seed, size_t resample, size_t n);
/* How often each row from the returned one up to the last of those left was drawn: times[0] is that
 * of the returned one. Rows must be left. */
size_t draws_next(struct draws *draws, uint16_t times[DRAW_BLOCK]);

/* What is known of a row besides its score. */
enum { ROW_POSITIVE = 1, ROW_PREDICTED = 2, ROW_ENDS_RUN = 4 };

/* Rows in ascending order of their scores. */
struct scored_rows {
	size_t n;
	const unsigned char *flags; /* ROW_ENDS_RUN: the row before it has a lower score */
	const double *scores;       /* NULL where there are none */
	const double *losses;       /* -ln(chance given to what happened); NULL unless are_shares */
	bool are_shares, has_predictions;
	size_t n_bins;
	size_t bin_end[CALIBRATION_MAX_BINS]; /* rows up to each equal-width bin's upper edge */
};

struct scored_rows scored_rows_of(struct arena *mem, const struct outcomes *outcomes,
				  size_t n_bins);
/* order[i] is the row at place i. */
struct scored_rows scored_rows_in_order(struct arena *mem, const unsigned char *labels,
					const double *scores, size_t n, const uint32_t *order,
					double threshold, size_t n_bins);
/* All figures of the sample in which the row at place i stands counts[i] times, or counts[order[i]]
 * times where an order is given; NAN where not defined. One walk. */
void scored_figures(const struct scored_rows *rows, const uint16_t *counts, const uint32_t *order,
		    double figures[BOOTSTRAP_FIGURES]);
/* The same of the rows that `draws` gives, which must be as many. */
void scored_figures_drawn(const struct scored_rows *rows, struct draws *draws,
			  double figures[BOOTSTRAP_FIGURES]);

size_t bootstrap_resamples(const struct bootstrap_options *options);
size_t bootstrap_jobs(const struct bootstrap_options *options);
/* How often each of n rows is drawn in a resample. */
void bootstrap_draw(uint64_t seed, size_t resample, uint16_t *counts, size_t n);
/* Percentiles of those that are not NAN; reorders them. */
struct interval bootstrap_percentiles(double *values, size_t n, struct arena *scratch);
#endif
