/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/markdown_html_ids.c - every id of a document's body, from one table */
#include "render/markdown_html_internal.h"

#include "base/text.h"

static char taken; /* what the table's entries point to */

static bool take(struct body_writer *w, const char *id)
{
	if (!*id || map_has(&w->ids, id))
		return false;
	map_put(&w->ids, w->mem, id, &taken);
	return true;
}

const char *id_take_unique(struct body_writer *w, const char *id)
{
	const char *unique = id;

	for (unsigned i = 1; !take(w, unique); i++)
		unique = arena_printf(w->mem, "%s-%u", id, i);
	return unique;
}

bool id_take_raw(void *ctx, const char *id)
{
	struct body_writer *w = ctx;

	return w->doc && !text_starts_with(id, "Mb-") && take(w, arena_strdup(w->mem, id));
}

static void take_headings(struct body_writer *w)
{
	for (uint32_t i = 1; i < w->tree->n; i++) {
		const struct md_node *node = &w->tree->nodes[i];

		if (node->type == MD_HEADING && take(w, md_extra(w->tree, node)))
			w->item_ids[i] = md_extra(w->tree, node);
	}
}

static void take_items(struct body_writer *w, const struct match *match)
{
	for (size_t i = 0; match && i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		bool item = child->requirement->type == REQUIRE_ITEM && child->anchor;

		if (item && child->node && child->node < w->tree->n && take(w, child->anchor))
			w->item_ids[child->node] = child->anchor;
		take_items(w, child);
	}
}

/* Numbers come from the reader, at most as many as there are nodes. */
static void take_footnotes(struct body_writer *w)
{
	for (uint32_t i = 1; i < w->tree->n; i++) {
		const struct md_node *node = &w->tree->nodes[i];

		if (node->type == MD_FOOTNOTE && node->number > w->n_footnotes &&
		    node->number <= w->tree->n)
			w->n_footnotes = node->number;
	}
	w->footnotes = arena_new(w->mem, struct footnote, w->n_footnotes + 1);
	for (uint32_t i = 1; i < w->tree->n; i++) {
		const struct md_node *node = &w->tree->nodes[i];

		if (node->type == MD_FOOTNOTE && node->number && node->number <= w->n_footnotes)
			w->footnotes[node->number].node = i;
	}
	for (uint32_t i = 1; i <= w->n_footnotes; i++)
		if (w->doc && w->footnotes[i].node)
			w->footnotes[i].id = id_take_unique(w, arena_printf(w->mem, "fn-%u", i));
}

void ids_prepare(struct body_writer *w)
{
	w->item_ids = arena_new(w->mem, const char *, w->tree->n + 1);
	if (w->doc) {
		take_headings(w);
		take_items(w, w->doc->match);
	}
	take_footnotes(w);
}
