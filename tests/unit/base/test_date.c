/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/base/test_date.c - days, moments and their texts, before and after 1970 */
#include "base/date.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void days(void **state)
{
	static const struct {
		const char *text;
		int32_t day;
	} t[] = {{"1970-01-01", 0},     {"1969-12-31", -1},      {"2000-02-29", 11016},
		 {"2024-01-01", 19723}, {"0000-01-01", -719528}, {"9999-12-31", 2932896}};
	char buf[DATE_TEXT];

	(void)state;
	for (size_t c = 0; c < sizeof t / sizeof *t; c++) {
		int year, month, dom;
		int32_t day;

		assert_true(date_parse(t[c].text, 10, &day));
		assert_int_equal(day, t[c].day);
		assert_string_equal(date_format(buf, day), t[c].text);
		date_civil(day, &year, &month, &dom);
		assert_int_equal(date_from_civil(year, month, dom), day);
	}
	/* Every day from 1600 to 2400 reads back, and follows the one before. */
	for (int32_t day = -135140; day < 157054; day++) {
		int32_t back;
		date_format(buf, day);
		assert_true(date_parse(buf, 10, &back));
		assert_int_equal(back, day);
	}
}

static void no_days(void **state)
{
	static const char *const texts[] = {
	    "",           "2024-1-01",  "2023-02-29", "1900-02-29", "2024-13-01", "2024-00-10",
	    "2024-04-31", "2024-01-00", "24-01-01",   "2024/01/01", "-024-01-01", "2024-01-01 "};
	int32_t day;

	(void)state;
	for (size_t c = 0; c < sizeof texts / sizeof *texts; c++)
		if (date_parse(texts[c], strlen(texts[c]), &day))
			fail_msg("'%s'", texts[c]);
}

/* The day that holds a moment begins at or before it, and less than a day before. */
static void moments(void **state)
{
	static const struct {
		int64_t seconds;
		int32_t day;
		const char *text;
	} t[] = {
	    {0, 0, "1970-01-01T00:00:00Z"},
	    {-1, -1, "1969-12-31T23:59:59Z"},
	    {86399, 0, "1970-01-01T23:59:59Z"},
	    {86400, 1, "1970-01-02T00:00:00Z"},
	    {-86400, -1, "1969-12-31T00:00:00Z"},
	    {-86401, -2, "1969-12-30T23:59:59Z"},
	    {1700000000, 19675, "2023-11-14T22:13:20Z"},
	    {253402300799, 2932896, "9999-12-31T23:59:59Z"},
	};
	char buf[DATE_TEXT];

	(void)state;
	for (size_t c = 0; c < sizeof t / sizeof *t; c++) {
		int64_t back;
		bool has_zone;

		assert_int_equal(date_of_moment(t[c].seconds), t[c].day);
		assert_in_range(t[c].seconds - date_moment(t[c].day), 0, SECONDS_A_DAY - 1);
		assert_string_equal(date_format_moment(buf, t[c].seconds), t[c].text);
		assert_true(date_parse_moment(buf, strlen(buf), &back, &has_zone) && has_zone);
		assert_true(back == t[c].seconds);
	}
}

static void parsed_moments(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
		bool has_zone;
	} t[] = {
	    {"1970-01-02", 86400, false},           {"1970-01-01 00:01", 60, false},
	    {"1970-01-01t00:00:01.999z", 1, true},  {"1970-01-01T01:00:00.25+01:00", 0, true},
	    {"1970-01-01T00:00-00:30", 1800, true},
	};
	static const char *const bad[] = {"1970-01-01T24:00",      "1970-01-01T00:60",
					  "1970-01-01T00:00:61",   "1970-01-01T00",
					  "1970-01-01T10:00:00Zx", "1970-01-01T00:00:00.",
					  "1970-01-01T00:00+0100", "1970-01-01T00:00+24:00",
					  "1970-01-01T",           "1970-02-30T00:00"};
	int64_t seconds;
	bool has_zone;

	(void)state;
	for (size_t c = 0; c < sizeof t / sizeof *t; c++) {
		assert_true(date_parse_moment(t[c].text, strlen(t[c].text), &seconds, &has_zone));
		assert_true(seconds == t[c].seconds);
		assert_int_equal(has_zone, t[c].has_zone);
	}
	for (size_t c = 0; c < sizeof bad / sizeof *bad; c++)
		if (date_parse_moment(bad[c], strlen(bad[c]), &seconds, &has_zone))
			fail_msg("'%s'", bad[c]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(days),
	    cmocka_unit_test(no_days),
	    cmocka_unit_test(moments),
	    cmocka_unit_test(parsed_moments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
