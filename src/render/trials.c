/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/trials.c - tables of what was tried out on purpose: failures, costs, limits of alerts */
#include "render/trials.h"
#include "base/number.h"
#include "evidence/figure_titles.h"
#include "render/figures_html.h"
#include "render/record_list.h"
#include "render/table_html.h"
#include <math.h>
#include <string.h>

static struct record_list of_kind(struct page_job *job, const struct record *const *records,
				  size_t n, const char *kind)
{
	struct record_list found = {0};

	for (size_t i = 0; i < n; i++)
		if (records[i]->kind && !strcmp(records[i]->kind, kind))
			*ARENA_PUSH(job->mem, &found) = records[i];
	return found;
}

static double number_at(const struct data_node *node, const char *path)
{
	double value;

	return data_number(data_find_path(node, path), &value) ? value : NAN;
}

static const char *text_at(const struct data_node *node, const char *path)
{
	return data_text(data_find_path(node, path));
}

/* The number at `path` for people; NULL where there is none. */
static const char *figure_at(struct page_job *job, const struct data_node *node, const char *path)
{
	double value = number_at(node, path);
	char buf[NUMBER_TEXT_MAX];

	if (!isfinite(value))
		return NULL;
	return value >= 1000 && value == floor(value) && value < 1e15
		   ? count_text(job->mem, (size_t)value)
		   : arena_printf(job->mem, "%s", number_significant(buf, value, 4));
}

static const char *title_of(const struct record *record)
{
	const char *title = data_find_text(record->node, "title");

	return title ? title : or_dash(record->id);
}

static void verdict_cell(struct table_html *table, const char *result)
{
	if (result && !strcmp(result, "pass"))
		table_state(table, "●", "pass", "good", NULL);
	else if (result && !strcmp(result, "fail"))
		table_state(table, "✕", "fail", "critical", NULL);
	else
		table_text(table, result);
}

/* -- failures --------------------------------------------------------------------------------- */

/* What an evaluation that the failure names has measured; no figures where it has none. */
static const struct window_figures *window_of(struct page_job *job, const struct record *failure,
					      const char *path)
{
	static const struct window_figures none;
	const char *id = text_at(failure->node, path);
	const struct record_figures *figures =
	    id ? map_get(&job->book->evidence->by_record, id) : NULL;

	return figures ? &figures->all : &none;
}

static void figure_cells(struct page_job *job, struct table_html *table,
			 const struct metric *metric, const struct window_figures *const windows[2])
{
	for (size_t i = 0; i < 2; i++) {
		struct figure value = metric_value(metric, windows[i]);
		table_text(table,
			   isfinite(value.value) ? figure_text(job->mem, value.value) : NULL);
	}
}

/* What is watched, in words where it has some. */
static const char *watched(const struct data_node *node, const char *path)
{
	const char *name = text_at(node, path);

	return name ? figure_title(name) : "–";
}

/* "2 days: feature PSI of usage_hours 1.93, limit 0.2", or why none came. */
static const char *alert_text(struct page_job *job, const struct data_node *record)
{
	const char *days = text_at(record, "alert.days_to_alert");
	const char *column = text_at(record, "alert.column");
	double value;

	if (!data_number(data_find_path(record, "alert.days_to_alert"), &value))
		return arena_printf(job->mem, "none: %s", or_dash(text_at(record, "alert.reason")));
	return arena_printf(job->mem, "%s %s: %s%s%s %s, limit %s", days,
			    value == 1 ? "day" : "days", watched(record, "alert.figure"),
			    column ? " of " : "", column ? column : "",
			    or_dash(figure_at(job, record, "alert.value")),
			    or_dash(figure_at(job, record, "alert.limit")));
}

static void degradation_cell(struct table_html *table, const char *degradation)
{
	if (degradation && !strcmp(degradation, "catastrophic"))
		table_state(table, "▲", degradation, "warning", NULL);
	else
		table_text(table, degradation);
}

static void failure_row(struct page_job *job, struct table_html *table, const struct metric *main,
			const struct record *record)
{
	const struct window_figures *const windows[2] = {
	    window_of(job, record, "evaluations.before"),
	    window_of(job, record, "evaluations.during")};

	table_row(table, NULL);
	table_link(table, title_of(record), place_href(job, &record->node->at));
	figure_cells(job, table, main, windows);
	figure_cells(job, table, metric_get("ece"), windows);
	table_text(table, alert_text(job, record->node));
	degradation_cell(table, text_at(record->node, "degradation"));
	verdict_cell(table, text_at(record->node, "result"));
}

void trials_failures(struct page_job *job, struct out *to, const struct version *version)
{
	struct record_list failures =
	    of_kind(job, (const struct record *const *)version->records.items, version->records.n,
		    "failure_injection");
	const struct metric *main;
	const char *rule;
	struct table_html table;

	if (!failures.n)
		return;
	main = metric_main(window_of(job, failures.items[0], "evaluations.before"));
	rule = text_at(failures.items[0]->node, "degradation_rule");

	const struct table_column columns[] = {
	    {"Failure", ALIGN_TEXT},
	    {arena_printf(job->mem, "%s before", main->title), ALIGN_NUMBER},
	    {arena_printf(job->mem, "%s during", main->title), ALIGN_NUMBER},
	    {"ECE before", ALIGN_NUMBER},
	    {"ECE during", ALIGN_NUMBER},
	    {"Alert", ALIGN_LONG},
	    {"Degradation", ALIGN_TEXT},
	    {"Verdict", ALIGN_TEXT}};
	table_begin(&table, to, "Failures put in on purpose",
		    arena_printf(job->mem,
				 "What each failure did to the same rows, and when it was "
				 "noticed. %s",
				 or_dash(rule)),
		    "wide", columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < failures.n; i++)
		failure_row(job, &table, main, failures.items[i]);
	table_end(&table);
}

/* -- benchmarks ------------------------------------------------------------------------------- */

void trials_benchmarks(struct page_job *job, struct out *to, const struct model *model)
{
	static const struct {
		struct table_column column;
		const char *path;
	} figures[] = {
	    {{"Training, s (median)", ALIGN_NUMBER}, "training_seconds.median"},
	    {{"One row, p50 ms", ALIGN_NUMBER}, "latency_ms.single.p50"},
	    {{"One row, p95 ms", ALIGN_NUMBER}, "latency_ms.single.p95"},
	    {{"One row, p99 ms", ALIGN_NUMBER}, "latency_ms.single.p99"},
	    {{"Batch, p95 ms", ALIGN_NUMBER}, "latency_ms.batch.p95"},
	    {{"Rows per second", ALIGN_NUMBER}, "rows_per_second"},
	    {{"Memory, MB", ALIGN_NUMBER}, "memory_mb"},
	    {{"Model, bytes", ALIGN_NUMBER}, "model_bytes"},
	    {{"Parameters", ALIGN_NUMBER}, "parameter_count"},
	};
	enum { FIGURES = sizeof figures / sizeof *figures };
	struct record_list benchmarks = of_kind(
	    job, (const struct record *const *)model->records.items, model->records.n, "benchmark");
	struct table_column columns[FIGURES + 1] = {{"Version", ALIGN_TEXT}};
	struct table_html table;

	if (!benchmarks.n)
		return;
	for (size_t i = 0; i < FIGURES; i++)
		columns[i + 1] = figures[i].column;
	table_begin(&table, to, "Benchmarks",
		    "What training and answering cost; machine and commands stand in the record "
		    "behind each version",
		    "wide", columns, FIGURES + 1);
	for (size_t i = 0; i < benchmarks.n; i++) {
		const struct record *record = benchmarks.items[i];
		table_row(&table, NULL);
		table_link(&table, record->about.text, place_href(job, &record->node->at));
		for (size_t k = 0; k < FIGURES; k++)
			table_text(&table, figure_at(job, record->node, figures[k].path));
	}
	table_end(&table);
}

/* -- alerts ----------------------------------------------------------------------------------- */

/* What the limit is a limit of: figure, window, days in a row. */
static const char *limit_text(struct page_job *job, const struct data_node *entry)
{
	const char *window = text_at(entry, "window_days"), *row = text_at(entry, "in_a_row");

	return arena_printf(job->mem, "%s%s%s%s%s%s%s", watched(entry, "figure"),
			    window ? " over " : "", window ? window : "", window ? " days" : "",
			    row ? ", " : "", row ? row : "", row ? " in a row" : "");
}

static bool is_listed(const struct data_node *list, const char *text)
{
	for (size_t i = 0; list && list->kind == DATA_LIST && i < list->n; i++)
		if (list->items[i]->text && !strcmp(list->items[i]->text, text))
			return true;
	return false;
}

static void add_part(struct out *to, const char *title, struct out *part)
{
	if (part->n)
		out_printf(to, "%s%s%s", to->n ? "; " : "", title, out_text(part));
	out_release(part);
}

/* "dropped-feature 1, data-drift 9; never: class-balance; raised anyway: delayed-inputs": the last
 * are those of which the alert says nothing. */
static const char *days_text(struct page_job *job, const struct data_node *entry)
{
	const struct data_node *days = data_find(entry, "days_to_alert");
	const struct data_node *raised = data_find(entry, "raised_anyway");
	struct out seen = {0}, never = {0}, anyway = {0}, all = {0};
	const char *text;

	for (size_t i = 0; days && i < days->n; i++) {
		char buf[NUMBER_TEXT_MAX];
		double value;
		bool came = data_number(days->pairs[i].value, &value);
		const char *failure = days->pairs[i].key->text;
		struct out *o = came ? &seen : is_listed(raised, failure) ? &anyway : &never;
		out_printf(o, "%s%s", o->n ? ", " : "", failure);
		if (came)
			out_printf(o, " %s", number_significant(buf, value, 4));
	}
	add_part(&all, "", &seen);
	add_part(&all, "never: ", &never);
	add_part(&all, "raised anyway: ", &anyway);
	text = arena_strdup(job->mem, out_text(&all));
	out_release(&all);
	return *text ? text : NULL;
}

static bool is_chosen(const struct data_node *chosen, const struct data_node *candidate)
{
	static const char *const same[] = {"rule", "figure", "limit", "window_days", "in_a_row"};

	for (size_t i = 0; chosen && chosen->kind == DATA_LIST && i < chosen->n; i++) {
		bool equal = true;
		for (size_t k = 0; k < sizeof same / sizeof *same && equal; k++) {
			const char *a = text_at(chosen->items[i], same[k]);
			const char *b = text_at(candidate, same[k]);
			equal = a && b ? !strcmp(a, b) : a == b;
		}
		if (equal)
			return true;
	}
	return false;
}

static bool has_rollbacks(const struct data_node *candidates)
{
	for (size_t i = 0; candidates && candidates->kind == DATA_LIST && i < candidates->n; i++)
		if (data_find(candidates->items[i], "false_rollbacks_per_year"))
			return true;
	return false;
}

static void alert_study(struct page_job *job, struct out *to, const struct record *record)
{
	static const struct table_column all[] = {
	    {"Figure", ALIGN_TEXT},
	    {"Limit", ALIGN_NUMBER},
	    {"False alarms a year", ALIGN_NUMBER},
	    {"False rollbacks a year, drifting", ALIGN_NUMBER},
	    {"Days to alert, by failure", ALIGN_LONG},
	    {"Taken", ALIGN_TEXT}};
	static const struct table_column taken[] = {
	    {"Figure", ALIGN_TEXT}, {"Limit", ALIGN_NUMBER}, {"Why", ALIGN_LONG}};
	const struct data_node *candidates = data_find(record->node, "candidates");
	const struct data_node *chosen = data_find(record->node, "chosen");
	const char *criterion = data_find_text(record->node, "criterion");
	struct table_column columns[sizeof all / sizeof *all];
	bool rollbacks = has_rollbacks(candidates);
	struct table_html table;
	size_t n_columns = 0;

	for (size_t c = 0; c < sizeof all / sizeof *all; c++)
		if (c != 3 || rollbacks)
			columns[n_columns++] = all[c];
	table_begin(&table, to, arena_printf(job->mem, "Limits tried, %s", or_dash(record->id)),
		    arena_printf(job->mem, "Limits tried, on %s days without drift. %s",
				 or_dash(data_find_text(record->node, "days_watched")),
				 criterion ? criterion : ""),
		    "wide", columns, n_columns);
	for (size_t i = 0; candidates && candidates->kind == DATA_LIST && i < candidates->n; i++) {
		const struct data_node *entry = candidates->items[i];
		table_row(&table, NULL);
		table_link(&table, limit_text(job, entry), place_href(job, &entry->at));
		table_text(&table, figure_at(job, entry, "limit"));
		table_text(&table, figure_at(job, entry, "false_alarms_per_year"));
		if (rollbacks)
			table_text(&table, figure_at(job, entry, "false_rollbacks_per_year"));
		table_text(&table, days_text(job, entry));
		if (is_chosen(chosen, entry))
			table_state(&table, "●", "taken", "good", NULL);
		else
			table_text(&table, NULL);
	}
	table_end(&table);
	table_begin(&table, to, arena_printf(job->mem, "Limits taken, %s", or_dash(record->id)),
		    "Limits taken", "wide", taken, 3);
	for (size_t i = 0; chosen && chosen->kind == DATA_LIST && i < chosen->n; i++) {
		const struct data_node *entry = chosen->items[i];
		table_row(&table, NULL);
		table_link(&table, limit_text(job, entry), place_href(job, &entry->at));
		table_text(&table, figure_at(job, entry, "limit"));
		table_text(&table, text_at(entry, "reason"));
	}
	table_end(&table);
}

void trials_alerts(struct page_job *job, struct out *to, const struct model *model)
{
	struct record_list studies =
	    of_kind(job, (const struct record *const *)model->records.items, model->records.n,
		    "alert_study");

	for (size_t i = 0; i < studies.n; i++)
		alert_study(job, to, studies.items[i]);
}
