/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/publish/test_crash.c - builds that are killed, run out of space or meet errors */
#include "site_fixture.h"
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

enum { PAGES = 150, KILLS = 50, PAGE_BYTES = 8000 };

/* A site of PAGES pages whose every third page differs from edition to edition. */
static enum status build_edition(struct fixture *f, int edition)
{
	struct publish *p = publish_begin(&f->mem, &f->options, &f->diags);
	static char text[PAGE_BYTES];

	if (!p)
		return ST_FAILED;
	for (int i = 0; i < PAGES; i++) {
		char path[64];
		snprintf(path, sizeof path, "part-%d/page-%d.html", i % 5, i);
		memset(text, 'a' + i % 26, sizeof text);
		snprintf(text, sizeof text, "page %d of edition %d", i, i % 3 ? 0 : edition);
		publish_file(p, path, text, sizeof text);
	}
	if (publish_commit(p, "0.1.0", edition == 1 ? "2025-01-01" : "2025-01-02", NULL, 0,
			   &f->summary, &f->diags) == ST_OK)
		return ST_OK;
	publish_abort(p);
	return ST_FAILED;
}

static int run_child(struct fixture *f, int edition, long microseconds)
{
	struct timespec wait = {0, microseconds * 1000};
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child)
		_exit(build_edition(f, edition) == ST_OK ? 0 : 1);
	if (microseconds >= 0) {
		nanosleep(&wait, NULL);
		kill(child, SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* At every moment the site is one edition or the other, byte for byte. */
static void killed_at_any_point(void **state)
{
	struct fixture *f = *state;
	const char *editions[2], *now;
	size_t seen[2] = {0}, killed = 0, done = 0;
	double began, whole;
	uint32_t random = 12345;

	assert_int_equal(build_edition(f, 1), ST_OK);
	editions[0] = snapshot(f, f->site);
	began = seconds();
	assert_int_equal(run_child(f, 2, -1), 0);
	whole = seconds() - began;
	editions[1] = snapshot(f, f->site);
	assert_string_not_equal(editions[0], editions[1]);
	put_file(at(f, "site/CNAME"), "docs.example");
	for (int i = 0; i < KILLS; i++) {
		random = random * 1664525 + 1013904223;
		int status = run_child(f, 1 + i % 2, (long)((random >> 8) % 1000 * whole * 1100));
		killed += WIFSIGNALED(status) != 0;
		done += WIFEXITED(status) != 0;
		assert_true(WIFSIGNALED(status) || !WEXITSTATUS(status));
		assert_string_equal(get_file(f, "site/CNAME"), "docs.example");
		assert_int_equal(rename(at(f, "site/CNAME"), at(f, "CNAME")), 0);
		now = snapshot(f, f->site);
		if (!strcmp(now, editions[0]))
			seen[0]++;
		else if (!strcmp(now, editions[1]))
			seen[1]++;
		else
			fail_msg("kill %d: neither edition", i);
		expect_clean(f);
		assert_int_equal(rename(at(f, "CNAME"), at(f, "site/CNAME")), 0);
	}
	print_message("%zu killed, %zu done; %zu times edition 1, %zu times edition 2\n", killed,
		      done, seen[0], seen[1]);
	/* one build more, and nothing of the dead ones is left */
	assert_int_equal(build_edition(f, 1), ST_OK);
	assert_int_equal(entries_of(f, f->dir), 1);
}

/* The limit on a file's size stands in for a full disk: EFBIG in the middle of a page. */
static void page_over_the_limit(void **state)
{
	struct fixture *f = *state;
	const char *before;
	int status;
	pid_t child;

	assert_int_equal(build_edition(f, 1), ST_OK);
	before = snapshot(f, f->dir);
	child = fork();
	if (!child) {
		const struct rlimit limit = {4096, 4096};
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &limit);
		bool right =
		    build_edition(f, 2) == ST_FAILED && f->diags.n == 1 &&
		    has_finding(f, RULE_IO_WRITE, "site/part-0/page-0.html': File too large");
		_exit(right ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_string_equal(snapshot(f, f->dir), before);
}

/* A file system of its own with room for one site and a part of the next. */
static void full_disk_in_child(struct fixture *f)
{
	const char *disk = at(f, "disk"), *before;

	if (unshare(CLONE_NEWNS | (geteuid() ? CLONE_NEWUSER : 0)) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", disk, "tmpfs", 0, "size=2000k"))
		_exit(77);
	f->options.out_dir = at(f, "disk/site");
	if (build_edition(f, 1) != ST_OK)
		_exit(2);
	before = snapshot(f, disk);
	/* an edition in which all pages differ needs as much again */
	struct publish *p = publish_begin(&f->mem, &f->options, &f->diags);
	static char text[PAGE_BYTES];
	for (int i = 0; p && i < PAGES; i++) {
		char path[64];
		snprintf(path, sizeof path, "part-%d/page-%d.html", i % 5, i);
		memset(text, 'A', sizeof text);
		publish_file(p, path, text, sizeof text);
	}
	if (!p ||
	    publish_commit(p, "0.1.0", "2025-01-02", NULL, 0, &f->summary, &f->diags) == ST_OK)
		_exit(3);
	publish_abort(p);
	if (!has_finding(f, RULE_IO_WRITE, "No space left on device") || f->diags.n != 1)
		_exit(4);
	if (strcmp(snapshot(f, disk), before) != 0)
		_exit(5);
	_exit(build_edition(f, 2) == ST_OK ? 0 : 6);
}

static void full_disk(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t child;

	assert_int_equal(mkdir(at(f, "disk"), 0755), 0);
	child = fork();
	if (!child)
		full_disk_in_child(f);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
		print_message("SKIPPED: 1 case: no file system may be mounted here\n");
		skip();
	}
	assert_int_equal(status, 0);
}

/* Without the right to write beside the output nothing is begun. Root may always write. */
static void read_only_parent(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t child;

	if (geteuid()) {
		print_message("SKIPPED: 1 case: only root can become another user\n");
		skip();
	}
	assert_int_equal(chmod(f->dir, 0755), 0);
	child = fork();
	if (!child) {
		if (setuid(65534))
			_exit(2);
		_exit(BUILD(f, {"a.html", "a"}) == ST_FAILED &&
			      has_finding(f, RULE_IO_WRITE, "Permission denied")
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(entries_of(f, f->dir), 0);
}

/* Several builds at once wait for one another. */
static void builds_at_once(void **state)
{
	enum { BUILDS = 6 };
	struct fixture *f = *state;
	pid_t children[BUILDS];

	for (int i = 0; i < BUILDS; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (!children[i])
			_exit(build_edition(f, 1 + i % 2) == ST_OK ? 0 : 1);
	}
	for (int i = 0; i < BUILDS; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	expect_clean(f);
	assert_int_equal(entries_of(f, f->dir), 1);
}

/* A file that comes into the output while a build swaps is moved along, not removed. */
static void late_foreign_file(void **state)
{
	struct fixture *f = *state;
	struct map known = {0};
	int parent, site;

	assert_int_equal(mkdir(at(f, "old"), 0755), 0);
	assert_int_equal(mkdir(at(f, "old/sub"), 0755), 0);
	assert_int_equal(mkdir(f->site, 0755), 0);
	put_file(at(f, "old/known"), "1");
	put_file(at(f, "old/sub/late"), "2");
	map_put(&known, &f->mem, "known", f);
	parent = file_open_root(f->dir);
	site = file_open_root(f->site);
	assert_int_equal(tree_remove(parent, "old", &known, site), ST_OK);
	close(parent);
	close(site);
	assert_string_equal(get_file(f, "site/sub/late"), "2");
	assert_int_equal(entries_of(f, f->dir), 1);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    CASE(killed_at_any_point), CASE(page_over_the_limit), CASE(full_disk),
	    CASE(read_only_parent),    CASE(builds_at_once),      CASE(late_foreign_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
