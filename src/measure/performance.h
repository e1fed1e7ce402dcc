/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/performance.h - how well a binary classifier ranks and decides
 *
 * Conventions (those of scikit-learn where it has the figure):
 *   roc_auc            P(positive scores higher) + P(equal) / 2, Mann-Whitney; interval below
 *   average_precision  sum of (recall step) x precision over distinct thresholds, no interpolation
 *   log_loss           mean of -ln(probability of what happened), scores held inside
 *                      [e, 1 - e], e = 2.22e-16 (machine epsilon)
 *   brier              mean of (score - outcome)^2
 *   accuracy, precision, recall, specificity, base_rate: shares, intervals by Wilson (1927)
 *   f1                 2 tp / (2 tp + fp + fn)
 *   mcc                0 where a single row or column of the table is empty, which is its limit
 *                      (Chicco & Jurman (2020), BMC Genomics 21:6)
 * A figure that the rows do not define (one class only, nothing predicted positive, no rows, a
 * score that is no probability) is NAN with its reason. Intervals are of 95 %; figures without
 * one in closed form have NAN, NAN. Order of rows changes nothing, to the last bit. */
#ifndef MEASURE_PERFORMANCE_H
#define MEASURE_PERFORMANCE_H
#include "measure/figures.h"
#include "measure/outcomes.h"

/* All figures of struct performance, in one walk over the sorted scores. */
struct performance performance_measure(const struct outcomes *outcomes);

/* ROC AUC, by mid-ranks as in Sun & Xu (2014), IEEE Signal Process. Lett. 21:1389-1393, with the
 * interval of measure/auc_interval.h. */
struct figure roc_auc(const struct outcomes *outcomes);
/* DeLong's variance of the AUC is the sum of both parts; each class has at least 2 rows. */
struct auc_variance {
	double of_positives, of_negatives;
};
struct auc_variance roc_auc_variance(const struct outcomes *outcomes);
struct figure average_precision(const struct outcomes *outcomes);

/* Matthews' correlation of a table of counts; see above. */
struct figure matthews_correlation(size_t tp, size_t fp, size_t tn, size_t fn);
#endif
