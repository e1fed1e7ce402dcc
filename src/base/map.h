/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/map.h - a map from text to pointers that remembers the order of insertion
 *
 * Keys are byte strings (NULs allowed) and are borrowed, so they must outlive the map. Iterate
 * over `entries[0..n)`, which is the order of insertion; nothing is ever removed. */
#ifndef BASE_MAP_H
#define BASE_MAP_H
#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>

struct map_entry {
	const char *key;
	size_t len;
	uint64_t hash;
	void *value;
};

struct map {
	struct map_entry *entries;
	size_t n, cap;
	uint32_t *slots; /* index + 1 into entries, 0 free */
	size_t n_slots;
};

/* NULL where the key is absent (or its value NULL). */
void *map_get(const struct map *m, const char *key);
void *map_get_n(const struct map *m, const char *key, size_t len);
/* Sets the key's value and returns the one that it had, NULL where it was absent. */
void *map_put(struct map *m, struct arena *mem, const char *key, void *value);
void *map_put_n(struct map *m, struct arena *mem, const char *key, size_t len, void *value);
/* Takes room for n entries in an empty map. */
void map_reserve(struct map *m, struct arena *mem, size_t n);
bool map_has(const struct map *m, const char *key);
#endif
