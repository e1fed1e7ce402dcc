/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_hide.c - small counts, hidden, and what they could be found from
 *
 * A hidden count is found again where it is what a total less all that is shown leaves. So cells
 * that belong to one total are hidden alike in every part that adds up to it (the windows, and the
 * rows in none of them), or so many together that what is left is no small count. */
#include "evidence/profile_hide.h"
#include <string.h>

/* -- windows ---------------------------------------------------------------------------------- */

static size_t rows_in_windows(const struct profile *p)
{
	size_t rows = 0;

	for (size_t w = 0; w < p->windows.n; w++)
		rows += p->windows.items[w].rows;
	return rows;
}

static void drop_window(struct profile *p, size_t w)
{
	memmove(p->windows.items + w, p->windows.items + w + 1,
		(p->windows.n - w - 1) * sizeof *p->windows.items);
	p->windows.n--;
	p->windows_hidden = true;
}

static void hide_windows(struct hider *h)
{
	struct profile *p = h->profile;

	for (size_t w = p->windows.n; w-- > 0;)
		if (p->windows.items[w].rows < h->least)
			drop_window(p, w);
	while (p->windows.n && profile_is_few(h, p->all.rows - rows_in_windows(p))) {
		size_t smallest = 0;

		for (size_t w = 1; w < p->windows.n; w++)
			if (p->windows.items[w].rows < p->windows.items[smallest].rows)
				smallest = w;
		drop_window(p, smallest);
	}
}

/* -- what no window holds --------------------------------------------------------------------- */

void profile_take_outcomes(struct profile_outcomes *from, const struct profile_outcomes *o,
			   size_t n_bins)
{
	from->tp -= o->tp;
	from->fp -= o->fp;
	from->fn -= o->fn;
	from->tn -= o->tn;
	for (size_t b = 0; from->counts && b < n_bins; b++) {
		from->counts[b] -= o->counts[b];
		from->positives[b] -= o->positives[b];
		sum_add(&from->scores[b], -sum_value(&o->scores[b])); /* near enough for bounds */
	}
}

static void take_part(struct hider *h, const struct profile_part *part)
{
	const struct profile *p = h->profile;

	h->rest.rows -= part->rows;
	for (size_t c = 0; c < p->n_columns; c++) {
		struct profile_counts *from = &h->rest.columns[c];
		const struct profile_counts *counts = &part->columns[c];

		for (size_t b = 0; from->bins && b <= p->columns[c].n_edges; b++)
			from->bins[b] -= counts->bins[b];
		for (size_t v = 0; v < counts->values.n; v++)
			*profile_value_at(h->mem, from, counts->values.items[v].name) -=
			    counts->values.items[v].count;
	}
	profile_take_outcomes(&h->rest.outcomes, &part->outcomes, p->n_bins);
}

static void list_parts(struct hider *h)
{
	struct profile *p = h->profile;

	h->parts = arena_new(h->mem, struct profile_part *, p->windows.n + 2);
	h->parts[h->n_parts++] = &p->all;
	h->original = arena_new(h->mem, struct profile_outcomes, p->windows.n);
	h->rest = profile_part_new(h->mem, p);
	profile_part_add(h->mem, p, &h->rest, &p->all);
	for (size_t w = 0; w < p->windows.n; w++) {
		h->parts[h->n_parts++] = &p->windows.items[w];
		take_part(h, &p->windows.items[w]);
		if (!p->label)
			continue;
		h->original[w] = profile_outcomes_new(h->mem, p);
		profile_outcomes_add(&h->original[w], &p->windows.items[w].outcomes, p->n_bins);
	}
	h->parts[h->n_parts++] = &h->rest;
}

/* -- bins ------------------------------------------------------------------------------------- */

/* Lists of counts that are cut alike; all are joined where a count of any is small. */
struct cells {
	LIST_OF(size_t *);
};

/* True where what the lists hold from bin `from` to `to` is small in one of them. */
static bool run_is_few(const struct hider *h, const struct cells *cells, size_t from, size_t to)
{
	for (size_t i = 0; i < cells->n; i++) {
		size_t count = 0;

		for (size_t b = from; b <= to; b++)
			count += cells->items[i][b];
		if (profile_is_few(h, count))
			return true;
	}
	return false;
}

/* Joins small bins with the next; the last with those before it. False where even all together are
 * few. */
static bool join_bins(const struct hider *h, const struct cells *cells, size_t n, bool *joined)
{
	size_t from = 0;

	for (size_t b = 0; b + 1 < n; b++) {
		joined[b] = joined[b] || run_is_few(h, cells, from, b);
		if (!joined[b])
			from = b + 1;
	}
	while (from > 0 && run_is_few(h, cells, from, n - 1)) {
		joined[--from] = true;
		while (from > 0 && joined[from - 1])
			from--;
	}
	return !run_is_few(h, cells, from, n - 1);
}

static void move_counts(size_t *counts, const bool *joined, size_t n)
{
	for (size_t b = 0; b + 1 < n; b++)
		if (joined[b]) {
			counts[b + 1] += counts[b];
			counts[b] = 0;
		}
}

static void hide_numbers(struct hider *h, size_t column)
{
	size_t n = h->profile->columns[column].n_edges + 1;
	bool *joined = arena_new(h->mem, bool, n);
	struct cells cells = {0};

	for (size_t p = 0; p < h->n_parts; p++) /* what is hidden already stays so */
		for (size_t b = 0; b < n; b++)
			joined[b] = joined[b] || h->parts[p]->columns[column].joined[b];

	for (size_t p = 0; p < h->n_parts; p++)
		*ARENA_PUSH(h->mem, &cells) = h->parts[p]->columns[column].bins;
	if (!join_bins(h, &cells, n, joined)) {
		for (size_t p = 0; p < h->n_parts; p++)
			profile_hide_counts(&h->profile->columns[column],
					    &h->parts[p]->columns[column]);
		return;
	}
	for (size_t p = 0; p < h->n_parts; p++) {
		memcpy(h->parts[p]->columns[column].joined, joined, n * sizeof *joined);
		move_counts(h->parts[p]->columns[column].bins, joined, n);
	}
}

/* -- categories ------------------------------------------------------------------------------- */

static size_t count_of(const struct profile_counts *counts, const char *name)
{
	for (size_t v = 0; v < counts->values.n; v++)
		if (!strcmp(counts->values.items[v].name, name))
			return counts->values.items[v].count;
	return 0;
}

static void move_to_rest(struct hider *h, size_t column, const char *name)
{
	for (size_t p = 0; p < h->n_parts; p++) {
		struct profile_counts *counts = &h->parts[p]->columns[column];
		size_t kept = 0;

		for (size_t v = 0; v < counts->values.n; v++) {
			if (strcmp(counts->values.items[v].name, name) != 0)
				counts->values.items[kept++] = counts->values.items[v];
			else
				counts->rest += counts->values.items[v].count;
		}
		counts->values.n = kept;
	}
}

static bool value_is_few(const struct hider *h, size_t column, const char *name)
{
	for (size_t p = 0; p < h->n_parts; p++)
		if (profile_is_few(h, count_of(&h->parts[p]->columns[column], name)))
			return true;
	return false;
}

static bool rest_is_few(const struct hider *h, size_t column)
{
	for (size_t p = 0; p < h->n_parts; p++)
		if (profile_is_few(h, h->parts[p]->columns[column].rest))
			return true;
	return false;
}

static void hide_values(struct hider *h, size_t column)
{
	struct profile_counts *all = &h->parts[0]->columns[column];
	bool hides = false;

	for (size_t v = all->values.n; v-- > 0;)
		if (value_is_few(h, column, all->values.items[v].name)) {
			move_to_rest(h, column, all->values.items[v].name);
			hides = true;
		}
	while (all->values.n && rest_is_few(h, column)) {
		size_t smallest = 0;

		for (size_t v = 1; v < all->values.n; v++)
			if (all->values.items[v].count < all->values.items[smallest].count)
				smallest = v;
		move_to_rest(h, column, all->values.items[smallest].name);
	}
	if (rest_is_few(h, column))
		for (size_t p = 0; p < h->n_parts; p++)
			profile_hide_counts(&h->profile->columns[column],
					    &h->parts[p]->columns[column]);
	for (size_t p = 0; hides && p < h->n_parts; p++)
		h->parts[p]->columns[column].has_rest = true;
}

/* -- outcomes --------------------------------------------------------------------------------- */

void profile_move_scores(const struct hider *h, struct profile_outcomes *o, const bool *joined)
{
	size_t n = h->profile->n_bins;

	memcpy(o->joined, joined, n * sizeof *joined);
	move_counts(o->counts, joined, n);
	move_counts(o->positives, joined, n);
	for (size_t b = 0; b + 1 < n; b++)
		if (joined[b]) {
			sum_merge(&o->scores[b + 1], &o->scores[b]);
			o->scores[b] = (struct sum){0};
		}
}

static size_t scored_rows(const struct hider *h, const struct profile_outcomes *o,
			  size_t *positives)
{
	size_t rows = 0;

	*positives = 0;
	for (size_t b = 0; b < h->profile->n_bins; b++) {
		rows += o->counts[b];
		*positives += o->positives[b];
	}
	return rows;
}

static bool scores_are_few(const struct hider *h, const struct profile_outcomes *o)
{
	size_t positives, rows = scored_rows(h, o, &positives);

	return profile_is_few(h, rows) || profile_is_few(h, positives) ||
	       profile_is_few(h, rows - positives);
}

/* Takes what is hidden of a window into what no window shows. */
static void hide_window_scores(const struct hider *h, struct profile_outcomes *o,
			       struct profile_outcomes *rest)
{
	for (size_t b = 0; b < h->profile->n_bins; b++) {
		rest->counts[b] += o->counts[b];
		rest->positives[b] += o->positives[b];
	}
	profile_hide_scores(o, h->profile->n_bins);
}

/* Hides the scores of windows with few rows, and of the smallest others until those hidden are not
 * few together. */
static void choose_scores(const struct hider *h)
{
	struct profile_part *const *parts = h->parts;
	struct profile_outcomes *rest = &parts[h->n_parts - 1]->outcomes;
	size_t unused;

	for (size_t p = 1; p + 1 < h->n_parts; p++)
		if (scores_are_few(h, &parts[p]->outcomes))
			hide_window_scores(h, &parts[p]->outcomes, rest);
	while (scores_are_few(h, rest)) {
		struct profile_outcomes *smallest = NULL;

		for (size_t p = 1; p + 1 < h->n_parts; p++) {
			struct profile_outcomes *o = &parts[p]->outcomes;

			if (!o->scores_hidden &&
			    (!smallest ||
			     scored_rows(h, o, &unused) < scored_rows(h, smallest, &unused)))
				smallest = o;
		}
		if (!smallest)
			break;
		hide_window_scores(h, smallest, rest);
	}
}

/* Where a part has few scores outside 0 to 1, its table less its bins would tell their labels: bins
 * are hidden, since no figure comes of them there. True where the whole's are. */
static bool hide_beside_outside(const struct hider *h)
{
	bool few = scores_are_few(h, &h->parts[0]->outcomes);
	bool outside = false;

	for (size_t p = 0; p < h->n_parts; p++)
		outside = outside || profile_outside_is_few(h, &h->parts[p]->outcomes);
	for (size_t p = 0; p < h->n_parts; p++) {
		struct profile_outcomes *o = &h->parts[p]->outcomes;

		if (few || (outside && (p == 0 || o->tp + o->fp + o->fn + o->tn !=
						      scored_rows(h, o, &(size_t){0}))))
			profile_hide_scores(o, h->profile->n_bins);
	}
	return few || outside;
}

/* What the whole has beyond the windows that show their scores, or their table, or both. */
static void add_beyond(const struct hider *h, struct score_lines *lines, bool tables, bool scores)
{
	const struct profile *p = h->profile;
	struct profile_outcomes *rest = arena_new(h->mem, struct profile_outcomes, 1);
	struct score_line *line = ARENA_PUSH(h->mem, lines);

	*rest = profile_outcomes_new(h->mem, p);
	*line = (struct score_line){rest, !p->all.outcomes.hidden};
	profile_outcomes_add(rest, &h->whole, p->n_bins);
	for (size_t w = 0; w < p->windows.n; w++) {
		const struct profile_outcomes *o = &p->windows.items[w].outcomes;

		if ((tables && o->hidden) || (scores && o->scores_hidden))
			continue;
		profile_take_outcomes(rest, &h->original[w], p->n_bins);
		line->decided = line->decided && !o->hidden;
		if (o->scores_hidden) { /* the bins of what is left are not known */
			lines->n--;
			return;
		}
	}
}

static void hide_outcomes(struct hider *h, bool *joined)
{
	struct profile_outcomes **all = arena_new(h->mem, struct profile_outcomes *, h->n_parts);
	struct profile_outcomes *whole = &h->parts[0]->outcomes;
	struct score_lines lines = {0};
	bool enough, apart;

	for (size_t p = 0; p < h->n_parts; p++) {
		all[p] = &h->parts[p]->outcomes;
		for (size_t b = 0; all[p]->counts && b < h->profile->n_bins; b++)
			joined[b] = joined[b] || all[p]->joined[b];
	}
	if (profile_table_is_few(h, whole))
		whole->hidden = true;
	profile_hide_tables(h, all + 1, h->n_parts - 2, all[h->n_parts - 1]);
	if (!h->profile->score)
		return;
	apart = hide_beside_outside(h);
	if (!apart)
		choose_scores(h);
	for (size_t p = 0; p + 1 < h->n_parts; p++) {
		if (apart && !all[p]->scores_hidden && scores_are_few(h, all[p]))
			profile_hide_scores(all[p], h->profile->n_bins);
		if (!all[p]->scores_hidden)
			*ARENA_PUSH(h->mem, &lines) = (struct score_line){all[p], !all[p]->hidden};
	}
	if (!apart) {
		add_beyond(h, &lines, true, false);
		add_beyond(h, &lines, false, true);
		add_beyond(h, &lines, true, true);
	}
	enough = profile_join_scores(h, &lines, joined);
	for (size_t p = 0; p + 1 < h->n_parts; p++) {
		if (!enough)
			profile_hide_scores(all[p], h->profile->n_bins);
		else if (!all[p]->scores_hidden)
			profile_move_scores(h, all[p], joined);
	}
}

static void hide_groups_of_windows(struct hider *h)
{
	for (size_t w = 0; w < h->profile->windows.n; w++)
		for (size_t g = 0; g < h->profile->n_group_columns; g++) {
			struct profile_groups *groups = &h->profile->windows.items[w].groups[g];

			groups->hidden = groups->hidden || groups->n > 0;
			groups->n = 0;
		}
}

void profile_hide(struct arena *mem, struct profile *profile, size_t n)
{
	struct hider h = {.mem = mem, .profile = profile, .least = n};
	bool *joined = arena_new(mem, bool, profile->n_bins);

	profile->min_count = n;
	if (profile->label) {
		h.whole = profile_outcomes_new(mem, profile);
		profile_outcomes_add(&h.whole, &profile->all.outcomes, profile->n_bins);
	}
	hide_windows(&h);
	list_parts(&h);
	for (size_t c = 0; c < profile->n_columns; c++)
		(profile->columns[c].numeric ? hide_numbers : hide_values)(&h, c);
	if (!profile->label)
		return;
	hide_outcomes(&h, joined);
	for (size_t c = 0; profile->score && c < profile->n_columns; c++)
		if (profile->columns[c].numeric &&
		    !strcmp(profile->columns[c].name, profile->score))
			profile_part_overlaps(&h, c);
	profile_hide_groups(&h, joined);
	hide_groups_of_windows(&h);
}
