/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_time.c - a metric over time, as a chart and as a sparkline */
#include "base/number.h"
#include "plot/plot.h"
#include "render/escape.h"
#include "render/figure_block.h"
#include "render/figures_html.h"
#include "render/table_html.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- a metric over time ---- */

static int compare_labels(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The labels of all lines, sorted, each once. */
static const char **all_labels(struct page_job *job, const struct metric_line *lines, size_t n,
			       size_t *n_labels)
{
	struct {
		LIST_OF(const char *);
	} all = {0};
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < lines[i].timeline.n; j++)
			*ARENA_PUSH(job->mem, &all) = lines[i].timeline.items[j].label;
	if (all.n)
		qsort(all.items, all.n, sizeof *all.items, compare_labels);
	for (size_t i = 0; i < all.n; i++)
		if (!kept || strcmp(all.items[i], all.items[kept - 1]) != 0)
			all.items[kept++] = all.items[i];
	*n_labels = kept;
	return all.items;
}

static const struct timeline_entry *entry_at(const struct timeline *timeline, const char *label)
{
	for (size_t i = 0; i < timeline->n; i++)
		if (strcmp(timeline->items[i].label, label) == 0)
			return &timeline->items[i];
	return NULL;
}

static struct figure value_at(const struct metric *metric, const struct timeline *timeline,
			      const char *label)
{
	const struct timeline_entry *entry = entry_at(timeline, label);

	return entry ? metric_value(metric, entry->window)
		     : (struct figure){NAN, {NAN, NAN}, "no window"};
}

struct extremes {
	const struct timeline_entry *first, *last, *worst;
};

/* Of the windows that are whole and have their labels. */
static struct extremes find_extremes(const struct metric *metric, const struct timeline *timeline)
{
	bool more_is_better = figure_more_is_better(metric->name);
	size_t n = timeline_labelled(timeline);
	struct extremes found = {0};
	double worst = NAN;

	for (size_t i = 0; i < n; i++) {
		double value = metric_value(metric, timeline->items[i].window).value;
		if (!isfinite(value))
			continue;
		if (!found.first)
			found.first = &timeline->items[i];
		found.last = &timeline->items[i];
		if (!found.worst || (more_is_better ? value < worst : value > worst)) {
			found.worst = &timeline->items[i];
			worst = value;
		}
	}
	return found;
}

static const char *value_with_n(struct page_job *job, const struct metric *metric,
				const struct timeline_entry *entry)
{
	struct figure figure = metric_value(metric, entry->window);

	return arena_printf(job->mem, "%s in %s (n = %s)", figure_with_interval(job->mem, &figure),
			    entry->label, count_text(job->mem, metric_rows(metric, entry->window)));
}

/* The windows that no sentence counts, each with its value and why it says little:
 * " 2025-12 is left out of this: 15 of its 479 rows have a label, with 0.769 [0.199, 0.955]." */
static const char *left_out(struct page_job *job, const struct metric *metric,
			    const struct metric_line *line)
{
	const struct timeline *timeline = &line->timeline;
	const char *text = "";

	for (size_t i = timeline_labelled(timeline); i < timeline->n; i++) {
		const struct timeline_entry *entry = &timeline->items[i];
		struct figure figure = metric_value(metric, entry->window);
		size_t n = metric_rows(metric, entry->window);
		const char *why =
		    entry->partial
			? arena_printf(job->mem, "it covers %s", entry->partial)
			: arena_printf(
			      job->mem, "%s of its %s a label", count_text(job->mem, n),
			      plural(job->mem, entry->window->rows, "row has", "rows have"));
		text =
		    isfinite(figure.value)
			? arena_printf(job->mem, "%s %s is left out of this: %s, with %s.", text,
				       entry->label, why, figure_with_interval(job->mem, &figure))
			: arena_printf(job->mem, "%s %s is left out of this: %s.", text,
				       entry->label, why);
	}
	return text;
}

/* Windows whose whole interval lies under what chance gives. */
static size_t windows_under_chance(const struct metric *metric, const struct timeline *timeline)
{
	size_t n = 0;

	for (size_t i = 0; i < timeline->n; i++)
		n += metric_value(metric, timeline->items[i].window).interval.high <
		     *metric_chance(metric);
	return n;
}

static const char *chance_sentence(struct page_job *job, const struct metric *metric,
				   const struct timeline *timeline)
{
	size_t under = metric_chance(metric) ? windows_under_chance(metric, timeline) : 0;

	return under ? arena_printf(job->mem, " In %s it is under %s, worse than chance.",
				    plural(job->mem, under, "window", "windows"),
				    figure_text(job->mem, *metric_chance(metric)))
		     : "";
}

static const char *metric_sentence(struct page_job *job, const struct metric *metric,
				   const struct metric_line *line)
{
	struct extremes found = find_extremes(metric, &line->timeline);
	const char *name = line->version->id, *text;

	if (!found.first)
		return arena_printf(job->mem, "%s of %s is not known in any window.", metric->title,
				    name);
	if (found.first == found.last)
		return arena_printf(job->mem, "%s of %s is %s.", metric->title, name,
				    value_with_n(job, metric, found.first));
	text = arena_printf(job->mem, "%s of %s was %s and is %s", metric->title, name,
			    value_with_n(job, metric, found.first),
			    value_with_n(job, metric, found.last));
	if (found.worst == found.last)
		text = arena_printf(job->mem, "%s, its worst.", text);
	else if (found.worst == found.first)
		text = arena_printf(job->mem, "%s; the first was its worst.", text);
	else
		text = arena_printf(job->mem, "%s; at its worst it was %s.", text,
				    value_with_n(job, metric, found.worst));
	return arena_printf(job->mem, "%s%s", text, chance_sentence(job, metric, &line->timeline));
}

/* Another version than the main one, shorter: "1.0.0: from 0.62 to 0.69, at its worst 0.40 in …" */
static const char *metric_clause(struct page_job *job, const struct metric *metric,
				 const struct metric_line *line)
{
	struct extremes found = find_extremes(metric, &line->timeline);
	struct figure first, last, worst;

	if (!found.first)
		return "";
	first = metric_value(metric, found.first->window);
	last = metric_value(metric, found.last->window);
	worst = metric_value(metric, found.worst->window);
	return arena_printf(job->mem, " %s: %s in %s, %s in %s, at its worst %s in %s.%s",
			    line->version->id, figure_text(job->mem, first.value),
			    found.first->label, figure_text(job->mem, last.value),
			    found.last->label, figure_text(job->mem, worst.value),
			    found.worst->label, chance_sentence(job, metric, &line->timeline));
}

static const char *metric_reading(struct page_job *job, const struct metric *metric,
				  const struct metric_line *lines, size_t n)
{
	enum { CLAUSES_MAX = 2 };
	const char *text = metric_sentence(job, metric, &lines[n - 1]);

	text = arena_printf(job->mem, "%s%s", text, left_out(job, metric, &lines[n - 1]));
	for (size_t i = 1; i < n && i <= CLAUSES_MAX; i++)
		text = arena_printf(job->mem, "%s%s%s", text,
				    metric_clause(job, metric, &lines[n - 1 - i]),
				    left_out(job, metric, &lines[n - 1 - i]));
	return text;
}

static void metric_table(struct page_job *job, struct out *to, const struct metric *metric,
			 const struct metric_line *lines, size_t n)
{
	static const struct table_column columns[] = {
	    {"Window", ALIGN_TEXT},     {"Version", ALIGN_TEXT}, {"Rows measured", ALIGN_NUMBER},
	    {"All rows", ALIGN_NUMBER}, {"Value", ALIGN_NUMBER}, {"95 % from", ALIGN_NUMBER},
	    {"95 % to", ALIGN_NUMBER}};
	struct table_html table;

	table_begin(&table, to, arena_printf(job->mem, "Data: %s over time", metric->title),
		    arena_printf(job->mem, "%s by window", metric->title), "", columns, 7);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < lines[i].timeline.n; j++) {
			const struct timeline_entry *entry = &lines[i].timeline.items[j];
			struct figure figure = metric_value(metric, entry->window);
			table_row(&table, NULL);
			table_text(&table, timeline_label(job, entry));
			table_text(&table, lines[i].version->id);
			table_count(&table, metric_rows(metric, entry->window));
			table_count(&table, entry->window->rows);
			table_number(&table, figure.value, figure.reason);
			table_number(&table, figure.interval.low, NULL);
			table_number(&table, figure.interval.high, NULL);
		}
	table_end(&table);
}

/* Each version's values, and its value in its evaluation. */
static struct metric_series line_series(struct page_job *job, const struct metric *metric,
					const struct metric_line *line, const char *const *labels,
					size_t n)
{
	const struct record_figures *evaluation =
	    evidence_version(job->book->evidence, line->version);
	struct figure *values = arena_new(job->mem, struct figure, n);
	struct metric_series series = {.name = line->version->id, .values = values};

	for (size_t i = 0; i < n; i++)
		values[i] = value_at(metric, &line->timeline, labels[i]);
	if (evaluation) {
		series.reference = metric_value(metric, &evaluation->all).value;
		series.has_reference = isfinite(series.reference);
	}
	return series;
}

/* What chance alone gives a calibrated score, the most of all lines, by window; NULL for figures
 * other than the ECE. */
static const double *chance_of_windows(struct page_job *job, const struct metric *metric,
				       const struct metric_line *lines, size_t n_lines,
				       const char *const *labels, size_t n)
{
	double *values;

	if (strcmp(metric->name, "ece") != 0)
		return NULL;
	values = arena_new(job->mem, double, n);
	for (size_t i = 0; i < n; i++) {
		values[i] = NAN;
		for (size_t k = 0; k < n_lines; k++) {
			const struct timeline_entry *entry =
			    entry_at(&lines[k].timeline, labels[i]);
			if (entry && entry->window->has_calibration)
				values[i] = fmax(values[i], entry->window->calibration.ece_chance);
		}
	}
	return values;
}

/* The days of each window, from whichever lines have it. */
static const struct window_days *days_of_windows(struct page_job *job,
						 const struct metric_line *lines, size_t n_lines,
						 const char *const *labels, size_t n)
{
	struct window_days *days = arena_new(job->mem, struct window_days, n);

	for (size_t i = 0; i < n; i++) {
		days[i].label = labels[i];
		for (size_t k = 0; k < n_lines; k++) {
			const struct timeline_entry *entry =
			    entry_at(&lines[k].timeline, labels[i]);
			const char *last = entry ? timeline_last_day(job, entry) : NULL;
			if (entry && !days[i].first)
				days[i].first = entry->window->start;
			if (last && (!days[i].last || strcmp(last, days[i].last) > 0))
				days[i].last = last;
		}
	}
	return days;
}

/* Labels as they stand at the axis: a window that is only a part, or lacks labels, says so. */
static const char **shown_labels(struct page_job *job, const struct metric_line *lines,
				 size_t n_lines, const char *const *labels, size_t n)
{
	const char **shown = arena_new(job->mem, const char *, n);

	for (size_t i = 0; i < n; i++) {
		shown[i] = labels[i];
		for (size_t k = 0; k < n_lines; k++) {
			const struct timeline_entry *entry =
			    entry_at(&lines[k].timeline, labels[i]);
			if (entry && entry >= lines[k].timeline.items +
						  timeline_labelled(&lines[k].timeline))
				shown[i] = arena_printf(job->mem, "%s (part)", labels[i]);
		}
	}
	return shown;
}

void figure_metric(struct page_job *job, struct out *to, const struct metric *metric,
		   const struct metric_line *lines, size_t n)
{
	enum { EVENTS_MAX = 12 };
	struct metric_series *series = arena_new(job->mem, struct metric_series, n);
	struct plot_event events[EVENTS_MAX];
	struct figure_block block = {0};
	struct metric_chart chart;
	size_t n_labels;
	const char **labels = all_labels(job, lines, n, &n_labels);

	if (!n || !n_labels || !lines[n - 1].timeline.n)
		return;
	for (size_t i = 0; i < n; i++)
		series[i] = line_series(job, metric, &lines[i], labels, n_labels);
	chart = (struct metric_chart){
	    .labels = shown_labels(job, lines, n, labels, n_labels),
	    .n_windows = n_labels,
	    .series = series,
	    .n_series = n,
	    .lower = metric->lower,
	    .upper = metric->upper,
	    .from_zero = metric->part == METRIC_CALIBRATION || metric->part == METRIC_REGRESSION,
	    .axis = metric->title,
	    .reference_name = "evaluation",
	    .chance_level = metric_chance(metric),
	    .chance_up_to = chance_of_windows(job, metric, lines, n, labels, n_labels),
	    .events = events,
	    .n_events = figure_events(job, lines[n - 1].version->model,
				      days_of_windows(job, lines, n, labels, n_labels), n_labels,
				      events, EVENTS_MAX)};
	block.title = arena_printf(job->mem, "%s over time", metric->title);
	block.reading = metric_reading(job, metric, lines, n);
	figure_begin(job, to, &block);
	figure_plot(job, to, &block,
		    plot_metric_over_time(&chart, block.number, &block.text, &block.svg));
	how_line(job, to, lines[n - 1].timeline.items[lines[n - 1].timeline.n - 1].figures,
		 HOW_SCORE | (metric->part == METRIC_CALIBRATION ? HOW_CALIBRATION
			      : metric->decided                  ? HOW_DECISIONS
								 : 0),
		 NULL);
	figure_data_begin(to, block.title);
	metric_table(job, to, metric, lines, n);
	figure_end(to);
}

void figure_sparkline(struct page_job *job, struct out *to, const struct metric *metric,
		      const struct timeline *timeline, const char **text)
{
	size_t n = timeline_labelled(timeline);
	double *values = arena_new(job->mem, double, n);
	struct extremes found = find_extremes(metric, timeline);
	struct plot_text words;

	*text = NULL;
	if (found.first && found.first == found.last)
		*text = arena_printf(
		    job->mem, "%s in %s",
		    figure_text(job->mem, metric_value(metric, found.first->window).value),
		    found.first->label);
	if (!found.first || found.first == found.last)
		return;
	for (size_t i = 0; i < n; i++)
		values[i] = metric_value(metric, timeline->items[i].window).value;
	*text = arena_printf(job->mem, "%s to %s",
			     figure_text(job->mem, metric_value(metric, found.first->window).value),
			     figure_text(job->mem, metric_value(metric, found.last->window).value));
	if (found.worst != found.first && found.worst != found.last)
		*text = arena_printf(
		    job->mem, "%s, %s %s in %s", *text,
		    figure_more_is_better(metric->name) ? "lowest" : "highest",
		    figure_text(job->mem, metric_value(metric, found.worst->window).value),
		    found.worst->label);
	words = (struct plot_text){
	    arena_printf(job->mem, "%s over time", metric->title),
	    arena_printf(job->mem, "%s, %s to %s", *text, found.first->label, found.last->label)};
	if (plot_sparkline(values, n, ++job->plots, &words, to) != ST_OK)
		job->why = "cannot draw a sparkline";
}
