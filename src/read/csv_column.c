/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/csv_column.c - cells to numbers, and to codes of categories */
#include "base/date.h"
#include "base/hash.h"
#include "read/csv_internal.h"
#include "read/csv_number.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* -- numbers ---------------------------------------------------------------------------------- */

static bool read_time(const char *p, size_t n, double *value)
{
	int64_t seconds;
	int32_t day;
	bool has_zone;

	if (date_parse(p, n, &day))
		*value = day * (double)SECONDS_A_DAY;
	else if (date_parse_moment(p, n, &seconds, &has_zone))
		*value = (double)seconds;
	else
		return false;
	return true;
}

bool csv_cell_number(enum csv_mode mode, const char *p, size_t n, double *value)
{
	*value = NAN;
	if (!n)
		return true;
	if (mode != MODE_TIME && csv_number(p, n, value))
		return true;
	while (n && (*p == ' ' || *p == '\t'))
		p++, n--;
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	*value = NAN;
	return mode == MODE_TIME ? read_time(p, n, value) : csv_number(p, n, value);
}

static size_t digits_at(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] >= '0' && p[i] <= '9')
		i++;
	return i;
}

static bool is_hex(const char *p, size_t n)
{
	while (n && ((*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'f')))
		p++, n--;
	return !n;
}

static bool is_word(const char *p, size_t n, const char *word)
{
	return n == strlen(word) && !strncasecmp(p, word, n);
}

/* True for a cell that somebody meant as a number and that is none here: nan and inf, hex, one
 * over the largest double, a decimal or thousands comma, a minus that is no hyphen, "1.5abc". In a
 * column whose type is found out it would otherwise make categories of all numbers in silence. */
bool csv_meant_number(const char *p, size_t n)
{
	static const char minus[] = "\u2212";
	size_t whole, part;

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
		return is_hex(p + 2, n - 2);
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

void csv_cells_add(struct csv_cells *cells, uint64_t line)
{
	if (cells->n < CSV_FIRST_LINES)
		cells->lines[cells->n] = line;
	cells->n++;
}

void csv_cells_join(struct csv_cells *cells, const struct csv_cells *later, uint64_t line)
{
	for (size_t i = 0; i < later->n && i < CSV_FIRST_LINES && cells->n + i < CSV_FIRST_LINES;
	     i++)
		cells->lines[cells->n + i] = later->lines[i] + line;
	cells->n += later->n;
}

/* -- categories ------------------------------------------------------------------------------- */

/* A text of up to 8 bytes, met lately. */
struct csv_shortcut {
	uint64_t key;
	uint32_t len; /* 0: free */
	uint32_t code;
};

enum { SHORTCUTS = 64, SMALLEST_TABLE = 64 };

void csv_dictionary_clear(struct csv_dictionary *d)
{
	if (!d->table) {
		d->n_table = SMALLEST_TABLE;
		d->table = mem_realloc(NULL, d->n_table * sizeof *d->table);
		d->shortcuts = mem_realloc(NULL, SHORTCUTS * sizeof *d->shortcuts);
	}
	if (d->n * 16 < d->n_table)
		d->n_table =
		    SMALLEST_TABLE; /* many categories once need not be cleared ever after */
	d->n = 0;
	memset(d->table, 0, d->n_table * sizeof *d->table);
	memset(d->shortcuts, 0, SHORTCUTS * sizeof *d->shortcuts);
}

void csv_dictionary_release(struct csv_dictionary *d)
{
	free(d->items);
	free(d->table);
	free(d->shortcuts);
	*d = (struct csv_dictionary){0};
}

static void put_in_table(struct csv_dictionary *d, uint32_t code)
{
	size_t i = d->items[code].hash & (d->n_table - 1);

	while (d->table[i])
		i = (i + 1) & (d->n_table - 1);
	d->table[i] = code + 1;
}

static uint32_t add_category(struct csv_dictionary *d, const char *text, size_t len, uint64_t hash)
{
	if (d->n == d->cap) {
		d->cap = d->cap ? d->cap * 2 : 32;
		d->items = mem_realloc(d->items, d->cap * sizeof *d->items);
	}
	d->items[d->n] = (struct csv_category){text, (uint32_t)len, hash};
	if ((d->n + 1) * 2 > d->n_table) {
		d->n_table *= 2;
		d->table = mem_realloc(d->table, d->n_table * sizeof *d->table);
		memset(d->table, 0, d->n_table * sizeof *d->table);
		for (size_t i = 0; i < d->n; i++)
			put_in_table(d, (uint32_t)i);
	}
	put_in_table(d, (uint32_t)d->n);
	return (uint32_t)d->n++;
}

static uint32_t find_or_add(struct csv_dictionary *d, const char *text, size_t len)
{
	uint64_t hash = hash_bytes(text, len);

	for (size_t i = hash & (d->n_table - 1); d->table[i]; i = (i + 1) & (d->n_table - 1)) {
		const struct csv_category *c = &d->items[d->table[i] - 1];
		if (c->hash == hash && c->len == len && !memcmp(c->text, text, len))
			return d->table[i] - 1;
	}
	return add_category(d, text, len, hash);
}

uint32_t csv_dictionary_code(struct csv_dictionary *d, struct arena *mem, const char *text,
			     size_t n, const struct csv_cell *cell)
{
	struct csv_shortcut *shortcut;
	uint64_t key = 0;
	size_t len;
	const char *p;

	if (!cell->len)
		return CSV_MISSING;
	if (cell->len > 8 || cell->doubled || n - cell->at < 8) {
		p = csv_cell_text(mem, text, cell, &len);
		return find_or_add(d, p, len);
	}
	memcpy(&key, text + cell->at, 8);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	key <<= 64 - 8 * cell->len;
#else
	key >>= 64 - 8 * cell->len;
#endif
	shortcut = &d->shortcuts[(key * 0x9E3779B97F4A7C15u) >> 58];
	if (shortcut->key == key && shortcut->len == cell->len)
		return shortcut->code;
	shortcut->code = find_or_add(d, text + cell->at, cell->len);
	shortcut->key = key;
	shortcut->len = cell->len;
	return shortcut->code;
}
