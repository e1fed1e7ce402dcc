/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook.h - the audit workbook */
#ifndef EXPORT_WORKBOOK_H
#define EXPORT_WORKBOOK_H
#include "judge/judge.h"

/* The sheets as data, which CSV and JSON exports write too (tables.h). */
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
struct sheet {
	const char *name;  /* ours: letters only, at most 31 characters */
	const char *title; /* what a row is */
	const struct sheet_column *columns;
	size_t n_columns;
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
struct sheet_chart {
	enum sheet_chart_kind kind;
	size_t sheet; /* index of the sheet that holds the rows */
	const char *title;
	const char *description; /* alternative text: what is to be seen */
	const char *url;         /* page with the same figure; NULL */
	struct {
		LIST_OF(struct sheet_series);
	} series; /* drift: at most 7 */
};

struct sheets {
	LIST_OF(struct sheet);
	struct {
		LIST_OF(struct sheet_chart);
	} charts;
};
/* Overview, Requirements, Controls, Models, Runs, Monitoring, Performance, Calibration, Groups,
 * Segments, Classes, Figures, Findings. Lives in `mem` and borrows from the book. Only one thread
 * at a time (places are looked up). */
struct sheets sheets_build(struct arena *mem, const struct book *book);

/* Writes downloads/audit.xlsx's bytes to the new file `path`, reads it back (cells, sheets,
 * tables, charts, links, formats) and fails where anything was lost; *why then says what, and the
 * file is removed. `site_prefix` is put before links to pages ("../" from downloads/). The same
 * bytes for the same book. A sheet of more rows than a workbook holds (1,048,575) is refused. */
enum status workbook_write(const struct book *book, const char *path, const char *site_prefix,
			   struct arena *scratch, const char **why);
/* The same for sheets that were built before; `title` and `as_of` go into the properties. */
enum status workbook_write_sheets(const struct sheets *sheets, const char *title, int32_t as_of,
				  const char *path, const char *site_prefix, struct arena *scratch,
				  const char **why);
#endif
