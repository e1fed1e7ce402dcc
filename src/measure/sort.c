/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sort.c - numbers in ascending order */
#include "measure/sort.h"
#include "measure/sort_internal.h"
#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum {
	INSERT_BELOW = 48, /* few numbers: insertion */
	WIDE_FROM = 8192,  /* many: fewer passes by wider digits */
	NARROW_BITS = 8,
	WIDE_BITS = 11,
	MAX_DIGITS = 8,
	MAX_BUCKETS = 1 << WIDE_BITS
};

/* Bits whose unsigned order is the order of the numbers. */
static inline uint64_t key_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits ^ ((uint64_t)((int64_t)bits >> 63) | UINT64_C(1) << 63);
}

static inline double value_of(uint64_t key)
{
	uint64_t bits = key ^ (((key >> 63) - 1) | UINT64_C(1) << 63);
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

static void insertion_sort(double *values, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t key = key_of(values[i]);
		size_t k = i;

		for (; k > 0 && key_of(values[k - 1]) > key; k--)
			values[k] = values[k - 1];
		values[k] = value_of(key);
	}
}

/* How often each digit has each of its values, and which digits tell numbers apart. */
struct digits {
	unsigned bits; /* of one digit */
	size_t n;
	uint32_t used[MAX_DIGITS]; /* digits in which not all numbers agree, the lowest first */
	size_t n_used;
	uint32_t counts[MAX_DIGITS][MAX_BUCKETS];
};

static inline size_t digit_of(uint64_t key, unsigned bits, size_t digit)
{
	return key >> (digit * bits) & ((UINT64_C(1) << bits) - 1);
}

/* Inlined with `bits` and `n_digits` known, so that the inner loop is unrolled. */
static inline __attribute__((always_inline)) void
count_all(struct digits *d, const double *values, size_t n, unsigned bits, size_t n_digits)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_of(values[i]);

		for (size_t k = 0; k < n_digits; k++)
			d->counts[k][digit_of(key, bits, k)]++;
	}
}

/* Turns counts into the places where buckets begin; a digit that all numbers share with the first
 * of them is left out. */
static void count_digits(struct digits *d, const double *values, size_t n)
{
	bool wide = n >= WIDE_FROM;
	uint64_t first = key_of(values[0]);

	d->bits = wide ? WIDE_BITS : NARROW_BITS;
	d->n = (64 + d->bits - 1) / d->bits;
	d->n_used = 0;
	for (size_t k = 0; k < d->n; k++)
		memset(d->counts[k], 0, sizeof *d->counts[k] << d->bits);
	if (wide)
		count_all(d, values, n, WIDE_BITS, (64 + WIDE_BITS - 1) / WIDE_BITS);
	else
		count_all(d, values, n, NARROW_BITS, 64 / NARROW_BITS);
	for (size_t k = 0; k < d->n; k++) {
		uint32_t start = 0;

		if (d->counts[k][digit_of(first, d->bits, k)] == n)
			continue;
		d->used[d->n_used++] = (uint32_t)k;
		for (size_t b = 0; b < (size_t)1 << d->bits; b++) {
			uint32_t count = d->counts[k][b];
			d->counts[k][b] = start;
			start += count;
		}
	}
}

/* One pass: `from` holds numbers or keys, `to` gets numbers or keys. */
static inline __attribute__((always_inline)) void scatter(struct digits *d, size_t k,
							  const void *from, void *to, size_t n,
							  bool from_numbers, bool to_numbers)
{
	uint32_t digit = d->used[k], *next = d->counts[digit];
	const uint64_t *keys = from;
	const double *numbers = from;
	unsigned bits = d->bits;

	for (size_t i = 0; i < n; i++) {
		uint64_t key = from_numbers ? key_of(numbers[i]) : keys[i];
		uint32_t at = next[digit_of(key, bits, digit)]++;

		if (to_numbers)
			((double *)to)[at] = value_of(key);
		else
			((uint64_t *)to)[at] = key;
	}
}

/* Digit by digit, the lowest first. Numbers become keys in the first pass and numbers again in the
 * last. */
static void sort_digits(double *values, size_t n, double *room)
{
	struct digits d;
	void *from = values, *to = room;

	count_digits(&d, values, n);
	for (size_t k = 0; k < d.n_used; k++) {
		bool first = k == 0, last = k + 1 == d.n_used;
		void *swap = from;

		if (first && last)
			scatter(&d, k, from, to, n, true, true);
		else if (first)
			scatter(&d, k, from, to, n, true, false);
		else if (last)
			scatter(&d, k, from, to, n, false, true);
		else
			scatter(&d, k, from, to, n, false, false);
		from = to;
		to = swap;
	}
	if (from == room)
		memcpy(values, room, n * sizeof *values);
}

/* Two sorted parts of `room` into `values`. */
static void merge(const double *a, size_t n, const double *b, size_t m, double *values)
{
	size_t i = 0, j = 0;

	while (i < n || j < m)
		*values++ = j == m || (i < n && key_of(a[i]) <= key_of(b[j])) ? a[i++] : b[j++];
}

void sort_numbers_with(double *values, size_t n, double *room)
{
	if (n < INSERT_BELOW) {
		insertion_sort(values, n);
		return;
	}
	if (n <= UINT32_MAX) {
		if (n < WIDE_FROM || !sort_decimals(values, n, room))
			sort_digits(values, n, room);
		return;
	}
	/* Places are counted in 32 bits: beyond them, halves are merged. */
	sort_numbers_with(values, n / 2, room);
	sort_numbers_with(values + n / 2, n - n / 2, room);
	memcpy(room, values, n * sizeof *values);
	merge(room, n / 2, room + n / 2, n - n / 2, values);
}

void sort_numbers(double *values, size_t n, struct arena *scratch)
{
	struct arena_mark mark;

	if (n < INSERT_BELOW) {
		insertion_sort(values, n);
		return;
	}
	mark = arena_save(scratch);
	sort_numbers_with(values, n, arena_new(scratch, double, n));
	arena_reset(scratch, mark);
}

struct keyed {
	uint64_t key;
	uint32_t index;
};

void sort_order(const double *values, size_t n, uint32_t *order, struct arena *scratch)
{
	struct arena_mark mark = arena_save(scratch);
	struct keyed *from = arena_new(scratch, struct keyed, n), *swap;
	struct keyed *to = arena_new(scratch, struct keyed, n);
	double *normal = arena_new(scratch, double, n);
	struct digits d = {.n_used = 0};

	assert(n < UINT32_MAX);
	for (size_t i = 0; i < n; i++) {
		normal[i] = values[i] + 0.0; /* -0 becomes 0: equal, so that indexes decide */
		from[i] = (struct keyed){key_of(normal[i]), (uint32_t)i};
	}
	if (n)
		count_digits(&d, normal, n);
	for (size_t k = 0; k < d.n_used; k++) {
		uint32_t *next = d.counts[d.used[k]];

		for (size_t i = 0; i < n; i++)
			to[next[digit_of(from[i].key, d.bits, d.used[k])]++] = from[i];
		swap = from;
		from = to;
		to = swap;
	}
	for (size_t i = 0; i < n; i++)
		order[i] = from[i].index;
	arena_reset(scratch, mark);
}
