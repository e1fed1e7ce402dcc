/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_groups.c - tables of outcomes with small cells, hidden; groups left out
 *
 * A group is told by the whole less the others, by the column of the same name, and, of two columns
 * together, by the groups of one of them. */
#include "evidence/profile_hide.h"
#include <stdlib.h>
#include <string.h>

/* -- tables ----------------------------------------------------------------------------------- */

bool profile_table_is_few(const struct hider *h, const struct profile_outcomes *o)
{
	return profile_is_few(h, o->tp) || profile_is_few(h, o->fp) || profile_is_few(h, o->fn) ||
	       profile_is_few(h, o->tn);
}

static size_t rows_of(const struct profile_outcomes *o)
{
	return o->tp + o->fp + o->fn + o->tn;
}

void profile_hide_tables(const struct hider *h, struct profile_outcomes *const *tables, size_t n,
			 const struct profile_outcomes *rest)
{
	for (;;) {
		struct profile_outcomes hidden = *rest, *smallest = NULL;

		for (size_t i = 0; i < n; i++) {
			struct profile_outcomes *o = tables[i];

			o->hidden = o->hidden || profile_table_is_few(h, o);
			if (o->hidden) {
				hidden.tp += o->tp;
				hidden.fp += o->fp;
				hidden.fn += o->fn;
				hidden.tn += o->tn;
			} else if (!smallest || rows_of(o) < rows_of(smallest)) {
				smallest = o;
			}
		}
		if (!smallest || !profile_table_is_few(h, &hidden))
			return;
		smallest->hidden = true;
	}
}

/* -- a column of groups ----------------------------------------------------------------------- */

struct grouping {
	struct hider *h;
	size_t column;
	struct profile_groups *groups;
	struct profile_outcomes **tables;
	struct profile_outcomes rest;   /* rows without a value */
	struct score_lines differences; /* of groups of one column, and of several */
	bool *joined;
};

static bool is_together(const struct hider *h, size_t column)
{
	return strchr(h->profile->group_columns[column], '*') != NULL;
}

/* Whether `part` is one of the columns "A*B". */
static bool has_part(const char *columns, const char *part)
{
	size_t n = strlen(part);

	for (const char *p = columns; p; p = strchr(p, '*'), p = p ? p + 1 : NULL)
		if (!strncmp(p, part, n) && (!p[n] || p[n] == '*'))
			return true;
	return false;
}

static size_t stars(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '*';
	return n;
}

static struct grouping grouping_of(struct hider *h, size_t column)
{
	struct profile_groups *groups = &h->profile->all.groups[column];
	struct grouping g = {.h = h, .column = column, .groups = groups};

	g.tables = arena_new(h->mem, struct profile_outcomes *, groups->n);
	g.joined = arena_new(h->mem, bool, h->profile->n_bins);
	g.rest = profile_outcomes_new(h->mem, h->profile);
	profile_outcomes_add(&g.rest, &h->whole, h->profile->n_bins);
	g.rest.hidden = false;
	for (size_t i = 0; i < groups->n; i++) {
		g.tables[i] = &groups->items[i].outcomes;
		profile_take_outcomes(&g.rest, g.tables[i], h->profile->n_bins);
	}
	return g;
}

static void hide_all(struct grouping *g)
{
	for (size_t i = 0; i < g->groups->n; i++)
		g->tables[i]->hidden = true;
}

static bool any_hidden(const struct grouping *g)
{
	for (size_t i = 0; i < g->groups->n; i++)
		if (g->tables[i]->hidden)
			return true;
	return false;
}

/* Groups by the very columns that outcomes and windows are told by. */
static bool is_told_otherwise(const struct hider *h, const char *columns)
{
	const struct profile *p = h->profile;
	const char *const names[] = {p->label, p->score, p->prediction, p->time};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i] && has_part(columns, names[i]))
			return true;
	return false;
}

/* -- groups of a column that is counted by itself too ------------------------------------------ */

static bool has_value(const struct profile_counts *counts, const char *name)
{
	for (size_t v = 0; v < counts->values.n; v++)
		if (!strcmp(counts->values.items[v].name, name))
			return true;
	return false;
}

/* A value that is counted in the rest is no group: both together would tell of the others. */
static void hide_values_of_rest(struct grouping *g, const struct profile_counts *counts)
{
	for (size_t i = 0; i < g->groups->n; i++)
		if (counts->has_rest && !counts->hidden &&
		    !has_value(counts, g->groups->items[i].value))
			g->tables[i]->hidden = true;
}

static bool is_in_bin(const struct profile_column *spec, const char *value, size_t from, size_t to)
{
	double x = strtod(value, NULL);

	return (from == 0 || x > spec->edges[from - 1]) &&
	       (to == spec->n_edges || x <= spec->edges[to]);
}

/* A bin less the groups inside must not be few. True where a group more is hidden. */
static bool hide_in_bins(struct grouping *g, const struct profile_column *spec,
			 const struct profile_counts *counts)
{
	for (size_t from = 0, to = 0; to <= spec->n_edges; to++) {
		struct profile_outcomes *smallest = NULL;
		size_t left = counts->bins[to];

		if (counts->joined[to])
			continue;
		for (size_t i = 0; i < g->groups->n; i++) {
			struct profile_outcomes *o = g->tables[i];

			if (o->hidden || !is_in_bin(spec, g->groups->items[i].value, from, to))
				continue;
			left -= rows_of(o);
			if (!smallest || rows_of(o) < rows_of(smallest))
				smallest = o;
		}
		if (smallest && profile_is_few(g->h, left)) {
			smallest->hidden = true;
			return true;
		}
		from = to + 1;
	}
	return false;
}

static void hide_alone(struct grouping *g)
{
	const struct profile *p = g->h->profile;
	const char *name = p->group_columns[g->column];
	bool more = true;

	for (size_t c = 0; c < p->n_columns; c++)
		if (!strcmp(p->columns[c].name, name) && !p->columns[c].numeric)
			hide_values_of_rest(g, &p->all.columns[c]);
	while (more) {
		profile_hide_tables(g->h, g->tables, g->groups->n, &g->rest);
		more = false;
		for (size_t c = 0; c < p->n_columns && !more; c++)
			if (!strcmp(p->columns[c].name, name) && p->columns[c].numeric &&
			    !p->all.columns[c].hidden)
				more = hide_in_bins(g, &p->columns[c], &p->all.columns[c]);
	}
}

/* -- groups of several columns ---------------------------------------------------------------- */

/* Whether the part of "f*web" at `place` is `value`. */
static bool part_is(const char *together, size_t place, const char *value)
{
	size_t n = strlen(value);

	for (; place; place--)
		together = strchr(together, '*') + 1;
	return !strncmp(together, value, n) && (!together[n] || together[n] == '*');
}

static size_t place_of(const char *columns, const char *part)
{
	size_t n = strlen(part), place = 0;

	for (const char *p = columns; strncmp(p, part, n) || (p[n] && p[n] != '*'); place++)
		p = strchr(p, '*') + 1;
	return place;
}

/* What a group of one column has beyond those of several: rows without a value in the others. True
 * where it is few. */
static bool difference_is_few(struct grouping *g, const struct profile_group *alone, size_t place)
{
	struct hider *h = g->h;
	struct profile_outcomes *left = arena_new(h->mem, struct profile_outcomes, 1);

	*left = profile_outcomes_new(h->mem, h->profile);
	profile_outcomes_add(left, &alone->outcomes, h->profile->n_bins);
	left->scores_hidden = alone->outcomes.scores_hidden;
	for (size_t i = 0; i < g->groups->n; i++)
		if (part_is(g->groups->items[i].value, place, alone->value))
			profile_take_outcomes(left, g->tables[i], h->profile->n_bins);
	if (!left->scores_hidden)
		*ARENA_PUSH(h->mem, &g->differences) = (struct score_line){left, true};
	return profile_table_is_few(h, left) ||
	       (!left->scores_hidden && profile_outside_is_few(h, left));
}

static bool parts_tell(struct grouping *g)
{
	const struct hider *h = g->h;
	const struct profile *p = h->profile;
	const char *columns = p->group_columns[g->column];
	bool lacks = rows_of(&g->rest) > 0;

	for (size_t i = 0; i < g->groups->n; i++)
		if (stars(g->groups->items[i].value) != stars(columns))
			return true;
	for (size_t c = 0; c < p->n_group_columns; c++) {
		const struct profile_groups *alone = &p->all.groups[c];

		if (is_together(h, c) || !has_part(columns, p->group_columns[c]))
			continue;
		if (alone->hidden)
			return true;
		for (size_t i = 0; i < alone->n; i++)
			if (difference_is_few(g, &alone->items[i],
					      place_of(columns, p->group_columns[c])))
				return true;
	}
	for (size_t c = 0; c < g->column; c++) {
		const struct profile_groups *other = &p->all.groups[c];
		size_t rows = 0;

		for (size_t i = 0; i < other->n; i++)
			rows += rows_of(&other->items[i].outcomes);
		if (is_together(h, c) && other->n && (lacks || rows != rows_of(&h->whole)))
			return true;
	}
	return false;
}

/* Columns counted by themselves tell of groups where they have a rest, or bins of their own. */
static bool columns_tell(const struct grouping *g)
{
	const struct profile *p = g->h->profile;

	for (size_t c = 0; c < p->n_columns; c++)
		if (has_part(p->group_columns[g->column], p->columns[c].name) &&
		    (p->columns[c].numeric || p->all.columns[c].has_rest))
			return true;
	return false;
}

static void hide_together(struct grouping *g)
{
	profile_hide_tables(g->h, g->tables, g->groups->n, &g->rest);
	if (any_hidden(g) || columns_tell(g) || parts_tell(g))
		hide_all(g);
}

/* -- what is left ----------------------------------------------------------------------------- */

static void drop_hidden(struct grouping *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->groups->n; i++) {
		if (g->tables[i]->hidden) {
			profile_outcomes_add(&g->rest, g->tables[i], g->h->profile->n_bins);
			continue;
		}
		g->groups->items[kept++] = g->groups->items[i];
	}
	g->rest.hidden = false;
	g->groups->hidden = g->groups->hidden || kept < g->groups->n;
	g->groups->n = kept;
	for (size_t i = 0; i < kept; i++)
		g->tables[i] = &g->groups->items[i].outcomes;
}

static bool scores_tell(struct grouping *g)
{
	const struct hider *h = g->h;
	struct score_lines lines = g->differences;
	bool tell = h->profile->all.outcomes.scores_hidden && !h->whole.outside;

	for (size_t i = 0; i <= g->groups->n && !tell; i++) {
		const struct profile_outcomes *o = i < g->groups->n ? g->tables[i] : &g->rest;

		tell = profile_outside_is_few(h, o);
		*ARENA_PUSH(h->mem, &lines) = (struct score_line){o, true};
	}
	return tell || !profile_join_scores(h, &lines, g->joined);
}

/* Bins are joined as in the whole and in the groups of single columns, then further. */
static void hide_scores(struct grouping *g, const bool *joined_above)
{
	const struct hider *h = g->h;
	bool hide;

	memcpy(g->joined, joined_above, h->profile->n_bins * sizeof *joined_above);
	for (size_t c = 0; is_together(h, g->column) && c < h->profile->n_group_columns; c++) {
		const struct profile_groups *alone = &h->profile->all.groups[c];

		for (size_t b = 0; !is_together(h, c) && alone->n && b < h->profile->n_bins; b++)
			g->joined[b] = g->joined[b] || alone->items[0].outcomes.joined[b];
	}
	for (size_t i = 0; i < g->groups->n; i++)
		for (size_t b = 0; b < h->profile->n_bins; b++)
			g->joined[b] = g->joined[b] || g->tables[i]->joined[b];
	hide = scores_tell(g);
	for (size_t i = 0; i < g->groups->n; i++) {
		if (hide)
			profile_hide_scores(g->tables[i], h->profile->n_bins);
		else
			profile_move_scores(h, g->tables[i], g->joined);
	}
}

void profile_hide_groups(struct hider *h, const bool *joined_above)
{
	const struct profile *p = h->profile;

	for (int together = 0; together < 2; together++)
		for (size_t c = 0; c < p->n_group_columns; c++) {
			struct grouping g;

			if (is_together(h, c) != (together == 1))
				continue;
			g = grouping_of(h, c);
			if (is_told_otherwise(h, p->group_columns[c]))
				hide_all(&g);
			else if (together)
				hide_together(&g);
			else
				hide_alone(&g);
			drop_hidden(&g);
			if (p->score)
				hide_scores(&g, joined_above);
		}
}
