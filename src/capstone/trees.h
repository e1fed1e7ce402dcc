/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/trees.h - boosted trees: fitted by xgboost, walked here
 *
 * One row of 120 trees costs 18 microseconds through xgboost's C interface (1.7.4, median of
 * 20,000, XGBoosterPredictFromDense) and 4 here; there each thread needs a handle of its own, and a
 * model file that lies can end the program. The walk gives xgboost's margin to the last bit:
 * values, thresholds and leaves are 32-bit numbers, compared and added in xgboost's order; a test
 * holds the two against each other.
 *
 * A category is one column of 0 or 1 for each of its values, all missing where it is missing; so
 * that a split asks for one value. */
#ifndef CAPSTONE_TREES_H
#define CAPSTONE_TREES_H

#include "capstone/features.h"

struct tree_node {
	int32_t feature;   /* TREE_LEAF, else which is asked */
	int32_t category;  /* of a category: the value asked for; TREE_NUMBER for a number */
	uint32_t right;    /* index of the other child; the left one is the next node */
	bool missing_left; /* where a missing value goes */
	float value;       /* goes left where it is under this; of a leaf what it adds */
};
enum { TREE_LEAF = -1, TREE_NUMBER = -1 };

struct trees {
	size_t n, n_nodes;
	const uint32_t *first; /* n + 1: the nodes of tree i are first[i] … first[i + 1] */
	const struct tree_node *nodes; /* `right` counts from the first node of the tree */
};

/* Fits by xgboost, with one thread: rows with a label alone; both classes are there. False with
 * *why, which lives in `mem` as the trees do. */
bool trees_fit(struct arena *mem, const struct boosted_parameters *parameters,
	       const struct matrix *train, uint64_t seed, struct trees *trees, const char **why);
/* NULL where each walk over features of this list ends in a leaf of its tree; else what is wrong,
 * in `mem`. */
const char *trees_fault(struct arena *mem, const struct trees *trees,
			const struct feature_list *features);
/* Log odds of the positive class. */
float trees_margin(const struct trees *trees, const struct feature_list *features,
		   const double *row);

/* The matrix that xgboost is given: n x width 32-bit numbers. For trees_fit() and its test. */
struct boosted_rows {
	size_t n, width;
	float *values;
};
struct boosted_rows boosted_rows_of(struct arena *mem, const struct matrix *rows);
/* Feature and category of each column of it. */
struct boosted_column {
	int32_t feature, category;
};
struct boosted_column *boosted_columns_of(struct arena *mem, const struct feature_list *features,
					  size_t *n);
/* xgboost's model as JSON text made trees. False with *why. */
bool trees_from_xgboost(struct arena *mem, struct arena *scratch, const char *json, size_t len,
			const struct boosted_column *columns, size_t n_columns, struct trees *trees,
			const char **why);
#endif
