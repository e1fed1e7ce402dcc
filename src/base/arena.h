/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/arena.h - memory with two lifetimes: a build arena, and scratch arenas that are reset
 *
 * Memory from an arena is zeroed, aligned and never NULL: when the machine has none left, the
 * program says so and exits 2. One thread uses an arena at a time. Under AddressSanitizer each
 * object is allocated on its own, so that overruns are seen. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include <stdarg.h>
#include <stddef.h>

struct arena_block;
struct arena_keep;

struct arena {
	struct arena_block *last;  /* the block being filled, linked to those before it */
	size_t used;               /* bytes taken from `last` */
	size_t total;              /* bytes handed out since arena_init */
	struct arena_block *spare; /* zeroed, from a reset, for the next block; NULL */
	struct arena_keep *kept;   /* what arena_release() gives back besides memory */
};

struct arena_mark {
	struct arena_block *last;
	size_t used;
};

void arena_init(struct arena *mem);
/* Frees all that came from the arena; it can be used again afterwards. */
void arena_release(struct arena *mem);

/* Hands all that came from `from` over to `mem`, as if it had been allocated there just now; `from`
 * is empty afterwards. */
void arena_adopt(struct arena *mem, struct arena *from);
/* Has arena_release() call release(what), the last kept first: for memory that did not come from
 * the arena and is to live as long. arena_reset() calls nothing. */
void arena_keep(struct arena *mem, void (*release)(void *what), void *what);

/* `size` zeroed bytes, aligned for any type; size 0 gives a unique pointer. */
void *arena_alloc(struct arena *mem, size_t size);
/* n objects of `size` bytes; exits when n * size overflows. */
void *arena_alloc_n(struct arena *mem, size_t n, size_t size);
#define arena_new(mem, type, n) ((type *)arena_alloc_n((mem), (n), sizeof(type)))

/* A copy of `n` bytes with a terminating NUL. `text` may be NULL where n is 0. */
char *arena_strndup(struct arena *mem, const char *text, size_t n);
char *arena_strdup(struct arena *mem, const char *text);
char *arena_printf(struct arena *mem, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *mem, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* What was allocated after arena_save() is freed by arena_reset(). */
struct arena_mark arena_save(const struct arena *mem);
void arena_reset(struct arena *mem, struct arena_mark mark);

/* Room for one more object at the end of an array in an arena: *items (of `size` bytes each,
 * *n used, *cap allocated) grows by doubling; returns the new, zeroed last object and counts it. */
void *arena_push(struct arena *mem, void **items, size_t *n, size_t *cap, size_t size);
#define ARENA_PUSH(mem, list)                                                                      \
	((__typeof__((list)->items))arena_push((mem), (void **)&(list)->items, &(list)->n,         \
					       &(list)->cap, sizeof *(list)->items))
/* Declares the members that ARENA_PUSH works on: struct { LIST_OF(struct finding); } */
#define LIST_OF(type)                                                                              \
	type *items;                                                                               \
	size_t n, cap

/* Heap memory for buffers that outlive no function; exits 2 when there is none. */
void *mem_realloc(void *old, size_t size);
/* Says that there is no memory left and exits 2. */
_Noreturn void mem_exhausted(size_t wanted);
#endif
