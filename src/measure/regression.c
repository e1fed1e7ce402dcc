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

	sum_add_all(&sum, values, n);
	return sum_value(&sum) / (double)n;
}

/* A sum of squares over rows. */
struct squares {
	double *by_row; /* by how much it falls where the row is left out */
	double sum;
};

static struct squares squares_of(double *by_row, const double *values, size_t n)
{
	struct squares s = {.by_row = by_row};
	struct sum sum = {0};

	for (size_t i = 0; i < n; i++)
		by_row[i] = values[i] * values[i];
	sum_add_all(&sum, by_row, n);
	s.sum = sum_value(&sum);
	return s;
}

/* Around the mean, which moves where a row is left out. */
static struct squares squares_around(double *by_row, const double *values, size_t n, double mean)
{
	double moves = n > 1 ? (double)n / (double)(n - 1) : 1;
	struct squares s = {.by_row = by_row};
	struct sum sum = {0};

	for (size_t i = 0; i < n; i++)
		by_row[i] = (values[i] - mean) * (values[i] - mean);
	sum_add_all(&sum, by_row, n);
	s.sum = sum_value(&sum);
	for (size_t i = 0; i < n; i++)
		by_row[i] *= moves;
	return s;
}

static struct figure with_interval(struct figure figure, struct interval interval)
{
	if (isfinite(figure.value))
		figure.interval = interval;
	return figure;
}

/* Uses up left->by_row. */
static struct figure share_explained(const struct squares *left, const struct squares *whole,
				     size_t n)
{
	struct interval ratio;

	if (!(whole->sum > 0))
		return unknown("the true values do not vary");
	ratio = ratio_interval(left->by_row, left->sum, whole->by_row, whole->sum, n);
	return with_interval(known(1 - left->sum / whole->sum),
			     (struct interval){1 - ratio.high, 1 - ratio.low});
}

static struct figure mape_of(const struct pairs *p, double *shares)
{
	if (p->has_zero)
		return unknown("a true value is 0");
	for (size_t i = 0; i < p->n; i++)
		shares[i] = p->absolute[i] / fabs(p->truth[i]);
	return with_interval(known(mean_of(shares, p->n)), positive_mean_interval(shares, p->n));
}

static struct figure rmse_of(const struct squares *errors, size_t n)
{
	struct interval of_squares = positive_mean_interval(errors->by_row, n);

	return with_interval(known(sqrt(errors->sum / (double)n)),
			     (struct interval){sqrt(of_squares.low), sqrt(of_squares.high)});
}

/* What squares tell; `room` and `more` hold a number for each row. */
static void set_squares(struct regression *r, const struct pairs *p, double *room, double *more)
{
	struct squares whole = squares_around(more, p->truth, p->n, mean_of(p->truth, p->n));
	struct squares left = squares_of(room, p->error, p->n);

	r->rmse = rmse_of(&left, p->n);
	r->r2 = share_explained(&left, &whole, p->n);
	left = squares_around(room, p->error, p->n, r->mean_error.value);
	r->explained_variance = share_explained(&left, &whole, p->n);
}

struct regression regression_measure(struct arena *scratch, const double *truth,
				     const double *predicted, size_t n)
{
	struct pairs p = pairs_of(scratch, truth, predicted, n);
	struct regression r = {.n = p.n, .n_left_out = n - p.n};
	double *room;

	if (!p.n || p.infinite) {
		set_all(&r, p.n ? "an infinite value" : "no rows");
		return r;
	}
	room = arena_new(scratch, double, p.n);
	r.mean_error = with_interval(known(mean_of(p.error, p.n)), mean_interval(p.error, p.n));
	r.mae =
	    with_interval(known(mean_of(p.absolute, p.n)), positive_mean_interval(p.absolute, p.n));
	set_squares(&r, &p, room, arena_new(scratch, double, p.n));
	r.mape = mape_of(&p, room);
	sort_numbers(p.absolute, p.n, scratch);
	r.median_absolute_error = with_interval(known(quantile_sorted(p.absolute, p.n, 0.5)),
						quantile_interval(p.absolute, p.n, 0.5));
	r.max_error = known(p.absolute[p.n - 1]);
	return r;
}
