/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/outcomes.c - the rows of a binary classifier, counted and sorted once */
#include "measure/outcomes.h"
#include "measure/sort.h"
#include <math.h>

static bool is_left_out(const struct outcome_rows *rows, size_t i)
{
	return rows->labels[i] > LABEL_POSITIVE || (rows->scores && isnan(rows->scores[i])) ||
	       (rows->predictions && rows->predictions[i] > LABEL_POSITIVE);
}

static bool is_predicted(const struct outcome_rows *rows, size_t i)
{
	return rows->predictions ? rows->predictions[i] == LABEL_POSITIVE
				 : rows->scores[i] >= rows->threshold;
}

/* Labels and decisions are hard to foresee: they are counted without branches. */
static void count(const struct outcome_rows *rows, struct outcomes *o)
{
	size_t counts[2][2] = {{0}}; /* [label][decision] */

	for (size_t i = 0; i < rows->n; i++) {
		if (is_left_out(rows, i))
			o->n_left_out++;
		else
			counts[rows->labels[i]][o->has_predictions && is_predicted(rows, i)]++;
	}
	o->n_negative = counts[LABEL_NEGATIVE][0] + counts[LABEL_NEGATIVE][1];
	o->n_positive = counts[LABEL_POSITIVE][0] + counts[LABEL_POSITIVE][1];
	o->n = o->n_positive + o->n_negative;
	if (!o->has_predictions)
		return;
	o->tn = counts[LABEL_NEGATIVE][0];
	o->fp = counts[LABEL_NEGATIVE][1];
	o->fn = counts[LABEL_POSITIVE][0];
	o->tp = counts[LABEL_POSITIVE][1];
}

static bool in_unit(const double *sorted, size_t n)
{
	return n == 0 || (sorted[0] >= 0 && sorted[n - 1] <= 1);
}

struct outcomes outcomes_sorted(struct arena *mem, struct arena *scratch,
				const struct outcome_rows *rows)
{
	struct outcomes o = {
	    .has_scores = rows->scores != NULL,
	    .has_predictions = rows->predictions || rows->scores,
	    .threshold = rows->threshold,
	};
	double *by_label[2];
	size_t n[2] = {0, 0};

	count(rows, &o);
	if (!rows->scores)
		return o;
	by_label[LABEL_NEGATIVE] = arena_new(mem, double, o.n_negative);
	by_label[LABEL_POSITIVE] = arena_new(mem, double, o.n_positive);
	for (size_t i = 0; i < rows->n; i++) {
		unsigned char label = rows->labels[i];

		if (!is_left_out(rows, i))
			by_label[label][n[label]++] = rows->scores[i];
	}
	sort_numbers(by_label[LABEL_NEGATIVE], o.n_negative, scratch);
	sort_numbers(by_label[LABEL_POSITIVE], o.n_positive, scratch);
	o.negatives = by_label[LABEL_NEGATIVE];
	o.positives = by_label[LABEL_POSITIVE];
	o.are_shares = in_unit(o.negatives, o.n_negative) && in_unit(o.positives, o.n_positive);
	return o;
}

bool outcomes_next_run(const struct outcomes *o, struct outcome_run *run)
{
	size_t i = run->positives_before + run->positives;
	size_t j = run->negatives_before + run->negatives;
	size_t first_i = i, first_j = j;

	if (!o->has_scores || (i == o->n_positive && j == o->n_negative))
		return false;
	if (j == o->n_negative || (i < o->n_positive && o->positives[i] <= o->negatives[j]))
		run->score = o->positives[i];
	else
		run->score = o->negatives[j];
	while (i < o->n_positive && o->positives[i] == run->score)
		i++;
	while (j < o->n_negative && o->negatives[j] == run->score)
		j++;
	run->positives_before = first_i;
	run->negatives_before = first_j;
	run->positives = i - first_i;
	run->negatives = j - first_j;
	return true;
}

/* How many of the positives come before it is found by halving. */
double outcomes_score(const struct outcomes *o, size_t rank)
{
	size_t low = rank > o->n_negative ? rank - o->n_negative : 0;
	size_t high = rank < o->n_positive ? rank : o->n_positive;

	while (low < high) {
		size_t i = low + (high - low) / 2, j = rank - i; /* j > 0, i < n_positive */

		if (o->positives[i] < o->negatives[j - 1])
			low = i + 1;
		else
			high = i;
	}
	if (low == o->n_positive)
		return o->negatives[rank - low];
	if (rank - low == o->n_negative)
		return o->positives[low];
	return fmin(o->positives[low], o->negatives[rank - low]);
}

size_t outcomes_up_to(const double *sorted, size_t from, size_t n, double edge)
{
	size_t step = 1, low = from, high;

	while (low + step <= n && sorted[low + step - 1] <= edge) {
		low += step;
		step *= 2;
	}
	high = low + step - 1 < n ? low + step - 1 : n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sorted[middle] <= edge)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
