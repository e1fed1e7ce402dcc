/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/pages.c - the page plan */
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/controls.h"
#include <stdlib.h>
#include <string.h>

struct planner {
	struct catalog *c;
	struct page_plan *plan;
	struct map taken; /* collision key -> struct page */
	struct map made;  /* path of a page without an input -> path of what it is made from */
	struct span at;   /* what pages without an input are made from; no source: the program */
};

static bool is_of_workspace(const char *input)
{
	return input && !text_starts_with(input, "default:");
}

/* A place in a file that the reader has: of the page that is to be added, else of the other. */
static struct span place_of(const struct planner *p, const char *input, const struct page *other)
{
	const char *path = "modelbook.yaml";

	if (!is_of_workspace(input) && !(other && is_of_workspace(other->input)) && p->at.source)
		return p->at;
	if (is_of_workspace(input))
		path = input;
	else if (other && is_of_workspace(other->input))
		path = other->input;
	return span_at(source_named(p->c->mem, path), 0, 0);
}

/* Pages that follow are made from this record. */
static void plan_from(struct planner *p, const struct record *record)
{
	const struct data_node *id = data_find(record->node, "id");

	p->at = id ? id->at : record->node->at;
}

static const char *origin_of(const struct planner *p, const struct page *page, const char *made)
{
	if (page->input)
		return page->input;
	if (!made)
		return arena_printf(p->c->mem, "the page '%s'", page->title);
	return arena_printf(p->c->mem, "the page '%s' (%s)", page->title, made);
}

/* Adds a page; NULL and a finding where its place is taken or its name cannot be a page's. */
static struct page *add_page(struct planner *p, enum page_kind kind, const char *path,
			     const char *input, const char *title)
{
	struct page *page = arena_new(p->c->mem, struct page, 1);
	const struct page *other;
	const char *key, *made = !input && p->at.source ? p->at.source->path : NULL;

	*page = (struct page){
	    .kind = kind, .path = path, .input = input, .title = title, .section = ""};
	if (!path) {
		diag_add(p->c->diags, RULE_PATH_UNSAFE, place_of(p, input, NULL),
			 "its name cannot be used for a page");
		return NULL;
	}
	key = path_collision_key(p->c->mem, path);
	other = map_get(&p->taken, key);
	if (other) {
		diag_add(p->c->diags, RULE_PATH_COLLISION, place_of(p, input, other),
			 "%s and %s would both be %s",
			 origin_of(p, other, map_get(&p->made, other->path)),
			 origin_of(p, page, made), path);
		return NULL;
	}
	map_put(&p->taken, p->c->mem, key, page);
	if (made)
		map_put(&p->made, p->c->mem, path, (void *)made);
	map_put(&p->plan->by_path, p->c->mem, path, page);
	if (input)
		map_put(&p->plan->by_input, p->c->mem, input, page);
	*ARENA_PUSH(p->c->mem, p->plan) = page;
	return page;
}

/* Page path of a name made of parts; NULL where it cannot be one. */
static char *page_path(struct planner *p, const char *prefix, const char *name, const char *ending)
{
	return path_page(p->c->mem, arena_printf(p->c->mem, "%s%s%s", prefix, name, ending));
}

/* The first folder of a document, for navigation. */
static const char *section_of(struct planner *p, const char *inner)
{
	const char *slash = strchr(inner, '/');

	return slash ? arena_strndup(p->c->mem, inner, (size_t)(slash - inner)) : "";
}

static const char *inner_path(const struct workspace *ws, const char *path)
{
	size_t n = strlen(ws->content);

	return n ? path + n + 1 : path;
}

static void plan_documents(struct planner *p)
{
	struct workspace *ws = p->c->ws;

	for (size_t i = 0; i < ws->documents.n; i++) {
		struct document *doc = ws->documents.items[i];
		const char *inner = inner_path(ws, doc->path);
		char *stem =
		    arena_strndup(p->c->mem, inner, strlen(inner) - strlen(path_extension(inner)));
		struct page *page;
		if (!strcmp(inner, "index.md")) {
			page = (struct page *)page_single(p->plan, PAGE_OVERVIEW);
			page->input = doc->path;
			map_put(&p->plan->by_input, p->c->mem, doc->path, page);
		} else {
			page = add_page(p, PAGE_DOCUMENT, page_path(p, "", stem, ".html"),
					doc->path, doc->title);
		}
		if (!page)
			continue;
		page->document = doc;
		page->section = section_of(p, inner);
		page->anchors = &doc->anchors;
		doc->page = page;
	}
	for (size_t i = 0; i < ws->files.n; i++) {
		struct content_file *file = ws->files.items[i];
		if (file->published)
			file->page =
			    add_page(p, PAGE_FILE, page_path(p, "", inner_path(ws, file->path), ""),
				     file->path, path_base(file->path));
	}
}

static void plan_version(struct planner *p, struct model *model, struct version *version)
{
	char *prefix = arena_printf(p->c->mem, "models/%s/", model->id);
	struct page *page;

	p->at = version->at;
	page = add_page(p, PAGE_VERSION, page_path(p, prefix, version->id, ".html"), NULL,
			version->name);
	if (!page)
		return;
	page->model = model;
	page->version = version;
	page->record = model->record;
	page->section = "models";
	page->up = model->page;
	version->page = page;
}

static void plan_models(struct planner *p)
{
	struct workspace *ws = p->c->ws;
	struct page *index, *page;

	if (!ws->models.n)
		return;
	index = add_page(p, PAGE_MODELS, "models/index.html", NULL, "Models");
	for (size_t i = 0; i < ws->models.n; i++) {
		struct model *model = ws->models.items[i];
		char *prefix = arena_printf(p->c->mem, "models/%s/runs/", model->id);
		plan_from(p, model->record);
		page = add_page(p, PAGE_MODEL, page_path(p, "models/", model->id, "/index.html"),
				NULL, model->name ? model->name : model->id);
		if (!page)
			continue;
		page->model = model;
		page->record = model->record;
		page->section = "models";
		page->up = index;
		model->page = page;
		for (size_t k = 0; k < model->versions.n; k++)
			plan_version(p, model, model->versions.items[k]);
		for (size_t k = 0; k < model->runs.n; k++) {
			const struct record *run = model->runs.items[k];
			struct page *run_page;
			if (!run->id)
				continue;
			plan_from(p, run);
			run_page = add_page(p, PAGE_RUN, page_path(p, prefix, run->id, ".html"),
					    NULL, run->id);
			if (!run_page)
				continue;
			run_page->model = model;
			run_page->record = run;
			run_page->section = "models";
			run_page->up = page;
		}
	}
	p->at = (struct span){0};
}

static bool has_incidents(const struct workspace *ws)
{
	for (size_t i = 0; i < ws->records.n; i++)
		if (ws->records.items[i]->kind && !strcmp(ws->records.items[i]->kind, "incident"))
			return true;
	return false;
}

static struct page *plan_index(struct planner *p, enum page_kind kind, const char *path,
			       const char *title, const char *section)
{
	struct page *page = add_page(p, kind, path, NULL, title);

	if (page)
		page->section = section;
	return page;
}

static void plan_records(struct planner *p)
{
	struct workspace *ws = p->c->ws;
	struct page *index, *page;

	if (!ws->data_files.n)
		return;
	index = plan_index(p, PAGE_RECORDS, "records/index.html", "Records", "records");
	for (size_t i = 0; i < ws->data_files.n; i++) {
		struct data_file *file = ws->data_files.items[i];
		page = add_page(p, PAGE_RECORD,
				page_path(p, "records/", file->path + strlen("data/"), ".html"),
				file->path, file->path);
		if (!page)
			continue;
		page->file = file;
		page->section = "records";
		page->up = index;
		file->page = page;
		for (size_t k = 0; k < file->records.n; k++)
			file->records.items[k]->page = page;
	}
}

static void plan_controls(struct planner *p)
{
	struct workspace *ws = p->c->ws;
	struct page *index, *page;

	if (!ws->frameworks.n)
		return;
	index = plan_index(p, PAGE_CONTROLS, "controls/index.html", "Controls", "controls");
	for (size_t i = 0; i < ws->frameworks.n; i++) {
		struct framework *framework = ws->frameworks.items[i];
		plan_from(p, framework->record);
		page =
		    add_page(p, PAGE_FRAMEWORK, page_path(p, "controls/", framework->id, ".html"),
			     NULL, framework->title);
		if (!page)
			continue;
		page->framework = framework;
		page->record = framework->record;
		page->anchors = &framework->anchors;
		page->section = "controls";
		page->up = index;
		framework->page = page;
		map_put(&ws->framework_pages, p->c->mem, framework->id, page);
	}
	p->at = (struct span){0};
}

static void plan_template(struct planner *p, struct page *up, struct template *tmpl)
{
	struct page *page =
	    add_page(p, PAGE_TEMPLATE, page_path(p, "templates/", tmpl->name, ".html"),
		     tmpl->source->path, tmpl->title);

	if (!page)
		return;
	page->tmpl = tmpl;
	page->section = "templates";
	page->up = up;
	tmpl->page = page->path;
}

static void plan_record_kind(struct planner *p, const struct page *index, struct record_kind *kind)
{
	struct page *page =
	    add_page(p, PAGE_RECORD_KIND, page_path(p, "templates/", kind->kind, ".html"),
		     kind->source->path, kind->title);

	if (!page)
		return;
	page->record_kind = kind;
	page->section = "templates";
	page->up = index;
	kind->page = page;
}

static void plan_templates(struct planner *p)
{
	struct workspace *ws = p->c->ws;
	struct page *index;

	if (!ws->templates.n && !ws->record_kinds.n)
		return;
	index = plan_index(p, PAGE_TEMPLATES, "templates/index.html", "Templates", "templates");
	for (size_t i = 0; i < ws->templates.n; i++) {
		struct template *tmpl = ws->templates.items[i];
		plan_template(p, index, tmpl);
		for (size_t k = 0; k < tmpl->former.n; k++)
			plan_template(p, index, tmpl->former.items[k]);
	}
	for (size_t i = 0; i < ws->record_kinds.n; i++)
		plan_record_kind(p, index, ws->record_kinds.items[i]);
}

static void plan_theme(struct planner *p)
{
	static const char *const assets[] = {"style.css", "plot.css", "script.js",
					     "DejaVuSans.ttf"};
	struct arena *mem = p->c->mem;

	for (size_t i = 0; i < sizeof assets / sizeof *assets; i++)
		add_page(p, PAGE_THEME, arena_printf(mem, "assets/%s", assets[i]),
			 arena_printf(mem, "themes/%s/%s", p->c->ws->config.theme, assets[i]),
			 assets[i]);
}

/* The document that stands for a folder: its index.md or README.md. */
static const struct page *folder_page(struct planner *p, const char *dir)
{
	static const char *const names[] = {"index.md", "README.md", "readme.md"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct page *page =
		    map_get(&p->plan->by_input, path_join(p->c->mem, dir, names[i]));
		if (page)
			return page;
	}
	return NULL;
}

/* The page of what a document is about: its version, else its model. */
static const struct page *subject_page(const struct page_plan *plan, const struct document *doc)
{
	if (doc->about.kind == ABOUT_WORKSPACE)
		return NULL;
	if (doc->about.kind == ABOUT_INCIDENT)
		return page_single(plan, PAGE_INCIDENTS);
	if (doc->about.version)
		return doc->about.version->page;
	return doc->about.model ? doc->about.model->page : NULL;
}

/* Breadcrumbs of documents lead to what they are about, else follow their folders; neighbours are
 * those of one folder. */
static void link_documents(struct planner *p)
{
	struct workspace *ws = p->c->ws;
	const struct page *overview = page_single(p->plan, PAGE_OVERVIEW);
	struct map last = {0}; /* folder -> its last page; folders within it come in between */

	for (size_t i = 0; i < ws->documents.n; i++) {
		struct page *page = (struct page *)ws->documents.items[i]->page;
		char *dir = path_dir(p->c->mem, ws->documents.items[i]->path);
		const char *up = dir;
		struct page *before = map_get(&last, dir);
		if (!page || page == overview)
			continue;
		page->up = subject_page(p->plan, ws->documents.items[i]);
		while (!page->up) {
			const struct page *folder = folder_page(p, up);
			if (folder && folder != page)
				page->up = folder;
			else if (strlen(up) <= strlen(ws->content))
				page->up = overview;
			else
				up = path_dir(p->c->mem, up);
		}
		if (before) {
			page->previous = before;
			before->next = page;
		}
		map_put(&last, p->c->mem, dir, page);
	}
}

static int compare_pages(const void *a, const void *b)
{
	return strcmp((*(struct page *const *)a)->path, (*(struct page *const *)b)->path);
}

void catalog_plan_pages(struct catalog *c)
{
	struct planner p = {.c = c, .plan = &c->ws->pages};
	struct page *overview =
	    add_page(&p, PAGE_OVERVIEW, "index.html", NULL, c->ws->config.title);

	overview->section = "overview";
	plan_index(&p, PAGE_FINDINGS, "findings/index.html", "Findings", "findings");
	plan_index(&p, PAGE_NOT_FOUND, "404.html", "Page not found", "");
	if (*c->ws->config.base_url)
		plan_index(&p, PAGE_SITEMAP, "sitemap.xml", "Sitemap", "");
	plan_index(&p, PAGE_DOWNLOAD, "downloads/audit.xlsx", "Audit workbook", "");
	if (has_incidents(c->ws))
		plan_index(&p, PAGE_INCIDENTS, "incidents/index.html", "Incidents", "incidents");
	plan_theme(&p);
	plan_models(&p);
	plan_templates(&p);
	plan_records(&p);
	plan_controls(&p);
	plan_documents(&p);
	link_documents(&p);
	for (size_t i = 0; i < p.plan->n; i++)
		if (!p.plan->items[i]->up && p.plan->items[i] != overview &&
		    p.plan->items[i]->kind != PAGE_FILE && p.plan->items[i]->kind != PAGE_THEME)
			p.plan->items[i]->up = overview;
	qsort(p.plan->items, p.plan->n, sizeof *p.plan->items, compare_pages);
}

const struct page *page_of_input(const struct page_plan *plan, const char *path)
{
	return map_get(&plan->by_input, path);
}

const struct page *page_at(const struct page_plan *plan, const char *site_path)
{
	return map_get(&plan->by_path, site_path);
}

const struct page *page_single(const struct page_plan *plan, enum page_kind kind)
{
	static const char *const paths[PAGE_KIND_COUNT] = {
	    [PAGE_OVERVIEW] = "index.html",
	    [PAGE_MODELS] = "models/index.html",
	    [PAGE_INCIDENTS] = "incidents/index.html",
	    [PAGE_FINDINGS] = "findings/index.html",
	    [PAGE_TEMPLATES] = "templates/index.html",
	    [PAGE_RECORDS] = "records/index.html",
	    [PAGE_CONTROLS] = "controls/index.html",
	    [PAGE_NOT_FOUND] = "404.html",
	    [PAGE_SITEMAP] = "sitemap.xml",
	    [PAGE_DOWNLOAD] = "downloads/audit.xlsx",
	};
	const struct page *page = paths[kind] ? map_get(&plan->by_path, paths[kind]) : NULL;

	return page && page->kind == kind ? page : NULL;
}

char *page_href(struct arena *mem, const struct page *from, const struct page *to,
		const char *anchor)
{
	char *path = path_encode_url(mem, path_relative(mem, path_dir(mem, from->path), to->path));

	if (!anchor || !*anchor)
		return path;
	if (from == to)
		return arena_printf(mem, "#%s", path_encode_url(mem, anchor));
	return arena_printf(mem, "%s#%s", path, path_encode_url(mem, anchor));
}
