/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/trees.c - boosted trees as data: checked once, then walked without looking back */
#include "capstone/trees.h"
#include "capstone/encode.h"
#include <float.h>
#include <math.h>

/* xgboost refuses infinite values, and a large double is an infinite float. */
static float as_float(double value)
{
	if (isnan(value))
		return NAN;
	return value > FLT_MAX ? FLT_MAX : value < -FLT_MAX ? -FLT_MAX : (float)value;
}

static float asked(const struct feature *feature, int32_t category, double value)
{
	if (category == TREE_NUMBER || isnan(value))
		return as_float(value);
	return category_of(feature, value) == (size_t)category ? 1 : 0;
}

float trees_margin(const struct trees *trees, const struct feature_list *features,
		   const double *row)
{
	float sum = 0;

	for (size_t i = 0; i < trees->n; i++) {
		const struct tree_node *tree = &trees->nodes[trees->first[i]], *node = tree;
		while (node->feature != TREE_LEAF) {
			float x = asked(&features->items[node->feature], node->category,
					row[node->feature]);
			bool left = isnan(x) ? node->missing_left : x < node->value;
			node = left ? node + 1 : tree + node->right;
		}
		sum += node->value;
	}
	return sum;
}

/* Children stand behind their parent and inside the tree, so that a walk ends; a node that is not
 * the last of its tree may be a leaf, the last one is. */
static const char *node_fault(struct arena *mem, const struct tree_node *nodes, uint32_t n,
			      uint32_t i, const struct feature_list *features)
{
	const struct tree_node *node = &nodes[i];
	const struct feature *feature;

	if (!isfinite(node->value))
		return "its value is not finite";
	if (node->feature == TREE_LEAF)
		return NULL;
	if (node->feature < 0 || (size_t)node->feature >= features->n)
		return arena_printf(mem, "there is no feature %d", node->feature);
	feature = &features->items[node->feature];
	if ((feature->kind == FIELD_NUMBER) != (node->category == TREE_NUMBER))
		return arena_printf(mem, "it asks '%s' for category %d", feature->name,
				    node->category);
	if (node->category != TREE_NUMBER &&
	    (node->category < 0 || (size_t)node->category >= feature->n_values))
		return arena_printf(mem, "'%s' has no category %d", feature->name, node->category);
	if (node->right <= i + 1 || node->right >= n)
		return arena_printf(mem, "its other child is node %u of %u", node->right, n);
	return NULL;
}

const char *trees_fault(struct arena *mem, const struct trees *trees,
			const struct feature_list *features)
{
	for (size_t t = 0; t < trees->n; t++) {
		uint32_t n = trees->first[t + 1] - trees->first[t];
		const struct tree_node *nodes = &trees->nodes[trees->first[t]];
		if (!n)
			return arena_printf(mem, "tree %zu is empty", t);
		for (uint32_t i = 0; i < n; i++) {
			const char *fault = node_fault(mem, nodes, n, i, features);
			if (fault)
				return arena_printf(mem, "tree %zu, node %u: %s", t, i, fault);
		}
		if (nodes[n - 1].feature != TREE_LEAF)
			return arena_printf(mem, "tree %zu ends in no leaf", t);
	}
	return NULL;
}

/* -- rows as xgboost sees them ---------------------------------------------------------------- */

struct boosted_column *boosted_columns_of(struct arena *mem, const struct feature_list *features,
					  size_t *n)
{
	struct boosted_column *columns;
	size_t width = 0;

	for (size_t i = 0; i < features->n; i++)
		width +=
		    features->items[i].kind == FIELD_CATEGORY ? features->items[i].n_values : 1;
	columns = arena_new(mem, struct boosted_column, width);
	*n = 0;
	for (size_t i = 0; i < features->n; i++) {
		if (features->items[i].kind == FIELD_NUMBER) {
			columns[(*n)++] = (struct boosted_column){(int32_t)i, TREE_NUMBER};
			continue;
		}
		for (size_t code = 0; code < features->items[i].n_values; code++)
			columns[(*n)++] = (struct boosted_column){(int32_t)i, (int32_t)code};
	}
	return columns;
}

struct boosted_rows boosted_rows_of(struct arena *mem, const struct matrix *rows)
{
	struct boosted_rows boosted = {.n = rows->n};
	struct boosted_column *columns = boosted_columns_of(mem, rows->features, &boosted.width);
	float *to = boosted.values = arena_new(mem, float, rows->n *boosted.width);

	for (size_t i = 0; i < rows->n; i++)
		for (size_t c = 0; c < boosted.width; c++) {
			const struct boosted_column *column = &columns[c];
			*to++ = asked(&rows->features->items[column->feature], column->category,
				      rows->values[i * rows->n_features + column->feature]);
		}
	return boosted;
}
