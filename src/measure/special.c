/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/special.c - tails and points of distributions; the only callers of GSL */
#include "measure/special.h"
#include <assert.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>

static void handler_off(void)
{
	gsl_set_error_handler_off();
}

static void use_gsl(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, handler_off);
}

double normal_two_sided_point(double confidence)
{
	assert(confidence > 0 && confidence < 1);
	use_gsl();
	return gsl_cdf_ugaussian_Qinv((1 - confidence) / 2);
}

double student_two_sided_point(double confidence, double freedom)
{
	assert(confidence > 0 && confidence < 1 && freedom >= 1);
	use_gsl();
	return freedom < 1e5 ? gsl_cdf_tdist_Qinv((1 - confidence) / 2, freedom)
			     : normal_two_sided_point(confidence);
}

double student_two_sided_tail(double t, double freedom)
{
	double tail;

	assert(freedom >= 1);
	if (freedom >= 1e5)
		return chi_square_tail(t * t, 1);
	use_gsl();
	tail = 2 * gsl_cdf_tdist_Q(fabs(t), freedom);
	return tail > 1 ? 1 : tail;
}

/* P(X >= x) for the gamma distribution of this shape and scale 1; 0 where it underflows. */
static double gamma_tail(double x, double shape)
{
	gsl_sf_result result = {0};
	int status;

	if (x <= 0)
		return 1;
	use_gsl();
	status = gsl_sf_gamma_inc_Q_e(shape, x, &result);
	if (status != GSL_SUCCESS || !isfinite(result.val))
		return x > shape ? 0 : 1;
	return result.val < 0 ? 0 : result.val > 1 ? 1 : result.val;
}

/* Bisection: the tail falls with x, and 1,100 halvings cover the range of a double. */
static double gamma_point(double tail, double shape)
{
	double low = 0, high = shape + 1;

	while (gamma_tail(high, shape) > tail)
		high *= 2;
	for (int i = 0; i < 1100; i++) {
		double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			break;
		if (gamma_tail(middle, shape) > tail)
			low = middle;
		else
			high = middle;
	}
	return high;
}

double chi_square_tail(double x, double freedom)
{
	assert(freedom > 0);
	return gamma_tail(x / 2, freedom / 2);
}

double chi_square_point(double tail, double freedom)
{
	assert(freedom > 0 && tail > 0 && tail < 1);
	return 2 * gamma_point(tail, freedom / 2);
}

enum { NORMAL_SHAPE = 1000000 }; /* from this shape on a gamma distribution is a normal one */

static bool is_fixed(const struct cumulants *c)
{
	return !(c->variance > 1e-24 * (c->mean * c->mean) && c->variance > 0);
}

/* Shape, or 0 where a normal distribution is taken. */
static double shape_of(const struct cumulants *c)
{
	double shape;

	if (!(c->third > 0))
		return 0;
	shape = 4 * c->variance * c->variance * c->variance / (c->third * c->third);
	return shape < NORMAL_SHAPE ? shape : 0;
}

double cumulants_tail(const struct cumulants *c, double x)
{
	double shape = shape_of(c), scale;

	if (is_fixed(c))
		return x <= c->mean * (1 + 1e-12) ? 1 : 0;
	use_gsl();
	if (shape == 0)
		return gsl_cdf_ugaussian_Q((x - c->mean) / sqrt(c->variance));
	scale = sqrt(c->variance / shape);
	return gamma_tail((x - c->mean) / scale + shape, shape);
}

double cumulants_point(const struct cumulants *c, double tail)
{
	double shape = shape_of(c), scale;

	assert(tail > 0 && tail < 1);
	if (is_fixed(c))
		return c->mean;
	use_gsl();
	if (shape == 0)
		return c->mean + sqrt(c->variance) * gsl_cdf_ugaussian_Qinv(tail);
	scale = sqrt(c->variance / shape);
	return c->mean + (gamma_point(tail, shape) - shape) * scale;
}
