/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/render/test_markdown_html.c - Markdown in, HTML out; and what comes out is well formed
 *
 * Links are resolved by a table here, since catalog resolves them only for a whole workspace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/markdown_html.h"

#include <gumbo.h>
#include <string.h>

static struct page here = {.kind = PAGE_DOCUMENT, .path = "a/doc.html"};
static struct page other = {.kind = PAGE_DOCUMENT, .path = "a/other.html"};
static struct page picture = {.kind = PAGE_FILE, .path = "img/p q.png"};

static const struct link targets[] = {
    {.url = "other.md", .kind = LINK_PAGE, .page = &other, .anchor = ""},
    {.url = "other.md#part", .kind = LINK_PAGE, .page = &other, .anchor = "part"},
    {.url = "#here", .kind = LINK_ANCHOR, .anchor = "here"},
    {.url = "p.png", .kind = LINK_FILE, .page = &picture, .anchor = ""},
    {.url = "p.png", .image = true, .kind = LINK_FILE, .page = &picture, .anchor = ""},
    {.url = "https://x.example/?a=1&b=2",
     .kind = LINK_EXTERNAL,
     .anchor = "",
     .address = "https://x.example/?a=1&b=2"},
    {.url = "https://x.example/p.png",
     .image = true,
     .kind = LINK_EXTERNAL,
     .anchor = "",
     .address = "https://x.example/p.png"},
    {.url = "src/x.c",
     .kind = LINK_REPOSITORY,
     .anchor = "",
     .address = "https://code.example/src/x.c"},
    {.url = "gone.md", .kind = LINK_BROKEN_TARGET, .anchor = ""},
    {.url = "gone.png", .image = true, .kind = LINK_BROKEN_TARGET, .anchor = ""},
    {.url = "other.md#gone", .kind = LINK_BROKEN_ANCHOR, .page = &other, .anchor = "gone"},
    {.url = "javascript:alert(1)", .kind = LINK_UNSAFE, .anchor = ""},
    {.url = "javascript:alert(1)", .image = true, .kind = LINK_UNSAFE, .anchor = ""},
    {.url = "{{<ref>}}", .kind = LINK_SHORTCODE, .anchor = ""},
};

static void add_link(struct arena *mem, struct document *doc, uint32_t node,
		     const struct link *link)
{
	struct link *added = ARENA_PUSH(mem, &doc->links);

	*added = *link;
	added->node = node;
}

/* The document as catalog would give it. */
static struct document *read_document(struct arena *mem, const char *markdown, bool titled)
{
	struct document *doc = arena_new(mem, struct document, 1);
	struct diag_sink diags = {0};
	struct md_input input = {
	    .source = source_new(mem, "content/a/doc.md", markdown, strlen(markdown))};
	const struct md_tree *tree = &doc->text.body;

	diag_init(&diags, mem);
	doc->text.body = md_parse_trusted(mem, &input, &diags);
	assert_int_equal(diags.n, 0);
	doc->page = &here;
	for (size_t k = 0; k < sizeof targets / sizeof *targets; k++)
		if (strstr(markdown, "href=") || strstr(markdown, "src="))
			add_link(mem, doc, 0, &targets[k]);
	for (uint32_t i = 1; i < tree->n; i++) {
		const struct md_node *node = &tree->nodes[i];

		if (titled && !doc->title_node && node->type == MD_HEADING && node->level == 1)
			doc->title_node = i;
		if (node->type != MD_LINK && node->type != MD_IMAGE)
			continue;
		for (size_t k = 0; k < sizeof targets / sizeof *targets; k++)
			if (!strcmp(targets[k].url, md_extra(tree, node)) &&
			    targets[k].image == (node->type == MD_IMAGE)) {
				add_link(mem, doc, i, &targets[k]);
				break;
			}
	}
	return doc;
}

/* --- the result as an HTML parser sees it --- */

struct ids {
	struct arena *mem;
	struct map seen;
	bool repeated;
};

static void collect_ids(struct ids *ids, const GumboNode *node)
{
	const GumboAttribute *id;
	const GumboVector *children;

	if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE)
		return;
	id = gumbo_get_attribute(&node->v.element.attributes, "id");
	if (id) {
		ids->repeated = ids->repeated || map_has(&ids->seen, id->value);
		map_put(&ids->seen, ids->mem, arena_strdup(ids->mem, id->value), ids);
	}
	children = &node->v.element.children;
	for (unsigned i = 0; i < children->length; i++)
		collect_ids(ids, children->data[i]);
}

/* Parses the page with a mark behind the body: a body that is not balanced would hold the mark
 * within one of its elements. */
static const char *malformed(struct arena *mem, const char *html)
{
	struct ids ids = {.mem = mem};
	char *page = arena_printf(mem,
				  "<!DOCTYPE html><html><head><title>t</title></head><body><main>"
				  "%s</main><footer></footer></body></html>",
				  html);
	GumboOptions options = kGumboDefaultOptions;
	const char *why = NULL;
	GumboOutput *output;
	const GumboVector *body;

	options.max_errors = 10;
	output = gumbo_parse_with_options(&options, page, strlen(page));
	collect_ids(&ids, output->root);
	body = &((GumboNode *)output->root->v.element.children.data[1])->v.element.children;
	if (output->errors.length)
		why = "the parser finds errors";
	else if (ids.repeated)
		why = "an id is repeated";
	else if (body->length != 2 ||
		 ((GumboNode *)body->data[1])->v.element.tag != GUMBO_TAG_FOOTER)
		why = "the body is not balanced";
	gumbo_destroy_output(&options, output);
	return why;
}

/* The judge itself. */
static void malformed_is_seen(void **state)
{
	static const char *const rows[] = {"<div>", "</main>", "<p id=\"a\"></p><p id=\"a\"></p>",
					   "<b><i></b></i>",
					   "<a href=\"x\"><a href=\"y\">z</a></a>"};
	struct arena mem;

	(void)state;
	arena_init(&mem);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!malformed(&mem, rows[i]))
			fail_msg("'%s' is taken for well formed", rows[i]);
	assert_null(malformed(&mem, "<p id=\"a\">x</p>"));
	arena_release(&mem);
}

/* --- golden table --- */

struct golden {
	const char *markdown, *html;
};

static void check(const struct golden *row, bool titled)
{
	struct arena mem;
	struct out got = {0};
	struct toc toc = {0};
	const char *why;

	arena_init(&mem);
	markdown_body(NULL, read_document(&mem, row->markdown, titled), &mem, &got, &toc);
	if (row->html && strcmp(out_text(&got), row->html) != 0)
		fail_msg("'%s':\ngot  '%s'\nwant '%s'", row->markdown, out_text(&got), row->html);
	why = malformed(&mem, out_text(&got));
	if (why)
		fail_msg("'%s': %s: '%s'", row->markdown, why, out_text(&got));
	out_release(&got);
	arena_release(&mem);
}

#define CHECK(rows)                                                                                \
	for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++)                                 \
	check(&(rows)[i], true)

#define LINKED(level, id, html, title)                                                             \
	"<div class=\"heading\"><h" level " id=\"" id "\">" html "</h" level                       \
	"><a class=\"heading-link\" href=\"#" id "\"><span aria-hidden=\"true\">#</span>"          \
	"<span class=\"hidden\">Section titled " title "</span></a></div>\n"

static void headings(void **state)
{
	static const struct golden rows[] = {
	    {"", ""},
	    {"# Title\n\ntext\n", "<span id=\"title\"></span>\n<p>text</p>\n"},
	    {"# Title\n\n# Again\n",
	     "<span id=\"title\"></span>\n" LINKED("2", "again", "Again", "Again")},
	    {"## A & *b*\n", LINKED("2", "a--b", "A &amp; <em>b</em>", "A &amp; b")},
	    {"## A\n\n### A\n", LINKED("2", "a", "A", "A") LINKED("3", "a-1", "A", "A")},
	    {"##\n", ""},
	};

	(void)state;
	CHECK(rows);
}

static void without_title(void **state)
{
	static const struct golden row = {"# First\n", LINKED("2", "first", "First", "First")};

	(void)state;
	check(&row, false);
}

static void blocks(void **state)
{
	static const struct golden rows[] = {
	    {"a\nb  \nc\n", "<p>a\nb<br>\nc</p>\n"},
	    {"- a\n- b\n", "<ul>\n<li>a\n</li>\n<li>b\n</li>\n</ul>\n"},
	    {"- a\n\n- b\n", "<ul>\n<li>\n<p>a</p>\n</li>\n<li>\n<p>b</p>\n</li>\n</ul>\n"},
	    {"3. a\n4. b\n", "<ol start=\"3\">\n<li>a\n</li>\n<li>b\n</li>\n</ol>\n"},
	    {"- a\n  - b\n", "<ul>\n<li>a\n<ul>\n<li>b\n</li>\n</ul>\n</li>\n</ul>\n"},
	    {"> a\n", "<blockquote>\n<p>a</p>\n</blockquote>\n"},
	    {"---\n", "<hr>\n"},
	    {"```c++ x\na < b\n```\n",
	     "<pre tabindex=\"0\"><code class=\"language-c++\">a &lt; b\n</code></pre>\n"},
	    {"```\"><script>\nx\n```\n", "<pre tabindex=\"0\"><code>x\n</code></pre>\n"},
	    {"    code\n", "<pre tabindex=\"0\"><code>code\n</code></pre>\n"},
	    {"*a* **b** ~~c~~ `d<`\n",
	     "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d&lt;</code></p>\n"},
	    {"a & <b\n", "<p>a &amp; &lt;b</p>\n"},
	};

	(void)state;
	CHECK(rows);
}

#define MARK(box, word)                                                                            \
	"<span class=\"task-box\" aria-hidden=\"true\">" box "</span><span class=\"hidden\">" word \
	": </span>"

static void tasks(void **state)
{
	static const struct golden rows[] = {
	    {"- [ ] a\n- [x] b\n- c\n",
	     "<ul class=\"tasks\">\n<li class=\"task\">" MARK(
		 "☐", "open") "a\n</li>\n"
			      "<li class=\"task\">" MARK("☑",
							 "done") "b\n</li>\n<li>c\n</li>\n</ul>\n"},
	    {"- [x] a\n\n- [ ] b\n",
	     "<ul class=\"tasks\">\n<li class=\"task\">\n<p>" MARK(
		 "☑", "done") "a</p>\n</li>\n"
			      "<li class=\"task\">\n<p>" MARK("☐", "open") "b</p>\n</li>\n</ul>\n"},
	    {"- [x] a\n  - [ ] b\n",
	     "<ul class=\"tasks\">\n<li class=\"task\">" MARK(
		 "☑", "done") "a\n<ul class=\"tasks\">\n<li "
			      "class=\"task\">" MARK("☐", "open") "b\n</li>\n</"
								  "ul>\n</li>\n</"
								  "ul>\n"},
	};

	(void)state;
	CHECK(rows);
}

static void tables(void **state)
{
	static const struct golden rows[] = {
	    {"| A | B & C |\n|:--|--:|\n| 1 | *2* |\n",
	     "<section class=\"scroll\" tabindex=\"0\" aria-label=\"Table 1: A, B "
	     "&amp; C\">\n"
	     "<table>\n<thead>\n<tr><th scope=\"col\" class=\"align-left\">A</th>"
	     "<th scope=\"col\" class=\"align-right\">B &amp; C</th></tr>\n</thead>\n<tbody>\n"
	     "<tr><td class=\"align-left\">1</td><td class=\"align-right\"><em>2</em></td></tr>\n"
	     "</tbody>\n</table>\n</section>\n"},
	    {"|  | B |\n|--|:-:|\n",
	     "<section class=\"scroll\" tabindex=\"0\" aria-label=\"Table 1: B\">\n"
	     "<table>\n<thead>\n<tr><td></td><th scope=\"col\" class=\"align-center\">B</th></tr>\n"
	     "</thead>\n</table>\n</section>\n"},
	};

	(void)state;
	CHECK(rows);
}

static void alerts(void **state)
{
	static const struct golden rows[] = {
	    {"> [!NOTE]\n> text\n",
	     "<div class=\"alert alert-note\" role=\"note\">\n<p class=\"alert-title\">Note</p>\n"
	     "<p>text</p>\n</div>\n"},
	    {"> [!warning]\n>\n> text\n",
	     "<div class=\"alert alert-warning\" role=\"note\">\n"
	     "<p class=\"alert-title\">Warning</p>\n<p>text</p>\n</div>\n"},
	    {"> [!NOTE] x\n", "<blockquote>\n<p>[!NOTE] x</p>\n</blockquote>\n"},
	    {"> [!OTHER]\n> x\n", "<blockquote>\n<p>[!OTHER]\nx</p>\n</blockquote>\n"},
	};

	(void)state;
	CHECK(rows);
}

static void footnotes(void **state)
{
	static const struct golden rows[] = {
	    {"a[^x] b[^x]\n\n[^x]: Note *n*.\n",
	     "<p>a<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fn-1-ref\">"
	     "<span class=\"hidden\">Footnote </span>1</a></sup> b<sup class=\"footnote-ref\">"
	     "<a href=\"#fn-1\" id=\"fn-1-ref-2\"><span class=\"hidden\">Footnote "
	     "</span>1</a></sup>"
	     "</p>\n<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n"
	     "<li id=\"fn-1\" value=\"1\">\n<p>Note <em>n</em>. "
	     "<a class=\"footnote-back\" href=\"#fn-1-ref\"><span aria-hidden=\"true\">↩</span>"
	     "<span class=\"hidden\">Back to reference 1</span></a> "
	     "<a class=\"footnote-back\" href=\"#fn-1-ref-2\"><span aria-hidden=\"true\">↩</span>"
	     "<span class=\"hidden\">Back to reference 1, place 2</span></a></p>\n</li>\n</ol>\n"
	     "</section>\n"},
	    {"a[^none]\n", "<p>a[^none]</p>\n"},
	    /* a heading of that id keeps it */
	    {"## fn-1\n\na[^x]\n\n[^x]: n\n", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void links(void **state)
{
	static const struct golden rows[] = {
	    {"[a](other.md)", "<p><a href=\"other.html\">a</a></p>\n"},
	    {"[a](other.md#part \"T\")", "<p><a href=\"other.html#part\" title=\"T\">a</a></p>\n"},
	    {"[a](#here)", "<p><a href=\"#here\">a</a></p>\n"},
	    {"[a](p.png)", "<p><a href=\"../img/p%20q.png\">a</a></p>\n"},
	    {"[](other.md)", "<p><a href=\"other.html\">other.md</a></p>\n"},
	    {"[*a*](https://x.example/?a=1&b=2)",
	     "<p><a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noopener noreferrer\">"
	     "<em>a</em></a></p>\n"},
	    {"[a](src/x.c)",
	     "<p><a href=\"https://code.example/src/x.c\" rel=\"noopener noreferrer\">a</a></p>\n"},
	    {"[a](gone.md)", "<p><span class=\"broken\" title=\"leads to nothing: gone.md\">a"
			     "<span class=\"hidden\"> (broken link)</span></span></p>\n"},
	    {"[a](other.md#gone)",
	     "<p><span class=\"broken\" title=\"leads to no such heading: other.md#gone\">a"
	     "<span class=\"hidden\"> (broken link)</span></span></p>\n"},
	    {"[a](javascript:alert(1))", "<p>a</p>\n"},
	    {"[a]({{<ref>}})", "<p>[a]({{&lt;ref&gt;}})</p>\n"},
	    {"![A \"b\"](p.png)",
	     "<p><img src=\"../img/p%20q.png\" alt=\"A &quot;b&quot;\" loading=\"lazy\"></p>\n"},
	    {"![a](https://x.example/p.png)",
	     "<p><a href=\"https://x.example/p.png\" rel=\"noopener noreferrer\">a</a></p>\n"},
	    {"[![a](https://x.example/p.png)](other.md)", "<p><a href=\"other.html\">a</a></p>\n"},
	    {"![a](gone.png)", "<p><span class=\"broken\" title=\"leads to nothing: gone.png\">a"
			       "<span class=\"hidden\"> (broken link)</span></span></p>\n"},
	    {"![a](javascript:alert(1))", "<p>a</p>\n"},
	};

	(void)state;
	CHECK(rows);
}

static void raw_html(void **state)
{
	static const struct golden rows[] = {
	    {"<script>alert(1)</script>\n", NULL},
	    {"a <kbd>b</kbd>\n", "<p>a <kbd>b</kbd></p>\n"},
	    {"a <kbd>b\n", "<p>a <kbd>b</kbd></p>\n"},
	    {"<kbd>a *b</kbd> c*\n", NULL},
	    {"*a <kbd>b* c</kbd>\n", NULL},
	    {"[a <a href=\"other.md\">b</a>](other.md)\n", NULL},
	    {"<a href=\"other.md\">a [b](other.md) c</a>\n",
	     "<p><a href=\"other.html\">a b c</a></p>\n"},
	    {"<div>\n", NULL},
	    {"</div>\n</main>\n", NULL},
	    {"<table><tr><td>\n\n*a*\n", NULL},
	    {"a <!-- b --> c\n", "<p>a  c</p>\n"},
	    {"<p id=\"x\">a</p>\n\n<p id=\"x\">b</p>\n", NULL},
	    {"## x\n\n<p id=\"x\">a</p>\n", NULL},
	    {"<a id=\"fn-1\"></a>a[^1]\n\n[^1]: b\n", NULL},
	    {"- <div>\n- b</div>\n", NULL},
	    {"> <details>\n\n</details>\n", NULL},
	    {"| <b>a | b</b> |\n|--|--|\n", NULL},
	};

	(void)state;
	CHECK(rows);
}

/* A block that opens an element and a later one that closes it go around what is between. */
static void wrappers(void **state)
{
	static const struct golden rows[] = {
	    {"<details>\n<summary>More</summary>\n\n*a*\n\n</details>\n\nb\n",
	     "<details>\n<summary>More</summary>\n<p><em>a</em></p>\n</details>\n<p>b</p>\n"},
	    {"<details>\n\na\n", "<details>\n<p>a</p>\n</details>\n"},
	    {"a\n\n</details>\n", "<p>a</p>\n"},
	    {"<details><summary></details><details></summary>\n\na\n", NULL},
	    {"<details onclick=x><summary>a</details>\n\nb\n\n</summary>\n", NULL},
	    {"<div><details>\n\na\n\n</div>\n\nb\n\n</details>\n", NULL},
	    {"- <div>\n\n  a\n\n</div>\n", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void contents(void **state)
{
	struct arena mem;
	struct out got = {0};
	struct toc toc = {0};

	(void)state;
	arena_init(&mem);
	markdown_body(NULL,
		      read_document(&mem, "# T\n\n## A *b*\n\n### C\n\n#### D\n\n# E\n", true),
		      &mem, &got, &toc);
	assert_int_equal(toc.n, 3);
	assert_string_equal(toc.items[0].title, "A b");
	assert_string_equal(toc.items[0].id, "a-b");
	assert_int_equal(toc.items[0].level, 2);
	assert_int_equal(toc.items[1].level, 3);
	assert_string_equal(toc.items[2].title, "E");
	assert_int_equal(toc.items[2].level, 2);
	out_release(&got);
	arena_release(&mem);
}

/* Required items get the id by which findings link to them. */
static void item_anchors(void **state)
{
	struct requirement requirement = {.type = REQUIRE_ITEM};
	struct match item = {.requirement = &requirement, .anchor = "checks/bias"};
	struct match section = {0}, root = {0};
	struct requirement part = {.type = REQUIRE_SECTION};
	struct document *doc;
	struct arena mem;
	struct out got = {0};

	(void)state;
	arena_init(&mem);
	doc = read_document(&mem, "## Checks\n\n- [x] Bias\n", true);
	for (uint32_t i = 1; i < doc->text.body.n; i++)
		if (doc->text.body.nodes[i].type == MD_ITEM)
			item.node = i;
	section.requirement = &part;
	*ARENA_PUSH(&mem, &root.children) = &section;
	*ARENA_PUSH(&mem, &section.children) = &item;
	doc->match = &root;
	markdown_body(NULL, doc, &mem, &got, NULL);
	assert_non_null(strstr(out_text(&got), "<li id=\"checks/bias\" class=\"task\">"));
	out_release(&got);
	arena_release(&mem);
}

static void fragments(void **state)
{
	static const char markdown[] = "## A\n\n[x](other.md) [y](https://x.example/) ![z](p.png) "
				       "a[^1]\n\n<p id=\"q\">r</p>\n\n[^1]: n\n";
	struct arena mem;
	struct out got = {0};
	struct diag_sink diags = {0};
	struct md_input input;
	struct md_tree tree;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	input = (struct md_input){.source = source_new(&mem, "t.md", markdown, strlen(markdown))};
	tree = md_parse_trusted(&mem, &input, &diags);
	markdown_fragment(&mem, &tree, &got);
	assert_null(strstr(out_text(&got), " id="));
	assert_null(strstr(out_text(&got), "<img"));
	assert_null(strstr(out_text(&got), "other.md\""));
	assert_non_null(strstr(out_text(&got), "<h2>A</h2>"));
	assert_non_null(strstr(out_text(&got), "<a href=\"https://x.example/\""));
	assert_null(malformed(&mem, out_text(&got)));
	out_release(&got);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(malformed_is_seen),
					   cmocka_unit_test(headings),
					   cmocka_unit_test(without_title),
					   cmocka_unit_test(blocks),
					   cmocka_unit_test(tasks),
					   cmocka_unit_test(tables),
					   cmocka_unit_test(alerts),
					   cmocka_unit_test(footnotes),
					   cmocka_unit_test(links),
					   cmocka_unit_test(raw_html),
					   cmocka_unit_test(wrappers),
					   cmocka_unit_test(contents),
					   cmocka_unit_test(item_anchors),
					   cmocka_unit_test(fragments)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
