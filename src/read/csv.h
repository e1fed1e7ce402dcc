/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv.h - prediction logs: columns of a CSV file
 *
 * RFC 4180 with LF or CRLF: quotes, doubled quotes, newlines inside quotes; a BOM is accepted; a
 * lone CR is text. Only the columns asked for are kept. A cell is missing where it is empty (""
 * too); NA, NaN and null are text. An empty line is no row, but in a file of one column, where it
 * is a missing cell.
 *
 * The input is a text, a file (read in blocks, never mapped) or a stream. Blocks are read in
 * threads; every result is the same, bit for bit, for any number of threads and any block size. */
#ifndef READ_CSV_H
#define READ_CSV_H
#include "base/diag.h"
#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum csv_column_type {
	CSV_NUMBER, /* every cell a finite number or empty */
	CSV_TEXT,   /* categories */
	CSV_GUESS,  /* text where some cell of the file is neither a number nor meant as one, else
		       numbers; a cell that was meant as a number (nan, 0x10, "0,5", 1e999) is then
		       malformed */
	CSV_TIME    /* YYYY-MM-DD or a moment (base/date.h): seconds since 1970 as numbers */
};

enum { CSV_FIRST_LINES = 3 };

/* How many cells of a column are so, and the lines of the first. */
struct csv_cells {
	size_t n;
	uint64_t lines[CSV_FIRST_LINES]; /* 1-based, of their rows, ascending */
};

struct csv_column {
	/* asked for */
	const char *name; /* "score", or "#3" where no column has that name; may be NULL with
			     `number` and is then set to "#3" */
	enum csv_column_type type;
	struct span at; /* where it is asked for: findings about the column point there */
	size_t number;  /* 1-based place in the file; 0: by name */
	/* given back */
	size_t index;            /* 0-based place in the file */
	bool is_number;          /* numbers[] holds, else codes */
	double *numbers;         /* NAN where missing */
	uint32_t *codes;         /* index into categories; CSV_MISSING where missing. NULL with
				    csv_request.narrow_codes: then csv_code() and csv_codes() */
	const void *narrow;      /* codes of `code_bytes` bytes each, all bits set where missing */
	uint8_t code_bytes;      /* 1, 2 or 4 */
	const char **categories; /* in order of first appearance */
	size_t n_categories;
	size_t missing;             /* of the rows that were kept */
	struct csv_cells empty;     /* the same, with the first lines */
	struct csv_cells malformed; /* cells of the rows that were skipped for them */
};
#define CSV_MISSING UINT32_MAX

struct csv_request {
	struct source *log; /* its text is read; where it has none `file`, or `fd` */
	struct span at;     /* the record's `source:`, for findings about the whole file */
	char delimiter;     /* 0: found out, see csv_read() */
	size_t max_bad;     /* malformed rows that are allowed (and skipped) */
	struct csv_column *columns;
	size_t n_columns;
	const char *file;  /* a path, "-": standard input; NULL: `fd` */
	int fd;            /* stays open */
	bool no_header;    /* columns are "#1", "#2" … */
	bool narrow_codes; /* codes as narrow as they can be, see struct csv_column */
	size_t jobs;       /* threads; 0: one */
	size_t memory;     /* bytes of columns from which on they are kept in an unlinked file in
			      $TMPDIR (else /tmp); 0: half of the machine's memory */
	size_t block;      /* bytes of a block; 0: chosen. For tests */
};

struct csv_lines; /* the lines of rows that are not one line each */

struct csv_table {
	size_t rows;         /* kept */
	size_t skipped;      /* malformed, at most max_bad */
	const char **header; /* names of all columns of the file */
	size_t n_header;
	char delimiter; /* that was given or found */
	bool spilled;   /* columns were more than `memory` and are in a file */
	uint64_t bytes; /* of the input */
	const struct csv_lines *lines;
};

/* Reads the columns. What cannot be taken is data/unreadable-log in `diags`: a column that is
 * absent, or there twice and asked for by name, at the column's `at`; with the log's own line a row
 * with another number of fields, text behind a closing quote, NUL, bytes that are not UTF-8, a
 * malformed number (up to `max_bad` such rows are skipped), an unclosed quote, a field over 1 MiB
 * or a row over 64 MiB, behind which nothing is read. ST_FAILED then (all such findings of one run
 * are reported, at most 20 and the one that ended it). A file that cannot be read is io/read, a
 * temporary file without room io/write, both at the request's `at`. Findings about a log without a
 * text point into an excerpt of it that lives in the sink's arena.
 *
 * The delimiter, where it is 0: of comma, semicolon, tab and pipe the one that splits the first
 * records (up to 100, of those that end in the first 64 KiB) into the same number of fields, at
 * least two, the largest number where several do, the first named where these are as many; where
 * none does, the one that the first record has most fields by; comma where no one splits it.
 *
 * Spaces and tabs around a number do not count; numbers equal strtod()'s in the C locale. A column
 * may be asked for more than once. Time is linear in the file: each block is read once with the
 * guess that it begins outside quotes and once more where that was wrong; the whole once more where
 * a column that began as numbers turned out to be text (a stream is kept in a temporary file while
 * that can happen, so with CSV_GUESS). Memory: the columns (8 bytes a number; 1, 2 or 4 a code),
 * the categories, a few blocks for each thread, 8 bytes for each row that does not follow on the
 * next line; up to 256 MiB more while a row is that long. Columns live in `mem`. */
enum status csv_read(struct arena *mem, struct csv_request *request, struct csv_table *table,
		     struct diag_sink *diags);

/* The line (1-based) that a kept row (0-based) begins on. Logarithmic. */
uint64_t csv_line(const struct csv_table *table, size_t row);
/* The code of a row of a column of categories, however it is kept. */
static inline uint32_t csv_code(const struct csv_column *column, size_t row)
{
	uint32_t code;

	if (column->codes)
		return column->codes[row];
	if (column->code_bytes == 1)
		code = ((const uint8_t *)column->narrow)[row];
	else if (column->code_bytes == 2)
		code = ((const uint16_t *)column->narrow)[row];
	else
		return ((const uint32_t *)column->narrow)[row];
	return code == (column->code_bytes == 1 ? UINT8_MAX : UINT16_MAX) ? CSV_MISSING : code;
}
/* The codes of rows [first, first + n). */
void csv_codes(const struct csv_column *column, size_t first, size_t n, uint32_t *to);
#endif
