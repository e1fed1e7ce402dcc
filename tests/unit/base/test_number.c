/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_number.c - numbers from and to text */
#include "base/number.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void decimals_are_parsed(void **state)
{
	static const struct {
		const char *text;
		bool good;
		double value;
	} t[] = {
	    {"0", true, 0},           {"-0.5", true, -0.5},
	    {"+3", true, 3},          {".5", true, .5},
	    {"5.", true, 5},          {"1e3", true, 1000},
	    {"1E-3", true, 0.001},    {"0.1", true, 0.1},
	    {"1e-320", true, 1e-320}, {"9007199254740993", true, 9007199254740992.0},
	    {"1e309", false, 0},      {"", false, 0},
	    {"-", false, 0},          {".", false, 0},
	    {"1e", false, 0},         {"0x10", false, 0},
	    {"nan", false, 0},        {"inf", false, 0},
	    {" 1", false, 0},         {"1 ", false, 0},
	    {"1,5", false, 0},        {"1_000", false, 0},
	    {"1.2.3", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double value = -99;
		bool good = number_parse(t[i].text, strlen(t[i].text), &value);
		if (good != t[i].good || (good && value != t[i].value))
			fail_msg("'%s': %d %.17g", t[i].text, good, value);
	}
}

/* Correctly rounded: the same as strtod in the C locale, for many short and long decimals. */
static void decimals_equal_strtod(void **state)
{
	uint64_t seed = 20260101;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char text[64];
		double value;
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		snprintf(text, sizeof text, "%llu.%0*llu", (unsigned long long)(seed >> 50),
			 1 + (int)(seed % 12), (unsigned long long)((seed >> 20) % 1000000007u));
		assert_true(number_parse(text, strlen(text), &value));
		if (value != strtod(text, NULL))
			fail_msg("%s: %.17g", text, value);
	}
}

static void numbers_are_written(void **state)
{
	char buf[NUMBER_TEXT_MAX];

	(void)state;
	assert_string_equal(number_shortest(buf, 0.1), "0.1");
	assert_string_equal(number_shortest(buf, 123456789), "123456789");
	assert_string_equal(number_shortest(buf, -0.0), "0");
	assert_string_equal(number_shortest(buf, 1e22), "1e+22");
	assert_string_equal(number_shortest(buf, NAN), "null");
	assert_string_equal(number_significant(buf, 0.91344, 3), "0.913");
	assert_string_equal(number_significant(buf, 9.9996, 4), "10");
	assert_string_equal(number_significant(buf, 123456, 3), "123456");
	assert_string_equal(number_significant(buf, 0.00001234, 3), "1.23e-05");
	assert_string_equal(number_significant(buf, INFINITY, 3), "–");
	assert_string_equal(number_significant(buf, DBL_MAX, 3), "1.8e+308");
	assert_string_equal(number_fixed(buf, -0.0001, 2), "0.00");
	assert_string_equal(number_fixed(buf, 2.5, 3), "2.500");
	assert_string_equal(number_fixed(buf, 1e300, 2), "1e+300");
	assert_string_equal(number_count(buf, 0), "0");
	assert_string_equal(number_count(buf, 999), "999");
	assert_string_equal(number_count(buf, 1234567), "1,234,567");
}

static void shortest_reads_back(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char buf[NUMBER_TEXT_MAX];
		double value, back;
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		memcpy(&value, &seed, sizeof value);
		if (!isfinite(value))
			continue;
		number_shortest(buf, value);
		assert_true(number_parse(buf, strlen(buf), &back));
		if (back != value)
			fail_msg("%.17g -> %s", value, buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decimals_are_parsed),
	    cmocka_unit_test(decimals_equal_strtod),
	    cmocka_unit_test(numbers_are_written),
	    cmocka_unit_test(shortest_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
