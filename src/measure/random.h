/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/random.h - random numbers by seed and stream
 *
 * Philox 4x32-10: the block of numbers at a place of a stream is a function of seed, stream and
 * place alone, so that streams can be drawn in any order and by any number of threads. Salmon,
 * Moraes, Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3", SC'11. Not for
 * secrets. */
#ifndef MEASURE_RANDOM_H
#define MEASURE_RANDOM_H
#include <stdint.h>

struct random {
	uint64_t seed, stream, place;
	uint32_t word[4];
	unsigned left; /* words not yet given out */
};

struct random random_stream(uint64_t seed, uint64_t stream);
/* The next four words of a stream. */
void random_refill(struct random *random);

static inline uint32_t random_bits(struct random *random)
{
	if (!random->left)
		random_refill(random);
	return random->word[--random->left];
}

/* 0 to below - 1, each as likely as the others. below > 0. Lemire (2019), ACM Trans. Model. Comput.
 * Simul. 29(1):3. */
static inline uint32_t random_below(struct random *random, uint32_t below)
{
	uint64_t product = (uint64_t)random_bits(random) * below;

	if ((uint32_t)product < below) {
		uint32_t least = -below % below;
		while ((uint32_t)product < least)
			product = (uint64_t)random_bits(random) * below;
	}
	return (uint32_t)(product >> 32);
}

/* Uniform in (0, 1), 53 bits, neither end. */
double random_unit(struct random *random);
/* Standard normal: the polar method, Marsaglia & Bray (1964), SIAM Rev. 6:260-264. */
double random_normal(struct random *random);
/* Gamma of this shape > 0, scale 1: Marsaglia & Tsang (2000), ACM Trans. Math. Softw. 26:363-372.
 */
double random_gamma(struct random *random, double shape);
/* How many of n independent draws with chance p (0 to 1) come true: exact, by parting the n draws
 * at the median of as many uniform numbers. Relles (1972), J. Am. Stat. Assoc. 67:612-613. */
uint64_t random_binomial(struct random *random, uint64_t n, double p);
#endif
