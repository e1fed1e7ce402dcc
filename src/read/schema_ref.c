/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_ref.c - $id, $anchor, $ref and $dynamicRef
 *
 * Every URI that can be named is in one map; a document that was given with the options is compiled
 * when something first refers to it. */
#include "base/path.h"
#include "base/text.h"
#include "read/schema_internal.h"
#include <string.h>

enum { DEEPEST_CHAIN = 500, SMALL_MAP = 32 };

static const struct data_node *text_of(struct schema_compiler *c, const struct data_node *map,
				       const char *keyword)
{
	const struct data_node *value = data_find(map, keyword);

	if (!value || value->kind == DATA_TEXT)
		return value;
	schema_fault(c, value->at, "'%s' takes text", keyword);
	return NULL;
}

static void register_anchor(struct schema_compiler *c, struct subschema *s,
			    const struct data_node *name)
{
	char *uri = arena_printf(c->mem, "%s#%s", s->resource->base, name->text);
	const struct subschema *former = map_put(&c->anchors, c->mem, uri, s);

	if (former && former != s)
		schema_fault(c, name->at, "anchor '%s' stands twice", name->text);
}

/* A schema with `$id` begins a resource of its own. */
static void begin_resource(struct schema_compiler *c, struct subschema *s,
			   const struct data_node *id)
{
	struct schema_resource *resource = arena_new(c->mem, struct schema_resource, 1);
	const char *fragment;

	resource->base = uri_resolve(c->mem, s->resource->base, id->text, &fragment);
	resource->vocabularies = s->resource->vocabularies;
	if (*fragment)
		schema_fault(c, id->at, "'$id' cannot have a fragment");
	if (map_put(&c->resources, c->mem, resource->base, s))
		schema_fault(c, id->at, "'$id' %s stands twice", id->text);
	s->resource = resource;
}

void schema_identify(struct schema_compiler *c, struct subschema *s, struct schema_resource *around)
{
	const struct data_node *id = text_of(c, s->node, "$id");
	const struct data_node *dialect = text_of(c, s->node, "$schema");
	const struct data_node *anchor = text_of(c, s->node, "$anchor");
	const struct data_node *dynamic = text_of(c, s->node, "$dynamicAnchor");

	s->resource = around;
	if (id)
		begin_resource(c, s, id);
	if (dialect)
		s->resource->vocabularies = schema_dialect_find(c, dialect);
	if (anchor)
		register_anchor(c, s, anchor);
	if (dynamic) {
		register_anchor(c, s, dynamic);
		map_put(&s->resource->dynamic_anchors, c->mem, dynamic->text, s);
	}
}

/* "%25" and "~1" of one token of a JSON Pointer decoded; NULL where it is malformed. */
static char *decode_token(struct arena *mem, const char *token, size_t n)
{
	char *text = path_decode_url(mem, token, n);
	char *to = text;

	for (const char *p = text; p && *p; p++) {
		char c = *p;
		if (c == '~' && (p[1] == '0' || p[1] == '1'))
			c = *++p == '0' ? '~' : '/';
		else if (c == '~')
			return NULL;
		*to++ = c;
	}
	if (to)
		*to = '\0';
	return text;
}

static const struct data_node *find_item(const struct data_node *list, const char *digits)
{
	size_t index = 0, n = strlen(digits);

	if (!n || n > 9 || (n > 1 && *digits == '0') || strspn(digits, "0123456789") != n)
		return NULL;
	for (size_t i = 0; i < n; i++)
		index = index * 10 + (size_t)(digits[i] - '0');
	return index < list->n ? list->items[index] : NULL;
}

/* What may be told to somebody whose pointer leads nowhere: the nearest key at that place. */
static const char *nearest_key(struct arena *mem, const struct data_node *map, const char *token)
{
	const char **keys;

	if (!map || map->kind != DATA_MAP)
		return NULL;
	keys = arena_new(mem, const char *, map->n);
	for (size_t i = 0; i < map->n; i++)
		keys[i] = map->pairs[i].key->text;
	return text_nearest(token, keys, map->n);
}

/* The keys of a map that many references lead into. */
struct key_index {
	const struct data_node *map;
	struct map keys;
};

static const struct data_node *find_key(struct schema_compiler *c, const struct data_node *map,
					const char *key)
{
	struct key_index *index;

	if (map->n <= SMALL_MAP)
		return data_find(map, key);
	index = map_get_n(&c->indexes, (const char *)&map, sizeof map);
	if (!index) {
		index = arena_new(c->mem, struct key_index, 1);
		index->map = map;
		for (size_t i = 0; i < map->n; i++)
			map_put_n(&index->keys, c->mem, map->pairs[i].key->text,
				  map->pairs[i].key->len, map->pairs[i].value);
		map_put_n(&c->indexes, c->mem, (const char *)&index->map, sizeof index->map, index);
	}
	return map_get(&index->keys, key);
}

/* Follows a JSON Pointer from a resource's root. *near is set where it leads nowhere. */
static struct subschema *follow_pointer(struct schema_compiler *c, const struct subschema *resource,
					const char *pointer, const char **near)
{
	const struct data_node *node = resource->node;
	struct schema_resource *around = resource->resource;
	struct subschema *found;

	while (*pointer == '/') {
		size_t n = strcspn(pointer + 1, "/");
		char *token = decode_token(c->mem, pointer + 1, n);
		const struct data_node *next = NULL;
		if (token && node->kind == DATA_MAP)
			next = find_key(c, node, token);
		else if (token && node->kind == DATA_LIST)
			next = find_item(node, token);
		if (!next) {
			*near = token ? nearest_key(c->mem, node, token) : NULL;
			return NULL;
		}
		node = next;
		found = schema_compiled(c, node);
		if (found)
			around = found->resource;
		pointer += n + 1;
	}
	/* Not reached by keywords: a schema in a place that only this reference knows. */
	return schema_compile_node(c, node, around);
}

/* The root of the resource with this URI, NULL where nothing has it. */
static struct subschema *find_resource(struct schema_compiler *c, char *uri)
{
	struct subschema *resource = map_get(&c->resources, uri);
	const struct data_node *root = resource ? NULL : schema_document_find(c, uri);

	return root ? schema_compile_document(c, root, uri) : resource;
}

/* `$dynamicRef` looks through the scope where what it leads to at first has a `$dynamicAnchor` of
 * that name (Core, 8.2.3.2). */
static void set_target(struct schema_compiler *c, const struct schema_reference *reference,
		       struct subschema *target, const char *fragment)
{
	struct subschema *from = reference->from;

	if (!reference->dynamic) {
		from->ref = target;
		return;
	}
	from->dynamic = target;
	if (*fragment && map_get(&target->resource->dynamic_anchors, fragment) == target) {
		from->dynamic_name = fragment;
		c->dynamic = true;
	}
}

static void resolve(struct schema_compiler *c, struct schema_reference reference)
{
	struct subschema *target = NULL, *resource;
	const char *text = reference.value->text, *fragment, *near = NULL;
	char *uri = uri_resolve(c->mem, reference.from->resource->base, text, &fragment);
	struct finding *f;

	resource = find_resource(c, uri);
	if (resource && !*fragment)
		target = resource;
	else if (resource && *fragment == '/')
		target = follow_pointer(c, resource, fragment, &near);
	else if (resource)
		target = map_get(&c->anchors,
				 arena_printf(c->mem, "%s#%s", resource->resource->base, fragment));
	if (target) {
		set_target(c, &reference, target, fragment);
		return;
	}
	f = schema_fault(c, reference.value->at, "'%s' leads to no schema of this file", text);
	if (near)
		diag_help(c->diags, f, "did you mean '%s'?", near);
	else if (!resource)
		diag_help(c->diags, f, "a reference begins with '#/$defs/'");
}

/* -- circles ---------------------------------------------------------------------------------- */

static void walk(struct schema_compiler *c, struct subschema *s, unsigned depth);

/* Goes on to a schema that is held against the same value; takes the way to it out where it would
 * lead back, since checking would never end. */
static void walk_to(struct schema_compiler *c, struct subschema **to, unsigned depth)
{
	if (!*to || (*to)->walk == SCHEMA_DONE)
		return;
	if ((*to)->walk == SCHEMA_OPEN || depth >= DEEPEST_CHAIN) {
		schema_fault(c, (*to)->node->at,
			     depth < DEEPEST_CHAIN ? "schema refers to itself in a circle"
						   : "schemas refer to one another over 500 deep");
		*to = NULL;
		return;
	}
	walk(c, *to, depth + 1);
}

static void walk_list(struct schema_compiler *c, struct schema_list *list, unsigned depth)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct subschema *to = list->items[i];
		walk_to(c, &to, depth);
		if (to)
			list->items[kept++] = to;
	}
	list->n = kept;
}

static void walk(struct schema_compiler *c, struct subschema *s, unsigned depth)
{
	struct subschema **const ways[] = {&s->ref, &s->not, &s->condition, &s->then,
					   &s->otherwise};

	s->walk = SCHEMA_OPEN;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		walk_to(c, ways[i], depth);
	if (!s->dynamic_name)
		walk_to(c, &s->dynamic, depth);
	walk_list(c, &s->all_of, depth);
	walk_list(c, &s->any_of, depth);
	walk_list(c, &s->one_of, depth);
	for (size_t i = 0; i < s->dependent_schemas.n; i++)
		walk_to(c, &s->dependent_schemas.items[i].schema, depth);
	s->all_types = s->types ? s->types : SCHEMA_ANY;
	if (s->ref)
		s->all_types &= s->ref->all_types;
	for (size_t i = 0; i < s->all_of.n; i++)
		s->all_types &= s->all_of.items[i]->all_types;
	s->walk = SCHEMA_DONE;
}

void schema_resolve_all(struct schema_compiler *c, struct subschema *root)
{
	/* Resolving may compile more, which may refer to more. */
	for (size_t i = 0; i < c->n; i++)
		resolve(c, c->items[i]);
	walk(c, root, 0);
	for (size_t i = 0; i < c->compiled.n; i++) {
		struct subschema *s = c->compiled.entries[i].value;
		if (s->walk == SCHEMA_NEW)
			walk(c, s, 0);
	}
}
