/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_scan.c - rows and fields of RFC 4180, in one pass over the bytes */
#include "base/text.h"
#include "read/csv_internal.h"
#include <string.h>

void csv_scanner_init(struct csv_scanner *s, struct arena *mem, const char *text, size_t len,
		      char delimiter)
{
	*s = (struct csv_scanner){.text = text,
				  .at = text,
				  .end = text + len,
				  .delimiter = delimiter,
				  .line = 1,
				  .mem = mem};
	if (len >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3))
		s->at += 3;
	s->stop[(unsigned char)delimiter] = 1;
	s->stop['\n'] = 1;
	s->stop['\0'] = 1;
}

const char *csv_cell_text(struct arena *mem, const struct csv_cell *cell, size_t *len)
{
	char *copy;
	size_t to = 0;

	*len = cell->len;
	if (!cell->doubled)
		return cell->p;
	copy = arena_alloc(mem, cell->len + 1u);
	for (size_t i = 0; i < cell->len; i++) {
		copy[to++] = cell->p[i];
		if (cell->p[i] == '"')
			i++;
	}
	*len = to;
	return copy;
}

static void fault(struct csv_row *row, enum csv_fault kind, const char *at)
{
	if (row->fault == CSV_FINE) {
		row->fault = kind;
		row->fault_at = at;
	}
}

static void keep_cell(struct csv_scanner *s, size_t column, const char *p, size_t len, bool doubled)
{
	struct csv_cell cell = {p, (uint32_t)len, doubled};

	if (s->keep_all)
		*ARENA_PUSH(s->mem, s) = cell;
	else if (column < s->n_columns && s->slot_of[column] >= 0)
		s->slots[s->slot_of[column]] = cell;
}

/* A field without quotes around it; leaves `at` on the delimiter, the line feed or the end.
 * Returns the bytes met, or-ed together. */
static unsigned char scan_plain(struct csv_scanner *s, struct csv_row *row)
{
	const char *start = s->at, *p = s->at, *end = s->end;
	unsigned char seen = 0;
	size_t len;

	for (;;) {
		while (p < end && !s->stop[(unsigned char)*p])
			seen |= (unsigned char)*p++;
		if (p == end || *p)
			break;
		fault(row, CSV_NUL, p++);
	}
	s->at = p;
	len = (size_t)(p - start);
	if (len && (p == end || *p == '\n') && p[-1] == '\r')
		len--;
	if (len > CSV_FIELD_MAX)
		fault(row, CSV_FIELD_TOO_LONG, start);
	else
		keep_cell(s, row->fields, start, len, false);
	return seen;
}

/* Behind a closing quote: white space of a CRLF is passed over, other text is a fault. */
static void end_quoted(struct csv_scanner *s, struct csv_row *row)
{
	const char *nl;

	if (s->at < s->end && *s->at == '\r' && (s->at + 1 == s->end || s->at[1] == '\n'))
		s->at++;
	if (s->at == s->end || *s->at == '\n' || *s->at == s->delimiter)
		return;
	fault(row, CSV_BEHIND_QUOTE, s->at);
	nl = memchr(s->at, '\n', (size_t)(s->end - s->at));
	s->at = nl ? nl : s->end;
}

/* A field in quotes; `at` is on the opening one. */
static unsigned char scan_quoted(struct csv_scanner *s, struct csv_row *row)
{
	const char *open = s->at, *p = s->at + 1;
	unsigned char seen = 0;
	bool doubled = false;

	for (; p < s->end; p++) {
		if (*p == '"') {
			if (p + 1 == s->end || p[1] != '"')
				break;
			doubled = true;
			p++;
		}
		if (p - open > CSV_FIELD_MAX)
			break;
		s->line += *p == '\n';
		if (!*p)
			fault(row, CSV_NUL, p);
		seen |= (unsigned char)*p;
	}
	if (p < s->end && *p == '"' && p - open <= CSV_FIELD_MAX + 1) {
		keep_cell(s, row->fields, open + 1, (size_t)(p - open - 1), doubled);
		s->at = p + 1;
		end_quoted(s, row);
		return seen;
	}
	/* The whole rest of the file may be inside the quote: nothing more is known. */
	row->fault = p < s->end ? CSV_FIELD_TOO_LONG : CSV_OPEN_QUOTE;
	row->fault_at = open;
	s->at = s->end;
	return seen;
}

static void scan_fields(struct csv_scanner *s, struct csv_row *row)
{
	unsigned char seen = 0;
	size_t bad;

	for (;;) {
		if (s->at < s->end && *s->at == '"')
			seen |= scan_quoted(s, row);
		else
			seen |= scan_plain(s, row);
		row->fields++;
		if (s->at == s->end || *s->at == '\n')
			break;
		s->at++; /* the delimiter */
	}
	row->end = s->at;
	if (seen >= 0x80 && !text_is_utf8(row->start, (size_t)(row->end - row->start), &bad))
		fault(row, CSV_NOT_UTF8, row->start + bad);
	if (s->at < s->end) {
		s->at++;
		s->line++;
	}
}

bool csv_scan_row(struct csv_scanner *s, bool one_column, struct csv_row *row)
{
	while (!one_column && s->at < s->end) {
		const char *p = s->at + (*s->at == '\r');
		if (p < s->end && *p != '\n')
			break;
		s->at = p < s->end ? p + 1 : p;
		s->line++;
	}
	if (s->at == s->end)
		return false;
	*row = (struct csv_row){.line = s->line, .start = s->at, .fault = CSV_FINE};
	s->n = 0;
	scan_fields(s, row);
	return true;
}
