/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_tree.h - a tree while it is made: what blocks and plain text share */
#ifndef READ_MARKDOWN_TREE_H
#define READ_MARKDOWN_TREE_H
#include "base/map.h"
#include "read/markdown_internal.h"
#include <cmark-gfm.h>

struct md_maker {
	struct md_build *build;
	const char *source;
	size_t len, body_start;
	struct md_lines lines;
	struct md_cursor cursor;
	uint32_t open;   /* the node whose children come next */
	size_t depth;    /* of `open` */
	size_t in_link;  /* links and images that are open */
	size_t cell_at;  /* where the next cell of the row begins */
	uint32_t column; /* its number, from 0 */
	uint32_t n_footnotes;
	struct arena mem; /* heading ids */
	struct map ids;   /* id to its counter of repeats, an uint32_t */
};

/* Adds a node under the one that is open; it is good until the next is added. */
struct md_node *md_add_node(struct md_maker *m, enum md_type type, struct md_range at);
/* Takes a text of cmark-gfm's: text nodes, and links where it holds bare ones. */
void md_enter_text(struct md_maker *m, const cmark_node *node);
#endif
