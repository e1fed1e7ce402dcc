/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/parts.c - each thread fills arenas of its own, each part a list of findings */
#include "base/parts.h"
#include "base/parallel.h"
#include <stdlib.h>

enum {
	PARTS_EACH = 16,         /* parts for each thread, so that none waits long for the last */
	MOST_ITEMS = 64,         /* of a part */
	SCRATCH_KEPT = 64 * 1024 /* bytes that stay allocated from item to item */
};

/* The memory of one thread. */
struct room {
	struct arena mem, scratch;
	struct arena_mark empty; /* of scratch */
};

struct run {
	size_t n, each; /* items in all, items of a part */
	struct room *rooms;
	struct diag_sink *sinks; /* one a part */
	void (*work)(void *ctx, size_t item, struct part *part);
	void *ctx;
};

static void prepare_room(struct room *room)
{
	if (room->scratch.last)
		return;
	arena_alloc(&room->scratch, SCRATCH_KEPT);
	room->empty = (struct arena_mark){room->scratch.last, 0};
	arena_reset(&room->scratch, room->empty);
}

static void work_on_part(void *ctx, size_t index, size_t worker)
{
	const struct run *run = ctx;
	struct room *room = &run->rooms[worker];
	struct diag_sink *sink = &run->sinks[index];
	struct part part = {&room->mem, &room->scratch, sink};
	size_t last = (index + 1) * run->each;

	prepare_room(room);
	diag_init(sink, &room->mem);
	for (size_t i = index * run->each; i < last && i < run->n; i++) {
		run->work(run->ctx, i, &part);
		arena_reset(&room->scratch, room->empty);
	}
}

void parts_run(struct arena *mem, struct diag_sink *diags, size_t n, size_t jobs,
	       void (*work)(void *ctx, size_t item, struct part *part), void *ctx)
{
	struct run run = {.n = n, .work = work, .ctx = ctx};
	size_t n_parts;

	if (!n)
		return;
	if (jobs < 1)
		jobs = 1;
	run.each = n / (jobs * PARTS_EACH) + 1;
	if (run.each > MOST_ITEMS)
		run.each = MOST_ITEMS;
	n_parts = (n + run.each - 1) / run.each;
	if (jobs > n_parts)
		jobs = n_parts;
	run.rooms = mem_realloc(NULL, jobs * sizeof *run.rooms);
	run.sinks = mem_realloc(NULL, n_parts * sizeof *run.sinks);
	for (size_t i = 0; i < jobs; i++) {
		run.rooms[i] = (struct room){0};
		arena_init(&run.rooms[i].mem);
		arena_init(&run.rooms[i].scratch);
	}
	parallel_for(n_parts, jobs, work_on_part, &run);
	for (size_t i = 0; i < n_parts; i++)
		diag_merge(diags, &run.sinks[i]);
	for (size_t i = 0; i < jobs; i++) {
		arena_adopt(mem, &run.rooms[i].mem);
		arena_release(&run.rooms[i].scratch);
	}
	free(run.rooms);
	free(run.sinks);
}
