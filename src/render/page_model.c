/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_model.c - the index of models, and one model */
#include "render/attention.h"
#include "render/figure_block.h"
#include "render/figures_parts.h"
#include "render/live_html.h"
#include "render/record_list.h"
#include "render/table_html.h"
#include "render/trials.h"
#include <assert.h>
#include <math.h>
#include <string.h>

enum { LINES_MAX = 7, FINDINGS_MAX = 50 };

/* ---- models/index.html ---- */

static const char *const index_names[] = {LAYOUT_NAMES,
					  "has_models",
					  "models[].name",
					  "models[].url",
					  "models[].description",
					  "models[].production",
					  "models[].production_url",
					  "models[].last",
					  "models[].last_url",
					  "models[].tier",
					  "models[].owner",
					  "models[].drift_word",
					  "models[].drift_shape",
					  "models[].drift_tone",
					  "models[].drift_text",
					  "models[].runs",
					  "models[].incidents",
					  NULL};

static const struct version *last_version(const struct model *model)
{
	return model->versions.n ? model->versions.items[model->versions.n - 1] : NULL;
}

static void fill_version_link(struct page_job *job, struct view *entry, const char *name,
			      const char *url_name, const struct version *version)
{
	view_text(entry, name, version ? version->id : "–");
	view_address(entry, url_name, version ? href(job, version->page, NULL) : NULL);
}

static void fill_index_drift(struct page_job *job, struct view *entry,
			     const struct version *version)
{
	struct timeline timeline = {0};
	const struct timeline_entry *last;
	const struct drift *worst;
	struct word word = {"not monitored", "–", "unknown"};

	if (version)
		timeline = timeline_of(job, version);
	last = timeline_last_drift(&timeline);
	worst = last ? window_worst_drift(last->window) : NULL;
	if (last)
		word = drift_word(last->window->worst);
	view_text(entry, "drift_word", word.word);
	view_text(entry, "drift_shape", word.shape);
	view_text(entry, "drift_tone", word.tone);
	view_text(entry, "drift_text",
		  worst && version ? arena_printf(job->mem, "PSI %s, %s@%s, %s",
						  figure_text(job->mem, worst->psi), worst->column,
						  version->id, last->label)
				   : NULL);
}

static void fill_index(struct page_job *job, struct view *view)
{
	const struct workspace *ws = job->ws;

	view_text(view, "title", "Models");
	status_end(view, false);
	view_flag(view, "has_models", ws->models.n > 0);
	if (!ws->models.n)
		view_empty_list(view, "models");
	for (size_t i = 0; i < ws->models.n; i++) {
		const struct model *model = ws->models.items[i];
		struct view *entry = view_list(view, "models");
		view_text(entry, "name", model_title(model));
		view_address(entry, "url", href(job, model->page, NULL));
		view_text(entry, "description",
			  or_dash(data_find_text(model->record->node, "description")));
		fill_version_link(job, entry, "production", "production_url", model->production);
		fill_version_link(job, entry, "last", "last_url", last_version(model));
		view_text(entry, "tier",
			  model->tier ? arena_printf(job->mem, "%d", model->tier) : "–");
		view_text(entry, "owner", or_dash(model->owner));
		fill_index_drift(job, entry, model_main_version(model));
		view_text(entry, "runs", count_text(job->mem, model->runs.n));
		view_text(entry, "incidents", count_text(job->mem, model->incidents.n));
	}
}

const struct page_type page_models_type = {"templates/pages/models.html", index_names, fill_index};

/* ---- models/ID/index.html ---- */

static const char *const names[] = {
    LAYOUT_NAMES,    MENTION_NAMES,    STAGE_NAMES,  "description",  "performance",
    "drift",         "calibration",    "measured",   "has_findings", FINDING_NAMES("findings"),
    "versions",      "has_benchmarks", "benchmarks", "has_alerts",   "alerts",
    "has_documents", "documents",      "has_runs",   "runs",         "has_incidents",
    "incidents",     "has_records",    "records",    PART_NAMES,     NULL};

/* What incidents leave to be done, where they leave anything. */
static void status_add_incidents(struct page_job *job, struct view *view, const struct model *model)
{
	size_t open = 0, overdue = 0;

	for (size_t i = 0; i < model->incidents.n; i++) {
		open += incident_is_open(model->incidents.items[i]);
		overdue += overdue_actions(job, model->incidents.items[i]);
	}
	status_add(view, "Incidents",
		   open ? arena_printf(job->mem, "%s open", count_text(job->mem, open)) : NULL,
		   "#incidents", "critical");
	status_add(view, "Overdue",
		   overdue
		       ? plural(job->mem, overdue, "action of an incident", "actions of incidents")
		       : NULL,
		   "#incidents", "critical");
}

static void fill_status(struct page_job *job, struct view *view, const struct model *model,
			const struct timeline *timeline)
{
	const struct version *production = model->production;
	const struct data_node *node = model->record->node;

	status_add(view, "Model", model->id, NULL, NULL);
	status_add(view, "Owner", model->owner, NULL, NULL);
	status_add(view, "Tier", model->tier ? arena_printf(job->mem, "%d", model->tier) : NULL,
		   NULL, NULL);
	status_add(view, "Task", data_find_text(node, "task"), NULL, NULL);
	status_add(view, "In production", production ? production->id : "no version",
		   production ? href(job, production->page, NULL) : NULL, NULL);
	status_add_incidents(job, view, model);
	if (production)
		status_add_waived(job, view, production, href(job, production->page, "checklist"));
	status_add_drift(job, view, timeline);
	status_add(view, "Record", place_text(job, &node->at), place_href(job, &node->at), NULL);
	status_end(view, true);
}

/* The last versions that have windows with the metric, each a line. */
static size_t metric_lines(struct page_job *job, const struct model *model,
			   struct metric_line lines[LINES_MAX])
{
	size_t first = model->versions.n, n = 0;

	while (first > 0 && n < LINES_MAX) {
		struct timeline timeline = timeline_of(job, model->versions.items[--first]);
		n += timeline.n > 1;
	}
	n = 0;
	for (size_t i = first; i < model->versions.n && n < LINES_MAX; i++) {
		struct timeline timeline = timeline_of(job, model->versions.items[i]);
		if (timeline.n > 1)
			lines[n++] = (struct metric_line){model->versions.items[i], timeline};
	}
	return n;
}

static bool has_metric(const struct metric *metric, const struct timeline *timeline)
{
	for (size_t i = 0; i < timeline->n; i++)
		if (isfinite(metric_value(metric, timeline->items[i].window).value))
			return true;
	return false;
}

static void fill_performance(struct page_job *job, struct view *view, const struct model *model)
{
	struct metric_line lines[LINES_MAX];
	size_t n = metric_lines(job, model, lines);
	struct out to = {0};

	if (n) {
		const struct timeline *last = &lines[n - 1].timeline;
		const struct metric *metric =
		    metric_main(last->items[timeline_whole(last) - 1].window);
		if (has_metric(metric, last))
			figure_metric(job, &to, metric, lines, n);
		/* scores that still rank may long have stopped to mean what they say */
		if (has_metric(metric_get("ece"), last))
			figure_metric(job, &to, metric_get("ece"), lines, n);
	}
	if (to.n)
		contents_add(job, 2, "Performance over time", "performance");
	view_take_markup(job, view, "performance", &to);
}

static const struct timeline_entry *calibrated(const struct timeline *timeline, bool last)
{
	size_t n = timeline_labelled(timeline);

	assert(timeline->items || !n);
	for (size_t i = 0; i < n; i++) {
		const struct timeline_entry *entry = &timeline->items[last ? n - 1 - i : i];
		assert(entry->window);
		if (entry->window->has_calibration && isfinite(entry->window->calibration.ece))
			return entry;
	}
	return NULL;
}

/* The evaluation's calibration beside that of the last window; with no evaluation the first. */
static void fill_calibration(struct page_job *job, struct view *view, const struct version *version,
			     const struct timeline *timeline)
{
	const struct record_figures *evaluation =
	    version ? evidence_version(job->book->evidence, version) : NULL;
	const struct timeline_entry *first = calibrated(timeline, false),
				    *last = calibrated(timeline, true);
	const char *name = version ? version->name : "";
	struct out to = {0};

	out_puts(&to, "<div class=\"pair\">\n");
	if (evaluation && evaluation->all.has_calibration)
		figure_reliability(
		    job, &to, evaluation, &evaluation->all,
		    arena_printf(job->mem, "Calibration of %s in its evaluation", name));
	else if (first && first != last)
		figure_reliability(job, &to, first->figures, first->window,
				   arena_printf(job->mem,
						"Calibration of %s in %s, its first window", name,
						first->label));
	if (last)
		figure_reliability(
		    job, &to, last->figures, last->window,
		    arena_printf(
			job->mem, "Calibration of %s in %s, its last window%s", name, last->label,
			timeline_labelled(timeline) < timeline_whole(timeline) ? " with labels"
									       : ""));
	out_puts(&to, "</div>\n");
	if (!last && (!evaluation || !evaluation->all.has_calibration))
		out_clear(&to);
	if (to.n)
		contents_add(job, 2, "Calibration", "calibration");
	view_take_markup(job, view, "calibration", &to);
}

static void fill_drift(struct page_job *job, struct view *view, const struct version *version,
		       const struct timeline *timeline)
{
	struct out to = {0};

	if (timeline_last_drift(timeline)) {
		out_puts(&to, "<p>Of ");
		text_html(&to, version ? version->name : "");
		out_puts(&to, ", by window.</p>\n");
		figure_drift(job, &to, timeline);
		contents_add(job, 2, "Drift", "drift");
	}
	view_take_markup(job, view, "drift", &to);
}

/* Groups, segments and the like of the version that stands for the model. */
static void fill_parts(struct page_job *job, struct view *view, const struct version *version,
		       const struct timeline *timeline)
{
	enum { PLACES_MAX = 2 };
	struct figure_place places[PLACES_MAX];
	size_t n = version ? places_of_version(job, version, timeline, places, PLACES_MAX) : 0;

	for (size_t i = 0; i < n; i++)
		places[i].where = arena_printf(job->mem, ", %s%s", version->name, places[i].where);
	parts_fill(job, view, places, n);
}

/* Findings in the model's own record and in those about its versions. */
static void fill_findings(struct page_job *job, struct view *view, const struct model *model)
{
	const struct record *own = model->record;
	size_t n =
	    findings_fill(job, view, own->path, &own->node->at, SEVERITY_WARNING, FINDINGS_MAX);

	for (size_t i = 0; i < model->versions.n; i++) {
		const struct version *version = model->versions.items[i];
		for (size_t j = 0; j < version->records.n && n < FINDINGS_MAX; j++) {
			const struct record *record = version->records.items[j];
			n += findings_fill(job, view, record->path, &record->node->at,
					   SEVERITY_WARNING, FINDINGS_MAX - n);
		}
	}
	for (size_t i = 0; i < model->documents.n && n < FINDINGS_MAX; i++)
		n += findings_fill(job, view, model->documents.items[i]->path, NULL,
				   SEVERITY_WARNING, FINDINGS_MAX - n);
	view_flag(view, "has_findings", n > 0);
	if (n)
		contents_add(job, 2, "Open findings", "findings");
	else
		view_empty_list(view, "findings");
}

static void versions_table(struct page_job *job, struct out *to, const struct model *model)
{
	static const struct table_column columns[] = {
	    {"Version", ALIGN_TEXT},  {"Stage", ALIGN_TEXT},       {"Since", ALIGN_DATE},
	    {"Asks for", ALIGN_TEXT}, {"Main figure", ALIGN_TEXT}, {"Description", ALIGN_LONG}};
	struct table_html table;

	table_begin(&table, to, "Versions", "Versions, last first", "wide", columns, 6);
	for (size_t i = model->versions.n; i-- > 0;) {
		const struct version *version = model->versions.items[i];
		const struct record_figures *figures =
		    evidence_version(job->book->evidence, version);
		const struct metric *metric = figures ? metric_main(&figures->all) : NULL;
		struct figure value = {0};
		const char *since =
		    version->history.n ? version->history.items[version->history.n - 1].date : NULL;
		if (metric)
			value = metric_value(metric, &figures->all);
		table_row(&table, NULL);
		table_link(&table, version->id, href(job, version->page, NULL));
		table_text(&table,
			   version->stage == STAGE_NONE ? NULL : stage_name(version->stage));
		table_text(&table, since);
		table_text(&table, version->requested == STAGE_NONE
				       ? NULL
				       : stage_name(version->requested));
		table_marked(&table,
			     metric ? arena_printf(job->mem, "%s %s", metric->title,
						   figure_with_interval(job->mem, &value))
				    : "– (no evaluation)",
			     "nowrap");
		table_text(&table, data_find_text(version->node, "description"));
	}
	table_end(&table);
}

static void document_row(struct page_job *job, struct table_html *table, const struct document *doc)
{
	table_row(table, NULL);
	table_link(table, live_title(job, doc), href(job, doc->page, NULL));
	table_text(table, doc->tmpl ? doc->tmpl->title : doc->kind);
	table_text(table, doc->about.text);
	table_text(table, decision_name(doc->decision));
	table_text(table, items_summary(job, doc));
}

static size_t documents_table(struct page_job *job, struct out *to, const struct model *model)
{
	static const struct table_column columns[] = {{"Document", ALIGN_LONG},
						      {"Kind", ALIGN_TEXT},
						      {"About", ALIGN_TEXT},
						      {"Decision", ALIGN_TEXT},
						      {"Items", ALIGN_LONG}};
	struct table_html table;
	size_t n = model->documents.n;

	for (size_t i = 0; i < model->versions.n; i++)
		n += model->versions.items[i]->documents.n;
	if (!n)
		return 0;
	table_begin(&table, to, "Documents", "Documents about the model and its versions", "wide",
		    columns, 5);
	for (size_t i = 0; i < model->documents.n; i++)
		document_row(job, &table, model->documents.items[i]);
	for (size_t i = model->versions.n; i-- > 0;)
		for (size_t j = 0; j < model->versions.items[i]->documents.n; j++)
			document_row(job, &table, model->versions.items[i]->documents.items[j]);
	table_end(&table);
	return n;
}

static void runs_table(struct page_job *job, struct out *to, const struct model *model)
{
	static const struct table_column columns[] = {{"Run", ALIGN_TEXT},
						      {"Date", ALIGN_DATE},
						      {"Verdict", ALIGN_TEXT},
						      {"Hypothesis", ALIGN_LONG}};
	struct table_html table;

	table_begin(&table, to, "Runs", "Experiments, last first", "wide", columns, 4);
	for (size_t i = model->runs.n; i-- > 0;) {
		const struct record *run = model->runs.items[i];
		table_row(&table, NULL);
		table_link(&table, or_dash(run->id), run_href(job, run));
		table_text(&table, data_find_text(run->node, "date"));
		table_text(&table, data_find_text(run->node, "verdict"));
		table_text(&table, data_find_text(run->node, "hypothesis"));
	}
	table_end(&table);
}

static void incidents_table(struct page_job *job, struct out *to, const struct model *model)
{
	static const struct table_column columns[] = {{"Incident", ALIGN_TEXT},
						      {"Severity", ALIGN_TEXT},
						      {"Status", ALIGN_TEXT},
						      {"Started", ALIGN_DATE},
						      {"Overdue actions", ALIGN_NUMBER},
						      {"What happened", ALIGN_LONG}};
	struct table_html table;

	table_begin(&table, to, "Incidents", "Incidents, last first", "wide", columns, 6);
	for (size_t i = model->incidents.n; i-- > 0;) {
		const struct record *incident = model->incidents.items[i];
		table_row(&table, NULL);
		table_link(&table, or_dash(incident->id), incident_href(job, incident));
		table_text(&table, data_find_text(incident->node, "severity"));
		table_text(&table, data_find_text(incident->node, "status"));
		table_text(&table, data_find_text(incident->node, "started"));
		table_count(&table, overdue_actions(job, incident));
		table_text(&table, data_find_text(incident->node, "title"));
	}
	table_end(&table);
}

/* All but those that have a table of their own. */
static void fill_records(struct page_job *job, struct out *to, const struct model *model)
{
	static const char *const elsewhere[] = {"experiment", "incident"};
	struct record_list records = {0};

	for (size_t i = 0; i < model->records.n; i++) {
		const struct record *record = model->records.items[i];
		bool shown = false;
		for (size_t k = 0; k < sizeof elsewhere / sizeof *elsewhere; k++)
			shown = shown || (record->kind && !strcmp(record->kind, elsewhere[k]));
		if (!shown)
			*ARENA_PUSH(job->mem, &records) = record;
	}
	if (records.n)
		records_table(job, to, &records, "Records about the model and its versions");
}

static void fill_table(struct page_job *job, struct view *view, const char *flag, const char *name,
		       const char *title, struct out *to)
{
	view_flag(view, flag, to->n > 0);
	if (to->n)
		contents_add(job, 2, title, name);
	view_take_markup(job, view, name, to);
}

static void fill_tables(struct page_job *job, struct view *view, const struct model *model)
{
	struct out versions = {0}, documents = {0}, runs = {0}, incidents = {0}, records = {0};
	struct out benchmarks = {0}, alerts = {0};

	versions_table(job, &versions, model);
	contents_add(job, 2, "Versions", "versions");
	view_take_markup(job, view, "versions", &versions);
	trials_benchmarks(job, &benchmarks, model);
	fill_table(job, view, "has_benchmarks", "benchmarks", "Costs", &benchmarks);
	trials_alerts(job, &alerts, model);
	fill_table(job, view, "has_alerts", "alerts", "Limits of alerts", &alerts);
	documents_table(job, &documents, model);
	fill_table(job, view, "has_documents", "documents", "Documents", &documents);
	if (model->runs.n)
		runs_table(job, &runs, model);
	fill_table(job, view, "has_runs", "runs", "Runs", &runs);
	if (model->incidents.n)
		incidents_table(job, &incidents, model);
	fill_table(job, view, "has_incidents", "incidents", "Incidents", &incidents);
	fill_records(job, &records, model);
	fill_table(job, view, "has_records", "records", "Records", &records);
}

static void fill(struct page_job *job, struct view *view)
{
	const struct model *model = job->page->model;
	const struct version *version = model_main_version(model);
	struct timeline timeline = {0};

	if (version)
		timeline = timeline_of(job, version);
	view_text(view, "title", model_title(model));
	view_text(view, "description", data_find_text(model->record->node, "description"));
	fill_status(job, view, model, &timeline);
	contents_add(job, 2, "Stages", "stages");
	stages_fill_model(job, view, model);
	fill_performance(job, view, model);
	fill_drift(job, view, version, &timeline);
	fill_calibration(job, view, version, &timeline);
	fill_parts(job, view, version, &timeline);
	view_flag(view, "measured",
		  timeline.n > 0 || (version && evidence_version(job->book->evidence, version)));
	fill_findings(job, view, model);
	fill_tables(job, view, model);
	mentions_fill(job, view);
}

const struct page_type page_model_type = {"templates/pages/model.html", names, fill};
