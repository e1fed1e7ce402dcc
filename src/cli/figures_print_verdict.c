/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cli/figures_print_verdict.c - the sentences at the head of a report: what is wrong first */
#include "cli/figures_print.h"
#include "measure/intervals.h"
#include <math.h>
#include <stdarg.h>
#include <string.h>

/* The four-fifths rule, 29 CFR 1607.4 D. */
#define FOUR_FIFTHS 0.8
enum { NAME_COLUMNS = 30 };

void verdict_say(struct verdict_list *list, enum verdict_state state, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*ARENA_PUSH(list->mem, list) =
	    (struct verdict){state, arena_vprintf(list->mem, format, args)};
	va_end(args);
}

const char *verdict_name(struct verdict_list *list, const char *name)
{
	return shown_text(list->mem, name, NAME_COLUMNS);
}

/* " (0.731 – 0.751)"; "" where there is none. */
static const char *in_brackets(struct arena *mem, struct interval interval)
{
	const char *text = shown_interval(mem, interval, 3);

	return *text ? arena_printf(mem, " (%s)", text) : "";
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

/* Percentages and margins are scores too, but decisions need a threshold of their scale. */
static const char *scale_advice(const struct figures_report *report)
{
	const struct log_request *request = report->request;

	return request->prediction.name || !isnan(request->threshold)
		   ? " Where they are percentages, divide them by 100 in the log."
		   : " Where they are percentages, divide them by 100 in the log; decisions were "
		     "taken "
		     "from 0.5 on, which --threshold changes.";
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
		verdict_say(list, VERDICT_UNKNOWN, "Calibration is not known: %s.%s",
			    c->reason ? c->reason : "no figure",
			    c->reason && strstr(c->reason, "outside 0 to 1") ? scale_advice(report)
									     : "");
		return;
	}
	if (isnan(c->ece_chance)) {
		verdict_say(
		    list, VERDICT_UNKNOWN,
		    "Calibration: ECE %s, largest gap %s; what chance gives a right score is not "
		    "known: %s.",
		    shown_brief(mem, c->ece), shown_brief(mem, c->mce),
		    c->reason ? c->reason : "no figure");
		return;
	}
	worst = calibration_worst_bin(c);
	if (worst)
		verdict_say(
		    list, VERDICT_WARNING,
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
		verdict_say(
		    list, VERDICT_WARNING,
		    "Calibration: ECE %s where chance gives up to %s, by many small gaps of which "
		    "no "
		    "single bin stands out.",
		    shown_brief(mem, c->ece), shown_brief(mem, c->ece_chance));
	else
		verdict_say(list, VERDICT_GOOD,
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
		verdict_say(list, VERDICT_UNKNOWN, "Ranking: ROC AUC is not known: %s.",
			    auc->reason ? auc->reason : "no figure");
	else if (auc->interval.high < 0.5)
		verdict_say(
		    list, VERDICT_BAD,
		    "Ranking: ROC AUC %s%s lies below chance: the score runs the wrong way, or "
		    "--positive names the wrong value.",
		    shown_brief(mem, auc->value), in_brackets(mem, auc->interval));
	else if (auc->interval.low <= 0.5)
		verdict_say(list, VERDICT_WARNING,
			    "Ranking: ROC AUC %s%s cannot be told from chance, 0.5.",
			    shown_brief(mem, auc->value), in_brackets(mem, auc->interval));
	else
		verdict_say(list, VERDICT_PLAIN, "Ranking: ROC AUC %s%s, where 0.5 is chance.",
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
		verdict_say(
		    list, VERDICT_WARNING,
		    "Over time: ROC AUC fell from %s in %s to %s in %s; their intervals do not "
		    "meet.",
		    shown_brief(mem, first->performance.roc_auc.value), first->label,
		    shown_brief(mem, lowest->performance.roc_auc.value), lowest->label);
}

static void verdict_fairness_of(const struct fairness_figures *fairness, struct verdict_list *list)
{
	const struct group_gap *ratio = &fairness->summary.disparate_impact_ratio;
	const struct group_gap *gap = &fairness->summary.demographic_parity_difference;
	const char *column = verdict_name(list, fairness->column);
	struct arena *mem = list->mem;
	const struct group_rates *high = NULL, *low = NULL;

	if (isnan(ratio->value.value) || !ratio->highest || !ratio->lowest) {
		verdict_say(list, VERDICT_UNKNOWN, "Fairness by %s: groups cannot be compared: %s.",
			    column, ratio->value.reason ? ratio->value.reason : "no figure");
		return;
	}
	for (size_t i = 0; i < fairness->n_groups; i++) {
		high =
		    !strcmp(fairness->groups[i].name, ratio->highest) ? &fairness->groups[i] : high;
		low = !strcmp(fairness->groups[i].name, ratio->lowest) ? &fairness->groups[i] : low;
	}
	if (!high || !low)
		return;
	verdict_say(list, ratio->value.value < FOUR_FIFTHS ? VERDICT_WARNING : VERDICT_PLAIN,
		    "Fairness by %s: %s is selected in %s, %s in %s: %s points apart, ratio %s%s.",
		    column, verdict_name(list, low->name),
		    shown_percent(mem, low->selection_rate.value), verdict_name(list, high->name),
		    shown_percent(mem, high->selection_rate.value),
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
		verdict_say(list, VERDICT_UNKNOWN, "Classes: nothing is known: %s.",
			    t->summary.accuracy.reason ? t->summary.accuracy.reason : "no figure");
		return;
	}
	for (size_t i = 1; i < t->summary.k; i++)
		if (t->each[i].f1.value < t->each[weakest].f1.value)
			weakest = i;
	verdict_say(
	    list, VERDICT_PLAIN, "Classes: accuracy %s over %zu, macro F1 %s; weakest: %s, F1 %s.",
	    shown_brief(mem, t->summary.accuracy.value), t->summary.k,
	    shown_brief(mem, t->summary.macro_f1.value), verdict_name(list, t->names[weakest]),
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
		verdict_say(list, VERDICT_UNKNOWN, "Regression: nothing is known: %s.",
			    r->mae.reason ? r->mae.reason : "no figure");
		return;
	}
	verdict_say(list, r->r2.value < 0 ? VERDICT_BAD : VERDICT_PLAIN,
		    "Predictions are off by %s on average (half of them by less than %s); R² %s%s.",
		    shown_brief(mem, r->mae.value),
		    shown_brief(mem, r->median_absolute_error.value), shown_brief(mem, r->r2.value),
		    r->r2.value < 0 ? ": worse than always giving the mean" : "");
	if (r->mean_error.interval.low > 0 || r->mean_error.interval.high < 0)
		verdict_say(list, VERDICT_WARNING, "Predictions are too %s by %s on average%s.",
			    r->mean_error.value > 0 ? "high" : "low",
			    shown_brief(mem, fabs(r->mean_error.value)),
			    in_brackets(mem, r->mean_error.interval));
}

static void verdict_skipped(const struct figures_report *report, struct verdict_list *list)
{
	size_t skipped = report->figures->skipped;

	if (skipped)
		verdict_say(list, VERDICT_WARNING,
			    "%s malformed row%s skipped, as --max-bad allows.",
			    shown_count(list->mem, skipped), skipped == 1 ? " was" : "s were");
}

/* A filter that nothing passes explains all that is not known below. */
static void verdict_no_rows(const struct figures_report *report, struct verdict_list *list)
{
	const struct rows_request *rows = &report->request->rows;
	const char *filters = "";

	if (report->figures->rows || !rows->n_where)
		return;
	for (size_t i = 0; i < rows->n_where; i++)
		filters = arena_printf(list->mem, "%s%s%s = '%s'", filters, i ? " and " : "",
				       verdict_name(list, rows->where[i].column.name),
				       verdict_name(list, rows->where[i].value));
	verdict_say(list, VERDICT_UNKNOWN,
		    "No row has %s: values are compared as text, case and all.", filters);
}

/* The first figure of the comparison, which is ROC AUC: is the second score better? */
static void verdict_comparison(const struct figures_report *report, struct verdict_list *list)
{
	const struct window_figures *w = &report->figures->all;
	const struct figure *d;
	struct arena *mem = list->mem;
	const char *second, *first;

	if (!w->n_comparison || !report->request->compare.name || !report->request->score.name)
		return;
	d = &w->comparison[0].comparison.difference;
	second = verdict_name(list, report->request->compare.name);
	first = verdict_name(list, report->request->score.name);
	if (isnan(d->value) || isnan(d->interval.low))
		verdict_say(list, VERDICT_UNKNOWN,
			    "Whether %s ranks better than %s is not known%s%s.", second, first,
			    isnan(d->value) && d->reason ? ": " : "",
			    isnan(d->value) && d->reason ? d->reason : "");
	else if (d->interval.low <= 0 && d->interval.high >= 0)
		verdict_say(
		    list, VERDICT_PLAIN,
		    "%s and %s cannot be told apart by ranking: %s differs by %s (%s to %s).",
		    second, first, w->comparison[0].figure, shown_brief(mem, d->value),
		    shown_brief(mem, d->interval.low), shown_brief(mem, d->interval.high));
	else
		verdict_say(list, d->value > 0 ? VERDICT_WARNING : VERDICT_GOOD,
			    "%s ranks %s than %s: its %s is %s by %s (%s to %s).", second,
			    d->value > 0 ? "better" : "worse", first, w->comparison[0].figure,
			    d->value > 0 ? "higher" : "lower", shown_brief(mem, fabs(d->value)),
			    shown_brief(mem, fmin(fabs(d->interval.low), fabs(d->interval.high))),
			    shown_brief(mem, fmax(fabs(d->interval.low), fabs(d->interval.high))));
}

void verdicts_collect(const struct figures_report *report, struct verdict_list *list)
{
	static void (*const all[])(const struct figures_report *, struct verdict_list *) = {
	    verdict_no_rows, verdict_comparison,  verdicts_drift,     verdict_ranking_over_time,
	    verdicts_values, verdict_calibration, verdict_fairness,   verdict_skipped,
	    verdict_ranking, verdict_classes,     verdict_regression,
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		all[i](report, list);
}
