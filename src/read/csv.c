/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv.c - prediction logs: the named columns of a CSV file, and what is wrong with it */
#include "read/csv.h"
#include "base/text.h"
#include "read/csv_internal.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FINDINGS = 20, LONGEST_SHOWN = 60 };

struct csv_lines {
	uint32_t *of;
};

struct log_reader {
	struct arena *mem;
	struct csv_request *request;
	struct csv_table *table;
	struct csv_scanner scanner;
	struct csv_filling *fillings; /* one for each column asked for */
	uint32_t *lines;              /* heap while it grows */
	size_t rows, cap;
	size_t bad_rows;
	uint32_t header_line;
	struct diag_sink problems; /* the first of them; told where they are too many */
	bool ended;                /* nothing behind this place can be read */
};

static struct span place(const struct log_reader *r, const char *start, const char *end)
{
	const char *text = r->request->log->text;

	return span_at(r->request->log, (size_t)(start - text), (size_t)(end - text));
}

static bool may_add(const struct log_reader *r)
{
	return r->problems.n < MOST_FINDINGS;
}

/* At most LONGEST_SHOWN bytes of a cell, cut between characters. */
static int shown_length(const struct csv_cell *cell)
{
	uint32_t n = cell->len;

	if (n <= LONGEST_SHOWN)
		return (int)n;
	for (n = LONGEST_SHOWN; n && ((unsigned char)cell->p[n] & 0xC0) == 0x80;)
		n--;
	return (int)n;
}

/* -- header ----------------------------------------------------------------------------------- */

static void read_header(struct log_reader *r, const struct csv_scanner *s)
{
	r->table->n_header = s->n;
	r->table->header = arena_new(r->mem, const char *, s->n);
	for (size_t i = 0; i < s->n; i++) {
		size_t len;
		const char *text = csv_cell_text(r->mem, &s->items[i], &len);
		r->table->header[i] = arena_strndup(r->mem, text, len);
	}
}

static char *list_header(const struct log_reader *r)
{
	struct out o = {.max = 400};
	char *copy;

	for (size_t i = 0; i < r->table->n_header && o.n < 300; i++)
		out_printf(&o, "%s%s", i ? ", " : "", r->table->header[i]);
	copy = arena_strndup(r->mem, out_text(&o), o.n);
	out_release(&o);
	return copy;
}

static void add_absent(struct log_reader *r, const struct csv_column *column,
		       struct diag_sink *diags)
{
	const struct csv_table *t = r->table;
	const char *near = text_nearest(column->name, t->header, t->n_header);
	struct finding *f =
	    diag_add(diags, RULE_DATA_UNREADABLE_LOG, column->at, "no column '%s' in %s:%u",
		     column->name, r->request->log->path, r->header_line);

	if (near)
		diag_help(diags, f, "did you mean '%s'? its columns: %s", near, list_header(r));
	else
		diag_help(diags, f, "its columns: %s", list_header(r));
}

/* The file's column of this name, or n_header where it has none or more than one, which is told. */
static size_t find_column(struct log_reader *r, const struct csv_column *column,
			  const struct map *names, const size_t *repeats, struct diag_sink *diags)
{
	size_t none = r->table->n_header;
	size_t at = (size_t)map_get(names, column->name);

	if (!at) {
		add_absent(r, column, diags);
		return none;
	}
	if (repeats[at - 1]) {
		diag_add(diags, RULE_DATA_UNREADABLE_LOG, column->at,
			 "column '%s' stands twice in %s:%u, as columns %zu and %zu", column->name,
			 r->request->log->path, r->header_line, at, repeats[at - 1]);
		return none;
	}
	return at - 1;
}

/* Finds the columns and gives each file column that is wanted a slot. */
static bool find_columns(struct log_reader *r, struct diag_sink *diags)
{
	size_t n = r->table->n_header, before = diags->n;
	size_t *repeats = arena_new(r->mem, size_t, n);
	int32_t *slot_of = arena_new(r->mem, int32_t, n);
	struct map names = {0};

	for (size_t i = 0; i < n; i++) {
		size_t first = (size_t)map_get(&names, r->table->header[i]);
		slot_of[i] = -1;
		if (!first)
			map_put(&names, r->mem, r->table->header[i], (void *)(i + 1));
		else if (!repeats[first - 1])
			repeats[first - 1] = i + 1;
	}
	r->fillings = arena_new(r->mem, struct csv_filling, r->request->n_columns);
	for (size_t i = 0; i < r->request->n_columns; i++) {
		struct csv_column *column = &r->request->columns[i];
		size_t at = find_column(r, column, &names, repeats, diags);
		if (at == n)
			continue;
		if (slot_of[at] < 0)
			slot_of[at] = (int32_t)r->scanner.n_slots++;
		csv_filling_init(&r->fillings[i], column, (size_t)slot_of[at]);
	}
	r->scanner.slots = arena_new(r->mem, struct csv_cell, r->scanner.n_slots);
	r->scanner.slot_of = slot_of;
	r->scanner.n_columns = n;
	return diags->n == before;
}

/* -- rows ------------------------------------------------------------------------------------- */

static const char *fault_text(enum csv_fault fault)
{
	static const char *const texts[] = {
	    [CSV_NUL] = "NUL byte",
	    [CSV_NOT_UTF8] = "byte that is not UTF-8",
	    [CSV_BEHIND_QUOTE] = "text behind a closing quote",
	    [CSV_FIELD_TOO_LONG] = "field over 1 MiB",
	    [CSV_OPEN_QUOTE] = "quote that opens here is not closed",
	};

	return texts[fault];
}

static bool is_fatal(enum csv_fault fault)
{
	return fault == CSV_FIELD_TOO_LONG || fault == CSV_OPEN_QUOTE;
}

static void add_fault(struct log_reader *r, const struct csv_row *row)
{
	struct finding *f;

	if (!may_add(r) && !is_fatal(row->fault))
		return;
	f = diag_add(&r->problems, RULE_DATA_UNREADABLE_LOG,
		     place(r, row->fault_at, row->fault_at + 1), "%s", fault_text(row->fault));
	if (row->fault == CSV_BEHIND_QUOTE)
		diag_help(&r->problems, f, "a quote inside a quoted field is written twice");
	if (row->fault == CSV_FIELD_TOO_LONG)
		diag_help(&r->problems, f,
			  "a quote that is not closed makes one field of all that "
			  "follows");
}

static void add_count(struct log_reader *r, const struct csv_row *row)
{
	if (may_add(r))
		diag_add(&r->problems, RULE_DATA_UNREADABLE_LOG, place(r, row->start, row->end),
			 "row has %zu field%s, the header has %zu", row->fields,
			 row->fields == 1 ? "" : "s", r->table->n_header);
}

static void add_not_number(struct log_reader *r, const struct csv_filling *filling)
{
	const struct csv_cell *cell = &r->scanner.slots[filling->slot];
	struct finding *f;

	if (!may_add(r))
		return;
	f = diag_add(&r->problems, RULE_DATA_UNREADABLE_LOG, place(r, cell->p, cell->p + cell->len),
		     "expected a number in column '%s', found '%.*s'", filling->column->name,
		     shown_length(cell), cell->p);
	diag_help(&r->problems, f, "a missing value is an empty cell");
}

/* True where the row can be taken. Tells every cell of it that is no number. */
static bool check_row(struct log_reader *r, const struct csv_row *row)
{
	bool good = true;

	if (row->fault != CSV_FINE) {
		add_fault(r, row);
		return false;
	}
	if (row->fields != r->table->n_header) {
		add_count(r, row);
		return false;
	}
	for (size_t i = 0; i < r->request->n_columns; i++) {
		struct csv_filling *f = &r->fillings[i];
		if (csv_filling_try(f, &r->scanner.slots[f->slot]))
			continue;
		add_not_number(r, f);
		good = false;
	}
	return good;
}

static void take_row(struct log_reader *r, const struct csv_row *row)
{
	if (r->rows == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 256;
		r->lines = mem_realloc(r->lines, r->cap * sizeof *r->lines);
	}
	r->lines[r->rows++] = row->line;
	for (size_t i = 0; i < r->request->n_columns; i++) {
		struct csv_filling *f = &r->fillings[i];
		csv_filling_take(f, r->mem, &r->scanner.slots[f->slot]);
	}
}

static void read_rows(struct log_reader *r)
{
	struct csv_row row;

	while (!r->ended && csv_scan_row(&r->scanner, r->table->n_header == 1, &row)) {
		if (check_row(r, &row)) {
			take_row(r, &row);
			continue;
		}
		r->bad_rows++;
		r->ended =
		    is_fatal(row.fault) || (r->bad_rows > r->request->max_bad && !may_add(r));
	}
}

/* -- the whole -------------------------------------------------------------------------------- */

static enum status refuse(struct diag_sink *diags, struct span at, const char *detail)
{
	diag_add(diags, RULE_DATA_UNREADABLE_LOG, at, "%s", detail);
	return ST_FAILED;
}

static enum status check_request(struct log_reader *r, char delimiter, struct diag_sink *diags)
{
	if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
		return refuse(diags, r->request->at,
			      "delimiter cannot be a quote or a line ending");
	if ((unsigned char)delimiter >= 0x80)
		return refuse(diags, r->request->at, "delimiter must be an ASCII character");
	return ST_OK;
}

static enum status take_header(struct log_reader *r, struct diag_sink *diags)
{
	struct csv_row row;

	r->scanner.keep_all = true;
	if (!csv_scan_row(&r->scanner, false, &row))
		return refuse(diags, span_at(r->request->log, 0, 0), "file is empty");
	if (row.fault != CSV_FINE) {
		add_fault(r, &row);
		diag_merge(diags, &r->problems);
		return ST_FAILED;
	}
	r->header_line = row.line;
	read_header(r, &r->scanner);
	r->scanner.keep_all = false;
	return find_columns(r, diags) ? ST_OK : ST_FAILED;
}

static enum status finish(struct log_reader *r, struct diag_sink *diags)
{
	struct csv_table *t = r->table;

	if (r->ended || r->bad_rows > r->request->max_bad) {
		if (r->request->max_bad && r->bad_rows > r->request->max_bad)
			diag_help(&r->problems, &r->problems.items[0],
				  "max_bad allows %zu malformed row%s; there are more",
				  r->request->max_bad, r->request->max_bad == 1 ? "" : "s");
		diag_merge(diags, &r->problems);
		return ST_FAILED;
	}
	t->rows = r->rows;
	t->skipped = r->bad_rows;
	t->lines = arena_new(r->mem, struct csv_lines, 1);
	t->lines->of = arena_new(r->mem, uint32_t, r->rows);
	if (r->rows)
		memcpy(t->lines->of, r->lines, r->rows * sizeof *r->lines);
	for (size_t i = 0; i < r->request->n_columns; i++)
		csv_filling_finish(&r->fillings[i], r->mem);
	return ST_OK;
}

uint64_t csv_line(const struct csv_table *table, size_t row)
{
	return table->lines->of[row];
}

void csv_codes(const struct csv_column *column, size_t first, size_t n, uint32_t *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = csv_code(column, first + i);
}

enum status csv_read(struct arena *mem, struct csv_request *request, struct csv_table *table,
		     struct diag_sink *diags)
{
	struct log_reader r = {.mem = mem, .request = request, .table = table};
	char delimiter = request->delimiter ? request->delimiter : ',';
	enum status st = ST_FAILED;

	assert(request->log->text && request->log->len < UINT32_MAX);
	*table = (struct csv_table){0};
	diag_init(&r.problems, diags->mem);
	csv_scanner_init(&r.scanner, mem, request->log->text, request->log->len, delimiter);
	if (check_request(&r, delimiter, diags) == ST_OK && take_header(&r, diags) == ST_OK) {
		read_rows(&r);
		st = finish(&r, diags);
	}
	for (size_t i = 0; r.fillings && i < request->n_columns; i++)
		csv_filling_release(&r.fillings[i]);
	free(r.lines);
	return st;
}
