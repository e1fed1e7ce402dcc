/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/tables.h - the workbook's sheets as CSV and JSON, whole, whatever the number of rows */
#ifndef EXPORT_TABLES_H
#define EXPORT_TABLES_H
#include "base/out.h"
#include "base/status.h"
#include "export/workbook.h"

/* "requirements.csv": the file that a sheet is written to. Lives in `mem`. */
char *table_csv_name(struct arena *mem, const struct sheet *sheet);
/* Both write to the file `fd` as rows are made, or, where it is -1, append to `to`, which is the
 * buffer in between else and is left empty. ST_FAILED: errno says why the file could not be
 * written, or `to` was full. */
/* One sheet: a header row, then its rows (RFC 4180, UTF-8, formula guard). Links are written as
 * their shown text, dates as YYYY-MM-DD, what is not known as an empty cell. */
enum status table_write_csv(const struct sheets *sheets, const struct sheet *sheet, int fd,
			    struct out *to);
/* All sheets: {"as_of": …, "sheets": [{"name", "title", "columns": [{"title", "format"}], "rows":
 * [[…]]}]}. Cells are text, a number, or null; a link is {"text", "url"}. */
enum status tables_write_json(const struct sheets *sheets, int32_t as_of, int fd, struct out *to);

/* --- table_stream.c --- */
/* Text on its way to a file, a piece at a time. */
struct table_stream {
	struct out *to;
	int fd;      /* -1: all of it stays in `to` */
	bool failed; /* `error` is the first errno */
	int error;
};
/* Hands over what has gathered, where that is much. False: no more can be written. */
bool table_stream_go_on(struct table_stream *stream);
/* Hands over the rest; errno is that of the first failure. */
enum status table_stream_end(struct table_stream *stream);
#endif
