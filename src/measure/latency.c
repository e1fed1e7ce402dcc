/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/latency.c - how long answers took */
#include "measure/latency.h"
#include "measure/intervals.h"
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

static struct figure quantile_figure(const double *sorted, size_t n, double share)
{
	return (struct figure){quantile_sorted(sorted, n, share),
			       quantile_interval(sorted, n, share), NULL};
}

static struct figure mean_figure(const double *sorted, size_t n)
{
	struct sum sum = {0};
	double mean;

	sum_add_all(&sum, sorted, n);
	mean = sum_value(&sum) / (double)n;
	if (isinf(mean))
		return (struct figure){mean_of_huge(sorted, n), no_interval(), NULL};
	return (struct figure){mean, positive_mean_interval(sorted, n), NULL};
}

struct latency latency_measure_sorted(const double *sorted, size_t n)
{
	const char *reason = n == 0                 ? "no rows"
			     : sorted[0] < 0        ? "a time below 0"
			     : isinf(sorted[n - 1]) ? "an infinite time"
						    : NULL;
	struct figure unknown = {NAN, no_interval(), reason};
	struct latency l = {n, unknown, unknown, unknown, unknown, unknown, NAN, reason};

	if (reason)
		return l;
	l.p50 = quantile_figure(sorted, n, 0.5);
	l.p90 = quantile_figure(sorted, n, 0.9);
	l.p95 = quantile_figure(sorted, n, 0.95);
	l.p99 = quantile_figure(sorted, n, 0.99);
	l.mean = mean_figure(sorted, n);
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
