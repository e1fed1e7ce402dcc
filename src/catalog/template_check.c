/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_check.c - what a template asks for and no document could give
 *
 * A finding stands in the file of the template that is checked: what it took over from another is
 * said there. */
#include "base/map.h"
#include "base/text.h"
#include "catalog/template.h"
#include <string.h>

struct check {
	struct arena *mem;
	const struct template *tmpl;
	struct diag_sink *diags;
};

static void invalid(struct check *c, struct span at, const char *detail, const char *help)
{
	struct finding *f = diag_add(c->diags, RULE_TEMPLATE_INVALID, at, "%s", detail);

	if (help)
		diag_help(c->diags, f, "%s", help);
}

static bool is_own(const struct check *c, const struct requirement *req)
{
	return req->home == c->tmpl;
}

/* ---- what stands beside one another ---- */

static bool is_bare(const struct requirement *req)
{
	return req->wildcard && !*req->keys[0];
}

/* What siblings take, by type and wording: the first of each, and the first of this template. */
struct takers {
	struct map any, own;
};

/* Its i-th wording as a key of `takers`; NULL where it is taken by nobody else: of two headings
 * with a * each takes one, unless the first is repeated. */
static const char *taken_key(const struct check *c, const struct requirement *req, size_t i)
{
	if (!req->wildcard && !*req->keys[i])
		return NULL;
	return arena_printf(c->mem, "%u%c%s", (unsigned)req->type, req->wildcard ? '*' : '=',
			    req->keys[i]);
}

static size_t n_taken(const struct requirement *req)
{
	return req->wildcard ? 1 : req->n_keys;
}

static void add_taker(struct check *c, struct takers *takers, struct requirement *req)
{
	if (req->wildcard && !req->repeat_max)
		return;
	for (size_t i = 0; i < n_taken(req); i++) {
		const char *key = taken_key(c, req, i);
		if (key && !map_has(&takers->any, key))
			map_put(&takers->any, c->mem, key, req);
		if (key && is_own(c, req) && !map_has(&takers->own, key))
			map_put(&takers->own, c->mem, key, req);
	}
}

/* The first before it that takes one of its wordings; NULL where a document can hold both. */
static const struct requirement *find_taker(const struct check *c, const struct takers *takers,
					    const struct requirement *req)
{
	const struct requirement *first = NULL;

	for (size_t i = 0; i < n_taken(req); i++) {
		const char *key = taken_key(c, req, i);
		const struct requirement *taker =
		    key ? map_get(is_own(c, req) ? &takers->any : &takers->own, key) : NULL;
		if (taker && (!first || taker->order < first->order))
			first = taker;
	}
	return first;
}

static void report_shared(struct check *c, const struct requirement *first,
			  const struct requirement *second)
{
	static const char *const names[] = {"document", "section", "item", "column", "row"};
	struct position at = source_position(&first->at);

	if (second->type == REQUIRE_COLUMN)
		invalid(c, second->at,
			arena_printf(c->mem, "the column '%s' stands in two tables of one section",
				     second->title),
			"give each table a section of its own: a section's columns are looked for "
			"in all its tables");
	else
		invalid(
		    c, second->at,
		    arena_printf(c->mem,
				 "'%s' means the same as the %s '%s', which takes what a document "
				 "has of it",
				 is_bare(second) ? "*" : second->title, names[first->type],
				 first->title),
		    arena_printf(c->mem,
				 "that one stands at %s:%u; take one of the two away, or change "
				 "the title or alias that both have",
				 first->at.source->path, at.line));
}

/* Siblings that take the same: each is compared with those before it. */
static void check_siblings(struct check *c, const struct requirement *parent)
{
	struct takers takers = {0};

	for (size_t i = 0; i < parent->children.n; i++) {
		struct requirement *second = parent->children.items[i];
		const struct requirement *first = find_taker(c, &takers, second);
		add_taker(c, &takers, second);
		if (first && is_own(c, second))
			report_shared(c, first, second);
		else if (first)
			report_shared(c, second, first);
	}
}

/* Which of the headings a bare * means is not said, so that it has no place in an order. */
static void check_order(struct check *c, const struct requirement *parent)
{
	const struct requirement *bare = NULL;
	size_t sections = 0;

	for (size_t i = 0; parent->ordered && i < parent->children.n; i++) {
		const struct requirement *child = parent->children.items[i];
		sections += child->type == REQUIRE_SECTION;
		if (child->type == REQUIRE_SECTION && is_bare(child))
			bare = child;
	}
	if (bare && sections > 1)
		invalid(c, bare->at, "a * that means any heading has no place in an order",
			"begin its title with words, as in 'Step: *', or take .ordered away");
}

/* ---- one requirement ---- */

static void check_rows(struct check *c, const struct requirement *req)
{
	const struct requirement *row = NULL;
	size_t columns = 0;

	for (size_t i = req->children.n; i-- > 0;) {
		columns += req->children.items[i]->type == REQUIRE_COLUMN;
		row = req->children.items[i]->type == REQUIRE_ROW ? req->children.items[i] : row;
	}
	if (req->min_rows && !columns && is_own(c, req))
		invalid(c, req->at, "min-rows asks for rows of a table, and the section has none",
			"add a table with its header row to the section");
	if (row && !columns && is_own(c, row))
		invalid(c, row->at, "a table with required rows has no titles in its header row",
			"name the columns: rows are looked for in a table that has one of them");
}

static void check_stage(struct check *c, const struct requirement *req)
{
	if (req->stage == STAGE_NONE || !is_own(c, req))
		return;
	if (c->tmpl->about == ABOUT_WORKSPACE)
		invalid(c, req->at,
			arena_printf(c->mem,
				     "'%s' is asked for from a stage on, and documents "
				     "about the workspace are in none",
				     req->title),
			"take stage= away, or say about: model or version");
	else if (req->optional)
		invalid(c, req->at,
			arena_printf(c->mem, "'%s' is optional, so that no stage asks for it",
				     req->title),
			"take .optional or stage= away");
}

/* Items of a document about the workspace are ticked elsewhere: none has a state. */
static void check_accepts(struct check *c, const struct requirement *req)
{
	if (req->accepts && c->tmpl->about == ABOUT_WORKSPACE && is_own(c, req))
		invalid(c, req->at,
			arena_printf(c->mem,
				     "'%s' is shown by a record, and none is about the same "
				     "as a document about the workspace",
				     req->title),
			"take accepts= away, or say about: model, version, run or incident");
}

static void check_requirement(struct check *c, const struct requirement *req)
{
	check_siblings(c, req);
	check_order(c, req);
	check_rows(c, req);
	if (req->type != REQUIRE_ROOT) {
		check_stage(c, req);
		check_accepts(c, req);
	}
	for (size_t i = 0; i < req->children.n; i++)
		check_requirement(c, req->children.items[i]);
}

/* ---- front matter ---- */

/* True where the schema lets no map have the key. Patterns of keys may allow anything. */
static bool forbids(const struct data_node *schema, const char *key)
{
	const struct data_node *properties = data_find(schema, "properties"),
			       *others = data_find(schema, "additionalProperties"),
			       *value = data_find(properties, key);

	if (value)
		return value->kind == DATA_BOOL && !value->truth;
	return others && others->kind == DATA_BOOL && !others->truth &&
	       !data_find(schema, "patternProperties");
}

static const struct template *who_forbids(const struct check *c, const char *key)
{
	for (const struct template *t = c->tmpl; t; t = t->base)
		if (forbids(t->front_matter_node, key))
			return t;
	return NULL;
}

static void check_key(struct check *c, struct span at, const char *key, bool is_own_key)
{
	const struct template *by = who_forbids(c, key);

	if (!by || (!is_own_key && by != c->tmpl))
		return;
	if (!is_own_key)
		at = c->tmpl->front_matter_node->at;
	invalid(
	    c, at,
	    by == c->tmpl && is_own_key
		? arena_printf(c->mem, "the key '%s' is required, and no other rule allows it", key)
		: arena_printf(c->mem, "the key '%s' is required, and '%s' does not allow it", key,
			       by->name),
	    "name it under properties: too");
}

static void check_front_matter(struct check *c)
{
	const struct data_node *own = c->tmpl->front_matter_node;

	for (const struct template *t = c->tmpl; t; t = t->base) {
		const struct data_node *required = data_find(t->front_matter_node, "required");
		for (size_t i = 0; required && required->kind == DATA_LIST && i < required->n;
		     i++) {
			const char *key = data_text(required->items[i]);
			if (key)
				check_key(c, required->items[i]->at, key, t == c->tmpl);
		}
	}
	if (own && c->tmpl->about && !(c->tmpl->about & ABOUT_WORKSPACE) && forbids(own, "about"))
		invalid(c, own->at,
			"documents of the kind say what they are about, and the key "
			"'about' is not allowed",
			"name it under properties: too");
}

void template_check(struct arena *mem, const struct template *tmpl, struct diag_sink *diags)
{
	struct check c = {mem, tmpl, diags};

	if (tmpl->text->faulty)
		return;
	check_requirement(&c, &tmpl->root);
	check_front_matter(&c);
}
