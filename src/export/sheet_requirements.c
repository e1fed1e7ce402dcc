/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/sheet_requirements.c - a row for each section, item and column that a document must hold
 */
#include "export/sheet_builder.h"
#include <string.h>

static const struct sheet_column columns[] = {
    {"Document", COLUMN_TEXT, 34},     {"Kind", COLUMN_TEXT, 20},     {"About", COLUMN_TEXT, 20},
    {"Decision", COLUMN_STATE, 11},    {"Owner", COLUMN_TEXT, 24},    {"Section", COLUMN_TEXT, 30},
    {"Requirement", COLUMN_PROSE, 52}, {"Type", COLUMN_TEXT, 9},      {"State", COLUMN_STATE, 14},
    {"Because", COLUMN_PROSE, 34},     {"Identity", COLUMN_TEXT, 30}, {"Place", COLUMN_TEXT, 36},
    {"Page", COLUMN_TEXT, 36},
};

const struct sheet sheet_requirements = {
    .name = "Requirements",
    .title = "Each section, item, column and row that the template of a document asks for",
    COLUMNS(columns),
    .fill = fill_requirements,
};

static const char *decision_text(enum decision decision)
{
	static const char *const names[] = {"", "draft", "approved", "rework", "blocked"};

	return names[decision];
}

static const char *type_text(enum requirement_type type)
{
	static const char *const names[] = {"document", "section", "item", "column", "row"};

	return names[type];
}

static const char *section_state(enum match_state state)
{
	static const char *const names[] = {"present", "missing", "empty", "placeholder"};

	return names[state];
}

/* The anchor of the requirement, or of the nearest section above it that is there. */
static const char *anchor_of(const struct match *match)
{
	for (; match; match = match->parent)
		if (match->anchor && *match->anchor)
			return match->anchor;
	return NULL;
}

/* The titles of the sections that it stands under: "Evaluation › Calibration". */
static const char *section_path(struct arena *mem, const struct match *match)
{
	const struct match *up = match->parent;
	const char *before;

	if (!up || !up->parent)
		return "";
	before = section_path(mem, up);
	return *before ? arena_printf(mem, "%s › %s", before, up->title) : up->title;
}

static void state_cells(struct sheet_builder *b, const struct document *doc,
			const struct match *match)
{
	const struct record *shown_by = NULL;

	if (match->requirement->type != REQUIRE_ITEM) {
		cell_text(b, section_state(match->state));
		cell_text(b, NULL);
		b->counts.sections[match->state]++;
		return;
	}
	/* What a standard asks of others is no claim about itself: its items have no state. */
	if (doc->about.kind == ABOUT_WORKSPACE) {
		cell_text(b, section_state(match->state));
		cell_text(b, NULL);
		return;
	}
	enum item_state state = judge_item(b->book->ws, doc, match, &shown_by);
	cell_text(b, item_state_name(state));
	b->counts.items[state]++;
	if (shown_by)
		cell_place(b, &shown_by->node->at);
	else
		cell_text(b, match->reason);
}

/* "Principle: *" is shown as the document has it, an item as the template asks for it. */
static const char *shown_title(const struct match *match)
{
	const char *asked = match->requirement->title;
	bool own = match->requirement->type == REQUIRE_SECTION || !asked || !*asked;

	return own && match->title ? match->title : asked;
}

static void add_row(struct sheet_builder *b, const struct document *doc, const struct match *match)
{
	cell_text(b, doc->id);
	cell_text(b, doc->kind);
	cell_text(b, subject_text(&doc->about));
	cell_text(b, decision_text(doc->decision));
	cell_text(b, doc->owner);
	cell_text(b, section_path(b->mem, match));
	cell_text(b, shown_title(match));
	cell_text(b, type_text(match->requirement->type));
	state_cells(b, doc, match);
	cell_text(b, match->identity);
	cell_place(b, &match->at);
	cell_page(b, doc->page, anchor_of(match));
}

static void add_tree(struct sheet_builder *b, const struct document *doc, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		add_row(b, doc, match->children.items[i]);
		add_tree(b, doc, match->children.items[i]);
	}
}

void fill_requirements(struct sheet_builder *b)
{
	const struct workspace *ws = b->book->ws;

	for (size_t i = 0; i < ws->documents.n; i++)
		if (ws->documents.items[i]->match)
			add_tree(b, ws->documents.items[i], ws->documents.items[i]->match);
}
