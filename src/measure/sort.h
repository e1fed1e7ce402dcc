/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sort.h - numbers in ascending order */
#ifndef MEASURE_SORT_H
#define MEASURE_SORT_H
#include "base/arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All take n numbers, none of them NaN; infinite ones are allowed, and -0 comes before 0. Linear
 * for large n: radix sort by 11 bits at a time, leaving out the digits in which all numbers agree;
 * decimals of few places by the whole numbers that they are made from. */

/* Needs room for n more numbers in `scratch` while it runs. */
void sort_numbers(double *values, size_t n, struct arena *scratch);
/* The same with the room given: n numbers, which it overwrites. Needs no other memory but 96 KiB of
 * stack. */
void sort_numbers_with(double *values, size_t n, double *room);
/* The order of the numbers: order[0] is the index of the least one, equal ones stand in the order
 * of their indexes. n < 2^32. Needs 40 n bytes of `scratch` while it runs. */
void sort_order(const double *values, size_t n, uint32_t *order, struct arena *scratch);

/* How many of n ascending numbers lie below a point, or at it too. */
static inline size_t sorted_below(const double *sorted, size_t n, double point, bool at_too)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at_too ? sorted[middle] <= point : sorted[middle] < point)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
#endif
