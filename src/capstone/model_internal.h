/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model_internal.h - what each kind of model brings, and what all have */
#ifndef CAPSTONE_MODEL_INTERNAL_H
#define CAPSTONE_MODEL_INTERNAL_H

#include "capstone/calibrator.h"
#include "capstone/encode.h"
#include "capstone/model.h"
#include "capstone/trees.h"
#include "read/data.h"

struct model {
	struct arena mem; /* all that the model points to */
	enum model_kind kind;
	const char *plan; /* its id */
	struct feature_list features;
	double threshold;
	const char *run;
	struct calibrator calibrator;
	size_t rows, positives, calibration_rows; /* with a label */

	/* MODEL_RULE */
	const struct rule_clause *rule;
	size_t n_rule;
	double rule_otherwise;

	/* MODEL_LOGISTIC: log odds are weights' encoded + weights[width] */
	struct encoder encoder;
	const double *weights;

	/* MODEL_BOOSTED */
	struct trees trees;
};

struct training {
	const struct plan *plan;
	const struct matrix *train;
	uint64_t seed;
};

struct model_kind_row {
	const char *name;
	bool learns;     /* from rows with a label, of both classes */
	bool calibrated; /* by the plan's calibrator */
	/* NULL, or why it cannot be fitted, in model->mem. */
	const char *(*fit)(struct model *model, const struct training *training);
	double (*score)(const struct model *model, const double *features);
	size_t (*parameters)(const struct model *model);
	/* Keys of an object that is open; each begins with ",\n ". */
	void (*write)(const struct model *model, struct out *to);
	/* NULL, or what is wrong, in model->mem. */
	const char *(*read)(struct model *model, const struct data_node *root);
};
extern const struct model_kind_row model_rule_row, model_logistic_row, model_boosted_row;
const struct model_kind_row *model_row(enum model_kind kind);

/* Empty, of a kind; features are copied. */
struct model *model_new(enum model_kind kind, const struct plan *plan,
			const struct feature_list *features);

/* -- model_values.c: JSON of models ----------------------------------------------------------- */

void write_key(struct out *to, const char *key); /* ,\n "key": */
void write_number(struct out *to, double value);
void write_numbers(struct out *to, const char *key, const double *values, size_t n);
/* A number of [low, high]; false where it is none. */
bool read_number(const struct data_node *map, const char *key, double low, double high,
		 double *value);
/* The same, whole. high at most 2^53. */
bool read_count(const struct data_node *map, const char *key, double high, size_t *value);
/* A list of numbers, each of [low, high]; NULL where it is none. *n: SIZE_MAX takes any, else it
 * must be so many. */
double *read_numbers(struct arena *mem, const struct data_node *map, const char *key, double low,
		     double high, size_t *n);
#endif
