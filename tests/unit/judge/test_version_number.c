/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/judge/test_version_number.c - dotted numbers and their precedence */
#include "judge/version_number.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;

static void what_is_a_number(void **state)
{
	static const struct {
		const char *id;
		bool is;
	} t[] = {
	    {"1", true},
	    {"1.2", true},
	    {"v1.2.3", true},
	    {"0", true},
	    {"2026.01.15", true},
	    {"1.2.3-rc.1+build.5", true},
	    {"1.2.3+7", true},
	    {"1.2.3.4.5.6.7.8", true},
	    {"1.2.3.4.5.6.7.8.9", false},
	    {"", false},
	    {"v", false},
	    {"1.", false},
	    {".1", false},
	    {"1..2", false},
	    {"1.2-rc", false},
	    {"2026-01-15", false},
	    {"3-large", false},
	    {"8e10", false},
	    {"1.2.3-", false},
	    {"1.2.3+", false},
	    {"1.2.3-a..b", false},
	    {"1.2.3-.a", false},
	    {"1.2.3+a+b", false},
	    {"1.2.3_a", false},
	    {"1.2.3 ", false},
	    {"large", false},
	};
	struct version_number number;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_int_equal(version_number_parse(t[i].id, &number), t[i].is);
}

/* semver.org, 11, and what this reads beyond it: each is below the next. */
static void precedence(void **state)
{
	static const char *const rising[] = {
	    "0.9",
	    "1.0.0-1",
	    "1.0.0-2",
	    "1.0.0-10",
	    "1.0.0-99999999999999999999999",
	    "1.0.0-01-15",
	    "1.0.0-alpha",
	    "1.0.0-alpha.1",
	    "1.0.0-alpha.beta",
	    "1.0.0-beta",
	    "1.0.0-beta.2",
	    "1.0.0-beta.11",
	    "1.0.0-rc.1",
	    "1.0.0",
	    "1.0.1",
	    "1.2.0",
	    "1.10.0",
	    "2",
	    "2.0.0.1",
	    "10",
	    "99999999999999999999998",
	    "99999999999999999999999",
	};
	enum { N = sizeof rising / sizeof *rising };
	struct version_number a, b;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		assert_true(version_number_parse(rising[i], &a));
		for (size_t k = 0; k < N; k++) {
			int order;
			assert_true(version_number_parse(rising[k], &b));
			order = version_number_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
			assert_int_equal(
			    !strcmp(version_number_key(&mem, &a), version_number_key(&mem, &b)),
			    i == k);
		}
	}
}

static void the_same(void **state)
{
	static const char *const same[][2] = {
	    {"1", "1.0.0"},    {"v1.2", "1.2.0"},      {"0", "0.0"},
	    {"01.002", "1.2"}, {"1.0.0+a", "1.0.0+b"}, {"1.0.0-rc.01", "1.0.0-rc.1+a"},
	};
	struct version_number a, b;

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_true(version_number_parse(same[i][0], &a));
		assert_true(version_number_parse(same[i][1], &b));
		assert_int_equal(version_number_compare(&a, &b), 0);
		assert_string_equal(version_number_key(&mem, &a), version_number_key(&mem, &b));
	}
}

static void lines(void **state)
{
	struct version_number number;

	(void)state;
	assert_true(version_number_parse("1.02.3-rc.1", &number));
	assert_string_equal(version_number_line(&mem, &number, 0), "");
	assert_string_equal(version_number_line(&mem, &number, 2), "1.2");
	assert_true(version_number_parse("0", &number));
	assert_string_equal(version_number_line(&mem, &number, 3), "0.0.0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_a_number),
	    cmocka_unit_test(precedence),
	    cmocka_unit_test(the_same),
	    cmocka_unit_test(lines),
	};
	int failed;

	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
