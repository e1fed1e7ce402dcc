/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figures_codec.c - figures as bytes and back */
#include "evidence/figures_codec.h"
#include "base/map.h"
#include "evidence/figure_names.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

struct codec {
	struct out *to; /* NULL: reading */
	const char *from;
	size_t n, at;
	bool bad; /* the bytes ended, or say what cannot be */
	struct arena *mem;
	struct map texts; /* each is kept once */
};

/* -- members ---------------------------------------------------------------------------------- */

static void pass_bytes(struct codec *c, void *p, size_t n)
{
	if (c->to) {
		out_write(c->to, p, n);
		return;
	}
	c->bad = c->bad || n > c->n - c->at;
	if (c->bad) {
		memset(p, 0, n);
		return;
	}
	memcpy(p, c->from + c->at, n);
	c->at += n;
}

static void pass_size(struct codec *c, size_t *size)
{
	uint64_t value = *size;

	pass_bytes(c, &value, sizeof value);
	*size = (size_t)value;
}

static void pass_number(struct codec *c, double *number)
{
	pass_bytes(c, number, sizeof *number);
}

static void pass_truth(struct codec *c, bool *truth)
{
	unsigned char byte = *truth;

	pass_bytes(c, &byte, 1);
	c->bad = c->bad || byte > 1;
	*truth = byte != 0;
}

/* A length more than the text's, 0 for none; then its bytes. */
static void pass_text(struct codec *c, const char **text)
{
	size_t length = *text && c->to ? strlen(*text) + 1 : 0;
	char *kept;

	pass_size(c, &length);
	if (c->to) {
		if (length)
			out_write(c->to, *text, length - 1);
		return;
	}
	*text = NULL;
	if (!length || c->bad)
		return;
	if (length - 1 > c->n - c->at) {
		c->bad = true;
		return;
	}
	kept = map_get_n(&c->texts, c->from + c->at, length - 1);
	if (!kept) {
		kept = arena_strndup(c->mem, c->from + c->at, length - 1);
		map_put_n(&c->texts, c->mem, kept, length - 1, kept);
	}
	*text = kept;
	c->at += length - 1;
}

/* The length of a list and room for it: each item takes at least one byte. */
static void *pass_list(struct codec *c, const void *items, size_t *n, size_t size)
{
	pass_size(c, n);
	if (c->to)
		return (void *)items;
	if (c->bad || *n > c->n - c->at) {
		c->bad = true;
		*n = 0;
	}
	return arena_alloc_n(c->mem, *n, size);
}

static void pass_figure(struct codec *c, struct figure *figure)
{
	pass_number(c, &figure->value);
	pass_number(c, &figure->interval.low);
	pass_number(c, &figure->interval.high);
	pass_text(c, &figure->reason);
}

static void pass_fields(struct codec *c, const struct figure_fields *fields, void *base)
{
	for (size_t i = 0; i < fields->n; i++) {
		void *at = figure_field_in(base, &fields->items[i]);

		switch (fields->items[i].kind) {
		case FIELD_FIGURE:
			pass_figure(c, at);
			break;
		case FIELD_NUMBER:
			pass_number(c, at);
			break;
		case FIELD_COUNT:
			pass_size(c, at);
			break;
		}
	}
}

/* -- parts ------------------------------------------------------------------------------------ */

static void pass_performance(struct codec *c, struct window_figures *w)
{
	pass_truth(c, &w->has_performance);
	if (!w->has_performance)
		return;
	pass_fields(c, &performance_fields, &w->performance);
	pass_number(c, &w->performance.threshold);
}

static void pass_calibration(struct codec *c, struct window_figures *w)
{
	struct calibration *k = &w->calibration;
	struct calibration_bin *bins;

	pass_truth(c, &w->has_calibration);
	if (!w->has_calibration)
		return;
	pass_text(c, &k->binning);
	pass_size(c, &k->n);
	pass_text(c, &k->reason);
	pass_fields(c, &calibration_fields, k);
	bins = pass_list(c, k->bins, &k->n_bins, sizeof *bins);
	for (size_t i = 0; i < k->n_bins; i++) {
		pass_fields(c, &bin_fields, &bins[i]);
		pass_size(c, &bins[i].events);
	}
	k->bins = bins;
}

static void pass_drift(struct codec *c, struct drift *d)
{
	double *const numbers[] = {&d->psi_p_value, &d->psi_ties, &d->psi_ties_p_value};
	struct drift_bin *bins;
	const char **fresh;

	pass_text(c, &d->column);
	pass_truth(c, &d->numeric);
	pass_fields(c, &drift_fields, d);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		pass_number(c, numbers[i]);
	pass_text(c, &d->reason);
	bins = pass_list(c, d->bins, &d->n_bins, sizeof *bins);
	for (size_t i = 0; i < d->n_bins; i++) {
		pass_number(c, &bins[i].lower);
		pass_number(c, &bins[i].upper);
		pass_text(c, &bins[i].category);
		pass_size(c, &bins[i].reference);
		pass_size(c, &bins[i].current);
	}
	d->bins = bins;
	fresh = pass_list(c, d->new_categories, &d->n_new_categories, sizeof *fresh);
	for (size_t i = 0; i < d->n_new_categories; i++)
		pass_text(c, &fresh[i]);
	d->new_categories = fresh;
	d->severity = DRIFT_UNKNOWN; /* judged by the bands of today */
}

static void pass_drifts(struct codec *c, struct window_figures *w)
{
	struct drift *drift = pass_list(c, w->drift, &w->n_drift, sizeof *drift);

	for (size_t i = 0; i < w->n_drift; i++)
		pass_drift(c, &drift[i]);
	w->drift = drift;
}

static void pass_classes(struct codec *c, struct window_figures *w)
{
	struct class_table *table = &w->classes;
	struct class_figures *each;
	const char **names;
	size_t *confusion, k, cells;

	pass_truth(c, &w->has_classes);
	if (!w->has_classes)
		return;
	pass_fields(c, &class_table_fields, &table->summary);
	k = table->summary.k;
	names = pass_list(c, table->names, &k, sizeof *names);
	each = c->to ? (struct class_figures *)table->each
		     : arena_new(c->mem, struct class_figures, k);
	table->summary.k = k;
	for (size_t i = 0; i < k; i++) {
		pass_text(c, &names[i]);
		pass_fields(c, &class_fields, &each[i]);
		pass_size(c, &each[i].n_predicted);
	}
	cells = k * k;
	confusion = pass_list(c, table->confusion, &cells, sizeof *confusion);
	c->bad = c->bad || cells != k * k;
	for (size_t i = 0; i < cells; i++)
		pass_size(c, &confusion[i]);
	table->names = names;
	table->each = each;
	table->confusion = confusion;
}

static void pass_regression(struct codec *c, struct window_figures *w)
{
	pass_truth(c, &w->has_regression);
	if (!w->has_regression)
		return;
	pass_fields(c, &regression_fields, &w->regression);
	pass_size(c, &w->regression.n_left_out);
}

static void pass_latency(struct codec *c, struct window_figures *w)
{
	pass_truth(c, &w->has_latency);
	if (!w->has_latency)
		return;
	pass_size(c, &w->latency.n);
	pass_fields(c, &latency_fields, &w->latency);
	pass_text(c, &w->latency.reason);
}

static void pass_groups(struct codec *c, struct fairness_figures *f)
{
	struct group_gap *const gaps[] = {
	    &f->summary.demographic_parity_difference,
	    &f->summary.disparate_impact_ratio,
	    &f->summary.equal_opportunity_difference,
	    &f->summary.equalized_odds_difference,
	};
	struct group_rates *groups;
	double *ece;

	pass_text(c, &f->column);
	pass_size(c, &f->summary.min_rows);
	pass_size(c, &f->summary.n_compared);
	for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
		pass_figure(c, &gaps[i]->value);
		pass_text(c, &gaps[i]->highest);
		pass_text(c, &gaps[i]->lowest);
	}
	groups = pass_list(c, f->groups, &f->n_groups, sizeof *groups);
	ece = c->to ? (double *)f->ece : arena_new(c->mem, double, f->n_groups);
	for (size_t i = 0; i < f->n_groups; i++) {
		pass_text(c, &groups[i].name);
		pass_truth(c, &groups[i].compared);
		pass_fields(c, &group_fields, &groups[i]);
		pass_number(c, &ece[i]);
	}
	f->groups = groups;
	f->ece = ece;
}

static void pass_fairness(struct codec *c, struct window_figures *w)
{
	struct fairness_figures *fairness =
	    pass_list(c, w->fairness, &w->n_fairness, sizeof *fairness);

	for (size_t i = 0; i < w->n_fairness; i++)
		pass_groups(c, &fairness[i]);
	w->fairness = fairness;
}

static void pass_comparisons(struct codec *c, struct window_figures *w)
{
	struct score_comparison *comparison =
	    pass_list(c, w->comparison, &w->n_comparison, sizeof *comparison);

	for (size_t i = 0; i < w->n_comparison; i++) {
		pass_text(c, &comparison[i].figure);
		pass_size(c, &comparison[i].comparison.n);
		pass_figure(c, &comparison[i].comparison.difference);
		pass_number(c, &comparison[i].comparison.p_value);
		pass_text(c, &comparison[i].comparison.method);
	}
	w->comparison = comparison;
}

static void pass_window(struct codec *c, struct window_figures *w)
{
	pass_text(c, &w->label);
	pass_text(c, &w->start);
	pass_text(c, &w->end);
	pass_size(c, &w->rows);
	pass_performance(c, w);
	pass_calibration(c, w);
	pass_drifts(c, w);
	pass_classes(c, w);
	pass_regression(c, w);
	pass_latency(c, w);
	pass_fairness(c, w);
	pass_comparisons(c, w);
	w->worst = DRIFT_UNKNOWN;
}

static void pass_all(struct codec *c, struct stored_figures *stored)
{
	struct record_figures *f = stored->figures;
	struct window_figures *windows;
	struct segment_figures *segments;

	pass_size(c, &f->rows);
	pass_size(c, &f->skipped);
	pass_size(c, &stored->reference_n);
	pass_window(c, &f->all);
	windows = pass_list(c, f->windows, &f->n_windows, sizeof *windows);
	for (size_t i = 0; i < f->n_windows; i++)
		pass_window(c, &windows[i]);
	f->windows = windows;
	segments = pass_list(c, f->segments, &f->n_segments, sizeof *segments);
	for (size_t i = 0; i < f->n_segments; i++) {
		pass_text(c, &segments[i].column);
		pass_text(c, &segments[i].value);
		pass_window(c, &segments[i].figures);
	}
	f->segments = segments;
}

void figures_write(const struct stored_figures *figures, struct out *to)
{
	struct codec c = {.to = to};
	struct stored_figures copy = *figures;

	pass_all(&c, &copy);
}

bool figures_read(struct arena *mem, const char *bytes, size_t n, struct stored_figures *figures)
{
	struct codec c = {.from = bytes, .n = n, .mem = mem};

	pass_all(&c, figures);
	return !c.bad && c.at == n;
}
