/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/regression.c - how far predicted numbers lie from what came true */
#include "measure/regression.h"
#include "measure/intervals.h"
#include "measure/quantile.h"
#include "measure/sort.h"
#include "measure/sum.h"

static struct figure known(double value)
{
	return isfinite(value) ? (struct figure){value, no_interval(), NULL}
			       : (struct figure){NAN, no_interval(), "too large for a number"};
}

static struct figure unknown(const char *reason)
{
	return (struct figure){NAN, no_interval(), reason};
}

static void set_all(struct regression *r, const char *reason)
{
	r->mae = r->rmse = r->r2 = r->mape = r->median_absolute_error = r->max_error =
	    r->explained_variance = r->mean_error = unknown(reason);
}

/* Rows with both values, brought together. */
struct pairs {
	double *truth, *error, *absolute;
	size_t n;
	bool infinite, has_zero;
};

static struct pairs pairs_of(struct arena *scratch, const double *truth, const double *predicted,
			     size_t n)
{
	struct pairs p = {.truth = arena_new(scratch, double, n),
			  .error = arena_new(scratch, double, n),
			  .absolute = arena_new(scratch, double, n)};

	for (size_t i = 0; i < n; i++) {
		if (isnan(truth[i]) || isnan(predicted[i]))
			continue;
		p.infinite = p.infinite || isinf(truth[i]) || isinf(predicted[i]);
		p.has_zero = p.has_zero || truth[i] == 0;
		p.truth[p.n] = truth[i];
		p.error[p.n] = predicted[i] - truth[i];
		p.absolute[p.n] = fabs(p.error[p.n]);
		p.n++;
	}
	return p;
}

static double mean_of(const double *values, size_t n)
{
	struct sum sum = {0};

	for (size_t i = 0; i < n; i++)
		sum_add(&sum, values[i]);
	return sum_value(&sum) / (double)n;
}

/* Sum of squares around `middle`. */
static double squares_around(const double *values, size_t n, double middle)
{
	struct sum sum = {0};

	for (size_t i = 0; i < n; i++) {
		double d = values[i] - middle;
		sum_add(&sum, d * d);
	}
	return sum_value(&sum);
}

static struct figure share_explained(double left, double whole)
{
	return whole > 0 ? known(1 - left / whole) : unknown("the true values do not vary");
}

static struct figure mape_of(const struct pairs *p)
{
	struct sum sum = {0};

	if (p->has_zero)
		return unknown("a true value is 0");
	for (size_t i = 0; i < p->n; i++)
		sum_add(&sum, p->absolute[i] / fabs(p->truth[i]));
	return known(sum_value(&sum) / (double)p->n);
}

struct regression regression_measure(struct arena *scratch, const double *truth,
				     const double *predicted, size_t n)
{
	struct pairs p = pairs_of(scratch, truth, predicted, n);
	struct regression r = {.n = p.n, .n_left_out = n - p.n};
	double squares, around_mean, mean_error;

	if (!p.n || p.infinite) {
		set_all(&r, p.n ? "an infinite value" : "no rows");
		return r;
	}
	mean_error = mean_of(p.error, p.n);
	squares = squares_around(p.error, p.n, 0);
	around_mean = squares_around(p.truth, p.n, mean_of(p.truth, p.n));
	r.mean_error = known(mean_error);
	r.mae = known(mean_of(p.absolute, p.n));
	r.rmse = known(sqrt(squares / (double)p.n));
	r.r2 = share_explained(squares, around_mean);
	r.explained_variance =
	    share_explained(squares_around(p.error, p.n, mean_error), around_mean);
	r.mape = mape_of(&p);
	sort_numbers(p.absolute, p.n, scratch);
	r.median_absolute_error = known(quantile_sorted(p.absolute, p.n, 0.5));
	r.max_error = known(p.absolute[p.n - 1]);
	return r;
}
