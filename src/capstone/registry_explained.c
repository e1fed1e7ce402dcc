/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_explained.c - what moves one score, and how long each step took */
#include "capstone/registry_explained.h"
#include "base/date.h"
#include "capstone/evaluate_internal.h"
#include "measure/outcomes.h"
#include "measure/sort.h"
#include <math.h>
#include <string.h>

/* -- one payment ------------------------------------------------------------------------------ */

/* The median of a number, the most frequent code of a category; NAN of no value. */
double typical_value(struct arena *mem, const struct matrix *rows, size_t feature)
{
	const struct feature *f = &rows->features->items[feature];
	double *values = arena_new(mem, double, rows->n + 1);
	size_t n = 0, *counts, most = 0;
	uint32_t *order;

	for (size_t i = 0; i < rows->n; i++) {
		double value = rows->values[i * rows->n_features + feature];
		if (!isnan(value))
			values[n++] = value;
	}
	if (!n)
		return NAN;
	if (f->kind == FIELD_NUMBER) {
		order = arena_new(mem, uint32_t, n);
		sort_order(values, n, order, mem);
		return values[order[(n - 1) / 2]];
	}
	counts = arena_new(mem, size_t, f->n_values);
	for (size_t i = 0; i < n; i++)
		counts[(size_t)values[i]]++;
	for (size_t k = 1; k < f->n_values; k++)
		if (counts[k] > counts[most])
			most = k;
	return (double)most;
}

size_t first_held_honest(const struct events *events, const struct matrix *features,
			 const struct model *model, int32_t first)
{
	double threshold = model_facts(model).threshold;

	for (size_t i = 0; i < events->n; i++)
		if (events->time[i] >= date_moment(first) && events->label[i] == LABEL_NEGATIVE &&
		    score_written(model_score(model, features->values +
							 i * features->n_features)) >= threshold)
			return i;
	return SIZE_MAX;
}

static bool is_calendar(const struct feature *feature)
{
	return feature->family && !strcmp(feature->family, "calendar");
}

/* A feature's value as a reader knows it. */
static void write_value(struct yaml_writer *w, const struct feature *feature, double value)
{
	if (feature->kind == FIELD_NUMBER)
		yaml_fixed(w, feature->name, value, 3);
	else
		yaml_text(w, feature->name, "%s",
			  value >= 0 && value < (double)feature->n_values
			      ? feature->values[(size_t)value]
			      : "missing");
}

/* What the version would say had one feature its typical value; the clock moves as one. */
static void write_changed(const struct registry *r, struct yaml_writer *w,
			  const struct model *model, const double *row, const double *typical)
{
	const struct feature_list *list = &r->prepared->list;
	double *changed = arena_new(r->mem, double, list->n);
	bool clock = false;

	yaml_map(w, "changed");
	for (size_t f = 0; f < list->n; f++) {
		if (is_calendar(&list->items[f])) {
			clock = true;
			continue;
		}
		memcpy(changed, row, list->n * sizeof *row);
		changed[f] = typical[f];
		yaml_fixed(w, list->items[f].name, score_written(model_score(model, changed)), 6);
	}
	if (clock) {
		memcpy(changed, row, list->n * sizeof *row);
		for (size_t f = 0; f < list->n; f++) /* noon: sine 0, cosine -1 */
			if (!strcmp(list->items[f].name, "hour_sin"))
				changed[f] = 0;
			else if (!strcmp(list->items[f].name, "hour_cos"))
				changed[f] = -1;
		yaml_fixed(w, "hour_at_noon", score_written(model_score(model, changed)), 6);
	}
	yaml_end(w);
}

static void write_values(const struct registry *r, struct yaml_writer *w, const char *name,
			 const double *row)
{
	const struct feature_list *list = &r->prepared->list;

	yaml_map(w, name);
	for (size_t f = 0; f < list->n; f++)
		if (!is_calendar(&list->items[f]))
			write_value(w, &list->items[f], row[f]);
	yaml_end(w);
}

static void write_scores(const struct registry *r, struct yaml_writer *w, size_t row)
{
	const struct matrix *features = &r->prepared->features;
	const double *values = features->values + row * features->n_features;

	yaml_map(w, "scores");
	for (size_t i = 0; i < REGISTRY_VERSIONS; i++)
		if (r->versions[i].stored.model)
			yaml_fixed(w, r->versions[i].column,
				   score_written(model_score(r->versions[i].stored.model, values)),
				   6);
	yaml_end(w);
}

void registry_explained(const struct registry *r, struct yaml_writer *w)
{
	const struct registry_version *version = &r->versions[2];
	const struct events *events = &r->prepared->ingest.events;
	const struct matrix *features = &r->prepared->features;
	double *typical = arena_new(r->mem, double, features->n_features);
	char time[DATE_TEXT];
	int32_t first;
	size_t row;

	if (!version->stored.model || !r->gate_rows.events.n)
		return;
	first = registry_stage_day(r, version->stored.name, "production");
	row = first == INT32_MAX
		  ? SIZE_MAX
		  : first_held_honest(events, features, version->stored.model, first);
	if (row == SIZE_MAX)
		return;
	for (size_t f = 0; f < features->n_features; f++)
		typical[f] = typical_value(r->mem, &r->gate_rows.features, f);
	registry_begin(r, w, "measurement", version->stored.name, "explained",
		       arena_printf(r->mem, "What moves one score of %s", version->stored.name));
	yaml_day(w, "date", r->operation_plan->last);
	yaml_text(w, "how",
		  "modelbook-capstone all takes the first honest payment that the version held in "
		  "production and scores it again, one feature at a time changed to its typical "
		  "value among the payments that judged the version: the median, or the most "
		  "frequent category; the clock is moved to noon.");
	yaml_map(w, "figures");
	yaml_text(w, "time", "%s", date_format_moment(time, events->time[row]));
	yaml_number(w, "threshold", model_facts(version->stored.model).threshold);
	write_scores(r, w, row);
	write_values(r, w, "was", features->values + row * features->n_features);
	write_values(r, w, "typical", typical);
	write_changed(r, w, version->stored.model, features->values + row * features->n_features,
		      typical);
	yaml_end(w);
	yaml_text(w, "notes", "Simulated.");
	yaml_end(w);
}

/* -- how long it took ------------------------------------------------------------------------- */

static void write_span(struct yaml_writer *w, const char *name, int32_t from, int32_t to)
{
	if (from != INT32_MAX && to != INT32_MAX && to >= from)
		yaml_count(w, name, (uint64_t)(to - from));
}

static void write_on(const struct registry *r, struct yaml_writer *w, const char *name, int32_t day)
{
	if (day != INT32_MAX)
		yaml_text(w, name, "%s", registry_date(r, day));
}

/* Days between the steps of a version on its way to production. */
static void write_steps(const struct registry *r, struct yaml_writer *w, size_t i)
{
	const char *version = r->versions[i].stored.name;
	int32_t created = r->versions[i].created;
	int32_t shadow = registry_stage_day(r, version, "shadow");
	int32_t canary = registry_stage_day(r, version, "canary");
	int32_t production = registry_stage_day(r, version, "production");

	if (!r->versions[i].stored.model || production == INT32_MAX)
		return;
	yaml_map(w, r->versions[i].column + strlen("score_"));
	write_on(r, w, "shadow_on", shadow);
	write_on(r, w, "canary_on", canary);
	write_on(r, w, "production_on", production);
	write_span(w, "made_to_production", created, production);
	write_span(w, "made_to_shadow", created, shadow);
	write_span(w, "shadow_to_canary", shadow, canary);
	write_span(w, "canary_to_production", canary, production);
	write_span(w, "shadow_to_production", shadow, production);
	yaml_end(w);
}

static void write_way_back(const struct registry *r, struct yaml_writer *w)
{
	const struct operation *o = r->operation;

	if (!o->rollback.happened)
		return;
	yaml_map(w, "after_the_rollback");
	if (o->refit.gate_n)
		write_on(r, w, "gate_on", o->refit.gate_day);
	if (o->refit.happened)
		write_span(w, "to_the_fit", o->rollback.day, o->refit.day);
	if (o->refit.pass)
		write_span(w, "fit_to_gate", o->refit.day, o->refit.gate_day);
	if (o->refit.pass)
		write_span(w, "gate_to_production", o->refit.gate_day, o->resolved);
	write_span(w, "to_production", o->rollback.day, o->resolved);
	yaml_end(w);
}

void registry_spans(const struct registry *r, struct yaml_writer *w)
{
	registry_begin(r, w, "measurement", NULL, "operation", "Days that each step took");
	yaml_day(w, "date", r->operation_plan->last);
	yaml_text(w, "how",
		  "Counted by modelbook-capstone all between the days of the versions' history, of "
		  "the rollback and of the gate; a step that did not come has no figure.");
	yaml_map(w, "figures");
	yaml_number(w, "answers_by_the_rule", (double)r->operation->fallbacks);
	for (size_t i = 0; i < REGISTRY_VERSIONS; i++)
		write_steps(r, w, i);
	write_way_back(r, w);
	yaml_end(w);
	yaml_text(w, "notes", "Simulated.");
	yaml_end(w);
}

void registry_measurements(const struct registry *r, struct yaml_writer *w)
{
	registry_rows(r, w);
	registry_explained(r, w);
	registry_spans(r, w);
}
