/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_read_sheet.c - a written sheet held against the rows that its plan makes */
#include "base/number.h"
#include "export/workbook_read.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct expected_link {
	uint32_t row;
	uint16_t column;
	const char *url;
};
struct sheet_reading {
	struct reading *r;
	const struct plan_sheet *plan;
	struct part_reading part;
	struct {
		LIST_OF(struct expected_link);
	} links; /* by row, then column */
	size_t links_seen, tables, filters, tone_rules, drawings;
	struct map targets; /* relation id -> address */
};

/* --- cells --- */

/* The library writes 16 significant digits. */
static bool same_number(const char *text, double want)
{
	double got;

	return number_parse(text, strlen(text), &got) && fabs(got - want) <= fabs(want) * 1e-15;
}

/* Of a streamed sheet each text stands in its cell, else among the shared strings. */
static bool is_text(const struct reading *r, const char *type, const char *value, const char *want)
{
	size_t index;

	if (!type)
		return false;
	if (r->plan->streamed)
		return !strcmp(type, "inlineStr") && !strcmp(value, want);
	index = strtoul(value, NULL, 10);
	return !strcmp(type, "s") && index < r->strings.n && !strcmp(r->strings.items[index], want);
}

static bool check_value(struct reading *r, const struct sheet_reading *s,
			const struct plan_cell *cell, const char *type, const char *value)
{
	if (!cell->text)
		return (!type && same_number(value, cell->number)) ||
		       wrong(r, "row %u, column %u of %s holds '%s' instead of a number",
			     (unsigned)cell->row + 1, (unsigned)cell->column + 1, s->plan->name,
			     value);
	return is_text(r, type, value, cell->text) ||
	       wrong(r, "row %u, column %u of %s holds another text", (unsigned)cell->row + 1,
		     (unsigned)cell->column + 1, s->plan->name);
}

static bool lacks(struct reading *r, const struct sheet_reading *s, const struct plan_cell *cell)
{
	return wrong(r, "%s lacks the cell in row %u, column %u", s->plan->name,
		     (unsigned)cell->row + 1, (unsigned)cell->column + 1);
}

static bool check_place(struct reading *r, const struct sheet_reading *s,
			const struct plan_cell *cell, const char *reference, size_t style)
{
	uint32_t row, column;

	if (!reference || !parse_reference(reference, &row, &column) || row != cell->row ||
	    column != cell->column)
		return lacks(r, s, cell);
	if (style >= r->codes.n ||
	    strcmp(r->codes.items[style], plan_format_code((enum plan_format)cell->format)) != 0)
		return wrong(r, "%s!%s has another number format", s->plan->name, reference);
	return true;
}

/* The next element of the sheet, which holds no formulas. */
static const char *next_part(struct sheet_reading *s)
{
	const char *tag = next_element(&s->part);

	if (tag && !strcmp(tag, "f")) {
		wrong(s->r, "%s holds a formula", s->plan->name);
		return NULL;
	}
	return tag;
}

/* There may be millions of cells: nothing of them is kept. */
static bool check_cell(struct sheet_reading *s, const struct plan_cell *cell)
{
	struct reading *r = s->r;
	xmlTextReader *x = s->part.x;
	xmlChar *reference, *type, *value;
	const char *tag;
	bool ok;

	while ((tag = next_part(s)) && strcmp(tag, "c") != 0)
		;
	if (!tag)
		return lacks(r, s, cell);
	reference = xmlTextReaderGetAttribute(x, (const xmlChar *)"r");
	type = xmlTextReaderGetAttribute(x, (const xmlChar *)"t");
	ok = check_place(r, s, cell, (const char *)reference, read_number_attribute(x, "s"));
	/* all text inside a cell is its value */
	value = ok ? xmlTextReaderReadString(x) : NULL;
	ok = ok && check_value(r, s, cell, (const char *)type, value ? (const char *)value : "");
	xmlFree(reference);
	xmlFree(type);
	xmlFree(value);
	return ok;
}

static bool check_row(void *ctx, const struct plan_row *row)
{
	struct sheet_reading *s = ctx;
	bool ok = true;

	for (size_t i = 0; ok && i < row->n; i++) {
		const struct plan_cell *cell = &row->cells[i];
		if (cell->url)
			*ARENA_PUSH(s->r->mem, &s->links) = (struct expected_link){
			    cell->row, cell->column, arena_strdup(s->r->mem, cell->url)};
		ok = check_cell(s, cell);
	}
	return ok;
}

/* --- links: the library writes them by row, then column --- */

static bool check_link(struct sheet_reading *s)
{
	struct reading *r = s->r;
	xmlTextReader *x = s->part.x;
	const char *reference = read_attribute(r, x, "ref"), *id = read_attribute(r, x, "r:id");
	const char *location = read_attribute(r, x, "location"), *target, *address;
	const struct expected_link *want = NULL;
	uint32_t row, column;

	if (s->links_seen < s->links.n)
		want = &s->links.items[s->links_seen++];
	if (!want || !reference || !parse_reference(reference, &row, &column) || row != want->row ||
	    column != want->column)
		return wrong(r, "%s!%s is a link", s->plan->name, reference ? reference : "");
	target = id ? map_get(&s->targets, id) : NULL;
	address = !id ? arena_printf(r->mem, "internal:%s", location ? location : "")
		  : location && target ? arena_printf(r->mem, "%s#%s", target, location)
				       : target;
	if (!address || strcmp(address, want->url) != 0)
		return wrong(r, "%s!%s leads to '%s'", s->plan->name, reference,
			     address ? address : "");
	return true;
}

static bool target_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	struct sheet_reading *s = ctx;
	const char *id;

	if (!strcmp(tag, "Relationship") && (id = read_attribute(r, x, "Id")))
		map_put(&s->targets, r->mem, id, (void *)read_attribute(r, x, "Target"));
	return true;
}

/* --- the sheet --- */

/* What stands behind the cells, and no cell. */
static void check_rest(struct sheet_reading *s)
{
	const char *tag;
	bool ok = true;

	while (ok && (tag = next_part(s))) {
		if (!strcmp(tag, "c"))
			ok = wrong(s->r, "%s holds more cells than were written", s->plan->name);
		else if (!strcmp(tag, "hyperlink"))
			ok = check_link(s);
		s->tables += !strcmp(tag, "tablePart");
		s->filters += !strcmp(tag, "autoFilter");
		s->tone_rules += !strcmp(tag, "cfRule");
		s->drawings += !strcmp(tag, "drawing");
	}
}

static size_t state_columns(const struct plan_sheet *plan)
{
	size_t n = 0;

	for (size_t i = 0; plan->from && i < plan->from->n_columns; i++)
		n += plan->from->columns[i].format == COLUMN_STATE;
	return n;
}

static bool check_parts_of(struct sheet_reading *s)
{
	struct reading *r = s->r;
	const char *name = s->plan->name;
	size_t states = state_columns(s->plan), ranges = s->plan->from ? 1 : 0;
	bool charts = !s->plan->from && r->plan->charts.n > 0;

	if (s->links_seen != s->links.n)
		return wrong(r, "%s holds %zu links instead of %zu", name, s->links_seen,
			     s->links.n);
	if (s->tables != (r->plan->streamed ? 0 : ranges) ||
	    s->filters != (r->plan->streamed ? ranges : 0) || s->drawings != charts)
		return wrong(r, "%s lacks its table, its filter or charts", name);
	if ((s->tone_rules != 0) != (states != 0) ||
	    (s->tone_rules && (s->tone_rules % states || !r->n_tones)))
		return wrong(r, "%s lacks colours of states", name);
	return true;
}

static bool read_sheet(struct sheet_reading *s, const char *part)
{
	bool ended;

	s->part = read_part(s->r, part);
	if (!s->part.x)
		return false;
	plan_each_row(s->r->plan, s->plan, check_row, s);
	check_rest(s); /* what is wrong is kept */
	ended = read_part_end(&s->part);
	return ended && check_parts_of(s);
}

bool check_sheet(struct reading *r, size_t number)
{
	struct sheet_reading s = {.r = r, .plan = &r->plan->items[number]};
	struct arena_mark mark = arena_save(r->mem);
	const char *relations =
	    arena_printf(r->mem, "xl/worksheets/_rels/sheet%zu.xml.rels", number + 1);

	if ((map_has(&r->package.by_name, relations) &&
	     !each_element(r, relations, target_element, &s)) ||
	    !read_sheet(&s, arena_printf(r->mem, "xl/worksheets/sheet%zu.xml", number + 1)))
		return false;
	arena_reset(r->mem, mark);
	return true;
}
