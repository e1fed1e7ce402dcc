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
	size_t bin;      /* where are_shares: the bin that is being walked */
	uint64_t events; /* of this bin, so far */
	double scores;
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

/* How often rows were drawn: row i of a walk, or row order[i] where there is an order, stands
 * times[that - first] times. */
struct drawn {
	const uint16_t *times;
	const uint32_t *order;
	size_t first;
};

/* Rows from..to, the last first. */
static inline __attribute__((always_inline)) void
walk_rows(const struct scored_rows *rows, const struct drawn *drawn, const uint32_t *order,
	  size_t from, size_t to, bool shares, struct walk *all)
{
	const uint16_t *times_of = drawn->times;
	struct walk local = *all, *w = &local; /* in registers */
	size_t first = drawn->first;

	for (size_t i = to; i-- > from;) {
		uint64_t k = times_of[(order ? order[i] : i) - first];
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
			w->scores += times * s;
			w->events += positive;
		}
		end_run(w, -(uint64_t)(flags / ROW_ENDS_RUN));
	}
	*all = local;
}

/* Closes bins down to the one that holds the row before place `at`. */
static void close_bins(const struct scored_rows *rows, struct walk *w, size_t at)
{
	while (w->bin && rows->bin_end[w->bin - 1] >= at) {
		w->gaps += fabs(w->scores - (double)w->events);
		w->scores = 0;
		w->events = 0;
		w->bin--;
	}
}

static struct walk walk_begins(const struct scored_rows *rows)
{
	return (struct walk){.bin = rows->are_shares ? rows->n_bins - 1 : 0};
}

/* Walks on, down to row `from`. */
static void walk_on(const struct scored_rows *rows, const struct drawn *drawn, size_t from,
		    size_t to, struct walk *w)
{
	if (!rows->are_shares) {
		walk_rows(rows, drawn, drawn->order, from, to, false, w);
		return;
	}
	while (to > from) {
		size_t least;

		close_bins(rows, w, to);
		least = w->bin ? rows->bin_end[w->bin - 1] : 0;
		least = least > from ? least : from;
		if (drawn->order)
			walk_rows(rows, drawn, drawn->order, least, to, true, w);
		else
			walk_rows(rows, drawn, NULL, least, to, true, w);
		to = least;
	}
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

static void set_figures(const struct scored_rows *rows, struct walk *w,
			double figures[BOOTSTRAP_FIGURES])
{
	uint64_t positives, n;

	w->gaps += fabs(w->scores - (double)w->events); /* of the last bin */
	for (size_t f = 0; f < BOOTSTRAP_FIGURES; f++)
		figures[f] = NAN;
	positives = w->table[ROW_POSITIVE] + w->table[ROW_POSITIVE | ROW_PREDICTED];
	n = positives + w->table[0] + w->table[ROW_PREDICTED];
	figures[BOOTSTRAP_BASE_RATE] = ratio(positives, n);
	if (rows->has_predictions)
		set_decisions(w, figures);
	if (rows->scores)
		set_scores(rows, w, positives, n, figures);
}

void scored_figures(const struct scored_rows *rows, const uint16_t *counts, const uint32_t *order,
		    double figures[BOOTSTRAP_FIGURES])
{
	const struct drawn drawn = {.times = counts, .order = order};
	struct walk w = walk_begins(rows);

	walk_on(rows, &drawn, 0, rows->n, &w);
	set_figures(rows, &w, figures);
}

void scored_figures_drawn(const struct scored_rows *rows, struct draws *draws,
			  double figures[BOOTSTRAP_FIGURES])
{
	struct walk w = walk_begins(rows);
	uint16_t times[DRAW_BLOCK];

	for (size_t to = rows->n, from; to; to = from) {
		from = draws_next(draws, times);
		walk_on(rows, &(struct drawn){.times = times, .first = from}, from, to, &w);
	}
	set_figures(rows, &w, figures);
}
