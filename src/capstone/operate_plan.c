/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate_plan.c - `operation:` of the plan's file, whose shape plan_read() has checked */
#include "base/date.h"
#include "capstone/operate.h"
#include "capstone/plan_internal.h"
#include "read/yaml.h"
#include <string.h>

/* A day as written; `at` is NULL where it was not understood, and nothing is compared with it. */
struct written_day {
	const char *name, *key;
	const struct data_node *map;
	int32_t *day;
	const struct data_node *at;
};

static void read_day(struct written_day *written)
{
	const char *text = plan_text(written->map, written->key);

	if (text && date_parse(text, strlen(text), written->day))
		written->at = data_find(written->map, written->key);
}

/* False where one is absent or none. Each falls on the day of the one before it, or later. */
static bool read_days(const struct data_node *map, struct operation_plan *o,
		      struct diag_sink *diags)
{
	const struct data_node *baseline = data_find(map, "baseline"),
			       *improved = data_find(map, "improved");
	struct written_day days[] = {
	    {"from", "from", map, &o->first, NULL},
	    {"created of baseline", "created", baseline, &o->baseline_created, NULL},
	    {"production of baseline", "production", baseline, &o->baseline_production, NULL},
	    {"created of improved", "created", improved, &o->improved_created, NULL},
	    {"shadow of improved", "shadow", improved, &o->improved_shadow, NULL},
	    {"to", "to", map, &o->last, NULL},
	};
	bool complete = true;

	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		read_day(&days[i]);
		complete &= days[i].at != NULL;
		if (i && days[i].at && days[i - 1].at && *days[i].day < *days[i - 1].day)
			diag_add(diags, RULE_DATA_DATE_ORDER, days[i].at->at, "%s is before %s",
				 days[i].name, days[i - 1].name);
	}
	return complete;
}

static void read_canary(const struct data_node *map, struct operation_plan *o,
			struct diag_sink *diags)
{
	const struct data_node *canary = plan_list(map, "canary");

	for (; o->n_canary < canary->n && o->n_canary < OPERATION_MAX_STEPS; o->n_canary++) {
		const struct data_node *step = canary->items[o->n_canary];
		double percent = plan_number(step, "percent", 100);

		if (o->n_canary && percent < o->canary_percent[o->n_canary - 1])
			diag_add(diags, RULE_DATA_SCHEMA, step->at,
				 "the share of a canary does not fall from step to step");
		o->canary_percent[o->n_canary] = percent;
		o->canary_days[o->n_canary] = (int)plan_number(step, "days", 1);
	}
}

static void read_criteria(const struct data_node *map, struct operation_plan *o)
{
	o->shadow_days = (int)plan_number(map, "shadow_days", 1);
	o->max_missing_scores = plan_number(map, "max_missing_scores", 0);
	o->min_shadow_gain = plan_number(map, "min_shadow_gain", 0);
	o->max_selected_factor = plan_number(map, "max_selected_factor", 1);
	o->calibration_share = plan_number(map, "calibration_share", 0.3);
	o->min_refit_positives = (size_t)plan_number(map, "min_refit_positives", 20);
	o->min_gate_positives = (size_t)plan_number(map, "min_gate_positives", 20);
	o->warm_days = (int)plan_number(map, "warm_days", 1);
	o->min_log_rows = (size_t)plan_number(map, "min_log_rows", 1);
	o->log_share = plan_number(map, "log_share", 1);
}

bool operation_plan_read(struct source *plan_file, struct operation_plan *operation,
			 struct diag_sink *diags)
{
	struct arena mem;
	const struct data_node *root, *map;
	size_t before = diags->n;
	bool complete = false;

	arena_init(&mem);
	root = yaml_read(&mem, plan_file, 0, plan_file->len, RULE_DATA_SYNTAX, diags);
	map = data_find(root, "operation");
	*operation = (struct operation_plan){0};
	if (map) {
		complete = read_days(map, operation, diags);
		read_canary(map, operation, diags);
		read_criteria(map, operation);
	} else if (diags->n == before) {
		diag_add(diags, RULE_DATA_MISSING_KEY, span_at(plan_file, 0, 0), "'operation'");
	}
	arena_release(&mem);
	return complete && diags->n == before;
}
