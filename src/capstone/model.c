/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model.c - the models: what all kinds have in common */
#include "capstone/model_internal.h"
#include "measure/outcomes.h"
#include "measure/sort.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct model_kind_row *model_row(enum model_kind kind)
{
	static const struct model_kind_row *const rows[] = {[MODEL_RULE] = &model_rule_row,
							    [MODEL_LOGISTIC] = &model_logistic_row,
							    [MODEL_BOOSTED] = &model_boosted_row};

	assert((size_t)kind < sizeof rows / sizeof *rows);
	return rows[kind];
}

/* -- making ----------------------------------------------------------------------------------- */

static struct feature_list features_copied(struct arena *mem, const struct feature_list *from)
{
	struct feature *items = arena_new(mem, struct feature, from->n);

	for (size_t i = 0; i < from->n; i++) {
		const char **values = arena_new(mem, const char *, from->items[i].n_values);
		items[i] = from->items[i];
		items[i].name = arena_strdup(mem, items[i].name);
		items[i].family = items[i].family ? arena_strdup(mem, items[i].family) : NULL;
		for (size_t v = 0; v < items[i].n_values; v++)
			values[v] = arena_strdup(mem, from->items[i].values[v]);
		items[i].values = values;
	}
	return (struct feature_list){items, from->n};
}

struct model *model_new(enum model_kind kind, const struct plan *plan,
			const struct feature_list *features)
{
	struct model *model = mem_realloc(NULL, sizeof *model);

	*model = (struct model){.kind = kind, .threshold = 0.5, .run = ""};
	arena_init(&model->mem);
	model->plan = arena_strdup(&model->mem, plan->id);
	model->features = features_copied(&model->mem, features);
	return model;
}

void model_free(struct model *model)
{
	if (!model)
		return;
	arena_release(&model->mem);
	free(model);
}

static size_t labelled_rows(const struct matrix *rows, size_t *positives)
{
	size_t n = 0;

	*positives = 0;
	for (size_t i = 0; i < rows->n; i++) {
		n += rows->label[i] != LABEL_MISSING;
		*positives += rows->label[i] == LABEL_POSITIVE;
	}
	return n;
}

static const char *calibrate(struct model *model, enum calibrator_kind kind,
			     const struct matrix *rows)
{
	size_t positives;
	struct arena scratch;
	struct calibrator fitted;
	double *scores;
	bool ok;

	model->calibration_rows = labelled_rows(rows, &positives);
	arena_init(&scratch);
	scores = arena_new(&scratch, double, rows->n);
	model_score_rows(model, rows, NULL, scores);
	ok = calibrator_fit(&scratch, kind, scores, rows->label, rows->n, &fitted);
	if (ok) {
		double *x = arena_new(&model->mem, double, fitted.n);
		double *y = arena_new(&model->mem, double, fitted.n);
		model->calibrator = fitted;
		for (size_t i = 0; i < fitted.n; i++) {
			x[i] = fitted.x[i];
			y[i] = fitted.y[i];
		}
		model->calibrator.x = x;
		model->calibrator.y = y;
	}
	arena_release(&scratch);
	return ok ? NULL : "the calibration rows hold one class only";
}

static const char *fit(struct model *model, const struct training *training,
		       const struct matrix *calibration)
{
	const struct model_kind_row *row = model_row(model->kind);
	enum calibrator_kind kind = training->plan->calibrator;
	const char *why;

	model->rows = labelled_rows(training->train, &model->positives);
	if (row->learns && (!model->positives || model->positives == model->rows))
		return model->rows ? "the training rows hold one class only"
				   : "there are no training rows with a label";
	why = row->fit(model, training);
	if (!why && row->calibrated && calibration && kind != CALIBRATE_NONE)
		why = calibrate(model, kind, calibration);
	return why;
}

struct model *model_train(enum model_kind kind, const struct plan *plan, const struct matrix *train,
			  const struct matrix *calibration, uint64_t seed, struct diag_sink *diags)
{
	struct model *model = model_new(kind, plan, train->features);
	const struct training training = {plan, train, seed};
	const char *why = fit(model, &training, calibration);

	if (!why)
		return model;
	diag_add(diags, RULE_DATA_SCHEMA, (struct span){0}, "the %s model cannot be fitted: %s",
		 model_row(kind)->name, why);
	model_free(model);
	return NULL;
}

/* -- facts ------------------------------------------------------------------------------------ */

struct model_facts model_facts(const struct model *model)
{
	const struct calibrator *calibrator = &model->calibrator;

	return (struct model_facts){
	    .kind = model->kind,
	    .kind_name = model_row(model->kind)->name,
	    .parameter_count = model_row(model->kind)->parameters(model) +
			       (calibrator->kind == CALIBRATE_PLATT ? 2 : 2 * calibrator->n),
	    .threshold = model->threshold,
	    .run = model->run};
}

void model_set_threshold(struct model *model, double threshold)
{
	model->threshold = threshold;
}

void model_set_run(struct model *model, const char *run)
{
	model->run = arena_strdup(&model->mem, run);
}

/* -- scores ----------------------------------------------------------------------------------- */

double model_score_uncalibrated(const struct model *model, const double *features)
{
	return model_row(model->kind)->score(model, features);
}

double model_score(const struct model *model, const double *features)
{
	return calibrator_apply(&model->calibrator, model_score_uncalibrated(model, features));
}

void model_score_rows(const struct model *model, const struct matrix *rows, double *scores,
		      double *uncalibrated)
{
	for (size_t i = 0; i < rows->n; i++) {
		double raw = model_score_uncalibrated(model, rows->values + i * rows->n_features);
		if (uncalibrated)
			uncalibrated[i] = raw;
		if (scores)
			scores[i] = calibrator_apply(&model->calibrator, raw);
	}
}

/* -- the threshold ---------------------------------------------------------------------------- */

double threshold_choose(const struct plan *plan, const double *scores, size_t n)
{
	struct arena scratch;
	double *millionths, best = 0, nearest = INFINITY;
	size_t kept = 0;

	arena_init(&scratch);
	millionths = arena_new(&scratch, double, n);
	for (size_t i = 0; i < n; i++)
		if (!isnan(scores[i]))
			millionths[kept++] = nearbyint(scores[i] * 1e6);
	sort_numbers(millionths, kept, &scratch);
	for (size_t i = kept; i-- > 0;) {
		double share = (double)(kept - i) / (double)kept;
		bool last_of_its_value = i == 0 || millionths[i - 1] < millionths[i];
		if (last_of_its_value && fabs(share - plan->selection_share) < nearest) {
			nearest = fabs(share - plan->selection_share);
			best = millionths[i];
		}
	}
	arena_release(&scratch);
	return kept ? fmax((best * 10 - 5) / 1e7, 0) : 0.5;
}
