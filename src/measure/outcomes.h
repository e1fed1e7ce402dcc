/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/outcomes.h - the rows of a binary classifier, counted and sorted once
 *
 * Performance and calibration both work on scores in order, so the rows are sorted once and
 * handed to both. */
#ifndef MEASURE_OUTCOMES_H
#define MEASURE_OUTCOMES_H
#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

/* Values of labels[] and predictions[]. */
enum { LABEL_NEGATIVE, LABEL_POSITIVE, LABEL_MISSING };

struct outcome_rows {
	size_t n;
	const unsigned char *labels;
	const double *scores;             /* NULL: none; NAN: missing; higher is more positive */
	const unsigned char *predictions; /* NULL: a score >= threshold is positive */
	double threshold;
};

/* Rows that lack a label, a score (where scores are given) or a prediction (where predictions are
 * given) are left out of everything. */
struct outcomes {
	size_t n, n_positive, n_negative, n_left_out;
	bool has_scores;                     /* else positives and negatives are NULL */
	bool has_predictions;                /* tp, fp, tn, fn are known */
	const double *positives, *negatives; /* scores by label, ascending */
	bool are_shares; /* every score is in 0..1, so that it can be a probability */
	double threshold;
	size_t tp, fp, tn, fn;
};

/* The result lives in `mem`, `scratch` holds what sorting needs meanwhile (it may be `mem`).
 * Linear in n. Infinite scores rank as they should and are no shares. */
struct outcomes outcomes_sorted(struct arena *mem, struct arena *scratch,
				const struct outcome_rows *rows);

/* A run of equal scores, walking from the lowest to the highest. Zero-initialised before the
 * first call; false after the last run. */
struct outcome_run {
	double score;
	size_t positives, negatives;               /* in this run */
	size_t positives_before, negatives_before; /* with a lower score */
};
bool outcomes_next_run(const struct outcomes *outcomes, struct outcome_run *run);

/* The score that is `rank`-th, from 0, of both classes together; 0 <= rank < n, and there are
 * scores. */
double outcomes_score(const struct outcomes *outcomes, size_t rank);
/* The first index from `from` on, in n ascending scores, of one above `edge`; n where there is
 * none. Quick where it is near. */
size_t outcomes_up_to(const double *sorted, size_t from, size_t n, double edge);
#endif
