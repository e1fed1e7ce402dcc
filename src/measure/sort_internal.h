/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sort_internal.h - what sort.c and sort_decimals.c share */
#ifndef MEASURE_SORT_INTERNAL_H
#define MEASURE_SORT_INTERNAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sorts 0 < n <= UINT32_MAX numbers that are all decimals of at most nine places, within 2^32
 * steps of their last place; false, with the numbers as they were, where they are not. `room` holds
 * n numbers and is overwritten. */
bool sort_decimals(double *values, size_t n, double *room);
#endif
