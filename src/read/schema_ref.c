/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_ref.c - $id, $anchor and $ref within one document
 *
 * Every URI that can be named is in one map, so that further documents can be added to it. */
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

static void register_anchor(struct schema_compiler *c, struct subschema *s, const char *keyword)
{
	const struct data_node *name = text_of(c, s->node, keyword);
	const struct subschema *former;

	if (!name)
		return;
	former =
	    map_put(&c->anchors, c->mem, arena_printf(c->mem, "%s#%s", s->base, name->text), s);
	if (former && former != s)
		schema_fault(c, name->at, "anchor '%s' stands twice", name->text);
}

void schema_identify(struct schema_compiler *c, struct subschema *s, const char *base)
{
	const struct data_node *id = text_of(c, s->node, "$id");

	s->base = base;
	if (id) {
		const char *fragment;
		char *uri = uri_resolve(c->mem, base, id->text, &fragment);
		if (*fragment)
			schema_fault(c, id->at, "'$id' cannot have a fragment");
		if (map_put(&c->resources, c->mem, uri, s))
			schema_fault(c, id->at, "'$id' %s stands twice", id->text);
		s->base = uri;
	}
	register_anchor(c, s, "$anchor");
	register_anchor(c, s, "$dynamicAnchor");
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
	const char *base = resource->base;
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
			base = found->base;
		pointer += n + 1;
	}
	/* Not reached by keywords: a schema in a place that only this reference knows. */
	return schema_compile_node(c, node, base);
}

static void resolve(struct schema_compiler *c, struct schema_reference reference)
{
	struct subschema *from = reference.from, *resource;
	const char *text = reference.value->text, *fragment, *near = NULL;
	char *uri = uri_resolve(c->mem, from->base, text, &fragment);
	struct finding *f;

	resource = map_get(&c->resources, uri);
	if (resource && !*fragment)
		from->ref = resource;
	else if (resource && *fragment == '/')
		from->ref = follow_pointer(c, resource, fragment, &near);
	else
		from->ref = map_get(&c->anchors, arena_printf(c->mem, "%s#%s", uri, fragment));
	if (from->ref)
		return;
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
