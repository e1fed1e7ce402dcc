/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/tables.h - the workbook's sheets as CSV and JSON */
#ifndef EXPORT_TABLES_H
#define EXPORT_TABLES_H
#include "base/out.h"
#include "export/workbook.h"

/* "requirements.csv": the file that a sheet is written to. Lives in `mem`. */
char *table_csv_name(struct arena *mem, const struct sheet *sheet);
/* One sheet: a header row, then its rows (RFC 4180, UTF-8, formula guard). Links are written as
 * their shown text, dates as YYYY-MM-DD, what is not known as an empty cell. */
void table_write_csv(struct out *to, const struct sheet *sheet);
/* All sheets: {"as_of": …, "sheets": [{"name", "title", "columns": [{"title", "format"}], "rows":
 * [[…]]}]}. Cells are text, a number, or null; a link is {"text", "url"}. */
void tables_write_json(struct out *to, const struct sheets *sheets, int32_t as_of);
#endif
