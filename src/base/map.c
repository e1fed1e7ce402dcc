/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/map.c - open addressing over an array of entries in order of insertion */
#include "base/map.h"
#include "base/hash.h"
#include <string.h>

static struct map_entry *find_entry(const struct map *m, const char *key, size_t len, uint64_t hash)
{
	if (!m->n_slots)
		return NULL;
	for (size_t i = hash & (m->n_slots - 1);; i = (i + 1) & (m->n_slots - 1)) {
		struct map_entry *e;
		if (!m->slots[i])
			return NULL;
		e = &m->entries[m->slots[i] - 1];
		if (e->hash == hash && e->len == len && !memcmp(e->key, key, len))
			return e;
	}
}

void *map_get_n(const struct map *m, const char *key, size_t len)
{
	const struct map_entry *e = find_entry(m, key, len, hash_bytes(key, len));

	return e ? e->value : NULL;
}

void *map_get(const struct map *m, const char *key)
{
	return map_get_n(m, key, strlen(key));
}

bool map_has(const struct map *m, const char *key)
{
	size_t len = strlen(key);

	return find_entry(m, key, len, hash_bytes(key, len));
}

static void put_slot(struct map *m, uint64_t hash, uint32_t index)
{
	size_t i = hash & (m->n_slots - 1);

	while (m->slots[i])
		i = (i + 1) & (m->n_slots - 1);
	m->slots[i] = index + 1;
}

static void grow(struct map *m, struct arena *mem)
{
	m->n_slots = m->n_slots ? m->n_slots * 2 : 16;
	m->slots = arena_new(mem, uint32_t, m->n_slots);
	for (size_t i = 0; i < m->n; i++)
		put_slot(m, m->entries[i].hash, (uint32_t)i);
}

void map_reserve(struct map *m, struct arena *mem, size_t n)
{
	if (m->cap || !n)
		return;
	m->entries = arena_new(mem, struct map_entry, n);
	m->cap = n;
	for (m->n_slots = 8; m->n_slots < n * 2;)
		m->n_slots *= 2;
	m->slots = arena_new(mem, uint32_t, m->n_slots);
}

void *map_put_n(struct map *m, struct arena *mem, const char *key, size_t len, void *value)
{
	uint64_t hash = hash_bytes(key, len);
	struct map_entry *e = find_entry(m, key, len, hash);

	if (e) {
		void *former = e->value;
		e->value = value;
		return former;
	}
	if (m->n * 2 >= m->n_slots)
		grow(m, mem);
	e = arena_push(mem, (void **)&m->entries, &m->n, &m->cap, sizeof *e);
	*e = (struct map_entry){key, len, hash, value};
	put_slot(m, hash, (uint32_t)(m->n - 1));
	return NULL;
}

void *map_put(struct map *m, struct arena *mem, const char *key, void *value)
{
	return map_put_n(m, mem, key, strlen(key), value);
}
