/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/past_internal.h - what is known of one entity: its events in a ring, its positive labels
 *
 * Events are numbered as they come; those below `known` have reached the system, those below
 * `first` are forgotten, since no window can reach them any more. */
#ifndef CAPSTONE_PAST_INTERNAL_H
#define CAPSTONE_PAST_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

/* A positive label that is known, by the event it belongs to. */
struct positive {
	int64_t time;
	uint64_t event;
};

struct past {
	uint64_t first, known, end; /* numbers of events */
	size_t capacity;            /* of the ring, a power of two; 0: none yet */
	int64_t *time;
	double *values; /* `width` for each event */
	uint64_t *from; /* of each window in seconds: the first event inside, as of the last look */
	struct positive *positives; /* ascending by event */
	size_t n_positives, cap_positives;
};

void past_release(struct past *past);
/* Appends an event; `values` are `width` numbers. */
void past_add(struct past *past, size_t width, int64_t time, const double *values);
static inline int64_t past_time(const struct past *past, uint64_t event)
{
	return past->time[event & (past->capacity - 1)];
}
static inline const double *past_values(const struct past *past, size_t width, uint64_t event)
{
	return past->values + (event & (past->capacity - 1)) * width;
}
/* A label became known. Quick for events near the newest. */
void past_add_positive(struct past *past, struct positive positive);
/* How many positives are of events from `event` on and not before `time`. */
size_t past_count_positives(const struct past *past, uint64_t event, int64_t time);
/* Forgets positives of events before `time`. */
void past_drop_positives(struct past *past, int64_t time);
#endif
