/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/attention.c - what needs attention, worst first */
#include "render/attention.h"
#include "base/date.h"
#include "render/controls_view.h"
#include "render/figures_html.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { RANK_FAULT, RANK_ERROR, RANK_WARNING };

static struct attention *add(struct page_job *job, struct attention_list *list, unsigned rank,
			     struct word word, const char *model)
{
	struct attention *row = ARENA_PUSH(job->mem, list);

	*row = (struct attention){.word = word, .rank = rank, .model = model, .order = list->n};
	return row;
}

/* ---- findings: one row for each rule in a file ---- */

struct file_subject {
	const char *model, *owner;
};

static const char *owner_of(const struct subject *about)
{
	const struct model *model = about->model;

	return model ? model->owner : NULL;
}

static struct file_subject subject_of_file(const struct workspace *ws, const char *path)
{
	const struct document *doc = map_get(&ws->document_by_path, path);
	const struct data_file *file = map_get(&ws->data_by_path, path);
	const struct record *record = file && file->records.n == 1 ? file->records.items[0] : NULL;
	const struct subject *about = doc ? &doc->about : record ? &record->about : NULL;
	struct file_subject found = {"", NULL};

	if (!about)
		return found;
	if (about->model)
		found.model = about->model->id;
	found.owner = doc && doc->owner ? doc->owner : owner_of(about);
	if (record && record->kind && strcmp(record->kind, "model") == 0 && record->id) {
		const struct model *model = map_get(&ws->model_by_id, record->id);
		found.model = record->id;
		found.owner = model ? model->owner : NULL;
	}
	return found;
}

static void add_rule(struct page_job *job, struct attention_list *list, const struct finding *first,
		     size_t count, const char *path)
{
	assert(first);
	const struct rule_info *info = rule_info(first->rule);
	struct file_subject subject = subject_of_file(job->ws, path);
	bool fault = info->class == FAULT;
	struct attention *row = add(job, list,
				    fault                               ? RANK_FAULT
				    : first->severity == SEVERITY_ERROR ? RANK_ERROR
									: RANK_WARNING,
				    severity_word(first->severity, fault), subject.model);

	row->what = finding_message(first, job->mem);
	if (count > 1)
		row->what = arena_printf(job->mem, "%s, and %s more of the kind", row->what,
					 count_text(job->mem, count - 1));
	row->where = place_text(job, &first->at);
	row->where_url = place_href(job, &first->at);
	row->owner = subject.owner;
	row->todo = count == 1 && first->help ? first->help : info->mend;
}

static void add_findings(struct page_job *job, struct attention_list *list)
{
	const struct diag_sink *findings = job->book->findings;
	const struct finding *firsts[RULE_COUNT];
	size_t counts[RULE_COUNT], i = 0;

	while (i < findings->n) {
		const char *path =
		    findings->items[i].at.source ? findings->items[i].at.source->path : "";
		size_t first, last;
		memset(firsts, 0, sizeof firsts);
		memset(counts, 0, sizeof counts);
		findings_of_file(job->book, path, &first, &last);
		for (i = first; i < last; i++) {
			const struct finding *finding = &findings->items[i];
			if (finding->severity == SEVERITY_NOTE ||
			    finding->standing != STANDING_OPEN)
				continue;
			if (!counts[finding->rule]++ ||
			    finding->severity > firsts[finding->rule]->severity)
				firsts[finding->rule] = finding;
		}
		for (size_t rule = 0; rule < RULE_COUNT; rule++)
			if (counts[rule])
				add_rule(job, list, firsts[rule], counts[rule], path);
	}
}

/* ---- drift of the version that stands for a model ---- */

static bool is_drifting(enum drift_severity severity)
{
	return severity == DRIFT_WARNING || severity == DRIFT_CRITICAL;
}

/* First window of the unbroken run of drifting windows that ends with the last one. */
static const struct timeline_entry *drifting_since(const struct timeline *timeline,
						   const struct timeline_entry *last)
{
	const struct timeline_entry *since = last;

	while (since > timeline->items && is_drifting(since[-1].window->worst))
		since--;
	return since;
}

static size_t count_drifting(const struct window_figures *window)
{
	size_t n = 0;

	for (size_t i = 0; i < window->n_drift; i++)
		n += is_drifting(window->drift[i].severity);
	return n;
}

static const struct drift *worst_drifting(const struct window_figures *window)
{
	const struct drift *worst = NULL;

	for (size_t i = 0; i < window->n_drift; i++) {
		const struct drift *drift = &window->drift[i];
		if (is_drifting(drift->severity) &&
		    (!worst || drift->severity > worst->severity ||
		     (drift->severity == worst->severity && drift->psi > worst->psi)))
			worst = drift;
	}
	return worst;
}

static void add_drift(struct page_job *job, struct attention_list *list, const struct model *model)
{
	const struct version *version = model_main_version(model);
	struct timeline timeline;
	const struct timeline_entry *last;
	const struct drift *worst;
	struct attention *row;
	size_t others;

	if (!version)
		return;
	timeline = timeline_of(job, version);
	last = timeline_last_drift(&timeline);
	worst = last ? worst_drifting(last->window) : NULL;
	if (!worst)
		return;
	others = count_drifting(last->window) - 1;
	row = add(job, list, worst->severity == DRIFT_CRITICAL ? RANK_ERROR : RANK_WARNING,
		  drift_word(worst->severity), model->id);
	row->what = arena_printf(
	    job->mem, "drift of %s: PSI %s in %s%s", worst->column,
	    figure_text(job->mem, worst->psi), last->label,
	    others ? arena_printf(job->mem, ", and %s",
				  plural(job->mem, others, "more column", "more columns"))
		   : "");
	row->where = version->name;
	row->where_url = href(job, version->page, "drift");
	row->since = drifting_since(&timeline, last)->label;
	row->owner = model->owner;
	row->todo =
	    "See which bins moved, then retrain or recalibrate, or record why it is expected.";
}

/* ---- incidents and their actions ---- */

bool incident_is_open(const struct record *incident)
{
	const char *status = data_find_text(incident->node, "status");

	return status && strcmp(status, "closed") != 0;
}

static bool is_overdue(const struct page_job *job, const struct data_node *action)
{
	const char *due = data_find_text(action, "due");
	int32_t day;

	return !data_find_text(action, "done") && due && date_parse(due, strlen(due), &day) &&
	       day < job->book->as_of;
}

size_t overdue_actions(const struct page_job *job, const struct record *incident)
{
	const struct data_node *actions = data_find(incident->node, "actions");
	size_t n = 0;

	for (size_t i = 0; actions && actions->kind == DATA_LIST && i < actions->n; i++)
		n += is_overdue(job, actions->items[i]);
	return n;
}

static void add_actions(struct page_job *job, struct attention_list *list,
			const struct record *incident, const char *model)
{
	const struct data_node *actions = data_find(incident->node, "actions");

	for (size_t i = 0; actions && actions->kind == DATA_LIST && i < actions->n; i++) {
		const struct data_node *action = actions->items[i];
		struct attention *row;
		if (!is_overdue(job, action))
			continue;
		row = add(job, list, RANK_ERROR, (struct word){"overdue", "✕", "critical"}, model);
		row->what = arena_printf(job->mem, "action of %s: %s", incident->id,
					 or_dash(data_find_text(action, "action")));
		row->where = incident->id;
		row->where_url = incident_href(job, incident);
		row->since = data_find_text(action, "due");
		row->owner = data_find_text(action, "owner");
		row->todo = "Do it, show that it works, and write `done:` with the day.";
	}
}

static void add_incidents(struct page_job *job, struct attention_list *list)
{
	for (size_t i = 0; i < job->ws->records.n; i++) {
		const struct record *record = job->ws->records.items[i];
		const char *model = record->about.model ? record->about.model->id : "";
		if (!record->kind || !record->id || strcmp(record->kind, "incident") != 0)
			continue;
		if (incident_is_open(record)) {
			const char *severity = data_find_text(record->node, "severity");
			bool minor = severity && strcmp(severity, "minor") == 0;
			struct attention *row = add(job, list, minor ? RANK_WARNING : RANK_ERROR,
						    minor ? (struct word){"open", "◐", "warning"}
							  : (struct word){"open", "✕", "critical"},
						    model);
			row->what = arena_printf(job->mem, "incident: %s",
						 or_dash(data_find_text(record->node, "title")));
			row->where = record->id;
			row->where_url = incident_href(job, record);
			row->since = data_find_text(record->node, "started");
			row->owner = owner_of(&record->about);
			row->todo = "Resolve it, write its postmortem, and close the record.";
		}
		add_actions(job, list, record, model);
	}
}

/* ---- controls that are not met although something is said to meet them ---- */

static void add_frameworks(struct page_job *job, struct attention_list *list)
{
	for (size_t i = 0; i < job->ws->frameworks.n; i++) {
		const struct framework *framework = job->ws->frameworks.items[i];
		struct control_counts counts = judge_framework(job->mem, framework);
		size_t missing = counts.by_status[CONTROL_MISSING];
		struct attention *row;
		if (!missing)
			continue;
		row = add(job, list, RANK_ERROR, control_word(CONTROL_MISSING), "");
		row->what = arena_printf(job->mem, "%s of %s: %s",
					 plural(job->mem, missing, "control", "controls"),
					 framework->title, control_counts_text(job->mem, &counts));
		row->where = framework->id;
		row->where_url = href(job, framework->page, NULL);
		row->todo = "Write what is missing, or correct what the control names.";
	}
}

/* ---- order ---- */

struct ranked {
	struct attention row;
	unsigned group; /* rank of the model's worst row */
};

static int compare_ranked(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;
	int order;

	if (a->row.rank == RANK_FAULT || b->row.rank == RANK_FAULT) {
		if (a->row.rank != b->row.rank)
			return a->row.rank == RANK_FAULT ? -1 : 1;
	} else if (a->group != b->group) {
		return a->group < b->group ? -1 : 1;
	}
	/* what is about a model stands before what is about none */
	if (!a->row.model[0] != !b->row.model[0])
		return a->row.model[0] ? -1 : 1;
	order = strcmp(a->row.model, b->row.model);
	if (order)
		return order;
	if (a->row.rank != b->row.rank)
		return a->row.rank < b->row.rank ? -1 : 1;
	return (a->row.order > b->row.order) - (a->row.order < b->row.order);
}

static void sort_rows(struct page_job *job, struct attention_list *list)
{
	struct ranked *ranked = arena_new(job->mem, struct ranked, list->n);
	struct map worst = {0};

	for (size_t i = 0; i < list->n; i++) {
		const struct attention *row = &list->items[i];
		unsigned *rank = map_get(&worst, row->model);
		if (!rank) {
			rank = arena_new(job->mem, unsigned, 1);
			*rank = row->rank;
			map_put(&worst, job->mem, row->model, rank);
		}
		if (row->rank < *rank)
			*rank = row->rank;
	}
	for (size_t i = 0; i < list->n; i++) {
		const char *model = list->items[i].model;
		unsigned rank = *(unsigned *)map_get(&worst, model);
		/* rows about no model are no group of their own */
		ranked[i] = (struct ranked){list->items[i], model[0] ? rank : list->items[i].rank};
	}
	if (list->n)
		qsort(ranked, list->n, sizeof *ranked, compare_ranked);
	for (size_t i = 0; i < list->n; i++)
		list->items[i] = ranked[i].row;
}

struct attention_list attention_list(struct page_job *job)
{
	struct attention_list list = {0};

	for (size_t i = 0; i < job->ws->models.n; i++)
		add_drift(job, &list, job->ws->models.items[i]);
	add_incidents(job, &list);
	add_findings(job, &list);
	add_frameworks(job, &list);
	sort_rows(job, &list);
	return list;
}
