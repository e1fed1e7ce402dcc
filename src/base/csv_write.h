/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/csv_write.h - CSV with the formula guard
 *
 * Text that a spreadsheet would take for a formula (it begins with = + - @ TAB CR LF NUL, or
 * their full-width forms) is written with ' before it. Numbers are written as numbers. */
#ifndef BASE_CSV_WRITE_H
#define BASE_CSV_WRITE_H
#include "base/out.h"
#include <stdbool.h>

struct csv_writer {
	struct out *to;
	bool started; /* a cell of this row was written */
};

/* True where the text needs the guard. */
bool csv_is_formula(const char *p, size_t n);
void csv_text(struct csv_writer *w, const char *p, size_t n);
void csv_puts(struct csv_writer *w, const char *text);     /* empty cell where NULL */
void csv_write_number(struct csv_writer *w, double value); /* empty cell where not finite */
void csv_end_row(struct csv_writer *w);                    /* CRLF, as RFC 4180 */
#endif
