/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_measure.c - the figures of all parts of all logs, in parallel
 *
 * Each figure that takes a walk over rows is a task. What draws rows again takes all threads itself
 * and comes last, one after the other. */
#include "base/date.h"
#include "base/parallel.h"
#include "evidence/figures_internal.h"
#include "evidence/missing_drift.h"
#include "measure/bootstrap.h"
#include "measure/calibration.h"
#include "measure/latency.h"
#include "measure/outcomes.h"
#include "measure/performance.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- one task --------------------------------------------------------------------------------- */

struct task;
typedef void (*run_task)(const struct task *task, size_t jobs, struct arena *mem,
			 struct arena *scratch);

struct task {
	const struct log_source *source;
	const struct part_rows *part;
	struct window_figures *figures;
	run_task run;
	size_t item; /* feature, group, figure of a comparison */
	void *to;    /* its result, of those that are several */
};

struct tasks {
	struct collector *collector;
	LIST_OF(struct task);
};

/* A score of several classes is that of the class that was predicted: it comes true where that is
 * the label. */
static const unsigned char *hits_of(struct arena *mem, const struct log_source *s,
				    const struct row_set *set)
{
	unsigned char *hits = arena_new(mem, unsigned char, row_count(set));
	uint32_t truth[ROW_BLOCK], predicted[ROW_BLOCK];
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces), at = 0;

	for (size_t p = 0; p < n_pieces; p++)
		for (size_t from = 0; from < pieces[p].n; from += ROW_BLOCK) {
			size_t n = pieces[p].n - from < ROW_BLOCK ? pieces[p].n - from : ROW_BLOCK;

			classes_of(&s->label_classes, &pieces[p], from, n, truth);
			classes_of(&s->prediction_classes, &pieces[p], from, n, predicted);
			for (size_t i = 0; i < n; i++)
				hits[at++] = truth[i] == NO_CLASS || predicted[i] == NO_CLASS
						 ? LABEL_MISSING
					     : truth[i] == predicted[i] ? LABEL_POSITIVE
									: LABEL_NEGATIVE;
		}
	return hits;
}

static struct outcomes outcomes_of(const struct task *task, struct arena *scratch)
{
	const struct log_source *s = task->source;
	const struct row_set *set = &task->part->set;
	struct outcome_rows rows = {.n = row_count(set), .threshold = s->figures->threshold};

	if (s->task == SETTLED_CLASSES) {
		rows.labels = hits_of(scratch, s, set);
	} else {
		rows.labels = bytes_of(scratch, s->labels, set);
		if (s->predictions)
			rows.predictions = bytes_of(scratch, s->predictions, set);
	}
	if (s->score != NO_COLUMN)
		rows.scores = numbers_of(scratch, column_of(s->log, s->score), set);
	return outcomes_sorted(scratch, scratch, &rows);
}

static void run_outcomes(const struct task *task, size_t jobs, struct arena *mem,
			 struct arena *scratch)
{
	const struct log_source *s = task->source;
	const struct calibration_options options = {.n_bins = s->request->bins,
						    .quantile = s->request->quantile_bins};
	struct window_figures *w = task->figures;
	struct outcomes outcomes = outcomes_of(task, scratch);

	(void)jobs;
	if (s->task == SETTLED_TWO_CLASSES) {
		w->performance = performance_measure(&outcomes);
		w->has_performance = true;
	}
	if (s->score == NO_COLUMN)
		return;
	w->calibration = calibration_measure(mem, scratch, &outcomes, &options);
	w->has_calibration = true;
}

static void run_bootstrap(const struct task *task, size_t jobs, struct arena *mem,
			  struct arena *scratch)
{
	const struct log_request *q = task->source->request;
	const struct bootstrap_options options = {
	    .seed = q->seed, .resamples = q->bootstrap, .jobs = jobs, .n_bins = q->bins};
	struct outcomes outcomes = outcomes_of(task, scratch);
	struct bootstrap bootstrap = bootstrap_measure(scratch, &outcomes, &options);

	(void)mem;
	bootstrap_fill(&task->figures->performance, &bootstrap, false);
}

static void run_classes(const struct task *task, size_t jobs, struct arena *mem,
			struct arena *scratch)
{
	(void)jobs;
	task->figures->classes = measure_classes(task->source, &task->part->set, mem, scratch);
	task->figures->has_classes = true;
}

static void run_regression(const struct task *task, size_t jobs, struct arena *mem,
			   struct arena *scratch)
{
	const struct log_source *s = task->source;
	const struct row_set *set = &task->part->set;
	size_t predicted = s->prediction != NO_COLUMN ? s->prediction : s->score;

	(void)jobs;
	(void)mem;
	task->figures->regression = regression_measure(
	    scratch, numbers_of(scratch, column_of(s->log, s->label), set),
	    numbers_of(scratch, column_of(s->log, predicted), set), row_count(set));
	task->figures->has_regression = true;
}

static void run_latency(const struct task *task, size_t jobs, struct arena *mem,
			struct arena *scratch)
{
	const struct log_source *s = task->source;
	const struct row_set *set = &task->part->set;

	(void)jobs;
	(void)mem;
	task->figures->latency = latency_measure(
	    scratch, numbers_of(scratch, column_of(s->log, s->latency), set), row_count(set));
	task->figures->has_latency = true;
}

static void run_fairness(const struct task *task, size_t jobs, struct arena *mem,
			 struct arena *scratch)
{
	const struct log_source *s = task->source;

	(void)jobs;
	*(struct fairness_figures *)task->to =
	    measure_fairness(s, &s->groups.items[task->item], &task->part->set, mem, scratch);
}

static void run_comparison(const struct task *task, size_t jobs, struct arena *mem,
			   struct arena *scratch)
{
	(void)mem;
	*(struct score_comparison *)task->to =
	    measure_comparison(task->source, task->item, &task->part->set, jobs, scratch);
}

static void run_drift(const struct task *task, size_t jobs, struct arena *mem,
		      struct arena *scratch)
{
	const struct log_source *s = task->source;
	const struct feature *feature = &s->features.items[task->item];
	const struct reference_column *r = feature->reference;
	const struct csv_column *column = column_of(s->log, feature->column);
	const struct row_set *set = &task->part->compared;
	struct drift *to = task->to;
	struct category_counts counts;
	const double *sorted;
	size_t n;

	(void)jobs;
	if (!r->numeric) {
		counts = count_categories(mem, scratch, column, set);
		*to = drift_categorical(mem, scratch, feature->name, &r->categories, &counts);
		drift_follow_categories(to, scratch, s->request->convention);
		return;
	}
	sorted = numbers_sorted(scratch, scratch, column, set,
				column_can_reorder(s->log, feature->column, r->apart), &n);
	*to = drift_numeric_sorted(mem, scratch, feature->name, r->numbers, sorted, n,
				   row_count(set) - n);
	drift_follow_numeric(to, mem, scratch, r->numbers, sorted, n, s->request->convention);
}

static void run_one(void *ctx, size_t item, size_t worker)
{
	struct tasks *tasks = ctx;
	const struct task *task = &tasks->items[item];
	struct worker_memory *memory = &tasks->collector->workers[worker];
	struct arena_mark mark = arena_save(&memory->scratch);

	task->run(task, 1, &memory->results, &memory->scratch);
	arena_reset(&memory->scratch, mark);
}

/* -- what there is to do ---------------------------------------------------------------------- */

struct plan {
	struct collector *c;
	struct tasks together, alone; /* in parallel; with all threads each */
};

static void add_task(struct plan *plan, bool alone, struct task task)
{
	*ARENA_PUSH(plan->c->space, alone ? &plan->alone : &plan->together) = task;
}

static void add_comparison(struct plan *plan, struct task task)
{
	struct score_comparison *comparison;
	bool resampled;
	size_t n = 0;

	while (comparison_figure(task.source->request, n, &resampled))
		n++;
	comparison = arena_new(plan->c->mem, struct score_comparison, n);
	task.figures->comparison = comparison;
	task.figures->n_comparison = n;
	task.run = run_comparison;
	for (size_t i = 0; i < n; i++) {
		comparison_figure(task.source->request, i, &resampled);
		task.item = i;
		task.to = &comparison[i];
		add_task(plan, resampled, task);
	}
}

static void add_fairness(struct plan *plan, struct task task)
{
	size_t n = task.source->groups.n;
	struct fairness_figures *fairness = arena_new(plan->c->mem, struct fairness_figures, n);

	task.figures->fairness = fairness;
	task.figures->n_fairness = n;
	task.run = run_fairness;
	for (size_t i = 0; i < n; i++) {
		task.item = i;
		task.to = &fairness[i];
		add_task(plan, false, task);
	}
}

/* What happened, held against what was predicted. */
static void add_outcomes(struct plan *plan, struct task task)
{
	const struct log_source *s = task.source;
	bool scored = s->score != NO_COLUMN;

	switch (s->task) {
	case SETTLED_NONE:
		break;
	case SETTLED_REGRESSION:
		task.run = run_regression;
		add_task(plan, false, task);
		break;
	case SETTLED_CLASSES:
		task.run = run_classes;
		add_task(plan, false, task);
		task.run = run_outcomes;
		if (scored)
			add_task(plan, false, task);
		break;
	case SETTLED_TWO_CLASSES:
		if (!scored && s->prediction == NO_COLUMN)
			break;
		task.run = run_outcomes;
		add_task(plan, false, task);
		task.run = run_bootstrap;
		if (s->request->bootstrap)
			add_task(plan, true, task);
		if (s->groups.n)
			add_fairness(plan, task);
		if (scored && s->compare != NO_COLUMN)
			add_comparison(plan, task);
		break;
	}
}

static void add_drift(struct plan *plan, struct task task)
{
	size_t n = task.source->features.n;
	struct drift *drift;

	if (!task.source->reference || !n || task.part->in_reference)
		return;
	drift = arena_new(plan->c->mem, struct drift, n);
	task.figures->drift = drift;
	task.figures->n_drift = n;
	task.run = run_drift;
	for (size_t f = 0; f < n; f++) {
		task.item = f;
		task.to = &drift[f];
		add_task(plan, false, task);
	}
}

static void add_part(struct plan *plan, const struct log_source *s, const struct part_rows *part,
		     struct window_figures *w)
{
	struct arena *mem = plan->c->mem;
	struct task task = {.source = s, .part = part, .figures = w};
	char text[DATE_TEXT];

	w->rows = row_count(&part->set);
	w->worst = DRIFT_UNKNOWN;
	if (part->first_day <= part->last_day) {
		w->start = arena_strdup(mem, date_format(text, part->first_day));
		w->end = arena_strdup(mem, date_format(text, part->last_day));
	}
	add_outcomes(plan, task);
	add_drift(plan, task);
	task.run = run_latency;
	if (s->latency != NO_COLUMN)
		add_task(plan, false, task);
}

static void add_segments(struct plan *plan, const struct log_source *s)
{
	struct arena *mem = plan->c->mem;
	struct record_figures *f = s->figures;
	struct segment_figures *segments;
	size_t n = 0;

	for (size_t i = 0; i < s->segments.n; i++)
		n += s->segments.items[i].n;
	segments = arena_new(mem, struct segment_figures, n);
	f->segments = segments;
	for (size_t i = 0; i < s->segments.n; i++)
		for (size_t k = 0; k < s->segments.items[i].n; k++) {
			struct segment_figures *segment = &segments[f->n_segments++];

			segment->column = s->segments.items[i].name;
			segment->value = arena_strdup(mem, s->segments.items[i].parts[k].value);
			segment->figures.label = segment->value;
			add_part(plan, s, &s->segments.items[i].parts[k], &segment->figures);
		}
}

static void add_source(struct plan *plan, const struct log_source *s)
{
	struct arena *mem = plan->c->mem;
	struct record_figures *f = s->figures;
	struct window_figures *windows = arena_new(mem, struct window_figures, s->n_windows);

	f->origin = ORIGIN_MEASURED;
	f->rows = row_count(&s->all.set);
	f->skipped = s->log->table.skipped;
	f->all.label = "all";
	add_part(plan, s, &s->all, &f->all);
	f->windows = windows;
	f->n_windows = s->n_windows;
	for (size_t w = 0; w < s->n_windows; w++) {
		windows[w].label = window_label(mem, s->request->window, s->windows[w].key);
		add_part(plan, s, &s->windows[w], &windows[w]);
	}
	add_segments(plan, s);
}

/* -- results ---------------------------------------------------------------------------------- */

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

static void keep_classes(struct collector *c, struct class_table *table)
{
	const char **names = arena_new(c->mem, const char *, table->summary.k);

	for (size_t i = 0; i < table->summary.k; i++)
		names[i] = keep_name(c, table->names[i]);
	table->names = names;
}

/* Names of categories and classes lie in the logs until here. */
static void keep_window(struct collector *c, struct window_figures *w)
{
	for (size_t i = 0; i < w->n_drift; i++) {
		const struct drift *d = &w->drift[i];
		struct drift_bin *bins = (struct drift_bin *)d->bins;
		const char **fresh = (const char **)d->new_categories;

		for (size_t b = 0; b < d->n_bins; b++)
			if (bins[b].category)
				bins[b].category = keep_name(c, bins[b].category);
		for (size_t k = 0; k < d->n_new_categories; k++)
			fresh[k] = keep_name(c, fresh[k]);
	}
	if (w->has_classes)
		keep_classes(c, &w->classes);
}

/* The bands are those of today, whenever the drift was measured. */
static void judge_window(struct collector *c, struct window_figures *w)
{
	drift_judge((struct drift *)w->drift, w->n_drift, c->bands, &c->workers[0].scratch);
	w->worst = drift_worst(w->drift, w->n_drift);
	w->missing = missing_drift(c->mem, &c->workers[0].scratch, w->drift, w->n_drift, c->bands);
}

static void for_each_window(struct collector *c, const struct record_figures *f,
			    void (*work)(struct collector *c, struct window_figures *w))
{
	work(c, (struct window_figures *)&f->all);
	for (size_t i = 0; i < f->n_windows; i++)
		work(c, (struct window_figures *)&f->windows[i]);
	for (size_t i = 0; i < f->n_segments; i++)
		work(c, (struct window_figures *)&f->segments[i].figures);
}

static void finish_source(struct collector *c, struct log_source *s)
{
	if (s->failed)
		return;
	if (!s->stored) {
		for_each_window(c, s->figures, keep_window);
		source_save(c, s);
	}
	for_each_window(c, s->figures, judge_window);
	s->figures->how = figures_how(c, s);
	figures_how_parts(c, s);
}

void sources_measure(struct collector *c)
{
	struct plan plan = {.c = c, .together.collector = c, .alone.collector = c};

	for (size_t i = 0; i < c->sources.n; i++)
		if (!c->sources.items[i]->failed && !c->sources.items[i]->stored)
			add_source(&plan, c->sources.items[i]);
	parallel_for(plan.together.n, c->jobs, run_one, &plan.together);
	for (size_t i = 0; i < plan.alone.n; i++) {
		struct worker_memory *memory = &c->workers[0];
		struct arena_mark mark = arena_save(&memory->scratch);
		const struct task *task = &plan.alone.items[i];

		task->run(task, c->jobs, &memory->results, &memory->scratch);
		arena_reset(&memory->scratch, mark);
	}
	for (size_t i = 0; i < c->sources.n; i++)
		finish_source(c, c->sources.items[i]);
}
