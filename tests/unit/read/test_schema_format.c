/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_schema_format.c - formats and patterns, each with what is just beside it
 *
 * The official suite (test_schema_suite.c) has many more; these stand without it. */
#include "data_fixture.h"
#include "read/schema.h"
#include <stdio.h>

/* Whether the text fits `keyword: argument` as a quoted scalar. */
static bool fits(const char *keyword, const char *argument, const char *text)
{
	struct fixture f;
	struct data_node key = {.kind = DATA_TEXT, .text = keyword, .len = strlen(keyword)};
	struct data_node value = {.kind = DATA_TEXT, .text = argument, .len = strlen(argument)};
	struct data_node node = {
	    .kind = DATA_TEXT, .text = text, .len = strlen(text), .quoted = true};
	struct data_pair pair = {&key, &value};
	struct data_node rules = {.kind = DATA_MAP, .pairs = &pair, .n = 1};
	struct schema *schema;
	bool result;

	fixture_init(&f);
	schema = schema_compile(&f.mem, &rules, &f.diags);
	if (f.diags.n)
		fail_msg("%s %s: %s", keyword, argument, f.diags.items[0].detail);
	result = schema_accepts(schema, &node, &f.mem);
	fixture_release(&f);
	return result;
}

static void formats(void **state)
{
	static const struct {
		const char *format, *text;
		bool want;
	} t[] = {
	    {"date", "2024-02-29", true},
	    {"date", "2023-02-29", false},
	    {"date", "2024-2-9", false},
	    {"date", "", false},
	    {"time", "12:00:00Z", true},
	    {"time", "12:00:00.5+05:30", true},
	    {"time", "12:00:00", false},
	    {"time", "24:00:00Z", false},
	    {"time", "23:59:60Z", true},
	    {"time", "22:59:60Z", false},
	    {"time", "00:29:60+00:30", true},
	    {"time", "12:00:00.Z", false},
	    {"date-time", "2024-01-01T00:00:00Z", true},
	    {"date-time", "2024-01-01t00:00:00z", true},
	    {"date-time", "2024-01-01 00:00:00Z", false},
	    {"date-time", "2024-01-01T", false},
	    {"duration", "P4Y2M3D", true},
	    {"duration", "P1Y2D", false},
	    {"duration", "PT1H2M3S", true},
	    {"duration", "PT1H3S", false},
	    {"duration", "P2W", true},
	    {"duration", "P2W1D", false},
	    {"duration", "P", false},
	    {"duration", "PT", false},
	    {"duration", "P1DT", false},
	    {"duration", "P1", false},
	    {"email", "a.b+c@example.org", true},
	    {"email", "\"a b\"@example.org", true},
	    {"email", "a..b@example.org", false},
	    {"email", ".a@example.org", false},
	    {"email", "a@[127.0.0.1]", true},
	    {"email", "a@[IPv6:::1]", true},
	    {"email", "a@", false},
	    {"email", "@x", false},
	    {"email", "ü@example.org", false},
	    {"idn-email", "ü@exämple.org", true},
	    {"hostname", "a-b.example", true},
	    {"hostname", "-a.example", false},
	    {"hostname", "a-.example", false},
	    {"hostname", "a..b", false},
	    {"hostname", "a_b", false},
	    {"hostname", "ab--cd", false},
	    {"hostname", "xn--caf-dma", true},
	    {"hostname", "XN--CAF-DMA", true},
	    {"hostname", "xn--caf-dm", false},
	    {"hostname", "xn--", false},
	    {"hostname", "café", false},
	    {"idn-hostname", "café", true},
	    {"idn-hostname", "cafe\xCC\x81", false}, /* not composed */
	    {"idn-hostname", "a。b", true},
	    {"idn-hostname", "a。", false},
	    {"idn-hostname", "", false},
	    {"idn-hostname", "\xFF", false},
	    {"idn-hostname", "0a.א", false}, /* the Bidi rule holds for all labels */
	    {"idn-hostname", "a.א", true},
	    {"idn-email", "a@cafe\xCC\x81.example", true},
	    {"idn-email", "a@-é", false},
	    {"ipv4", "127.0.0.1", true},
	    {"ipv4", "127.0.0.01", false},
	    {"ipv4", "256.0.0.1", false},
	    {"ipv4", "1.2.3", false},
	    {"ipv4", "1.2.3.4.", false},
	    {"ipv6", "::", true},
	    {"ipv6", "::1", true},
	    {"ipv6", "1::", true},
	    {"ipv6", "1:2:3:4:5:6:7:8", true},
	    {"ipv6", "1:2:3:4:5:6:7", false},
	    {"ipv6", "1::2::3", false},
	    {"ipv6", "::ffff:1.2.3.4", true},
	    {"ipv6", "::1.2.3.4:5", false},
	    {"ipv6", "12345::", false},
	    {"ipv6", "1:", false},
	    {"ipv6", ":1", false},
	    {"uri", "https://example.org/a?b=c#d", true},
	    {"uri", "urn:x:y", true},
	    {"uri", "/a", false},
	    {"uri", "http://a b", false},
	    {"uri", "http://[::1]:80/", true},
	    {"uri", "http://[::1/", false},
	    {"uri", "http://a/%zz", false},
	    {"uri", "http://é/", false},
	    {"iri", "http://é/", true},
	    {"uri-reference", "../a", true},
	    {"uri-reference", "1a:b", false},
	    {"uri-reference", "", true},
	    {"uri-reference", "\\a", false},
	    {"uri-template", "/a/{b}/{+c,d*}{?e:3}", true},
	    {"uri-template", "/a/{b", false},
	    {"uri-template", "/a}b", false},
	    {"uuid", "2EB8AA08-aa98-11ea-b4aa-73b441d16380", true},
	    {"uuid", "2eb8aa08aa9811eab4aa73b441d16380", false},
	    {"json-pointer", "/a/b~0~1", true},
	    {"json-pointer", "a", false},
	    {"json-pointer", "/~2", false},
	    {"relative-json-pointer", "1/a", true},
	    {"relative-json-pointer", "0#", true},
	    {"relative-json-pointer", "01/a", false},
	    {"regex", "^a+$", true},
	    {"regex", "a(", false},
	    {"regex", "(?<=a*)b", true}, /* more than can be matched */
	    {"regex", "(?<!a|bc+)b", true},
	    {"regex", "(?<=a", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (fits("format", t[i].format, t[i].text) != t[i].want)
			fail_msg("%s '%s'", t[i].format, t[i].text);
}

static void patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool want;
	} t[] = {
	    {"^a$", "a", true},
	    {"^a$", "a\n", false}, /* $ is the end, not a line's */
	    {"b", "abc", true},    /* anywhere */
	    {"^\\d+$", "١٢", false},
	    {"^\\w+$", "é", false},
	    {"^\\s$", "\xC2\xA0", true},
	    {"^\\S$", "\xC2\xA0", false},
	    {"^[\\s]$", "\xEF\xBB\xBF", true},
	    {"^[^\\s]$", "x", true},
	    {"^[\\S]$", "\xC2\xA0", false},
	    {"^\\v$", "\x0B", true},
	    {"^\\v$", "\n", false},
	    {"^.$", "日", true},
	    {"^.$", "\n", false},
	    {"^.$", "\xE2\x80\xA8", false},
	    {"^.$", "\xC2\x85", true},
	    {"^\\u65e5$", "日", true},
	    {"^\\u{1d11e}$", "𝄞", true},
	    {"^\\ud834\\udd1e$", "𝄞", true},
	    {"^\\x41$", "A", true},
	    {"^\\cJ$", "\n", true},
	    {"^\\p{Letter}+$", "né", true},
	    {"^\\p{L}$", "1", false},
	    {"^\\P{Lu}$", "A", false},
	    {"^\\p{Script=Greek}$", "α", true},
	    {"^\\p{gc=Decimal_Number}$", "٣", true},
	    {"^[[:alpha:]]$", "a]", true}, /* no POSIX classes: one of "[:alph", and ']' */
	    {"^[[:alpha:]]$", "a", false},
	    {"^[\\b]$", "\b", true},
	    {"^[^]$", "\n", true},
	    {"^a{2}$", "aa", true},
	    {"^a{,2}$", "a{,2}", true},
	    {"^(?<x>a)\\k<x>$", "aa", true},
	    {"^(a)\\1$", "aa", true},
	    {"^(?!b)a$", "a", true},
	    {"^(?<=b)a$", "a", false},
	    {"^[a-z]+?$", "abc", true},
	    {"^\\/$", "/", true},
	    {"", "anything", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (fits("pattern", t[i].pattern, t[i].text) != t[i].want)
			fail_msg("%s '%s'", t[i].pattern, t[i].text);
}

/* What PCRE2 would take and ECMA 262 does not know. */
static void foreign_patterns(void **state)
{
	static const char *const t[] = {
	    "\\A",   "\\Z",   "\\z",         "\\G",         "\\Qa\\E", "\\K",      "\\R",
	    "\\h",   "\\X",   "\\C",         "\\e",         "\\a",     "a++",      "a{2}+",
	    "(?>a)", "(?i)a", "(?#a)",       "(*FAIL)",     "(?R)",    "(?P<a>b)", "(?|a)",
	    "\\u12", "\\u{}", "\\u{110000}", "\\x1",        "\\c1",    "\\p",      "\\p{}",
	    "\\01",  "\\",    "[a",          "(",           ")",       "*",        "a**",
	    "[z-a]", "\\2",   "\\k<none>",   "\\p{Nosuch}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (fits("format", "regex", t[i]))
			fail_msg("%s was taken", t[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(formats), cmocka_unit_test(patterns),
					   cmocka_unit_test(foreign_patterns)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
