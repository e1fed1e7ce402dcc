/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/drift_convention.h - drift as other tools measure it
 *
 * For a team whose thresholds come from another tool. What differs from modelbook's own:
 *
 * DRIFT_EVIDENTLY (Evidently 0.4 and later)
 *   bins       numbers: as many as Sturges' rule gives for both samples together, of equal width
 *              over the range of both, left-closed, the last closed; one for each distinct value
 *              where the reference has at most 20 of them
 *   psi, kl    an empty share counts 1e-4, or a millionth of the least share where that is at most
 *              1e-4
 *   js_distance, hellinger, total_variation, l_infinity   over these bins
 *   wasserstein_normalised   by the standard deviation of the reference or 0.001, the larger
 *   chi-square   of the current counts against the reference's shares taken for known, which finds
 *              more than there is where the reference is small; a category that the reference does
 *              not have gives p 0 and no statistic
 * DRIFT_NANNYML (NannyML 0.8 and later)
 *   js_distance, hellinger, total_variation, l_infinity   numbers: over as many bins as Doane's
 * rule gives for the reference, of equal width over its range, left-closed, the last closed, with
 * one more for all current values outside; categories that the reference does not have are one
 *   js_distance   with the logarithm to base 2: at most 1
 *   chi-square   with Yates' correction where there are two categories
 *   psi        NannyML has none: modelbook's
 *
 * The Kolmogorov-Smirnov test is SciPy's in all of them, exact up to 10,000 rows: nothing differs.
 * psi_chance and psi_p_value are those of modelbook's psi over the bins in use. */
#ifndef MEASURE_DRIFT_CONVENTION_H
#define MEASURE_DRIFT_CONVENTION_H
#include "measure/drift.h"

enum drift_convention { DRIFT_MODELBOOK, DRIFT_EVIDENTLY, DRIFT_NANNYML };

/* "modelbook", "evidently", "nannyml". */
const char *drift_convention_name(enum drift_convention convention);

/* Change what drift_numeric() or drift_categorical() gave into what the convention gives; nothing
 * for DRIFT_MODELBOOK, and where `drift` has no figures. New bins live in `mem`, which is not
 * `scratch`. sorted: the n current numbers in ascending order. Call before drift_judge(). */
void drift_follow_numeric(struct drift *drift, struct arena *mem, struct arena *scratch,
			  const struct numeric_reference *reference, const double *sorted, size_t n,
			  enum drift_convention convention);
void drift_follow_categories(struct drift *drift, struct arena *scratch,
			     enum drift_convention convention);

/* Edges of equal-width bins, n_bins + 1 of them, as numpy.histogram_bin_edges gives them by the
 * rules "sturges" and "doane"; `edges` has room for DRIFT_MAX_BINS + 1. n > 0 numbers in ascending
 * order. Returns the number of bins. */
size_t edges_by_sturges(double least, double greatest, size_t n, double *edges);
size_t edges_by_doane(const double *sorted, size_t n, double *edges);
#endif
