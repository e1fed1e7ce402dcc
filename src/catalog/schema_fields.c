/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/schema_fields.c - what a schema says of its keys, in words for people */
#include "catalog/schema_fields.h"
#include "base/text.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { MOST_REFS = 8, DEEPEST = 4 };

/* -- finding ---------------------------------------------------------------------------------- */

static const struct data_node *follow(const struct schema_field *field,
				      const struct data_node *node)
{
	const char *ref = data_find_text(node, "$ref");

	if (!ref || !text_starts_with(ref, "#/$defs/"))
		return NULL;
	return data_find(data_find(field->root, "$defs"), ref + strlen("#/$defs/"));
}

const struct data_node *field_says(const struct schema_field *field, const char *keyword)
{
	const struct data_node *node = field->node;

	for (int i = 0; node && i < MOST_REFS; i++) {
		const struct data_node *found = data_find(node, keyword);
		if (found)
			return found;
		node = follow(field, node);
	}
	return NULL;
}

struct schema_field field_entry(const struct schema_field *field)
{
	return (struct schema_field){field->root, field_says(field, "items")};
}

struct schema_field field_key(const struct schema_field *field, const char *key)
{
	return (struct schema_field){field->root, data_find(field_says(field, "properties"), key)};
}

bool field_requires(const struct schema_field *field, const char *key)
{
	const struct data_node *required = field_says(field, "required");

	for (size_t i = 0; required && required->kind == DATA_LIST && i < required->n; i++)
		if (!strcmp(required->items[i]->text, key))
			return true;
	return false;
}

/* -- values ----------------------------------------------------------------------------------- */

/* In quotes; escapes only where YAML needs them. */
static void write_quoted(struct out *o, const struct data_node *value)
{
	out_putc(o, '"');
	if (strpbrk(value->text, "\"\\\n\t\r"))
		text_write_json(o, value->text, value->len);
	else
		out_write(o, value->text, value->len);
	out_putc(o, '"');
}

/* Plain scalars stay plain where neither brackets nor a line end could end them. */
static void write_scalar(struct out *o, const struct data_node *value)
{
	if (value->kind == DATA_TEXT && (value->quoted || strpbrk(value->text, ",[]{}\n")))
		write_quoted(o, value);
	else
		out_write(o, value->text, value->len);
}

void value_write_flow(struct out *o, const struct data_node *value)
{
	if (value->kind == DATA_LIST) {
		out_putc(o, '[');
		for (size_t i = 0; i < value->n; i++) {
			out_puts(o, i ? ", " : "");
			value_write_flow(o, value->items[i]);
		}
		out_putc(o, ']');
	} else if (value->kind == DATA_MAP) {
		out_putc(o, '{');
		for (size_t i = 0; i < value->n; i++) {
			out_puts(o, i ? ", " : "");
			write_scalar(o, value->pairs[i].key);
			out_puts(o, ": ");
			value_write_flow(o, value->pairs[i].value);
		}
		out_putc(o, '}');
	} else {
		write_scalar(o, value);
	}
}

void value_write_text(struct out *o, const char *text)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "._/@-";
	bool plain = isalnum((unsigned char)*text) && !text[strspn(text, safe)] &&
		     strcasecmp(text, "null") != 0;

	if (plain) {
		out_puts(o, text);
		return;
	}
	text_write_json_string(o, text);
}

/* -- words ------------------------------------------------------------------------------------ */

const char *field_description(const struct schema_field *field)
{
	const char *text = data_text(field_says(field, "description"));

	return text ? text : "";
}

/* The value as YAML that can be written behind a key. */
static const char *flow_text(struct arena *mem, const struct data_node *value)
{
	struct out o = {0};
	const char *text;

	value_write_flow(&o, value);
	text = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return text;
}

const char *field_example(struct arena *mem, const struct schema_field *field)
{
	const struct data_node *list = field_says(field, "examples");

	if (!list || list->kind != DATA_LIST || !list->n)
		return NULL;
	return flow_text(mem, list->items[0]);
}

/* "one of: a, b" */
static const char *choices_text(struct arena *mem, const struct data_node *values)
{
	const char *text = "one of: ";

	for (size_t i = 0; i < values->n; i++)
		text = arena_printf(mem, "%s%s%s", text, i ? ", " : "",
				    data_text(values->items[i]) ? values->items[i]->text : "null");
	return text;
}

/* "a whole number from 0 to 5" */
static const char *number_takes(struct arena *mem, const struct schema_field *field, bool whole)
{
	static const struct {
		const char *keyword, *words;
	} limits[] = {{"minimum", " of at least "},
		      {"exclusiveMinimum", " above "},
		      {"maximum", " of at most "},
		      {"exclusiveMaximum", " below "}};
	const char *text = whole ? "a whole number" : "a number";
	const char *low = data_text(field_says(field, "minimum")),
		   *high = data_text(field_says(field, "maximum"));
	size_t n = 0;

	if (low && high)
		return arena_printf(mem, "%s from %s to %s", text, low, high);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		const char *limit = data_text(field_says(field, limits[i].keyword));
		if (limit)
			text = arena_printf(mem, "%s%s%s%s", text, n++ ? " and" : "",
					    limits[i].words, limit);
	}
	return text;
}

static const char *text_takes(const struct schema_field *field)
{
	static const struct {
		const char *format, *words;
	} formats[] = {{"date", "a day, YYYY-MM-DD"},
		       {"date-time", "a moment, YYYY-MM-DDThh:mm:ssZ"},
		       {"email", "an e-mail address"},
		       {"uri", "an address, as https://example.com/"}};
	const char *format = data_text(field_says(field, "format"));

	for (size_t i = 0; format && i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(formats[i].format, format))
			return formats[i].words;
	return "text";
}

/* Schemas may hold themselves: nothing is said beyond a depth. */
static const char *takes(struct arena *mem, const struct schema_field *field, unsigned depth);

static const char *list_takes(struct arena *mem, const struct schema_field *field, unsigned depth)
{
	struct schema_field entry = field_entry(field);
	const char *entries = entry.node ? takes(mem, &entry, depth + 1) : "";

	if (!*entries)
		return "a list";
	if (!strcmp(entries, "a map") || !strcmp(entries, "text"))
		return *entries == 'a' ? "a list of maps" : "a list of text";
	return arena_printf(mem, "a list, each %s", entries);
}

static const char *type_takes(struct arena *mem, const struct schema_field *field, const char *type,
			      unsigned depth)
{
	if (!strcmp(type, "integer") || !strcmp(type, "number"))
		return number_takes(mem, field, *type == 'i');
	if (!strcmp(type, "string"))
		return text_takes(field);
	if (!strcmp(type, "array"))
		return list_takes(mem, field, depth);
	return !strcmp(type, "object")    ? "a map"
	       : !strcmp(type, "boolean") ? "true or false"
					  : type;
}

/* The alternatives of anyOf and oneOf, where each says something. */
static const char *forms_take(struct arena *mem, const struct schema_field *field, unsigned depth)
{
	const struct data_node *forms = field_says(field, "anyOf");
	const char *text = "";

	if (!forms)
		forms = field_says(field, "oneOf");
	for (size_t i = 0; forms && forms->kind == DATA_LIST && i < forms->n; i++) {
		struct schema_field form = {field->root, forms->items[i]};
		const char *one = takes(mem, &form, depth + 1);
		if (!*one)
			return "";
		text = arena_printf(mem, "%s%s%s", text, i ? ", or " : "", one);
	}
	return text;
}

static const char *takes(struct arena *mem, const struct schema_field *field, unsigned depth)
{
	const struct data_node *values = field_says(field, "enum");
	const struct data_node *constant = field_says(field, "const");
	const struct data_node *type = field_says(field, "type");
	const char *text = "";

	if (depth > DEEPEST)
		return "";
	if (values && values->kind == DATA_LIST)
		return choices_text(mem, values);
	if (data_text(constant))
		return arena_printf(mem, "always %s", flow_text(mem, constant));
	if (data_text(type))
		return type_takes(mem, field, type->text, depth);
	for (size_t i = 0; type && type->kind == DATA_LIST && i < type->n; i++)
		text = arena_printf(mem, "%s%s%s", text, i ? " or " : "",
				    type_takes(mem, field, type->items[i]->text, depth));
	return *text ? text : forms_take(mem, field, depth);
}

const char *field_takes(struct arena *mem, const struct schema_field *field)
{
	return takes(mem, field, 0);
}
