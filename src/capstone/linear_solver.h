/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/linear_solver.h - L2-regularised logistic regression by liblinear
 *
 * Apart from model.h, because liblinear's header has a `struct model` of its own. */
#ifndef CAPSTONE_LINEAR_SOLVER_H
#define CAPSTONE_LINEAR_SOLVER_H

#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>

/* Weights of `width` columns and, behind them, of the constant 1, which is penalised like the
 * others: they minimise w'w / 2 + cost * sum of ln(1 + exp(-y w'x)). rows: n x width, finite;
 * positive[n]; both classes. The solver (trust region Newton, L2R_LR) draws no random numbers. NULL
 * with *why, static text, where liblinear refuses. Lives in `mem`. Source: Lin, Weng & Keerthi
 * (2008), J. Mach. Learn. Res. 9:627-650. */
const double *linear_solve(struct arena *mem, const double *rows, const unsigned char *positive,
			   size_t n, size_t width, double cost, double tolerance, const char **why);
#endif
