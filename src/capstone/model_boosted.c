/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model_boosted.c - boosted trees as a model */
#include "capstone/model_internal.h"
#include <float.h>
#include <math.h>

enum { MOST_TREES = 100000 };

static const char *boosted_fit(struct model *model, const struct training *training)
{
	const char *why;

	if (training->plan->boosted.rounds < 1 || training->plan->boosted.rounds > MOST_TREES)
		return arena_printf(&model->mem, "%d rounds, must be 1 to %d",
				    training->plan->boosted.rounds, MOST_TREES);
	if (trees_fit(&model->mem, &training->plan->boosted, training->train, training->seed,
		      &model->trees, &why))
		return NULL;
	return arena_printf(&model->mem, "xgboost: %s", why);
}

static double boosted_score(const struct model *model, const double *features)
{
	return 1 / (1 + exp(-(double)trees_margin(&model->trees, &model->features, features)));
}

/* A threshold for each split, a value for each leaf. */
static size_t boosted_parameters(const struct model *model)
{
	return model->trees.n_nodes;
}

/* -- file ------------------------------------------------------------------------------------- */

/* The columns of a tree's table in the file. */
enum column { FEATURE, CATEGORY, VALUE, RIGHT, MISSING_LEFT, COLUMNS };
static const struct {
	const char *key;
	double low, high;
} columns[COLUMNS] = {[FEATURE] = {"feature", TREE_LEAF, INT32_MAX},
		      [CATEGORY] = {"category", TREE_NUMBER, INT32_MAX},
		      [VALUE] = {"value", -FLT_MAX, FLT_MAX},
		      [RIGHT] = {"right", 0, UINT32_MAX},
		      [MISSING_LEFT] = {"missing_left", 0, 1}};

static double cell(const struct tree_node *node, enum column column)
{
	switch (column) {
	case FEATURE:
		return node->feature;
	case CATEGORY:
		return node->category;
	case VALUE:
		return (double)node->value;
	case RIGHT:
		return node->right;
	default:
		return node->missing_left;
	}
}

static void write_tree(const struct model *model, size_t tree, struct out *to)
{
	for (enum column c = 0; c < COLUMNS; c++) {
		out_printf(to, "%s\"%s\": [", c ? ", " : "", columns[c].key);
		for (uint32_t i = model->trees.first[tree]; i < model->trees.first[tree + 1]; i++) {
			if (i > model->trees.first[tree])
				out_putc(to, ',');
			write_number(to, cell(&model->trees.nodes[i], c));
		}
		out_putc(to, ']');
	}
}

static void boosted_write(const struct model *model, struct out *to)
{
	write_key(to, "trees");
	out_putc(to, '[');
	for (size_t tree = 0; tree < model->trees.n; tree++) {
		out_puts(to, tree ? ",\n  {" : "\n  {");
		write_tree(model, tree, to);
		out_putc(to, '}');
	}
	out_putc(to, ']');
}

struct node_list {
	LIST_OF(struct tree_node);
};

/* The nodes of one tree behind those that are there; what they say is trees_fault()'s to judge. */
static bool read_tree(struct arena *mem, const struct data_node *map, struct node_list *nodes)
{
	double *values[COLUMNS];
	size_t n = SIZE_MAX;

	for (enum column c = 0; c < COLUMNS; c++) {
		values[c] =
		    read_numbers(mem, map, columns[c].key, columns[c].low, columns[c].high, &n);
		if (!values[c])
			return false;
		for (size_t i = 0; c != VALUE && i < n; i++)
			if (floor(values[c][i]) < values[c][i])
				return false;
	}
	for (size_t i = 0; i < n; i++)
		*ARENA_PUSH(mem, nodes) =
		    (struct tree_node){.feature = (int32_t)values[FEATURE][i],
				       .category = (int32_t)values[CATEGORY][i],
				       .value = (float)values[VALUE][i],
				       .right = (uint32_t)values[RIGHT][i],
				       .missing_left = values[MISSING_LEFT][i] > 0};
	return true;
}

static const char *boosted_read(struct model *model, const struct data_node *root)
{
	const struct data_node *list = data_find(root, "trees");
	struct node_list nodes = {0};
	uint32_t *first;

	if (!list || list->kind != DATA_LIST || !list->n || list->n > MOST_TREES)
		return "'trees' is no list of trees";
	first = arena_new(&model->mem, uint32_t, list->n + 1);
	for (size_t i = 0; i < list->n; i++) {
		if (!read_tree(&model->mem, list->items[i], &nodes))
			return arena_printf(&model->mem, "tree %zu is no table of nodes", i);
		first[i + 1] = (uint32_t)nodes.n;
	}
	model->trees = (struct trees){list->n, nodes.n, first, nodes.items};
	return trees_fault(&model->mem, &model->trees, &model->features);
}

const struct model_kind_row model_boosted_row = {
    .name = "boosted",
    .learns = true,
    .calibrated = true,
    .fit = boosted_fit,
    .score = boosted_score,
    .parameters = boosted_parameters,
    .write = boosted_write,
    .read = boosted_read,
};
