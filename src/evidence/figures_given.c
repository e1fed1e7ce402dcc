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

void figures_take_given(struct collector *c, struct record_figures *f)
{
	const struct data_node *node = f->record->node;
	const char **features;
	bool any;

	take_window(c->mem, node, &f->all);
	f->all.label = "all";
	take_windows(c->mem, data_find(node, "windows"), f);
	any = f->all.has_performance || f->all.has_calibration || f->all.n_drift || f->n_windows;
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
