/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_line.c - few rows between two cuts of the line of scores, joined with others
 *
 * Scores are cut at the edges of the outcomes' bins, at the threshold, where a table is shown, and
 * at the edges of the score's own column. What lies between any two cuts is found by subtraction,
 * so that it is not enough that each bin holds enough rows. */
#include "evidence/profile_hide.h"
#include <math.h>
#include <stdint.h>

/* -- lines that tell labels ------------------------------------------------------------------- */

/* Negatives and positives at or under each edge, and under the threshold. */
struct tally {
	size_t *below[2];
	double *scores; /* their sum, likewise */
	size_t under[2], over[2];
	bool decided;
};

static struct tally tally_of(const struct hider *h, const struct score_line *line)
{
	const struct profile_outcomes *o = line->outcomes;
	size_t n = h->profile->n_bins;
	struct tally t = {.under = {o->tn, o->fn},
			  .over = {o->fp, o->tp},
			  .decided = line->decided && !h->profile->prediction};

	t.below[0] = arena_new(h->mem, size_t, n + 1);
	t.below[1] = arena_new(h->mem, size_t, n + 1);
	t.scores = arena_new(h->mem, double, n + 1);
	for (size_t b = 0; b < n; b++) {
		t.below[0][b + 1] = t.below[0][b] + o->counts[b] - o->positives[b];
		t.below[1][b + 1] = t.below[1][b] + o->positives[b];
		t.scores[b + 1] = t.scores[b] + sum_value(&o->scores[b]);
	}
	return t;
}

/* The bin that holds what lies just under the threshold; n_bins where all scores lie on one side.
 */
static size_t threshold_bin(const struct profile *p)
{
	size_t bin = 0;

	if (!(p->threshold > 0 && p->threshold <= 1))
		return p->n_bins;
	while ((double)(bin + 1) / (double)p->n_bins < p->threshold)
		bin++;
	return bin;
}

static bool pair_is_few(const struct hider *h, const size_t count[2])
{
	return profile_is_few(h, count[0]) || profile_is_few(h, count[1]) ||
	       profile_is_few(h, count[0] + count[1]);
}

/* A run of bins, and the sum of its scores. */
struct run {
	double bottom, top, total, n;
};

/* True where the sum allows fewer than `least` different counts of the `few` rows from a to b. */
static bool sum_bounds(const struct hider *h, const struct run *run, double a, double b, size_t few)
{
	double low = 0, high = run->n;

	if (!profile_is_few(h, few))
		return false;
	if (b < run->top)
		high = fmin(high, (run->n * run->top - run->total) / (run->top - b));
	if (a > run->bottom)
		high = fmin(high, (run->total - run->n * run->bottom) / (a - run->bottom));
	if (a == run->bottom && b > a && b < run->top)
		low = fmax(low, (run->n * b - run->total) / (b - run->bottom));
	if (b == run->top && a < b && a > run->bottom)
		low = fmax(low, (run->total - run->n * a) / (run->top - a));
	return floor(high + 1e-6) - ceil(low - 1e-6) < (double)h->least;
}

/* The same for all bins, stretches of them, and both sides of the threshold from edge to edge. */
static bool sums_tell(const struct hider *h, const struct tally *t, size_t from, size_t to)
{
	const struct profile *p = h->profile;
	const size_t *no = t->below[0], *yes = t->below[1];
	double n = (double)p->n_bins;
	size_t at = threshold_bin(p), under = t->under[0] + t->under[1];
	struct run run = {(double)from / n, (double)to / n, t->scores[to] - t->scores[from],
			  (double)(no[to] + yes[to] - no[from] - yes[from])};

	for (size_t a = from; a < to; a++)
		for (size_t b = a + 1; b <= to; b++)
			if (b - a < to - from && sum_bounds(h, &run, (double)a / n, (double)b / n,
							    no[b] + yes[b] - no[a] - yes[a]))
				return true;
	for (size_t e = from; !p->prediction && at >= from && at < to && e <= to; e++) {
		size_t below = no[e] + yes[e];

		if (e <= at && under > below &&
		    sum_bounds(h, &run, (double)e / n, p->threshold, under - below))
			return true;
		if (e > at && below > under &&
		    sum_bounds(h, &run, p->threshold, (double)e / n, below - under))
			return true;
	}
	return false;
}

/* True where the rows between two edges of the bins that follow each other are told. */
static bool run_tells(const struct hider *h, const struct tally *t, size_t from, size_t to)
{
	size_t n = h->profile->n_bins, at = threshold_bin(h->profile);
	size_t all[2], low[2], high[2];

	for (size_t k = 0; k < 2; k++) {
		all[k] = t->below[k][to] - t->below[k][from];
		low[k] = t->under[k] - t->below[k][from];
		high[k] = t->over[k] - (t->below[k][n] - t->below[k][to]);
	}
	if (pair_is_few(h, all))
		return true;
	if (t->decided && at >= from && at < to && (pair_is_few(h, low) || pair_is_few(h, high)))
		return true;
	return sums_tell(h, t, from, to);
}

bool profile_join_scores(const struct hider *h, const struct score_lines *lines, bool *joined)
{
	size_t n = h->profile->n_bins, from = 0;
	struct tally *tallies = arena_new(h->mem, struct tally, lines->n);

	for (size_t i = 0; i < lines->n; i++)
		tallies[i] = tally_of(h, &lines->items[i]);
	while (from < n) {
		size_t to = from + 1;
		bool tells = false;

		while (to < n && joined[to - 1])
			to++;
		for (size_t i = 0; i < lines->n && !tells; i++)
			tells = run_tells(h, &tallies[i], from, to);
		if (!tells) {
			from = to;
		} else if (to < n) {
			joined[to - 1] = true;
		} else if (from > 0) {
			joined[from - 1] = true;
			from = 0;
		} else {
			return false;
		}
	}
	return true;
}

bool profile_outside_is_few(const struct hider *h, const struct profile_outcomes *o)
{
	size_t rows = 0, positives = 0;

	for (size_t b = 0; o->counts && b < h->profile->n_bins; b++) {
		rows += o->counts[b];
		positives += o->positives[b];
	}
	return o->counts && (profile_is_few(h, o->tp + o->fn - positives) ||
			     profile_is_few(h, o->fp + o->tn - (rows - positives)));
}

/* -- the score as a column -------------------------------------------------------------------- */

/* A cut lies under the scores of its value, or above them. */
struct cut {
	double value;
	bool above;
	size_t below; /* rows on the near side */
};

struct cuts {
	LIST_OF(struct cut);
};

/* One set of rows: all with a score, cut at the column's edges, and those with an outcome. */
struct overlap {
	struct cuts column, outcomes; /* both from the first possible to the last */
};

static int order(const struct cut *a, const struct cut *b)
{
	if (a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return (int)a->above - (int)b->above;
}

static void add_cut(struct hider *h, struct cuts *cuts, double value, bool above, size_t below)
{
	struct cut cut = {value, above, below};
	size_t i = cuts->n;

	ARENA_PUSH(h->mem, cuts);
	for (; i > 0 && order(&cut, &cuts->items[i - 1]) < 0; i--)
		cuts->items[i] = cuts->items[i - 1];
	cuts->items[i] = cut;
}

/* What the whole has beyond some windows: all of them, or those that show their table, their scores
 * or both. */
enum { BEYOND_NONE, BEYOND_ALL, BEYOND_TABLES, BEYOND_SCORES, BEYOND_BOTH, N_BEYOND };

static bool is_beyond(const struct profile_outcomes *o, int which)
{
	return which == BEYOND_ALL || (which == BEYOND_TABLES && !o->hidden) ||
	       (which == BEYOND_SCORES && !o->scores_hidden) ||
	       (which == BEYOND_BOTH && !o->hidden && !o->scores_hidden);
}

static void column_cuts(struct hider *h, size_t column, const size_t *bins, struct cuts *cuts)
{
	const struct profile_column *spec = &h->profile->columns[column];
	const bool *joined = h->parts[0]->columns[column].joined;
	size_t below = 0;

	add_cut(h, cuts, -INFINITY, false, 0);
	for (size_t e = 0; e < spec->n_edges; e++) {
		below += bins[e];
		if (!joined[e])
			add_cut(h, cuts, spec->edges[e], true, below);
	}
	add_cut(h, cuts, INFINITY, true, below + bins[spec->n_edges]);
}

static void bin_cuts(struct hider *h, const struct profile_outcomes *o, const bool *joined,
		     struct cuts *cuts)
{
	size_t n = h->profile->n_bins, below = 0;

	add_cut(h, cuts, 0, false, 0);
	for (size_t b = 0; b < n; b++) {
		below += o->counts[b];
		if (b + 1 == n || !joined[b])
			add_cut(h, cuts, (double)(b + 1) / (double)n, true, below);
	}
}

/* The rows from one cut of the column to another, or of the outcomes. */
static size_t least_between(const struct overlap *o, size_t edge, size_t cut)
{
	const struct cut *e = &o->column.items[edge], *c = &o->outcomes.items[cut];
	bool up = order(e, c) < 0;
	size_t best = 0;

	for (size_t k = 0; k < o->outcomes.n; k++) {
		const struct cut *other = &o->outcomes.items[k];
		size_t f = edge, inside, around;

		if (order(other, e) == (up ? 1 : -1))
			continue;
		while (up ? order(&o->column.items[f], other) > 0
			  : order(&o->column.items[f], other) < 0)
			f = up ? f - 1 : f + 1;
		inside = up ? c->below - other->below : other->below - c->below;
		around =
		    up ? e->below - o->column.items[f].below : o->column.items[f].below - e->below;
		if (inside > around && inside - around > best)
			best = inside - around;
	}
	return best;
}

static size_t most_between(const struct overlap *o, size_t edge, size_t cut)
{
	const struct cut *e = &o->column.items[edge], *c = &o->outcomes.items[cut];
	bool up = order(e, c) < 0;
	size_t best = SIZE_MAX;

	for (size_t k = up ? cut : 0; up ? k < o->outcomes.n : k <= cut; k++) {
		const struct cut *other = &o->outcomes.items[k];
		size_t f = edge, inside, around;

		while (up ? order(&o->column.items[f], other) < 0
			  : order(&o->column.items[f], other) > 0)
			f = up ? f + 1 : f - 1;
		inside = up ? other->below - c->below : c->below - other->below;
		around =
		    up ? o->column.items[f].below - e->below : e->below - o->column.items[f].below;
		if (around >= inside && around - inside < best)
			best = around - inside;
	}
	return best;
}

/* True where an edge of the column and the cut of the outcomes next to it tell of few rows. */
static bool edge_tells(const struct hider *h, const struct overlap *o, size_t edge)
{
	for (size_t c = 0; c < o->outcomes.n; c++) {
		int side = order(&o->outcomes.items[c], &o->column.items[edge]);
		bool next = side < 0 ? c + 1 == o->outcomes.n || order(&o->outcomes.items[c + 1],
								       &o->column.items[edge]) >= 0
				     : side > 0 && (c == 0 || order(&o->outcomes.items[c - 1],
								    &o->column.items[edge]) <= 0);
		size_t low, high;

		if (!next)
			continue;
		low = least_between(o, edge, c);
		high = most_between(o, edge, c);
		if (high > 0 && low < h->least && high - low < h->least)
			return true;
	}
	return false;
}

/* True where a stretch of the column holds hardly more rows than those without an outcome, and the
 * outcomes around it tell how many of them are elsewhere. */
static bool stretch_tells(const struct hider *h, const struct overlap *o, size_t from)
{
	const struct cut *column = o->column.items, *begin = &column[from], *end = begin + 1;
	size_t high = end->below - begin->below, f = from, low;
	/* rows of the column less those with an outcome: the least up to `begin`, the least beyond
	 * `end` */
	ptrdiff_t before = -PTRDIFF_MAX / 4, behind = -PTRDIFF_MAX / 4, sum;
	const struct cut *near[2] = {NULL, NULL};

	for (size_t c = o->outcomes.n; c-- > 0;) {
		const struct cut *cut = &o->outcomes.items[c];

		if (order(cut, begin) > 0)
			continue;
		near[0] = near[0] ? near[0] : cut;
		while (order(&column[f], cut) > 0)
			f--;
		sum = (ptrdiff_t)column[f].below - (ptrdiff_t)cut->below;
		before = sum > before ? sum : before;
	}
	f = from + 1;
	for (size_t c = 0; c < o->outcomes.n; c++) {
		const struct cut *cut = &o->outcomes.items[c];

		if (order(cut, end) < 0)
			continue;
		near[1] = near[1] ? near[1] : cut;
		while (order(&column[f], cut) < 0)
			f++;
		sum = (ptrdiff_t)cut->below - (ptrdiff_t)column[f].below;
		behind = sum > behind ? sum : behind;
	}
	if (near[0] && near[1] && near[1]->below - near[0]->below < high)
		high = near[1]->below - near[0]->below;
	sum = (ptrdiff_t)(end->below - begin->below) + before + behind;
	low = sum > 0 ? (size_t)sum : 0;
	return high > 0 && low < h->least && high < low + h->least;
}

static bool value_tells(const struct hider *h, const struct overlap *o, double value)
{
	for (size_t e = 1; e + 1 < o->column.n; e++)
		if (o->column.items[e].value == value)
			return edge_tells(h, o, e) || stretch_tells(h, o, e - 1) ||
			       stretch_tells(h, o, e);
	return false;
}

struct overlaps {
	LIST_OF(struct overlap);
};

/* Adds a part's overlaps: with its bins, and with its table where scores outside keep both apart.
 */
static void add_overlaps(struct hider *h, struct overlaps *all, size_t column, const size_t *bins,
			 const struct profile_outcomes *o, const bool *joined)
{
	size_t total = o->tp + o->fp + o->fn + o->tn, n = h->profile->n_bins;
	bool table = !o->hidden && !h->profile->prediction, apart = o->scores_hidden;
	size_t rows = 0;

	for (size_t b = 0; !apart && b < n; b++)
		rows += o->counts[b];
	apart = apart || rows != total;
	if (!o->scores_hidden) {
		struct overlap *one = ARENA_PUSH(h->mem, all);

		column_cuts(h, column, bins, &one->column);
		bin_cuts(h, o, joined, &one->outcomes);
		if (table && !apart && h->profile->threshold > 0 && h->profile->threshold <= 1)
			add_cut(h, &one->outcomes, h->profile->threshold, false, o->fn + o->tn);
	}
	if (table && apart) {
		struct overlap *one = ARENA_PUSH(h->mem, all);

		column_cuts(h, column, bins, &one->column);
		add_cut(h, &one->outcomes, -INFINITY, false, 0);
		add_cut(h, &one->outcomes, h->profile->threshold, false, o->fn + o->tn);
		add_cut(h, &one->outcomes, INFINITY, true, total);
	}
}

/* All overlaps of a column whose bins are joined as they are now. */
static struct overlaps list_overlaps(struct hider *h, size_t column)
{
	const struct profile *p = h->profile;
	size_t n = p->columns[column].n_edges + 1;
	struct overlaps all = {0};
	const bool *joined = p->all.outcomes.joined;

	for (size_t w = 0; w < p->windows.n; w++) {
		const struct profile_part *part = &p->windows.items[w];

		if (p->all.outcomes.scores_hidden && !part->outcomes.scores_hidden)
			joined = part->outcomes.joined;
		add_overlaps(h, &all, column, part->columns[column].bins, &part->outcomes,
			     part->outcomes.joined);
	}
	for (int which = BEYOND_NONE; which < N_BEYOND; which++) {
		struct profile_outcomes o = profile_outcomes_new(h->mem, p);
		size_t *bins = arena_new(h->mem, size_t, n);

		profile_outcomes_add(&o, &h->whole, p->n_bins);
		o.hidden = p->all.outcomes.hidden;
		o.scores_hidden = p->all.outcomes.scores_hidden;
		for (size_t b = 0; b < n; b++)
			bins[b] = p->all.columns[column].bins[b];
		for (size_t w = 0; w < p->windows.n; w++) {
			const struct profile_part *part = &p->windows.items[w];

			if (!is_beyond(&part->outcomes, which))
				continue;
			profile_take_outcomes(&o, &h->original[w], p->n_bins);
			o.hidden = o.hidden || part->outcomes.hidden;
			o.scores_hidden = o.scores_hidden || part->outcomes.scores_hidden;
			for (size_t b = 0; b < n; b++)
				bins[b] -= part->columns[column].bins[b];
		}
		add_overlaps(h, &all, column, bins, &o, joined);
	}
	return all;
}

static void join_edge(struct hider *h, size_t column, size_t edge)
{
	for (size_t p = 0; p < h->n_parts; p++) {
		struct profile_counts *counts = &h->parts[p]->columns[column];
		size_t to = edge + 1;

		counts->joined[edge] = true;
		while (to < h->profile->columns[column].n_edges && counts->joined[to])
			to++;
		counts->bins[to] += counts->bins[edge];
		counts->bins[edge] = 0;
	}
}

void profile_part_overlaps(struct hider *h, size_t column)
{
	const struct profile_column *spec = &h->profile->columns[column];
	bool *joined = h->parts[0]->columns[column].joined;

	if (h->parts[0]->columns[column].hidden)
		return;
	for (size_t e = 0; e < spec->n_edges; e++) { /* joining leaves less to be told elsewhere */
		struct arena_mark mark = arena_save(h->mem);
		struct overlaps all = {0};
		bool tells = false;

		if (!joined[e])
			all = list_overlaps(h, column);
		for (size_t i = 0; i < all.n && !tells; i++)
			tells = value_tells(h, &all.items[i], spec->edges[e]);
		arena_reset(h->mem, mark);
		if (tells)
			join_edge(h, column, e);
	}
}
