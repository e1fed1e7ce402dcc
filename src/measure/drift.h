/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/drift.h - one column of a current sample against a reference
 *
 * Numbers: bins between the distinct type-7 deciles of the reference, right-closed, the outer two
 * open; PSI and the distances of measure/distance.h over them, the Kolmogorov-Smirnov test, and
 * the Wasserstein distance of the values. Categories: a bin for each category of either sample, in
 * the order of their bytes; PSI and distances over them, and the chi-square test of the table of
 * counts, without continuity correction. Missing values (NAN,
 * CATEGORY_MISSING) are left out of both and counted apart. A column with an infinite value has
 * no figures, and the reason says so. */
#ifndef MEASURE_DRIFT_H
#define MEASURE_DRIFT_H
#include "base/arena.h"
#include "measure/figures.h"
#include "measure/sort.h"
#include <stdint.h>

#define CATEGORY_MISSING UINT32_MAX
enum { DRIFT_BINS = 10, DRIFT_MAX_BINS = 100 };

/* A reference column, made ready once for any number of current samples. */
struct numeric_reference {
	const double *sorted;
	size_t n, n_missing;
	bool infinite;
	double deviation;             /* the population standard deviation of the values */
	double edges[DRIFT_MAX_BINS]; /* inner ones, ascending and distinct */
	size_t n_edges;
	size_t counts[DRIFT_MAX_BINS]; /* of n_edges + 1 bins */
	/* Where ties make deciles fall together: the same edges with each value that holds a bin's
	 * worth of rows in a bin of its own. n_tied_edges is 0 where there are no such ties. */
	double tied_edges[2 * DRIFT_MAX_BINS];
	size_t n_tied_edges;
	size_t tied_counts[2 * DRIFT_MAX_BINS + 1];
};
/* The bin of a number that is not NAN: the number of ascending edges under it. */
static inline size_t numeric_bin(const double *edges, size_t n_edges, double value)
{
	return sorted_below(edges, n_edges, value, false);
}
/* values: n numbers in any order, NAN where missing. n_bins 2 to DRIFT_MAX_BINS. */
void numeric_reference_init(struct numeric_reference *reference, struct arena *mem,
			    struct arena *scratch, const double *values, size_t n, size_t n_bins);
/* The result's bins live in `mem`, which is not `scratch`; `column` is borrowed. The severity is
 * DRIFT_UNKNOWN until drift_judge(). Linear in n; the p-value of ks adds at most 2 D n m steps. */
struct drift drift_numeric(struct arena *mem, struct arena *scratch, const char *column,
			   const struct numeric_reference *reference, const double *values,
			   size_t n);
/* The same of n finite or infinite numbers in ascending order, without NaN, and n_missing rows
 * without a value. */
struct drift drift_numeric_sorted(struct arena *mem, struct arena *scratch, const char *column,
				  const struct numeric_reference *reference, const double *sorted,
				  size_t n, size_t n_missing);
/* Takes over n numbers in ascending order, without NaN, that outlive the reference. */
void numeric_reference_init_sorted(struct numeric_reference *reference, const double *sorted,
				   size_t n, size_t n_missing, size_t n_bins);

/* A column of categories: codes[i] is an index into names, or CATEGORY_MISSING. Two codes with
 * the same name count as one category. */
struct category_column {
	const uint32_t *codes;
	size_t n;
	const char *const *names;
	size_t n_names;
};
/* Names that occur, in the order of their bytes, with their counts (all over 0). */
struct category_counts {
	const char **names;
	size_t *counts;
	size_t n_names;
	size_t n, n_missing; /* rows with and without a value */
};
/* Lives in `mem`; names are borrowed. */
struct category_counts category_count(struct arena *mem, const struct category_column *column);
/* The result's bins and new categories live in `mem`, which is not `scratch`; names are borrowed.
 */
struct drift drift_categorical(struct arena *mem, struct arena *scratch, const char *column,
			       const struct category_counts *reference,
			       const struct category_counts *current);

/* Bands of psi: 0 < warning <= critical; NAN where nobody set them. */
struct drift_bands {
	double warning, critical;
};
/* A right-closed bin hides a move away from a value that most of the reference holds, when what it
 * moves to lies below it. So a feature whose deciles fall together is judged by psi_ties, the PSI
 * with each such value in a bin of its own; its psi stays the one over distinct deciles.
 *
 * Sets the severity of all features of one window, judged together: a psi is beyond chance where
 * its p-value passes Holm's test at 5 % over the n features (Holm (1979), Scand. J. Statist.
 * 6:65-70; features without a p-value are not counted).
 *   beyond chance      critical from the critical band on, warning from the warning band on,
 *                      else stable
 *   within chance      too_few where the window could not have told: psi_chance reaches the
 *                      warning band, or psi itself does; else stable
 * unknown where psi is NAN (its reason stays) or the bands are. */
void drift_judge(struct drift *features, size_t n, struct drift_bands bands, struct arena *scratch);
/* The worst of them: critical, warning, unknown, too_few, stable; DRIFT_UNKNOWN for none. */
enum drift_severity drift_worst(const struct drift *features, size_t n);
#endif
