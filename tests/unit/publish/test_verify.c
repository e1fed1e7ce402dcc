/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/publish/test_verify.c - every way to tamper with a site is seen */
#include "site_fixture.h"
#include <sys/stat.h>

static void change(struct fixture *f)
{
	put_file(at(f, "site/b/c.html"), "two?");
}
static void same_size(struct fixture *f)
{
	put_file(at(f, "site/b/c.html"), "tw0");
}
static void delete_page(struct fixture *f)
{
	assert_int_equal(unlink(at(f, "site/b/c.html")), 0);
}
static void delete_folder(struct fixture *f)
{
	remove_tree(at(f, "site/b"));
}
static void add_page(struct fixture *f)
{
	put_file(at(f, "site/b/d.html"), "new");
}
static void add_hidden(struct fixture *f)
{
	assert_int_equal(mkdir(at(f, "site/.well-known"), 0755), 0);
	put_file(at(f, "site/.well-known/x"), "new");
}
static void link_page(struct fixture *f)
{
	put_file(at(f, "same"), "two");
	delete_page(f);
	assert_int_equal(symlink("../../same", at(f, "site/b/c.html")), 0);
}
static void link_folder(struct fixture *f)
{
	assert_int_equal(rename(at(f, "site/b"), at(f, "outside")), 0);
	assert_int_equal(symlink("../outside", at(f, "site/b")), 0);
}
static void fifo(struct fixture *f)
{
	delete_page(f);
	assert_int_equal(mkfifo(at(f, "site/b/c.html"), 0644), 0);
}
static void executable(struct fixture *f)
{
	assert_int_equal(chmod(at(f, "site/b/c.html"), 0755), 0);
}
static void writable(struct fixture *f)
{
	assert_int_equal(chmod(at(f, "site/b/c.html"), 0666), 0);
}
static void unreadable(struct fixture *f)
{
	assert_int_equal(chmod(at(f, "site/b/c.html"), 0), 0);
}
static void manifest_mode(struct fixture *f)
{
	assert_int_equal(chmod(at(f, "site/manifest.json"), 04755), 0);
}
static void folder_for_page(struct fixture *f)
{
	delete_page(f);
	assert_int_equal(mkdir(at(f, "site/b/c.html"), 0755), 0);
}
static void carried(struct fixture *f)
{
	put_file(at(f, "site/CNAME"), "docs.example");
}
static void strange_name(struct fixture *f)
{
	put_file(at(f, "site/\033[31m\n.html"), "x");
}
static void other_umask(struct fixture *f)
{
	assert_int_equal(chmod(at(f, "site/b/c.html"), 0660), 0);
	assert_int_equal(chmod(at(f, "site/index.html"), 0400), 0);
}

static void tampering(void **state)
{
	struct fixture *f = *state;
	const char *const carry[] = {"CNAME"};
	const struct {
		void (*how)(struct fixture *f);
		const char *lines;
		size_t missing, changed, extra;
	} cases[] = {
	    {change, "changed: b/c.html (other size)\n", 0, 1, 0},
	    {same_size, "changed: b/c.html (other content)\n", 0, 1, 0},
	    {delete_page, "missing: b/c.html\n", 1, 0, 0},
	    {delete_folder, "missing: b/c.html\n", 1, 0, 0},
	    {add_page, "extra: b/d.html\n", 0, 0, 1},
	    {add_hidden, "extra: .well-known/x\n", 0, 0, 1},
	    {link_page, "changed: b/c.html (is a symbolic link)\n", 0, 1, 0},
	    {link_folder, "extra: b (a symbolic link)\nmissing: b/c.html\n", 1, 0, 1},
	    {fifo, "changed: b/c.html (is no file)\n", 0, 1, 0},
	    {executable, "changed: b/c.html (may be executed)\n", 0, 1, 0},
	    {writable, "changed: b/c.html (may be written by anybody)\n", 0, 1, 0},
	    {unreadable, "changed: b/c.html (may not be read)\n", 0, 1, 0},
	    {manifest_mode, "changed: manifest.json (may be executed)\n", 0, 1, 0},
	    {folder_for_page, "changed: b/c.html (is no file)\n", 0, 1, 0},
	    {strange_name, "extra: \\x1B[31m\\x0A.html\n", 0, 0, 1},
	    {carried, "", 0, 0, 0},
	    {other_umask, "", 0, 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct verify_result result;
		const char *lines;
		remove_tree(f->site);
		remove_tree(at(f, "outside"));
		assert_int_equal(BUILD(f, {"index.html", "one"}, {"b/c.html", "two"}), ST_OK);
		cases[i].how(f);
		assert_int_equal(verify_it(f, carry, 1, NULL, &result, &lines), ST_OK);
		if (strcmp(lines, cases[i].lines) != 0)
			fail_msg("case %zu: got \"%s\"", i, lines);
		assert_int_equal(result.files, 2);
		assert_int_equal(result.missing, cases[i].missing);
		assert_int_equal(result.changed, cases[i].changed);
		assert_int_equal(result.extra, cases[i].extra);
		assert_int_equal(verify_clean(&result), !*cases[i].lines);
	}
}

static void digest_kept_elsewhere(void **state)
{
	struct fixture *f = *state;
	struct verify_result result;
	char upper[SHA256_HEX];
	const char *lines, *text;

	assert_int_equal(BUILD(f, {"index.html", "one"}), ST_OK);
	assert_int_equal(verify_it(f, NULL, 0, f->summary.manifest_sha256, &result, &lines), ST_OK);
	assert_true(verify_clean(&result));
	assert_string_equal(result.manifest_sha256, f->summary.manifest_sha256);
	for (size_t i = 0; i < sizeof upper; i++)
		upper[i] = (char)(f->summary.manifest_sha256[i] >= 'a'
				      ? f->summary.manifest_sha256[i] - 'a' + 'A'
				      : f->summary.manifest_sha256[i]);
	assert_int_equal(verify_it(f, NULL, 0, upper, &result, &lines), ST_OK);
	assert_true(verify_clean(&result));
	/* a page and the manifest beside it changed together: only the digest tells */
	put_file(at(f, "site/index.html"), "uno");
	text = get_file(f, "site/manifest.json");
	char *forged = arena_strdup(&f->mem, text), *place = strstr(forged, "7692c3ad3540bb80");
	assert_non_null(place);
	char sha256[SHA256_HEX];
	sha256_hex("uno", 3, sha256);
	memcpy(place, sha256, SHA256_HEX - 1);
	put_file(at(f, "site/manifest.json"), forged);
	expect_clean(f);
	assert_int_equal(verify_it(f, NULL, 0, f->summary.manifest_sha256, &result, &lines), ST_OK);
	assert_true(result.digest_differs);
	assert_false(verify_clean(&result));
	assert_non_null(strstr(lines, "changed: manifest.json"));
	assert_int_equal(verify_it(f, NULL, 0, "", &result, &lines), ST_OK);
	assert_true(result.digest_differs);
}

static void no_manifest(void **state)
{
	struct fixture *f = *state;
	struct verify_result result;
	const char *lines;

	assert_int_equal(verify_it(f, NULL, 0, NULL, &result, &lines), ST_FAILED);
	assert_true(has_finding(f, RULE_IO_READ, "No such file"));
	assert_int_equal(mkdir(f->site, 0755), 0);
	assert_int_equal(verify_it(f, NULL, 0, NULL, &result, &lines), ST_FAILED);
	assert_true(has_finding(f, RULE_IO_READ, "manifest.json' is absent"));
	put_file(at(f, "site/manifest.json"), "{\"tool\": {\"name\": \"modelbook\"}, \"files\": [");
	assert_int_equal(verify_it(f, NULL, 0, NULL, &result, &lines), ST_FAILED);
	assert_true(has_finding(f, RULE_IO_READ, "manifest.json' is no JSON (line 1)"));
}

static void malformed_manifests(void **state)
{
	struct fixture *f = *state;
#define HEAD "{\"tool\": {\"name\": \"modelbook\"}, \"files\": ["
#define DIGEST "\"594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06\""
	const char *const bad[] = {
	    HEAD "1]}",
	    HEAD "{}]}",
	    HEAD "{\"path\": \"a\", \"size\": 1}]}",
	    HEAD "{\"path\": \"a\", \"size\": -1, \"sha256\": " DIGEST "}]}",
	    HEAD "{\"path\": \"a\", \"size\": 1.5, \"sha256\": " DIGEST "}]}",
	    HEAD "{\"path\": \"a\", \"size\": 1, \"sha256\": \"5\"}]}",
	    HEAD "{\"path\": \"/a\", \"size\": 1, \"sha256\": " DIGEST "}]}",
	    HEAD "{\"path\": \"a/../b\", \"size\": 1, \"sha256\": " DIGEST "}]}",
	    HEAD "{\"path\": \"manifest.json\", \"size\": 1, \"sha256\": " DIGEST "}]}",
	    HEAD "{\"path\": \"a\", \"size\": 1, \"sha256\": " DIGEST
		 "}, {\"path\": \"a\", \"size\": 1, "
		 "\"sha256\": " DIGEST "}]}",
	    "{\"tool\": {\"name\": \"modelbook\"}, \"files\": [], \"files\": []}",
	    "{\"tool\": \"modelbook\", \"files\": []}",
	    "null",
	};
	struct manifest manifest;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!manifest_parse(&f->mem, bad[i], strlen(bad[i]), &manifest))
			fail_msg("taken: %s", bad[i]);
	assert_null(manifest_parse(&f->mem, HEAD "]}", strlen(HEAD "]}"), &manifest));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    CASE(tampering),
	    CASE(digest_kept_elsewhere),
	    CASE(no_manifest),
	    CASE(malformed_manifests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
