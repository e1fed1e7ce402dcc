/* SPDX-License-Identifier: GPL-3.0-or-later */
/* samples/logistic.h - logistic regression by iteratively reweighted least squares */
#ifndef SAMPLES_LOGISTIC_H
#define SAMPLES_LOGISTIC_H
#include <stddef.h>

enum { LOGISTIC_MAX_TERMS = 32 };

struct logistic {
	size_t n_terms; /* with the intercept */
	double weight[LOGISTIC_MAX_TERMS];
};

/* Maximum likelihood with a ridge of 1e-6 on every weight but the first, by Newton's method.
 * x: n_rows rows of n_terms numbers, the first of each 1; y: n_rows labels, 0 or 1, both present.
 * 2 <= n_terms <= LOGISTIC_MAX_TERMS < n_rows. Ends when no weight moves by more than 1e-10, or
 * after 50 steps. Returns the number of steps, 0 where the normal equations are singular.
 * Source: McCullagh & Nelder, Generalized Linear Models, 2nd ed. (1989), section 4.4. */
int logistic_fit(const double *x, const double *y, size_t n_rows, size_t n_terms,
		 struct logistic *model);
/* The probability of label 1, in 0..1, for one row of n_terms numbers. */
double logistic_score(const struct logistic *model, const double *row);
#endif
