/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_document.c - read/document.h */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "read/document.h"
#include <string.h>

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

static void splits(void **state)
{
	static const struct {
		const char *what, *text;
		const char *body;  /* what begins where the body does */
		const char *title; /* of the front matter, NULL for none */
		enum rule rule;    /* of the only finding; RULE_COUNT for none */
		uint32_t line;     /* of that finding */
	} t[] = {
	    {"empty", "", "", NULL, RULE_COUNT, 0},
	    {"none", "# A\n", "# A", NULL, RULE_COUNT, 0},
	    {"plain", "---\ntitle: x\n---\n# A\n", "# A", "x", RULE_COUNT, 0},
	    {"dots", "---\ntitle: x\n...\nA", "A", "x", RULE_COUNT, 0},
	    {"spaces behind", "---  \ntitle: x\n---\t\nA", "A", "x", RULE_COUNT, 0},
	    {"CRLF", "---\r\ntitle: x\r\n---\r\nA", "A", "x", RULE_COUNT, 0},
	    {"CR", "---\rtitle: x\r---\rA", "A", "x", RULE_COUNT, 0},
	    {"BOM", "\xef\xbb\xbf---\ntitle: x\n---\nA", "A", "x", RULE_COUNT, 0},
	    {"BOM alone",
	     "\xef\xbb\xbf"
	     "A",
	     "A", NULL, RULE_COUNT, 0},
	    {"nothing behind", "---\ntitle: x\n---", "", "x", RULE_COUNT, 0},
	    {"empty block", "---\n---\nA", "A", NULL, RULE_COUNT, 0},
	    {"a rule in the body", "---\ntitle: x\n---\na\n\n---\n\nb\n", "a", "x", RULE_COUNT, 0},
	    {"four dashes", "----\ntitle: x\n----\nA", "----", NULL, RULE_COUNT, 0},
	    {"indented", " ---\ntitle: x\n---\nA", " ---", NULL, RULE_COUNT, 0},
	    {"a rule first", "---\n\nJust text.\n", "---", NULL, RULE_COUNT, 0},
	    {"a rule alone", "---", "---", NULL, RULE_COUNT, 0},
	    {"text first", "a\n---\ntitle: x\n---\n", "a", NULL, RULE_COUNT, 0},
	    {"blank lines before", "\n \n---\ntitle: x\n---\nA", "A", "x",
	     RULE_DOC_FRONT_MATTER_PLACE, 3},
	    {"comment before", "<!-- a\nb -->\n---\ntitle: x\n---\nA", "A", "x",
	     RULE_DOC_FRONT_MATTER_PLACE, 3},
	    {"a rule below blank lines", "\n---\n\ntext: x\n", "\n---", NULL, RULE_COUNT, 0},
	    {"two rules below blank lines", "\n---\nJust text.\n---\n", "\n---", NULL, RULE_COUNT,
	     0},
	    {"unclosed", "---\ntitle: x\nno end\n\n# A\n", "# A", NULL, RULE_DOC_FRONT_MATTER, 1},
	    {"unclosed, comment first", "---\n# c\ntitle: x\n", "", NULL, RULE_DOC_FRONT_MATTER, 1},
	    {"TOML", "+++\ntitle = \"x\"\n+++\nA", "A", NULL, RULE_DOC_FRONT_MATTER, 1},
	    {"TOML, unclosed", "+++\ntitle = \"x\"\n", "+++", NULL, RULE_DOC_FRONT_MATTER, 1},
	    {"three plus signs", "+++\ntext\n", "+++", NULL, RULE_COUNT, 0},
	    {"a list", "---\n- a\n---\nA", "A", NULL, RULE_DOC_FRONT_MATTER, 2},
	    {"a scalar", "---\nhello\n---\nA", "A", NULL, RULE_DOC_FRONT_MATTER, 2},
	    {"open quote", "---\ntitle: \"x\n---\nA", "A", NULL, RULE_DOC_FRONT_MATTER, 0},
	    {"key twice", "---\ntitle: a\ntitle: b\n---\nA", "A", NULL, RULE_DATA_DUPLICATE_KEY, 3},
	};
	(void)state;

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct source *source = source_new(&mem, "a.md", t[i].text, strlen(t[i].text));
		struct document_text doc;
		diags.n = 0;
		document_split(&mem, source, &doc, &diags);
		const char *title = data_find_text(doc.front_matter, "title");
		bool fault = t[i].rule != RULE_COUNT && t[i].rule != RULE_DOC_FRONT_MATTER_PLACE;
		if (strncmp(t[i].text + doc.body_start, t[i].body, strlen(t[i].body)) != 0 ||
		    (t[i].body[0] == '\0' && doc.body_start != source->len))
			fail_msg("%s: body begins with '%s'", t[i].what,
				 t[i].text + doc.body_start);
		if (!fault && ((title == NULL) != (t[i].title == NULL) ||
			       (title && strcmp(title, t[i].title) != 0)))
			fail_msg("%s: title '%s'", t[i].what, title ? title : "(none)");
		if (diags.n != (t[i].rule != RULE_COUNT) ||
		    (diags.n > 0 && diags.items[0].rule != t[i].rule))
			fail_msg("%s: %zu findings, first of rule %d", t[i].what, diags.n,
				 diags.n > 0 ? (int)diags.items[0].rule : -1);
		if (doc.faulty != fault)
			fail_msg("%s: faulty is %d", t[i].what, doc.faulty);
		if (t[i].line > 0 && source_position(&diags.items[0].at).line != t[i].line)
			fail_msg("%s: line %u", t[i].what,
				 source_position(&diags.items[0].at).line);
	}
}

#define TEXT(literal) (literal), sizeof(literal) - 1

static void many(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		enum rule rule; /* RULE_COUNT for none */
		uint32_t line;
	} t[] = {
	    {TEXT("---\ntitle: x\n---\n# A\n"), RULE_COUNT, 0},
	    {TEXT("---\ntitle: x\n---\nok\n\xff\n"), RULE_DOC_UNSAFE, 5},
	    {TEXT("---\ntitle: x\n---\nok\na\0b\n"), RULE_DOC_UNSAFE, 5},
	    {TEXT(""), RULE_COUNT, 0},
	    {TEXT("---\n- a\n---\n# B\n"), RULE_DOC_FRONT_MATTER, 2},
	    {TEXT("# C\n"), RULE_COUNT, 0},
	};
	enum { N = sizeof t / sizeof *t };
	struct source *sources[N + 1];
	struct document_text docs[N + 1], *places[N + 1];
	char deep[1000];
	(void)state;

	memset(deep, '>', sizeof deep - 2);
	memcpy(deep + sizeof deep - 2, "a", 2);
	for (size_t i = 0; i < N; i++)
		sources[i] = source_new(&mem, "a.md", t[i].text, t[i].n);
	sources[N] = source_new(&mem, "deep.md", deep, sizeof deep - 1);
	for (size_t i = 0; i < N + 1; i++)
		places[i] = &docs[i];
	document_split_all(&mem, sources, N + 1, 2, docs, &diags);
	document_parse_all(&mem, NULL, places, N + 1, 2, NULL, NULL, &diags);

	size_t found = 0;
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(docs[i].faulty, t[i].rule != RULE_COUNT);
		assert_true(docs[i].body.n >= 1);
		for (size_t k = 0; k < diags.n; k++)
			if (diags.items[k].at.source == sources[i]) {
				found++;
				assert_int_equal(diags.items[k].rule, t[i].rule);
				assert_int_equal(source_position(&diags.items[k].at).line,
						 t[i].line);
			}
	}
	assert_int_equal(found, 3);
	assert_int_equal(docs[0].body.nodes[1].type, MD_HEADING);
	assert_int_equal(docs[4].body.nodes[1].type, MD_HEADING);
	assert_int_equal(docs[5].body.nodes[1].type, MD_HEADING);
	assert_true(docs[N].faulty);
	assert_int_equal(docs[N].body.n, 1);
	document_split_all(&mem, NULL, 0, 2, NULL, &diags);
	document_parse_all(&mem, NULL, NULL, 0, 2, NULL, NULL, &diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(splits, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(many, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
