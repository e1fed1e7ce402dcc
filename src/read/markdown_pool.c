/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_pool.c - memory for cmark-gfm, emptied at once behind each text
 *
 * The library takes a dozen pieces of memory for each line, and a quarter of its time goes into
 * taking them and giving them back. They come from one block here, one after the other; what does
 * not fit comes from malloc. The library's allocators have no context, so that the block is a
 * static: one text is parsed at a time in a process, which holds for cmark-gfm itself. */
#include "read/markdown_pool.h"
#include "base/arena.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Under the address sanitizer each piece is the library's own, so that overruns are seen. */
#if defined(__SANITIZE_ADDRESS__)
#define POOLED false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOLED false
#endif
#endif
#ifndef POOLED
#define POOLED true
#endif

enum { POOL_SIZE = 2 << 20, ALIGNMENT = 16 };

/* In front of each piece. */
struct piece {
	_Alignas(ALIGNMENT) size_t size; /* of what follows */
};

static struct {
	char *bytes; /* NULL: not in use */
	size_t used;
	size_t beyond; /* pieces that malloc holds */
} pool;

static bool is_pooled(const void *p)
{
	return pool.bytes && (uintptr_t)p - (uintptr_t)pool.bytes < POOL_SIZE;
}

static struct piece *piece_of(void *p)
{
	return (struct piece *)((char *)p - sizeof(struct piece));
}

static size_t rounded(size_t n)
{
	return (n + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
}

/* Room in the pool, not cleared; NULL where there is none. */
static void *take(size_t n)
{
	struct piece *piece;
	size_t left = pool.bytes ? POOL_SIZE - pool.used : 0;

	if (left < sizeof *piece || rounded(n) < n || rounded(n) > left - sizeof *piece)
		return NULL;
	piece = (struct piece *)(pool.bytes + pool.used);
	piece->size = n;
	pool.used += sizeof *piece + rounded(n);
	return piece + 1;
}

/* Like the library's own: ends the process where there is no memory. */
static void *must(void *p)
{
	if (!p)
		abort();
	pool.beyond++;
	return p;
}

static void *pool_calloc(size_t n, size_t size)
{
	size_t total;
	void *p;

	if (__builtin_mul_overflow(n, size, &total))
		abort();
	p = take(total);
	return p ? memset(p, 0, total) : must(calloc(n, size));
}

/* Gives a piece back to the pool, which only the last one can be; its bytes stay. */
static void give_back(void *p)
{
	struct piece *piece = piece_of(p);

	if ((char *)p + rounded(piece->size) == pool.bytes + pool.used)
		pool.used = (size_t)((char *)piece - pool.bytes);
}

static void pool_free(void *p)
{
	if (!p)
		return;
	if (is_pooled(p)) {
		give_back(p);
		return;
	}
	pool.beyond--;
	free(p);
}

/* A piece of the pool with another size; the last one grows in place. */
static void *resize_pooled(void *p, size_t size)
{
	size_t old = piece_of(p)->size;
	void *moved;

	give_back(p);
	moved = take(size);
	if (!moved)
		moved = must(malloc(size ? size : 1));
	if (moved != p)
		memcpy(moved, p, old < size ? old : size);
	return moved;
}

static void *pool_realloc(void *p, size_t size)
{
	void *moved;

	if (!p) {
		moved = take(size);
		return moved ? moved : must(malloc(size ? size : 1));
	}
	if (is_pooled(p))
		return resize_pooled(p, size);
	pool.beyond--;
	return must(realloc(p, size ? size : 1));
}

cmark_mem *md_pool_open(void)
{
	static cmark_mem memory = {pool_calloc, pool_realloc, pool_free};

	if (POOLED && !pool.bytes)
		pool.bytes = mem_realloc(NULL, POOL_SIZE);
	pool.used = pool.beyond = 0;
	return &memory;
}

bool md_pool_forgets(void)
{
	return pool.beyond == 0;
}

void md_pool_release(void)
{
	free(pool.bytes);
	pool.bytes = NULL;
}
