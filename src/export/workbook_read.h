/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/workbook_read.h - what the files that hold a written workbook against its plan share */
#ifndef EXPORT_WORKBOOK_READ_H
#define EXPORT_WORKBOOK_READ_H
#include "export/package.h"
#include "export/workbook_plan.h"
#include <libxml/xmlreader.h>

struct reading {
	struct arena *mem;
	const struct workbook_plan *plan;
	struct package package;
	struct {
		LIST_OF(const char *);
	} strings; /* shared strings: none where the workbook is streamed */
	struct {
		LIST_OF(const char *);
	} codes;        /* number format code of each cell style */
	size_t n_tones; /* differential styles */
	const char *why;
};

/* Keeps the first thing that is wrong; always false. */
bool wrong(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A part being parsed while it is unpacked; x is NULL where that cannot be, which is kept as wrong.
 * read_part_end() sees that it ended well, unless something was wrong before. */
struct part_reading {
	struct reading *r;
	const char *name;
	xmlTextReader *x;
};
struct part_reading read_part(struct reading *r, const char *name);
bool read_part_end(struct part_reading *part);
/* The name of the next element, and of no other node; NULL at the end or where something is wrong.
 */
const char *next_element(struct part_reading *part);
/* Calls `element` at each start tag, then sees that the part ended well. */
bool each_element(struct reading *r, const char *name,
		  bool (*element)(struct reading *r, xmlTextReader *x, const char *tag, void *ctx),
		  void *ctx);

/* A copy in the arena; NULL where the attribute is absent. */
const char *read_attribute(struct reading *r, xmlTextReader *x, const char *name);
size_t read_number_attribute(xmlTextReader *x, const char *name);
/* The text inside the element, in the arena; "" where there is none. */
const char *read_content(struct reading *r, xmlTextReader *x);
/* "AB12": row 11, column 27. */
bool parse_reference(const char *text, uint32_t *row, uint32_t *column);

/* Sheet by sheet: cells, links, tables or filters, colours. */
bool check_sheet(struct reading *r, size_t number);
bool check_tables(struct reading *r);
bool check_charts(struct reading *r);
#endif
