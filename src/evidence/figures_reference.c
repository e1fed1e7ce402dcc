/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_reference.c - columns of references, made ready once for all that is compared */
#include "base/date.h"
#include "base/parallel.h"
#include "evidence/figures_internal.h"
#include <math.h>
#include <string.h>

static size_t drift_bins(const struct log_source *s)
{
	return s->request->bins ? s->request->bins : DRIFT_BINS;
}

/* A column of a reference, shared by all sources that measure against it. Numbers where both
 * sides hold numbers. */
static struct reference_column *shared_column(struct collector *c, const struct log_source *s,
					      const struct feature *feature)
{
	struct reference_column *column;
	bool numeric = column_of(s->log, feature->column)->is_number &&
		       column_of(s->reference->log, feature->reference_column)->is_number;
	char *key = arena_printf(c->space, "%zu %zu %d %zu", s->reference->index,
				 feature->reference_column, numeric, drift_bins(s));

	column = map_get(&c->reference_column_by_key, key);
	if (column)
		return column;
	column = arena_new(c->space, struct reference_column, 1);
	column->rows = s->reference;
	column->column = feature->reference_column;
	column->numeric = numeric;
	column->n_bins = drift_bins(s);
	column->apart = s->reference_is_part || s->reference->log != s->log;
	map_put(&c->reference_column_by_key, c->space, key, column);
	*ARENA_PUSH(c->space, &c->reference_columns) = column;
	return column;
}

bool column_can_reorder(const struct log_table *log, size_t column, bool apart)
{
	const struct column_uses *uses = &log->uses[column];

	return !log->table.spilled && !uses->other && uses->reference <= 1 && uses->current <= 1 &&
	       (apart || uses->reference + uses->current <= 1);
}

static void prepare_one(void *ctx, size_t item, size_t worker)
{
	struct collector *c = ctx;
	struct reference_column *r = c->reference_columns.items[item];
	struct arena *mem = &c->workers[worker].mem, *scratch = &c->workers[worker].scratch;
	struct arena_mark mark = arena_save(scratch);
	const struct csv_column *column = column_of(r->rows->log, r->column);
	const double *sorted;
	size_t n;

	if (r->numeric) {
		r->numbers = arena_new(mem, struct numeric_reference, 1);
		sorted = numbers_sorted(mem, scratch, column, &r->rows->set,
					column_can_reorder(r->rows->log, r->column, r->apart), &n);
		numeric_reference_init_sorted(r->numbers, sorted, n, row_count(&r->rows->set) - n,
					      r->n_bins);
	} else {
		r->categories = count_categories(mem, scratch, column, &r->rows->set);
	}
	arena_reset(scratch, mark);
}

static void use_column(struct log_source *s, size_t column)
{
	if (column != NO_COLUMN)
		s->log->uses[column].other++;
}

static void count_uses(struct collector *c)
{
	for (size_t i = 0; i < c->logs.n; i++) {
		struct log_table *log = c->logs.items[i];

		log->uses = arena_new(c->space, struct column_uses, log->columns.n);
	}
	for (size_t i = 0; i < c->reference_columns.n; i++) {
		const struct reference_column *r = c->reference_columns.items[i];

		r->rows->log->uses[r->column].reference++;
	}
	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];
		const size_t columns[] = {s->label,   s->score, s->prediction,
					  s->compare, s->time,  s->latency};

		if (s->failed || s->stored)
			continue;
		for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
			use_column(s, columns[k]);
		for (size_t f = 0; s->reference && f < s->features.n; f++)
			s->log->uses[s->features.items[f].column].current +=
			    1 + s->n_windows + s->segments.n;
	}
}

/* -- columns of which drift says nothing ------------------------------------------------------ */

enum { LEAST_NAMES = 20 }; /* in fewer rows a column of names cannot be told */

/* A column of text in which most rows have a value of their own names rows. */
static bool names_rows(const struct csv_column *column, size_t rows)
{
	return !column->is_number && column->n_categories * 2 > rows - column->missing &&
	       column->n_categories > 0;
}

/* Every value is a day or a moment. */
static bool holds_moments(const struct csv_column *column)
{
	for (size_t i = 0; i < column->n_categories; i++) {
		const char *text = column->categories[i];
		int64_t seconds;
		int32_t day;
		bool zone;

		if (!date_parse(text, strlen(text), &day) &&
		    !date_parse_moment(text, strlen(text), &seconds, &zone))
			return false;
	}
	return column->n_categories > 0;
}

/* Whole numbers, of which each is larger than the one before it. */
static bool counts_rows(const struct csv_column *column, size_t rows)
{
	if (!column->is_number || rows < LEAST_NAMES)
		return false;
	for (size_t r = 0; r < rows; r++)
		if (!(column->numbers[r] == rint(column->numbers[r])) ||
		    (r && !(column->numbers[r] > column->numbers[r - 1])))
			return false;
	return true;
}

/* N_LEFT_OUT where the drift of a feature says something. Both logs have to look so: many values of
 * a short log may be few ones of a long one. */
static enum left_out why_left_out(const struct log_source *s, const struct feature *feature)
{
	const struct log_table *const logs[2] = {s->log, s->reference->log};
	const size_t columns[2] = {feature->column, feature->reference_column};
	bool names = true, moments = true, counter = true;
	size_t most = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct csv_column *column = column_of(logs[i], columns[i]);
		size_t rows = logs[i]->table.rows;

		names = names && names_rows(column, rows);
		moments = moments && holds_moments(column);
		counter = counter && counts_rows(column, rows);
		most = column->n_categories > most ? column->n_categories : most;
	}
	return moments                        ? LEFT_MOMENTS
	       : names && most >= LEAST_NAMES ? LEFT_NAMES
	       : counter                      ? LEFT_COUNTER
					      : N_LEFT_OUT;
}

static void choose_features(struct collector *c, struct log_source *s)
{
	struct out numeric = {0}, categorical = {0};
	const char **names;
	size_t kept = 0;

	if (!s->request->all_features)
		return;
	for (size_t f = 0; f < s->features.n; f++) {
		struct feature *feature = &s->features.items[f];
		struct out *list =
		    column_of(s->log, feature->column)->is_number &&
			    column_of(s->reference->log, feature->reference_column)->is_number
			? &numeric
			: &categorical;

		enum left_out why = why_left_out(s, feature);

		if (why != N_LEFT_OUT) {
			leave_out(c, feature->name, why);
			continue;
		}
		out_printf(list, "%s%s", list->n ? ", " : "", feature->name);
		s->features.items[kept++] = *feature;
	}
	s->features.n = kept;
	if (numeric.n)
		take_note(c, "Numeric: %s", out_text(&numeric));
	if (categorical.n)
		take_note(c, "Categorical: %s", out_text(&categorical));
	out_release(&numeric);
	out_release(&categorical);
	names = arena_new(c->mem, const char *, kept);
	for (size_t f = 0; f < kept; f++)
		names[f] = s->features.items[f].name;
	s->figures->features = names;
	s->figures->n_features = kept;
}

void references_prepare(struct collector *c)
{
	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];

		if (!s->reference || s->failed || s->stored)
			continue;
		choose_features(c, s);
		for (size_t f = 0; f < s->features.n; f++)
			s->features.items[f].reference = shared_column(c, s, &s->features.items[f]);
	}
	count_uses(c);
	parallel_for(c->reference_columns.n, c->jobs, prepare_one, c);
}
