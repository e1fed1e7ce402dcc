/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/references.c - ids in records and front matter that must be the ids of something */
#include "base/text.h"
#include "judge/annotation.h"
#include <string.h>

enum { MOST_SUGGESTIONS = 100, MOST_NAMED = 5 };

/* "evaluation, experiment or version"; of many kinds, "record" or "record or document". */
static const char *kinds_text(struct court *court, const struct key_list *kinds)
{
	const char *text = kinds->items[0]->text;
	bool documents = false;

	for (size_t i = 0; i < kinds->n; i++)
		documents = documents || !strcmp(kinds->items[i]->text, "document");
	if (kinds->n > MOST_NAMED)
		return documents ? "record or document" : "record";

	for (size_t i = 1; i < kinds->n; i++)
		text = arena_printf(court->mem, "%s%s%s", text, i + 1 < kinds->n ? ", " : " or ",
				    kinds->items[i]->text);
	return text;
}

static bool is_kind(const struct record *record, const char *kind)
{
	return record && record->kind && !strcmp(record->kind, kind);
}

static bool is_one(const struct workspace *ws, const char *id, const char *kind)
{
	const struct model *model;
	const struct version *version;

	if (!strcmp(kind, "model"))
		return map_has(&ws->model_by_id, id);
	if (!strcmp(kind, "version"))
		return workspace_subject(ws, id, &model, &version) && version;
	if (!strcmp(kind, "document"))
		return workspace_document(ws, id);
	return is_kind(workspace_record(ws, id), kind);
}

/* What has this id although nothing of the right kind has it; NULL where nothing has. */
static const char *what_it_is(struct court *court, const char *id)
{
	const struct workspace *ws = court->ws;
	const struct record *record = workspace_record(ws, id);
	const struct document *doc = workspace_document(ws, id);
	const struct model *model;
	const struct version *version;

	if (record) {
		struct position at = source_position(&record->node->at);
		return arena_printf(court->mem, "it is the id of a record of kind %s (%s:%u)",
				    record->kind ? record->kind : "none", record->path, at.line);
	}
	if (doc)
		return arena_printf(court->mem, "it is the id of a document (%s)", doc->path);
	if (workspace_subject(ws, id, &model, &version) && version) {
		struct position at = source_position(&version->at);
		return arena_printf(court->mem, "it is a version (%s:%u)",
				    version->model->record->path, at.line);
	}
	return NULL;
}

static const char *nearest(struct court *court, const char *id, const struct key_list *kinds)
{
	const struct workspace *ws = court->ws;
	struct {
		LIST_OF(const char *);
	} ids = {0};

	/* Each compares with every id; thousands of slips are one mistake. */
	if (court->suggestions++ >= MOST_SUGGESTIONS)
		return NULL;
	for (size_t k = 0; k < kinds->n; k++) {
		const char *kind = kinds->items[k]->text;
		for (size_t i = 0; i < ws->records.n; i++)
			if (ws->records.items[i]->id && is_kind(ws->records.items[i], kind))
				*ARENA_PUSH(court->mem, &ids) = ws->records.items[i]->id;
		for (size_t i = 0; i < ws->models.n && !strcmp(kind, "version"); i++)
			for (size_t v = 0; v < ws->models.items[i]->versions.n; v++)
				*ARENA_PUSH(court->mem, &ids) =
				    ws->models.items[i]->versions.items[v]->name;
		for (size_t i = 0; i < ws->documents.n && !strcmp(kind, "document"); i++)
			*ARENA_PUSH(court->mem, &ids) = ws->documents.items[i]->id;
	}
	return text_nearest(id, ids.items, ids.n);
}

static void judge_id(struct court *court, const struct key_list *kinds,
		     const struct data_node *node)
{
	const char *id = data_text(node), *hint;
	struct finding *f;

	if (!id || judge_has(court, RULE_DATA_SCHEMA, node->at) ||
	    judge_has(court, RULE_DATA_UNKNOWN_REFERENCE, node->at))
		return;
	for (size_t i = 0; i < kinds->n; i++)
		if (is_one(court->ws, id, kinds->items[i]->text))
			return;
	f = diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, node->at, "%s '%s'",
		     kinds_text(court, kinds), id);
	hint = what_it_is(court, id);
	if (hint) {
		diag_help(court->diags, f, "%s", hint);
		return;
	}
	hint = nearest(court, id, kinds);
	if (hint)
		diag_help(court->diags, f, "did you mean '%s'?", hint);
}

void judge_refers_to(const struct annotated *value)
{
	const struct key_list *kinds = &value->says->refers_to;

	if (!kinds->n)
		return;
	if (value->node->kind != DATA_LIST) {
		judge_id(value->court, kinds, value->node);
		return;
	}
	for (size_t i = 0; i < value->node->n; i++)
		judge_id(value->court, kinds, value->node->items[i]);
}
