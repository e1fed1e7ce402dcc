/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_scan.c - rows and fields of RFC 4180, in one pass over the index of a text */
#include "base/text.h"
#include "read/csv_internal.h"
#include <string.h>

#define NOWHERE SIZE_MAX

void csv_scanner_start(struct csv_scanner *s, const char *text, size_t at, size_t n, char delimiter,
		       uint32_t *places)
{
	*s = (struct csv_scanner){
	    .index = {.text = text, .n = n, .done = at, .delimiter = delimiter, .at = places},
	    .at = at,
	};
}

const char *csv_cell_text(struct arena *mem, const char *text, const struct csv_cell *cell,
			  size_t *len)
{
	const char *from = text + cell->at;
	char *copy;
	size_t to = 0;

	*len = cell->len;
	if (!cell->doubled)
		return from;
	copy = arena_alloc(mem, cell->len + 1u);
	for (size_t i = 0; i < cell->len; i++) {
		copy[to++] = from[i];
		if (from[i] == '"')
			i++;
	}
	*len = to;
	return copy;
}

/* The place of the next mark, NOWHERE behind the last. */
static inline size_t next_mark(struct csv_scanner *s)
{
	while (__builtin_expect(s->index.next == s->index.n_at, 0))
		if (!csv_index_more(&s->index, s->at))
			return NOWHERE;
	return s->index.at[s->index.next++];
}

static void fault(struct csv_row *row, enum csv_fault kind, size_t at)
{
	if (row->fault == CSV_FINE || (csv_is_fatal(kind) && !csv_is_fatal(row->fault))) {
		row->fault = kind;
		row->fault_at = at;
	}
}

static inline void keep_cell(struct csv_scanner *s, size_t column, size_t at, size_t len,
			     bool doubled)
{
	struct csv_cell cell = {(uint32_t)at, (uint32_t)len, doubled};

	if (column < s->n_columns) {
		if (s->slot_of[column] >= 0)
			s->slots[s->slot_of[column]] = cell;
	} else if (s->mem) {
		*ARENA_PUSH(s->mem, s) = cell;
	}
}

/* What came of a field. */
enum field_end {
	FIELD_DELIMITED, /* another one follows */
	FIELD_LAST,      /* of the row */
	FIELD_FATAL,
	FIELD_OPEN /* the text ends in it, and more may follow */
};

/* A field that begins with a quote which stands at `open` and was the last mark taken. */
static enum field_end scan_quoted(struct csv_scanner *s, struct csv_row *row, size_t open,
				  size_t *mark)
{
	const char *text = s->index.text;
	size_t n = s->index.n, p, close;
	bool doubled = false;

	for (;;) {
		p = next_mark(s);
		if ((p == NOWHERE ? n : p) - open - 1 > CSV_FIELD_MAX) {
			fault(row, CSV_FIELD_TOO_LONG, open);
			return FIELD_FATAL;
		}
		if (p == NOWHERE) {
			if (!s->at_end)
				return FIELD_OPEN;
			fault(row, CSV_OPEN_QUOTE, open);
			return FIELD_FATAL;
		}
		if (text[p] == '\n') {
			s->line++;
		} else if (text[p] == '\0') {
			fault(row, CSV_NUL, p);
		} else if (text[p] == '"') {
			if (p + 1 == n && !s->at_end)
				return FIELD_OPEN;
			if (p + 1 == n || text[p + 1] != '"')
				break;
			doubled = true;
			next_mark(s);
		}
	}
	keep_cell(s, row->fields, open + 1, p - open - 1, doubled);
	close = p + 1;
	if (close < n && text[close] == '\r') {
		if (close + 1 == n && !s->at_end)
			return FIELD_OPEN;
		close += close + 1 == n || text[close + 1] == '\n';
	}
	if (close == n && !s->at_end)
		return FIELD_OPEN;
	if (close == n || text[close] == '\n' || text[close] == s->index.delimiter) {
		*mark = next_mark(s);
		return close < n && text[close] != '\n' ? FIELD_DELIMITED : FIELD_LAST;
	}
	fault(row, CSV_BEHIND_QUOTE, close);
	do
		*mark = next_mark(s);
	while (*mark != NOWHERE && text[*mark] != '\n');
	if ((*mark == NOWHERE ? n : *mark) - row->start > CSV_ROW_MAX) {
		fault(row, CSV_ROW_TOO_LONG, row->start);
		return FIELD_FATAL;
	}
	return *mark == NOWHERE && !s->at_end ? FIELD_OPEN : FIELD_LAST;
}

/* A field without quotes around it; *mark is the next mark from its start on. */
static inline enum field_end scan_plain(struct csv_scanner *s, struct csv_row *row, size_t start,
					size_t *mark)
{
	const char *text = s->index.text;
	size_t end, len;
	bool last;

	while (__builtin_expect(*mark != NOWHERE, 1)) {
		char c = text[*mark];
		if (c == s->index.delimiter || c == '\n')
			break;
		if (!c)
			fault(row, CSV_NUL, *mark);
		*mark = next_mark(s);
	}
	end = *mark == NOWHERE ? s->index.n : *mark;
	last = *mark == NOWHERE || text[end] == '\n';
	len = end - start;
	if (*mark == NOWHERE && !s->at_end) {
		if (len <= CSV_FIELD_MAX + 1)
			return FIELD_OPEN;
		fault(row, CSV_FIELD_TOO_LONG, start);
		return FIELD_FATAL;
	}
	if (last && len && text[end - 1] == '\r')
		len--;
	if (__builtin_expect(len > CSV_FIELD_MAX, 0)) {
		fault(row, CSV_FIELD_TOO_LONG, start);
		return FIELD_FATAL;
	}
	keep_cell(s, row->fields, start, len, false);
	return last ? FIELD_LAST : FIELD_DELIMITED;
}

/* Goes over the row's fields; *mark is its line feed then. */
static enum field_end scan_fields(struct csv_scanner *s, struct csv_row *row, size_t *mark)
{
	const char *text = s->index.text;
	size_t start = row->start;
	enum field_end end;

	for (;;) {
		if (__builtin_expect(start - row->start > CSV_ROW_MAX, 0)) {
			fault(row, CSV_ROW_TOO_LONG, row->start);
			return FIELD_FATAL;
		}
		*mark = next_mark(s);
		if (*mark == start && text[start] == '"')
			end = scan_quoted(s, row, start, mark);
		else
			end = scan_plain(s, row, start, mark);
		if (end == FIELD_FATAL || end == FIELD_OPEN)
			return end;
		row->fields++;
		if (end == FIELD_LAST)
			return end;
		start = *mark + 1;
	}
}

static void check_utf8(const struct csv_scanner *s, struct csv_row *row)
{
	size_t bad;

	if (!text_is_utf8(s->index.text + row->start, row->end - row->start, &bad))
		fault(row, CSV_NOT_UTF8, row->start + bad);
}

/* Passes over empty lines; false where nothing is behind them, or may be one that is not whole. */
static bool skip_empty(struct csv_scanner *s)
{
	const char *text = s->index.text;
	size_t n = s->index.n;

	while (!s->one_column && s->at < n) {
		size_t p = s->at + (text[s->at] == '\r');
		if (p == n) {
			if (s->at_end)
				s->at = n;
			return false;
		}
		if (text[p] != '\n')
			break;
		next_mark(s);
		s->at = p + 1;
		s->line++;
	}
	return s->at < n;
}

/* A row that has nothing to decide: as many marks as the header has fields, delimiters and at last
 * a line feed, all indexed already. False for any other, of which nothing is taken. */
static inline bool take_plain_row(struct csv_scanner *s, struct csv_row *row)
{
	const char *text = s->index.text;
	const uint32_t *marks = s->index.at + s->index.next;
	size_t last = s->n_columns - 1, end, others = 0;

	if (s->index.n_at - s->index.next <= last)
		return false;
	end = marks[last];
	for (size_t i = 0; i < last; i++)
		others |= (size_t)(text[marks[i]] ^ s->index.delimiter);
	if (others || text[end] != '\n' || end - s->at > CSV_FIELD_MAX)
		return false;
	for (size_t i = 0; i < s->n_slots; i++) {
		size_t column = s->column_of[i];
		uint32_t at = column ? marks[column - 1] + 1 : (uint32_t)s->at;

		s->slots[i] = (struct csv_cell){at, marks[column] - at, false};
		if (__builtin_expect(column == last, 0) && marks[last] > at &&
		    text[end - 1] == '\r')
			s->slots[i].len--;
	}
	*row = (struct csv_row){
	    .fields = last + 1, .line = s->line, .start = s->at, .end = end, .fault = CSV_FINE};
	s->index.next += last + 1;
	return true;
}

bool csv_scan_row(struct csv_scanner *s, struct csv_row *row)
{
	size_t mark;
	enum field_end end;

	if (s->n_columns && take_plain_row(s, row)) {
		if (s->index.high_last > row->start && s->index.high_first < row->end)
			check_utf8(s, row);
		s->at = row->end + 1;
		s->line++;
		return true;
	}
	if (!skip_empty(s))
		return false;
	*row = (struct csv_row){.line = s->line, .start = s->at, .fault = CSV_FINE};
	s->n = 0;
	end = scan_fields(s, row, &mark);
	if (end == FIELD_OPEN) {
		s->line = row->line;
		return false;
	}
	row->end = end == FIELD_FATAL || mark == NOWHERE ? s->index.n : mark;
	if (end == FIELD_FATAL) {
		s->at = s->index.n;
		return true;
	}
	if (s->index.high_last > row->start && s->index.high_first < row->end &&
	    row->fault == CSV_FINE)
		check_utf8(s, row);
	s->at = row->end;
	if (mark != NOWHERE) {
		s->at++;
		s->line++;
	}
	return true;
}
