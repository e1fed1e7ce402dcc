/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration_fit.c - calibration without bins, and a test of it with bins */
#include "measure/calibration_fit.h"
#include "measure/intervals.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <float.h>

enum { MOST_STEPS = 100, GROUPS = 10 };

static struct figure unknown(const char *reason)
{
	return (struct figure){NAN, no_interval(), reason};
}

static double logit(double score)
{
	double s = fmin(fmax(score, DBL_EPSILON), 1 - DBL_EPSILON);

	return log(s) - log1p(-s);
}

/* P(y = 1) and P(y = 0) of a logit, each to its last digits. */
static double likely(double x)
{
	return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

/* ln(1 + e^x) without overflow. */
static double softplus(double x)
{
	return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* Log-likelihood of y = a + b x, its gradient and its information. */
struct likelihood {
	struct sum value, ga, gb, iaa, iab, ibb;
};

static void add_row(struct likelihood *l, double a, double b, double x, double rows, double events)
{
	double at = a + b * x, p = likely(at), q = likely(-at);

	/* rows with this score, `events` of them positive */
	sum_add(&l->value, -events * softplus(-at) - (rows - events) * softplus(at));
	sum_add(&l->ga, events * q - (rows - events) * p);
	sum_add(&l->gb, (events * q - (rows - events) * p) * x);
	sum_add(&l->iaa, rows * p * q);
	sum_add(&l->iab, rows * p * q * x);
	sum_add(&l->ibb, rows * p * q * x * x);
}

static struct likelihood likelihood_at(const struct outcomes *o, double a, double b)
{
	struct likelihood l = {0};
	struct outcome_run run = {0};

	while (outcomes_next_run(o, &run))
		add_row(&l, a, b, logit(run.score), (double)(run.positives + run.negatives),
			(double)run.positives);
	return l;
}

static struct figure with_error(double value, double variance)
{
	double half = INTERVAL_Z95 * sqrt(variance);

	return (struct figure){value, {value - half, value + half}, NULL};
}

/* Newton's steps, halved while they lead downhill: the likelihood is concave. */
static struct figure fit_intercept(const struct outcomes *o)
{
	double a = 0;
	struct likelihood l = likelihood_at(o, a, 1);

	for (int i = 0; i < MOST_STEPS; i++) {
		double step = sum_value(&l.ga) / sum_value(&l.iaa), before = sum_value(&l.value);
		struct likelihood next = likelihood_at(o, a + step, 1);
		while (fabs(step) > DBL_EPSILON && sum_value(&next.value) < before) {
			step /= 2;
			next = likelihood_at(o, a + step, 1);
		}
		a += step;
		l = next;
		if (fabs(step) <= 1e-12 * fmax(1, fabs(a)))
			break;
	}
	return with_error(a, 1 / sum_value(&l.iaa));
}

/* True where a threshold parts the classes, in either direction, but for rows on it: no finite
 * slope is then the likeliest. */
static bool are_parted(const struct outcomes *o)
{
	double lowest_positive = o->positives[0],
	       highest_positive = o->positives[o->n_positive - 1];
	double lowest_negative = o->negatives[0],
	       highest_negative = o->negatives[o->n_negative - 1];

	return lowest_positive >= highest_negative || highest_positive <= lowest_negative;
}

static struct figure fit_slope(const struct outcomes *o)
{
	double a = 0, b = 1;
	struct likelihood l = likelihood_at(o, a, b);

	for (int i = 0; i < MOST_STEPS; i++) {
		double ga = sum_value(&l.ga), gb = sum_value(&l.gb), before = sum_value(&l.value);
		double aa = sum_value(&l.iaa), ab = sum_value(&l.iab), bb = sum_value(&l.ibb);
		double determinant = aa * bb - ab * ab;
		double da = (bb * ga - ab * gb) / determinant;
		double db = (aa * gb - ab * ga) / determinant;
		struct likelihood next = likelihood_at(o, a + da, b + db);
		for (int halved = 0; halved < 60 && !(sum_value(&next.value) >= before); halved++) {
			da /= 2;
			db /= 2;
			next = likelihood_at(o, a + da, b + db);
		}
		a += da;
		b += db;
		l = next;
		if (fabs(da) <= 1e-12 * fmax(1, fabs(a)) && fabs(db) <= 1e-12 * fmax(1, fabs(b)))
			break;
	}
	return with_error(b, sum_value(&l.iaa) / (sum_value(&l.iaa) * sum_value(&l.ibb) -
						  sum_value(&l.iab) * sum_value(&l.iab)));
}

/* ---- Hosmer and Lemeshow ---- */

struct group {
	size_t n, events;
	struct sum scores;
};

static double group_term(const struct group *g)
{
	double p = sum_value(&g->scores) / (double)g->n;
	double d = (double)g->events - sum_value(&g->scores);
	double variance = (double)g->n * p * (1 - p);

	return d == 0 ? 0 : d * d / variance;
}

static void test_groups(const struct outcomes *o, struct calibration_fit *fit)
{
	struct outcome_run run = {0};
	struct group group = {0};
	struct sum statistic = {0};
	size_t rows = 0, groups = 0, tenth = 1;

	while (outcomes_next_run(o, &run)) {
		size_t here = run.positives + run.negatives;
		group.n += here;
		group.events += run.positives;
		sum_add(&group.scores, (double)here * run.score);
		rows += here;
		/* A group ends with the score that fills the next tenth of the rows. */
		if (rows < o->n && (double)rows * GROUPS < (double)tenth * (double)o->n)
			continue;
		sum_add(&statistic, group_term(&group));
		groups++;
		group = (struct group){0};
		while (tenth < GROUPS && (double)rows * GROUPS >= (double)tenth * (double)o->n)
			tenth++; /* one score may hold more than a tenth */
	}
	fit->hosmer_lemeshow.groups = groups;
	fit->hosmer_lemeshow.statistic = sum_value(&statistic);
	fit->hosmer_lemeshow.p_value =
	    isfinite(fit->hosmer_lemeshow.statistic)
		? chi_square_tail(fit->hosmer_lemeshow.statistic, (double)groups)
		: 0;
}

struct calibration_fit calibration_fit(const struct outcomes *o)
{
	const char *reason = o->n == 0                                  ? "no rows"
			     : !o->has_scores                           ? "no score"
			     : !o->are_shares                           ? "scores outside 0 to 1"
			     : o->n_positive == 0 || o->n_negative == 0 ? "one class only"
									: NULL;
	struct calibration_fit fit = {
	    .slope = unknown(reason),
	    .intercept = unknown(reason),
	    .hosmer_lemeshow = {NAN, NAN, 0, reason},
	};
	double lowest, highest;

	if (reason)
		return fit;
	lowest = fmin(o->positives[0], o->negatives[0]);
	highest = fmax(o->positives[o->n_positive - 1], o->negatives[o->n_negative - 1]);
	fit.intercept = fit_intercept(o);
	fit.slope = lowest == highest ? unknown("one score only")
		    : are_parted(o)   ? unknown("the scores part the classes wholly")
				      : fit_slope(o);
	test_groups(o, &fit);
	return fit;
}
