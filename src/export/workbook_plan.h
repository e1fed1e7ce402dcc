/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_plan.h - every cell, link, table and chart of a workbook before it is written
 *
 * What is written and what is read back are both held against this plan, so that nothing that the
 * library loses goes unseen. Texts are fit for the file: UTF-8, no control characters, at most
 * what a cell holds. */
#ifndef EXPORT_WORKBOOK_PLAN_H
#define EXPORT_WORKBOOK_PLAN_H
#include "export/workbook.h"

enum {
	XLSX_ROWS_MAX = 1048576,
	XLSX_LINKS_MAX = 65530, /* in a sheet */
	XLSX_TEXT_MAX = 32767,  /* UTF-16 units in a cell */
	XLSX_URL_MAX = 2000     /* bytes of the address, and of what stands behind its '#' */
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
	uint32_t last_row;        /* of the table */
	size_t n_links;
	struct {
		LIST_OF(struct plan_cell);
	} cells; /* sorted by row, then column */
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
	struct {
		LIST_OF(struct plan_series);
	} series;
};

struct workbook_plan {
	LIST_OF(struct plan_sheet);
	struct {
		LIST_OF(struct plan_chart);
	} charts;
	const char *why; /* why no workbook can hold this; NULL */
};

struct workbook_plan workbook_plan(struct arena *mem, const struct sheets *sheets,
				   const char *site_prefix);
/* Text as a cell may hold it: other bytes than UTF-8 and control characters become U+FFFD, CR LF
 * becomes LF, "_x0041_" (which spreadsheets would decode) is escaped, and what is over
 * `max_units` UTF-16 units is cut with a mark. */
const char *plan_text(struct arena *mem, const char *text, size_t max_units);

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
