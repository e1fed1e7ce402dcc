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

/* ROC AUC with an interval from DeLong's variance, taken on the logit scale with Student's point:
 *   - each class's part of the variance holds 4 rows' worth of what exponential scores would give
 * it (Hanley & McNeil (1982), Radiology 143:29-36), which steadies it where a class has few rows
 *     and fades as 4 / n where it has many;
 *   - degrees of freedom by Satterthwaite from both parts;
 *   - logit(auc) +- t sqrt(variance) / (auc (1 - auc)), taken back: inside 0..1 always.
 * On the raw scale the interval holds the truth too rarely near 1 (78 % at 200 rows, a tenth of
 * them positive, AUC 0.98; docs/figures.md has the simulation). NAN, NAN where a class has fewer
 * than 2 rows, where auc is 0 or 1, or where DeLong's variance is 0 (a constant score), which says
 * nothing. Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837-845, by mid-ranks as
 * in Sun & Xu (2014), IEEE Signal Process. Lett. 21:1389-1393; Pepe (2003), The Statistical
 * Evaluation of Medical Tests, 5.2.4 for the logit. */
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
