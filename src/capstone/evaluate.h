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

/* A score as a log holds it: of 6 decimals, the number that its text is read back as. */
double score_written(double score);

/* CSV: time (to the minute), label (1, 0 or empty), scores, groups, then the features that drift is
 * measured of, fields and history; numbers with 4 digits, missing empty. No entity: whom a row is
 * about is nobody's business here. `features` are those of the same rows as the events. At most
 * `max_rows` rows (0: all), one of each of as many equal parts of the rows in order of time, drawn
 * by `seed`. With `segments` the plan's segments follow. */
void prediction_log(const struct events *events, const struct matrix *features,
		    const struct scored_model *models, size_t n_models, size_t max_rows,
		    uint64_t seed, bool segments, struct out *to);

struct part_figures {
	struct performance performance;
	struct calibration calibration;
};
/* Threshold is the model's, calibration over ten bins of equal width. */
struct part_figures evaluate_part(struct arena *mem, const struct model *model,
				  const struct matrix *rows);
/* ROC AUC of the improved model less the baseline's on the same rows. */
struct paired_comparison evaluate_pair(struct arena *scratch, const struct model *baseline,
				       const struct model *improved, const struct matrix *rows);
/* The n rows with a label whose log loss is the largest, worst first, earlier ones first among
 * equals: CSV of time, label, score, loss, groups, all features and segments. */
void worst_predictions(const struct events *events, const struct matrix *rows,
		       const struct model *model, size_t n, struct out *to);
#endif
