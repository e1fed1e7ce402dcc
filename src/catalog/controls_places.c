/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/controls_places.c - the sections and items that controls name: of documents, of templates
 */
#include "base/text.h"
#include "catalog/controls_internal.h"
#include "catalog/outline.h"
#include <string.h>

/* ---- documents ---- */

static void add_identity(struct control_resolver *r, struct document_places *places,
			 const char *identity, const struct match *match)
{
	struct match_list *list = map_get(&places->by_identity, identity);

	if (!list) {
		list = arena_new(r->mem, struct match_list, 1);
		map_put(&places->by_identity, r->mem, identity, list);
	}
	*ARENA_PUSH(r->mem, list) = match;
}

/* "principle[2]/test" as "principle/test": that section of each. */
static const char *without_numbers(struct arena *mem, const char *identity)
{
	char *text = arena_strdup(mem, identity), *to = text;

	for (const char *p = text; *p; p++) {
		if (*p == '[' && strchr(p, ']'))
			p = strchr(p, ']');
		else
			*to++ = *p;
	}
	*to = '\0';
	return text;
}

static void add_matches(struct control_resolver *r, struct document_places *places,
			struct map *by_node, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		enum requirement_type type = child->requirement->type;
		if (type != REQUIRE_SECTION && type != REQUIRE_ITEM)
			continue;
		add_identity(r, places, child->identity, child);
		if (strchr(child->identity, '['))
			add_identity(r, places, without_numbers(r->mem, child->identity), child);
		if (type == REQUIRE_SECTION && child->anchor)
			map_put(by_node, r->mem, child->anchor, (void *)child);
		add_matches(r, places, by_node, child);
	}
}

static enum match_state state_of(const struct outline *outline, size_t index)
{
	struct outline_content all =
	    outline_content(outline, index, outline->sections.items[index].last);

	return all.empty ? MATCH_EMPTY : all.placeholder.source ? MATCH_PLACEHOLDER : MATCH_PRESENT;
}

static struct document_places *places_of(struct control_resolver *r, const struct document *doc)
{
	struct document_places *places = map_get(&r->places, doc->id);
	const struct md_tree *tree = &doc->text.body;
	struct outline outline = {0};
	struct map by_node = {0};

	if (places)
		return places;
	places = arena_new(r->mem, struct document_places, 1);
	map_put(&r->places, r->mem, doc->id, places);
	if (doc->match)
		add_matches(r, places, &by_node, doc->match);
	outline_read(r->mem, &doc->text, &outline);
	for (size_t i = 0; i < outline.sections.n; i++) {
		const struct md_node *heading = &tree->nodes[outline.sections.items[i].node];
		struct section_place *place = arena_new(r->mem, struct section_place, 1);
		place->title = md_text(tree, heading);
		place->anchor = md_extra(tree, heading);
		place->state = state_of(&outline, i);
		place->match = map_get(&by_node, place->anchor);
		map_put(&places->by_anchor, r->mem, place->anchor, place);
	}
	return places;
}

/* A heading by its id; a heading that answers a requirement has what that asks for. */
static bool take_heading(struct control_resolver *r, struct carrier *carrier,
			 const struct document_places *places, const char *id)
{
	const struct section_place *place = map_get(&places->by_anchor, id);

	if (!place)
		return false;
	carrier->title = place->title;
	carrier->anchor = place->anchor;
	carrier->state = place->state;
	if (place->match) {
		const struct match **one = arena_new(r->mem, const struct match *, 1);
		*one = place->match;
		carrier->matches = one;
		carrier->n_matches = 1;
		carrier->requirement = place->match->requirement;
	}
	return true;
}

/* Sections or items by their path in the template; the first that is there gives the anchor. */
static bool take_matches(struct carrier *carrier, const struct document_places *places,
			 const char *path, enum requirement_type type)
{
	const struct match_list *list = map_get(&places->by_identity, path);

	if (!list || list->items[0]->requirement->type != type)
		return false;
	carrier->matches = list->items;
	carrier->n_matches = list->n;
	carrier->requirement = list->items[0]->requirement;
	carrier->title = list->n > 1 ? carrier->requirement->title : list->items[0]->title;
	for (size_t i = 0; i < list->n && !*carrier->anchor; i++)
		if (list->items[i]->anchor)
			carrier->anchor = list->items[i]->anchor;
	return true;
}

/* The nearest of what the document has, as it is written in an entry. */
static const char *nearest_place(struct control_resolver *r, const struct document_places *places,
				 const char *doc, const char *id, bool item)
{
	struct {
		LIST_OF(const char *);
	} names = {0};
	const char *nearest;

	if (!control_may_suggest(r))
		return NULL;
	for (size_t i = 0; i < places->by_identity.n; i++) {
		const struct match_list *list = places->by_identity.entries[i].value;
		if ((list->items[0]->requirement->type == REQUIRE_ITEM) == item)
			*ARENA_PUSH(r->mem, &names) = places->by_identity.entries[i].key;
	}
	for (size_t i = 0; !item && i < places->by_anchor.n; i++)
		*ARENA_PUSH(r->mem, &names) = places->by_anchor.entries[i].key;
	nearest = text_nearest(id, names.items, names.n);
	return nearest ? arena_printf(r->mem, "%s#%s", doc, nearest) : NULL;
}

static void resolve_in_document(struct control_resolver *r, struct carrier *carrier,
				const struct document *doc, const char *id)
{
	bool item = carrier->kind == CARRIER_ITEM;
	const struct document_places *places;

	carrier->document = doc;
	carrier->tmpl = doc->tmpl;
	carrier->page = doc->page;
	if (doc->text.faulty || doc->text.body.refused) {
		carrier->unknown = "the document cannot be read";
		return;
	}
	places = places_of(r, doc);
	carrier->found = item ? take_matches(carrier, places, id, REQUIRE_ITEM)
			      : take_heading(r, carrier, places, id) ||
				    take_matches(carrier, places, id, REQUIRE_SECTION);
	if (carrier->found)
		return;
	carrier->problem = item ? doc->tmpl ? "the document's template asks for no such item"
					    : "the document has no template that asks for items"
				: "the document has no such section";
	carrier->nearest = nearest_place(r, places, doc->id, id, item);
}

/* ---- templates ---- */

static void add_requirements(struct control_resolver *r, struct map *paths,
			     const struct requirement *parent, const char *prefix)
{
	for (size_t i = 0; i < parent->children.n; i++) {
		const struct requirement *child = parent->children.items[i];
		const char *path;
		if (child->type != REQUIRE_SECTION && child->type != REQUIRE_ITEM)
			continue;
		path = arena_printf(r->mem, "%s%s%s", prefix, *prefix ? "/" : "", child->id);
		if (!map_has(paths, path))
			map_put(paths, r->mem, path, (void *)child);
		add_requirements(r, paths, child, path);
	}
}

static const struct map *paths_of(struct control_resolver *r, const struct template *tmpl)
{
	struct map *paths = map_get(&r->templates, tmpl->kind);

	if (paths)
		return paths;
	paths = arena_new(r->mem, struct map, 1);
	add_requirements(r, paths, &tmpl->root, "");
	map_put(&r->templates, r->mem, tmpl->kind, paths);
	return paths;
}

static void resolve_in_template(struct control_resolver *r, struct carrier *carrier,
				const struct template *tmpl, const char *id)
{
	bool item = carrier->kind == CARRIER_ITEM;
	enum requirement_type type = item ? REQUIRE_ITEM : REQUIRE_SECTION;
	const struct map *paths = paths_of(r, tmpl);
	const struct requirement *asked = map_get(paths, id);

	carrier->tmpl = tmpl;
	carrier->page = tmpl->page ? page_at(&r->ws->pages, tmpl->page) : NULL;
	carrier->found = asked && asked->type == type;
	if (carrier->found) {
		carrier->requirement = asked;
		carrier->title = asked->title;
		carrier->anchor = id;
		return;
	}
	carrier->problem =
	    item ? "the template asks for no such item" : "the template asks for no such section";
	if (control_may_suggest(r)) {
		const char **names = arena_new(r->mem, const char *, paths->n + 1), *nearest;
		size_t n = 0;
		for (size_t i = 0; i < paths->n; i++) {
			const struct requirement *one = paths->entries[i].value;
			if (one->type == type)
				names[n++] = paths->entries[i].key;
		}
		nearest = text_nearest(id, names, n);
		if (nearest)
			carrier->nearest =
			    arena_printf(r->mem, "templates/%s#%s", tmpl->kind, nearest);
	}
}

/* ---- either ---- */

static const char template_prefix[] = "templates/";

/* An id that nothing has: one that is near, or the id of the document that was named by its file.
 */
static const char *nearest_document(struct control_resolver *r, const char *id, const char *rest)
{
	const struct document *doc = map_get(&r->ws->document_by_path, id);
	const struct workspace *ws = r->ws;
	const char **names, *nearest;
	size_t n = 0;

	if (doc)
		return arena_printf(r->mem, "%s#%s", doc->id, rest);
	if (!control_may_suggest(r))
		return NULL;
	names = arena_new(r->mem, const char *, ws->documents.n + ws->templates.n + 1);
	for (size_t i = 0; i < ws->documents.n; i++)
		names[n++] = ws->documents.items[i]->id;
	for (size_t i = 0; i < ws->templates.n; i++)
		names[n++] =
		    arena_printf(r->mem, "%s%s", template_prefix, ws->templates.items[i]->kind);
	nearest = text_nearest(id, names, n);
	return nearest ? arena_printf(r->mem, "%s#%s", nearest, rest) : NULL;
}

void control_resolve_place(struct control_resolver *r, struct carrier *carrier)
{
	const char *hash = strchr(carrier->text, '#'), *id;
	const struct document *doc;
	const struct template *tmpl = NULL;

	if (!hash || hash == carrier->text || !hash[1]) {
		carrier->problem = carrier->kind == CARRIER_ITEM
				       ? "an item is written DOCUMENT#SECTION-ID/ITEM-ID"
				       : "a section is written DOCUMENT#SECTION-ID";
		return;
	}
	id = arena_strndup(r->mem, carrier->text, (size_t)(hash - carrier->text));
	doc = workspace_document(r->ws, id);
	if (!doc && text_starts_with(id, template_prefix))
		tmpl = map_get(&r->ws->template_by_kind, id + strlen(template_prefix));
	if (doc) {
		resolve_in_document(r, carrier, doc, hash + 1);
	} else if (tmpl) {
		resolve_in_template(r, carrier, tmpl, hash + 1);
	} else {
		carrier->problem = "no document has this id";
		carrier->nearest = nearest_document(r, id, hash + 1);
	}
}
