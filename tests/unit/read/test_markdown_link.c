/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_markdown_link.c - bare links in plain text
 *
 * The cases of the GitHub Flavored Markdown specification, section 6.9, and their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "markdown_fixture.h"
#include "read/markdown_internal.h"

/* The links of a text, each in brackets. */
static void bare_links(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"www.commonmark.org", "[www.commonmark.org]"},
	    {"Visit www.commonmark.org/help for more", "Visit [www.commonmark.org/help] for more"},
	    {"Visit www.commonmark.org.", "Visit [www.commonmark.org]."},
	    {"Visit www.commonmark.org/a.b.", "Visit [www.commonmark.org/a.b]."},
	    {"www.google.com/search?q=Markup+(business)",
	     "[www.google.com/search?q=Markup+(business)]"},
	    {"www.google.com/search?q=Markup+(business)))",
	     "[www.google.com/search?q=Markup+(business)]))"},
	    {"(www.google.com/search?q=Markup+(business))",
	     "([www.google.com/search?q=Markup+(business)])"},
	    {"www.google.com/search?q=(business))+ok", "[www.google.com/search?q=(business))+ok]"},
	    {"www.google.com/search?q=commonmark&hl=en",
	     "[www.google.com/search?q=commonmark&hl=en]"},
	    {"www.google.com/search?q=commonmark&hl;", "[www.google.com/search?q=commonmark]&hl;"},
	    {"www.commonmark.org/he<lp", "[www.commonmark.org/he]<lp"},
	    {"http://commonmark.org", "[http://commonmark.org]"},
	    {"https://encrypted.google.com/search?q=Markup+(business))",
	     "[https://encrypted.google.com/search?q=Markup+(business)])"},
	    {"HTTPS://A.B", "[HTTPS://A.B]"},
	    {"http://localhost:8080/x", "[http://localhost:8080/x]"},
	    {"\"https://a.b\", 'https://c.d'", "\"[https://a.b]\", '[https://c.d]'"},
	    {"xhttp://a.b", "xhttp://a.b"},
	    {"http:// a", "http:// a"},
	    {"http://", "http://"},
	    {"https://_a.b", "https://_a.b"},
	    {"http://a_b.c.d", "[http://a_b.c.d]"},
	    {"http://a.b_c.d", "http://a.b_c.d"},
	    {"https://a.b/?!.,:*_~", "[https://a.b/]?!.,:*_~"},
	    {"xwww.a.b", "xwww.a.b"},
	    {"*www.a.b", "*[www.a.b]"},
	    {"www", "www"},
	    {"www.", "www."},
	    {"www.a", "[www.a]"},
	    {"www..a", "www..a"},
	    {"ftp://a.b", "ftp://a.b"},
	    {"javascript://a.b", "javascript://a.b"},
	    {"foo@bar.baz", "[foo@bar.baz]"},
	    {"hello@mail+xyz.example isn't valid, but hello+xyz@mail.example is.",
	     "hello@mail+xyz.example isn't valid, but [hello+xyz@mail.example] is."},
	    {"a.b-c_d@a.b a.b-c_d@a.b. a.b-c_d@a.b- a.b-c_d@a.b_",
	     "[a.b-c_d@a.b] [a.b-c_d@a.b]. a.b-c_d@a.b- a.b-c_d@a.b_"},
	    {"a@b", "a@b"},
	    {"@b.c", "@b.c"},
	    {"a@b@c.d", "a@[b@c.d]"},
	    {"a@b.c@d.e", "a@[b.c@d.e]"},
	    {"mailto:a@b.c", "[mailto:a@b.c]"},
	    {"xmailto:a@b.c", "xmailto:[a@b.c]"},
	    {"a@b.c, d@e.f", "[a@b.c], [d@e.f]"},
	    {"http://\xc3\xa4.de/\xc3\xb6", "[http://\xc3\xa4.de/\xc3\xb6]"},
	    {"", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *text = t[i].text;
		size_t n = strlen(text), from = 0;
		struct md_bare_link link;
		struct out shown = {0};
		while (md_find_bare_link(text, n, from, '\0', &link)) {
			assert_true(link.start >= from && link.end > link.start && link.end <= n);
			out_write(&shown, text + from, link.start - from);
			out_printf(&shown, "[%.*s]", (int)(link.end - link.start),
				   text + link.start);
			from = link.end;
		}
		out_puts(&shown, text + from);
		if (strcmp(out_text(&shown), t[i].want) != 0)
			fail_msg("%s\n got: %s\nwant: %s", text, out_text(&shown), t[i].want);
		out_release(&shown);
	}
}

/* In a tree: what the address becomes, and where no link is looked for. */
static void bare_links_in_trees(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"see www.a.b now", "doc(p('see ' a*<http://www.a.b>('www.a.b') ' now'))"},
	    {"a@b.c", "doc(p(a*<mailto:a@b.c>('a@b.c')))"},
	    {"**x**www.a.b", "doc(p(b('x') a*<http://www.a.b>('www.a.b')))"},
	    {"`x`www.a.b", "doc(p(code'x' 'www.a.b'))"},
	    {"`https://a.b` ", "doc(p(code'https://a.b'))"},
	    {"[https://a.b](c)", "doc(p(a<c>('https://a.b')))"},
	    {"![https://a.b](c)", "doc(p(img<c>('https://a.b')))"},
	    {"https://a.b/x_y_z*", "doc(p(a*<https://a.b/x_y_z>('https://a.b/x_y_z') '*'))"},
	    {"https://a.b/?x=1&amp;y=2",
	     "doc(p(a*<https://a.b/?x=1&y=2>('https://a.b/?x=1&y=2')))"},
	    {"# https://a.b", "doc(h1'https://a.b'<httpsab>(a*<https://a.b>('https://a.b')))"},
	};
	struct arena mem;
	struct diag_sink diags = {0};
	(void)state;

	arena_init(&mem);
	diag_init(&diags, &mem);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out shown = {0};
		struct md_tree tree = md_parse_text(&mem, t[i].text, &diags);
		md_show(&tree, 0, &shown);
		if (strcmp(out_text(&shown), t[i].want) != 0)
			fail_msg("%s\n got: %s\nwant: %s", t[i].text, out_text(&shown), t[i].want);
		out_release(&shown);
	}
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bare_links),
	    cmocka_unit_test(bare_links_in_trees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
