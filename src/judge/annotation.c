/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/annotation.c - what a schema says by annotations, read into a graph of its objects */
#include "judge/annotation_internal.h"
#include <stdlib.h>
#include <string.h>

static struct annotation *read_object(struct annotation_reader *r, const struct data_node *node);

/* -- the graph -------------------------------------------------------------------------------- */

static void add_path(struct annotation_reader *r, struct annotation *from,
		     struct annotation_path path, const struct data_node *node)
{
	path.to = read_object(r, node);
	*ARENA_PUSH(r->court->mem, &from->paths) = path;
}

static void add_guarded(struct annotation_reader *r, struct annotation *from,
			enum annotation_way way, const struct data_node *guard,
			const struct data_node *node)
{
	add_path(r, from, (struct annotation_path){.way = way, .part = guard}, node);
}

/* The part of the schema that "#/a/b" or "#name" names; NULL where there is none. */
static const struct data_node *find_target(struct annotation_reader *r, const char *reference)
{
	const struct data_node *node = r->root;
	char *key;

	if (*reference != '#')
		return NULL;
	if (reference[1] && reference[1] != '/')
		return map_get(&r->anchors, reference + 1);
	for (const char *at = reference + 1; *at == '/' && node;) {
		size_t len = strcspn(++at, "/"), n = 0;
		key = arena_strndup(r->court->mem, at, len);
		for (size_t i = 0; i < len; i++) {
			key[n++] = at[i];
			if (at[i] == '~' && i + 1 < len && (at[i + 1] == '0' || at[i + 1] == '1'))
				key[n - 1] = at[++i] == '0' ? '~' : '/';
		}
		key[n] = '\0';
		if (node->kind == DATA_LIST) {
			size_t index = strtoul(key, NULL, 10);
			node = index < node->n ? node->items[index] : NULL;
		} else {
			node = data_find(node, key);
		}
		at += len;
	}
	return node;
}

static void read_reference(struct annotation_reader *r, struct annotation *a,
			   const struct data_node *value)
{
	const struct data_node *target = data_text(value) ? find_target(r, value->text) : NULL;

	if (target)
		add_path(r, a, (struct annotation_path){.way = WAY_SAME}, target);
	else if (data_text(value) && (*value->text != '#' || strchr(value->text, '%')))
		*ARENA_PUSH(r->court->mem, &r->unresolved) = value;
}

static void read_properties(struct annotation_reader *r, struct annotation *a,
			    const struct data_node *value)
{
	for (size_t i = 0; value->kind == DATA_MAP && i < value->n; i++)
		map_put(&a->properties, r->court->mem, value->pairs[i].key->text,
			read_object(r, value->pairs[i].value));
}

static void read_patterns(struct annotation_reader *r, struct annotation *a,
			  const struct data_node *value)
{
	for (size_t i = 0; value->kind == DATA_MAP && i < value->n; i++)
		add_path(r, a,
			 (struct annotation_path){.way = WAY_PATTERN, .part = value->pairs[i].key},
			 value->pairs[i].value);
}

static void read_additional(struct annotation_reader *r, struct annotation *a,
			    const struct data_node *value)
{
	add_path(r, a, (struct annotation_path){.way = WAY_ADDITIONAL}, value);
}

static void read_prefix(struct annotation_reader *r, struct annotation *a,
			const struct data_node *value)
{
	for (size_t i = 0; value->kind == DATA_LIST && i < value->n; i++)
		add_path(r, a, (struct annotation_path){.way = WAY_PREFIX, .index = i},
			 value->items[i]);
}

static void read_items(struct annotation_reader *r, struct annotation *a,
		       const struct data_node *value)
{
	const struct data_node *prefix = data_find(a->node, "prefixItems");

	add_path(r, a, (struct annotation_path){.way = WAY_ITEMS, .index = prefix ? prefix->n : 0},
		 value);
}

static void read_all_of(struct annotation_reader *r, struct annotation *a,
			const struct data_node *value)
{
	for (size_t i = 0; value->kind == DATA_LIST && i < value->n; i++)
		add_path(r, a, (struct annotation_path){.way = WAY_SAME}, value->items[i]);
}

static void read_branches(struct annotation_reader *r, struct annotation *a,
			  const struct data_node *value)
{
	for (size_t i = 0; value->kind == DATA_LIST && i < value->n; i++)
		add_guarded(r, a, WAY_IF_FITS, value->items[i], value->items[i]);
}

static void read_then(struct annotation_reader *r, struct annotation *a,
		      const struct data_node *value)
{
	const struct data_node *condition = data_find(a->node, "if");

	if (condition)
		add_guarded(r, a, WAY_IF_FITS, condition, value);
}

static void read_else(struct annotation_reader *r, struct annotation *a,
		      const struct data_node *value)
{
	const struct data_node *condition = data_find(a->node, "if");

	if (condition)
		add_guarded(r, a, WAY_IF_NOT, condition, value);
}

static void read_dependent(struct annotation_reader *r, struct annotation *a,
			   const struct data_node *value)
{
	for (size_t i = 0; value->kind == DATA_MAP && i < value->n; i++)
		add_path(
		    r, a,
		    (struct annotation_path){.way = WAY_IF_KEY, .key = value->pairs[i].key->text},
		    value->pairs[i].value);
}

/* What stands here holds for no value in particular. */
static void read_nowhere(struct annotation_reader *r, struct annotation *a,
			 const struct data_node *value)
{
	struct annotation *there = read_object(r, value);

	(void)a;
	if (there->annotated)
		annotation_fault(r, value, "annotations are not read here");
}

static const struct {
	const char *name;
	void (*read)(struct annotation_reader *r, struct annotation *a,
		     const struct data_node *value);
} ways[] = {
    {"$ref", read_reference},
    {"properties", read_properties},
    {"patternProperties", read_patterns},
    {"additionalProperties", read_additional},
    {"prefixItems", read_prefix},
    {"items", read_items},
    {"allOf", read_all_of},
    {"anyOf", read_branches},
    {"oneOf", read_branches},
    {"then", read_then},
    {"else", read_else},
    {"dependentSchemas", read_dependent},
    {"if", read_nowhere},
    {"not", read_nowhere},
    {"contains", read_nowhere},
    {"propertyNames", read_nowhere},
    {"unevaluatedItems", read_nowhere},
    {"unevaluatedProperties", read_nowhere},
};

/* Recursion is bounded by the depth of the tree: an object that was seen is not read again. */
static struct annotation *read_object(struct annotation_reader *r, const struct data_node *node)
{
	struct annotation *a = map_get_n(&r->seen, (const char *)&node, sizeof node);

	if (a)
		return a;
	a = arena_new(r->court->mem, struct annotation, 1);
	a->node = node;
	map_put_n(&r->seen, r->court->mem, (const char *)&a->node, sizeof a->node, a);
	*ARENA_PUSH(r->court->mem, &r->all) = a;
	for (size_t i = 0; node->kind == DATA_MAP && i < node->n; i++) {
		const struct data_pair *pair = &node->pairs[i];
		annotation_take(r, a, pair);
		for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
			if (!strcmp(ways[k].name, pair->key->text))
				ways[k].read(r, a, pair->value);
	}
	return a;
}

/* -- the whole -------------------------------------------------------------------------------- */

/* Keys that the schema declares, and the parts that it names by $anchor, the first of a name. */
static void collect_names(struct annotation_reader *r, const struct data_node *node)
{
	const struct data_node *properties = data_find(node, "properties");
	const char *anchor = data_find_text(node, "$anchor");

	if (anchor && !map_has(&r->anchors, anchor))
		map_put(&r->anchors, r->court->mem, anchor, (void *)node);
	for (size_t i = 0; properties && properties->kind == DATA_MAP && i < properties->n; i++)
		map_put(&r->keys, r->court->mem, properties->pairs[i].key->text, r);
	for (size_t i = 0; i < node->n; i++) {
		if (node->kind == DATA_MAP)
			collect_names(r, node->pairs[i].value);
		else if (node->kind == DATA_LIST)
			collect_names(r, node->items[i]);
	}
}

/* Whether a walk along a path can come to an annotation. Circles make passes of this necessary. */
static bool spread(struct annotation *a)
{
	bool before = a->matters;

	a->matters = a->matters || a->annotated;
	for (size_t i = 0; i < a->paths.n && !a->matters; i++)
		a->matters = a->paths.items[i].to->matters;
	for (size_t i = 0; i < a->properties.n && !a->matters; i++)
		a->matters = ((struct annotation *)a->properties.entries[i].value)->matters;
	return a->matters != before;
}

static struct data_node *new_node(struct annotation_reader *r, const struct data_node *from,
				  enum data_kind kind)
{
	struct data_node *node = arena_new(r->court->mem, struct data_node, 1);

	node->kind = kind;
	node->at = from->at;
	node->text = "";
	return node;
}

/* A part of the schema as a schema of its own. What is wrong with the schema was said when it was
 * read; then no part of it decides about others. */
static const struct schema *compile_part(struct annotation_reader *r, const struct data_node *part)
{
	struct diag_sink unsaid;

	if (!r->whole) {
		diag_init(&unsaid, r->court->mem);
		r->whole = schema_compile(r->court->mem, r->root, &unsaid);
		r->faulty = diag_count(&unsaid).errors > 0;
	}
	return r->faulty ? NULL : schema_part(r->whole, part, r->court->mem);
}

/* Keys of patternProperties: as a schema of the key. */
static const struct schema *compile_pattern(struct annotation_reader *r,
					    const struct data_node *pattern)
{
	struct data_node *schema = new_node(r, pattern, DATA_MAP);
	struct data_node *key = new_node(r, pattern, DATA_TEXT);
	const struct schema *compiled;
	struct diag_sink unsaid;

	diag_init(&unsaid, r->court->mem);
	key->text = "pattern";
	key->len = strlen(key->text);
	schema->pairs = arena_new(r->court->mem, struct data_pair, 1);
	schema->pairs[schema->n++] = (struct data_pair){key, (struct data_node *)pattern};
	compiled = schema_compile(r->court->mem, schema, &unsaid);
	return unsaid.n ? NULL : compiled;
}

/* Conditions of those paths alone that lead to an annotation. */
static void compile_guards(struct annotation_reader *r, struct annotation *a)
{
	for (size_t i = 0; i < a->paths.n; i++) {
		struct annotation_path *path = &a->paths.items[i];
		if (!path->part || !path->to->matters)
			continue;
		path->guard = path->way == WAY_PATTERN ? compile_pattern(r, path->part)
						       : compile_part(r, path->part);
		if (!path->guard && path->way != WAY_PATTERN && !r->faulty)
			*ARENA_PUSH(r->court->mem, &r->unresolved) = path->part;
	}
}

/* One that leads nowhere at all was said when the schema was compiled. */
static void report_unresolved(struct annotation_reader *r, const struct data_node *node)
{
	const struct diag_sink *diags = r->court->diags;

	for (size_t i = 0; i < diags->n; i++)
		if (diags->items[i].rule == RULE_TEMPLATE_INVALID &&
		    diags->items[i].at.source == node->at.source &&
		    diags->items[i].at.start == node->at.start)
			return;
	diag_help(r->court->diags,
		  annotation_fault(r, node, "annotations are not followed through this reference"),
		  "use a reference such as '#/$defs/NAME'");
}

struct annotation *annotation_read(struct court *court, const struct data_node *root)
{
	struct annotation_reader r = {.court = court, .root = root};
	struct annotation *top;
	bool changed = true;

	collect_names(&r, root);
	top = read_object(&r, root);
	if (!r.some)
		return NULL;
	while (changed) {
		changed = false;
		for (size_t i = r.all.n; i-- > 0;)
			changed = spread(r.all.items[i]) || changed;
	}
	for (size_t i = 0; i < r.all.n; i++)
		compile_guards(&r, r.all.items[i]);
	for (size_t i = 0; i < r.unresolved.n; i++)
		report_unresolved(&r, r.unresolved.items[i]);
	return top->matters ? top : NULL;
}
