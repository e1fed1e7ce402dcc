/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration.h - whether a score of 0.7 comes true in 70 of 100
 *
 * Bins are right-closed, (lower, upper], and the first holds its lower end too. Equal-width bins
 * have the edges i / M, computed as one division; quantile bins the distinct type-7 quantiles of
 * the scores, as scikit-learn's calibration_curve(strategy="quantile").
 *
 *   ece   sum over bins of count / n x |event_rate - mean_score|, taken as the exact sum of
 *         |events - sum of scores|, by n; mce the largest |event_rate - mean_score|
 *         Naeini, Cooper & Hauskrecht (2015), AAAI; Guo et al. (2017), ICML, binary form
 *   ece_chance   the 95 % point of ece if the scores were the true probabilities: what chance
 *         alone gives. Analytic, no simulation: the gap of a bin is |sum of (outcome - score)|,
 *         its first three cumulants are exact (distribution of a sum of unequal yes-or-no draws)
 *         for bins of up to 256 rows and those of a half-normal beyond; bins are independent, so
 *         cumulants add up, and the point is that of a shifted gamma distribution with them.
 *   brier = reliability - resolution + uncertainty, exactly, by distinct score
 *         Murphy (1973), J. Appl. Meteorol. 12:595-600
 *   adaptive_ece   ece over as many quantile bins, whatever the binning asked for
 *   slope, intercept, hosmer_lemeshow  measure/calibration_fit.h
 * Empty bins have NAN for their mean, rate and interval. */
#ifndef MEASURE_CALIBRATION_H
#define MEASURE_CALIBRATION_H
#include "measure/figures.h"
#include "measure/outcomes.h"
#include "measure/sum.h"

struct calibration_options {
	size_t n_bins; /* 1 to CALIBRATION_MAX_BINS; 0 is 10 */
	bool quantile; /* bins of equal counts instead of equal width */
	bool unfitted; /* leave slope, intercept and hosmer_lemeshow out: NAN, "not fitted" */
};

/* Bins live in `mem`. Where nothing can be measured (no rows, no score, scores outside 0 to 1)
 * every figure is NAN, `reason` says why, and there are no bins. Linear in the rows. */
struct calibration calibration_measure(struct arena *mem, struct arena *scratch,
				       const struct outcomes *outcomes,
				       const struct calibration_options *options);

/* ECE of n > 0 rows from the gap of each bin, |events - sum of scores|: the one place where it is
 * added up, so that it is the same to the last bit wherever the bins are. */
double calibration_ece(const double *gaps, size_t n_bins, size_t n);

/* ECE over equal-width bins of any part of the rows, say of one group: row by row, without sorting,
 * about 12 ns each. Equal to the ece of calibration_measure() of the same rows to the last bit, in
 * any order and however the rows are parted among tallies that are merged. */
struct calibration_tally {
	size_t n_bins, n;
	size_t *events; /* of each bin */
	struct sum *scores;
	bool outside; /* a score was outside 0 to 1: there is no ece */
};
/* Lives in `mem`: some 560 bytes a bin. n_bins 1 to CALIBRATION_MAX_BINS, 0 is 10. */
struct calibration_tally calibration_tally_new(struct arena *mem, size_t n_bins);
/* Rows without a label or a score are left out. */
void calibration_tally_add(struct calibration_tally *tally, unsigned char label, double score);
/* Both with as many bins. */
void calibration_tally_merge(struct calibration_tally *tally,
			     const struct calibration_tally *other);
/* NAN with "no rows" or "scores outside 0 to 1". */
struct figure calibration_tally_ece(const struct calibration_tally *tally);
#endif
