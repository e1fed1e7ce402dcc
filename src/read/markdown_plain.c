/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_plain.c - plain text of a tree with its bare links and the boxes of its items */
#include "read/markdown_tree.h"
#include <cmark-gfm/node.h>
#include <string.h>

struct text_place {
	const char *text;
	size_t done;    /* bytes of the text whose place is known */
	size_t at, end; /* place of the next byte, and of the end */
};

/* Adds text[p->done..to) as a node under the one that is open. */
static void add_text(struct md_maker *m, struct text_place *p, size_t to)
{
	if (to == p->done)
		return;
	struct md_cursor block = m->cursor;
	size_t n = to - p->done;
	size_t end = md_place_walk(&block, p->at, p->text + p->done, n);
	if (end > p->end)
		end = p->end;
	struct md_node *node = md_add_node(m, MD_TEXT, (struct md_range){p->at, end});
	node->text_len = (uint32_t)n;
	node->text = md_build_text(m->build, p->text + p->done, n);
	p->done = to;
	p->at = end;
}

static void add_bare_link(struct md_maker *m, struct text_place *p,
			  const struct md_bare_link *found)
{
	struct md_build *b = m->build;
	uint32_t parent = m->open, index = (uint32_t)b->n;
	size_t prefix = strlen(found->prefix), n = found->end - found->start;
	struct md_node *link = md_add_node(m, MD_LINK, (struct md_range){p->at, p->at});

	link->flags = MD_BARE;
	link->extra_len = (uint32_t)(prefix + n);
	if (prefix > 0) {
		/* one string in two pieces: the second overwrites the NUL of the first */
		uint32_t at = md_build_text(b, found->prefix, prefix);
		b->text_len--;
		md_build_text(b, p->text + found->start, n);
		link->extra = at;
	} else {
		link->extra = md_build_text(b, p->text + found->start, n);
	}
	m->open = index;
	add_text(m, p, found->end);
	m->open = parent;
	b->nodes[index].end = (uint32_t)p->at;
	b->nodes[index].after = (uint32_t)b->n;
}

/* True for the first text of an item's first paragraph. */
static bool begins_item(const struct md_maker *m)
{
	const struct md_node *nodes = m->build->nodes;
	uint32_t paragraph = m->open;

	return paragraph >= 2 && nodes[paragraph].type == MD_PARAGRAPH &&
	       nodes[paragraph].parent == paragraph - 1 && nodes[paragraph - 1].type == MD_ITEM &&
	       m->build->n == paragraph + 1;
}

/* The box of a task item that cmark-gfm left in the text, as it does in quotations and where the
 * item is the first of an item: marks the item; the bytes to leave out. */
static size_t take_box(struct md_maker *m, const char *text, size_t n)
{
	if (n < 4 || text[0] != '[' || text[2] != ']' || !md_is_space(text[3]) ||
	    !strchr(" xX", text[1]) || !begins_item(m))
		return 0;
	struct md_node *item = &m->build->nodes[m->open - 1];
	if (item->flags & MD_TASK)
		return 0;
	item->flags |= (uint16_t)(text[1] == ' ' ? MD_TASK : MD_TASK | MD_TICKED);
	size_t skip = 4;
	while (skip < n && md_is_space(text[skip]))
		skip++;
	return skip;
}

void md_enter_text(struct md_maker *m, const cmark_node *node)
{
	const char *text = (const char *)node->as.literal.data;
	size_t n = (size_t)node->as.literal.len, from = 0;
	struct md_bare_link link;

	if (n == 0)
		return;
	struct md_range at = md_place_text(&m->cursor, text, n);
	struct text_place p = {.text = text, .at = at.start, .end = at.end};
	char before = at.start > m->cursor.block ? m->source[at.start - 1] : '\0';
	if (at.end > at.start && m->source[at.start] == '[') /* and no backslash before it */
		from = take_box(m, text, n);
	if (from > 0) {
		p.at = md_place_walk(&m->cursor, at.start, text, from);
		p.done = from;
	}
	if (m->in_link == 0)
		while (md_find_bare_link(text, n, from, before, &link)) {
			add_text(m, &p, link.start);
			add_bare_link(m, &p, &link);
			from = link.end;
		}
	add_text(m, &p, n);
}
