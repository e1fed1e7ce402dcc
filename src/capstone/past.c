/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/past.c - the ring of an entity's events, and its known positive labels */
#include "base/arena.h"
#include "capstone/past_internal.h"
#include <stdlib.h>
#include <string.h>

void past_release(struct past *past)
{
	free(past->time);
	free(past->values);
	free(past->from);
	free(past->positives);
}

static void *ring_moved(const struct past *past, void *old, size_t capacity, size_t size)
{
	char *to = mem_realloc(NULL, capacity * size + 1);

	for (uint64_t event = past->first; event < past->end; event++)
		memcpy(to + (event & (capacity - 1)) * size,
		       (char *)old + (event & (past->capacity - 1)) * size, size);
	free(old);
	return to;
}

static void grow(struct past *past, size_t width)
{
	size_t capacity = past->capacity ? past->capacity * 2 : 4;

	past->time = ring_moved(past, past->time, capacity, sizeof *past->time);
	past->values = ring_moved(past, past->values, capacity, width * sizeof *past->values);
	past->capacity = capacity;
}

void past_add(struct past *past, size_t width, int64_t time, const double *values)
{
	size_t slot;

	if (past->end - past->first == past->capacity)
		grow(past, width);
	slot = past->end++ & (past->capacity - 1);
	past->time[slot] = time;
	if (width)
		memcpy(past->values + slot * width, values, width * sizeof *values);
}

/* The first positive that is of `event` or a later one and not before `time`: both ascend. */
static size_t positives_from(const struct past *past, uint64_t event, int64_t time)
{
	size_t low = 0, high = past->n_positives;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct positive *positive = &past->positives[middle];

		if (positive->event < event || positive->time < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void past_add_positive(struct past *past, struct positive positive)
{
	size_t at = positives_from(past, positive.event, INT64_MIN);

	if (past->n_positives == past->cap_positives) {
		past->cap_positives = past->cap_positives ? past->cap_positives * 2 : 4;
		past->positives =
		    mem_realloc(past->positives, past->cap_positives * sizeof *past->positives);
	}
	memmove(past->positives + at + 1, past->positives + at,
		(past->n_positives - at) * sizeof *past->positives);
	past->positives[at] = positive;
	past->n_positives++;
}

size_t past_count_positives(const struct past *past, uint64_t event, int64_t time)
{
	return past->n_positives - positives_from(past, event, time);
}

void past_drop_positives(struct past *past, int64_t time)
{
	size_t gone = positives_from(past, 0, time);

	if (!gone || gone * 2 < past->n_positives)
		return; /* seldom, so that moving the rest costs nothing */
	memmove(past->positives, past->positives + gone,
		(past->n_positives - gone) * sizeof *past->positives);
	past->n_positives -= gone;
}
