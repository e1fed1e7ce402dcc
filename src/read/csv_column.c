/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_column.c - cells into columns of numbers or categories */
#include "base/number.h"
#include "read/csv_internal.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void csv_filling_init(struct csv_filling *f, struct csv_column *column, size_t slot)
{
	*f = (struct csv_filling){
	    .column = column, .slot = slot, .numbers_now = column->type != CSV_TEXT};
}

/* The number of a cell; spaces and tabs around it do not count. An empty cell is NAN. */
static bool cell_number(const struct csv_cell *cell, double *value)
{
	const char *p = cell->p;
	size_t n = cell->len;

	*value = NAN;
	if (!n)
		return true;
	while (n && (*p == ' ' || *p == '\t'))
		p++, n--;
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	return number_parse(p, n, value);
}

static size_t digits_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

static bool is_word(const char *p, size_t n, const char *word)
{
	return n == strlen(word) && !strncasecmp(p, word, n);
}

/* True for a cell that somebody meant as a number and that is none here: nan and inf, hex, one
 * over the largest double, a decimal or thousands comma, a minus that is no hyphen, "1.5abc". In a
 * column whose type is found out it would otherwise make categories of all numbers in silence. */
static bool is_malformed_number(const struct csv_cell *cell)
{
	static const char minus[] = "\u2212";
	const char *p = cell->p;
	size_t n = cell->len, whole, part;

	if (n > 3 && !memcmp(p, minus, 3)) {
		p += 3, n -= 3;
		return digits_at(p, n) || *p == '.';
	}
	if (n && (*p == '-' || *p == '+'))
		p++, n--;
	if (is_word(p, n, "nan") || is_word(p, n, "inf") || is_word(p, n, "infinity"))
		return true;
	whole = digits_at(p, n);
	if (whole == 1 && *p == '0' && n > 2 && (p[1] | 32) == 'x')
		return strspn(p + 2, "0123456789abcdefABCDEF") >= n - 2;
	if (!whole || whole == n)
		return whole > 300; /* an overflow: number_parse() took all others */
	part = digits_at(p + whole + 1, n - whole - 1);
	if (p[whole] == ',')
		return part > 0;
	if (p[whole] == '.' && part > 0 && whole + 1 + part < n)
		return (p[whole + 1 + part] | 32) >= 'a' && (p[whole + 1 + part] | 32) <= 'z';
	return (p[whole] | 32) == 'e' && n > whole + 1 &&
	       (part || digits_at(p + whole + 2, n - whole - 2));
}

static uint32_t code_of(struct csv_filling *f, struct arena *mem, const struct csv_cell *cell)
{
	size_t len;
	const char *text;
	void *known;

	if (!cell->len)
		return CSV_MISSING;
	text = csv_cell_text(mem, cell, &len);
	if (f->last && f->last_len == len && !memcmp(f->last, text, len))
		return f->last_code;
	known = map_get_n(&f->known, text, len);
	if (known) {
		f->last_code = (uint32_t)((uintptr_t)known - 1);
	} else {
		f->last_code = (uint32_t)f->n_categories;
		text = arena_strndup(mem, text, len);
		*(const char **)arena_push(mem, (void **)&f->categories, &f->n_categories,
					   &f->cap_categories, sizeof(char *)) = text;
		map_put_n(&f->known, mem, text, len, (void *)(uintptr_t)(f->n_categories));
	}
	f->last = f->categories[f->last_code];
	f->last_len = len;
	return f->last_code;
}

/* Cells that looked like numbers so far become categories. */
static void become_text(struct csv_filling *f, struct arena *mem)
{
	f->codes = mem_realloc(NULL, f->cap * sizeof *f->codes);
	for (size_t i = 0; i < f->n; i++)
		f->codes[i] = code_of(f, mem, &f->cells[i]);
	free(f->numbers);
	free(f->cells);
	f->numbers = NULL;
	f->cells = NULL;
	f->numbers_now = false;
}

bool csv_filling_try(struct csv_filling *f, const struct csv_cell *cell)
{
	if (!f->numbers_now || cell_number(cell, &f->value))
		return true;
	f->value = NAN;
	return f->column->type == CSV_GUESS && !is_malformed_number(cell);
}

static void grow(struct csv_filling *f)
{
	f->cap = f->cap ? f->cap * 2 : 256;
	if (!f->numbers_now) {
		f->codes = mem_realloc(f->codes, f->cap * sizeof *f->codes);
		return;
	}
	f->numbers = mem_realloc(f->numbers, f->cap * sizeof *f->numbers);
	if (f->column->type == CSV_GUESS)
		f->cells = mem_realloc(f->cells, f->cap * sizeof *f->cells);
}

void csv_filling_take(struct csv_filling *f, struct arena *mem, const struct csv_cell *cell)
{
	if (f->numbers_now && isnan(f->value) && cell->len)
		become_text(f, mem);
	if (f->n == f->cap)
		grow(f);
	f->missing += !cell->len;
	if (!f->numbers_now) {
		f->codes[f->n++] = code_of(f, mem, cell);
		return;
	}
	if (f->cells)
		f->cells[f->n] = *cell;
	f->numbers[f->n++] = f->value;
}

void csv_filling_finish(struct csv_filling *f, struct arena *mem)
{
	struct csv_column *column = f->column;

	column->is_number = f->numbers_now;
	column->missing = f->missing;
	if (f->numbers_now) {
		column->numbers = arena_new(mem, double, f->n);
		if (f->n)
			memcpy(column->numbers, f->numbers, f->n * sizeof *f->numbers);
	} else {
		column->codes = arena_new(mem, uint32_t, f->n);
		if (f->n)
			memcpy(column->codes, f->codes, f->n * sizeof *f->codes);
		column->categories = f->categories;
		column->n_categories = f->n_categories;
	}
	csv_filling_release(f);
}

void csv_filling_release(struct csv_filling *f)
{
	free(f->numbers);
	free(f->codes);
	free(f->cells);
	f->numbers = NULL;
	f->codes = NULL;
	f->cells = NULL;
}
