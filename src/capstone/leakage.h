/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/leakage.h - proofs from outside that no feature knows what it cannot know
 *
 * Run before every fit; a leak ends the run. What is checked:
 *   future   features of a row stay the same, bit for bit, when every event after it and every
 * label not known by then is changed (32 cuts over the training period) labels   no label of the
 * training part became known after the next part begins twins    no event of one part stands in
 * another (same entity, time and values) entities no entity of the holdout is in train too good no
 * single feature ranks the training labels with a ROC AUC beyond `too_good` (0.98), either way, and
 * no feature's missing values do */
#ifndef CAPSTONE_LEAKAGE_H
#define CAPSTONE_LEAKAGE_H

#include "capstone/split.h"

struct leak {
	const char *check; /* "future", … */
	const char *what; /* "feature chargeback_flag: ROC AUC 1 on the training rows, must be under
			     0.98" */
};
struct leaks {
	struct leak *items;
	size_t n;
};
struct leaks leakage_find(struct arena *mem, const struct events *events,
			  const struct matrix *features, const struct split *split);
#endif
