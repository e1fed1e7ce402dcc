/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/sum.c - exact sums, so that a figure does not depend on the order of its rows */
#include "measure/sum.h"

/* Floor division by 2^32 of numbers of either sign. */
static int64_t carry_of(int64_t piece)
{
	return piece >> SUM_PIECE_BITS;
}

void sum_carry(struct sum *sum)
{
	for (size_t i = 0; i + 1 < SUM_PIECES; i++) {
		sum->piece[i + 1] += carry_of(sum->piece[i]);
		sum->piece[i] &= UINT32_MAX;
	}
	sum->uncarried = 0;
}

void sum_add_infinite(struct sum *sum, double term)
{
	sum->nans = sum->nans || isnan(term);
	sum->above = sum->above || term > 0;
	sum->below = sum->below || term < 0;
}

/* ---- many terms at once ----
 *
 * With a number M = 1.5 x 2^k larger than all terms, (x + M) - M is x rounded to a multiple of
 * 2^(k - 52), exactly, and so is what is left of x. Such multiples add up without error while
 * their sum stays below 2^(k + 1). Two such steps take 80 bits and more below the sum of the
 * absolute terms; a block with a term that reaches further down is added term by term.
 * After Rump, Ogita & Oishi (2008), SIAM J. Sci. Comput. 31:189-224 (extraction). */

enum { BLOCK = 256, LANES = 2, STEP = 2 * LANES };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef uint64_t lane_bits __attribute__((vector_size(LANES * sizeof(uint64_t))));

static lanes absolute(lanes v)
{
	const lane_bits but_sign = {UINT64_MAX >> 1, UINT64_MAX >> 1};

	return (lanes)((lane_bits)v & but_sign);
}

static lanes loaded(const double *from)
{
	lanes v;

	memcpy(&v, from, sizeof v);
	return v;
}

static double size_of_block(const double *terms)
{
	lanes a = {0}, b = {0};

	for (size_t i = 0; i < BLOCK; i += STEP) {
		a += absolute(loaded(terms + i));
		b += absolute(loaded(terms + i + LANES));
	}
	a += b;
	return a[0] + a[1];
}

/* Adds BLOCK terms where they lie close enough together; false where not. */
static bool add_block(struct sum *sum, const double *terms)
{
	lanes high = {0}, low = {0}, left = {0};
	double bound = size_of_block(terms), step1, step2;
	int exponent;

	if (!(bound < 0x1p1000 && bound > 0x1p-800))
		return false;
	frexp(bound, &exponent); /* bound < 2^exponent */
	step1 = ldexp(1.5, exponent + 1);
	/* What the first step leaves is at most 2^(exponent - 52) in each of 2^8 terms. */
	step2 = ldexp(1.5, exponent - 52 + 8 + 1);
	for (size_t i = 0; i < BLOCK; i += LANES) {
		lanes x = loaded(terms + i), part = (x + step1) - step1;

		high += part;
		x -= part;
		part = (x + step2) - step2;
		low += part;
		left += absolute(x - part);
	}
	if (left[0] != 0 || left[1] != 0)
		return false;
	/* The lanes of one step add up as exactly as the terms did. */
	sum_add(sum, high[0] + high[1]);
	sum_add(sum, low[0] + low[1]);
	return true;
}

void sum_add_all(struct sum *sum, const double *terms, size_t n)
{
	size_t i = 0;

	for (; i + BLOCK <= n; i += BLOCK)
		if (!add_block(sum, terms + i))
			for (size_t k = i; k < i + BLOCK; k++)
				sum_add(sum, terms[k]);
	for (; i < n; i++)
		sum_add(sum, terms[i]);
}

void sum_merge(struct sum *sum, const struct sum *other)
{
	struct sum carried = *other;

	sum_carry(&carried);
	sum_carry(sum);
	for (size_t i = 0; i < SUM_PIECES; i++)
		sum->piece[i] += carried.piece[i];
	sum_carry(sum);
	sum->nans = sum->nans || carried.nans;
	sum->above = sum->above || carried.above;
	sum->below = sum->below || carried.below;
}

/* Turns a carried sum below 0 into its absolute value. */
static void negate(struct sum *sum)
{
	for (size_t i = 0; i < SUM_PIECES; i++)
		sum->piece[i] = -sum->piece[i];
	sum_carry(sum);
}

/* The bits of |sum| from `lowest` on (in units of 2^-1075), as many as 64 hold. */
static uint64_t bits_from(const struct sum *sum, size_t lowest)
{
	size_t at = lowest / SUM_PIECE_BITS, off = lowest % SUM_PIECE_BITS;
	uint64_t bits = (uint64_t)sum->piece[at] >> off;

	for (size_t i = 1; i < 3 && at + i < SUM_PIECES; i++) {
		size_t shift = SUM_PIECE_BITS * i - off;
		if (shift < 64)
			bits |= (uint64_t)sum->piece[at + i] << shift;
	}
	return bits;
}

static bool any_below(const struct sum *sum, size_t bit)
{
	size_t at = bit / SUM_PIECE_BITS;

	for (size_t i = 0; i < at; i++)
		if (sum->piece[i])
			return true;
	return ((uint64_t)sum->piece[at] & ((UINT64_C(1) << bit % SUM_PIECE_BITS) - 1)) != 0;
}

/* The place of the highest bit set of a sum over 0. */
static size_t highest_bit(const struct sum *sum)
{
	size_t top = SUM_PIECES - 1;

	while (!sum->piece[top])
		top--;
	return top * SUM_PIECE_BITS + 63 - (size_t)__builtin_clzll((uint64_t)sum->piece[top]);
}

/* The nearest double to a carried sum over 0, ties to even. */
static double rounded(const struct sum *sum)
{
	size_t top = highest_bit(sum);
	/* 53 bits, or those from 2^-1074 on where the result is subnormal */
	size_t lowest = top >= 53 ? top - 52 : 1;
	uint64_t mantissa = bits_from(sum, lowest) & ((UINT64_C(1) << 53) - 1);
	uint64_t half = bits_from(sum, lowest - 1) & 1;

	if (half && (any_below(sum, lowest - 1) || (mantissa & 1)))
		mantissa++;
	return ldexp((double)mantissa, (int)lowest - 1075);
}

double sum_value(const struct sum *sum)
{
	struct sum carried;

	if (sum->nans || (sum->above && sum->below))
		return NAN;
	if (sum->above || sum->below)
		return sum->above ? (double)INFINITY : -(double)INFINITY;
	carried = *sum;
	sum_carry(&carried);
	if (carried.piece[SUM_PIECES - 1] < 0) {
		negate(&carried);
		return -rounded(&carried);
	}
	for (size_t i = 0; i < SUM_PIECES; i++)
		if (carried.piece[i])
			return rounded(&carried);
	return 0;
}
