/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_capstone_plan.c - any bytes as a plan: findings, or a plan whose every feature
 * can be walked */
#include "capstone/features.h"
#include "capstone/split.h"
#include "measure/outcomes.h"
#include <assert.h>
#include <math.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS = 40 };

/* A value that the plan lets in, or none. */
static double value_at(const struct field *field, size_t i)
{
	if (i % 5 == 4)
		return NAN;
	if (field->kind == FIELD_CATEGORY)
		return (double)(i % field->n_values);
	return i % 2 ? field->low : field->high;
}

static void use(struct arena *mem, const struct plan *plan)
{
	static const char *const names[] = {"a", "b"};
	struct events events = events_new(mem, plan, ROWS);
	struct feature_list list = feature_list_of(mem, plan);
	const struct history_faults faults = {3600, 2};
	struct matrix matrix;
	struct split split;
	size_t rows = 0;

	events.n = ROWS;
	events.entities = (const char **)names;
	events.n_entities = 2;
	for (size_t i = 0; i < ROWS; i++) {
		events.time[i] = plan->train.from * INT64_C(86400) + (int64_t)(i * i * 1000);
		events.entity[i] = i % 3 == 0;
		events.label[i] = (unsigned char)(i % 3);
		events.label_at[i] = events.time[i] + plan->label_delay;
		for (size_t f = 0; f < plan->n_fields; f++)
			events.values[i * plan->n_fields + f] = value_at(&plan->fields[f], i + f);
	}
	matrix = features_of(mem, &events, &list, NULL);
	for (size_t i = 0; i < ROWS * list.n; i++)
		assert(isnan(matrix.values[i]) || fabs(matrix.values[i]) <= 1e30);
	features_of(mem, &events, &list, &faults);
	split = split_events(mem, &events);
	for (size_t i = 0; i < sizeof split.counts / sizeof *split.counts; i++)
		rows += split.counts[i];
	assert(rows == ROWS);
	for (size_t i = 0; i < plan->n_rule; i++)
		assert(plan->rule[i].feature < list.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem;
	struct diag_sink diags;
	const struct plan *plan;

	arena_init(&mem);
	diag_init(&diags, &mem);
	plan = plan_read(&mem, source_new(&mem, "x.yaml", (const char *)data, size), &diags);
	assert(!plan == (diags.n > 0));
	if (plan)
		use(&mem, plan);
	arena_release(&mem);
	return 0;
}
