/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_diag.c - the table of rules, and findings in order, as text and as JSON */
#include "base/diag.h"
#include "base/text.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;

static void every_rule_explains_itself(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		const struct rule_info *rule = rule_info((enum rule)i);
		if (!strchr(rule->id, '/') || strlen(rule->title) < 8 || strlen(rule->why) < 30 ||
		    strlen(rule->mend) < 15)
			fail_msg("%s lacks a text", rule->id);
		if (rule_find(rule->id) != (enum rule)i)
			fail_msg("%s stands twice", rule->id);
	}
	assert_int_equal(rule_find("no/such-rule"), RULE_COUNT);
}

/* design.md says which rules are faults, and that no others are. */
static void faults_are_the_documented_ones(void **state)
{
	static const char *const faults[] = {
	    "data/syntax",         "data/schema",      "data/duplicate-id", "data/duplicate-key",
	    "data/unreadable-log", "doc/front-matter", "doc/unknown-kind",  "doc/unsafe",
	    "path/unsafe",         "path/collision",   "template/invalid"};
	size_t n = 0;

	(void)state;
	for (unsigned i = 0; i < RULE_COUNT; i++)
		n += rule_info((enum rule)i)->class == FAULT;
	assert_int_equal(n, sizeof faults / sizeof *faults);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(rule_info(rule_find(faults[i]))->class, FAULT);
}

static struct source *text_source(const char *path, const char *text)
{
	return source_new(&mem, path, text, strlen(text));
}

static void findings_read_like_a_compilers(void **state)
{
	const struct diag_text_options options = {0};
	struct source *b = text_source("b.md", "one\r\n\ttwo \xC3\xA9 three\nlast");
	struct source *a = text_source("a.md", "x");
	struct diag_sink sink;
	struct finding *f;
	struct out o = {0};

	(void)state;
	diag_init(&sink, &mem);
	f = diag_add(&sink, RULE_DOC_MISSING_ITEM, span_at(b, 13, 18), "'%s'", "thr\x1B");
	diag_help(&sink, f, "add %s", "it");
	f->note = "here";
	diag_add(&sink, RULE_DOC_ORDER, span_at(a, 0, 1), "'x'");
	diag_add(&sink, RULE_DOC_ORDER, span_at(a, 0, 1), "'x'"); /* the same twice */
	diag_add(&sink, RULE_IO_READ, span_at(source_named(&mem, "c"), 0, 0), "gone");
	diag_finish(&sink);
	assert_int_equal(sink.n, 3);
	diag_print_text(&sink, &options, &o);
	assert_string_equal(
	    out_text(&o),
	    "a.md:1:1: warning: sections are out of order: 'x' [doc/order]\n"
	    "    1 | x\n"
	    "      | ^\n"
	    "b.md:2:9: error: required checklist item is missing: 'thr\\x1B' [doc/missing-item]\n"
	    "    2 | \ttwo \xC3\xA9 three\n"
	    "      | \t      ^~~~~ here\n"
	    "   help: add it\n"
	    "c:1:1: error: cannot read: gone [io/read]\n");
	out_release(&o);
}

static void many_findings_are_cut(void **state)
{
	const struct diag_text_options options = {.max_per_file = 2};
	struct source *a = text_source("a.md", "x");
	struct diag_sink sink;
	struct out o = {0};

	(void)state;
	diag_init(&sink, &mem);
	for (int i = 0; i < 5; i++)
		diag_add(&sink, RULE_DOC_ORDER, span_at(a, 0, 0), "%d", i);
	diag_finish(&sink);
	diag_print_text(&sink, &options, &o);
	assert_non_null(strstr(out_text(&o), "a.md: 3 more findings in this file"));
	assert_null(strstr(out_text(&o), ": 2 ["));
	out_release(&o);
}

/* A long value is cut between characters, and so is a hint; what stands behind it is kept. */
static void long_values_are_cut(void **state)
{
	enum { MANY = 1 << 20 };
	struct source *a = text_source("a.md", "x");
	char *value = arena_alloc(&mem, MANY + 1);
	struct diag_sink sink;
	struct finding *f;

	(void)state;
	for (size_t i = 0; i + 1 < MANY; i += 2)
		memcpy(value + i, "\xC3\xA9", 2);
	diag_init(&sink, &mem);
	f = diag_add(&sink, RULE_DOC_ORDER, span_at(a, 0, 1), "'%s': 2 found", value);
	diag_help(&sink, f, "-%s", value);
	assert_true(strlen(f->detail) < 500 && strlen(f->help) < 500);
	assert_true(text_is_utf8(f->detail, strlen(f->detail), &(size_t){0}));
	assert_true(text_is_utf8(f->help, strlen(f->help), &(size_t){0}));
	assert_non_null(strstr(f->detail, "\xA9… (1048188 bytes left out) …\xC3"));
	assert_true(text_starts_with(f->detail, "'\xC3\xA9") &&
		    text_ends_with(f->detail, "\xA9': 2 found"));
	f = diag_add(&sink, RULE_DOC_ORDER, span_at(a, 0, 1), "%.500s", value);
	assert_int_equal(strlen(f->detail), 500);
}

static void fingerprints_hold_no_line(void **state)
{
	struct diag_sink one, two;

	(void)state;
	diag_init(&one, &mem);
	diag_init(&two, &mem);
	diag_add(&one, RULE_DOC_ORDER, span_at(text_source("a", "x\ny"), 2, 3), "y");
	diag_add(&two, RULE_DOC_ORDER, span_at(text_source("a", "\n\n\ny"), 3, 4), "y");
	diag_add(&two, RULE_DOC_ORDER, span_at(text_source("a", "\n\n\ny"), 2, 3), "y");
	diag_finish(&one);
	diag_finish(&two);
	assert_string_equal(one.items[0].fingerprint, two.items[0].fingerprint);
	assert_string_not_equal(two.items[0].fingerprint, two.items[1].fingerprint);
	assert_int_equal(strlen(one.items[0].fingerprint), 16);
}

static void json_has_the_documented_keys(void **state)
{
	struct diag_sink sink;
	struct out o = {0};

	(void)state;
	diag_init(&sink, &mem);
	diag_add(&sink, RULE_DATA_SYNTAX, span_at(text_source("d<.yaml", "ab\ncd"), 3, 5), "\"q\"");
	diag_finish(&sink);
	diag_print_json(&sink, 4, 2, &o);
	assert_non_null(strstr(out_text(&o),
			       "\"summary\": {\"documents\": 4, \"records\": 2, \"errors\": 1, "
			       "\"warnings\": 0, \"notes\": 0, \"allowed\": 0, \"known\": 0}"));
	assert_non_null(strstr(
	    out_text(&o),
	    "{\"rule\": \"data/syntax\", \"severity\": \"error\", \"fault\": true, \"path\": "
	    "\"d\\u003c.yaml\", \"line\": 2, \"column\": 1, \"end_line\": 2, \"end_column\": 3, "
	    "\"message\": \"data file cannot be read: \\\"q\\\"\", \"help\": null, "
	    "\"fingerprint\": \""));
	out_release(&o);
}

/* Only open findings count and are printed; JSON has the others in lists of their own. */
static void standings_are_told_apart(void **state)
{
	const struct diag_text_options all = {0};
	struct source *source = text_source("a.md", "x\ny\nz");
	struct diag_counts counts;
	struct diag_sink sink;
	struct out o = {0};

	(void)state;
	diag_init(&sink, &mem);
	diag_add(&sink, RULE_DOC_ORDER, span_at(source, 0, 1), "open");
	diag_add(&sink, RULE_DOC_ORDER, span_at(source, 2, 3), "left")->standing = STANDING_ALLOWED;
	diag_add(&sink, RULE_DATA_SYNTAX, span_at(source, 4, 5), "old")->standing = STANDING_KNOWN;
	sink.items[1].reason = "it \"must\"";
	diag_finish(&sink);
	counts = diag_count(&sink);
	assert_true(counts.errors == 0 && counts.warnings == 1 && counts.faults == 0);
	assert_true(counts.allowed == 1 && counts.known == 1);
	diag_print_text(&sink, &all, &o);
	assert_non_null(strstr(out_text(&o), "open"));
	assert_null(strstr(out_text(&o), "left"));
	assert_null(strstr(out_text(&o), "old"));
	out_clear(&o);
	diag_print_json(&sink, 1, 0, &o);
	assert_non_null(strstr(out_text(&o), "\"warnings\": 1, \"notes\": 0, \"allowed\": 1, "
					     "\"known\": 1}"));
	assert_non_null(
	    strstr(out_text(&o), "\"reason\": \"it \\\"must\\\"\"}\n ],\n \"known\": ["));
	out_release(&o);
}

static void what_can_be_allowed(void **state)
{
	static const enum rule can[] = {
	    RULE_DOC_TOO_SHORT,          RULE_LINK_MISSING_FILE,
	    RULE_DATA_UNKNOWN_REFERENCE, RULE_DATA_GIVEN_MEASURED_DIFFER,
	    RULE_DATA_DATE_ORDER,        RULE_DATA_SUM};
	static const enum rule cannot[] = {RULE_DOC_UNSAFE,       RULE_DOC_UNUSED_ALLOW,
					   RULE_DATA_SYNTAX,      RULE_DOC_MISSING_DOCUMENT,
					   RULE_EVIDENCE_OPEN,    RULE_CONFIG_UNMATCHED,
					   RULE_PATH_COLLISION,   RULE_TEMPLATE_INVALID,
					   RULE_IO_READ,          RULE_SITE_FOREIGN_FILE,
					   RULE_DATA_UNREAD,      RULE_DATA_UNKNOWN_KEY,
					   RULE_DATA_MISSING_KEY, RULE_DATA_VERSION_ORDER,
					   RULE_DATA_LOG_ABSENT,  RULE_DATA_TWO_IN_PRODUCTION};
	enum severity severity;

	(void)state;
	for (size_t i = 0; i < sizeof can / sizeof *can; i++)
		assert_true(rule_can_be_allowed(can[i]));
	for (size_t i = 0; i < sizeof cannot / sizeof *cannot; i++)
		assert_false(rule_can_be_allowed(cannot[i]));
	assert_true(severity_find("warning", &severity) && severity == SEVERITY_WARNING);
	assert_false(severity_find("Error", &severity));
	assert_false(severity_find(NULL, &severity));
}

static void positions_are_clamped(void **state)
{
	struct source *s = text_source("s", "ab\n\ncd");
	struct span past = span_at(s, 90, 99), end = span_at(s, 6, 6), two = span_at(s, 1, 5);
	struct position p;

	(void)state;
	p = source_position(&past);
	assert_true(p.line == 3 && p.column == 3);
	p = source_position(&end);
	assert_true(p.line == 3 && p.column == 3 && p.end_column == 3);
	p = source_position(&two);
	assert_true(p.line == 1 && p.column == 2 && p.end_line == 3 && p.end_column == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_rule_explains_itself),
	    cmocka_unit_test(faults_are_the_documented_ones),
	    cmocka_unit_test(findings_read_like_a_compilers),
	    cmocka_unit_test(many_findings_are_cut),
	    cmocka_unit_test(long_values_are_cut),
	    cmocka_unit_test(fingerprints_hold_no_line),
	    cmocka_unit_test(json_has_the_documented_keys),
	    cmocka_unit_test(standings_are_told_apart),
	    cmocka_unit_test(what_can_be_allowed),
	    cmocka_unit_test(positions_are_clamped),
	};
	int failed;

	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
