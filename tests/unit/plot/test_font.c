/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/test_font.c - widths, cleaning and shortening of labels */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot/font.h"
#include "plot/plot.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct arena mem;

static void missing_font(void **unused)
{
	(void)unused;
	assert_false(plot_init("/nonexistent/font.ttf"));
	assert_int_not_equal(errno, 0);
	assert_false(plot_init("/dev/null"));
	assert_true(plot_init(PLOT_FONT));
	assert_true(plot_init(PLOT_FONT));
}

/* Advances of DejaVu Sans 2.37, in 2048ths of an em. */
static void widths(void **unused)
{
	const struct {
		const char *text;
		double units;
	} t[] = {
	    {"", 0},
	    {"a", 1255},
	    {"aa", 2510},
	    {"a\xcc\x81", 1255}, /* a with a combining acute */
	    {"…", 2048},
	    {"−", 1716},
	    {"\xe4\xb8\xad", 1.05 * 2048},     /* not in the font, wide */
	    {"\xf0\x9f\x98\x80", 1.05 * 2048}, /* an emoji */
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (fabs(font_width(t[i].text, 2048) - t[i].units) > 1e-6)
			fail_msg("'%s': %g", t[i].text, font_width(t[i].text, 2048));
}

static void cleaning(void **unused)
{
	const struct {
		const char *what, *text, *want;
	} t[] = {
	    {"nothing", NULL, ""},
	    {"plain", "income", "income"},
	    {"white space", "  a \t\r\n b  ", "a b"},
	    {"only white space", " \n ", ""},
	    {"controls",
	     "a\x01\x7f"
	     "b",
	     "a��b"},
	    {"C1 controls",
	     "a\xc2\x9f"
	     "b",
	     "a�b"},
	    {"bad bytes", "a\xff\xc3(", "a��("},
	    {"a surrogate", "\xed\xa0\x80", "���"},
	    {"overlong slash", "\xc0\xaf", "��"},
	    {"cut off", "a\xe4\xb8", "a��"},
	    {"over U+10FFFF", "\xf4\x90\x80\x80", "����"},
	    {"no character", "\xef\xbf\xbe", "�"},
	    {"bidi override and isolates", "a\u202eb\u2066c\u2069\u200f", "abc"},
	    {"zero-width space and BOM", "\ufeffa\u200bb", "ab"},
	    {"line separator", "a\u2028b", "a b"},
	    {"a mark on nothing", "\u0301a", "a"},
	    {"two marks stay", "a\u0301\u0302", "a\u0301\u0302"},
	    {"the third goes", "a\u0301\u0302\u0303b\u0301", "a\u0301\u0302b\u0301"},
	    {"Arabic stays", "دخل", "دخل"},
	    {"markup stays text", "<b>&", "<b>&"},
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = font_clean(&mem, t[i].text);

		if (strcmp(got, t[i].want))
			fail_msg("%s: '%s'", t[i].what, got);
		assert_string_equal(font_clean(&mem, got), got);
	}
}

static void long_text_ends(void **unused)
{
	char *text = malloc(100001);
	const char *clean;

	(void)unused;
	memset(text, 'x', 100000);
	text[100000] = '\0';
	clean = font_clean(&mem, text);
	assert_int_equal(strlen(clean), 2003);
	assert_string_equal(clean + 2000, "…");
	memset(text, '\xff', 100000);
	assert_true(strlen(font_clean(&mem, text)) < 6010);
	free(text);
}

static void shortening(void **unused)
{
	const struct {
		const char *text;
		double ems;
		const char *want;
	} t[] = {
	    {"income", 100, "income"},
	    {"aaaaaaaaaa", 5, "aaa…aaa"},
	    {"aaaaaaaaaa", 1, "…"},
	    {"aaaaaaaaaa", 0.5, ""},
	    {"", 0, ""},
	    {"a\u0301a\u0301a\u0301a\u0301a\u0301a\u0301", 3, "a\u0301…a\u0301a\u0301"},
	    {"🇩🇪🇫🇷🇮🇹🇪🇸", 6, "🇩🇪…🇪🇸"},       /* flags are not torn apart */
	    {"👩‍👩‍👧", 2, "…"}, /* nor are families */
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = font_shorten(&mem, t[i].text, 10, 10 * t[i].ems);

		if (strcmp(got, t[i].want))
			fail_msg("'%s' in %g em: '%s'", t[i].text, t[i].ems, got);
		assert_true(font_width(got, 10) <= 10 * t[i].ems);
	}
}

/* Any width, any bytes: the result fits and is clean. */
static void any_text_fits(void **unused)
{
	uint64_t state = 42;

	(void)unused;
	for (int round = 0; round < 2000; round++) {
		char text[64];
		double width = round % 90;
		const char *got;
		size_t n = (size_t)(round % 60);

		for (size_t i = 0; i < n; i++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			text[i] = (char)(1 + (state >> 33) % 255);
		}
		text[n] = '\0';
		got = font_shorten(&mem, font_clean(&mem, text), 10, width);
		assert_true(font_width(got, 10) <= width + 1e-9);
		for (const char *p = got; *p;) {
			uint32_t code = font_next(&p);
			assert_true(code >= 0x20 && code != 0x7f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(missing_font), cmocka_unit_test(widths),
	    cmocka_unit_test(cleaning),     cmocka_unit_test(long_text_ends),
	    cmocka_unit_test(shortening),   cmocka_unit_test(any_text_fits),
	};
	int failed;

	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
