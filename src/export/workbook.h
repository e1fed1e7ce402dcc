/* export/workbook.h - the audit workbook */
#ifndef EXPORT_WORKBOOK_H
#define EXPORT_WORKBOOK_H
#include "judge/judge.h"

/* Writes downloads/audit.xlsx's bytes to the new file `path`, reads it back (cells, sheets,
 * tables, charts, links counted) and fails where anything was lost; *why then says what.
 * `site_prefix` is put before links to pages ("../" from downloads/). The same bytes for the same
 * book. */
enum status workbook_write(const struct book *book, const char *path, const char *site_prefix,
			   struct arena *scratch, const char **why);

/* The sheets as data, which CSV and JSON exports write too. */
enum cell_type { CELL_EMPTY, CELL_TEXT, CELL_NUMBER, CELL_DATE, CELL_LINK };
struct cell {
	enum cell_type type;
	const char *text;   /* text, or a link's shown text */
	const char *url;    /* link: site path with anchor, relative to the site's root */
	double number;
	int32_t day;        /* date */
};
enum column_format { COLUMN_TEXT, COLUMN_COUNT, COLUMN_FIGURE, COLUMN_SHARE, COLUMN_DATE, COLUMN_STATE };
struct sheet_column {
	const char *title;
	enum column_format format;
	double width;
};
struct sheet {
	const char *name;    /* ours, at most 31 characters */
	const char *title;
	const struct sheet_column *columns;
	size_t n_columns;
	struct { LIST_OF(struct cell); } cells; /* row by row */
};
struct sheets {
	LIST_OF(struct sheet);
};
/* Overview, document requirements, models and versions, runs, monitoring, calibration, findings. */
struct sheets sheets_build(struct arena *mem, const struct book *book);
#endif
