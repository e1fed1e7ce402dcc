/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_text.h - which byte of the source a byte of plain text comes from
 *
 * A text node holds its text with backslashes and entities resolved. Whoever looks for something in
 * it walks through text and source together, from front to back, in time that grows with the text.
 */
#ifndef READ_MARKDOWN_TEXT_H
#define READ_MARKDOWN_TEXT_H
#include "read/markdown.h"

struct md_text_walk {
	const char *source, *text;
	size_t source_end; /* of the node */
	size_t done, at;   /* bytes of the text that were walked; where the next one is written */
};

/* Begins at the front of a text node. A node whose place is not known, or that does not lie in the
 * source, has all its bytes at one place. */
struct md_text_walk md_text_walk(const struct source *source, const struct md_tree *tree,
				 const struct md_node *node);
/* The offset in the source of byte `offset` of the text, which is not before the last that was
 * asked for: that of the backslash where one stands before it. */
size_t md_text_place(struct md_text_walk *walk, size_t offset);
/* True where a backslash makes text of the byte at the last place. */
bool md_text_escaped(const struct md_text_walk *walk);
#endif
