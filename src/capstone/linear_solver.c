/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/linear_solver.c - L2-regularised logistic regression by liblinear */
#include "capstone/linear_solver.h"
#include <limits.h>
#include <linear.h>
#include <math.h>

static void print_nothing(const char *text)
{
	(void)text;
}

/* A row as liblinear reads it: columns from 1, those that are 0 left out, the constant last. */
static size_t sparse_row(const double *row, size_t width, struct feature_node *nodes)
{
	size_t n = 0;

	for (size_t i = 0; i < width; i++)
		if (row[i] < 0 || row[i] > 0)
			nodes[n++] = (struct feature_node){(int)i + 1, row[i]};
	nodes[n++] = (struct feature_node){(int)width + 1, 1};
	nodes[n++] = (struct feature_node){-1, 0};
	return n;
}

static void fill_problem(struct arena *mem, const double *rows, const unsigned char *positive,
			 struct problem *problem, size_t width)
{
	size_t n = (size_t)problem->l;

	problem->y = arena_new(mem, double, n);
	problem->x = arena_new(mem, struct feature_node *, n);
	for (size_t i = 0; i < n; i++) {
		problem->y[i] = positive[i] ? 1 : -1;
		problem->x[i] = arena_new(mem, struct feature_node, width + 2);
		sparse_row(rows + i * width, width, problem->x[i]);
	}
}

/* liblinear's weights point to the class that it met first. */
static const double *weights_of(struct arena *mem, const struct model *fitted, size_t width,
				const char **why)
{
	double *weights = arena_new(mem, double, width + 1);
	double sign = fitted->label[0] == 1 ? 1 : -1;

	for (size_t i = 0; i <= width; i++) {
		weights[i] = sign * fitted->w[i];
		if (!isfinite(weights[i])) {
			*why = "a weight is not finite";
			return NULL;
		}
	}
	return weights;
}

const double *linear_solve(struct arena *mem, const double *rows, const unsigned char *positive,
			   size_t n, size_t width, double cost, double tolerance, const char **why)
{
	struct parameter parameter = {.solver_type = L2R_LR, .C = cost, .eps = tolerance, .p = 0.1};
	struct problem problem = {.l = (int)n, .n = (int)width + 1, .bias = 1};
	struct arena scratch;
	struct model *fitted;
	const double *weights;

	if (n >= INT_MAX || width >= INT_MAX - 1) {
		*why = "too many rows or columns";
		return NULL;
	}
	arena_init(&scratch);
	fill_problem(&scratch, rows, positive, &problem, width);
	*why = check_parameter(&problem, &parameter);
	if (*why) {
		arena_release(&scratch);
		return NULL;
	}
	set_print_string_function(print_nothing);
	fitted = train(&problem, &parameter);
	weights = weights_of(mem, fitted, width, why);
	free_and_destroy_model(&fitted);
	arena_release(&scratch);
	return weights;
}
