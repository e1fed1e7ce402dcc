/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/features.h - what models see, correct at each point in time
 *
 * One walk makes features for training and for serving alike: of each event, in the order of time,
 * first the features are taken from what is known, then the event is added to what is known. A
 * label enters when its moment has come. So no feature can hold this event's label or anything
 * later, however the walk is used; leakage.h checks it from outside all the same.
 *
 * What is known of an event at moment t: events of its entity that were added before it, so of
 * those at the very same moment the ones that stand earlier in the file. A window of s seconds
 * holds the event that is exactly s old. A label is known from its moment on, that moment inside.
 * Of no events a count, sum and number of labels is 0, a new value is 1, all else is missing;
 * missing values are passed over; so is a result beyond 1e30. */
#ifndef CAPSTONE_FEATURES_H
#define CAPSTONE_FEATURES_H

#include "capstone/events.h"

struct feature {
	const char *name;
	const char *family; /* "history" for those over earlier events, "calendar"; else the
			       field's, NULL for none */
	enum field_kind kind;
	const char *const *values; /* FIELD_CATEGORY: a code is an index into it */
	size_t n_values;
	bool logarithm;
};

/* The features of a plan in their order: fields that are features, history, calendar. */
struct feature_list {
	const struct feature *items;
	size_t n;
};
struct feature_list feature_list_of(struct arena *mem, const struct plan *plan);
size_t feature_find(const struct feature_list *list, const char *name); /* SIZE_MAX: none */

/* How history reaches the walk; zero is how it should be. For failure injection. */
struct history_faults {
	int64_t delay; /* seconds by which events enter late */
	size_t keep;   /* events kept for an entity; 0: as many as the plan asks for */
};

struct feature_walk; /* what is known so far; one thread at a time */
struct feature_walk *feature_walk_new(const struct plan *plan, const struct history_faults *faults);
void feature_walk_free(struct feature_walk *walk);
/* Features of an event at `time` (one before the last moment that was given is taken as at that
 * moment) into `out`, NAN missing. `entity` is any number that stands for it. Constant time (the
 * plan's `last` are its bounds) but for events that leave a window and labels that come in. */
void feature_walk_take(struct feature_walk *walk, uint32_t entity, int64_t time,
		       const double *values, double *out);
/* Adds it; label LABEL_MISSING where it is not known (yet), then label_at is ignored. */
void feature_walk_add(struct feature_walk *walk, uint32_t entity, int64_t time,
		      const double *values, unsigned char label, int64_t label_at);

/* Features of many events: n x n_features, by row. */
struct matrix {
	size_t n, n_features;
	double *values;
	unsigned char *label; /* borrowed from the events */
	const struct feature_list *features;
};
/* The walk over all events of a table. Lives in `mem`. */
struct matrix features_of(struct arena *mem, const struct events *events,
			  const struct feature_list *list, const struct history_faults *faults);
/* The rows that `keep` says. Owns its labels. */
struct matrix matrix_subset(struct arena *mem, const struct matrix *from, const bool *keep);
#endif
