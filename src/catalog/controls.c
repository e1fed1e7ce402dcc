/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/controls.c - records of kind controls as frameworks, with their entries as written */
#include "catalog/controls.h"
#include "catalog/catalog_internal.h"
#include "catalog/controls_internal.h"
#include <string.h>

/* The keys of an entry, by enum carrier_kind. */
static const char *const kind_names[CARRIER_KINDS] = {"section", "item",    "record_kind", "rule",
						      "policy",  "command", "test"};

const char *carrier_kind_name(enum carrier_kind kind)
{
	return kind_names[kind];
}

/* An id may hold blanks, an id of HTML may not; no id of a control holds a colon. */
static const char *anchor_of(struct arena *mem, const char *id)
{
	char *anchor = arena_strdup(mem, id);

	for (char *p = anchor; *p; p++)
		if (*p == ' ')
			*p = ':';
	return anchor;
}

/* The document that a section or item stands in is wanted with its tree. */
static void name_document(struct catalog *c, const char *text)
{
	const char *hash = strchr(text, '#');

	if (hash)
		map_put_n(&c->ws->named_by_controls, c->mem, text, (size_t)(hash - text), c->ws);
}

static void read_carrier(struct catalog *c, struct control *control, const struct data_node *node)
{
	for (unsigned kind = 0; kind < CARRIER_KINDS; kind++) {
		const struct data_node *value = data_find(node, kind_names[kind]);
		const struct data_node *field =
		    kind == CARRIER_FIELD ? data_find(node, "field") : NULL;
		struct carrier *carrier;
		if (!data_text(value))
			continue; /* what an entry must be is the schema's business */
		carrier = ARENA_PUSH(c->mem, &control->carriers);
		*carrier = (struct carrier){.kind = (enum carrier_kind)kind,
					    .text = value->text,
					    .at = value->at,
					    .anchor = "",
					    .rule = RULE_COUNT};
		if (field && data_text(field)) {
			carrier->field = field->text;
			carrier->text = arena_printf(c->mem, "%s.%s", value->text, field->text);
			carrier->at = field->at;
			if (!controls_kind_exists(c->ws, value->text))
				carrier->at = value->at;
		}
		if (kind == CARRIER_SECTION || kind == CARRIER_ITEM)
			name_document(c, value->text);
		return;
	}
}

static void read_control(struct catalog *c, struct framework *framework,
			 const struct data_node *node)
{
	const struct data_node *id = data_find(node, "id"), *list = data_find(node, "satisfied_by");
	const char *title = data_find_text(node, "title"), *anchor;
	struct control *control;

	if (!data_text(id))
		return; /* data/missing-key says it */
	control = ARENA_PUSH(c->mem, &framework->controls);
	*control = (struct control){.framework = framework,
				    .id = id->text,
				    .title = title ? title : id->text,
				    .source = data_find_text(node, "source"),
				    .where = data_find_text(node, "where"),
				    .type = data_find_text(node, "type"),
				    .note = data_find_text(node, "note"),
				    .at = id->at};
	anchor = anchor_of(c->mem, id->text);
	if (!map_has(&framework->anchors, anchor)) {
		control->anchor = anchor;
		map_put(&framework->anchors, c->mem, anchor, framework);
	}
	for (size_t i = 0; list && list->kind == DATA_LIST && i < list->n; i++)
		read_carrier(c, control, list->items[i]);
}

void catalog_read_controls(struct catalog *c)
{
	struct workspace *ws = c->ws;

	for (size_t i = 0; i < ws->records.n; i++) {
		const struct record *record = ws->records.items[i];
		const struct data_node *list = data_find(record->node, "controls");
		const char *title = data_find_text(record->node, "title");
		struct framework *framework;
		if (!record->kind || !record->id || strcmp(record->kind, "controls") != 0 ||
		    map_get(&ws->record_by_id, record->id) != record)
			continue;
		framework = arena_new(c->mem, struct framework, 1);
		framework->record = record;
		framework->id = record->id;
		framework->title = title ? title : record->id;
		framework->name = data_find_text(record->node, "framework");
		framework->source = data_find_text(record->node, "source");
		for (size_t k = 0; list && list->kind == DATA_LIST && k < list->n; k++)
			read_control(c, framework, list->items[k]);
		*ARENA_PUSH(c->mem, &ws->frameworks) = framework;
	}
}

bool controls_kind_exists(const struct workspace *ws, const char *kind)
{
	return map_has(&ws->record_kind_by_name, kind) || map_has(&ws->template_by_kind, kind);
}

/* ---- what a kind serves ---- */

static void serve(struct catalog *c, const char *kind, const struct served *served)
{
	struct served_list *list = map_get(&c->ws->served, kind);
	const struct served *last;

	if (!list) {
		list = arena_new(c->mem, struct served_list, 1);
		map_put(&c->ws->served, c->mem, kind, list);
	}
	last = list->n ? &list->items[list->n - 1] : NULL;
	if (last && last->control == served->control && last->requirement == served->requirement &&
	    last->field == served->field)
		return;
	*ARENA_PUSH(c->mem, list) = *served;
}

/* The kind of documents or records that a carrier belongs to; NULL where it belongs to none. */
static const char *kind_of(const struct carrier *carrier)
{
	if (carrier->record_kind)
		return carrier->record_kind->kind;
	/* a section beyond the template is the document's own */
	if (carrier->kind == CARRIER_FIELD || carrier->requirement)
		return carrier->tmpl->kind;
	return NULL;
}

/* By its carriers; by its `where:` where none of them is of that kind. */
static void serve_control(struct catalog *c, const struct control *control)
{
	bool by_carrier = false;

	for (size_t i = 0; i < control->carriers.n; i++) {
		const struct carrier *carrier = &control->carriers.items[i];
		const char *kind = carrier->found ? kind_of(carrier) : NULL;
		if (!kind)
			continue;
		serve(c, kind, &(struct served){control, carrier->requirement, carrier->field});
		by_carrier = by_carrier || (control->where && !strcmp(kind, control->where));
	}
	if (control->where && !by_carrier && controls_kind_exists(c->ws, control->where))
		serve(c, control->where, &(struct served){.control = control});
}

void catalog_serve_controls(struct catalog *c)
{
	for (size_t i = 0; i < c->ws->frameworks.n; i++)
		for (size_t k = 0; k < c->ws->frameworks.items[i]->controls.n; k++)
			serve_control(c, &c->ws->frameworks.items[i]->controls.items[k]);
}

const struct served_list *controls_served(const struct workspace *ws, const char *kind)
{
	return map_get(&ws->served, kind);
}
