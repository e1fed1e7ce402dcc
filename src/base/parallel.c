/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/parallel.c - threads that take items from one counter */
#include "base/parallel.h"
#include "base/arena.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

size_t parallel_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set))
		return 1;
	return CPU_COUNT(&set) > 0 ? (size_t)CPU_COUNT(&set) : 1;
}

struct crew {
	atomic_size_t next;
	size_t n;
	void (*work)(void *ctx, size_t item, size_t worker);
	void *ctx;
};

struct hand {
	struct crew *crew;
	size_t worker;
	pthread_t thread;
};

static void *take_items(void *arg)
{
	struct hand *hand = arg;
	struct crew *crew = hand->crew;

	for (;;) {
		size_t item = atomic_fetch_add(&crew->next, 1);
		if (item >= crew->n)
			return NULL;
		crew->work(crew->ctx, item, hand->worker);
	}
}

void parallel_for(size_t n, size_t jobs, void (*work)(void *ctx, size_t item, size_t worker),
		  void *ctx)
{
	struct crew crew = {.n = n, .work = work, .ctx = ctx};
	struct hand *hands;
	size_t started = 1;

	if (jobs > n)
		jobs = n;
	if (jobs < 1)
		jobs = 1;
	hands = mem_realloc(NULL, jobs * sizeof *hands);
	for (size_t i = 0; i < jobs; i++)
		hands[i] = (struct hand){.crew = &crew, .worker = i};
	/* This thread is worker 0; where no thread can be made, fewer do all the work. */
	while (started < jobs &&
	       !pthread_create(&hands[started].thread, NULL, take_items, &hands[started]))
		started++;
	take_items(&hands[0]);
	for (size_t i = 1; i < started; i++)
		pthread_join(hands[i].thread, NULL);
	free(hands);
}
