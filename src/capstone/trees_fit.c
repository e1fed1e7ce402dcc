/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/trees_fit.c - boosted trees fitted by xgboost, and taken out of its model */
#include "base/number.h"
#include "capstone/trees.h"
#include "measure/outcomes.h"
#include "read/json.h"
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xgboost/c_api.h>

/* -- out of xgboost's model ------------------------------------------------------------------- */

/* The arrays of one tree in xgboost's JSON, by node. */
struct foreign_tree {
	const struct data_node *left, *right, *column, *value, *missing_left;
	size_t n;
};

static bool foreign_tree_of(const struct data_node *tree, struct foreign_tree *foreign)
{
	const struct data_node **const arrays[] = {&foreign->left, &foreign->right,
						   &foreign->column, &foreign->value,
						   &foreign->missing_left};
	static const char *const names[] = {"left_children", "right_children", "split_indices",
					    "split_conditions", "default_left"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		*arrays[i] = data_find(tree, names[i]);
		if (!*arrays[i] || (*arrays[i])->kind != DATA_LIST ||
		    (*arrays[i])->n != data_find(tree, names[0])->n)
			return false;
	}
	foreign->n = foreign->left->n;
	return foreign->n > 0;
}

static double number_at(const struct data_node *list, size_t i)
{
	const struct data_node *node = list->items[i];

	return node->kind == DATA_BOOL ? (double)node->truth : node->number;
}

struct tree_list {
	LIST_OF(struct tree_node);
};

/* Copies the node `at` and all under it in the order parent, left, right. False where the arrays
 * make no tree. `depth` is bounded by the parameter of the fit. */
static bool copy_node(struct arena *mem, const struct foreign_tree *foreign, double at,
		      const struct boosted_column *columns, size_t n_columns, size_t first,
		      unsigned depth, struct tree_list *list)
{
	size_t i = (size_t)at, index = list->n;
	double column;

	if (!(at >= 0) || at >= (double)foreign->n || depth > 64)
		return false;
	*ARENA_PUSH(mem, list) =
	    (struct tree_node){.feature = TREE_LEAF,
			       .category = TREE_NUMBER,
			       .value = (float)number_at(foreign->value, i),
			       .missing_left = number_at(foreign->missing_left, i) > 0};
	if (number_at(foreign->left, i) < 0) {
		list->items[index].missing_left = false;
		return true;
	}
	column = number_at(foreign->column, i);
	if (!(column >= 0) || column >= (double)n_columns)
		return false;
	list->items[index].feature = columns[(size_t)column].feature;
	list->items[index].category = columns[(size_t)column].category;
	if (!copy_node(mem, foreign, number_at(foreign->left, i), columns, n_columns, first,
		       depth + 1, list))
		return false;
	list->items[index].right = (uint32_t)(list->n - first);
	return copy_node(mem, foreign, number_at(foreign->right, i), columns, n_columns, first,
			 depth + 1, list);
}

bool trees_from_xgboost(struct arena *mem, struct arena *scratch, const char *json, size_t len,
			const struct boosted_column *columns, size_t n_columns, struct trees *trees,
			const char **why)
{
	struct diag_sink diags;
	const struct data_node *root, *list;
	struct tree_list nodes = {0};
	uint32_t *first;

	diag_init(&diags, scratch);
	root = json_read(scratch, source_new(scratch, "xgboost", json, len), &diags);
	list = data_find_path(root, "learner.gradient_booster.model.trees");
	*why = "its model is not the JSON that is expected";
	if (!list || list->kind != DATA_LIST)
		return false;
	first = arena_new(mem, uint32_t, list->n + 1);
	for (size_t i = 0; i < list->n; i++) {
		struct foreign_tree foreign;
		if (!foreign_tree_of(list->items[i], &foreign) ||
		    !copy_node(mem, &foreign, 0, columns, n_columns, nodes.n, 0, &nodes))
			return false;
		first[i + 1] = (uint32_t)nodes.n;
	}
	*trees = (struct trees){list->n, nodes.n, first, nodes.items};
	return true;
}

/* -- the fit ---------------------------------------------------------------------------------- */

struct fit {
	struct arena *mem;
	DMatrixHandle rows;
	BoosterHandle booster;
	const char *why;
};

/* Each call of xgboost returns 0 where it was done. */
static bool done(struct fit *fit, int code)
{
	if (code)
		fit->why = arena_strdup(fit->mem, XGBGetLastError());
	return !code;
}

static bool set_text(struct fit *fit, const char *name, const char *value)
{
	return done(fit, XGBoosterSetParam(fit->booster, name, value));
}

static bool set_number(struct fit *fit, const char *name, double value)
{
	char text[NUMBER_TEXT_MAX];

	return set_text(fit, name, number_shortest(text, value));
}

static bool set_parameters(struct fit *fit, const struct boosted_parameters *p, uint64_t seed)
{
	static const char *const texts[][2] = {
	    {"verbosity", "0"},           {"nthread", "1"},
	    {"booster", "gbtree"},        {"tree_method", "hist"},
	    {"base_score", "0.5"},        {"objective", "binary:logistic"},
	    {"grow_policy", "depthwise"}, {"disable_default_eval_metric", "1"}};
	const struct {
		const char *name;
		double value;
	} numbers[] = {{"max_depth", p->depth},
		       {"max_bin", p->bins},
		       {"eta", p->learning_rate},
		       {"min_child_weight", p->min_child_weight},
		       {"lambda", p->lambda},
		       {"subsample", p->row_share},
		       {"colsample_bytree", p->column_share},
		       {"seed", (double)(seed & INT32_MAX)}};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (!set_text(fit, texts[i][0], texts[i][1]))
			return false;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (!set_number(fit, numbers[i].name, numbers[i].value))
			return false;
	return true;
}

/* The rows with a label, and their labels. */
static struct boosted_rows labelled(struct arena *mem, const struct matrix *train, float *labels)
{
	struct boosted_rows rows = boosted_rows_of(mem, train);
	size_t kept = 0;

	for (size_t i = 0; i < train->n; i++) {
		if (train->label[i] == LABEL_MISSING)
			continue;
		labels[kept] = train->label[i] == LABEL_POSITIVE;
		memmove(rows.values + kept * rows.width, rows.values + i * rows.width,
			rows.width * sizeof *rows.values);
		kept++;
	}
	rows.n = kept;
	return rows;
}

static bool give_rows(struct fit *fit, const struct boosted_rows *rows, const float *labels)
{
	return done(fit, XGBSetGlobalConfig("{\"verbosity\": 0}")) &&
	       done(fit, XGDMatrixCreateFromMat_omp(rows->values, rows->n, rows->width, NAN,
						    &fit->rows, 1)) &&
	       done(fit, XGDMatrixSetFloatInfo(fit->rows, "label", labels, rows->n)) &&
	       done(fit, XGBoosterCreate(&fit->rows, 1, &fit->booster));
}

static bool boost(struct fit *fit, const struct boosted_parameters *parameters, const char **json,
		  bst_ulong *len)
{
	for (int round = 0; round < parameters->rounds; round++)
		if (!done(fit, XGBoosterUpdateOneIter(fit->booster, round, fit->rows)))
			return false;
	return done(fit,
		    XGBoosterSaveModelToBuffer(fit->booster, "{\"format\": \"json\"}", len, json));
}

bool trees_fit(struct arena *mem, const struct boosted_parameters *parameters,
	       const struct matrix *train, uint64_t seed, struct trees *trees, const char **why)
{
	struct arena scratch;
	struct fit fit = {.mem = mem};
	float *labels;
	struct boosted_rows rows;
	struct boosted_column *columns;
	size_t n_columns;
	const char *json;
	bst_ulong len;
	bool ok;

	arena_init(&scratch);
	labels = arena_new(&scratch, float, train->n);
	rows = labelled(&scratch, train, labels);
	columns = boosted_columns_of(&scratch, train->features, &n_columns);
	ok = give_rows(&fit, &rows, labels) && set_parameters(&fit, parameters, seed) &&
	     boost(&fit, parameters, &json, &len) &&
	     trees_from_xgboost(mem, &scratch, json, len, columns, n_columns, trees, &fit.why);
	if (ok) {
		fit.why = trees_fault(mem, trees, train->features);
		ok = !fit.why;
	}
	if (fit.booster)
		XGBoosterFree(fit.booster);
	if (fit.rows)
		XGDMatrixFree(fit.rows);
	arena_release(&scratch);
	*why = fit.why;
	return ok;
}
