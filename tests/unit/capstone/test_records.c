/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_records.c - what is written as YAML is read back as it was */
#include "base/file.h"
#include "capstone/records.h"
#include "read/yaml.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The tree of what was written; a finding fails the test. */
static const struct data_node *read_back(struct arena *mem, const struct out *text)
{
	struct diag_sink diags = {0};
	struct data_node *root;

	diag_init(&diags, mem);
	root = yaml_read(mem, source_new(mem, "a.yaml", out_text(text), text->n), 0, text->n,
			 RULE_DATA_SYNTAX, &diags);
	if (!root || diags.n)
		fail_msg("%s\n%s", diags.n ? diags.items[0].detail : "no tree", out_text(text));
	return root;
}

static void hostile_text(void **state)
{
	static const struct {
		const char *text, *read;
	} t[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"null", "null"},
	    {"12", "12"},
	    {"2025-01-01", "2025-01-01"},
	    {"- a: [b, {c: d}] # e", "- a: [b, {c: d}] # e"},
	    {"\"quoted\" \\ 'so'", "\"quoted\" \\ 'so'"},
	    {"two\nlines\tand a tab", "two\nlines\tand a tab"},
	    {"---\n...\n%YAML 1.1", "---\n...\n%YAML 1.1"},
	    {"bell\x07 escape\x1B delete\x7F",
	     "bell\xEF\xBF\xBD escape\xEF\xBF\xBD delete\xEF\xBF\xBD"},
	    {"carriage\rreturn", "carriage\xEF\xBF\xBDreturn"},
	    {"latin \xE9 alone", "latin \xEF\xBF\xBD alone"},
	    {"cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
	    {"surrogate \xED\xA0\x80", "surrogate \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
	    {"overlong \xC0\x80", "overlong \xEF\xBF\xBD\xEF\xBF\xBD"},
	    {"mark \xEF\xBB\xBF no character \xEF\xBF\xBF",
	     "mark \xEF\xBF\xBD no character \xEF\xBF\xBD"},
	    {"\xC2\x85 next line", "\xEF\xBF\xBD next line"},
	    {"\xE2\x80\xA8\xE2\x80\xA9", "\xE2\x80\xA8\xE2\x80\xA9"},
	    {"\xF0\x9F\x98\x80 \xE2\x86\x92 \xC3\xA4", "\xF0\x9F\x98\x80 \xE2\x86\x92 \xC3\xA4"},
	    {"\xF0\x9F\xBF\xBF", "\xEF\xBF\xBD"},
	    {"{{ payment-risk.roc_auc }} <script>&", "{{ payment-risk.roc_auc }} <script>&"},
	    {"  spaces  ", "  spaces  "},
	    {"%s %n", "%s %n"},
	};
	struct arena mem;

	(void)state;
	arena_init(&mem);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out text = {0};
		struct yaml_writer w = {.to = &text};
		const struct data_node *root;

		yaml_text(&w, "a", "%s", t[i].text);
		yaml_texts(&w, "list", &t[i].text, 1);
		yaml_map(&w, t[i].text);
		yaml_end(&w);
		root = read_back(&mem, &text);
		if (root->n != 3 || strcmp(data_find_text(root, "a"), t[i].read) ||
		    strcmp(data_text(data_find_path(root, "list.0")), t[i].read) ||
		    strcmp(root->pairs[2].key->text, t[i].read))
			fail_msg("case %zu:\n%s", i, out_text(&text));
		out_release(&text);
	}
	arena_release(&mem);
}

static void numbers(void **state)
{
	static const struct {
		double value;
		const char *shortest, *fixed;
	} t[] = {
	    {0, "0", "0.000"},
	    {-0.0, "0", "0.000"},
	    {0.1, "0.1", "0.100"},
	    {1.0 / 3, "0.3333333333333333", "0.333"},
	    {-2.0005, "-2.0005", "-2.001"},
	    {NAN, "null", "null"},
	    {INFINITY, "null", "null"},
	    {-INFINITY, "null", "null"},
	    {1e300, "1e+300", NULL},
	    {5e-324, "5e-324", "0.000"},
	};
	struct arena mem;

	(void)state;
	arena_init(&mem);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out text = {0};
		struct yaml_writer w = {.to = &text};
		const struct data_node *root;
		double value;

		yaml_number(&w, "shortest", t[i].value);
		yaml_fixed(&w, "fixed", t[i].value, 3);
		yaml_count(&w, "count", UINT64_MAX);
		root = read_back(&mem, &text);
		if (!isfinite(t[i].value)) {
			assert_int_equal(data_find(root, "shortest")->kind, DATA_NULL);
			assert_int_equal(data_find(root, "fixed")->kind, DATA_NULL);
		} else {
			assert_true(data_number(data_find(root, "shortest"), &value));
			assert_true(value == t[i].value);
			assert_true(data_find(root, "shortest")->json_number);
			if (t[i].fixed)
				assert_string_equal(data_find_text(root, "fixed"), t[i].fixed);
		}
		assert_string_equal(data_find_text(root, "count"), "18446744073709551615");
		out_release(&text);
	}
	arena_release(&mem);
}

static void nesting(void **state)
{
	static const char *const few[] = {"age_band", "region"};
	static const char *const many[] = {"a text of thirty characters, 1",
					   "a text of thirty characters, 2",
					   "a text of thirty characters, 3"};
	static const char want[] = "# A comment.\n"
				   "records:\n"
				   "  - kind: \"evaluation\"\n"
				   "    groups: [\"age_band\", \"region\"]\n"
				   "    long:\n"
				   "      - \"a text of thirty characters, 1\"\n"
				   "      - \"a text of thirty characters, 2\"\n"
				   "      - \"a text of thirty characters, 3\"\n"
				   "    none: []\n"
				   "    source:\n"
				   "      where:\n"
				   "        split: \"temporal\"\n"
				   "      empty: {}\n"
				   "      empty_list: []\n"
				   "    steps:\n"
				   "      - percent: 5\n"
				   "        passed: true\n"
				   "      # Between two items.\n"
				   "      - percent: 25\n"
				   "        nested:\n"
				   "          - {}\n"
				   "    date: 2025-02-03\n"
				   "  - kind: \"benchmark\"\n"
				   "\"1_data_validation\": false\n";
	struct arena mem;
	struct out text = {0};
	struct yaml_writer w = {.to = &text};
	const struct data_node *root;

	(void)state;
	arena_init(&mem);
	yaml_comment(&w, "A comment.");
	yaml_list(&w, "records");
	yaml_item(&w);
	yaml_text(&w, "kind", "evaluation");
	yaml_texts(&w, "groups", few, 2);
	yaml_texts(&w, "long", many, 3);
	yaml_texts(&w, "none", NULL, 0);
	yaml_map(&w, "source");
	yaml_map(&w, "where");
	yaml_text(&w, "split", "%s", "temporal");
	yaml_end(&w);
	yaml_map(&w, "empty");
	yaml_end(&w);
	yaml_list(&w, "empty_list");
	yaml_end(&w);
	yaml_end(&w);
	yaml_list(&w, "steps");
	yaml_item(&w);
	yaml_count(&w, "percent", 5);
	yaml_truth(&w, "passed", true);
	yaml_end(&w);
	yaml_comment(&w, "Between two items.");
	yaml_item(&w);
	yaml_count(&w, "percent", 25);
	yaml_list(&w, "nested");
	yaml_item(&w);
	yaml_end(&w);
	yaml_end(&w);
	yaml_end(&w);
	yaml_end(&w);
	yaml_day(&w, "date", 20122);
	yaml_end(&w);
	yaml_item(&w);
	yaml_text(&w, "kind", "benchmark");
	yaml_end(&w);
	yaml_end(&w);
	yaml_truth(&w, "1_data_validation", false);
	assert_int_equal(w.depth, 0);
	assert_string_equal(out_text(&text), want);
	root = read_back(&mem, &text);
	assert_string_equal(data_text(data_find_path(root, "records.0.steps.1.percent")), "25");
	assert_int_equal(data_find_path(root, "records.0.source.empty")->kind, DATA_MAP);
	out_release(&text);
	arena_release(&mem);
}

/* Every line but the one that cannot be broken has at most 100 bytes and begins as a comment. */
static bool is_wrapped(const char *text)
{
	for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
		if (*line != 'n' && (*line != '#' || (end - line > 100 && line[2] != 'x')))
			return false;
	return true;
}

static void comments(void **state)
{
	struct arena mem;
	struct out text = {0};
	struct yaml_writer w = {.to = &text};
	char longest[301];

	(void)state;
	arena_init(&mem);
	memset(longest, 'x', 300);
	longest[300] = 0;
	yaml_comment(&w, "One\n\ntwo");
	yaml_comment(
	    &w, "Words that go on for longer than one line has room for, which is why the line "
		"is broken between two of them and goes on.");
	yaml_comment(&w, longest);
	yaml_comment(&w, "");
	yaml_count(&w, "n", 1);
	assert_true(is_wrapped(out_text(&text)));
	assert_int_equal(read_back(&mem, &text)->n, 1);
	out_release(&text);
	arena_release(&mem);
}

static void files(void **state)
{
	char dir[] = "/tmp/modelbook-records-XXXXXX", path[64], *back;
	struct arena mem;
	struct diag_sink diags = {0};
	struct out text = {0};
	size_t n;
	int root;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	assert_non_null(mkdtemp(dir));
	out_puts(&text, "kind: benchmark\n");
	assert_true(record_write(dir, "a/b/c.yaml", &text, &diags));
	out_puts(&text, "id: x\n");
	assert_true(record_write(dir, "a/b/c.yaml", &text, &diags)); /* replaced */
	root = file_open_root(dir);
	assert_int_equal(file_read(&mem, root, "a/b/c.yaml", 1000, &back, &n), ST_OK);
	close(root);
	assert_string_equal(back, "kind: benchmark\nid: x\n");
	assert_false(record_write(dir, "a/b", &text, &diags)); /* a folder */
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.items[0].rule, RULE_IO_WRITE);
	snprintf(path, sizeof path, "%s/a/b.part", dir);
	assert_int_equal(access(path, F_OK), -1);
	text.failed = true;
	assert_false(record_write(dir, "d.yaml", &text, &diags));
	snprintf(path, sizeof path, "%s/a/b/c.yaml", dir);
	assert_int_equal(unlink(path), 0);
	for (const char *const *folder = (const char *const[]){"a/b", "a", "", NULL}; *folder;
	     folder++) {
		snprintf(path, sizeof path, "%s/%s", dir, *folder);
		assert_int_equal(rmdir(path), 0);
	}
	out_release(&text);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hostile_text), cmocka_unit_test(numbers), cmocka_unit_test(nesting),
	    cmocka_unit_test(comments),     cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
