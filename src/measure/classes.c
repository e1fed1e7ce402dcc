/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/classes.c - a classifier of several classes, from its confusion matrix */
#include "measure/classes.h"
#include "measure/intervals.h"
#include "measure/sum.h"
#include <math.h>

static struct figure rate(size_t part, size_t whole, const char *reason)
{
	if (!whole)
		return (struct figure){NAN, no_interval(), reason};
	return (struct figure){(double)part / (double)whole,
			       wilson_interval(part, whole, INTERVAL_Z95), NULL};
}

static struct figure plain(double value)
{
	return (struct figure){value, no_interval(), NULL};
}

static struct figure unknown(const char *reason)
{
	return (struct figure){NAN, no_interval(), reason};
}

static void fill_class(const size_t *counts, size_t k, size_t c, struct class_figures *one)
{
	size_t hits = counts[c * k + c], either;

	one->n = one->n_predicted = 0;
	for (size_t i = 0; i < k; i++) {
		one->n += counts[c * k + i];
		one->n_predicted += counts[i * k + c];
	}
	either = one->n + one->n_predicted;
	one->precision = rate(hits, one->n_predicted, "never predicted");
	one->recall = rate(hits, one->n, "no row of this class");
	one->f1 = either ? plain(2 * (double)hits / (double)either) : unknown("no row");
}

/* Means over the classes that have rows on either side; what is not known counts as 0. */
struct means {
	struct sum precision, recall, f1, weighted_precision, weighted_f1;
	size_t n_classes, n_true; /* with rows on either side, with true rows */
};

static double zero_if_unknown(const struct figure *figure)
{
	return isnan(figure->value) ? 0 : figure->value;
}

static void add_class(struct means *m, const struct class_figures *one)
{
	double precision = zero_if_unknown(&one->precision);
	double recall = zero_if_unknown(&one->recall);

	if (!one->n && !one->n_predicted)
		return;
	m->n_classes++;
	m->n_true += one->n > 0;
	sum_add(&m->precision, precision);
	sum_add(&m->recall, recall);
	sum_add(&m->f1, one->f1.value);
	sum_add(&m->weighted_precision, precision * (double)one->n);
	sum_add(&m->weighted_f1, one->f1.value * (double)one->n);
}

/* Gorodkin's R_K from the sums over rows and columns of the matrix. */
static double correlation(const struct class_figures *each, size_t k, double hits, double n)
{
	struct sum both = {0}, truth = {0}, predicted = {0};
	double of_truth, of_predicted;

	for (size_t c = 0; c < k; c++) {
		double t = (double)each[c].n / n, p = (double)each[c].n_predicted / n;
		sum_add(&both, t * p);
		sum_add(&truth, t * t);
		sum_add(&predicted, p * p);
	}
	of_truth = 1 - sum_value(&truth);
	of_predicted = 1 - sum_value(&predicted);
	if (of_truth <= 0 || of_predicted <= 0)
		return 0;
	return (hits / n - sum_value(&both)) / (sqrt(of_truth) * sqrt(of_predicted));
}

struct classes classes_measure(const size_t *counts, size_t k, struct class_figures *each)
{
	struct classes all = {.k = k};
	struct means m = {0};
	size_t hits = 0;
	double n;

	for (size_t c = 0; c < k; c++) {
		fill_class(counts, k, c, &each[c]);
		add_class(&m, &each[c]);
		hits += counts[c * k + c];
		all.n += each[c].n;
	}
	all.accuracy = rate(hits, all.n, "no rows");
	if (!all.n) {
		all.balanced_accuracy = all.macro_precision = all.macro_recall = all.macro_f1 =
		    all.weighted_precision = all.weighted_recall = all.weighted_f1 = all.mcc =
			unknown("no rows");
		return all;
	}
	n = (double)all.n;
	all.balanced_accuracy = plain(sum_value(&m.recall) / (double)m.n_true);
	all.macro_precision = plain(sum_value(&m.precision) / (double)m.n_classes);
	all.macro_recall = plain(sum_value(&m.recall) / (double)m.n_classes);
	all.macro_f1 = plain(sum_value(&m.f1) / (double)m.n_classes);
	all.weighted_precision = plain(sum_value(&m.weighted_precision) / n);
	all.weighted_recall = all.accuracy; /* rows weigh recalls back into hits */
	all.weighted_f1 = plain(sum_value(&m.weighted_f1) / n);
	all.mcc = plain(correlation(each, k, (double)hits, n));
	return all;
}

struct outcomes classes_top_label(struct arena *mem, struct arena *scratch, const uint32_t *truth,
				  const uint32_t *predicted, const double *confidence, size_t n)
{
	unsigned char *labels = arena_new(mem, unsigned char, n);
	struct outcome_rows rows = {
	    .n = n, .labels = labels, .scores = confidence, .threshold = 0.5};

	for (size_t i = 0; i < n; i++)
		labels[i] = truth[i] == CLASS_MISSING || predicted[i] == CLASS_MISSING
				? LABEL_MISSING
			    : truth[i] == predicted[i] ? LABEL_POSITIVE
						       : LABEL_NEGATIVE;
	return outcomes_sorted(mem, scratch, &rows);
}

void classes_predict(const double *const *scores, size_t k, size_t n, uint32_t *predicted,
		     double *confidence)
{
	for (size_t i = 0; i < n; i++) {
		double best = -(double)INFINITY;
		uint32_t class = CLASS_MISSING;
		bool missing = false;

		for (size_t c = 0; c < k; c++) {
			missing = missing || isnan(scores[c][i]);
			if (class == CLASS_MISSING || scores[c][i] > best) {
				best = scores[c][i];
				class = (uint32_t)c;
			}
		}
		predicted[i] = missing ? CLASS_MISSING : class;
		confidence[i] = missing || !k ? NAN : best;
	}
}
