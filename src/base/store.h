/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/store.h - a content-addressed cache without any policy
 *
 * Keys are SHA-256 of everything a value depends on, so that nothing ever has to be called
 * stale. An entry that cannot be read back whole counts as absent. */
#ifndef BASE_STORE_H
#define BASE_STORE_H
#include "base/arena.h"
#include "base/hash.h"
#include <stdbool.h>
#include <sys/uio.h>

struct store; /* NULL stands for no cache: get finds nothing, put does nothing */

/* What tells this build of the program, with the libraries that it runs with, from any other: the
 * digest of their build ids, which the linker makes from their contents, and of the version. Goes
 * into every key, so that another program, or one with another Markdown reader, never reads what
 * this one computed. Static text. First called before there are threads. */
const char *store_program_id(void);
/* The cache in folder `dir` (made where absent), NULL where it cannot be used. */
struct store *store_open(struct arena *mem, const char *dir);
/* $XDG_CACHE_HOME/modelbook, else $HOME/.cache/modelbook, else NULL. */
char *store_default_dir(struct arena *mem);
bool store_get(struct store *store, struct arena *mem, const char key[SHA256_HEX], char **bytes,
	       size_t *n);
void store_put(struct store *store, const char key[SHA256_HEX], const void *bytes, size_t n);
/* store_put() of pieces that follow each other. */
void store_put_pieces(struct store *store, const char key[SHA256_HEX], const struct iovec *pieces,
		      size_t n);
#endif
