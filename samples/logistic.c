/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samples/logistic.c - logistic regression by iteratively reweighted least squares */
#include "logistic.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

enum { MAX_STEPS = 50 };

double logistic_score(const struct logistic *model, const double *row)
{
	double z = 0.0;

	for (size_t j = 0; j < model->n_terms; j++)
		z += model->weight[j] * row[j];
	return 1.0 / (1.0 + exp(-z));
}

/* The gradient and the Hessian of the penalised log likelihood at `model`, both negated so that
 * the Hessian is positive definite. */
static void normal_equations(const struct logistic *model, const double *x, const double *y,
			     size_t n_rows, gsl_matrix *hessian, gsl_vector *gradient)
{
	const size_t n = model->n_terms;
	const double ridge = 1e-6;

	gsl_matrix_set_zero(hessian);
	gsl_vector_set_zero(gradient);
	for (size_t i = 0; i < n_rows; i++) {
		const double *row = x + i * n;
		double p = logistic_score(model, row);
		double w = p * (1.0 - p);

		for (size_t j = 0; j < n; j++) {
			*gsl_vector_ptr(gradient, j) += (y[i] - p) * row[j];
			for (size_t k = 0; k <= j; k++)
				*gsl_matrix_ptr(hessian, j, k) += w * row[j] * row[k];
		}
	}
	for (size_t j = 1; j < n; j++) {
		*gsl_matrix_ptr(hessian, j, j) += ridge;
		*gsl_vector_ptr(gradient, j) -= ridge * model->weight[j];
	}
	for (size_t j = 0; j < n; j++)
		for (size_t k = j + 1; k < n; k++)
			gsl_matrix_set(hessian, j, k, gsl_matrix_get(hessian, k, j));
}

int logistic_fit(const double *x, const double *y, size_t n_rows, size_t n_terms,
		 struct logistic *model)
{
	gsl_matrix *hessian = gsl_matrix_alloc(n_terms, n_terms);
	gsl_vector *step = gsl_vector_alloc(n_terms);
	gsl_error_handler_t *handler = gsl_set_error_handler_off();
	int steps = 0;
	double largest = INFINITY;

	assert(n_terms >= 2 && n_terms <= LOGISTIC_MAX_TERMS && n_terms < n_rows);
	memset(model, 0, sizeof *model);
	model->n_terms = n_terms;
	while (largest > 1e-10 && steps < MAX_STEPS) {
		normal_equations(model, x, y, n_rows, hessian, step);
		if (gsl_linalg_cholesky_decomp1(hessian) ||
		    gsl_linalg_cholesky_svx(hessian, step)) {
			steps = 0;
			break;
		}
		largest = 0.0;
		for (size_t j = 0; j < n_terms; j++) {
			model->weight[j] += gsl_vector_get(step, j);
			largest = fmax(largest, fabs(gsl_vector_get(step, j)));
		}
		steps++;
	}
	gsl_set_error_handler(handler);
	gsl_vector_free(step);
	gsl_matrix_free(hessian);
	return steps;
}
