/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/features.c - the list of a plan's features, and tables of them */
#include "capstone/features.h"
#include <stdlib.h>
#include <string.h>

static const char *const calendar_names[] = {"hour_sin", "hour_cos", "weekday_sin", "weekday_cos"};
enum { CALENDAR_FEATURES = sizeof calendar_names / sizeof *calendar_names };

static struct feature of_field(const struct field *field)
{
	return (struct feature){.name = field->name,
				.family = field->family,
				.kind = field->kind,
				.values = field->values,
				.n_values = field->n_values,
				.logarithm = field->logarithm};
}

static struct feature of_history(const struct plan *plan, const struct history_feature *history)
{
	struct feature feature = {.name = history->name,
				  .family = "history",
				  .kind = FIELD_NUMBER,
				  .logarithm = history->logarithm};

	if (history->statistic == HISTORY_LAST) {
		const struct field *field = &plan->fields[history->field];

		feature.kind = field->kind;
		feature.values = field->values;
		feature.n_values = field->n_values;
	}
	return feature;
}

struct feature_list feature_list_of(struct arena *mem, const struct plan *plan)
{
	struct feature *items =
	    arena_new(mem, struct feature, plan->n_fields + plan->n_history + CALENDAR_FEATURES);
	size_t n = 0;

	for (size_t i = 0; i < plan->n_fields; i++)
		if (plan->fields[i].feature)
			items[n++] = of_field(&plan->fields[i]);
	for (size_t i = 0; i < plan->n_history; i++)
		items[n++] = of_history(plan, &plan->history[i]);
	for (size_t i = 0; plan->calendar && i < CALENDAR_FEATURES; i++)
		items[n++] = (struct feature){
		    .name = calendar_names[i], .family = "calendar", .kind = FIELD_NUMBER};
	return (struct feature_list){items, n};
}

size_t feature_find(const struct feature_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->items[i].name, name))
			return i;
	return SIZE_MAX;
}

struct matrix features_of(struct arena *mem, const struct events *events,
			  const struct feature_list *list, const struct history_faults *faults)
{
	struct matrix matrix = {.n = events->n,
				.n_features = list->n,
				.values = arena_alloc_n(mem, events->n, list->n * sizeof(double)),
				.label = events->label,
				.features = list};
	struct feature_walk *walk = feature_walk_new(events->plan, faults);

	for (size_t i = 0; i < events->n; i++) {
		const double *values = events->values + i * events->plan->n_fields;

		feature_walk_take(walk, events->entity[i], events->time[i], values,
				  matrix.values + i * list->n);
		feature_walk_add(walk, events->entity[i], events->time[i], values, events->label[i],
				 events->label_at[i]);
	}
	feature_walk_free(walk);
	return matrix;
}

struct matrix matrix_subset(struct arena *mem, const struct matrix *from, const bool *keep)
{
	struct matrix to = {.n_features = from->n_features, .features = from->features};
	size_t width = from->n_features, n = 0;

	for (size_t i = 0; i < from->n; i++)
		n += keep[i];
	to.values = arena_alloc_n(mem, n, width * sizeof(double));
	to.label = arena_new(mem, unsigned char, n);
	for (size_t i = 0; i < from->n; i++)
		if (keep[i]) {
			memcpy(to.values + to.n * width, from->values + i * width,
			       width * sizeof(double));
			to.label[to.n++] = from->label[i];
		}
	return to;
}
