/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_hide.c - small counts, hidden, and what they could be found from
 *
 * A hidden count is found again where it is what a total less all that is shown leaves. So cells
 * that belong to one total are hidden alike in every part that adds up to it (the windows, and the
 * rows in none of them), or so many together that what is left is no small count. */
#include "evidence/profile.h"
#include <string.h>

struct hider {
	struct arena *mem;
	struct profile *profile;
	size_t least;
	struct profile_part **parts; /* the whole first, the rest last */
	size_t n_parts;
	struct profile_part rest; /* rows in no window that is shown */
};

static bool is_few(const struct hider *h, size_t count)
{
	return count > 0 && count < h->least;
}

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
	while (p->windows.n && is_few(h, p->all.rows - rows_in_windows(p))) {
		size_t smallest = 0;

		for (size_t w = 1; w < p->windows.n; w++)
			if (p->windows.items[w].rows < p->windows.items[smallest].rows)
				smallest = w;
		drop_window(p, smallest);
	}
}

/* -- what no window holds --------------------------------------------------------------------- */

static void take_outcomes(struct profile_outcomes *from, const struct profile_outcomes *o,
			  size_t n_bins)
{
	from->tp -= o->tp;
	from->fp -= o->fp;
	from->fn -= o->fn;
	from->tn -= o->tn;
	for (size_t b = 0; from->counts && b < n_bins; b++) {
		from->counts[b] -= o->counts[b];
		from->positives[b] -= o->positives[b];
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
	take_outcomes(&h->rest.outcomes, &part->outcomes, p->n_bins);
}

static void list_parts(struct hider *h)
{
	struct profile *p = h->profile;

	h->parts = arena_new(h->mem, struct profile_part *, p->windows.n + 2);
	h->parts[h->n_parts++] = &p->all;
	h->rest = profile_part_new(h->mem, p);
	profile_part_add(h->mem, p, &h->rest, &p->all);
	for (size_t w = 0; w < p->windows.n; w++) {
		h->parts[h->n_parts++] = &p->windows.items[w];
		take_part(h, &p->windows.items[w]);
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
		if (is_few(h, count))
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
		if (is_few(h, count_of(&h->parts[p]->columns[column], name)))
			return true;
	return false;
}

static bool rest_is_few(const struct hider *h, size_t column)
{
	for (size_t p = 0; p < h->n_parts; p++)
		if (is_few(h, h->parts[p]->columns[column].rest))
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

static bool table_is_few(const struct hider *h, const struct profile_outcomes *o)
{
	return is_few(h, o->tp) || is_few(h, o->fp) || is_few(h, o->fn) || is_few(h, o->tn);
}

static size_t rows_of(const struct profile_outcomes *o)
{
	return o->tp + o->fp + o->fn + o->tn;
}

/* Hides tables with small cells, and the smallest others while the sum of those hidden has one:
 * `rest` is what the whole has beyond all n. */
static void hide_tables(const struct hider *h, struct profile_outcomes *const *tables, size_t n,
			struct profile_outcomes rest)
{
	for (;;) {
		struct profile_outcomes hidden = rest, *smallest = NULL;

		for (size_t i = 0; i < n; i++) {
			struct profile_outcomes *o = tables[i];

			o->hidden = o->hidden || table_is_few(h, o);
			if (o->hidden) {
				hidden.tp += o->tp;
				hidden.fp += o->fp;
				hidden.fn += o->fn;
				hidden.tn += o->tn;
			} else if (!smallest || rows_of(o) < rows_of(smallest)) {
				smallest = o;
			}
		}
		if (!smallest || !table_is_few(h, &hidden))
			return;
		smallest->hidden = true;
	}
}

/* Adds rows, positives and negatives of the bins to the cells that must not be small. */
static void add_cells(const struct hider *h, struct cells *cells, const struct profile_outcomes *o)
{
	size_t n = h->profile->n_bins;
	size_t *negatives = arena_new(h->mem, size_t, n);

	for (size_t b = 0; b < n; b++)
		negatives[b] = o->counts[b] - o->positives[b];
	*ARENA_PUSH(h->mem, cells) = o->counts;
	*ARENA_PUSH(h->mem, cells) = o->positives;
	*ARENA_PUSH(h->mem, cells) = negatives;
}

static void move_scores(const struct hider *h, struct profile_outcomes *o, const bool *joined)
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

/* Where the threshold is an edge of the bins, the table less the bins above it shows the rows on
 * the threshold itself: the bins on both sides are joined where these are few. */
static void join_at_threshold(const struct hider *h, struct profile_outcomes *const *all, size_t n,
			      bool *joined)
{
	const struct profile *p = h->profile;

	for (size_t e = 1; e < p->n_bins; e++) {
		if ((double)e / (double)p->n_bins != p->threshold)
			continue;
		for (size_t i = 0; i < n; i++) {
			size_t rows = 0, positives = 0;

			for (size_t b = e; b < p->n_bins; b++) {
				rows += all[i]->counts[b];
				positives += all[i]->positives[b];
			}
			if (is_few(h, all[i]->tp - positives) ||
			    is_few(h, all[i]->fp - (rows - positives)))
				joined[e - 1] = true;
		}
	}
}

/* Joins the bins of outcomes that add up to one whole, alike in all; hides them all where they stay
 * few. Bins joined already are joined in `joined`. */
static void join_scores(const struct hider *h, struct profile_outcomes *const *all, size_t n,
			bool *joined)
{
	struct cells cells = {0};
	bool enough;

	for (size_t i = 0; i < n; i++)
		add_cells(h, &cells, all[i]);
	if (!h->profile->prediction)
		join_at_threshold(h, all, n, joined);
	enough = join_bins(h, &cells, h->profile->n_bins, joined);
	for (size_t i = 0; i < n; i++) {
		if (enough)
			move_scores(h, all[i], joined);
		else
			profile_hide_scores(all[i], h->profile->n_bins);
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

	return is_few(h, rows) || is_few(h, positives) || is_few(h, rows - positives);
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

/* Leaves in `all` the whole, the windows that still show scores, and the rest; gives their number,
 * 0 where the whole shows none. */
static size_t choose_scores(const struct hider *h, struct profile_outcomes **all)
{
	struct profile_outcomes *rest = &h->parts[h->n_parts - 1]->outcomes;
	size_t n = 0, unused;

	if (scores_are_few(h, all[0]))
		return 0;
	for (size_t p = 1; p + 1 < h->n_parts; p++)
		if (scores_are_few(h, all[p]))
			hide_window_scores(h, all[p], rest);
	while (scores_are_few(h, rest)) {
		struct profile_outcomes *smallest = NULL;

		for (size_t p = 1; p + 1 < h->n_parts; p++)
			if (!all[p]->scores_hidden &&
			    (!smallest ||
			     scored_rows(h, all[p], &unused) < scored_rows(h, smallest, &unused)))
				smallest = all[p];
		if (!smallest)
			break;
		hide_window_scores(h, smallest, rest);
	}
	for (size_t p = 0; p < h->n_parts; p++)
		if (!all[p]->scores_hidden)
			all[n++] = all[p];
	return n;
}

static void hide_outcomes(struct hider *h, bool *joined)
{
	struct profile_outcomes **all = arena_new(h->mem, struct profile_outcomes *, h->n_parts);
	size_t n;

	for (size_t p = 0; p < h->n_parts; p++)
		all[p] = &h->parts[p]->outcomes;
	if (table_is_few(h, all[0]))
		all[0]->hidden = true;
	hide_tables(h, all + 1, h->n_parts - 2, *all[h->n_parts - 1]);
	if (!h->profile->score)
		return;
	n = choose_scores(h, all);
	if (n)
		join_scores(h, all, n, joined);
	for (size_t p = 0; !n && p < h->n_parts; p++)
		profile_hide_scores(&h->parts[p]->outcomes, h->profile->n_bins);
}

/* -- groups ----------------------------------------------------------------------------------- */

static void drop_hidden_groups(struct profile_groups *groups)
{
	size_t kept = 0;

	for (size_t g = 0; g < groups->n; g++)
		if (!groups->items[g].outcomes.hidden)
			groups->items[kept++] = groups->items[g];
	groups->hidden = groups->hidden || kept < groups->n;
	groups->n = kept;
}

/* What the whole has beyond the groups: rows without a value. */
static struct profile_outcomes beyond_groups(const struct hider *h,
					     const struct profile_groups *groups,
					     const struct profile_outcomes *whole)
{
	struct profile_outcomes rest = profile_outcomes_new(h->mem, h->profile);

	profile_outcomes_add(&rest, whole, h->profile->n_bins);
	for (size_t g = 0; g < groups->n; g++)
		take_outcomes(&rest, &groups->items[g].outcomes, h->profile->n_bins);
	return rest;
}

static void hide_groups(struct hider *h, size_t column, const struct profile_outcomes *whole,
			const bool *joined_above)
{
	struct profile_groups *groups = &h->profile->all.groups[column];
	bool together = strchr(h->profile->group_columns[column], '*') != NULL;
	bool *joined = arena_new(h->mem, bool, h->profile->n_bins);
	struct profile_outcomes rest = beyond_groups(h, groups, whole), hidden;
	struct profile_outcomes **all = arena_new(h->mem, struct profile_outcomes *, groups->n + 1);

	for (size_t g = 0; g < groups->n; g++)
		all[g] = &groups->items[g].outcomes;
	hide_tables(h, all, groups->n, rest);
	for (size_t g = 0; g < groups->n; g++)
		if (together && all[g]->hidden)
			groups->hidden = true;
	for (size_t g = 0; together && groups->hidden && g < groups->n; g++)
		all[g]->hidden = true;
	hidden = rest;
	for (size_t g = 0; g < groups->n; g++)
		if (all[g]->hidden)
			profile_outcomes_add(&hidden, all[g], h->profile->n_bins);
	drop_hidden_groups(groups);
	for (size_t g = 0; g < groups->n; g++)
		all[g] = &groups->items[g].outcomes;
	all[groups->n] = &hidden;
	if (!h->profile->score)
		return;
	memcpy(joined, joined_above, h->profile->n_bins * sizeof *joined);
	join_scores(h, all, groups->n + 1, joined);
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
	struct profile_outcomes whole = {0};
	bool *joined = arena_new(mem, bool, profile->n_bins);

	profile->min_count = n;
	if (profile->label) {
		whole = profile_outcomes_new(mem, profile);
		profile_outcomes_add(&whole, &profile->all.outcomes, profile->n_bins);
	}
	hide_windows(&h);
	list_parts(&h);
	for (size_t c = 0; c < profile->n_columns; c++)
		(profile->columns[c].numeric ? hide_numbers : hide_values)(&h, c);
	if (!profile->label)
		return;
	hide_outcomes(&h, joined);
	for (size_t g = 0; g < profile->n_group_columns; g++)
		hide_groups(&h, g, &whole, joined);
	hide_groups_of_windows(&h);
}
