/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_block.c - the whole rows of a block: columns, counts, what is wrong */
#include "read/csv_internal.h"
#include "read/csv_number.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

void csv_block_init(struct csv_block *b, const struct csv_form *form)
{
	*b = (struct csv_block){0};
	b->places = mem_realloc(NULL, (CSV_PIECE + 64) * sizeof *b->places);
	b->slots = mem_realloc(NULL, (form->n_slots + 1) * sizeof *b->slots);
	b->parts = mem_realloc(NULL, (form->request->n_columns + 1) * sizeof *b->parts);
	memset(b->parts, 0, (form->request->n_columns + 1) * sizeof *b->parts);
	arena_init(&b->scratch);
}

void csv_block_release(struct csv_block *b, const struct csv_form *form)
{
	for (size_t i = 0; b->parts && i < form->request->n_columns; i++) {
		free(b->parts[i].numbers);
		free(b->parts[i].codes);
		free(b->parts[i].global);
		csv_dictionary_release(&b->parts[i].known);
	}
	free(b->parts);
	free(b->places);
	free(b->slots);
	free(b->buffer);
	free(b->jumps);
	arena_release(&b->scratch);
	*b = (struct csv_block){0};
}

/* On pages of its own: the system copies files to them up to three times as fast as to places a few
 * bytes behind the start of one. */
void csv_block_room(struct csv_block *b, size_t n)
{
	size_t cap = n > 2 * b->cap ? n : 2 * b->cap;
	char *buffer;

	if (n <= b->cap)
		return;
	cap = (cap + PAGE - 1) / PAGE * PAGE;
	buffer = aligned_alloc(PAGE, cap);
	if (!buffer)
		mem_exhausted(cap);
	if (b->buffer)
		memcpy(buffer, b->buffer, b->cap);
	free(b->buffer);
	b->buffer = buffer;
	b->cap = cap;
}

/* Room for all rows that n bytes can hold: each has a byte behind every field. */
static void start_parts(struct csv_block *b, const struct csv_form *form)
{
	size_t most = (b->n - b->start) / form->n_header + 1;

	for (size_t i = 0; i < form->request->n_columns; i++) {
		struct csv_part *part = &b->parts[i];
		bool text = form->mode[i] == MODE_TEXT;

		if (part->cap < most) {
			part->cap = most;
			free(part->numbers);
			free(part->codes);
			part->numbers = NULL;
			part->codes = NULL;
		}
		if (text && !part->codes)
			part->codes = mem_realloc(NULL, part->cap * sizeof *part->codes);
		if (!text && !part->numbers)
			part->numbers = mem_realloc(NULL, part->cap * sizeof *part->numbers);
		if (text)
			csv_dictionary_clear(&part->known);
		part->empty = part->malformed = (struct csv_cells){0};
		part->turned = false;
	}
}

static struct csv_problem *add_problem(struct csv_block *b, const struct csv_row *row)
{
	struct csv_problem *p = &b->problems[b->n_problems];

	if (b->n_problems >= CSV_MOST_FINDINGS && !csv_is_fatal(row->fault))
		return NULL;
	b->n_problems++;
	*p = (struct csv_problem){.fault = row->fault,
				  .column = SIZE_MAX,
				  .fields = row->fields,
				  .line = row->line,
				  .start = row->start,
				  .end = row->end};
	return p;
}

/* Line feeds in front of a place in the row. */
static uint64_t line_at(const struct csv_block *b, const struct csv_row *row, size_t at)
{
	uint64_t line = row->line;

	for (size_t i = row->start; i < at; i++)
		line += b->text[i] == '\n';
	return line;
}

static void add_fault(struct csv_block *b, const struct csv_row *row)
{
	struct csv_problem *p = add_problem(b, row);

	if (!p || row->fault == CSV_FINE)
		return;
	p->start = row->fault_at;
	p->end = row->fault_at + 1;
	p->line = line_at(b, row, row->fault_at);
}

static void add_malformed(struct csv_block *b, const struct csv_row *row, size_t column,
			  const struct csv_cell *cell)
{
	struct csv_problem *p;

	csv_cells_add(&b->parts[column].malformed, row->line);
	p = add_problem(b, row);
	if (!p)
		return;
	p->column = column;
	p->start = cell->at;
	p->end = cell->at + cell->len;
	p->line = line_at(b, row, p->start);
}

/* One of the row's numbers into its place; false where it is malformed, which is noted. */
static bool read_number(struct csv_block *b, const struct csv_form *form, const struct csv_row *row,
			size_t column, const struct csv_cell *cell)
{
	enum csv_mode mode = form->mode[column];
	struct csv_part *part = &b->parts[column];
	double *value = &part->numbers[b->rows];
	const char *p = b->text + cell->at;

	if (csv_cell_number(mode, p, cell->len, value))
		return true;
	if (mode == MODE_GUESS && !csv_meant_number(p, cell->len)) {
		*value = NAN;
		part->turned = true;
		return true;
	}
	add_malformed(b, row, column, cell);
	return false;
}

/* Reads the row's numbers into their places; false where one is malformed. */
static bool read_numbers(struct csv_block *b, const struct csv_form *form,
			 const struct csv_row *row)
{
	size_t n = form->request->n_columns;
	bool good = true;

	for (size_t i = 0; i < n; i++) {
		const struct csv_cell *cell = &b->slots[form->slots[i]];
		const char *p = b->text + cell->at;
		bool minus;

		if (form->mode[i] == MODE_TEXT)
			continue;
		minus = cell->len && *p == '-';
		if (form->mode[i] != MODE_TIME && b->n - cell->at >= 9 &&
		    csv_number_short(p + minus, cell->len - minus, minus,
				     &b->parts[i].numbers[b->rows]))
			continue;
		if (!read_number(b, form, row, i, cell))
			good = false;
	}
	return good;
}

/* Takes the row whose numbers are in their places. */
static void take_row(struct csv_block *b, const struct csv_form *form, const struct csv_row *row,
		     uint64_t *expected)
{
	size_t n = form->request->n_columns;

	for (size_t i = 0; i < n; i++) {
		const struct csv_cell *cell = &b->slots[form->slots[i]];
		struct csv_part *part = &b->parts[i];

		if (form->mode[i] == MODE_TEXT)
			part->codes[b->rows] =
			    csv_dictionary_code(&part->known, &b->scratch, b->text, b->n, cell);
		if (__builtin_expect(!cell->len, 0))
			csv_cells_add(&part->empty, row->line);
	}
	if (row->line != *expected) {
		if (b->n_jumps == b->cap_jumps) {
			b->cap_jumps = b->cap_jumps ? b->cap_jumps * 2 : 64;
			b->jumps = mem_realloc(b->jumps, b->cap_jumps * sizeof *b->jumps);
		}
		b->jumps[b->n_jumps++] = (struct csv_jump){(uint32_t)b->rows, (uint32_t)row->line};
	}
	*expected = row->line + 1;
	b->rows++;
}

void csv_block_parse(struct csv_block *b, const struct csv_form *form, bool at_end)
{
	struct csv_scanner s;
	struct csv_row row;
	uint64_t expected = 0;

	csv_scanner_start(&s, b->text, b->start, b->n, form->delimiter, b->places);
	s.at_end = at_end;
	s.one_column = form->n_header == 1;
	s.slot_of = form->slot_of;
	s.n_columns = form->n_header;
	s.slots = b->slots;
	s.column_of = form->column_of;
	s.n_slots = form->n_slots;
	b->rows = b->bad_rows = b->n_problems = b->n_jumps = 0;
	b->fatal = false;
	start_parts(b, form);
	while (!b->fatal && csv_scan_row(&s, &row)) {
		if (row.fault != CSV_FINE || row.fields != form->n_header)
			add_fault(b, &row);
		else if (read_numbers(b, form, &row)) {
			take_row(b, form, &row, &expected);
			continue;
		}
		b->bad_rows++;
		b->fatal = csv_is_fatal(row.fault);
	}
	b->tail = s.at;
	b->lines = s.line;
}
