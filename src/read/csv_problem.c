/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_problem.c - what is wrong in a log, as findings; an excerpt where its text is not kept
 */
#include "read/csv_internal.h"
#include <stdlib.h>
#include <string.h>

enum { LONGEST_SHOWN = 60, LONGEST_EXCERPT = 4096, EXCERPT_BEFORE = 64, BOM_BYTES = 3 };

/* At most LONGEST_SHOWN bytes of a cell, cut between characters. */
static int shown_length(const char *p, size_t n)
{
	if (n <= LONGEST_SHOWN)
		return (int)n;
	for (n = LONGEST_SHOWN; n && ((unsigned char)p[n] & 0xC0) == 0x80;)
		n--;
	return (int)n;
}

static uint32_t clamped(uint64_t n)
{
	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

/* The place of b->text[start..end), which ends with its first line. */
static struct span place(struct csv_places *places, const struct csv_form *form,
			 const struct csv_block *b, size_t start, size_t end, uint64_t line)
{
	struct source *log = form->request->log;
	const char *feed = memchr(b->text + start, '\n', end - start);
	struct csv_excerpt *e;
	size_t from = start, to;

	if (feed)
		end = (size_t)(feed - b->text);
	if (log->text)
		return span_at(log, b->base + start, b->base + end);
	while (from && b->text[from - 1] != '\n')
		from--;
	e = ARENA_PUSH(places->mem, &places->excerpts);
	e->line = clamped(line + 1);
	if (start - from > LONGEST_EXCERPT) {
		e->before = clamped(start - EXCERPT_BEFORE - from);
		from = start - EXCERPT_BEFORE;
	}
	feed = memchr(b->text + from, '\n', b->n - from);
	to = feed ? (size_t)(feed - b->text) : b->n;
	if (to - from > 2 * LONGEST_EXCERPT)
		to = from + 2 * LONGEST_EXCERPT;
	e->len = (uint32_t)(to - from);
	e->text = arena_strndup(places->mem, b->text + from, e->len);
	e->start = (uint32_t)(start - from);
	e->end = (uint32_t)((end < to ? end : to) - from);
	if (!line && !from && b->base == BOM_BYTES) { /* a first row behind a byte order mark */
		char *marked = arena_alloc(places->mem, e->len + BOM_BYTES + 1u);
		memcpy(marked, "\xEF\xBB\xBF", BOM_BYTES);
		memcpy(marked + BOM_BYTES, e->text, e->len);
		e->text = marked;
		e->len += BOM_BYTES;
		e->start += BOM_BYTES;
		e->end += BOM_BYTES;
	}
	return span_at(log, 0, 0);
}

static const struct {
	const char *text, *help;
} faults[] = {
    [CSV_NUL] = {"NUL byte", NULL},
    [CSV_NOT_UTF8] = {"byte that is not UTF-8", NULL},
    [CSV_BEHIND_QUOTE] = {"text behind a closing quote",
			  "a quote inside a quoted field is written twice"},
    [CSV_FIELD_TOO_LONG] = {"field over 1 MiB",
			    "a quote that is not closed makes one field of all that follows"},
    [CSV_ROW_TOO_LONG] = {"row over 64 MiB", NULL},
    [CSV_OPEN_QUOTE] = {"quote that opens here is not closed", NULL},
};

static size_t digits(const char *cell, size_t n)
{
	size_t i = 0;

	while (i < n && cell[i] >= '0' && cell[i] <= '9')
		i++;
	return i;
}

/* What the writer of a cell may have meant: "0,42" and "42 %" are numbers to people. */
static void help_number(struct diag_sink *to, struct finding *f, const char *cell, size_t n)
{
	size_t sign = n && (*cell == '-' || *cell == '+'), whole, decimals;

	if (sign > n || n > LONGEST_SHOWN) {
		diag_help(to, f, "a missing value is an empty cell");
		return;
	}
	whole = digits(cell + sign, n - sign);
	if (sign + whole < n && cell[sign + whole] == ',') {
		decimals = digits(cell + sign + whole + 1, n - sign - whole - 1);
		if (decimals && sign + whole + 1 + decimals == n) {
			diag_help(to, f, "decimals stand behind a point: write %.*s.%.*s",
				  (int)(sign + whole), cell, (int)decimals, cell + n - decimals);
			return;
		}
	}
	if (whole && cell[n - 1] == '%')
		diag_help(to, f,
			  "write a share as a number from 0 to 1, without a sign: 0.5 for 50 %%");
	else if (whole && memchr(cell, ',', n))
		diag_help(to, f, "a number has no signs between thousands");
	else
		diag_help(to, f, "a missing value is an empty cell");
}

static void add_malformed(struct diag_sink *to, struct span at, const struct csv_column *column,
			  const char *cell, size_t n)
{
	struct finding *f;

	if (column->type == CSV_TIME) {
		f = diag_add(to, RULE_DATA_UNREADABLE_LOG, at,
			     "expected a date or moment in column '%s', found '%.*s'", column->name,
			     shown_length(cell, n), cell);
		diag_help(to, f,
			  "write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS; a missing value is an "
			  "empty cell");
		return;
	}
	f = diag_add(to, RULE_DATA_UNREADABLE_LOG, at,
		     "expected a number in column '%s', found '%.*s'", column->name,
		     shown_length(cell, n), cell);
	help_number(to, f, cell, n);
}

void csv_problem_add(struct diag_sink *to, struct csv_places *places, const struct csv_form *form,
		     const struct csv_block *b, const struct csv_problem *problem, uint64_t line)
{
	struct span at = place(places, form, b, problem->start, problem->end, line + problem->line);
	struct finding *f;

	if (problem->fault != CSV_FINE) {
		f = diag_add(to, RULE_DATA_UNREADABLE_LOG, at, "%s", faults[problem->fault].text);
		if (faults[problem->fault].help)
			diag_help(to, f, "%s", faults[problem->fault].help);
	} else if (problem->column != SIZE_MAX) {
		add_malformed(to, at, &form->request->columns[problem->column],
			      b->text + problem->start, problem->end - problem->start);
	} else {
		f = diag_add(to, RULE_DATA_UNREADABLE_LOG, at,
			     "row has %zu field%s, the header has %zu", problem->fields,
			     problem->fields == 1 ? "" : "s", form->n_header);
		diag_help(to, f, "%s",
			  problem->fields > form->n_header
			      ? "a value that holds what parts the fields stands in double quotes"
			      : "a missing value is an empty cell between two delimiters");
	}
}

static int by_line(const void *a, const void *b)
{
	const struct csv_excerpt *x = *(const struct csv_excerpt *const *)a;
	const struct csv_excerpt *y = *(const struct csv_excerpt *const *)b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->before > y->before) - (x->before < y->before);
}

void csv_places_finish(struct csv_places *places, const struct csv_request *request,
		       struct diag_sink *findings)
{
	size_t n = places->excerpts.n, lines = 0;
	struct csv_excerpt **order = arena_new(places->mem, struct csv_excerpt *, n);
	struct source_cut *cuts = arena_new(places->mem, struct source_cut, n + 1);
	uint32_t *starts = arena_new(places->mem, uint32_t, n);
	struct source *excerpt;
	struct out text = {0};

	for (size_t i = 0; i < n; i++)
		order[i] = &places->excerpts.items[i];
	if (n > 1)
		qsort(order, n, sizeof(struct csv_excerpt *), by_line);
	for (size_t i = 0; i < n; i++) {
		if (!i || by_line(&order[i - 1], &order[i])) {
			if (i)
				out_putc(&text, '\n');
			starts[order[i] - places->excerpts.items] = (uint32_t)text.n;
			cuts[lines++] = (struct source_cut){order[i]->line, order[i]->before};
			out_write(&text, order[i]->text, order[i]->len);
		} else {
			starts[order[i] - places->excerpts.items] =
			    starts[order[i - 1] - places->excerpts.items];
		}
	}
	excerpt = source_new(places->mem, request->log->path,
			     arena_strndup(places->mem, out_text(&text), text.n), text.n);
	excerpt->cuts = cuts;
	for (size_t i = 0; i < n; i++) {
		const struct csv_excerpt *e = &places->excerpts.items[i];
		findings->items[i].at = span_at(excerpt, starts[i] + e->start, starts[i] + e->end);
	}
	out_release(&text);
}
