/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/ks.c - Kolmogorov-Smirnov test of two samples: statistic and exact p-value */
#include "measure/ks.h"
#include <math.h>
#include <stdbool.h>

/* Shares of paths under this cannot change a p-value that is given; they would be subnormal
 * numbers, which are slow. */
#define SMALLEST_SHARE 1e-280
#define SMALLEST_P 1e-250

/* The first of sorted[from..n) that is over `point`, or not under it where `equal_too`. Steps that
 * double, then halving: quick where it is near. */
static size_t beyond(const double *sorted, size_t n, size_t from, double point, bool equal_too)
{
	size_t step = 1, low = from, high = from;

	while (high < n && (equal_too ? sorted[high] < point : sorted[high] <= point)) {
		low = high + 1;
		high += step;
		step *= 2;
	}
	high = high < n ? high : n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (equal_too ? sorted[middle] < point : sorted[middle] <= point)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The distance is largest at a point of the smaller sample or just before one: between two of them
 * only the other distribution function rises. */
unsigned long long ks_gap(const double *a, size_t n, const double *b, size_t m)
{
	unsigned long long gap = 0;
	size_t i = 0, j = 0;

	if (n < m)
		return ks_gap(b, m, a, n);
	while (j < m) {
		size_t under = beyond(a, n, i, b[j], true);
		size_t upto = beyond(b, m, j, b[j], false);
		long long before = (long long)under * (long long)m - (long long)j * (long long)n;
		long long after;

		i = beyond(a, n, under, b[j], false);
		after = (long long)i * (long long)m - (long long)upto * (long long)n;
		before = before < 0 ? -before : before;
		after = after < 0 ? -after : after;
		gap = (unsigned long long)before > gap ? (unsigned long long)before : gap;
		gap = (unsigned long long)after > gap ? (unsigned long long)after : gap;
		j = upto;
	}
	return gap;
}

/* Equal sizes: 2 sum over k >= 1 of (-1)^(k-1) C(2n, n - k h) / C(2n, n), summed from the
 * innermost ratio outwards. */
static double equal_sizes(size_t n, size_t h)
{
	double inner = 0;

	for (size_t k = n / h + 1; k-- > 0;) {
		double ratio = 1;

		for (size_t j = 0; j < h; j++)
			ratio *= ((double)n - (double)(k * h) - (double)j) /
				 ((double)n + (double)(k * h) + (double)j + 1);
		inner = ratio * (1 - inner);
	}
	return 2 * inner;
}

/* The band on diagonal s = i + j: those i with |i m - (s - i) n| < gap, inside the lattice. */
static void band_at(long long n, long long m, long long gap, long long s, long long *low,
		    long long *high)
{
	long long below = s * n - gap, above = s * n + gap, step = n + m;

	*low = below < 0 ? 0 : below / step + 1;
	*high = (above - 1) / step;
	if (*low < s - m)
		*low = s - m;
	if (*high > s)
		*high = s;
	if (*high > n)
		*high = n;
}

/* Share of all paths from (0, 0) to (n, m) that touch or leave the band, diagonal by diagonal.
 * A path to (i, j) came from the left in i of i + j cases. */
static double share_outside(struct arena *scratch, long long n, long long m, long long gap)
{
	struct arena_mark mark = arena_save(scratch);
	double *now = arena_new(scratch, double, (size_t)n + 3);
	double *next = arena_new(scratch, double, (size_t)n + 3);
	double result = 1;

	now++, next++; /* so that [-1] and [n + 1] may be read */
	now[-1] = now[1] = 1;
	for (long long s = 1; s <= n + m; s++) {
		long long low, high;
		double *swap = now;

		band_at(n, m, gap, s, &low, &high);
		if (low > high)
			goto done;
		for (long long i = low; i <= high; i++) {
			double share =
			    ((double)i * now[i - 1] + (double)(s - i) * now[i]) / (double)s;

			next[i] = share < SMALLEST_SHARE ? 0 : share;
		}
		next[low - 1] = next[high + 1] = 1;
		now = next;
		next = swap;
	}
	result = now[n];
done:
	arena_reset(scratch, mark);
	return result;
}

double ks_p_exact(struct arena *scratch, size_t n, size_t m, unsigned long long gap)
{
	double d, p;

	if (n == 0 || m == 0)
		return NAN;
	if (gap == 0)
		return 1;
	d = (double)gap / ((double)n * (double)m);
	/* the bound of Wei & Dudley (2012), Stat. Probab. Lett. 82:636-644 */
	if (2.16863 * exp(-2 * d * d * ((double)n * (double)m / (double)(n + m))) < SMALLEST_P)
		return 0;
	p = n == m ? equal_sizes(n, (size_t)(gap / n))
		   : share_outside(scratch, (long long)n, (long long)m, (long long)gap);
	return p < SMALLEST_P ? 0 : fmin(p, 1);
}

struct ks ks_two_sample(struct arena *scratch, const double *a, size_t n, const double *b, size_t m)
{
	return ks_of_gap(scratch, n, m, n && m ? ks_gap(a, n, b, m) : 0);
}

struct ks ks_of_gap(struct arena *scratch, size_t n, size_t m, unsigned long long gap)
{
	struct ks ks;

	if (n == 0 || m == 0)
		return (struct ks){NAN, NAN};
	ks.statistic = (double)gap / ((double)n * (double)m);
	if (n <= KS_EXACT_ROWS && m <= KS_EXACT_ROWS)
		ks.p_value = ks_p_exact(scratch, n, m, gap);
	else
		ks.p_value = ks_p_one_sample(scratch, rint((double)n * (double)m / (double)(n + m)),
					     ks.statistic);
	return ks;
}
