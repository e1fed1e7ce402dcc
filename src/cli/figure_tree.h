/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figure_tree.h - figures as JSON and YAML: the objects of records
 *
 * Numbers are their shortest round trip. What is not known is null, with a `reason` at the end of
 * the same object: the one reason of all its nulls, or each with its name. */
#ifndef CLI_FIGURE_TREE_H
#define CLI_FIGURE_TREE_H
#include "evidence/figure_visit.h"

struct figure_node;

struct figure_tree {
	struct arena *mem;
	struct figure_node *root, *at;
	struct figure_visitor visitor; /* for figures_visit() */
};

/* An empty object; the tree must not move afterwards. */
void figure_tree_init(struct figure_tree *tree, struct arena *mem);
void figure_tree_json(const struct figure_tree *tree, struct out *to);
/* Block style, plain values of one list item on one line; names and texts that another reader could
 * take for anything else are quoted. */
void figure_tree_yaml(const struct figure_tree *tree, struct out *to);
#endif
