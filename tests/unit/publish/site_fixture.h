/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unit/publish/site_fixture.h - a folder of its own for each test, sites built in it, snapshots */
#ifndef SITE_FIXTURE_H
#define SITE_FIXTURE_H
#include "base/file.h"
#include "base/text.h"
#include "publish/publish.h"
#include "publish/publish_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct arena mem;
	struct diag_sink diags;
	char dir[64];  /* removed in the end */
	char site[80]; /* dir/site: the output unless a test says otherwise */
	struct publish_options options;
	struct publish_summary summary;
};

struct page_text {
	const char *path, *text;
};

static inline char *at(struct fixture *f, const char *path)
{
	return arena_printf(&f->mem, "%s/%s", f->dir, path);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	const char *tmp = getenv("TMPDIR");

	arena_init(&f->mem);
	diag_init(&f->diags, &f->mem);
	snprintf(f->dir, sizeof f->dir, "%.40s/publish.XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->dir));
	snprintf(f->site, sizeof f->site, "%s/site", f->dir);
	f->options.out_dir = f->site;
	*state = f;
	return 0;
}

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void remove_tree(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	remove_tree(f->dir);
	arena_release(&f->mem);
	free(f);
	return 0;
}

static inline void put_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, strlen(text), out), strlen(text));
	assert_int_equal(fclose(out), 0);
}

static inline const char *get_file(struct fixture *f, const char *path)
{
	int root = file_open_root(f->dir);
	char *text;
	size_t n;
	enum status st = file_read(&f->mem, root, path, 1 << 20, &text, &n);

	close(root);
	return st == ST_OK ? text : NULL;
}

static inline enum status build_pages(struct fixture *f, const struct page_text *pages, size_t n)
{
	const struct manifest_input input = {
	    "content/a.md", 5, "0000000000000000000000000000000000000000000000000000000000000000"};
	struct publish *p = publish_begin(&f->mem, &f->options, &f->diags);

	if (!p)
		return ST_FAILED;
	for (size_t i = 0; i < n; i++)
		publish_file(p, pages[i].path, pages[i].text, strlen(pages[i].text));
	if (publish_commit(p, "0.1.0", "2025-01-02", &input, 1, &f->summary, &f->diags) == ST_OK)
		return ST_OK;
	publish_abort(p);
	return ST_FAILED;
}
#define BUILD(f, ...)                                                                              \
	build_pages((f), (const struct page_text[]){__VA_ARGS__},                                  \
		    sizeof((const struct page_text[]){__VA_ARGS__}) / sizeof(struct page_text))

static inline bool has_finding(const struct fixture *f, enum rule rule, const char *part)
{
	for (size_t i = 0; i < f->diags.n; i++)
		if (f->diags.items[i].rule == rule && strstr(f->diags.items[i].detail, part))
			return true;
	return false;
}

static inline size_t count_findings(const struct fixture *f, enum rule rule)
{
	size_t n = 0;

	for (size_t i = 0; i < f->diags.n; i++)
		n += f->diags.items[i].rule == rule;
	return n;
}

/* Every path beneath a folder with type, mode and digest, as text. */
static inline const char *snapshot(struct fixture *f, const char *dir)
{
	int root = file_open_root(dir);
	struct out o = {0};
	struct tree tree;
	const char *text;

	if (root < 0)
		return "(absent)";
	assert_int_equal(tree_walk(&f->mem, root, &tree), ST_OK);
	for (size_t i = 0; i < tree.n; i++) {
		const struct tree_entry *e = &tree.items[i];
		char sha256[SHA256_HEX] = "-";
		uint64_t size;
		if (e->type == TREE_FILE)
			tree_hash(root, e->path, sha256, &size);
		out_printf(&o, "%s %d %o %s\n", e->path, (int)e->type, (unsigned)e->mode, sha256);
	}
	close(root);
	text = arena_strdup(&f->mem, out_text(&o));
	out_release(&o);
	return text;
}

/* Nothing but the output stands in the folder: no stage was left behind. */
static inline size_t entries_of(struct fixture *f, const char *dir)
{
	int root = file_open_root(dir);
	struct tree tree;
	size_t n = 0;

	assert_true(root >= 0);
	assert_int_equal(tree_walk(&f->mem, root, &tree), ST_OK);
	close(root);
	for (size_t i = 0; i < tree.n; i++)
		n += !strchr(tree.items[i].path, '/');
	return n;
}

static inline enum status verify_it(struct fixture *f, const char *const *carry, size_t n_carry,
				    const char *digest, struct verify_result *result,
				    const char **lines)
{
	const struct verify_options options = {
	    .dir = f->site, .digest = digest, .carry = carry, .n_carry = n_carry};
	struct out to = {0};
	enum status st = verify_site(&f->mem, &options, result, &to, &f->diags);

	*lines = arena_strdup(&f->mem, out_text(&to));
	out_release(&to);
	return st;
}

static inline void expect_clean(struct fixture *f)
{
	struct verify_result result;
	const char *lines;

	assert_int_equal(verify_it(f, NULL, 0, NULL, &result, &lines), ST_OK);
	assert_string_equal(lines, "");
	assert_true(verify_clean(&result));
}
#endif
