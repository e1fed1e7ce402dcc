/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figure_metrics.c - which figures a window has, and the windows of a version */
#include "base/date.h"
#include "render/figures_html.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PERFORMANCE(name, title, lower, upper, decided)                                            \
	{                                                                                          \
#name, title, lower, upper, METRIC_PERFORMANCE, decided,                           \
		    offsetof(struct performance, name)                                             \
	}
#define CALIBRATION(name, title, lower, upper)                                                     \
	{                                                                                          \
#name, title, lower, upper, METRIC_CALIBRATION, false,                             \
		    offsetof(struct calibration, name)                                             \
	}
#define CLASSES(name, title, lower, upper)                                                         \
	{                                                                                          \
#name, title, lower, upper, METRIC_CLASSES, true, offsetof(struct classes, name)   \
	}
#define REGRESSION(name, title, lower, upper)                                                      \
	{                                                                                          \
#name, title, lower, upper, METRIC_REGRESSION, false,                              \
		    offsetof(struct regression, name)                                              \
	}

const struct metric metrics[] = {
    PERFORMANCE(roc_auc, "ROC AUC", 0, 1, false),
    PERFORMANCE(average_precision, "Average precision", 0, 1, false),
    PERFORMANCE(log_loss, "Log loss", 0, NAN, false),
    PERFORMANCE(brier, "Brier score", 0, 1, false),
    CALIBRATION(ece, "ECE", 0, 1),
    CALIBRATION(mce, "MCE", 0, 1),
    PERFORMANCE(accuracy, "Accuracy", 0, 1, true),
    PERFORMANCE(balanced_accuracy, "Balanced accuracy", 0, 1, true),
    PERFORMANCE(precision, "Precision", 0, 1, true),
    PERFORMANCE(recall, "Recall", 0, 1, true),
    PERFORMANCE(specificity, "Specificity", 0, 1, true),
    PERFORMANCE(f1, "F1", 0, 1, true),
    PERFORMANCE(mcc, "MCC", -1, 1, true),
    PERFORMANCE(base_rate, "Base rate", 0, 1, false),
    CLASSES(macro_f1, "Macro F1", 0, 1),
    CLASSES(weighted_f1, "Weighted F1", 0, 1),
    REGRESSION(mae, "Mean absolute error", 0, NAN),
    REGRESSION(rmse, "Root mean squared error", 0, NAN),
    REGRESSION(r2, "R²", NAN, 1),
};
const size_t n_metrics = sizeof metrics / sizeof *metrics;

const struct metric *metric_get(const char *name)
{
	for (size_t i = 0; i < n_metrics; i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	abort(); /* a name that is not in the table is ours */
}

/* Figures that several classes have under the name of the two-class ones. */
static const struct figure *of_classes(const struct metric *metric, const struct classes *classes)
{
	return strcmp(metric->name, "accuracy") == 0            ? &classes->accuracy
	       : strcmp(metric->name, "balanced_accuracy") == 0 ? &classes->balanced_accuracy
	       : strcmp(metric->name, "mcc") == 0               ? &classes->mcc
								: NULL;
}

static const void *part_of(const struct metric *metric, const struct window_figures *window)
{
	switch (metric->part) {
	case METRIC_PERFORMANCE:
		return window->has_performance ? &window->performance : NULL;
	case METRIC_CALIBRATION:
		return window->has_calibration ? &window->calibration : NULL;
	case METRIC_CLASSES:
		return window->has_classes ? &window->classes.summary : NULL;
	case METRIC_REGRESSION:
		return window->has_regression ? &window->regression : NULL;
	}
	return NULL;
}

struct figure metric_value(const struct metric *metric, const struct window_figures *window)
{
	const char *part = part_of(metric, window);
	const struct figure *other =
	    !part && metric->part == METRIC_PERFORMANCE && window->has_classes
		? of_classes(metric, &window->classes.summary)
		: NULL;
	struct figure figure = {NAN, {NAN, NAN}, "not measured"};

	if (other)
		return *other;
	if (!part)
		return figure;
	if (metric->part != METRIC_CALIBRATION) {
		memcpy(&figure, part + metric->offset, sizeof figure);
		return figure;
	}
	memcpy(&figure.value, part + metric->offset, sizeof figure.value);
	figure.reason = window->calibration.reason;
	return figure;
}

size_t metric_rows(const struct metric *metric, const struct window_figures *window)
{
	size_t n = 0;

	if (metric->part == METRIC_CALIBRATION)
		n = window->has_calibration ? window->calibration.n : 0;
	else if (metric->part == METRIC_REGRESSION)
		n = window->has_regression ? window->regression.n : 0;
	else if (metric->part == METRIC_PERFORMANCE && window->has_performance)
		n = window->performance.n;
	else if (window->has_classes)
		n = window->classes.summary.n;
	return n ? n : window->rows;
}

const double *metric_chance(const struct metric *metric)
{
	static const double half = 0.5;

	return strcmp(metric->name, "roc_auc") == 0 ? &half : NULL;
}

const struct metric *metric_main(const struct window_figures *window)
{
	static const char *const names[] = {
	    "roc_auc", "average_precision", "macro_f1", "f1", "accuracy", "brier", "mae"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (isfinite(metric_value(metric_get(names[i]), window).value))
			return metric_get(names[i]);
	return metric_get(names[0]);
}

const char *const *metrics_shown(const struct window_figures *window)
{
	static const char *const scores[] = {"roc_auc",   "brier",  "ece", "average_precision",
					     "precision", "recall", NULL};
	static const char *const classes[] = {"accuracy",          "macro_f1", "ece", "weighted_f1",
					      "balanced_accuracy", "mcc",      NULL};
	static const char *const numbers[] = {"mae", "rmse", "r2", NULL};

	if (window->has_performance || (!window->has_classes && !window->has_regression))
		return scores;
	return window->has_classes ? classes : numbers;
}

/* ---- the windows of a version ---- */

static const char *window_label(const struct page_job *job, const struct record_figures *figures)
{
	const struct data_node *node = figures->record->node;
	const char *start = data_find_text(node, "start"), *end = data_find_text(node, "end");

	if (start && end)
		return arena_printf(job->mem, "%s to %s", start, end);
	return start ? start : figures->record->id ? figures->record->id : figures->all.label;
}

static void add_record(const struct page_job *job, struct timeline *timeline,
		       const struct record_figures *figures)
{
	for (size_t i = 0; i < figures->n_windows; i++)
		*ARENA_PUSH(job->mem, timeline) = (struct timeline_entry){
		    figures->windows[i].label, &figures->windows[i], figures, NULL};
	if (!figures->n_windows && figures->origin != ORIGIN_NONE)
		*ARENA_PUSH(job->mem, timeline) = (struct timeline_entry){
		    window_label(job, figures), &figures->all, figures, NULL};
}

static const char *entry_start(const struct timeline_entry *entry)
{
	const char *start = entry->window->start;

	if (!start)
		start = data_find_text(entry->figures->record->node, "start");
	return start ? start : entry->label;
}

static int compare_entries(const void *left, const void *right)
{
	const struct timeline_entry *a = left, *b = right;
	int order = strcmp(entry_start(a), entry_start(b));

	return order ? order : strcmp(a->label, b->label);
}

/* Days of the calendar month or week that a label names; 0 for others. */
static int32_t days_of_window(const struct timeline_entry *entry)
{
	const struct data_node *source = data_find(entry->figures->record->node, "source");
	const char *window = source ? data_find_text(source, "window") : NULL;
	int year, month, dom;
	int32_t day;

	if (!window || !entry->window->start ||
	    !date_parse(entry->window->start, strlen(entry->window->start), &day))
		return 0;
	if (strcmp(window, "week") == 0)
		return 7;
	if (strcmp(window, "month") != 0)
		return 0;
	date_civil(day, &year, &month, &dom);
	return date_from_civil(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) -
	       date_from_civil(year, month, 1);
}

/* Days from the first to the last that a window has rows of; 0 where that is not known. */
static int32_t days_covered(const struct timeline_entry *entry)
{
	const char *start = entry->window->start, *end = entry->window->end;
	int32_t first, last;

	if (!start || !end || !date_parse(start, strlen(start), &first) ||
	    !date_parse(end, strlen(end), &last))
		return 0;
	return last - first + 1;
}

const char *timeline_last_day(const struct page_job *job, const struct timeline_entry *entry)
{
	char text[DATE_TEXT];
	int32_t monday;

	if (days_of_window(entry) == 7 && date_parse(entry->label, strlen(entry->label), &monday))
		return arena_strdup(job->mem, date_format(text, monday + 6));
	return entry->window->end ? entry->window->end
				  : data_find_text(entry->figures->record->node, "end");
}

static bool is_part(const struct timeline_entry *entry)
{
	int32_t days = days_of_window(entry), covered = days_covered(entry);

	return days && covered && 2 * covered < days;
}

/* Logs end when they end: the window that was cut off says little about its month. */
static void mark_partial(const struct page_job *job, struct timeline *timeline)
{
	struct timeline_entry *last = timeline->n ? &timeline->items[timeline->n - 1] : NULL;

	for (size_t i = 0; last && is_part(last) && i + 1 < timeline->n; i++)
		if (!is_part(&timeline->items[i]))
			last->partial =
			    arena_printf(job->mem, "%d of %d days", (int)days_covered(last),
					 (int)days_of_window(last));
}

size_t timeline_whole(const struct timeline *timeline)
{
	return timeline->n && timeline->items[timeline->n - 1].partial ? timeline->n - 1
								       : timeline->n;
}

static bool lacks_labels(const struct timeline_entry *entry)
{
	return 2 * metric_rows(metric_main(entry->window), entry->window) < entry->window->rows;
}

size_t timeline_labelled(const struct timeline *timeline)
{
	size_t whole = timeline_whole(timeline), n = whole;

	while (n && lacks_labels(&timeline->items[n - 1]))
		n--;
	return n ? n : whole;
}

const char *timeline_label(const struct page_job *job, const struct timeline_entry *entry)
{
	return entry->partial ? arena_printf(job->mem, "%s (%s)", entry->label, entry->partial)
			      : entry->label;
}

const char *timeline_partial_sentence(const struct page_job *job, const struct timeline *timeline)
{
	const struct timeline_entry *last = timeline->n ? &timeline->items[timeline->n - 1] : NULL;

	return last && last->partial
		   ? arena_printf(job->mem, " %s is left out of this: it covers %s.", last->label,
				  last->partial)
		   : "";
}

struct timeline timeline_of(const struct page_job *job, const struct version *version)
{
	const struct evidence *evidence = job->book->evidence;
	struct timeline timeline = {0};
	const struct record_figures *longest = NULL;

	for (size_t i = 0; i < version->windows.n; i++) {
		const struct record_figures *figures =
		    evidence_of(evidence, version->windows.items[i]);
		if (figures)
			add_record(job, &timeline, figures);
	}
	for (size_t i = 0; !timeline.n && i < version->evaluations.n; i++) {
		const struct record_figures *figures =
		    evidence_of(evidence, version->evaluations.items[i]);
		if (figures && (!longest || figures->n_windows > longest->n_windows))
			longest = figures;
	}
	if (longest && longest->n_windows)
		add_record(job, &timeline, longest);
	if (timeline.n)
		qsort(timeline.items, timeline.n, sizeof *timeline.items, compare_entries);
	mark_partial(job, &timeline);
	return timeline;
}

const struct timeline_entry *timeline_last_drift(const struct timeline *timeline)
{
	const struct timeline_entry *partial = NULL;

	for (size_t i = timeline->n; i-- > 0;) {
		const struct timeline_entry *entry = &timeline->items[i];
		if (entry->window->n_drift && !entry->partial)
			return entry;
		if (entry->window->n_drift)
			partial = entry;
	}
	return partial;
}

const struct drift *window_worst_drift(const struct window_figures *window)
{
	const struct drift *worst = NULL;

	for (size_t i = 0; i < window->n_drift; i++) {
		const struct drift *drift = &window->drift[i];
		if (isfinite(drift->psi) && (!worst || drift->psi > worst->psi))
			worst = drift;
	}
	return worst;
}
