/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/ks_one_sample.c - distribution of the one-sample Kolmogorov-Smirnov statistic */
#include "measure/ks.h"
#include <math.h>
#include <string.h>

/* ln n!; lgamma() itself sets a global variable. */
static double log_factorial(double n)
{
	int sign;

	return lgamma_r(n + 1, &sign);
}

enum { TAIL_TERMS = 4096 };

/* P(D+ >= d), Smirnov's finite sum of d C(n, j) (d + j/n)^(j-1) (1 - d - j/n)^(n-j). For d over
 * 1.4 / sqrt(n), where it is used with many rows, the terms rise and fall smoothly from nothing to
 * nothing, so that every k-th term times k gives the same sum (trapezoidal rule). From a million
 * rows on by its expansion exp(-(6 n d + 1)^2 / (18 n)). */
static double one_sided_tail(double n, double d)
{
	double sum = 0, last = floor(n * (1 - d)), log_n = log_factorial(n);
	double stride = n > 2 * TAIL_TERMS ? floor(n / TAIL_TERMS) : 1;

	if (n > 1e6)
		return exp(-(6 * n * d + 1) * (6 * n * d + 1) / (18 * n));
	for (double j = 0; j <= last; j += stride) {
		double up = d + j / n, down = 1 - d - j / n;
		double choose = log_n - log_factorial(j) - log_factorial(n - j);

		if (down <= 0) {
			sum += j == n ? pow(up, n - 1) : 0;
			continue;
		}
		sum += exp(choose + (j - 1) * log(up) + (n - j) * log(down));
	}
	return d * sum * stride;
}

/* Square matrices with a common exponent of ten, so that no power overflows. */
struct scaled {
	double *cell;
	int exponent;
};

static void multiply(const struct scaled *a, const struct scaled *b, struct scaled *to, size_t size)
{
	for (size_t i = 0; i < size; i++)
		for (size_t j = 0; j < size; j++) {
			double sum = 0;

			for (size_t k = 0; k < size; k++)
				sum += a->cell[i * size + k] * b->cell[k * size + j];
			to->cell[i * size + j] = sum;
		}
	to->exponent = a->exponent + b->exponent;
	if (to->cell[size / 2 * size + size / 2] > 1e140) {
		for (size_t i = 0; i < size * size; i++)
			to->cell[i] *= 1e-140;
		to->exponent += 140;
	}
}

/* base^n by repeated squaring; `base` and `room` are overwritten. */
static void raise(struct scaled *base, unsigned long n, struct scaled *power, struct scaled *room,
		  size_t size)
{
	for (size_t i = 0; i < size; i++)
		power->cell[i * size + i] = 1;
	for (; n; n >>= 1) {
		struct scaled swap;

		if (n & 1) {
			multiply(power, base, room, size);
			swap = *power, *power = *room, *room = swap;
		}
		if (n > 1) {
			multiply(base, base, room, size);
			swap = *base, *base = *room, *room = swap;
		}
	}
}

/* The matrix whose n-th power holds P(D_n < d) n^n / n! in its middle; d = (k - h) / n. */
static void fill_matrix(double *cell, size_t size, double h)
{
	double power = 1;

	for (size_t i = 0; i < size; i++)
		for (size_t j = 0; j < size; j++)
			cell[i * size + j] = i + 1 >= j ? 1 : 0;
	for (size_t i = 0; i < size; i++) {
		power *= h;
		cell[i * size] -= power;
		cell[(size - 1) * size + (size - 1 - i)] -= power;
	}
	if (2 * h > 1)
		cell[(size - 1) * size] += pow(2 * h - 1, (double)size);
	for (size_t i = 0; i < size; i++)
		for (size_t j = 0; j <= i; j++)
			for (size_t g = 1; g <= i - j + 1; g++)
				cell[i * size + j] /= (double)g;
}

static double matrix_cdf(struct arena *scratch, double n, double d)
{
	struct arena_mark mark = arena_save(scratch);
	size_t k = (size_t)(n * d) + 1, size = 2 * k - 1, cells = size * size;
	struct scaled base = {arena_new(scratch, double, cells), 0};
	struct scaled power = {arena_new(scratch, double, cells), 0};
	struct scaled room = {arena_new(scratch, double, cells), 0};
	double cdf;
	int exponent;

	fill_matrix(base.cell, size, (double)k - n * d);
	raise(&base, (unsigned long)n, &power, &room, size);
	cdf = power.cell[(k - 1) * size + (k - 1)];
	exponent = power.exponent;
	for (double i = 1; i <= n; i++) {
		cdf *= i / n;
		if (cdf < 1e-140) {
			cdf *= 1e140;
			exponent -= 140;
		}
	}
	arena_reset(scratch, mark);
	return cdf * pow(10, exponent);
}

/* P(D_n <= d) as Kolmogorov's limit with its corrections of order n^-1/2, n^-1 and n^-3/2, each
 * turned by Jacobi's theta transformation into a series that is quick for small z. */
static double pelz_good_cdf(double n, double d)
{
	const double pi2 = M_PI * M_PI, pi4 = pi2 * pi2, pi6 = pi4 * pi2, root = sqrt(2 * M_PI);
	double z2 = n * d * d, z = sqrt(z2), z4 = z2 * z2, z6 = z4 * z2, z8 = z4 * z4;
	double k0 = 0, k1 = 0, k2 = 0, k3 = 0, k2_even = 0, k3_even = 0;

	for (int k = 1; k <= 20 + (int)(8 * z); k++) {
		double odd = 2 * k - 1, o2 = odd * odd, o4 = o2 * o2, o6 = o4 * o2, e2 = k * k;
		double at_odd = exp(-o2 * pi2 / (8 * z2)), at_even = exp(-e2 * pi2 / (2 * z2));

		k0 += at_odd;
		k1 += (pi2 / 4 * o2 - z2) * at_odd;
		k2 += (6 * z6 + 2 * z4 + pi2 / 4 * (2 * z4 - 5 * z2) * o2 +
		       pi4 / 16 * (1 - 2 * z2) * o4) *
		      at_odd;
		k3 += (-30 * z6 - 90 * z8 + pi2 / 4 * (135 * z4 - 96 * z6) * o2 +
		       pi4 / 16 * (212 * z4 - 60 * z2) * o4 + pi6 / 64 * (5 - 30 * z2) * o6) *
		      at_odd;
		k2_even += e2 * at_even;
		k3_even += e2 * (3 * z2 - pi2 * e2) * at_even;
	}
	k0 *= root / z;
	k1 *= root / (6 * z4);
	k2 = root * (k2 / (72 * z6 * z) - pi2 / (36 * z2 * z) * k2_even);
	k3 = root * (k3 / (6480 * z8 * z2) + pi2 / (216 * z6) * k3_even);
	return k0 + k1 / sqrt(n) + k2 / n + k3 / (n * sqrt(n));
}

static double clip(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

double ks_p_one_sample(struct arena *scratch, double n, double d)
{
	double t = n * d, n_d2 = t * d;

	if (!(n >= 1) || isnan(d))
		return NAN;
	if (t <= 0.5)
		return 1;
	if (d >= 1)
		return 0;
	if (t >= n - 1)
		return clip(2 * pow(1 - d, n));
	if (n_d2 >= 370)
		return 0;
	if (d >= 0.5)
		return clip(2 * one_sided_tail(n, d));
	if (n_d2 >= (n <= 140 ? 4 : 2.2))
		return clip(2 * one_sided_tail(n, d));
	if (n <= 140 || (n <= 100000 && n * pow(d, 1.5) <= 1.4))
		return clip(1 - matrix_cdf(scratch, n, d));
	return clip(1 - pelz_good_cdf(n, d));
}
