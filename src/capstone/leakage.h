/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/leakage.h - proofs from outside that no feature knows what it cannot know
 *
 * Run before every fit; a leak ends the run. What is checked:
 *   future    the features of a row stay the same, bit for bit, when every event after it is
 *             another or gone and every label not known by then is turned round (32 cuts over the
 *             training period, all rows up to each)
 *   labels    no label of train, holdout or calibration became known after the next part had begun
 *   twins     no event of one part stands in another (same entity, time and values)
 *   entities  no entity of the holdout is in train
 *   too good  no feature alone ranks the training labels with a ROC AUC beyond 0.98, either way,
 *             and no feature's missing values do (of at least ten rows of each class; a category
 *             ranks by its share of positives) */
#ifndef CAPSTONE_LEAKAGE_H
#define CAPSTONE_LEAKAGE_H

#include "capstone/split.h"

#define LEAKAGE_TOO_GOOD 0.98

struct leak {
	const char *check; /* "future", … */
	const char *what; /* "feature chargeback_flag: ROC AUC 1 on the training rows, must be under
			     0.98" */
};
struct leaks {
	struct leak *items;
	size_t n;
};
/* `features` are those of all events. None for what a clean walk over them gives. Lives in `mem`.
 */
struct leaks leakage_find(struct arena *mem, const struct events *events,
			  const struct matrix *features, const struct split *split);
/* Bit for bit; one missing value is as another. */
bool same_feature(double a, double b);
#endif
