/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/documents.c - front matter, sections, items and columns of a document */
#include "base/date.h"
#include "base/text.h"
#include "judge/judge_internal.h"
#include <stdint.h>
#include <string.h>

static void count_under(const struct match *match, size_t *sections, size_t *items)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		*sections += child->requirement->type == REQUIRE_SECTION;
		*items += child->requirement->type == REQUIRE_ITEM;
		count_under(child, sections, items);
	}
}

/* " with 2 sections and 3 items under it", "" for none. */
static const char *what_is_under(struct court *court, const struct match *match)
{
	size_t sections = 0, items = 0;
	const char *s, *i;

	count_under(match, &sections, &items);
	s = arena_printf(court->mem, "%zu section%s", sections, sections == 1 ? "" : "s");
	i = arena_printf(court->mem, "%zu item%s", items, items == 1 ? "" : "s");
	if (sections && items)
		return arena_printf(court->mem, " with %s and %s under it", s, i);
	if (sections || items)
		return arena_printf(court->mem, " with %s under it", sections ? s : i);
	return "";
}

static const char *range_text(struct court *court, const struct requirement *req)
{
	if (req->repeat_max == SIZE_MAX)
		return arena_printf(court->mem, "%zu or more", req->repeat_min);
	if (req->repeat_min == req->repeat_max)
		return arena_printf(court->mem, "%zu", req->repeat_min);
	return arena_printf(court->mem, "%zu to %zu", req->repeat_min, req->repeat_max);
}

static bool is_matched(const struct match *match, uint32_t node)
{
	if (match->node == node)
		return true;
	for (size_t i = 0; i < match->children.n; i++)
		if (is_matched(match->children.items[i], node))
			return true;
	return false;
}

/* A heading that stands for no section of the template, and may be a slip of this one's title; 0
 * where there is none. */
static uint32_t find_slip(const struct document *doc, const char *title)
{
	enum { MOST = 200 };
	const struct md_tree *tree = &doc->text.body;
	const char *titles[MOST], *near;
	uint32_t nodes[MOST];
	size_t n = 0, i = 0;

	for (uint32_t node = 1; node < tree->n && n < MOST; node++) {
		if (tree->nodes[node].type != MD_HEADING)
			continue;
		nodes[n] = node;
		titles[n++] = md_text(tree, &tree->nodes[node]);
	}
	near = n ? text_nearest(title, titles, n) : NULL;
	while (i < n && titles[i] != near)
		i++;
	return i < n && !is_matched(doc->match, nodes[i]) ? nodes[i] : 0;
}

/* Which line adds the section, and which heading may be meant to be it. */
static void help_section(struct court *court, const struct document *doc, const struct match *match,
			 struct finding *f)
{
	const struct requirement *req = match->requirement;
	const char *marks = arena_strndup(court->mem, "######", req->level);
	const char *add = arena_printf(court->mem, "add `%s %s`", marks, req->title);
	uint32_t slip = find_slip(doc, req->title);

	if (match->parent && match->parent->parent)
		add = arena_printf(court->mem, "%s under '%s'", add, match->parent->title);
	if (slip) {
		const struct md_node *node = &doc->text.body.nodes[slip];
		struct span at = {doc->text.source, node->start, node->end};
		diag_help(court->diags, f, "'%s' in line %u is near: change its words, or %s",
			  md_text(&doc->text.body, node), source_position(&at).line, add);
	} else
		diag_help(court->diags, f, "%s", add);
}

static void report_missing_section(struct court *court, const struct document *doc,
				   const struct match *match)
{
	const struct requirement *req = match->requirement;
	struct finding *f;

	if (req->repeat_max) {
		if (req->repeat_min)
			diag_add(court->diags, RULE_DOC_REPEAT_COUNT, match->at,
				 "'%s': 0 found, %s asked for", req->title, range_text(court, req));
		return;
	}
	f = diag_add(court->diags, RULE_DOC_MISSING_SECTION, match->at, "'%s'%s", req->title,
		     what_is_under(court, match));
	help_section(court, doc, match, f);
}

static void judge_level(struct court *court, const struct match *match)
{
	const struct requirement *req = match->requirement;

	if (match->level != req->level)
		diag_help(
		    court->diags,
		    diag_add(court->diags, RULE_DOC_HEADING_LEVEL, match->at, "'%s'", req->title),
		    "the template has it at level %u, here it is at level %u", req->level,
		    match->level);
}

static void judge_content(struct court *court, const struct match *match)
{
	const struct requirement *req = match->requirement;

	if (match->state == MATCH_EMPTY) {
		diag_add(court->diags, RULE_DOC_EMPTY_SECTION, match->at, "'%s'", match->title);
		return;
	}
	if (match->state == MATCH_PLACEHOLDER) {
		diag_add(court->diags, RULE_DOC_PLACEHOLDER, match->placeholder, "'%s'",
			 match->title);
		return;
	}
	if (match->words < req->min_words)
		diag_help(
		    court->diags,
		    diag_add(court->diags, RULE_DOC_TOO_SHORT, match->at, "'%s'", match->title),
		    "the template asks for %zu words or more, here are %zu", req->min_words,
		    match->words);
	if (match->steps < req->min_steps)
		diag_help(
		    court->diags,
		    diag_add(court->diags, RULE_DOC_MISSING_STEPS, match->at, "'%s'", match->title),
		    "the template asks for a numbered list of %zu steps or more, the longest "
		    "here has %zu",
		    req->min_steps, match->steps);
	if (match->rows < req->min_rows)
		diag_add(court->diags, RULE_DOC_MISSING_ROW,
			 match->table.source ? match->table : match->at,
			 "'%s': %zu found, %zu or more asked for", match->title, match->rows,
			 req->min_rows);
}

static void judge_repeats(struct court *court, const struct match *match)
{
	const struct requirement *req = match->requirement;

	if (!match->repeats || !req->repeat_max ||
	    (match->repeats >= req->repeat_min && match->repeats <= req->repeat_max))
		return;
	diag_add(court->diags, RULE_DOC_REPEAT_COUNT, match->at, "'%s': %zu found, %s asked for",
		 req->title, match->repeats, range_text(court, req));
}

/* In an ordered section each subsection stands behind those before it in the template. */
static void judge_order(struct court *court, const struct match *match)
{
	const struct match *last = NULL;

	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (child->requirement->type != REQUIRE_SECTION || !child->node)
			continue;
		if (last && child->node < last->node)
			diag_help(
			    court->diags,
			    diag_add(court->diags, RULE_DOC_ORDER, child->at, "'%s'", child->title),
			    "it belongs behind '%s'", last->title);
		else
			last = child;
	}
}

static const char *box_text(bool ticked, bool not_applicable)
{
	return not_applicable ? "marked (n/a)" : ticked ? "ticked" : "not ticked";
}

/* An item is there, and there once: of two boxes one may be ticked and the other not. */
static void judge_presence(struct court *court, const struct match *match)
{
	const char *title = match->requirement->title;

	if (match->state == MATCH_MISSING) {
		diag_help(court->diags,
			  diag_add(court->diags, RULE_DOC_MISSING_ITEM, match->at, "'%s'", title),
			  "add `- [ ] %s` to this section", title);
		return;
	}
	for (size_t i = 0; i < match->copies.n; i++) {
		const struct item_copy *copy = &match->copies.items[i];
		struct position first = source_position(&match->at);
		const char *counted = box_text(match->ticked, match->not_applicable);
		const char *other = box_text(copy->ticked, copy->not_applicable);
		struct finding *f =
		    diag_add(court->diags, RULE_DOC_DUPLICATE_ITEM, copy->at, "'%s'", title);
		if (counted == other)
			diag_help(court->diags, f, "it stands at line %u, too", first.line);
		else
			diag_help(court->diags, f,
				  "it is %s here and %s at line %u, which is the one that counts",
				  other, counted, first.line);
	}
}

static void judge_row(struct court *court, const struct match *match)
{
	const char *title = match->requirement->title;
	struct finding *f;

	if (match->state != MATCH_MISSING && match->state != MATCH_EMPTY)
		return;
	f = diag_add(court->diags, RULE_DOC_MISSING_ROW, match->at, "'%s'", title);
	if (match->state == MATCH_EMPTY)
		diag_help(court->diags, f, "the row is there, and its other cells are empty");
	else
		diag_help(court->diags, f, "add a row to the table that begins with '%s'", title);
}

static void judge_match(struct court *court, const struct document *doc, const struct match *match)
{
	const struct requirement *req = match->requirement;

	switch (req->type) {
	case REQUIRE_ROOT:
		break;
	case REQUIRE_SECTION:
		if (match->state == MATCH_MISSING) {
			report_missing_section(court, doc, match);
			return;
		}
		judge_level(court, match);
		judge_repeats(court, match);
		judge_content(court, match);
		break;
	case REQUIRE_ITEM:
		judge_presence(court, match);
		return;
	case REQUIRE_COLUMN:
		if (match->state == MATCH_MISSING)
			diag_add(court->diags, RULE_DOC_MISSING_COLUMN, match->at, "'%s'",
				 req->title);
		return;
	case REQUIRE_ROW:
		judge_row(court, match);
		return;
	}
	if (req->ordered)
		judge_order(court, match);
	for (size_t i = 0; i < match->children.n; i++)
		judge_match(court, doc, match->children.items[i]);
}

static const char *about_names(struct court *court, unsigned kinds)
{
	static const char *const names[] = {"the workspace (no about)", "MODEL", "MODEL@VERSION",
					    "the id of a run", "the id of an incident"};
	const char *text = "";

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
		if (kinds & (1u << i))
			text =
			    *text ? arena_printf(court->mem, "%s or %s", text, names[i]) : names[i];
	return text;
}

static void judge_about(struct court *court, const struct document *doc)
{
	const struct data_node *node = data_find(doc->text.front_matter, "about");
	struct finding *f;

	if (node && node->kind != DATA_NULL && !data_text(node)) {
		diag_add(court->diags, RULE_DOC_FRONT_MATTER_SCHEMA, node->at,
			 "'about' must be one id, found %s", data_kind_name(node->kind));
		return;
	}
	if (doc->about.unresolved) {
		f = diag_add(court->diags, RULE_DATA_UNKNOWN_REFERENCE, doc->about.at, "'%s'",
			     doc->about.text);
		judge_help_subject(court, f, doc->about.text);
		return;
	}
	if (!doc->tmpl->about || (doc->tmpl->about & doc->about.kind))
		return;
	if (*doc->about.text)
		f = diag_add(court->diags, RULE_DOC_FRONT_MATTER_SCHEMA, doc->about.at,
			     "'about' is '%s'", doc->about.text);
	else
		f = diag_add(court->diags, RULE_DOC_FRONT_MATTER_SCHEMA, doc->text.front_matter_at,
			     "'about' is missing");
	diag_help(court->diags, f, "a document of kind %s is about %s", doc->kind,
		  about_names(court, doc->tmpl->about));
}

/* Adds what a schema says of the places that none of the findings from `first` on speaks of: a
 * template refines what it extends, so that its own words are the better ones. Of keys that are
 * missing each is told apart. */
static void check_schema(struct court *court, const struct document *doc,
			 const struct schema *schema, const struct data_node *map, size_t first)
{
	static const struct schema_rules rules = {RULE_DOC_FRONT_MATTER_SCHEMA,
						  RULE_DOC_FRONT_MATTER_SCHEMA,
						  RULE_DOC_FRONT_MATTER_SCHEMA};
	struct diag_sink *diags = court->diags;
	size_t before = diags->n, kept = before;

	schema_check(schema, map, doc->text.front_matter_at, &rules, court->mem, diags);
	for (size_t i = before; i < diags->n; i++) {
		const struct finding *f = &diags->items[i];
		size_t k = first;
		while (k < before && (diags->items[k].at.start != f->at.start ||
				      (f->at.start == doc->text.front_matter_at.start &&
				       strcmp(diags->items[k].detail, f->detail) != 0)))
			k++;
		if (k == before)
			diags->items[kept++] = *f;
	}
	diags->n = kept;
}

static void judge_front_matter(struct court *court, const struct document *doc)
{
	const struct data_node *map = doc->text.front_matter;
	size_t first = court->diags->n;
	struct data_node *none;

	if (!map) {
		none = arena_new(court->mem, struct data_node, 1);
		none->kind = DATA_MAP;
		none->at = doc->text.front_matter_at;
		none->text = "";
		map = none;
	}
	for (const struct template *tmpl = doc->tmpl; tmpl; tmpl = tmpl->base)
		if (tmpl->front_matter)
			check_schema(court, doc, tmpl->front_matter, map, first);
}

/* A document may say which version of its template it follows. */
static void judge_template_version(struct court *court, const struct document *doc)
{
	const struct data_node *node = data_find(doc->text.front_matter, "template_version");
	const struct template *tmpl = doc->tmpl, *current = tmpl->current ? tmpl->current : tmpl;
	char day[DATE_TEXT];
	struct finding *f;
	size_t version;

	if (!node)
		return;
	if (!template_version_read(data_text(node), &version)) {
		diag_add(court->diags, RULE_DOC_FRONT_MATTER_SCHEMA, node->at,
			 "'template_version' must be a whole number from 1 to 1000000, found %s",
			 data_text(node) ? arena_printf(court->mem, "'%s'", data_text(node))
					 : data_kind_name(node->kind));
		return;
	}
	if (version == current->version)
		return;
	f = diag_add(court->diags, RULE_DOC_FORMER_TEMPLATE, node->at, "version %zu of '%s'",
		     version, doc->kind);
	if (tmpl->current) {
		diag_help(court->diags, f, "accepted until %s; the version in force is %zu",
			  date_format(day, tmpl->accepted_until), current->version);
		return;
	}
	f->severity = SEVERITY_WARNING;
	for (size_t i = 0; i < current->former.n; i++) {
		const struct template *former = current->former.items[i];
		if (version != former->version)
			continue;
		if (former->accepted_until == INT32_MIN)
			diag_help(court->diags, f,
				  "it is not accepted; the document is held against version %zu",
				  current->version);
		else
			diag_help(court->diags, f,
				  "it was accepted until %s; the document is held against version "
				  "%zu",
				  date_format(day, former->accepted_until), current->version);
		return;
	}
	diag_help(court->diags, f,
		  "there is no such version; the document is held against version "
		  "%zu",
		  current->version);
}

void judge_requirements(struct court *court, const struct document *doc)
{
	judge_match(court, doc, doc->match);
	judge_language(court, doc);
}

void judge_document(struct court *court, const struct document *doc)
{
	judge_about(court, doc);
	judge_front_matter(court, doc);
	judge_template_version(court, doc);
	if (!doc->match)
		return;
	/* Items are claims only where a document is about something that records describe; a
	 * handbook shows them to be ticked elsewhere. */
	if (doc->about.kind != ABOUT_WORKSPACE)
		judge_items(court, doc, doc->match);
}
