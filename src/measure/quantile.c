/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/quantile.c - quantiles of a sample */
#include "measure/quantile.h"
#include <assert.h>
#include <math.h>

/* From below for the first half of the way and from above for the second, so that the result is
 * exact at both ends and never decreases. */
double quantile_between(double low, double high, double way)
{
	double span = high - low;

	if (!isfinite(span)) /* the span of huge numbers overflows, a weighted mean does not */
		return low == high ? low : low * (1 - way) + high * way;
	return way >= 0.5 ? high - span * (1 - way) : low + span * way;
}

struct quantile_place quantile_place(size_t n, double share)
{
	double place, whole;

	assert(n > 0 && share >= 0 && share <= 1);
	place = (double)(n - 1) * share;
	whole = floor(place);
	if ((size_t)whole + 1 >= n)
		return (struct quantile_place){n - 1, 0};
	return (struct quantile_place){(size_t)whole, place - whole};
}

double quantile_sorted(const double *sorted, size_t n, double share)
{
	struct quantile_place at;

	if (n == 0)
		return NAN;
	at = quantile_place(n, share);
	if (at.index + 1 >= n)
		return sorted[n - 1];
	return quantile_between(sorted[at.index], sorted[at.index + 1], at.way);
}

size_t quantile_inner_edges(const double *sorted, size_t n, size_t n_parts, double *edges)
{
	double step = 1 / (double)n_parts;
	size_t n_edges = 0;

	if (n == 0)
		return 0;
	for (size_t i = 1; i < n_parts; i++) {
		double edge = quantile_sorted(sorted, n, (double)i * step);

		if (n_edges == 0 || edge > edges[n_edges - 1])
			edges[n_edges++] = edge;
	}
	return n_edges;
}
