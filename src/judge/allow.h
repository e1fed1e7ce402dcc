/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/allow.h - comments by which a document allows findings in itself
 *
 * `<!-- modelbook: allow RULE, RULE: reason -->` in a block or in running text, anywhere but in
 * code and quotations. It speaks of the section that it stands in, from its heading to the next
 * heading of the same or a higher level; before the first heading, and directly under a title of
 * level 1, it speaks of the whole document, front matter included. */
#ifndef JUDGE_ALLOW_H
#define JUDGE_ALLOW_H
#include "read/document.h"

struct allow_comment {
	struct span at;      /* from "<!--" to "-->" */
	size_t section;      /* index into allow_list.sections */
	const char *problem; /* why it allows nothing; NULL for none */
	const char *reason;  /* where there is no problem */
	struct {
		LIST_OF(const char *);
	} rules; /* ids as written, at least one where there is no problem */
};

/* A part of the document that a comment can speak of. */
struct allow_section {
	uint32_t start, end; /* bytes of the document */
	size_t up;           /* index of the section around it; of the document: 0 */
	uint8_t level;       /* of its heading; of the document: 0 */
};

struct allow_list {
	struct {
		LIST_OF(struct allow_comment);
	} comments; /* in document order */
	struct {
		LIST_OF(struct allow_section);
	} sections; /* by start; the first is the whole document */
};

/* The comments of a document that are meant for modelbook, well written or not. Sections are there
 * only where comments are. */
void allow_read(struct arena *mem, const struct document_text *doc, struct allow_list *list);
/* The innermost section that holds a byte of the document. */
size_t allow_section_at(const struct allow_list *list, uint32_t offset);
#endif
