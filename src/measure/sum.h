/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sum.h - compensated sums, so that a figure does not depend on how many rows it has */
#ifndef MEASURE_SUM_H
#define MEASURE_SUM_H
#include <math.h>

/* Neumaier's sum (1974, ZAMM 54:39-51): the error does not grow with the number of terms. */
struct sum {
	double high, low;
};

static inline void sum_add(struct sum *sum, double term)
{
	double next = sum->high + term;

	if (fabs(sum->high) >= fabs(term))
		sum->low += (sum->high - next) + term;
	else
		sum->low += (term - next) + sum->high;
	sum->high = next;
}

static inline double sum_value(const struct sum *sum)
{
	return sum->high + sum->low;
}
#endif
