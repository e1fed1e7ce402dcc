/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_read.c - a written workbook held against its plan
 *
 * Every part must be well-formed; every cell must be there with its value and its number format,
 * and no other; every link must lead where it should; tables and charts must be as planned. Parts
 * are parsed while they are unpacked, and rows are compared as the plan makes them, so that no
 * number of them fills the memory. */
#include "export/workbook_read.h"
#include <stdlib.h>
#include <string.h>

bool wrong(struct reading *r, const char *format, ...)
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

static int read_bytes(void *package, char *bytes, int n)
{
	return package_part_read(package, bytes, n);
}

struct part_reading read_part(struct reading *r, const char *name)
{
	const struct package_part *part = map_get(&r->package.by_name, name);
	struct part_reading reading = {r, name, NULL};
	const char *why = part ? package_part_open(&r->package, part) : NULL;

	if (!part || why) {
		wrong(r, "the part %s is missing%s%s", name, why ? ": " : "", why ? why : "");
		return reading;
	}
	reading.x = xmlReaderForIO(read_bytes, NULL, &r->package, NULL, NULL,
				   XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR |
				       XML_PARSE_NOWARNING);
	if (!reading.x)
		wrong(r, "the part %s cannot be parsed", name);
	return reading;
}

const char *next_element(struct part_reading *part)
{
	int got = 0;

	while (!part->r->why && (got = xmlTextReaderRead(part->x)) == 1)
		if (xmlTextReaderNodeType(part->x) == XML_READER_TYPE_ELEMENT)
			return (const char *)xmlTextReaderConstLocalName(part->x);
	if (got < 0)
		wrong(part->r, "the part %s is no well-formed XML", part->name);
	return NULL;
}

bool read_part_end(struct part_reading *part)
{
	const char *why;

	if (!part->x)
		return false;
	while (next_element(part))
		;
	xmlFreeTextReader(part->x);
	why = package_part_close(&part->r->package);
	if (why)
		wrong(part->r, "%s (%s)", why, part->name);
	return !part->r->why;
}

bool each_element(struct reading *r, const char *name,
		  bool (*element)(struct reading *r, xmlTextReader *x, const char *tag, void *ctx),
		  void *ctx)
{
	struct part_reading part = read_part(r, name);
	const char *tag;
	bool ok = part.x != NULL;

	while (ok && (tag = next_element(&part)))
		ok = !element || element(r, part.x, tag, ctx);
	return read_part_end(&part);
}

const char *read_attribute(struct reading *r, xmlTextReader *x, const char *name)
{
	xmlChar *value = xmlTextReaderGetAttribute(x, (const xmlChar *)name);
	const char *copy = value ? arena_strdup(r->mem, (const char *)value) : NULL;

	xmlFree(value);
	return copy;
}

size_t read_number_attribute(xmlTextReader *x, const char *name)
{
	xmlChar *value = xmlTextReaderGetAttribute(x, (const xmlChar *)name);
	size_t number = value ? strtoul((const char *)value, NULL, 10) : 0;

	xmlFree(value);
	return number;
}

const char *read_content(struct reading *r, xmlTextReader *x)
{
	xmlChar *value = xmlTextReaderReadString(x);
	const char *copy = arena_strdup(r->mem, value ? (const char *)value : "");

	xmlFree(value);
	return copy;
}

bool parse_reference(const char *text, uint32_t *row, uint32_t *column)
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

/* --- strings and styles --- */

static bool string_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	(void)ctx;
	if (!strcmp(tag, "t"))
		*ARENA_PUSH(r->mem, &r->strings) = read_content(r, x);
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

	if (!strcmp(tag, "numFmt") && (id = read_attribute(r, x, "numFmtId"))) {
		map_put(&s->codes, r->mem, id, (void *)read_attribute(r, x, "formatCode"));
	} else if (!strcmp(tag, "cellXfs") || !strcmp(tag, "cellStyleXfs") ||
		   !strcmp(tag, "cellStyles")) {
		s->in_cells = !strcmp(tag, "cellXfs");
	} else if (!strcmp(tag, "xf") && s->in_cells) {
		id = read_attribute(r, x, "numFmtId");
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
	const char *name = read_attribute(r, x, "name");
	if (*n >= r->plan->n || !name || strcmp(name, r->plan->items[*n].name) != 0)
		return wrong(r, "sheet %zu is '%s'", *n + 1, name ? name : "");
	++*n;
	return true;
}

/* --- the whole --- */

static bool declared_element(struct reading *r, xmlTextReader *x, const char *tag, void *ctx)
{
	const char *name;

	if (!strcmp(tag, "Override") && (name = read_attribute(r, x, "PartName")) && *name == '/')
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
	struct arena own;
	struct reading r = {.mem = &own, .plan = plan};
	const char *why;

	arena_init(&own);
	why = package_open(&own, path, &r.package);
	if (!why)
		why = check_workbook(&r) ? NULL : r.why;
	if (why)
		why = arena_printf(mem, "read back, it is not what was written: %s", why);
	package_close(&r.package);
	arena_release(&own);
	return why;
}
