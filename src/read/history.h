/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/history.h - the files that a revision of the git repository around a folder holds (libgit2)
 *
 * Files are compared by the bytes that the revision has of them. Neither the index nor ignore
 * rules, attributes or filters are asked, so that none of them can make a changed file look
 * unchanged; nothing that the repository names is run, fetched or written.
 *
 * Because of that the repository may belong to another user, as checkouts in containers do. */
#ifndef READ_HISTORY_H
#define READ_HISTORY_H
#include "base/map.h"
#include <stdbool.h>

struct history {
	struct map files; /* paths of regular files, relative to the folder */
	const char *link; /* the first submodule, whose files are not known; NULL for none */
};

/* What revision `rev` (any name of a commit that git-rev-parse takes) holds of `paths` (files or
 * folders below `dir`, which must not begin or end with '/'; "" is all of it). NULL, and *why for
 * people, where there is no repository at or above `dir`, no such revision, or where it cannot be
 * read. */
struct history *history_read(struct arena *mem, const char *dir, const char *rev,
			     const char *const *paths, size_t n_paths, const char **why);
/* True where the revision holds a regular file at this path, among those that were asked for, with
 * these very bytes; CR LF may stand for LF, as a checkout may write it. */
bool history_same(const struct history *history, const char *path, const char *text, size_t len);
#endif
