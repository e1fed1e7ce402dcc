/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_data.c - finding values in a tree */
#include "data_fixture.h"

static void paths(void **state)
{
	static const struct {
		const char *path, *want; /* NULL: absent, or no text */
	} t[] = {
	    {"id", "x"},
	    {"calibration.ece", "0.03"},
	    {"bins.1", "b"},
	    {"bins.0.lower", "0.10"},
	    {"bins.2", NULL},
	    {"bins.01", "b"},
	    {"bins.-1", NULL},
	    {"bins.", NULL},
	    {"calibration", NULL},
	    {"nothing", NULL},
	    {"none", NULL},
	    {"id.x", NULL},
	    {"", "empty key"},
	    {"calibration.", NULL},
	    {"bins.99999999999", NULL},
	};
	struct fixture f;
	struct data_node *root;

	(void)state;
	fixture_init(&f);
	root = fixture_yaml(&f, "id: x\ncalibration: {ece: 0.03}\nbins: [{lower: 0.10}, b]\n"
				"nothing: ~\n'': empty key\n");
	assert_non_null(root);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = data_text(data_find_path(root, t[i].path));
		if (!got != !t[i].want || (got && strcmp(got, t[i].want)))
			fail_msg("'%s': got %s", t[i].path, got ? got : "nothing");
	}
	fixture_release(&f);
}

static void absent_things(void **state)
{
	double value = 7;
	struct fixture f;
	struct data_node *root;

	(void)state;
	fixture_init(&f);
	root = fixture_yaml(&f, "n: 2.5\nt: two\n");
	assert_null(data_find(NULL, "x"));
	assert_null(data_find_path(NULL, "x.y"));
	assert_null(data_text(NULL));
	assert_null(data_find_text(root, "x"));
	assert_false(data_number(NULL, &value));
	assert_false(data_number(data_find(root, "t"), &value));
	assert_true(data_number(data_find(root, "n"), &value));
	assert_true(value == 2.5);
	assert_string_equal(data_kind_name(DATA_MAP), "a map");
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(paths),
					   cmocka_unit_test(absent_things)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
