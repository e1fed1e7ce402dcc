/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/special.h - tails and points of distributions; the only callers of GSL
 *
 * GSL's handler, which would end the program, is switched off before the first call. */
#ifndef MEASURE_SPECIAL_H
#define MEASURE_SPECIAL_H

/* The z with P(|N| <= z) = confidence, 0 < confidence < 1: 1.959963984540054 at 0.95. */
double normal_two_sided_point(double confidence);
/* The same of Student's distribution with `freedom` >= 1 degrees; the normal one from 100,000 on.
 */
double student_two_sided_point(double confidence, double freedom);
/* P(|T| >= |t|) for Student's distribution; the normal one from 100,000 degrees on. */
double student_two_sided_tail(double t, double freedom);
/* P(X >= x) for chi-square with `freedom` > 0 degrees; 1 for x <= 0. */
double chi_square_tail(double x, double freedom);
/* The x with P(X >= x) = tail, 0 < tail < 1. */
double chi_square_point(double tail, double freedom);

/* A distribution known by its first three cumulants, taken for a gamma distribution that is
 * moved along its axis (Pearson type III): exact for sums of equal squares of normal variables,
 * close for the sums of positive terms that chance gives. variance 0 is a fixed value; where the
 * third cumulant is not positive a normal distribution is taken. */
struct cumulants {
	double mean, variance, third;
};
double cumulants_tail(const struct cumulants *c, double x);     /* P(X >= x) */
double cumulants_point(const struct cumulants *c, double tail); /* x with P(X >= x) = tail */
#endif
