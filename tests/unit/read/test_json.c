/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_json.c - JSON into trees */
#include "data_fixture.h"
#include "read/json.h"

static struct data_node *read_json(struct fixture *f, const char *text, size_t n)
{
	return json_read(&f->mem, fixture_source(f, text, n), &f->diags);
}

static void values(void **state)
{
	const char *text = "\xEF\xBB\xBF{\"a\": [1, -2.50, 1e3, true, false, null, \"x\\u00e9\"], "
			   "\"z\": {}, \"b\": 12345678901234567890123}";
	static const struct {
		const char *path, *text;
		enum data_kind kind;
		double number;
	} t[] = {
	    {"a.0", "1", DATA_NUMBER, 1},
	    {"a.1", "-2.5", DATA_NUMBER, -2.5},
	    {"a.2", "1000", DATA_NUMBER, 1000},
	    {"a.3", "true", DATA_BOOL, 0},
	    {"a.4", "false", DATA_BOOL, 0},
	    {"a.5", "null", DATA_NULL, 0},
	    {"a.6", "xé", DATA_TEXT, 0},
	    {"z", "", DATA_MAP, 0},
	    {"b", "1.2345678901234568e+22", DATA_NUMBER, 12345678901234567890123.0},
	};
	struct fixture f;
	struct data_node *root;

	(void)state;
	fixture_init(&f);
	root = read_json(&f, text, strlen(text));
	assert_non_null(root);
	assert_string_equal(root->pairs[1].key->text, "z"); /* in the order written */
	assert_int_equal(root->at.end, strlen(text));
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const struct data_node *node = data_find_path(root, t[i].path);
		assert_non_null(node);
		assert_int_equal(node->kind, t[i].kind);
		assert_string_equal(node->text, t[i].text);
		assert_true(node->number == t[i].number);
		assert_true(node->quoted);
		assert_int_equal(node->json_number, t[i].kind == DATA_NUMBER);
	}
	assert_true(data_find_path(root, "a.3")->truth);
	fixture_release(&f);
}

static void refusals(void **state)
{
	static const struct {
		const char *what, *text;
		size_t n;
		const char *want;
	} t[] = {
	    {"empty", "", 0, "1:1-1:1 data/syntax unexpected token near end of file\n"},
	    {"cut off", "{\"a\": [1,\n 2", 0,
	     "2:2-2:3 data/syntax ']' expected near end of file\n"},
	    {"duplicate key", "{\"a\": 1,\n \"a\": 2}", 0,
	     "2:4-2:5 data/syntax duplicate object key near '\"a\"'\n"},
	    {"NUL", "\"a\\u0000b\"", 0, "1:10-1:11 data/syntax NUL character\n"},
	    {"raw NUL", "[1, \0]", 6, "1:5-1:6 data/syntax invalid token near end of file\n"},
	    {"raw NUL behind a number", "{\"a\": 1.5\0}", 11,
	     "1:10-1:11 data/syntax NUL character\n"},
	    {"infinite", "[1,\n1e999]", 0,
	     "2:5-2:6 data/syntax real number overflow near '1e999'\n"},
	    {"not UTF-8", "[\"\xE9\"]", 0,
	     "1:2-1:3 data/syntax unable to decode byte 0xe9 near '\"'\n"},
	    {"NaN", "[NaN]", 0, "1:4-1:5 data/syntax invalid token near 'NaN'\n"},
	    {"text behind it", "{} x", 0, "1:4-1:5 data/syntax end of file expected near 'x'\n"},
	};
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct fixture f;
		fixture_init(&f);
		assert_null(read_json(&f, t[i].text, t[i].n ? t[i].n : strlen(t[i].text)));
		assert_int_equal(f.diags.n, 1);
		wrong += differs(t[i].what, fixture_findings(&f), t[i].want);
		fixture_release(&f);
	}
	assert_int_equal(wrong, 0);
}

static void depth(void **state)
{
	struct fixture f;
	char text[2 * 2050 + 1];

	(void)state;
	for (size_t n = 2047; n <= 2049; n++) {
		memset(text, '[', n);
		memset(text + n, ']', n);
		fixture_init(&f);
		if (n <= 2048)
			assert_non_null(read_json(&f, text, 2 * n));
		else
			assert_null(read_json(&f, text, 2 * n));
		fixture_release(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(refusals),
					   cmocka_unit_test(depth)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
