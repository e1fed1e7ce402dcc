/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/match_internal.h - what sections, items and tables share when they are matched */
#ifndef CATALOG_MATCH_INTERNAL_H
#define CATALOG_MATCH_INTERNAL_H
#include "catalog/match.h"
#include "catalog/outline.h"

struct matcher {
	struct arena *mem;
	struct arena *scratch; /* for what matches do not keep; the outline is in it */
	const struct document_text *doc;
	struct outline outline;
	enum stage stage;
	/* The title's section where the document has further headings of level 1, so that its
	 * author uses the level for sections; SIZE_MAX elsewhere. */
	size_t spare_title;
};

/* Sections [first, last) and nodes [from, to) in which a requirement is looked for. */
struct range {
	size_t first, last;
	uint32_t from, to;
};

/* False for what is optional, and for a requirement of a later stage. */
bool match_is_asked_for(const struct matcher *m, const struct requirement *req);
/* True where a title with this match key is the requirement's. */
bool match_key_fits(const struct requirement *req, const char *key);
/* A match of `req` under `parent`; number: which of a repeated section, else 0. */
struct match *match_add(struct matcher *m, struct match *parent, const struct requirement *req,
			size_t number);
/* The required columns and rows of a section, and how many rows its tables have. */
void match_tables(struct matcher *m, struct match *section, const struct range *range);
/* The required items of a section. */
void match_items(struct matcher *m, struct match *section, const struct range *range);
#endif
