/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/compare.c - two scores of the same rows */
#include "measure/compare.h"
#include "measure/intervals.h"
#include "measure/outcomes.h"
#include "measure/sort.h"
#include "measure/special.h"
#include "measure/sum.h"
#include <stdint.h>

static bool is_complete(const unsigned char *labels, const double *a, const double *b, size_t i)
{
	return labels[i] != LABEL_MISSING && !isnan(a[i]) && !isnan(b[i]);
}

static struct paired_comparison not_known(size_t n, const char *method, const char *reason)
{
	return (struct paired_comparison){n, {NAN, no_interval(), reason}, NAN, method};
}

/* The difference with what its standard error says, by the normal distribution, or by Student's
 * where the degrees of freedom are finite. Rows that all show one difference other than 0 do not
 * say how sure it is. */
static struct paired_comparison judged(size_t n, const char *method, double difference,
				       double variance, double freedom)
{
	struct paired_comparison c = {n, {difference, no_interval(), NULL}, NAN, method};
	double error = sqrt(fmax(0, variance)), half;

	if (isnan(variance) || (error == 0 && difference != 0))
		return c;
	half = error * (isinf(freedom) ? INTERVAL_Z95 : student_two_sided_point(0.95, freedom));
	c.difference.interval = (struct interval){difference - half, difference + half};
	c.p_value = error == 0       ? 1
		    : isinf(freedom) ? chi_square_tail(difference / error * (difference / error), 1)
				     : student_two_sided_tail(difference / error, freedom);
	return c;
}

/* ---- ROC AUC ---- */

/* The rows that are complete. */
struct paired_rows {
	size_t n, n_positive, n_negative;
	const unsigned char *labels;
};

/* For each row the share of the other class that it ranks rightly against, ties one half: V10 of
 * positives and V01 of negatives in DeLong's words. */
static void fill_shares(struct arena *scratch, const struct paired_rows *rows, const double *scores,
			double *share)
{
	uint32_t *order = arena_new(scratch, uint32_t, rows->n);
	size_t positives_before = 0, negatives_before = 0;

	sort_order(scores, rows->n, order, scratch);
	for (size_t from = 0, to; from < rows->n; from = to) {
		size_t positives = 0, negatives;
		for (to = from; to < rows->n && scores[order[to]] == scores[order[from]]; to++)
			positives += rows->labels[order[to]] == LABEL_POSITIVE;
		negatives = to - from - positives;
		for (size_t i = from; i < to; i++) {
			bool positive = rows->labels[order[i]] == LABEL_POSITIVE;
			double below = (double)negatives_before + (double)negatives / 2;
			double above =
			    (double)(rows->n_positive - positives_before) - (double)positives / 2;
			share[order[i]] = positive ? below / (double)rows->n_negative
						   : above / (double)rows->n_positive;
		}
		positives_before += positives;
		negatives_before += negatives;
	}
}

/* Mean and sample variance of the differences of one class. */
struct spread {
	double mean, variance;
};

static struct spread spread_of(const struct paired_rows *rows, const double *a, const double *b,
			       unsigned char label, size_t n)
{
	struct sum sum = {0}, squares = {0};
	struct spread s;

	for (size_t i = 0; i < rows->n; i++)
		if (rows->labels[i] == label)
			sum_add(&sum, b[i] - a[i]);
	s.mean = sum_value(&sum) / (double)n;
	for (size_t i = 0; i < rows->n; i++) {
		double d = b[i] - a[i] - s.mean;
		if (rows->labels[i] == label)
			sum_add(&squares, d * d);
	}
	s.variance = n > 1 ? sum_value(&squares) / (double)(n - 1) : NAN;
	return s;
}

struct paired_comparison compare_roc_auc(struct arena *scratch, const unsigned char *labels,
					 const double *a, const double *b, size_t n)
{
	static const char method[] = "DeLong, paired";
	unsigned char *kept = arena_new(scratch, unsigned char, n);
	double *of_a = arena_new(scratch, double, n), *of_b = arena_new(scratch, double, n);
	double *share_a = arena_new(scratch, double, n), *share_b = arena_new(scratch, double, n);
	struct paired_rows rows = {.labels = kept};
	struct spread positives, negatives;

	for (size_t i = 0; i < n; i++) {
		if (!is_complete(labels, a, b, i))
			continue;
		kept[rows.n] = labels[i];
		of_a[rows.n] = a[i];
		of_b[rows.n++] = b[i];
		*(labels[i] == LABEL_POSITIVE ? &rows.n_positive : &rows.n_negative) += 1;
	}
	if (!rows.n)
		return not_known(0, method, "no rows");
	if (!rows.n_positive || !rows.n_negative)
		return not_known(rows.n, method, "one class only");
	fill_shares(scratch, &rows, of_a, share_a);
	fill_shares(scratch, &rows, of_b, share_b);
	positives = spread_of(&rows, share_a, share_b, LABEL_POSITIVE, rows.n_positive);
	negatives = spread_of(&rows, share_a, share_b, LABEL_NEGATIVE, rows.n_negative);
	return judged(rows.n, method, positives.mean,
		      positives.variance / (double)rows.n_positive +
			  negatives.variance / (double)rows.n_negative,
		      INFINITY);
}

/* ---- Brier score ---- */

static double squared_error_difference(unsigned char label, double a, double b)
{
	double outcome = label == LABEL_POSITIVE;

	/* (b - y)^2 - (a - y)^2 without losing digits where both are close. */
	return (b - a) * (b + a - 2 * outcome);
}

struct paired_comparison compare_brier(const unsigned char *labels, const double *a,
				       const double *b, size_t n)
{
	static const char method[] = "mean of the rows' differences";
	struct sum sum = {0}, squares = {0};
	size_t used = 0;
	double mean;

	for (size_t i = 0; i < n; i++) {
		if (!is_complete(labels, a, b, i))
			continue;
		if (a[i] < 0 || a[i] > 1 || b[i] < 0 || b[i] > 1)
			return not_known(0, method, "scores outside 0 to 1");
		sum_add(&sum, squared_error_difference(labels[i], a[i], b[i]));
		used++;
	}
	if (!used)
		return not_known(0, method, "no rows");
	mean = sum_value(&sum) / (double)used;
	for (size_t i = 0; i < n; i++) {
		double d;
		if (!is_complete(labels, a, b, i))
			continue;
		d = squared_error_difference(labels[i], a[i], b[i]) - mean;
		sum_add(&squares, d * d);
	}
	return judged(used, method, mean,
		      used > 1 ? sum_value(&squares) / (double)(used - 1) / (double)used : NAN,
		      (double)used - 1);
}
