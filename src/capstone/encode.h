/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/encode.h - features as the linear model needs them, fitted on training rows alone
 *
 * Numbers: ln(1 + x) where the plan says so (sign kept: sign(x) ln(1 + |x|)), then less the mean,
 * by the standard deviation (of n, not n - 1) of the training rows; missing is 0 with an indicator
 * of its own where the training rows had one missing. Categories: one column each but the first,
 * missing, or a code that the list does not have, is none. Numbers beyond 1e100 either way count as
 * that, so that no sum of encoded values overflows. */
#ifndef CAPSTONE_ENCODE_H
#define CAPSTONE_ENCODE_H

#include "capstone/features.h"

struct encoder {
	const struct feature_list *features;
	double *mean, *deviation; /* of each numeric feature; deviation 1 where it is constant */
	bool *indicator;
	size_t width; /* columns of an encoded row */
};
struct encoder encoder_fit(struct arena *mem, const struct matrix *train);
/* `out` has room for width. */
void encoder_apply(const struct encoder *encoder, const double *features, double *out);
/* The sum of weights times what encoder_apply() gives, without room for it. */
double encoder_dot(const struct encoder *encoder, const double *features, const double *weights);
/* Columns that the features take with these indicators. */
size_t encoder_width(const struct feature_list *features, const bool *indicator);
/* Index of a category's value; SIZE_MAX where it is missing or the list does not have it. */
size_t category_of(const struct feature *feature, double value);
#endif
