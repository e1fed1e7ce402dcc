/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/export/test_schema_json.c - schemas in YAML as JSON */
#include "export/schemas.h"
#include "read/json.h"
#include "read/schema.h"
#include "read/yaml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *as_json(struct arena *mem, const char *yaml)
{
	struct source *source = source_new(mem, "x.yaml", yaml, strlen(yaml));
	struct diag_sink diags;
	struct out o = {0};
	struct data_node *node;
	char *text;

	diag_init(&diags, mem);
	node = yaml_read(mem, source, 0, source->len, RULE_TEMPLATE_INVALID, &diags);
	assert_non_null(node);
	schema_write_json(&o, node, "a.schema.json", "Title \"A\"");
	text = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return text;
}

#define HEAD                                                                                       \
	"{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"                    \
	"  \"$id\": \"a.schema.json\""
#define TITLED HEAD ",\n  \"title\": \"Title \\\"A\\\"\""

static void writes(void **state)
{
	static const struct {
		const char *yaml, *want;
	} t[] = {
	    {"{}", TITLED "\n}\n"},
	    {"true", TITLED "\n}\n"},
	    {"false", TITLED ",\n  \"not\": {}\n}\n"},
	    {"$schema: other\n$id: other\ntitle: Own", HEAD ",\n  \"title\": \"Own\"\n}\n"},
	    /* names are text, whatever they look like */
	    {"title: 2024", HEAD ",\n  \"title\": \"2024\"\n}\n"},
	    {"type: null", TITLED ",\n  \"type\": \"null\"\n}\n"},
	    {"required: [1.10, true]",
	     TITLED ",\n  \"required\": [\n    \"1.10\",\n    \"true\"\n  ]\n}\n"},
	    {"properties: {type: {type: null}, title: true}",
	     TITLED ",\n  \"properties\": {\n    \"type\": {\n      \"type\": \"null\"\n    },\n"
		    "    \"title\": true\n  }\n}\n"},
	    /* so are values where nothing but text is taken */
	    {"type: string\nenum: [1.10, no, null]",
	     TITLED ",\n  \"type\": \"string\",\n  \"enum\": [\n    \"1.10\",\n    \"no\",\n"
		    "    \"null\"\n  ]\n}\n"},
	    {"enum: [1.10, 0x1F, null, true, '1']",
	     TITLED ",\n  \"enum\": [\n    1.10,\n    31,\n    null,\n    true,\n    \"1\"\n"
		    "  ]\n}\n"},
	    {"default: {type: null}", TITLED ",\n  \"default\": {\n    \"type\": null\n  }\n}\n"},
	    {"minimum: 1e3\nitems: {}\nprefixItems: []",
	     TITLED ",\n  \"minimum\": 1e3,\n  \"items\": {},\n  \"prefixItems\": []\n}\n"},
	    {"x-refers-to: [model]", TITLED ",\n  \"x-refers-to\": [\n    \"model\"\n  ]\n}\n"},
	    {"pattern: '\"\\n'", TITLED ",\n  \"pattern\": \"\\\"\\\\n\"\n}\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct arena mem;
		arena_init(&mem);
		assert_string_equal(as_json(&mem, t[i].yaml), t[i].want);
		arena_release(&mem);
	}
}

/* What is written can be read, and means the same. */
static void means_the_same(void **state)
{
	static const char schema[] = "type: object\n"
				     "required: [id]\n"
				     "additionalProperties: false\n"
				     "properties:\n"
				     "  id: {type: string, enum: [1.10, '2']}\n"
				     "  n: {$ref: '#/$defs/n'}\n"
				     "$defs: {n: {type: [integer, 'null'], maximum: 5}}\n";
	static const struct {
		const char *value;
		bool fits;
	} t[] = {{"{\"id\": \"1.10\"}", true},         {"{\"id\": \"1.1\"}", false},
		 {"{\"id\": \"2\", \"n\": 5}", true},  {"{\"id\": \"2\", \"n\": null}", true},
		 {"{\"id\": \"2\", \"n\": 6}", false}, {"{\"n\": 5}", false},
		 {"{\"id\": \"2\", \"m\": 5}", false}};
	struct arena mem;
	struct diag_sink diags;
	struct schema *compiled;
	char *json;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	json = as_json(&mem, schema);
	compiled = schema_compile(
	    &mem, json_read(&mem, source_new(&mem, "a.json", json, strlen(json)), &diags), &diags);
	assert_int_equal(diags.n, 0);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct source *source = source_new(&mem, "b", t[i].value, strlen(t[i].value));
		assert_int_equal(schema_accepts(compiled, json_read(&mem, source, &diags), &mem),
				 t[i].fits);
	}
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(writes),
					   cmocka_unit_test(means_the_same)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
