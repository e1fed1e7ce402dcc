/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_parts.c - figures that records have where they ask for them, one row a figure:
 * groups, segments, classes, and those of several classes, of numbers, of time and of two scores
 *
 * Whole records come before their windows: a workbook's sheet ends where it is full, and windows
 * are then what it lacks. How a record's figures were made stands in the sheet Performance, and
 * behind Place. */
#include "evidence/figure_names.h"
#include "evidence/figure_titles.h"
#include "export/sheet_builder.h"
#include <math.h>
#include <string.h>

#define PART_COLUMNS(column, item)                                                                 \
	{"About", COLUMN_TEXT, 18}, {"Record", COLUMN_TEXT, 26}, {"Figures", COLUMN_TEXT, 11},     \
	    {"Window", COLUMN_TEXT, 13}, {column, COLUMN_TEXT, 18}, {item, COLUMN_TEXT, 26},       \
	    {"Figure", COLUMN_TEXT, 30}, {"Value", COLUMN_FIGURE, 12}, {"Low", COLUMN_FIGURE, 10}, \
	    {"High", COLUMN_FIGURE, 10}, {"Rows", COLUMN_COUNT, 11},                               \
	    {"Because", COLUMN_PROSE, 30}, {"Place", COLUMN_TEXT, 40},                             \
	{                                                                                          \
		"Page", COLUMN_TEXT, 32                                                            \
	}

static const struct sheet_column group_columns[] = {PART_COLUMNS("Column", "Group")};
static const struct sheet_column segment_columns[] = {PART_COLUMNS("Column", "Segment")};
static const struct sheet_column class_columns[] = {PART_COLUMNS("Of", "Class")};
static const struct sheet_column other_columns[] = {PART_COLUMNS("Part", "Of")};

const struct sheet sheet_groups = {
    .name = "Groups",
    .title = "Fairness: a figure of a group, or the difference between groups",
    COLUMNS(group_columns),
    .fill = fill_groups,
};
const struct sheet sheet_segments = {
    .name = "Segments",
    .title = "A figure of the rows with one value of a column",
    COLUMNS(segment_columns),
    .fill = fill_segments,
};
const struct sheet sheet_classes = {
    .name = "Classes",
    .title = "A figure of one class of several; counts of the confusion matrix that are not 0",
    COLUMNS(class_columns),
    .fill = fill_classes,
};
const struct sheet sheet_other = {
    .name = "Figures",
    .title = "Several classes together, errors of numbers, latency, two scores",
    COLUMNS(other_columns),
    .fill = fill_other,
};

/* What the rows being written share. */
struct part_writer {
	struct sheet_builder *b;
	const struct record_figures *figures;
	const struct window_figures *window;
	const char *label; /* of the window */
	const char *column, *item;
	size_t rows;
	const char *leave; /* a field that another part has written; NULL */
};

static void write_cells(struct part_writer *w, const char *figure, const struct figure *value,
			bool whole, const char *reason)
{
	struct sheet_builder *b = w->b;
	const struct record_figures *figures = w->figures;
	const struct span *at =
	    figures->source_at.source ? &figures->source_at : &figures->record->node->at;

	cell_text(b, subject_text(&figures->record->about));
	cell_text(b, figures->record->id);
	cell_text(b, origin_text(figures->origin));
	cell_text(b, w->label);
	cell_text(b, w->column);
	cell_text(b, w->item);
	cell_text(b, figure);
	cell_figure_or_count(b, value->value, whole);
	cell_number(b, value->interval.low);
	cell_number(b, value->interval.high);
	cell_count(b, w->rows);
	cell_text(b, isfinite(value->value) ? NULL
		     : value->reason        ? value->reason
		     : reason               ? reason
					    : "not known");
	cell_place(b, at);
	cell_page(b, subject_page(&figures->record->about), NULL);
}

static void write_row(struct part_writer *w, const char *figure, const struct figure *value,
		      const char *reason)
{
	write_cells(w, figure, value, false, reason);
}

static void write_count(struct part_writer *w, const char *figure, size_t n)
{
	const struct figure count = {(double)n, {NAN, NAN}, NULL};

	write_cells(w, figure, &count, true, NULL);
}

static void write_number(struct part_writer *w, const char *figure, double value,
			 const char *reason)
{
	const struct figure number = {value, {NAN, NAN}, NULL};

	write_row(w, figure, &number, reason);
}

static void write_fields(struct part_writer *w, const struct figure_fields *fields,
			 const void *base, const char *reason)
{
	for (size_t i = 0; i < fields->n; i++) {
		const struct figure_field *field = &fields->items[i];
		if (w->leave && !strcmp(field->name, w->leave))
			continue;
		const void *at = figure_field_at(base, field);
		const char *title = figure_title(field->name),
			   *why = reason ? reason : field->unknown;
		if (field->kind == FIELD_FIGURE)
			write_row(w, title, at, why);
		else if (field->kind == FIELD_NUMBER)
			write_number(w, title, *(const double *)at, why);
		else
			write_count(w, title, *(const size_t *)at);
	}
}

/* ---- groups ---- */

static void write_gaps(struct part_writer *w, const struct fairness *summary)
{
	const struct {
		const char *name;
		const struct group_gap *gap;
	} gaps[] = {
	    {"demographic_parity_difference", &summary->demographic_parity_difference},
	    {"disparate_impact_ratio", &summary->disparate_impact_ratio},
	    {"equal_opportunity_difference", &summary->equal_opportunity_difference},
	    {"equalized_odds_difference", &summary->equalized_odds_difference},
	};

	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
		const struct group_gap *gap = gaps[i].gap;
		w->item = gap->highest && gap->lowest
			      ? arena_printf(w->b->mem, "highest %s, lowest %s", gap->highest,
					     gap->lowest)
			      : "all groups";
		write_row(w, figure_title(gaps[i].name), &gap->value, NULL);
	}
}

static void write_groups(struct part_writer *w)
{
	const struct window_figures *window = w->window;

	for (size_t i = 0; i < window->n_fairness; i++) {
		const struct fairness_figures *fairness = &window->fairness[i];
		w->column = fairness->column;
		w->rows = window->rows;
		write_gaps(w, &fairness->summary);
		for (size_t g = 0; g < fairness->n_groups; g++) {
			w->item = fairness->groups[g].name;
			w->rows = fairness->groups[g].n;
			write_fields(w, &group_fields, &fairness->groups[g], NULL);
			write_number(w, figure_title("ece"), fairness->ece ? fairness->ece[g] : NAN,
				     "no score, or not a probability");
		}
	}
}

/* ---- classes ---- */

static void write_confusion(struct part_writer *w, const struct class_table *classes, size_t truth)
{
	size_t k = classes->summary.k;

	for (size_t i = 0; classes->confusion && i < k; i++)
		if (classes->confusion[truth * k + i])
			write_count(w,
				    arena_printf(w->b->mem, "Predicted as %s", classes->names[i]),
				    classes->confusion[truth * k + i]);
}

static void write_classes(struct part_writer *w)
{
	const struct class_table *classes = &w->window->classes;

	if (!w->window->has_classes)
		return;
	w->column = w->figures->label;
	for (size_t i = 0; i < classes->summary.k; i++) {
		w->item = classes->names[i];
		w->rows = classes->each ? classes->each[i].n : w->window->rows;
		if (classes->each)
			write_fields(w, &class_fields, &classes->each[i], NULL);
		write_confusion(w, classes, i);
	}
}

/* ---- several classes together, numbers, time, two scores ---- */

static void write_scores(struct part_writer *w, const struct window_figures *window)
{
	for (size_t i = 0; i < window->n_comparison; i++) {
		const struct score_comparison *c = &window->comparison[i];
		w->column = "Two scores";
		w->item = figure_title(c->figure);
		w->rows = c->comparison.n;
		write_row(w, "Second score less the first", &c->comparison.difference, NULL);
		write_number(w, "p value of no difference", c->comparison.p_value,
			     c->comparison.difference.reason ? c->comparison.difference.reason
							     : "too few rows, or rows too alike");
	}
}

static void write_others(struct part_writer *w)
{
	const struct window_figures *window = w->window;

	w->item = w->figures->label;
	w->rows = window->rows;
	if (window->has_classes) {
		w->column = "Classes together";
		write_fields(w, &class_table_fields, &window->classes.summary, NULL);
	}
	if (window->has_regression) {
		w->column = "Errors of numbers";
		write_fields(w, &regression_fields, &window->regression, NULL);
	}
	if (window->has_latency) {
		w->column = "Latency";
		w->item = NULL;
		w->rows = window->latency.n;
		write_fields(w, &latency_fields, &window->latency, window->latency.reason);
	}
	write_scores(w, window);
}

/* ---- segments ---- */

static void write_segment(struct part_writer *w, const struct segment_figures *segment)
{
	const struct window_figures *f = &segment->figures;

	w->column = segment->column;
	w->item = segment->value;
	w->rows = f->rows;
	if (f->has_performance)
		write_fields(w, &performance_fields, &f->performance, NULL);
	w->leave = f->has_performance ? "brier" : NULL;
	if (f->has_calibration)
		write_fields(w, &calibration_fields, &f->calibration, f->calibration.reason);
	w->leave = NULL;
	if (f->has_classes)
		write_fields(w, &class_table_fields, &f->classes.summary, NULL);
	if (f->has_regression)
		write_fields(w, &regression_fields, &f->regression, NULL);
	if (f->has_latency)
		write_fields(w, &latency_fields, &f->latency, f->latency.reason);
}

static void write_segments(struct part_writer *w)
{
	const struct record_figures *figures = w->figures;

	if (w->window != &figures->all)
		return;
	for (size_t i = 0; i < figures->n_segments; i++)
		write_segment(w, &figures->segments[i]);
}

/* ---- the sheets ---- */

static void write_window(struct part_writer *w, const struct window_figures *window,
			 const char *label, void (*write)(struct part_writer *w))
{
	w->window = window;
	w->label = label;
	write(w);
}

static void fill(struct sheet_builder *b, void (*write)(struct part_writer *w))
{
	const struct evidence *evidence = b->book->evidence;
	struct part_writer w = {.b = b};

	for (size_t i = 0; i < evidence->records.n; i++) {
		w.figures = evidence->records.items[i];
		if (w.figures->origin != ORIGIN_NONE)
			write_window(&w, &w.figures->all, "all", write);
	}
	for (size_t i = 0; i < evidence->records.n; i++) {
		w.figures = evidence->records.items[i];
		for (size_t k = 0; k < w.figures->n_windows; k++)
			write_window(&w, &w.figures->windows[k], w.figures->windows[k].label,
				     write);
	}
}

void fill_groups(struct sheet_builder *b)
{
	fill(b, write_groups);
}

void fill_classes(struct sheet_builder *b)
{
	fill(b, write_classes);
}

void fill_other(struct sheet_builder *b)
{
	fill(b, write_others);
}

void fill_segments(struct sheet_builder *b)
{
	fill(b, write_segments);
}
