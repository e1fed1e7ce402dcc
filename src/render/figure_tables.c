/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figure_tables.c - figures as tables, by the names that records hold */
#include "render/figure_tables.h"
#include "base/number.h"
#include "evidence/figure_titles.h"
#include "render/figure_block.h"
#include "render/figures_html.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS_MAX = 500 };

/* ---- cells ---- */

static void data_html(struct out *to, double value, const char *shown)
{
	char buf[NUMBER_TEXT_MAX];

	out_printf(to, "<data value=\"%s\">", number_shortest(buf, value));
	text_html(to, shown);
	out_puts(to, "</data>");
}

/* The number of a reason, from 1. */
static size_t note_number(struct page_job *job, struct figure_notes *notes, const char *reason)
{
	for (size_t i = 0; i < notes->n; i++)
		if (strcmp(notes->items[i], reason) == 0)
			return i + 1;
	*ARENA_PUSH(job->mem, notes) = reason;
	return notes->n;
}

static void absent_html(struct page_job *job, struct out *to, struct figure_notes *notes,
			const char *reason)
{
	out_printf(to, "–<sup>%zu</sup>",
		   note_number(job, notes, reason && *reason ? reason : "not known"));
}

void figure_cell(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		 const struct figure *figure)
{
	const struct interval *interval = &figure->interval;
	struct out cell = {0};

	if (!isfinite(figure->value)) {
		absent_html(job, &cell, notes, figure->reason);
	} else {
		data_html(&cell, figure->value, figure_text(job->mem, figure->value));
		if (isfinite(interval->low) && isfinite(interval->high)) {
			out_puts(&cell, " <span class=\"interval\">[");
			data_html(&cell, interval->low, figure_text(job->mem, interval->low));
			out_puts(&cell, ", ");
			data_html(&cell, interval->high, figure_text(job->mem, interval->high));
			out_puts(&cell, "]</span>");
		}
	}
	table_markup(table, &cell, NULL);
	out_release(&cell);
}

void number_cell(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		 double value, const char *reason)
{
	const struct figure figure = {value, {NAN, NAN}, reason};

	figure_cell(job, table, notes, &figure);
}

void count_cell(struct page_job *job, struct table_html *table, size_t n)
{
	struct out cell = {0};

	data_html(&cell, (double)n, count_text(job->mem, n));
	table_markup(table, &cell, NULL);
	out_release(&cell);
}

void figure_notes_end(struct page_job *job, struct out *to, const struct figure_notes *notes)
{
	if (!notes->n)
		return;
	out_puts(to, "<p class=\"how\">Not known: ");
	for (size_t i = 0; i < notes->n; i++)
		text_html(
		    to, arena_printf(job->mem, "%s%zu %s", i ? "; " : "", i + 1, notes->items[i]));
	out_puts(to, ".</p>\n");
}

static void field_cell(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		       const struct figure_field *field, const void *base, const char *reason)
{
	const void *at = base ? figure_field_at(base, field) : NULL;
	struct figure figure;

	if (!reason)
		reason = field->unknown;
	if (!at) {
		number_cell(job, table, notes, NAN, reason ? reason : "not measured");
		return;
	}
	switch (field->kind) {
	case FIELD_FIGURE:
		figure = *(const struct figure *)at;
		if (!figure.reason)
			figure.reason = reason;
		figure_cell(job, table, notes, &figure);
		break;
	case FIELD_NUMBER:
		number_cell(job, table, notes, *(const double *)at, reason);
		break;
	case FIELD_COUNT:
		count_cell(job, table, *(const size_t *)at);
		break;
	}
}

/* ---- rows against figures ---- */

static void matrix_row(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		       const struct figure_matrix *matrix, const struct figure_row *row)
{
	table_row(table, NULL);
	table_text(table, or_dash(row->name));
	if (matrix->write_more)
		matrix->write_more(job, table, notes, row);
	for (size_t i = 0; i < matrix->fields->n; i++) {
		const struct figure_field *field = &matrix->fields->items[i];
		bool lacks = false;
		const char *why =
		    matrix->why && row->base ? matrix->why(field, row->base, &lacks) : NULL;
		field_cell(job, table, notes, field, lacks ? NULL : row->base,
			   why ? why : row->reason);
	}
}

void figure_matrix(struct page_job *job, struct out *to, const struct figure_matrix *matrix,
		   const struct figure_row *rows, size_t n)
{
	size_t n_columns = 1 + matrix->n_more + matrix->fields->n,
	       shown = n < ROWS_MAX ? n : ROWS_MAX;
	struct table_column *columns = arena_new(job->mem, struct table_column, n_columns);
	struct figure_notes notes = {0};
	struct table_html table;

	columns[0] = (struct table_column){matrix->head, ALIGN_TEXT};
	for (size_t i = 0; i < matrix->n_more; i++)
		columns[1 + i] = matrix->more[i];
	for (size_t i = 0; i < matrix->fields->n; i++)
		columns[1 + matrix->n_more + i] = (struct table_column){
		    figure_title(matrix->fields->items[i].name), ALIGN_NUMBER};
	table_begin(&table, to, matrix->region, matrix->caption, "matrix", columns, n_columns);
	for (size_t i = 0; i < shown; i++)
		matrix_row(job, &table, &notes, matrix, &rows[i]);
	table_end(&table);
	figure_notes_end(job, to, &notes);
	if (shown == n)
		return;
	out_puts(to, "<p class=\"how\">");
	text_html(to, arena_printf(job->mem, "%s of %s are shown; the audit workbook has them all.",
				   count_text(job->mem, shown), count_text(job->mem, n)));
	out_puts(to, "</p>\n");
}

/* ---- the figures of one struct ---- */

static void limit_cell(struct page_job *job, struct table_html *table, const char *name,
		       double value)
{
	struct figure_limit limit;
	struct out cell = {0};

	if (!figure_limit(job->ws, name, &limit)) {
		table_text(table, "none");
		return;
	}
	if (isfinite(value)) {
		struct word word = limit_word(&limit, value);
		out_printf(&cell,
			   "<span class=\"state %s\"><span class=\"shape\" aria-hidden="
			   "\"true\">%s</span> %s</span> ",
			   word.tone, word.shape, word.word);
	}
	text_html(&cell, limit_text(job->mem, &limit));
	out_puts(&cell, " ");
	place_link(job, &cell, &limit.at);
	table_markup(table, &cell, NULL);
	out_release(&cell);
}

static bool any_limit(const struct page_job *job, const struct figure_fields *fields)
{
	struct figure_limit limit;

	for (size_t i = 0; i < fields->n; i++)
		if (figure_limit(job->ws, fields->items[i].name, &limit))
			return true;
	return false;
}

static double field_value(const struct figure_field *field, const void *base)
{
	const void *at = base ? figure_field_at(base, field) : NULL;

	if (!at)
		return NAN;
	return field->kind == FIELD_FIGURE   ? ((const struct figure *)at)->value
	       : field->kind == FIELD_NUMBER ? *(const double *)at
					     : (double)*(const size_t *)at;
}

void figure_list(struct page_job *job, struct out *to, const char *region, const char *caption,
		 const struct figure_fields *fields, const void *base, const char *reason)
{
	static const struct table_column columns[] = {
	    {"Figure", ALIGN_TEXT},
	    {"Value, with its 95 % interval", ALIGN_NUMBER},
	    {"Limit of a policy", ALIGN_TEXT}};
	bool limits = any_limit(job, fields);
	struct figure_notes notes = {0};
	struct table_html table;

	table_begin(&table, to, region, caption, "", columns, limits ? 3 : 2);
	for (size_t i = 0; i < fields->n; i++) {
		const struct figure_field *field = &fields->items[i];
		table_row(&table, NULL);
		table_text(&table, figure_title(field->name));
		field_cell(job, &table, &notes, field, base, reason);
		if (limits)
			limit_cell(job, &table, field->name, field_value(field, base));
	}
	table_end(&table);
	figure_notes_end(job, to, &notes);
}

/* ---- limits ---- */

/* Thresholds whose name is not max_ or min_ and the figure's. */
static const struct {
	const char *figure, *threshold;
	bool at_most;
} known[] = {
    {"disparate_impact_ratio", "min_disparate_impact", false},
    {"equal_opportunity_difference", "max_equal_opportunity_gap", true},
};

static bool limit_of(const struct workspace *ws, const char *name, bool at_most,
		     struct figure_limit *limit)
{
	const struct threshold *threshold = map_get(&ws->thresholds, name);
	const struct data_node *node = threshold ? data_find(threshold->node, "value") : NULL;

	if (!data_number(node, &limit->value))
		return false;
	limit->at_most = at_most;
	limit->at = node->at;
	return true;
}

bool figure_limit(const struct workspace *ws, const char *figure, struct figure_limit *limit)
{
	enum { NAME_MAX_BYTES = 64 };
	char name[NAME_MAX_BYTES];

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].figure, figure) == 0)
			return limit_of(ws, known[i].threshold, known[i].at_most, limit);
	for (int at_most = 0; at_most < 2; at_most++) {
		snprintf(name, sizeof name, "%s%s", at_most ? "max_" : "min_", figure);
		if (limit_of(ws, name, at_most, limit))
			return true;
	}
	return false;
}

struct word limit_word(const struct figure_limit *limit, double value)
{
	bool kept = limit->at_most ? value <= limit->value : value >= limit->value;

	return kept ? (struct word){"kept", "●", "good"}
		    : (struct word){"not kept", "✕", "critical"};
}

const char *limit_text(struct arena *mem, const struct figure_limit *limit)
{
	char buf[NUMBER_TEXT_MAX];

	return arena_printf(mem, "%s %s", limit->at_most ? "at most" : "at least",
			    number_shortest(buf, limit->value));
}
