/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_html.h - figure blocks: title, a sentence with the numbers, the picture, how it
 * was made, its data as a table
 *
 * All write into `to` and take the next number of a plot from the job. */
#ifndef RENDER_FIGURES_HTML_H
#define RENDER_FIGURES_HTML_H
#include "plot/plot.h"
#include "render/page_writer.h"

enum metric_part { METRIC_PERFORMANCE, METRIC_CALIBRATION, METRIC_CLASSES, METRIC_REGRESSION };
/* A figure of a window: where in struct window_figures it stands, and how it is called. */
struct metric {
	const char *name;    /* as in records: "roc_auc" */
	const char *title;   /* "ROC AUC" */
	double lower, upper; /* natural bounds, NAN for none */
	enum metric_part part;
	bool decided;  /* by a threshold */
	size_t offset; /* in struct performance, calibration (a double), classes or regression */
};
extern const struct metric metrics[];
extern const size_t n_metrics;
/* The metric called `name`; it must exist. */
const struct metric *metric_get(const char *name);
/* Its value in a window; NAN with a reason where the window does not have it. */
struct figure metric_value(const struct metric *metric, const struct window_figures *window);
/* The rows that it is measured over: those with a label, which may be few of the window's. */
size_t metric_rows(const struct metric *metric, const struct window_figures *window);
/* What a figure without information has, whatever the rows: 0.5 for ROC AUC; NULL for others. */
const double *metric_chance(const struct metric *metric);
/* The first of ROC AUC, average precision, macro F1, F1, accuracy, Brier and the mean absolute
 * error that the window has, which stands for the model in lists; ROC AUC where there is none. */
const struct metric *metric_main(const struct window_figures *window);
/* The figures that a window of this kind is known by: of scores, of several classes, of numbers.
 * NULL ends them; the first three fit a table. */
const char *const *metrics_shown(const struct window_figures *window);

/* The windows of a version in order of time: those of its monitoring windows, else those of the
 * evaluation that has the most. */
struct timeline_entry {
	const char *label;
	const struct window_figures *window;
	const struct record_figures *figures; /* whose window it is */
	/* "6 of 31 days" where the last window holds less than half of its month or week while one
	 * before it holds more; it is shown, but is not what the version does now. NULL else. */
	const char *partial;
};
struct timeline {
	LIST_OF(struct timeline_entry);
};
struct timeline timeline_of(const struct page_job *job, const struct version *version);
/* The number of entries without a last one that is partial. */
size_t timeline_whole(const struct timeline *timeline);
/* The same for what needs labels: nor the last ones of which fewer than half of the rows have a
 * label, where one before them has more. Labels come later than scores. */
size_t timeline_labelled(const struct timeline *timeline);
/* "1998-12", or "1998-12 (6 of 31 days)". */
const char *timeline_label(const struct page_job *job, const struct timeline_entry *entry);
/* " 1998-12 is left out of this: it covers 6 of 31 days."; "" where no window is partial. */
const char *timeline_partial_sentence(const struct page_job *job, const struct timeline *timeline);
/* The last entry with drift, one that is partial only where there is no other; NULL where there is
 * none. */
const struct timeline_entry *timeline_last_drift(const struct timeline *timeline);
/* The entry "Drift" of the status line: what the last window says; nothing where none has drift. */
void status_add_drift(struct page_job *job, struct view *view, const struct timeline *timeline);
/* The drifting feature with the highest PSI of a window; NULL where no PSI is known. */
const struct drift *window_worst_drift(const struct window_figures *window);

/* ROC AUC and the other figures in tiles, then all of them in a table. */
void figures_of_record(struct page_job *job, struct out *to, const struct record_figures *figures);
void figure_reliability(struct page_job *job, struct out *to, const struct record_figures *figures,
			const struct window_figures *window, const char *title);
void figure_drift(struct page_job *job, struct out *to, const struct timeline *timeline);
void figure_distribution(struct page_job *job, struct out *to, const struct timeline_entry *entry,
			 const struct drift *drift);

struct metric_line {
	const struct version *version;
	struct timeline timeline;
};
/* A window of a chart; its days are NULL where they are not known. */
struct window_days {
	const char *label, *first, *last;
};
/* The last day of a window: of a calendar week its Sunday, else the last day that it is about or
 * has rows of; NULL where that is not known. */
const char *timeline_last_day(const struct page_job *job, const struct timeline_entry *entry);
/* Ticks of a chart at what happened to the model in its windows: changes into production, starts
 * of incidents. Writes at most `max`; returns how many. */
size_t figure_events(const struct page_job *job, const struct model *model,
		     const struct window_days *windows, size_t n, struct plot_event *events,
		     size_t max);
void figure_metric(struct page_job *job, struct out *to, const struct metric *metric,
		   const struct metric_line *lines, size_t n);
/* A sparkline of the metric; *text is what it shows in words, of one known value without a picture
 * (NULL without any). */
void figure_sparkline(struct page_job *job, struct out *to, const struct metric *metric,
		      const struct timeline *timeline, const char **text);
/* "data/x.yaml:12" as a link, escaped. */
void place_link(struct page_job *job, struct out *to, const struct span *at);
#endif
