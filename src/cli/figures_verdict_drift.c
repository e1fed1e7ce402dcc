/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figures_verdict_drift.c - the sentences at the head of a report that speak of drift */
#include "cli/figures_print.h"
#include "cli/left_out.h"
#include <math.h>
#include <string.h>

enum { NAMES_SHOWN = 4 };

double drift_shown_psi(const struct record_figures *f, const struct drift *d)
{
	double band = d->severity == DRIFT_CRITICAL  ? f->psi_critical
		      : d->severity == DRIFT_WARNING ? f->psi_warning
						     : -INFINITY;

	return d->psi < band && d->psi_ties > d->psi ? d->psi_ties : d->psi;
}

static size_t severity_rank(enum drift_severity severity)
{
	static const size_t ranks[] = {[DRIFT_CRITICAL] = 0,
				       [DRIFT_WARNING] = 1,
				       [DRIFT_UNKNOWN] = 2,
				       [DRIFT_TOO_FEW] = 3,
				       [DRIFT_STABLE] = 4};

	return ranks[severity];
}

static bool is_worse(const struct drift *a, const struct drift *b)
{
	size_t left = severity_rank(a->severity), right = severity_rank(b->severity);

	if (left != right)
		return left < right;
	return a->psi > b->psi;
}

/* Insertion keeps what is equal in the order asked for; NAN is worse than nothing. */
size_t *drift_by_severity(struct arena *mem, const struct drift *drift, size_t n)
{
	size_t *order = arena_new(mem, size_t, n);

	for (size_t i = 0; i < n; i++) {
		size_t at = i;

		for (; at > 0 && is_worse(&drift[i], &drift[order[at - 1]]); at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return order;
}

static size_t count_severity(const struct window_figures *w, enum drift_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_drift; i++)
		n += w->drift[i].severity == severity;
	return n;
}

static const char *column_word(size_t n)
{
	return n == 1 ? "column" : "columns";
}

static void say_beyond(const struct figures_report *report, struct verdict_list *list,
		       const struct drift *worst, size_t n_beyond)
{
	const struct record_figures *f = report->figures;
	struct arena *mem = list->mem;
	bool critical = worst->severity == DRIFT_CRITICAL;
	double psi = drift_shown_psi(f, worst);

	verdict_say(
	    list, critical ? VERDICT_BAD : VERDICT_WARNING,
	    "Drift: %zu of %zu %s beyond their band; worst: %s, PSI %s%s (%s from %s, chance "
	    "gives up to %s).",
	    n_beyond, f->all.n_drift, column_word(f->all.n_drift),
	    verdict_name(list, worst->column), shown_brief(mem, psi),
	    psi > worst->psi ? " with its most frequent values in bins of their own" : "",
	    critical ? "critical" : "warning",
	    shown_brief(mem, critical ? f->psi_critical : f->psi_warning),
	    shown_brief(mem, worst->psi_chance));
}

static void verdict_nothing_compared(const struct figures_report *report, struct verdict_list *list)
{
	const struct record_figures *f = report->figures;

	if (!report->request->reference)
		return;
	if (f->compared_with)
		verdict_say(
		    list, VERDICT_UNKNOWN,
		    "Drift is not known: all rows belong to what they would be compared with, %s.",
		    shown_text(list->mem, f->compared_with, 0));
	else if (left_out_count(report->taken, LEFT_CURRENT) ||
		 left_out_count(report->taken, LEFT_REFERENCE))
		verdict_say(
		    list, VERDICT_UNKNOWN,
		    "Drift is not known: no column that can be compared stands in both logs.");
	else
		verdict_say(list, VERDICT_UNKNOWN,
			    "Drift is not known: no column can be compared; --feature names one.");
}

/* What one side has and the other has not; nothing where that is all there is to say. */
static void verdict_absent_columns(const struct figures_report *report, struct verdict_list *list)
{
	static const struct {
		enum left_out why;
		const char *where;
	} sides[] = {{LEFT_REFERENCE, "in the reference alone"},
		     {LEFT_CURRENT, "not in the reference"}};

	for (size_t i = 0; i < 2 && report->figures->all.n_drift; i++) {
		size_t n = left_out_count(report->taken, sides[i].why);

		if (n)
			verdict_say(
			    list, VERDICT_WARNING, "%zu %s %s %s: %s; %s drift is not known.", n,
			    column_word(n), n == 1 ? "is" : "are", sides[i].where,
			    left_out_names(list->mem, report->taken, sides[i].why, NAMES_SHOWN),
			    n == 1 ? "its" : "their");
	}
}

static bool misses_beyond(const struct window_figures *w)
{
	for (size_t i = 0; w->missing && i < w->n_drift; i++)
		if (w->missing[i].severity == DRIFT_WARNING ||
		    w->missing[i].severity == DRIFT_CRITICAL)
			return true;
	return false;
}

static void verdict_drift(const struct figures_report *report, struct verdict_list *list)
{
	const struct record_figures *f = report->figures;
	const struct window_figures *w = &f->all;
	struct arena *mem = list->mem;
	size_t *order = drift_by_severity(mem, w->drift, w->n_drift);
	size_t beyond, unknown, too_few;
	const struct drift *worst;

	if (!w->n_drift) {
		verdict_nothing_compared(report, list);
		return;
	}
	worst = &w->drift[order[0]];
	beyond = count_severity(w, DRIFT_CRITICAL) + count_severity(w, DRIFT_WARNING);
	unknown = count_severity(w, DRIFT_UNKNOWN);
	too_few = count_severity(w, DRIFT_TOO_FEW);
	if (beyond)
		say_beyond(report, list, worst, beyond);
	if (unknown) {
		const struct drift *first = &w->drift[order[beyond]];
		verdict_say(list, VERDICT_UNKNOWN, "Drift of %zu of %zu %s is not known; %s: %s.",
			    unknown, w->n_drift, column_word(w->n_drift),
			    verdict_name(list, first->column),
			    first->reason ? shown_text(mem, first->reason, 0) : "no figure");
	}
	if (too_few) {
		const struct drift *first = &w->drift[order[beyond + unknown]];
		verdict_say(
		    list, VERDICT_UNKNOWN,
		    "Too few rows to tell the drift of %zu of %zu %s: with %s rows against %s, "
		    "chance "
		    "alone gives %s a PSI up to %s (warning from %s).",
		    too_few, w->n_drift, column_word(w->n_drift),
		    shown_count(mem, first->rows_current), shown_count(mem, first->rows_reference),
		    verdict_name(list, first->column), shown_brief(mem, first->psi_chance),
		    shown_brief(mem, f->psi_warning));
	}
	if (!beyond && !unknown && !too_few)
		verdict_say(
		    list, VERDICT_GOOD,
		    "No drift%s: %s within the bands; highest PSI %s (%s; warning from %s).",
		    misses_beyond(w) ? " in the values that are there" : "",
		    w->n_drift == 1 ? "the column is"
				    : arena_printf(mem, "all %zu columns are", w->n_drift),
		    shown_brief(mem, worst->psi), verdict_name(list, worst->column),
		    shown_brief(mem, f->psi_warning));
}

static void verdict_missing(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;
	struct arena *mem = list->mem;

	for (size_t i = 0; i < w->n_drift && w->missing; i++) {
		const struct drift *d = &w->drift[i], *missing = &w->missing[i];
		bool critical = missing->severity == DRIFT_CRITICAL;

		if (critical || missing->severity == DRIFT_WARNING)
			verdict_say(
			    list, critical ? VERDICT_BAD : VERDICT_WARNING,
			    "Missing values of %s: %s of the reference, %s now; PSI %s (%s from "
			    "%s).",
			    verdict_name(list, d->column), shown_percent(mem, d->missing_reference),
			    shown_percent(mem, d->missing_current), shown_brief(mem, missing->psi),
			    critical ? "critical" : "warning",
			    shown_brief(mem, critical ? report->figures->psi_critical
						      : report->figures->psi_warning));
	}
}

/* Windows in which a column misses values beyond its band: the first, and the one that misses most.
 */
static void verdict_missing_windows(const struct figures_report *report, struct verdict_list *list)
{
	const struct record_figures *f = report->figures;
	const struct window_figures *first = NULL, *worst = NULL;
	const struct drift *most = NULL;
	bool critical = false;
	size_t n = 0, column = 0;

	for (size_t w = 0; w < f->n_windows; w++) {
		const struct window_figures *window = &f->windows[w];
		bool beyond = false;

		for (size_t i = 0; window->missing && i < window->n_drift; i++) {
			const struct drift *missing = &window->missing[i];

			if (missing->severity != DRIFT_WARNING &&
			    missing->severity != DRIFT_CRITICAL)
				continue;
			beyond = true;
			critical = critical || missing->severity == DRIFT_CRITICAL;
			if (!most || missing->psi > most->psi) {
				most = missing;
				worst = window;
				column = i;
			}
		}
		n += beyond;
		first = !first && beyond ? window : first;
	}
	if (n)
		verdict_say(
		    list, critical ? VERDICT_BAD : VERDICT_WARNING,
		    "Over time: %zu of %zu windows miss more or fewer values than the band allows, "
		    "first %s; worst %s (%s, %s missing).",
		    n, f->n_windows, first->label, worst->label,
		    verdict_name(list, worst->drift[column].column),
		    shown_percent(list->mem, worst->drift[column].missing_current));
}

static size_t count_category(const struct drift *d, const char *name)
{
	for (size_t i = 0; i < d->n_bins; i++)
		if (d->bins[i].category && !strcmp(d->bins[i].category, name))
			return d->bins[i].current;
	return 0;
}

bool drift_is_of_names(const struct drift *d)
{
	return !d->numeric && d->n_bins > 1 && d->n_bins * 2 > d->rows_reference + d->rows_current;
}

static void verdict_names(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;

	for (size_t i = 0; i < w->n_drift; i++)
		if (drift_is_of_names(&w->drift[i]))
			verdict_say(
			    list, VERDICT_UNKNOWN,
			    "%s holds %s different texts in %s rows, as ids and moments do: its "
			    "drift says "
			    "nothing; name the columns that matter by --feature.",
			    verdict_name(list, w->drift[i].column),
			    shown_count(list->mem, w->drift[i].n_bins),
			    shown_count(list->mem,
					w->drift[i].rows_reference + w->drift[i].rows_current));
}

static void verdict_new_categories(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;
	struct arena *mem = list->mem;

	for (size_t i = 0; i < w->n_drift; i++) {
		const struct drift *d = &w->drift[i];
		const char *names = "";
		size_t rows = 0;

		for (size_t c = 0; c < d->n_new_categories; c++) {
			rows += count_category(d, d->new_categories[c]);
			if (c < NAMES_SHOWN)
				names = arena_printf(mem, "%s%s'%s'", names, c ? ", " : "",
						     verdict_name(list, d->new_categories[c]));
		}
		if (!d->n_new_categories || drift_is_of_names(d))
			continue;
		if (d->n_new_categories > NAMES_SHOWN)
			names = arena_printf(mem, "%s and %zu more", names,
					     d->n_new_categories - NAMES_SHOWN);
		verdict_say(list, VERDICT_WARNING,
			    "%s holds %s that the reference never had: %s (%s row%s).",
			    verdict_name(list, d->column),
			    d->n_new_categories == 1 ? "a value" : "values", names,
			    shown_count(mem, rows), rows == 1 ? "" : "s");
	}
}

static void verdict_windows(const struct figures_report *report, struct verdict_list *list)
{
	const struct record_figures *f = report->figures;
	const struct window_figures *first = NULL, *worst = NULL;
	struct arena *mem = list->mem;
	double highest = NAN;
	size_t n = 0, worst_column = 0;
	bool critical = false;

	for (size_t i = 0; i < f->n_windows; i++) {
		const struct window_figures *w = &f->windows[i];
		size_t column;
		double psi;

		if (!w->n_drift || w->worst > DRIFT_CRITICAL || w->worst == DRIFT_STABLE)
			continue;
		n++;
		first = first ? first : w;
		critical = critical || w->worst == DRIFT_CRITICAL;
		column = drift_by_severity(mem, w->drift, w->n_drift)[0];
		psi = drift_shown_psi(f, &w->drift[column]);
		if (!worst || psi > highest) {
			highest = psi;
			worst = w;
			worst_column = column;
		}
	}
	if (worst)
		verdict_say(
		    list, critical ? VERDICT_BAD : VERDICT_WARNING,
		    "Over time: %s windows have a column beyond its band, first %s; worst %s (%s, "
		    "PSI %s).",
		    n == f->n_windows ? arena_printf(mem, "all %zu", n)
				      : arena_printf(mem, "%zu of %zu", n, f->n_windows),
		    first->label, worst->label,
		    verdict_name(list, worst->drift[worst_column].column),
		    shown_brief(mem, highest));
}

void verdicts_drift(const struct figures_report *report, struct verdict_list *list)
{
	verdict_drift(report, list);
	verdict_absent_columns(report, list);
	verdict_windows(report, list);
}

void verdicts_values(const struct figures_report *report, struct verdict_list *list)
{
	verdict_missing(report, list);
	verdict_missing_windows(report, list);
	verdict_names(report, list);
	verdict_new_categories(report, list);
}
