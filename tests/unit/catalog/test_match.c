/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_match.c - documents held against templates */
#include "catalog/match_internal.h"
#include "catalog_fixture.h"
#include "read/document.h"

static const char *state_name(const struct match *match)
{
	static const char *const names[] = {"present", "missing", "empty", "placeholder"};

	if (match->requirement->type != REQUIRE_ITEM || match->state == MATCH_MISSING)
		return names[match->state];
	if (match->not_applicable)
		return match->reason ? match->reason : "n/a";
	return match->ticked ? "ticked" : "open";
}

/* "identity state" of every match below, parted by semicolons. */
static const char *states_text(const char *text, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		text = arena_printf(&mem, "%s%s%s %s", text, *text ? "; " : "", child->identity,
				    state_name(child));
		text = states_text(text, child);
	}
	return text;
}

static struct document_text *read_document(const char *text)
{
	struct document_text *doc = arena_new(&mem, struct document_text, 1);
	struct md_input input = {.source = text_source("content/a.md", text)};

	document_split(&mem, input.source, doc, &diags);
	input.body_start = doc->body_start;
	doc->body = md_parse_trusted(&mem, &input, &diags);
	return doc;
}

static const struct match *match_texts(const char *tmpl, const char *doc, enum stage stage)
{
	char *full = arena_printf(&mem, "---\nkind: t\n---\n%s", tmpl);

	return match_document(&mem, &mem, template_read(&mem, text_source("t.md", full), &diags),
			      read_document(doc), stage);
}

static void tables(void **state)
{
	static const struct {
		const char *what, *tmpl, *doc, *want;
	} t[] = {
	    {"nothing asked for", "Words.\n", "# A\n\n## B\n", ""},
	    {"nothing there", "## A\n- [ ] B\n", "", "a missing; a/b missing"},
	    {"found", "## A\n", "## A\nx\n", "a present"},
	    {"empty", "## A\n", "## A\n", "a empty"},
	    {"rows", "## A\n| B | C |\n| - | - |\n| D | |\n| E | |\n| F | |\n",
	     "## A\n| C | B |\n| - | - |\n| d | x |\n| *E* | |\n",
	     "a present; a/b present; a/c present; a/d present; a/e empty; a/f missing"},
	    {"rows of a table without the columns", "## A\n| B |\n| - |\n| D |\n",
	     "## A\n| C |\n| - |\n| D |\n", "a present; a/b missing; a/d missing"},
	    {"rows of one column", "## A\n| B |\n| - |\n| D |\n", "## A\n| B |\n| - |\n| D |\n",
	     "a present; a/b present; a/d present"},
	    {"a row that is there twice", "## A\n| B | C |\n| - | - |\n| D | |\n",
	     "## A\n| B | C |\n| - | - |\n| D | - |\n| D | 1 |\n",
	     "a present; a/b present; a/c present; a/d present"},
	    {"an item that begins like another", "## A\n- [ ] B\n- [ ] B: c\n",
	     "## A\n- [x] B: c\n- [ ] B: d\n", "a present; a/b open; a/b-c ticked"},
	    {"struck through", "- [ ] A\n- [ ] B\n- [ ] C\n",
	     "- [x] ~~A~~\n- [x] ~~B~~ (n/a: why)\n- [x] ~~C~~ d\n", "a n/a; b why; c missing"},
	    {"folded headings", "## A\n## B\n",
	     "<details>\n\n## A\n\nx\n\n</details>\n\n## B\n\nx\n", "a missing; b present"},
	    {"invisible letters", "## Root cause\n",
	     "## Ro\xc2\xad"
	     "ot\xc2\xa0"
	     "ca\xe2\x80\x8b"
	     "use\nx\n",
	     "root-cause present"},
	    {"a title answers nothing", "## A\n", "# A\nx\n", "a missing"},
	    {"another level", "## A\n", "### A\nx\n", "a present"},
	    {"the template's level first", "## A\n", "### A\n## A\nx\n", "a present"},
	    {"case, numbers, marks and punctuation", "## Root cause\n",
	     "## 2.1 *ROOT*-`cause`:\nx\n", "root-cause present"},
	    {"alias", "## A {#a alias=\"B|C c\"}\n", "## c C\nx\n", "a present"},
	    {"setext", "## A\n", "A\n-\nx\n", "a present"},
	    {"nested", "## A\n### B\n", "## A\n#### C\n##### B\nx\n", "a present; a/b present"},
	    {"beside its parent", "## A\n### B\n", "## A\nx\n## B\nx\n", "a present; a/b missing"},
	    {"under another parent", "## A\n### B\n", "## C\n### B\nx\n## A\nx\n",
	     "a present; a/b missing"},
	    {"two of one name", "## A\n### T\n## B\n### T\n", "## B\n### T\nx\n## A\n### T\nx\n",
	     "a present; a/t present; b present; b/t present"},
	    {"one heading answers one requirement", "## A\n## B {alias=\"A\"}\n", "## A\nx\n",
	     "a present; b missing"},
	    {"optional", "## A {.optional}\n- [ ] B\n", "", ""},
	    {"optional, there", "## A {.optional}\n- [ ] B\n", "## A\nx\n",
	     "a present; a/b missing"},
	    {"repeated", "## P: * {#p repeat=\"1..\"}\n### T\n", "## P: a\n### T\nx\n## P: b\nx\n",
	     "p[1] present; p[1]/t present; p[2] present; p[2]/t missing"},
	    {"none of a repeated one", "## P: * {#p repeat=\"1..\"}\n### T\n", "",
	     "p[1] missing; p[1]/t missing"},
	    {"nested repeats", "## P * {#p repeat=\"1..\"}\n### Q * {#q repeat=\"1..\"}\n",
	     "## P 1\n### Q 1\nx\n### Q 2\nx\n## P 2\n### Q 1\nx\n",
	     "p[1] present; p[1]/q[1] present; p[1]/q[2] present; p[2] present; p[2]/q[1] present"},
	    {"a wildcard takes what is left", "## *\n## A\n", "## A\nx\n## B\nx\n",
	     "section present; a present"},
	    {"bullets", "## A\n- [ ] B\n- [ ] C\n- [ ] D\n- [ ] E\n",
	     "## A\n* [x] B\n+ [ ] C\n\n1. [X] D\n   - [ ] E\n",
	     "a present; a/b ticked; a/c open; a/d ticked; a/e open"},
	    {"boxes that do not count", "## A\n- [ ] B\n",
	     "## A\n> - [x] B\n\n```\n- [x] B\n```\n<!-- - [x] B -->\n", "a present; a/b missing"},
	    {"an item may go on", "- [ ] B\n", "- [x] B: it is done\n", "b ticked"},
	    {"but is no other item", "- [ ] B\n", "- [x] B is not done\n", "b missing"},
	    {"not applicable", "- [ ] B\n- [ ] C\n- [ ] D\n",
	     "- [ ] B (n/a: no rows)\n- [x] C (N/A)\n- [ ] D (n/a: --)\n",
	     "b no rows; c n/a; d n/a"},
	    {"an item of another section", "## A\n- [ ] B\n## C\n", "## A\nx\n## C\n- [x] B\n",
	     "a present; a/b missing; c present"},
	    {"columns", "## A\n| B | C |\n| - | - |\n", "## A\n| c | D |\n| - | - |\n| 1 | 2 |\n",
	     "a present; a/b missing; a/c present"},
	    {"a header row alone says nothing", "## A\n", "## A\n| B |\n| - |\n", "a empty"},
	    {"tags, entities, dashes, rules, comments say nothing", "## A\n",
	     "## A\n<br>\n\n&nbsp;\n\n- \n\n--\n\n***\n<!-- x -->\n\n<p></p>\n", "a empty"},
	    {"a picture, code, HTML, a footnote say something", "## A\n## B\n## C\n## D\n",
	     "## A\n![](x)\n## B\n    x\n## C\n<p>x</p>\n\n## D\n[^1]\n\n[^1]: x\n",
	     "a present; b present; c present; d present"},
	    {"another's footnote", "## A\n", "x[^1]\n## A\n\n[^1]: x\n", "a empty"},
	    {"placeholder", "## A\n", "## A\nx\n\nTODO: y\n", "a placeholder"},
	    {"placeholder of a required subsection is its own", "## A\n### B\n",
	     "## A\nx\n### B\nTBD\n", "a present; a/b placeholder"},
	    {"the template's words", "## A\nSay *why*.\n- And how\n",
	     "## A\nSay why.\n\n- And `how`!\n", "a placeholder"},
	    {"and more", "## A\nSay why.\n", "## A\nSay why. Because.\n", "a present"},
	    {"braces of a document are text", "## A\n", "## A {.optional}\nx\n", "a missing"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = states_text("", match_texts(t[i].tmpl, t[i].doc, STAGE_NONE));
		if (strcmp(got, t[i].want) != 0 || diags.n)
			fail_msg("%s:\n  got  %s\n  want %s\n%s", t[i].what, got, t[i].want,
				 findings_text());
	}
}

static void stages(void **state)
{
	static const char tmpl[] = "## A {stage=\"canary\"}\n- [ ] B {stage=\"production\"}\n";
	static const struct {
		enum stage stage;
		const char *doc, *want;
	} t[] = {
	    {STAGE_NONE, "", ""},
	    {STAGE_SHADOW, "", ""},
	    {STAGE_CANARY, "", "a missing"},
	    {STAGE_PRODUCTION, "", "a missing; a/b missing"},
	    {STAGE_RETIRED, "", ""},
	    {STAGE_NONE, "## A\n- [x] B\n", "a present; a/b ticked"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_string_equal(states_text("", match_texts(tmpl, t[i].doc, t[i].stage)),
				    t[i].want);
}

/* Words, steps, places and repeats of one match. */
static void details(void **state)
{
	const struct match *root = match_texts("## A: * {#a repeat=\"1..\"}\n- [ ] B\n",
					       "## A: b\none two\n\n1. three\n2. four\n3.\n\n"
					       "### C\n- [x] *B*\n  done\n## A: c\nx\n",
					       STAGE_NONE);
	const struct match *first = root->children.items[0], *item = first->children.items[0];
	struct position at = source_position(&item->at);

	(void)state;
	assert_int_equal(root->children.n, 2);
	assert_int_equal(first->repeats, 2);
	assert_int_equal(first->words, 6);
	assert_int_equal(first->steps, 2);
	assert_string_equal(first->title, "A: b");
	assert_string_equal(first->anchor, "a-b");
	assert_string_equal(item->identity, "a[1]/b");
	assert_int_equal(item->state, MATCH_MISSING);
	assert_int_equal(at.line, 1);
	item = match_texts("- [ ] B done\n", "x\n\n10. [x] *B*\n    done\n", STAGE_NONE)
		   ->children.items[0];
	at = source_position(&item->at);
	assert_int_equal(item->ticked, true);
	assert_int_equal(at.line, 3);
	assert_int_equal(at.column, 5);
}

/* One of a few headings, so that many are alike, at one of three levels. */
static const char *random_heading(uint32_t *seed, bool in_template)
{
	static const char *const titles[] = {"A", "B", "C", "D", "E", "F *", "*", "G"};
	static const char *const attributes[] = {"", " {alias=\"A|Z\"}", " {.optional}",
						 " {alias=\"C\"}"};
	uint32_t r = *seed = *seed * 1664525 + 1013904223;
	const char *title = titles[r >> 8 & (in_template ? 7 : 3)];

	return arena_printf(&mem, "%.*s %s%s\n\nx\n\n", 1 + (int)(r >> 16) % 3, "###", title,
			    in_template   ? attributes[r >> 24 & 3]
			    : r >> 24 & 1 ? " 1"
					  : "");
}

static const char *random_headings(uint32_t *seed, size_t n, bool in_template)
{
	const char *text = "";

	for (size_t i = 0; i < n; i++)
		text = arena_printf(&mem, "%s%s", text, random_heading(seed, in_template));
	return text;
}

/* Whether titles are looked up or compared one by one. */
static void looked_up_titles_match_alike(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 500; round++) {
		const char *text = random_headings(&seed, 1 + (size_t)round % 9, true);
		const char *doc_text = random_headings(&seed, (size_t)round % 23, false);
		char *full = arena_printf(&mem, "---\nkind: t\n---\n%s", text);
		struct template *tmpl = template_read(&mem, text_source("t.md", full), &diags);
		const struct document_text *doc = read_document(doc_text);
		const char *scanned = states_text(
		    "", match_document_from(&mem, &mem, tmpl, doc, STAGE_NONE, SIZE_MAX));
		const char *found =
		    states_text("", match_document_from(&mem, &mem, tmpl, doc, STAGE_NONE, 0));
		if (strcmp(scanned, found) != 0)
			fail_msg("%s----\n%s----\n%s\n%s", text, doc_text, scanned, found);
	}
}

/* In time that grows with the text, not with its sections times those of the template. */
static void many_sections(void **state)
{
	enum { MANY = 20000 };
	struct out o = {0};
	const struct match *root;

	(void)state;
	for (int i = 0; i < MANY; i++)
		out_printf(&o, "## Title %d\n\nx\n\n", MANY - i);
	root = match_texts(out_text(&o), out_text(&o), STAGE_NONE);
	assert_int_equal(root->children.n, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(root->children.items[i]->state, MATCH_PLACEHOLDER);
	out_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(tables, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(stages, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(details, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(looked_up_titles_match_alike, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(many_sections, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
