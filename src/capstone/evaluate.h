/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/evaluate.h - prediction logs of the models on each part, and what they say
 *
 * The log is what counts: modelbook measures it again. One log for each part holds all models'
 * scores side by side, so that they are compared on the same rows. Scores are written with 6
 * decimals, and everything that is said here is computed from the rounded ones. */
#ifndef CAPSTONE_EVALUATE_H
#define CAPSTONE_EVALUATE_H

#include "capstone/run.h"
#include "measure/compare.h"
#include "measure/figures.h"

struct scored_model {
	const char *column;  /* "score_2_0_0" */
	const char *version; /* "2.0.0" */
	const struct model *model;
	bool uncalibrated; /* a second column "score_2_0_0_uncalibrated" */
};

/* time,entity's digits left out; label, scores, groups, the fields and history features that drift
 * is measured of. At most `max_rows` rows, drawn evenly over time by a stable hash (0: all). */
void prediction_log(const struct events *events, const struct matrix *features,
		    const struct scored_model *models, size_t n_models, size_t max_rows,
		    uint64_t seed, struct out *to);

struct part_figures {
	struct performance performance;
	struct calibration calibration;
};
struct part_figures evaluate_part(struct arena *mem, const struct model *model,
				  const struct matrix *rows);
/* Improved less baseline on the same rows. */
struct paired_comparison evaluate_pair(struct arena *scratch, const struct model *baseline,
				       const struct model *improved, const struct matrix *rows);
/* The n rows whose log loss is the largest, worst first: CSV of time, label, score, loss and all
 * features. */
void worst_predictions(const struct events *events, const struct matrix *rows,
		       const struct model *model, size_t n, struct out *to);
#endif
