/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evidence/figure_visit.c - figures under the names that records hold, in the order of records */
#include "evidence/figure_visit.h"
#include "evidence/figure_names.h"
#include "measure/auc_interval.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* -- plain members ---------------------------------------------------------------------------- */

static void visit_number(const struct figure_visitor *v, const char *name, double value,
			 const char *reason)
{
	if (isfinite(value))
		v->number(v->ctx, name, value, NULL);
	else
		v->number(v->ctx, name, NAN, reason ? reason : "not known");
}

static void visit_figure(const struct figure_visitor *v, const char *name,
			 const struct figure *figure, const char *reason)
{
	char end[64];

	visit_number(v, name, figure->value, figure->reason ? figure->reason : reason);
	if (!isfinite(figure->interval.low) || !isfinite(figure->interval.high))
		return;
	snprintf(end, sizeof end, "%s_low", name);
	v->number(v->ctx, end, figure->interval.low, NULL);
	snprintf(end, sizeof end, "%s_high", name);
	v->number(v->ctx, end, figure->interval.high, NULL);
}

/* One member; `reason` is the struct's own. */
static void visit_field(const struct figure_visitor *v, const struct figure_field *field,
			const void *base, const char *reason)
{
	const void *at = figure_field_at(base, field);

	if (!reason)
		reason = field->unknown;
	switch (field->kind) {
	case FIELD_FIGURE:
		visit_figure(v, field->name, at, reason);
		break;
	case FIELD_NUMBER:
		visit_number(v, field->name, *(const double *)at, reason);
		break;
	case FIELD_COUNT:
		v->count(v->ctx, field->name, *(const size_t *)at);
		break;
	}
}

static void visit_fields(const struct figure_visitor *v, const struct figure_fields *fields,
			 const void *base, const char *reason)
{
	for (size_t i = 0; i < fields->n; i++)
		visit_field(v, &fields->items[i], base, reason);
}

static bool opens(const struct figure_visitor *v, const char *name, bool list)
{
	return v->open(v->ctx, name, list);
}

static void closes(const struct figure_visitor *v)
{
	v->close(v->ctx);
}

/* -- parts ------------------------------------------------------------------------------------ */

static void visit_performance(const struct figure_visitor *v, const struct window_figures *w)
{
	const char *note = w->has_performance ? roc_auc_note(&w->performance) : NULL;

	if ((!w->has_performance && !w->has_classes) || !opens(v, "performance", false))
		return;
	if (w->has_performance) {
		visit_fields(v, &performance_fields, &w->performance, NULL);
		if (note)
			v->text(v->ctx, "roc_auc_note", note);
		if (isfinite(w->performance.threshold))
			v->number(v->ctx, "threshold", w->performance.threshold, NULL);
	} else {
		visit_fields(v, &class_table_fields, &w->classes.summary, NULL);
	}
	closes(v);
}

static void visit_confusion(const struct figure_visitor *v, const struct class_table *c)
{
	size_t k = c->summary.k;

	if (!c->confusion || !opens(v, "confusion", true))
		return;
	for (size_t truth = 0; truth < k; truth++) {
		if (!opens(v, NULL, true))
			continue;
		for (size_t predicted = 0; predicted < k; predicted++)
			v->count(v->ctx, NULL, c->confusion[truth * k + predicted]);
		closes(v);
	}
	closes(v);
}

static void visit_classes(const struct figure_visitor *v, const struct window_figures *w)
{
	const struct class_table *c = &w->classes;

	if (!w->has_classes)
		return;
	if (c->each && opens(v, "classes", false)) {
		for (size_t i = 0; i < c->summary.k; i++)
			if (opens(v, c->names[i], false)) {
				visit_fields(v, &class_fields, &c->each[i], NULL);
				closes(v);
			}
		closes(v);
	}
	visit_confusion(v, c);
}

static void visit_comparison(const struct figure_visitor *v, const struct window_figures *w)
{
	if (!w->n_comparison || !opens(v, "comparison", false))
		return;
	for (size_t i = 0; i < w->n_comparison; i++) {
		const struct score_comparison *c = &w->comparison[i];
		const struct figure *difference = &c->comparison.difference;
		const char *reason = isfinite(difference->value)
					 ? "too few rows, or rows too alike, for an interval"
					 : difference->reason;

		if (!opens(v, c->figure, false))
			continue;
		visit_number(v, "difference", difference->value, difference->reason);
		visit_number(v, "low", difference->interval.low, reason);
		visit_number(v, "high", difference->interval.high, reason);
		visit_number(v, "p_value", c->comparison.p_value, reason);
		if (c->comparison.method)
			v->text(v->ctx, "method", c->comparison.method);
		closes(v);
	}
	closes(v);
}

static void visit_regression(const struct figure_visitor *v, const struct window_figures *w)
{
	if (!w->has_regression || !opens(v, "regression", false))
		return;
	visit_fields(v, &regression_fields, &w->regression, NULL);
	closes(v);
}

static void visit_calibration(const struct figure_visitor *v, const struct window_figures *w)
{
	const struct calibration *c = &w->calibration;

	if (!w->has_calibration || !opens(v, "calibration", false))
		return;
	if (c->binning)
		v->text(v->ctx, "binning", c->binning);
	visit_fields(v, &calibration_fields, c, c->reason);
	if (c->n_bins && opens(v, "bins", true)) {
		for (size_t i = 0; i < c->n_bins; i++)
			if (opens(v, NULL, false)) {
				visit_fields(v, &bin_fields, &c->bins[i], NULL);
				closes(v);
			}
		closes(v);
	}
	closes(v);
}

static void visit_groups(const struct figure_visitor *v, const struct fairness_figures *f)
{
	if (!opens(v, "groups", false))
		return;
	for (size_t i = 0; i < f->n_groups; i++) {
		if (!opens(v, f->groups[i].name, false))
			continue;
		visit_fields(v, &group_fields, &f->groups[i], NULL);
		if (f->ece && isfinite(f->ece[i]))
			v->number(v->ctx, "ece", f->ece[i], NULL);
		closes(v);
	}
	closes(v);
}

static void visit_fairness(const struct figure_visitor *v, const struct window_figures *w)
{
	if (!w->n_fairness || !opens(v, "fairness", false))
		return;
	for (size_t i = 0; i < w->n_fairness; i++)
		if (opens(v, w->fairness[i].column, false)) {
			visit_groups(v, &w->fairness[i]);
			visit_fields(v, &gap_fields, &w->fairness[i].summary, NULL);
			closes(v);
		}
	closes(v);
}

/* Why a figure is not known beside a PSI that is: NULL where the field says it. */
static const char *beside_psi(const struct drift *d, const double *figure)
{
	if (isnan(d->ks_statistic) &&
	    (figure == &d->ks_statistic || figure == &d->ks_p_value || figure == &d->wasserstein ||
	     figure == &d->wasserstein_normalised))
		return "it needs rows, and these are counts";
	if (isnan(d->wasserstein) &&
	    (figure == &d->wasserstein || figure == &d->wasserstein_normalised))
		return "beyond the largest number";
	return NULL;
}

const char *figure_drift_reason(const struct drift *d, const struct figure_field *field)
{
	return isfinite(d->psi) ? beside_psi(d, figure_field_at(d, field)) : d->reason;
}

static void visit_one_drift(const struct figure_visitor *v, const struct drift *d)
{
	v->text(v->ctx, "type", d->numeric ? "numeric" : "categorical");
	for (size_t i = 0; i < drift_fields.n; i++) {
		const struct figure_field *field = &drift_fields.items[i];

		if (!(d->numeric ? field->not_numeric : field->not_categorical))
			visit_field(v, field, d, figure_drift_reason(d, field));
	}
	if (isfinite(d->psi_ties))
		v->number(v->ctx, "psi_ties", d->psi_ties, NULL);
	if (d->n_new_categories && opens(v, "new_categories", true)) {
		for (size_t i = 0; i < d->n_new_categories; i++)
			v->text(v->ctx, NULL, d->new_categories[i]);
		closes(v);
	}
	v->text(v->ctx, "severity", drift_severity_name(d->severity));
	if (d->reason)
		v->text(v->ctx, "reason", d->reason);
}

static void visit_missing(const struct figure_visitor *v, const struct drift *missing)
{
	v->number(v->ctx, "missing_psi", missing->psi, NULL);
	visit_number(v, "missing_psi_chance", missing->psi_chance, NULL);
	v->text(v->ctx, "missing_severity", drift_severity_name(missing->severity));
}

static void visit_drift(const struct figure_visitor *v, const struct window_figures *w)
{
	if (!w->n_drift || !opens(v, "drift", false))
		return;
	for (size_t i = 0; i < w->n_drift; i++)
		if (opens(v, w->drift[i].column, false)) {
			visit_one_drift(v, &w->drift[i]);
			if (w->missing && isfinite(w->missing[i].psi))
				visit_missing(v, &w->missing[i]);
			closes(v);
		}
	closes(v);
}

static void visit_latency(const struct figure_visitor *v, const struct window_figures *w)
{
	if (!w->has_latency || !opens(v, "latency", false))
		return;
	visit_fields(v, &latency_fields, &w->latency, w->latency.reason);
	closes(v);
}

static void visit_parts(const struct figure_visitor *v, const struct window_figures *w)
{
	visit_performance(v, w);
	visit_classes(v, w);
	visit_comparison(v, w);
	visit_regression(v, w);
	visit_calibration(v, w);
	visit_fairness(v, w);
	visit_drift(v, w);
	visit_latency(v, w);
}

/* -- the whole -------------------------------------------------------------------------------- */

void window_visit(const struct window_figures *w, const struct figure_visitor *v)
{
	if (w->start && w->end) {
		v->text(v->ctx, "start", w->start);
		v->text(v->ctx, "end", w->end);
	}
	v->count(v->ctx, "rows", w->rows);
	visit_parts(v, w);
}

static void visit_windows(const struct figure_visitor *v, const struct record_figures *f)
{
	if (!f->n_windows || !opens(v, "windows", true))
		return;
	for (size_t i = 0; i < f->n_windows; i++)
		if (opens(v, NULL, false)) {
			window_visit(&f->windows[i], v);
			closes(v);
		}
	closes(v);
}

/* Segments of one column follow each other. */
static void visit_segments(const struct figure_visitor *v, const struct record_figures *f)
{
	size_t i = 0;

	if (!f->n_segments || !opens(v, "segments", false))
		return;
	while (i < f->n_segments) {
		const char *column = f->segments[i].column;
		bool open = opens(v, column, false);

		for (; i < f->n_segments && !strcmp(f->segments[i].column, column); i++)
			if (open && opens(v, f->segments[i].value, false)) {
				window_visit(&f->segments[i].figures, v);
				closes(v);
			}
		if (open)
			closes(v);
	}
	closes(v);
}

void figures_visit(const struct record_figures *f, const struct figure_visitor *v)
{
	v->count(v->ctx, "rows", f->rows);
	v->count(v->ctx, "skipped", f->skipped);
	visit_parts(v, &f->all);
	visit_windows(v, f);
	visit_segments(v, f);
}
