/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/events_fixture.h - events that are drawn, for the plan of plan_fixture.h */
#ifndef EVENTS_FIXTURE_H
#define EVENTS_FIXTURE_H

#include "base/date.h"
#include "capstone/events.h"
#include "measure/outcomes.h"
#include "measure/random.h"
#include "plan_fixture.h"
#include <math.h>

/* n events from `from` on, at most `step` seconds apart, often at the same moment; values missing
 * now and then; labels known up to the plan's delay later, some never. */
static inline struct events fixture_events(struct arena *mem, const struct plan *plan, size_t n,
					   int64_t from, uint32_t step, size_t entities,
					   uint64_t seed)
{
	struct random random = random_stream(seed, 0);
	struct events events = events_new(mem, plan, n);
	int64_t time = from;

	events.n = n;
	events.n_entities = entities;
	events.entities = arena_new(mem, const char *, entities);
	for (size_t i = 0; i < entities; i++)
		events.entities[i] = arena_printf(mem, "entity-%zu", i);
	for (size_t i = 0; i < n; i++) {
		time += random_below(&random, 3) ? random_below(&random, step + 1) : 0;
		events.time[i] = time;
		events.entity[i] = random_below(&random, (uint32_t)entities);
		events.label[i] = random_below(&random, 10)
				      ? (random_below(&random, 4) ? LABEL_NEGATIVE : LABEL_POSITIVE)
				      : LABEL_MISSING;
		events.label_at[i] = time + random_below(&random, (uint32_t)plan->label_delay + 1);
		for (size_t f = 0; f < plan->n_fields; f++) {
			const struct field *field = &plan->fields[f];
			double u = random_unit(&random), *value;

			value = &events.values[i * plan->n_fields + f];
			*value = field->kind == FIELD_CATEGORY
				     ? (double)random_below(&random, (uint32_t)field->n_values)
				     : field->low + u * (field->high - field->low);
			if (!field->required && !random_below(&random, 5))
				*value = NAN;
		}
	}
	return events;
}
#endif
