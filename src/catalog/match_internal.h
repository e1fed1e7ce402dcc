/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/match_internal.h - what sections, items and tables share when they are matched */
#ifndef CATALOG_MATCH_INTERNAL_H
#define CATALOG_MATCH_INTERNAL_H
#include "base/map.h"
#include "catalog/match.h"
#include "catalog/outline.h"

struct matcher {
	struct arena *mem;
	struct arena *scratch; /* for what matches do not keep; the outline is in it */
	const struct document_text *doc;
	struct outline outline;
	bool is_indexed;   /* the document has many sections */
	struct map titles; /* then: match key -> struct same_title */
	enum stage stage;
	/* The title's section where the document has further headings of level 1, so that its
	 * author uses the level for sections; SIZE_MAX elsewhere. */
	size_t spare_title;
};

/* The sections with one match key, in their order. */
struct same_title {
	LIST_OF(size_t);
};

/* Sections [first, last) and nodes [from, to) in which a requirement is looked for. */
struct range {
	size_t first, last;
	uint32_t from, to;
};

/* match_document(), with the sections' titles looked up where there are `many` or more: the same
 * matches, whatever it is. */
struct match *match_document_from(struct arena *mem, struct arena *scratch,
				  const struct template *tmpl, const struct document_text *doc,
				  enum stage stage, size_t many);
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
