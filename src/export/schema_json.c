/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/schema_json.c - a schema written in YAML as JSON */
#include "base/number.h"
#include "base/text.h"
#include "export/schemas.h"
#include <string.h>

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

/* What the value of a keyword holds, which decides how plain scalars in it are written. */
enum content {
	HOLDS_VALUES,  /* any JSON */
	HOLDS_NAMES,   /* text, in lists and maps too */
	HOLDS_SCHEMAS, /* a schema, or a list of them */
	HOLDS_NAMED,   /* a map of schemas */
	HOLDS_SAMPLES  /* values that the schema itself is about */
};

static const struct {
	const char *keyword;
	enum content content;
} keywords[] = {
    {"$schema", HOLDS_NAMES},
    {"$id", HOLDS_NAMES},
    {"$anchor", HOLDS_NAMES},
    {"$dynamicAnchor", HOLDS_NAMES},
    {"$ref", HOLDS_NAMES},
    {"$dynamicRef", HOLDS_NAMES},
    {"$comment", HOLDS_NAMES},
    {"title", HOLDS_NAMES},
    {"description", HOLDS_NAMES},
    {"type", HOLDS_NAMES},
    {"pattern", HOLDS_NAMES},
    {"format", HOLDS_NAMES},
    {"required", HOLDS_NAMES},
    {"dependentRequired", HOLDS_NAMES},
    {"contentEncoding", HOLDS_NAMES},
    {"contentMediaType", HOLDS_NAMES},
    {"$defs", HOLDS_NAMED},
    {"properties", HOLDS_NAMED},
    {"patternProperties", HOLDS_NAMED},
    {"dependentSchemas", HOLDS_NAMED},
    {"prefixItems", HOLDS_SCHEMAS},
    {"items", HOLDS_SCHEMAS},
    {"contains", HOLDS_SCHEMAS},
    {"unevaluatedItems", HOLDS_SCHEMAS},
    {"additionalProperties", HOLDS_SCHEMAS},
    {"unevaluatedProperties", HOLDS_SCHEMAS},
    {"propertyNames", HOLDS_SCHEMAS},
    {"contentSchema", HOLDS_SCHEMAS},
    {"allOf", HOLDS_SCHEMAS},
    {"anyOf", HOLDS_SCHEMAS},
    {"oneOf", HOLDS_SCHEMAS},
    {"not", HOLDS_SCHEMAS},
    {"if", HOLDS_SCHEMAS},
    {"then", HOLDS_SCHEMAS},
    {"else", HOLDS_SCHEMAS},
    {"enum", HOLDS_SAMPLES},
    {"const", HOLDS_SAMPLES},
    {"default", HOLDS_SAMPLES},
    {"examples", HOLDS_SAMPLES},
};

static enum content content_of(const char *keyword)
{
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
		if (!strcmp(keywords[i].keyword, keyword))
			return keywords[i].content;
	return HOLDS_VALUES;
}

static void write_string(struct out *to, const char *text, size_t len)
{
	out_putc(to, '"');
	text_write_json(to, text, len);
	out_putc(to, '"');
}

static void write_scalar(struct out *to, const struct data_node *node, enum content content)
{
	char number[NUMBER_TEXT_MAX];

	if (content == HOLDS_NAMES && (node->kind != DATA_NULL || node->len)) {
		write_string(to, node->text, node->len);
		return;
	}
	switch (node->kind) {
	case DATA_NULL:
		out_puts(to, "null");
		break;
	case DATA_BOOL:
		out_puts(to, node->truth ? "true" : "false");
		break;
	case DATA_NUMBER:
		out_puts(to,
			 node->json_number ? node->text : number_shortest(number, node->number));
		break;
	default:
		write_string(to, node->text, node->len);
	}
}

static void new_line(struct out *to, unsigned depth)
{
	out_putc(to, '\n');
	for (unsigned i = 0; i < depth; i++)
		out_puts(to, "  ");
}

/* A schema that takes text alone: what is written in it is text as written. */
static bool takes_text_alone(const struct data_node *schema)
{
	const char *type = data_find_text(schema, "type");

	return type && !strcmp(type, "string");
}

static void write_node(struct out *to, const struct data_node *node, enum content content,
		       unsigned depth);

static void write_list(struct out *to, const struct data_node *list, enum content content,
		       unsigned depth)
{
	out_putc(to, '[');
	for (size_t i = 0; i < list->n; i++) {
		out_puts(to, i ? "," : "");
		new_line(to, depth + 1);
		write_node(to, list->items[i], content, depth + 1);
	}
	if (list->n)
		new_line(to, depth);
	out_putc(to, ']');
}

static void write_member(struct out *to, const struct data_node *map, const struct data_pair *pair,
			 enum content content, unsigned depth)
{
	enum content inner = content;

	if (content == HOLDS_SCHEMAS)
		inner = content_of(pair->key->text);
	else if (content == HOLDS_NAMED)
		inner = HOLDS_SCHEMAS;
	if (inner == HOLDS_SAMPLES)
		inner = takes_text_alone(map) ? HOLDS_NAMES : HOLDS_VALUES;
	new_line(to, depth);
	write_string(to, pair->key->text, pair->key->len);
	out_puts(to, ": ");
	write_node(to, pair->value, inner, depth);
}

static void write_map(struct out *to, const struct data_node *map, enum content content,
		      unsigned depth)
{
	out_putc(to, '{');
	for (size_t i = 0; i < map->n; i++) {
		out_puts(to, i ? "," : "");
		write_member(to, map, &map->pairs[i], content, depth + 1);
	}
	if (map->n)
		new_line(to, depth);
	out_putc(to, '}');
}

/* Recursion is bounded by the depth of the tree. */
static void write_node(struct out *to, const struct data_node *node, enum content content,
		       unsigned depth)
{
	if (node->kind == DATA_LIST)
		write_list(to, node, content, depth);
	else if (node->kind == DATA_MAP)
		write_map(to, node, content, depth);
	else
		write_scalar(to, node, content);
}

void schema_write_json(struct out *to, const struct data_node *schema, const char *id,
		       const char *title)
{
	out_puts(to, "{\n  \"$schema\": \"" DIALECT "\",\n  \"$id\": ");
	write_string(to, id, strlen(id));
	if (!data_find(schema, "title")) {
		out_puts(to, ",\n  \"title\": ");
		write_string(to, title, strlen(title));
	}
	for (size_t i = 0; schema->kind == DATA_MAP && i < schema->n; i++) {
		const char *key = schema->pairs[i].key->text;
		if (!strcmp(key, "$schema") || !strcmp(key, "$id"))
			continue;
		out_putc(to, ',');
		write_member(to, schema, &schema->pairs[i], HOLDS_SCHEMAS, 1);
	}
	/* `true` says nothing more; `false` does. */
	if (schema->kind == DATA_BOOL && !schema->truth)
		out_puts(to, ",\n  \"not\": {}");
	out_puts(to, "\n}\n");
}
