/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/publish/test_output.c - where a site may not be written, and what is left alone then */
#include "site_fixture.h"
#include <sys/stat.h>

/* A workspace with content/ and data/ beside the output. */
static void make_workspace(struct fixture *f)
{
	const char *const folders[] = {"ws",      "ws/content", "ws/content/sub",
				       "ws/data", "home",       "home/x"};

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
		assert_int_equal(mkdir(at(f, folders[i]), 0755), 0);
	put_file(at(f, "ws/content/sub/a.md"), "# a");
	assert_int_equal(symlink("ws/content", at(f, "link")), 0);
	assert_int_equal(symlink("ws/none", at(f, "dangling")), 0);
	assert_int_equal(symlink("loop", at(f, "loop")), 0);
	put_file(at(f, "file"), "text");
}

static void refused(void **state)
{
	struct fixture *f = *state;
	const struct {
		const char *out, *why;
	} cases[] = {
	    {"ws/content", "lies in"},
	    {"ws/content/", "lies in"},
	    {"ws/content/site", "lies in"},
	    {"ws/content/new/deep/site", "lies in"},
	    {"ws/data/../content", "lies in"},
	    {"ws/templates", "lies in"}, /* forbidden, though it does not exist */
	    {"ws", "holds"},
	    {".", "is or holds the home folder"},
	    {"home", "is or holds the home folder"},
	    {"link", "lies in"},
	    {"link/sub/site", "lies in"},
	    {"dangling", "Too many levels"},
	    {"dangling/site", "Too many levels"},
	    {"loop", "Too many levels"},
	    {"none/../ws/content", "No such file"},
	    {"file", "Not a directory"},
	    {"file/site", "Not a directory"},
	    {"ws/../../../../../../../../../../../../../..", "root of the file system"},
	};
	const char *before;

	make_workspace(f);
	const char *const forbidden[] = {at(f, "ws/content"), at(f, "ws/data"),
					 at(f, "ws/templates")};
	f->options.forbidden = forbidden;
	f->options.n_forbidden = 3;
	setenv("HOME", at(f, "home"), 1);
	before = snapshot(f, f->dir);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		f->options.out_dir = at(f, cases[i].out);
		f->diags.n = 0;
		if (BUILD(f, {"index.html", "x"}) != ST_FAILED || f->diags.n != 1 ||
		    !has_finding(f, RULE_IO_WRITE, cases[i].why))
			fail_msg("%s: %s", cases[i].out,
				 f->diags.n ? f->diags.items[0].detail : "was taken");
		assert_string_equal(snapshot(f, f->dir), before);
	}
}

static void allowed(void **state)
{
	struct fixture *f = *state;
	const char *const outs[] = {
	    "ws/site",      "ws/content-site",  "home/site", "ws/new/deep/site/",
	    "./ws/./site2", "ws/data/../site3", "other"};

	make_workspace(f);
	const char *const forbidden[] = {at(f, "ws/content"), at(f, "ws/data"), at(f, "ws/none")};
	f->options.forbidden = forbidden;
	f->options.n_forbidden = 3;
	setenv("HOME", at(f, "home"), 1);
	for (size_t i = 0; i < sizeof outs / sizeof *outs; i++) {
		f->options.out_dir = at(f, outs[i]);
		if (BUILD(f, {"index.html", "x"}) != ST_OK)
			fail_msg("%s: %s", outs[i], f->diags.items[f->diags.n - 1].detail);
	}
}

static void relative_to_the_current_folder(void **state)
{
	struct fixture *f = *state;
	int before = open(".", O_RDONLY | O_DIRECTORY);

	make_workspace(f);
	assert_int_equal(chdir(at(f, "ws")), 0);
	f->options.out_dir = "site";
	f->options.forbidden = (const char *const[]){"content", "data"};
	f->options.n_forbidden = 2;
	assert_int_equal(BUILD(f, {"index.html", "x"}), ST_OK);
	f->options.out_dir = "content/../data";
	assert_int_equal(BUILD(f, {"index.html", "x"}), ST_FAILED);
	assert_int_equal(fchdir(before), 0);
	close(before);
	assert_string_equal(get_file(f, "ws/site/index.html"), "x");
}

/* A link to the output's folder is followed: the site goes where it leads. */
static void link_to_the_output(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(mkdir(at(f, "real"), 0755), 0);
	assert_int_equal(symlink("real", at(f, "www")), 0);
	f->options.out_dir = at(f, "www");
	assert_int_equal(BUILD(f, {"index.html", "1"}), ST_OK);
	assert_int_equal(BUILD(f, {"index.html", "2"}), ST_OK);
	assert_int_equal(lstat(at(f, "www"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_string_equal(get_file(f, "real/index.html"), "2");
}

static void what_is_no_site_of_ours(void **state)
{
	struct fixture *f = *state;
	const struct {
		const char *manifest, *why;
	} cases[] = {
	    {NULL, "is absent"},
	    {"", "is no JSON"},
	    {"[]", "was not written by modelbook"},
	    {"{\"name\": \"My App\", \"start_url\": \".\"}", "was not written by modelbook"},
	    {"{\"tool\": {\"name\": \"other\"}, \"files\": []}", "was not written by modelbook"},
	    {"{\"tool\": {\"name\": \"modelbook\"}}", "lists no files"},
	    {"{\"tool\": {\"name\": \"modelbook\"}, \"files\": [{\"path\": \"../x\", \"size\": 1, "
	     "\"sha256\": "
	     "\"594e519ae499312b29433b7dd8a97ff068defcba9755b6d5d00e84c524d67b06\"}]}",
	     "malformed entry (files[0])"},
	};
	const char *before;

	assert_int_equal(mkdir(f->site, 0755), 0);
	put_file(at(f, "site/keep.txt"), "keep");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		if (cases[i].manifest)
			put_file(at(f, "site/manifest.json"), cases[i].manifest);
		before = snapshot(f, f->dir);
		f->diags.n = 0;
		assert_int_equal(BUILD(f, {"index.html", "x"}), ST_FAILED);
		if (!has_finding(f, RULE_IO_WRITE, cases[i].why))
			fail_msg("%zu: %s", i,
				 f->diags.n ? f->diags.items[0].detail : "no finding");
		assert_string_equal(snapshot(f, f->dir), before);
	}
	/* a manifest that is a link is none */
	assert_int_equal(unlink(at(f, "site/manifest.json")), 0);
	assert_int_equal(symlink("keep.txt", at(f, "site/manifest.json")), 0);
	assert_int_equal(BUILD(f, {"index.html", "x"}), ST_FAILED);
}

static void empty_folder_is_taken(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(mkdir(f->site, 0700), 0);
	assert_int_equal(BUILD(f, {"index.html", "x"}), ST_OK);
	assert_int_equal(entries_of(f, f->dir), 1);
	expect_clean(f);
}

/* A page's folder replaced by a link: nothing is read or removed through it. */
static void folder_replaced_by_a_link(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(BUILD(f, {"a/x.html", "x"}, {"b.html", "b"}), ST_OK);
	assert_int_equal(mkdir(at(f, "outside"), 0755), 0);
	put_file(at(f, "outside/x.html"), "x");
	assert_int_equal(unlink(at(f, "site/a/x.html")), 0);
	assert_int_equal(rmdir(at(f, "site/a")), 0);
	assert_int_equal(symlink("../outside", at(f, "site/a")), 0);
	/* the link is foreign and in the place of a folder */
	assert_int_equal(BUILD(f, {"a/x.html", "x"}, {"b.html", "b"}), ST_FAILED);
	assert_int_equal(BUILD(f, {"b.html", "b"}), ST_OK);
	assert_string_equal(get_file(f, "outside/x.html"), "x");
	assert_true(has_finding(f, RULE_SITE_FOREIGN_FILE, "'a'"));
}

static void long_name(void **state)
{
	struct fixture *f = *state;
	char name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	f->options.out_dir = at(f, name);
	assert_int_equal(BUILD(f, {"index.html", "1"}), ST_OK);
	assert_int_equal(BUILD(f, {"index.html", "2"}), ST_OK);
	assert_int_equal(entries_of(f, f->dir), 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    CASE(refused),
	    CASE(allowed),
	    CASE(relative_to_the_current_folder),
	    CASE(link_to_the_output),
	    CASE(what_is_no_site_of_ours),
	    CASE(empty_folder_is_taken),
	    CASE(folder_replaced_by_a_link),
	    CASE(long_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
