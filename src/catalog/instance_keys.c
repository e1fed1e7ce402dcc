/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/instance_keys.c - the keys of a schema as YAML that is to be filled in */
#include "catalog/instance_keys.h"
#include "catalog/schema_fields.h"
#include <string.h>

enum {
	WIDTH = 96,
	LONGEST_LINE = 76,
	DEEPEST = 8,
	DEEPEST_OPTIONAL = 2,
	MOST_OPTIONAL = 24,
	MOST_BYTES = 1 << 16
};

struct writer {
	struct out *o;
	struct arena *mem;
	const struct instance_value *known;
	size_t n_known;
};

void instance_write_comment(struct out *o, unsigned indent, const char *text)
{
	size_t room = indent + 20 < WIDTH ? WIDTH - indent - 2 : 20;

	while (*text) {
		size_t n = strcspn(text, "\n");
		if (n > room) {
			size_t end = room;
			while (end && text[end] != ' ')
				end--;
			n = end ? end : strcspn(text, " \n");
		}
		out_printf(o, "%*s# %.*s\n", (int)indent, "", (int)n, text);
		text += n;
		text += strspn(text, " \n");
	}
}

/* What stands above a key: what it is for, what it takes, an example. `shown`: a map whose keys
 * stand below it. */
static const char *hint(struct writer *w, const struct schema_field *field, bool with_example,
			bool shown)
{
	const char *description = field_description(field), *takes = field_takes(w->mem, field);
	bool told = field_says(field, "enum") || field_says(field, "format");
	const char *example = with_example && !told ? field_example(w->mem, field) : NULL;
	bool plain = !*takes || !strcmp(takes, "text") || (shown && !strcmp(takes, "a map"));
	const char *text = description;

	if (!plain)
		text = arena_printf(w->mem, "%s%s%c%s.", text, *text ? " " : "", *takes & ~0x20,
				    takes + 1);
	if (example)
		text = arena_printf(w->mem, "%s%sFor example: %s", text, *text ? " " : "", example);
	return text;
}

/* -- optional keys: comments ------------------------------------------------------------------ */

static void write_optional(struct writer *w, const struct schema_field *field, const char *key,
			   unsigned indent, unsigned depth);

/* Whether the keys of a map at this depth are written. */
static bool shows_optional_keys(const struct schema_field *map, unsigned depth)
{
	const struct data_node *keys = field_says(map, "properties");

	return keys && keys->kind == DATA_MAP && keys->n <= MOST_OPTIONAL &&
	       depth <= DEEPEST_OPTIONAL;
}

static void write_optional_keys(struct writer *w, const struct schema_field *map, unsigned indent,
				unsigned depth)
{
	const struct data_node *keys = field_says(map, "properties");

	if (!shows_optional_keys(map, depth))
		return;
	for (size_t i = 0; i < keys->n; i++) {
		struct schema_field field = {map->root, keys->pairs[i].value};
		write_optional(w, &field, keys->pairs[i].key->text, indent, depth);
	}
}

/* One line: the key with all that is said of it behind it. */
static void write_optional(struct writer *w, const struct schema_field *field, const char *key,
			   unsigned indent, unsigned depth)
{
	bool shown = shows_optional_keys(field, depth + 1);
	const char *text = hint(w, field, !shown, shown);
	struct schema_field entry = field_entry(field);

	out_printf(w->o, "#%*s", (int)indent, "");
	value_write_text(w->o, key);
	out_printf(w->o, ":%s%s\n", *text ? " # " : "", text);
	write_optional_keys(w, field, indent + 2, depth + 1);
	if (entry.node && field_says(&entry, "properties") && depth < DEEPEST_OPTIONAL) {
		out_printf(w->o, "#%*s-\n", (int)indent + 2, "");
		write_optional_keys(w, &entry, indent + 4, depth + 1);
	}
}

/* -- required keys ---------------------------------------------------------------------------- */

/* A list too long for a line has a line for each entry. */
static void write_value(struct writer *w, const struct data_node *value, unsigned indent)
{
	struct out flow = {0};

	value_write_flow(&flow, value);
	if (value->kind != DATA_LIST || flow.n < LONGEST_LINE) {
		out_printf(w->o, " %s\n", out_text(&flow));
		out_release(&flow);
		return;
	}
	out_putc(w->o, '\n');
	for (size_t i = 0; i < value->n; i++) {
		out_clear(&flow);
		value_write_flow(&flow, value->items[i]);
		out_printf(w->o, "%*s- %s\n", (int)indent + 2, "", out_text(&flow));
	}
	out_release(&flow);
}

static void write_keys(struct writer *w, const struct schema_field *map, unsigned indent,
		       unsigned depth);

/* Whether nothing at all would do for a value: it must not pass for one that nobody wrote. */
static bool takes_null(const struct schema_field *field)
{
	const struct data_node *type = field_says(field, "type");

	for (size_t i = 0; type && type->kind == DATA_LIST && i < type->n; i++)
		if (!strcmp(type->items[i]->text, "null"))
			return true;
	return false;
}

static void write_required(struct writer *w, const struct schema_field *field, const char *key,
			   unsigned indent, unsigned depth)
{
	const struct data_node *value = field_says(field, "const");
	struct schema_field entry = field_entry(field);
	bool map = field_says(field, "properties") != NULL;
	bool maps = entry.node && field_says(&entry, "properties");

	if (!value)
		value = field_says(field, "default");
	instance_write_comment(w->o, indent, hint(w, field, !map && !maps && !value, map));
	out_printf(w->o, "%*s", (int)indent, "");
	value_write_text(w->o, key);
	out_putc(w->o, ':');
	if (value) {
		write_value(w, value, indent);
		return;
	}
	if (takes_null(field) && !map && !maps) {
		out_puts(w->o, " <fill in>\n");
		return;
	}
	out_putc(w->o, '\n');
	if (depth == DEEPEST || w->o->n > MOST_BYTES) /* a schema that asks for itself */
		return;
	if (map)
		write_keys(w, field, indent + 2, depth + 1);
	if (maps) {
		out_printf(w->o, "%*s-\n", (int)indent + 2, "");
		write_keys(w, &entry, indent + 4, depth + 1);
	}
}

static const struct instance_value *find_known(const struct writer *w, const char *key)
{
	for (size_t i = 0; i < w->n_known; i++)
		if (!strcmp(w->known[i].key, key))
			return &w->known[i];
	return NULL;
}

static void write_known(struct writer *w, const struct schema_field *field,
			const struct instance_value *known)
{
	if (!known->value)
		return;
	if (!field_says(field, "const"))
		instance_write_comment(w->o, 0, hint(w, field, false, false));
	out_printf(w->o, "%s: ", known->key);
	value_write_text(w->o, known->value);
	out_putc(w->o, '\n');
}

static void write_keys(struct writer *w, const struct schema_field *map, unsigned indent,
		       unsigned depth)
{
	const struct data_node *keys = field_says(map, "properties");

	for (size_t i = 0; keys && keys->kind == DATA_MAP && i < keys->n; i++) {
		struct schema_field field = {map->root, keys->pairs[i].value};
		const char *key = keys->pairs[i].key->text;
		const struct instance_value *known = depth ? NULL : find_known(w, key);
		bool required = field_requires(map, key);
		if (!depth && !(known && !known->value) && i)
			out_putc(w->o, '\n');
		if (known)
			write_known(w, &field, known);
		else if (required)
			write_required(w, &field, key, indent, depth);
		else
			write_optional(w, &field, key, indent, 0);
	}
}

void instance_write_keys(struct out *o, struct arena *mem, const struct data_node *root,
			 const struct instance_value *known, size_t n_known)
{
	struct writer w = {.o = o, .mem = mem, .known = known, .n_known = n_known};
	struct schema_field all = {root, root};

	write_keys(&w, &all, 0, 0);
}
