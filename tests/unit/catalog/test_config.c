/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_config.c - modelbook.yaml */
#include "base/file.h"
#include "catalog/config.h"
#include "catalog_fixture.h"
#include "read/schema.h"
#include "read/yaml.h"
#include <unistd.h>

static enum status read_text(const char *text, struct config *config)
{
	diags.n = 0;
	return config_read(&mem, text_source("modelbook.yaml", text), config, &diags);
}

static void values(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(read_text("title: 1.10\n"
				   "base_url: https://example.org/x\n"
				   "repository: http://example.org/r/\n"
				   "theme: dark-2\n"
				   "navigation: [{title: A, path: a}]\n"
				   "documents: [{path: a/**, kind: b}, {path: c, kind: d}]\n"
				   "records:\n"
				   "require:\n"
				   "  - {kind: k}\n"
				   "  - {kind: k, for: version, stage: canary, count: 3}\n"
				   "publish: [.pdf]\n"
				   "carry: [CNAME]\n"
				   "variables: {a: 1}\n",
				   &c),
			 ST_OK);
	assert_int_equal(diags.n, 0);
	assert_string_equal(c.title, "1.10");
	assert_string_equal(c.base_url, "https://example.org/x/");
	assert_string_equal(c.repository, "http://example.org/r/");
	assert_string_equal(c.theme, "dark-2");
	assert_int_equal(c.navigation.n, 1);
	assert_int_equal(c.documents.n, 2);
	assert_string_equal(c.documents.items[1].kind, "d");
	assert_int_equal(c.records.n, 0);
	assert_int_equal(c.require.items[0].each, ABOUT_WORKSPACE);
	assert_int_equal(c.require.items[0].count, 1);
	assert_int_equal(c.require.items[1].each, ABOUT_VERSION);
	assert_int_equal(c.require.items[1].stage, STAGE_CANARY);
	assert_int_equal(c.require.items[1].count, 3);
	assert_string_equal(c.publish.items[0], ".pdf");
	assert_string_equal(c.carry.items[0], "CNAME");
	assert_non_null(data_find(c.variables, "a"));
}

static void absent(void **state)
{
	struct config c;

	(void)state;
	assert_int_equal(config_read(&mem, NULL, &c, &diags), ST_OK);
	assert_string_equal(c.title, "modelbook");
	assert_string_equal(c.theme, "default");
	assert_string_equal(c.base_url, "");
}

static void mistakes(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"[a]", "1:1 the file must be a map that begins with 'title:'\n"},
	    {"", "1:1 the file must be a map that begins with 'title:'\n"},
	    {"theme: a\n", "1:1 key 'title' is missing\n"},
	    {"title: \"\"\n", "1:8 'title' must be text, found text\n"},
	    {"title: [a]\n", "1:8 'title' must be text, found a list\n"},
	    {"title: t\ntheme: a/b\n", "2:8 'theme' must be the name of a folder under themes/\n"},
	    {"title: t\nthem: a\n", "2:1 unknown key 'them'\n"},
	    {"title: t\nbase_url: ftp://x\n",
	     "2:11 'base_url' must begin with https:// or http://\n"},
	    {"title: t\nrequire: {kind: a}\n", "2:10 'require' must be a list, found a map\n"},
	    {"title: t\nrequire:\n  - a\n",
	     "3:5 each entry of 'require' must be a map, found text\n"},
	    {"title: t\nrequire:\n  - {kind: a, for: x}\n",
	     "3:20 'for' must be workspace, model, version, run or incident\n"},
	    {"title: t\nrequire:\n  - {kind: a, count: -1}\n",
	     "3:22 'count' must be a whole number from 1\n"},
	    {"title: t\npublish: [.HTML]\n",
	     "2:11 files of this type are never published as they are\n"},
	    {"title: t\npublish: [a/b]\n", "2:11 a file type begins with a dot: \".pdf\"\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct config c;
		assert_int_equal(read_text(t[i].text, &c), ST_FAILED);
		if (strcmp(findings_text(), t[i].want) != 0)
			fail_msg("%s:\n  got  %s  want %s", t[i].text, findings_text(), t[i].want);
	}
}

static void stages(void **state)
{
	(void)state;
	for (unsigned i = STAGE_DEVELOPMENT; i <= STAGE_RETIRED; i++)
		assert_int_equal(stage_find(stage_name((enum stage)i)), i);
	assert_int_equal(stage_find(NULL), STAGE_NONE);
	assert_int_equal(stage_find("none"), STAGE_NONE);
	assert_int_equal(stage_find("Production"), STAGE_NONE);
}

/* -- templates/modelbook.schema.yaml, which editors hold the file against -----------------------
 */

static const struct data_node *configuration_schema(void)
{
	size_t len;
	char *text;
	int root = file_open_root(".");
	const struct data_node *schema;

	assert_int_equal(
	    file_read(&mem, root, "templates/modelbook.schema.yaml", 1 << 20, &text, &len), ST_OK);
	close(root);
	schema = yaml_read(&mem, source_new(&mem, "x.yaml", text, len), 0, len,
			   RULE_TEMPLATE_INVALID, &diags);
	assert_non_null(schema);
	return schema;
}

/* The schema of the maps in a list, NULL where a key has none. */
static const struct data_node *entry_schema(const struct data_node *schema, const char *key)
{
	const struct data_node *items =
	    data_find(data_find(data_find(schema, "properties"), key), "items");
	const char *ref = data_find_text(items, "$ref");

	if (ref)
		return data_find(data_find(schema, "$defs"), strrchr(ref, '/') + 1);
	return data_find(items, "properties") ? items : NULL;
}

/* Both know the same keys, at the root and in the maps of lists. */
static void schema_has_the_keys(void **state)
{
	const struct data_node *schema = configuration_schema();
	const struct data_node *properties = data_find(schema, "properties");
	size_t n = 0;

	(void)state;
	for (; config_key(n); n++) {
		const char *key = config_key(n);
		const struct data_node *entry = entry_schema(schema, key);
		size_t inner = 0;
		if (!data_find(properties, key))
			fail_msg("the schema lacks '%s'", key);
		for (; config_inner_key(key, inner); inner++)
			if (!data_find(data_find(entry, "properties"),
				       config_inner_key(key, inner)))
				fail_msg("the schema lacks '%s' of '%s'",
					 config_inner_key(key, inner), key);
		assert_int_equal(inner, entry ? data_find(entry, "properties")->n : 0);
	}
	assert_int_equal(n, properties->n);
}

/* A file that one takes, the other takes; what they refuse, both refuse. */
static void schema_agrees(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} t[] = {
	    {"title: T", true},
	    {"theme: default", false},
	    {"title: ''", false},
	    {"title: [T]", false},
	    {"{title: T, titel: U}", false},
	    {"{title: T, base_url: 'https://example.org'}", true},
	    {"{title: T, base_url: example.org}", false},
	    {"{title: T, repository: 'http://example.org/'}", true},
	    {"{title: T, repository: 'ftp://example.org/'}", false},
	    {"{title: T, theme: a_b-2}", true},
	    {"{title: T, theme: ../x}", false},
	    {"{title: T, navigation: [{title: A, path: a}]}", true},
	    {"{title: T, navigation: [{title: A}]}", false},
	    {"{title: T, navigation: {title: A}}", false},
	    {"{title: T, documents: [{path: a, kind: b}]}", true},
	    {"{title: T, documents: [{path: a, kind: b, x: c}]}", false},
	    {"{title: T, records: [a]}", false},
	    {"{title: T, records: }", true},
	    {"{title: T, require: [{kind: k}]}", true},
	    {"{title: T, require: [{for: model}]}", false},
	    {"{title: T, require: [{kind: k, for: workspace}]}", true},
	    {"{title: T, require: [{kind: k, for: run}]}", true},
	    {"{title: T, require: [{kind: k, for: incident}]}", true},
	    {"{title: T, require: [{kind: k, for: team}]}", false},
	    {"{title: T, require: [{kind: k, for: version, stage: development}]}", true},
	    {"{title: T, require: [{kind: k, for: version, stage: staging}]}", true},
	    {"{title: T, require: [{kind: k, for: version, stage: shadow}]}", true},
	    {"{title: T, require: [{kind: k, for: model, stage: canary}]}", true},
	    {"{title: T, require: [{kind: k, for: model, stage: production}]}", true},
	    {"{title: T, require: [{kind: k, for: model, stage: retired}]}", false},
	    {"{title: T, require: [{kind: k, for: run, stage: canary}]}", false},
	    {"{title: T, require: [{kind: k, stage: canary}]}", false},
	    {"{title: T, require: [{kind: k, count: 0}]}", false},
	    {"{title: T, require: [{kind: k, count: 1.5}]}", false},
	    {"{title: T, require: [{kind: k, count: 1000000}]}", true},
	    {"{title: T, publish: [.pdf]}", true},
	    {"{title: T, publish: [pdf]}", false},
	    {"{title: T, carry: [CNAME]}", true},
	    {"{title: T, carry: CNAME}", false},
	    {"{title: T, variables: {a: 1}}", true},
	    {"{title: T, variables: [a]}", false},
	    {"{title: T, severity: {doc/missing-section: note}}", true},
	    {"{title: T, severity: {doc/missing-section: fatal}}", false},
	    {"{title: T, severity: {Nothing: note}}", false},
	};
	const struct data_node *root = configuration_schema();
	struct schema *schema = schema_compile(&mem, root, &diags);
	int wrong = 0;

	(void)state;
	assert_int_equal(diags.n, 0);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct config c;
		bool reader = read_text(t[i].text, &c) == ST_OK;
		const struct data_node *node =
		    yaml_read(&mem, text_source("x.yaml", t[i].text), 0, strlen(t[i].text),
			      RULE_CONFIG_INVALID, &diags);
		bool fits = schema_accepts(schema, node, &mem);
		if (reader == t[i].good && fits == t[i].good)
			continue;
		printf("%s: read %d, schema %d\n", t[i].text, reader, fits);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(values, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(absent, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(mistakes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(stages, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(schema_has_the_keys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(schema_agrees, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
