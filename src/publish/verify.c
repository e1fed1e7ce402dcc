/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/verify.c - does a site hold exactly what its manifest says? */
#include "base/file.h"
#include "base/text.h"
#include "publish/publish_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static void say(struct out *to, const char *what, const char *path, const char *why)
{
	out_printf(to, "%s: ", what);
	text_write_visible(to, path, strlen(path));
	if (why)
		out_printf(to, " (%s)", why);
	out_putc(to, '\n');
}

/* Permissions that a copy may have got from another umask are let pass; those that give somebody
 * a way to run or change a page are not. */
static const char *bad_mode(mode_t mode)
{
	if (mode & 07111)
		return "may be executed";
	if (mode & 0002)
		return "may be written by anybody";
	if (!(mode & 0400))
		return "may not be read";
	return NULL;
}

/* Why the entry is not the manifest's file, NULL where it is. */
static const char *difference(int root, const struct tree_entry *e,
			      const struct manifest_file *file)
{
	char sha256[SHA256_HEX];
	const char *why;
	uint64_t size;

	if (e->type == TREE_LINK)
		return "is a symbolic link";
	if (e->type != TREE_FILE)
		return "is no file";
	if ((why = bad_mode(e->mode)))
		return why;
	if (e->size != file->size)
		return "other size";
	if (tree_hash(root, e->path, sha256, &size) != ST_OK)
		return strerror(errno);
	return strcmp(sha256, file->sha256) != 0 ? "other content" : NULL;
}

static int compare_files(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path,
		      ((const struct manifest_file *)b)->path);
}

static void check_entry(int root, const struct tree_entry *e, const struct manifest *manifest,
			const struct verify_options *options, struct verify_result *result,
			struct out *to)
{
	const struct manifest_file *file = map_get(&manifest->by_path, e->path);
	const char *why;

	if (file || !strcmp(e->path, MANIFEST_NAME)) {
		why = file ? difference(root, e, file) : bad_mode(e->mode);
		if (!why)
			return;
		say(to, "changed", e->path, why);
		result->changed++;
	} else if (e->type != TREE_FOLDER &&
		   !path_is_carried(options->carry, options->n_carry, e->path)) {
		say(to, "extra", e->path, e->type == TREE_LINK ? "a symbolic link" : NULL);
		result->extra++;
	}
}

/* Both lists are sorted by path: one pass over the two. */
static void compare_trees(int root, struct manifest *manifest, const struct tree *tree,
			  const struct verify_options *options, struct verify_result *result,
			  struct out *to)
{
	size_t i = 0, k = 0;

	while (i < manifest->files.n || k < tree->n) {
		int order = i == manifest->files.n ? 1
			    : k == tree->n
				? -1
				: strcmp(manifest->files.items[i].path, tree->items[k].path);
		if (order < 0) {
			say(to, "missing", manifest->files.items[i].path, NULL);
			result->missing++;
			i++;
			continue;
		}
		check_entry(root, &tree->items[k], manifest, options, result, to);
		i += !order;
		k++;
	}
}

/* Sorts the manifest's files; the map of paths is made again, since entries move. */
static void sort_files(struct arena *mem, struct manifest *manifest)
{
	if (manifest->files.n)
		qsort(manifest->files.items, manifest->files.n, sizeof *manifest->files.items,
		      compare_files);
	for (size_t i = 0; i < manifest->files.n; i++)
		map_put(&manifest->by_path, mem, manifest->files.items[i].path,
			&manifest->files.items[i]);
}

static enum status verify_open(struct arena *mem, int root, const struct verify_options *options,
			       struct verify_result *result, struct out *to,
			       struct diag_sink *diags)
{
	struct manifest manifest;
	struct tree tree;
	const char *why = manifest_read(mem, root, &manifest);

	if (why) {
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s/" MANIFEST_NAME "' %s",
			 options->dir, why);
		return ST_FAILED;
	}
	if (tree_walk(mem, root, &tree) != ST_OK) {
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s/%s': %s", options->dir,
			 tree.failed, strerror(errno));
		return ST_FAILED;
	}
	sort_files(mem, &manifest);
	result->files = manifest.files.n;
	memcpy(result->manifest_sha256, manifest.sha256, SHA256_HEX);
	if (options->digest && strcasecmp(options->digest, manifest.sha256) != 0) {
		result->digest_differs = true;
		say(to, "changed", MANIFEST_NAME, "its SHA-256 is not the one that was given");
	}
	compare_trees(root, &manifest, &tree, options, result, to);
	return ST_OK;
}

enum status verify_site(struct arena *mem, const struct verify_options *options,
			struct verify_result *result, struct out *to, struct diag_sink *diags)
{
	int root = file_open_root(options->dir);
	enum status st;

	*result = (struct verify_result){0};
	if (root < 0) {
		diag_add(diags, RULE_IO_READ, (struct span){0}, "'%s': %s", options->dir,
			 strerror(errno));
		return ST_FAILED;
	}
	st = verify_open(mem, root, options, result, to, diags);
	close(root);
	return st;
}

bool verify_clean(const struct verify_result *result)
{
	return !result->missing && !result->changed && !result->extra && !result->digest_differs;
}
