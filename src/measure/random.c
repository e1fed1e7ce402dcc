/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/random.c - random numbers by seed and stream */
#include "measure/random.h"
#include <math.h>

enum { ROUNDS = 10, DRAWN_ONE_BY_ONE = 24 };

struct random random_stream(uint64_t seed, uint64_t stream)
{
	return (struct random){.seed = seed, .stream = stream};
}

void random_refill(struct random *r)
{
	uint32_t key0 = (uint32_t)r->seed, key1 = (uint32_t)(r->seed >> 32);
	uint32_t a = (uint32_t)r->place, b = (uint32_t)(r->place >> 32);
	uint32_t c = (uint32_t)r->stream, d = (uint32_t)(r->stream >> 32);

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t left = (uint64_t)a * UINT32_C(0xD2511F53);
		uint64_t right = (uint64_t)c * UINT32_C(0xCD9E8D57);

		a = (uint32_t)(right >> 32) ^ b ^ key0;
		c = (uint32_t)(left >> 32) ^ d ^ key1;
		b = (uint32_t)right;
		d = (uint32_t)left;
		key0 += UINT32_C(0x9E3779B9);
		key1 += UINT32_C(0xBB67AE85);
	}
	/* given out from the last to the first */
	r->word[3] = a;
	r->word[2] = b;
	r->word[1] = c;
	r->word[0] = d;
	r->left = 4;
	r->place++;
}

double random_unit(struct random *r)
{
	uint64_t high = random_bits(r) >> 6, low = random_bits(r) >> 6;

	return ((double)(high << 26 | low) + 0.5) * 0x1p-52;
}

double random_normal(struct random *r)
{
	double x, y, square;

	do {
		x = 2 * random_unit(r) - 1;
		y = 2 * random_unit(r) - 1;
		square = x * x + y * y;
	} while (square >= 1 || square == 0);
	return x * sqrt(-2 * log(square) / square);
}

double random_gamma(struct random *r, double shape)
{
	double d, c;

	if (shape < 1) /* from the gamma of shape + 1 */
		return random_gamma(r, shape + 1) * pow(random_unit(r), 1 / shape);
	d = shape - 1.0 / 3;
	c = 1 / sqrt(9 * d);
	for (;;) {
		double x = random_normal(r), v = 1 + c * x, u = random_unit(r);

		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(u) < 0.5 * x * x + d * (1 - v + log(v)))
			return d * v;
	}
}

uint64_t random_binomial(struct random *r, uint64_t n, double p)
{
	uint64_t true_ones = 0;

	if (p > 0.5)
		return n - random_binomial(r, n, 1 - p);
	while (n > DRAWN_ONE_BY_ONE && p > 0) {
		/* the a-th of n uniform numbers */
		uint64_t a = n / 2 + 1, b = n + 1 - a;
		double below = random_gamma(r, (double)a), above = random_gamma(r, (double)b);
		double middle = below / (below + above);

		if (middle <= p) {
			true_ones += a;
			n = b - 1;
			p = (p - middle) / (1 - middle);
		} else {
			n = a - 1;
			p /= middle;
		}
	}
	for (; n; n--)
		true_ones += random_unit(r) < p;
	return true_ones;
}
