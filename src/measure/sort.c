/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sort.c - numbers in ascending order */
#include "measure/sort.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 6, BUCKETS = 1 << DIGIT_BITS, RADIX_FROM = 1024 };

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Bits whose unsigned order is the order of the numbers. */
static uint64_t key_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key)
{
	uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static size_t digit_of(uint64_t key, size_t digit)
{
	return key >> (digit * DIGIT_BITS) & (BUCKETS - 1);
}

/* Turns counts into the places where each bucket begins; false where one bucket holds all. */
static bool bucket_starts(size_t *counts, size_t n)
{
	size_t start = 0;

	for (size_t b = 0; b < BUCKETS; b++) {
		size_t count = counts[b];

		if (count == n)
			return false;
		counts[b] = start;
		start += count;
	}
	return true;
}

void sort_numbers(double *values, size_t n, struct arena *scratch)
{
	struct arena_mark mark = arena_save(scratch);
	uint64_t *from, *to;
	size_t(*counts)[BUCKETS];

	if (n < RADIX_FROM) {
		if (n > 1)
			qsort(values, n, sizeof *values, compare);
		return;
	}
	from = arena_new(scratch, uint64_t, n);
	to = arena_new(scratch, uint64_t, n);
	counts = arena_alloc_n(scratch, DIGITS, sizeof *counts);
	for (size_t i = 0; i < n; i++) {
		from[i] = key_of(values[i]);
		for (size_t d = 0; d < DIGITS; d++)
			counts[d][digit_of(from[i], d)]++;
	}
	for (size_t d = 0; d < DIGITS; d++) {
		uint64_t *swap = from;

		if (!bucket_starts(counts[d], n))
			continue;
		for (size_t i = 0; i < n; i++)
			to[counts[d][digit_of(from[i], d)]++] = from[i];
		from = to;
		to = swap;
	}
	for (size_t i = 0; i < n; i++)
		values[i] = value_of(from[i]);
	arena_reset(scratch, mark);
}
