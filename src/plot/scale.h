/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plot/scale.h - from values to places, and the round values that stand at an axis */
#ifndef PLOT_SCALE_H
#define PLOT_SCALE_H
#include "plot/mark.h"

/* Values low..high lie at from..to, linearly or by their logarithms; low < high, both finite. */
struct scale {
	double low, high;
	double from, to;
	bool logarithmic; /* low > 0; values under low lie at low */
};

/* The range of values that are finite; start with range_empty(). */
struct range_of_values {
	double low, high; /* low > high: none yet */
};
struct range_of_values range_empty(void);
void range_add(struct range_of_values *range, double value);
bool range_is_empty(const struct range_of_values *range);

/* A scale for any range: a range that is empty becomes 0..1, one that is constant or so narrow
 * that no label could tell its ends apart is widened about its middle. */
struct scale scale_make(struct range_of_values range, double from, double to);
/* A logarithmic scale from low up to the first of 1, 2, 5 times a power of ten that is not under
 * high; 0 < low < high. */
struct scale scale_make_logarithmic(double low, double high, double from, double to);
/* The place of a value, at most 2000 beyond the ends; NAN where the value is not finite. */
double scale_at(const struct scale *scale, double value);

struct tick {
	double value, at;
	const char *label;
};
/* Round values (1, 2 or 5 times a power of ten apart) within a scale. Labels are the values
 * divided by 10^exponent, which the axis' title must say. */
struct ticks {
	LIST_OF(struct tick);
	int exponent;
	double widest; /* label */
};
/* As many ticks as leave `least_gap` between them and room between their labels. `along`: the
 * labels stand side by side (horizontal axis), else one above the other. */
struct ticks ticks_make(struct arena *mem, const struct scale *scale, double least_gap, bool along);
/* Widens the scale to whole steps of its ticks, not beyond the bounds (NAN: none). */
void scale_widen(struct scale *scale, double least_gap, double lower, double upper);
/* "title", or "title × 10⁶" where the labels are divided by a power of ten. */
const char *ticks_title(struct arena *mem, const char *title, int exponent);
#endif
