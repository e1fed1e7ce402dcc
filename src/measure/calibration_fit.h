/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration_fit.h - calibration without bins, and a test of it with bins
 *
 * slope      b of the model logit P(y = 1) = a + b logit(score), fitted by maximum likelihood:
 *            1 where scores are calibrated, below 1 where they are too extreme
 * intercept  a of the model logit P(y = 1) = a + logit(score), the slope held at 1
 *            (calibration in the large): 0 where calibrated, below 0 where scores are too high
 *            on the whole
 *            Cox (1958), Biometrika 45:562-565; Van Calster et al. (2019), BMC Med. 17:230
 * Intervals are of 95 %, by the normal point and the inverse of the information. Scores are held
 * inside [e, 1 - e], e = 2.22e-16, so that 0 and 1 have a logit. Newton's steps, halved while they
 * lead downhill, end with one below 1e-12 of the result. Neighbouring scores are brought together
 * in points no wider than 1/32 of a logit, each with the sums of four powers of its rows' offsets,
 * so that one walk over the rows is enough; where a steep slope would make what that leaves out
 * show (1e-10 of a row), steps over all rows follow until one is below 1e-7.
 *
 * hosmer_lemeshow  sum over ten groups of equal counts by score (rows with one score in one group)
 *            of (events - expected)^2 / (n p (1 - p)), p the group's mean score; chi-square with as
 *            many degrees of freedom as groups, since the model was not fitted to these rows
 *            Hosmer, Lemeshow & Sturdivant (2013), Applied Logistic Regression, 3rd ed., 5.2.2
 * On many rows the test finds differences that do not matter: look at the diagram first. */
#ifndef MEASURE_CALIBRATION_FIT_H
#define MEASURE_CALIBRATION_FIT_H
#include "measure/figures.h"
#include "measure/outcomes.h"

struct calibration_fit {
	struct figure slope, intercept;
	struct {
		double statistic, p_value; /* NAN where not known */
		size_t groups;             /* and degrees of freedom */
		const char *reason;
	} hosmer_lemeshow;
};

/* NAN with reasons where there are no rows, one class only, no scores or scores outside 0 to 1;
 * slope also where all scores are one, or where they part the classes wholly, so that no finite
 * slope fits best. Linear in the rows, a few passes. */
struct calibration_fit calibration_fit(const struct outcomes *outcomes);
#endif
