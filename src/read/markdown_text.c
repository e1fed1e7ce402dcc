/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_text.c - which byte of the source a byte of plain text comes from */
#include "read/markdown_text.h"
#include "read/markdown_internal.h"

struct md_text_walk md_text_walk(const struct source *source, const struct md_tree *tree,
				 const struct md_node *node)
{
	size_t end = node->end < source->len ? node->end : source->len;
	size_t start = node->start < end ? node->start : end;

	return (struct md_text_walk){
	    .source = source->text, .text = md_text(tree, node), .source_end = end, .at = start};
}

size_t md_text_place(struct md_text_walk *walk, size_t offset)
{
	const struct md_cursor cursor = {.source = walk->source, .end = walk->source_end};

	if (offset > walk->done) {
		walk->at =
		    md_place_walk(&cursor, walk->at, walk->text + walk->done, offset - walk->done);
		walk->done = offset;
	}
	return walk->at;
}

bool md_text_escaped(const struct md_text_walk *walk)
{
	return walk->at + 1 < walk->source_end && walk->source[walk->at] == '\\' &&
	       walk->source[walk->at + 1] == walk->text[walk->done] &&
	       md_is_punctuation(walk->text[walk->done]);
}
