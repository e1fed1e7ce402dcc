/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_markdown.c - read/markdown.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/file.h"
#include "markdown_fixture.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct arena mem;
static struct diag_sink diags;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	diags = (struct diag_sink){0};
	diag_init(&diags, &mem);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static void trees(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"", "doc"},
	    {"\n\n", "doc"},
	    {"a", "doc(p('a'))"},
	    {"# A\n\nb", "doc(h1'A'<a>('A') p('b'))"},
	    {"a\r\nb\rc\n", "doc(p('a' soft 'b' soft 'c'))"},
	    {"a  \nb\\\nc", "doc(p('a' br 'b' br 'c'))"},
	    {"*a* **b** ~~c~~ ~d~ `e`",
	     "doc(p(em('a') ' ' b('b') ' ' del('c') ' ' del('d') ' ' code'e'))"},
	    {"[a](b \"c\") ![d](e 'f') <http://g>",
	     "doc(p(a<b>\"c\"('a') ' ' img<e>\"f\"('d') ' ' a<http://g>('http://g')))"},
	    {"[a][b] [c][no] [d]\n\n[b]: x\n", "doc(p(a<x>('a') ' [c][no] [d]'))"},
	    {"a &amp; \\* &nbsp;&copy; &y;", "doc(p('a & * \xc2\xa0\xc2\xa9 &y;'))"},
	    {"***\n```c\nx\n```\n    y\n", "doc(hr pre'x\n'<c> pre'y\n')"},
	    {"<div>\nx\n</div>\n\n<!-- - [ ] no -->\n",
	     "doc(html'<div>\nx\n</div>\n\n<!-- - [ ] no -->\n')"},
	    {"<table>\n\n<tr><td>1\n\n</table>\n\nx\n\n<hr>\n",
	     "doc(html'<table>\n\n<tr><td>1\n\n</table>\n' p('x') html'<hr>\n')"},
	    {"a <kbd>b</kbd> <!-- c -->",
	     "doc(p('a ' tag'<kbd>' 'b' tag'</kbd>' ' ' tag'<!-- c -->'))"},
	    {"> a\nb\n", "doc(quote(p('a' soft 'b')))"},
	    {"3. a\n4. b\n", "doc(list#3(item(p('a')) item(p('b'))))"},
	    {"- a\n\n- b\n", "doc(list(item(p('a')) item(p('b'))))"},
	    {"a[^n]\n\n[^n]: b\n[^m]: unused\n", "doc(p('a' ref1<n>) fn1'n'(p('b')))"},
	    {"a[^2] b[^1] c[^2]\n\n[^1]: x\n\n[^2]: y\n",
	     "doc(p('a' ref1<2> ' b' ref2<1> ' c' ref1<2>) fn1'2'(p('y')) fn2'1'(p('x')))"},
	    {"a[^no]", "doc(p('a[^no]'))"},
	    {"|a|b|\n|:-|:-:|\n|c|d|\n|e|\n", "doc(table2(row^(celll('a') cellc('b')) "
					      "row(celll('c') cellc('d')) row(celll('e') cellc)))"},
	    {"x\n|a|\n|-:|\n", "doc(p('x') table1(row^(cellr('a'))))"},
	    {"|a|\n|-|\n|`b\\|c`|\n", "doc(table1(row^(cell('a')) row(cell(code'b|c'))))"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out shown = {0};
		struct md_tree tree = md_parse_text(&mem, t[i].text, &diags);
		md_show(&tree, 0, &shown);
		if (strcmp(out_text(&shown), t[i].want) != 0)
			fail_msg("%s\n got: %s\nwant: %s", t[i].text, out_text(&shown), t[i].want);
		out_release(&shown);
	}
	assert_int_equal(diags.n, 0);
}

static void task_items(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"- [ ] a\n", "doc(list(item?(p('a'))))"},
	    {"* [x] a\n+ [X] b\n", "doc(list(item?x(p('a'))) list(item?x(p('b'))))"},
	    {"1. [x] a\n2) [ ] b\n", "doc(list#1(item?x(p('a'))) list#2(item?(p('b'))))"},
	    /* cmark-gfm alone takes any box of the line for the item's */
	    {"- [ ] a [x] b\n", "doc(list(item?(p('a [x] b'))))"},
	    {"- [x] a [ ] b\n", "doc(list(item?x(p('a [ ] b'))))"},
	    {"- [ ] a\n  - [x] b\n", "doc(list(item?(p('a') list(item?x(p('b'))))))"},
	    {"- [x] - [ ] a\n", "doc(list(item?x(p('- [ ] a'))))"},
	    {"- - [x] a\n", "doc(list(item(list(item?x(p('a'))))))"},
	    {"> - [x] a\n", "doc(quote(list(item?x(p('a')))))"},
	    {"- [x]a\n- [y] b\n- [] c\n- a [x] b\n",
	     "doc(list(item(p('[x]a')) item(p('[y] b')) item(p('[] c')) item(p('a [x] b'))))"},
	    /* an escaped box is none */
	    {"- \\[x] a\n", "doc(list(item(p('[x] a'))))"},
	    {"- [x] a\n\n[x]: /u\n", "doc(list(item?x(p('a'))))"},
	    {"-   [ ]   a\n", "doc(list(item?(p('a'))))"},
	    {"```\n- [ ] a\n```\n", "doc(pre'- [ ] a\n')"},
	    {"[ ] a\n", "doc(p('[ ] a'))"},
	    {"- a\n\n  [ ] b\n", "doc(list(item(p('a') p('[ ] b'))))"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out shown = {0};
		struct md_tree tree = md_parse_text(&mem, t[i].text, &diags);
		md_show(&tree, 0, &shown);
		if (strcmp(out_text(&shown), t[i].want) != 0)
			fail_msg("%s\n got: %s\nwant: %s", t[i].text, out_text(&shown), t[i].want);
		out_release(&shown);
	}
}

/* A heading ends with its own lines, whatever stands behind it. */
static void heading_places(void **state)
{
	static const struct {
		const char *text, *heading;
	} t[] = {
	    {"# a #\nb\n", "# a"},
	    {"a\n-\n```\nb\n```\n", "a\n-"},
	    {"a\nb\n=== \t\nc\n===\n", "a\nb\n==="},
	    {"> a\n> ---\n> b\n", "a\n> ---"},
	    {"a\r\n---\r\nb\r\n", "a\r\n---"},
	    {"a\n---", "a\n---"},
	    {"a - b\nc =\n--\n- d\n--\n", "a - b\nc =\n--"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct md_tree tree = md_parse_text(&mem, t[i].text, &diags);
		size_t n = strlen(t[i].heading);
		uint32_t h = 0;
		while (h < tree.n && tree.nodes[h].type != MD_HEADING)
			h++;
		assert_true(h < tree.n);
		if (tree.nodes[h].end - tree.nodes[h].start != n ||
		    memcmp(t[i].text + tree.nodes[h].start, t[i].heading, n) != 0)
			fail_msg("%s\n got: %.*s", t[i].text,
				 (int)(tree.nodes[h].end - tree.nodes[h].start),
				 t[i].text + tree.nodes[h].start);
	}
}

static void heading_ids(void **state)
{
	static const struct {
		const char *text, *ids; /* of the headings in order */
	} t[] = {
	    {"# A b\n# C: d, e!\n", "a-b c-d-e"},
	    {"# A\n# A\n# A\n", "a a-1 a-2"},
	    {"# A\n# A-1\n# A\n", "a a-1 a-2"},
	    {"# A\n# A\n# A-1\n", "a a-1 a-1-1"},
	    {"# A-1\n# A\n# A\n# A-1\n", "a-1 a a-2 a-1-1"},
	    {"# `x_y` *z* [l](u)\n", "x_y-z-l"},
	    {"# ![logo](u) Title\n", "-title"},
	    {"# <b>x</b> y\n", "x-y"},
	    {"# \xc3\x84rger & \xe2\x82\xac 5\n", "\xc3\xa4rger---5"},
	    {"a\n===\nb\n---\n", "a b"},
	    {"# \n# \n", " -1"},
	    {"> # Q\n\n- # L\n", "q l"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out ids = {0};
		struct md_tree tree = md_parse_text(&mem, t[i].text, &diags);
		bool first = true;
		for (uint32_t k = 0; k < tree.n; k++)
			if (tree.nodes[k].type == MD_HEADING) {
				out_puts(&ids, first ? "" : " ");
				out_puts(&ids, md_extra(&tree, &tree.nodes[k]));
				first = false;
			}
		if (strcmp(out_text(&ids), t[i].ids) != 0)
			fail_msg("%s\n got: %s\nwant: %s", t[i].text, out_text(&ids), t[i].ids);
		out_release(&ids);
	}
}

static void heading_text(void **state)
{
	(void)state;
	struct md_tree tree = md_parse_text(&mem, "# ![Logo](u) *A* `b`\nc\n===\n", &diags);
	assert_string_equal(md_text(&tree, &tree.nodes[1]), "Logo A b");
	tree = md_parse_text(&mem, "x\n*y* `z`\n===\n", &diags);
	assert_string_equal(md_text(&tree, &tree.nodes[1]), "x y z");
	assert_string_equal(md_extra(&tree, &tree.nodes[1]), "x-y-z");
}

/* Each expectation is what the source holds at the node's place. */
static void places(void **state)
{
	static const struct {
		const char *text;
		enum md_type type;
		unsigned nth;
		const char *want;
	} t[] = {
	    {"a [b](c) d", MD_LINK, 0, "[b](c)"},
	    {"> a\nlazy [b](c)", MD_LINK, 0, "[b](c)"},
	    {"> a\n> > b\nlazy *c*", MD_EMPHASIS, 0, "*c*"},
	    {"a\n    deep **b**", MD_STRONG, 0, "**b**"},
	    {"- a\n  b `c`", MD_CODE, 0, "`c`"},
	    {"|a|b|\n|-|-|\n|c|[d](e)|", MD_LINK, 0, "[d](e)"},
	    {"x\n|a|b|\n|-|-|\n", MD_TABLE, 0, "|a|b|\n|-|-|"},
	    {"x\n|a|b|\n|-|-|\n", MD_PARAGRAPH, 0, "x"},
	    {"x\n|a|b|\n|-|-|\n", MD_TABLE_CELL, 1, "b"},
	    {"> | a | b\\|c |\n> |---|---|\n", MD_TABLE_CELL, 1, "b\\|c"},
	    {"&amp; \\* [a](b)", MD_TEXT, 0, "&amp; \\* "},
	    {"\xc3\xa9\xf0\x9f\x98\x80 [a](b)", MD_LINK, 0, "[a](b)"},
	    {"[a](b \"t)\") x", MD_LINK, 0, "[a](b \"t)\")"},
	    {"[a](<b (c>) x", MD_LINK, 0, "[a](<b (c>)"},
	    {"[a](b(c)d) x", MD_LINK, 0, "[a](b(c)d)"},
	    {"[a][b] x\n\n[b]: y", MD_LINK, 0, "[a][b]"},
	    {"[b] x\n\n[b]: y", MD_LINK, 0, "[b]"},
	    {"[b][] x\n\n[b]: y", MD_LINK, 0, "[b][]"},
	    {"[b]: y\n[b] x", MD_LINK, 0, "[b]"},
	    {"[b]: y\n[b] x", MD_PARAGRAPH, 0, "[b] x"},
	    {"a <http://b.c> d", MD_LINK, 0, "<http://b.c>"},
	    {"a ![b](c) d", MD_IMAGE, 0, "![b](c)"},
	    {"[![b](c)](d) e", MD_LINK, 0, "[![b](c)](d)"},
	    {"a *b **c** d*", MD_EMPHASIS, 0, "*b **c** d*"},
	    {"***a***", MD_STRONG, 0, "**a**"},
	    {"~~a~~", MD_STRIKE, 0, "~~a~~"},
	    {"``a ` b`` c", MD_CODE, 0, "``a ` b``"},
	    {"a <b\n  c=\"d\"> e", MD_HTML_INLINE, 0, "<b\n  c=\"d\">"},
	    {"> a <b\n> c=\"d\"> e", MD_HTML_INLINE, 0, "<b\n> c=\"d\">"},
	    {"see https://a.b/c.", MD_LINK, 0, "https://a.b/c"},
	    {"&amp; x@y.de &amp;", MD_LINK, 0, "x@y.de"},
	    {"a[^n]\n\n  [^n]: x", MD_FOOTNOTE_REF, 0, "[^n]"},
	    {"a[^n]\n\n[^n]: x", MD_FOOTNOTE, 0, "[^n]: x"},
	    {"# A [b](c) #", MD_LINK, 0, "[b](c)"},
	    {"- a\n\n\n- b\n\nc", MD_ITEM, 0, "- a"},
	    {"- a\n  - b\n\nc", MD_LIST, 0, "- a\n  - b"},
	    {"a\r\nb [c](d)\r\n", MD_LINK, 0, "[c](d)"},
	    {"```\nx\n```\ny", MD_CODE_BLOCK, 0, "```\nx\n```"},
	    {"- [ ] a", MD_ITEM, 0, "- [ ] a"},
	    {"- [ ] a", MD_TEXT, 0, "a"},
	    {"> - [x]  a", MD_TEXT, 0, "a"},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct md_tree tree = md_parse_text(&mem, t[i].text, &diags);
		unsigned seen = 0;
		const struct md_node *found = NULL;
		for (uint32_t k = 0; k < tree.n && !found; k++)
			if (tree.nodes[k].type == t[i].type && seen++ == t[i].nth)
				found = &tree.nodes[k];
		assert_non_null(found);
		size_t n = found->end - found->start;
		if (n != strlen(t[i].want) || memcmp(t[i].text + found->start, t[i].want, n) != 0)
			fail_msg("%s\n got: %.*s\nwant: %s", t[i].text, (int)n,
				 t[i].text + found->start, t[i].want);
	}
}

static void bodies_begin_behind_front_matter(void **state)
{
	static const char text[] = "---\na: b\n---\n# T\n\n[x](y)\n";
	struct md_input input = {.source = source_new(&mem, "a.md", text, strlen(text)),
				 .body_start = 13};
	(void)state;

	struct md_tree tree = md_parse_trusted(&mem, &input, &diags);
	assert_int_equal(tree.nodes[0].start, 13);
	assert_int_equal(tree.nodes[1].start, 13);
	assert_int_equal(tree.nodes[1].type, MD_HEADING);
	assert_memory_equal(text + tree.nodes[4].start, "[x](y)", 6);
}

static void plain_text(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"a *b* `c`\nd  \ne", "a b c d e"},
	    {"[a](b) ![c](d) <i>e</i>", "a c e"},
	    {"- a\n- b\n\n  c", "a b c"},
	    {"|a|b|\n|-|-|\n|c|d|", "a b c d"},
	    {"", ""},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct md_tree tree = md_parse_text(&mem, t[i].text, &diags);
		assert_string_equal(md_plain(&mem, &tree, 0), t[i].want);
	}
}

/* ---- hostile texts ---- */

static char *repeat(const char *before, const char *text, size_t n, const char *after)
{
	struct out o = {0};

	out_puts(&o, before);
	for (size_t i = 0; i < n; i++)
		out_puts(&o, text);
	out_puts(&o, after);
	char *copy = arena_strndup(&mem, out_text(&o), o.n);
	out_release(&o);
	return copy;
}

static void guard_refuses(void **state)
{
	const struct {
		const char *what, *text;
	} t[] = {
	    {"lists on one line", repeat("", "- ", 10000, "x")},
	    {"quotations on one line", repeat("", ">", 20000, "a")},
	    {"footnotes on one line", repeat("", "[^a]: ", 200, "x")},
	    {"numbers on one line", repeat("", "1. ", 200, "x")},
	    {"image brackets", repeat("", "![[]()", 40000, "")},
	    {"emphasis before links", repeat("", "*[a](b)", 40000, "")},
	    {"table columns", repeat("|", "a|", 70000, repeat("\n|", "-|", 70000, "\n"))},
	    {"table cells",
	     repeat(repeat("|", "a|", 1900, repeat("\n|", "-|", 1900, "\n")), "|x\n", 2000, "")},
	    {"pipes in one row", repeat("|a|\n|-|\n", "|", 30000, "\n")},
	    {"a definition used often",
	     repeat(repeat("[a]: ", "x", 40000, "\n\n"), "[a]", 40000, "")},
	    {"size", repeat("", "0123456789abcde\n", 600000, "")},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t offset = 1;
		size_t n = strlen(t[i].text);
		const char *why = md_guard(t[i].text, n, &offset);
		if (!why)
			fail_msg("%s: passed", t[i].what);
		assert_true(offset <= n);
	}
}

static void guard_passes(void **state)
{
	const struct {
		const char *what, *text;
	} t[] = {
	    {"nothing", ""},
	    {"a rule of many dashes", repeat("", "- ", 500, "")},
	    {"a rule of stars", repeat("", "* ", 500, "")},
	    {"a long table", repeat("|a|b|c|\n|-|-|-|\n", "|1|**2**|[3](4)|\n", 20000, "")},
	    {"a wide table", repeat(repeat("|", "a|", 100, repeat("\n|", "-|", 100, "\n")),
				    repeat("|", "1|", 100, "\n"), 300, "")},
	    {"a long list of bold links", repeat("", "- **[a](b)** - c [d](e)\n", 20000, "")},
	    {"badges", repeat("", "[![a](b)](c)\n", 3000, "")},
	    {"a changelog", repeat(repeat("", "- [#1] a [b]\n", 3000, "\n"),
				   "[x]: https://example.org/some/long/path/1234\n", 3000, "")},
	    {"deep code",
	     repeat("```\n", "                                        { [ x ] }\n", 9000, "```\n")},
	    {"carriage returns alone", repeat("", "a\r", 100000, "")},
	    {"footnotes", repeat("a[^1]\n\n", "[^1]: b\n\n", 3000, "")},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		size_t offset;
		const char *why = md_guard(t[i].text, strlen(t[i].text), &offset);
		if (why)
			fail_msg("%s: %s at %zu", t[i].what, why, offset);
	}
}

static void deep_trees_are_refused(void **state)
{
	const char *const t[] = {repeat("", "*a **a ", 200, repeat("b", " a** a*", 200, "")),
				 repeat("", "_", 100000, repeat("a", "_", 100000, ""))};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		diags.n = 0;
		struct md_tree tree = md_parse_text(&mem, t[i], &diags);
		assert_int_equal(tree.n, 1);
		assert_int_equal(diags.n, 1);
		assert_int_equal(diags.items[0].rule, RULE_DOC_UNSAFE);
		assert_string_equal(diags.items[0].detail, "it nests more than 100 deep");
	}
}

static double seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* What the library cannot bear is answered, in little time, and costs its neighbours nothing. */
static void hostile_texts_in_workers(void **state)
{
	const char *const texts[] = {
	    "# one\n",
	    repeat("", "- ", 20000, repeat("x", "\n", 20000, "")),
	    repeat("", ">", 20000, repeat("", "a*", 20000, "")),
	    repeat("", "![[]()", 40000, ""),
	    repeat(repeat("|", "a|", 2000, repeat("\n|", "-|", 2000, "\n")), "|x\n", 2000, ""),
	    repeat(repeat("[a]: ", "x", 40000, "\n\n"), "[a]", 40000, ""),
	    "# two\n",
	    repeat("", "a@", 200000, ""),
	    repeat("", "[", 50000, repeat("a", "]", 50000, "")),
	    repeat("</", "<!--", 100000, ""),
	    repeat("", "&", 200000, ""),
	    repeat("", "www._", 100000, ""),
	    repeat("", "*[a](b)", 30000, ""),
	    repeat("", "# same\n", 20000, ""),
	    "# three\n",
	};
	enum { N = sizeof texts / sizeof *texts };
	struct md_input inputs[N];
	struct md_tree made[N];
	double start = seconds();
	(void)state;

	for (size_t i = 0; i < N; i++)
		inputs[i] = (struct md_input){
		    .source = source_new(&mem, "a.md", texts[i], strlen(texts[i]))};
	md_parse_all(&mem, NULL, inputs, N, 2, made, &diags);
	print_message("%d hostile texts: %.2f s\n", (int)N, seconds() - start);
	for (size_t i = 0; i < diags.n; i++)
		assert_int_equal(diags.items[i].rule, RULE_DOC_UNSAFE);
	assert_true(diags.n >= 5);
	assert_string_equal(md_text(&made[0], &made[0].nodes[1]), "one");
	assert_string_equal(md_text(&made[6], &made[6].nodes[1]), "two");
	assert_string_equal(md_text(&made[N - 1], &made[N - 1].nodes[1]), "three");
	const struct md_node *last = &made[13].nodes[made[13].n - 2];
	assert_string_equal(md_extra(&made[13], last), "same-19999");
}

/* ---- documents of others ---- */

static bool is_markdown(const char *path)
{
	size_t n = strlen(path);
	return n > 3 && strcmp(path + n - 3, ".md") == 0;
}

static void collect(const char *dir, struct md_input *inputs, size_t cap, size_t *n)
{
	struct out command = {0};
	char path[4096];

	out_printf(&command, "find '%s' -type f -name '*.md' | LC_ALL=C sort", dir);
	FILE *list = popen(out_text(&command), "r");
	out_release(&command);
	while (list && *n < cap && fgets(path, sizeof path, list)) {
		path[strcspn(path, "\n")] = '\0';
		FILE *file = is_markdown(path) ? fopen(path, "rb") : NULL;
		struct out text = {0};
		char block[65536];
		size_t got;
		while (file && (got = fread(block, 1, sizeof block, file)) > 0)
			out_write(&text, block, got);
		if (file)
			fclose(file);
		inputs[(*n)++].source =
		    source_new(&mem, arena_strdup(&mem, path),
			       arena_strndup(&mem, out_text(&text), text.n), text.n);
		out_release(&text);
	}
	if (list)
		pclose(list);
}

/* All are read, workers and trusted reading agree, and every place is inside its block. */
static void documents_of_others(void **state)
{
	enum { CAP = 4000 };
	const char *data = getenv("MODELBOOK_TEST_DATA");
	struct md_input *inputs = arena_new(&mem, struct md_input, CAP);
	struct md_tree *made = arena_new(&mem, struct md_tree, CAP);
	size_t n = 0, texts = 0, exact = 0;
	(void)state;

	collect(arena_printf(&mem, "%s/real/markdown", data ? data : "../shared"), inputs, CAP, &n);
	if (n == 0) {
		print_message("SKIPPED: 2,432 documents of others: no test data\n");
		skip();
	}
	md_parse_all(&mem, NULL, inputs, n, 2, made, &diags);
	assert_int_equal(diags.n, 0);
	for (size_t i = 0; i < n; i++) {
		const struct md_tree *t = &made[i];
		for (uint32_t k = 0; k < t->n; k++) {
			const struct md_node *node = &t->nodes[k];
			size_t length = node->end - node->start;
			assert_true(node->type >= MD_TEXT || k == 0 ||
				    node->end <= t->nodes[node->parent].end);
			if (node->type != MD_TEXT)
				continue;
			texts++;
			exact +=
			    length == node->text_len && memcmp(inputs[i].source->text + node->start,
							       md_text(t, node), length) == 0;
		}
	}
	for (size_t i = 0; i < n; i += 50) {
		struct md_tree again = md_parse_trusted(&mem, &inputs[i], &diags);
		assert_int_equal(again.n, made[i].n);
		assert_memory_equal(again.nodes, made[i].nodes, again.n * sizeof *again.nodes);
		assert_memory_equal(again.text, made[i].text, again.text_len);
	}
	print_message("%zu documents, %zu of %zu texts stand verbatim at their place\n", n, exact,
		      texts);
	assert_true(exact * 100 > texts * 98);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(trees, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(task_items, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(heading_ids, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(heading_places, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(heading_text, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(places, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(bodies_begin_behind_front_matter, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(plain_text, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(guard_refuses, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(guard_passes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(deep_trees_are_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(hostile_texts_in_workers, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(documents_of_others, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
