/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/items.c - the state of checklist items */
#include "base/date.h"
#include "catalog/live.h"
#include "catalog/waivers.h"
#include "judge/judge_internal.h"
#include <string.h>

/* Names and shapes in one table; a state is a word and a shape before it is a colour. */
static const struct {
	const char *name, *shape;
} states[] = {
    [ITEM_SHOWN] = {"shown", "●"},
    [ITEM_CLAIMED] = {"claimed", "◐"},
    [ITEM_CONTRADICTED] = {"contradicted", "✕"},
    [ITEM_OPEN] = {"open", "○"},
    [ITEM_NOT_APPLICABLE] = {"not applicable", "–"},
    [ITEM_WAIVED] = {"waived", "◇"},
    [ITEM_MISSING] = {"missing", "∅"},
};

const char *item_state_name(enum item_state state)
{
	return states[state].name;
}

const char *item_state_shape(enum item_state state)
{
	return states[state].shape;
}

/* What is about nothing is about nothing else that is about nothing. */
static bool about_the_same(const struct subject *doc, const struct subject *record)
{
	if (doc->version)
		return record->version == doc->version;
	if (doc->record && record->record == doc->record)
		return true;
	return doc->model && record->model == doc->model;
}

/* What the item's `accepts=` allows: of that kind, about the same subject, passed. */
static bool is_accepted(const struct document *doc, const struct match *item,
			const struct record *record)
{
	const char *result = data_find_text(record->node, "result");

	return record->kind && !strcmp(record->kind, item->requirement->accepts) &&
	       about_the_same(&doc->about, &record->about) && result && !strcmp(result, "pass");
}

/* A record of the linked file that is accepted. */
static const struct record *accepted_record(const struct document *doc, const struct match *item,
					    const struct link *link)
{
	const struct data_file *file = link->page ? link->page->file : NULL;

	for (size_t i = 0; file && i < file->records.n; i++) {
		const struct record *record = file->records.items[i];
		if (is_accepted(doc, item, record))
			return record;
	}
	return NULL;
}

/* The same by [[id]]. */
static const struct record *accepted_by_id(const struct document *doc, const struct match *item,
					   uint32_t after)
{
	const struct live *live = doc->live;

	for (size_t i = 0; live && i < live->spans.n; i++) {
		const struct live_span *span = &live->spans.items[i];
		const struct record *record = span->target.record;
		if (span->kind == LIVE_LINK && span->resolved && record &&
		    span->node > item->node && span->node < after && is_accepted(doc, item, record))
			return record;
	}
	return NULL;
}

static const struct record *find_shown_by(const struct document *doc, const struct match *item)
{
	const struct md_node *n = &doc->text.body.nodes[item->node];

	if (!item->requirement->accepts)
		return NULL;
	for (size_t i = 0; i < doc->links.n; i++) {
		const struct link *link = &doc->links.items[i];
		const struct record *record;
		if (link->node <= item->node || link->node >= n->after)
			continue;
		record = accepted_record(doc, item, link);
		if (record)
			return record;
	}
	return accepted_by_id(doc, item, n->after);
}

enum item_state judge_item(const struct workspace *ws, const struct document *doc,
			   const struct match *item, const struct record **shown_by)
{
	*shown_by = NULL;
	if (item->state == MATCH_MISSING)
		return ITEM_MISSING;
	if (item->not_applicable)
		return ITEM_NOT_APPLICABLE;
	*shown_by = find_shown_by(doc, item);
	if (*shown_by)
		return ITEM_SHOWN;
	if (item->ticked)
		return ITEM_CLAIMED;
	const struct waiver *waiver = waiver_of_item(ws, doc, item);
	if (!waiver || !waiver_holds(waiver, ws->as_of))
		return ITEM_OPEN;
	*shown_by = waiver->record;
	return ITEM_WAIVED;
}

static void report_waived(struct court *court, const struct match *item,
			  const struct waiver *waiver)
{
	char day[DATE_TEXT];

	diag_add(court->diags, RULE_EVIDENCE_WAIVED, item->at, "'%s': until %s, by %s: %s",
		 item->requirement->title, date_format(day, waiver->expires), waiver->approver,
		 waiver->reason);
}

/* Open, and not told as open where a waiver has ended: that is what must be looked at. */
static void report_open(struct court *court, const struct document *doc, const struct match *item)
{
	const struct waiver *waiver = waiver_of_item(court->ws, doc, item);
	struct finding *f;
	char day[DATE_TEXT];

	if (waiver && waiver->expires < court->ws->as_of) {
		f = diag_add(court->diags, RULE_EVIDENCE_WAIVER_EXPIRED, item->at,
			     "'%s': %s held until %s", item->requirement->title,
			     waiver->record->id ? waiver->record->id : "its waiver",
			     date_format(day, waiver->expires));
		diag_help(court->diags, f, "it was granted by %s: %s", waiver->approver,
			  waiver->reason);
		return;
	}
	f = diag_add(court->diags, RULE_EVIDENCE_OPEN, item->at, "'%s'", item->requirement->title);
	if (doc->decision == DECISION_APPROVED) {
		f->severity = SEVERITY_ERROR;
		diag_help(court->diags, f, "the document's decision is 'approved'");
	}
}

static void report_item(struct court *court, const struct document *doc, const struct match *item)
{
	const struct record *shown_by;

	switch (judge_item(court->ws, doc, item, &shown_by)) {
	case ITEM_CLAIMED:
		diag_add(court->diags, RULE_EVIDENCE_CLAIMED, item->at, "'%s'",
			 item->requirement->title);
		break;
	case ITEM_OPEN:
		report_open(court, doc, item);
		break;
	case ITEM_WAIVED:
		report_waived(court, item, waiver_of_item(court->ws, doc, item));
		break;
	case ITEM_NOT_APPLICABLE:
		if (item->reason)
			diag_add(court->diags, RULE_EVIDENCE_NOT_APPLICABLE, item->at, "'%s': %s",
				 item->requirement->title, item->reason);
		else
			diag_help(court->diags,
				  diag_add(court->diags, RULE_EVIDENCE_NO_REASON, item->at, "'%s'",
					   item->requirement->title),
				  "write (n/a: the reason)");
		break;
	case ITEM_SHOWN:
	case ITEM_CONTRADICTED:
	case ITEM_MISSING: /* doc/missing-item says it */
		break;
	}
}

void judge_items(struct court *court, const struct document *doc, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (child->requirement->type == REQUIRE_ITEM)
			report_item(court, doc, child);
		judge_items(court, doc, child);
	}
}
