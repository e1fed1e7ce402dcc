/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_number.h - the numbers of a log, correctly rounded and fast */
#ifndef READ_CSV_NUMBER_H
#define READ_CSV_NUMBER_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* number_parse(), bit by bit, faster: up to 19 digits with a power of ten from -27 to 27 are
 * rounded in 64 or 128 bits; what is left goes there. */
bool csv_number(const char *p, size_t n, double *value);

/* The same for texts of 1 to 8 bytes, without the minus that was in front of them and without
 * exponent, where 8 bytes can be read from p: digits are taken together, in a word. False for
 * others, which may be numbers all the same. */
static inline bool csv_number_short(const char *p, size_t n, bool minus, double *value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && __FLT_EVAL_METHOD__ == 0
	static const double tens[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7};
	const uint64_t ones = 0x0101010101010101u;
	size_t digits = n, decimals = 0;
	uint64_t w, x;
	double size;

	if (n - 1 > 7)
		return false;
	memcpy(&w, p, 8);
	w <<= 64 - 8 * n; /* the last character is the highest byte */
	x = w ^ (ones * '.');
	x = (x - ones) & ~x & (ones << 7); /* its lowest bit is the first point's */
	if (x) {
		unsigned shift = (unsigned)__builtin_ctzll(x) - 7;
		uint64_t before = ((uint64_t)1 << shift) - 1;

		decimals = 7 - shift / 8;
		w = (w & before) << 8 | (w & ~(before << 8 | 0xFF));
		if (!--digits)
			return false;
	}
	w |= digits < 8 ? ones * '0' >> 8 * digits : 0;
	if (((w & (w + ones * 6)) & (ones * 0xF0)) != ones * '0')
		return false;
	w -= ones * '0';
	w = w * 10 + (w >> 8);
	w = ((w & 0x000000FF000000FF) * 0x000F424000000064 +
	     ((w >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >>
	    32;
	size = (double)w / tens[decimals];
	memcpy(&w, &size, sizeof w);
	w |= (uint64_t)minus << 63; /* no branch: signs are hard to foresee */
	memcpy(value, &w, sizeof w);
	return true;
#else
	(void)p, (void)n, (void)minus, (void)value;
	return false;
#endif
}
#endif
