/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/encode.h - features as the linear model needs them, fitted on training rows alone
 *
 * Numbers: ln(1 + x) where the plan says so (sign kept: sign(x) ln(1 + |x|)), then less the mean,
 * by the standard deviation of the training rows; missing is 0 with an indicator of its own where
 * the training rows had one missing. Categories: one column each but the first, missing is none. */
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
#endif
