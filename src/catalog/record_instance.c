/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/record_instance.c - a record to fill in */
#include "catalog/record_instance.h"
#include "base/text.h"
#include "catalog/instance_hint.h"
#include <string.h>

enum { DEEPEST = 4 };

/* What "$ref: '#/$defs/NAME'" points to, else the node itself. */
static const struct data_node *follow(const struct record_kind *kind, const struct data_node *node)
{
	const char *ref = data_find_text(node, "$ref");

	if (!ref || !text_starts_with(ref, "#/$defs/"))
		return node;
	node = data_find(data_find(kind->root, "$defs"), ref + strlen("#/$defs/"));
	return node;
}

struct writer {
	const struct record_kind *kind;
	const char *id, *about;
	struct out o;
};

static void write_keys(struct writer *w, const struct data_node *schema, unsigned depth,
		       bool commented);

/* What is known of the record; without its kind nobody would read it. */
static const char *value_of(const struct writer *w, const char *key)
{
	if (!strcmp(key, "kind"))
		return w->kind->kind;
	if (!strcmp(key, "id"))
		return w->id;
	return strcmp(key, "about") ? NULL : w->about;
}

static void write_key(struct writer *w, const struct data_node *schema, const char *key,
		      const struct data_node *property, unsigned depth, bool commented)
{
	const struct data_node *full = follow(w->kind, property);
	const struct data_node *nested = data_find(full, "properties");
	const char *value = depth ? NULL : value_of(w, key);

	commented = commented || (!instance_requires(schema, key) && !value);
	out_printf(&w->o, "%*s%s%s:", (int)(2 * depth), "", commented ? "# " : "", key);
	if (value)
		out_printf(&w->o, " %s", value);
	instance_write_hint(&w->o, data_find(property, "description") ? property : full);
	out_putc(&w->o, '\n');
	if (nested && depth + 1 < DEEPEST)
		write_keys(w, full, depth + 1, commented);
}

static void write_keys(struct writer *w, const struct data_node *schema, unsigned depth,
		       bool commented)
{
	const struct data_node *properties = data_find(schema, "properties");

	for (size_t i = 0; properties && properties->kind == DATA_MAP && i < properties->n; i++)
		write_key(w, schema, properties->pairs[i].key->text, properties->pairs[i].value,
			  depth, commented);
}

char *record_instance(struct arena *mem, const struct record_kind *kind, const char *id,
		      const char *about)
{
	struct writer w = {.kind = kind, .id = id, .about = about};
	const char *description = data_find_text(kind->root, "description");
	char *text;

	if (description) {
		out_puts(&w.o, "# ");
		out_write(&w.o, description, strcspn(description, "\n"));
		out_putc(&w.o, '\n');
	}
	if (!data_find(data_find(kind->root, "properties"), "kind"))
		out_printf(&w.o, "kind: %s\n", kind->kind);
	write_keys(&w, kind->root, 0, false);
	text = arena_strndup(mem, out_text(&w.o), w.o.n);
	out_release(&w.o);
	return text;
}
