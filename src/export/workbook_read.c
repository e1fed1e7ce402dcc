/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_read.c - a written workbook held against its plan
 *
 * Every part must be well-formed; every cell must be there with its value and its number format,
 * and no other; every link must lead where it should; tables and charts must be as planned. */
#include "base/number.h"
#include "export/package.h"
#include "export/workbook_plan.h"
#include <libxml/xmlreader.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct arena *mem;
	const struct workbook_plan *plan;
	struct package package;
	struct {
		LIST_OF(const char *);
	} strings; /* shared strings */
	struct {
		LIST_OF(const char *);
	} codes;        /* number format code of each cell style */
	size_t n_tones; /* differential styles */
	const char *why;
};

/* Keeps the first thing that is wrong; always false. */
__attribute__((format(printf, 2, 3))) static bool wrong(struct reading *r, const char *format, ...)
{
	va_list args;

	if (r->why)
		return false;
	va_start(args, format);
	r->why = arena_vprintf(r->mem, format, args);
	va_end(args);
	return false;
}

/* --- reading XML --- */

static const struct package_part *part_named(struct reading *r, const char *name)
{
	const struct package_part *part = map_get(&r->package.by_name, name);

	if (!part)
		wrong(r, "the part %s is missing", name);
	return part;
}

static xmlTextReader *open_part(struct reading *r, const struct package_part *part)
{
	xmlTextReader *x = xmlReaderForMemory(part->bytes, (int)part->n, NULL, NULL,
					      XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR |
						  XML_PARSE_NOWARNING);

	if (!x)
		wrong(r, "the part %s cannot be parsed", part->name);
	return x;
}

/* Calls `element` at each start tag, then sees that the part ended well. */
static bool each_element(struct reading *r, const char *name,
			 bool (*element)(struct reading *r, xmlTextReader *x, const char *tag,
					 void *ctx),
			 void *ctx)
{
	const struct package_part *part = part_named(r, name);
	xmlTextReader *x = part ? open_part(r, part) : NULL;
	bool ok = x != NULL;
	int got = 0;

	while (ok && (got = xmlTextReaderRead(x)) == 1)
		if (element && xmlTextReaderNodeType(x) == XML_READER_TYPE_ELEMENT)
			ok = element(r, x, (const char *)xmlTextReaderConstLocalName(x), ctx);
	if (ok && got != 0)
		ok = wrong(r, "the part %s is no well-formed XML", name);
	if (x)
		xmlFreeTextReader(x);
	return ok;
}

/* A copy in the arena; NULL where the attribute is absent. */
static const char *attribute(struct reading *r, xmlTextReader *x, const char *name)
{
	xmlChar *value = xmlTextReaderGetAttribute(x, (const xmlChar *)name);
	const char *copy = value ? arena_strdup(r->mem, (const char *)value) : NULL;

	xmlFree(value);
	return copy;
}

static size_t number_attribute(xmlTextReader *x, const char *name)
{
	xmlChar *value = xmlTextReaderGetAttribute(x, (const xmlChar *)name);
	size_t number = value ? strtoul((const char *)value, NULL, 10) : 0;

	xmlFree(value);
	return number;
}

/* The text inside the element; "" where there is none. */
static const char *content(struct reading *r, xmlTextReader *x)
{
	xmlChar *value = xmlTextReaderReadString(x);
	const char *copy = arena_strdup(r->mem, value ? (const char *)value : "");

	xmlFree(value);
	return copy;
}

/* --- strings and styles --- */

static bool string_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	(void)ctx;
	if (!strcmp(tag, "t"))
		*ARENA_PUSH(r->mem, &r->strings) = content(r, x);
	return true;
}

struct style_reading {
	struct map codes; /* number format id -> code */
	bool in_cells;
};

static bool style_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	struct style_reading *s = ctx;
	const char *id;

	if (!strcmp(tag, "numFmt") && (id = attribute(r, x, "numFmtId"))) {
		map_put(&s->codes, r->mem, id, (void *)attribute(r, x, "formatCode"));
	} else if (!strcmp(tag, "cellXfs") || !strcmp(tag, "cellStyleXfs") ||
		   !strcmp(tag, "cellStyles")) {
		s->in_cells = !strcmp(tag, "cellXfs");
	} else if (!strcmp(tag, "xf") && s->in_cells) {
		id = attribute(r, x, "numFmtId");
		const char *code = id ? map_get(&s->codes, id) : NULL;
		if (!code) /* those that need no definition */
			code = id && !strcmp(id, "0")   ? "General"
			       : id && !strcmp(id, "3") ? "#,##0"
							: "?";
		*ARENA_PUSH(r->mem, &r->codes) = code;
	} else if (!strcmp(tag, "dxf")) {
		r->n_tones++;
	}
	return true;
}

static bool read_shared(struct reading *r)
{
	struct style_reading styles = {0};

	if (r->package.by_name.n && map_has(&r->package.by_name, "xl/sharedStrings.xml") &&
	    !each_element(r, "xl/sharedStrings.xml", string_element, NULL))
		return false;
	return each_element(r, "xl/styles.xml", style_element, &styles);
}

/* --- the list of sheets --- */

static bool sheet_name_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	size_t *n = ctx;

	if (strcmp(tag, "sheet") != 0)
		return true;
	const char *name = attribute(r, x, "name");
	if (*n >= r->plan->n || !name || strcmp(name, r->plan->items[*n].name) != 0)
		return wrong(r, "sheet %zu is '%s'", *n + 1, name ? name : "");
	++*n;
	return true;
}

/* --- cells --- */

struct sheet_reading {
	const struct plan_sheet *plan;
	size_t at; /* cells seen */
	size_t links, tables, tone_rules, drawings;
	struct map targets; /* relation id -> address */
};

/* "AB12": row 11, column 27. */
static bool parse_reference(const char *text, uint32_t *row, uint32_t *column)
{
	char *end;
	unsigned long number;

	for (*column = 0; *text >= 'A' && *text <= 'Z'; text++)
		*column = *column * 26 + (uint32_t)(*text - 'A' + 1);
	number = strtoul(text, &end, 10);
	if (!*column || !number || *end)
		return false;
	--*column;
	*row = (uint32_t)number - 1;
	return true;
}

/* The library writes 16 significant digits. */
static bool same_number(const char *text, double want)
{
	double got;

	return number_parse(text, strlen(text), &got) && fabs(got - want) <= fabs(want) * 1e-15;
}

static bool check_value(struct reading *r, const struct sheet_reading *s,
			const struct plan_cell *cell, const char *type, const char *value)
{
	if (!cell->text)
		return (!type && same_number(value, cell->number)) ||
		       wrong(r, "row %u, column %u of %s holds '%s' instead of a number",
			     (unsigned)cell->row + 1, (unsigned)cell->column + 1, s->plan->name,
			     value);
	size_t index = strtoul(value, NULL, 10);
	return (type && !strcmp(type, "s") && index < r->strings.n &&
		!strcmp(r->strings.items[index], cell->text)) ||
	       wrong(r, "row %u, column %u of %s holds another text", (unsigned)cell->row + 1,
		     (unsigned)cell->column + 1, s->plan->name);
}

static bool check_place(struct reading *r, const struct sheet_reading *s,
			const struct plan_cell *cell, const char *reference, size_t style)
{
	uint32_t row, column;

	if (!reference || !parse_reference(reference, &row, &column) || row != cell->row ||
	    column != cell->column)
		return wrong(r, "%s lacks the cell in row %u, column %u", s->plan->name,
			     (unsigned)cell->row + 1, (unsigned)cell->column + 1);
	if (style >= r->codes.n ||
	    strcmp(r->codes.items[style], plan_format_code((enum plan_format)cell->format)) != 0)
		return wrong(r, "%s!%s has another number format", s->plan->name, reference);
	return true;
}

/* There may be millions of cells: nothing of them is kept. */
static bool check_cell(struct reading *r, struct sheet_reading *s, xmlTextReader *x)
{
	const struct plan_cell *cell = s->plan->cells.items + s->at;
	xmlChar *reference, *type, *value;
	bool ok;

	if (s->at == s->plan->cells.n)
		return wrong(r, "%s holds more cells than were written", s->plan->name);
	s->at++;
	reference = xmlTextReaderGetAttribute(x, (const xmlChar *)"r");
	type = xmlTextReaderGetAttribute(x, (const xmlChar *)"t");
	ok = check_place(r, s, cell, (const char *)reference, number_attribute(x, "s"));
	/* the only child of a cell is its value */
	value = ok ? xmlTextReaderReadString(x) : NULL;
	ok = ok && check_value(r, s, cell, (const char *)type, value ? (const char *)value : "");
	xmlFree(reference);
	xmlFree(type);
	xmlFree(value);
	return ok;
}

/* --- links --- */

static int compare_position(const void *key, const void *element)
{
	const uint32_t *want = key;
	const struct plan_cell *cell = element;

	if (want[0] != cell->row)
		return want[0] < cell->row ? -1 : 1;
	return want[1] < cell->column ? -1 : want[1] > cell->column;
}

static bool check_link(struct reading *r, struct sheet_reading *s, xmlTextReader *x)
{
	const char *reference = attribute(r, x, "ref"), *id = attribute(r, x, "r:id");
	const char *location = attribute(r, x, "location"), *target, *address;
	const struct plan_cell *cell = NULL;
	uint32_t at[2];

	if (reference && parse_reference(reference, &at[0], &at[1]))
		cell = bsearch(at, s->plan->cells.items, s->plan->cells.n,
			       sizeof *s->plan->cells.items, compare_position);
	if (!cell || !cell->url)
		return wrong(r, "%s!%s is a link", s->plan->name, reference ? reference : "");
	target = id ? map_get(&s->targets, id) : NULL;
	address = !id ? arena_printf(r->mem, "internal:%s", location ? location : "")
		  : location && target ? arena_printf(r->mem, "%s#%s", target, location)
				       : target;
	if (!address || strcmp(address, cell->url) != 0)
		return wrong(r, "%s!%s leads to '%s'", s->plan->name, reference,
			     address ? address : "");
	s->links++;
	return true;
}

static bool target_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	struct sheet_reading *s = ctx;
	const char *id;

	if (!strcmp(tag, "Relationship") && (id = attribute(r, x, "Id")))
		map_put(&s->targets, r->mem, id, (void *)attribute(r, x, "Target"));
	return true;
}

static bool sheet_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	struct sheet_reading *s = ctx;

	if (!strcmp(tag, "c"))
		return check_cell(r, s, x);
	if (!strcmp(tag, "hyperlink"))
		return check_link(r, s, x);
	if (!strcmp(tag, "f"))
		return wrong(r, "%s holds a formula", s->plan->name);
	s->tables += !strcmp(tag, "tablePart");
	s->tone_rules += !strcmp(tag, "cfRule");
	s->drawings += !strcmp(tag, "drawing");
	return true;
}

static size_t state_columns(const struct plan_sheet *plan)
{
	size_t n = 0;

	for (size_t i = 0; plan->from && i < plan->from->n_columns; i++)
		n += plan->from->columns[i].format == COLUMN_STATE;
	return n;
}

static bool check_sheet(struct reading *r, size_t number)
{
	struct sheet_reading s = {.plan = &r->plan->items[number]};
	const char *relations =
	    arena_printf(r->mem, "xl/worksheets/_rels/sheet%zu.xml.rels", number + 1);

	if (map_has(&r->package.by_name, relations) &&
	    !each_element(r, relations, target_element, &s))
		return false;
	if (!each_element(r, arena_printf(r->mem, "xl/worksheets/sheet%zu.xml", number + 1),
			  sheet_element, &s))
		return false;
	if (s.at != s.plan->cells.n)
		return wrong(r, "%s holds %zu cells instead of %zu", s.plan->name, s.at,
			     s.plan->cells.n);
	if (s.links != s.plan->n_links)
		return wrong(r, "%s holds %zu links instead of %zu", s.plan->name, s.links,
			     s.plan->n_links);
	if (s.tables != (s.plan->from ? 1 : 0) || s.drawings != (s.plan->from ? 0 : 1))
		return wrong(r, "%s lacks its table or charts", s.plan->name);
	if ((s.tone_rules != 0) != (state_columns(s.plan) != 0) ||
	    (s.tone_rules && (s.tone_rules % state_columns(s.plan) || !r->n_tones)))
		return wrong(r, "%s lacks colours of states", s.plan->name);
	return true;
}

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
		const char *name = attribute(r, x, "name"), *area = attribute(r, x, "ref");
		const char *last = area ? strchr(area, ':') : NULL;
		if (!name || strcmp(name, t->plan->name) != 0 || !last ||
		    !parse_reference(last + 1, &row, &column) || row != t->plan->last_row ||
		    column + 1 != from->n_columns)
			return wrong(r, "the table of %s covers other cells", t->plan->name);
	} else if (!strcmp(tag, "tableColumn")) {
		const char *name = attribute(r, x, "name");
		if (t->columns >= from->n_columns || !name ||
		    strcmp(name, from->columns[t->columns].title) != 0)
			return wrong(r, "the table of %s has other columns", t->plan->name);
		t->columns++;
	}
	return true;
}

static bool check_tables(struct reading *r)
{
	size_t number = 0;

	for (size_t i = 0; i < r->plan->n; i++) {
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
		c->points += number_attribute(x, "val");
	else if (!strcmp(tag, "t") && !strcmp(content(r, x), c->plan->title))
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
	const char *description = attribute(r, x, "descr");
	if (*n >= r->plan->charts.n || !description ||
	    strcmp(description, r->plan->charts.items[*n].description) != 0)
		return wrong(r, "chart %zu lacks its description", *n + 1);
	++*n;
	return true;
}

static bool check_charts(struct reading *r)
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

/* --- the whole --- */

static bool declared_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	const char *name;

	if (!strcmp(tag, "Override") && (name = attribute(r, x, "PartName")) && *name == '/')
		map_put(ctx, r->mem, name + 1, r);
	return true;
}

/* Every part is declared and well-formed. */
static bool check_parts(struct reading *r)
{
	struct map declared = {0};

	if (!each_element(r, "[Content_Types].xml", declared_element, &declared))
		return false;
	for (size_t i = 0; i < r->package.n; i++) {
		const char *name = r->package.items[i].name;
		bool is_relation = strstr(name, "_rels/") != NULL;
		if (!is_relation && strcmp(name, "[Content_Types].xml") != 0 &&
		    !map_has(&declared, name))
			return wrong(r, "the part %s is not declared", name);
		/* sheets, strings and styles are parsed in full below */
		if (strncmp(name, "xl/worksheets/sheet", 19) != 0 &&
		    strcmp(name, "xl/sharedStrings.xml") != 0 && !each_element(r, name, NULL, NULL))
			return false;
	}
	for (size_t i = 0; i < declared.n; i++)
		if (!map_has(&r->package.by_name, declared.entries[i].key))
			return wrong(r, "the part %s is missing", declared.entries[i].key);
	return true;
}

static bool check_workbook(struct reading *r)
{
	size_t sheets = 0;

	if (!check_parts(r) || !read_shared(r) ||
	    !each_element(r, "xl/workbook.xml", sheet_name_element, &sheets))
		return false;
	if (sheets != r->plan->n)
		return wrong(r, "%zu sheets are there instead of %zu", sheets, r->plan->n);
	for (size_t i = 0; i < r->plan->n; i++)
		if (!check_sheet(r, i))
			return false;
	return check_tables(r) && check_charts(r);
}

const char *workbook_read_back(struct arena *mem, const char *path,
			       const struct workbook_plan *plan)
{
	struct reading r = {.mem = mem, .plan = plan};
	const char *why = package_read(mem, path, &r.package);

	if (!why)
		why = check_workbook(&r) ? NULL : r.why;
	return why ? arena_printf(mem, "read back, it is not what was written: %s", why) : NULL;
}
