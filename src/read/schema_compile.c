/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_compile.c - a tree into subschemas, by one table of keywords */
#include "base/text.h"
#include "read/schema_internal.h"
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

/* Takes a keyword's value into the member of its subschema. */
typedef void take_keyword(struct schema_compiler *c, struct subschema *s,
			  const struct data_pair *pair, void *member);

struct finding *schema_fault(struct schema_compiler *c, struct span at, const char *format, ...)
{
	va_list args;
	char *detail;

	va_start(args, format);
	detail = arena_vprintf(c->diags->mem, format, args);
	va_end(args);
	return diag_add(c->diags, RULE_TEMPLATE_INVALID, at, "%s", detail);
}

static void wrong_value(struct schema_compiler *c, const struct data_pair *pair,
			const char *expected)
{
	schema_fault(c, pair->value->at, "'%s' takes %s", pair->key->text, expected);
}

static bool is_scalar(const struct data_node *node)
{
	return node->kind != DATA_LIST && node->kind != DATA_MAP;
}

/* -- keywords of one value -------------------------------------------------------------------- */

static const struct {
	const char *name;
	unsigned bits;
} types[] = {
    {"string", SCHEMA_TEXT},     {"number", SCHEMA_NUMBER | SCHEMA_INTEGER},
    {"integer", SCHEMA_INTEGER}, {"boolean", SCHEMA_BOOL},
    {"array", SCHEMA_LIST},      {"object", SCHEMA_MAP},
    {"null", SCHEMA_NULL},
};

static unsigned type_bits(struct schema_compiler *c, const struct data_node *name)
{
	const char *names[sizeof types / sizeof *types], *near;
	struct finding *f;

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		names[i] = types[i].name;
		if (is_scalar(name) && !strcmp(types[i].name, name->text))
			return types[i].bits;
	}
	f = schema_fault(c, name->at, "'%s' is no type", name->text);
	near = text_nearest(name->text, names, sizeof types / sizeof *types);
	if (near)
		diag_help(c->diags, f, "did you mean '%s'?", near);
	else
		diag_help(c->diags, f,
			  "types are string, number, integer, boolean, array, object "
			  "and null");
	return 0;
}

static void take_type(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		      void *member)
{
	const struct data_node *value = pair->value;
	unsigned *bits = member;

	(void)s;
	if (is_scalar(value))
		*bits = type_bits(c, value);
	else if (value->kind == DATA_LIST && value->n)
		for (size_t i = 0; i < value->n; i++)
			*bits |= type_bits(c, value->items[i]);
	else
		wrong_value(c, pair, "the name of a type, or a list of them");
}

static void take_list(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		      void *member)
{
	(void)s;
	if (pair->value->kind == DATA_LIST)
		*(const struct data_node **)member = pair->value;
	else
		wrong_value(c, pair, "a list");
}

static void take_any(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		     void *member)
{
	(void)c;
	(void)s;
	*(const struct data_node **)member = pair->value;
}

static void take_text(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		      void *member)
{
	(void)s;
	if (is_scalar(pair->value))
		*(const struct data_node **)member = pair->value;
	else
		wrong_value(c, pair, "text");
}

static void take_flag(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		      void *member)
{
	(void)s;
	if (pair->value->kind == DATA_BOOL)
		*(bool *)member = pair->value->truth;
	else
		wrong_value(c, pair, "true or false");
}

static void take_limit(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		       void *member)
{
	struct schema_limit *limit = member;

	(void)s;
	if (pair->value->kind != DATA_NUMBER || !pair->value->json_number) {
		wrong_value(c, pair, "a number as JSON writes it");
		return;
	}
	limit->node = pair->value;
	limit->value = pair->value->number;
}

static void take_multiple(struct schema_compiler *c, struct subschema *s,
			  const struct data_pair *pair, void *member)
{
	if (pair->value->kind == DATA_NUMBER && pair->value->number <= 0)
		wrong_value(c, pair, "a number above 0");
	else
		take_limit(c, s, pair, member);
}

static void take_count(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		       void *member)
{
	struct schema_count *count = member;
	double value = pair->value->number;

	(void)s;
	if (pair->value->kind != DATA_NUMBER || value < 0 || value > 1e15 ||
	    value != floor(value)) {
		wrong_value(c, pair, "a whole number of at least 0");
		return;
	}
	*count = (struct schema_count){true, (size_t)value};
}

static void take_pattern(struct schema_compiler *c, struct subschema *s,
			 const struct data_pair *pair, void *member)
{
	const struct schema_pattern **pattern = member;
	const char *problem = "text";

	(void)s;
	if (is_scalar(pair->value))
		*pattern =
		    schema_pattern_new(c->mem, pair->value->text, pair->value->len, &problem);
	if (!*pattern)
		schema_fault(c, pair->value->at, "'%s' is no regular expression: %s",
			     pair->value->text, problem);
}

/* An unknown format is an annotation, by the specification; a slip of a known one is not. */
static void take_format(struct schema_compiler *c, struct subschema *s,
			const struct data_pair *pair, void *member)
{
	const struct schema_format **format = member;
	const char *near;

	if (!is_scalar(pair->value)) {
		wrong_value(c, pair, "the name of a format");
		return;
	}
	if (c->options->annotate_formats &&
	    !(s->resource->vocabularies & VOCABULARY_FORMAT_ASSERTION))
		return;
	*format = schema_format_find(pair->value->text);
	if (*format)
		return;
	near = schema_format_near(pair->value->text);
	if (near)
		diag_help(
		    c->diags,
		    schema_fault(c, pair->value->at, "format '%s' is not known", pair->value->text),
		    "did you mean '%s'?", near);
}

/* -- keywords that hold schemas --------------------------------------------------------------- */

static void take_schema(struct schema_compiler *c, struct subschema *s,
			const struct data_pair *pair, void *member)
{
	*(struct subschema **)member = schema_compile_node(c, pair->value, s->resource);
}

static void take_schemas(struct schema_compiler *c, struct subschema *s,
			 const struct data_pair *pair, void *member)
{
	struct schema_list *list = member;

	if (pair->value->kind != DATA_LIST || !pair->value->n) {
		wrong_value(c, pair, "a list of schemas");
		return;
	}
	for (size_t i = 0; i < pair->value->n; i++) {
		struct subschema *one = schema_compile_node(c, pair->value->items[i], s->resource);
		*ARENA_PUSH(c->mem, list) = one;
	}
}

static void add_named(struct schema_compiler *c, struct subschema *s, struct schema_names *names,
		      const struct data_pair *pair)
{
	struct subschema *one = schema_compile_node(c, pair->value, s->resource);

	*ARENA_PUSH(c->mem, names) = (struct schema_named){.key = pair->key, .schema = one};
	map_put_n(&names->by_key, c->mem, pair->key->text, pair->key->len, one);
}

static void take_named(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		       void *member)
{
	struct schema_names *names = member;
	const struct data_node *map = pair->value;

	if (map->kind != DATA_MAP) {
		wrong_value(c, pair, "a map of schemas");
		return;
	}
	for (size_t i = 0; i < map->n; i++)
		add_named(c, s, names, &map->pairs[i]);
}

static void take_patterns(struct schema_compiler *c, struct subschema *s,
			  const struct data_pair *pair, void *member)
{
	struct schema_names *names = member;
	const char *problem;

	take_named(c, s, pair, member);
	for (size_t i = 0; i < names->n; i++) {
		const struct data_node *key = names->items[i].key;
		names->items[i].pattern = schema_pattern_new(c->mem, key->text, key->len, &problem);
		if (!names->items[i].pattern)
			schema_fault(c, key->at, "'%s' is no regular expression: %s", key->text,
				     problem);
	}
}

static bool are_keys(const struct data_node *list)
{
	if (list->kind != DATA_LIST)
		return false;
	for (size_t i = 0; i < list->n; i++)
		if (!is_scalar(list->items[i]))
			return false;
	return true;
}

static void take_keys(struct schema_compiler *c, struct subschema *s, const struct data_pair *pair,
		      void *member)
{
	(void)s;
	if (are_keys(pair->value))
		*(const struct data_node **)member = pair->value;
	else
		wrong_value(c, pair, "a list of keys");
}

static void take_dependent_keys(struct schema_compiler *c, struct subschema *s,
				const struct data_pair *pair, void *member)
{
	const struct data_node *map = pair->value;
	bool good = map->kind == DATA_MAP;

	(void)s;
	for (size_t i = 0; good && i < map->n; i++)
		good = are_keys(map->pairs[i].value);
	if (good)
		*(const struct data_node **)member = map;
	else
		wrong_value(c, pair, "a map of lists of keys");
}

/* -- references and what is refused ----------------------------------------------------------- */

static void take_reference(struct schema_compiler *c, struct subschema *s,
			   const struct data_pair *pair, void *member)
{
	(void)member;
	if (is_scalar(pair->value))
		*ARENA_PUSH(c->mem, c) = (struct schema_reference){s, pair->value, false};
	else
		wrong_value(c, pair, "a reference such as '#/$defs/date'");
}

static void take_dynamic_reference(struct schema_compiler *c, struct subschema *s,
				   const struct data_pair *pair, void *member)
{
	(void)member;
	if (is_scalar(pair->value))
		*ARENA_PUSH(c->mem, c) = (struct schema_reference){s, pair->value, true};
	else
		wrong_value(c, pair, "a reference such as '#node'");
}

static void take_vocabulary(struct schema_compiler *c, struct subschema *s,
			    const struct data_pair *pair, void *member)
{
	(void)s;
	(void)member;
	schema_vocabulary_check(c, pair);
}

/* schema_identify() has read it. */
static void take_nothing(struct schema_compiler *c, struct subschema *s,
			 const struct data_pair *pair, void *member)
{
	(void)c;
	(void)s;
	(void)pair;
	(void)member;
}

/* `dependencies` of older drafts: lists of keys and schemas in one map. */
static void take_dependencies(struct schema_compiler *c, struct subschema *s,
			      const struct data_pair *pair, void *member)
{
	const struct data_node *map = pair->value;
	struct data_node *lists = arena_new(c->mem, struct data_node, 1);

	(void)member;
	if (map->kind != DATA_MAP) {
		wrong_value(c, pair, "a map of lists of keys and schemas");
		return;
	}
	*lists = *map;
	lists->pairs = arena_new(c->mem, struct data_pair, map->n);
	lists->n = 0;
	for (size_t i = 0; i < map->n; i++) {
		if (are_keys(map->pairs[i].value))
			lists->pairs[lists->n++] = map->pairs[i];
		else
			add_named(c, s, &s->dependent_schemas, &map->pairs[i]);
	}
	s->dependencies = lists;
}

/* Keywords of older drafts, which a workspace's schema is told how to write. */
static const struct {
	const char *keyword, *help;
} refused[] = {
    {"$recursiveRef", "use $dynamicRef"},
    {"$recursiveAnchor", "use $dynamicAnchor"},
    {"definitions", "use $defs"},
    {"dependencies", "use dependentRequired or dependentSchemas"},
    {"additionalItems", "use items beside prefixItems"},
    {"divisibleBy", "use multipleOf"},
    {"id", "use $id"},
};

static void take_refused(struct schema_compiler *c, struct subschema *s,
			 const struct data_pair *pair, void *member)
{
	struct finding *f =
	    schema_fault(c, pair->key->at, "keyword '%s' is not read here", pair->key->text);

	(void)s;
	(void)member;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (!strcmp(refused[i].keyword, pair->key->text))
			diag_help(c->diags, f, "%s", refused[i].help);
}

/* -- the table -------------------------------------------------------------------------------- */

struct keyword {
	const char *name;
	take_keyword *take;
	size_t member;
	unsigned vocabularies; /* it is read where the dialect has one of these */
};
#define MEMBER(name) offsetof(struct subschema, name)

static const struct keyword keywords[] = {
    {"$schema", take_nothing, 0, VOCABULARY_CORE},
    {"$vocabulary", take_vocabulary, 0, VOCABULARY_CORE},
    {"$dynamicRef", take_dynamic_reference, 0, VOCABULARY_CORE},
    {"$id", take_nothing, 0, VOCABULARY_CORE},
    {"$anchor", take_nothing, 0, VOCABULARY_CORE},
    {"$dynamicAnchor", take_nothing, 0, VOCABULARY_CORE},
    {"$ref", take_reference, 0, VOCABULARY_CORE},
    {"$defs", take_named, MEMBER(definitions), VOCABULARY_CORE},
    {"$comment", take_text, MEMBER(comment), VOCABULARY_CORE},
    {"title", take_text, MEMBER(title), VOCABULARY_META_DATA},
    {"description", take_text, MEMBER(description), VOCABULARY_META_DATA},
    {"default", take_any, MEMBER(fallback), VOCABULARY_META_DATA},
    {"examples", take_list, MEMBER(examples), VOCABULARY_META_DATA},
    {"deprecated", take_flag, MEMBER(deprecated), VOCABULARY_META_DATA},
    {"readOnly", take_flag, MEMBER(read_only), VOCABULARY_META_DATA},
    {"writeOnly", take_flag, MEMBER(write_only), VOCABULARY_META_DATA},
    {"type", take_type, MEMBER(types), VOCABULARY_VALIDATION},
    {"enum", take_list, MEMBER(values), VOCABULARY_VALIDATION},
    {"const", take_any, MEMBER(constant), VOCABULARY_VALIDATION},
    {"minimum", take_limit, MEMBER(minimum), VOCABULARY_VALIDATION},
    {"maximum", take_limit, MEMBER(maximum), VOCABULARY_VALIDATION},
    {"exclusiveMinimum", take_limit, MEMBER(above), VOCABULARY_VALIDATION},
    {"exclusiveMaximum", take_limit, MEMBER(below), VOCABULARY_VALIDATION},
    {"multipleOf", take_multiple, MEMBER(multiple), VOCABULARY_VALIDATION},
    {"minLength", take_count, MEMBER(min_length), VOCABULARY_VALIDATION},
    {"maxLength", take_count, MEMBER(max_length), VOCABULARY_VALIDATION},
    {"pattern", take_pattern, MEMBER(pattern), VOCABULARY_VALIDATION},
    {"format", take_format, MEMBER(format),
     VOCABULARY_FORMAT_ANNOTATION | VOCABULARY_FORMAT_ASSERTION},
    {"prefixItems", take_schemas, MEMBER(prefix), VOCABULARY_APPLICATOR},
    {"items", take_schema, MEMBER(items), VOCABULARY_APPLICATOR},
    {"contains", take_schema, MEMBER(contains), VOCABULARY_APPLICATOR},
    {"minContains", take_count, MEMBER(min_contains), VOCABULARY_VALIDATION},
    {"maxContains", take_count, MEMBER(max_contains), VOCABULARY_VALIDATION},
    {"minItems", take_count, MEMBER(min_items), VOCABULARY_VALIDATION},
    {"maxItems", take_count, MEMBER(max_items), VOCABULARY_VALIDATION},
    {"uniqueItems", take_flag, MEMBER(unique), VOCABULARY_VALIDATION},
    {"unevaluatedItems", take_schema, MEMBER(unevaluated_items), VOCABULARY_UNEVALUATED},
    {"properties", take_named, MEMBER(properties), VOCABULARY_APPLICATOR},
    {"patternProperties", take_patterns, MEMBER(patterns), VOCABULARY_APPLICATOR},
    {"additionalProperties", take_schema, MEMBER(additional), VOCABULARY_APPLICATOR},
    {"propertyNames", take_schema, MEMBER(key_schema), VOCABULARY_APPLICATOR},
    {"required", take_keys, MEMBER(required), VOCABULARY_VALIDATION},
    {"minProperties", take_count, MEMBER(min_keys), VOCABULARY_VALIDATION},
    {"maxProperties", take_count, MEMBER(max_keys), VOCABULARY_VALIDATION},
    {"dependentRequired", take_dependent_keys, MEMBER(dependent_required), VOCABULARY_VALIDATION},
    {"dependentSchemas", take_named, MEMBER(dependent_schemas), VOCABULARY_APPLICATOR},
    {"unevaluatedProperties", take_schema, MEMBER(unevaluated), VOCABULARY_UNEVALUATED},
    {"allOf", take_schemas, MEMBER(all_of), VOCABULARY_APPLICATOR},
    {"anyOf", take_schemas, MEMBER(any_of), VOCABULARY_APPLICATOR},
    {"oneOf", take_schemas, MEMBER(one_of), VOCABULARY_APPLICATOR},
    {"not", take_schema, MEMBER(not ), VOCABULARY_APPLICATOR},
    {"if", take_schema, MEMBER(condition), VOCABULARY_APPLICATOR},
    {"then", take_schema, MEMBER(then), VOCABULARY_APPLICATOR},
    {"else", take_schema, MEMBER(otherwise), VOCABULARY_APPLICATOR},
    {"contentEncoding", take_text, MEMBER(encoding), VOCABULARY_CONTENT},
    {"contentMediaType", take_text, MEMBER(media_type), VOCABULARY_CONTENT},
    {"contentSchema", take_schema, MEMBER(content), VOCABULARY_CONTENT},
};
enum { N_KEYWORDS = sizeof keywords / sizeof *keywords };

static const struct keyword refused_keyword = {"", take_refused, 0, VOCABULARY_STANDARD};
/* Keywords that 2020-12 has let go, for schemas that are older. */
static const struct keyword former_keywords[] = {
    {"definitions", take_named, MEMBER(definitions), VOCABULARY_STANDARD},
    {"dependencies", take_dependencies, 0, VOCABULARY_STANDARD},
};

static void fill_keywords(struct schema_compiler *c)
{
	bool strict = !c->options->allow_unknown;

	for (size_t i = 0; i < N_KEYWORDS; i++)
		map_put(&c->keywords, c->mem, keywords[i].name, (void *)&keywords[i]);
	for (size_t i = 0; strict && i < sizeof refused / sizeof *refused; i++)
		map_put(&c->keywords, c->mem, refused[i].keyword, (void *)&refused_keyword);
	for (size_t i = 0; !strict && i < sizeof former_keywords / sizeof *former_keywords; i++)
		map_put(&c->keywords, c->mem, former_keywords[i].name, (void *)&former_keywords[i]);
}

static void unknown_keyword(struct schema_compiler *c, const struct data_node *key)
{
	const char *names[N_KEYWORDS], *near;
	struct finding *f;

	if (c->options->allow_unknown || text_starts_with(key->text, "x-"))
		return; /* annotations of others */
	for (size_t i = 0; i < N_KEYWORDS; i++)
		names[i] = keywords[i].name;
	f = schema_fault(c, key->at, "keyword '%s' is not known", key->text);
	near = text_nearest(key->text, names, N_KEYWORDS);
	if (near)
		diag_help(c->diags, f, "did you mean '%s'?", near);
}

static void compile_keywords(struct schema_compiler *c, struct subschema *s)
{
	for (size_t i = 0; i < s->node->n; i++) {
		const struct data_pair *pair = &s->node->pairs[i];
		const struct keyword *k = map_get_n(&c->keywords, pair->key->text, pair->key->len);
		if (!k)
			unknown_keyword(c, pair->key);
		else if (k->vocabularies & s->resource->vocabularies)
			k->take(c, s, pair, (char *)s + k->member);
	}
}

struct subschema *schema_compiled(const struct schema_compiler *c, const struct data_node *node)
{
	return map_get_n(&c->compiled, (const char *)&node, sizeof node);
}

/* Recursion is bounded by the depth of the tree. */
struct subschema *schema_compile_node(struct schema_compiler *c, const struct data_node *node,
				      struct schema_resource *around)
{
	struct subschema *s = schema_compiled(c, node);

	if (s)
		return s;
	s = arena_new(c->mem, struct subschema, 1);
	s->node = node;
	s->resource = around;
	s->all_types = SCHEMA_ANY;
	map_put_n(&c->compiled, c->mem, (const char *)&s->node, sizeof s->node, s);
	if (node->kind == DATA_MAP) {
		schema_identify(c, s, around);
		compile_keywords(c, s);
	} else if (node->kind == DATA_BOOL) {
		s->form = node->truth ? SCHEMA_ALL : SCHEMA_NONE;
	} else {
		s->form = SCHEMA_ALL;
		schema_fault(c, node->at, "expected a schema (a map, true or false), found %s",
			     data_kind_name(node->kind));
	}
	return s;
}

struct subschema *schema_compile_document(struct schema_compiler *c, const struct data_node *root,
					  const char *uri)
{
	struct schema_resource *around = arena_new(c->mem, struct schema_resource, 1);
	struct subschema *s;

	around->base = uri;
	around->vocabularies = VOCABULARY_STANDARD;
	s = schema_compile_node(c, root, around);
	if (!map_get(&c->resources, uri))
		map_put(&c->resources, c->mem, uri, s);
	return s;
}

struct schema *schema_compile_with(struct arena *mem, const struct data_node *root,
				   const struct schema_options *options, struct diag_sink *diags)
{
	struct schema_compiler c = {.mem = mem, .diags = diags, .options = options};
	struct schema *schema = arena_new(mem, struct schema, 1);

	fill_keywords(&c);
	schema->root = schema_compile_document(&c, root, "");
	schema_resolve_all(&c, schema->root);
	schema->dynamic = c.dynamic;
	schema->compiled = c.compiled;
	return schema;
}

const struct schema *schema_part(const struct schema *whole, const struct data_node *node,
				 struct arena *mem)
{
	struct subschema *s = map_get_n(&whole->compiled, (const char *)&node, sizeof node);
	struct schema *part;

	if (!s)
		return NULL;
	part = arena_new(mem, struct schema, 1);
	*part = *whole;
	part->root = s;
	return part;
}

struct schema *schema_compile(struct arena *mem, const struct data_node *root,
			      struct diag_sink *diags)
{
	static const struct schema_options workspace = {0};

	return schema_compile_with(mem, root, &workspace, diags);
}
