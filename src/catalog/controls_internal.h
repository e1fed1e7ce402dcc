/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/controls_internal.h - what the steps of reading and resolving controls share */
#ifndef CATALOG_CONTROLS_INTERNAL_H
#define CATALOG_CONTROLS_INTERNAL_H
#include "catalog/controls.h"

/* Each compares with all names of its sort; thousands of slips are one mistake. */
enum { MOST_CONTROL_SUGGESTIONS = 100 };

/* A section of a document that some control names. */
struct section_place {
	const char *title, *anchor;
	enum match_state state;    /* what stands in it */
	const struct match *match; /* the requirement that it answers; NULL: none */
};
struct match_list {
	LIST_OF(const struct match *);
};
/* What may be named in a document. */
struct document_places {
	struct map by_anchor; /* heading id -> struct section_place */
	struct map
	    by_identity; /* path of template ids, with and without [n] -> struct match_list */
};

/* Carriers being resolved. */
struct control_resolver {
	struct arena *mem;
	struct workspace *ws;
	const struct framework *framework;
	struct map places;    /* id of a document -> struct document_places */
	struct map templates; /* kind -> struct map of paths -> struct requirement */
	struct map tests;     /* path -> struct source */
	size_t suggestions;
	struct catalog *c; /* reads tests */
};

/* A record kind or a document kind has the name. */
bool controls_kind_exists(const struct workspace *ws, const char *kind);
/* Whether another suggestion may be looked for. */
bool control_may_suggest(struct control_resolver *r);
/* Sections and items: of documents, of templates. */
void control_resolve_place(struct control_resolver *r, struct carrier *carrier);
#endif
