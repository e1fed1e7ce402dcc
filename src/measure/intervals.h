/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/intervals.h - intervals in closed form */
#ifndef MEASURE_INTERVALS_H
#define MEASURE_INTERVALS_H
#include "measure/figures.h"

/* z of a two-sided interval of 95 %. */
#define INTERVAL_Z95 1.959963984540054

/* Wilson's score interval of the share k / n, 0 <= k <= n, for a two-sided normal point z > 0.
 * Inside 0..1; its lower end is 0 for k = 0, its upper end 1 for k = n. NAN, NAN where n is 0.
 * Source: Wilson (1927), J. Am. Stat. Assoc. 22:209-212. */
struct interval wilson_interval(size_t k, size_t n, double z);
/* NAN, NAN. */
struct interval no_interval(void);
#endif
