/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/match_table.c - the tables of a section: required columns and rows, and their number
 *
 * A column may stand in any table of its section. Rows are looked for, and counted, in the tables
 * that have one of the section's columns. */
#include "base/text.h"
#include "catalog/match_internal.h"
#include <string.h>

struct tables {
	struct matcher *m;
	struct match *section;
	struct match **found; /* by the section's requirements */
	uint32_t first;       /* the first table; 0: none */
	uint32_t chosen;      /* the first one with a required column; 0: none */
	bool wants_rows;
};

static struct span node_span(const struct matcher *m, uint32_t node)
{
	const struct md_node *n = &m->doc->body.nodes[node];

	return span_at(m->doc->source, n->start, n->end);
}

static const char *cell_key(const struct matcher *m, uint32_t cell)
{
	const char *title = md_plain(m->scratch, &m->doc->body, cell);

	return text_match_key(m->scratch, title, strlen(title));
}

static void fill_cell(struct tables *t, size_t i, uint32_t cell)
{
	struct match *match =
	    match_add(t->m, t->section, t->section->requirement->children.items[i], 0);

	match->node = cell;
	match->at = node_span(t->m, cell);
	t->found[i] = match;
}

/* True where a cell of the header row is a required column. */
static bool match_header(struct tables *t, uint32_t row)
{
	const struct md_node *nodes = t->m->doc->body.nodes;
	const struct requirement *req = t->section->requirement;
	bool any = false;

	for (uint32_t cell = row + 1; cell < nodes[row].after; cell = nodes[cell].after) {
		const char *key = cell_key(t->m, cell);
		for (size_t i = 0; i < req->children.n; i++) {
			const struct requirement *child = req->children.items[i];
			if (child->type != REQUIRE_COLUMN || !match_key_fits(child, key))
				continue;
			any = true;
			if (!t->found[i])
				fill_cell(t, i, cell);
		}
	}
	return any;
}

/* Length of what a reader sees as nothing, or as "not filled in", at p; 0 for anything else. */
static size_t blank_length(const char *p)
{
	static const char *const blank[] = {
	    "\xc2\xa0",     "\xc2\xad",     "\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
	    "\xe2\x80\x90", "\xe2\x80\x91", "\xe2\x80\x92", "\xe2\x80\x93", "\xe2\x80\x94",
	    "\xe2\x80\x95", "\xe2\x80\xa6", "\xe2\x80\xaf", "\xe2\x81\xa0", "\xef\xbb\xbf"};

	if (*p && strchr(" \t\r\n-_.?", *p))
		return 1;
	for (size_t i = 0; i < sizeof blank / sizeof *blank; i++)
		if (text_starts_with(p, blank[i]))
			return strlen(blank[i]);
	return 0;
}

static bool cell_is_filled(const struct matcher *m, uint32_t cell)
{
	const struct md_tree *tree = &m->doc->body;

	for (uint32_t i = cell + 1; i < tree->nodes[cell].after; i++) {
		const struct md_node *n = &tree->nodes[i];
		const char *p = md_text(tree, n);
		size_t length;
		if (n->type == MD_IMAGE || n->type == MD_FOOTNOTE_REF)
			return true;
		if (n->type != MD_TEXT && n->type != MD_CODE)
			continue;
		while (*p && (length = blank_length(p)))
			p += length;
		if (*p)
			return true;
	}
	return false;
}

/* A row says something where a cell behind its first does; of a single column that cell. */
static bool row_is_filled(const struct matcher *m, uint32_t row)
{
	const struct md_node *nodes = m->doc->body.nodes;
	uint32_t first = row + 1;

	if (first >= nodes[row].after)
		return false;
	if (nodes[first].after >= nodes[row].after)
		return cell_is_filled(m, first);
	for (uint32_t cell = nodes[first].after; cell < nodes[row].after; cell = nodes[cell].after)
		if (cell_is_filled(m, cell))
			return true;
	return false;
}

static void match_row(struct tables *t, uint32_t row)
{
	const struct requirement *req = t->section->requirement;
	bool filled = row_is_filled(t->m, row);
	uint32_t cell = row + 1;
	const char *key;

	t->section->rows += filled;
	if (!t->wants_rows || cell >= t->m->doc->body.nodes[row].after)
		return;
	key = cell_key(t->m, cell);
	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *child = req->children.items[i];
		if (child->type != REQUIRE_ROW || !match_key_fits(child, key) ||
		    (t->found[i] && (t->found[i]->state == MATCH_PRESENT || !filled)))
			continue;
		if (!t->found[i])
			fill_cell(t, i, cell);
		t->found[i]->at = node_span(t->m, cell);
		t->found[i]->state = filled ? MATCH_PRESENT : MATCH_EMPTY;
	}
}

static void match_table(struct tables *t, uint32_t table)
{
	const struct md_node *nodes = t->m->doc->body.nodes;
	uint32_t header = table + 1;

	if (header >= nodes[table].after)
		return;
	if (!t->first)
		t->first = table;
	if (!match_header(t, header))
		return;
	if (!t->chosen)
		t->chosen = table;
	if (!t->wants_rows && !t->section->requirement->min_rows)
		return;
	for (uint32_t row = nodes[header].after; row < nodes[table].after; row = nodes[row].after)
		match_row(t, row);
}

static void add_missing(struct tables *t, struct span at)
{
	const struct requirement *req = t->section->requirement;

	for (size_t i = 0; i < req->children.n; i++) {
		const struct requirement *child = req->children.items[i];
		bool of_table = child->type == REQUIRE_COLUMN || child->type == REQUIRE_ROW;
		struct match *missing;
		if (!of_table || t->found[i] || !match_is_asked_for(t->m, child))
			continue;
		missing = match_add(t->m, t->section, child, 0);
		missing->state = MATCH_MISSING;
		missing->at = at;
	}
}

void match_tables(struct matcher *m, struct match *section, const struct range *range)
{
	const struct requirement *req = section->requirement;
	struct tables t = {.m = m, .section = section};
	size_t low = 0, high = m->outline.tables.n;
	bool wants_columns = false;
	uint32_t shown;

	for (size_t i = 0; i < req->children.n; i++) {
		wants_columns = wants_columns || req->children.items[i]->type == REQUIRE_COLUMN;
		t.wants_rows = t.wants_rows || req->children.items[i]->type == REQUIRE_ROW;
	}
	if (!wants_columns && !t.wants_rows && !req->min_rows)
		return;
	t.found = arena_new(m->scratch, struct match *, req->children.n + 1);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (m->outline.tables.items[middle] < range->from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < m->outline.tables.n && m->outline.tables.items[low] < range->to; low++)
		match_table(&t, m->outline.tables.items[low]);
	shown = t.chosen ? t.chosen : t.first;
	if (shown)
		section->table = node_span(m, shown + 1);
	add_missing(&t, shown ? section->table : section->at);
}
