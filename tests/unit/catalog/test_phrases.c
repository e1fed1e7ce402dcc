/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/catalog/test_phrases.c - files of phrases: what is refused; words of running text */
#include "catalog/phrases.h"
#include "catalog_fixture.h"
#include <stdio.h>

static void refused(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"kind: blame\npatterns:\n  - {phrases: [should have], instead: x}\n", ""},
	    {"kind: vague\npatterns:\n  - {phrases: [a], instead: x}\n",
	     "1:7 kind 'vague' must have the file's name: 'blame'\n"},
	    {"kind: blame\nclasses: {x: [y]}\npatterns:\n  - {phrases: ['{z} y'], instead: x}\n",
	     "4:16 '{z} y': no class has the name in braces\n"},
	    {"kind: blame\nclasses: {x: [y]}\npatterns:\n  - {phrases: ['{x'], instead: x}\n",
	     "4:16 '{x': no class has the name in braces\n"},
	    {"kind: blame\npatterns:\n  - {phrases: ['a, b', '...'], instead: x}\n",
	     "3:16 'a, b': a phrase has words and {classes} only\n"
	     "3:24 '...': a phrase has words and {classes} only\n"},
	    {"kind: blame\npatterns:\n  - {phrases: [a b c d e f g h i j k l m], instead: x}\n",
	     "3:16 'a b c d e f g h i j k l m': a phrase has 12 words at most\n"},
	    {"kind: blame\npatterns:\n  - {phrases: [Been late, been LATE], instead: x}\n",
	     "3:27 'been LATE': it stands twice in the file\n"},
	    {"kind: blame\nexcept: [a]\npatterns:\n  - {phrases: [a], instead: x}\n",
	     "2:1 unknown key 'except'\n"},
	    {"kind: blame\nclasses: {number: [y]}\npatterns:\n  - {phrases: [a], instead: x}\n",
	     "2:11 'number': this class is known by the form of its words and has no list\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		diags.n = 0;
		phrases_read(&mem, text_source("templates/language/blame.yaml", t[i].text), &diags);
		if (strcmp(findings_text(), t[i].want) != 0)
			fail_msg("case %zu:\n got  %s\n want %s", i, findings_text(), t[i].want);
		for (size_t k = 0; k < diags.n; k++)
			assert_int_equal(diags.items[k].rule, RULE_TEMPLATE_INVALID);
	}
}

/* Files of another shape than phrases have a finding each, and match nothing. */
static void malformed(void **state)
{
	static const char *const t[] = {
	    "",
	    "- a\n",
	    "kind: blame\n",
	    "kind: blame\npatterns: []\n",
	    "kind: blame\npatterns: [a]\n",
	    "kind: blame\npatterns:\n  - {phrases: [a]}\n",
	    "kind: blame\npatterns:\n  - {phrases: [a], instead: x, of: system}\n",
	    "kind: blame\npatterns:\n  - {phrases: [a], instead: 3}\nheadings: 7\n",
	    "kind: blame\nclasses: {x: y}\npatterns:\n  - {phrases: [a], instead: x}\n",
	    "kind: blame\npatterns: [",
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const struct phrases *phrases;
		struct phrase_hit hits[PHRASE_HITS];
		struct phrase_word word = {.id = 1, .classes = ~0u};
		diags.n = 0;
		phrases = phrases_read(&mem, text_source("blame.yaml", t[i]), &diags);
		if (!diags.n)
			fail_msg("no finding in: %s", t[i]);
		assert_int_equal(phrases_match(phrases, PHRASES_FIND, &word, 1, hits), 0);
	}
}

/* Each word as its key, marks as themselves. */
static const char *split(const char *text)
{
	static const char marks[] = "w,;.()\"";
	struct word_reader reader = {.text = text, .n = strlen(text)};
	struct text_word word;
	const char *all = "";

	while (word_next(&reader, &mem, &word)) {
		assert_true(word.start < word.end && word.end <= reader.n);
		all = word.kind == WORD_TEXT ? arena_printf(&mem, "%s %s", all, word.key)
					     : arena_printf(&mem, "%s %c", all, marks[word.kind]);
	}
	return *all ? all + 1 : all;
}

static void words(void **state)
{
	static const struct {
		const char *text, *want;
	} t[] = {
	    {"", ""},
	    {"The on-call didn't", "the on-call did not"},
	    {"should\xE2\x80\x99ve known", "should have known"},
	    {"the engineer's and the engineers' fault",
	     "the engineer 's and the engineers 's fault"},
	    {"e.g. this. That", "e.g this . that"},
	    {"Dr. Meyer ran v1.2.3. It failed!", "dr meyer ran v1.2.3 . it failed ."},
	    {"10ms, 95% and 2025-01-31", "10 ms , 95 % and 2025-01-31"},
	    {"it said \"no, never\" (twice)", "it said \" ( twice )"},
	    {"\xE2\x80\x9Cno\xE2\x80\x9D \xE2\x80\x98no\xE2\x80\x99 \xC2\xABno\xC2\xBB 'no'",
	     "\" \" \" \""},
	    {"an \xE2\x80\x9Copen quotation", "an open quotation"},
	    {"\xC3\x89TUDE", "\xC3\xA9tude"},
	    {"so \xE2\x80\x94 and - well-known", "so ; and ; well-known"},
	    {"at 10:30, 10,000 rows", "at 10:30 , 10,000 rows"},
	    {"wait\xE2\x80\xA6 what?! Yes", "wait . what . . yes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (strcmp(split(t[i].text), t[i].want) != 0)
			fail_msg("%s:\n got  %s\n want %s", t[i].text, split(t[i].text), t[i].want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(malformed, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(words, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
