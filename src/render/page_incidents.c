/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_incidents.c - all incidents under their ids, with the actions that are still open */
#include "base/date.h"
#include "render/live_html.h"
#include "render/table_html.h"
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {LAYOUT_NAMES,
				    MENTION_NAMES,
				    "has_incidents",
				    "actions",
				    "incidents[].id",
				    "incidents[].title",
				    "incidents[].facts[].label",
				    "incidents[].facts[].text",
				    "incidents[].facts[].url",
				    "incidents[].facts[].tone",
				    "incidents[].summary",
				    "incidents[].has_documents",
				    "incidents[].documents[].url",
				    "incidents[].documents[].title",
				    "incidents[].actions_table",
				    NULL};

struct incidents {
	LIST_OF(const struct record *);
};

static const char *started(const struct record *incident)
{
	const char *text = data_find_text(incident->node, "started");

	return text ? text : "";
}

/* Last first; those of one day by id. */
static int compare_incidents(const void *left, const void *right)
{
	const struct record *a = *(const struct record *const *)left;
	const struct record *b = *(const struct record *const *)right;
	int order = strcmp(started(b), started(a));

	return order ? order : strcmp(a->id, b->id);
}

static struct incidents collect(struct page_job *job)
{
	struct incidents found = {0};

	for (size_t i = 0; i < job->ws->records.n; i++) {
		const struct record *record = job->ws->records.items[i];
		if (record->kind && record->id && strcmp(record->kind, "incident") == 0)
			*ARENA_PUSH(job->mem, &found) = record;
	}
	if (found.n)
		qsort(found.items, found.n, sizeof *found.items, compare_incidents);
	return found;
}

/* ---- actions ---- */

struct action {
	const struct record *incident;
	const struct data_node *node;
	const char *due;
};
struct actions {
	LIST_OF(struct action);
};

static void collect_actions(struct page_job *job, struct actions *to, const struct record *incident,
			    bool open_only)
{
	const struct data_node *list = data_find(incident->node, "actions");

	for (size_t i = 0; list && list->kind == DATA_LIST && i < list->n; i++) {
		const struct data_node *node = list->items[i];
		if (open_only && data_find_text(node, "done"))
			continue;
		*ARENA_PUSH(job->mem, to) =
		    (struct action){incident, node, or_dash(data_find_text(node, "due"))};
	}
}

/* Open ones first, then by the day they are due. */
static int compare_actions(const void *left, const void *right)
{
	const struct action *a = left, *b = right;
	bool a_done = data_find_text(a->node, "done"), b_done = data_find_text(b->node, "done");
	int order;

	if (a_done != b_done)
		return a_done ? 1 : -1;
	order = strcmp(a->due, b->due);
	if (!order)
		order = strcmp(a->incident->id, b->incident->id);
	return order ? order
		     : (a->node->at.start > b->node->at.start) -
			   (a->node->at.start < b->node->at.start);
}

static struct word action_word(const struct page_job *job, const struct action *action)
{
	int32_t day;

	if (data_find_text(action->node, "done"))
		return (struct word){"done", "●", "good"};
	if (date_parse(action->due, strlen(action->due), &day) && day < job->book->as_of)
		return (struct word){"overdue", "✕", "critical"};
	return (struct word){"open", "○", "warning"};
}

static void actions_table(struct page_job *job, struct out *to, const struct actions *actions,
			  const char *region, const char *caption, bool with_incident)
{
	static const struct table_column columns[] = {
	    {"Action", ALIGN_LONG}, {"State", ALIGN_TEXT}, {"Due", ALIGN_DATE},
	    {"Done", ALIGN_DATE},   {"Owner", ALIGN_TEXT}, {"Incident", ALIGN_TEXT}};
	struct table_html table;

	table_begin(&table, to, region, caption, "wide", columns, with_incident ? 6 : 5);
	for (size_t i = 0; i < actions->n; i++) {
		const struct action *action = &actions->items[i];
		struct word word = action_word(job, action);
		table_row(&table, NULL);
		table_text(&table, data_find_text(action->node, "action"));
		table_state(&table, word.shape, word.word, word.tone, NULL);
		table_text(&table, action->due);
		table_text(&table, data_find_text(action->node, "done"));
		table_text(&table, data_find_text(action->node, "owner"));
		if (with_incident)
			table_link(&table, action->incident->id,
				   incident_href(job, action->incident));
	}
	table_end(&table);
}

static void fill_open_actions(struct page_job *job, struct view *view,
			      const struct incidents *incidents)
{
	struct actions actions = {0};
	struct out to = {0};

	for (size_t i = 0; i < incidents->n; i++)
		collect_actions(job, &actions, incidents->items[i], true);
	if (actions.n) {
		qsort(actions.items, actions.n, sizeof *actions.items, compare_actions);
		actions_table(job, &to, &actions, "Open actions",
			      "Actions that are not done, the one that is due first above", true);
	}
	view_take_markup(job, view, "actions", &to);
}

/* ---- one incident ---- */

static void fact(struct view *entry, const char *label, const char *text, const char *url,
		 const char *tone)
{
	struct view *line;

	if (!text)
		return;
	line = view_list(entry, "facts");
	view_text(line, "label", label);
	view_text(line, "text", text);
	view_address(line, "url", url);
	view_text(line, "tone", tone);
}

static void fill_facts(struct page_job *job, struct view *entry, const struct record *incident)
{
	const struct data_node *node = incident->node;
	const char *severity = data_find_text(node, "severity"),
		   *status = data_find_text(node, "status");
	bool closed = status && strcmp(status, "closed") == 0;
	const char *severity_tone =
	    severity && strcmp(severity, "minor") == 0 ? "warning" : "critical";

	fact(entry, "Incident", incident->id, NULL, NULL);
	fact(entry, "About", incident->about.text[0] ? incident->about.text : NULL,
	     subject_href(job, &incident->about), NULL);
	fact(entry, "Severity", severity, NULL, severity_tone);
	fact(entry, "Status", status, NULL, closed ? "good" : "critical");
	fact(entry, "Started", data_find_text(node, "started"), NULL, NULL);
	fact(entry, "Detected", data_find_text(node, "detected"), NULL, NULL);
	fact(entry, "Resolved", data_find_text(node, "resolved"), NULL, NULL);
	fact(entry, "Record", place_text(job, &node->at), place_href(job, &node->at), NULL);
}

static void fill_documents(struct page_job *job, struct view *entry, const struct record *incident)
{
	const struct document_list *list = map_get(job->about, incident->id);

	view_flag(entry, "has_documents", list != NULL);
	if (!list)
		view_empty_list(entry, "documents");
	for (size_t i = 0; list && i < list->n; i++) {
		struct view *line = view_list(entry, "documents");
		view_address(line, "url", href(job, list->items[i]->page, NULL));
		view_text(line, "title", list->items[i]->title);
	}
}

static void fill_incident(struct page_job *job, struct view *view, const struct record *incident)
{
	struct view *entry = view_list(view, "incidents");
	const char *title = data_find_text(incident->node, "title");
	struct actions actions = {0};
	struct out to = {0};

	view_text(entry, "id", incident->id);
	view_text(entry, "title", title ? title : incident->id);
	fill_facts(job, entry, incident);
	view_text(entry, "summary", data_find_text(incident->node, "summary"));
	fill_documents(job, entry, incident);
	collect_actions(job, &actions, incident, false);
	if (actions.n) {
		qsort(actions.items, actions.n, sizeof *actions.items, compare_actions);
		actions_table(job, &to, &actions,
			      arena_printf(job->mem, "Actions of %s", incident->id),
			      arena_printf(job->mem, "What changes after %s", incident->id), false);
	}
	view_take_markup(job, entry, "actions_table", &to);
}

static void fill(struct page_job *job, struct view *view)
{
	struct incidents incidents = collect(job);

	view_text(view, "title", "Incidents");
	status_end(view, false);
	view_flag(view, "has_incidents", incidents.n > 0);
	fill_open_actions(job, view, &incidents);
	if (!incidents.n)
		view_empty_list(view, "incidents");
	for (size_t i = 0; i < incidents.n; i++)
		fill_incident(job, view, incidents.items[i]);
	mentions_fill(job, view);
}

const struct page_type page_incidents_type = {"templates/pages/incidents.html", names, fill};
