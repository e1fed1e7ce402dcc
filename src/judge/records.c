/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/records.c - schemas of records, what they are about, and rules across them */
#include "judge/judge_internal.h"
#include <string.h>

static void judge_schema(struct court *court, const struct record *record)
{
	static const struct schema_rules rules = {RULE_DATA_SCHEMA, RULE_DATA_MISSING_KEY,
						  RULE_DATA_UNKNOWN_KEY};
	struct span at = record->node->at;

	/* A missing key of a whole file is reported on its first line. */
	at.end = at.start;
	if (record->schema && record->schema->schema)
		schema_check(record->schema->schema, record->node, at, &rules, court->mem,
			     court->diags);
}

static char *place_key(struct court *court, struct span at)
{
	return arena_printf(court->mem, "%s:%zu", at.source->path, (size_t)at.start);
}

/* A value that cannot be understood, unless its schema said so. */
static void report_value(struct court *court, const struct data_node *map, const char *key,
			 const char *expected)
{
	const struct data_node *node = data_find(map, key);

	if (node && !map_has(&court->refused, place_key(court, node->at)))
		diag_add(court->diags, RULE_DATA_SCHEMA, node->at, "'%s' must be %s, found '%s'",
			 key, expected, node->text ? node->text : data_kind_name(node->kind));
}

static void judge_subject(struct court *court, const struct record *record)
{
	const char *nearest;
	struct finding *f;

	if (!record->kind || !record->about.unresolved)
		return;
	f = diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, record->about.at, "'%s'",
		     record->about.text);
	nearest = judge_nearest_subject(court, record->about.text);
	if (nearest)
		diag_help(court->diags, f, "did you mean '%s'?", nearest);
}

/* An entry whose stage or day cannot be told would be left out of the history in silence, and what
 * the stage requires with it. The schema of models may be the workspace's own and miss it. */
static void judge_entry(struct court *court, const struct stage_change *change)
{
	if (change->date && change->day == INT32_MIN)
		report_value(court, change->node, "date", "a day of the calendar, YYYY-MM-DD");
	if (change->stage == STAGE_NONE)
		report_value(court, change->node, "stage",
			     "development, staging, shadow, canary, production or retired");
}

static void judge_history(struct court *court, const struct version *version)
{
	int32_t last = INT32_MIN;

	for (size_t i = 0; i < version->history.n; i++) {
		const struct stage_change *change = &version->history.items[i];
		judge_entry(court, change);
		if (change->day == INT32_MIN)
			continue;
		if (change->day < last)
			diag_add(court->diags, RULE_DATA_VERSION_ORDER, change->at,
				 "'%s' entered %s on %s, before the entry above it", version->name,
				 stage_name(change->stage), change->date);
		else
			last = change->day;
	}
}

static size_t count_role(const struct version *version, const char *role)
{
	size_t n = 0;

	for (size_t i = 0; i < version->evaluations.n; i++) {
		const char *own = data_find_text(version->evaluations.items[i]->node, "role");
		n += own && !strcmp(own, role);
	}
	return n;
}

/* Which evaluation's figures are the version's must be certain. */
static void judge_primary(struct court *court, const struct version *version)
{
	const struct data_node *named = data_find(version->node, "primary_evaluation");
	size_t temporal = count_role(version, "temporal"), holdout = count_role(version, "holdout");

	if (data_text(named)) {
		if (!version->primary)
			diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, named->at,
				 "evaluation '%s'", data_text(named));
		return;
	}
	if (temporal > 1 || (!temporal && holdout > 1))
		diag_help(court->diags,
			  diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, version->at,
				   "the primary evaluation of '%s': %zu have the role %s",
				   version->name, temporal > 1 ? temporal : holdout,
				   temporal > 1 ? "temporal" : "holdout"),
			  "name one by primary_evaluation:");
}

static void judge_production(struct court *court, const struct model *model)
{
	const struct version *first = NULL;

	for (size_t i = 0; i < model->versions.n; i++) {
		const struct version *version = model->versions.items[i];
		if (version->stage != STAGE_PRODUCTION)
			continue;
		if (first)
			diag_add(court->diags, RULE_DATA_TWO_IN_PRODUCTION, version->at,
				 "'%s' and '%s'", first->name, version->name);
		else
			first = version;
	}
}

/* Documents that link to a file under data/ name it. */
static void collect_linked(struct court *court, struct map *linked)
{
	for (size_t i = 0; i < court->ws->documents.n; i++) {
		const struct document *doc = court->ws->documents.items[i];
		for (size_t k = 0; k < doc->links.n; k++) {
			const struct page *page = doc->links.items[k].page;
			if (page && page->file)
				map_put(linked, court->mem, page->file->path, (void *)page->file);
		}
	}
}

static void judge_unread(struct court *court)
{
	struct map linked = {0};

	collect_linked(court, &linked);
	for (size_t i = 0; i < court->ws->data_files.n; i++) {
		const struct data_file *file = court->ws->data_files.items[i];
		if (!file->read && !map_has(&linked, file->path))
			diag_add(court->diags, RULE_DATA_UNREAD, span_at(file->source, 0, 0), "%s",
				 file->path);
	}
}

/* In a file of records one without kind has no schema, and nobody reads it. */
static void judge_kind(struct court *court, const struct data_file *file)
{
	bool some = false;

	for (size_t i = 0; i < file->records.n; i++)
		some = some || file->records.items[i]->kind;
	for (size_t i = 0; some && i < file->records.n; i++) {
		struct span at = file->records.items[i]->node->at;
		if (file->records.items[i]->kind)
			continue;
		at.end = at.start;
		diag_add(court->diags, RULE_DATA_MISSING_KEY, at, "'kind'");
	}
}

void judge_records(struct court *court)
{
	const struct workspace *ws = court->ws;

	for (size_t i = 0; i < ws->records.n; i++) {
		judge_schema(court, ws->records.items[i]);
		judge_subject(court, ws->records.items[i]);
	}
	for (size_t i = 0; i < court->diags->n; i++) {
		const struct finding *f = &court->diags->items[i];
		if (f->rule == RULE_DATA_SCHEMA && f->at.source)
			map_put(&court->refused, court->mem, place_key(court, f->at), court);
	}
	for (size_t i = 0; i < ws->data_files.n; i++)
		judge_kind(court, ws->data_files.items[i]);
	for (size_t i = 0; i < ws->models.n; i++) {
		const struct model *model = ws->models.items[i];
		for (size_t k = 0; k < model->versions.n; k++) {
			judge_history(court, model->versions.items[k]);
			judge_primary(court, model->versions.items[k]);
		}
		judge_production(court, model);
	}
	judge_unread(court);
}
