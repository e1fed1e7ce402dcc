/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/intervals.c - intervals in closed form */
#include "measure/intervals.h"
#include <assert.h>
#include <math.h>

struct interval no_interval(void)
{
	return (struct interval){NAN, NAN};
}

struct interval wilson_interval(size_t k, size_t n, double z)
{
	double rows = (double)n, share, z2 = z * z, middle, half;

	assert(k <= n && z > 0);
	if (n == 0)
		return no_interval();
	share = (double)k / rows;
	middle = share + z2 / (2 * rows);
	half = z * sqrt(share * (1 - share) / rows + z2 / (4 * rows * rows));
	return (struct interval){
	    .low = k == 0 ? 0 : fmax(0, (middle - half) / (1 + z2 / rows)),
	    .high = k == n ? 1 : fmin(1, (middle + half) / (1 + z2 / rows)),
	};
}
