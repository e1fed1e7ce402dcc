/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publish/output.c - where a site may be written
 *
 * A mistyped --out must never cost a file: what is read is never what is written. */
#include "base/file.h"
#include "base/path.h"
#include "publish/publish_internal.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The real path of what exists of `path`, with the rest behind it. NULL and errno where that is
 * not certain: a link that leads nowhere, ".." behind what does not exist. */
static char *real_path(struct arena *mem, const char *path)
{
	char *head = arena_strdup(mem, *path ? path : "."), *rest = arena_strdup(mem, "");
	char *real;
	struct stat st;

	while (!(real = realpath(head, NULL))) {
		if (errno != ENOENT)
			return NULL;
		if (!lstat(head, &st)) {
			errno = ELOOP;
			return NULL;
		}
		size_t n = strlen(head);
		while (n && head[n - 1] == '/')
			head[--n] = '\0';
		const char *last = path_base(head);
		if (!strcmp(last, "..")) {
			errno = ENOENT;
			return NULL;
		}
		if (*last && strcmp(last, ".") != 0)
			rest = *rest ? arena_printf(mem, "%s/%s", last, rest)
				     : arena_strdup(mem, last);
		head =
		    last == head ? arena_strdup(mem, ".") : arena_strndup(mem, head, last - head);
	}
	char *whole = *rest ? arena_printf(mem, "%s/%s", strcmp(real, "/") ? real : "", rest)
			    : arena_strdup(mem, real);
	free(real);
	return whole;
}

/* True where `path` is `dir` or lies in it; both are real. */
static bool lies_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (!strcmp(dir, "/"))
		return true;
	return !strncmp(path, dir, n) && (path[n] == '/' || !path[n]);
}

/* The same by device and inode of each folder on the way, for folders mounted in two places. */
static bool reaches(struct arena *mem, const char *path, const char *dir)
{
	char *way = arena_strdup(mem, path);
	struct stat want, st;

	if (stat(dir, &want))
		return false;
	for (size_t n = strlen(way); n; n--) {
		if (way[n] && way[n] != '/')
			continue;
		way[n] = '\0';
		if (!stat(way, &st) && st.st_dev == want.st_dev && st.st_ino == want.st_ino)
			return true;
	}
	return false;
}

static bool is_inside(struct arena *mem, const char *path, const char *dir)
{
	return lies_in(path, dir) || reaches(mem, path, dir);
}

/* Why the real path `out` may not be written to, NULL where it may. */
static const char *refusal(struct arena *mem, const char *out,
			   const struct publish_options *options)
{
	const char *home = getenv("HOME"), *real;

	if (!strcmp(out, "/"))
		return "is the root of the file system";
	if (home && *home == '/' && (real = real_path(mem, home)) && strcmp(real, "/") != 0 &&
	    is_inside(mem, real, out))
		return "is or holds the home folder";
	for (size_t i = 0; i < options->n_forbidden; i++) {
		const char *input = options->forbidden[i];
		real = real_path(mem, input);
		if (!real)
			continue; /* what cannot be reached is not read either */
		if (is_inside(mem, out, real))
			return arena_printf(mem, "lies in '%s', which the site is made from",
					    input);
		if (is_inside(mem, real, out))
			return arena_printf(mem, "holds '%s', which the site is made from", input);
	}
	return NULL;
}

char *output_resolve(struct arena *mem, const struct publish_options *options,
		     struct diag_sink *diags)
{
	const struct span nowhere = {0};
	char *out = real_path(mem, options->out_dir);
	const char *why;
	int root;

	if (!out) {
		diag_add(diags, RULE_IO_WRITE, nowhere, "'%s': %s", options->out_dir,
			 strerror(errno));
		return NULL;
	}
	if ((why = refusal(mem, out, options))) {
		struct finding *f = diag_add(diags, RULE_IO_WRITE, nowhere, "the output '%s' %s",
					     options->out_dir, why);
		diag_help(diags, f, "name a folder of its own with --out");
		return NULL;
	}
	root = file_open_root("/");
	if (root < 0 || file_make_parents(root, out + 1) != ST_OK) {
		diag_add(diags, RULE_IO_WRITE, nowhere, "'%s': %s", options->out_dir,
			 strerror(errno));
		out = NULL;
	}
	if (root >= 0)
		close(root);
	return out;
}
