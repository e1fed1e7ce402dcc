/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_internal.h - what the parts of the CSV reader share
 *
 * csv_scan.c finds rows and fields, csv_column.c takes cells into columns, csv.c joins them. The
 * scanner knows no columns and the columns no text around their cells, so that several scanners
 * may one day fill columns of parts of a file. */
#ifndef READ_CSV_INTERNAL_H
#define READ_CSV_INTERNAL_H
#include "base/map.h"
#include "read/csv.h"

enum { CSV_FIELD_MAX = 1 << 20 };

/* One cell as it stands in the text, without its outer quotes. */
struct csv_cell {
	const char *p;
	uint32_t len;
	bool doubled; /* quotes inside are written twice */
};

struct csv_scanner {
	const char *text, *at, *end;
	char delimiter;
	uint32_t line;           /* 1-based, of `at` */
	unsigned char stop[256]; /* bytes that end a run of plain text */
	size_t n_slots;
	struct csv_cell *slots;   /* the cells that are wanted of the last row */
	const int32_t *slot_of;   /* column to slot, -1 for columns that are not wanted */
	size_t n_columns;         /* length of slot_of */
	LIST_OF(struct csv_cell); /* where `keep_all`: every cell of the last row */
	bool keep_all;
	struct arena *mem;
};

enum csv_fault {
	CSV_FINE,
	CSV_NUL,
	CSV_NOT_UTF8,
	CSV_BEHIND_QUOTE,   /* text between a closing quote and the next delimiter */
	CSV_FIELD_TOO_LONG, /* nothing behind it is read */
	CSV_OPEN_QUOTE      /* nothing behind it is read */
};

struct csv_row {
	size_t fields;
	uint32_t line;           /* that it begins on */
	const char *start, *end; /* without the line ending */
	enum csv_fault fault;
	const char *fault_at;
};

void csv_scanner_init(struct csv_scanner *s, struct arena *mem, const char *text, size_t len,
		      char delimiter);
/* The next row that is not an empty line (empty lines count as rows in files of one column, where
 * `one_column`). False at the end. Linear in what it passes over. */
bool csv_scan_row(struct csv_scanner *s, bool one_column, struct csv_row *row);
/* The cell's text: itself, or its quotes made single in `mem`. */
const char *csv_cell_text(struct arena *mem, const struct csv_cell *cell, size_t *len);

/* A column that is being filled; its arrays are heap memory until csv_filling_finish(). */
struct csv_filling {
	struct csv_column *column;
	size_t slot;
	bool numbers_now; /* CSV_NUMBER, or CSV_GUESS while all cells are numbers */
	double value;     /* the number of the row in hand */
	double *numbers;
	uint32_t *codes;
	struct csv_cell *cells; /* CSV_GUESS while numbers: every cell, to read it as text later */
	size_t n, cap;
	size_t missing;
	struct map known; /* text to code + 1 */
	const char **categories;
	size_t n_categories, cap_categories;
	const char *last; /* the category met last */
	size_t last_len;
	uint32_t last_code;
};

void csv_filling_init(struct csv_filling *f, struct csv_column *column, size_t slot);
/* Looks at the row's cell; false where it is no number and must be one. */
bool csv_filling_try(struct csv_filling *f, const struct csv_cell *cell);
/* Takes the cell that was looked at last. */
void csv_filling_take(struct csv_filling *f, struct arena *mem, const struct csv_cell *cell);
/* Moves the arrays to `mem` and into the column. */
void csv_filling_finish(struct csv_filling *f, struct arena *mem);
/* Frees what a failed reading leaves. */
void csv_filling_release(struct csv_filling *f);
#endif
