/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/match.h - a document held against its template: what is where; no verdict
 *
 * Matching is by meaning (text_match_key) and by title or alias. A section is found anywhere under
 * its required parent; a section under the template's root anywhere in the document. */
#ifndef CATALOG_MATCH_H
#define CATALOG_MATCH_H
#include "catalog/template.h"

enum match_state {
	MATCH_PRESENT,
	MATCH_MISSING,
	MATCH_EMPTY, /* section: heading without content of its own or under it; row: nothing in
			its other cells */
	MATCH_PLACEHOLDER /* section: TODO, TBD, …, or the template's own words */
};

/* Another item that says what a required one says. */
struct item_copy {
	struct span at; /* as match.at */
	bool ticked, not_applicable;
};

struct match {
	const struct requirement *requirement;
	const char *identity; /* section ids joined by '/', repeated ones ID[n], items ID/ITEM */
	enum match_state state;
	uint32_t node;           /* heading, item or cell in the document's tree; 0 where missing */
	struct span at;          /* heading or item as written; where missing: where it should stand
				    (the parent's heading, else the end of front matter) */
	struct span content;     /* section: bytes between its heading and the next of its level */
	struct span placeholder; /* MATCH_PLACEHOLDER: the words */
	uint8_t level;           /* section: the level it was found at */
	size_t words, steps;     /* section: words of its content; longest numbered list */
	size_t rows;             /* section: rows with words in tables that have its columns */
	struct span table;       /* section: header row of the first such table; no source: none */
	struct {
		LIST_OF(struct item_copy);
	} copies;            /* item: the same once more in its section; the first counts */
	size_t repeats;      /* of the requirement, on the first match of a repeated section */
	bool ticked;         /* item */
	bool not_applicable; /* item: marked (n/a …) */
	const char *reason;  /* item: the reason of (n/a: reason), NULL without one */
	const char *title;   /* as the document has it; the requirement's where missing */
	const char *anchor;  /* heading id; item: its identity as an id; NULL where missing */
	struct match *parent;
	struct {
		LIST_OF(struct match *);
	} children;
};

/* The tree of matches of a document; its root stands for the template's root. `stage` is that of
 * what the document is about (the later of stage and requested stage): a requirement of a later
 * stage is left out, as is an optional one that is not there. Lives in `mem`; what is in `scratch`
 * afterwards is of no use. */
struct match *match_document(struct arena *mem, struct arena *scratch, const struct template *tmpl,
			     const struct document_text *doc, enum stage stage);
#endif
