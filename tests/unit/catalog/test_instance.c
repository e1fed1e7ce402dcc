/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_instance.c - what `new` writes, read again
 *
 * The documents and records that are made from this repository's own templates. */
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/instance_keys.h"
#include "catalog/match.h"
#include "catalog/record_instance.h"
#include "catalog_fixture.h"
#include "read/document.h"
#include "read/yaml.h"
#include <unistd.h>

static struct source *read_file(int root, const char *path)
{
	char *text;
	size_t len;

	if (file_read(&mem, root, path, 1 << 24, &text, &len) != ST_OK)
		fail_msg("%s cannot be read", path);
	return source_new(&mem, path, text, len);
}

static struct file_list list_files(int *root, const char *folder)
{
	struct file_list files = {0};

	*root = file_open_root(".");
	if (file_walk(&mem, *root, folder, &files) != ST_OK || !files.n)
		fail_msg("no file under %s", folder);
	return files;
}

static void none_missing(const char *path, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (child->state == MATCH_MISSING)
			fail_msg("%s: '%s' is missing in what was made from it", path,
				 child->identity);
		if (child->ticked)
			fail_msg("%s: '%s' is ticked", path, child->identity);
		none_missing(path, child);
	}
}

static bool has_unwritten(const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (child->state == MATCH_EMPTY || child->state == MATCH_PLACEHOLDER ||
		    has_unwritten(child))
			return true;
	}
	return false;
}

static void documents(void **state)
{
	int root;
	struct file_list files = list_files(&root, "templates/documents");

	(void)state;
	for (size_t i = 0; i < files.n; i++) {
		const char *path = files.items[i].path, *text;
		struct template *tmpl = template_read(&mem, read_file(root, path), &diags);
		struct md_input input = {0};
		struct document_text doc;
		const struct match *match;
		text = template_instance(&mem, tmpl, "A \"title\": é", "churn@1.0");
		input.source = text_source("content/new.md", text);
		document_split(&mem, input.source, &doc, &diags);
		input.body_start = doc.body_start;
		doc.body = md_parse_trusted(&mem, &input, &diags);
		if (diags.n)
			fail_msg("%s: %s\n%s", path, findings_text(), text);
		assert_string_equal(data_find_text(doc.front_matter, "title"), "A \"title\": é");
		assert_string_equal(data_find_text(doc.front_matter, "kind"), tmpl->kind);
		assert_string_equal(data_find_text(doc.front_matter, "about"), "churn@1.0");
		match = match_document(&mem, &mem, tmpl, &doc, STAGE_PRODUCTION);
		none_missing(path, match);
		if (!has_unwritten(match))
			fail_msg("%s: nothing is left to write:\n%s", path, text);
	}
	close(root);
}

static void attributes_are_left_out(void **state)
{
	static const char tmpl_text[] =
	    "---\nkind: t\nabout: model\nfront_matter:\n  required: [owner]\n  properties:\n"
	    "    title: {type: string}\n    owner: {enum: [a, b]}\n    tier: {description: Tier.}\n"
	    "---\n# *\n<!-- guidance -->\n## A {#a .optional}\nSay it.\n- [ ] B {#b}\n"
	    "## P: * {repeat=\"1..\"} ##\nC {#c}\n-\n```\n## D {#d}\n```\n";
	static const char want[] =
	    "---\ntitle: \"T\"\nkind: t\nabout: # MODEL. For example: churn\n\n# One of: a, "
	    "b.\nowner:\n\n#tier: # Tier.\n---\n# T\n<!-- guidance -->\n\n"
	    "## A\n\n<!-- May be left out. -->\nSay it.\n- [ ] B\n\n"
	    "## P: <fill in> ##\n\n<!-- 1 or more sections of this form. "
	    "-->\n\nC\n-\n```\n## D {#d}\n```\n";
	struct template *tmpl = template_read(&mem, text_source("t.md", tmpl_text), &diags);

	(void)state;
	assert_string_equal(findings_text(), "");
	assert_string_equal(template_instance(&mem, tmpl, "T", NULL), want);
}

/* The heading of level 1 (or, with a base, the section's) that a new document has for a title. */
static const char *heading_of(const struct template *tmpl, const char *title, unsigned level)
{
	const char *text = template_instance(&mem, tmpl, title, NULL);
	struct md_input input = {.source = text_source("content/new.md", text)};
	struct document_text doc;

	document_split(&mem, input.source, &doc, &diags);
	input.body_start = doc.body_start;
	doc.body = md_parse_trusted(&mem, &input, &diags);
	for (uint32_t i = 1; i < doc.body.n; i++)
		if (doc.body.nodes[i].type == MD_HEADING && doc.body.nodes[i].level == level)
			return md_text(&doc.body, &doc.body.nodes[i]);
	return "";
}

/* A title is text, whatever it would mean in Markdown. */
static void titles_are_text(void **state)
{
	static const char *const titles[] = {
	    "Plain, (good) words: 1 + 1 = 2! {#id}",
	    "<!-- gone -->",
	    "*a* **b** _c_ __d__ model_card ~~e~~ `f` ``g",
	    "[a](b) ![c](d) [[e]] [f]: g <h@i.org> <b>x</b>",
	    "C #",
	    "C ##",
	    "# C# #x",
	    "#",
	    "a & b &amp; &#60; AT&T",
	    "a\\*b \\",
	    "| a | b |",
	    "1. a",
	    "- [ ] a",
	    "> a",
	    "---",
	    "Gr\xc3\xb6\xc3\x9f"
	    "e_\xd7\xa2_x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof titles / sizeof *titles; i++) {
		struct template *base =
		    template_read(&mem, text_source("b.md", "---\nkind: b\n---\n# B\n"), &diags);
		struct template *tmpl = template_read(
		    &mem, text_source("t.md", "---\nkind: t\n---\n# T\n## S\n"), &diags);
		assert_string_equal(heading_of(tmpl, titles[i], 1), titles[i]);
		template_extend(&mem, tmpl, base, &diags);
		assert_string_equal(heading_of(tmpl, titles[i], 1), titles[i]);
	}
}

/* A section of two files has the title of the later as plain text. */
static void titles_of_two_files_are_text(void **state)
{
	struct template *base =
	    template_read(&mem, text_source("b.md", "---\nkind: b\n---\n## A {#a}\n"), &diags);
	struct template *tmpl = template_read(
	    &mem, text_source("t.md", "---\nkind: t\n---\n## \\<b> \\*x\\* \\# {#a}\n"), &diags);

	(void)state;
	template_extend(&mem, tmpl, base, &diags);
	assert_string_equal(findings_text(), "");
	assert_string_equal(heading_of(tmpl, "T", 2), "<b> *x* #");
}

/* As many sections as documents must have, the guidance in the first. */
static void sections_are_repeated(void **state)
{
	static const char front[] = "---\ntitle: \"T\"\nkind: t\n---\n";
	static const struct {
		const char *body, *want;
	} cases[] = {
	    {"## P: * {repeat=\"2..4\"}\n<!-- once -->\n\n### Q\n<!-- and\nonce -->\nText.\n- [ ] "
	     "R\n"
	     "\n## S\n",
	     "## P: <fill in>\n<!-- 2 to 4 sections of this form. once -->\n\n### Q\n<!-- "
	     "and\nonce -->\nText.\n- [ ] R\n\n"
	     "## P: <fill in>\n\n### Q\nText.\n- [ ] R\n\n## S\n"},
	    {"A {.optional min-words=\"3\"}\n---\nx\n\n## B {min-steps=\"2\"} ##\n<!---->\n",
	     "A\n---\n\n<!-- May be left out. At least 3 words. -->\nx\n\n## B ##\n\n"
	     "<!-- At least 2 numbered steps. -->\n<!---->\n"},
	    {"## P* {repeat=\"..4\"}\n",
	     "## P<fill in>\n\n<!-- 0 to 4 sections of this form. -->\n"},
	    {"## P* {repeat=\"1..\"}\n",
	     "## P<fill in>\n\n<!-- 1 or more sections of this form. -->\n"},
	    {"## P* {repeat=\"2\"}\n### Q* {repeat=\"2\"}\nx\n",
	     "## P<fill in>\n\n<!-- 2 sections of this form. -->\n\n### Q<fill in>\n\n"
	     "<!-- 2 sections of this form. -->\nx\n\n### Q<fill in>\nx\n\n## P<fill in>\n\n"
	     "### Q<fill in>\nx\n\n### Q<fill in>\nx\n"},
	};
	static const char hostile[] =
	    "---\nkind: t\n---\n## A* {repeat=\"1000\"}\n### B* {repeat=\"1000\"}\n"
	    "#### C* {repeat=\"1000\"}\n";

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = arena_printf(&mem, "---\nkind: t\n---\n%s", cases[i].body);
		struct template *tmpl = template_read(&mem, text_source("t.md", text), &diags);
		const char *made = template_instance(&mem, tmpl, "T", NULL);
		assert_string_equal(findings_text(), "");
		assert_memory_equal(made, front, strlen(front));
		assert_string_equal(made + strlen(front), cases[i].want);
	}
	assert_true(strlen(template_instance(
			&mem, template_read(&mem, text_source("t.md", hostile), &diags), "T",
			NULL)) < (5 << 20));
}

static void records(void **state)
{
	int root;
	struct file_list files = list_files(&root, "templates/records");

	(void)state;
	for (size_t i = 0; i < files.n; i++) {
		const char *path = files.items[i].path, *text;
		struct record_kind kind = {.source = read_file(root, path)};
		const struct data_node *node;
		if (!text_ends_with(path, ".schema.yaml"))
			continue;
		kind.kind = arena_strndup(&mem, path_base(path), strcspn(path_base(path), "."));
		kind.root =
		    yaml_read(&mem, kind.source, 0, kind.source->len, RULE_DATA_SYNTAX, &diags);
		text = record_instance(&mem, &kind, "data/churn/new.yaml", "ID-1", "churn@1.0");
		node = yaml_read(&mem, text_source("data/new.yaml", text), 0, strlen(text),
				 RULE_DATA_SYNTAX, &diags);
		if (!node || diags.n)
			fail_msg("%s: %s\n%s", path, findings_text(), text);
		assert_string_equal(data_find_text(node, "kind"), kind.kind);
		assert_string_equal(data_find_text(node, "id"), "ID-1");
	}
	close(root);
}

/* Each schema and the file that is made from it. */
static void keys(void **state)
{
	static const struct {
		const char *schema, *want;
	} cases[] = {
	    {"properties: {a: {type: string}}", "#a:\n"},
	    {"required: [a]\nproperties: {a: {type: string, description: Text., examples: [x y]}}",
	     "# Text. For example: x y\na:\n"},
	    {"required: [a]\nproperties: {a: {type: integer, minimum: 0, maximum: 5}}",
	     "# A whole number from 0 to 5.\na:\n"},
	    {"required: [a, b]\nproperties: {a: {const: k}, b: {enum: [x, y], default: x}}",
	     "# Always k.\na: k\n\n# One of: x, y.\nb: x\n"},
	    {"required: [m]\nproperties: {m: {required: [n], properties: {n: {type: boolean}, o: "
	     "{type: number, exclusiveMinimum: 0}}}}",
	     "m:\n  # True or false.\n  n:\n#  o: # A number above 0.\n"},
	    {"required: [l]\nproperties: {l: {type: array, items: {required: [d], properties: {d: "
	     "{$ref: '#/$defs/d'}}}}}\n$defs: {d: {type: string, format: date}}",
	     "# A list.\nl:\n  -\n    # A day, YYYY-MM-DD.\n    d:\n"},
	    {"properties: {s: {properties: {log: {type: string}, deeper: {properties: {x: "
	     "{properties: "
	     "{y: {}}}}}}}}",
	     "#s:\n#  log:\n#  deeper:\n#    x:\n"},
	    {"required: [t]\nproperties: {t: {default: ['a, b', \"c: d\", {e: 1}]}}",
	     "t: [\"a, b\", \"c: d\", {e: 1}]\n"},
	    {"{}", ""},
	    {"required: [a]\nproperties: {a: {$ref: '#/$defs/a'}}\n$defs: {a: {type: array, items: "
	     "{$ref: "
	     "'#/$defs/a'}}}",
	     "# A list, each a list, each a list, each a list, each a list.\na:\n"},
	    {"properties: {a: {$ref: '#/$defs/a'}}\n$defs: {a: {anyOf: [{$ref: '#/$defs/a'}]}}",
	     "#a:\n"},
	    {"properties: {a: {type: [integer, 'null'], minimum: 1}, b: {examples: ['it\"s', z]}}",
	     "#a: # A whole number of at least 1 or null.\n\n#b: # For example: \"it\\\"s\"\n"},
	    {"required: [n, m]\nproperties: {n: {type: [number, 'null']}, m: {type: [object, "
	     "'null'], properties: {x: {}}}}",
	     "# A number or null.\nn: <fill in>\n\n# A map or null.\nm:\n#  x:\n"},
	    {"required: [m]\nproperties: {m: {type: object}, k: {const: '{a}_{b}'}}",
	     "# A map.\nm:\n\n#k: # Always \"{a}_{b}\".\n"},
	    {"properties: []", ""},
	    {"required: [a]\nproperties: {a: {$ref: '#/$defs/a'}}\n$defs: {a: {$ref: '#/$defs/a'}}",
	     "a:\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct source *source = text_source("s.yaml", cases[i].schema);
		const struct data_node *root =
		    yaml_read(&mem, source, 0, source->len, RULE_TEMPLATE_INVALID, &diags);
		struct out o = {0};
		assert_string_equal(findings_text(), "");
		instance_write_keys(&o, &mem, root, NULL, 0);
		assert_string_equal(out_text(&o), cases[i].want);
		out_release(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(keys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(documents, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(attributes_are_left_out, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(titles_are_text, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(titles_of_two_files_are_text, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(sections_are_repeated, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(records, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
