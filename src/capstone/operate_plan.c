/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate_plan.c - `operation:` of the plan's file, whose shape plan_read() has checked */
#include "base/date.h"
#include "capstone/operate.h"
#include "capstone/plan_internal.h"
#include "read/yaml.h"
#include <string.h>

static bool read_day(const struct data_node *map, const char *key, int32_t *day)
{
	const char *text = plan_text(map, key);

	return text && date_parse(text, strlen(text), day);
}

static bool read_days(const struct data_node *map, struct operation_plan *o)
{
	const struct data_node *baseline = data_find(map, "baseline"),
			       *improved = data_find(map, "improved");

	return read_day(map, "from", &o->first) && read_day(map, "to", &o->last) &&
	       read_day(baseline, "created", &o->baseline_created) &&
	       read_day(baseline, "production", &o->baseline_production) &&
	       read_day(improved, "created", &o->improved_created) &&
	       read_day(improved, "shadow", &o->improved_shadow);
}

static void read_criteria(const struct data_node *map, struct operation_plan *o)
{
	const struct data_node *canary = plan_list(map, "canary");

	for (; o->n_canary < canary->n && o->n_canary < OPERATION_MAX_STEPS; o->n_canary++) {
		const struct data_node *step = canary->items[o->n_canary];
		o->canary_percent[o->n_canary] = plan_number(step, "percent", 100);
		o->canary_days[o->n_canary] = (int)plan_number(step, "days", 1);
	}
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
	bool complete;

	arena_init(&mem);
	root = yaml_read(&mem, plan_file, 0, plan_file->len, RULE_DATA_SYNTAX, diags);
	map = data_find(root, "operation");
	*operation = (struct operation_plan){0};
	read_criteria(map, operation);
	complete = map && read_days(map, operation);
	if (!map)
		diag_add(diags, RULE_DATA_MISSING_KEY, span_at(plan_file, 0, 0), "'operation'");
	else if (complete && (operation->first > operation->baseline_created ||
			      operation->baseline_created > operation->baseline_production ||
			      operation->baseline_production > operation->improved_shadow ||
			      operation->improved_created > operation->improved_shadow ||
			      operation->improved_shadow > operation->last))
		diag_add(diags, RULE_DATA_DATE_ORDER, map->at,
			 "days of 'operation' must follow each other");
	arena_release(&mem);
	return complete && diags->n == before;
}
