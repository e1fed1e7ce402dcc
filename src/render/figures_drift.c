/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_drift.c - drift over time, with its heat map */
#include "base/number.h"
#include "plot/plot.h"
#include "render/figure_block.h"
#include "render/figures_parts.h"
#include "render/table_html.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct drift_grid {
	const char **labels, **short_labels; /* in text and tables; at the axis */
	size_t n_labels, n_whole;            /* n_whole: those that the sentence speaks of */
	struct drift_series *series;
	size_t n_series;
	bool **tied; /* [series][window]: the PSI is that with tied values in bins of their own */
	bool any_tied;
};

static const struct drift *drift_of(const struct window_figures *window, const char *column)
{
	for (size_t i = 0; i < window->n_drift; i++)
		if (strcmp(window->drift[i].column, column) == 0)
			return &window->drift[i];
	return NULL;
}

/* Columns in the order in which windows first name them, each with its PSI by window. */
static struct drift_grid drift_grid(struct page_job *job, const struct timeline *timeline)
{
	struct {
		LIST_OF(const char *);
	} columns = {0};
	struct drift_grid grid = {.n_labels = timeline->n, .n_whole = timeline_whole(timeline)};
	struct map seen = {0};

	grid.labels = arena_new(job->mem, const char *, timeline->n);
	grid.short_labels = arena_new(job->mem, const char *, timeline->n);
	for (size_t i = 0; i < timeline->n; i++) {
		const struct window_figures *window = timeline->items[i].window;
		grid.labels[i] = timeline_label(job, &timeline->items[i]);
		grid.short_labels[i] =
		    timeline->items[i].partial
			? arena_printf(job->mem, "%s (part)", timeline->items[i].label)
			: timeline->items[i].label;
		for (size_t j = 0; j < window->n_drift; j++) {
			const char *column = window->drift[j].column;
			if (!map_has(&seen, column)) {
				map_put(&seen, job->mem, column, &columns);
				*ARENA_PUSH(job->mem, &columns) = column;
			}
		}
	}
	grid.n_series = columns.n;
	grid.series = arena_new(job->mem, struct drift_series, columns.n);
	grid.tied = arena_new(job->mem, bool *, columns.n);
	for (size_t i = 0; i < columns.n; i++) {
		double *psi = arena_new(job->mem, double, timeline->n);
		bool *tied = grid.tied[i] = arena_new(job->mem, bool, timeline->n);
		enum drift_severity *severity =
		    arena_new(job->mem, enum drift_severity, timeline->n);
		for (size_t j = 0; j < timeline->n; j++) {
			const struct drift *drift =
			    drift_of(timeline->items[j].window, columns.items[i]);
			/* what the severity rests on */
			tied[j] = drift && isfinite(drift->psi_ties);
			grid.any_tied = grid.any_tied || tied[j];
			psi[j] = tied[j] ? drift->psi_ties : drift ? drift->psi : NAN;
			severity[j] = drift ? drift->severity : DRIFT_UNKNOWN;
		}
		grid.series[i] = (struct drift_series){columns.items[i], psi, severity};
	}
	return grid;
}

/* What one column did: in how many windows it was critical, and since when. */
struct drift_story {
	const char *name;
	size_t critical, known, first; /* `first` critical window */
};

static struct drift_story drift_story(const struct drift_grid *grid, size_t column)
{
	const struct drift_series *series = &grid->series[column];
	struct drift_story story = {.name = series->name};

	for (size_t j = 0; j < grid->n_whole; j++) {
		story.known += isfinite(series->psi[j]);
		if (series->severity[j] == DRIFT_CRITICAL && !story.critical++)
			story.first = j;
	}
	return story;
}

/* Most critical windows first, then in the order of the columns. */
static int compare_stories(const void *left, const void *right)
{
	const struct drift_story *a = left, *b = right;

	if (a->critical != b->critical)
		return a->critical > b->critical ? -1 : 1;
	return a->first != b->first ? (a->first < b->first ? -1 : 1) : strcmp(a->name, b->name);
}

/* "Critical: transfer and vicdemand in 20 of 20 windows, from 1997-05 on; …", columns with the
 * same story together; "" where none was critical. */
static const char *critical_columns(struct page_job *job, const struct drift_grid *grid)
{
	enum { SAID_MAX = 8 };
	struct drift_story *stories = arena_new(job->mem, struct drift_story, grid->n_series);
	const char *text = "";
	size_t n = 0, i = 0;

	for (size_t c = 0; c < grid->n_series; c++) {
		struct drift_story story = drift_story(grid, c);
		if (story.critical)
			stories[n++] = story;
	}
	if (n)
		qsort(stories, n, sizeof *stories, compare_stories);
	while (i < n && i < SAID_MAX) {
		const struct drift_story *story = &stories[i];
		const char *together = story->name;
		for (i++; i < n && stories[i].critical == story->critical &&
			  stories[i].first == story->first && stories[i].known == story->known;
		     i++)
			together = arena_printf(job->mem, "%s, %s", together, stories[i].name);
		text = arena_printf(job->mem, "%s%s %s in %s of %s, first in %s", text,
				    *text ? ";" : " Critical:", together,
				    count_text(job->mem, story->critical),
				    plural(job->mem, story->known, "window", "windows"),
				    grid->labels[story->first]);
	}
	if (i < n)
		text = arena_printf(job->mem, "%s; and %s", text,
				    plural(job->mem, n - i, "column more", "columns more"));
	return n ? arena_printf(job->mem, "%s.", text) : "";
}

static const char *drift_sentence(struct page_job *job, const struct drift_grid *grid)
{
	size_t counts[DRIFT_UNKNOWN + 1] = {0};
	const char *column = NULL, *label = NULL;
	double most = -1;

	for (size_t i = 0; i < grid->n_series; i++)
		for (size_t j = 0; j < grid->n_whole; j++) {
			double psi = grid->series[i].psi[j];
			counts[grid->series[i].severity[j]]++;
			if (isfinite(psi) && psi > most) {
				most = psi;
				column = grid->series[i].name;
				label = grid->labels[j];
			}
		}
	if (!column)
		return "No PSI is known in any window.";
	return arena_printf(
	    job->mem, "The highest PSI is %s, of %s in %s.%s%s%s", figure_text(job->mem, most),
	    column, label, critical_columns(job, grid),
	    counts[DRIFT_WARNING]
		? arena_printf(job->mem, " %s at warning.",
			       plural(job->mem, counts[DRIFT_WARNING], "value is", "values are"))
	    : counts[DRIFT_CRITICAL] ? ""
				     : " No value is at warning.",
	    counts[DRIFT_TOO_FEW] ? arena_printf(job->mem, " %s from too few rows to tell.",
						 plural(job->mem, counts[DRIFT_TOO_FEW],
							"value comes", "values come"))
				  : "");
}

static const char *heat_class(enum drift_severity severity)
{
	static const char *const names[] = {
	    [DRIFT_STABLE] = "stable",           [DRIFT_WARNING] = "drift-warning",
	    [DRIFT_CRITICAL] = "drift-critical", [DRIFT_TOO_FEW] = "too-few",
	    [DRIFT_UNKNOWN] = "too-few",
	};

	return names[severity];
}

static const char *heat_text(struct page_job *job, double psi, enum drift_severity severity,
			     bool tied)
{
	char buf[NUMBER_TEXT_MAX];
	bool shaped =
	    severity == DRIFT_WARNING || severity == DRIFT_CRITICAL || severity == DRIFT_TOO_FEW;

	if (!isfinite(psi))
		return "–";
	return arena_printf(job->mem, "%s%s%s%s", shaped ? drift_word(severity).shape : "",
			    shaped ? " " : "", number_fixed(buf, psi, 3), tied ? "†" : "");
}

static void heat_cell(struct page_job *job, struct table_html *table, const struct drift_grid *grid,
		      size_t column, size_t window)
{
	const struct drift_series *series = &grid->series[column];

	table_marked(table,
		     heat_text(job, series->psi[window], series->severity[window],
			       grid->tied[column][window]),
		     heat_class(series->severity[window]));
}

/* Whichever are more, windows or columns, stand in rows: a page is longer than it is wide. Windows
 * in rows have the last one above. */
static void heat_table(struct page_job *job, struct out *to, const struct drift_grid *grid)
{
	bool down = grid->n_labels >= grid->n_series;
	size_t across = down ? grid->n_series : grid->n_labels;
	size_t rows = down ? grid->n_labels : grid->n_series;
	struct table_column *columns = arena_new(job->mem, struct table_column, across + 1);
	struct table_html table;

	columns[0] = (struct table_column){down ? "Window" : "Column", ALIGN_TEXT};
	for (size_t i = 0; i < across; i++)
		columns[i + 1] = (struct table_column){
		    down ? grid->series[i].name : grid->labels[i], ALIGN_NUMBER};
	table_begin(&table, to, "PSI by window and column",
		    arena_printf(job->mem,
				 "PSI by %s: ◐ warning, ✕ critical, ○ too few rows to tell, without"
				 " a mark stable%s",
				 down ? "window, the last above, and column" : "column and window",
				 grid->any_tied ? "; † one value fills several deciles of the "
						  "reference, and has a bin of its own here"
						: ""),
		    down ? "heat down" : "heat", columns, across + 1);
	for (size_t i = 0; i < rows; i++) {
		size_t window = grid->n_labels - 1 - i;
		table_row(&table, NULL);
		table_text(&table, down ? grid->labels[window] : grid->series[i].name);
		for (size_t j = 0; j < across; j++)
			heat_cell(job, &table, grid, down ? j : i, down ? window : j);
	}
	table_end(&table);
}

/* What the severity rests on; all distances of all windows stand on the pages of the records. */
static void drift_table(struct page_job *job, struct out *to, const struct timeline *timeline)
{
	static const struct table_column columns[] = {{"Window", ALIGN_TEXT},
						      {"Column", ALIGN_TEXT},
						      {"Rows", ALIGN_NUMBER},
						      {"PSI", ALIGN_NUMBER},
						      {"PSI, ties apart", ALIGN_NUMBER},
						      {"PSI by chance, 95 %", ALIGN_NUMBER},
						      {"KS", ALIGN_NUMBER},
						      {"KS p value", ALIGN_NUMBER},
						      {"Severity", ALIGN_TEXT}};
	struct figure_notes notes = {0};
	struct table_html table;

	table_begin(
	    &table, to, "Data: drift by window",
	    "Drift of each column in each window, the last above; the page of its record has"
	    " every distance",
	    "matrix", columns, sizeof columns / sizeof *columns);
	for (size_t i = timeline->n; i-- > 0;) {
		const struct window_figures *window = timeline->items[i].window;
		for (size_t j = 0; j < window->n_drift; j++) {
			const struct drift *d = &window->drift[j];
			const char *unknown = isfinite(d->psi) ? NULL : d->reason,
				   *of_numbers = d->numeric ? unknown : "of numbers only";
			struct word word = drift_word(d->severity);
			table_row(&table, NULL);
			table_text(&table, timeline_label(job, &timeline->items[i]));
			table_text(&table, d->column);
			count_cell(job, &table, d->rows_current);
			number_cell(job, &table, &notes, d->psi, unknown);
			number_cell(job, &table, &notes, d->psi_ties,
				    unknown ? unknown : "no value fills several deciles");
			number_cell(job, &table, &notes, d->psi_chance, unknown);
			number_cell(job, &table, &notes, d->ks_statistic, of_numbers);
			number_cell(job, &table, &notes, d->ks_p_value, of_numbers);
			table_state(&table, word.shape, word.word, word.tone, d->reason);
		}
	}
	table_end(&table);
	figure_notes_end(job, to, &notes);
}

void figure_drift(struct page_job *job, struct out *to, const struct timeline *timeline)
{
	struct drift_grid grid = drift_grid(job, timeline);
	const struct timeline_entry *last = timeline_last_drift(timeline);
	struct figure_block block = {.title = "Drift of inputs and score over time"};

	if (!last || !grid.n_series)
		return;
	block.reading = arena_printf(job->mem, "%s%s", drift_sentence(job, &grid),
				     timeline_partial_sentence(job, timeline));
	figure_begin(job, to, &block);
	figure_plot(job, to, &block,
		    plot_drift_over_time(grid.short_labels, grid.n_labels, grid.series,
					 grid.n_series, last->figures->psi_warning,
					 last->figures->psi_critical, block.number, &block.text,
					 &block.svg));
	heat_table(job, to, &grid);
	how_line(job, to, last->figures, HOW_DRIFT, NULL);
	figure_data_begin(to, block.title);
	drift_table(job, to, timeline);
	figure_end(to);
}

void status_add_drift(struct page_job *job, struct view *view, const struct timeline *timeline)
{
	const struct timeline_entry *last = timeline_last_drift(timeline);
	const struct drift *worst = last ? window_worst_drift(last->window) : NULL;
	struct word word;

	if (!worst)
		return;
	word = drift_word(last->window->worst);
	status_add(view, "Drift",
		   arena_printf(job->mem, "%s in %s, PSI up to %s (%s)", word.word, last->label,
				figure_text(job->mem, worst->psi), worst->column),
		   "#drift", word.tone);
}
