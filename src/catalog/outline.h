/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/outline.h - a document's headings as nested ranges, with what stands in each */
#ifndef CATALOG_OUTLINE_H
#define CATALOG_OUTLINE_H
#include "read/document.h"

/* What stands in a range of nodes. */
struct outline_content {
	size_t words; /* of text and code, without headings and comments */
	size_t steps; /* items of the longest numbered list */
	bool empty;   /* no word, picture or code: headings, header rows of tables, rules,
			 comments and empty tags are no content, nor is a lone dash */
	struct span placeholder; /* the first placeholder's words; no source where there is none */
};

struct outline_section {
	uint32_t node; /* the heading */
	uint8_t level;
	const char *key;            /* text_match_key of its text */
	size_t last;                /* index behind the last section under it */
	uint32_t after;             /* node behind its content, subsections included */
	bool used;                  /* a requirement was matched to it */
	struct outline_content own; /* up to the next heading, whatever its level */
};

struct outline_item {
	uint32_t node;     /* the list item */
	const char *text;  /* plain text of its first paragraph */
	const char **keys; /* match keys of its words, whole and cut where details may begin:
			      "Leakage check: none found" also means "Leakage check" */
	size_t n_keys;
	bool not_applicable; /* "(n/a …)" is in the text */
	const char *reason;  /* of "(n/a: reason)"; NULL without one */
	bool used;
};

struct outline {
	struct {
		LIST_OF(struct outline_section);
	} sections; /* in document order */
	struct {
		LIST_OF(struct outline_item);
	} items; /* task-list items, in document order */
	struct {
		LIST_OF(uint32_t);
	} tables; /* nodes, in document order */
};

/* Headings, task items and tables of a document; those in quotations and code are left out. */
void outline_read(struct arena *mem, const struct document_text *doc, struct outline *outline);

/* The text of the paragraphs among the nodes [from, to), of lists and quotations too, task items
 * left out: what a section of a template says itself, and what a document made of it. Lives in
 * `mem`. */
char *outline_words(struct arena *mem, const struct md_tree *tree, uint32_t from, uint32_t to);
/* Whether a text gives a reason: it has words, and they are no placeholder. */
bool outline_is_reason(const char *text);
/* True where an item's text holds "(n/a)" or "(n/a: reason)". *before: how much of the text stands
 * before it, all of it where there is none. *reason lives in `mem`; NULL where none is given. */
bool outline_not_applicable(struct arena *mem, const char *text, size_t *before,
			    const char **reason);
/* The first placeholder in the words of one node (a heading, paragraph or cell); no source where
 * there is none. */
struct span outline_placeholder(const struct document_text *doc, uint32_t node);

/* What sections [first, last) hold, taken together. */
struct outline_content outline_content(const struct outline *outline, size_t first, size_t last);
#endif
