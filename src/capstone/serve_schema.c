/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_schema.c - the JSON Schema of a request */
#include "capstone/serve_schema.h"
#include "base/number.h"
#include "base/text.h"
#include "read/json.h"
#include <assert.h>
#include <math.h>

/* An entity goes into the log as it is: no quotes, no formulas, one line. */
#define ENTITY_PATTERN "^[0-9A-Za-z][0-9A-Za-z._:@-]{0,127}$"

static void put_number_field(const struct field *field, struct out *to)
{
	char number[NUMBER_TEXT_MAX];

	out_puts(to, field->required ? "\"type\": \"number\"" : "\"type\": [\"number\", \"null\"]");
	if (isfinite(field->low))
		out_printf(to, ", \"minimum\": %s", number_shortest(number, field->low));
	if (isfinite(field->high))
		out_printf(to, ", \"maximum\": %s", number_shortest(number, field->high));
}

static void put_category_field(const struct field *field, struct out *to)
{
	out_puts(to, "\"enum\": [");
	for (size_t v = 0; v < field->n_values; v++) {
		out_puts(to, v ? ", " : "");
		text_write_json_string(to, field->values[v]);
	}
	out_puts(to, field->required ? "]" : ", null]");
}

static void put_properties(const struct plan *plan, struct out *to)
{
	if (plan->entity) {
		out_puts(to, "    ");
		text_write_json_string(to, plan->entity);
		out_puts(to, ": {\"type\": \"string\", \"pattern\": \"" ENTITY_PATTERN "\"},\n");
	}
	out_puts(to, "    ");
	text_write_json_string(to, plan->time);
	out_puts(to, ": {\"type\": \"string\", \"format\": \"date-time\"}");
	for (size_t f = 0; f < plan->n_fields; f++) {
		out_puts(to, ",\n    ");
		text_write_json_string(to, plan->fields[f].name);
		out_puts(to, ": {");
		if (plan->fields[f].kind == FIELD_NUMBER)
			put_number_field(&plan->fields[f], to);
		else
			put_category_field(&plan->fields[f], to);
		out_putc(to, '}');
	}
}

static void put_schema(const struct request_schema *schema, struct out *to)
{
	out_puts(to, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
		     "  \"title\": ");
	text_write_json_string(to, schema->plan->title ? schema->plan->title : schema->plan->id);
	out_puts(to, ",\n  \"type\": \"object\",\n  \"additionalProperties\": false,\n"
		     "  \"required\": [");
	for (size_t i = 0; i < schema->n_wanted; i++) {
		out_puts(to, i ? ", " : "");
		text_write_json_string(to, schema->wanted[i]);
	}
	out_puts(to, "],\n  \"properties\": {\n");
	put_properties(schema->plan, to);
	out_puts(to, "\n  }\n}\n");
}

static void list_names(struct arena *mem, struct request_schema *schema)
{
	const struct plan *plan = schema->plan;
	const char **names = arena_new(mem, const char *, plan->n_fields + 2);
	const char **wanted = arena_new(mem, const char *, plan->n_fields + 1);

	if (plan->entity)
		names[schema->n_names++] = wanted[schema->n_wanted++] = plan->entity;
	names[schema->n_names++] = plan->time;
	for (size_t f = 0; f < plan->n_fields; f++) {
		names[schema->n_names++] = plan->fields[f].name;
		if (plan->fields[f].required)
			wanted[schema->n_wanted++] = plan->fields[f].name;
	}
	schema->names = names;
	schema->wanted = wanted;
}

const struct request_schema *request_schema_new(struct arena *mem, const struct plan *plan)
{
	struct request_schema *schema = arena_new(mem, struct request_schema, 1);
	struct out text = {0};
	struct diag_sink diags;
	const struct data_node *root, *properties;

	diag_init(&diags, mem);
	schema->plan = plan;
	list_names(mem, schema);
	put_schema(schema, &text);
	schema->text = arena_strndup(mem, out_text(&text), text.n);
	schema->n_text = text.n;
	out_release(&text);
	root = json_read(mem, source_new(mem, "request.schema.json", schema->text, schema->n_text),
			 &diags);
	assert(root);
	schema->whole = schema_compile(mem, root, &diags);
	properties = data_find(root, "properties");
	for (size_t i = 0; i < properties->n; i++)
		map_put(
		    &schema->properties, mem, properties->pairs[i].key->text,
		    (void *)(uintptr_t)schema_part(schema->whole, properties->pairs[i].value, mem));
	assert(!diags.n);
	return schema;
}
