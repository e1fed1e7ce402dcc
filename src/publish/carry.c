/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/carry.c - files of the output that modelbook did not write go over as they are
 *
 * They are linked, not copied: until the swap they stand in both trees, so that a build that dies
 * takes none of them with it. */
#include "base/file.h"
#include "base/path.h"
#include "publish/publish_internal.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct carrying {
	struct publish *p;
	struct diag_sink *diags;
	struct carry_counts *counts;
	struct map our_folders; /* folders that hold a file of the former manifest */
	const char *group;      /* the foreign folder or file that warnings are gathered under */
	size_t group_files;
};

static void collect_our_folders(struct carrying *c)
{
	struct arena *mem = &c->p->mem;

	for (size_t i = 0; i < c->p->manifest.files.n; i++) {
		const char *path = c->p->manifest.files.items[i].path;
		for (size_t n = 1; path[n]; n++)
			if (path[n] == '/' && !map_get_n(&c->our_folders, path, n))
				map_put_n(&c->our_folders, mem, path, n, c);
	}
}

/* --- one warning for each foreign file, or for a foreign folder with all that it holds --- */

static void flush_group(struct carrying *c)
{
	if (c->group && c->group_files == 1 && c->group[strlen(c->group) - 1] != '/')
		diag_add(c->diags, RULE_SITE_FOREIGN_FILE, (struct span){0}, "'%s'", c->group);
	else if (c->group)
		diag_add(c->diags, RULE_SITE_FOREIGN_FILE, (struct span){0}, "'%s' (%zu %s)",
			 c->group, c->group_files, c->group_files == 1 ? "file" : "files");
	c->group = NULL;
	c->group_files = 0;
}

/* The topmost folder of `path` that is not ours, with its '/'; the path itself where all are. */
static const char *foreign_part(struct carrying *c, const char *path)
{
	for (size_t n = 1; path[n]; n++)
		if (path[n] == '/' && !map_get_n(&c->our_folders, path, n))
			return arena_strndup(&c->p->mem, path, n + 1);
	return path;
}

static void warn(struct carrying *c, const char *path)
{
	const char *part;

	if (path_is_carried(c->p->options->carry, c->p->options->n_carry, path))
		return;
	part = foreign_part(c, path);
	if (c->group && strcmp(c->group, part) != 0)
		flush_group(c);
	c->group = part;
	c->group_files++;
}

/* --- taking over --- */

/* Where the system refuses a link (another owner's file, too many links): a copy. */
static bool copy_file(const struct publish *p, const struct tree_entry *e)
{
	struct arena scratch;
	bool ok = false;
	char *bytes;
	size_t n;

	arena_init(&scratch);
	if (e->type == TREE_FILE) {
		ok = file_read(&scratch, p->former, e->path, SIZE_MAX / 2, &bytes, &n) == ST_OK &&
		     file_write(p->stage, e->path, bytes, n, false) == ST_OK &&
		     !fchmodat(p->stage, e->path, e->mode & 0777, 0);
	} else if (e->type == TREE_LINK) {
		ssize_t len;
		bytes = arena_alloc(&scratch, e->size + 2);
		len = readlinkat(p->former, e->path, bytes, e->size + 1);
		ok = len >= 0 && (uint64_t)len == e->size && !symlinkat(bytes, p->stage, e->path);
	}
	int error = errno;
	arena_release(&scratch);
	errno = error;
	return ok;
}

static bool take_over(struct carrying *c, const struct tree_entry *e)
{
	const struct publish *p = c->p;

	if (file_make_parents(p->stage, e->path) != ST_OK)
		return false;
	if (linkat(p->former, e->path, p->stage, e->path, 0)) {
		if (errno != EPERM && errno != EMLINK && errno != EXDEV)
			return false;
		if (!copy_file(p, e))
			return false;
	}
	c->counts->carried++;
	warn(c, e->path);
	return true;
}

static bool holds_what_manifest_says(const struct publish *p, const struct tree_entry *e,
				     const struct manifest_file *file)
{
	char sha256[SHA256_HEX];
	uint64_t size;

	return e->type == TREE_FILE && e->size == file->size &&
	       tree_hash(p->former, e->path, sha256, &size) == ST_OK &&
	       !strcmp(sha256, file->sha256);
}

/* A foreign file in the place of a new page: it is neither written over nor passed over. */
static enum status refuse_clash(struct carrying *c, const struct tree_entry *e,
				const struct manifest_file *page)
{
	if (holds_what_manifest_says(c->p, e, page))
		return ST_OK;
	struct finding *f =
	    diag_add(c->diags, RULE_IO_WRITE, (struct span){0},
		     "'%s/%s' was not written by modelbook and is in the place of a page",
		     c->p->options->out_dir, e->path);
	diag_help(c->diags, f, "move the file away, or rename the page");
	return ST_FAILED;
}

static enum status carry_entry(struct carrying *c, const struct tree_entry *e)
{
	const struct manifest_file *former = map_get(&c->p->manifest.by_path, e->path);
	const struct manifest_file *page = map_get(&c->p->by_path, e->path);

	if (!strcmp(e->path, MANIFEST_NAME))
		return ST_OK;
	if (page)
		return former ? ST_OK : refuse_clash(c, e, page);
	if (former && holds_what_manifest_says(c->p, e, former)) {
		c->counts->removed++;
		return ST_OK;
	}
	/* not ours, or no longer what we wrote */
	if (take_over(c, e))
		return ST_OK;
	publish_cannot(c->diags, c->p, e->path, errno);
	return ST_FAILED;
}

/* A foreign folder keeps its mode, and is kept where it is empty. */
static bool keep_folder(const struct publish *p, const struct tree_entry *e)
{
	if (file_make_parents(p->stage, e->path) != ST_OK)
		return false;
	return !mkdirat(p->stage, e->path, 0755) || errno == EEXIST;
}

static enum status carry_all(struct carrying *c, const struct tree *tree, struct map *known)
{
	struct publish *p = c->p;

	for (size_t i = 0; i < tree->n; i++) {
		const struct tree_entry *e = &tree->items[i];
		if (e->type != TREE_FOLDER) {
			map_put(known, &p->mem, e->path, p);
			if (carry_entry(c, e) != ST_OK)
				return ST_FAILED;
		} else if (!map_has(&c->our_folders, e->path) && !keep_folder(p, e)) {
			publish_cannot(c->diags, p, e->path, errno);
			return ST_FAILED;
		}
	}
	flush_group(c);
	for (size_t i = tree->n; i-- > 0;) {
		const struct tree_entry *e = &tree->items[i];
		if (e->type == TREE_FOLDER && !map_has(&c->our_folders, e->path) &&
		    !map_has(&p->folders, e->path) && fchmodat(p->stage, e->path, e->mode, 0)) {
			publish_cannot(c->diags, p, e->path, errno);
			return ST_FAILED;
		}
	}
	return ST_OK;
}

enum status carry_over(struct publish *p, struct map *known, struct carry_counts *counts,
		       struct diag_sink *diags)
{
	struct carrying c = {.p = p, .diags = diags, .counts = counts};
	struct tree tree;

	if (p->former < 0)
		return ST_OK;
	if (tree_walk(&p->mem, p->former, &tree) != ST_OK) {
		if (errno == EXDEV)
			diag_add(diags, RULE_IO_WRITE, (struct span){0},
				 "'%s/%s': another file system is mounted there",
				 p->options->out_dir, tree.failed);
		else
			publish_cannot(diags, p, tree.failed, errno);
		return ST_FAILED;
	}
	collect_our_folders(&c);
	return carry_all(&c, &tree, known);
}
