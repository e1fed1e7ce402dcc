/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/path.h - paths inside a workspace and names of pages
 *
 * A workspace path is relative, with '/' between components, none of them empty, "." or "..". */
#ifndef BASE_PATH_H
#define BASE_PATH_H
#include "base/arena.h"
#include <stdbool.h>

/* "a/b" + "c" = "a/b/c"; an empty first part gives the second. */
char *path_join(struct arena *mem, const char *dir, const char *name);
/* The folder part without a trailing '/', "" where there is none. */
char *path_dir(struct arena *mem, const char *path);
const char *path_base(const char *path);
/* ".md" of "a/b.md"; "" where the last component has no dot behind its first byte. */
const char *path_extension(const char *path);
/* Resolves `link` ('.' and '..' allowed) from folder `dir`. NULL where it climbs out. */
char *path_resolve(struct arena *mem, const char *dir, const char *link);
/* The way from folder `dir` to `path`, both relative to one root: "../x/y.html". */
char *path_relative(struct arena *mem, const char *dir, const char *path);
/* A page's path for an input path (design.md, Pages): in each component ASCII letters are
 * lower-cased, ASCII bytes outside [a-z0-9._-] become '-', letters, marks and digits beyond
 * ASCII stay, everything else beyond ASCII becomes '-'. NULL where the path is not UTF-8, has
 * an empty, "." or ".." component, or one over 200 bytes. */
char *path_page(struct arena *mem, const char *path);
/* The key by which two page paths collide: case-folded, NFC. */
char *path_collision_key(struct arena *mem, const char *path);
/* Percent-encodes all bytes but unreserved ones and '/'. */
char *path_encode_url(struct arena *mem, const char *path);
/* Decodes %XX; NULL where an escape is malformed or gives a NUL. */
char *path_decode_url(struct arena *mem, const char *p, size_t n);
/* Shell-like match: '*' within a component, '**' across components, '?' one byte. */
bool path_match(const char *pattern, const char *path);
#endif
