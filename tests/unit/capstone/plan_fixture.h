/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/plan_fixture.h - a small plan, changed line by line */
#ifndef PLAN_FIXTURE_H
#define PLAN_FIXTURE_H

#include "capstone/plan.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Lines are told apart by their beginnings; each test replaces one. */
static const char fixture_plan[] =
    "id: toy\n"
    "title: Toy\n"
    "seed: 7\n"
    "events:\n"
    "  time: time\n"
    "  entity: account\n"
    "  label: fraud\n"
    "  positive: \"1\"\n"
    "  negative: \"0\"\n"
    "  label_at: label_at\n"
    "  label_delay_days: 2\n"
    "  calendar: true\n"
    "  fields:\n"
    "    - {name: amount, kind: number, range: [0, 1000], required: true, logarithm: true, family: "
    "payment}\n"
    "    - {name: channel, kind: category, values: [app, web, terminal]}\n"
    "    - {name: trust, kind: number, range: [-1, 1], family: device}\n"
    "    - {name: region, kind: category, values: [north, south], feature: false, group: true}\n"
    "  history:\n"
    "    - {name: count_1h, statistic: count, hours: 1}\n"
    "    - {name: count_last_3, statistic: count, last: 3}\n"
    "    - {name: count_all, statistic: count}\n"
    "    - {name: mean_3, statistic: mean, of: amount, last: 3}\n"
    "    - {name: sum_3_1h, statistic: sum, of: trust, last: 3, hours: 1}\n"
    "    - {name: max_5, statistic: max, of: trust, last: 5}\n"
    "    - {name: last_amount, statistic: last, of: amount}\n"
    "    - {name: channel_2_back, statistic: last, of: channel, back: 2}\n"
    "    - {name: since, statistic: seconds_since, logarithm: true}\n"
    "    - {name: ratio_4, statistic: ratio, of: amount, last: 4}\n"
    "    - {name: new_channel, statistic: new_value, of: channel, last: 2}\n"
    "    - {name: labels_all, statistic: labels}\n"
    "    - {name: labels_72h, statistic: labels, hours: 72}\n"
    "split:\n"
    "  gap_days: 2\n"
    "  holdout_share: 0.25\n"
    "  train: {from: 2024-01-01, to: 2024-01-31}\n"
    "  calibration: {from: 2024-02-03, to: 2024-02-10}\n"
    "  temporal: {from: 2024-02-13, to: 2024-02-20}\n"
    "  later:\n"
    "    - {name: spring, from: 2024-02-21, to: 2024-03-20}\n"
    "    - {name: summer, from: 2024-06-01, to: 2024-06-30}\n"
    "models:\n"
    "  linear: {cost: 1, tolerance: 0.0001}\n"
    "  boosted: {rounds: 20, depth: 3, bins: 32, learning_rate: 0.1, min_child_weight: 1, lambda: "
    "1,"
    " row_share: 0.8, column_share: 0.7}\n"
    "  calibrator: isotonic\n"
    "  rule:\n"
    "    - {feature: labels_72h, at_least: 1, score: 0.5}\n"
    "    - {feature: trust, at_most: -0.5, score: 0.25}\n"
    "  rule_otherwise: 0.01\n"
    "decision:\n"
    "  selection_share: 0.04\n"
    "  min_disparate_impact: 0.8\n"
    "  min_group_rows: 20\n";

/* The plan with the first line that holds `from` replaced by `to` (NULL: left out); 1-based number
 * of that line in *line. `from` NULL: as it is. Lives in `mem`. */
static inline const char *fixture_with(struct arena *mem, const char *from, const char *to,
				       unsigned *line)
{
	const char *at = from ? strstr(fixture_plan, from) : NULL, *start, *end;

	*line = 1;
	if (!at) {
		*line = 0;
		return fixture_plan;
	}
	for (start = at; start > fixture_plan && start[-1] != '\n';)
		start--;
	end = strchr(at, '\n') + 1;
	for (const char *p = fixture_plan; p < start; p++)
		*line += *p == '\n';
	return arena_printf(mem, "%.*s%s%s%s", (int)(start - fixture_plan), fixture_plan,
			    to ? to : "", to ? "\n" : "", end);
}

static inline const struct plan *fixture_read(struct arena *mem, const char *text,
					      struct diag_sink *diags)
{
	return plan_read(mem, source_new(mem, "plan.yaml", text, strlen(text)), diags);
}

/* The plan as it is, or with one line replaced; it must be taken. */
static inline const struct plan *fixture(struct arena *mem, const char *from, const char *to)
{
	struct diag_sink diags;
	unsigned line;
	const struct plan *plan;

	diag_init(&diags, mem);
	plan = fixture_read(mem, fixture_with(mem, from, to, &line), &diags);
	for (size_t i = 0; i < diags.n; i++)
		fprintf(stderr, "%s\n", finding_message(&diags.items[i], mem));
	assert_non_null(plan);
	return plan;
}
#endif
