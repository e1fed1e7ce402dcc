/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/feature_walk.c - one walk over events in time that takes features from what is known
 *
 * Sums run from the oldest event of a window to the newest, each time anew: the same bits as from a
 * plain loop over the file, however long the walk has been. */
#include "base/date.h"
#include "capstone/features.h"
#include "capstone/past_internal.h"
#include "measure/outcomes.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DAYS_A_WEEK = 7, THURSDAY = 3 }; /* 1970-01-01, Monday 0 */

/* A label on its way. */
struct pending {
	int64_t at;
	uint64_t order; /* of equal moments the one that was added first */
	size_t past;
	struct positive positive;
};

struct feature_walk {
	const struct plan *plan;
	struct history_faults faults;
	int64_t now;
	bool started;

	size_t *kept; /* fields whose values history needs: their places in an event's ring row */
	size_t width;
	size_t need;     /* events that a statistic may look back */
	size_t *windows; /* features that count events, whose window has seconds */
	size_t n_windows;
	int64_t label_seconds; /* longest window of labels; INT64_MAX: none is bounded; 0: no such
				  feature */

	struct past *pasts;
	size_t n_pasts, cap_pasts;
	uint32_t *entity_of; /* of each past */
	size_t *slots;       /* open addressing by entity: index into pasts + 1 */
	size_t n_slots;

	struct pending *pending; /* a heap, the earliest first */
	size_t n_pending, cap_pending;
	uint64_t added;
	double *row; /* of the ring, for adding */
};

/* -------------------------------------------------------------------------------- making it */

static void keep_field(struct feature_walk *walk, const struct history_feature *feature)
{
	switch (feature->statistic) {
	case HISTORY_COUNT:
	case HISTORY_SECONDS_SINCE:
	case HISTORY_LABELS:
		return;
	case HISTORY_MEAN:
	case HISTORY_SUM:
	case HISTORY_MAX:
	case HISTORY_LAST:
	case HISTORY_RATIO:
	case HISTORY_NEW_VALUE:
		break;
	}
	if (walk->kept[feature->field] == SIZE_MAX)
		walk->kept[feature->field] = walk->width++;
}

static void need_feature(struct feature_walk *walk, size_t i)
{
	const struct history_feature *feature = &walk->plan->history[i];
	size_t need = feature->last > feature->back ? feature->last : feature->back;

	keep_field(walk, feature);
	if (feature->statistic == HISTORY_COUNT && feature->seconds) {
		walk->windows[walk->n_windows++] = i;
	} else if (feature->statistic == HISTORY_LABELS) {
		int64_t seconds = feature->seconds ? feature->seconds : INT64_MAX;
		if (seconds > walk->label_seconds)
			walk->label_seconds = seconds;
	} else if (feature->statistic != HISTORY_COUNT && need > walk->need) {
		walk->need = need;
	}
}

struct feature_walk *feature_walk_new(const struct plan *plan, const struct history_faults *faults)
{
	struct feature_walk *walk = mem_realloc(NULL, sizeof *walk);

	*walk = (struct feature_walk){.plan = plan, .need = 1};
	if (faults)
		walk->faults = *faults;
	walk->kept = mem_realloc(NULL, (plan->n_fields + 1) * sizeof *walk->kept);
	for (size_t i = 0; i < plan->n_fields; i++)
		walk->kept[i] = SIZE_MAX;
	walk->windows = mem_realloc(NULL, (plan->n_history + 1) * sizeof *walk->windows);
	for (size_t i = 0; i < plan->n_history; i++)
		need_feature(walk, i);
	walk->row = mem_realloc(NULL, (walk->width + 1) * sizeof *walk->row);
	return walk;
}

void feature_walk_free(struct feature_walk *walk)
{
	if (!walk)
		return;
	for (size_t i = 0; i < walk->n_pasts; i++)
		past_release(&walk->pasts[i]);
	free(walk->pasts);
	free(walk->entity_of);
	free(walk->slots);
	free(walk->pending);
	free(walk->kept);
	free(walk->windows);
	free(walk->row);
	free(walk);
}

/* ------------------------------------------------------------------------------ the entities */

static size_t slot_of(const struct feature_walk *walk, uint32_t entity)
{
	size_t slot = (size_t)(entity * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (walk->n_slots - 1);

	while (walk->slots[slot] && walk->entity_of[walk->slots[slot] - 1] != entity)
		slot = (slot + 1) & (walk->n_slots - 1);
	return slot;
}

static void more_slots(struct feature_walk *walk)
{
	walk->n_slots = walk->n_slots ? walk->n_slots * 2 : 64;
	free(walk->slots);
	walk->slots = mem_realloc(NULL, walk->n_slots * sizeof *walk->slots);
	memset(walk->slots, 0, walk->n_slots * sizeof *walk->slots);
	for (size_t i = 0; i < walk->n_pasts; i++)
		walk->slots[slot_of(walk, walk->entity_of[i])] = i + 1;
}

static size_t new_past(struct feature_walk *walk, uint32_t entity)
{
	struct past *past;

	if (walk->n_pasts == walk->cap_pasts) {
		walk->cap_pasts = walk->cap_pasts ? walk->cap_pasts * 2 : 16;
		walk->pasts = mem_realloc(walk->pasts, walk->cap_pasts * sizeof *walk->pasts);
		walk->entity_of =
		    mem_realloc(walk->entity_of, walk->cap_pasts * sizeof *walk->entity_of);
	}
	past = &walk->pasts[walk->n_pasts];
	*past = (struct past){0};
	past->from = mem_realloc(NULL, (walk->n_windows + 1) * sizeof *past->from);
	memset(past->from, 0, (walk->n_windows + 1) * sizeof *past->from);
	walk->entity_of[walk->n_pasts] = entity;
	return walk->n_pasts++;
}

static size_t past_of(struct feature_walk *walk, uint32_t entity)
{
	size_t slot;

	if (walk->n_pasts * 2 >= walk->n_slots)
		more_slots(walk);
	slot = slot_of(walk, entity);
	if (!walk->slots[slot])
		walk->slots[slot] = new_past(walk, entity) + 1;
	return walk->slots[slot] - 1;
}

/* -------------------------------------------------------------------------------- the labels */

static bool earlier(const struct pending *a, const struct pending *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap_pending(struct pending *a, struct pending *b)
{
	struct pending c = *a;

	*a = *b;
	*b = c;
}

static void push_label(struct feature_walk *walk, struct pending label)
{
	size_t i = walk->n_pending;

	if (walk->n_pending == walk->cap_pending) {
		walk->cap_pending = walk->cap_pending ? walk->cap_pending * 2 : 16;
		walk->pending =
		    mem_realloc(walk->pending, walk->cap_pending * sizeof *walk->pending);
	}
	walk->pending[walk->n_pending++] = label;
	while (i && earlier(&walk->pending[i], &walk->pending[(i - 1) / 2])) {
		swap_pending(&walk->pending[i], &walk->pending[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

static struct pending pop_label(struct feature_walk *walk)
{
	struct pending *heap = walk->pending, first = heap[0];
	size_t i = 0, least;

	heap[0] = heap[--walk->n_pending];
	for (;;) {
		least = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < walk->n_pending;
		     child++)
			if (earlier(&heap[child], &heap[least]))
				least = child;
		if (least == i)
			return first;
		swap_pending(&heap[i], &heap[least]);
		i = least;
	}
}

/* Labels whose moment has come enter what is known. */
static void labels_until(struct feature_walk *walk, int64_t now)
{
	while (walk->n_pending && walk->pending[0].at <= now) {
		struct pending label = pop_label(walk);
		struct past *past = &walk->pasts[label.past];

		if (walk->label_seconds != INT64_MAX)
			past_drop_positives(past, now - walk->label_seconds);
		past_add_positive(past, label.positive);
	}
}

/* ---------------------------------------------------------------------------- what is known */

/* Lets events that have arrived by now be known, and windows begin where they do now; what none
 * can reach any more is forgotten. */
static void advance(struct feature_walk *walk, struct past *past)
{
	uint64_t first;

	while (past->known < past->end &&
	       past_time(past, past->known) + walk->faults.delay <= walk->now)
		past->known++;
	first = past->known > walk->need ? past->known - walk->need : 0;
	for (size_t i = 0; i < walk->n_windows; i++) {
		int64_t since = walk->now - walk->plan->history[walk->windows[i]].seconds;

		while (past->from[i] < past->known && past_time(past, past->from[i]) < since)
			past->from[i]++;
		if (past->from[i] < first)
			first = past->from[i];
	}
	if (first > past->first)
		past->first = first;
}

static int64_t moved_to(struct feature_walk *walk, int64_t time)
{
	if (!walk->started || time > walk->now)
		walk->now = time;
	walk->started = true;
	return walk->now;
}

/* The events of a window as [from, known): the last `last`, none beyond what a fault keeps. */
static uint64_t window_from(const struct feature_walk *walk, const struct past *past, size_t last)
{
	if (walk->faults.keep && (!last || walk->faults.keep < last))
		last = walk->faults.keep;
	return !last || past->known <= last ? 0 : past->known - last;
}

/* The same, and none that is too old; only for statistics that have `last`. */
static uint64_t young_from(const struct feature_walk *walk, const struct past *past,
			   const struct history_feature *feature, size_t last)
{
	uint64_t from = window_from(walk, past, last);

	if (feature->seconds)
		while (from < past->known && past_time(past, from) < walk->now - feature->seconds)
			from++;
	return from;
}

/* ---------------------------------------------------------------------------- the statistics */

struct look {
	const struct feature_walk *walk;
	const struct past *past;
	const double *values; /* of this event; NULL fields are missing */
	size_t window;        /* windows with seconds that were counted so far */
};

static double stored(const struct look *look, const struct history_feature *feature, uint64_t event)
{
	const struct feature_walk *walk = look->walk;

	return past_values(look->past, walk->width, event)[walk->kept[feature->field]];
}

/* Numbers no model would take as such are missing. */
static double told(double value)
{
	return fabs(value) <= 1e30 ? value : NAN;
}

static double count_events(struct look *look, const struct history_feature *feature)
{
	uint64_t from = window_from(look->walk, look->past, feature->last);

	if (feature->seconds) {
		uint64_t young = look->past->from[look->window++];
		if (young > from)
			from = young;
	}
	return (double)(look->past->known - from);
}

static double summary(const struct look *look, const struct history_feature *feature)
{
	uint64_t from = young_from(look->walk, look->past, feature, feature->last);
	double sum = 0, max = NAN;
	size_t n = 0;

	for (uint64_t event = from; event < look->past->known; event++) {
		double value = stored(look, feature, event);

		if (isnan(value))
			continue;
		sum += value;
		max = n && max > value ? max : value;
		n++;
	}
	if (feature->statistic == HISTORY_SUM)
		return told(sum);
	if (!n)
		return NAN;
	if (feature->statistic == HISTORY_MAX)
		return max;
	if (feature->statistic == HISTORY_MEAN)
		return told(sum / (double)n);
	return told(look->values[feature->field] / (sum / (double)n));
}

static double last_value(const struct look *look, const struct history_feature *feature)
{
	uint64_t from = young_from(look->walk, look->past, feature, feature->back);

	if (look->past->known - from < feature->back)
		return NAN;
	return stored(look, feature, look->past->known - feature->back);
}

static double seconds_since(const struct look *look, const struct history_feature *feature)
{
	uint64_t from = young_from(look->walk, look->past, feature, 1);

	if (from == look->past->known)
		return NAN;
	return (double)(look->walk->now - past_time(look->past, from));
}

static double new_value(const struct look *look, const struct history_feature *feature)
{
	uint64_t from = young_from(look->walk, look->past, feature, feature->last);
	double value = look->values[feature->field];

	if (isnan(value))
		return NAN;
	for (uint64_t event = from; event < look->past->known; event++)
		if (stored(look, feature, event) == value)
			return 0;
	return 1;
}

static double count_labels(const struct look *look, const struct history_feature *feature)
{
	int64_t since = feature->seconds ? look->walk->now - feature->seconds : INT64_MIN;

	return (double)past_count_positives(look->past, window_from(look->walk, look->past, 0),
					    since);
}

static double history(struct look *look, const struct history_feature *feature)
{
	switch (feature->statistic) {
	case HISTORY_COUNT:
		return count_events(look, feature);
	case HISTORY_MEAN:
	case HISTORY_SUM:
	case HISTORY_MAX:
	case HISTORY_RATIO:
		return summary(look, feature);
	case HISTORY_LAST:
		return last_value(look, feature);
	case HISTORY_SECONDS_SINCE:
		return seconds_since(look, feature);
	case HISTORY_NEW_VALUE:
		return new_value(look, feature);
	case HISTORY_LABELS:
		return count_labels(look, feature);
	}
	return NAN;
}

/* Hour of the day and day of the week as points on circles. */
static void calendar(int64_t time, double *out)
{
	int32_t day = date_of_moment(time);
	int64_t second = time - date_moment(day);
	int32_t weekday = ((day + THURSDAY) % DAYS_A_WEEK + DAYS_A_WEEK) % DAYS_A_WEEK;
	out[0] = sin(2 * M_PI * (double)second / SECONDS_A_DAY);
	out[1] = cos(2 * M_PI * (double)second / SECONDS_A_DAY);
	out[2] = sin(2 * M_PI * (double)weekday / DAYS_A_WEEK);
	out[3] = cos(2 * M_PI * (double)weekday / DAYS_A_WEEK);
}

void feature_walk_take(struct feature_walk *walk, uint32_t entity, int64_t time,
		       const double *values, double *out)
{
	const struct plan *plan = walk->plan;
	struct look look = {.walk = walk, .values = values};
	size_t index, n = 0;

	time = moved_to(walk, time);
	labels_until(walk, time);
	index = past_of(walk, entity); /* which may move them all */
	look.past = &walk->pasts[index];
	advance(walk, &walk->pasts[index]);
	for (size_t i = 0; i < plan->n_fields; i++)
		if (plan->fields[i].feature)
			out[n++] = values[i];
	for (size_t i = 0; i < plan->n_history; i++)
		out[n++] = history(&look, &plan->history[i]);
	if (plan->calendar)
		calendar(time, out + n);
}

void feature_walk_add(struct feature_walk *walk, uint32_t entity, int64_t time,
		      const double *values, unsigned char label, int64_t label_at)
{
	size_t index = past_of(walk, entity);
	struct past *past = &walk->pasts[index];
	int64_t arrives;

	time = moved_to(walk, time);
	advance(walk, past);
	for (size_t i = 0; i < walk->plan->n_fields; i++)
		if (walk->kept[i] != SIZE_MAX)
			walk->row[walk->kept[i]] = values[i];
	past_add(past, walk->width, time, walk->row);
	if (label != LABEL_POSITIVE || !walk->label_seconds)
		return;
	arrives = time + walk->faults.delay;
	push_label(walk, (struct pending){.at = label_at > arrives ? label_at : arrives,
					  .order = walk->added++,
					  .past = index,
					  .positive = {time, past->end - 1}});
}
