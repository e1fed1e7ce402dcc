/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_capstone_events.c - any bytes as a file of events: findings, or events that keep
 * the plan's contract and a reason for each row that does not */
#include "../unit/capstone/plan_fixture.h"
#include "base/hash.h"
#include "capstone/leakage.h"
#include "measure/outcomes.h"
#include <assert.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_events(const struct events *events)
{
	const struct plan *plan = events->plan;

	for (size_t i = 0; i < events->n; i++) {
		assert(!i || events->time[i - 1] <= events->time[i]);
		assert(events->entity[i] < events->n_entities);
		assert(events->label_at[i] >= events->time[i]);
		assert(events->label_at[i] <= events->time[i] + plan->label_delay);
		for (size_t f = 0; f < plan->n_fields; f++) {
			const struct field *field = &plan->fields[f];
			double value = events->values[i * plan->n_fields + f];

			if (isnan(value))
				assert(!field->required);
			else if (field->kind == FIELD_CATEGORY)
				assert(value >= 0 && value < (double)field->n_values);
			else
				assert(value >= field->low && value <= field->high);
		}
	}
}

static void use(struct arena *mem, const struct ingest *ingest)
{
	const struct events *events = &ingest->events;
	struct feature_list list = feature_list_of(mem, events->plan);
	struct matrix features;
	struct split split;
	struct out csv = {0};

	assert(ingest->rows == events->n + ingest->n_quarantined);
	check_events(events);
	for (size_t i = 0; i < ingest->n_quarantined; i++)
		assert(ingest->quarantined[i].line > 1 && *ingest->quarantined[i].reason);
	quarantine_csv(ingest, &csv);
	out_release(&csv);
	if (events->n > 200)
		return;
	features = features_of(mem, events, &list, NULL);
	split = split_events(mem, events);
	for (struct leaks leaks = leakage_find(mem, events, &features, &split); leaks.n; leaks.n--)
		assert(!strcmp(leaks.items[leaks.n - 1].check, "too good"));
}

/* Read once: it is the same for every input. */
static const struct plan *the_plan(void)
{
	static struct arena mem;
	static const struct plan *plan;
	struct diag_sink diags;

	if (!plan) {
		arena_init(&mem);
		diag_init(&diags, &mem);
		plan = fixture_read(&mem, fixture_plan, &diags);
	}
	return plan;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem;
	struct diag_sink diags;
	struct ingest ingest;
	const struct plan *plan = the_plan();
	int fd = memfd_create("events", MFD_CLOEXEC);
	char path[64], digest[SHA256_HEX];

	arena_init(&mem);
	diag_init(&diags, &mem);
	assert(plan && fd >= 0);
	assert(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (events_read(&mem, plan, path, &ingest, &diags)) {
		sha256_hex(data, size, digest);
		assert(!strcmp(digest, ingest.events.digest));
		use(&mem, &ingest);
	} else {
		assert(diags.n > 0);
	}
	close(fd);
	arena_release(&mem);
	return 0;
}
