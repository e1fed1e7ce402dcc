/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/csv_reference.h - a second reader of logs, byte by byte, as plain as can be
 *
 * csv_reference() says what csv_read() must find, as text; csv_dump() says what it found, in the
 * same form: cells bit by bit, lines, counts, categories, findings. The limits of fields and rows
 * are not in it. */
#ifndef TESTS_FUZZ_CSV_REFERENCE_H
#define TESTS_FUZZ_CSV_REFERENCE_H
#include "base/date.h"
#include "base/text.h"
#include "read/csv_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reference_field {
	const char *text; /* decoded, with a NUL behind */
	size_t n;
	size_t raw_at; /* of the text, behind the quote */
};

struct reference_record {
	LIST_OF(struct reference_field);
	size_t at;
	uint64_t line; /* 1-based */
	const char *fault;
	size_t fault_at;
	bool fatal;
};

struct reference {
	struct arena *mem;
	const char *text;
	size_t n;
	char delimiter;
	struct {
		LIST_OF(struct reference_record);
	} records;
	bool header_only; /* the first record, and no more */
};

static inline void reference_fault(struct reference_record *r, const char *fault, size_t at)
{
	if (!r->fault) {
		r->fault = fault;
		r->fault_at = at;
	}
}

/* The field at *at; leaves *at behind it. */
static inline void reference_field(struct reference *f, struct reference_record *r, size_t *at,
				   uint64_t *line)
{
	struct out cell = {0};
	size_t p = *at, n = f->n, raw = p;
	const char *t = f->text;

	if (p < n && t[p] == '"') {
		raw = ++p;
		for (;; p++) {
			if (p == n) {
				r->fault = "quote that opens here is not closed";
				r->fault_at = raw - 1;
				r->fatal = true;
				*at = n;
				out_release(&cell);
				return;
			}
			if (t[p] == '"' && (p + 1 == n || t[p + 1] != '"'))
				break;
			if (t[p] == '"')
				p++;
			if (!t[p])
				reference_fault(r, "NUL byte", p);
			*line += t[p] == '\n';
			out_putc(&cell, t[p]);
		}
		p++;
		if (p < n && t[p] == '\r' && (p + 1 == n || t[p + 1] == '\n'))
			p++;
		if (p < n && t[p] != '\n' && t[p] != f->delimiter) {
			reference_fault(r, "text behind a closing quote", p);
			while (p < n && t[p] != '\n')
				p++;
		}
	} else {
		for (; p < n && t[p] != '\n' && t[p] != f->delimiter; p++) {
			if (!t[p])
				reference_fault(r, "NUL byte", p);
			if (t[p] != '\r' || (p + 1 < n && t[p + 1] != '\n'))
				out_putc(&cell, t[p]);
		}
	}
	*ARENA_PUSH(f->mem, r) = (struct reference_field){
	    arena_strndup(f->mem, cell.n ? out_text(&cell) : "", cell.n), cell.n, raw};
	out_release(&cell);
	*at = p;
}

/* All records from `at` on; empty lines are records where `one_column`. */
static inline void reference_records(struct reference *f, size_t at, uint64_t line, bool one_column)
{
	const char *t = f->text;
	size_t n = f->n, bad;

	f->records.n = 0;
	while (at < n) {
		struct reference_record *r;
		size_t end = at + (t[at] == '\r');

		if (!one_column && (end == n || t[end] == '\n')) {
			at = end == n ? n : end + 1;
			line++;
			continue;
		}
		r = ARENA_PUSH(f->mem, &f->records);
		*r = (struct reference_record){0};
		r->at = at;
		r->line = line;
		for (;;) {
			reference_field(f, r, &at, &line);
			if (at == n || t[at] == '\n')
				break;
			at++;
		}
		if (!r->fault && !text_is_utf8(t + r->at, at - r->at, &bad))
			reference_fault(r, "byte that is not UTF-8", r->at + bad);
		if (r->fatal || f->header_only)
			return;
		if (at < n) {
			at++;
			line++;
		}
	}
}

static inline char reference_delimiter(struct arena *mem, const char *text, size_t n)
{
	static const char tried[] = {',', ';', '\t', '|'};
	size_t most = 1, alike = 1;
	char found = ',', found_alike = 0;

	for (size_t i = 0; i < 4; i++) {
		struct reference f = {.mem = mem, .text = text, .n = n, .delimiter = tried[i]};
		bool same = true;

		reference_records(&f, 0, 1, false);
		for (size_t k = 0; k < f.records.n && k < 100; k++)
			same = same && !f.records.items[k].fault &&
			       f.records.items[k].n == f.records.items[0].n;
		if (f.records.n) {
			size_t fields = f.records.items[0].n;
			if (same && fields > alike) {
				alike = fields;
				found_alike = tried[i];
			}
			if (fields > most) {
				most = fields;
				found = tried[i];
			}
		}
	}
	return found_alike ? found_alike : found;
}

/* The number of a cell by the C library, and whether it is one. */
static inline bool reference_number(enum csv_column_type type, const struct reference_field *cell,
				    double *value)
{
	static const char form[] = "0123456789+-.eE";
	char copy[4096];
	const char *p = cell->text;
	size_t n = cell->n;
	char *end;

	*value = NAN;
	if (!n)
		return true;
	while (n && (*p == ' ' || *p == '\t'))
		p++, n--;
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	if (!n || n >= sizeof copy)
		return false;
	memcpy(copy, p, n);
	copy[n] = '\0';
	if (type == CSV_TIME) {
		int32_t day;
		int64_t seconds;
		bool zone;
		if (date_parse(p, n, &day))
			*value = day * 86400.0;
		else if (date_parse_moment(p, n, &seconds, &zone))
			*value = (double)seconds;
		else
			return false;
		return true;
	}
	if (strspn(copy, form) != n)
		return false;
	*value = strtod(copy, &end);
	if (end == copy + n && isfinite(*value))
		return true;
	*value = NAN;
	return false;
}

static inline void reference_place(struct out *o, const struct reference *f, size_t at)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		line += f->text[i] == '\n';
		column = f->text[i] == '\n' ? 1 : column + 1;
	}
	out_printf(o, "%zu:%zu ", line, column);
}

static inline void dump_bits(struct out *o, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	if (isnan(value))
		out_puts(o, "|-");
	else
		out_printf(o, "|%016llx", (unsigned long long)bits);
}

static inline void dump_cells(struct out *o, const char *name, const struct csv_cells *cells)
{
	out_printf(o, " %s %zu", name, cells->n);
	for (size_t i = 0; i < cells->n && i < CSV_FIRST_LINES; i++)
		out_printf(o, " %llu", (unsigned long long)cells->lines[i]);
}

struct reference_result {
	struct out rows, findings;
	size_t n_findings, bad, kept;
	bool fatal;
};

/* Whether the type of a column that is to be guessed is numbers. */
static inline bool reference_guess(const struct reference *f, size_t first, size_t fields,
				   size_t index)
{
	for (size_t i = first; i < f->records.n; i++) {
		const struct reference_record *r = &f->records.items[i];
		double value;

		if (r->fault || r->n != fields)
			continue;
		if (!reference_number(CSV_GUESS, &r->items[index], &value) &&
		    !csv_meant_number(r->items[index].text, r->items[index].n))
			return false;
	}
	return true;
}

/* Looks at one record; true where it is kept. */
static inline bool reference_check(const struct reference *f, const struct reference_record *r,
				   size_t fields, const struct csv_request *q, const bool *number,
				   struct reference_result *to, struct csv_cells *malformed)
{
	bool good = true;

	if (r->fault) {
		if (to->n_findings < 20 || r->fatal) {
			reference_place(&to->findings, f, r->fault_at);
			out_printf(&to->findings, "%s\n", r->fault);
			to->n_findings++;
		}
		return false;
	}
	if (r->n != fields) {
		if (to->n_findings++ < 20) {
			reference_place(&to->findings, f, r->at);
			out_printf(&to->findings, "row has %zu field%s, the header has %zu\n", r->n,
				   r->n == 1 ? "" : "s", fields);
		}
		return false;
	}
	for (size_t i = 0; i < q->n_columns; i++) {
		const struct reference_field *cell = &r->items[q->columns[i].number - 1];
		double value;

		if (!number[i] || reference_number(q->columns[i].type, cell, &value))
			continue;
		good = false;
		csv_cells_add(&malformed[i], r->line);
		if (to->n_findings++ < 20) {
			reference_place(&to->findings, f, cell->raw_at);
			out_printf(&to->findings, "malformed in #%zu\n", q->columns[i].number);
		}
	}
	return good;
}

static inline void reference_take(const struct reference_record *r, const struct csv_request *q,
				  const bool *number, struct reference_result *to,
				  struct csv_cells *empty)
{
	out_printf(&to->rows, "%llu", (unsigned long long)r->line);
	for (size_t i = 0; i < q->n_columns; i++) {
		const struct reference_field *cell = &r->items[q->columns[i].number - 1];
		double value;

		if (!cell->n)
			csv_cells_add(&empty[i], r->line);
		if (number[i]) {
			reference_number(q->columns[i].type, cell, &value);
			dump_bits(&to->rows, value);
		} else {
			out_printf(&to->rows, "|%s", cell->n ? cell->text : "-");
		}
	}
	out_putc(&to->rows, '\n');
}

/* Reads with the columns of the request, which are asked for by number. *n_header is told first,
 * with q->n_columns 0 then. */
static inline void csv_reference(struct arena *mem, const char *text, size_t n,
				 const struct csv_request *q, size_t *n_header, struct out *to)
{
	size_t bom = n >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0, first = !q->no_header;
	struct reference f = {.mem = mem, .text = text, .n = n, .delimiter = q->delimiter};
	struct reference_result result = {0};
	struct csv_cells empty[8] = {0}, malformed[8] = {0};
	bool number[8];

	if (!f.delimiter)
		f.delimiter = reference_delimiter(mem, text + bom, n - bom);
	f.header_only = true;
	reference_records(&f, bom, 1, false);
	f.header_only = false;
	*n_header = 0;
	if (!f.records.n) {
		out_puts(to, "1:1 file is empty\n");
		return;
	}
	if (f.records.items[0].fault) {
		reference_place(to, &f, f.records.items[0].fault_at);
		out_printf(to, "%s\n", f.records.items[0].fault);
		return;
	}
	*n_header = f.records.items[0].n;
	if (!q->no_header && *n_header == 1) {
		/* only what follows the header has rows of empty lines */
		const struct reference_record *header = &f.records.items[0];
		uint64_t line = header->line;
		size_t end = header->at;
		struct reference_record unused = {0};
		struct reference_record *slot;
		reference_field(&f, &unused, &end, &line);
		reference_records(&f, end < n ? end + 1 : n, line + 1, true);
		slot = ARENA_PUSH(mem, &f.records);
		(void)slot;
		f.records.n--;
		first = 0;
	} else {
		reference_records(&f, bom, 1, *n_header == 1);
	}
	for (size_t i = 0; i < q->n_columns; i++) {
		number[i] = q->columns[i].type == CSV_GUESS
				? reference_guess(&f, first, *n_header, q->columns[i].number - 1)
				: q->columns[i].type != CSV_TEXT;
	}
	for (size_t i = first; i < f.records.n && !result.fatal; i++) {
		const struct reference_record *r = &f.records.items[i];

		if (reference_check(&f, r, *n_header, q, number, &result, malformed)) {
			reference_take(r, q, number, &result, empty);
			result.kept++;
			continue;
		}
		result.bad++;
		result.fatal = r->fatal;
	}
	if (result.fatal || result.bad > q->max_bad) {
		out_puts(to, out_text(&result.findings));
	} else {
		out_printf(to, "%zu rows, %zu skipped\n", result.kept, result.bad);
		for (size_t i = 0; i < q->n_columns; i++) {
			out_puts(to, number[i] ? "numbers" : "text");
			dump_cells(to, "empty", &empty[i]);
			dump_cells(to, "malformed", &malformed[i]);
			out_putc(to, '\n');
		}
		if (result.rows.n)
			out_puts(to, out_text(&result.rows));
	}
	out_release(&result.rows);
	out_release(&result.findings);
}

/* What csv_read() gave back. Categories must be numbered in order of first appearance. */
static inline void csv_dump(const struct csv_request *q, const struct csv_table *t, enum status st,
			    struct diag_sink *diags, struct out *to)
{
	size_t met[8] = {0};

	if (st != ST_OK) {
		for (size_t i = 0; i < diags->n; i++) {
			struct position p = source_position(&diags->items[i].at);
			const char *detail = diags->items[i].detail;
			const char *name = strstr(detail, " in column '#");

			out_printf(to, "%u:%u ", p.line, p.column);
			if (text_starts_with(detail, "expected a ") && name)
				out_printf(to, "malformed in #%c\n", name[13]);
			else
				out_printf(to, "%s\n", detail);
		}
		return;
	}
	out_printf(to, "%zu rows, %zu skipped\n", t->rows, t->skipped);
	for (size_t i = 0; i < q->n_columns; i++) {
		out_puts(to, q->columns[i].is_number ? "numbers" : "text");
		dump_cells(to, "empty", &q->columns[i].empty);
		dump_cells(to, "malformed", &q->columns[i].malformed);
		out_putc(to, '\n');
	}
	for (size_t row = 0; row < t->rows; row++) {
		out_printf(to, "%llu", (unsigned long long)csv_line(t, row));
		for (size_t i = 0; i < q->n_columns; i++) {
			const struct csv_column *c = &q->columns[i];
			uint32_t code = c->is_number ? 0 : csv_code(c, row);

			if (c->is_number)
				dump_bits(to, c->numbers[row]);
			else
				out_printf(to, "|%s",
					   code == CSV_MISSING ? "-" : c->categories[code]);
			if (!c->is_number && code != CSV_MISSING && code >= met[i]) {
				if (code > met[i])
					out_puts(to, " out of order");
				met[i] = code + 1;
			}
		}
		out_putc(to, '\n');
	}
}

/* One way to read, and what comes of it. */
struct csv_way {
	size_t jobs, block, memory;
	enum { WAY_TEXT, WAY_FILE, WAY_PIPE } from;
	bool narrow;
};

/* Columns of the kinds that are compared, as far as the file has them. */
static inline size_t csv_ask(struct csv_column columns[8], size_t n_header, unsigned kinds)
{
	static const struct csv_column all[] = {
	    {.number = 1, .type = CSV_NUMBER}, {.number = 2, .type = CSV_TEXT},
	    {.number = 2, .type = CSV_GUESS},  {.number = 1, .type = CSV_GUESS},
	    {.number = 3, .type = CSV_TIME},   {.number = 3, .type = CSV_GUESS},
	    {.number = 1, .type = CSV_TEXT},   {.number = 2, .type = CSV_NUMBER}};
	size_t n = 0;

	for (size_t i = 0; i < 8; i++)
		if (kinds >> i & 1 && all[i].number <= n_header)
			columns[n++] = all[i];
	return n;
}
#endif
