/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_plan.h - what a workbook holds before it is written
 *
 * What is written and what is read back are both held against this plan, so that nothing that the
 * library loses goes unseen. Its cells are made row by row, once for the writer and once for the
 * reader. Texts are fit for the file: UTF-8, no control characters, at most what a cell holds.
 *
 * A large workbook is streamed: rows leave the memory as they are written. Its sheets have a filter
 * in place of a table, fewer links (a link's text says where it leads), and its charts hold no
 * copy of the values that they are drawn from; they are the same else. */
#ifndef EXPORT_WORKBOOK_PLAN_H
#define EXPORT_WORKBOOK_PLAN_H
#include "export/workbook.h"

enum {
	XLSX_ROWS_MAX = 1048576,
	XLSX_LINKS_MAX = 65530,         /* in a sheet */
	XLSX_LINKS_STREAMED_MAX = 5000, /* the library needs 2.7 kB for each */
	XLSX_TEXT_MAX = 32767,          /* UTF-16 units in a cell */
	XLSX_URL_MAX = 2000,    /* bytes of the address, and of what stands behind its '#' */
	STREAMED_FROM = 500000, /* cells of all sheets */
	CHARTS_MAX = 200        /* spreadsheets take long to open more */
};

enum plan_format {
	FORMAT_HEADER,
	FORMAT_TEXT,
	FORMAT_PROSE,
	FORMAT_MUTED,
	FORMAT_HEADING,
	FORMAT_LINK,
	FORMAT_COUNT,
	FORMAT_COUNT_LEFT,
	FORMAT_FIGURE,
	FORMAT_SHARE,
	FORMAT_DATE,
	FORMAT_KINDS
};
/* The number format's code, "General" for text. */
const char *plan_format_code(enum plan_format format);

struct plan_cell {
	uint32_t row;
	uint16_t column;
	uint8_t format;   /* enum plan_format */
	bool is_header;   /* written with the table */
	const char *text; /* NULL: a number */
	const char *url;  /* "internal:'Models'!A1" or a relative address; NULL: none */
	double number;
};

struct plan_sheet {
	const char *name;
	const struct sheet *from; /* NULL: the sheet of charts, which has no table */
	size_t rows, left_out;    /* of `from`; where some are left out, a row more says so */
	uint32_t last_row;        /* of the table or filter */
	struct {
		LIST_OF(struct plan_cell);
	} cells; /* of the sheet of charts; sorted by row, then column */
};
struct plan_row {
	uint32_t row;
	const struct plan_cell *cells; /* by column */
	size_t n;
};

struct plan_range {
	const char *sheet;
	uint32_t first_row, last_row;
	uint16_t column;
};
struct plan_series {
	struct plan_range x, y;
	struct plan_range name; /* one cell; sheet NULL: `title` is the name */
	const char *title;
	enum {
		SERIES_POINTS,
		SERIES_INTERVAL,
		SERIES_DIAGONAL,
		SERIES_LINE,
		SERIES_WARNING,
		SERIES_CRITICAL
	} role;
};
struct plan_chart {
	enum sheet_chart_kind kind;
	uint32_t row; /* of the sheet of charts */
	const char *title, *description;
	const char *url; /* of its title; NULL */
	struct {
		LIST_OF(struct plan_series);
	} series;
};

struct workbook_plan {
	LIST_OF(struct plan_sheet);
	struct {
		LIST_OF(struct plan_chart);
	} charts;
	size_t charts_left_out;
	bool streamed;
	const struct sheets *sheets;
	const char *site_prefix;
};

struct workbook_plan workbook_plan(struct arena *mem, const struct sheets *sheets,
				   const char *site_prefix);
/* Calls `take` with each row of a sheet, the header first, until it returns false. Rows and texts
 * last until it returns. */
void plan_each_row(const struct workbook_plan *plan, const struct plan_sheet *sheet,
		   bool (*take)(void *ctx, const struct plan_row *row), void *ctx);
/* Text as a cell may hold it: other bytes than UTF-8 and control characters become U+FFFD, CR LF
 * becomes LF, "_x0041_" (which spreadsheets would decode) is escaped, and what is over
 * `max_units` UTF-16 units is cut with a mark. Lives in `mem`, or is `text`. */
const char *plan_text(struct arena *mem, const char *text, size_t max_units);

/* --- plan_charts.c --- */
/* Plans the charts, the sheet "Charts" that they stand on and "ChartData" with points that no other
 * sheet holds; the sheets of data are planned. */
void plan_charts(struct arena *mem, struct workbook_plan *plan);
/* Appends a sheet of data. */
void plan_add_sheet(struct arena *mem, struct workbook_plan *plan, const struct sheet *sheet);
/* The address in the workbook; NULL where it cannot be held. Lives in `mem`. */
const char *plan_link(struct arena *mem, const struct workbook_plan *plan, const char *url);

/* --- workbook.c --- */
/* Writes and reads back: workbook_write_sheets() behind the plan. */
enum status workbook_write_plan(const struct workbook_plan *plan, const char *title, int32_t as_of,
				const char *path, struct arena *scratch, const char **why);

/* --- workbook_charts.c --- */
struct lxw_workbook;
struct lxw_worksheet;
/* Adds one chart; false where the library refuses it. */
bool workbook_add_plan_chart(struct lxw_workbook *book, struct lxw_worksheet *sheet,
			     const struct plan_chart *chart);

/* --- workbook_read.c --- */
/* Opens the written file and holds it against the plan; NULL, or what is not as it should be. */
const char *workbook_read_back(struct arena *mem, const char *path,
			       const struct workbook_plan *plan);
#endif
