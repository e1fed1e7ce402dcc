/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/history.c - the files that a revision of the git repository around a folder holds
 *
 * Of libgit2 only what reads objects is used: open, resolve a name, look trees up, hash bytes. None
 * of these runs hooks, filters, file-system monitors, external diffs or credential helpers, none
 * asks the index or the work tree, and none fetches what a partial clone lacks. core.worktree has
 * no say, since paths are counted from the folder that holds `.git`; alternates can but add
 * objects, of which paths and ids alone are taken. So it does not matter who owns the repository.
 */
#include "read/history.h"
#include "base/hash.h"
#include "base/out.h"
#include "base/text.h"
#include <errno.h>
#include <git2.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	MOST_FILES = 2000000,
	LONGEST_PATH = 4096 /* which bounds the depth of trees, too */
};

/* What reading keeps track of. */
struct reader {
	struct arena *mem;
	git_repository *repository;
	struct history *history;
	const char *why; /* the first failure */
};

static const char *git_says(struct arena *mem)
{
	const git_error *error = git_error_last();

	return arena_strdup(mem, error && error->message ? error->message : "unknown error");
}

/* The same in brackets behind other words; "" where it says nothing. */
static const char *git_says_behind(struct arena *mem)
{
	const git_error *error = git_error_last();

	return error && error->message ? arena_printf(mem, " (%s)", error->message) : "";
}

/* ---- trees ---- */

static bool read_tree(struct reader *r, const git_tree *tree, const char *path);

static bool read_entry(struct reader *r, const git_tree_entry *entry, const char *path)
{
	const git_oid *id = git_tree_entry_id(entry);
	git_filemode_t mode = git_tree_entry_filemode(entry);
	git_tree *tree;
	bool good;

	if (mode == GIT_FILEMODE_COMMIT) {
		if (!r->history->link)
			r->history->link = path;
		return true;
	}
	if (mode != GIT_FILEMODE_TREE) {
		git_oid *copy = arena_new(r->mem, git_oid, 1);
		if (mode == GIT_FILEMODE_LINK) /* a link is never read */
			return true;
		*copy = *id;
		map_put(&r->history->files, r->mem, path, copy);
		if (r->history->files.n > MOST_FILES)
			r->why = "the revision holds too many files";
		return !r->why;
	}
	if (git_tree_lookup(&tree, r->repository, id)) {
		r->why = git_says(r->mem);
		return false;
	}
	good = read_tree(r, tree, path);
	git_tree_free(tree);
	return good;
}

static bool read_tree(struct reader *r, const git_tree *tree, const char *path)
{
	for (size_t i = 0; i < git_tree_entrycount(tree); i++) {
		const git_tree_entry *entry = git_tree_entry_byindex(tree, i);
		const char *full = arena_printf(r->mem, "%s%s%s", path, *path ? "/" : "",
						git_tree_entry_name(entry));
		if (strlen(full) > LONGEST_PATH) {
			r->why = "the revision holds a path that is too long";
			return false;
		}
		if (!read_entry(r, entry, full))
			return false;
	}
	return true;
}

/* Reads what stands at `path` below the folder, whose own place in the tree is `prefix`. */
static bool read_path(struct reader *r, const git_tree *root, const char *prefix, const char *path)
{
	const char *full =
	    arena_printf(r->mem, "%s%s%s", prefix, *prefix && *path ? "/" : "", path);
	git_tree_entry *entry;
	bool good;
	int error;

	if (!*full)
		return read_tree(r, root, "");
	error = git_tree_entry_bypath(&entry, root, full);
	if (error == GIT_ENOTFOUND)
		return true; /* the revision does not hold it */
	if (error) {
		r->why = git_says(r->mem);
		return false;
	}
	good = read_entry(r, entry, path);
	git_tree_entry_free(entry);
	return good;
}

/* ---- the repository ---- */

/* The folder that holds `.git`, at or above `dir`; `prefix` is what leads from there to `dir`. */
static const char *find_repository(struct arena *mem, const char *dir, const char **prefix)
{
	char real[PATH_MAX];
	struct stat st;
	char *top;
	size_t n;

	if (!realpath(dir, real))
		return NULL;
	top = arena_strdup(mem, real);
	n = strlen(top);
	for (;;) {
		if (!stat(arena_printf(mem, "%s/.git", top), &st)) {
			*prefix = real + strlen(top);
			*prefix = arena_strdup(mem, *prefix + strspn(*prefix, "/"));
			return *top ? top : "/";
		}
		if (!n)
			return NULL;
		while (n && top[n - 1] != '/')
			n--;
		n -= n > 0;
		top[n] = '\0';
	}
}

/* Configuration of the machine and the user has no say; extensions that concern the work tree or
 * what was not fetched do not change what objects say. */
static void start_git(void)
{
	static const git_config_level_t levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA,
						    GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG,
						    GIT_CONFIG_LEVEL_GLOBAL};
	static const char *extensions[] = {"noop", "worktreeconfig", "partialclone",
					   "preciousobjects"};

	git_libgit2_init();
	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
			 sizeof extensions / sizeof *extensions);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0); /* see the top of this file */
}

static git_commit *find_commit(struct reader *r, const char *rev)
{
	git_object *object = NULL, *commit = NULL;

	if (!git_revparse_single(&object, r->repository, rev) &&
	    git_object_peel(&commit, object, GIT_OBJECT_COMMIT))
		r->why = arena_printf(r->mem, "'%s' names no commit", rev);
	else if (!commit && git_repository_is_shallow(r->repository) == 1)
		r->why = arena_printf(r->mem,
				      "revision '%s' is not in this shallow clone; fetch the "
				      "history first: 'git fetch --unshallow', or 'fetch-depth: 0' "
				      "for actions/checkout",
				      rev);
	else if (!commit)
		r->why = arena_printf(r->mem,
				      "no revision '%s' in the repository%s; fetch it first: "
				      "'git fetch origin BRANCH', or 'fetch-depth: 0' for "
				      "actions/checkout",
				      rev, git_says_behind(r->mem));
	git_object_free(object);
	return (git_commit *)commit;
}

static void read_revision(struct reader *r, const char *rev, const char *prefix,
			  const char *const *paths, size_t n_paths)
{
	git_commit *commit = find_commit(r, rev);
	git_tree *root = NULL;

	if (!commit)
		return;
	if (git_commit_tree(&root, commit))
		r->why = git_says(r->mem);
	for (size_t i = 0; i < n_paths && !r->why; i++)
		read_path(r, root, prefix, paths[i]);
	git_tree_free(root);
	git_commit_free(commit);
}

/* A message with the names in it as people see them: on one line. */
static const char *visible(struct arena *mem, const char *message)
{
	struct out o = {0};
	char *result;

	text_write_visible(&o, message, strlen(message));
	result = arena_strndup(mem, out_text(&o), o.n);
	out_release(&o);
	return result;
}

struct history *history_read(struct arena *mem, const char *dir, const char *rev,
			     const char *const *paths, size_t n_paths, const char **why)
{
	struct reader r = {.mem = mem, .history = arena_new(mem, struct history, 1)};
	const char *prefix, *top = find_repository(mem, dir, &prefix);

	if (!top) {
		*why = visible(mem, arena_printf(mem, "'%s' lies in no git repository", dir));
		return NULL;
	}
	start_git();
	if (git_repository_open_ext(&r.repository, top, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL))
		r.why = arena_printf(mem, "the git repository at '%s' cannot be read: %s", top,
				     git_says(mem));
	else
		read_revision(&r, rev, prefix, paths, n_paths);
	git_repository_free(r.repository);
	git_libgit2_shutdown();
	*why = r.why ? visible(mem, r.why) : NULL;
	return r.why ? NULL : r.history;
}

/* ---- comparing ---- */

static bool has_id(const git_oid *id, const char *text, size_t len)
{
	git_oid own;

	return !git_odb_hash(&own, text, len, GIT_OBJECT_BLOB) && git_oid_equal(id, &own);
}

bool history_same(const struct history *history, const char *path, const char *text, size_t len)
{
	const git_oid *id = map_get(&history->files, path);
	bool same;
	char *unix_text;
	size_t n = 0;

	if (!id)
		return false;
	git_libgit2_init();
	same = has_id(id, text, len);
	if (!same && memmem(text, len, "\r\n", 2)) {
		unix_text = mem_realloc(NULL, len);
		for (size_t i = 0; i < len; i++)
			if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
				unix_text[n++] = text[i];
		same = has_id(id, unix_text, n);
		free(unix_text);
	}
	git_libgit2_shutdown();
	return same;
}
