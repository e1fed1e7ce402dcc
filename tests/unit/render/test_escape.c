/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/render/test_escape.c - text, addresses and JSON as parts of HTML */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/escape.h"

#include <string.h>

struct row {
	const char *in, *want;
};

static void compare(const char *in, const char *want, struct out *got)
{
	if (strcmp(out_text(got), want) != 0)
		fail_msg("'%s': got '%s', want '%s'", in, out_text(got), want);
	out_release(got);
}

static void html(void **state)
{
	static const struct row rows[] = {
	    {"", ""},
	    {"plain", "plain"},
	    {"<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"},
	    {"&amp;", "&amp;amp;"},
	    {"tab\tline\nend", "tab\tline\nend"},
	    {"bell\a", "bell\xEF\xBF\xBD"},
	    {"\x7F", "\xEF\xBF\xBD"},
	    {"c1 \xC2\x85.", "c1 \xEF\xBF\xBD."},
	    {"\xC2\xA0 \xC3\xA9", "\xC2\xA0 \xC3\xA9"},
	    {"\xEF\xBF\xBE\xEF\xBF\xBF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
	    {"\xEF\xBB\xBF", "\xEF\xBB\xBF"},
	    {"\xE2\x80\xAE"
	     "abc\xE2\x80\x99 \xE2\x81\xA6.",
	     "\xEF\xBF\xBD"
	     "abc\xE2\x80\x99 \xE2\x81\xA6."},
	    {"\xC2", "\xC2"},
	    {"</script><script>", "&lt;/script&gt;&lt;script&gt;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct out got = {0};

		escape_html(&got, rows[i].in, strlen(rows[i].in));
		compare(rows[i].in, rows[i].want, &got);
	}
}

static void code(void **state)
{
	static const struct row rows[] = {
	    {"", ""},
	    {"a < b", "a &lt; b"},
	    {"mark it `(n/a: <reason>)`.", "mark it <code>(n/a: &lt;reason&gt;)</code>."},
	    {"`a` and `b`", "<code>a</code> and <code>b</code>"},
	    {"one ` only", "one ` only"},
	    {"empty `` stays", "empty `` stays"},
	    {"not over `lines\nhere`", "not over `lines\nhere`"},
	    {"`</code><script>`", "<code>&lt;/code&gt;&lt;script&gt;</code>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct out got = {0};

		escape_html_code(&got, rows[i].in, strlen(rows[i].in));
		compare(rows[i].in, rows[i].want, &got);
	}
}

static void html_nul(void **state)
{
	struct out got = {0};

	(void)state;
	escape_html(&got, "a\0b", 3);
	assert_string_equal(out_text(&got), "a\xEF\xBF\xBD"
					    "b");
	out_release(&got);
}

static void url(void **state)
{
	static const struct row rows[] = {
	    {"../a/b.html#c", "../a/b.html#c"},
	    {"https://a.example/?x=1&y=2", "https://a.example/?x=1&amp;y=2"},
	    {"a b", "a%20b"},
	    {"a%20b", "a%20b"},
	    {"100%", "100%25"},
	    {"a\"onmouseover=\"x", "a%22onmouseover=%22x"},
	    {"it's", "it&#39;s"},
	    {"<x>", "%3Cx%3E"},
	    {"\xC3\xBC.html", "%C3%BC.html"},
	    {"a#b#c", "a#b%23c"},
	    {"a[1]", "a%5B1%5D"},
	    {"http://[::1]/a[1]", "http://[::1]/a%5B1%5D"},
	    {"javascript:alert(1)", "#"},
	    {" javascript:alert(1)", "#"},
	    {"JaVaScRiPt:alert(1)", "#"},
	    {"java\nscript:alert(1)", "#"},
	    {"data:text/html,x", "#"},
	    {"vbscript:x", "#"},
	};
	struct out none = {0};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct out got = {0};

		escape_url(&got, rows[i].in);
		compare(rows[i].in, rows[i].want, &got);
	}
	escape_url(&none, NULL);
	compare("NULL", "#", &none);
}

static void url_part(void **state)
{
	static const struct row rows[] = {
	    {"churn@1.2.0", "churn@1.2.0"},
	    {"a\"b", "a%22b"},
	    {"x:y", "x:y"},
	    {"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct out got = {0};

		escape_url_part(&got, rows[i].in);
		compare(rows[i].in, rows[i].want, &got);
	}
}

static void json(void **state)
{
	static const struct row rows[] = {
	    {"{\"a\": 1}", "{\"a\": 1}"},
	    {"\"</script>\"", "\"\\u003c/script\\u003e\""},
	    {"\"<!--\"", "\"\\u003c!--\""},
	    {"\"&amp;\"", "\"\\u0026amp;\""},
	    {"\"\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA\"", "\"\\u2028\\u2029\xE2\x80\xAA\""},
	    {"\xE2\x80", "\xE2\x80"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct out got = {0};

		escape_json_script(&got, rows[i].in, strlen(rows[i].in));
		compare(rows[i].in, rows[i].want, &got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(html), cmocka_unit_test(html_nul),
					   cmocka_unit_test(url),  cmocka_unit_test(url_part),
					   cmocka_unit_test(json), cmocka_unit_test(code)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
