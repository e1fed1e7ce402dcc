/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/publish/test_publish.c - builds and rebuilds: what is written, linked, removed, carried */
#include "base/parallel.h"
#include "site_fixture.h"
#include <sys/stat.h>

static ino_t inode(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_ino;
}

static void first_build(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	mode_t old = umask(077);

	assert_int_equal(BUILD(f, {"index.html", "one"}, {"a/b/c.html", "two"}, {"empty.txt", ""}),
			 ST_OK);
	umask(old);
	assert_int_equal(f->summary.files, 3);
	assert_int_equal(f->summary.written, 3);
	assert_int_equal(f->summary.unchanged + f->summary.carried + f->summary.removed, 0);
	assert_string_equal(get_file(f, "site/a/b/c.html"), "two");
	assert_int_equal(entries_of(f, f->dir), 1);
	assert_int_equal(stat(at(f, "site"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(stat(at(f, "site/a/b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(stat(at(f, "site/a/b/c.html"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	expect_clean(f);
	assert_int_equal(f->diags.n, 0);
}

static void manifest_text(void **state)
{
	struct fixture *f = *state;
	char sha256[SHA256_HEX];
	const char *text;

	assert_int_equal(BUILD(f, {"z.html", "z"}, {"a \"<&.html", ""}), ST_OK);
	text = get_file(f, "site/manifest.json");
	assert_string_equal(
	    text, "{\n \"tool\": {\"name\": \"modelbook\", \"version\": \"0.1.0\"},\n"
		  " \"as_of\": \"2025-01-02\",\n \"inputs\": [\n"
		  "  {\"path\": \"content/a.md\", \"size\": 5, \"sha256\": "
		  "\"0000000000000000000000000000000000000000000000000000000000000000\"}\n ],\n"
		  " \"files\": [\n"
		  "  {\"path\": \"a \\\"\\u003c\\u0026.html\", \"size\": 0, \"sha256\": "
		  "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"},\n"
		  "  {\"path\": \"z.html\", \"size\": 1, \"sha256\": "
		  "\"594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06\"}\n ]\n}\n");
	sha256_hex(text, strlen(text), sha256);
	assert_string_equal(sha256, f->summary.manifest_sha256);
}

static void unchanged_files_are_linked(void **state)
{
	struct fixture *f = *state;
	ino_t same, other;

	assert_int_equal(BUILD(f, {"a.html", "a"}, {"b/c.html", "c"}), ST_OK);
	same = inode(at(f, "site/a.html"));
	other = inode(at(f, "site/b/c.html"));
	assert_int_equal(BUILD(f, {"a.html", "a"}, {"b/c.html", "d"}), ST_OK);
	assert_int_equal(f->summary.unchanged, 1);
	assert_int_equal(f->summary.written, 1);
	assert_int_equal(inode(at(f, "site/a.html")), same);
	assert_int_not_equal(inode(at(f, "site/b/c.html")), other);
	assert_string_equal(get_file(f, "site/b/c.html"), "d");
	assert_int_equal(entries_of(f, f->dir), 1);
	expect_clean(f);
}

static void same_build_same_site(void **state)
{
	struct fixture *f = *state;
	const char *first;

	assert_int_equal(BUILD(f, {"a.html", "a"}, {"b/c.html", "c"}), ST_OK);
	first = snapshot(f, f->site);
	assert_int_equal(BUILD(f, {"b/c.html", "c"}, {"a.html", "a"}), ST_OK);
	assert_int_equal(f->summary.unchanged, 2);
	assert_string_equal(snapshot(f, f->site), first);
}

static void removed_pages_go(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(BUILD(f, {"a.html", "a"}, {"b/c.html", "c"}), ST_OK);
	assert_int_equal(BUILD(f, {"a.html", "a"}), ST_OK);
	assert_int_equal(f->summary.removed, 1);
	assert_null(get_file(f, "site/b/c.html"));
	assert_int_equal(access(at(f, "site/b"), F_OK), -1);
	expect_clean(f);
}

static void file_becomes_folder(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(BUILD(f, {"a", "file"}, {"b/c", "in folder"}), ST_OK);
	assert_int_equal(BUILD(f, {"a/x", "in folder"}, {"b", "file"}), ST_OK);
	assert_string_equal(get_file(f, "site/a/x"), "in folder");
	assert_string_equal(get_file(f, "site/b"), "file");
	expect_clean(f);
}

static void tampered_files_are_written_again(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(
	    BUILD(f, {"a.html", "aaa"}, {"b.html", "bbb"}, {"c.html", "c"}, {"d.html", "d"}),
	    ST_OK);
	put_file(at(f, "site/a.html"), "aXa"); /* same size */
	assert_int_equal(chmod(at(f, "site/b.html"), 0777), 0);
	put_file(at(f, "other"), "c");
	assert_int_equal(unlink(at(f, "site/c.html")), 0);
	assert_int_equal(symlink(at(f, "other"), at(f, "site/c.html")), 0);
	assert_int_equal(unlink(at(f, "site/d.html")), 0);
	assert_int_equal(
	    BUILD(f, {"a.html", "aaa"}, {"b.html", "bbb"}, {"c.html", "c"}, {"d.html", "d"}),
	    ST_OK);
	assert_int_equal(f->summary.written, 4);
	assert_string_equal(get_file(f, "site/a.html"), "aaa");
	assert_int_equal(stat(at(f, "site/b.html"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(lstat(at(f, "site/c.html"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_string_equal(get_file(f, "other"), "c");
	expect_clean(f);
}

static void foreign_files_are_carried(void **state)
{
	struct fixture *f = *state;
	const char *const carry[] = {"CNAME", ".git/**"};
	struct verify_result result;
	struct stat st;
	const char *lines;

	assert_int_equal(BUILD(f, {"a.html", "a"}, {"m/x.html", "x"}), ST_OK);
	put_file(at(f, "site/CNAME"), "docs.example");
	put_file(at(f, "site/m/mine.txt"), "mine");
	assert_int_equal(mkdir(at(f, "site/own"), 0750), 0);
	put_file(at(f, "site/own/1"), "1");
	put_file(at(f, "site/own/2"), "2");
	assert_int_equal(mkdir(at(f, "site/hollow"), 0755), 0);
	assert_int_equal(mkdir(at(f, "site/.git"), 0755), 0);
	put_file(at(f, "site/.git/HEAD"), "ref");
	assert_int_equal(symlink("/nowhere", at(f, "site/latest")), 0);
	assert_int_equal(chmod(at(f, "site/own/1"), 0600), 0);
	f->options.carry = carry;
	f->options.n_carry = 2;
	/* m/ is no longer ours, its foreign file stays */
	assert_int_equal(BUILD(f, {"a.html", "a"}), ST_OK);
	assert_int_equal(f->summary.carried, 6);
	assert_int_equal(f->summary.removed, 1);
	assert_string_equal(get_file(f, "site/CNAME"), "docs.example");
	assert_string_equal(get_file(f, "site/m/mine.txt"), "mine");
	assert_string_equal(get_file(f, "site/.git/HEAD"), "ref");
	assert_int_equal(stat(at(f, "site/own"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	assert_int_equal(stat(at(f, "site/own/1"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(stat(at(f, "site/hollow"), &st), 0);
	assert_int_equal(lstat(at(f, "site/latest"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(count_findings(f, RULE_SITE_FOREIGN_FILE), 3);
	assert_true(has_finding(f, RULE_SITE_FOREIGN_FILE, "'own/' (2 files)"));
	assert_true(has_finding(f, RULE_SITE_FOREIGN_FILE, "'m/mine.txt'"));
	assert_true(has_finding(f, RULE_SITE_FOREIGN_FILE, "'latest'"));
	assert_int_equal(verify_it(f, carry, 2, NULL, &result, &lines), ST_OK);
	assert_string_equal(lines, "extra: latest (a symbolic link)\nextra: m/mine.txt\n"
				   "extra: own/1\nextra: own/2\n");
	/* and they stay from build to build */
	assert_int_equal(BUILD(f, {"a.html", "a"}), ST_OK);
	assert_int_equal(f->summary.carried, 6);
	assert_int_equal(entries_of(f, f->dir), 1);
}

static void changed_page_that_is_gone_is_kept(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(BUILD(f, {"a.html", "a"}, {"old.html", "old"}), ST_OK);
	put_file(at(f, "site/old.html"), "notes by hand");
	assert_int_equal(BUILD(f, {"a.html", "a"}), ST_OK);
	assert_int_equal(f->summary.removed, 0);
	assert_string_equal(get_file(f, "site/old.html"), "notes by hand");
	assert_true(has_finding(f, RULE_SITE_FOREIGN_FILE, "'old.html'"));
}

static void foreign_file_in_the_place_of_a_page(void **state)
{
	struct fixture *f = *state;
	const char *before;

	assert_int_equal(BUILD(f, {"a.html", "a"}), ST_OK);
	put_file(at(f, "site/new.html"), "mine");
	before = snapshot(f, f->site);
	assert_int_equal(BUILD(f, {"a.html", "a"}, {"new.html", "theirs"}), ST_FAILED);
	assert_true(has_finding(f, RULE_IO_WRITE, "site/new.html' was not written by modelbook"));
	assert_string_equal(snapshot(f, f->site), before);
	assert_int_equal(entries_of(f, f->dir), 1);
	/* the same bytes are no clash */
	assert_int_equal(BUILD(f, {"a.html", "a"}, {"new.html", "mine"}), ST_OK);
	expect_clean(f);
	/* nor can a file be in the place of a folder */
	put_file(at(f, "site/m"), "mine");
	assert_int_equal(BUILD(f, {"a.html", "a"}, {"m/x.html", "x"}), ST_FAILED);
	assert_string_equal(get_file(f, "site/m"), "mine");
}

static void file_written_by_the_caller(void **state)
{
	struct fixture *f = *state;
	ino_t first = 0;

	for (int i = 0; i < 3; i++) {
		struct publish *p = publish_begin(&f->mem, &f->options, &f->diags);
		const char *path;
		assert_non_null(p);
		path = publish_stage_path(p, &f->mem, "downloads/audit.xlsx");
		assert_non_null(path);
		put_file(path, i < 2 ? "workbook" : "another");
		assert_int_equal(chmod(path, 0600), 0);
		assert_int_equal(publish_added(p, "downloads/audit.xlsx"), ST_OK);
		assert_int_equal(publish_added(p, "downloads/absent"), ST_FAILED);
		publish_abort(p);

		p = publish_begin(&f->mem, &f->options, &f->diags);
		path = publish_stage_path(p, &f->mem, "downloads/audit.xlsx");
		put_file(path, i < 2 ? "workbook" : "another");
		assert_int_equal(publish_added(p, "downloads/audit.xlsx"), ST_OK);
		assert_int_equal(publish_file(p, "downloads/b", "b", 1), ST_OK);
		assert_int_equal(
		    publish_commit(p, "0.1.0", "2025-01-02", NULL, 0, &f->summary, &f->diags),
		    ST_OK);
		assert_int_equal(f->summary.unchanged, i == 0 ? 0 : i == 1 ? 2 : 1);
		if (i == 1)
			assert_int_equal(inode(at(f, "site/downloads/audit.xlsx")), first);
		first = inode(at(f, "site/downloads/audit.xlsx"));
		expect_clean(f);
	}
	assert_string_equal(get_file(f, "site/downloads/audit.xlsx"), "another");
}

static void names_that_are_refused(void **state)
{
	struct fixture *f = *state;
	const char *const bad[] = {"",  "/etc/x",    "../x", "a/../x",        "a//b", "a/.", "a/b/",
				   ".", "\xff.html", "a\nb", "manifest.json", "same"};
	const char *before;

	assert_int_equal(BUILD(f, {"same", "1"}), ST_OK);
	before = snapshot(f, f->dir);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		f->diags.n = 0;
		assert_int_equal(BUILD(f, {"same", "2"}, {bad[i], "x"}), ST_FAILED);
		assert_int_equal(count_findings(f, RULE_IO_WRITE), 1);
		assert_string_equal(snapshot(f, f->dir), before);
	}
	assert_true(has_finding(f, RULE_IO_WRITE, "site/same': is written twice"));
}

static void aborted_build(void **state)
{
	struct fixture *f = *state;
	struct publish *p = publish_begin(&f->mem, &f->options, &f->diags);

	assert_non_null(p);
	assert_int_equal(publish_file(p, "a/b.html", "x", 1), ST_OK);
	publish_abort(p);
	assert_int_equal(entries_of(f, f->dir), 0);
}

static void stale_stages_are_removed(void **state)
{
	struct fixture *f = *state;
	const char *const kept[] = {".site.modelbook-", ".site.modelbook-12", ".site.modelbook-a-1",
				    ".site.modelbook-1-1x", ".other.modelbook-1-1"};

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		assert_int_equal(mkdir(at(f, kept[i]), 0755), 0);
	assert_int_equal(mkdir(at(f, ".site.modelbook-99999999-0"), 0755), 0);
	assert_int_equal(mkdir(at(f, ".site.modelbook-99999999-0/x"), 0500), 0);
	put_file(at(f, ".site.modelbook-99999999-0/page.html"), "stale");
	put_file(at(f, ".site.modelbook-7-7"), "a file is not ours");
	assert_int_equal(BUILD(f, {"a.html", "a"}), ST_OK);
	assert_int_equal(access(at(f, ".site.modelbook-99999999-0"), F_OK), -1);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		assert_int_equal(access(at(f, kept[i]), F_OK), 0);
	assert_int_equal(access(at(f, ".site.modelbook-7-7"), F_OK), 0);
}

enum { MANY = 2000, THREADS = 8 };

static void publish_one(void *ctx, size_t item, size_t worker)
{
	char path[64], text[64];

	(void)worker;
	snprintf(path, sizeof path, "d%zu/e%zu/%zu.html", item % 7, item % 31, item);
	snprintf(text, sizeof text, "page %zu", item);
	publish_file(ctx, path, text, strlen(text));
}

static void many_threads(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 2; i++) {
		struct publish *p = publish_begin(&f->mem, &f->options, &f->diags);
		assert_non_null(p);
		parallel_for(MANY, THREADS, publish_one, p);
		assert_int_equal(
		    publish_commit(p, "0.1.0", "2025-01-02", NULL, 0, &f->summary, &f->diags),
		    ST_OK);
		assert_int_equal(f->summary.files, MANY);
		assert_int_equal(f->summary.unchanged, i ? MANY : 0);
		expect_clean(f);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    CASE(first_build),
	    CASE(manifest_text),
	    CASE(unchanged_files_are_linked),
	    CASE(same_build_same_site),
	    CASE(removed_pages_go),
	    CASE(file_becomes_folder),
	    CASE(tampered_files_are_written_again),
	    CASE(foreign_files_are_carried),
	    CASE(changed_page_that_is_gone_is_kept),
	    CASE(foreign_file_in_the_place_of_a_page),
	    CASE(file_written_by_the_caller),
	    CASE(names_that_are_refused),
	    CASE(aborted_build),
	    CASE(stale_stages_are_removed),
	    CASE(many_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
