/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figure_tables.h - figures as tables, by the names that records hold
 *
 * A cell says a figure in 3 or 4 digits with its interval, and holds all digits in the value of a
 * <data> element. What is not known is an en dash with the number of its reason, which stands below
 * the table: never 0 and never blank. */
#ifndef RENDER_FIGURE_TABLES_H
#define RENDER_FIGURE_TABLES_H
#include "evidence/figure_names.h"
#include "render/page_writer.h"
#include "render/table_html.h"

/* Reasons of one table, each once. */
struct figure_notes {
	LIST_OF(const char *);
};
void figure_cell(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		 const struct figure *figure);
void number_cell(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		 double value, const char *reason);
void count_cell(struct page_job *job, struct table_html *table, size_t n);
/* The reasons, below their table. */
void figure_notes_end(struct page_job *job, struct out *to, const struct figure_notes *notes);

/* A row of a matrix: a group, a window, a feature. */
struct figure_row {
	const char *name;
	const void *base;   /* the struct that holds the fields; NULL: it has none of them */
	const char *reason; /* why not, or why its figures are not known; NULL */
	const void *more;   /* for write_more */
};
struct figure_matrix {
	const char *region, *caption; /* of the table, see table_begin() */
	const char *head;             /* what a row is */
	const struct figure_fields *fields;
	/* Columns behind the name that are not among the fields. */
	const struct table_column *more;
	size_t n_more;
	void (*write_more)(struct page_job *job, struct table_html *table,
			   struct figure_notes *notes, const struct figure_row *row);
	/* Why a row cannot have a field, or why its value is not known; NULL: as the row says. */
	const char *(*why)(const struct figure_field *field, const void *base, bool *lacks);
};
/* Rows against figures. At most 500 rows; how many more there are is said. */
void figure_matrix(struct page_job *job, struct out *to, const struct figure_matrix *matrix,
		   const struct figure_row *rows, size_t n);
/* The figures of one struct, a row each, with the limit that a policy sets. */
void figure_list(struct page_job *job, struct out *to, const char *region, const char *caption,
		 const struct figure_fields *fields, const void *base, const char *reason);

/* ---- limits ---- */

/* What a policy asks of a figure: the threshold max_NAME or min_NAME, or one that is known to be
 * about it. False where there is none. */
struct figure_limit {
	double value;
	bool at_most;
	struct span at;
};
bool figure_limit(const struct workspace *ws, const char *figure, struct figure_limit *limit);
/* Whether a value keeps to it. */
struct word limit_word(const struct figure_limit *limit, double value);
/* "at most 0.05" */
const char *limit_text(struct arena *mem, const struct figure_limit *limit);
#endif
