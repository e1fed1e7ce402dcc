/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_rows.c - the rows that a record is about, in windows of time */
#include "base/date.h"
#include "base/parallel.h"
#include "evidence/figures_internal.h"
#include <stdlib.h>
#include <string.h>

/* The code that a filter's value has in its column; CSV_MISSING where it does not occur. */
static uint32_t code_of(const struct csv_column *column, const char *value)
{
	for (size_t i = 0; i < column->n_categories; i++)
		if (!strcmp(column->categories[i], value))
			return (uint32_t)i;
	return CSV_MISSING;
}

uint32_t *rows_matching(struct arena *mem, const struct log_table *log,
			const struct row_filter *filters, size_t n_filters, size_t *n_rows)
{
	uint32_t *rows = arena_new(mem, uint32_t, log->table.rows);
	size_t n = log->table.rows;

	for (size_t r = 0; r < n; r++)
		rows[r] = (uint32_t)r;
	for (size_t f = 0; f < n_filters; f++) {
		const struct csv_column *column = &log->columns.items[filters[f].column];
		uint32_t code = code_of(column, filters[f].value);
		size_t kept = 0;

		for (size_t r = 0; r < n; r++)
			if (code != CSV_MISSING && column->codes[rows[r]] == code)
				rows[kept++] = rows[r];
		n = kept;
	}
	*n_rows = n;
	return rows;
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

/* The day of each value of the time column; false and the value's code where one is no time. */
static bool days_of(struct arena *mem, const struct csv_column *time, int32_t **days, uint32_t *bad)
{
	*days = arena_new(mem, int32_t, time->n_categories);
	for (size_t i = 0; i < time->n_categories; i++) {
		const char *text = time->categories[i];
		int64_t seconds;
		bool has_zone;

		if (date_parse(text, strlen(text), &(*days)[i]))
			continue;
		if (!date_parse_moment(text, strlen(text), &seconds, &has_zone)) {
			*bad = (uint32_t)i;
			return false;
		}
		(*days)[i] =
		    (int32_t)(seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400));
	}
	return true;
}

static int by_key(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static void stretch(struct window_rows *window, int32_t day)
{
	window->first_day = day < window->first_day ? day : window->first_day;
	window->last_day = day > window->last_day ? day : window->last_day;
}

/* The distinct keys of the rows, ascending, as empty windows. */
static void find_windows(struct arena *mem, struct log_source *s, const int32_t *keys,
			 const uint32_t *codes)
{
	int32_t *all = arena_new(mem, int32_t, s->n_rows);
	size_t n = 0, distinct = 0;

	for (size_t i = 0; i < s->n_rows; i++)
		if (codes[s->rows[i]] != CSV_MISSING &&
		    (n == 0 || all[n - 1] != keys[codes[s->rows[i]]]))
			all[n++] = keys[codes[s->rows[i]]];
	if (n > 1)
		qsort(all, n, sizeof *all, by_key);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || all[i] != all[i - 1])
			all[distinct++] = all[i];
	s->windows = arena_new(mem, struct window_rows, distinct);
	s->n_windows = distinct;
	for (size_t i = 0; i < distinct; i++)
		s->windows[i] = (struct window_rows){
		    .key = all[i], .first_day = INT32_MAX, .last_day = INT32_MIN};
}

static size_t window_at(const struct log_source *s, int32_t key)
{
	size_t low = 0, high = s->n_windows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->windows[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Brings the rows into the order of their windows; those without a time come last. */
static void group_rows(struct arena *mem, struct log_source *s, const int32_t *keys,
		       const int32_t *days, const uint32_t *codes)
{
	uint32_t *grouped = arena_new(mem, uint32_t, s->n_rows);
	size_t *place = arena_new(mem, size_t, s->n_rows);
	size_t *next;
	size_t begin = 0;

	find_windows(mem, s, keys, codes);
	next = arena_new(mem, size_t, s->n_windows + 1);
	for (size_t i = 0; i < s->n_rows; i++) {
		uint32_t code = codes[s->rows[i]];

		place[i] = code == CSV_MISSING ? s->n_windows : window_at(s, keys[code]);
		next[place[i]]++;
		if (code != CSV_MISSING)
			stretch(&s->windows[place[i]], days[code]);
	}
	for (size_t w = 0; w <= s->n_windows; w++) {
		size_t count = next[w];

		next[w] = begin;
		if (w < s->n_windows) {
			s->windows[w].begin = begin;
			s->windows[w].end = begin + count;
		}
		begin += count;
	}
	for (size_t i = 0; i < s->n_rows; i++)
		grouped[next[place[i]]++] = s->rows[i];
	s->rows = grouped;
}

static void keep_days(struct log_source *s, const int32_t *days, const uint32_t *codes)
{
	size_t kept = 0;

	if (s->first_day == INT32_MIN && s->last_day == INT32_MAX)
		return;
	for (size_t i = 0; i < s->n_rows; i++) {
		uint32_t code = codes[s->rows[i]];

		if (code != CSV_MISSING && days[code] >= s->first_day && days[code] <= s->last_day)
			s->rows[kept++] = s->rows[i];
	}
	s->n_rows = kept;
}

static void select_rows(void *ctx, size_t item, size_t worker)
{
	struct collector *c = ctx;
	struct log_source *s = c->sources.items[item];
	struct arena *mem = &c->workers[worker].mem;
	const struct csv_column *time;
	int32_t *days, *keys;

	s->bad_time = CSV_MISSING;
	s->all = (struct window_rows){.first_day = INT32_MAX, .last_day = INT32_MIN};
	if (s->failed)
		return;
	s->rows = rows_matching(mem, s->log, s->filters.items, s->filters.n, &s->n_rows);
	s->all.end = s->n_rows;
	if (s->time == NO_COLUMN)
		return;
	time = &s->log->columns.items[s->time];
	if (!days_of(mem, time, &days, &s->bad_time))
		return;
	keep_days(s, days, time->codes);
	s->all.end = s->n_rows;
	for (size_t i = 0; i < s->n_rows; i++)
		if (time->codes[s->rows[i]] != CSV_MISSING)
			stretch(&s->all, days[time->codes[s->rows[i]]]);
	if (s->window == WINDOW_NONE)
		return;
	keys = arena_new(mem, int32_t, time->n_categories);
	for (size_t i = 0; i < time->n_categories; i++)
		keys[i] = key_of(s->window, days[i]);
	group_rows(mem, s, keys, days, time->codes);
}

/* The log's own line with the first row whose time is none. */
static void report_bad_time(struct collector *c, struct log_source *s)
{
	const struct csv_column *time = &s->log->columns.items[s->time];
	struct source *source = s->log->file->source;
	size_t row = 0, len = 0, start = 0;
	const char *line;

	while (row < s->log->table.rows && time->codes[row] != s->bad_time)
		row++;
	line = source_line(source, (uint32_t)csv_line(&s->log->table, row), &len);
	if (line)
		start = (size_t)(line - source->text);
	diag_add(c->diags, RULE_DATA_UNREADABLE_LOG, span_at(source, start, start + len),
		 "'%.60s' in column '%s' is no date or moment: expected YYYY-MM-DD or "
		 "YYYY-MM-DDTHH:MM:SS",
		 time->categories[s->bad_time], time->name);
	s->failed = true;
	s->figures->absent = "the log has a time that is none";
}

static void select_reference(void *ctx, size_t item, size_t worker)
{
	struct collector *c = ctx;
	struct reference_rows *r = c->references.items[item];

	if (r->log->readable)
		r->rows = rows_matching(&c->workers[worker].mem, r->log, r->filters.items,
					r->filters.n, &r->n_rows);
}

void rows_select(struct collector *c)
{
	parallel_for(c->sources.n, c->jobs, select_rows, c);
	parallel_for(c->references.n, c->jobs, select_reference, c);
	for (size_t i = 0; i < c->sources.n; i++)
		if (c->sources.items[i]->bad_time != CSV_MISSING)
			report_bad_time(c, c->sources.items[i]);
}
