/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration_fit.c - calibration without bins, and a test of it with bins */
#include "measure/calibration_fit.h"
#include "measure/intervals.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <float.h>

enum { MOST_STEPS = 100, GROUPS = 10, MOST_POINTS = 4096 };

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

/* ---- rows brought together ---- */

/* Rows with one logit, or with logits near it. */
struct point {
	double logit, rows, events;
};

/* All rows in order of their scores: each distinct score a point where there are no more than
 * MOST_POINTS of them, else neighbours together. */
struct points {
	struct point at[MOST_POINTS + 1];
	size_t n;
	bool exact;
};

static void add_run(struct points *p, const struct outcome_run *run, double enough)
{
	struct point *last = &p->at[p->n ? p->n - 1 : 0];
	double rows = (double)(run->positives + run->negatives);

	if (!p->n || last->rows >= enough) {
		last = &p->at[p->n++];
		*last = (struct point){0};
	}
	/* the mean, moved by each run's weight */
	last->rows += rows;
	last->logit += (logit(run->score) - last->logit) * (rows / last->rows);
	last->events += (double)run->positives;
}

static void bring_together(const struct outcomes *o, struct points *p)
{
	struct outcome_run run = {0};
	size_t runs = 0;

	while (runs <= MOST_POINTS && outcomes_next_run(o, &run))
		runs++;
	p->exact = runs <= MOST_POINTS;
	p->n = 0;
	run = (struct outcome_run){0};
	while (outcomes_next_run(o, &run))
		add_run(p, &run, p->exact ? 0 : (double)o->n / MOST_POINTS);
}

static struct likelihood likelihood_at(const struct points *p, double a, double b)
{
	struct likelihood l = {0};

	for (size_t i = 0; i < p->n; i++)
		add_row(&l, a, b, p->at[i].logit, p->at[i].rows, p->at[i].events);
	return l;
}

/* ---- the last digits, from all rows ---- */

struct slopes {
	double ga, gb, iaa, iab, ibb;
};

/* Gradient and information of y = a + b x over all rows. Rows come in order of their scores, so
 * that adding up a block at a time is the same for every order that they had before. */
static struct slopes slopes_at(const struct outcomes *o, double a, double b)
{
	enum { BLOCK = 512 };
	struct outcome_run run = {0};
	struct sum ga = {0}, gb = {0}, iaa = {0}, iab = {0}, ibb = {0};
	struct slopes part = {0};
	size_t runs = 0;
	bool more;

	do {
		more = outcomes_next_run(o, &run);
		if (more) {
			double x = logit(run.score), p = likely(a + b * x);
			double rows = (double)(run.positives + run.negatives);
			double off = (double)run.positives - rows * p;
			double weight = rows * p * (1 - p);

			part.ga += off;
			part.gb += off * x;
			part.iaa += weight;
			part.iab += weight * x;
			part.ibb += weight * x * x;
		}
		if (!more || ++runs % BLOCK == 0) {
			sum_add(&ga, part.ga);
			sum_add(&gb, part.gb);
			sum_add(&iaa, part.iaa);
			sum_add(&iab, part.iab);
			sum_add(&ibb, part.ibb);
			part = (struct slopes){0};
		}
	} while (more);
	return (struct slopes){sum_value(&ga), sum_value(&gb), sum_value(&iaa), sum_value(&iab),
			       sum_value(&ibb)};
}

static struct figure with_error(double value, double variance)
{
	double half = INTERVAL_Z95 * sqrt(variance);

	if (!isfinite(value) || !isfinite(half))
		return unknown("no finite value fits best");
	return (struct figure){value, {value - half, value + half}, NULL};
}

/* Newton's steps double the digits that are right: after one this small the next changes nothing.
 */
#define LAST_STEP 1e-7

/* Newton's steps, halved while they lead downhill: the likelihood is concave. */
static struct figure fit_intercept(const struct outcomes *o, const struct points *p)
{
	struct likelihood l = likelihood_at(p, 0, 1);
	double a = 0, information;

	for (int i = 0; i < MOST_STEPS; i++) {
		double step = sum_value(&l.ga) / sum_value(&l.iaa), before = sum_value(&l.value);
		struct likelihood next = likelihood_at(p, a + step, 1);
		while (fabs(step) > DBL_EPSILON && !(sum_value(&next.value) >= before)) {
			step /= 2;
			next = likelihood_at(p, a + step, 1);
		}
		a += step;
		l = next;
		if (fabs(step) <= 1e-12 * fmax(1, fabs(a)))
			break;
	}
	information = sum_value(&l.iaa);
	for (int i = 0; i < MOST_STEPS && !p->exact; i++) {
		struct slopes s = slopes_at(o, a, 1);
		double step = s.ga / s.iaa;

		a += step;
		information = s.iaa;
		if (!(fabs(step) > LAST_STEP))
			break;
	}
	return with_error(a, 1 / information);
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

/* One step of Newton for both. */
static void newton(const struct slopes *s, double *da, double *db)
{
	double determinant = s->iaa * s->ibb - s->iab * s->iab;

	*da = (s->ibb * s->ga - s->iab * s->gb) / determinant;
	*db = (s->iaa * s->gb - s->iab * s->ga) / determinant;
}

static struct slopes slopes_of(const struct likelihood *l)
{
	return (struct slopes){sum_value(&l->ga), sum_value(&l->gb), sum_value(&l->iaa),
			       sum_value(&l->iab), sum_value(&l->ibb)};
}

static struct figure fit_slope(const struct outcomes *o, const struct points *p)
{
	double base = (double)o->n_positive / (double)o->n;
	double a = 0, b = 1, flat = log(base) - log1p(-base);
	struct likelihood l = likelihood_at(p, a, b), none = likelihood_at(p, flat, 0);
	struct slopes s;

	if (!(sum_value(&l.value) >= sum_value(&none.value))) {
		/* scores that are worse than none at all: start from none */
		a = flat;
		b = 0;
		l = none;
	}
	for (int i = 0; i < MOST_STEPS; i++) {
		double before = sum_value(&l.value), da, db;
		struct likelihood next;

		s = slopes_of(&l);
		newton(&s, &da, &db);
		next = likelihood_at(p, a + da, b + db);
		for (int halved = 0; halved < 60 && !(sum_value(&next.value) >= before); halved++) {
			da /= 2;
			db /= 2;
			next = likelihood_at(p, a + da, b + db);
		}
		a += da;
		b += db;
		l = next;
		if (fabs(da) <= 1e-12 * fmax(1, fabs(a)) && fabs(db) <= 1e-12 * fmax(1, fabs(b)))
			break;
	}
	s = slopes_of(&l);
	for (int i = 0; i < MOST_STEPS && !p->exact; i++) {
		double da, db;

		s = slopes_at(o, a, b);
		newton(&s, &da, &db);
		a += da;
		b += db;
		if (!(fabs(da) > LAST_STEP || fabs(db) > LAST_STEP))
			break;
	}
	return with_error(b, s.iaa / (s.iaa * s.ibb - s.iab * s.iab));
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
	struct points points;

	if (reason)
		return fit;
	bring_together(o, &points);
	fit.intercept = fit_intercept(o, &points);
	fit.slope = points.at[0].logit == points.at[points.n - 1].logit ? unknown("one score only")
		    : are_parted(o) ? unknown("the scores part the classes wholly")
				    : fit_slope(o, &points);
	test_groups(o, &fit);
	return fit;
}
