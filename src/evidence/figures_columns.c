/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_columns.c - columns of rows: gathered, sorted and counted
 *
 * Rows that lie together are used where they lie; others are gathered. Codes are decoded in blocks.
 */
#include "base/number.h"
#include "evidence/figures_internal.h"
#include "measure/sort.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

size_t row_count(const struct row_set *set)
{
	return set->n - set->skipping;
}

static struct row_piece piece_of(const struct row_set *set, size_t from, size_t n)
{
	return (struct row_piece){set->rows ? set->rows + from : NULL, set->first + from, n};
}

size_t row_pieces(const struct row_set *set, struct row_piece pieces[2])
{
	size_t behind = set->skip_at + set->skipping, n = 0;

	if (!set->skipping) {
		pieces[0] = piece_of(set, 0, set->n);
		return set->n > 0;
	}
	if (set->skip_at)
		pieces[n++] = piece_of(set, 0, set->skip_at);
	if (behind < set->n)
		pieces[n++] = piece_of(set, behind, set->n - behind);
	return n;
}

const struct csv_column *column_of(const struct log_table *log, size_t column)
{
	return &log->columns.items[column];
}

int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* -- numbers ---------------------------------------------------------------------------------- */

const double *numbers_of(struct arena *mem, const struct csv_column *column,
			 const struct row_set *set)
{
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces), n = 0;
	double *values;

	if (n_pieces == 1 && !pieces[0].rows)
		return column->numbers + pieces[0].first;
	values = arena_new(mem, double, row_count(set));
	for (size_t p = 0; p < n_pieces; p++) {
		const struct row_piece *piece = &pieces[p];

		if (!piece->rows)
			memcpy(values + n, column->numbers + piece->first,
			       piece->n * sizeof *values);
		else
			for (size_t i = 0; i < piece->n; i++)
				values[n + i] = column->numbers[piece->rows[i]];
		n += piece->n;
	}
	return values;
}

const unsigned char *bytes_of(struct arena *mem, const unsigned char *bytes,
			      const struct row_set *set)
{
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces), n = 0;
	unsigned char *values;

	if (n_pieces == 1 && !pieces[0].rows)
		return bytes + pieces[0].first;
	values = arena_new(mem, unsigned char, row_count(set));
	for (size_t p = 0; p < n_pieces; p++) {
		const struct row_piece *piece = &pieces[p];

		if (!piece->rows)
			memcpy(values + n, bytes + piece->first, piece->n);
		else
			for (size_t i = 0; i < piece->n; i++)
				values[n + i] = bytes[piece->rows[i]];
		n += piece->n;
	}
	return values;
}

/* Brings those that are there to the front; how many they are. */
static size_t take_present(double *to, const double *values, size_t n)
{
	size_t present = 0;

	for (size_t i = 0; i < n; i++) {
		to[present] = values[i];
		present += !isnan(values[i]);
	}
	return present;
}

const double *numbers_sorted(struct arena *mem, struct arena *scratch,
			     const struct csv_column *column, const struct row_set *set,
			     bool in_place, size_t *n)
{
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces);
	double *values;

	*n = 0;
	if (in_place && n_pieces == 1 && !pieces[0].rows) {
		values = column->numbers + pieces[0].first;
		*n = take_present(values, values, pieces[0].n);
	} else {
		/* one more, for what is written and not kept */
		values = arena_new(mem, double, row_count(set) + 1);
		for (size_t p = 0; p < n_pieces; p++) {
			const struct row_piece *piece = &pieces[p];

			if (!piece->rows) {
				*n += take_present(values + *n, column->numbers + piece->first,
						   piece->n);
				continue;
			}
			for (size_t i = 0; i < piece->n; i++) {
				double value = column->numbers[piece->rows[i]];

				values[*n] = value;
				*n += !isnan(value);
			}
		}
	}
	sort_numbers(values, *n, scratch);
	return values;
}

/* -- codes ------------------------------------------------------------------------------------ */

void codes_of(const struct csv_column *column, const struct row_piece *piece, size_t from, size_t n,
	      uint32_t *to)
{
	if (!piece->rows) {
		csv_codes(column, piece->first + from, n, to);
		return;
	}
	for (size_t i = 0; i < n; i++)
		to[i] = csv_code(column, piece->rows[from + i]);
}

static uint32_t class_of_number(const struct class_column *c, double value)
{
	for (size_t i = 0; i < c->n_values; i++)
		if (c->values[i] == value)
			return c->class_of_value[i];
	return NO_CLASS;
}

void classes_of(const struct class_column *c, const struct row_piece *piece, size_t from, size_t n,
		uint32_t *to)
{
	if (c->class_of_code) {
		codes_of(c->column, piece, from, n, to);
		for (size_t i = 0; i < n; i++)
			to[i] = to[i] == CSV_MISSING ? NO_CLASS : c->class_of_code[to[i]];
		return;
	}
	for (size_t i = 0; i < n; i++) {
		size_t row = piece->rows ? piece->rows[from + i] : piece->first + from + i;

		to[i] = class_of_number(c, c->column->numbers[row]);
	}
}

/* -- categories ------------------------------------------------------------------------------- */

/* Numbers as categories, where the other sample of the column holds text: each distinct number is
 * a category named by its shortest text. */
static struct category_counts count_numbers(struct arena *mem, struct arena *scratch,
					    const struct csv_column *column,
					    const struct row_set *set)
{
	size_t rows = row_count(set), present;
	const double *values = numbers_sorted(scratch, scratch, column, set, false, &present);
	uint32_t *codes = arena_new(scratch, uint32_t, rows);
	struct {
		LIST_OF(const char *);
	} names = {0};

	for (size_t i = 0; i < rows; i++) {
		char text[NUMBER_TEXT_MAX];

		if (i < present && (i == 0 || values[i] != values[i - 1]))
			*ARENA_PUSH(scratch, &names) =
			    arena_strdup(mem, number_shortest(text, values[i]));
		codes[i] = i < present ? (uint32_t)(names.n - 1) : CATEGORY_MISSING;
	}
	return category_count(
	    mem, &(struct category_column){codes, rows, (const char *const *)names.items, names.n});
}

struct named_count {
	const char *name;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named_count *)a)->name, ((const struct named_count *)b)->name);
}

static int by_code(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

struct code_counts {
	struct named_count *items;
	size_t n, missing;
};

/* Of few rows with many categories: their codes sorted. */
static struct code_counts count_sorted(struct arena *scratch, const struct csv_column *column,
				       const struct row_set *set)
{
	size_t rows = row_count(set), n = 0, at = 0;
	uint32_t *codes = arena_new(scratch, uint32_t, rows);
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces);
	struct code_counts counts = {.items = arena_new(scratch, struct named_count, rows)};

	for (size_t p = 0; p < n_pieces; p++) {
		codes_of(column, &pieces[p], 0, pieces[p].n, codes + n);
		n += pieces[p].n;
	}
	if (n)
		qsort(codes, n, sizeof *codes, by_code);
	while (at < n && codes[at] != CSV_MISSING) {
		size_t from = at;

		while (at < n && codes[at] == codes[from])
			at++;
		counts.items[counts.n++] =
		    (struct named_count){column->categories[codes[from]], at - from};
	}
	counts.missing = n - at;
	return counts;
}

static struct code_counts count_all(struct arena *scratch, const struct csv_column *column,
				    const struct row_set *set)
{
	size_t *of_code = arena_new(scratch, size_t, column->n_categories + 1);
	struct row_piece pieces[2];
	size_t n_pieces = row_pieces(set, pieces);
	struct code_counts counts = {
	    .items = arena_new(scratch, struct named_count, column->n_categories)};

	for (size_t p = 0; p < n_pieces; p++)
		for (size_t from = 0; from < pieces[p].n; from += ROW_BLOCK) {
			uint32_t codes[ROW_BLOCK];
			size_t n = pieces[p].n - from < ROW_BLOCK ? pieces[p].n - from : ROW_BLOCK;

			codes_of(column, &pieces[p], from, n, codes);
			for (size_t i = 0; i < n; i++)
				of_code[codes[i] == CSV_MISSING ? column->n_categories
								: codes[i]]++;
		}
	for (size_t i = 0; i < column->n_categories; i++)
		if (of_code[i])
			counts.items[counts.n++] =
			    (struct named_count){column->categories[i], of_code[i]};
	counts.missing = of_code[column->n_categories];
	return counts;
}

struct category_counts count_categories(struct arena *mem, struct arena *scratch,
					const struct csv_column *column, const struct row_set *set)
{
	size_t rows = row_count(set);
	struct category_counts result;
	struct code_counts counts;

	if (column->is_number)
		return count_numbers(mem, scratch, column, set);
	counts = rows < column->n_categories / 8 ? count_sorted(scratch, column, set)
						 : count_all(scratch, column, set);
	if (counts.n)
		qsort(counts.items, counts.n, sizeof *counts.items, by_name);
	result = (struct category_counts){.names = arena_new(mem, const char *, counts.n),
					  .counts = arena_new(mem, size_t, counts.n),
					  .n_names = counts.n,
					  .n = rows - counts.missing,
					  .n_missing = counts.missing};
	for (size_t i = 0; i < counts.n; i++) {
		result.names[i] = counts.items[i].name;
		result.counts[i] = counts.items[i].count;
	}
	return result;
}
