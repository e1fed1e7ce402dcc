/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/performance.c - how well a binary classifier ranks and decides */
#include "measure/performance.h"
#include "measure/intervals.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <float.h>

enum { BLOCK = 1024 }; /* terms that are added up at once */

static struct figure known(double value)
{
	return (struct figure){.value = value, .interval = no_interval()};
}

static struct figure unknown(const char *reason)
{
	return (struct figure){.value = NAN, .interval = no_interval(), .reason = reason};
}

static struct figure share(size_t k, size_t n, const char *reason_if_none)
{
	if (n == 0)
		return unknown(reason_if_none);
	return (struct figure){
	    .value = (double)k / (double)n,
	    .interval = wilson_interval(k, n, INTERVAL_Z95),
	};
}

/* Why the scores cannot be ranked between two classes; NULL where they can. */
static const char *no_ranking(const struct outcomes *o)
{
	if (o->n == 0)
		return "no rows";
	if (!o->has_scores)
		return "no score";
	return o->n_positive == 0 || o->n_negative == 0 ? "one class only" : NULL;
}

/* Twice the number of pairs in which the positive scores higher, ties counting half. */
static double doubled_wins(const struct outcomes *o)
{
	struct outcome_run run = {0};
	unsigned long long wins = 0;

	while (outcomes_next_run(o, &run))
		wins += (unsigned long long)run.positives *
			(2ULL * run.negatives_before + run.negatives);
	return (double)wins;
}

struct auc_variance roc_auc_variance(const struct outcomes *o, double auc)
{
	double n_positive = (double)o->n_positive, n_negative = (double)o->n_negative;
	struct sum of_positives = {0}, of_negatives = {0};
	double positives[BLOCK], negatives[BLOCK];
	struct outcome_run run = {0};
	size_t used = 0;

	while (outcomes_next_run(o, &run)) {
		double p = (double)run.positives, q = (double)run.negatives;
		double below = ((double)run.negatives_before + q / 2) / n_negative;
		double above =
		    ((double)(o->n_positive - run.positives_before) - p / 2) / n_positive;

		positives[used] = p * (below - auc) * (below - auc);
		negatives[used] = q * (above - auc) * (above - auc);
		if (++used == BLOCK) {
			sum_add_all(&of_positives, positives, used);
			sum_add_all(&of_negatives, negatives, used);
			used = 0;
		}
	}
	sum_add_all(&of_positives, positives, used);
	sum_add_all(&of_negatives, negatives, used);
	return (struct auc_variance){
	    .of_positives = sum_value(&of_positives) / (n_positive - 1) / n_positive,
	    .of_negatives = sum_value(&of_negatives) / (n_negative - 1) / n_negative,
	};
}

/* Rows' worth of the model of exponential scores that go into each part of the variance. */
#define MODEL_ROWS 4

/* The part of one class, of n rows, with some of what Hanley & McNeil give it. */
static double steadied(double part, double n, double model)
{
	return (n * part + MODEL_ROWS * model) / (n + MODEL_ROWS);
}

static double logistic(double x)
{
	return 1 / (1 + exp(-x));
}

/* 0 < auc < 1. */
static struct interval auc_interval(const struct outcomes *o, double auc)
{
	struct auc_variance v = roc_auc_variance(o, auc);
	double n = (double)o->n_positive, m = (double)o->n_negative, p, q, freedom, half, middle;

	if (!(v.of_positives + v.of_negatives > 0))
		return no_interval();
	p = steadied(v.of_positives, n, (2 * auc * auc / (1 + auc) - auc * auc) / n);
	q = steadied(v.of_negatives, m, (auc / (2 - auc) - auc * auc) / m);
	/* Satterthwaite's degrees of freedom of the sum of both */
	freedom = (p + q) * (p + q) / (p * p / (n - 1 + MODEL_ROWS) + q * q / (m - 1 + MODEL_ROWS));
	half = student_two_sided_point(0.95, freedom) * sqrt(p + q) / (auc * (1 - auc));
	middle = log(auc) - log1p(-auc);
	return (struct interval){logistic(middle - half), logistic(middle + half)};
}

struct figure roc_auc(const struct outcomes *o)
{
	const char *reason = no_ranking(o);
	struct figure auc;

	if (reason)
		return unknown(reason);
	auc = known(doubled_wins(o) / (2.0 * (double)o->n_positive * (double)o->n_negative));
	if (o->n_positive > 1 && o->n_negative > 1 && auc.value > 0 && auc.value < 1)
		auc.interval = auc_interval(o, auc.value);
	return auc;
}

struct figure average_precision(const struct outcomes *o)
{
	struct outcome_run run = {0};
	struct sum area = {0};

	if (o->n == 0)
		return unknown("no rows");
	if (!o->has_scores)
		return unknown("no score");
	if (o->n_positive == 0)
		return unknown("no positive rows");
	while (outcomes_next_run(o, &run)) {
		double tp = (double)(o->n_positive - run.positives_before);
		double fp = (double)(o->n_negative - run.negatives_before);

		sum_add(&area, (double)run.positives * (tp / (tp + fp)));
	}
	return known(sum_value(&area) / (double)o->n_positive);
}

/* Adds the losses and squared errors of the scores of one class, a block at a time. */
static void add_errors(struct sum *losses, struct sum *squares, const double *scores, size_t n,
		       bool positive)
{
	double loss[BLOCK], square[BLOCK];

	for (size_t from = 0, part; from < n; from += part) {
		part = n - from < BLOCK ? n - from : BLOCK;
		for (size_t i = 0; i < part; i++) {
			double s = scores[from + i], d = positive ? 1 - s : s;
			double held = fmin(fmax(s, DBL_EPSILON), 1 - DBL_EPSILON);

			loss[i] = positive ? -log(held) : -log1p(-held);
			square[i] = d * d;
		}
		sum_add_all(losses, loss, part);
		sum_add_all(squares, square, part);
	}
}

/* log_loss and brier, the figures that take a score for a probability. */
static void measure_probabilities(const struct outcomes *o, struct performance *p)
{
	const char *reason = o->n == 0        ? "no rows"
			     : !o->has_scores ? "no score"
			     : !o->are_shares ? "scores outside 0 to 1"
					      : NULL;
	struct sum loss = {0}, squares = {0};

	if (reason) {
		p->log_loss = p->brier = unknown(reason);
		return;
	}
	add_errors(&loss, &squares, o->positives, o->n_positive, true);
	add_errors(&loss, &squares, o->negatives, o->n_negative, false);
	p->log_loss = known(sum_value(&loss) / (double)o->n);
	p->brier = known(sum_value(&squares) / (double)o->n);
}

struct figure matthews_correlation(size_t tp, size_t fp, size_t tn, size_t fn)
{
	double a = (double)tp, b = (double)fp, c = (double)tn, d = (double)fn;
	int empty = (tp + fn == 0) + (tn + fp == 0) + (tp + fp == 0) + (tn + fn == 0);

	if (tp + fp + tn + fn == 0)
		return unknown("no rows");
	if (empty > 1)
		return unknown("one class only");
	if (empty == 1)
		return known(0);
	/* Rounding may take it a last place beyond 1. */
	return known(fmax(
	    -1, fmin(1, (a * c - b * d) / sqrt(a + b) / sqrt(a + d) / sqrt(c + b) / sqrt(c + d))));
}

static void measure_decisions(const struct outcomes *o, struct performance *p)
{
	const char *none = o->n == 0 ? "no rows" : "no prediction";
	size_t decided = 2 * o->tp + o->fp + o->fn;

	if (o->n == 0 || !o->has_predictions) {
		p->accuracy = p->balanced_accuracy = p->precision = p->recall = p->specificity =
		    p->f1 = p->mcc = unknown(none);
		return;
	}
	p->tp = o->tp;
	p->fp = o->fp;
	p->tn = o->tn;
	p->fn = o->fn;
	p->accuracy = share(o->tp + o->tn, o->n, none);
	p->precision = share(o->tp, o->tp + o->fp, "nothing predicted positive");
	p->recall = share(o->tp, o->n_positive, "no positive rows");
	p->specificity = share(o->tn, o->n_negative, "no negative rows");
	p->balanced_accuracy = o->n_positive && o->n_negative
				   ? known((p->recall.value + p->specificity.value) / 2)
				   : unknown("one class only");
	p->f1 = decided ? known(2 * (double)o->tp / (double)decided)
			: unknown("no positive rows and nothing predicted positive");
	p->mcc = matthews_correlation(o->tp, o->fp, o->tn, o->fn);
}

struct performance performance_measure(const struct outcomes *o)
{
	struct performance p = {
	    .n = o->n,
	    .positives = o->n_positive,
	    .base_rate = share(o->n_positive, o->n, "no rows"),
	    .roc_auc = roc_auc(o),
	    .average_precision = average_precision(o),
	    .threshold = o->threshold,
	};

	measure_probabilities(o, &p);
	measure_decisions(o, &p);
	return p;
}
