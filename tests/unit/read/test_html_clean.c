/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_html_clean.c - read/html_clean.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "read/html_clean_internal.h"
#include <string.h>
#include <time.h>

static void check(const char *what, const struct out *got, const char *want)
{
	if (strcmp(out_text(got), want) != 0)
		fail_msg("%s\n got: %s\nwant: %s", what, out_text(got), want);
}

static void blocks(void **state)
{
	static const struct {
		const char *html, *want;
	} t[] = {
	    {"", ""},
	    {"a & b", "a &amp; b"},
	    {"<p>a</p>", "<p>a</p>"},
	    {"<P CLASS=x STYLE='color:red' OnClick=y>a</P>", "<p>a</p>"},
	    {"<div><b>a", "<div><b>a</b></div>"},
	    {"</div></p></body></html>a", "<p></p>a"},
	    {"<b><i>a</b>b</i>", "<b><i>a</i></b><i>b</i>"},
	    {"<!-- a --><p>b</p><!-- <script> -->", "<p>b</p>"},
	    {"<!doctype html><?php x ?>a", "a"},
	    /* what is not allowed is shown */
	    {"<script>a(1)</script>", "&lt;script&gt;a(1)&lt;/script&gt;"},
	    {"<style>a{}</style>", "&lt;style&gt;a{}&lt;/style&gt;"},
	    {"<iframe src=x>a</iframe>", "&lt;iframe src=x&gt;a&lt;/iframe&gt;"},
	    {"<form action=x><input name=y>z</form>", "&lt;form action=x&gt;&lt;input name=y&gt;z"},
	    {"<object data=x><p>a</p></object>", "&lt;object data=x&gt;<p>a</p>&lt;/object&gt;"},
	    {"<base href=x><meta http-equiv=refresh><link rel=x>",
	     "&lt;base href=x&gt;&lt;meta http-equiv=refresh&gt;&lt;link rel=x&gt;"},
	    {"<svg><script>a</script><p>b", "&lt;svg&gt;&lt;script&gt;a&lt;/script&gt;&lt;p&gt;b"},
	    {"<math><mi>a</mi></math>", "&lt;math&gt;&lt;mi&gt;a&lt;/mi&gt;&lt;/math&gt;"},
	    {"<template><p>a</p></template>", "&lt;template&gt;<p>a</p>&lt;/template&gt;"},
	    {"<x-y z>a</x-y>", "&lt;x-y z&gt;a&lt;/x-y&gt;"},
	    {"<textarea><p></textarea>", "&lt;textarea&gt;&lt;p&gt;&lt;/textarea&gt;"},
	    {"<noscript><p title=\"</noscript><img src=x onerror=y>\">",
	     "&lt;noscript&gt;<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=y&gt;\"></p>"},
	    {"a <div title=\"x", "a &lt;div title=&quot;x"},
	    {"<", "&lt;"},
	    {"a<b", "a&lt;b"},
	    /* names that are gone, and those that one page has once */
	    {"<center>a</center><font color=x>b</font><tt>c</tt><strike>d</strike>",
	     "<div class=\"align-center\">a</div><span>b</span><code>c</code><s>d</s>"},
	    {"<h1 align=center>a</h1>", "<h2 class=\"align-center\">a</h2>"},
	    {"<main><nav>a</nav></main>", "<div><div>a</div></div>"},
	    {"<picture><source srcset=a><img src=b alt=c></picture>", "<img src=\"b\" alt=\"c\">"},
	    /* nothing around can be closed */
	    {"<li>a</li>", "&lt;li&gt;a&lt;/li&gt;"},
	    {"<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
	    {"<dt>a<summary>b", "&lt;dt&gt;a&lt;summary&gt;b"},
	    {"<tr><td>a", "a"},
	    {"<p>a<button><p>b</p></button>", "<p>a&lt;button&gt;b&lt;/button&gt;</p>"},
	    {"<a href=x>a<object><a href=y>b</a></object></a>",
	     "<a href=\"x\">a&lt;object&gt;b&lt;/object&gt;</a>"},
	    {"<details open><summary>a</summary>b</details>",
	     "<details open><summary>a</summary>b</details>"},
	    {"<table align=center><tr><td align=RIGHT colspan=2 rowspan=x bgcolor=y>a</table>",
	     "<table class=\"align-center\"><tbody><tr><td class=\"align-right\" "
	     "colspan=\"2\">a</td>"
	     "</tr></tbody></table>"},
	    {"<table><caption>a</caption><colgroup><col></colgroup><thead><tr><th>b</th></tr></"
	     "thead></table>",
	     "<table><caption>a</caption><thead><tr><th>b</th></tr></thead></table>"},
	    {"<pre>\n\na</pre>", "<pre>\n\na</pre>"},
	    {"<ol start=3 type=i reversed><li value=4>a</ol>",
	     "<ol start=\"3\" type=\"i\" reversed><li value=\"4\">a</li></ol>"},
	    {"<ol start=-1 type=z><li>a</ol>", "<ol><li>a</li></ol>"},
	    {"<p lang=de dir=rtl title='a\"b'>c",
	     "<p title=\"a&quot;b\" lang=\"de\" dir=\"rtl\">c</p>"},
	    {"<p lang='\"'>c", "<p>c</p>"},
	    /* addresses */
	    {"<a href=\"b?c&amp;d\">e</a>", "<a href=\"b?c&amp;d\">e</a>"},
	    {"<a href='java&#115;cript:x'>e</a>", "<a>e</a>"},
	    {"<a href='java&Tab;script:x'>e</a>", "<a>e</a>"},
	    {"<a href=' javascript&colon;x'>e</a>", "<a>e</a>"},
	    {"<a href='&#1;javascript:x'>e</a>", "<a>e</a>"},
	    {"<a href='data:text/html,x'>e</a>", "<a>e</a>"},
	    {"<a href='a b\"c'>e</a>", "<a href=\"a%20b%22c\">e</a>"},
	    {"<img src=a.png alt='b' width=10 height=50% style=x onerror=y>",
	     "<img src=\"a.png\" alt=\"b\" width=\"10\">"},
	    {"<img src=a.png>", "<img src=\"a.png\" alt=\"\">"},
	    {"<img src=https://h/a/b.png?c>", "<a href=\"https://h/a/b.png?c\">b.png</a>"},
	    {"<img src=https://h/ alt=Logo>", "<a href=\"https://h/\">Logo</a>"},
	    {"<a href=c><img src=https://h/b.svg alt=Build></a>", "<a href=\"c\">Build</a>"},
	    {"<img src=javascript:x alt=y>", "y"},
	    {"<img src=data:image/png;base64,x>", "png;base64,x"},
	    {"<img src=x srcset='https://h/y 2x'>", "<img src=\"x\" alt=\"\">"},
	    {"<video src=x poster=y>z</video>", "&lt;video src=x poster=y&gt;z&lt;/video&gt;"},
	    /* ids */
	    {"<a name=x></a><p id=y>z", "<a id=\"x\"></a><p id=\"y\">z</p>"},
	    {"<a name=x id=y></a>", "<a id=\"y\"></a>"},
	    {"<p id=Mb-1><p id=mb-1><p id=''><p id='a b'>c", "<p></p><p></p><p></p><p>c</p>"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out got = {0};
		html_clean_block(t[i].html, strlen(t[i].html), NULL, &got);
		check(t[i].html, &got, t[i].want);
		out_release(&got);
	}
}

/* Pieces that break one another in browsers; every pair and triple of them must come out balanced.
 */
static const char *const pieces[] = {
    "<p>",        "</p>",       "<div>",     "</div>",        "<ul><li>",    "</ul>",
    "<li>",       "<table>",    "<tr>",      "<td>",          "</table>",    "<b>",
    "</b>",       "<a href=x>", "</a>",      "<h2>",          "</h3>",       "<button>",
    "<object>",   "<svg>",      "</svg>",    "<math><mtext>", "<style>",     "</style>",
    "<template>", "<select>",   "<form>",    "</form>",       "<!--",        "-->",
    "x",          "<details>",  "<summary>", "<pre>\n",       "<ruby><rt>",  "<dl><dd>",
    "<textarea>", "<title>",    "<title=\"", "\">",           "<img src=x>", "<br/>",
    "<![CDATA[",  "]]>",
};

static const GumboNode *element_child(const GumboNode *node, unsigned nth)
{
	const GumboVector *children = html_children(node);

	for (unsigned i = 0; i < children->length; i++) {
		const GumboNode *child = children->data[i];
		if (child->type == GUMBO_NODE_ELEMENT && nth-- == 0)
			return child;
	}
	return NULL;
}

/* What is written is read again as what it was meant to be: nothing outside of it is touched, and
 * cleaning it once more changes nothing. */
static void assert_contained(const char *html)
{
	struct out got = {0}, page = {0}, again = {0};
	struct arena mem;

	html_clean_block(html, strlen(html), NULL, &got);
	html_clean_block(out_text(&got), got.n, NULL, &again);
	if (strcmp(out_text(&got), out_text(&again)) != 0)
		fail_msg("%s\n once: %s\ntwice: %s", html, out_text(&got), out_text(&again));
	out_printf(&page, "<section><ul><li>%s</li></ul></section><footer></footer>",
		   out_text(&got));
	arena_init(&mem);
	const GumboNode *root = html_parse(&mem, out_text(&page), page.n);
	const GumboNode *section = element_child(root, 0), *footer = element_child(root, 1);
	if (!section || !footer || footer->v.element.tag != GUMBO_TAG_FOOTER ||
	    element_child(root, 2) || footer->v.element.children.length > 0 ||
	    html_children(section)->length != 1 ||
	    html_children(element_child(section, 0))->length != 1)
		fail_msg("%s\nbreaks out: %s", html, out_text(&got));
	arena_release(&mem);
	out_release(&got);
	out_release(&page);
	out_release(&again);
}

static void nothing_breaks_out(void **state)
{
	enum { N = sizeof pieces / sizeof *pieces };
	struct out html = {0};
	(void)state;

	for (size_t a = 0; a < N; a++)
		for (size_t b = 0; b < N; b++)
			for (size_t c = 0; c < N; c += 1 + (a + b) % 3) {
				out_clear(&html);
				out_printf(&html, "%s%s%sy", pieces[a], pieces[b], pieces[c]);
				assert_contained(out_text(&html));
			}
	out_release(&html);
}

static void inline_tags(void **state)
{
	static const struct {
		const char *tags[6], *want;
	} t[] = {
	    {{"<kbd>", "</kbd>"}, "<kbd></kbd>"},
	    {{"<KBD title=x onclick=y>"}, "<kbd title=\"x\"></kbd>"},
	    {{"<b>", "<i>", "</b>", "</i>"}, "<b><i></i></b>&lt;/i&gt;"},
	    {{"</sub>"}, "&lt;/sub&gt;"},
	    {{"<br>", "<br/>", "<wbr>"}, "<br><br><wbr>"},
	    {{"<a id=\"x\">", "</a>"}, "<a id=\"x\"></a>"},
	    {{"<a name='x'/>", "<b>"}, "<a id=\"x\"></a><b></b>"},
	    {{"<a href=x>", "<a href=y>", "</a>"}, "<a href=\"x\">&lt;a href=y&gt;</a>"},
	    {{"<a href='javascript:x'>"}, "<a></a>"},
	    {{"<img src=x>"}, "<img src=\"x\" alt=\"\">"},
	    {{"<img src=https://h/i.png>"}, "<a href=\"https://h/i.png\">i.png</a>"},
	    {{"<div>", "</div>"}, "&lt;div&gt;&lt;/div&gt;"},
	    {{"<p>", "<li>", "<table>"}, "&lt;p&gt;&lt;li&gt;&lt;table&gt;"},
	    {{"<script>", "</script>"}, "&lt;script&gt;&lt;/script&gt;"},
	    {{"<!-- x -->", "<?php ?>", "<!X>", "<![CDATA[x]]>"},
	     "&lt;?php ?&gt;&lt;!X&gt;&lt;![CDATA[x]]&gt;"},
	    {{"<tt>", "</tt>", "<font>", "</font>"}, "<code></code><span></span>"},
	    {{"<rt>", "<ruby>", "<rt>"}, "&lt;rt&gt;<ruby><rt></rt></ruby>"},
	    {{"<picture>", "</picture>", "<source src=x>"}, ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct html_inline_state inline_state = {.n_open = 0};
		struct out got = {0};
		for (size_t k = 0; k < 6 && t[i].tags[k]; k++)
			html_clean_inline(t[i].tags[k], strlen(t[i].tags[k]), NULL, &inline_state,
					  &got);
		html_close_inline(&inline_state, &got);
		check(t[i].tags[0], &got, t[i].want);
		assert_int_equal(inline_state.n_open, 0);
		out_release(&got);
	}
}

static void inline_tags_are_bounded(void **state)
{
	struct html_inline_state inline_state = {.in_link = true};
	struct out got = {0};
	(void)state;

	html_clean_inline("<a href=x>", 10, NULL, &inline_state, &got);
	check("a link inside a link of the writer's", &got, "&lt;a href=x&gt;");
	for (int i = 0; i < 100; i++)
		html_clean_inline("<b>", 3, NULL, &inline_state, &got);
	assert_int_equal(inline_state.n_open, 32);
	html_close_inline(&inline_state, &got);
	assert_true(text_ends_with(out_text(&got), "</b>"));
	out_release(&got);
}

struct page {
	const char *ids[8];
	size_t n;
};

static bool take_id(void *ctx, const char *id)
{
	struct page *page = ctx;

	for (size_t i = 0; i < page->n; i++)
		if (strcmp(page->ids[i], id) == 0)
			return false;
	page->ids[page->n++] = id;
	return true;
}

static const char *address(void *ctx, const char *url, bool is_image)
{
	(void)ctx;
	if (strcmp(url, "gone.md") == 0)
		return NULL;
	if (strcmp(url, "evil") == 0)
		return "javascript:x";
	return is_image ? "img/x.png" : url;
}

static void policies(void **state)
{
	struct page page = {.n = 0};
	struct html_policy policy = {.address = address, .take_id = take_id, .ctx = &page};
	struct out got = {0};
	static const char html[] = "<p id=a>b</p><p id=a>c</p><a href=gone.md>d</a><img src=e.png>"
				   "<a href=evil>f</a>";
	(void)state;

	html_clean_block(html, strlen(html), &policy, &got);
	check(html, &got,
	      "<p id=\"a\">b</p><p>c</p><a>d</a><img src=\"img/x.png\" alt=\"\"><a>f</a>");
	out_release(&got);
}

static void ids(void **state)
{
	static const struct {
		const char *html, *want;
	} t[] = {
	    {"<a id=x>", "x"},
	    {"<a name='y'></a>", "y"},
	    {"<div id=a><p id=b>c</p></div><script id=d></script>", "a b"},
	    {"<p id=Mb-x><p id='a b'>", ""},
	    {"</a>", ""},
	    {"<!-- <a id=x> -->", ""},
	};
	struct arena mem;
	(void)state;

	arena_init(&mem);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out got = {0};
		const char **list;
		size_t n = html_ids(&mem, t[i].html, strlen(t[i].html), &list);
		for (size_t k = 0; k < n; k++)
			out_printf(&got, "%s%s", k > 0 ? " " : "", list[k]);
		check(t[i].html, &got, t[i].want);
		out_release(&got);
	}
	arena_release(&mem);
}

static void addresses(void **state)
{
	static const struct {
		const char *url;
		bool link, image;
	} t[] = {
	    {"", true, true},
	    {"a.md", true, true},
	    {"../a b.png?c#d", true, true},
	    {"/a", true, true},
	    {"#a", true, true},
	    {"#a:b", true, true},
	    {"?a:b", true, true},
	    {"a/b:c", true, true},
	    {"http://a", true, false},
	    {"HTTPS://a", true, false},
	    {"mailto:a@b", true, false},
	    {"//a/b", false, false},
	    {"\\\\a\\b", false, false},
	    {"/\\a", false, false},
	    {" //a", false, false},
	    {"javascript:x", false, false},
	    {"JaVaScRiPt:x", false, false},
	    {" javascript:x", false, false},
	    {"java\tscript:x", false, false},
	    {"java\nscript:x", false, false},
	    {"\001javascript:x", false, false},
	    {"\xc2\xa0javascript:x", false, false},
	    {"vbscript:x", false, false},
	    {"data:image/png;base64,x", false, false},
	    {"file:///etc", false, false},
	    {"blob:x", false, false},
	    {"C:\\x", false, false},
	    {"a:b", false, false},
	    {":x", false, false},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (url_is_safe(t[i].url, false) != t[i].link ||
		    url_is_safe(t[i].url, true) != t[i].image)
			fail_msg("'%s' is judged wrongly", t[i].url);
}

/* Texts that would cost gumbo time or memory beyond their size are shown as they are. */
static void bounds(void **state)
{
	static const struct {
		const char *piece;
		size_t n;
		bool bounded;
	} t[] = {
	    {"<div>", 100, true},
	    {"<div>", 1000, false},
	    {"<p>", 20000, true},
	    {"<div></div>", 20000, true},
	    {"<b><p>", 1000, false},
	    {"<li>", 20000, true},
	    {"<p title='</p>'>", 5000, true},
	    {"<div title='</div>'>", 1000, false},
	    {"<b></i>", 1000, false},
	    {"<b ='>'>", 1000, false},
	    {"<div><!--</div>-->", 1000, false},
	    {"<script></script>", 1000, false},
	    {"<p a b='", 10000, false},
	    {"<script><p x=\"", 5000, false},
	    {"<tr><td>a</td></tr>", 20000, true},
	    {"<a href=x>b</a> ", 20000, true},
	};
	struct out html = {0}, got = {0};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t whole;
		out_clear(&html);
		for (size_t k = 0; k < t[i].n; k++)
			out_puts(&html, t[i].piece);
		if (html_is_bounded(out_text(&html), html.n, &whole) != t[i].bounded)
			fail_msg("%zu times %s is judged wrongly", t[i].n, t[i].piece);
	}
	out_clear(&html);
	out_puts(&html, "<a ");
	for (int k = 0; k < 300; k++)
		out_printf(&html, "a%d ", k);
	out_puts(&html, ">");
	clock_t start = clock();
	html_clean_block(out_text(&html), html.n, NULL, &got);
	assert_true(text_starts_with(out_text(&got), "<pre>&lt;a a0 "));
	assert_true(clock() - start < CLOCKS_PER_SEC);
	out_release(&html);
	out_release(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(blocks),      cmocka_unit_test(nothing_breaks_out),
	    cmocka_unit_test(inline_tags), cmocka_unit_test(inline_tags_are_bounded),
	    cmocka_unit_test(policies),    cmocka_unit_test(ids),
	    cmocka_unit_test(addresses),   cmocka_unit_test(bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
