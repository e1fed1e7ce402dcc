/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/parallel.h - the same work on many items in threads */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H
#include <stddef.h>

/* Processors this process may use, at least 1. */
size_t parallel_cpus(void);
/* Calls work(ctx, item, worker) once for each item 0..n-1, in at most `jobs` threads; `worker`
 * is 0..jobs-1 and no two calls at a time share it, so it may index per-thread memory. Returns
 * when all are done. The work must not call setlocale, fork or exit. */
void parallel_for(size_t n, size_t jobs, void (*work)(void *ctx, size_t item, size_t worker),
		  void *ctx);
#endif
