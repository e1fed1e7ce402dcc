/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/test_schema_suite.c - the official JSON Schema test suite, draft 2020-12
 *
 * Every test of the suite is run and must give the suite's answer, but for those in the table of
 * what is left out, each with its reason. Formats are annotations, but in optional/format, where
 * they are asserted. The suite's remotes and the dialect's own schemas are given beforehand. */
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

/* Cases that are not run. */
static const struct {
	const char *file, *description; /* of the case; NULL for all */
	const char *reason;
} left_out[] = {
    {"optional/cross-draft.json", NULL, "refers to a document in draft 2019-09, which is not read"},
};

/* Cases that need the dialect's own schemas, which python3-jsonschema brings. */
#define DIALECT_DIR "/usr/lib/python3/dist-packages/jsonschema/schemas"
#define REMOTES_URI "http://localhost:1234/draft2020-12/"

struct tally {
	size_t passed, failed, left_out;
	const char *reason;
};

struct suite {
	struct arena mem;
	struct tally all;
	struct {
		LIST_OF(struct schema_document);
	} documents;
	bool dialect; /* its own schemas were found */
};

static const char *suite_dir(struct arena *mem, const char *folder)
{
	const char *shared = getenv("MODELBOOK_TEST_DATA");

	return arena_printf(mem, "%s/conformance/jsonschema/%s/draft2020-12",
			    shared ? shared : "../shared", folder);
}

/* NUL characters, which no text here can hold, are read as U+E000. */
static struct data_node *read_json(struct suite *suite, int root, const char *path)
{
	struct diag_sink diags;
	struct data_node *node;
	size_t len;
	char *text;

	assert_int_equal(file_read(&suite->mem, root, path, 1 << 24, &text, &len), ST_OK);
	for (char *nul = strstr(text, "\\u0000"); nul; nul = strstr(nul, "\\u0000"))
		memcpy(nul, "\\ue000", 6);
	diag_init(&diags, &suite->mem);
	node = json_read(&suite->mem, source_new(&suite->mem, path, text, len), &diags);
	if (!node)
		fail_msg("%s: %s", path, diags.items[0].detail);
	return node;
}

static void give_document(struct suite *suite, const char *uri, const struct data_node *root)
{
	*ARENA_PUSH(&suite->mem, &suite->documents) = (struct schema_document){uri, root};
}

static void give_remotes(struct suite *suite)
{
	int root = file_open_root(suite_dir(&suite->mem, "remotes"));
	struct file_list files = {0};

	assert_true(root >= 0);
	assert_int_equal(file_walk(&suite->mem, root, "", &files), ST_OK);
	for (size_t i = 0; i < files.n; i++)
		give_document(suite,
			      arena_printf(&suite->mem, REMOTES_URI "%s", files.items[i].path),
			      read_json(suite, root, files.items[i].path));
	close(root);
}

static void give_dialect(struct suite *suite)
{
	int root = file_open_root(DIALECT_DIR);
	const struct data_node *vocabularies;

	if (root < 0) {
		printf("SKIPPED: cases that refer to the dialect's schemas (no %s)\n", DIALECT_DIR);
		return;
	}
	suite->dialect = true;
	give_document(suite, "https://json-schema.org/draft/2020-12/schema",
		      read_json(suite, root, "draft2020-12.json"));
	vocabularies = read_json(suite, root, "vocabularies.json");
	for (size_t i = 0; i < vocabularies->n; i++)
		give_document(suite, vocabularies->pairs[i].key->text,
			      vocabularies->pairs[i].value);
	close(root);
}

/* True where the tree holds the text as a value of `$ref`. */
static bool refers_to(const struct data_node *node, const char *uri)
{
	const char *ref = data_find_text(node, "$ref");

	if (ref && !strcmp(ref, uri))
		return true;
	for (size_t i = 0; i < node->n; i++)
		if (refers_to(node->kind == DATA_LIST ? node->items[i] : node->pairs[i].value, uri))
			return true;
	return false;
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

static void run_case(struct suite *suite, const char *file, const struct data_node *one,
		     struct tally *tally)
{
	const struct schema_options options = {!strstr(file, "optional/format/"), true,
					       suite->documents.items, suite->documents.n};
	const struct data_node *tests = data_find(one, "tests");
	const struct data_node *node = data_find(one, "schema");
	const char *reason = reason_left_out(file, data_find_text(one, "description"));
	struct arena mem;
	struct diag_sink diags;
	struct schema *schema;

	assert_non_null(tests);
	assert_non_null(node);
	if (!suite->dialect && refers_to(node, "https://json-schema.org/draft/2020-12/schema"))
		reason = "refers to the dialect's own schema, which is not installed";
	if (reason) {
		tally->left_out += tests->n;
		tally->reason = reason;
		return;
	}
	arena_init(&mem);
	diag_init(&diags, &mem);
	schema = schema_compile_with(&mem, node, &options, &diags);
	for (size_t i = 0; i < diags.n; i++)
		printf("FAILED %s: %s: %s\n", file, data_find_text(one, "description"),
		       diags.items[i].detail);
	tally->failed += diags.n;
	check_answers(file, one, schema, &mem, tally);
	arena_release(&mem);
}

static void run_file(struct suite *suite, int root, const char *path)
{
	const struct data_node *cases = read_json(suite, root, path);
	struct tally tally = {0};

	for (size_t i = 0; i < cases->n; i++)
		run_case(suite, path, cases->items[i], &tally);
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
	dir = suite_dir(&suite.mem, "tests");
	root = file_open_root(dir);
	if (root < 0) {
		printf("SKIPPED: all cases of the JSON Schema test suite (no %s)\n", dir);
		arena_release(&suite.mem);
		skip();
	}
	assert_int_equal(file_walk(&suite.mem, root, "", &files), ST_OK);
	assert_true(files.n > 40);
	give_remotes(&suite);
	give_dialect(&suite);
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
