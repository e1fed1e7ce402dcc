/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_classes.c - several classes: each class, and which is taken for which */
#include "render/escape.h"
#include "render/figure_block.h"
#include "render/figure_tables.h"
#include "render/figures_parts.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MATRIX_MAX = 25, CONFUSED_MAX = 20, SHADES = 5 };

/* ---- each class ---- */

static int compare_f1(const void *left, const void *right)
{
	const struct figure_row *a = left, *b = right;
	double x = ((const struct class_figures *)a->base)->f1.value,
	       y = ((const struct class_figures *)b->base)->f1.value;

	if (isfinite(x) != isfinite(y))
		return isfinite(x) ? 1 : -1;
	if (isfinite(x) && x != y)
		return x < y ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* The class with the lowest F1 first. */
static struct figure_row *class_rows(struct page_job *job, const struct class_table *classes)
{
	size_t k = classes->summary.k;
	struct figure_row *rows = arena_new(job->mem, struct figure_row, k);

	for (size_t i = 0; i < k; i++)
		rows[i] = (struct figure_row){classes->names[i], &classes->each[i], NULL, NULL};
	if (k)
		qsort(rows, k, sizeof *rows, compare_f1);
	return rows;
}

/* ---- which is taken for which ---- */

struct confusion_cell {
	size_t truth, predicted, count;
};

static int compare_counts(const void *left, const void *right)
{
	const struct confusion_cell *a = left, *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->truth != b->truth)
		return a->truth < b->truth ? -1 : 1;
	return a->predicted < b->predicted ? -1 : a->predicted > b->predicted;
}

/* Wrong predictions that occur, the most frequent first; returns how many there are. */
static size_t confused(struct page_job *job, const struct class_table *classes,
		       struct confusion_cell **found)
{
	struct {
		LIST_OF(struct confusion_cell);
	} cells = {0};
	size_t k = classes->summary.k;

	for (size_t i = 0; i < k * k; i++)
		if (classes->confusion[i] && i / k != i % k)
			*ARENA_PUSH(job->mem, &cells) =
			    (struct confusion_cell){i / k, i % k, classes->confusion[i]};
	if (cells.n)
		qsort(cells.items, cells.n, sizeof *cells.items, compare_counts);
	*found = cells.items;
	return cells.n;
}

static size_t rows_of(const struct class_table *classes, size_t truth)
{
	size_t k = classes->summary.k, n = 0;

	for (size_t i = 0; i < k; i++)
		n += classes->confusion[truth * k + i];
	return n;
}

/* Five steps of the share of the true class; the words in the cell say the same. */
static const char *shade(size_t count, size_t rows, bool right)
{
	static const char *const wrong_names[SHADES] = {"shade-0", "shade-1", "shade-2", "shade-3",
							"shade-4"};
	static const char *const right_names[SHADES] = {
	    "right shade-0", "right shade-1", "right shade-2", "right shade-3", "right shade-4"};
	double share = rows ? (double)count / (double)rows : 0;
	size_t step = share >= 0.75   ? 4
		      : share >= 0.5  ? 3
		      : share >= 0.2  ? 2
		      : share >= 0.05 ? 1
				      : 0;

	return right ? right_names[step] : wrong_names[step];
}

static void confusion_row(struct page_job *job, struct table_html *table,
			  const struct class_table *classes, size_t truth)
{
	size_t k = classes->summary.k, rows = rows_of(classes, truth);

	table_row(table, NULL);
	table_text(table, or_dash(classes->names[truth]));
	for (size_t i = 0; i < k; i++) {
		size_t count = classes->confusion[truth * k + i];
		struct out cell = {0};
		out_printf(&cell, "<data value=\"%zu\">%s</data>", count,
			   count_text(job->mem, count));
		if (rows && count)
			out_printf(&cell, " <span class=\"interval\">%.0f %%</span>",
				   100.0 * (double)count / (double)rows);
		table_markup(table, &cell, shade(count, rows, i == truth));
		out_release(&cell);
	}
	count_cell(job, table, rows);
}

static void confusion_matrix(struct page_job *job, struct out *to, const char *region,
			     const struct class_table *classes)
{
	size_t k = classes->summary.k;
	struct table_column *columns = arena_new(job->mem, struct table_column, k + 2);
	struct table_html table;

	columns[0] = (struct table_column){"True class", ALIGN_TEXT};
	for (size_t i = 0; i < k; i++)
		columns[1 + i] = (struct table_column){
		    arena_printf(job->mem, "as %s", classes->names[i]), ALIGN_NUMBER};
	columns[k + 1] = (struct table_column){"Rows", ALIGN_NUMBER};
	table_begin(&table, to, region,
		    "Rows by true class and predicted class, with their share of the true class;"
		    " framed where they are the same",
		    "matrix confusion", columns, k + 2);
	for (size_t i = 0; i < k; i++)
		confusion_row(job, &table, classes, i);
	table_end(&table);
}

static void confused_table(struct page_job *job, struct out *to, const char *region,
			   const struct class_table *classes, const struct confusion_cell *cells,
			   size_t n)
{
	static const struct table_column columns[] = {{"True class", ALIGN_TEXT},
						      {"Predicted as", ALIGN_TEXT},
						      {"Rows", ALIGN_NUMBER},
						      {"Share of the true class", ALIGN_NUMBER}};
	struct figure_notes notes = {0};
	struct table_html table;

	table_begin(&table, to, region,
		    arena_printf(job->mem,
				 "The most frequent confusions of %zu classes; the audit workbook"
				 " has them all",
				 classes->summary.k),
		    "matrix", columns, 4);
	for (size_t i = 0; i < n && i < CONFUSED_MAX; i++) {
		table_row(&table, NULL);
		table_text(&table, or_dash(classes->names[cells[i].truth]));
		table_text(&table, classes->names[cells[i].predicted]);
		count_cell(job, &table, cells[i].count);
		number_cell(job, &table, &notes,
			    (double)cells[i].count / (double)rows_of(classes, cells[i].truth),
			    NULL);
	}
	table_end(&table);
}

static const char *classes_sentence(struct page_job *job, const struct class_table *classes,
				    const struct figure_row *rows,
				    const struct confusion_cell *cells, size_t n)
{
	const struct classes *s = &classes->summary;
	struct arena *mem = job->mem;
	const char *text =
	    arena_printf(mem, "%s of %s rows in %zu classes are right (accuracy), macro F1 is %s.",
			 figure_with_interval(mem, &s->accuracy), count_text(mem, s->n), s->k,
			 figure_with_interval(mem, &s->macro_f1));

	if (s->k && classes->each) {
		const struct class_figures *worst = rows[0].base;
		text = arena_printf(
		    mem, "%s Worst is %s: F1 %s, precision %s, recall %s, n = %s.", text,
		    or_dash(rows[0].name), figure_with_interval(mem, &worst->f1),
		    figure_with_interval(mem, &worst->precision),
		    figure_with_interval(mem, &worst->recall), count_text(mem, worst->n));
	}
	if (n)
		text = arena_printf(mem, "%s Most often %s is taken for %s: %s.", text,
				    or_dash(classes->names[cells[0].truth]),
				    or_dash(classes->names[cells[0].predicted]),
				    plural(mem, cells[0].count, "row", "rows"));
	return text;
}

void figures_classes(struct page_job *job, struct out *to, const struct figure_place *place)
{
	const struct class_table *classes = &place->window->classes;
	struct confusion_cell *cells = NULL;
	struct figure_row *rows = NULL;
	struct figure_block block = {0};
	size_t n = 0;

	if (!place->window->has_classes)
		return;
	if (classes->each)
		rows = class_rows(job, classes);
	if (classes->confusion)
		n = confused(job, classes, &cells);
	block.title = arena_printf(job->mem, "Which class is taken for which%s", place->where);
	block.reading = classes_sentence(job, classes, rows, cells, n);
	figure_begin(job, to, &block);
	if (rows) {
		const struct figure_matrix matrix = {
		    .region = arena_printf(job->mem, "Each class%s", place->where),
		    .caption = "Each class against all others, the worst F1 first",
		    .head = "Class",
		    .fields = &class_fields};
		figure_matrix(job, to, &matrix, rows, classes->summary.k);
	}
	if (classes->confusion && classes->summary.k <= MATRIX_MAX)
		confusion_matrix(
		    job, to, arena_printf(job->mem, "Confusion matrix%s", place->where), classes);
	else if (classes->confusion)
		confused_table(job, to, arena_printf(job->mem, "Confusions%s", place->where),
			       classes, cells, n);
	how_line(job, to, place->figures, HOW_DECISIONS, place->window);
	figure_data_begin(to, block.title);
	figure_list(job, to, arena_printf(job->mem, "All classes together%s", place->where),
		    "Macro: the plain mean over classes; weighted: by their true rows",
		    &class_table_fields, &classes->summary, NULL);
	figure_end(to);
}
