/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/base/test_rule_example.c - every rule has an example, and the notation is kept */
#include "base/rule_example.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;

static bool is_complete(const char *lines)
{
	return lines && *lines && lines[strlen(lines) - 1] == '\n';
}

static void every_rule_has_one(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule_example *example = rule_example((enum rule)i);
		struct example_files before = {0}, after = {0};
		if (!example->serves || !example->fails || !example->mended)
			fail_msg("%s has no example", rule_info((enum rule)i)->id);
		assert_true(is_complete(example->serves));
		assert_true(*example->fails && *example->mended);
		if (!rule_example_has_files(example))
			continue;
		assert_true(is_complete(example->fails) && is_complete(example->mended));
		rule_example_workspace(&mem, example, false, &before);
		rule_example_workspace(&mem, example, true, &after);
		assert_true(before.n && after.n);
		assert_string_equal(before.items[0].path, "modelbook.yaml");
	}
}

static void files_take_the_place_of_others(void **state)
{
	static const struct rule_example example = {
	    .serves = "",
	    .fails = "=== a/b.md\nOne\n=== x\n=== -content/index.md\n",
	    .mended = "=== a/b.md\n\nTwo\n=== c\nThree\n=== -x\n",
	};
	static const struct {
		bool mended;
		size_t n;
		const char *path, *text;
	} t[] = {
	    {false, 3, "a/b.md", "One\n"},
	    {false, 3, "x", ""},
	    {true, 3, "a/b.md", "\nTwo\n"},
	    {true, 3, "c", "Three\n"},
	    {true, 3, "modelbook.yaml", "title: Example\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct example_files files = {0};
		const char *text = NULL;
		rule_example_workspace(&mem, &example, t[i].mended, &files);
		assert_int_equal(files.n, t[i].n);
		for (size_t k = 0; k < files.n; k++)
			if (!strcmp(files.items[k].path, t[i].path))
				text = files.items[k].text;
		assert_non_null(text);
		assert_string_equal(text, t[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_rule_has_one),
	    cmocka_unit_test(files_take_the_place_of_others),
	};
	int failed;

	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
