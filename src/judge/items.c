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

/* The records of the kind that `accepts=` asks for, about the same subject, that an item links to:
 * the first that has passed, the first that has not. */
struct cited {
	const struct record *passed, *other;
};

static bool has_passed(const struct record *record)
{
	const char *result = data_find_text(record->node, "result");

	return result && !strcmp(result, "pass");
}

static void cite(struct cited *cited, const struct document *doc, const struct match *item,
		 const struct record *record)
{
	const struct record **place = has_passed(record) ? &cited->passed : &cited->other;

	if (!*place && record->kind && !strcmp(record->kind, item->requirement->accepts) &&
	    about_the_same(&doc->about, &record->about))
		*place = record;
}

/* By the link of a record's file. */
static void cite_files(struct cited *cited, const struct document *doc, const struct match *item,
		       uint32_t after)
{
	for (size_t i = 0; i < doc->links.n; i++) {
		const struct link *link = &doc->links.items[i];
		const struct data_file *file = link->page ? link->page->file : NULL;

		if (link->node <= item->node || link->node >= after)
			continue;
		for (size_t k = 0; file && k < file->records.n; k++)
			cite(cited, doc, item, file->records.items[k]);
	}
}

/* By [[id]]. */
static void cite_ids(struct cited *cited, const struct document *doc, const struct match *item,
		     uint32_t after)
{
	const struct live *live = doc->live;

	for (size_t i = 0; live && i < live->spans.n; i++) {
		const struct live_span *span = &live->spans.items[i];
		if (span->kind == LIVE_LINK && span->resolved && span->target.record &&
		    span->node > item->node && span->node < after)
			cite(cited, doc, item, span->target.record);
	}
}

static struct cited cited_records(const struct document *doc, const struct match *item)
{
	struct cited cited = {0};
	uint32_t after = doc->text.body.nodes[item->node].after;

	if (item->requirement->accepts) {
		cite_files(&cited, doc, item, after);
		cite_ids(&cited, doc, item, after);
	}
	return cited;
}

enum item_state judge_item(const struct workspace *ws, const struct document *doc,
			   const struct match *item, const struct record **record)
{
	const struct waiver *waiver;
	struct cited cited;

	*record = NULL;
	if (item->state == MATCH_MISSING)
		return ITEM_MISSING;
	if (item->not_applicable)
		return ITEM_NOT_APPLICABLE;
	cited = cited_records(doc, item);
	*record = cited.passed ? cited.passed : item->ticked ? cited.other : NULL;
	if (cited.passed)
		return ITEM_SHOWN;
	if (item->ticked)
		return ITEM_CLAIMED;
	waiver = waiver_of_item(ws, doc, item);
	if (!waiver || !waiver_holds(waiver, ws->as_of))
		return ITEM_OPEN;
	*record = waiver->record;
	return ITEM_WAIVED;
}

/* Ticked only; where a record is linked that has not passed, that is why. */
static void report_claimed(struct court *court, const struct match *item,
			   const struct record *record)
{
	struct finding *f = diag_add(court->diags, RULE_EVIDENCE_CLAIMED, item->at, "'%s'",
				     item->requirement->title);
	const char *result = record ? data_find_text(record->node, "result") : NULL;

	if (record)
		diag_help(court->diags, f, "%s %s does not show it: %s%s", record->kind,
			  record->id ? record->id : "that is linked",
			  result ? "result: " : "it has no result", result ? result : "");
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
	const struct record *record;

	switch (judge_item(court->ws, doc, item, &record)) {
	case ITEM_CLAIMED:
		report_claimed(court, item, record);
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
