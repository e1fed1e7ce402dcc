/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/latency.c - how long answers took */
#include "measure/latency.h"
#include "measure/quantile.h"
#include "measure/sort.h"
#include "measure/sum.h"
#include <math.h>

/* Where the sum passes the range of doubles, which the mean does not. */
static double mean_of_huge(const double *values, size_t n)
{
	struct sum sum = {0};

	for (size_t i = 0; i < n; i++)
		sum_add(&sum, values[i] * 0x1p-64);
	return sum_value(&sum) / (double)n * 0x1p64;
}

struct latency latency_measure_sorted(const double *sorted, size_t n)
{
	const char *reason = n == 0                 ? "no rows"
			     : sorted[0] < 0        ? "a time below 0"
			     : isinf(sorted[n - 1]) ? "an infinite time"
						    : NULL;
	struct latency l = {n, NAN, NAN, NAN, NAN, NAN, NAN, reason};
	struct sum sum = {0};

	if (reason)
		return l;
	sum_add_all(&sum, sorted, n);
	l.p50 = quantile_sorted(sorted, n, 0.5);
	l.p90 = quantile_sorted(sorted, n, 0.9);
	l.p95 = quantile_sorted(sorted, n, 0.95);
	l.p99 = quantile_sorted(sorted, n, 0.99);
	l.mean = sum_value(&sum) / (double)n;
	if (isinf(l.mean))
		l.mean = mean_of_huge(sorted, n);
	l.max = sorted[n - 1];
	return l;
}

struct latency latency_measure(struct arena *scratch, const double *milliseconds, size_t n)
{
	struct arena_mark mark = arena_save(scratch);
	double *sorted = arena_new(scratch, double, n);
	size_t present = 0;
	struct latency l;

	for (size_t i = 0; i < n; i++)
		if (!isnan(milliseconds[i]))
			sorted[present++] = milliseconds[i];
	sort_numbers(sorted, present, scratch);
	l = latency_measure_sorted(sorted, present);
	arena_reset(scratch, mark);
	return l;
}
