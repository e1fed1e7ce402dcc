/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/judge.h - catalog and evidence turned into findings */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H
#include "evidence/figures.h"

/* All rules over a workspace; findings about reading were added by those who read. */
void judge_all(const struct workspace *ws, const struct evidence *evidence,
	       struct diag_sink *diags);

/* The findings that a document's tree and match give rise to by themselves. Threads and workers may
 * call it. */
void judge_text(const struct workspace *ws, const struct document *doc, struct diag_sink *diags);

/* Whether an item is a claim, open, …: design.md's seven states without an evidence engine. */
enum item_state {
	ITEM_SHOWN,
	ITEM_CLAIMED,
	ITEM_CONTRADICTED,
	ITEM_OPEN,
	ITEM_NOT_APPLICABLE,
	ITEM_WAIVED,
	ITEM_MISSING
};
const char *item_state_name(enum item_state state);  /* "shown", … */
const char *item_state_shape(enum item_state state); /* "●", … as look.md */
/* The state of one item of a document, and the record behind it, or NULL: the one that shows it,
 * the waiver, or of a claim a record of the kind asked for that is linked and has not passed. */
enum item_state judge_item(const struct workspace *ws, const struct document *doc,
			   const struct match *item, const struct record **record);

/* What pages and sheets are made from. */
struct book {
	const struct workspace *ws;
	const struct evidence *evidence;
	const struct diag_sink *findings; /* finished */
	int32_t as_of;
	const char *inputs_digest; /* SHA-256 over the list of inputs */
	const char *version;       /* of the program */
};
#endif
