/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/profile_merge.c - counts of several profiles, added up */
#include "base/date.h"
#include "base/number.h"
#include "evidence/profile.h"
#include <assert.h>
#include <string.h>

/* -- parts ------------------------------------------------------------------------------------ */

struct profile_outcomes profile_outcomes_new(struct arena *mem, const struct profile *profile)
{
	struct profile_outcomes o = {0};

	if (!profile->score)
		return o;
	o.counts = arena_new(mem, size_t, profile->n_bins);
	o.positives = arena_new(mem, size_t, profile->n_bins);
	o.scores = arena_new(mem, struct sum, profile->n_bins);
	o.joined = arena_new(mem, bool, profile->n_bins);
	return o;
}

struct profile_part profile_part_new(struct arena *mem, const struct profile *profile)
{
	struct profile_part part = {.first = INT32_MAX, .last = INT32_MIN};

	part.columns = arena_new(mem, struct profile_counts, profile->n_columns);
	for (size_t c = 0; c < profile->n_columns; c++) {
		if (!profile->columns[c].numeric)
			continue;
		part.columns[c].bins = arena_new(mem, size_t, profile->columns[c].n_edges + 1);
		part.columns[c].joined = arena_new(mem, bool, profile->columns[c].n_edges + 1);
	}
	if (profile->label)
		part.outcomes = profile_outcomes_new(mem, profile);
	part.groups = arena_new(mem, struct profile_groups, profile->n_group_columns);
	return part;
}

size_t *profile_value_at(struct arena *mem, struct profile_counts *counts, const char *name)
{
	size_t low = 0, high = counts->values.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(counts->values.items[middle].name, name);

		if (!order)
			return &counts->values.items[middle].count;
		*(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
	}
	ARENA_PUSH(mem, &counts->values);
	memmove(counts->values.items + low + 1, counts->values.items + low,
		(counts->values.n - 1 - low) * sizeof *counts->values.items);
	counts->values.items[low] = (struct profile_value){name, 0};
	return &counts->values.items[low].count;
}

struct profile_outcomes *profile_group_at(struct arena *mem, const struct profile *profile,
					  struct profile_groups *groups, const char *value)
{
	size_t low = 0, high = groups->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(groups->items[middle].value, value);

		if (!order)
			return &groups->items[middle].outcomes;
		*(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
	}
	ARENA_PUSH(mem, groups);
	memmove(groups->items + low + 1, groups->items + low,
		(groups->n - 1 - low) * sizeof *groups->items);
	groups->items[low] = (struct profile_group){value, profile_outcomes_new(mem, profile)};
	return &groups->items[low].outcomes;
}

struct profile_part *profile_window_at(struct arena *mem, struct profile *profile, int32_t key)
{
	size_t low = 0, high = profile->windows.n;
	struct profile_part *window;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		window = &profile->windows.items[middle];
		if (window->key == key)
			return window;
		*(window->key < key ? &low : &high) = window->key < key ? middle + 1 : middle;
	}
	ARENA_PUSH(mem, &profile->windows);
	window = &profile->windows.items[low];
	memmove(window + 1, window, (profile->windows.n - 1 - low) * sizeof *window);
	*window = profile_part_new(mem, profile);
	window->key = key;
	window->label = profile_window_label(mem, profile->window, key);
	return window;
}

/* -- windows ---------------------------------------------------------------------------------- */

static const char *const window_names[] = {"", "day", "week", "month"};

const char *profile_window_name(enum window_length length)
{
	return window_names[length];
}

/* Monday of the week that holds the day; 1970-01-01 was a Thursday. */
static int32_t monday_of(int32_t day)
{
	int32_t weekday = (day + 3) % 7; /* 0 is Monday */

	return day - (weekday < 0 ? weekday + 7 : weekday);
}

int32_t profile_window_key(enum window_length length, int32_t day)
{
	int year, month, dom;

	if (length == WINDOW_WEEK)
		return monday_of(day);
	if (length != WINDOW_MONTH)
		return day;
	date_civil(day, &year, &month, &dom);
	return year * 12 + month - 1;
}

const char *profile_window_label(struct arena *mem, enum window_length length, int32_t key)
{
	char text[DATE_TEXT];
	int year, month, dom;

	if (length == WINDOW_MONTH)
		return arena_printf(mem, "%04d-%02d", key / 12, key % 12 + 1);
	if (length != WINDOW_WEEK)
		return arena_strdup(mem, date_format(text, key));
	date_civil(key + 3, &year, &month, &dom); /* the year of an ISO week is its Thursday's */
	return arena_printf(mem, "%04d-W%02d", year,
			    (key + 3 - date_from_civil(year, 1, 1)) / 7 + 1);
}

/* -- what must be alike ----------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static const char *quoted(struct arena *mem, const char *text)
{
	return text ? arena_printf(mem, "'%s'", text) : "none";
}

static const char *text_differs(struct arena *mem, const char *key, const char *a, const char *b)
{
	if (same_text(a, b))
		return NULL;
	return arena_printf(mem, "'%s' is %s and %s", key, quoted(mem, a), quoted(mem, b));
}

static const char *number_differs(struct arena *mem, const char *key, double a, double b)
{
	char first[NUMBER_TEXT_MAX], second[NUMBER_TEXT_MAX];

	if (a == b)
		return NULL;
	return arena_printf(mem, "'%s' is %s and %s", key, number_shortest(first, a),
			    number_shortest(second, b));
}

static const char *column_differs(struct arena *mem, const struct profile_column *a,
				  const struct profile_column *b)
{
	const char *problem = text_differs(mem, "columns", a->name, b->name);

	if (problem)
		return problem;
	if (a->numeric != b->numeric)
		return arena_printf(mem, "column '%s' is %s and %s", a->name,
				    a->numeric ? "numeric" : "categorical",
				    b->numeric ? "numeric" : "categorical");
	if (a->n_edges != b->n_edges)
		return arena_printf(mem, "'edges' of column '%s' are %zu and %zu", a->name,
				    a->n_edges, b->n_edges);
	for (size_t e = 0; e < a->n_edges; e++) {
		if (a->edges[e] != b->edges[e])
			return number_differs(mem,
					      arena_printf(mem, "columns.%s.edges.%zu", a->name, e),
					      a->edges[e], b->edges[e]);
		if (a->tied[e] != b->tied[e])
			return arena_printf(mem, "'tied_edges' of column '%s' differ", a->name);
	}
	return NULL;
}

static const char *columns_differ(struct arena *mem, const struct profile *a,
				  const struct profile *b)
{
	const char *problem =
	    number_differs(mem, "number of columns", (double)a->n_columns, (double)b->n_columns);

	for (size_t c = 0; !problem && c < a->n_columns; c++)
		problem = column_differs(mem, &a->columns[c], &b->columns[c]);
	if (!problem)
		problem = number_differs(mem, "number of group columns", (double)a->n_group_columns,
					 (double)b->n_group_columns);
	for (size_t g = 0; !problem && g < a->n_group_columns; g++)
		problem = text_differs(mem, "groups", a->group_columns[g], b->group_columns[g]);
	return problem;
}

static const char *cut_differs(struct arena *mem, const struct profile *a, const struct profile *b)
{
	const struct {
		const char *key, *a, *b;
	} texts[] = {
	    {"label", a->label, b->label},
	    {"positive", a->positive, b->positive},
	    {"score", a->score, b->score},
	    {"prediction", a->prediction, b->prediction},
	    {"time", a->time, b->time},
	    {"window", a->window ? window_names[a->window] : NULL,
	     b->window ? window_names[b->window] : NULL},
	    {"where", a->where, b->where},
	    {"about", a->about, b->about},
	};
	const char *problem = NULL;

	for (size_t i = 0; !problem && i < sizeof texts / sizeof *texts; i++)
		problem = text_differs(mem, texts[i].key, texts[i].a, texts[i].b);
	if (!problem && a->label)
		problem = number_differs(mem, "threshold", a->threshold, b->threshold);
	if (!problem && a->score)
		problem = number_differs(mem, "bins", (double)a->n_bins, (double)b->n_bins);
	if (!problem)
		problem =
		    number_differs(mem, "min_count", (double)a->min_count, (double)b->min_count);
	return problem ? problem : columns_differ(mem, a, b);
}

/* -- adding ----------------------------------------------------------------------------------- */

void profile_hide_scores(struct profile_outcomes *o, size_t n_bins)
{
	o->scores_hidden = true;
	o->squares = o->losses = (struct sum){0};
	for (size_t b = 0; o->counts && b < n_bins; b++) {
		o->counts[b] = o->positives[b] = 0;
		o->scores[b] = (struct sum){0};
		o->joined[b] = false;
	}
}

void profile_hide_counts(const struct profile_column *column, struct profile_counts *counts)
{
	counts->hidden = true;
	counts->values.n = 0;
	counts->rest = 0;
	counts->has_rest = !column->numeric;
	for (size_t b = 0; counts->bins && b <= column->n_edges; b++) {
		counts->bins[b] = 0;
		counts->joined[b] = false;
	}
}

void profile_outcomes_add(struct profile_outcomes *to, const struct profile_outcomes *from,
			  size_t n_bins)
{
	to->tp += from->tp;
	to->fp += from->fp;
	to->fn += from->fn;
	to->tn += from->tn;
	to->outside += from->outside;
	to->hidden = to->hidden || from->hidden;
	to->scores_hidden = to->scores_hidden || from->scores_hidden;
	sum_merge(&to->squares, &from->squares);
	sum_merge(&to->losses, &from->losses);
	for (size_t b = 0; to->counts && b < n_bins; b++) {
		to->counts[b] += from->counts[b];
		to->positives[b] += from->positives[b];
		sum_merge(&to->scores[b], &from->scores[b]);
		to->joined[b] = to->joined[b] || from->joined[b];
	}
	if (to->scores_hidden) {
		profile_hide_scores(to, n_bins);
		return;
	}
	for (size_t b = 0; to->counts && b + 1 < n_bins; b++) {
		if (!to->joined[b])
			continue;
		to->counts[b + 1] += to->counts[b];
		to->positives[b + 1] += to->positives[b];
		sum_merge(&to->scores[b + 1], &to->scores[b]);
		to->counts[b] = to->positives[b] = 0;
		to->scores[b] = (struct sum){0};
	}
}

/* -- what one side hides ---- a name, group or window that a side does not show may be among what
 * it hides, so that the sum does not show it either */

static bool has_value(const struct profile_counts *counts, const char *name)
{
	for (size_t v = 0; v < counts->values.n; v++)
		if (!strcmp(counts->values.items[v].name, name))
			return true;
	return false;
}

static bool has_group(const struct profile_groups *groups, const char *value)
{
	for (size_t g = 0; g < groups->n; g++)
		if (!strcmp(groups->items[g].value, value))
			return true;
	return false;
}

static bool has_window(const struct profile *profile, int32_t key)
{
	for (size_t w = 0; w < profile->windows.n; w++)
		if (profile->windows.items[w].key == key)
			return true;
	return false;
}

/* Values that `other` does not show go to the rest. */
static void drop_unknown_values(struct profile_counts *counts, const struct profile_counts *other)
{
	size_t kept = 0;

	for (size_t v = 0; v < counts->values.n; v++) {
		if (has_value(other, counts->values.items[v].name))
			counts->values.items[kept++] = counts->values.items[v];
		else
			counts->rest += counts->values.items[v].count;
	}
	counts->values.n = kept;
}

static void drop_unknown_groups(struct profile_groups *groups, const struct profile_groups *other)
{
	size_t kept = 0;

	for (size_t g = 0; g < groups->n; g++)
		if (has_group(other, groups->items[g].value))
			groups->items[kept++] = groups->items[g];
	groups->n = kept;
}

static void drop_unknown_windows(struct profile *profile, const struct profile *other)
{
	size_t kept = 0;

	for (size_t w = 0; other->windows_hidden && w < profile->windows.n; w++)
		if (has_window(other, profile->windows.items[w].key))
			profile->windows.items[kept++] = profile->windows.items[w];
	if (other->windows_hidden)
		profile->windows.n = kept;
}

/* -- adding parts ----------------------------------------------------------------------------- */

static void add_counts(struct arena *mem, const struct profile_column *column,
		       struct profile_counts *to, const struct profile_counts *from)
{
	bool hides = to->has_rest;

	if (to->hidden || from->hidden) {
		to->missing += from->missing;
		profile_hide_counts(column, to);
		return;
	}
	if (from->has_rest)
		drop_unknown_values(to, from);
	to->missing += from->missing;
	to->has_rest = hides || from->has_rest;
	to->rest += from->rest;
	for (size_t v = 0; v < from->values.n; v++) {
		const struct profile_value *value = &from->values.items[v];

		if (hides && !has_value(to, value->name))
			to->rest += value->count;
		else
			*profile_value_at(mem, to, value->name) += value->count;
	}
	for (size_t b = 0; to->bins && b <= column->n_edges; b++) {
		to->bins[b] += from->bins[b];
		to->joined[b] = to->joined[b] || from->joined[b];
	}
	for (size_t b = 0; to->bins && b < column->n_edges; b++)
		if (to->joined[b]) {
			to->bins[b + 1] += to->bins[b];
			to->bins[b] = 0;
		}
}

static void add_groups(struct arena *mem, const struct profile *profile, struct profile_groups *to,
		       const struct profile_groups *from)
{
	bool hides = to->hidden;

	if (from->hidden)
		drop_unknown_groups(to, from);
	to->hidden = hides || from->hidden;
	for (size_t i = 0; i < from->n; i++)
		if (!hides || has_group(to, from->items[i].value))
			profile_outcomes_add(
			    profile_group_at(mem, profile, to, from->items[i].value),
			    &from->items[i].outcomes, profile->n_bins);
}

void profile_part_add(struct arena *mem, const struct profile *profile, struct profile_part *to,
		      const struct profile_part *from)
{
	to->rows += from->rows;
	to->first = from->first < to->first ? from->first : to->first;
	to->last = from->last > to->last ? from->last : to->last;
	for (size_t c = 0; c < profile->n_columns; c++)
		add_counts(mem, &profile->columns[c], &to->columns[c], &from->columns[c]);
	profile_outcomes_add(&to->outcomes, &from->outcomes, profile->n_bins);
	for (size_t g = 0; g < profile->n_group_columns; g++)
		add_groups(mem, profile, &to->groups[g], &from->groups[g]);
}

const char *profile_merge(struct arena *mem, struct profile *profile, const struct profile *other)
{
	const char *problem = cut_differs(mem, profile, other);

	if (problem)
		return problem;
	if (other->id && (!profile->id || strcmp(other->id, profile->id) < 0))
		profile->id = other->id;
	if (!same_text(profile->title, other->title))
		profile->title = NULL;
	for (size_t c = 0; c < profile->n_columns; c++)
		if (other->columns[c].cut == CUT_TAKEN)
			profile->columns[c].cut = CUT_TAKEN;
	profile->skipped += other->skipped;
	drop_unknown_windows(profile, other);
	profile_part_add(mem, profile, &profile->all, &other->all);
	for (size_t w = 0; w < other->windows.n; w++) {
		const struct profile_part *window = &other->windows.items[w];

		if (!profile->windows_hidden || has_window(profile, window->key))
			profile_part_add(mem, profile, profile_window_at(mem, profile, window->key),
					 window);
	}
	profile->windows_hidden = profile->windows_hidden || other->windows_hidden;
	return NULL;
}
