/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/navigation.c - addresses, the frame around each page, and what stands beside it
 *
 * The frame names sections only and counts nothing, so that a change to one page does not change
 * all others. */
#include "base/path.h"
#include "base/text.h"
#include "render/escape.h"
#include "render/live_html.h"
#include <stdlib.h>
#include <string.h>

enum { SIBLINGS_MAX = 40, TITLE_MAX = 70 };

void view_address(struct view *view, const char *name, const char *url)
{
	if (url)
		view_url(view, name, url);
	else
		view_text(view, name, NULL);
}

void view_code_text(struct page_job *job, struct view *view, const char *name, const char *text)
{
	struct out to = {0};

	escape_html_code(&to, text ? text : "", text ? strlen(text) : 0);
	view_take_markup(job, view, name, &to);
}

void view_take_markup(struct page_job *job, struct view *view, const char *name, struct out *o)
{
	if (o->n)
		view_markup(view, name, markup_from(job->mem, o));
	else
		view_text(view, name, NULL);
	out_release(o);
}

const char *href(const struct page_job *job, const struct page *to, const char *anchor)
{
	const char *base = job->ws->config.base_url;

	if (!to)
		return NULL;
	/* A server shows 404.html at any address: relative links would lead nowhere. */
	if (job->page->kind == PAGE_NOT_FOUND && base && base[0])
		return arena_printf(job->mem, "%s%s%s%s", base, path_encode_url(job->mem, to->path),
				    anchor ? "#" : "",
				    anchor ? path_encode_url(job->mem, anchor) : "");
	return page_href(job->mem, job->page, to, anchor);
}

const char *place_text(const struct page_job *job, const struct span *at)
{
	struct position position = source_position(at);

	if (!at->source)
		return "the workspace";
	return arena_printf(job->mem, "%s:%u", at->source->path, position.line);
}

/* The last heading at or above the place. */
static const char *heading_above(const struct document *doc, uint32_t offset)
{
	const struct md_tree *tree = &doc->text.body;
	const char *id = NULL;

	for (uint32_t i = 0; i < tree->n && tree->nodes[i].start <= offset; i++)
		if (tree->nodes[i].type == MD_HEADING && i != doc->title_node)
			id = md_extra(tree, &tree->nodes[i]);
	return id;
}

const char *document_place_href(const struct page_job *job, const struct span *at)
{
	const struct page *page =
	    at->source ? page_of_input(&job->ws->pages, at->source->path) : NULL;

	if (!page || !page->document)
		return NULL;
	return href(job, page, heading_above(page->document, at->start));
}

const char *place_href(const struct page_job *job, const struct span *at)
{
	const struct page *page =
	    at->source ? page_of_input(&job->ws->pages, at->source->path) : NULL;
	struct position position;

	if (!page)
		return NULL;
	if (page->document)
		return document_place_href(job, at);
	if (page->kind != PAGE_RECORD || !page->file || page->file->is_log)
		return href(job, page, NULL);
	position = source_position(at);
	return href(job, page, arena_printf(job->mem, "L%u", position.line));
}

const char *run_href(const struct page_job *job, const struct record *run)
{
	const struct page *page = run->id ? map_get(job->run_pages, run->id) : NULL;

	return page ? href(job, page, NULL) : place_href(job, &run->node->at);
}

const char *incident_href(const struct page_job *job, const struct record *incident)
{
	const struct page *page = page_single(&job->ws->pages, PAGE_INCIDENTS);

	return page && incident->id ? href(job, page, incident->id)
				    : place_href(job, &incident->node->at);
}

const char *subject_href(const struct page_job *job, const struct subject *subject)
{
	if (subject->unresolved)
		return NULL;
	switch (subject->kind) {
	case ABOUT_MODEL:
		return subject->model ? href(job, subject->model->page, NULL) : NULL;
	case ABOUT_VERSION:
		return subject->version ? href(job, subject->version->page, NULL) : NULL;
	case ABOUT_RUN:
		return subject->record ? run_href(job, subject->record) : NULL;
	case ABOUT_INCIDENT:
		return subject->record ? incident_href(job, subject->record) : NULL;
	case ABOUT_WORKSPACE:
		break;
	}
	return NULL;
}

void contents_add(struct page_job *job, unsigned level, const char *title, const char *id)
{
	*ARENA_PUSH(job->mem, &job->contents) = (struct toc_entry){title, id, level};
}

/* A document's title with its values; that of other pages. */
static const char *page_title(const struct page_job *job, const struct page *page)
{
	return page->document && page->title == page->document->title
		   ? live_title(job, page->document)
		   : page->title;
}

/* ---- the sections of the site ---- */

const char *inside_content(const struct page_job *job, const char *path)
{
	const char *content = job->ws->content;
	size_t n = strlen(content);

	return n && strncmp(path, content, n) == 0 && path[n] == '/' ? path + n + 1 : path;
}

struct section {
	const char *title;
	enum page_kind kind;
	const char *anchor;
	const char *name; /* of struct page's section */
};

static const struct section sections[] = {
    {"Overview", PAGE_OVERVIEW, NULL, "overview"},
    {"Handbook", PAGE_OVERVIEW, "Mb-handbook", "handbook"},
    {"Models", PAGE_MODELS, NULL, "models"},
    {"Incidents", PAGE_INCIDENTS, NULL, "incidents"},
    {"Findings", PAGE_FINDINGS, NULL, "findings"},
    {"Templates", PAGE_TEMPLATES, NULL, "templates"},
    {"Controls", PAGE_CONTROLS, NULL, "controls"},
    {"Records", PAGE_RECORDS, NULL, "records"},
};

/* Which section a page stands in: by its kind, since that never disagrees with the links above. A
 * document belongs to what it stands under. */
static bool page_in_section(const struct page *page, const struct section *section)
{
	enum page_kind up = page->up ? page->up->kind : PAGE_OVERVIEW;

	switch (page->kind) {
	case PAGE_DOCUMENT:
		if (up == PAGE_MODEL || up == PAGE_VERSION || up == PAGE_RUN)
			return section->kind == PAGE_MODELS;
		if (up == PAGE_INCIDENTS)
			return section->kind == PAGE_INCIDENTS;
		return strcmp(section->name, "handbook") == 0;
	case PAGE_MODEL:
	case PAGE_VERSION:
	case PAGE_RUN:
		return section->kind == PAGE_MODELS;
	case PAGE_TEMPLATE:
	case PAGE_RECORD_KIND:
		return section->kind == PAGE_TEMPLATES;
	case PAGE_RECORD:
		return section->kind == PAGE_RECORDS;
	case PAGE_FRAMEWORK:
		return section->kind == PAGE_CONTROLS;
	default:
		return false;
	}
}

static void nav_entry(struct view *view, const char *title, const char *url, bool here, bool inside)
{
	struct view *entry = view_list(view, "nav");

	view_text(entry, "title", title);
	view_address(entry, "url", url);
	view_flag(entry, "here", here);
	view_flag(entry, "inside", inside && !here);
}

/* A document that a line of `navigation:` names, or that lies in the folder it names. */
bool nav_covers(const struct page_job *job, const struct nav_rule *rule, const struct document *doc)
{
	const char *path = inside_content(job, doc->path), *place = inside_content(job, rule->path);
	size_t n = strlen(place);

	while (n && place[n - 1] == '/')
		n--;
	return n && strncmp(path, place, n) == 0 &&
	       (path[n] == '\0' || path[n] == '/' || strcmp(path + n, ".md") == 0);
}

/* Where a line of `navigation:` leads: a page by its path in the site, a document, the index of a
 * folder, or the place on the overview where the folder's documents are listed. */
static void fill_rule(struct page_job *job, struct view *view, const struct nav_rule *rule)
{
	static const char *const endings[] = {"", ".md", "/index.md", "/README.md"};
	const struct page_plan *plan = &job->ws->pages;
	const char *place = path_join(job->mem, job->ws->content, inside_content(job, rule->path));
	const struct page *to = page_at(plan, rule->path);
	const struct document *doc = job->page->document;
	const char *anchor = NULL;
	bool inside = doc && nav_covers(job, rule, doc);

	for (size_t i = 0; !to && i < sizeof endings / sizeof *endings; i++)
		to = page_of_input(plan, arena_printf(job->mem, "%s%s", place, endings[i]));
	if (!to) {
		to = page_single(plan, PAGE_OVERVIEW);
		anchor = "Mb-handbook";
	}
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
		if (to->kind == sections[i].kind && to->kind != PAGE_OVERVIEW)
			inside = inside || page_in_section(job->page, &sections[i]);
	nav_entry(view, rule->title, href(job, to, anchor), to == job->page && !anchor, inside);
}

/* Where modelbook.yaml has a navigation it stands instead of the sections. A line whose page this
 * workspace does not have (no incidents, no models) is left out. */
static void fill_nav(struct page_job *job, struct view *view)
{
	const struct config *config = &job->ws->config;
	size_t n = config->navigation.n ? 1 : sizeof sections / sizeof *sections;

	for (size_t i = 0; i < n; i++) {
		const struct section *section = &sections[i];
		const struct page *to = page_single(&job->ws->pages, section->kind);
		if (!to || (section->anchor && !job->ws->documents.n))
			continue;
		nav_entry(view, section->title, href(job, to, section->anchor),
			  to == job->page && !section->anchor, page_in_section(job->page, section));
	}
	for (size_t i = 0; i < config->navigation.n; i++)
		if (!text_ends_with(config->navigation.items[i].path, ".html") ||
		    page_at(&job->ws->pages, config->navigation.items[i].path))
			fill_rule(job, view, &config->navigation.items[i]);
}

static void fill_crumbs(struct page_job *job, struct view *view)
{
	const struct page *way[16];
	size_t n = 0;

	for (const struct page *up = job->page->up; up && n < 16; up = up->up)
		way[n++] = up;
	view_flag(view, "has_crumbs", n > 0);
	if (!n)
		view_empty_list(view, "crumbs");
	while (n-- > 0) {
		struct view *entry = view_list(view, "crumbs");
		view_address(entry, "url", href(job, way[n], NULL));
		view_text(entry, "title", way[n]->up ? page_title(job, way[n]) : "Overview");
	}
}

static void fill_neighbour(struct page_job *job, struct view *view, const char *url_name,
			   const char *title_name, const struct page *to)
{
	view_address(view, url_name, href(job, to, NULL));
	view_text(view, title_name, to ? page_title(job, to) : NULL);
}

static void fill_contents(struct page_job *job, struct view *view)
{
	bool worth = job->contents.n > 1;

	view_flag(view, "has_contents", worth);
	if (!worth)
		view_empty_list(view, "contents");
	for (size_t i = 0; worth && i < job->contents.n; i++) {
		const struct toc_entry *toc = &job->contents.items[i];
		struct view *entry = view_list(view, "contents");
		struct out title = {0};
		view_url(entry, "url",
			 arena_printf(job->mem, "#%s", path_encode_url(job->mem, toc->id)));
		escape_html_breakable(&title, toc->title, strlen(toc->title));
		view_take_markup(job, entry, "title", &title);
		view_flag(entry, "deeper", toc->level > 2);
	}
}

static const char *asset_href(const struct page_job *job, const char *path)
{
	return href(job, page_at(&job->ws->pages, path), NULL);
}

/* The first `max` characters of UTF-8 text, with an ellipsis where that is not all. */
static const char *shortened(struct arena *mem, const char *text, size_t max)
{
	size_t characters = 0, cut = 0;

	for (size_t i = 0; text[i]; i++) {
		if (((unsigned char)text[i] & 0xC0) == 0x80)
			continue;
		if (++characters == max)
			cut = i;
		if (characters > max)
			return arena_printf(mem, "%.*s…", (int)cut, text);
	}
	return text;
}

/* The title of the window: with the site's title behind it where there is room. */
static const char *window_title(const struct page_job *job)
{
	const char *site = job->ws->config.title, *title = page_title(job, job->page);
	const char *both = arena_printf(job->mem, "%s · %s", title, site);

	if (job->page->kind == PAGE_OVERVIEW)
		return shortened(job->mem, site, TITLE_MAX);
	return shortened(job->mem, both, TITLE_MAX) == both ? both
							    : shortened(job->mem, title, TITLE_MAX);
}

void layout_fill(struct page_job *job, struct view *view)
{
	const struct page *page = job->page;
	const struct config *config = &job->ws->config;
	bool home = page->kind == PAGE_OVERVIEW;
	const struct page *home_page = page_single(&job->ws->pages, PAGE_OVERVIEW);
	bool found = page->kind != PAGE_NOT_FOUND;

	view_text(view, "site_title", config->title);
	view_text(view, "page_title", window_title(job));
	view_address(view, "style_url", asset_href(job, "assets/style.css"));
	view_address(view, "plot_style_url", asset_href(job, "assets/plot.css"));
	view_address(view, "script_url", asset_href(job, "assets/script.js"));
	view_address(view, "home_url", href(job, home_page, NULL));
	view_address(view, "canonical_url",
		     config->base_url && config->base_url[0] && found
			 ? arena_printf(job->mem, "%s%s", config->base_url,
					home ? "" : path_encode_url(job->mem, page->path))
			 : NULL);
	fill_neighbour(job, view, "previous_url", "previous_title", page->previous);
	fill_neighbour(job, view, "next_url", "next_title", page->next);
	view_flag(view, "has_neighbours", page->previous || page->next);
	fill_crumbs(job, view);
	fill_nav(job, view);
	fill_contents(job, view);
}

/* ---- documents of the same folder ---- */

/* Index of a document in the workspace's list, which is sorted by path. */
static size_t document_index(const struct workspace *ws, const struct document *doc)
{
	size_t low = 0, high = ws->documents.n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(ws->documents.items[middle]->path, doc->path) <= 0)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static bool same_folder(const char *a, const char *b)
{
	size_t n = (size_t)(path_base(a) - a);

	return n == (size_t)(path_base(b) - b) && memcmp(a, b, n) == 0;
}

/* Documents of subfolders stand between those of the folder; the search for neighbours is
 * bounded, so that a page costs the same in a large handbook. */
void siblings_fill(struct page_job *job, struct view *view)
{
	const struct workspace *ws = job->ws;
	const struct document *self = job->page->document;
	size_t here = document_index(ws, self), reach = SIBLINGS_MAX * 4, n = 0;
	size_t from = here > reach ? here - reach : 0;
	size_t to = ws->documents.n - here > reach ? here + reach : ws->documents.n;
	const struct document *found[SIBLINGS_MAX * 8 + 1];
	size_t at = 0, first, last;

	for (size_t i = from; i < to; i++) {
		const struct document *doc = ws->documents.items[i];
		if (!doc->page || !same_folder(doc->path, self->path))
			continue;
		if (doc == self)
			at = n;
		found[n++] = doc;
	}
	first = at > SIBLINGS_MAX / 2 ? at - SIBLINGS_MAX / 2 : 0;
	last = n - first > SIBLINGS_MAX ? first + SIBLINGS_MAX : n;
	view_flag(view, "has_siblings", n > 1);
	if (n <= 1)
		view_empty_list(view, "siblings");
	for (size_t i = first; n > 1 && i < last; i++) {
		struct view *entry = view_list(view, "siblings");
		view_address(entry, "url", href(job, found[i]->page, NULL));
		view_text(entry, "title", live_title(job, found[i]));
		view_flag(entry, "here", found[i] == self);
	}
}
