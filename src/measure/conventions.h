/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/conventions.h - what each figure is, how it is computed here, and what others do
 *
 * One table (conventions.def) holds the words that `modelbook explain FIGURE` and pages show. */
#ifndef MEASURE_CONVENTIONS_H
#define MEASURE_CONVENTIONS_H
#include <stddef.h>

/* Static texts, without line ends; NULL where there is nothing to say. */
struct convention {
	const char *group;   /* "performance", "drift": the key of records that it stands under */
	const char *name;    /* "roc_auc" */
	const char *title;   /* "Area under the ROC curve" */
	const char *range;   /* values, unit, and which way is better */
	const char *reading; /* what a value says to a reader */
	const char *formula; /* in words and signs */
	const char *convention; /* what was chosen where there is a choice */
	const char *elsewhere;  /* what other tools do differently */
	const char *source;     /* paper, book or specification */
};

extern const struct convention conventions[];
extern const size_t n_conventions;
/* "roc_auc" or "performance.roc_auc"; an end of an interval ("roc_auc_low") or a note on it is
 * explained by its figure. NULL where there is none of that name. A name that stands in two groups
 * (brier) is found in the first. */
const struct convention *convention_find(const char *name);
#endif
