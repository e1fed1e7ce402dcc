/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/judge/test_language.c - the corpus of sentences with verdicts; places of findings */
#include "base/file.h"
#include "catalog/outline.h"
#include "catalog_fixture.h"
#include "judge/language.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum part { HELD, TUNE, PARTS };
enum { BLAME, VAGUE, PLACEHOLDER, CHECKS };

static const char *const part_names[] = {"held", "tune"};
static const char *const check_names[] = {"blame", "vague", "placeholder"};

/* What is really reached, rounded down; a change that falls below is a change for the worse. */
static const double least_precision[CHECKS][PARTS] = {{0.97, 0.97}, {0.97, 0.97}, {0.97, 0.97}};
static const double least_recall[CHECKS][PARTS] = {{0.95, 0.95}, {0.95, 0.95}, {0.95, 0.95}};

static char *read_source(const char *path, size_t *len)
{
	int root = file_open_root(".");
	char *text;

	assert_int_not_equal(root, -1);
	if (file_read(&mem, root, path, 1 << 20, &text, len) != ST_OK)
		fail_msg("%s cannot be read", path);
	close(root);
	return text;
}

static const struct phrases *read_phrases(const char *path)
{
	size_t len;
	char *text = read_source(path, &len);
	const struct phrases *phrases =
	    phrases_read(&mem, source_new(&mem, path, text, len), &diags);

	if (diags.n)
		fail_msg("%s: %s", path, findings_text());
	return phrases;
}

/* A sentence as a document, "\n" made a line break. */
static const struct document_text *parse(const char *sentence)
{
	struct document_text *doc = arena_new(&mem, struct document_text, 1);
	char *text = arena_strdup(&mem, sentence), *to = text;
	struct md_input input = {0};

	for (const char *p = sentence; *p; p++)
		if (p[0] == '\\' && p[1] == 'n')
			*to++ = '\n', p++;
		else
			*to++ = *p;
	*to = '\0';
	doc->source = input.source = source_new(&mem, "a.md", text, strlen(text));
	doc->body = md_parse_trusted(&mem, &input, &diags);
	return doc;
}

static bool has_placeholder(const struct document_text *doc)
{
	for (uint32_t i = 1; i < doc->body.n; i++)
		if (doc->body.nodes[i].type == MD_PARAGRAPH ||
		    doc->body.nodes[i].type == MD_TABLE_CELL ||
		    doc->body.nodes[i].type == MD_HTML_BLOCK)
			if (outline_placeholder(doc, i).source)
				return true;
	return false;
}

static bool fires(int check, const struct phrases *const *phrases, const char *sentence)
{
	const struct document_text *doc = parse(sentence);

	if (check == PLACEHOLDER)
		return has_placeholder(doc);
	diags.n = 0;
	language_check(&mem, doc, phrases[check], NULL,
		       check == BLAME ? RULE_DOC_BLAME_LANGUAGE : RULE_DOC_VAGUE, &diags);
	return diags.n > 0;
}

static int find_name(const char *const *names, int n, const char *name, size_t len)
{
	for (int i = 0; i < n; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return i;
	fail_msg("unknown name in the corpus: %.*s", (int)len, name);
	return -1;
}

static void corpus(void **state)
{
	const struct phrases *phrases[] = {read_phrases("templates/language/blame.yaml"),
					   read_phrases("templates/language/vague.yaml")};
	size_t counts[CHECKS][PARTS][2][2] = {0}, len, n = 0;
	char *text = read_source("tests/unit/judge/language_corpus.tsv", &len), *next;
	bool show = getenv("SHOW") != NULL, bad = false;

	(void)state;
	for (char *line = text; *line; line = next) {
		char *tab1, *tab2, *tab3;
		int part, check;
		bool wanted, found;
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (*line == '#' || !*line)
			continue;
		assert_non_null(tab1 = strchr(line, '\t'));
		assert_non_null(tab2 = strchr(tab1 + 1, '\t'));
		assert_non_null(tab3 = strchr(tab2 + 1, '\t'));
		part = find_name(part_names, PARTS, line, (size_t)(tab1 - line));
		check = find_name(check_names, CHECKS, tab1 + 1, (size_t)(tab2 - tab1) - 1);
		wanted = !strncmp(tab2 + 1, "yes\t", 4);
		found = fires(check, phrases, tab3 + 1);
		counts[check][part][wanted][found]++;
		n++;
		if (wanted != found && (show || part == TUNE))
			printf("%s %s, wanted %s: %s\n", part_names[part], check_names[check],
			       wanted ? "a finding" : "none", tab3 + 1);
	}
	for (int check = 0; check < CHECKS; check++)
		for (int part = 0; part < PARTS; part++) {
			size_t(*c)[2] = counts[check][part];
			double precision = (double)c[1][1] / (double)(c[1][1] + c[0][1]);
			double recall = (double)c[1][1] / (double)(c[1][1] + c[1][0]);
			printf("%-11s %s: %zu sentences, precision %.3f, recall %.3f\n",
			       check_names[check], part_names[part],
			       c[0][0] + c[0][1] + c[1][0] + c[1][1], precision, recall);
			bad |= !(precision >= least_precision[check][part] &&
				 recall >= least_recall[check][part]);
		}
	if (n < 300 || bad)
		fail_msg("%zu sentences; precision or recall is below its bar", n);
}

/* "line:column-column" of each finding. */
static void places(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"The operator *should* have **known** it.", "1:15-35 said of 'operator'"},
	    {"A &amp; B. The operator should\\nhave known.", "1:25-11 said of 'operator'"},
	    {"- x\\n- The on-call\\n  engineer didn’t bother.", "3:12-27 said of 'engineer'"},
	    {"| a | b |\\n|---|---|\\n| c | Human error \\\\| x |", "3:7-18"},
	    {"It is due to human error, and to negligence.", "1:14-25;1:34-44"},
	    {"## Human error", "1:4-15"},
	    {"It was caused by the [engineer](x.md).", "1:8-31"},
	};
	const struct phrases *blame = read_phrases("templates/language/blame.yaml");

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const char *got = "";
		diags.n = 0;
		language_check(&mem, parse(t[i].text), blame, NULL, RULE_DOC_BLAME_LANGUAGE,
			       &diags);
		for (size_t k = 0; k < diags.n; k++) {
			struct position at = source_position(&diags.items[k].at);
			got = arena_printf(&mem, "%s%s%u:%u-%u%s%s", got, k ? ";" : "", at.line,
					   at.column, at.end_column, diags.items[k].note ? " " : "",
					   diags.items[k].note ? diags.items[k].note : "");
			assert_non_null(diags.items[k].help);
		}
		if (strcmp(got, t[i].want) != 0)
			fail_msg("%s:\n got  %s\n want %s", t[i].text, got, t[i].want);
	}
}

/* A text made to be slow takes time as one of its length. */
static void hostile(void **state)
{
	static const char *const pieces[] = {"\xE2\x80\x9C",
					     "the ",
					     "should really ",
					     "(",
					     "of the ",
					     "engineer, ",
					     "a.",
					     "'x ",
					     "and ",
					     "the engineer should have known that ",
					     "the &#101;ngineer should have kn\\own that "};
	const struct phrases *blame = read_phrases("templates/language/blame.yaml");

	(void)state;
	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
		struct out text = {0};
		for (size_t k = 0; k < 20000; k++)
			out_puts(&text, pieces[i]);
		diags.n = 0;
		language_check(&mem, parse(out_text(&text)), blame, NULL, RULE_DOC_BLAME_LANGUAGE,
			       &diags);
		out_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(corpus, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(places, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(hostile, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
