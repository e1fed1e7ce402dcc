/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/compare.h - two scores of the same rows
 *
 * Both scores see the same rows, so that what is hard for one is mostly hard for the other: the
 * interval of their difference is much narrower than the two intervals beside each other suggest.
 */
#ifndef MEASURE_COMPARE_H
#define MEASURE_COMPARE_H
#include "base/arena.h"
#include "measure/figures.h"

struct paired_comparison {
	size_t n;                 /* rows with a label and both scores */
	struct figure difference; /* of b less a, with its 95 % interval */
	double p_value;           /* of no difference, two-sided; NAN where not known */
	const char *method;       /* static text: "DeLong, paired" */
};

/* The ROC AUC of score b less that of score a. labels: LABEL_POSITIVE, LABEL_NEGATIVE or
 * LABEL_MISSING of n rows; scores NAN where missing. Rows that lack anything are left out. Ties
 * count one half. The difference is NAN with its reason where there is one class only; its interval
 * and p_value are NAN where a class has fewer than 2 rows, or where all rows of each class show
 * the same difference other than 0; the interval has no width (p_value 1) where both scores rank
 * all rows alike. Linear in n, which is under 2^32.
 * Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837-845, with the mid-ranks of Sun
 * & Xu (2014), IEEE Signal Process. Lett. 21:1389-1393. */
struct paired_comparison compare_roc_auc(struct arena *scratch, const unsigned char *labels,
					 const double *a, const double *b, size_t n);

/* The mean squared error (Brier score) of b less that of a: the mean of the rows' differences, with
 * the interval of a mean (Student's, from their sample variance, n - 1 degrees of freedom), which
 * is NAN under two rows and where all rows show the same difference other than 0. Negative: b is
 * better. Scores outside 0 to 1 are no probabilities: NAN with the reason. */
struct paired_comparison compare_brier(const unsigned char *labels, const double *a,
				       const double *b, size_t n);
#endif
