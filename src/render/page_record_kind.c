/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_record_kind.c - what a record of a kind holds: its fields, an example, the records */
#include "catalog/schema_fields.h"
#include "render/controls_view.h"
#include "render/escape.h"
#include "render/page_writer.h"
#include "render/record_list.h"
#include "render/table_html.h"
#include <inttypes.h>
#include <string.h>

enum { DEEPEST = 10, LONGEST_EXAMPLE = 120 };

/* ---- templates/index.html ---- */

static size_t count_records(const struct workspace *ws, const struct record_kind *kind)
{
	size_t n = 0;

	for (size_t i = 0; i < ws->records.n; i++)
		n += ws->records.items[i]->schema == kind;
	return n;
}

static size_t count_fields(const struct record_kind *kind, bool required)
{
	const struct data_node *list = data_find(kind->root, required ? "required" : "properties");

	return list && (list->kind == DATA_MAP || list->kind == DATA_LIST) ? list->n : 0;
}

void record_kinds_fill(struct page_job *job, struct view *view)
{
	const struct workspace *ws = job->ws;

	view_flag(view, "has_record_kinds", ws->record_kinds.n > 0);
	if (!ws->record_kinds.n)
		view_empty_list(view, "record_kinds");
	for (size_t i = 0; i < ws->record_kinds.n; i++) {
		const struct record_kind *kind = ws->record_kinds.items[i];
		struct view *entry = view_list(view, "record_kinds");
		view_text(entry, "kind", kind->kind);
		view_address(entry, "url", href(job, kind->page, NULL));
		view_text(entry, "title", kind->title);
		view_text(entry, "fields", count_text(job->mem, count_fields(kind, false)));
		view_text(entry, "required", count_text(job->mem, count_fields(kind, true)));
		view_text(entry, "records", count_text(job->mem, count_records(ws, kind)));
	}
}

/* ---- templates/KIND.html ---- */

static const char *const names[] = {LAYOUT_NAMES, "kind",    "rule",    "description", "controls",
				    "fields",     "example", "records", NULL};

/* A subschema that several fields share is told once. */
struct field_table {
	struct page_job *job;
	struct table_html table;
	struct map told; /* address of a list of properties -> path of the field that told it */
};

static void write_fields(struct field_table *t, const struct schema_field *map, const char *prefix,
			 unsigned depth);

/* "evaluation or experiment" */
static const char *list_text(struct page_job *job, const struct data_node *node)
{
	const char *text = data_text(node);

	for (size_t i = 0; node && node->kind == DATA_LIST && i < node->n; i++)
		text = text ? arena_printf(job->mem, "%s%s%s", text,
					   i + 1 < node->n ? ", " : " or ", node->items[i]->text)
			    : node->items[i]->text;
	return text;
}

/* "completeness + accuracy is at least 18 where verdict is proceed" */
static const char *sum_text(struct page_job *job, const struct data_node *sum)
{
	static const struct {
		const char *key, *words;
	} limits[] = {
	    {"equals", " is "}, {"minimum", " is at least "}, {"maximum", " is at most "}};
	const struct data_node *of = data_find(sum, "of"), *when = data_find(sum, "when");
	const char *text = of && of->kind == DATA_LIST ? NULL : "the sum of all";

	if (!text)
		text = of->n ? of->items[0]->text : "";
	for (size_t i = 1; of && of->kind == DATA_LIST && i < of->n; i++)
		text = arena_printf(job->mem, "%s + %s", text, of->items[i]->text);
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (data_find_text(sum, limits[i].key))
			text = arena_printf(job->mem, "%s%s%s", text, limits[i].words,
					    data_find_text(sum, limits[i].key));
	for (size_t i = 0; when && when->kind == DATA_MAP && i < when->n; i++)
		text = arena_printf(job->mem, "%s%s%s is %s", text, i ? " and " : " where ",
				    when->pairs[i].key->text,
				    or_dash(data_text(when->pairs[i].value)));
	return text;
}

/* What its annotations ask for, behind the description. */
static const char *what_it_says(struct page_job *job, const struct schema_field *field)
{
	const char *text = field_description(field), *example = field_example(job->mem, field);
	const char *refers = list_text(job, field_says(field, "x-refers-to"));
	const char *before = list_text(job, field_says(field, "x-not-before"));
	const char *unique = list_text(job, field_says(field, "x-unique-by"));
	const char *value = data_text(field_says(field, "default"));

	if (refers)
		text = arena_printf(job->mem, "%s Names a record that there is: %s.", text, refers);
	if (before)
		text = arena_printf(job->mem, "%s Not before %s.", text, before);
	if (unique)
		text = arena_printf(job->mem, "%s No two have the same %s.", text, unique);
	if (field_says(field, "x-sum"))
		text = arena_printf(job->mem, "%s Checked: %s.", text,
				    sum_text(job, field_says(field, "x-sum")));
	if (value)
		text = arena_printf(job->mem, "%s Usually %s.", text, value);
	else if (example && !field_says(field, "enum") && !field_says(field, "format") &&
		 strlen(example) <= LONGEST_EXAMPLE)
		text = arena_printf(job->mem, "%s For example: %s", text, example);
	return *text ? text : NULL;
}

static const char *address_key(struct page_job *job, const struct data_node *node)
{
	return arena_printf(job->mem, "%" PRIxPTR, (uintptr_t)node);
}

/* The keys inside a field; where another field has told them, which one. */
static void write_inside(struct field_table *t, const struct schema_field *field, const char *path,
			 unsigned depth)
{
	const struct data_node *keys = field_says(field, "properties");
	const struct data_node *any = field_says(field, "additionalProperties");
	struct schema_field entry = field_entry(field);

	if (depth == DEEPEST)
		return;
	if (keys)
		write_fields(t, field, arena_printf(t->job->mem, "%s.", path), depth + 1);
	if (entry.node)
		write_inside(t, &entry, arena_printf(t->job->mem, "%s[]", path), depth + 1);
	if (any && any->kind == DATA_MAP) {
		entry = (struct schema_field){field->root, any};
		write_inside(t, &entry, arena_printf(t->job->mem, "%s.NAME", path), depth + 1);
	}
}

static const char *told_by(struct field_table *t, const struct schema_field *field,
			   const char *path)
{
	const struct data_node *keys = field_says(field, "properties");
	const char *key;

	if (!keys)
		return NULL;
	key = address_key(t->job, keys);
	if (map_has(&t->told, key))
		return map_get(&t->told, key);
	map_put(&t->told, t->job->mem, key, (void *)path);
	return NULL;
}

static void write_fields(struct field_table *t, const struct schema_field *map, const char *prefix,
			 unsigned depth)
{
	const struct data_node *keys = field_says(map, "properties");
	struct arena *mem = t->job->mem;

	for (size_t i = 0; keys && keys->kind == DATA_MAP && i < keys->n; i++) {
		const char *key = keys->pairs[i].key->text;
		struct schema_field field = {map->root, keys->pairs[i].value};
		const char *path = arena_printf(mem, "%s%s", prefix, key);
		const char *told = told_by(t, &field, path);
		const char *takes = field_takes(mem, &field);
		table_row(&t->table, arena_printf(mem, "field-%s", path));
		table_text(&t->table, path);
		table_text(&t->table, field_requires(map, key) ? "yes" : "no");
		table_text(&t->table, told     ? arena_printf(mem, "the keys of %s", told)
				      : *takes ? takes
					       : NULL);
		table_prose(&t->table, what_it_says(t->job, &field));
		if (!told)
			write_inside(t, &field, path, depth);
	}
}

static void fill_fields(struct page_job *job, struct view *view, const struct record_kind *kind)
{
	static const struct table_column columns[] = {{"Field", ALIGN_TEXT},
						      {"Required", ALIGN_TEXT},
						      {"Takes", ALIGN_LONG},
						      {"What it says", ALIGN_LONG}};
	struct schema_field all = {kind->root, kind->root};
	struct field_table t = {.job = job};
	struct out to = {0};

	if (!count_fields(kind, false)) {
		out_puts(&to, "<p>The schema names no fields.</p>\n");
	} else {
		table_begin(&t.table, &to, "Fields", "Fields, in the order of the schema",
			    "wide keys", columns, 4);
		write_fields(&t, &all, "", 0);
		table_end(&t.table);
	}
	contents_add(job, 2, "Fields", "Mb-fields");
	view_take_markup(job, view, "fields", &to);
}

/* The lines of a value of the schema, as they were written, without their indentation. */
static void write_dedented(struct out *to, const struct data_node *node)
{
	const struct source *source = node->at.source;
	size_t at = node->at.start, end = node->at.end;
	size_t indent = source_position(&node->at).column - 1;

	while (end > at && (source->text[end - 1] == '\n' || source->text[end - 1] == ' '))
		end--;
	while (at < end) {
		const char *line = source->text + at;
		const char *newline = memchr(line, '\n', end - at);
		size_t n = newline ? (size_t)(newline - line) + 1 : end - at, spaces = 0;
		escape_html(to, line, n);
		at += n;
		while (at < end && spaces < indent && source->text[at] == ' ') {
			at++;
			spaces++;
		}
	}
	out_putc(to, '\n');
}

static void fill_example(struct page_job *job, struct view *view, const struct record_kind *kind)
{
	const struct data_node *list = data_find(kind->root, "examples");
	struct out to = {0};

	if (list && list->kind == DATA_LIST && list->n && list->items[0]->kind == DATA_MAP &&
	    list->items[0]->at.source) {
		out_puts(&to, "<pre tabindex=\"0\"><code class=\"language-yaml\">");
		write_dedented(&to, list->items[0]);
		out_puts(&to, "</code></pre>\n");
		contents_add(job, 2, "Example", "Mb-example");
	}
	view_take_markup(job, view, "example", &to);
}

static void fill_records(struct page_job *job, struct view *view, const struct record_kind *kind)
{
	struct record_list records = {0};
	struct out to = {0};

	for (size_t i = 0; i < job->ws->records.n; i++)
		if (job->ws->records.items[i]->schema == kind)
			*ARENA_PUSH(job->mem, &records) = job->ws->records.items[i];
	if (records.n) {
		records_table_of_kind(job, &to, &records, "With what each concluded");
		contents_add(job, 2, "Records of this kind", "Mb-records");
	}
	view_take_markup(job, view, "records", &to);
}

static void fill(struct page_job *job, struct view *view)
{
	const struct record_kind *kind = job->page->record_kind;

	view_text(view, "title", kind->title);
	view_text(view, "kind", kind->kind);
	view_code_text(job, view, "description", data_find_text(kind->root, "description"));
	view_text(view, "rule",
		  data_find(kind->root, "x-sum")
		      ? arena_printf(job->mem, "Checked: %s.",
				     sum_text(job, data_find(kind->root, "x-sum")))
		      : NULL);
	status_add(view, "Kind", kind->kind, NULL, "id");
	status_add(view, "Holds",
		   arena_printf(job->mem, "%s, %zu of them required",
				plural(job->mem, count_fields(kind, false), "field", "fields"),
				count_fields(kind, true)),
		   NULL, NULL);
	status_add(view, "Records", count_text(job->mem, count_records(job->ws, kind)), NULL, NULL);
	status_add(view, "Source", kind->source->path, NULL, "path");
	status_end(view, true);
	fill_fields(job, view, kind);
	fill_example(job, view, kind);
	controls_served_fill(job, view, "controls", kind->kind);
	fill_records(job, view, kind);
}

const struct page_type page_record_kind_type = {"templates/pages/record_kind.html", names, fill};
