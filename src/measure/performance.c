/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/performance.c - how well a binary classifier ranks and decides */
#include "measure/performance.h"
#include "measure/auc_interval.h"
#include "measure/intervals.h"
#include "measure/sort.h"
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

/* What one walk over the runs of equal scores gives. */
struct ranking {
	unsigned long long wins; /* twice the pairs that are ranked rightly, ties counting half */
	double area;             /* sum over positives of the precision from their score up */
	double middle;           /* a number near the AUC */
	/* sums of squares around `middle`: of the share of negatives below each positive, and of
	 * the share of positives above each negative */
	double of_positives, of_negatives;
};

/* The AUC of some positives, spread evenly. */
static double rough_auc(const struct outcomes *o)
{
	enum { LOOKED_AT = 64 };
	size_t step = o->n_positive / LOOKED_AT + 1, looked_at = 0;
	double below = 0;

	for (size_t i = 0; i < o->n_positive; i += step, looked_at++)
		below += (double)sorted_below(o->negatives, o->n_negative, o->positives[i], false) +
			 (double)sorted_below(o->negatives, o->n_negative, o->positives[i], true);
	return below / (2 * (double)o->n_negative * (double)looked_at);
}

/* Terms of three sums, added up a block at a time. */
struct ranking_terms {
	double area[BLOCK], positives[BLOCK], negatives[BLOCK];
	size_t n;
	struct sum of_area, of_positives, of_negatives;
};

static void add_terms(struct ranking_terms *t)
{
	sum_add_all(&t->of_area, t->area, t->n);
	sum_add_all(&t->of_positives, t->positives, t->n);
	sum_add_all(&t->of_negatives, t->negatives, t->n);
	t->n = 0;
}

/* Both classes have rows. Squares are taken around a number near the AUC, so that one walk is
 * enough and no digits are lost when they are moved to the AUC itself. */
static struct ranking rank(const struct outcomes *o)
{
	double per_positive = 1 / (double)o->n_positive, per_negative = 1 / (double)o->n_negative;
	struct ranking r = {.middle = rough_auc(o)};
	struct ranking_terms t = {.n = 0};
	struct outcome_run run = {0};

	while (outcomes_next_run(o, &run)) {
		double p = (double)run.positives, q = (double)run.negatives;
		double tp = (double)(o->n_positive - run.positives_before);
		double fp = (double)(o->n_negative - run.negatives_before);
		double below = ((double)run.negatives_before + q / 2) * per_negative - r.middle;
		double above = (tp - p / 2) * per_positive - r.middle;

		r.wins += (unsigned long long)run.positives *
			  (2ULL * run.negatives_before + run.negatives);
		t.area[t.n] = run.positives ? p * (tp / (tp + fp)) : 0;
		t.positives[t.n] = p * below * below;
		t.negatives[t.n] = q * above * above;
		if (++t.n == BLOCK)
			add_terms(&t);
	}
	add_terms(&t);
	r.area = sum_value(&t.of_area);
	r.of_positives = sum_value(&t.of_positives);
	r.of_negatives = sum_value(&t.of_negatives);
	return r;
}

/* The variance of the mean of n shares, from their squares around `middle`. */
static double part_of_variance(double squares, double n, double off)
{
	double around = squares - n * off * off;

	/* what is left of rounding is none */
	return around > 1e-13 * squares ? around / (n - 1) / n : 0;
}

static double auc_of(const struct outcomes *o, const struct ranking *r)
{
	return (double)r->wins / (2.0 * (double)o->n_positive * (double)o->n_negative);
}

static struct auc_variance variance_of(const struct outcomes *o, const struct ranking *r)
{
	double off = auc_of(o, r) - r->middle;

	return (struct auc_variance){
	    part_of_variance(r->of_positives, (double)o->n_positive, off),
	    part_of_variance(r->of_negatives, (double)o->n_negative, off),
	};
}

struct auc_variance roc_auc_variance(const struct outcomes *o)
{
	struct ranking r = rank(o);

	return variance_of(o, &r);
}

static struct figure auc_figure(const struct outcomes *o, const struct ranking *r)
{
	struct figure auc = known(auc_of(o, r));

	auc.interval = auc_interval(auc.value, variance_of(o, r), o->n_positive, o->n_negative);
	return auc;
}

struct figure roc_auc(const struct outcomes *o)
{
	const char *reason = no_ranking(o);
	struct ranking r;

	if (reason)
		return unknown(reason);
	r = rank(o);
	return auc_figure(o, &r);
}

static const char *no_precision(const struct outcomes *o)
{
	return o->n == 0            ? "no rows"
	       : !o->has_scores     ? "no score"
	       : o->n_positive == 0 ? "no positive rows"
				    : NULL;
}

struct figure average_precision(const struct outcomes *o)
{
	const char *reason = no_precision(o);

	if (reason)
		return unknown(reason);
	if (!o->n_negative)
		return known(1);
	return known(rank(o).area / (double)o->n_positive);
}

/* Both of these from one walk. */
static void measure_ranking(const struct outcomes *o, struct performance *p)
{
	struct ranking r;

	if (no_ranking(o)) {
		p->roc_auc = roc_auc(o);
		p->average_precision = average_precision(o);
		return;
	}
	r = rank(o);
	p->roc_auc = auc_figure(o, &r);
	p->average_precision = known(r.area / (double)o->n_positive);
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
			double held = s < DBL_EPSILON ? DBL_EPSILON : s;

			held = held > 1 - DBL_EPSILON ? 1 - DBL_EPSILON : held;
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
	    .threshold = o->threshold,
	};

	measure_ranking(o, &p);
	measure_probabilities(o, &p);
	measure_decisions(o, &p);
	return p;
}
