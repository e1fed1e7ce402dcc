/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook.h - the audit workbook */
#ifndef EXPORT_WORKBOOK_H
#define EXPORT_WORKBOOK_H
#include "judge/controls.h"

/* The sheets as data, which CSV and JSON exports write too (tables.h). Rows are made one by one,
 * each time that they are wanted, so that no number of them fills the memory. */
enum cell_type { CELL_EMPTY, CELL_TEXT, CELL_NUMBER, CELL_DATE, CELL_LINK };
struct cell {
	enum cell_type type;
	bool whole;       /* a count among figures */
	const char *text; /* text, or a link's shown text; never "" */
	const char *url;  /* link: site path with anchor, percent-encoded, relative to the site's
			     root; "#NAME" leads to the sheet of that name */
	double number;    /* finite, 12 significant digits */
	int32_t day;      /* date: days since 1970-01-01 */
};
enum column_format {
	COLUMN_TEXT,   /* short text */
	COLUMN_PROSE,  /* long text, wrapped */
	COLUMN_COUNT,  /* 12,345 */
	COLUMN_FIGURE, /* 0.1234 */
	COLUMN_SHARE,  /* 0..1, shown as 12.3 % */
	COLUMN_DATE,
	COLUMN_STATE /* a word that has a colour */
};
struct sheet_column {
	const char *title; /* unique in its sheet, whatever the case */
	enum column_format format;
	double width; /* in characters */
};
enum { SHEET_COLUMNS_MAX = 96 };
struct sheet_builder;
struct sheet {
	const char *name;  /* ours: letters only, at most 31 characters */
	const char *title; /* what a row is */
	const struct sheet_column *columns;
	size_t n_columns;
	size_t n_rows;
	void (*fill)(struct sheet_builder *b); /* makes the rows; NULL: they stand in `cells` */
	struct {
		LIST_OF(struct cell);
	} cells; /* row by row */
};

/* A native chart over rows of a sheet. */
enum sheet_chart_kind {
	SHEET_CHART_CALIBRATION, /* rows of Calibration: one series, a point a bin */
	SHEET_CHART_DRIFT        /* rows of Monitoring: a series a feature, a point a window */
};
struct sheet_series {
	size_t first_row, n_rows; /* data rows, from 0 */
};
/* The interval of a bin's event rate. */
struct sheet_interval {
	double x, low, high; /* NAN where not known */
};
struct sheet_chart {
	enum sheet_chart_kind kind;
	size_t sheet; /* index of the sheet that holds the rows */
	const char *title;
	const char *description; /* alternative text: what is to be seen */
	const char *url;         /* page with the same figure; NULL */
	int gravity;             /* of what it shows; 0: nothing that calls for a look */
	struct {
		LIST_OF(struct sheet_series);
	} series; /* drift: at most 7 */
	struct {
		LIST_OF(struct sheet_interval);
	} intervals; /* calibration: one a bin */
};

/* What the overview says of the other sheets. */
struct sheet_counts {
	size_t sections[4];                /* by enum match_state */
	size_t items[ITEM_MISSING + 1];    /* by enum item_state */
	size_t controls[CONTROL_STATUSES]; /* by enum control_status */
};
struct sheets {
	LIST_OF(struct sheet);
	struct {
		LIST_OF(struct sheet_chart);
	} charts;
	struct sheet_counts counts;
	const struct book *book; /* NULL: all rows stand in cells */
	struct map run_pages;    /* run id -> struct page */
};
/* Overview, Requirements, Controls, Models, Runs, Monitoring, Performance, Calibration, Groups,
 * Segments, Classes, Figures, Findings: their rows counted, charts planned. Lives in `mem` and
 * borrows from the book. */
struct sheets sheets_build(struct arena *mem, const struct book *book);
/* Calls `take` with each row from the first on: sheet->n_columns cells, whose texts last until it
 * returns. Once it returns false it is not called again. Only one thread at a time (places are
 * looked up). */
void sheet_each_row(const struct sheets *sheets, const struct sheet *sheet,
		    bool (*take)(void *ctx, const struct cell *cells), void *ctx);

/* Writes downloads/audit.xlsx's bytes to the new file `path`, reads it back (cells, sheets,
 * tables, charts, links, formats) and fails where anything was lost; *why then says what, and the
 * file is removed. `site_prefix` is put before links to pages ("../" from downloads/). The same
 * bytes for the same book. Of a sheet of more rows than a workbook holds the last row says how many
 * are left out. From STREAMED_FROM cells on rows go to the file as they are made, and memory grows
 * no more (workbook_plan.h says what is then left out); temporary files beside `path` hold what was
 * written. */
enum status workbook_write(const struct book *book, const char *path, const char *site_prefix,
			   struct arena *scratch, const char **why);
/* The same for sheets that were built before; `title` and `as_of` go into the properties. */
enum status workbook_write_sheets(const struct sheets *sheets, const char *title, int32_t as_of,
				  const char *path, const char *site_prefix, struct arena *scratch,
				  const char **why);
#endif
