/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_given.c - the figures that a record says itself */
#include "evidence/figure_names.h"
#include "evidence/figures_internal.h"
#include <math.h>
#include <string.h>

static const char *const not_given = "not given";

static double given_number(const struct data_node *map, const char *key)
{
	double value;

	return data_number(data_find(map, key), &value) ? value : NAN;
}

static size_t given_count(const struct data_node *map, const char *key)
{
	double value = given_number(map, key);

	return value >= 0 && value < 9e15 ? (size_t)value : 0;
}

static const char *given_reason(const struct data_node *map)
{
	const char *reason = data_find_text(map, "reason");

	return reason ? reason : not_given;
}

static struct figure given_figure(struct arena *mem, const struct data_node *map, const char *key)
{
	struct figure figure = {.value = given_number(map, key)};

	figure.interval.low = given_number(map, arena_printf(mem, "%s_low", key));
	figure.interval.high = given_number(map, arena_printf(mem, "%s_high", key));
	if (isnan(figure.value))
		figure.reason = given_reason(map);
	return figure;
}

/* The members of a struct from the map that holds them. */
static void take_fields(struct arena *mem, const struct data_node *map,
			const struct figure_fields *fields, void *base)
{
	for (size_t i = 0; i < fields->n; i++) {
		const struct figure_field *field = &fields->items[i];
		void *to = figure_field_in(base, field);

		switch (field->kind) {
		case FIELD_FIGURE:
			*(struct figure *)to = given_figure(mem, map, field->name);
			break;
		case FIELD_NUMBER:
			*(double *)to = given_number(map, field->name);
			break;
		case FIELD_COUNT:
			*(size_t *)to = given_count(map, field->name);
			break;
		}
	}
}

static void take_performance(struct arena *mem, const struct data_node *map,
			     struct window_figures *w)
{
	struct performance *p = &w->performance;

	if (!map || map->kind != DATA_MAP)
		return;
	w->has_performance = true;
	take_fields(mem, map, &performance_fields, p);
	p->threshold = given_number(map, "threshold");
}

static void take_bins(struct arena *mem, const struct data_node *list, struct calibration *c)
{
	struct calibration_bin *bins;

	if (!list || list->kind != DATA_LIST)
		return;
	bins = arena_new(mem, struct calibration_bin, list->n);
	for (size_t i = 0; i < list->n && c->n_bins < CALIBRATION_MAX_BINS; i++) {
		const struct data_node *b = list->items[i];
		struct calibration_bin *bin = &bins[c->n_bins];

		take_fields(mem, b, &bin_fields, bin);
		if (!isnan(bin->event_rate))
			bin->events = (size_t)llround((double)bin->count * bin->event_rate);
		c->n += bin->count;
		c->n_bins++;
	}
	c->bins = bins;
}

static void take_calibration(struct arena *mem, const struct data_node *map,
			     struct window_figures *w)
{
	struct calibration *c = &w->calibration;
	const char *binning = data_find_text(map, "binning");

	if (!map || map->kind != DATA_MAP)
		return;
	w->has_calibration = true;
	c->binning = binning && !strcmp(binning, "quantile") ? "quantile" : "uniform";
	take_fields(mem, map, &calibration_fields, c);
	if (isnan(c->ece))
		c->reason = given_reason(map);
	take_bins(mem, data_find(map, "bins"), c);
	if (!c->n)
		c->n = w->performance.n;
}

static enum drift_severity given_severity(const struct data_node *map)
{
	const char *text = data_find_text(map, "severity");

	for (enum drift_severity s = DRIFT_STABLE; text && s < DRIFT_UNKNOWN; s++)
		if (!strcmp(text, drift_severity_name(s)))
			return s;
	return DRIFT_UNKNOWN;
}

static void take_new_categories(struct arena *mem, const struct data_node *list, struct drift *d)
{
	const char **names;

	if (!list || list->kind != DATA_LIST)
		return;
	names = arena_new(mem, const char *, list->n);
	for (size_t i = 0; i < list->n; i++)
		if (data_text(list->items[i]))
			names[d->n_new_categories++] = list->items[i]->text;
	d->new_categories = names;
}

static void take_drift(struct arena *mem, const struct data_node *map, struct window_figures *w)
{
	struct drift *drift;

	if (!map || map->kind != DATA_MAP)
		return;
	drift = arena_new(mem, struct drift, map->n);
	for (size_t i = 0; i < map->n; i++) {
		const struct data_node *one = map->pairs[i].value;
		const char *type = data_find_text(one, "type");
		struct drift *d = &drift[i];

		d->column = map->pairs[i].key->text;
		d->numeric = !type || strcmp(type, "categorical") != 0;
		take_fields(mem, one, &drift_fields, d);
		d->psi_ties = given_number(one, "psi_ties");
		d->psi_p_value = d->psi_ties_p_value = NAN;
		take_new_categories(mem, data_find(one, "new_categories"), d);
		d->severity = given_severity(one);
		if (isnan(d->psi))
			d->reason = given_reason(one);
		else if (d->severity == DRIFT_UNKNOWN)
			d->reason = "given without a severity";
	}
	w->drift = drift;
	w->n_drift = map->n;
	w->worst = drift_worst(drift, map->n);
}

static void take_confusion(struct arena *mem, const struct data_node *rows, struct class_table *t)
{
	size_t k = t->summary.k, *cells;

	if (!rows || rows->kind != DATA_LIST || rows->n != k)
		return;
	cells = arena_new(mem, size_t, k * k);
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			const struct data_node *row = rows->items[i];
			double count;

			if (row->kind != DATA_LIST || row->n != k ||
			    !data_number(row->items[j], &count) || count < 0 || count > 9e15)
				return;
			cells[i * k + j] = (size_t)count;
		}
	t->confusion = cells;
}

static void take_classes(struct arena *mem, const struct data_node *node, struct window_figures *w)
{
	const struct data_node *map = data_find(node, "classes");
	struct class_table *t = &w->classes;
	struct class_figures *each;
	const char **names;

	if (!map || map->kind != DATA_MAP)
		return;
	w->has_classes = true;
	take_fields(mem, data_find(node, "performance"), &class_table_fields, &t->summary);
	t->summary.k = map->n;
	each = arena_new(mem, struct class_figures, map->n);
	names = arena_new(mem, const char *, map->n);
	for (size_t i = 0; i < map->n; i++) {
		names[i] = map->pairs[i].key->text;
		take_fields(mem, map->pairs[i].value, &class_fields, &each[i]);
	}
	t->names = names;
	t->each = each;
	take_confusion(mem, data_find(node, "confusion"), t);
}

static void take_regression(struct arena *mem, const struct data_node *map,
			    struct window_figures *w)
{
	if (!map || map->kind != DATA_MAP)
		return;
	w->has_regression = true;
	take_fields(mem, map, &regression_fields, &w->regression);
}

static void take_latency(struct arena *mem, const struct data_node *map, struct window_figures *w)
{
	if (!map || map->kind != DATA_MAP)
		return;
	w->has_latency = true;
	take_fields(mem, map, &latency_fields, &w->latency);
	w->latency.n = given_count(map, "n");
	if (isnan(w->latency.p50.value))
		w->latency.reason = given_reason(map);
}

static void take_groups(struct arena *mem, const struct data_node *map, struct fairness_figures *f)
{
	struct group_rates *groups;
	double *ece;

	if (!map || map->kind != DATA_MAP)
		return;
	groups = arena_new(mem, struct group_rates, map->n);
	ece = arena_new(mem, double, map->n);
	for (size_t i = 0; i < map->n; i++) {
		take_fields(mem, map->pairs[i].value, &group_fields, &groups[i]);
		groups[i].name = map->pairs[i].key->text;
		groups[i].compared = true;
		ece[i] = given_number(map->pairs[i].value, "ece");
	}
	f->groups = groups;
	f->ece = ece;
	f->n_groups = f->summary.n_compared = map->n;
}

static void take_fairness(struct arena *mem, const struct data_node *map, struct window_figures *w)
{
	struct fairness_figures *fairness;

	if (!map || map->kind != DATA_MAP)
		return;
	fairness = arena_new(mem, struct fairness_figures, map->n);
	for (size_t i = 0; i < map->n; i++) {
		const struct data_node *one = map->pairs[i].value;

		if (one->kind != DATA_MAP)
			continue;
		take_fields(mem, one, &gap_fields, &fairness[w->n_fairness].summary);
		take_groups(mem, data_find(one, "groups"), &fairness[w->n_fairness]);
		fairness[w->n_fairness++].column = map->pairs[i].key->text;
	}
	w->fairness = fairness;
}

static void take_comparison(struct arena *mem, const struct data_node *map,
			    struct window_figures *w)
{
	struct score_comparison *comparison;

	if (!map || map->kind != DATA_MAP)
		return;
	comparison = arena_new(mem, struct score_comparison, map->n);
	for (size_t i = 0; i < map->n; i++) {
		const struct data_node *one = map->pairs[i].value;
		struct paired_comparison *c = &comparison[i].comparison;

		comparison[i].figure = map->pairs[i].key->text;
		c->difference = given_figure(mem, one, "difference");
		c->difference.interval =
		    (struct interval){given_number(one, "low"), given_number(one, "high")};
		c->p_value = given_number(one, "p_value");
		c->method = data_find_text(one, "method");
	}
	w->comparison = comparison;
	w->n_comparison = map->n;
}

/* `map` is the record or one of its windows: the same keys stand in both. */
static void take_window(struct arena *mem, const struct data_node *map, struct window_figures *w)
{
	const char *label = data_find_text(map, "label");

	w->start = data_find_text(map, "start");
	w->end = data_find_text(map, "end");
	w->label = label ? label : w->start ? w->start : "all";
	w->worst = DRIFT_UNKNOWN;
	take_performance(mem, data_find(map, "performance"), w);
	take_calibration(mem, data_find(map, "calibration"), w);
	take_drift(mem, data_find(map, "drift"), w);
	take_classes(mem, map, w);
	take_regression(mem, data_find(map, "regression"), w);
	take_latency(mem, data_find(map, "latency"), w);
	take_fairness(mem, data_find(map, "fairness"), w);
	take_comparison(mem, data_find(map, "comparison"), w);
	w->rows = given_count(map, "rows");
	if (!w->rows)
		w->rows = w->performance.n;
}

static void take_windows(struct arena *mem, const struct data_node *list, struct record_figures *f)
{
	struct window_figures *windows;

	if (!list || list->kind != DATA_LIST)
		return;
	windows = arena_new(mem, struct window_figures, list->n);
	for (size_t i = 0; i < list->n; i++)
		if (list->items[i]->kind == DATA_MAP)
			take_window(mem, list->items[i], &windows[f->n_windows++]);
	f->windows = windows;
}

/* By column, then by value. */
static void take_segments(struct arena *mem, const struct data_node *map, struct record_figures *f)
{
	struct {
		LIST_OF(struct segment_figures);
	} segments = {0};

	for (size_t i = 0; map && map->kind == DATA_MAP && i < map->n; i++) {
		const struct data_node *values = map->pairs[i].value;

		for (size_t k = 0; values->kind == DATA_MAP && k < values->n; k++) {
			struct segment_figures *segment = ARENA_PUSH(mem, &segments);

			segment->column = map->pairs[i].key->text;
			segment->value = values->pairs[k].key->text;
			take_window(mem, values->pairs[k].value, &segment->figures);
			segment->figures.label = segment->value;
		}
	}
	f->segments = segments.items;
	f->n_segments = segments.n;
}

static bool has_figures(const struct record_figures *f)
{
	const struct window_figures *w = &f->all;

	return w->has_performance || w->has_calibration || w->n_drift || w->has_classes ||
	       w->has_regression || w->has_latency || w->n_fairness || w->n_comparison ||
	       f->n_windows || f->n_segments;
}

void figures_take_given(struct collector *c, struct record_figures *f)
{
	const struct data_node *node = f->record->node;
	const char **features;
	bool any;

	take_window(c->mem, node, &f->all);
	f->all.label = "all";
	take_windows(c->mem, data_find(node, "windows"), f);
	take_segments(c->mem, data_find(node, "segments"), f);
	any = has_figures(f);
	f->origin = any ? ORIGIN_GIVEN : ORIGIN_NONE;
	f->rows = f->all.rows;
	f->skipped = given_count(node, "skipped");
	f->threshold = f->all.has_performance ? f->all.performance.threshold : NAN;
	f->threshold_from = "as given";
	features = arena_new(c->mem, const char *, f->all.n_drift);
	for (size_t i = 0; i < f->all.n_drift; i++)
		features[i] = f->all.drift[i].column;
	f->features = features;
	f->n_features = f->all.n_drift;
	if (any && f->absent)
		f->how = arena_printf(c->mem, "As given in %s, not measured here: %s",
				      figures_place_text(c->mem, node->at), f->absent);
	else if (any)
		f->how = arena_printf(c->mem, "As given in %s, not measured here",
				      figures_place_text(c->mem, node->at));
	else
		f->how =
		    f->absent ? arena_printf(c->mem, "No figures: %s", f->absent) : "No figures";
}
