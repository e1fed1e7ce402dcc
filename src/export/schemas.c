/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/schemas.c - which schema files there are, and the one that chooses by kind */
#include "export/schemas.h"
#include "base/file.h"
#include "base/path.h"
#include "read/yaml.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CONFIGURATION "templates/modelbook.schema.yaml"
enum { LONGEST = 1 << 20 };

static void add_file(struct arena *mem, struct schema_files *files, const char *name,
		     struct out *text)
{
	*ARENA_PUSH(mem, files) =
	    (struct schema_file){name, arena_strndup(mem, out_text(text), text->n), text->n};
	out_release(text);
}

static void add_schema(struct arena *mem, struct schema_files *files, const char *name,
		       const struct data_node *schema, const char *title)
{
	struct out o = {0};

	schema_write_json(&o, schema, path_encode_url(mem, name), title);
	add_file(mem, files, name, &o);
}

/* One that could not be read has no file. */
static bool is_schema(const struct data_node *node)
{
	return node && (node->kind == DATA_MAP || node->kind == DATA_BOOL);
}

/* -- the schema that chooses by kind ---------------------------------------------------------- */

/* In YAML's single quotes. */
static void put_quoted(struct out *to, const char *text)
{
	out_putc(to, '\'');
	for (; *text; text++)
		out_puts(to, *text == '\'' ? "\'\'" : (char[]){*text, '\0'});
	out_putc(to, '\'');
}

static void put_each(struct arena *mem, struct out *to, const struct workspace *ws,
		     void (*put)(struct arena *mem, struct out *to, const char *kind))
{
	for (size_t i = 0; i < ws->record_kinds.n; i++)
		if (is_schema(ws->record_kinds.items[i]->root))
			put(mem, to, ws->record_kinds.items[i]->kind);
}

static void put_name(struct arena *mem, struct out *to, const char *kind)
{
	(void)mem;
	out_puts(to, "        - ");
	put_quoted(to, kind);
	out_putc(to, '\n');
}

static void put_reference(struct arena *mem, struct out *to, const char *kind)
{
	put_quoted(to, arena_printf(mem, "%s.schema.json", path_encode_url(mem, kind)));
}

static void put_rule(struct arena *mem, struct out *to, const char *kind)
{
	out_puts(to, "      - if: {required: [kind], properties: {kind: {const: ");
	put_quoted(to, kind);
	out_puts(to, "}}}\n        then: {$ref: ");
	put_reference(mem, to, kind);
	out_puts(to, "}\n");
}

static void put_short_form(struct arena *mem, struct out *to, const char *kind)
{
	out_puts(to, "        ");
	put_quoted(to, kind);
	out_puts(to, ": {$ref: ");
	put_reference(mem, to, kind);
	out_puts(to, "}\n");
}

/* A file is a record or, under `records:`, a list of them; `experiment: {…}` alone is short for
 * `kind: experiment` with those keys. */
static const struct data_node *record_schema(struct arena *mem, const struct workspace *ws)
{
	struct diag_sink diags;
	struct out o = {0};
	struct source *source;

	out_puts(&o, "title: Record\n"
		     "description: A record under data/ by its kind, or a list of them.\n"
		     "type: object\n"
		     "if: {required: [records], properties: {kind: false}}\n"
		     "then:\n"
		     "  properties:\n"
		     "    records: {type: array, items: {$ref: '#/$defs/record'}}\n"
		     "else: {$ref: '#/$defs/record'}\n"
		     "$defs:\n"
		     "  record:\n"
		     "    type: object\n"
		     "    if: {required: [kind]}\n"
		     "    then:\n"
		     "      properties:\n"
		     "        kind: {$ref: '#/$defs/kind'}\n"
		     "      allOf:\n");
	put_each(mem, &o, ws, put_rule);
	out_puts(&o, "    else:\n"
		     "      minProperties: 1\n"
		     "      maxProperties: 1\n"
		     "      additionalProperties: false\n"
		     "      properties:\n");
	put_each(mem, &o, ws, put_short_form);
	out_puts(&o, "  kind:\n"
		     "    description: The name of a schema of templates/records/.\n"
		     "    type: string\n"
		     "    enum:\n");
	put_each(mem, &o, ws, put_name);
	source = source_new(mem, "record.schema.yaml", arena_strndup(mem, out_text(&o), o.n), o.n);
	out_release(&o);
	diag_init(&diags, mem);
	return yaml_read(mem, source, 0, source->len, RULE_TEMPLATE_INVALID, &diags);
}

/* -- all -------------------------------------------------------------------------------------- */

static void add_records(struct arena *mem, struct schema_files *files, const struct workspace *ws)
{
	size_t before = files->n;

	for (size_t i = 0; i < ws->record_kinds.n; i++) {
		const struct record_kind *kind = ws->record_kinds.items[i];
		if (is_schema(kind->root))
			add_schema(mem, files, arena_printf(mem, "%s.schema.json", kind->kind),
				   kind->root, kind->title);
	}
	if (files->n > before)
		add_schema(mem, files, "record.schema.json", record_schema(mem, ws), "Record");
}

static bool has_front_matter(const struct template *tmpl)
{
	while (tmpl && !is_schema(tmpl->front_matter_node))
		tmpl = tmpl->base;
	return tmpl;
}

static const char *front_matter_name(struct arena *mem, const struct template *tmpl)
{
	return arena_printf(mem, "%s.front-matter.schema.json", tmpl->name);
}

static struct data_node *new_node(struct arena *mem, enum data_kind kind, const char *text)
{
	struct data_node *node = arena_new(mem, struct data_node, 1);

	node->kind = kind;
	node->text = text;
	node->len = strlen(text);
	return node;
}

static struct data_node *new_map(struct arena *mem, const struct data_node *from, const char *key,
				 struct data_node *value)
{
	struct data_node *map = new_node(mem, DATA_MAP, "");
	size_t n = from && from->kind == DATA_MAP ? from->n : 0;

	map->pairs = arena_new(mem, struct data_pair, n + 1);
	for (size_t i = 0; i < n; i++)
		if (strcmp(from->pairs[i].key->text, key) != 0)
			map->pairs[map->n++] = from->pairs[i];
	map->pairs[map->n++] = (struct data_pair){new_node(mem, DATA_TEXT, key), value};
	return map;
}

/* The template's own schema, and under `allOf` that of the one it extends. */
static const struct data_node *front_matter_schema(struct arena *mem, const struct template *tmpl)
{
	const struct data_node *own = tmpl->front_matter_node, *former = data_find(own, "allOf");
	size_t n = former && former->kind == DATA_LIST ? former->n : 0;
	struct data_node *list, *name;

	if (!has_front_matter(tmpl->base))
		return own;
	name = new_node(mem, DATA_TEXT, path_encode_url(mem, front_matter_name(mem, tmpl->base)));
	list = new_node(mem, DATA_LIST, "");
	list->items = arena_new(mem, struct data_node *, n + 1);
	for (; list->n < n; list->n++)
		list->items[list->n] = former->items[list->n];
	list->items[list->n++] = new_map(mem, NULL, "$ref", name);
	return new_map(mem, own, "allOf", list);
}

static void add_front_matter(struct arena *mem, struct schema_files *files,
			     const struct workspace *ws)
{
	for (size_t i = 0; i < ws->templates.n; i++) {
		const struct template *tmpl = ws->templates.items[i];
		const char *title = tmpl->title ? tmpl->title : tmpl->kind;
		if (has_front_matter(tmpl))
			add_schema(mem, files, front_matter_name(mem, tmpl),
				   front_matter_schema(mem, tmpl),
				   arena_printf(mem, "%s: front matter", title));
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const struct schema_file *)a)->name, ((const struct schema_file *)b)->name);
}

struct schema_files schemas_build(struct arena *mem, const struct workspace *ws,
				  const struct data_node *configuration)
{
	struct schema_files files = {0};

	add_records(mem, &files, ws);
	add_front_matter(mem, &files, ws);
	if (configuration)
		add_schema(mem, &files, "modelbook.schema.json", configuration, "modelbook.yaml");
	if (files.n)
		qsort(files.items, files.n, sizeof *files.items, compare_names);
	return files;
}

const struct data_node *schemas_configuration(struct arena *mem, const struct workspace *ws,
					      struct diag_sink *diags)
{
	struct source *source;
	size_t len;
	char *text;

	if (ws->defaults < 0 ||
	    file_read(mem, ws->defaults, CONFIGURATION, LONGEST, &text, &len) != ST_OK) {
		diag_add(diags, RULE_IO_READ,
			 span_at(source_named(mem, "default:" CONFIGURATION), 0, 0), "%s",
			 ws->defaults < 0 ? "the installed templates were not found"
					  : strerror(errno));
		return NULL;
	}
	source = source_new(mem, "default:" CONFIGURATION, text, len);
	return yaml_read(mem, source, 0, len, RULE_TEMPLATE_INVALID, diags);
}
