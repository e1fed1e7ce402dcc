/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_rows.c - the rows of a request, of windows of time and of segments
 *
 * The whole log is a stretch; a list of rows is made where some are left out, and for windows and
 * segments, by counting: linear. Lists hold 32 bits a row. */
#include "base/date.h"
#include "base/parallel.h"
#include "evidence/figures_internal.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- filters ---------------------------------------------------------------------------------- */

/* The code that a filter's value has in its column; CSV_MISSING where it does not occur. */
static uint32_t code_of(const struct csv_column *column, const char *value)
{
	for (size_t i = 0; i < column->n_categories; i++)
		if (!strcmp(column->categories[i], value))
			return (uint32_t)i;
	return CSV_MISSING;
}

/* The rows first to last (from 1; 0: all) of a log. */
static struct row_set stretch_of(const struct log_table *log, size_t first, size_t last)
{
	size_t rows = log->table.rows, from = first ? first - 1 : 0;
	size_t to = last && last < rows ? last : rows;

	return (struct row_set){.first = from, .n = from < to ? to - from : 0};
}

/* The rows of a set as a list of their own. */
static uint32_t *list_of(struct arena *mem, const struct row_set *set)
{
	uint32_t *rows = arena_new(mem, uint32_t, set->n);

	for (size_t i = 0; i < set->n; i++)
		rows[i] = set->rows ? set->rows[i] : (uint32_t)(set->first + i);
	return rows;
}

static void filter_rows(struct arena *mem, const struct log_table *log,
			const struct row_filter *filters, size_t n_filters, struct row_set *set)
{
	uint32_t *rows;

	if (!n_filters)
		return;
	rows = list_of(mem, set);
	for (size_t f = 0; f < n_filters; f++) {
		const struct csv_column *column = &log->columns.items[filters[f].column];
		uint32_t code = code_of(column, filters[f].value);
		size_t kept = 0;

		for (size_t r = 0; r < set->n && code != CSV_MISSING; r++) {
			rows[kept] = rows[r];
			kept += csv_code(column, rows[r]) == code;
		}
		set->n = kept;
	}
	set->rows = rows;
	set->first = 0;
}

static size_t row_at(const struct row_set *set, size_t i)
{
	return set->rows ? set->rows[i] : set->first + i;
}

/* -- days and windows ------------------------------------------------------------------------- */

static int32_t day_of(double seconds)
{
	return (int32_t)floor(seconds / SECONDS_A_DAY);
}

/* Monday of the week that holds the day; 1970-01-01 was a Thursday. */
static int32_t monday_of(int32_t day)
{
	int32_t weekday = (day + 3) % 7; /* 0 is Monday */

	return day - (weekday < 0 ? weekday + 7 : weekday);
}

static int32_t key_of(enum window_length length, int32_t day)
{
	int year, month, dom;

	switch (length) {
	case WINDOW_WEEK:
		return monday_of(day);
	case WINDOW_MONTH:
		date_civil(day, &year, &month, &dom);
		return year * 12 + month - 1;
	case WINDOW_DAY:
	case WINDOW_NONE:
		break;
	}
	return day;
}

const char *window_label(struct arena *mem, enum window_length length, int32_t key)
{
	char text[DATE_TEXT];
	int year, month, dom;

	switch (length) {
	case WINDOW_MONTH:
		return arena_printf(mem, "%04d-%02d", key / 12, key % 12 + 1);
	case WINDOW_WEEK: /* the year of an ISO week is that of its Thursday */
		date_civil(key + 3, &year, &month, &dom);
		return arena_printf(mem, "%04d-W%02d", year,
				    (key + 3 - date_from_civil(year, 1, 1)) / 7 + 1);
	case WINDOW_DAY:
	case WINDOW_NONE:
		break;
	}
	return arena_strdup(mem, date_format(text, key));
}

static bool digits_at(const char *text, size_t at, size_t n, int *value)
{
	*value = 0;
	for (size_t i = at; i < at + n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*value = *value * 10 + (text[i] - '0');
	}
	return true;
}

bool window_key(enum window_length length, const char *label, int32_t *key)
{
	size_t n = strlen(label);
	int year, part;

	if (length == WINDOW_DAY)
		return date_parse(label, n, key);
	if (n < 7 || label[4] != '-' || !digits_at(label, 0, 4, &year) || year < 1)
		return false;
	if (length == WINDOW_MONTH) {
		*key = year * 12 + 1;
		if (n != 7 || !digits_at(label, 5, 2, &part) || part < 1 || part > 12)
			return false;
		*key = year * 12 + part - 1;
		return true;
	}
	if (n != 8 || label[5] != 'W' || !digits_at(label, 6, 2, &part) || part < 1 || part > 53)
		return false;
	/* 4 January is always in week 1 */
	*key = monday_of(date_from_civil(year, 1, 4)) + 7 * (part - 1);
	return true;
}

/* The days of the rows of a set, counted from the first one on. */
struct day_table {
	int32_t first, last; /* first > last: no row has a time */
	uint32_t *window;    /* of each day */
};

static void find_days(const struct csv_column *time, const struct row_set *set,
		      struct day_table *days)
{
	double least = INFINITY, most = -INFINITY;

	for (size_t i = 0; i < set->n; i++) {
		double seconds = time->numbers[row_at(set, i)];

		least = seconds < least ? seconds : least;
		most = seconds > most ? seconds : most;
	}
	*days = (struct day_table){.first = INT32_MAX, .last = INT32_MIN};
	if (least <= most) {
		days->first = day_of(least);
		days->last = day_of(most);
	}
}

static void keep_days(struct arena *mem, struct log_source *s, const struct csv_column *time)
{
	struct row_set *set = &s->all.set;
	uint32_t *rows;
	size_t kept = 0;

	if (s->first_day == INT32_MIN && s->last_day == INT32_MAX)
		return;
	rows = list_of(mem, set);
	for (size_t i = 0; i < set->n; i++) {
		double seconds = time->numbers[rows[i]];

		if (!isnan(seconds) && day_of(seconds) >= s->first_day &&
		    day_of(seconds) <= s->last_day)
			rows[kept++] = rows[i];
	}
	*set = (struct row_set){.rows = rows, .n = kept};
}

/* Rows of each day, and how many windows hold them. */
static size_t *count_days(struct arena *mem, const struct log_source *s,
			  const struct csv_column *time, const struct day_table *days,
			  size_t n_days, size_t *n_windows)
{
	const struct row_set *set = &s->all.set;
	size_t *counts = arena_new(mem, size_t, n_days);
	int32_t last = INT32_MIN;

	for (size_t i = 0; i < set->n; i++) {
		double seconds = time->numbers[row_at(set, i)];

		if (!isnan(seconds))
			counts[day_of(seconds) - days->first]++;
	}
	*n_windows = 0;
	for (size_t d = 0; d < n_days; d++) {
		int32_t key =
		    counts[d] ? key_of(s->request->window, days->first + (int32_t)d) : last;

		*n_windows += key != last;
		last = key;
	}
	return counts;
}

/* Windows with rows, in order of time. */
static void name_windows(struct arena *mem, struct log_source *s, const struct csv_column *time,
			 struct day_table *days)
{
	size_t n_days = days->first <= days->last ? (size_t)(days->last - days->first) + 1 : 0;
	size_t n_windows, *counts = count_days(mem, s, time, days, n_days, &n_windows);
	struct part_rows *w = NULL;

	days->window = arena_new(mem, uint32_t, n_days);
	s->windows = arena_new(mem, struct part_rows, n_windows);
	for (size_t d = 0; d < n_days; d++) {
		int32_t day = days->first + (int32_t)d, key;

		if (!counts[d])
			continue;
		key = key_of(s->request->window, day);
		if (!w || w->key != key) {
			w = &s->windows[s->n_windows++];
			*w = (struct part_rows){.key = key, .first_day = day};
		}
		w->last_day = day;
		w->set.n += counts[d];
		days->window[d] = (uint32_t)(s->n_windows - 1);
	}
}

/* The rows of each window; those without a time are in none. */
static void find_windows(struct arena *mem, struct log_source *s, const struct csv_column *time,
			 struct day_table *days)
{
	const struct row_set *set = &s->all.set;
	uint32_t *grouped = arena_new(mem, uint32_t, set->n);
	size_t *next, begin = 0;

	name_windows(mem, s, time, days);
	next = arena_new(mem, size_t, s->n_windows);
	for (size_t i = 0; i < s->n_windows; i++) {
		next[i] = begin;
		s->windows[i].set.rows = grouped + begin;
		begin += s->windows[i].set.n;
	}
	for (size_t i = 0; i < set->n; i++) {
		size_t row = row_at(set, i);
		double seconds = time->numbers[row];

		if (!isnan(seconds))
			grouped[next[days->window[day_of(seconds) - days->first]]++] =
			    (uint32_t)row;
	}
}

/* -- the reference's own rows ----------------------------------------------------------------- */

/* The first place of an ascending set whose row is `row` or more. */
static size_t place_of(const struct row_set *set, size_t row)
{
	size_t low = 0, high = set->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (row_at(set, middle) < row)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool in_windows(const struct reference_rows *r, const struct csv_column *time, size_t row)
{
	double seconds = time->numbers[row];
	int32_t key;

	if (isnan(seconds))
		return false;
	key = key_of(r->window, day_of(seconds));
	return key >= r->first_key && key <= r->last_key;
}

/* What of a part is compared with the reference. */
static void leave_reference_out(struct arena *mem, const struct log_source *s,
				struct part_rows *part)
{
	const struct reference_rows *r = s->reference;
	const struct csv_column *time;
	uint32_t *rows;
	size_t kept = 0;

	part->compared = part->set;
	if (!s->reference_is_part)
		return;
	if (r->first || r->last) {
		size_t from = place_of(&part->set, r->first ? r->first - 1 : 0);
		size_t to = r->last ? place_of(&part->set, r->last) : part->set.n;

		part->compared.skip_at = from;
		part->compared.skipping = to - from;
	}
	if (r->time != NO_COLUMN) {
		time = &s->log->columns.items[r->time];
		rows = list_of(mem, &part->set);
		for (size_t i = 0; i < part->set.n; i++)
			if (!in_windows(r, time, rows[i]))
				rows[kept++] = rows[i];
		part->compared = (struct row_set){.rows = rows, .n = kept};
	}
	part->in_reference = part->set.n && !row_count(&part->compared);
}

/* -- segments --------------------------------------------------------------------------------- */

static void find_segments(struct arena *mem, struct log_source *s, struct segment_column *segment)
{
	const struct csv_column *column = column_of(s->log, segment->column);
	const struct row_set *set = &s->all.set;
	size_t n = column->n_categories, begin = 0;
	size_t *counts = arena_new(mem, size_t, n);
	uint32_t *grouped = arena_new(mem, uint32_t, set->n);
	const char **names = arena_new(mem, const char *, n);
	size_t *next = arena_new(mem, size_t, n);

	for (size_t i = 0; i < set->n; i++) {
		uint32_t code = csv_code(column, row_at(set, i));

		if (code != CSV_MISSING)
			counts[code]++;
	}
	segment->parts = arena_new(mem, struct part_rows, n);
	for (size_t i = 0; i < n; i++)
		names[i] = column->categories[i];
	if (n)
		qsort(names, n, sizeof *names, by_bytes);
	for (size_t i = 0; i < n; i++) {
		uint32_t code = code_of(column, names[i]);

		next[code] = begin;
		if (counts[code])
			segment->parts[segment->n++] =
			    (struct part_rows){.first_day = INT32_MAX,
					       .last_day = INT32_MIN,
					       .value = names[i],
					       .set = {.rows = grouped + begin, .n = counts[code]}};
		begin += counts[code];
	}
	for (size_t i = 0; i < set->n; i++) {
		size_t row = row_at(set, i);
		uint32_t code = csv_code(column, row);

		if (code != CSV_MISSING)
			grouped[next[code]++] = (uint32_t)row;
	}
}

/* -- a request, a reference ------------------------------------------------------------------- */

static void select_rows(void *ctx, size_t item, size_t worker)
{
	struct collector *c = ctx;
	struct log_source *s = c->sources.items[item];
	const struct rows_request *wanted = &s->request->rows;
	struct arena *mem = &c->workers[worker].mem;
	struct day_table days;

	s->all = (struct part_rows){.first_day = INT32_MAX, .last_day = INT32_MIN};
	if (s->failed || s->stored)
		return;
	s->all.set = stretch_of(s->log, wanted->first, wanted->last);
	filter_rows(mem, s->log, s->filters.items, s->filters.n, &s->all.set);
	if (s->time != NO_COLUMN) {
		const struct csv_column *time = column_of(s->log, s->time);

		keep_days(mem, s, time);
		find_days(time, &s->all.set, &days);
		s->all.first_day = days.first;
		s->all.last_day = days.last;
		if (s->request->window != WINDOW_NONE)
			find_windows(mem, s, time, &days);
	}
	for (size_t i = 0; i < s->segments.n; i++)
		find_segments(mem, s, &s->segments.items[i]);
	leave_reference_out(mem, s, &s->all);
	for (size_t i = 0; i < s->n_windows; i++)
		leave_reference_out(mem, s, &s->windows[i]);
	for (size_t i = 0; i < s->segments.n; i++)
		for (size_t k = 0; k < s->segments.items[i].n; k++)
			leave_reference_out(mem, s, &s->segments.items[i].parts[k]);
}

/* The first window that a row of the set lies in, as the only one. */
static void take_earliest(struct reference_rows *r, const struct csv_column *time)
{
	struct day_table days;

	find_days(time, &r->set, &days);
	r->first_key = r->last_key =
	    days.first <= days.last ? key_of(r->window, days.first) : INT32_MAX;
}

/* True where the rows of a log have numbers that lists do not hold. */
static bool beyond_lists(const struct log_table *log)
{
	return log->table.rows >= UINT32_MAX;
}

static bool reference_lists(const struct reference_rows *r)
{
	return r->filters.n || r->time != NO_COLUMN;
}

static void select_reference(void *ctx, size_t item, size_t worker)
{
	struct collector *c = ctx;
	struct reference_rows *r = c->references.items[item];
	struct arena *mem = &c->workers[worker].mem;

	if (!r->log->readable || (reference_lists(r) && beyond_lists(r->log)))
		return;
	r->set = stretch_of(r->log, r->first, r->last);
	filter_rows(mem, r->log, r->filters.items, r->filters.n, &r->set);
	if (r->time != NO_COLUMN) {
		const struct csv_column *time = column_of(r->log, r->time);
		uint32_t *rows = list_of(mem, &r->set);
		size_t kept = 0;

		if (r->earliest)
			take_earliest(r, time);
		for (size_t i = 0; i < r->set.n; i++)
			if (in_windows(r, time, rows[i]))
				rows[kept++] = rows[i];
		r->set = (struct row_set){.rows = rows, .n = kept};
	}
	r->n_rows = row_count(&r->set);
}

/* Row lists, places of sorted rows and draws have 32 bits. */
static bool check_lengths(struct collector *c, struct log_source *s)
{
	bool lists = s->segments.n || s->request->window != WINDOW_NONE || s->filters.n ||
		     s->first_day != INT32_MIN || s->last_day != INT32_MAX;

	if (lists && beyond_lists(s->log))
		return source_refuse(c, s, s->at,
				     "windows, segments and filters are for up to 2^32 rows");
	if ((s->compare != NO_COLUMN || s->request->bootstrap) && beyond_lists(s->log))
		return source_refuse(c, s, s->at,
				     "a second score and resamples are for up to 2^32 rows");
	if (s->reference && reference_lists(s->reference) && beyond_lists(s->reference->log))
		return source_refuse(
		    c, s, s->at,
		    "windows and filters of a reference are for up to 2^32 rows of its log");
	return true;
}

/* Segments and groups are for columns with few values. */
static bool check_values(struct collector *c, struct log_source *s)
{
	if (!check_lengths(c, s))
		return false;
	for (size_t i = 0; i < s->segments.n; i++) {
		const struct csv_column *column = column_of(s->log, s->segments.items[i].column);

		if (column->n_categories > MOST_SEGMENTS)
			return source_refuse(
			    c, s, column->at,
			    arena_printf(c->mem,
					 "'%s' has %zu values: segments are for columns with at "
					 "most %d",
					 column->name, column->n_categories, MOST_SEGMENTS));
	}
	for (size_t i = 0; i < s->groups.n; i++) {
		double combinations = 1;

		for (size_t k = 0; k < s->groups.items[i].n; k++)
			combinations *=
			    (double)column_of(s->log, s->groups.items[i].columns[k])->n_categories;
		if (combinations > MOST_GROUPS)
			return source_refuse(
			    c, s, s->groups.items[i].at,
			    arena_printf(c->mem, "'%s' has %.0f groups: at most %d are compared",
					 s->groups.items[i].name, combinations, MOST_GROUPS));
	}
	return true;
}

/* A command that names windows without a row has named the wrong ones. */
static void check_reference(struct collector *c, struct log_source *s)
{
	const struct reference_rows *r = s->reference;
	struct finding *f;

	if (s->record || !r || r->time == NO_COLUMN || r->n_rows || !s->n_windows)
		return;
	f = diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, s->request->reference->at,
		     "no row of '%s' lies in the windows of the reference", s->log->path);
	diag_help(c->diags, f, "its windows are %s to %s",
		  window_label(c->mem, r->window, s->windows[0].key),
		  window_label(c->mem, r->window, s->windows[s->n_windows - 1].key));
	s->failed = true;
}

void rows_select(struct collector *c)
{
	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];

		if (!s->failed && !s->stored && !check_values(c, s))
			s->figures->absent = "its source cannot be used";
	}
	parallel_for(c->references.n, c->jobs, select_reference, c);
	parallel_for(c->sources.n, c->jobs, select_rows, c);
	for (size_t i = 0; i < c->sources.n; i++)
		if (c->sources.items[i]->reference && !c->sources.items[i]->stored) {
			c->sources.items[i]->reference_n = c->sources.items[i]->reference->n_rows;
			check_reference(c, c->sources.items[i]);
		}
}
