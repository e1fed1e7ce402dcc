/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_join.c - blocks in the order of the file
 *
 * A block was parsed from behind its first line feed, as if that ended a row. It did where the
 * bytes before it, with those left over from the blocks before, are whole rows: they are parsed in
 * the bridge. Else the block is parsed again there, behind what was left over. A row over many
 * blocks is tried again only when what is left over has doubled. So no byte is parsed more than a
 * few times, whatever stands in the file. */
#include "read/csv_internal.h"
#include <stdlib.h>
#include <string.h>

static void release_lines(void *what)
{
	struct csv_lines *lines = what;

	free(lines->items);
	free(lines->jumps);
}

void csv_join_init(struct csv_join *j, struct arena *mem, struct csv_form *form,
		   struct arena *findings)
{
	size_t n = form->request->n_columns;

	*j = (struct csv_join){.mem = mem, .form = form, .places = {.mem = findings}};
	csv_store_init(&j->store, mem, form);
	csv_block_init(&j->bridge, form);
	j->turned = arena_new(mem, bool, n);
	j->empty = arena_new(mem, struct csv_cells, n);
	j->malformed = arena_new(mem, struct csv_cells, n);
	j->lines = arena_new(mem, struct csv_lines, 1);
	arena_keep(mem, release_lines, j->lines);
	diag_init(&j->problems, findings);
}

void csv_join_release(struct csv_join *j)
{
	csv_store_release(&j->store);
	csv_block_release(&j->bridge, j->form);
}

/* -- lines ------------------------------------------------------------------------------------ */

static uint64_t line_in(const struct csv_lines *lines, size_t row)
{
	size_t low = 0, high = lines->n, first, last;
	const struct csv_stretch *s;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (lines->items[middle].row <= row)
			low = middle;
		else
			high = middle;
	}
	s = &lines->items[low];
	row -= s->row;
	first = s->jump;
	last = low + 1 < lines->n ? s[1].jump : lines->n_jumps;
	if (first == last || lines->jumps[first].row > row)
		return s->line + row;
	while (last - first > 1) {
		size_t middle = first + (last - first) / 2;
		if (lines->jumps[middle].row <= row)
			first = middle;
		else
			last = middle;
	}
	return s->line + lines->jumps[first].line + (row - lines->jumps[first].row);
}

uint64_t csv_line(const struct csv_table *table, size_t row)
{
	return line_in(table->lines, row);
}

/* Notes the lines of the block's rows, where they are not those that follow. */
static void note_lines(struct csv_join *j, const struct csv_block *b)
{
	struct csv_lines *lines = j->lines;

	if (!b->rows || (lines->n && !b->n_jumps && line_in(lines, j->rows - 1) == j->line))
		return;
	if (lines->n == lines->cap) {
		lines->cap = lines->cap ? lines->cap * 2 : 64;
		lines->items = mem_realloc(lines->items, lines->cap * sizeof *lines->items);
	}
	lines->items[lines->n++] = (struct csv_stretch){j->rows, j->line + 1, lines->n_jumps};
	if (lines->n_jumps + b->n_jumps > lines->cap_jumps) {
		lines->cap_jumps = (lines->n_jumps + b->n_jumps) * 2;
		lines->jumps = mem_realloc(lines->jumps, lines->cap_jumps * sizeof *lines->jumps);
	}
	if (b->n_jumps)
		memcpy(lines->jumps + lines->n_jumps, b->jumps, b->n_jumps * sizeof *b->jumps);
	lines->n_jumps += b->n_jumps;
}

/* -- what a block holds, in its place ---------------------------------------------------------- */

static void join_problems(struct csv_join *j, const struct csv_block *b)
{
	for (size_t i = 0; i < b->n_problems; i++) {
		const struct csv_problem *p = &b->problems[i];

		if (j->problems.n >= CSV_MOST_FINDINGS && !csv_is_fatal(p->fault))
			continue;
		j->named_rows += !j->named_rows || j->named_line != j->line + p->line;
		j->named_line = j->line + p->line;
		csv_problem_add(&j->problems, &j->places, j->form, b, p, j->line);
	}
	j->bad_rows += b->bad_rows;
	j->fatal = j->fatal || b->fatal;
	j->ended = j->fatal;
	j->discard = j->discard || j->fatal || j->bad_rows > j->form->request->max_bad;
}

/* Gives the block's categories their codes in the file. */
static bool join_categories(struct csv_join *j, size_t column, struct csv_part *part)
{
	struct map *known = &j->store.columns[column].known;

	if (part->global_cap < part->known.n) {
		part->global_cap = part->known.cap;
		part->global = mem_realloc(part->global, part->global_cap * sizeof *part->global);
	}
	for (size_t i = 0; i < part->known.n; i++) {
		const struct csv_category *c = &part->known.items[i];
		size_t code = (size_t)map_get_n(known, c->text, c->len);

		if (!code) {
			char *copy = arena_strndup(j->mem, c->text, c->len);
			code = known->n + 1;
			map_put_n(known, j->mem, copy, c->len, (void *)code);
		}
		part->global[i] = (uint32_t)(code - 1);
	}
	return csv_store_widen(&j->store, column, known->n, j->rows);
}

/* How many rows the file will have, by those so far. */
static size_t expected_rows(const struct csv_join *j, const struct csv_block *b)
{
	double so_far = (double)(b->base + b->tail), rows = (double)(j->rows + b->rows);

	return j->size ? (size_t)(rows * ((double)j->size / so_far) * 1.02) + 1024 : 0;
}

/* Takes what the block holds, which begins where everything before it ended. True where its rows
 * are to be placed. */
static bool settle(struct csv_join *j, struct csv_block *b)
{
	uint64_t line = j->line;
	bool good = true;

	join_problems(j, b);
	for (size_t i = 0; i < j->form->request->n_columns; i++) {
		j->turned[i] = j->turned[i] || b->parts[i].turned;
		j->discard = j->discard || j->turned[i];
		csv_cells_join(&j->empty[i], &b->parts[i].empty, line + 1);
		csv_cells_join(&j->malformed[i], &b->parts[i].malformed, line + 1);
	}
	if (!j->discard && b->rows) {
		good = csv_store_room(&j->store, j->rows + b->rows, expected_rows(j, b));
		for (size_t i = 0; good && i < j->form->request->n_columns; i++)
			if (j->form->mode[i] == MODE_TEXT)
				good = join_categories(j, i, &b->parts[i]);
		if (good)
			note_lines(j, b);
		b->first_row = j->rows;
		j->rows += b->rows;
	}
	j->ended = j->ended || !good;
	j->line += b->lines;
	return good && !j->discard && b->rows;
}

/* -- what is left over ------------------------------------------------------------------------- */

static void carry(struct csv_join *j, const char *text, size_t n)
{
	csv_block_room(&j->bridge, j->carried + n);
	if (n)
		memcpy(j->bridge.buffer + j->carried, text, n);
	j->carried += n;
}

/* Parses the bytes left over; keeps the row that is not whole. */
static void take_carried(struct csv_join *j, bool at_end)
{
	struct csv_block *bridge = &j->bridge;

	arena_release(&bridge->scratch);
	bridge->text = bridge->buffer;
	bridge->n = j->carried;
	bridge->start = 0;
	csv_block_parse(bridge, j->form, at_end);
	if (settle(j, bridge))
		csv_store_place(&j->store, j->form, bridge);
	j->carried = j->tried = bridge->n - bridge->tail;
	memmove(bridge->buffer, bridge->buffer + bridge->tail, j->carried);
	bridge->base += bridge->tail;
}

void csv_join_begin(struct csv_join *j, const char *text, size_t n, uint64_t base)
{
	j->bridge.base = base;
	carry(j, text, n);
	if (j->carried)
		take_carried(j, false);
}

/* Whether what is left over and the block's first bytes are whole rows; they are taken then. */
static bool take_bridge(struct csv_join *j, const struct csv_block *b)
{
	size_t carried = j->carried;
	struct csv_block *bridge = &j->bridge;

	if (b->start == b->n || carried > b->n)
		return false;
	carry(j, b->text, b->start);
	bridge->text = bridge->buffer;
	bridge->n = j->carried;
	bridge->start = 0;
	arena_release(&bridge->scratch);
	csv_block_parse(bridge, j->form, false);
	j->carried = carried;
	if (bridge->fatal || bridge->tail < bridge->n)
		return false;
	if (settle(j, bridge))
		csv_store_place(&j->store, j->form, bridge);
	j->carried = j->tried = 0;
	return true;
}

bool csv_join_take(struct csv_join *j, struct csv_block *b)
{
	bool place;

	if (j->ended || !b->n)
		return false;
	if (!take_bridge(j, b)) {
		carry(j, b->text, b->n);
		if (j->carried >= 2 * j->tried)
			take_carried(j, false);
		return false;
	}
	if (j->ended)
		return false;
	place = settle(j, b);
	j->bridge.base = b->base + b->tail;
	carry(j, b->text + b->tail, b->n - b->tail);
	j->tried = j->carried;
	return place;
}

void csv_join_end(struct csv_join *j)
{
	if (!j->ended && j->carried)
		take_carried(j, true);
}
