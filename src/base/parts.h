/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/parts.h - work on the items of a list in threads, with memory and findings
 *
 * The list is cut into parts of consecutive items. Memory that a part takes lives as long as the
 * caller's, and findings are handed on in the order of the items, so that nothing shows how many
 * threads there were. */
#ifndef BASE_PARTS_H
#define BASE_PARTS_H
#include "base/arena.h"
#include "base/diag.h"

/* What the work on one item has at hand; nobody else uses it meanwhile. */
struct part {
	struct arena *mem;     /* lives as long as the arena given to parts_run() */
	struct arena *scratch; /* emptied behind each item */
	struct diag_sink *diags;
};

/* Calls work(ctx, item, part) once for each item 0..n-1 in at most `jobs` threads. What it is said
 * of parallel_for() holds; the work reads what is shared and writes what is the item's own. */
void parts_run(struct arena *mem, struct diag_sink *diags, size_t n, size_t jobs,
	       void (*work)(void *ctx, size_t item, struct part *part), void *ctx);
#endif
