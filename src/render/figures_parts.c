/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/figures_parts.c - errors of numbers, two scores, segments, latency, distances, windows */
#include "render/figures_parts.h"
#include "base/number.h"
#include "evidence/figure_titles.h"
#include "evidence/figure_visit.h"
#include "measure/auc_interval.h"
#include "render/escape.h"
#include "render/figure_block.h"
#include "render/figure_tables.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void fold_begin(struct out *to, const char *title)
{
	out_puts(to, "<details>\n<summary>");
	text_html(to, title);
	out_puts(to, "</summary>\n");
}

static void fold_end(struct out *to)
{
	out_puts(to, "</details>\n");
}

static const char *named(struct page_job *job, const char *title, const struct figure_place *place)
{
	return arena_printf(job->mem, "%s%s", title, place->where);
}

/* ---- one struct each ---- */

void figures_lists(struct page_job *job, struct out *to, const struct figure_place *place)
{
	const struct window_figures *w = place->window;

	if (w->has_performance)
		figure_list(job, to, named(job, "Performance", place), "Performance",
			    &performance_fields, &w->performance, NULL);
	if (w->has_performance && place->figures->origin == ORIGIN_MEASURED &&
	    roc_auc_note(&w->performance)) {
		out_puts(to, "<p class=\"how\">ROC AUC: ");
		text_html(to, roc_auc_note(&w->performance));
		out_puts(to, ".</p>\n");
	}
	if (w->has_calibration)
		figure_list(job, to, named(job, "Calibration in figures", place), "Calibration",
			    &calibration_fields, &w->calibration, w->calibration.reason);
}

void figures_regression(struct page_job *job, struct out *to, const struct figure_place *place)
{
	const struct regression *r = &place->window->regression;
	struct arena *mem = job->mem;

	if (!place->window->has_regression)
		return;
	out_puts(to, "<p class=\"reading\">");
	text_html(to, arena_printf(
			  mem,
			  "Predictions are off by %s on average, over %s; half of them by at most"
			  " %s, the worst by %s. Their mean error is %s%s.",
			  figure_with_interval(mem, &r->mae), plural(mem, r->n, "row", "rows"),
			  figure_text(mem, r->median_absolute_error.value),
			  figure_text(mem, r->max_error.value),
			  figure_with_interval(mem, &r->mean_error),
			  r->mean_error.value > 0   ? ": too high"
			  : r->mean_error.value < 0 ? ": too low"
						    : ""));
	out_puts(to, "</p>\n");
	figure_list(job, to, named(job, "Errors of numbers", place),
		    "In the unit of the label, but for R², explained variance and shares",
		    &regression_fields, r, NULL);
	how_line(job, to, place->figures, 0, place->window);
}

void figures_latency(struct page_job *job, struct out *to, const struct figure_place *place)
{
	const struct latency *l = &place->window->latency;

	if (!place->window->has_latency)
		return;
	out_puts(to, "<p class=\"reading\">");
	text_html(to, isfinite(l->p99.value)
			  ? arena_printf(job->mem,
					 "Half of the answers took at most %s ms, 99 of 100 at most"
					 " %s ms, the longest %s ms; %s.",
					 figure_with_interval(job->mem, &l->p50),
					 figure_with_interval(job->mem, &l->p99),
					 figure_text(job->mem, l->max),
					 plural(job->mem, l->n, "row", "rows"))
			  : arena_printf(job->mem, "Latency is not known: %s.",
					 l->reason ? l->reason : "no rows"));
	out_puts(to, "</p>\n");
	figure_list(job, to, named(job, "Latency", place),
		    "Time of an answer, quantiles by linear interpolation", &latency_fields, l,
		    l->reason);
	how_line(job, to, place->figures, 0, place->window);
}

/* ---- two scores of the same rows ---- */

/* Says whose score is the better one: "second less first" leaves that to be worked out. The tone
 * is that of the record's own score, which is the first. */
static struct word difference_word(struct page_job *job, const struct score_comparison *c,
				   const char *own)
{
	const struct figure *d = &c->comparison.difference;
	bool more = figure_more_is_better(c->figure);

	if (!isfinite(d->value))
		return (struct word){"not known", "–", "unknown"};
	if (!isfinite(d->interval.low) || (d->interval.low <= 0 && d->interval.high >= 0))
		return (struct word){"not told apart", "○", "unknown"};
	return (d->value > 0) != more
		   ? (struct word){arena_printf(job->mem, "%s is better", own), "●", "good"}
		   : (struct word){arena_printf(job->mem, "%s is worse", own), "✕", "critical"};
}

void figures_scores(struct page_job *job, struct out *to, const struct figure_place *place)
{
	static const struct table_column columns[] = {
	    {"Figure", ALIGN_TEXT},    {"Difference, with its 95 % interval", ALIGN_NUMBER},
	    {"p value", ALIGN_NUMBER}, {"Rows", ALIGN_NUMBER},
	    {"Verdict", ALIGN_TEXT},   {"Method", ALIGN_TEXT}};
	const struct window_figures *w = place->window;
	const struct data_node *source = data_find(place->figures->record->node, "source");
	const char *second = source ? data_find_text(source, "compare") : NULL;
	const char *own = place->figures->score ? place->figures->score : "the first";
	struct figure_notes notes = {0};
	struct table_html table;

	if (!w->n_comparison)
		return;
	table_begin(&table, to, named(job, "Two scores", place),
		    arena_printf(job->mem, "%s less %s, on the same rows",
				 second ? second : "The second score", own),
		    "", columns, 6);
	for (size_t i = 0; i < w->n_comparison; i++) {
		const struct score_comparison *c = &w->comparison[i];
		const struct paired_comparison *p = &c->comparison;
		struct word word = difference_word(job, c, own);
		table_row(&table, NULL);
		table_text(&table, figure_title(c->figure));
		figure_cell(job, &table, &notes, &p->difference);
		number_cell(job, &table, &notes, p->p_value,
			    p->difference.reason ? p->difference.reason
						 : "too few rows, or rows too alike");
		count_cell(job, &table, p->n);
		table_state(&table, word.shape, word.word, word.tone, NULL);
		table_text(&table, p->method);
	}
	table_end(&table);
	figure_notes_end(job, to, &notes);
	how_line(job, to, place->figures, HOW_SCORE, place->window);
}

/* ---- matrices of windows and segments ---- */

struct part_kind {
	const char *title;
	const struct figure_fields *fields;
	size_t has, base, reason; /* offsets in struct window_figures; reason 0: none */
};

#define PART(title, fields, has, member, why)                                                      \
	{                                                                                          \
		title, &fields, offsetof(struct window_figures, has),                              \
		    offsetof(struct window_figures, member), why                                   \
	}
static const struct part_kind part_kinds[] = {
    PART("Performance", performance_fields, has_performance, performance, 0),
    PART("Calibration", calibration_fields, has_calibration, calibration,
	 offsetof(struct window_figures, calibration.reason)),
    PART("Classes together", class_table_fields, has_classes, classes.summary, 0),
    PART("Errors of numbers", regression_fields, has_regression, regression, 0),
    PART("Latency", latency_fields, has_latency, latency,
	 offsetof(struct window_figures, latency.reason)),
};

static bool has_part(const struct window_figures *window, const struct part_kind *kind)
{
	bool has;

	memcpy(&has, (const char *)window + kind->has, sizeof has);
	return has;
}

static struct figure_row part_row(const struct window_figures *window, const struct part_kind *kind,
				  const char *name)
{
	struct figure_row row = {.name = name, .more = window};

	if (!has_part(window, kind))
		return row;
	row.base = (const char *)window + kind->base;
	if (kind->reason)
		memcpy(&row.reason, (const char *)window + kind->reason, sizeof row.reason);
	return row;
}

static void write_rows(struct page_job *job, struct table_html *table, struct figure_notes *notes,
		       const struct figure_row *row)
{
	const struct window_figures *window = row->more;

	(void)notes;
	count_cell(job, table, window->rows);
}

static void part_matrices(struct page_job *job, struct out *to, const char *what, const char *head,
			  const struct named_window *windows, size_t n)
{
	static const struct table_column more[] = {{"All rows", ALIGN_NUMBER}};
	struct figure_row *rows = arena_new(job->mem, struct figure_row, n);

	for (size_t k = 0; k < sizeof part_kinds / sizeof *part_kinds; k++) {
		const struct part_kind *kind = &part_kinds[k];
		const struct figure_matrix matrix = {
		    .region = arena_printf(job->mem, "%s, %s", kind->title, what),
		    .caption = arena_printf(job->mem, "%s, %s", kind->title, what),
		    .head = head,
		    .fields = kind->fields,
		    .more = more,
		    .n_more = 1,
		    .write_more = write_rows};
		bool any = false;
		for (size_t i = 0; i < n; i++) {
			rows[i] = part_row(windows[i].window, kind, windows[i].name);
			any = any || rows[i].base;
		}
		if (any)
			figure_matrix(job, to, &matrix, rows, n);
	}
}

/* The last window first, as in the heat map. */
void figures_windows(struct page_job *job, struct out *to, const struct figure_place *place,
		     bool nested)
{
	const char *what = named(job, "by window, the last above", place);
	size_t n = place->figures->n_windows;
	struct named_window *windows = arena_new(job->mem, struct named_window, n);

	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct window_figures *window = &place->figures->windows[n - 1 - i];
		windows[i] = (struct named_window){window->label, window};
	}
	fold_begin(to, arena_printf(job->mem, "All figures of %s%s",
				    plural(job->mem, n, "window", "windows"), place->where));
	part_matrices(job, to, what, "Window", windows, n);
	if (nested)
		nested_matrices(job, to, what, "Window", windows, n);
	fold_end(to);
}

/* ---- segments ---- */

struct ranked {
	const struct segment_figures *segment;
	double value; /* of the metric, turned so that less is worse */
};

static int compare_ranked(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (isfinite(a->value) != isfinite(b->value))
		return isfinite(a->value) ? -1 : 1;
	if (isfinite(a->value) && a->value != b->value)
		return a->value < b->value ? -1 : 1;
	return strcmp(a->segment->value, b->segment->value);
}

static enum status draw_segments(struct page_job *job, struct figure_block *block,
				 const struct metric *metric, double all,
				 const struct ranked *ranked, size_t n)
{
	struct figure *values = arena_new(job->mem, struct figure, n);
	const char **names = arena_new(job->mem, const char *, n);
	size_t *rows = arena_new(job->mem, size_t, n);
	struct group_series series = {metric->title, values, all};
	struct group_chart chart = {.names = names,
				    .rows = rows,
				    .n = n,
				    .series = &series,
				    .n_series = 1,
				    .lower = metric->lower,
				    .upper = metric->upper,
				    .axis = metric->title,
				    .reference_name = "all rows"};

	for (size_t i = 0; i < n; i++) {
		names[i] = ranked[i].segment->value;
		rows[i] = metric_rows(metric, &ranked[i].segment->figures);
		values[i] = metric_value(metric, &ranked[i].segment->figures);
	}
	return plot_groups(&chart, block->number, &block->text, &block->svg);
}

static const char *segments_sentence(struct page_job *job, const struct metric *metric,
				     const struct figure *all, const struct ranked *ranked,
				     size_t n)
{
	struct figure worst = metric_value(metric, &ranked[0].segment->figures);
	struct arena *mem = job->mem;
	size_t apart = 0, known = 0;

	for (size_t i = 0; i < n; i++) {
		struct figure f = metric_value(metric, &ranked[i].segment->figures);
		known += isfinite(f.interval.low);
		apart += figure_more_is_better(metric->name) ? f.interval.high < all->value
							     : f.interval.low > all->value;
	}
	if (!isfinite(worst.value))
		return arena_printf(mem, "%s is not known in any segment.", metric->title);
	return arena_printf(
	    mem, "Worst is %s: %s %s over %s, against %s over all rows.%s",
	    or_dash(ranked[0].segment->value), metric->title, figure_with_interval(mem, &worst),
	    plural(mem, metric_rows(metric, &ranked[0].segment->figures), "row", "rows"),
	    figure_text(mem, all->value),
	    apart   ? arena_printf(mem, " The whole interval of %s is worse than that.",
				   plural(mem, apart, "segment", "segments"))
	    : known ? " No segment's interval lies wholly on the worse side of that."
		    : "");
}

/* Of rows with one label alone no figure tells good segments from bad ones; their counts may. */
static bool has_one_label(const struct window_figures *window)
{
	const struct performance *p = &window->performance;

	return window->has_performance && p->n && (!p->positives || p->positives == p->n);
}

static const char *one_label_sentence(struct page_job *job, const struct window_figures *window)
{
	return arena_printf(job->mem,
			    "All %s have the same label: no figure tells one segment from another,"
			    " but how many rows each has is in the table.",
			    plural(job->mem, window->performance.n, "row", "rows"));
}

/* The segments of one column: `segments` and the n - 1 behind it. */
static void segments_of(struct page_job *job, struct out *to, const struct figure_place *place,
			const struct segment_figures *segments, size_t n)
{
	const struct metric *metric = metric_main(place->window);
	struct figure all = metric_value(metric, place->window);
	struct ranked *ranked = arena_new(job->mem, struct ranked, n);
	struct named_window *windows = arena_new(job->mem, struct named_window, n);
	bool more = figure_more_is_better(metric->name), one_label = has_one_label(place->window);
	struct figure_block block = {0};
	const char *what;

	for (size_t i = 0; i < n; i++) {
		double value = metric_value(metric, &segments[i].figures).value;
		ranked[i] = (struct ranked){&segments[i], more ? value : -value};
	}
	qsort(ranked, n, sizeof *ranked, compare_ranked);
	for (size_t i = 0; i < n; i++)
		windows[i] =
		    (struct named_window){ranked[i].segment->value, &ranked[i].segment->figures};
	block.title = arena_printf(job->mem, "%s by %s%s", one_label ? "Rows" : metric->title,
				   segments->column, place->where);
	block.reading = one_label ? one_label_sentence(job, place->window)
				  : segments_sentence(job, metric, &all, ranked, n);
	figure_begin(job, to, &block);
	if (!place->bare && !one_label)
		figure_plot(job, to, &block,
			    draw_segments(job, &block, metric, all.value, ranked, n));
	how_line(job, to, place->figures,
		 HOW_SCORE | HOW_CALIBRATION | (metric->decided ? HOW_DECISIONS : 0), NULL);
	figure_data_begin(to, block.title);
	what = arena_printf(job->mem, "by %s, the worst %s above%s", segments->column,
			    metric->title, place->where);
	part_matrices(job, to, what, segments->column, windows, n);
	nested_matrices(job, to, what, segments->column, windows, n);
	figure_end(to);
}

/* Segments of one column follow each other. */
void figures_segments(struct page_job *job, struct out *to, const struct figure_place *place)
{
	const struct record_figures *figures = place->figures;

	if (place->window != &figures->all)
		return;
	for (size_t i = 0, end; i < figures->n_segments; i = end) {
		for (end = i + 1;
		     end < figures->n_segments &&
		     strcmp(figures->segments[end].column, figures->segments[i].column) == 0;)
			end++;
		segments_of(job, to, place, &figures->segments[i], end - i);
	}
}

/* ---- distances ---- */

static const char *why_not(const struct figure_field *field, const void *base, bool *lacks)
{
	const struct drift *drift = base;

	*lacks = drift->numeric ? field->not_numeric : field->not_categorical;
	if (*lacks)
		return drift->numeric ? "of categories only" : "of numbers only";
	return figure_drift_reason(drift, field);
}

/* What stands beside the fields of a row. */
struct drift_beside {
	const char *column;          /* where the row's name is a window's; else NULL */
	const struct drift *missing; /* of missing against present; NULL: not known of any */
};

static void write_missing(struct page_job *job, struct table_html *table,
			  struct figure_notes *notes, const struct drift *missing)
{
	const char *none = "no value is missing on either side, or rows are not known";
	struct word word = drift_word(missing ? missing->severity : DRIFT_UNKNOWN);

	if (!missing || !isfinite(missing->psi)) {
		for (int i = 0; i < 3; i++)
			number_cell(job, table, notes, NAN, none);
		return;
	}
	number_cell(job, table, notes, missing->psi, NULL);
	number_cell(job, table, notes, missing->psi_chance, none);
	table_state(table, word.shape, word.word, word.tone, NULL);
}

static void write_severity(struct page_job *job, struct table_html *table,
			   struct figure_notes *notes, const struct figure_row *row)
{
	const struct drift_beside *beside = row->more;
	const struct drift *drift = row->base;
	struct word word = drift_word(drift->severity);
	const char *names = "none";

	if (beside->column)
		table_text(table, beside->column);
	table_state(table, word.shape, word.word, word.tone, drift->reason);
	number_cell(job, table, notes, drift->psi_ties,
		    isfinite(drift->psi) ? "no value fills several deciles" : drift->reason);
	for (size_t i = 0; i < drift->n_new_categories; i++)
		names = arena_printf(job->mem, "%s%s%s", i ? names : "", i ? ", " : "",
				     drift->new_categories[i]);
	table_text(table, drift->numeric ? "–, numbers" : names);
	write_missing(job, table, notes, beside->missing);
}

struct figure_row drift_row(struct page_job *job, const struct window_figures *window, size_t i,
			    const char *name)
{
	const struct drift *drift = &window->drift[i];
	struct drift_beside *beside = arena_new(job->mem, struct drift_beside, 1);

	*beside = (struct drift_beside){name ? drift->column : NULL,
					window->missing ? &window->missing[i] : NULL};
	return (struct figure_row){name ? name : drift->column, drift,
				   isfinite(drift->psi) ? NULL : drift->reason, beside};
}

void drift_matrix(struct page_job *job, struct out *to, const char *region, const char *caption,
		  const char *head, const struct figure_row *rows, size_t n)
{
	static const struct table_column more[] = {{"Column", ALIGN_TEXT},
						   {"Severity", ALIGN_TEXT},
						   {"PSI, ties apart", ALIGN_NUMBER},
						   {"New categories", ALIGN_TEXT},
						   {"PSI of missing", ALIGN_NUMBER},
						   {"PSI of missing by chance", ALIGN_NUMBER},
						   {"Missing", ALIGN_TEXT}};
	bool windows = n && ((const struct drift_beside *)rows->more)->column;
	const struct figure_matrix matrix = {.region = region,
					     .caption = caption,
					     .head = head,
					     .fields = &drift_fields,
					     .more = windows ? more : more + 1,
					     .n_more = windows ? 7 : 6,
					     .write_more = write_severity,
					     .why = why_not};

	figure_matrix(job, to, &matrix, rows, n);
}

/* Critical first, then by the PSI that the severity rests on. */
static int compare_drifts(const void *left, const void *right)
{
	const struct drift *a = ((const struct figure_row *)left)->base,
			   *b = ((const struct figure_row *)right)->base;
	double x = isfinite(a->psi_ties) ? a->psi_ties : a->psi,
	       y = isfinite(b->psi_ties) ? b->psi_ties : b->psi;

	if ((a->severity == DRIFT_CRITICAL) != (b->severity == DRIFT_CRITICAL))
		return a->severity == DRIFT_CRITICAL ? -1 : 1;
	if (isfinite(x) != isfinite(y))
		return isfinite(x) ? -1 : 1;
	if (isfinite(x) && x != y)
		return x > y ? -1 : 1;
	return strcmp(a->column, b->column);
}

void figures_distances(struct page_job *job, struct out *to, const struct figure_place *place)
{
	const struct window_figures *w = place->window;
	struct figure_row *rows = arena_new(job->mem, struct figure_row, w->n_drift);

	if (!w->n_drift)
		return;
	for (size_t i = 0; i < w->n_drift; i++)
		rows[i] = drift_row(job, w, i, NULL);
	qsort(rows, w->n_drift, sizeof *rows, compare_drifts);
	fold_begin(to,
		   arena_printf(job->mem, "All distances of %s%s",
				plural(job->mem, w->n_drift, "column", "columns"), place->where));
	drift_matrix(job, to, named(job, "Distances", place),
		     "Every distance from the reference, over the bins of PSI and with the natural"
		     " logarithm; PSI is held against its bands and what chance gives",
		     "Column", rows, w->n_drift);
	how_line(job, to, place->figures, HOW_DRIFT, w);
	fold_end(to);
}
