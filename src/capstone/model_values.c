/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/model_values.c - numbers and text of model files, written and checked */
#include "base/number.h"
#include "capstone/model_internal.h"
#include <assert.h>
#include <math.h>

void write_key(struct out *to, const char *key)
{
	out_printf(to, ",\n \"%s\": ", key);
}

void write_number(struct out *to, double value)
{
	char text[NUMBER_TEXT_MAX];

	assert(isfinite(value));
	out_puts(to, number_shortest(text, value + 0.0)); /* 0 has no sign in JSON */
}

void write_numbers(struct out *to, const char *key, const double *values, size_t n)
{
	write_key(to, key);
	out_putc(to, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			out_puts(to, ", ");
		write_number(to, values[i]);
	}
	out_putc(to, ']');
}

static bool is_number(const struct data_node *node, double low, double high)
{
	return node && node->kind == DATA_NUMBER && node->number >= low && node->number <= high;
}

bool read_number(const struct data_node *map, const char *key, double low, double high,
		 double *value)
{
	const struct data_node *node = data_find(map, key);

	if (!is_number(node, low, high))
		return false;
	*value = node->number;
	return true;
}

bool read_count(const struct data_node *map, const char *key, double high, size_t *value)
{
	double number;

	if (!read_number(map, key, 0, high, &number) || floor(number) < number)
		return false;
	*value = (size_t)number;
	return true;
}

double *read_numbers(struct arena *mem, const struct data_node *map, const char *key, double low,
		     double high, size_t *n)
{
	const struct data_node *list = data_find(map, key);
	double *values;

	if (!list || list->kind != DATA_LIST || (*n != SIZE_MAX && list->n != *n))
		return NULL;
	values = arena_new(mem, double, list->n);
	for (size_t i = 0; i < list->n; i++) {
		if (!is_number(list->items[i], low, high))
			return NULL;
		values[i] = list->items[i]->number;
	}
	*n = list->n;
	return values;
}
