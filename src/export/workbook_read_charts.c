/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_read_charts.c - written tables and charts held against their plan */
#include "export/workbook_read.h"
#include <string.h>

/* --- tables --- */

struct table_reading {
	const struct plan_sheet *plan;
	size_t columns;
};

static bool table_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	struct table_reading *t = ctx;
	const struct sheet *from = t->plan->from;
	uint32_t row, column;

	if (!strcmp(tag, "table")) {
		const char *name = read_attribute(r, x, "name"),
			   *area = read_attribute(r, x, "ref");
		const char *last = area ? strchr(area, ':') : NULL;
		if (!name || strcmp(name, t->plan->name) != 0 || !last ||
		    !parse_reference(last + 1, &row, &column) || row != t->plan->last_row ||
		    column + 1 != from->n_columns)
			return wrong(r, "the table of %s covers other cells", t->plan->name);
	} else if (!strcmp(tag, "tableColumn")) {
		const char *name = read_attribute(r, x, "name");
		if (t->columns >= from->n_columns || !name ||
		    strcmp(name, from->columns[t->columns].title) != 0)
			return wrong(r, "the table of %s has other columns", t->plan->name);
		t->columns++;
	}
	return true;
}

bool check_tables(struct reading *r)
{
	size_t number = 0;

	for (size_t i = 0; !r->plan->streamed && i < r->plan->n; i++) {
		struct table_reading t = {.plan = &r->plan->items[i]};
		if (!t.plan->from)
			continue;
		if (!each_element(r, arena_printf(r->mem, "xl/tables/table%zu.xml", ++number),
				  table_element, &t))
			return false;
		if (t.columns != t.plan->from->n_columns)
			return wrong(r, "the table of %s lacks columns", t.plan->name);
	}
	return true;
}

/* --- charts --- */

struct chart_reading {
	const struct plan_chart *plan;
	size_t series, ranges, points;
	bool title;
};

static bool chart_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	struct chart_reading *c = ctx;

	if (!strcmp(tag, "ser"))
		c->series++;
	else if (!strcmp(tag, "f"))
		c->ranges++;
	else if (!strcmp(tag, "ptCount"))
		c->points += read_number_attribute(x, "val");
	else if (!strcmp(tag, "t") && !strcmp(read_content(r, x), c->plan->title))
		c->title = true;
	return true;
}

static size_t points_of(const struct plan_range *range)
{
	return range->sheet ? range->last_row - range->first_row + 1 : 0;
}

static bool check_chart(struct reading *r, size_t number)
{
	struct chart_reading c = {.plan = &r->plan->charts.items[number]};
	size_t ranges = 0, points = 0;

	for (size_t i = 0; i < c.plan->series.n; i++) {
		const struct plan_series *s = &c.plan->series.items[i];
		ranges += s->name.sheet ? 3 : 2;
		points += points_of(&s->x) + points_of(&s->y) + points_of(&s->name);
	}
	if (!each_element(r, arena_printf(r->mem, "xl/charts/chart%zu.xml", number + 1),
			  chart_element, &c))
		return false;
	if (r->plan->streamed)
		points = 0; /* the library cannot copy what has left the memory */
	if (c.series != c.plan->series.n || c.ranges != ranges || c.points != points || !c.title)
		return wrong(r, "chart %zu (%s) lacks lines or points", number + 1, c.plan->title);
	return true;
}

static bool drawing_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	size_t *n = ctx;

	if (strcmp(tag, "graphicFrame") == 0 && *n == r->plan->charts.n)
		return wrong(r, "there are more charts than were drawn");
	if (strcmp(tag, "cNvPr") != 0)
		return true;
	const char *description = read_attribute(r, x, "descr");
	if (*n >= r->plan->charts.n || !description ||
	    strcmp(description, r->plan->charts.items[*n].description) != 0)
		return wrong(r, "chart %zu lacks its description", *n + 1);
	++*n;
	return true;
}

bool check_charts(struct reading *r)
{
	size_t n = 0;

	if (!r->plan->charts.n)
		return true;
	if (!each_element(r, "xl/drawings/drawing1.xml", drawing_element, &n))
		return false;
	if (n != r->plan->charts.n)
		return wrong(r, "%zu charts are there instead of %zu", n, r->plan->charts.n);
	for (size_t i = 0; i < n; i++)
		if (!check_chart(r, i))
			return false;
	return true;
}
