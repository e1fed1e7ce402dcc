/* read/csv.h - prediction logs: named columns of a CSV file
 *
 * RFC 4180 with LF or CRLF: quotes, doubled quotes, newlines inside quotes; a BOM is accepted.
 * Only the columns asked for are kept. A cell is missing where it is empty ("" too); NA, NaN and
 * null are text. An empty line is no row, but in a file of one column, where it is a missing
 * cell. */
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
	CSV_GUESS /* numbers where all non-empty cells are numbers, else text; a cell that was meant
		     as a number (nan, 0x10, "0,5", 1e999) is malformed, not text */
};

struct csv_column {
	/* asked for */
	const char *name;
	enum csv_column_type type;
	struct span at; /* where the record names it: findings about the column point there */
	/* given back */
	bool is_number;          /* numbers[] holds, else codes[] */
	double *numbers;         /* NAN where missing */
	uint32_t *codes;         /* index into categories; CSV_MISSING where missing */
	const char **categories; /* in order of first appearance */
	size_t n_categories;
	size_t missing;
};
#define CSV_MISSING UINT32_MAX

struct csv_request {
	struct source *log; /* the file's text, mapped or read */
	struct span at;     /* the record's `source:`, for findings about the whole file */
	char delimiter;     /* ',' unless given */
	size_t max_bad;     /* malformed rows that are allowed (and skipped) */
	struct csv_column *columns;
	size_t n_columns;
};

struct csv_table {
	size_t rows;         /* kept */
	size_t skipped;      /* malformed, at most max_bad */
	uint32_t *lines;     /* the line each row begins on (1-based) */
	const char **header; /* names of all columns of the file */
	size_t n_header;
};

/* Reads the columns. What cannot be taken is data/unreadable-log in `diags`: a column that is
 * absent or there twice at the column's `at`; with the log's own line a row with another number of
 * fields, text behind a closing quote, NUL, bytes that are not UTF-8, a malformed number (up to
 * `max_bad` such rows are skipped), an unclosed quote or a field over 1 MiB, behind which nothing
 * is read. ST_FAILED then (all such findings of one run are reported, at most 20). Spaces around a
 * number do not count; a column may be asked for more than once. Works in one pass, linear in the
 * file. Lives in `mem`. The log has a text under 4 GiB. */
enum status csv_read(struct arena *mem, struct csv_request *request, struct csv_table *table,
		     struct diag_sink *diags);
#endif
