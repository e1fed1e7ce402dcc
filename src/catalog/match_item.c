/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/match_item.c - the task-list items of a section held against those that are required */
#include "catalog/match_internal.h"
#include <string.h>

/* The items of the outline that stand in a range: [*first, return value). */
static size_t items_in(const struct matcher *m, const struct range *range, size_t *first)
{
	const struct outline_item *items = m->outline.items.items;
	size_t low = 0, high = m->outline.items.n, last;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (items[middle].node < range->from)
			low = middle + 1;
		else
			high = middle;
	}
	for (last = low; last < m->outline.items.n && items[last].node < range->to;)
		last++;
	*first = low;
	return last;
}

/* By its whole wording, or by one that is cut where details may begin. */
static bool item_fits(const struct requirement *req, const struct outline_item *item, bool cut)
{
	for (size_t i = cut ? 1 : 0; i < (cut ? item->n_keys : 1); i++)
		if (match_key_fits(req, item->keys[i]))
			return true;
	return false;
}

/* An item from its box to the end of its first paragraph. */
static struct span item_span(const struct matcher *m, uint32_t item)
{
	const struct md_node *nodes = m->doc->body.nodes, *n = &nodes[item];
	size_t end = item + 1 < n->after ? nodes[item + 1].end : n->end;
	const char *text = m->doc->source->text;
	const char *box = end > n->start ? memchr(text + n->start, '[', end - n->start) : NULL;

	return span_at(m->doc->source, box ? (size_t)(box - text) : n->start, end);
}

static void fill_item(struct matcher *m, struct match *match, struct outline_item *item)
{
	item->used = true;
	match->node = item->node;
	match->ticked = m->doc->body.nodes[item->node].flags & MD_TICKED;
	match->not_applicable = item->not_applicable;
	match->reason = item->reason ? arena_strdup(m->mem, item->reason) : NULL;
	match->title = arena_strdup(m->mem, item->text);
	match->anchor = match->identity;
	match->at = item_span(m, item->node);
}

static void find_item(struct matcher *m, struct match *section, const struct requirement *req,
		      size_t first, size_t last, bool cut, struct match **found)
{
	for (size_t i = first; i < last; i++) {
		struct outline_item *item = &m->outline.items.items[i];
		if (item->used || !item_fits(req, item, cut))
			continue;
		*found = match_add(m, section, req, 0);
		fill_item(m, *found, item);
		return;
	}
}

/* What is left and says once more what a required item says. */
static void find_copies(struct matcher *m, const struct requirement *req, size_t first, size_t last,
			struct match *found)
{
	for (size_t i = first; i < last; i++) {
		struct outline_item *item = &m->outline.items.items[i];
		if (item->used || (!item_fits(req, item, false) && !item_fits(req, item, true)))
			continue;
		item->used = true;
		*ARENA_PUSH(m->mem, &found->copies) = (struct item_copy){
		    .at = item_span(m, item->node),
		    .ticked = m->doc->body.nodes[item->node].flags & MD_TICKED,
		    .not_applicable = item->not_applicable,
		};
	}
}

static int wildness(const struct requirement *req)
{
	return !req->wildcard ? 0 : *req->keys[0] ? 1 : 2;
}

void match_items(struct matcher *m, struct match *section, const struct range *range)
{
	const struct requirement *req = section->requirement;
	struct match **found = arena_new(m->scratch, struct match *, req->children.n + 1);
	size_t first, last = items_in(m, range, &first);

	/* Whole wordings before cut ones, so that "Latency" leaves "Latency: p99" alone where that
	 * is required, too; exact titles before those with a *. */
	for (int pass = 0; pass < 6; pass++)
		for (size_t i = 0; i < req->children.n; i++) {
			const struct requirement *child = req->children.items[i];
			if (child->type == REQUIRE_ITEM && !found[i] && wildness(child) == pass / 2)
				find_item(m, section, child, first, last, pass % 2, &found[i]);
		}
	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *child = req->children.items[i];
		if (child->type != REQUIRE_ITEM)
			continue;
		if (found[i] && !child->wildcard)
			find_copies(m, child, first, last, found[i]);
		if (found[i] || !match_is_asked_for(m, child))
			continue;
		found[i] = match_add(m, section, child, 0);
		found[i]->state = MATCH_MISSING;
		found[i]->at = section->at;
	}
}
