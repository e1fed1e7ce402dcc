/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_nested.c - what windows and segments hold by column, group or class: a row each */
#include "evidence/figure_titles.h"
#include "render/figures_parts.h"
#include <math.h>
#include <string.h>

struct nested_rows {
	LIST_OF(struct figure_row);
};

/* What a row is about within its window, and what stands beside its fields. */
struct nested {
	const char *item;
	double ece;
};

static void add_row(struct page_job *job, struct nested_rows *rows, const char *window,
		    const char *item, const void *base, double ece)
{
	struct nested *nested = arena_new(job->mem, struct nested, 1);

	*nested = (struct nested){item, ece};
	*ARENA_PUSH(job->mem, rows) = (struct figure_row){window, base, NULL, nested};
}

static void write_item(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		       const struct figure_row *row)
{
	(void)job, (void)notes;
	table_text(table, or_dash(((const struct nested *)row->more)->item));
}

static void write_group(struct page_job *job, struct table_html *table, struct figure_notes *notes,
			const struct figure_row *row)
{
	const struct nested *nested = row->more;

	table_text(table, or_dash(nested->item));
	number_cell(job, table, notes, nested->ece, "no score, or not a probability");
}

static void write_matrix(struct page_job *job, struct out *to, const char *title, const char *head,
			 const char *item, const struct figure_fields *fields, bool groups,
			 const struct nested_rows *rows)
{
	const struct table_column more[] = {{item, ALIGN_TEXT}, {"ECE", ALIGN_NUMBER}};
	const struct figure_matrix matrix = {.region = title,
					     .caption = title,
					     .head = head,
					     .fields = fields,
					     .more = more,
					     .n_more = groups ? 2 : 1,
					     .write_more = groups ? write_group : write_item};

	if (rows->n)
		figure_matrix(job, to, &matrix, rows->items, rows->n);
}

static void nested_fairness(struct page_job *job, struct out *to, const char *what,
			    const char *head, const struct named_window *windows, size_t n)
{
	struct nested_rows groups = {0}, gaps = {0};

	for (size_t i = 0; i < n; i++) {
		const struct window_figures *w = windows[i].window;
		for (size_t f = 0; f < w->n_fairness; f++) {
			const struct fairness_figures *fairness = &w->fairness[f];
			add_row(job, &gaps, windows[i].name, fairness->column, &fairness->summary,
				NAN);
			for (size_t g = 0; g < fairness->n_groups; g++)
				add_row(job, &groups, windows[i].name,
					arena_printf(job->mem, "%s = %s", fairness->column,
						     fairness->groups[g].name),
					&fairness->groups[g],
					fairness->ece ? fairness->ece[g] : NAN);
		}
	}
	write_matrix(job, to, arena_printf(job->mem, "Differences between groups, %s", what), head,
		     "Column", &gap_fields, false, &gaps);
	write_matrix(job, to, arena_printf(job->mem, "Groups, %s", what), head, "Group",
		     &group_fields, true, &groups);
}

static void nested_classes(struct page_job *job, struct out *to, const char *what, const char *head,
			   const struct named_window *windows, size_t n)
{
	struct nested_rows rows = {0};

	for (size_t i = 0; i < n; i++) {
		const struct window_figures *w = windows[i].window;
		for (size_t c = 0; w->has_classes && w->classes.each && c < w->classes.summary.k;
		     c++)
			add_row(job, &rows, windows[i].name, w->classes.names[c],
				&w->classes.each[c], NAN);
	}
	write_matrix(job, to, arena_printf(job->mem, "Each class, %s", what), head, "Class",
		     &class_fields, false, &rows);
}

/* The difference of two scores as a struct that a table of fields fits. */
struct score_row {
	size_t n;
	struct figure difference;
	double p_value;
};

static void nested_scores(struct page_job *job, struct out *to, const char *what, const char *head,
			  const struct named_window *windows, size_t n)
{
	static const struct figure_field items[] = {
	    {.name = "n", .kind = FIELD_COUNT, .offset = offsetof(struct score_row, n)},
	    {.name = "difference",
	     .kind = FIELD_FIGURE,
	     .offset = offsetof(struct score_row, difference)},
	    {.name = "p_value",
	     .kind = FIELD_NUMBER,
	     .offset = offsetof(struct score_row, p_value),
	     .unknown = "too few rows, or rows too alike"},
	};
	static const struct figure_fields fields = {items, sizeof items / sizeof *items};
	struct nested_rows rows = {0};

	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < windows[i].window->n_comparison; c++) {
			const struct score_comparison *from = &windows[i].window->comparison[c];
			struct score_row *row = arena_new(job->mem, struct score_row, 1);
			*row = (struct score_row){from->comparison.n, from->comparison.difference,
						  from->comparison.p_value};
			add_row(job, &rows, windows[i].name, figure_title(from->figure), row, NAN);
		}
	write_matrix(job, to, arena_printf(job->mem, "Second score less the first, %s", what), head,
		     "Figure", &fields, false, &rows);
}

static void nested_drift(struct page_job *job, struct out *to, const char *what, const char *head,
			 const struct named_window *windows, size_t n)
{
	struct nested_rows rows = {0};
	const char *title = arena_printf(job->mem, "Distances, %s", what);

	for (size_t i = 0; i < n; i++)
		for (size_t d = 0; d < windows[i].window->n_drift; d++)
			*ARENA_PUSH(job->mem, &rows) =
			    drift_row(job, windows[i].window, d, windows[i].name);
	if (rows.n)
		drift_matrix(job, to, title, title, head, rows.items, rows.n);
}

void nested_matrices(struct page_job *job, struct out *to, const char *what, const char *head,
		     const struct named_window *windows, size_t n)
{
	nested_scores(job, to, what, head, windows, n);
	nested_fairness(job, to, what, head, windows, n);
	nested_classes(job, to, what, head, windows, n);
	nested_drift(job, to, what, head, windows, n);
}
