/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_cache.c - trees kept from run to run */
#include "read/markdown_cache.h"
#include <string.h>

enum {
	GROUP_USUAL = 64, /* documents in a group, on average */
	GROUP_MOST = 256,
	ALIGNMENT = 16, /* of each result in an entry */
};

static size_t padded(size_t n)
{
	return (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

static bool ends_group(const struct md_input *input, size_t in_group)
{
	const char *path = input->source->path;

	return in_group == GROUP_MOST || hash_bytes(path, strlen(path)) % GROUP_USUAL == 0;
}

/* What the gists of a group depend on; nothing where there are none, so that trees are shared with
 * runs that want no gists. */
static void add_gists(struct sha256_stream *stream, const struct md_group *group,
		      const struct md_input *inputs, const struct md_gists *gists)
{
	bool any = false;

	for (size_t i = 0; gists && i < group->n; i++)
		any = any || inputs[group->first + i].gist;
	if (!any)
		return;
	sha256_add(stream, gists->key, strlen(gists->key) + 1);
	for (size_t i = 0; i < group->n; i++) {
		const char *gist = inputs[group->first + i].gist;
		sha256_add(stream, gist ? "+" : "-", 1);
		if (gist)
			sha256_add(stream, gist, strlen(gist) + 1);
	}
}

static void set_key(struct md_group *group, const struct md_input *inputs,
		    const struct md_gists *gists)
{
	struct sha256_stream stream;

	sha256_start(&stream);
	sha256_add(&stream, "markdown trees of ", strlen("markdown trees of "));
	sha256_add(&stream, store_program_id(), strlen(store_program_id()));
	for (size_t i = 0; i < group->n; i++) {
		const struct md_input *input = &inputs[group->first + i];
		const struct source *source = input->source;
		uint64_t numbers[] = {source->len, input->body_start};
		char digest[SHA256_HEX];
		if (!source->sha256)
			sha256_hex(source->text, source->len, digest);
		sha256_add(&stream, numbers, sizeof numbers);
		sha256_add(&stream, source->sha256 ? source->sha256 : digest, SHA256_HEX - 1);
	}
	add_gists(&stream, group, inputs, gists);
	sha256_finish(&stream, group->key);
}

struct md_group *md_groups(struct arena *mem, const struct md_input *inputs, size_t n,
			   const struct md_gists *gists, size_t *n_groups)
{
	struct {
		LIST_OF(struct md_group);
	} groups = {0};
	size_t first = 0;

	for (size_t i = 0; i < n; i++) {
		struct md_group *group;
		if (i + 1 < n && !ends_group(&inputs[i], i + 1 - first))
			continue;
		group = ARENA_PUSH(mem, &groups);
		group->first = first;
		group->n = i + 1 - first;
		set_key(group, inputs, gists);
		first = i + 1;
	}
	*n_groups = groups.n;
	return groups.items;
}

bool md_group_get(struct arena *mem, struct store *store, const struct md_group *group,
		  struct worker_result *results)
{
	char *bytes;
	size_t n, at = 0;

	if (!store_get(store, mem, group->key, &bytes, &n))
		return false;
	for (size_t i = 0; i < group->n; i++) {
		uint64_t length;
		if (n - at < ALIGNMENT)
			return false;
		memcpy(&length, bytes + at, sizeof length);
		at += ALIGNMENT;
		if (length > n - at || padded(length) > n - at)
			return false;
		results[i] = (struct worker_result){WORKER_DONE, bytes + at, length};
		at += padded(length);
	}
	return at == n;
}

void md_group_put(struct store *store, const struct md_group *group,
		  const struct worker_result *results)
{
	static const char zeros[ALIGNMENT];
	enum { PIECES = 3 }; /* of one result: its length, itself, padding */
	uint64_t lengths[GROUP_MOST][ALIGNMENT / sizeof(uint64_t)];
	struct iovec pieces[GROUP_MOST * PIECES];

	for (size_t i = 0; i < group->n; i++)
		if (results[i].end != WORKER_DONE)
			return;
	for (size_t i = 0; i < group->n; i++) {
		struct iovec *piece = &pieces[i * PIECES];
		size_t n = results[i].n;
		lengths[i][0] = n;
		lengths[i][1] = 0;
		piece[0] = (struct iovec){lengths[i], sizeof lengths[i]};
		piece[1] = (struct iovec){(void *)results[i].bytes, n};
		piece[2] = (struct iovec){(void *)zeros, padded(n) - n};
	}
	store_put_pieces(store, group->key, pieces, group->n * PIECES);
}
