/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/reference_csv.h - the simplest reader of simple CSV files, for reference data:
 * no newline inside quotes, spaces and quotes around a cell do not count */
#ifndef REFERENCE_CSV_H
#define REFERENCE_CSV_H
#include "base/arena.h"
#include "base/number.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

struct reference_csv {
	const char **cells; /* the header's first */
	size_t n_columns, n_rows;
};

static char *reference_text(struct arena *mem, const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long len;

	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	len = ftell(f);
	rewind(f);
	text = arena_alloc(mem, (size_t)len + 1);
	if (fread(text, 1, (size_t)len, f) != (size_t)len)
		text = NULL;
	fclose(f);
	return text;
}

static char *reference_trim(char *cell)
{
	char *end = cell + strlen(cell);

	while (*cell == ' ' || *cell == '"')
		cell++;
	while (end > cell && strchr(" \"\r", end[-1]))
		*--end = '\0';
	return cell;
}

static struct reference_csv reference_csv_read(struct arena *mem, const char *path)
{
	struct reference_csv csv = {0};
	struct {
		LIST_OF(const char *);
	} cells = {0};
	char *text = reference_text(mem, path), *line;

	while (text && (line = strsep(&text, "\n"))) {
		char *cell;
		size_t n = 0;

		if (!*reference_trim(line))
			continue;
		while ((cell = strsep(&line, ","))) {
			*ARENA_PUSH(mem, &cells) = reference_trim(cell);
			n++;
		}
		if (!csv.n_columns)
			csv.n_columns = n;
		else
			csv.n_rows++;
	}
	csv.cells = cells.items;
	return csv;
}

/* Index of a column; the number of columns where there is none. */
static size_t reference_column(const struct reference_csv *csv, const char *name)
{
	size_t c = 0;

	while (c < csv->n_columns && strcmp(csv->cells[c], name))
		c++;
	return c;
}

static const char *reference_cell(const struct reference_csv *csv, size_t row, size_t column)
{
	return csv->cells[(row + 1) * csv->n_columns + column];
}

/* A column as numbers; NAN where it is none. NULL where there is no such column. */
static double *reference_numbers(struct arena *mem, const struct reference_csv *csv,
				 const char *name)
{
	size_t column = reference_column(csv, name);
	double *values = arena_new(mem, double, csv->n_rows);

	if (column == csv->n_columns)
		return NULL;
	for (size_t r = 0; r < csv->n_rows; r++) {
		const char *cell = reference_cell(csv, r, column);

		if (!number_parse(cell, strlen(cell), &values[r]))
			values[r] = NAN;
	}
	return values;
}
#endif
