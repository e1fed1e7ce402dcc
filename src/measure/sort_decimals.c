/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sort_decimals.c - decimals of few places in ascending order
 *
 * Most columns of logs are whole numbers or decimals of few places: v / 10^k, rounded once, of a
 * whole number v. Where that holds for every value, bit for bit, their order is that of the v,
 * which are half as wide and agree in more digits. */
#include "measure/sort_internal.h"
#include <string.h>

enum { MOST_PLACES = 9, LOOKED_AT = 32, DIGIT_BITS = 11, MOST_DIGITS = 3, LANES = 2, STEP = 4 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef uint64_t lane_bits __attribute__((vector_size(LANES * sizeof(uint64_t))));

/* Added to a smaller number it is rounded to a whole one, whose bits are then the lowest. */
#define WHOLE 0x1.8p52
#define LARGEST 0x1p50

static const double powers[MOST_PLACES + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

static uint64_t bits_of(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	return bits;
}

static double whole_of(double value, double power)
{
	return (value * power + WHOLE) - WHOLE;
}

/* -0 is not. */
static bool has_places(double value, double power)
{
	return bits_of(whole_of(value, power) / power) == bits_of(value);
}

static lanes loaded(const double *from)
{
	lanes v;

	memcpy(&v, from, sizeof v);
	return v;
}

static lanes chosen(lane_bits mask, lanes yes, lanes no)
{
	return (lanes)((mask & (lane_bits)yes) | (~mask & (lane_bits)no));
}

struct range {
	double low, high;
	lane_bits differ; /* bits in which a value is not its decimal */
};

static inline void look_at(struct range *r, lanes *low, lanes *high, lanes value, double power)
{
	lanes whole = (value * power + WHOLE) - WHOLE;

	r->differ |= (lane_bits)(whole / power) ^ (lane_bits)value;
	*low = chosen((lane_bits)(whole < *low), whole, *low);
	*high = chosen((lane_bits)(whole > *high), whole, *high);
}

/* Range of the whole numbers; false where a value is none over the power. A NaN or infinite whole
 * number leaves the range as it was or breaks it, and never passes for a small one. */
static bool find_range(const double *values, size_t n, double power, struct range *r)
{
	double first = whole_of(values[0], power);
	lanes low = {first, first}, high = low;
	size_t i = 0;

	*r = (struct range){.differ = {0, 0}};
	while (i + STEP <= n) {
		/* looked at now and then, so that others are given up early */
		size_t end = n - i > 4096 ? i + 4096 : n;

		for (; i + STEP <= end; i += STEP) {
			look_at(r, &low, &high, loaded(values + i), power);
			look_at(r, &low, &high, loaded(values + i + LANES), power);
		}
		if (r->differ[0] | r->differ[1])
			return false;
	}
	for (; i < n; i++)
		look_at(r, &low, &high, (lanes){values[i], values[i]}, power);
	r->low = low[0] < low[1] ? low[0] : low[1];
	r->high = high[0] > high[1] ? high[0] : high[1];
	return !(r->differ[0] | r->differ[1]) && r->low >= -LARGEST && r->high <= LARGEST;
}

/* The fewest places that some values, spread evenly, all have; more than MOST_PLACES: none. */
static size_t likely_places(const double *values, size_t n)
{
	size_t step = n / LOOKED_AT + 1, places = 0;

	for (size_t i = 0; i < n && places <= MOST_PLACES; i += step)
		while (places <= MOST_PLACES && !has_places(values[i], powers[places]))
			places++;
	return places;
}

struct digit_counts {
	uint32_t of[MOST_DIGITS][1 << DIGIT_BITS];
};

static inline __attribute__((always_inline)) void make_keys(struct digit_counts *c,
							    const double *values, size_t n,
							    double power, double low, size_t digits,
							    uint32_t *keys)
{
	uint64_t base = bits_of(low + WHOLE);

	for (size_t i = 0; i < n; i++) {
		uint32_t key = (uint32_t)(bits_of(values[i] * power + WHOLE) - base);

		keys[i] = key;
		for (size_t k = 0; k < digits; k++)
			c->of[k][key >> (k * DIGIT_BITS) & ((1 << DIGIT_BITS) - 1)]++;
	}
}

/* Few distinct ones: each as often as it was counted. */
static void write_counted(const uint32_t *counts, double low, double power, double *values)
{
	for (size_t key = 0; key < (size_t)1 << DIGIT_BITS; key++) {
		double value = (low + (double)key) / power;

		for (uint32_t i = 0; i < counts[key]; i++)
			*values++ = value;
	}
}

static void move_keys(uint32_t *next, size_t digit, const uint32_t *from, size_t n, uint32_t *to)
{
	uint32_t start = 0;

	for (size_t b = 0; b < (size_t)1 << DIGIT_BITS; b++) {
		uint32_t count = next[b];

		next[b] = start;
		start += count;
	}
	for (size_t i = 0; i < n; i++)
		to[next[from[i] >> (digit * DIGIT_BITS) & ((1 << DIGIT_BITS) - 1)]++] = from[i];
}

static void write_values(const uint32_t *keys, size_t n, double low, double power, double *values)
{
	size_t i = 0;

	for (; i + LANES <= n; i += LANES) {
		lanes v = {(double)keys[i], (double)keys[i + 1]};

		v = (v + low) / power;
		memcpy(values + i, &v, sizeof v);
	}
	for (; i < n; i++)
		values[i] = (low + (double)keys[i]) / power;
}

bool sort_decimals(double *values, size_t n, double *room)
{
	struct digit_counts counts;
	struct range range;
	size_t places = likely_places(values, n), digits = 1;
	uint32_t *keys = (uint32_t *)room, *other = keys + n;
	double power;

	if (places > MOST_PLACES)
		return false;
	power = powers[places];
	if (!find_range(values, n, power, &range) || range.high - range.low > UINT32_MAX)
		return false;
	while (digits < MOST_DIGITS &&
	       range.high - range.low >= (double)(1u << digits * DIGIT_BITS))
		digits++;
	memset(&counts, 0, digits * sizeof *counts.of);
	if (digits == 1) {
		make_keys(&counts, values, n, power, range.low, 1, keys);
		write_counted(counts.of[0], range.low, power, values);
		return true;
	}
	if (digits == 2)
		make_keys(&counts, values, n, power, range.low, 2, keys);
	else
		make_keys(&counts, values, n, power, range.low, 3, keys);
	for (size_t k = 0; k < digits; k++) {
		uint32_t *swap = keys;

		move_keys(counts.of[k], k, keys, n, other);
		keys = other;
		other = swap;
	}
	write_values(keys, n, range.low, power, values);
	return true;
}
