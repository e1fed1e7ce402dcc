/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/auc_interval.c - the interval of a ROC AUC */
#include "measure/auc_interval.h"
#include "measure/intervals.h"
#include "measure/special.h"
#include <math.h>

/* Rows' worth of the model of exponential scores that go into each part of the variance. */
#define MODEL_ROWS 8
/* From so many rows of the rarer class, times the share that is ranked wrongly, 95 % are kept. */
#define ENOUGH_RANKED_WRONGLY 20

/* A bound of model_variance(). */
#define MOST_OF_MODEL 0.1

enum { HALVINGS = 64 };

static double logistic(double x)
{
	return 1 / (1 + exp(-x));
}

/* The variance of the share of the other class that a row is ranked rightly against, scores being
 * exponential and this class the one that spreads more. */
static double model_variance(double theta)
{
	double farther = theta < 0.5 ? 1 - theta : theta;

	return farther * farther * (1 - farther) / (1 + farther);
}

/* ---- DeLong's variance, steadied ---- */

struct steadied {
	double auc, middle, slope; /* the AUC, its logit, and how fast that grows with it */
	double of_rows;            /* of the variance: DeLong's share */
	double of_model;           /* how much of the model's variance of a row goes into it */
	double alone;              /* how much of it makes the variance by the model alone */
	double point;              /* Student's */
};

/* How far an end may lie from the middle, were it at theta. */
static double reach(const struct steadied *s, double theta)
{
	return s->point * s->slope * sqrt(s->of_rows + s->of_model * model_variance(theta));
}

static struct steadied steadied_of(double auc, struct auc_variance v, double n, double m)
{
	double of_n = n / (n + MODEL_ROWS), of_m = m / (m + MODEL_ROWS),
	       model = model_variance(auc);
	double p = of_n * v.of_positives + (1 - of_n) * model / n;
	double q = of_m * v.of_negatives + (1 - of_m) * model / m;
	double freedom =
	    (p + q) * (p + q) / (p * p / (n - 1 + MODEL_ROWS) + q * q / (m - 1 + MODEL_ROWS));

	return (struct steadied){
	    .auc = auc,
	    .middle = log(auc) - log1p(-auc),
	    .slope = 1 / (auc * (1 - auc)),
	    .of_rows = of_n * v.of_positives + of_m * v.of_negatives,
	    .of_model = (1 - of_n) / n + (1 - of_m) / m,
	    .alone = 1 / n + 1 / m,
	    .point = student_two_sided_point(0.95, freedom),
	};
}

/* Whether the interval holds theta, whose logit is `away` from the middle. */
static bool holds(const struct steadied *s, double theta, double away)
{
	double off = theta - s->auc, z2 = INTERVAL_Z95 * INTERVAL_Z95;

	return away <= reach(s, theta) &&
	       (away <= reach(s, s->auc) || off * off <= z2 * s->alone * model_variance(theta));
}

/* One end, `way` being -1 or 1. */
static double steadied_end(const struct steadied *s, double way)
{
	double inside = 0;
	double outside = s->point * s->slope * sqrt(s->of_rows + s->of_model * MOST_OF_MODEL);

	for (int i = 0; i < HALVINGS; i++) {
		double away = (inside + outside) / 2;

		if (holds(s, logistic(s->middle + way * away), away))
			inside = away;
		else
			outside = away;
	}
	return logistic(s->middle + way * inside);
}

/* ---- all pairs ranked alike ---- */

/* The least theta whose interval by Newcombe's method 5 holds an AUC of 1. */
static double least_behind_one(double n, double m)
{
	double low = 0, high = 1, others = (n + m) / 2 - 1;

	for (int i = 0; i < HALVINGS; i++) {
		double theta = (low + high) / 2, off = 1 - theta;
		double variance = theta * off *
				  (1 + others * (off / (2 - theta) + theta / (1 + theta))) /
				  (n * m);

		if (off * off <= INTERVAL_Z95 * INTERVAL_Z95 * variance)
			high = theta;
		else
			low = theta;
	}
	return high;
}

struct interval auc_interval(double auc, struct auc_variance v, size_t positives, size_t negatives)
{
	double n = (double)positives, m = (double)negatives;
	struct steadied s;

	if (positives < 2 || negatives < 2)
		return no_interval();
	if (auc == 1)
		return (struct interval){least_behind_one(n, m), 1};
	if (auc == 0)
		return (struct interval){0, 1 - least_behind_one(n, m)};
	if (!(v.of_positives + v.of_negatives > 0))
		return no_interval();
	s = steadied_of(auc, v, n, m);
	return (struct interval){steadied_end(&s, -1), steadied_end(&s, 1)};
}

const char *auc_interval_note(double auc, size_t positives, size_t negatives)
{
	double rarer = (double)(positives < negatives ? positives : negatives);

	if (rarer * fmin(auc, 1 - auc) >= ENOUGH_RANKED_WRONGLY)
		return NULL;
	return "few rows of the rarer class are ranked wrongly: the interval may be wider than 95 "
	       "% "
	       "asks for";
}

const char *roc_auc_note(const struct performance *p)
{
	if (isnan(p->roc_auc.value) || isnan(p->roc_auc.interval.low) || p->positives > p->n)
		return NULL;
	return auc_interval_note(p->roc_auc.value, p->positives, p->n - p->positives);
}
