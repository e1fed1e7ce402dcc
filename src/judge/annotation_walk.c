/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/annotation_walk.c - records and front matter held against the annotations of their schemas
 */
#include "judge/annotation.h"
#include <string.h>

/* Deeper than a reader lets a tree be, with the references on the way. */
enum { MOST_DEPTH = 1000 };

/* A value and a schema object meet once, whatever ways lead there: that is linear in the value. */
struct meeting {
	const struct data_node *node;
	const struct annotation *says;
};

struct walk {
	struct court *court;
	struct map met; /* struct meeting to any */
	unsigned depth;
	bool in_document;
};

/* Where a value stands. */
struct place {
	const struct data_node *map;
	const char *key;
};

static void visit(struct walk *w, const struct annotation *says, const struct data_node *node,
		  struct place place);

static void judge_value(struct walk *w, const struct annotation *says, const struct data_node *node,
			struct place place)
{
	const struct annotated value = {.court = w->court,
					.says = says,
					.node = node,
					.map = place.map,
					.key = place.key,
					.in_document = w->in_document};

	judge_refers_to(&value);
	judge_chronology(&value);
	judge_unique_by(&value);
	judge_sums(&value);
}

static bool fits(struct walk *w, const struct schema *guard, const struct data_node *node)
{
	return guard && schema_accepts(guard, node, w->court->mem);
}

static void visit_same(struct walk *w, const struct annotation_path *path,
		       const struct data_node *node, struct place place)
{
	bool holds = path->way == WAY_SAME ||
		     (path->way == WAY_IF_FITS && fits(w, path->guard, node)) ||
		     (path->way == WAY_IF_NOT && path->guard && !fits(w, path->guard, node)) ||
		     (path->way == WAY_IF_KEY && data_find(node, path->key));

	if (holds)
		visit(w, path->to, node, place);
}

static void visit_keys(struct walk *w, const struct annotation *says, const struct data_node *node)
{
	for (size_t i = 0; i < node->n; i++) {
		const struct data_pair *pair = &node->pairs[i];
		const struct annotation *own =
		    map_get_n(&says->properties, pair->key->text, pair->key->len);
		const struct place place = {node, pair->key->text};
		bool declared = own;
		if (own)
			visit(w, own, pair->value, place);
		for (size_t k = 0; k < says->paths.n; k++) {
			const struct annotation_path *path = &says->paths.items[k];
			if (path->way != WAY_PATTERN || !fits(w, path->guard, pair->key))
				continue;
			declared = true;
			visit(w, path->to, pair->value, place);
		}
		for (size_t k = 0; k < says->paths.n && !declared; k++)
			if (says->paths.items[k].way == WAY_ADDITIONAL)
				visit(w, says->paths.items[k].to, pair->value, place);
	}
}

static void visit_items(struct walk *w, const struct annotation_path *path,
			const struct data_node *node)
{
	size_t end = path->way == WAY_PREFIX && path->index < node->n ? path->index + 1 : node->n;

	for (size_t i = path->index; i < end; i++)
		visit(w, path->to, node->items[i], (struct place){0});
}

static void visit(struct walk *w, const struct annotation *says, const struct data_node *node,
		  struct place place)
{
	const struct meeting meeting = {node, says};
	const struct meeting *kept;

	if (!says->matters || w->depth >= MOST_DEPTH ||
	    map_get_n(&w->met, (const char *)&meeting, sizeof meeting))
		return;
	kept = memcpy(arena_new(w->court->mem, struct meeting, 1), &meeting, sizeof meeting);
	map_put_n(&w->met, w->court->mem, (const char *)kept, sizeof *kept, w);
	w->depth++;
	if (says->annotated)
		judge_value(w, says, node, place);
	for (size_t i = 0; i < says->paths.n; i++) {
		const struct annotation_path *path = &says->paths.items[i];
		if (path->way < WAY_PROPERTY)
			visit_same(w, path, node, place);
		else if (path->way >= WAY_PREFIX && node->kind == DATA_LIST)
			visit_items(w, path, node);
	}
	if (node->kind == DATA_MAP)
		visit_keys(w, says, node);
	w->depth--;
}

static void walk(struct court *court, const struct annotation *says, const struct data_node *node,
		 bool in_document)
{
	struct walk w = {.court = court, .in_document = in_document};

	if (says && node)
		visit(&w, says, node, (struct place){0});
}

void judge_annotations(struct court *court)
{
	const struct workspace *ws = court->ws;
	struct map of_kind = {0}, of_document = {0};

	for (size_t i = 0; i < ws->record_kinds.n; i++) {
		const struct record_kind *kind = ws->record_kinds.items[i];
		if (kind->root)
			map_put(&of_kind, court->mem, kind->kind,
				annotation_read(court, kind->root));
	}
	for (size_t i = 0; i < ws->templates.n; i++) {
		const struct template *tmpl = ws->templates.items[i];
		if (tmpl->front_matter_keys)
			map_put(&of_document, court->mem, tmpl->kind,
				annotation_read(court, tmpl->front_matter_keys));
	}
	for (size_t i = 0; i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		if (record->kind)
			walk(court, map_get(&of_kind, record->kind), record->node, false);
	}
	for (size_t i = 0; i < ws->documents.n; i++) {
		const struct document *doc = ws->documents.items[i];
		if (doc->tmpl && !doc->text.faulty)
			walk(court, map_get(&of_document, doc->tmpl->kind), doc->text.front_matter,
			     true);
	}
}
