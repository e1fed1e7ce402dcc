/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_schema_suite.c - the official JSON Schema test suite, draft 2020-12
 *
 * Every test of the suite is run, and must give the suite's answer, but for those in the table of
 * what is left out, each with its reason. */
#include "base/file.h"
#include "read/json.h"
#include "read/schema.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What the engine refuses when it compiles the schema (with template/invalid, never in silence).
 * Cases of these files that it does not refuse are run like all others. */
static const struct {
	const char *file, *reason;
} refused[] = {
    {"refRemote.json", "refers to another document"},
    {"ref.json", "refers to another document"},
    {"defs.json", "refers to another document"},
    {"optional/cross-draft.json", "refers to another document"},
    {"dynamicRef.json", "$dynamicRef"},
    {"optional/dynamicRef.json", "$dynamicRef"},
    {"unevaluatedItems.json", "$dynamicRef"},
    {"unevaluatedProperties.json", "$dynamicRef"},
    {"vocabulary.json", "another dialect"},
    {"optional/format-assertion.json", "another dialect"},
    {"optional/dependencies-compatibility.json", "dependencies"},
    {"content.json", "contentEncoding, contentMediaType, contentSchema"},
    {"optional/format/idn-hostname.json", "format idn-hostname"},
};

/* What is not refused and may differ from the suite. */
static const struct {
	const char *file, *description; /* of the case; NULL for all */
	const char *reason;
} left_out[] = {
    {"format.json", NULL, "formats are asserted here; optional/format has the tests for that"},
    {"optional/format/hostname.json", "validation of A-label (punycode) host names",
     "labels in Punycode are not decoded"},
    {"optional/format/ecmascript-regex.json",
     "ECMA 262 lookbehind is valid, including variable width",
     "PCRE2 has no lookbehind of variable width"},
};

struct tally {
	size_t passed, failed, left_out;
	const char *reason;
};

struct suite {
	struct arena mem;
	struct tally all;
};

static const char *suite_dir(struct arena *mem)
{
	const char *shared = getenv("MODELBOOK_TEST_DATA");

	return arena_printf(mem, "%s/conformance/jsonschema/tests/draft2020-12",
			    shared ? shared : "../shared");
}

static const char *reason_refused(const char *file)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (!strcmp(refused[i].file, file))
			return refused[i].reason;
	return NULL;
}

static const char *reason_left_out(const char *file, const char *description)
{
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (!strcmp(left_out[i].file, file) &&
		    (!left_out[i].description || !strcmp(left_out[i].description, description)))
			return left_out[i].reason;
	return NULL;
}

static void check_answers(const char *file, const struct data_node *one,
			  const struct schema *schema, struct arena *mem, struct tally *tally)
{
	const struct data_node *tests = data_find(one, "tests");

	for (size_t i = 0; i < tests->n; i++) {
		const struct data_node *data = data_find(tests->items[i], "data");
		bool want = data_find(tests->items[i], "valid")->truth;
		bool got = schema_accepts(schema, data, mem);
		tally->passed += got == want;
		tally->failed += got != want;
		if (got != want)
			printf("FAILED %s: %s: %s: expected %s\n", file,
			       data_find_text(one, "description"),
			       data_find_text(tests->items[i], "description"),
			       want ? "valid" : "invalid");
	}
}

static void run_case(const char *file, const struct data_node *one, struct tally *tally)
{
	const struct data_node *tests = data_find(one, "tests");
	const struct data_node *node = data_find(one, "schema");
	const char *reason = reason_left_out(file, data_find_text(one, "description"));
	struct arena mem;
	struct diag_sink diags;
	struct schema *schema;

	assert_non_null(tests);
	assert_non_null(node);
	arena_init(&mem);
	diag_init(&diags, &mem);
	schema = schema_compile(&mem, node, &diags);
	if (!reason && diags.n)
		reason = reason_refused(file);
	if (reason) {
		tally->left_out += tests->n;
		tally->reason = reason;
	} else {
		check_answers(file, one, schema, &mem, tally);
	}
	arena_release(&mem);
}

/* NUL characters, which no text here can hold, are read as U+E000. */
static void run_file(struct suite *suite, int root, const char *path)
{
	struct tally tally = {0};
	struct diag_sink diags;
	struct source *source;
	struct data_node *cases;
	size_t len;
	char *text;

	assert_int_equal(file_read(&suite->mem, root, path, 1 << 24, &text, &len), ST_OK);
	for (char *nul = strstr(text, "\\u0000"); nul; nul = strstr(nul, "\\u0000"))
		memcpy(nul, "\\ue000", 6);
	source = source_new(&suite->mem, path, text, len);
	diag_init(&diags, &suite->mem);
	cases = json_read(&suite->mem, source, &diags);
	if (!cases)
		fail_msg("%s: %s", path, diags.items[0].detail);
	for (size_t i = 0; i < cases->n; i++)
		run_case(path, cases->items[i], &tally);
	printf("%-45s %4zu passed %3zu failed %3zu left out%s%s\n", path, tally.passed,
	       tally.failed, tally.left_out, tally.reason ? ": " : "",
	       tally.reason ? tally.reason : "");
	suite->all.passed += tally.passed;
	suite->all.failed += tally.failed;
	suite->all.left_out += tally.left_out;
}

static void official_suite(void **state)
{
	struct suite suite = {0};
	struct file_list files = {0};
	const char *dir;
	int root;

	(void)state;
	arena_init(&suite.mem);
	dir = suite_dir(&suite.mem);
	root = file_open_root(dir);
	if (root < 0) {
		printf("SKIPPED: all cases of the JSON Schema test suite (no %s)\n", dir);
		arena_release(&suite.mem);
		skip();
	}
	assert_int_equal(file_walk(&suite.mem, root, "", &files), ST_OK);
	assert_true(files.n > 40);
	for (size_t i = 0; i < files.n; i++)
		run_file(&suite, root, files.items[i].path);
	close(root);
	printf("JSON Schema 2020-12: %zu passed, %zu failed, %zu left out of %zu\n",
	       suite.all.passed, suite.all.failed, suite.all.left_out,
	       suite.all.passed + suite.all.failed + suite.all.left_out);
	arena_release(&suite.mem);
	assert_int_equal(suite.all.failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(official_suite)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
