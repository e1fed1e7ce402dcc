/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/judge/test_allow.c - comments that allow findings: what they say, of which section */
#include "base/text.h"
#include "judge/allow.h"
/* cmocka.h needs these before it */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static struct arena mem;

/* The comments of a text, as "RULES|REASON|FROM..TO;" or "!PROBLEM;", one behind the other. FROM
 * and TO are the first words of the section and behind it. */
static char *comments_of(const char *text)
{
	struct source *source = source_new(&mem, "a.md", text, strlen(text));
	struct document_text doc = {0};
	struct md_input input;
	struct allow_list list;
	struct diag_sink diags;
	struct out said = {0};
	char *answer;

	diag_init(&diags, &mem);
	document_split(&mem, source, &doc, &diags);
	input = (struct md_input){.source = source, .body_start = doc.body_start};
	doc.body = md_parse_trusted(&mem, &input, &diags);
	allow_read(&mem, &doc, &list);
	for (size_t i = 0; i < list.comments.n; i++) {
		const struct allow_comment *comment = &list.comments.items[i];
		const struct allow_section *section = &list.sections.items[comment->section];
		assert_true(comment->at.end <= source->len);
		assert_true(text_starts_with(text + comment->at.start, "<!--"));
		if (comment->problem) {
			out_printf(&said, "!%s;", comment->problem);
			continue;
		}
		for (size_t k = 0; k < comment->rules.n; k++)
			out_printf(&said, "%s%s", k ? "," : "", comment->rules.items[k]);
		out_printf(&said, "|%s|%.4s..%.4s;", comment->reason, text + section->start,
			   text + section->end);
	}
	answer = arena_strndup(&mem, out_text(&said), said.n);
	out_release(&said);
	return answer;
}

#define ALLOW(rest) "<!-- modelbook: allow " rest " -->"

static void forms(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"", ""},
	    {"# A\n", ""},
	    {ALLOW("doc/order: why not"), "doc/order|why not|<!--..;"},
	    {ALLOW("doc/order:why not"), "doc/order|why not|<!--..;"},
	    {ALLOW("doc/order : a: b"), "doc/order|a: b|<!--..;"},
	    {ALLOW("doc/order, link/x ,data/y: z z"), "doc/order,link/x,data/y|z z|<!--..;"},
	    {"<!--modelbook: allow a/b: c d-->", "a/b|c d|<!--..;"},
	    {"<!--\nmodelbook:\n  allow\n  a/b:\n  c\n  d\n-->", "a/b|c d|<!--..;"},
	    {ALLOW("a/b: c --> <!-- modelbook: allow d/e: f"), "a/b|c|<!--..;d/e|f|<!--..;"},
	    /* without a reason */
	    {ALLOW("a/b"), "!no reason is given;"},
	    {ALLOW("a/b:"), "!no reason is given;"},
	    {ALLOW("a/b: -"), "!no reason is given;"},
	    {ALLOW("a/b: TODO"), "!no reason is given;"},
	    {ALLOW("a/b: tbd"), "!no reason is given;"},
	    {ALLOW("a/b: reason"), "!no reason is given;"},
	    {ALLOW("a/b: <reason>"), "!no reason is given;"},
	    /* written otherwise */
	    {ALLOW(""), "!a rule is missing;"},
	    {ALLOW(": why"), "!a rule is missing;"},
	    {ALLOW("a/b,: why"), "!a rule is missing;"},
	    {"<!-- modelbook:allow a/b: c -->", "!it is written otherwise;"},
	    {"<!-- modelbook: alow a/b: c -->", "!it is written otherwise;"},
	    {"<!-- modelbook: allowed a/b: c -->", "!it is written otherwise;"},
	    {"<!-- modelbook: Allow a/b: c -->", "!it is written otherwise;"},
	    {"<!-- Modelbook: allow a/b: c -->", "!it is written otherwise;"},
	    {"<!-- modelbook : allow a/b: c -->", "!it is written otherwise;"},
	    {"<!-- modelbook allow a/b: c -->", "!it is written otherwise;"},
	    {"<!-- modelbook-disable a/b -->", "!it is written otherwise;"},
	    {"<!-- modelbook ignore: a/b -->", "!it is written otherwise;"},
	    {"<!-- modelbook: -->", "!it is written otherwise;"},
	    {"<!-- modelbook: allow a/b: c d", "!the comment is not closed;"},
	    /* meant for others */
	    {"<!-- modelbook -->", ""},
	    {"<!-- modelbook allows what is written down -->", ""},
	    {"<!-- modelbook reads content/a.md -->", ""},
	    {"<!-- about modelbook: allow a/b: c -->", ""},
	    {"<!-- prettier-ignore -->", ""},
	    {"<!-->modelbook: allow a/b: c -->", ""},
	    {"<!--->modelbook: allow a/b: c -->", ""},
	    /* no comments */
	    {"`" ALLOW("a/b: c") "`", ""},
	    {"    " ALLOW("a/b: c"), ""},
	    {"```\n" ALLOW("a/b: c") "\n```\n", ""},
	    {"> " ALLOW("a/b: c"), ""},
	    {"> x " ALLOW("a/b: c"), ""},
	    {"\\" ALLOW("a/b: c"), ""},
	    {"<script>\n" ALLOW("a/b: c") "\n</script>\n", ""},
	    {"<div title='" ALLOW("a/b: c") "'>\n", ""},
	    {"<div title='x'>" ALLOW("a/b: c"), "a/b|c|<div..;"},
	    {"<b>\n<script>x</script> " ALLOW("a/b: c"), "a/b|c|<b>\n..;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *found = comments_of(t[i].text);
		if (strcmp(found, t[i].want) != 0)
			print_error("case %zu: %s\n", i, t[i].text);
		assert_string_equal(found, t[i].want);
	}
}

#define THIS ALLOW("a/b: c")

static void sections(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"text " THIS, "a/b|c|text..;"},
	    {"before\n\n" THIS "\n\n## One\n", "a/b|c|befo..;"},
	    {"# T\n\n" THIS "\n\n## One\n", "a/b|c|# T\n..;"},
	    {"intro\n\n# T\n\n" THIS "\n\n## One\n", "a/b|c|intr..;"},
	    {"## One\n\n" THIS "\n\n## Two\n", "a/b|c|## O..## T;"},
	    {"## One\n\n### In\n\n" THIS "\n\n## Two\n", "a/b|c|### ..## T;"},
	    {"## One\n\n" THIS "\n\n### In\n\n## Two\n", "a/b|c|## O..## T;"},
	    {"# T\n\n## One " THIS "\n\n## Two\n", "a/b|c|## O..## T;"},
	    {"# T\n\n## One\n\n" THIS "\n\n# Next\n", "a/b|c|## O..# Ne;"},
	    {"# T\n\n# Next\n\n" THIS "\n\n# Last\n", "a/b|c|# Ne..# La;"},
	    {"Title\n=====\n\n" THIS "\n\nOne\n---\n", "a/b|c|Titl..;"},
	    {"## One\n\n- # in a list\n- " THIS "\n\n## Two\n", "a/b|c|## O..## T;"},
	    {"## One\n\n> # quoted\n\n" THIS "\n\n## Two\n", "a/b|c|## O..## T;"},
	    {"---\nkind: k\n---\n" THIS "\n\n## One\n", "a/b|c|---\n..;"},
	    {THIS "\n\n---\nkind: k\n---\n## One\n", "a/b|c|<!--..;"},
	    {"| a |\n|---|\n| " THIS " |\n\n## Two\n", "a/b|c|| a ..;"},
	    {"## One\n\nx[^1]\n\n[^1]: note " THIS "\n\n## Two\n", "a/b|c|## O..## T;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *found = comments_of(t[i].text);
		if (strcmp(found, t[i].want) != 0)
			print_error("case %zu: %s\n", i, t[i].text);
		assert_string_equal(found, t[i].want);
	}
}

/* Time grows with the text and no faster. */
static void many(void **state)
{
	static const char *const parts[] = {THIS "\n\n", "## H\n\n", "<a \"",
					    "<!--",      "<script ", "- <!-- modelbook: x\n"};
	enum { TIMES = 20000 };

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		struct out text = {0};
		for (size_t k = 0; k < TIMES; k++)
			out_puts(&text, parts[i]);
		comments_of(arena_strndup(&mem, out_text(&text), text.n));
		out_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(forms),
	    cmocka_unit_test(sections),
	    cmocka_unit_test(many),
	};
	int failed;

	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
