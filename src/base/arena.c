/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/arena.c - arenas: blocks that grow, filled from the front */
#include "base/arena.h"
#include "base/status.h"
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1 /* gcc says it by itself */
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ONE_BLOCK_EACH true
#else
#define ONE_BLOCK_EACH false
#endif

/* Blocks from LARGE_BLOCK on are mapped by themselves with all their pages, which costs a fraction
 * of faults on each page, and of those on pages that are read before they are written. */
enum { FIRST_BLOCK = 4096, LARGE_BLOCK = 1 << 20 };

struct arena_block {
	struct arena_block *before;
	size_t mapped; /* bytes, where it was mapped by itself; else 0 */
	size_t size;   /* of bytes[] */
	size_t used;   /* of them, once another block follows */
	alignas(max_align_t) char bytes[];
};

struct arena_keep {
	struct arena_keep *before;
	void (*release)(void *what);
	void *what;
};

_Noreturn void mem_exhausted(size_t size)
{
	fprintf(stderr, "modelbook: out of memory (%zu bytes more were wanted)\n", size);
	exit(EXIT_CANNOT);
}

void *mem_realloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (!p)
		mem_exhausted(size);
	return p;
}

void arena_init(struct arena *mem)
{
	*mem = (struct arena){0};
}

static void free_blocks(struct arena_block *from, const struct arena_block *until)
{
	while (from != until) {
		struct arena_block *before = from->before;
		if (from->mapped)
			munmap(from, from->mapped);
		else
			free(from);
		from = before;
	}
}

void arena_keep(struct arena *mem, void (*release)(void *what), void *what)
{
	struct arena_keep *keep = mem_realloc(NULL, sizeof *keep);

	*keep = (struct arena_keep){mem->kept, release, what};
	mem->kept = keep;
}

void arena_adopt(struct arena *mem, struct arena *from)
{
	struct arena_block *first = from->last;
	struct arena_keep **end = &from->kept;

	while (*end)
		end = &(*end)->before;
	*end = mem->kept;
	mem->kept = from->kept;
	free_blocks(from->spare, NULL);
	mem->total += from->total;
	if (first) {
		/* Its blocks go beneath the one that is being filled, which stays the last. */
		first->used = from->used;
		while (first->before)
			first = first->before;
		if (mem->last) {
			first->before = mem->last->before;
			mem->last->before = from->last;
		} else {
			mem->last = from->last;
			mem->used = from->used;
		}
	}
	arena_init(from);
}

void arena_release(struct arena *mem)
{
	while (mem->kept) {
		struct arena_keep *keep = mem->kept;
		mem->kept = keep->before;
		keep->release(keep->what);
		free(keep);
	}
	free_blocks(mem->last, NULL);
	free_blocks(mem->spare, NULL);
	arena_init(mem);
}

/* A zeroed block of `size` bytes in all; NULL where there is no memory. */
static struct arena_block *new_block(size_t size)
{
	void *bytes;

	if (size < LARGE_BLOCK || ONE_BLOCK_EACH)
		return calloc(1, size);
	bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
		     -1, 0);
	if (bytes == MAP_FAILED)
		return NULL;
	((struct arena_block *)bytes)->mapped = size;
	return bytes;
}

static void fill_block(struct arena *mem, struct arena_block *block)
{
	if (mem->last)
		mem->last->used = mem->used;
	block->before = mem->last;
	mem->last = block;
	mem->used = 0;
}

static void add_block(struct arena *mem, size_t need)
{
	size_t size = mem->last ? (mem->last->size + sizeof(struct arena_block)) * 2 : FIRST_BLOCK;
	struct arena_block *block;

	if (need > SIZE_MAX - sizeof *block)
		mem_exhausted(need);
	if (mem->spare && need <= mem->spare->size) {
		fill_block(mem, mem->spare);
		mem->spare = NULL;
		return;
	}
	need += sizeof *block;
	if (size > LARGE_BLOCK)
		size = LARGE_BLOCK;
	if (size < need || ONE_BLOCK_EACH)
		size = need;
	block = new_block(size);
	if (!block)
		mem_exhausted(size);
	block->size = size - sizeof *block;
	fill_block(mem, block);
}

void *arena_alloc(struct arena *mem, size_t size)
{
	const size_t align = alignof(max_align_t);
	/* Under the address sanitizer the last bytes of a block must be the object's own. */
	size_t rounded = ONE_BLOCK_EACH ? size + !size : (size + align - 1) & ~(align - 1);
	void *p;

	if (rounded < size)
		mem_exhausted(size);
	if (!rounded)
		rounded = align;
	if (!mem->last || ONE_BLOCK_EACH || mem->last->size - mem->used < rounded)
		add_block(mem, rounded);
	p = mem->last->bytes + mem->used;
	mem->used += rounded;
	mem->total += rounded;
	return p;
}

void *arena_alloc_n(struct arena *mem, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total))
		mem_exhausted(SIZE_MAX);
	return arena_alloc(mem, total);
}

char *arena_strndup(struct arena *mem, const char *text, size_t n)
{
	char *copy = arena_alloc(mem, n + 1);

	if (n)
		memcpy(copy, text, n);
	return copy;
}

char *arena_strdup(struct arena *mem, const char *text)
{
	return arena_strndup(mem, text, strlen(text));
}

char *arena_vprintf(struct arena *mem, const char *format, va_list args)
{
	va_list again;
	int n;
	char *text;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n < 0)
		return arena_strdup(mem, "");
	text = arena_alloc(mem, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, format, args);
	return text;
}

char *arena_printf(struct arena *mem, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(mem, format, args);
	va_end(args);
	return text;
}

struct arena_mark arena_save(const struct arena *mem)
{
	return (struct arena_mark){mem->last, mem->used};
}

/* Keeps the first of the blocks behind `until`, so that what is allocated and reset again and again
 * at the end of a block does not ask the system for memory each time. */
static void keep_spare(struct arena *mem, const struct arena_block *until)
{
	struct arena_block *first = mem->last;
	size_t dirty = mem->used;

	if (ONE_BLOCK_EACH || mem->spare || first == until)
		return;
	while (first->before != until) {
		first = first->before;
		dirty = first->used;
	}
	if (first->size > LARGE_BLOCK)
		return;
	if (first == mem->last) {
		mem->last = first->before;
	} else {
		struct arena_block *after = mem->last;
		while (after->before != first)
			after = after->before;
		after->before = first->before;
	}
	memset(first->bytes, 0, dirty);
	first->before = NULL;
	mem->spare = first;
}

void arena_reset(struct arena *mem, struct arena_mark mark)
{
	size_t dirty = mem->last == mark.last ? mem->used : mark.last ? mark.last->used : 0;

	keep_spare(mem, mark.last);
	free_blocks(mem->last, mark.last);
	mem->last = mark.last;
	if (mark.last && dirty > mark.used)
		memset(mem->last->bytes + mark.used, 0, dirty - mark.used);
	mem->used = mark.used;
}

void *arena_push(struct arena *mem, void **items, size_t *n, size_t *cap, size_t size)
{
	if (*n == *cap) {
		size_t grown = *cap ? *cap * 2 : 8;
		void *bigger = arena_alloc_n(mem, grown, size);
		if (*n)
			memcpy(bigger, *items, *n * size);
		*items = bigger;
		*cap = grown;
	}
	return (char *)*items + (*n)++ * size;
}
