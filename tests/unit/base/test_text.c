/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_text.c - validity, folding, slugs, closeness, escapes */
#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;

static void utf8_is_told_from_what_is_not(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		long bad; /* -1: valid */
	} t[] = {
	    {"", 0, -1},
	    {"plain ASCII text, long enough for words", 39, -1},
	    {"caf\xC3\xA9", 5, -1},
	    {"\xF0\x9F\x98\x80", 4, -1},
	    {"\xF4\x8F\xBF\xBF", 4, -1},
	    {"\xC3", 1, 0},             /* cut off */
	    {"12345678\xC3(", 10, 8},   /* bad continuation behind a whole word */
	    {"\xC0\xAF", 2, 0},         /* overlong '/' */
	    {"\xE0\x80\x80", 3, 0},     /* overlong NUL */
	    {"\xED\xA0\x80", 3, 0},     /* surrogate */
	    {"\xF4\x90\x80\x80", 4, 0}, /* over U+10FFFF */
	    {"\xF8\x88\x80\x80\x80", 5, 0},
	    {"ab\xFF", 3, 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t bad = 99;
		bool valid = text_is_utf8(t[i].bytes, t[i].n, &bad);
		if (valid != (t[i].bad < 0) || (!valid && bad != (size_t)t[i].bad))
			fail_msg("case %zu: valid %d at %zu", i, valid, bad);
	}
}

static void match_keys_mean_the_same(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} t[] = {
	    {"3. Root-cause analysis:", "Root cause analysis", true},
	    {"3.1.2 Root cause analysis", "ROOT CAUSE ANALYSIS", true},
	    {"1) Impact", "impact", true},
	    {"(2) Impact", "impact", true},
	    {"  What's   next?  ", "whats next", true},
	    {"Caf\xC3\xA9", "CAFE\xCC\x81", true}, /* NFC */
	    {"Stra\xC3\x9F"
	     "e",
	     "STRASSE", true},
	    {"2026 goals", "goals", false},
	    {"Impact", "Impacts", false},
	    {"", "...", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *a = text_match_key(&mem, t[i].a, strlen(t[i].a));
		char *b = text_match_key(&mem, t[i].b, strlen(t[i].b));
		if (!strcmp(a, b) != t[i].same)
			fail_msg("'%s' -> '%s', '%s' -> '%s'", t[i].a, a, t[i].b, b);
	}
}

/* As github.com renders the headings (gjtorikian/html-pipeline's rule). */
static void slugs_are_githubs(void **state)
{
	static const struct {
		const char *heading, *slug;
	} t[] = {
	    {"Hello World", "hello-world"},
	    {"What's new in 2.0?", "whats-new-in-20"},
	    {"A  B", "a--b"},
	    {"snake_case and-dash", "snake_case-and-dash"},
	    {"\xC3\x9C"
	     "ber uns",
	     "\xC3\xBC"
	     "ber-uns"},
	    {"emoji \xF0\x9F\x98\x80 end", "emoji--end"},
	    {"C++ & C#", "c--c"},
	    {"\xE6\xA8\xA1\xE5\x9E\x8B", "\xE6\xA8\xA1\xE5\x9E\x8B"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_string_equal(text_slug(&mem, t[i].heading, strlen(t[i].heading)), t[i].slug);
}

static void words_are_counted(void **state)
{
	static const struct {
		const char *text;
		size_t words;
	} t[] = {{"", 0},
		 {"one", 1},
		 {"  two words ", 2},
		 {"it's one's own p50-p99", 4},
		 {"- * #", 0},
		 {"\xE6\xA8\xA1 \xC3\xA9t\xC3\xA9", 2},
		 {"0.913 [0.902]", 4}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (text_count_words(t[i].text, strlen(t[i].text)) != t[i].words)
			fail_msg("'%s': %zu words", t[i].text,
				 text_count_words(t[i].text, strlen(t[i].text)));
}

static void nearest_is_near(void **state)
{
	static const char *const kinds[] = {"model_card", "model_review", "policy"};

	(void)state;
	assert_string_equal(text_nearest("model_crad", kinds, 3), "model_card");
	assert_string_equal(text_nearest("modelreview", kinds, 3), "model_review");
	assert_null(text_nearest("incident", kinds, 3));
	assert_null(text_nearest("x", kinds, 0));
	assert_int_equal(text_distance("abcd", "abdc", 4), 1);
	assert_int_equal(text_distance("kitten", "sitting", 9), 3);
	assert_int_equal(text_distance("kitten", "sitting", 1), 2);
}

static void json_and_terminals_are_safe(void **state)
{
	struct out o = {0};

	(void)state;
	text_write_json(&o, "</script>\xE2\x80\xA8\"\\\x01\n\xFF", 17);
	assert_string_equal(out_text(&o),
			    "\\u003c/script\\u003e\\u2028\\\"\\\\\\u0001\\n\xEF\xBF\xBD");
	out_clear(&o);
	text_write_json_string(&o, "a\"b");
	text_write_json_string(&o, "");
	text_write_json_string(&o, NULL);
	assert_string_equal(out_text(&o), "\"a\\\"b\"\"\"null");
	out_clear(&o);
	text_write_visible(&o, "a\x1B[31m\xE2\x80\xAE\xFFz", 11);
	assert_string_equal(out_text(&o), "a\\x1B[31m\\xE2\\x80\\xAE\\xFFz");
	out_release(&o);
}

/* What would mean more than itself has a backslash; a run of # only where it ends the line. */
static void markdown_is_text(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", ""},
	    {"a_b _c #1 # d", "a_b \\_c #1 # d"},
	    {"C#", "C#"},
	    {"C ##", "C \\#\\#"},
	    {"C ## \t", "C \\#\\# \t"},
	    {"##", "\\#\\#"},
	    {"## ##", "## \\#\\#"},
	    {"a*&amp;", "a\\*\\&amp;"},
	};
	enum { MANY = 1 << 22 };
	char *hashes = arena_alloc(&mem, MANY);
	struct out o = {0};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		out_clear(&o);
		text_write_markdown(&o, cases[i].text, strlen(cases[i].text));
		assert_string_equal(out_text(&o), cases[i].want);
	}
	/* in time that grows with the text: a run was once read again at each of its bytes */
	memset(hashes, '#', MANY);
	out_clear(&o);
	text_write_markdown(&o, hashes, MANY);
	assert_int_equal(o.n, 2 * (size_t)MANY);
	out_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(utf8_is_told_from_what_is_not),
	    cmocka_unit_test(match_keys_mean_the_same),
	    cmocka_unit_test(slugs_are_githubs),
	    cmocka_unit_test(words_are_counted),
	    cmocka_unit_test(nearest_is_near),
	    cmocka_unit_test(json_and_terminals_are_safe),
	    cmocka_unit_test(markdown_is_text),
	};
	int failed;

	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
