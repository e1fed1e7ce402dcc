/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_compile.c - a tree into subschemas, by one table of keywords */
#include "base/text.h"
#include "read/schema_internal.h"
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

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

	(void)s;
	if (!is_scalar(pair->value)) {
		wrong_value(c, pair, "the name of a format");
		return;
	}
	*format = schema_format_find(pair->value->text);
	if (*format)
		return;
	near = schema_format_near(pair->value->text);
	if (near && !strcmp(near, pair->value->text))
		schema_fault(c, pair->value->at, "format '%s' is not checked here", near);
	else if (near)
		diag_help(
		    c->diags,
		    schema_fault(c, pair->value->at, "format '%s' is not known", pair->value->text),
		    "did you mean '%s'?", near);
}

/* -- keywords that hold schemas --------------------------------------------------------------- */

static void take_schema(struct schema_compiler *c, struct subschema *s,
			const struct data_pair *pair, void *member)
{
	*(struct subschema **)member = schema_compile_node(c, pair->value, s->base);
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
		struct subschema *one = schema_compile_node(c, pair->value->items[i], s->base);
		*ARENA_PUSH(c->mem, list) = one;
	}
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
	for (size_t i = 0; i < map->n; i++) {
		const struct data_node *key = map->pairs[i].key;
		struct subschema *one = schema_compile_node(c, map->pairs[i].value, s->base);
		*ARENA_PUSH(c->mem, names) = (struct schema_named){.key = key, .schema = one};
		map_put_n(&names->by_key, c->mem, key->text, key->len, one);
	}
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
		*ARENA_PUSH(c->mem, c) = (struct schema_reference){s, pair->value};
	else
		wrong_value(c, pair, "a reference such as '#/$defs/date'");
}

static void take_dialect(struct schema_compiler *c, struct subschema *s,
			 const struct data_pair *pair, void *member)
{
	const char *text = pair->value->text;

	(void)s;
	(void)member;
	if (!strcmp(text, DIALECT) || !strcmp(text, DIALECT "#"))
		return;
	diag_help(c->diags, schema_fault(c, pair->value->at, "'%s' is not read here", text),
		  "schemas are written in %s", DIALECT);
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

static const struct {
	const char *keyword, *help;
} refused[] = {
    {"$dynamicRef", "use $ref"},
    {"$recursiveRef", "use $ref"},
    {"$recursiveAnchor", "use $anchor"},
    {"$vocabulary", "schemas use the vocabularies of the 2020-12 dialect"},
    {"contentEncoding", "content of text is not looked into"},
    {"contentMediaType", "content of text is not looked into"},
    {"contentSchema", "content of text is not looked into"},
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
};
#define MEMBER(name) offsetof(struct subschema, name)

static const struct keyword keywords[] = {
    {"$schema", take_dialect, 0},
    {"$id", take_nothing, 0},
    {"$anchor", take_nothing, 0},
    {"$dynamicAnchor", take_nothing, 0},
    {"$ref", take_reference, 0},
    {"$defs", take_named, MEMBER(definitions)},
    {"$comment", take_text, MEMBER(comment)},
    {"title", take_text, MEMBER(title)},
    {"description", take_text, MEMBER(description)},
    {"default", take_any, MEMBER(fallback)},
    {"examples", take_list, MEMBER(examples)},
    {"deprecated", take_flag, MEMBER(deprecated)},
    {"readOnly", take_flag, MEMBER(read_only)},
    {"writeOnly", take_flag, MEMBER(write_only)},
    {"type", take_type, MEMBER(types)},
    {"enum", take_list, MEMBER(values)},
    {"const", take_any, MEMBER(constant)},
    {"minimum", take_limit, MEMBER(minimum)},
    {"maximum", take_limit, MEMBER(maximum)},
    {"exclusiveMinimum", take_limit, MEMBER(above)},
    {"exclusiveMaximum", take_limit, MEMBER(below)},
    {"multipleOf", take_multiple, MEMBER(multiple)},
    {"minLength", take_count, MEMBER(min_length)},
    {"maxLength", take_count, MEMBER(max_length)},
    {"pattern", take_pattern, MEMBER(pattern)},
    {"format", take_format, MEMBER(format)},
    {"prefixItems", take_schemas, MEMBER(prefix)},
    {"items", take_schema, MEMBER(items)},
    {"contains", take_schema, MEMBER(contains)},
    {"minContains", take_count, MEMBER(min_contains)},
    {"maxContains", take_count, MEMBER(max_contains)},
    {"minItems", take_count, MEMBER(min_items)},
    {"maxItems", take_count, MEMBER(max_items)},
    {"uniqueItems", take_flag, MEMBER(unique)},
    {"unevaluatedItems", take_schema, MEMBER(unevaluated_items)},
    {"properties", take_named, MEMBER(properties)},
    {"patternProperties", take_patterns, MEMBER(patterns)},
    {"additionalProperties", take_schema, MEMBER(additional)},
    {"propertyNames", take_schema, MEMBER(key_schema)},
    {"required", take_keys, MEMBER(required)},
    {"minProperties", take_count, MEMBER(min_keys)},
    {"maxProperties", take_count, MEMBER(max_keys)},
    {"dependentRequired", take_dependent_keys, MEMBER(dependent_required)},
    {"dependentSchemas", take_named, MEMBER(dependent_schemas)},
    {"unevaluatedProperties", take_schema, MEMBER(unevaluated)},
    {"allOf", take_schemas, MEMBER(all_of)},
    {"anyOf", take_schemas, MEMBER(any_of)},
    {"oneOf", take_schemas, MEMBER(one_of)},
    {"not", take_schema, MEMBER(not )},
    {"if", take_schema, MEMBER(condition)},
    {"then", take_schema, MEMBER(then)},
    {"else", take_schema, MEMBER(otherwise)},
};
enum { N_KEYWORDS = sizeof keywords / sizeof *keywords };

static const struct keyword refused_keyword = {"", take_refused, 0};

static void fill_keywords(struct schema_compiler *c)
{
	for (size_t i = 0; i < N_KEYWORDS; i++)
		map_put(&c->keywords, c->mem, keywords[i].name, (void *)&keywords[i]);
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		map_put(&c->keywords, c->mem, refused[i].keyword, (void *)&refused_keyword);
}

static void unknown_keyword(struct schema_compiler *c, const struct data_node *key)
{
	const char *names[N_KEYWORDS], *near;
	struct finding *f;

	if (text_starts_with(key->text, "x-"))
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
		if (k)
			k->take(c, s, pair, (char *)s + k->member);
		else
			unknown_keyword(c, pair->key);
	}
}

struct subschema *schema_compiled(const struct schema_compiler *c, const struct data_node *node)
{
	return map_get_n(&c->compiled, (const char *)&node, sizeof node);
}

/* Recursion is bounded by the depth of the tree. */
struct subschema *schema_compile_node(struct schema_compiler *c, const struct data_node *node,
				      const char *base)
{
	struct subschema *s = schema_compiled(c, node);

	if (s)
		return s;
	s = arena_new(c->mem, struct subschema, 1);
	s->node = node;
	s->base = base;
	s->all_types = SCHEMA_ANY;
	map_put_n(&c->compiled, c->mem, (const char *)&s->node, sizeof s->node, s);
	if (node->kind == DATA_MAP) {
		schema_identify(c, s, base);
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

struct schema *schema_compile(struct arena *mem, const struct data_node *root,
			      struct diag_sink *diags)
{
	struct schema_compiler c = {.mem = mem, .diags = diags};
	struct schema *schema = arena_new(mem, struct schema, 1);

	fill_keywords(&c);
	schema->root = schema_compile_node(&c, root, "");
	map_put(&c.resources, mem, "", schema->root);
	schema_resolve_all(&c, schema->root);
	return schema;
}
