/* SPDX-License-Identifier: GPL-3.0-or-later */
/* measure/bootstrap_walk.c - all figures of a resample in one walk over sorted rows */
#include "measure/bootstrap_internal.h"
#include "measure/performance.h"
#include <float.h>
#include <math.h>

enum { DEFAULT_BINS = 10 };

/* ---- rows ---- */

static double loss_of(double score, bool positive)
{
	double held = fmin(fmax(score, DBL_EPSILON), 1 - DBL_EPSILON);

	return positive ? -log(held) : -log1p(-held);
}

/* What hangs on the order: ends of runs and bins, losses. */
static void finish_rows(struct arena *mem, struct scored_rows *rows, unsigned char *flags,
			size_t n_bins)
{
	size_t n = rows->n, at = 0;
	double *losses;

	for (size_t i = 0; i < n; i++)
		if (!i || rows->scores[i] != rows->scores[i - 1])
			flags[i] |= ROW_ENDS_RUN;
	rows->flags = flags;
	rows->are_shares = n && rows->scores[0] >= 0 && rows->scores[n - 1] <= 1;
	if (!rows->are_shares)
		return;
	losses = arena_new(mem, double, n);
	for (size_t i = 0; i < n; i++)
		losses[i] = loss_of(rows->scores[i], flags[i] & ROW_POSITIVE);
	rows->losses = losses;
	rows->n_bins = n_bins ? n_bins : DEFAULT_BINS;
	for (size_t b = 0; b < rows->n_bins; b++) {
		double upper = (double)(b + 1) / (double)rows->n_bins;
		while (at < n && (rows->scores[at] <= upper || b + 1 == rows->n_bins))
			at++;
		rows->bin_end[b] = at;
	}
}

/* Which rows are predicted positive matters only by how many of each label are: the last ones are
 * taken, which are the very ones where the score decides. */
static unsigned char flags_of(const struct outcomes *o, bool positive, size_t nth)
{
	size_t predicted = positive ? o->tp : o->fp;
	size_t first = (positive ? o->n_positive : o->n_negative) - predicted;
	bool is_predicted = o->has_predictions && nth >= first;

	return (unsigned char)((positive ? ROW_POSITIVE : 0) | (is_predicted ? ROW_PREDICTED : 0));
}

struct scored_rows scored_rows_of(struct arena *mem, const struct outcomes *o, size_t n_bins)
{
	struct scored_rows rows = {.n = o->n, .has_predictions = o->has_predictions};
	unsigned char *flags = arena_new(mem, unsigned char, o->n);
	size_t i = 0, j = 0;
	double *scores;

	rows.flags = flags;
	if (!o->has_scores) {
		for (size_t k = 0; k < o->n; k++)
			flags[k] = k < o->n_positive ? flags_of(o, true, k)
						     : flags_of(o, false, k - o->n_positive);
		return rows;
	}
	scores = arena_new(mem, double, o->n);
	for (size_t k = 0; k < o->n; k++) {
		bool positive =
		    j == o->n_negative || (i < o->n_positive && o->positives[i] <= o->negatives[j]);

		flags[k] = flags_of(o, positive, positive ? i : j);
		scores[k] = positive ? o->positives[i++] : o->negatives[j++];
	}
	rows.scores = scores;
	finish_rows(mem, &rows, flags, n_bins);
	return rows;
}

struct scored_rows scored_rows_in_order(struct arena *mem, const unsigned char *labels,
					const double *scores, size_t n, const uint32_t *order,
					double threshold, size_t n_bins)
{
	struct scored_rows rows = {.n = n, .has_predictions = true};
	unsigned char *flags = arena_new(mem, unsigned char, n);
	double *sorted = arena_new(mem, double, n);

	for (size_t i = 0; i < n; i++) {
		sorted[i] = scores[order[i]];
		flags[i] = (unsigned char)((labels[order[i]] ? ROW_POSITIVE : 0) |
					   (sorted[i] >= threshold ? ROW_PREDICTED : 0));
	}
	rows.scores = sorted;
	finish_rows(mem, &rows, flags, n_bins);
	return rows;
}

/* ---- the walk ---- */

/* Sums of a resample, from the highest score down. Counts stay far below 2^53. */
struct walk {
	uint64_t table[4];     /* by ROW_POSITIVE | ROW_PREDICTED */
	uint64_t tp, fp;       /* with a score at or above the run's */
	uint64_t run_p, run_n; /* of the run, so far */
	uint64_t wins;         /* pairs ranked rightly, doubled */
	double area;           /* sum of precisions over positives */
	double squares, losses, gaps;
};

/* Takes the run where it has ended (`ended` has all bits set, else none). Whether it has, and
 * whether it holds positives, is hard to foresee: there are no branches. */
static inline void end_run(struct walk *w, uint64_t ended)
{
	uint64_t run_p = w->run_p & ended, run_n = w->run_n & ended, all;

	w->wins += run_n * (2 * w->tp + run_p);
	w->tp += run_p;
	w->fp += run_n;
	all = w->tp + w->fp;
	w->area +=
	    (double)(int64_t)run_p * ((double)(int64_t)w->tp / (double)(int64_t)(all + !all));
	w->run_p &= ~ended;
	w->run_n &= ~ended;
}

/* Rows from..to, the last first. */
static inline __attribute__((always_inline)) void
walk_rows(const struct scored_rows *rows, const uint16_t *counts, const uint32_t *order,
	  size_t from, size_t to, bool shares, struct walk *all)
{
	struct walk local = *all, *w = &local; /* in registers */
	uint64_t events = 0;
	double scores = 0;

	for (size_t i = to; i-- > from;) {
		uint64_t k = counts[order ? order[i] : i];
		unsigned flags = rows->flags[i];
		uint64_t positive = k & -(uint64_t)(flags & ROW_POSITIVE);
		double times = (double)(int64_t)k;

		w->table[flags & (ROW_POSITIVE | ROW_PREDICTED)] += k;
		w->run_p += positive;
		w->run_n += k - positive;
		if (shares) {
			double s = rows->scores[i], d = (double)(int)(flags & ROW_POSITIVE) - s;
			w->squares += times * (d * d);
			w->losses += times * rows->losses[i];
			scores += times * s;
			events += positive;
		}
		end_run(w, -(uint64_t)(flags / ROW_ENDS_RUN));
	}
	if (shares)
		w->gaps += fabs(scores - (double)events);
	*all = local;
}

static double ratio(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : NAN;
}

static void set_decisions(const struct walk *w, double figures[BOOTSTRAP_FIGURES])
{
	uint64_t tn = w->table[0], fn = w->table[ROW_POSITIVE], fp = w->table[ROW_PREDICTED];
	uint64_t tp = w->table[ROW_POSITIVE | ROW_PREDICTED];

	figures[BOOTSTRAP_ACCURACY] = ratio(tp + tn, tp + tn + fp + fn);
	figures[BOOTSTRAP_PRECISION] = ratio(tp, tp + fp);
	figures[BOOTSTRAP_RECALL] = ratio(tp, tp + fn);
	figures[BOOTSTRAP_SPECIFICITY] = ratio(tn, tn + fp);
	figures[BOOTSTRAP_BALANCED_ACCURACY] =
	    (figures[BOOTSTRAP_RECALL] + figures[BOOTSTRAP_SPECIFICITY]) / 2;
	figures[BOOTSTRAP_F1] = ratio(2 * tp, 2 * tp + fp + fn);
	figures[BOOTSTRAP_MCC] = matthews_correlation(tp, fp, tn, fn).value;
}

static void set_scores(const struct scored_rows *rows, const struct walk *w, uint64_t positives,
		       uint64_t n, double figures[BOOTSTRAP_FIGURES])
{
	uint64_t negatives = n - positives;

	if (positives && negatives)
		figures[BOOTSTRAP_ROC_AUC] =
		    (double)w->wins / (2.0 * (double)positives * (double)negatives);
	if (positives)
		figures[BOOTSTRAP_AVERAGE_PRECISION] = w->area / (double)positives;
	if (!rows->are_shares)
		return;
	figures[BOOTSTRAP_LOG_LOSS] = w->losses / (double)n;
	figures[BOOTSTRAP_BRIER] = w->squares / (double)n;
	figures[BOOTSTRAP_ECE] = w->gaps / (double)n;
}

void scored_figures(const struct scored_rows *rows, const uint16_t *counts, const uint32_t *order,
		    double figures[BOOTSTRAP_FIGURES])
{
	struct walk w = {0};
	uint64_t positives, n;

	for (size_t f = 0; f < BOOTSTRAP_FIGURES; f++)
		figures[f] = NAN;
	if (rows->are_shares)
		for (size_t b = rows->n_bins; b-- > 0;) {
			size_t from = b ? rows->bin_end[b - 1] : 0;
			if (order)
				walk_rows(rows, counts, order, from, rows->bin_end[b], true, &w);
			else
				walk_rows(rows, counts, NULL, from, rows->bin_end[b], true, &w);
		}
	else
		walk_rows(rows, counts, order, 0, rows->n, false, &w);
	positives = w.table[ROW_POSITIVE] + w.table[ROW_POSITIVE | ROW_PREDICTED];
	n = positives + w.table[0] + w.table[ROW_PREDICTED];
	figures[BOOTSTRAP_BASE_RATE] = ratio(positives, n);
	if (rows->has_predictions)
		set_decisions(&w, figures);
	if (rows->scores)
		set_scores(rows, &w, positives, n, figures);
}
