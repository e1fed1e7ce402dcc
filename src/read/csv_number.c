/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_number.c - decimals to doubles in whole numbers of 64 and 128 bits
 *
 * m * 10^e is rounded once: as one multiplication or division of exact doubles where m < 2^53 and
 * |e| <= 22 (Clinger 1990, PLDI, "fast path"); else as m * 5^e in 128 bits, or as the quotient
 * m / 5^-e with its remainder as sticky bit, since 5^27 < 2^64. */
#include "read/csv_number.h"
#include "base/number.h"
#include <float.h>
#include <stdint.h>
#include <string.h>

#if defined(__SIZEOF_INT128__) && FLT_EVAL_METHOD == 0
#define EXACT_IN_128_BITS 1
#else
#define EXACT_IN_128_BITS 0
#endif

#if EXACT_IN_128_BITS
__extension__ typedef unsigned __int128 uint128;

enum { MOST_DIGITS = 19, LARGEST_POWER = 27, EXACT_POWER = 22 };

static const uint64_t fives[LARGEST_POWER + 1] = {1u,
						  5u,
						  25u,
						  125u,
						  625u,
						  3125u,
						  15625u,
						  78125u,
						  390625u,
						  1953125u,
						  9765625u,
						  48828125u,
						  244140625u,
						  1220703125u,
						  6103515625u,
						  30517578125u,
						  152587890625u,
						  762939453125u,
						  3814697265625u,
						  19073486328125u,
						  95367431640625u,
						  476837158203125u,
						  2384185791015625u,
						  11920928955078125u,
						  59604644775390625u,
						  298023223876953125u,
						  1490116119384765625u,
						  7450580596923828125u};

static const double tens[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* (high * 2^64 + low) * 2^power, rounded to the nearest double, ties to even; high has its top bit
 * set, and the result is a normal number. */
static double round_to_double(uint64_t high, uint64_t low, int power)
{
	uint64_t mantissa = high >> 11, rest = high & 0x7FF, bits;
	double value;

	if (rest > 0x400 || (rest == 0x400 && (low || (mantissa & 1))))
		mantissa++; /* to 2^53 at most, which is one more in the exponent below */
	bits = ((uint64_t)(power + 64 + 63 + 1023 - 1) << 52) + mantissa;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static double multiply(uint64_t m, int power)
{
	uint128 product = (uint128)m * fives[power];
	uint64_t high = (uint64_t)(product >> 64);
	int shift = high ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)product);

	product <<= shift;
	return round_to_double((uint64_t)(product >> 64), (uint64_t)product, power - shift);
}

static double divide(uint64_t m, int power)
{
	int shift = __builtin_clzll(m), divisor_shift = __builtin_clzll(fives[power]);
	uint64_t divisor = fives[power] << divisor_shift;
	uint128 dividend = (uint128)(m << shift) << 63;
	uint64_t quotient = (uint64_t)(dividend / divisor);
	bool sticky = dividend != (uint128)quotient * divisor;
	int top = __builtin_clzll(quotient); /* 0 or 1 */

	return round_to_double(quotient << top, sticky,
			       divisor_shift - shift - 63 - power - top - 64);
}

static double exact(uint64_t m, int power)
{
	if (m < (uint64_t)1 << 53 && power >= -EXACT_POWER && power <= EXACT_POWER)
		return power < 0 ? (double)m / tens[-power] : (double)m * tens[power];
	if (!m)
		return 0;
	return power < 0 ? divide(m, -power) : multiply(m, power);
}

/* The exponent at p, which is behind its e; false where it is none, or large. */
static bool read_exponent(const char *p, const char *end, int *power)
{
	bool negative = false;
	int value = 0;

	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	if (p == end || end - p > 4)
		return false;
	for (; p < end; p++) {
		unsigned digit = (unsigned char)*p - '0';
		if (digit > 9)
			return false;
		value = value * 10 + (int)digit;
	}
	*power += negative ? -value : value;
	return true;
}

static bool parse_fast(const char *p, const char *end, double *value)
{
	bool negative = false;
	uint64_t m = 0;
	unsigned digit;
	const char *first;
	ptrdiff_t digits;
	int power = 0;

	if (p < end && (*p == '-' || *p == '+'))
		negative = *p++ == '-';
	for (first = p; p < end && (digit = (unsigned char)*p - '0') < 10; p++)
		m = m * 10 + digit;
	digits = p - first;
	if (p < end && *p == '.') {
		for (first = ++p; p < end && (digit = (unsigned char)*p - '0') < 10; p++)
			m = m * 10 + digit;
		digits += p - first;
		if (digits > MOST_DIGITS)
			return false;
		power = -(int)(p - first);
	}
	if (!digits || digits > MOST_DIGITS)
		return false;
	if (p < end && ((*p | 32) != 'e' || !read_exponent(p + 1, end, &power)))
		return false;
	if (power < -LARGEST_POWER || power > LARGEST_POWER)
		return false;
	*value = exact(m, power);
	if (negative)
		*value = -*value;
	return true;
}
#endif

bool csv_number(const char *p, size_t n, double *value)
{
#if EXACT_IN_128_BITS
	if (parse_fast(p, p + n, value))
		return true;
#endif
	return number_parse(p, n, value);
}
