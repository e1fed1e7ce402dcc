/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sort.h - numbers in ascending order */
#ifndef MEASURE_SORT_H
#define MEASURE_SORT_H
#include "base/arena.h"
#include <stddef.h>

/* Sorts n numbers, none of them NaN; infinite ones are allowed. Linear for large n (radix sort
 * by 11 bits at a time, needs room for n more numbers in `scratch`). */
void sort_numbers(double *values, size_t n, struct arena *scratch);
#endif
