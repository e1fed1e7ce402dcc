/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/tree.c - looking through a folder, removing it, hashing its files
 *
 * One folder is open at a time, so that the depth of a tree costs no descriptors. */
#include "base/file.h"
#include "base/path.h"
#include "publish/publish_internal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int tree_open_folder(int root, const char *path)
{
	struct open_how how = {
	    .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof how);
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	return (int)fd;
}

static enum tree_type type_of(mode_t mode)
{
	return S_ISREG(mode)   ? TREE_FILE
	       : S_ISDIR(mode) ? TREE_FOLDER
	       : S_ISLNK(mode) ? TREE_LINK
			       : TREE_OTHER;
}

/* Appends the entries of one folder; those that are gone since readdir are passed over. */
static enum status list_folder(struct arena *mem, int root, const char *path, struct tree *tree)
{
	int fd = tree_open_folder(root, *path ? path : ".");
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	int error;

	if (!d) {
		error = errno;
		if (fd >= 0)
			close(fd);
		errno = error;
		return ST_FAILED;
	}
	while ((errno = 0, e = readdir(d))) {
		struct stat st;
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
			if (errno == ENOENT)
				continue;
			break;
		}
		*ARENA_PUSH(mem, tree) = (struct tree_entry){
		    .path = path_join(mem, path, e->d_name),
		    .size = (uint64_t)st.st_size,
		    .mode = st.st_mode & 07777,
		    .type = type_of(st.st_mode),
		};
	}
	error = errno;
	closedir(d);
	errno = error;
	return error ? ST_FAILED : ST_OK;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct tree_entry *)a)->path, ((const struct tree_entry *)b)->path);
}

enum status tree_walk(struct arena *mem, int root, struct tree *tree)
{
	*tree = (struct tree){0};
	if (list_folder(mem, root, "", tree) != ST_OK) {
		tree->failed = ".";
		return ST_FAILED;
	}
	/* the list grows by what its own folders hold */
	for (size_t i = 0; i < tree->n; i++) {
		if (tree->items[i].type != TREE_FOLDER)
			continue;
		const char *path = tree->items[i].path;
		if (list_folder(mem, root, path, tree) != ST_OK) {
			tree->failed = path;
			return ST_FAILED;
		}
	}
	if (tree->n)
		qsort(tree->items, tree->n, sizeof *tree->items, compare_paths);
	return ST_OK;
}

static bool rescue_file(int from, const char *path, int rescue)
{
	return file_make_parents(rescue, path) == ST_OK &&
	       !renameat2(from, path, rescue, path, RENAME_NOREPLACE);
}

/* Empties the folder: files first, then folders from the deepest up. */
static enum status empty_folder(int root, const struct tree *tree, const struct map *known,
				int rescue)
{
	enum status st = ST_OK;
	int error = 0;

	for (size_t i = 0; i < tree->n; i++) {
		const struct tree_entry *e = &tree->items[i];
		/* a folder without write permission would keep what it holds */
		if (e->type == TREE_FOLDER && (e->mode & 0700) != 0700 &&
		    fchmodat(root, e->path, 0700, 0))
			st = ST_FAILED, error = errno;
	}
	for (size_t i = tree->n; i-- > 0;) {
		const struct tree_entry *e = &tree->items[i];
		bool ok;
		if (e->type == TREE_FOLDER)
			ok = !unlinkat(root, e->path, AT_REMOVEDIR);
		else if (known && !map_has(known, e->path))
			ok = rescue_file(root, e->path, rescue);
		else
			ok = !unlinkat(root, e->path, 0);
		if (!ok && errno != ENOENT)
			st = ST_FAILED, error = errno;
	}
	errno = error;
	return st;
}

enum status tree_remove(int parent, const char *name, const struct map *known, int rescue)
{
	struct arena mem;
	struct tree tree;
	int error = 0, root = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	enum status st;

	if (root < 0)
		return errno == ENOENT ? ST_OK : ST_FAILED;
	arena_init(&mem);
	st = tree_walk(&mem, root, &tree);
	if (st == ST_OK)
		st = empty_folder(root, &tree, known, rescue);
	if (st != ST_OK)
		error = errno;
	close(root);
	arena_release(&mem);
	if (st == ST_OK && unlinkat(parent, name, AT_REMOVEDIR))
		return ST_FAILED;
	errno = error;
	return st;
}

enum status tree_hash(int root, const char *path, char sha256[SHA256_HEX], uint64_t *size)
{
	enum { CHUNK = 64 * 1024 };
	char chunk[CHUNK];
	struct sha256_stream stream;
	int error, fd = file_open_beneath(root, path);
	ssize_t got;

	if (fd < 0)
		return ST_FAILED;
	*size = 0;
	sha256_start(&stream);
	while ((got = read(fd, chunk, CHUNK)) > 0 || (got < 0 && errno == EINTR)) {
		if (got < 0)
			continue;
		sha256_add(&stream, chunk, (size_t)got);
		*size += (uint64_t)got;
	}
	sha256_finish(&stream, sha256);
	error = errno;
	close(fd);
	errno = error;
	return got < 0 ? ST_FAILED : ST_OK;
}
