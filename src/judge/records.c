/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/records.c - schemas of records, what they are about, and rules across them */
#include "catalog/kinds.h"
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

/* In front matter the rule of schemas is another. */
static char *place_key(struct court *court, enum rule rule, struct span at)
{
	if (rule == RULE_DOC_FRONT_MATTER_SCHEMA)
		rule = RULE_DATA_SCHEMA;
	return arena_printf(court->mem, "%u %s %zu", (unsigned)rule, at.source->path,
			    (size_t)at.start);
}

bool judge_has(struct court *court, enum rule rule, struct span at)
{
	for (; court->looked_at < court->diags->n; court->looked_at++) {
		const struct finding *f = &court->diags->items[court->looked_at];
		if (f->at.source &&
		    (f->rule == RULE_DATA_SCHEMA || f->rule == RULE_DOC_FRONT_MATTER_SCHEMA ||
		     f->rule == RULE_DATA_DUPLICATE_ID || f->rule == RULE_DATA_UNKNOWN_REFERENCE))
			map_put(&court->found, court->mem, place_key(court, f->rule, f->at), court);
	}
	return map_has(&court->found, place_key(court, rule, at));
}

void judge_help_subject(struct court *court, struct finding *finding, const char *text)
{
	const char *nearest = judge_nearest_subject(court, text), *at = strchr(text, '@');
	const char *model = at ? arena_strndup(court->mem, text, (size_t)(at - text)) : NULL;

	if (nearest)
		diag_help(court->diags, finding, "did you mean '%s'?", nearest);
	else if (model && map_has(&court->ws->model_by_id, model))
		diag_help(court->diags, finding, "the record of model '%s' lists its versions",
			  model);
	else
		diag_help(court->diags, finding,
			  "nothing has this id: 'modelbook new model' begins a model's record, "
			  "'modelbook new incident' an incident's");
}

static void judge_subject(struct court *court, const struct record *record)
{
	if (!record->kind || !record->about.unresolved)
		return;
	judge_help_subject(court,
			   diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, record->about.at,
				    "'%s'", record->about.text),
			   record->about.text);
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
		const char *kind =
		    file->root && file->root->kind == DATA_MAP && file->root->n == 1
			? nearest_record_kind(court->ws, court->mem, file->root->pairs[0].key->text)
			: NULL;
		struct finding *f;
		if (file->read || map_has(&linked, file->path))
			continue;
		f = diag_add(court->diags, RULE_DATA_UNREAD, span_at(file->source, 0, 0), "%s",
			     file->path);
		if (kind)
			diag_help(court->diags, f,
				  "did you mean 'kind: %s', with its keys at the top level?", kind);
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
	judge_annotations(court);
	for (size_t i = 0; i < ws->records.n; i++)
		judge_record_dates(court, ws->records.items[i]);
	for (size_t i = 0; i < ws->data_files.n; i++)
		judge_kind(court, ws->data_files.items[i]);
	for (size_t i = 0; i < ws->models.n; i++)
		judge_versions(court, ws->models.items[i]);
	judge_unread(court);
}
