/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/table_html.h - data tables: caption, heads with their scope, numbers to the right
 *
 * Used where the columns depend on the data. All text is escaped here. A table scrolls inside
 * itself and can be reached by keyboard. */
#ifndef RENDER_TABLE_HTML_H
#define RENDER_TABLE_HTML_H
#include "base/arena.h"
#include "base/out.h"
#include <stdbool.h>
#include <stddef.h>

enum table_align { ALIGN_TEXT, ALIGN_NUMBER, ALIGN_LONG, ALIGN_DATE };
struct table_column {
	const char *title; /* with its unit */
	enum table_align align;
};

struct table_html {
	struct out *to;
	const struct table_column *columns;
	size_t n, at; /* columns; the next cell of the row, n between rows */
};

/* `region`: the name of the scrolling place, different for each table of a page. `class_name`:
 * "" or classes of the style sheet. */
void table_begin(struct table_html *t, struct out *to, const char *region, const char *caption,
		 const char *class_name, const struct table_column *columns, size_t n);
/* The first cell of a row is its head. `id` NULL for none. */
void table_row(struct table_html *t, const char *id);
void table_text(struct table_html *t, const char *text); /* NULL: an en dash */
/* Text in which `code` stands between backticks. */
void table_prose(struct table_html *t, const char *text);
void table_link(struct table_html *t, const char *text, const char *url); /* NULL url: text */
/* The same with a title, for the whole of what the text is short for. */
void table_link_titled(struct table_html *t, const char *text, const char *url, const char *title);
/* A number with 12 significant digits; where it is not finite an en dash and the reason. */
void table_number(struct table_html *t, double value, const char *reason);
void table_count(struct table_html *t, size_t n);
/* A word with its shape and tone, and text behind it (NULL for none). */
void table_state(struct table_html *t, const char *shape, const char *word, const char *tone,
		 const char *text);
/* Text with a class of the style sheet on the cell (heat maps). */
void table_marked(struct table_html *t, const char *text, const char *class_name);
/* Markup of our own, with a class of the style sheet on the cell (NULL for none). */
void table_markup(struct table_html *t, const struct out *markup, const char *class_name);
void table_end(struct table_html *t);
/* "2025-08", "2025-08-04" or "2025-08-04 02:00": what a cell must not break. */
bool text_is_date(const char *text);
#endif
