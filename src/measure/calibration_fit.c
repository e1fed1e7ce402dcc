/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/calibration_fit.c - calibration without bins, and a test of it with bins */
#include "measure/calibration_fit.h"
#include "measure/intervals.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <float.h>

enum {
	MOST_STEPS = 100,
	GROUPS = 10,
	RANKED_POINTS = 1024, /* of equal counts */
	POINTS_PER_LOGIT = 32,
	/* logits lie within 36.05 of 0, and what parts a point ends in a part of its own */
	MOST_POINTS = 2 * RANKED_POINTS + 73 * POINTS_PER_LOGIT
};

static struct figure unknown(const char *reason)
{
	return (struct figure){NAN, no_interval(), reason};
}

static inline double logit(double score)
{
	double s = score < DBL_EPSILON ? DBL_EPSILON : score;

	if (s > 1 - DBL_EPSILON)
		s = 1 - DBL_EPSILON;
	return log(s / (1 - s));
}

static inline double likely(double x)
{
	return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

/* Log-likelihood of y = a + b x, its gradient and its information. */
struct likelihood {
	struct sum value, ga, gb, iaa, iab, ibb;
};

/* ---- rows brought together ----
 *
 * The likelihood of a row is smooth in its logit. Rows with logits near each other are one point,
 * and the sums of the powers of what each is off its middle give what they add to the likelihood
 * as a series: to the last digits, where points are narrow. */

struct point {
	double logit; /* the middle */
	double half;  /* no row is further off */
	double rows, events;
	double off1, off2, off3, off4; /* sums of powers of (logit - middle) over rows */
	double events_off;             /* and over events */
};

struct points {
	struct point at[MOST_POINTS];
	size_t n;
	double widest; /* largest half */
};

/* A function of the logit at a point and its derivatives, summed over the rows of the point when
 * the logit goes in times b. */
static inline double over_rows(const struct point *p, double b, const double f[5])
{
	return p->rows * f[0] +
	       b * (p->off1 * f[1] +
		    b * (p->off2 * f[2] / 2 + b * (p->off3 * f[3] / 6 + b * p->off4 * f[4] / 24)));
}

/* The same with each row times what it is off the middle. */
static inline double over_offsets(const struct point *p, double b, const double f[4])
{
	return p->off1 * f[0] +
	       b * (p->off2 * f[1] + b * (p->off3 * f[2] / 2 + b * p->off4 * f[3] / 6));
}

static inline double over_squares(const struct point *p, double b, const double f[3])
{
	return p->off2 * f[0] + b * (p->off3 * f[1] + b * p->off4 * f[2] / 2);
}

static void add_point(struct likelihood *l, double a, double b, const struct point *point)
{
	double x = point->logit, at = a + b * x, e = exp(-fabs(at));
	double more = 1 / (1 + e),
	       less = e / (1 + e); /* P of the likelier class and of the other */
	double p = at >= 0 ? more : less, q = at >= 0 ? less : more, pq = p * q, tilt = q - p;
	/* softplus(t) = ln(1 + e^t) and its derivatives */
	const double f[] = {0, p, pq, pq * tilt, pq * (1 - 6 * pq), pq * tilt * (1 - 12 * pq)};
	double events = point->events, others = point->rows - events, rest = log1p(e);
	double above = rest + (at > 0 ? at : 0), below = rest + (at > 0 ? 0 : -at);
	const double corrections[] = {0, f[1], f[2], f[3], f[4]},
		     gradient[] = {0, f[2], f[3], f[4], f[5]};
	double off = b * point->events_off - over_rows(point, b, corrections);
	double ga = events * q - others * p - over_rows(point, b, gradient);
	double weight = over_rows(point, b, (const double[]){f[2], f[3], f[4], f[5], 0});
	double weight_off = over_offsets(point, b, f + 2), square = over_squares(point, b, f + 2);

	sum_add(&l->value, -events * below - others * above + off);
	sum_add(&l->ga, ga);
	sum_add(&l->gb, ga * x + (point->events_off - over_offsets(point, b, f + 1)));
	sum_add(&l->iaa, weight);
	sum_add(&l->iab, weight * x + weight_off);
	sum_add(&l->ibb, (weight * x + 2 * weight_off) * x + square);
}

static struct likelihood likelihood_at(const struct points *p, double a, double b)
{
	struct likelihood l = {0};

	for (size_t i = 0; i < p->n; i++)
		add_point(&l, a, b, &p->at[i]);
	return l;
}

static void add_offsets(struct point *p, const double *scores, size_t n, bool events)
{
	double sum1 = 0, sum2 = 0, sum3 = 0, sum4 = 0;

	for (size_t i = 0; i < n; i++) {
		double off = logit(scores[i]) - p->logit, square = off * off;

		sum1 += off;
		sum2 += square;
		sum3 += square * off;
		sum4 += square * square;
	}
	p->off1 += sum1;
	p->off2 += sum2;
	p->off3 += sum3;
	p->off4 += sum4;
	if (events)
		p->events_off = sum1;
}

/* Rows [i, i_end) of the positives and [j, j_end) of the negatives, which lie in order, so that
 * adding them up is the same for every order that they had before. */
static void take_point(struct points *points, const struct outcomes *o, const size_t from[2],
		       const size_t to[2])
{
	size_t n_positive = to[0] - from[0], n_negative = to[1] - from[1];
	const double *positives = o->positives + from[0], *negatives = o->negatives + from[1];
	struct point *p = &points->at[points->n];
	double low, high;

	if (!n_positive && !n_negative)
		return;
	low = !n_negative || (n_positive && positives[0] < negatives[0]) ? positives[0]
									 : negatives[0];
	high = !n_negative || (n_positive && positives[n_positive - 1] > negatives[n_negative - 1])
		   ? positives[n_positive - 1]
		   : negatives[n_negative - 1];
	*p = (struct point){.logit = logit(low),
			    .rows = (double)(n_positive + n_negative),
			    .events = (double)n_positive};
	points->n++;
	if (low == high)
		return;
	p->half = (logit(high) - p->logit) / 2;
	p->logit += p->half;
	if (p->half > points->widest)
		points->widest = p->half;
	add_offsets(p, positives, n_positive, true);
	add_offsets(p, negatives, n_negative, false);
}

/* Upper edges of points: RANKED_POINTS of about equal counts, the wide ones of them parted. */
static size_t point_edges(const struct outcomes *o, double edges[MOST_POINTS])
{
	size_t ranked = o->n < RANKED_POINTS ? o->n : RANKED_POINTS, n = 0;
	double last = outcomes_score(o, 0);

	for (size_t k = 1; k <= ranked; k++) {
		size_t rank = k * o->n / ranked;
		double edge = outcomes_score(o, rank - 1), from = logit(last);
		double parts = ceil((logit(edge) - from) * POINTS_PER_LOGIT);

		if (n && edge == last)
			continue;
		for (double part = 1; part < parts; part++) {
			double within = likely(from + part / parts * (logit(edge) - from));

			if (within > last && within < edge)
				last = edges[n++] = within;
		}
		last = edges[n++] = edge;
	}
	return n;
}

static void bring_together(const struct outcomes *o, struct points *points)
{
	double edges[MOST_POINTS];
	size_t n = point_edges(o, edges), from[2] = {0, 0};

	points->n = 0;
	points->widest = 0;
	for (size_t i = 0; i < n; i++) {
		size_t to[2] = {
		    outcomes_up_to(o->positives, from[0], o->n_positive, edges[i]),
		    outcomes_up_to(o->negatives, from[1], o->n_negative, edges[i]),
		};

		take_point(points, o, from, to);
		from[0] = to[0];
		from[1] = to[1];
	}
}

/* Whether what the series leave out may show: they end with the fourth power, and the fifth and
 * sixth derivatives of softplus are below 0.3. */
static bool are_too_wide(const struct points *p, double b)
{
	return pow(fabs(b) * p->widest, 5) * 0.3 / 120 > 1e-10;
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
	for (int i = 0; i < MOST_STEPS && are_too_wide(p, 1); i++) {
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
	for (int i = 0; i < MOST_STEPS && are_too_wide(p, b); i++) {
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
	struct sum statistic = {0};
	size_t i = 0, j = 0, groups = 0;

	for (size_t tenth = 1; tenth <= GROUPS; tenth++) {
		/* A group ends with the score that fills the next tenth of the rows; one score may
		 * hold more than a tenth. */
		size_t full =
		    (o->n / GROUPS) * tenth + (o->n % GROUPS * tenth + GROUPS - 1) / GROUPS;
		double edge = outcomes_score(o, full - 1);
		size_t i_end = outcomes_up_to(o->positives, i, o->n_positive, edge);
		size_t j_end = outcomes_up_to(o->negatives, j, o->n_negative, edge);
		struct group group = {.n = i_end - i + j_end - j, .events = i_end - i};

		if (!group.n)
			continue;
		sum_add_all(&group.scores, o->positives + i, i_end - i);
		sum_add_all(&group.scores, o->negatives + j, j_end - j);
		sum_add(&statistic, group_term(&group));
		groups++;
		i = i_end;
		j = j_end;
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
	fit.slope = logit(outcomes_score(o, 0)) == logit(outcomes_score(o, o->n - 1))
			? unknown("one score only")
		    : are_parted(o) ? unknown("the scores part the classes wholly")
				    : fit_slope(o, &points);
	test_groups(o, &fit);
	return fit;
}
