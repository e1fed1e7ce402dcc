/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/render.c - page templates read once, then each page of the plan written on its own */
#include "render/render.h"
#include "base/path.h"
#include "base/text.h"
#include "read/html_clean.h"
#include "render/escape.h"
#include "render/page_writer.h"
#include <errno.h>
#include <string.h>

enum { PUBLISHED_FILE_MAX = 256 << 20 };

static const struct page_type *const page_types[PAGE_KIND_COUNT] = {
    [PAGE_OVERVIEW] = &page_overview_type,       [PAGE_DOCUMENT] = &page_document_type,
    [PAGE_MODELS] = &page_models_type,           [PAGE_MODEL] = &page_model_type,
    [PAGE_VERSION] = &page_version_type,         [PAGE_RUN] = &page_run_type,
    [PAGE_INCIDENTS] = &page_incidents_type,     [PAGE_FINDINGS] = &page_findings_type,
    [PAGE_TEMPLATES] = &page_templates_type,     [PAGE_TEMPLATE] = &page_template_type,
    [PAGE_RECORD_KIND] = &page_record_kind_type, [PAGE_RECORDS] = &page_records_type,
    [PAGE_CONTROLS] = &page_controls_type,       [PAGE_FRAMEWORK] = &page_framework_type,
    [PAGE_RECORD] = &page_record_type,           [PAGE_NOT_FOUND] = &page_not_found_type,
};

struct renderer {
	const struct workspace *ws;
	struct mustache *templates[PAGE_KIND_COUNT];
	struct map assets;    /* path in the site -> struct source */
	struct map run_pages; /* id of a run -> struct page */
	struct map about;     /* id of a run or incident -> struct document_list */
};

/* ---- what is read once ---- */

struct loading {
	struct workspace *ws;
	struct diag_sink *diags;
	struct map sources; /* path -> struct source, so that partials are read once */
};

static struct source *load_source(struct loading *loading, const char *path)
{
	struct source *source = map_get(&loading->sources, path);

	if (source)
		return source;
	source = workspace_asset(loading->ws, path, loading->diags);
	if (source)
		map_put(&loading->sources, loading->ws->mem, arena_strdup(loading->ws->mem, path),
			source);
	return source;
}

static struct source *load_partial(void *ctx, const char *name)
{
	struct loading *loading = ctx;

	if (strchr(name, '/') || name[0] == '.' || !name[0])
		return NULL;
	return load_source(loading,
			   arena_printf(loading->ws->mem, "templates/pages/%s.html", name));
}

static bool load_templates(struct arena *mem, struct renderer *r, struct loading *loading)
{
	const struct mustache_loader loader = {load_partial, loading};
	bool good = true;

	for (size_t kind = 0; kind < PAGE_KIND_COUNT; kind++) {
		const struct page_type *type = page_types[kind];
		struct source *source;
		if (!type)
			continue;
		source = load_source(loading, type->template_path);
		if (source)
			r->templates[kind] = mustache_compile(mem, source, &loader, MUSTACHE_HTML,
							      type->names, loading->diags);
		good = good && r->templates[kind];
	}
	return good;
}

static bool load_theme(struct arena *mem, struct renderer *r, struct loading *loading)
{
	const struct page_plan *plan = &loading->ws->pages;
	bool good = true;

	for (size_t i = 0; i < plan->n; i++) {
		const struct page *page = plan->items[i];
		struct source *source;
		if (page->kind != PAGE_THEME)
			continue;
		source = workspace_asset(loading->ws, page->input, loading->diags);
		if (source)
			map_put(&r->assets, mem, page->path, source);
		good = good && source;
	}
	return good;
}

static void find_run_pages(struct arena *mem, struct renderer *r)
{
	const struct page_plan *plan = &r->ws->pages;

	for (size_t i = 0; i < plan->n; i++) {
		struct page *page = plan->items[i];
		if (page->kind == PAGE_RUN && page->record && page->record->id)
			map_put(&r->run_pages, mem, page->record->id, page);
	}
}

static void find_documents_about(struct arena *mem, struct renderer *r)
{
	for (size_t i = 0; i < r->ws->documents.n; i++) {
		const struct document *doc = r->ws->documents.items[i];
		const struct record *about = doc->about.record;
		struct document_list *list;
		if (!about || !about->id || !doc->page)
			continue;
		list = map_get(&r->about, about->id);
		if (!list) {
			list = arena_new(mem, struct document_list, 1);
			map_put(&r->about, mem, about->id, list);
		}
		*ARENA_PUSH(mem, list) = doc;
	}
}

static void find_lines(struct source *source)
{
	struct span at = {source, 0, 0};

	source_position(&at);
}

/* Lines are found once, here, because threads may not. Logs are left out: what names a line of
 * one is a finding, whose lines were found when the findings were sorted. */
static void find_all_lines(const struct workspace *ws)
{
	find_lines(ws->config_source);
	for (size_t i = 0; i < ws->documents.n; i++)
		find_lines(ws->documents.items[i]->text.source);
	for (size_t i = 0; i < ws->templates.n; i++)
		find_lines(ws->templates.items[i]->source);
	for (size_t i = 0; i < ws->data_files.n; i++)
		if (!ws->data_files.items[i]->is_log)
			find_lines(ws->data_files.items[i]->source);
	for (size_t i = 0; i < ws->records.n; i++)
		find_lines(ws->records.items[i]->source);
}

struct renderer *renderer_new(struct arena *mem, struct workspace *ws, struct diag_sink *diags)
{
	struct renderer *r = arena_new(mem, struct renderer, 1);
	struct loading loading = {.ws = ws, .diags = diags};
	bool templates, theme;

	r->ws = ws;
	templates = load_templates(mem, r, &loading);
	theme = load_theme(mem, r, &loading);
	find_run_pages(mem, r);
	find_documents_about(mem, r);
	find_all_lines(ws);
	return templates && theme ? r : NULL;
}

/* ---- one page ---- */

static enum status render_view(const struct renderer *r, const struct book *book,
			       const struct page *page, struct arena *scratch, struct out *to,
			       const char **why)
{
	struct page_job job = {.book = book,
			       .ws = r->ws,
			       .page = page,
			       .mem = scratch,
			       .run_pages = &r->run_pages,
			       .about = &r->about};
	struct view *view = view_new(scratch);

	page_types[page->kind]->fill(&job, view);
	layout_fill(&job, view);
	mustache_render(r->templates[page->kind], view, to);
	if (job.why)
		*why = job.why;
	return job.why ? ST_FAILED : ST_OK;
}

static enum status render_sitemap(const struct renderer *r, struct arena *scratch, struct out *to)
{
	const struct workspace *ws = r->ws;

	out_puts(to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		     "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
	for (size_t i = 0; i < ws->pages.n; i++) {
		const struct page *page = ws->pages.items[i];
		if (!page_types[page->kind] || page->kind == PAGE_NOT_FOUND)
			continue;
		out_puts(to, "<url><loc>");
		escape_url(to, ws->config.base_url);
		if (page->kind != PAGE_OVERVIEW)
			out_puts(to, path_encode_url(scratch, page->path));
		out_puts(to, "</loc></url>\n");
	}
	out_puts(to, "</urlset>\n");
	return ST_OK;
}

static enum status render_theme(const struct renderer *r, const struct page *page, struct out *to,
				const char **why)
{
	const struct source *source = map_get(&r->assets, page->path);

	if (!source) {
		*why = "the theme does not hold the file";
		return ST_FAILED;
	}
	out_write(to, source->text, source->len);
	return ST_OK;
}

static enum status render_file(const struct renderer *r, const struct page *page,
			       struct arena *scratch, struct out *to, const char **why)
{
	char *bytes;
	size_t n;

	if (file_read(scratch, r->ws->root, page->input, PUBLISHED_FILE_MAX, &bytes, &n) != ST_OK) {
		*why = arena_printf(scratch, "cannot read %s: %s", page->input, strerror(errno));
		return ST_FAILED;
	}
	if (!text_ends_with(page->path, ".svg")) {
		out_write(to, bytes, n);
		return ST_OK;
	}
	if (!svg_clean(bytes, n, to)) {
		*why = arena_printf(scratch, "%s is no SVG picture", page->input);
		return ST_FAILED;
	}
	return ST_OK;
}

enum status render_page(const struct renderer *r, const struct book *book, const struct page *page,
			struct arena *scratch, struct out *to, const char **why)
{
	enum status st;

	*why = NULL;
	switch (page->kind) {
	case PAGE_SITEMAP:
		st = render_sitemap(r, scratch, to);
		break;
	case PAGE_THEME:
		st = render_theme(r, page, to, why);
		break;
	case PAGE_FILE:
		st = render_file(r, page, scratch, to, why);
		break;
	case PAGE_DOWNLOAD:
	case PAGE_KIND_COUNT:
		*why = "no page of this kind is rendered";
		st = ST_FAILED;
		break;
	default:
		st = render_view(r, book, page, scratch, to, why);
		break;
	}
	if (st == ST_OK && to->failed) {
		*why = "the page is too large";
		st = ST_FAILED;
	}
	return st;
}
