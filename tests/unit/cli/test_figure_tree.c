/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/cli/test_figure_tree.c - objects of records, as our own reader takes them back */
#include "cli/figure_tree.h"
#include "read/yaml.h"
#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena mem;
static struct figure_tree tree;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	figure_tree_init(&tree, &mem);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static void open_map(const char *name)
{
	tree.visitor.open(tree.visitor.ctx, name, false);
}

static void open_list(const char *name)
{
	tree.visitor.open(tree.visitor.ctx, name, true);
}

static void close_one(void)
{
	tree.visitor.close(tree.visitor.ctx);
}

static void number(const char *name, double value, const char *reason)
{
	tree.visitor.number(tree.visitor.ctx, name, value, reason);
}

static const char *written(void (*write)(const struct figure_tree *, struct out *))
{
	struct out o = {0};
	const char *text;

	write(&tree, &o);
	text = arena_strdup(&mem, out_text(&o));
	out_release(&o);
	return text;
}

static void plain_items_of_lists_stand_on_one_line(void **state)
{
	(void)state;
	tree.visitor.count(tree.visitor.ctx, "rows", 12);
	open_map("calibration");
	number("ece", 0.1, NULL);
	open_list("bins");
	open_map(NULL);
	number("lower", 0, NULL);
	number("upper", 1e-7, NULL);
	close_one();
	close_one();
	close_one();
	assert_string_equal(written(figure_tree_json), "{\n"
						       "  \"rows\": 12,\n"
						       "  \"calibration\": {\n"
						       "    \"ece\": 0.1,\n"
						       "    \"bins\": [\n"
						       "      {\"lower\": 0, \"upper\": 1e-07}\n"
						       "    ]\n"
						       "  }\n"
						       "}\n");
	assert_string_equal(written(figure_tree_yaml), "rows: 12\n"
						       "calibration:\n"
						       "  ece: 0.1\n"
						       "  bins:\n"
						       "    - {lower: 0, upper: 1e-07}\n");
}

static void what_is_not_known_is_null_with_its_reason(void **state)
{
	(void)state;
	open_map("performance");
	number("roc_auc", NAN, "one class only");
	number("mcc", NAN, "one class only");
	close_one();
	open_map("regression");
	number("mae", NAN, "no rows");
	number("r2", NAN, "label is constant");
	number("rmse", 1, NULL);
	close_one();
	assert_string_equal(written(figure_tree_yaml),
			    "performance:\n"
			    "  roc_auc: null\n"
			    "  mcc: null\n"
			    "  reason: \"one class only\"\n"
			    "regression:\n"
			    "  mae: null\n"
			    "  r2: null\n"
			    "  rmse: 1\n"
			    "  reason: \"mae: no rows; r2: label is constant\"\n");
}

static void a_reason_that_the_figures_give_stands_alone(void **state)
{
	(void)state;
	open_map("price");
	number("psi", NAN, "column is empty");
	tree.visitor.text(tree.visitor.ctx, "reason", "column is empty");
	close_one();
	assert_string_equal(written(figure_tree_yaml), "price:\n"
						       "  psi: null\n"
						       "  reason: \"column is empty\"\n");
}

/* That of a severity does not say why other figures are null. */
static void other_reasons_stand_behind_it(void **state)
{
	(void)state;
	open_map("price");
	number("ks", NAN, "no rows");
	number("w", NAN, "no rows");
	number("v", NAN, "no spread");
	tree.visitor.text(tree.visitor.ctx, "reason", "too few");
	close_one();
	assert_string_equal(written(figure_tree_yaml),
			    "price:\n  ks: null\n  w: null\n  v: null\n"
			    "  reason: \"too few; ks, w: no rows; v: no spread\"\n");
}

/* Names of columns and groups are anything. */
static void our_reader_takes_every_name_back(void **state)
{
	static const char *const names[] = {
	    "age",  "1",      "1e5",  "null", "true", "no",       "~",          "",   " a ", "a: b",
	    "a #b", "- a",    "a\"b", "a'b",  "a\\b", "{a}",      "a,b",        "*a", "&a",  "a\nb",
	    "a\tb", "größer", "?",    "0x1f", "!x",   "<script>", "2025-01-01", "."};
	struct diag_sink diags;
	const struct data_node *root;
	struct source *source;
	const char *text;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		tree.visitor.text(tree.visitor.ctx, names[i], names[i]);
	text = written(figure_tree_yaml);
	diag_init(&diags, &mem);
	source = source_new(&mem, "x.yaml", text, strlen(text));
	root = yaml_read(&mem, source, 0, source->len, RULE_DATA_SYNTAX, &diags);
	if (diags.n)
		fail_msg("%s: %s", diags.items[0].detail, text);
	assert_int_equal(root->n, sizeof names / sizeof *names);
	for (size_t i = 0; i < root->n; i++) {
		assert_string_equal(root->pairs[i].key->text, names[i]);
		assert_string_equal(root->pairs[i].value->text, names[i]);
		assert_int_equal(root->pairs[i].value->kind, DATA_TEXT);
	}
}

static void control_characters_are_made_visible_where_no_record_may_hold_them(void **state)
{
	(void)state;
	tree.visitor.text(tree.visitor.ctx, "\033[m", "a\x01");
	assert_string_equal(written(figure_tree_yaml), "\"\\\\x1B[m\": \"a\\\\x01\"\n");
	assert_string_equal(written(figure_tree_json), "{\n  \"\\u001b[m\": \"a\\u0001\"\n}\n");
}

static void empty_objects_are_empty(void **state)
{
	(void)state;
	assert_string_equal(written(figure_tree_json), "{}\n");
	open_list("new_categories");
	close_one();
	assert_string_equal(written(figure_tree_yaml), "new_categories: []\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(plain_items_of_lists_stand_on_one_line, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(what_is_not_known_is_null_with_its_reason, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(a_reason_that_the_figures_give_stands_alone, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(other_reasons_stand_behind_it, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(our_reader_takes_every_name_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		control_characters_are_made_visible_where_no_record_may_hold_them, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(empty_objects_are_empty, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
