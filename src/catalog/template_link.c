/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_link.c - templates under their kinds: what extends what, and former versions */
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include <stdint.h>
#include <string.h>

enum { DEEPEST_EXTENSION = 8 };

/* ---- extends ---- */

static void invalid(struct catalog *c, struct span at, const char *detail, const char *help)
{
	struct finding *f = diag_add(c->diags, RULE_TEMPLATE_INVALID, at, "%s", detail);

	if (help)
		diag_help(c->diags, f, "%s", help);
}

static struct template *base_of(const struct map *by_name, const struct template *tmpl)
{
	return tmpl->extends ? map_get(by_name, data_text(tmpl->extends)) : NULL;
}

static void report_unknown(struct catalog *c, const struct map *by_name,
			   const struct template *tmpl)
{
	const char **names = arena_new(c->mem, const char *, by_name->n + 1);
	const char *nearest;

	if (workspace_lacks_defaults(c->ws, c->diags))
		return;
	for (size_t i = 0; i < by_name->n; i++)
		names[i] = by_name->entries[i].key;
	nearest = text_nearest(data_text(tmpl->extends), names, by_name->n);
	invalid(c, tmpl->extends->at,
		arena_printf(c->mem, "'%s' has no template", data_text(tmpl->extends)),
		nearest ? arena_printf(c->mem, "did you mean '%s'?", nearest) : NULL);
}

/* A chain of templates ends, and soon enough to be followed by people. */
static bool chain_is_good(struct catalog *c, const struct map *by_name, const struct template *tmpl)
{
	const struct template *up = tmpl;

	for (size_t depth = 0; up; up = base_of(by_name, up)) {
		if (depth && up == tmpl) {
			invalid(c, tmpl->extends->at,
				arena_printf(c->mem, "'%s' extends itself%s%s", tmpl->name,
					     depth > 1 ? " by way of " : "",
					     depth > 1 ? data_text(tmpl->extends) : ""),
				"one of the templates must extend no other");
			return false;
		}
		if (depth++ > DEEPEST_EXTENSION) {
			invalid(c, tmpl->extends->at,
				arena_printf(c->mem,
					     "'%s' extends more than %d templates, one "
					     "behind the other",
					     tmpl->name, DEEPEST_EXTENSION),
				NULL);
			return false;
		}
	}
	return true;
}

static void link_base(struct catalog *c, const struct map *by_name, struct template *tmpl)
{
	struct template *base;

	if (tmpl->is_linked || !tmpl->extends)
		return;
	tmpl->is_linked = true;
	base = base_of(by_name, tmpl);
	if (!base) {
		report_unknown(c, by_name, tmpl);
		return;
	}
	if (!chain_is_good(c, by_name, tmpl))
		return;
	link_base(c, by_name, base);
	template_extend(c->mem, tmpl, base, c->diags);
}

/* ---- former versions ---- */

static bool is_former(const struct template *tmpl)
{
	return strchr(tmpl->name, '@');
}

/* The name, the front matter and the template in force must agree. */
static bool former_is_good(struct catalog *c, const struct template *tmpl,
			   const struct template *current)
{
	const char *suffix = strrchr(tmpl->name, '@') + 1;
	const struct data_node *node = data_find(tmpl->text->front_matter, "version");
	struct span at = node ? node->at : tmpl->text->front_matter_at;

	if (strcmp(suffix, arena_printf(c->mem, "%zu", tmpl->version)) != 0) {
		invalid(c, at,
			arena_printf(c->mem, "'%s' must have 'version: %s', found %zu", tmpl->name,
				     suffix, tmpl->version),
			"the name of a former version is KIND@VERSION.md, with a whole number");
		return false;
	}
	if (!current) {
		invalid(c, at,
			arena_printf(c->mem, "a former version of '%s', which has no template",
				     tmpl->kind),
			arena_printf(c->mem, "templates/documents/%s.md is the one in force",
				     tmpl->kind));
		return false;
	}
	if (tmpl->version >= current->version) {
		struct position line = source_position(&current->text->front_matter_at);
		invalid(c, at,
			arena_printf(c->mem, "version %zu is not before that of '%s', %zu",
				     tmpl->version, current->kind, current->version),
			arena_printf(c->mem, "%s:%u: give it 'version: %zu' or a later one",
				     current->source->path, line.line, tmpl->version + 1));
		return false;
	}
	return true;
}

/* Newest first. */
static void add_former(struct catalog *c, struct template *current, struct template *former)
{
	size_t at = current->former.n;

	former->current = current;
	*ARENA_PUSH(c->mem, &current->former) = former;
	while (at && current->former.items[at - 1]->version < former->version) {
		current->former.items[at] = current->former.items[at - 1];
		at--;
	}
	current->former.items[at] = former;
}

/* Each version says until when the one before it is accepted. */
static void set_days(struct catalog *c, struct template *current)
{
	struct template *later = current;

	for (size_t i = 0; i < current->former.n; i++) {
		current->former.items[i]->accepted_until = later->accepts_former_until;
		later = current->former.items[i];
	}
	if (later->accepts_former_at.source)
		invalid(c, later->accepts_former_at,
			arena_printf(c->mem, "no version of '%s' before %zu is there", later->kind,
				     later->version),
			later->version > 1
			    ? arena_printf(c->mem,
					   "keep the former template beside it, as %s@%zu.md",
					   later->kind, later->version - 1)
			    : "the former template has 'version: 1' and stands beside it as "
			      "KIND@1.md; this one says 'version: 2'");
}

static void link_versions(struct catalog *c, const struct map *by_name)
{
	struct workspace *ws = c->ws;
	size_t n = 0;

	for (size_t i = 0; i < ws->templates.n; i++) {
		struct template *tmpl = ws->templates.items[i];
		struct template *current = map_get(by_name, tmpl->kind);
		if (!is_former(tmpl)) {
			ws->templates.items[n++] = tmpl;
			map_put(&ws->template_by_kind, c->mem, tmpl->kind, tmpl);
		} else if (former_is_good(c, tmpl, current)) {
			add_former(c, current, tmpl);
		}
	}
	ws->templates.n = n;
	for (size_t i = 0; i < n; i++)
		set_days(c, ws->templates.items[i]);
}

void catalog_link_templates(struct catalog *c)
{
	struct map by_name = {0};

	for (size_t i = 0; i < c->ws->templates.n; i++)
		map_put(&by_name, c->mem, c->ws->templates.items[i]->name,
			c->ws->templates.items[i]);
	for (size_t i = 0; i < c->ws->templates.n; i++)
		link_base(c, &by_name, c->ws->templates.items[i]);
	link_versions(c, &by_name);
}

bool template_version_read(const char *text, size_t *version)
{
	enum { MOST_DIGITS = 7, LATEST = 1000000 };
	size_t n = text ? strspn(text, "0123456789") : 0;

	if (!n || n > MOST_DIGITS || text[n] || *text == '0')
		return false;
	for (*version = 0; *text; text++)
		*version = *version * 10 + (size_t)(*text - '0');
	return *version <= LATEST;
}

const struct template *template_in_force(const struct template *current, const char *wanted,
					 int32_t as_of)
{
	size_t version;

	if (!template_version_read(wanted, &version))
		return current;
	for (size_t i = 0; i < current->former.n; i++) {
		const struct template *former = current->former.items[i];
		if (former->version == version)
			return former->accepted_until != INT32_MIN &&
				       as_of <= former->accepted_until
				   ? former
				   : current;
	}
	return current;
}
