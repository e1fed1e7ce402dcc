/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/print_table.h - figures as lines, tables and bars for a terminal
 *
 * Every text from a log goes through shown_text() or print_words(): control characters and escape
 * sequences are made visible there, and nowhere else. Widths count characters. */
#ifndef CLI_PRINT_TABLE_H
#define CLI_PRINT_TABLE_H
#include "base/arena.h"
#include "base/out.h"
#include "measure/figures.h"
#include <stdbool.h>

struct print_style {
	bool color;
	size_t width; /* columns of a line */
};

enum print_tone { TONE_PLAIN, TONE_BOLD, TONE_FAINT, TONE_GOOD, TONE_WARNING, TONE_BAD };
/* Begins and ends a tone; nothing without colour. */
void print_tone(enum print_tone tone, const struct print_style *style, struct out *to);
void print_tone_end(enum print_tone tone, const struct print_style *style, struct out *to);

/* Columns that a text takes. */
size_t print_columns(const char *text);
/* A bold line, with an empty one before it; `beside` stands behind it, faint; NULL for none. */
void print_heading(const char *title, const char *beside, const struct print_style *style,
		   struct out *to);
/* Words in lines of style->width; the first line begins at column `used`, others at `left`. The
 * text must be visible() or our own. */
void print_words(const char *text, size_t used, size_t left, const struct print_style *style,
		 struct out *to);

/* A table: cells are added row by row, then it is printed with aligned columns. */
struct table_cell {
	const char *text; /* visible */
	enum print_tone tone;
};
struct text_table {
	struct arena *mem;
	const char *const *heads; /* "" for none */
	size_t n_columns;
	unsigned left; /* bit c: column c is aligned to the left */
	LIST_OF(struct table_cell);
};
void table_add(struct text_table *table, const char *text);
void table_add_tone(struct text_table *table, const char *text, enum print_tone tone);
/* Columns that its lines take. */
size_t table_width(const struct text_table *table);
/* Lines indented by two; columns are two apart. Without a head line where all heads are "". */
void table_print(const struct text_table *table, const struct print_style *style, struct out *to);

/* -- texts in `mem` --------------------------------------------------------------------------- */

/* A name or value from a log, on one line, with what a terminal would act upon made visible; cut
 * with "…" behind `most` columns (0: whole). */
const char *shown_text(struct arena *mem, const char *text, size_t most);
const char *shown_count(struct arena *mem, size_t count);  /* 12,345 */
const char *shown_number(struct arena *mem, double value); /* 4 significant digits, "–" */
const char *shown_brief(struct arena *mem, double value);  /* 3, for sentences */
const char *shown_fixed(struct arena *mem, double value, int decimals);
/* The same for columns of shares and distances, but what is over 0 never shows as 0: "< 0.001". */
const char *shown_share(struct arena *mem, double value, int decimals);
const char *shown_percent(struct arena *mem, double share); /* "52 %", "0.3 %" */
/* "0.7312 – 0.7514"; "" where there is none. */
const char *shown_interval(struct arena *mem, struct interval interval, int decimals);
/* A bar of `share` (0..1) of `width` columns, in eighths; any share over 0 shows. */
const char *shown_bar(struct arena *mem, double share, size_t width);
#endif
