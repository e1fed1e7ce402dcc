/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figures_print_verdict.c - the sentences at the head of a report: what is wrong first */
#include "cli/figures_print.h"
#include "cli/left_out.h"
#include "measure/intervals.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

/* The four-fifths rule, 29 CFR 1607.4 D. */
#define FOUR_FIFTHS 0.8
enum { NAMES_SHOWN = 4, NAME_COLUMNS = 30 };

static void say(struct verdict_list *list, enum verdict_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void say(struct verdict_list *list, enum verdict_state state, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*ARENA_PUSH(list->mem, list) =
	    (struct verdict){state, arena_vprintf(list->mem, format, args)};
	va_end(args);
}

static const char *name_of(struct verdict_list *list, const char *name)
{
	return shown_text(list->mem, name, NAME_COLUMNS);
}

/* " (0.731 – 0.751)"; "" where there is none. */
static const char *in_brackets(struct arena *mem, struct interval interval)
{
	const char *text = shown_interval(mem, interval, 3);

	return *text ? arena_printf(mem, " (%s)", text) : "";
}

/* -- drift ------------------------------------------------------------------------------------ */

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

	say(list, critical ? VERDICT_BAD : VERDICT_WARNING,
	    "Drift: %zu of %zu %s beyond their band; worst: %s, PSI %s%s (%s from %s, chance "
	    "gives up to %s).",
	    n_beyond, f->all.n_drift, column_word(f->all.n_drift), name_of(list, worst->column),
	    shown_brief(mem, psi),
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
		say(list, VERDICT_UNKNOWN,
		    "Drift is not known: all rows belong to what they would be compared with, %s.",
		    shown_text(list->mem, f->compared_with, 0));
	else if (left_out_count(report->taken, LEFT_CURRENT) ||
		 left_out_count(report->taken, LEFT_REFERENCE))
		say(list, VERDICT_UNKNOWN,
		    "Drift is not known: no column that can be compared stands in both logs.");
	else
		say(list, VERDICT_UNKNOWN,
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
			say(list, VERDICT_WARNING, "%zu %s %s %s: %s; %s drift is not known.", n,
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
		say(list, VERDICT_UNKNOWN, "Drift of %zu of %zu %s is not known; %s: %s.", unknown,
		    w->n_drift, column_word(w->n_drift), name_of(list, first->column),
		    first->reason ? shown_text(mem, first->reason, 0) : "no figure");
	}
	if (too_few) {
		const struct drift *first = &w->drift[order[beyond + unknown]];
		say(list, VERDICT_UNKNOWN,
		    "Too few rows to tell the drift of %zu of %zu %s: with %s rows against %s, "
		    "chance "
		    "alone gives %s a PSI up to %s (warning from %s).",
		    too_few, w->n_drift, column_word(w->n_drift),
		    shown_count(mem, first->rows_current), shown_count(mem, first->rows_reference),
		    name_of(list, first->column), shown_brief(mem, first->psi_chance),
		    shown_brief(mem, f->psi_warning));
	}
	if (!beyond && !unknown && !too_few)
		say(list, VERDICT_GOOD,
		    "No drift%s: %s within the bands; highest PSI %s (%s; warning from %s).",
		    misses_beyond(w) ? " in the values that are there" : "",
		    w->n_drift == 1 ? "the column is"
				    : arena_printf(mem, "all %zu columns are", w->n_drift),
		    shown_brief(mem, worst->psi), name_of(list, worst->column),
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
			say(list, critical ? VERDICT_BAD : VERDICT_WARNING,
			    "Missing values of %s: %s of the reference, %s now; PSI %s (%s from "
			    "%s).",
			    name_of(list, d->column), shown_percent(mem, d->missing_reference),
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
		say(list, critical ? VERDICT_BAD : VERDICT_WARNING,
		    "Over time: %zu of %zu windows miss more or fewer values than the band allows, "
		    "first %s; worst %s (%s, %s missing).",
		    n, f->n_windows, first->label, worst->label,
		    name_of(list, worst->drift[column].column),
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
			say(list, VERDICT_UNKNOWN,
			    "%s holds %s different texts in %s rows, as ids and moments do: its "
			    "drift says "
			    "nothing; name the columns that matter by --feature.",
			    name_of(list, w->drift[i].column),
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
						     name_of(list, d->new_categories[c]));
		}
		if (!d->n_new_categories || drift_is_of_names(d))
			continue;
		if (d->n_new_categories > NAMES_SHOWN)
			names = arena_printf(mem, "%s and %zu more", names,
					     d->n_new_categories - NAMES_SHOWN);
		say(list, VERDICT_WARNING,
		    "%s holds %s that the reference never had: %s (%s row%s).",
		    name_of(list, d->column), d->n_new_categories == 1 ? "a value" : "values",
		    names, shown_count(mem, rows), rows == 1 ? "" : "s");
	}
}

static void verdict_windows(const struct figures_report *report, struct verdict_list *list)
{
	const struct record_figures *f = report->figures;
	const struct window_figures *first = NULL, *worst = NULL;
	struct arena *mem = list->mem;
	double highest = -1;
	size_t n = 0, worst_column = 0;
	bool critical = false;

	for (size_t i = 0; i < f->n_windows; i++) {
		const struct window_figures *w = &f->windows[i];
		size_t *order = drift_by_severity(mem, w->drift, w->n_drift);

		if (!w->n_drift || w->worst > DRIFT_CRITICAL || w->worst == DRIFT_STABLE)
			continue;
		n++;
		first = first ? first : w;
		critical = critical || w->worst == DRIFT_CRITICAL;
		if (drift_shown_psi(f, &w->drift[order[0]]) > highest) {
			highest = drift_shown_psi(f, &w->drift[order[0]]);
			worst = w;
			worst_column = order[0];
		}
	}
	if (n)
		say(list, critical ? VERDICT_BAD : VERDICT_WARNING,
		    "Over time: %s windows have a column beyond its band, first %s; worst %s (%s, "
		    "PSI %s).",
		    n == f->n_windows ? arena_printf(mem, "all %zu", n)
				      : arena_printf(mem, "%zu of %zu", n, f->n_windows),
		    first->label, worst->label, name_of(list, worst->drift[worst_column].column),
		    shown_brief(mem, highest));
}

/* -- outcomes --------------------------------------------------------------------------------- */

const struct calibration_bin *calibration_worst_bin(const struct calibration *c)
{
	const struct calibration_bin *worst = NULL;
	double most = 0;

	if (!(c->ece > c->ece_chance))
		return NULL;
	for (size_t i = 0; i < c->n_bins; i++) {
		const struct calibration_bin *bin = &c->bins[i];
		double share = fabs(bin->mean_score - bin->event_rate) * (double)bin->count;

		if (bin->count && share > most &&
		    (bin->mean_score < bin->event_rate_low ||
		     bin->mean_score > bin->event_rate_high)) {
			most = share;
			worst = bin;
		}
	}
	return worst;
}

static void verdict_calibration(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;
	const struct calibration *c = &w->calibration;
	const struct calibration_bin *worst;
	struct arena *mem = list->mem;

	if (!w->has_calibration)
		return;
	if (isnan(c->ece)) {
		say(list, VERDICT_UNKNOWN, "Calibration is not known: %s.",
		    c->reason ? c->reason : "no figure");
		return;
	}
	if (isnan(c->ece_chance)) {
		say(list, VERDICT_UNKNOWN,
		    "Calibration: ECE %s, largest gap %s; what chance gives a right score is not "
		    "known: %s.",
		    shown_brief(mem, c->ece), shown_brief(mem, c->mce),
		    c->reason ? c->reason : "no figure");
		return;
	}
	worst = calibration_worst_bin(c);
	if (worst)
		say(list, VERDICT_WARNING,
		    "Calibration: scores of %s–%s came true in %s (n %s): too %s by %s points; ECE "
		    "%s "
		    "where chance gives up to %s.",
		    shown_brief(mem, worst->lower), shown_brief(mem, worst->upper),
		    shown_percent(mem, worst->event_rate), shown_count(mem, worst->count),
		    worst->mean_score > worst->event_rate ? "high" : "low",
		    shown_fixed(mem, fabs(worst->mean_score - worst->event_rate) * 100,
				fabs(worst->mean_score - worst->event_rate) < 0.0995),
		    shown_brief(mem, c->ece), shown_brief(mem, c->ece_chance));
	else if (c->ece > c->ece_chance)
		say(list, VERDICT_WARNING,
		    "Calibration: ECE %s where chance gives up to %s, by many small gaps of which "
		    "no "
		    "single bin stands out.",
		    shown_brief(mem, c->ece), shown_brief(mem, c->ece_chance));
	else
		say(list, VERDICT_GOOD,
		    "Calibration: ECE %s is within what chance gives a right score (%s).",
		    shown_brief(mem, c->ece), shown_brief(mem, c->ece_chance));
}

static void verdict_ranking(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;
	const struct figure *auc = &w->performance.roc_auc;
	struct arena *mem = list->mem;

	if (!w->has_performance || !report->figures->score)
		return;
	if (isnan(auc->value))
		say(list, VERDICT_UNKNOWN, "Ranking: ROC AUC is not known: %s.",
		    auc->reason ? auc->reason : "no figure");
	else if (auc->interval.high < 0.5)
		say(list, VERDICT_BAD,
		    "Ranking: ROC AUC %s%s lies below chance: the score runs the wrong way, or "
		    "--positive names the wrong value.",
		    shown_brief(mem, auc->value), in_brackets(mem, auc->interval));
	else if (auc->interval.low <= 0.5)
		say(list, VERDICT_WARNING, "Ranking: ROC AUC %s%s cannot be told from chance, 0.5.",
		    shown_brief(mem, auc->value), in_brackets(mem, auc->interval));
	else
		say(list, VERDICT_PLAIN, "Ranking: ROC AUC %s%s, where 0.5 is chance.",
		    shown_brief(mem, auc->value), in_brackets(mem, auc->interval));
}

/* The windows with the lowest and the first ROC AUC, where their intervals do not meet. */
static void verdict_ranking_over_time(const struct figures_report *report,
				      struct verdict_list *list)
{
	const struct record_figures *f = report->figures;
	const struct window_figures *first = NULL, *lowest = NULL;
	struct arena *mem = list->mem;

	for (size_t i = 0; i < f->n_windows; i++) {
		const struct window_figures *w = &f->windows[i];

		if (!w->has_performance || isnan(w->performance.roc_auc.interval.low))
			continue;
		first = first ? first : w;
		if (!lowest || w->performance.roc_auc.value < lowest->performance.roc_auc.value)
			lowest = w;
	}
	if (lowest &&
	    lowest->performance.roc_auc.interval.high < first->performance.roc_auc.interval.low)
		say(list, VERDICT_WARNING,
		    "Over time: ROC AUC fell from %s in %s to %s in %s; their intervals do not "
		    "meet.",
		    shown_brief(mem, first->performance.roc_auc.value), first->label,
		    shown_brief(mem, lowest->performance.roc_auc.value), lowest->label);
}

static void verdict_fairness_of(const struct fairness_figures *fairness, struct verdict_list *list)
{
	const struct group_gap *ratio = &fairness->summary.disparate_impact_ratio;
	const struct group_gap *gap = &fairness->summary.demographic_parity_difference;
	const char *column = name_of(list, fairness->column);
	struct arena *mem = list->mem;
	const struct group_rates *high = NULL, *low = NULL;

	if (isnan(ratio->value.value) || !ratio->highest || !ratio->lowest) {
		say(list, VERDICT_UNKNOWN, "Fairness by %s: groups cannot be compared: %s.", column,
		    ratio->value.reason ? ratio->value.reason : "no figure");
		return;
	}
	for (size_t i = 0; i < fairness->n_groups; i++) {
		high =
		    !strcmp(fairness->groups[i].name, ratio->highest) ? &fairness->groups[i] : high;
		low = !strcmp(fairness->groups[i].name, ratio->lowest) ? &fairness->groups[i] : low;
	}
	if (!high || !low)
		return;
	say(list, ratio->value.value < FOUR_FIFTHS ? VERDICT_WARNING : VERDICT_PLAIN,
	    "Fairness by %s: %s is selected in %s, %s in %s: %s points apart, ratio %s%s.", column,
	    name_of(list, low->name), shown_percent(mem, low->selection_rate.value),
	    name_of(list, high->name), shown_percent(mem, high->selection_rate.value),
	    shown_fixed(mem, gap->value.value * 100, gap->value.value < 0.0995),
	    shown_brief(mem, ratio->value.value),
	    ratio->value.value < FOUR_FIFTHS ? ", which fails the four-fifths rule" : "");
}

static void verdict_fairness(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;

	for (size_t i = 0; i < w->n_fairness; i++)
		verdict_fairness_of(&w->fairness[i], list);
}

static void verdict_classes(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;
	const struct class_table *t = &w->classes;
	struct arena *mem = list->mem;
	size_t weakest = 0;

	if (!w->has_classes)
		return;
	if (isnan(t->summary.accuracy.value)) {
		say(list, VERDICT_UNKNOWN, "Classes: nothing is known: %s.",
		    t->summary.accuracy.reason ? t->summary.accuracy.reason : "no figure");
		return;
	}
	for (size_t i = 1; i < t->summary.k; i++)
		if (t->each[i].f1.value < t->each[weakest].f1.value)
			weakest = i;
	say(list, VERDICT_PLAIN, "Classes: accuracy %s over %zu, macro F1 %s; weakest: %s, F1 %s.",
	    shown_brief(mem, t->summary.accuracy.value), t->summary.k,
	    shown_brief(mem, t->summary.macro_f1.value), name_of(list, t->names[weakest]),
	    shown_brief(mem, t->each[weakest].f1.value));
}

static void verdict_regression(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;
	const struct regression *r = &w->regression;
	struct arena *mem = list->mem;

	if (!w->has_regression)
		return;
	if (isnan(r->mae.value)) {
		say(list, VERDICT_UNKNOWN, "Regression: nothing is known: %s.",
		    r->mae.reason ? r->mae.reason : "no figure");
		return;
	}
	say(list, r->r2.value < 0 ? VERDICT_BAD : VERDICT_PLAIN,
	    "Predictions are off by %s on average (half of them by less than %s); R² %s%s.",
	    shown_brief(mem, r->mae.value), shown_brief(mem, r->median_absolute_error.value),
	    shown_brief(mem, r->r2.value),
	    r->r2.value < 0 ? ": worse than always giving the mean" : "");
	if (r->mean_error.interval.low > 0 || r->mean_error.interval.high < 0)
		say(list, VERDICT_WARNING, "Predictions are too %s by %s on average%s.",
		    r->mean_error.value > 0 ? "high" : "low",
		    shown_brief(mem, fabs(r->mean_error.value)),
		    in_brackets(mem, r->mean_error.interval));
}

static void verdict_skipped(const struct figures_report *report, struct verdict_list *list)
{
	size_t skipped = report->figures->skipped;

	if (skipped)
		say(list, VERDICT_WARNING, "%s malformed row%s skipped, as --max-bad allows.",
		    shown_count(list->mem, skipped), skipped == 1 ? " was" : "s were");
}

void verdicts_collect(const struct figures_report *report, struct verdict_list *list)
{
	static void (*const all[])(const struct figures_report *, struct verdict_list *) = {
	    verdict_drift,       verdict_absent_columns,
	    verdict_windows,     verdict_ranking_over_time,
	    verdict_missing,     verdict_missing_windows,
	    verdict_names,       verdict_new_categories,
	    verdict_calibration, verdict_fairness,
	    verdict_skipped,     verdict_ranking,
	    verdict_classes,     verdict_regression,
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		all[i](report, list);
}
