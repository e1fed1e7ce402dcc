/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/language.h - phrases that a text is held to */
#ifndef JUDGE_LANGUAGE_H
#define JUDGE_LANGUAGE_H
#include "catalog/phrases.h"
#include "read/document.h"

/* Searches the nodes of a document that `wanted` is set for (one byte for each node of its tree;
 * NULL: all) and adds a finding of `rule` for each phrase: its place is the phrase, its help what
 * to say instead. Quotations, code, comments, addresses and what is struck out are not searched. */
void language_check(struct arena *mem, const struct document_text *doc,
		    const struct phrases *phrases, const unsigned char *wanted, enum rule rule,
		    struct diag_sink *diags);
#endif
