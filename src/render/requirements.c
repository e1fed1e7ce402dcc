/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/requirements.c - what a document must hold, with the state of each part */
#include "base/date.h"
#include "base/text.h"
#include "catalog/outline.h"
#include "catalog/waivers.h"
#include "render/live_html.h"
#include "render/page_writer.h"
#include <string.h>

struct walk {
	const struct page_job *job;
	const struct document *doc;
	void (*each)(void *ctx, const struct match *match);
	void *ctx;
};

static bool is_listed(const struct match *match)
{
	enum requirement_type type = match->requirement->type;

	return type == REQUIRE_ITEM || (type != REQUIRE_ROOT && match->state != MATCH_PRESENT);
}

static void walk_matches(const struct walk *walk, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (is_listed(child))
			walk->each(walk->ctx, child);
		walk_matches(walk, child);
	}
}

void requirements_each(const struct page_job *job, const struct document *doc,
		       void (*each)(void *ctx, const struct match *match), void *ctx)
{
	struct walk walk = {job, doc, each, ctx};

	if (doc->match)
		walk_matches(&walk, doc->match);
}

static const struct match *section_of(const struct match *match)
{
	for (const struct match *m = match->parent; m; m = m->parent)
		if (m->requirement->type == REQUIRE_SECTION)
			return m;
	return NULL;
}

struct fill {
	struct page_job *job;
	struct view *view;
	const char *name;
	const struct document *doc;
	size_t n;
};

/* An item's words as the document's page has them: with its values, and ids by their names. */
static const char *item_text(const struct fill *fill, const struct match *match)
{
	const struct document *doc = fill->doc;
	const struct md_tree *tree = &doc->text.body;
	uint32_t paragraph = match->node + 1;
	const char *words;

	if (!doc->live || match->state == MATCH_MISSING ||
	    match->requirement->type != REQUIRE_ITEM ||
	    paragraph >= tree->nodes[match->node].after ||
	    tree->nodes[paragraph].type != MD_PARAGRAPH)
		return match->title;
	words = markdown_live_plain(fill->job->mem, doc, paragraph, live_writer_of(fill->job));
	return text_collapse(fill->job->mem, words, strlen(words));
}

static const char *reason_text(struct arena *mem, const char *words)
{
	const char *reason;
	size_t before;

	outline_not_applicable(mem, words, &before, &reason);
	return reason ? arena_printf(mem, "reason: %s", reason) : "no reason is given";
}

static const char *waived_text(const struct page_job *job, const struct waiver *waiver)
{
	char day[DATE_TEXT];

	return arena_printf(job->mem, "waived until %s by %s: %s",
			    date_format(day, waiver->expires), waiver->approver, waiver->reason);
}

static const char *claimed_text(const struct page_job *job, const struct record *linked)
{
	const char *result = linked ? data_find_text(linked->node, "result") : NULL;

	if (!linked)
		return "ticked; no record confirms it";
	return arena_printf(job->mem, "ticked; the %s that is linked does not confirm it: %s%s",
			    linked->kind, result ? "its result is " : "it has no result",
			    result ? result : "");
}

/* Why an item has its state, in a few words. */
static const char *evidence_text(const struct page_job *job, const struct document *doc,
				 const struct match *match, const char *words,
				 enum item_state state, const struct record *record)
{
	switch (state) {
	case ITEM_SHOWN:
		return record && record->id
			   ? arena_printf(job->mem, "shown by %s %s", record->kind, record->id)
			   : "shown by a record";
	case ITEM_CLAIMED:
		return claimed_text(job, record);
	case ITEM_CONTRADICTED:
		return "ticked; the records say otherwise";
	case ITEM_OPEN:
		return "not ticked";
	case ITEM_NOT_APPLICABLE:
		return reason_text(job->mem, words);
	case ITEM_WAIVED:
		return waived_text(job, waiver_of_item(job->ws, doc, match));
	case ITEM_MISSING:
		return match->parent && match->parent->state == MATCH_MISSING
			   ? "its section is missing"
			   : "the document does not hold it";
	}
	return NULL;
}

static void fill_item(struct fill *fill, struct view *entry, const struct match *match,
		      const char *words)
{
	struct page_job *job = fill->job;
	const struct record *shown_by = NULL;
	enum item_state state = judge_item(job->ws, fill->doc, match, &shown_by);

	if (!document_has_states(fill->doc)) {
		view_word(entry, "state", (struct word){"asked for", "·", "unknown"});
		view_text(entry, "evidence", NULL);
		view_text(entry, "evidence_url", NULL);
		view_text(entry, "evidence_place", NULL);
		return;
	}
	view_word(entry, "state", item_word(state));
	view_text(entry, "evidence", evidence_text(job, fill->doc, match, words, state, shown_by));
	view_address(entry, "evidence_url", shown_by ? place_href(job, &shown_by->node->at) : NULL);
	view_text(entry, "evidence_place", shown_by ? place_text(job, &shown_by->node->at) : NULL);
}

static void fill_part(struct fill *fill, struct view *entry, const struct match *match)
{
	static const struct word words[] = {
	    [MATCH_PRESENT] = {"there", "●", "good"},
	    [MATCH_MISSING] = {"missing", "∅", "critical"},
	    [MATCH_EMPTY] = {"empty", "∅", "critical"},
	    [MATCH_PLACEHOLDER] = {"placeholder", "∅", "critical"},
	};
	enum requirement_type type = match->requirement->type;

	(void)fill;
	view_word(entry, "state", words[match->state]);
	view_text(entry, "evidence",
		  type == REQUIRE_COLUMN          ? "required column of a table"
		  : type == REQUIRE_ROW           ? "required row of a table"
		  : match->state == MATCH_MISSING ? "required section"
						  : "section without content");
	view_text(entry, "evidence_url", NULL);
	view_text(entry, "evidence_place", NULL);
}

static void fill_each(void *ctx, const struct match *match)
{
	struct fill *fill = ctx;
	struct page_job *job = fill->job;
	struct view *entry = view_list(fill->view, fill->name);
	const struct match *section = section_of(match);
	const char *words = item_text(fill, match);

	fill->n++;
	view_text(entry, "title", words);
	view_text(entry, "section", section ? section->title : NULL);
	view_address(entry, "url",
		     match->anchor && match->state != MATCH_MISSING
			 ? href(job, fill->doc->page, match->anchor)
			 : NULL);
	if (match->requirement->type == REQUIRE_ITEM)
		fill_item(fill, entry, match, words);
	else
		fill_part(fill, entry, match);
}

size_t requirements_fill(struct page_job *job, struct view *view, const char *name,
			 const struct document *doc)
{
	struct fill fill = {job, view, name, doc, 0};

	requirements_each(job, doc, fill_each, &fill);
	if (!fill.n)
		view_empty_list(view, name);
	return fill.n;
}

struct count {
	const struct page_job *job;
	const struct document *doc;
	struct item_counts counts;
};

static void count_matches(struct count *count, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		const struct record *shown_by;
		if (child->requirement->type == REQUIRE_ITEM) {
			enum item_state state =
			    judge_item(count->job->ws, count->doc, child, &shown_by);
			count->counts.by_state[state]++;
			count->counts.items++;
		} else if (child->requirement->type == REQUIRE_SECTION) {
			count->counts.sections++;
			count->counts.sections_good += child->state == MATCH_PRESENT;
		}
		count_matches(count, child);
	}
}

struct item_counts requirements_count(const struct page_job *job, const struct document *doc)
{
	struct count count = {.job = job, .doc = doc};

	if (doc->match)
		count_matches(&count, doc->match);
	return count.counts;
}

void status_add_waived(struct page_job *job, struct view *view, const struct version *version,
		       const char *url)
{
	struct item_counts all = {0};
	size_t waived;

	for (size_t i = 0; i < version->documents.n; i++) {
		struct item_counts counts = requirements_count(job, version->documents.items[i]);
		item_counts_add(&all, &counts);
	}
	waived = all.by_state[ITEM_WAIVED];
	status_add(view, "Waived",
		   waived ? plural(job->mem, waived, "condition", "conditions") : NULL, url,
		   "warning");
}

static const struct match *item_at(const struct match *match, uint32_t node)
{
	const struct match *found = NULL;

	for (size_t i = 0; i < match->children.n && !found; i++) {
		const struct match *child = match->children.items[i];
		bool here = child->requirement->type == REQUIRE_ITEM && child->node == node &&
			    child->state != MATCH_MISSING;
		found = here ? child : item_at(child, node);
	}
	return found;
}

const char *item_mark(const struct page_job *job, const struct document *doc, uint32_t node,
		      const char **shape)
{
	const struct match *item =
	    doc->match && document_has_states(doc) ? item_at(doc->match, node) : NULL;
	const struct record *shown_by;
	enum item_state state;

	if (!item)
		return NULL;
	state = judge_item(job->ws, doc, item, &shown_by);
	if (state != ITEM_WAIVED && state != ITEM_NOT_APPLICABLE && state != ITEM_CONTRADICTED)
		return NULL;
	*shape = item_state_shape(state);
	return item_state_name(state);
}
