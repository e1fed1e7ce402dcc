/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/value_pairs.c - given figures beside measured ones */
#include "base/number.h"
#include "evidence/figures_internal.h"
#include "evidence/paths.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the least double, 5e-324, with 17 digits. */
enum { MOST_DECIMALS = 341 };

struct pairs {
	struct arena *mem;
	const struct record_figures *figures;
	LIST_OF(struct figure_pair);
};

/* Digits behind the point of a number as written, less where it has an exponent: 3 for 0.913 and
 * 9.13e-1, -2 for 1e2. */
static int decimals_of(const char *text)
{
	const char *point = strchr(text, '.'), *exponent = strpbrk(text, "eE");
	long decimals = 0, power = exponent ? strtol(exponent + 1, NULL, 10) : 0;

	if (point)
		decimals = (long)strspn(point + 1, "0123456789");
	decimals -= power;
	return decimals > MOST_DECIMALS    ? MOST_DECIMALS
	       : decimals < -MOST_DECIMALS ? -MOST_DECIMALS
					   : (int)decimals;
}

bool figure_agrees(const char *given, double number, double measured)
{
	int decimals = decimals_of(given);
	char text[2 * MOST_DECIMALS]; /* and up to 309 digits before the point */
	double rounded, unit;

	if (isnan(measured) || number == measured)
		return number == measured;
	if (decimals < 0) {
		unit = pow(10, -decimals);
		return rint(measured / unit) * unit == number;
	}
	snprintf(text, sizeof text, "%.*f", decimals, measured);
	return number_parse(text, strlen(text), &rounded) && rounded == number;
}

static void add_pair(struct pairs *pairs, const char *path, const struct data_node *given)
{
	struct value value = {0};
	struct figure_pair *pair;

	if (given->kind != DATA_NUMBER || !window_value(&pairs->figures->all, path, &value) ||
	    value.kind == VALUE_TEXT ||
	    (pairs->figures->counted && value.kind == VALUE_UNKNOWN)) /* needs rows */
		return;
	pair = ARENA_PUSH(pairs->mem, pairs);
	pair->path = path;
	pair->at = given->at;
	pair->given = given->text;
	pair->measured = value.kind == VALUE_NUMBER ? value.number : NAN;
	pair->agrees = figure_agrees(given->text, given->number, pair->measured);
}

/* All numbers under a node, by their paths; a threshold is a setting and no figure. */
static void add_below(struct pairs *pairs, const char *path, const struct data_node *node)
{
	if (node->kind == DATA_MAP)
		for (size_t i = 0; i < node->n; i++)
			add_below(pairs,
				  arena_printf(pairs->mem, "%s.%s", path, node->pairs[i].key->text),
				  node->pairs[i].value);
	else if (node->kind == DATA_LIST)
		for (size_t i = 0; i < node->n; i++)
			add_below(pairs, arena_printf(pairs->mem, "%s.%zu", path, i),
				  node->items[i]);
	else if (strcmp(path, "performance.threshold") != 0)
		add_pair(pairs, path, node);
}

size_t evidence_pairs(const struct evidence *evidence, struct arena *mem,
		      const struct record_figures *figures, struct figure_pair **result)
{
	static const char *const parts[] = {"rows", "performance", "calibration", "drift"};
	struct pairs pairs = {.mem = mem, .figures = figures};

	(void)evidence;
	if (figures->origin == ORIGIN_MEASURED)
		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
			const struct data_node *node = data_find(figures->record->node, parts[i]);

			if (node)
				add_below(&pairs, parts[i], node);
		}
	*result = pairs.items;
	return pairs.n;
}
