/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_cache.h - trees kept from run to run, a group of documents under one key
 *
 * A key is the digest of all that the trees of its group depend on: the texts, where their bodies
 * begin, the program itself, and what gists depend on. Groups end where a path's hash says so, so
 * that a document that comes or goes changes one group. What is read back is checked like what a
 * worker hands back. */
#ifndef READ_MARKDOWN_CACHE_H
#define READ_MARKDOWN_CACHE_H
#include "base/hash.h"
#include "base/store.h"
#include "base/worker.h"
#include "read/markdown.h"

struct md_group {
	size_t first, n; /* of the inputs */
	char key[SHA256_HEX];
};

/* Groups of the inputs, in their order; *n_groups counts them. In `mem`. `gists`: NULL for none. */
struct md_group *md_groups(struct arena *mem, const struct md_input *inputs, size_t n,
			   const struct md_gists *gists, size_t *n_groups);
/* What the store holds for a group, one result for each of its inputs; false where it has none.
 * `results` has room for group->n; their bytes live in `mem`. */
bool md_group_get(struct arena *mem, struct store *store, const struct md_group *group,
		  struct worker_result *results);
/* Keeps a group whose inputs all ended as WORKER_DONE; others are read anew each time. */
void md_group_put(struct store *store, const struct md_group *group,
		  const struct worker_result *results);
#endif
