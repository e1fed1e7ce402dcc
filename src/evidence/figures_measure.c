/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_measure.c - performance, calibration and drift of all windows, in parallel */
#include "base/date.h"
#include "base/number.h"
#include "base/parallel.h"
#include "evidence/figures_internal.h"
#include "measure/calibration.h"
#include "measure/performance.h"
#include "measure/sort.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- columns, gathered ------------------------------------------------------------------------ */

static double *gather_numbers(struct arena *mem, const struct csv_column *column,
			      const uint32_t *rows, size_t n)
{
	double *values = arena_new(mem, double, n);

	for (size_t i = 0; i < n; i++)
		values[i] = column->numbers[rows[i]];
	return values;
}

/* Numbers as categories, where the other sample of the column holds text: each distinct number is
 * a category named by its shortest text. */
static struct category_counts count_numbers(struct arena *mem, struct arena *scratch,
					    const struct csv_column *column, const uint32_t *rows,
					    size_t n)
{
	double *values = gather_numbers(scratch, column, rows, n);
	uint32_t *codes = arena_new(scratch, uint32_t, n);
	struct {
		LIST_OF(const char *);
	} names = {0};
	size_t present = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(values[i]))
			values[present++] = values[i];
	sort_numbers(values, present, scratch);
	for (size_t i = 0; i < n; i++) {
		char text[NUMBER_TEXT_MAX];

		if (i < present && (i == 0 || values[i] != values[i - 1]))
			*ARENA_PUSH(scratch, &names) =
			    arena_strdup(mem, number_shortest(text, values[i]));
		codes[i] = i < present ? (uint32_t)(names.n - 1) : CATEGORY_MISSING;
	}
	return category_count(
	    mem, &(struct category_column){codes, n, (const char *const *)names.items, names.n});
}

static struct category_counts count_categories(struct arena *mem, struct arena *scratch,
					       const struct csv_column *column,
					       const uint32_t *rows, size_t n)
{
	uint32_t *codes;

	if (column->is_number)
		return count_numbers(mem, scratch, column, rows, n);
	codes = arena_new(scratch, uint32_t, n);
	for (size_t i = 0; i < n; i++)
		codes[i] = column->codes[rows[i]];
	return category_count(
	    mem, &(struct category_column){codes, n, (const char *const *)column->categories,
					   column->n_categories});
}

/* -- references ------------------------------------------------------------------------------- */

static const struct csv_column *column_of(const struct log_table *log, size_t column)
{
	return &log->columns.items[column];
}

/* A column of a reference, shared by all sources that measure against it. Numbers where both
 * sides hold numbers. */
static struct reference_column *shared_column(struct collector *c, const struct log_source *s,
					      const struct feature *feature)
{
	struct reference_column *column;
	bool numeric = column_of(s->log, feature->column)->is_number &&
		       column_of(s->reference->log, feature->reference_column)->is_number;
	char *key = arena_printf(c->mem, "%zu %zu %d", s->reference->index,
				 feature->reference_column, numeric);

	column = map_get(&c->reference_column_by_key, key);
	if (column)
		return column;
	column = arena_new(c->mem, struct reference_column, 1);
	column->rows = s->reference;
	column->column = feature->reference_column;
	column->numeric = numeric;
	map_put(&c->reference_column_by_key, c->mem, key, column);
	*ARENA_PUSH(c->mem, &c->reference_columns) = column;
	return column;
}

static void prepare_one(void *ctx, size_t item, size_t worker)
{
	struct collector *c = ctx;
	struct reference_column *r = c->reference_columns.items[item];
	struct arena *mem = &c->workers[worker].mem, *scratch = &c->workers[worker].scratch;
	struct arena_mark mark = arena_save(scratch);
	const struct csv_column *column = column_of(r->rows->log, r->column);

	if (r->numeric) {
		r->numbers = arena_new(mem, struct numeric_reference, 1);
		numeric_reference_init(
		    r->numbers, mem, scratch,
		    gather_numbers(scratch, column, r->rows->rows, r->rows->n_rows),
		    r->rows->n_rows, DRIFT_BINS);
	} else {
		r->categories =
		    count_categories(mem, scratch, column, r->rows->rows, r->rows->n_rows);
	}
	arena_reset(scratch, mark);
}

void references_prepare(struct collector *c)
{
	for (size_t i = 0; i < c->sources.n; i++) {
		struct log_source *s = c->sources.items[i];

		for (size_t f = 0; s->reference && !s->failed && f < s->features.n; f++)
			s->features.items[f].reference = shared_column(c, s, &s->features.items[f]);
	}
	parallel_for(c->reference_columns.n, c->jobs, prepare_one, c);
}

/* -- one window ------------------------------------------------------------------------------- */

/* Performance and calibration of a window, or the drift of one of its features. */
struct task {
	const struct log_source *source;
	const struct window_rows *rows;
	struct window_figures *figures;
	struct drift *drift; /* NULL: performance and calibration */
	size_t feature;
};

struct tasks {
	struct collector *collector;
	LIST_OF(struct task);
};

static unsigned char *gather_classes(struct arena *mem, const struct log_source *s, size_t index,
				     const uint32_t *rows, size_t n)
{
	const struct csv_column *column = column_of(s->log, index);
	unsigned char *classes = arena_new(mem, unsigned char, n);
	uint32_t positive = CSV_MISSING;

	for (size_t i = 0; i < column->n_categories; i++)
		if (!strcmp(column->categories[i], s->positive))
			positive = (uint32_t)i;
	for (size_t i = 0; i < n; i++) {
		uint32_t code = column->codes[rows[i]];

		classes[i] = code == CSV_MISSING ? LABEL_MISSING
			     : code == positive  ? LABEL_POSITIVE
						 : LABEL_NEGATIVE;
	}
	return classes;
}

static void measure_outcomes(const struct task *task, struct arena *mem, struct arena *scratch)
{
	const struct log_source *s = task->source;
	const uint32_t *rows = s->rows + task->rows->begin;
	size_t n = task->rows->end - task->rows->begin;
	struct window_figures *w = task->figures;
	struct outcome_rows input = {.n = n, .threshold = s->figures->threshold};
	struct outcomes outcomes;

	if (s->label == NO_COLUMN || (s->score == NO_COLUMN && s->prediction == NO_COLUMN))
		return;
	input.labels = gather_classes(scratch, s, s->label, rows, n);
	if (s->prediction != NO_COLUMN)
		input.predictions = gather_classes(scratch, s, s->prediction, rows, n);
	if (s->score != NO_COLUMN)
		input.scores = gather_numbers(scratch, column_of(s->log, s->score), rows, n);
	outcomes = outcomes_sorted(scratch, scratch, &input);
	w->performance = performance_measure(&outcomes);
	w->has_performance = true;
	if (s->score == NO_COLUMN)
		return;
	w->calibration =
	    calibration_measure(mem, scratch, &outcomes, &(struct calibration_options){0});
	w->has_calibration = true;
}

static void measure_drift(const struct task *task, struct arena *mem, struct arena *scratch)
{
	const struct log_source *s = task->source;
	const struct feature *feature = &s->features.items[task->feature];
	const struct csv_column *column = column_of(s->log, feature->column);
	const uint32_t *rows = s->rows + task->rows->begin;
	size_t n = task->rows->end - task->rows->begin;
	struct category_counts counts;

	if (feature->reference->numeric) {
		*task->drift =
		    drift_numeric(mem, scratch, feature->name, feature->reference->numbers,
				  gather_numbers(scratch, column, rows, n), n);
		return;
	}
	counts = count_categories(mem, scratch, column, rows, n);
	*task->drift = drift_categorical(mem, scratch, feature->name,
					 &feature->reference->categories, &counts);
}

static void run_task(void *ctx, size_t item, size_t worker)
{
	struct tasks *tasks = ctx;
	const struct task *task = &tasks->items[item];
	struct worker_memory *memory = &tasks->collector->workers[worker];
	struct arena_mark mark = arena_save(&memory->scratch);

	if (task->drift)
		measure_drift(task, &memory->mem, &memory->scratch);
	else
		measure_outcomes(task, &memory->mem, &memory->scratch);
	arena_reset(&memory->scratch, mark);
}

/* -- results ---------------------------------------------------------------------------------- */

static const char *window_label(struct arena *mem, enum window_length length, int32_t key)
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

/* Drifts of one window, of which each is a task. */
static void add_tasks(struct tasks *tasks, const struct log_source *s,
		      const struct window_rows *rows, struct window_figures *w)
{
	struct arena *mem = tasks->collector->mem;
	struct drift *drift = NULL;
	char text[DATE_TEXT];

	w->rows = rows->end - rows->begin;
	if (rows->first_day <= rows->last_day) {
		w->start = arena_strdup(mem, date_format(text, rows->first_day));
		w->end = arena_strdup(mem, date_format(text, rows->last_day));
	}
	*ARENA_PUSH(mem, tasks) = (struct task){.source = s, .rows = rows, .figures = w};
	if (s->reference) {
		drift = arena_new(mem, struct drift, s->features.n);
		w->n_drift = s->features.n;
	}
	w->drift = drift;
	for (size_t f = 0; f < w->n_drift; f++)
		*ARENA_PUSH(mem, tasks) = (struct task){s, rows, w, &drift[f], f};
}

static void add_source(struct tasks *tasks, const struct log_source *s)
{
	struct arena *mem = tasks->collector->mem;
	struct record_figures *f = s->figures;
	struct window_figures *windows = arena_new(mem, struct window_figures, s->n_windows);

	f->origin = ORIGIN_MEASURED;
	f->rows = s->n_rows;
	f->skipped = s->log->table.skipped;
	f->all.label = "all";
	add_tasks(tasks, s, &s->all, &f->all);
	f->windows = windows;
	f->n_windows = s->n_windows;
	for (size_t w = 0; w < s->n_windows; w++) {
		windows[w].label = window_label(mem, s->window, s->windows[w].key);
		add_tasks(tasks, s, &s->windows[w], &windows[w]);
	}
}

/* A name that outlives the logs, kept once. */
static const char *keep_name(struct collector *c, const char *name)
{
	char *kept = map_get(&c->names, name);

	if (!kept) {
		kept = arena_strdup(c->mem, name);
		map_put(&c->names, c->mem, kept, kept);
	}
	return kept;
}

static void *keep(struct collector *c, const void *items, size_t n, size_t size)
{
	void *kept = arena_alloc_n(c->mem, n, size);

	if (n)
		memcpy(kept, items, n * size);
	return kept;
}

/* Copies what a window's figures point to out of the workers' arenas, and judges its drift. */
static void keep_window(struct collector *c, struct window_figures *w, struct drift *drift)
{
	struct arena *scratch = &c->workers[0].scratch;

	w->calibration.bins =
	    keep(c, w->calibration.bins, w->calibration.n_bins, sizeof *w->calibration.bins);
	for (size_t i = 0; i < w->n_drift; i++) {
		struct drift *d = &drift[i];
		struct drift_bin *bins = keep(c, d->bins, d->n_bins, sizeof *bins);
		const char **fresh = keep(c, d->new_categories, d->n_new_categories, sizeof *fresh);

		for (size_t b = 0; b < d->n_bins; b++)
			if (bins[b].category)
				bins[b].category = keep_name(c, bins[b].category);
		for (size_t k = 0; k < d->n_new_categories; k++)
			fresh[k] = keep_name(c, fresh[k]);
		d->bins = bins;
		d->new_categories = fresh;
	}
	drift_judge(drift, w->n_drift, c->bands, scratch);
	w->worst = drift_worst(drift, w->n_drift);
}

void sources_measure(struct collector *c)
{
	struct tasks tasks = {.collector = c};

	for (size_t i = 0; i < c->sources.n; i++)
		if (!c->sources.items[i]->failed)
			add_source(&tasks, c->sources.items[i]);
	parallel_for(tasks.n, c->jobs, run_task, &tasks);
	for (size_t i = 0; i < tasks.n; i++) {
		const struct task *first = &tasks.items[i];

		/* a window's first task is followed by those of its features */
		if (!first->drift)
			keep_window(c, first->figures,
				    first->figures->n_drift ? first[1].drift : NULL);
	}
	for (size_t i = 0; i < c->sources.n; i++)
		if (!c->sources.items[i]->failed) {
			c->sources.items[i]->figures->how = figures_how(c, c->sources.items[i]);
			figures_how_parts(c, c->sources.items[i]);
		}
}
