/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/models.c - models with versions and history; what each document and record is about */
#include "base/date.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include <stdlib.h>
#include <string.h>

static void read_history(struct catalog *c, struct version *version, const struct data_node *list)
{
	for (size_t i = 0; list && list->kind == DATA_LIST && i < list->n; i++) {
		const struct data_node *entry = list->items[i];
		const char *date = data_find_text(entry, "date");
		struct stage_change change = {
		    .stage = stage_find(data_find_text(entry, "stage")),
		    .date = date,
		    .day = INT32_MIN,
		    .by = data_find_text(entry, "by"),
		    .reason = data_find_text(entry, "reason"),
		    .at = entry->at,
		    .node = entry,
		};
		if (date && !date_parse(date, strlen(date), &change.day))
			change.day = INT32_MIN;
		*ARENA_PUSH(c->mem, &version->history) = change;
		/* The history is in order of time (data/version-order says where it is not). */
		if (change.stage != STAGE_NONE && change.day != INT32_MIN &&
		    change.day <= c->ws->as_of)
			version->stage = change.stage;
	}
}

static bool version_id_is_good(const char *id)
{
	static const char good[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._+-";

	return *id && strspn(id, good) == strlen(id) && !strchr("._+-", id[0]);
}

static void add_version(struct catalog *c, struct model *model, const struct data_node *node)
{
	const struct data_node *id = data_find(node, "id");
	const char *text = data_text(id);
	struct version *version;

	if (!text)
		return; /* the schema asks for it */
	if (!version_id_is_good(text)) {
		diag_add(c->diags, RULE_DATA_SCHEMA, id->at,
			 "a version's id must be letters, digits and . _ + - only, found '%s'",
			 text);
		return;
	}
	for (size_t i = 0; i < model->versions.n; i++) {
		if (!strcmp(model->versions.items[i]->id, text)) {
			diag_add(c->diags, RULE_DATA_DUPLICATE_ID, id->at, "'%s@%s'", model->id,
				 text);
			return;
		}
	}
	version = arena_new(c->mem, struct version, 1);
	version->model = model;
	version->id = text;
	version->name = arena_printf(c->mem, "%s@%s", model->id, text);
	version->node = node;
	version->at = node->at;
	version->requested = stage_find(data_find_text(node, "requested_stage"));
	read_history(c, version, data_find(node, "history"));
	if (version->stage == STAGE_PRODUCTION)
		model->production = version;
	*ARENA_PUSH(c->mem, &model->versions) = version;
}

static int tier_of(const struct data_node *record)
{
	double number;

	if (!data_number(data_find(record, "tier"), &number) ||
	    (number != 1 && number != 2 && number != 3))
		return 0;
	return (int)number;
}

static int compare_models(const void *a, const void *b)
{
	return strcmp((*(struct model *const *)a)->id, (*(struct model *const *)b)->id);
}

void catalog_build_models(struct catalog *c)
{
	struct workspace *ws = c->ws;

	for (size_t i = 0; i < ws->records.n; i++) {
		struct record *record = ws->records.items[i];
		const struct data_node *versions;
		struct model *model;
		if (!record->kind || strcmp(record->kind, "model") != 0 || !record->id ||
		    map_has(&ws->model_by_id, record->id))
			continue;
		model = arena_new(c->mem, struct model, 1);
		model->record = record;
		model->id = record->id;
		model->name = data_find_text(record->node, "name");
		model->owner = data_find_text(record->node, "owner");
		model->tier = tier_of(record->node);
		versions = data_find(record->node, "versions");
		for (size_t k = 0; versions && versions->kind == DATA_LIST && k < versions->n; k++)
			add_version(c, model, versions->items[k]);
		map_put(&ws->model_by_id, c->mem, model->id, model);
		*ARENA_PUSH(c->mem, &ws->models) = model;
	}
	if (ws->models.n)
		qsort(ws->models.items, ws->models.n, sizeof *ws->models.items, compare_models);
}

/* The text and place of `about:`, or of `model:` and `version:` as the source documents have it. */
static const char *about_text(struct catalog *c, const struct data_node *map, struct span *at)
{
	const struct data_node *about = data_find(map, "about"), *model, *version;

	if (about) {
		*at = about->at;
		return data_text(about);
	}
	model = data_find(map, "model");
	version = data_find(map, "version");
	if (!data_text(model))
		return NULL;
	*at = model->at;
	if (!data_text(version))
		return data_text(model);
	return arena_printf(c->mem, "%s@%s", data_text(model), data_text(version));
}

static bool is_kind(const struct record *record, const char *kind)
{
	return record->kind && !strcmp(record->kind, kind);
}

/* A record that a document may be about: a run or an incident. */
static bool resolve_record(struct catalog *c, struct subject *subject)
{
	const struct record *record = map_get(&c->ws->record_by_id, subject->text);

	if (!record || (!is_kind(record, "experiment") && !is_kind(record, "incident")))
		return false;
	subject->kind = is_kind(record, "experiment") ? ABOUT_RUN : ABOUT_INCIDENT;
	subject->record = record;
	return true;
}

static void resolve(struct catalog *c, const char *text, struct span at, struct subject *subject)
{
	const struct model *model;
	const struct version *version;

	*subject = (struct subject){.kind = ABOUT_WORKSPACE, .text = text ? text : "", .at = at};
	if (!text || !*text)
		return;
	if (resolve_record(c, subject))
		return;
	subject->unresolved = !workspace_subject(c->ws, text, &model, &version);
	subject->kind = strchr(text, '@') ? ABOUT_VERSION : ABOUT_MODEL;
	if (subject->unresolved)
		return;
	subject->model = model;
	subject->version = version;
}

static void file_under_version(struct catalog *c, struct version *version,
			       const struct record *record)
{
	*ARENA_PUSH(c->mem, &version->records) = record;
	if (is_kind(record, "evaluation"))
		*ARENA_PUSH(c->mem, &version->evaluations) = record;
	else if (is_kind(record, "monitoring_window"))
		*ARENA_PUSH(c->mem, &version->windows) = record;
}

static const struct record *only_with_role(const struct version *version, const char *role)
{
	const struct record *found = NULL;

	for (size_t i = 0; i < version->evaluations.n; i++) {
		const struct record *record = version->evaluations.items[i];
		const char *own = data_find_text(record->node, "role");
		if (!own || strcmp(own, role) != 0)
			continue;
		if (found)
			return NULL;
		found = record;
	}
	return found;
}

/* The evaluation that primary_evaluation names, else the one temporal, else the one holdout. */
static void set_primary(struct catalog *c, struct version *version)
{
	const char *named = data_find_text(version->node, "primary_evaluation");

	if (named) {
		const struct record *record = map_get(&c->ws->record_by_id, named);
		if (record && is_kind(record, "evaluation"))
			version->primary = record;
		return;
	}
	version->primary = only_with_role(version, "temporal");
	if (!version->primary)
		version->primary = only_with_role(version, "holdout");
}

void catalog_resolve_subjects(struct catalog *c)
{
	struct workspace *ws = c->ws;

	for (size_t i = 0; i < ws->records.n; i++) {
		struct record *record = ws->records.items[i];
		struct span at = record->node->at;
		const char *text =
		    is_kind(record, "model") ? NULL : about_text(c, record->node, &at);
		struct model *model;
		resolve(c, text, at, &record->about);
		model = (struct model *)record->about.model;
		if (model)
			*ARENA_PUSH(c->mem, &model->records) = record;
		if (model && is_kind(record, "experiment"))
			*ARENA_PUSH(c->mem, &model->runs) = record;
		if (model && is_kind(record, "incident"))
			*ARENA_PUSH(c->mem, &model->incidents) = record;
		if (record->about.version)
			file_under_version(c, (struct version *)record->about.version, record);
	}
	for (size_t i = 0; i < ws->models.n; i++)
		for (size_t k = 0; k < ws->models.items[i]->versions.n; k++)
			set_primary(c, ws->models.items[i]->versions.items[k]);
	for (size_t i = 0; i < ws->documents.n; i++) {
		struct document *doc = ws->documents.items[i];
		struct span at = doc->text.front_matter_at;
		const char *text = doc->kind ? about_text(c, doc->text.front_matter, &at) : NULL;
		resolve(c, text, at, &doc->about);
		/* A document about a run or incident is about that one's model, too. */
		if (doc->about.record && !doc->about.model)
			doc->about.model = doc->about.record->about.model;
		if (doc->about.version)
			*ARENA_PUSH(c->mem, &((struct version *)doc->about.version)->documents) =
			    doc;
		else if (doc->about.kind == ABOUT_MODEL && doc->about.model)
			*ARENA_PUSH(c->mem, &((struct model *)doc->about.model)->documents) = doc;
	}
}
