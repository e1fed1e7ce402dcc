/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/worker.h - untrusted work in child processes with limits of time, memory and output
 *
 * A worker fills a region that is shared with the parent. One that exceeds a limit, or crashes,
 * loses the item it was at and is replaced; the others are not touched. */
#ifndef BASE_WORKER_H
#define BASE_WORKER_H
#include "base/status.h"
#include <stddef.h>

struct worker_limits {
	unsigned cpu_ms; /* processor time for one item */
	size_t memory;   /* bytes of private memory of one worker */
	size_t output;   /* bytes that one item may hand back */
};

enum worker_end {
	WORKER_DONE,
	WORKER_TIME,   /* over cpu_ms */
	WORKER_MEMORY, /* out of memory (the library aborted, or was killed for it) */
	WORKER_OUTPUT, /* over `output` */
	WORKER_CRASH   /* any other signal or exit */
};

struct worker_result {
	enum worker_end end;
	const void *bytes; /* what the item handed back; nobody can change it any more, and it is
			      valid until workers_release() */
	size_t n;
};

struct worker_output; /* where one item's bytes go */
/* Appends to the item's result; false (and the item ends as WORKER_OUTPUT) past the limit. */
int worker_write(struct worker_output *to, const void *bytes, size_t n);

struct workers;
/* Runs work(ctx, item, output) for items 0..n-1 in at most `jobs` processes and gives one result
 * for each. `work` runs in a child: it sees the parent's memory as it was, and what it changes
 * is lost but for what it writes to `output`. NULL and errno where no process can be made.
 * Free with workers_release(). */
struct workers *workers_run(size_t n, size_t jobs, const struct worker_limits *limits,
			    void (*work)(void *ctx, size_t item, struct worker_output *output),
			    void *ctx);
struct worker_result workers_get(const struct workers *workers, size_t item);
void workers_release(struct workers *workers);
#endif
