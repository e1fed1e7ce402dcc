/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figure_metrics.c - which figures a window has, and the windows of a version */
#include "render/figures_html.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PERFORMANCE(name, title, lower, upper)                                                     \
	{                                                                                          \
#name, title, lower, upper, false, offsetof(struct performance, name)              \
	}
#define CALIBRATION(name, title, lower, upper)                                                     \
	{                                                                                          \
#name, title, lower, upper, true, offsetof(struct calibration, name)               \
	}

const struct metric metrics[] = {
    PERFORMANCE(roc_auc, "ROC AUC", 0, 1),
    PERFORMANCE(average_precision, "Average precision", 0, 1),
    PERFORMANCE(log_loss, "Log loss", 0, NAN),
    PERFORMANCE(brier, "Brier score", 0, 1),
    CALIBRATION(ece, "ECE", 0, 1),
    CALIBRATION(mce, "MCE", 0, 1),
    PERFORMANCE(accuracy, "Accuracy", 0, 1),
    PERFORMANCE(balanced_accuracy, "Balanced accuracy", 0, 1),
    PERFORMANCE(precision, "Precision", 0, 1),
    PERFORMANCE(recall, "Recall", 0, 1),
    PERFORMANCE(specificity, "Specificity", 0, 1),
    PERFORMANCE(f1, "F1", 0, 1),
    PERFORMANCE(mcc, "MCC", -1, 1),
    PERFORMANCE(base_rate, "Base rate", 0, 1),
};
const size_t n_metrics = sizeof metrics / sizeof *metrics;

const struct metric *metric_get(const char *name)
{
	for (size_t i = 0; i < n_metrics; i++)
		if (strcmp(metrics[i].name, name) == 0)
			return &metrics[i];
	abort(); /* a name that is not in the table is ours */
}

struct figure metric_value(const struct metric *metric, const struct window_figures *window)
{
	const struct figure absent = {NAN, {NAN, NAN}, "not measured"};
	struct figure figure;

	if (!(metric->calibration ? window->has_calibration : window->has_performance))
		return absent;
	if (!metric->calibration) {
		memcpy(&figure, (const char *)&window->performance + metric->offset, sizeof figure);
		return figure;
	}
	memcpy(&figure.value, (const char *)&window->calibration + metric->offset,
	       sizeof figure.value);
	figure.interval = (struct interval){NAN, NAN};
	figure.reason = window->calibration.reason;
	return figure;
}

const struct metric *metric_main(const struct window_figures *window)
{
	static const char *const names[] = {"roc_auc", "average_precision", "f1", "accuracy",
					    "brier"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (isfinite(metric_value(metric_get(names[i]), window).value))
			return metric_get(names[i]);
	return metric_get(names[0]);
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
		    figures->windows[i].label, &figures->windows[i], figures};
	if (!figures->n_windows && figures->origin != ORIGIN_NONE)
		*ARENA_PUSH(job->mem, timeline) =
		    (struct timeline_entry){window_label(job, figures), &figures->all, figures};
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
	return timeline;
}

const struct timeline_entry *timeline_last_drift(const struct timeline *timeline)
{
	for (size_t i = timeline->n; i-- > 0;)
		if (timeline->items[i].window->n_drift)
			return &timeline->items[i];
	return NULL;
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
