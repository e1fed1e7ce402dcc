/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model.h - the models: a rule, a regularised logistic regression, boosted trees
 *
 * Each gives the probability of the positive class. Fitting is reproducible bit for bit on one
 * architecture: one thread, every seed from the plan. A model file is JSON that holds all that a
 * score needs (kind, features by name, encoding, weights or trees, calibrator, threshold, what it
 * was trained on); it is loaded only where its SHA-256 is the one expected, and where its features
 * are the plan's. */
#ifndef CAPSTONE_MODEL_H
#define CAPSTONE_MODEL_H

#include "capstone/features.h"

enum model_kind { MODEL_RULE, MODEL_LOGISTIC, MODEL_BOOSTED };

struct model;

struct model_facts {
	enum model_kind kind;
	const char *kind_name;  /* "rule", "logistic", "boosted" */
	size_t parameter_count; /* numbers that were fitted: weights, scaling constants, thresholds
				   and leaves, the calibrator's */
	double threshold;       /* score from which it decides positive */
	const char *run;        /* identity of the run that made it (run.h); "" for none */
};

/* Fits on `train`; the plan's calibrator on `calibration` alone (CALIBRATE_NONE or NULL: none), for
 * boosted trees only: the rule and the baseline stay as they are. Rows without a label are left
 * out. NULL with a finding where it cannot (one class, no rows, the library's own message). The
 * model keeps nothing of the plan or the rows. */
struct model *model_train(enum model_kind kind, const struct plan *plan, const struct matrix *train,
			  const struct matrix *calibration, uint64_t seed, struct diag_sink *diags);
void model_free(struct model *model);
struct model_facts model_facts(const struct model *model);
void model_set_threshold(struct model *model, double threshold);
void model_set_run(struct model *model, const char *run); /* copied */

/* Score of one row of features. Safe from several threads at once. NAN where the model cannot
 * (never for finite or missing input). */
double model_score(const struct model *model, const double *features);
/* The same without the calibrator. */
double model_score_uncalibrated(const struct model *model, const double *features);
/* Scores of all rows; either may be NULL. */
void model_score_rows(const struct model *model, const struct matrix *rows, double *scores,
		      double *uncalibrated);

/* What a rule answers: the score of the first clause that holds, else `otherwise`. A missing value
 * fulfils no clause. */
double rule_score(const struct rule_clause *rule, size_t n_rule, double otherwise,
		  const double *features);

/* The model file's text: the same bytes for the same model. */
void model_write(const struct model *model, struct out *to);
/* From a text whose SHA-256 must be `digest` (NULL: any). NULL with a finding. */
struct model *model_read(const struct plan *plan, struct source *source, const char *digest,
			 struct diag_sink *diags);

/* The threshold at which a share of these scores is at or over it that is the nearest to the plan's
 * selection_share, at least one score; NAN ones are left out, 0.5 where there is none. It lies half
 * a millionth under a score of 6 decimals, so that scores decide the same before and after they are
 * written with 6 decimals. */
double threshold_choose(const struct plan *plan, const double *scores, size_t n);
#endif
