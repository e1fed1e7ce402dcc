/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/classes.h - a classifier of several classes, from its confusion matrix
 *
 * counts[truth * k + predicted] for k classes. Precision, recall and F1 of a class are those of
 * "this class against all others"; macro is their plain mean, weighted the mean by the number of
 * true rows. A class that is never predicted has no precision, one without true rows no recall;
 * its F1 is 0 where it has rows on either side, and it takes part in the macro mean as
 * scikit-learn's zero_division=0 has it; a class without rows on both sides is left out.
 * mcc is the R_K statistic (Gorodkin (2004), Comput. Biol. Chem. 28:367-374), 0 where all rows are
 * of one class or all are predicted as one. Linear in k x k. */
#ifndef MEASURE_CLASSES_H
#define MEASURE_CLASSES_H
#include "measure/figures.h"
#include "measure/outcomes.h"
#include <stdint.h>

struct class_figures {
	size_t n, n_predicted; /* rows of the class, rows predicted as it */
	struct figure precision, recall, f1;
};

struct classes {
	size_t n, k;
	struct figure accuracy, balanced_accuracy, macro_precision, macro_recall, macro_f1,
	    weighted_precision, weighted_recall, weighted_f1, mcc;
};

/* `each` has room for k. Every figure is NAN with its reason where there are no rows. */
struct classes classes_measure(const size_t *counts, size_t k, struct class_figures *each);

/* Top-label calibration: does a class that is predicted with 0.7 come true in 70 of 100? A row's
 * score is that of the predicted class, and its outcome is positive where the prediction was right;
 * calibration_measure() takes the result. Gupta & Ramdas (2022), ICLR. truth, predicted: codes of
 * classes, CLASS_MISSING where there is none; confidence NAN where missing: such rows are left out.
 * The labels live in `mem`, as the outcomes do. */
#define CLASS_MISSING UINT32_MAX
struct outcomes classes_top_label(struct arena *mem, struct arena *scratch, const uint32_t *truth,
				  const uint32_t *predicted, const double *confidence, size_t n);
/* The class with the highest of k scores in each row, scores[c] being the column of class c; the
 * first of equal ones; CLASS_MISSING and NAN where a score is missing. */
void classes_predict(const double *const *scores, size_t k, size_t n, uint32_t *predicted,
		     double *confidence);
#endif
