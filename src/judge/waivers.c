/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/waivers.c - waivers that waive nothing */
#include "catalog/waivers.h"
#include "base/text.h"
#include "judge/judge_internal.h"
#include <string.h>

struct names {
	LIST_OF(const char *);
};

static void add_items(struct arena *mem, const struct match *match, struct names *names)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (child->requirement->type == REQUIRE_ITEM)
			*ARENA_PUSH(mem, names) = child->identity;
		add_items(mem, child, names);
	}
}

static void judge_waiver(struct court *court, const struct waiver *waiver)
{
	const struct document *doc = map_get(&court->ws->document_by_id, waiver->document);
	const struct data_node *node = data_find(waiver->record->node, "item");
	struct names names = {0};
	struct finding *f;
	const char *near;

	/* Without the document the reference is told; without a template nothing is asked of it. */
	if (!doc || !doc->match || !node)
		return;
	add_items(court->mem, doc->match, &names);
	for (size_t i = 0; i < names.n; i++)
		if (!strcmp(names.items[i], waiver->item))
			return;
	f = diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, node->at, "no item of '%s' is '%s'",
		     doc->id, waiver->item);
	near = text_nearest(waiver->item, names.items, names.n);
	if (near)
		diag_help(court->diags, f, "did you mean '%s'?", near);
}

void judge_waivers(struct court *court)
{
	for (size_t i = 0; i < court->ws->waivers.n; i++)
		judge_waiver(court, court->ws->waivers.entries[i].value);
}
