/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/page_template.c - what a document of a kind must hold, and why */
#include "base/date.h"
#include "catalog/schema_fields.h"
#include "read/markdown.h"
#include "render/controls_view.h"
#include "render/figure_block.h"
#include "render/live_html.h"
#include "render/page_writer.h"
#include "render/table_html.h"
#include <stdint.h>
#include <string.h>

/* ---- templates/index.html ---- */

static const char *const index_names[] = {
    LAYOUT_NAMES,        "has_templates",         "templates[].kind",  "templates[].url",
    "templates[].title", "templates[].version",   "templates[].about", "templates[].sections",
    "templates[].items", "templates[].documents", RECORD_KIND_NAMES,   NULL};

static const char *about_text(struct page_job *job, const struct template *tmpl)
{
	static const struct {
		enum about_kind kind;
		const char *name;
	} kinds[] = {
	    {ABOUT_WORKSPACE, "the workspace"}, {ABOUT_MODEL, "a model"},
	    {ABOUT_VERSION, "a version"},       {ABOUT_RUN, "a run"},
	    {ABOUT_INCIDENT, "an incident"},
	};
	const char *text = NULL;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (tmpl->about & kinds[i].kind)
			text = text ? arena_printf(job->mem, "%s or %s", text, kinds[i].name)
				    : kinds[i].name;
	return text ? text : "anything";
}

/* Documents of a kind, those that follow a former version too. */
static size_t count_documents(const struct workspace *ws, const struct template *tmpl)
{
	size_t n = 0;

	for (size_t i = 0; i < ws->documents.n; i++) {
		const struct template *own = ws->documents.items[i]->tmpl;
		n += own == tmpl || (own && own->current == tmpl);
	}
	return n;
}

/* "version 2, and 1 until 2026-06-30": the versions that documents may follow; NULL where there
 * never was but one. */
static const char *version_text(struct page_job *job, const struct template *tmpl)
{
	const char *text = arena_printf(job->mem, "version %zu", tmpl->version);

	if (tmpl->version == 1)
		return NULL;
	for (size_t i = 0; i < tmpl->former.n; i++) {
		const struct template *former = tmpl->former.items[i];
		char day[DATE_TEXT];
		if (former->accepted_until != INT32_MIN)
			text = arena_printf(job->mem, "%s, and %zu until %s", text, former->version,
					    date_format(day, former->accepted_until));
	}
	return text;
}

static void fill_index(struct page_job *job, struct view *view)
{
	const struct workspace *ws = job->ws;

	view_text(view, "title", "Templates");
	status_end(view, false);
	view_flag(view, "has_templates", ws->templates.n > 0);
	if (!ws->templates.n)
		view_empty_list(view, "templates");
	for (size_t i = 0; i < ws->templates.n; i++) {
		const struct template *tmpl = ws->templates.items[i];
		struct view *entry = view_list(view, "templates");
		view_text(entry, "kind", tmpl->kind);
		view_address(entry, "url", href(job, page_at(&ws->pages, tmpl->page), NULL));
		view_text(entry, "title", tmpl->title);
		view_text(entry, "version", version_text(job, tmpl));
		view_text(entry, "about", about_text(job, tmpl));
		view_text(entry, "sections", count_text(job->mem, tmpl->n_sections));
		view_text(entry, "items", count_text(job->mem, tmpl->n_items));
		view_text(entry, "documents", count_text(job->mem, count_documents(ws, tmpl)));
	}
	record_kinds_fill(job, view);
}

const struct page_type page_templates_type = {"templates/pages/templates.html", index_names,
					      fill_index};

/* ---- templates/KIND.html ---- */

static const char *const names[] = {
    LAYOUT_NAMES, "kind",          "guidance",        "front_matter",      "requirements",
    "controls",   "has_documents", "documents[].url", "documents[].title", "documents[].items",
    NULL};

static void write_guidance(struct page_job *job, struct out *to, const char *guidance)
{
	struct source *source;
	struct md_input input;
	struct md_tree tree;
	struct diag_sink unused;

	if (!guidance || !guidance[0])
		return;
	source = source_new(job->mem, "guidance", guidance, strlen(guidance));
	input = (struct md_input){.source = source};
	diag_init(&unused, job->mem);
	tree = md_parse_trusted(job->mem, &input, &unused);
	markdown_fragment(job->mem, &tree, to);
}

/* "also as 'Signals' or 'Alarms'" */
static const char *aliases_text(struct page_job *job, const struct requirement *r)
{
	struct out all = {0};
	char *text;

	out_puts(&all, "also as");
	for (size_t i = 0; i < r->aliases.n; i++)
		out_printf(&all, "%s '%s'",
			   !i                     ? ""
			   : i + 1 < r->aliases.n ? ","
						  : " or",
			   r->aliases.items[i]);
	text = arena_strndup(job->mem, out_text(&all), all.n);
	out_release(&all);
	return text;
}

/* "5 to 10 times", "at least 15 words", … */
static void write_conditions(struct page_job *job, struct out *to, const struct requirement *r)
{
	struct {
		LIST_OF(const char *);
	} list = {0};

	if (r->repeat_max == SIZE_MAX && r->repeat_max)
		*ARENA_PUSH(job->mem, &list) =
		    arena_printf(job->mem, "%zu or more of them", r->repeat_min);
	else if (r->repeat_max)
		*ARENA_PUSH(job->mem, &list) =
		    arena_printf(job->mem, "%zu to %zu of them", r->repeat_min, r->repeat_max);
	if (r->min_words)
		*ARENA_PUSH(job->mem, &list) =
		    arena_printf(job->mem, "at least %zu words", r->min_words);
	if (r->min_rows)
		*ARENA_PUSH(job->mem, &list) =
		    arena_printf(job->mem, "at least %zu rows in its table", r->min_rows);
	if (r->min_steps)
		*ARENA_PUSH(job->mem, &list) =
		    arena_printf(job->mem, "at least %zu numbered steps", r->min_steps);
	if (r->ordered)
		*ARENA_PUSH(job->mem, &list) = "its sections in this order";
	if (r->stage != STAGE_NONE)
		*ARENA_PUSH(job->mem, &list) =
		    arena_printf(job->mem, "from stage %s on", stage_name(r->stage));
	if (r->aliases.n)
		*ARENA_PUSH(job->mem, &list) = aliases_text(job, r);
	if (r->accepts)
		*ARENA_PUSH(job->mem, &list) =
		    arena_printf(job->mem, "shown by a link to a record of kind %s", r->accepts);
	for (size_t i = 0; i < list.n; i++) {
		out_puts(to, i ? ", " : " <span class=\"muted\">(");
		text_html(to, list.items[i]);
	}
	if (list.n)
		out_puts(to, ")</span>");
}

static void write_children(struct page_job *job, struct out *to, const struct requirement *parent,
			   unsigned level, const char *prefix);

static const char *shown_title(const struct requirement *r)
{
	return strcmp(r->title, "*") == 0 ? "Any title" : r->title;
}

/* A section as a heading one below its parent's; ids are the paths of ids from the root. */
static void write_section(struct page_job *job, struct out *to, const struct requirement *r,
			  unsigned level, const char *id)
{
	unsigned shown = level > 6 ? 6 : level;

	out_printf(to, "<section aria-labelledby=\"");
	text_html(to, id);
	out_printf(to, "\">\n<h%u id=\"", shown);
	text_html(to, id);
	out_puts(to, "\">");
	text_html(to, shown_title(r));
	out_printf(to, "</h%u>\n", shown);
	out_puts(to, r->optional ? "<p>Optional section" : "<p>Required section");
	write_conditions(job, to, r);
	out_puts(to, "</p>\n");
	write_guidance(job, to, r->guidance);
	write_children(job, to, r, level + 1, id);
	out_puts(to, "</section>\n");
	if (level <= 4)
		contents_add(job, level - 1, shown_title(r), id);
}

/* What a section asks for beside sections, each kind of it in a list. */
static const struct requirement_list {
	enum requirement_type type;
	bool optional;
	const char *title;
} requirement_lists[] = {
    {REQUIRE_COLUMN, false, "Required columns of its table:"},
    {REQUIRE_ROW, false, "Required rows of its table, by their first cell:"},
    {REQUIRE_ROW, true, "Optional rows of its table, by their first cell:"},
    {REQUIRE_ITEM, false, "Required items:"},
    {REQUIRE_ITEM, true, "Optional items:"},
};

static void write_items(struct page_job *job, struct out *to, const struct requirement *parent,
			const struct requirement_list *asked, const char *prefix)
{
	bool any = false;

	for (size_t i = 0; i < parent->children.n; i++) {
		const struct requirement *r = parent->children.items[i];
		if (r->type != asked->type || r->optional != asked->optional)
			continue;
		if (!any)
			out_printf(to, "<p>%s</p>\n<ul>\n", asked->title);
		any = true;
		if (r->type == REQUIRE_ITEM) {
			out_puts(to, "<li id=\"");
			text_html(to, arena_printf(job->mem, "%s%s%s", prefix, prefix[0] ? "/" : "",
						   r->id));
			out_puts(to, "\">");
		} else {
			out_puts(to, "<li>");
		}
		text_html(to, r->title);
		write_conditions(job, to, r);
		write_guidance(job, to, r->guidance);
		out_puts(to, "</li>\n");
	}
	if (any)
		out_puts(to, "</ul>\n");
}

static void write_children(struct page_job *job, struct out *to, const struct requirement *parent,
			   unsigned level, const char *prefix)
{
	for (size_t i = 0; i < sizeof requirement_lists / sizeof *requirement_lists; i++)
		write_items(job, to, parent, &requirement_lists[i], prefix);
	for (size_t i = 0; i < parent->children.n; i++) {
		const struct requirement *r = parent->children.items[i];
		size_t from = job->contents.n;
		const char *id;
		if (r->type != REQUIRE_SECTION)
			continue;
		id = arena_printf(job->mem, "%s%s%s", prefix, prefix[0] ? "/" : "", r->id);
		/* the contents name a section before those inside it */
		write_section(job, to, r, level, id);
		if (job->contents.n > from + 1 && level <= 4) {
			struct toc_entry own = job->contents.items[job->contents.n - 1];
			memmove(&job->contents.items[from + 1], &job->contents.items[from],
				(job->contents.n - 1 - from) * sizeof own);
			job->contents.items[from] = own;
		}
	}
}

static void fill_front_matter(struct page_job *job, struct view *view, const struct template *tmpl)
{
	static const struct table_column columns[] = {{"Key", ALIGN_TEXT},
						      {"Required", ALIGN_TEXT},
						      {"Takes", ALIGN_LONG},
						      {"What it says", ALIGN_LONG}};
	const struct data_node *keys = data_find(tmpl->front_matter_keys, "properties");
	const struct schema_field all = {tmpl->front_matter_keys, tmpl->front_matter_keys};
	struct table_html table;
	struct out to = {0};

	if (keys && keys->kind == DATA_MAP && keys->n) {
		table_begin(&table, &to, "Front matter", "Keys between the two --- lines",
			    "wide keys", columns, 4);
		for (size_t i = 0; i < keys->n; i++) {
			const struct data_pair *pair = &keys->pairs[i];
			const struct schema_field field = {all.root, pair->value};
			table_row(&table, arena_printf(job->mem, "field-%s", pair->key->text));
			table_text(&table, pair->key->text);
			table_text(&table, field_requires(&all, pair->key->text) ? "yes" : "no");
			table_text(&table, field_takes(job->mem, &field));
			table_prose(&table, field_description(&field));
		}
		table_end(&table);
		contents_add(job, 2, "Front matter", "Mb-front-matter");
	}
	view_take_markup(job, view, "front_matter", &to);
}

static void fill_documents(struct page_job *job, struct view *view, const struct template *tmpl)
{
	size_t n = 0;

	for (size_t i = 0; i < job->ws->documents.n; i++) {
		const struct document *doc = job->ws->documents.items[i];
		struct view *entry;
		if (doc->tmpl != tmpl || !doc->page)
			continue;
		entry = view_list(view, "documents");
		view_address(entry, "url", href(job, doc->page, NULL));
		view_text(entry, "title", live_title(job, doc));
		view_text(entry, "items", items_summary(job, doc));
		n++;
	}
	view_flag(view, "has_documents", n > 0);
	if (n)
		contents_add(job, 2, "Documents of this kind", "Mb-documents");
	else
		view_empty_list(view, "documents");
}

/* The version, and until when which former one is accepted. */
static void add_version(struct page_job *job, struct view *view, const struct template *tmpl)
{
	char day[DATE_TEXT];

	if (!tmpl->former.n && !tmpl->current && tmpl->version == 1)
		return;
	status_add(view, "Version", arena_printf(job->mem, "%zu", tmpl->version), NULL, NULL);
	if (tmpl->current) {
		status_add(view, "Accepted",
			   tmpl->accepted_until == INT32_MIN
			       ? "no longer"
			       : arena_printf(job->mem, "until %s",
					      date_format(day, tmpl->accepted_until)),
			   NULL, NULL);
		status_add(view, "In force",
			   arena_printf(job->mem, "version %zu", tmpl->current->version),
			   href(job, page_at(&job->ws->pages, tmpl->current->page), NULL), NULL);
	}
	for (size_t i = 0; i < tmpl->former.n; i++) {
		const struct template *former = tmpl->former.items[i];
		bool accepted = former->accepted_until != INT32_MIN;
		status_add(view, "Former",
			   accepted ? arena_printf(job->mem, "version %zu, accepted until %s",
						   former->version,
						   date_format(day, former->accepted_until))
				    : arena_printf(job->mem, "version %zu", former->version),
			   href(job, page_at(&job->ws->pages, former->page), NULL), NULL);
	}
}

static void fill(struct page_job *job, struct view *view)
{
	const struct template *tmpl = job->page->tmpl;
	struct out guidance = {0}, requirements = {0};

	view_text(view, "title", tmpl->title);
	view_text(view, "kind", tmpl->kind);
	status_add(view, "Kind", tmpl->kind, NULL, "id");
	status_add(view, "About", about_text(job, tmpl), NULL, NULL);
	status_add(view, "Holds",
		   arena_printf(job->mem, "%s, %s",
				plural(job->mem, tmpl->n_sections, "section", "sections"),
				plural(job->mem, tmpl->n_items, "item", "items")),
		   NULL, NULL);
	add_version(job, view, tmpl);
	if (tmpl->base)
		status_add(view, "Extends", tmpl->base->name,
			   href(job, page_at(&job->ws->pages, tmpl->base->page), NULL), NULL);
	status_add(view, "Source", tmpl->source->path, NULL, "path");
	status_end(view, true);
	write_guidance(job, &guidance, tmpl->root.guidance);
	view_take_markup(job, view, "guidance", &guidance);
	fill_front_matter(job, view, tmpl);
	contents_add(job, 2, "Sections and items", "Mb-requirements");
	write_children(job, &requirements, &tmpl->root, 3, "");
	if (!requirements.n)
		out_puts(&requirements, "<p>Nothing but the front matter is required.</p>\n");
	view_take_markup(job, view, "requirements", &requirements);
	controls_served_fill(job, view, "controls", tmpl->kind);
	fill_documents(job, view, tmpl);
}

const struct page_type page_template_type = {"templates/pages/template.html", names, fill};
