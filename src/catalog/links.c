/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/links.c - what the links and pictures of documents lead to */
#include "base/parts.h"
#include "base/path.h"
#include "base/text.h"
#include "catalog/catalog_internal.h"
#include "catalog/gist.h"
#include "read/html_clean.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Each compares with every anchor of a page; a text of nothing but links would take hours. */
enum { MOST_SUGGESTIONS = 100 };

/* Anything that is not NULL: anchors are a set. */
static void *const present = (void *)"";

static void add_match_anchors(struct arena *mem, struct document *doc, const struct match *match)
{
	for (size_t i = 0; i < match->children.n; i++) {
		const struct match *child = match->children.items[i];
		if (child->requirement->type == REQUIRE_ITEM && child->anchor &&
		    !map_has(&doc->anchors, child->anchor))
			map_put(&doc->anchors, mem, child->anchor, present);
		add_match_anchors(mem, doc, child);
	}
}

/* How many of each there are among the nodes: room is taken once. */
struct census {
	size_t headings, links, html;
};

static struct census count_nodes(const struct md_tree *tree)
{
	struct census census = {0};

	for (uint32_t i = 1; i < tree->n; i++) {
		uint8_t type = tree->nodes[i].type;
		census.headings += type == MD_HEADING;
		census.links += type == MD_LINK || type == MD_IMAGE;
		census.html += type == MD_HTML_BLOCK || type == MD_HTML_INLINE;
	}
	return census;
}

static void add_html_anchors(struct arena *mem, struct document *doc, const struct md_node *n)
{
	const char **ids;
	size_t count = html_ids(mem, md_text(&doc->text.body, n), n->text_len, &ids);

	for (size_t k = 0; k < count; k++)
		if (!map_has(&doc->anchors, ids[k]))
			map_put(&doc->anchors, mem, ids[k], present);
}

static void reserve_links(struct arena *mem, struct document *doc, size_t n)
{
	if (n) {
		doc->links.items = arena_new(mem, struct link, n);
		doc->links.cap = n;
	}
	doc->has_links = n > 0;
}

bool catalog_add_anchors(struct arena *mem, struct document *doc)
{
	const struct md_tree *tree = &doc->text.body;
	struct census census = count_nodes(tree);

	map_reserve(&doc->anchors, mem, census.headings + doc->n_items);
	for (uint32_t i = 1; i < tree->n && census.headings + census.html; i++) {
		const struct md_node *n = &tree->nodes[i];
		if (n->type == MD_HEADING && n->extra_len)
			map_put(&doc->anchors, mem, md_extra(tree, n), present);
		if (n->type == MD_HTML_BLOCK || n->type == MD_HTML_INLINE)
			add_html_anchors(mem, doc, n);
	}
	if (doc->match)
		add_match_anchors(mem, doc, doc->match);
	reserve_links(mem, doc, census.links);
	doc->has_html = census.html > 0;
	return doc->has_html;
}

/* A document's anchors, and room for its links. */
static void add_anchors(void *ctx, size_t index, struct part *part)
{
	const struct catalog *c = ctx;
	struct document *doc = c->ws->documents.items[index];
	const struct gist *gist = doc->gist;

	if (!gist) {
		catalog_add_anchors(part->mem, doc);
		return;
	}
	map_reserve(&doc->anchors, part->mem, gist->head->n_anchors);
	for (uint32_t i = 0; i < gist->head->n_anchors; i++)
		map_put(&doc->anchors, part->mem, gist_text(gist, gist->anchors[i]), present);
	reserve_links(part->mem, doc, gist->head->n_links);
}

/* Length of "scheme:" at the front, 0 where there is none (RFC 3986, 3.1). */
static size_t scheme_length(const char *url)
{
	size_t n = 0;

	if (!((url[0] | 32) >= 'a' && (url[0] | 32) <= 'z'))
		return 0;
	while ((url[n] >= 'a' && url[n] <= 'z') || (url[n] >= 'A' && url[n] <= 'Z') ||
	       (url[n] >= '0' && url[n] <= '9') || url[n] == '+' || url[n] == '-' || url[n] == '.')
		n++;
	return url[n] == ':' ? n + 1 : 0;
}

static bool is_shortcode(const char *url)
{
	return strstr(url, "{{") || strstr(url, "{%") || strstr(url, "<%");
}

static bool line_anchor_exists(const struct page *page, const char *anchor)
{
	const struct data_file *file = page->file;
	unsigned long line;
	char *end;
	size_t lines = 1;

	if (!file || anchor[0] != 'L')
		return false;
	line = strtoul(anchor + 1, &end, 10);
	for (size_t i = 0; i < file->source->len; i++)
		lines += file->source->text[i] == '\n';
	return end > anchor + 1 && !*end && line >= 1 && line <= lines;
}

bool page_has_anchor(const struct page *page, const char *anchor)
{
	if (!*anchor || !strcmp(anchor, "top"))
		return true;
	if (page->anchors)
		return map_has(page->anchors, anchor);
	return page->kind != PAGE_RECORD || line_anchor_exists(page, anchor);
}

/* Checks the anchor of a link whose page is known. */
static void check_anchor(const struct workspace *ws, struct link *link)
{
	if (page_has_anchor(link->page, link->anchor))
		return;
	/* Of a bare folder nobody says which generator makes headings out of its shortcodes. */
	if (!ws->configured && link->page->document && link->page->document->has_shortcodes)
		return;
	link->kind = LINK_BROKEN_ANCHOR;
}

/* The anchor that was meant, maybe. */
static void suggest_anchor(struct arena *scratch, struct link *link)
{
	const struct map *anchors = link->page->anchors;
	struct arena_mark mark = arena_save(scratch);
	size_t n = anchors ? anchors->n : 0;
	const char **ids = arena_new(scratch, const char *, n + 1);

	for (size_t i = 0; i < n; i++)
		ids[i] = anchors->entries[i].key;
	link->nearest = text_nearest(link->anchor, ids, n);
	arena_reset(scratch, mark);
}

static bool take_page(const struct workspace *ws, struct link *link, const struct page *page)
{
	if (!page)
		return false;
	link->kind = page->kind == PAGE_FILE ? LINK_FILE : LINK_PAGE;
	link->page = page;
	if (link->kind == LINK_PAGE)
		check_anchor(ws, link);
	return true;
}

/* A folder means its index.md or README.md. */
static const struct page *folder_page(struct arena *scratch, const struct workspace *ws,
				      const char *path)
{
	static const char *const names[] = {"index.md", "README.md", "readme.md", "index.markdown"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const struct page *page =
		    page_of_input(&ws->pages, path_join(scratch, path, names[i]));
		if (page)
			return page;
	}
	return NULL;
}

static bool exists_in_workspace(const struct workspace *ws, const char *path)
{
	struct stat st;

	return *path && !fstatat(ws->root, path, &st, AT_SYMLINK_NOFOLLOW);
}

static const char *inner_dir(struct arena *scratch, const struct workspace *ws, const char *path)
{
	size_t n = strlen(ws->content);

	return path_dir(scratch, n ? path + n + 1 : path);
}

/* A document of the same name elsewhere. */
static const char *same_name(const struct workspace *ws, const char *path)
{
	const char *base = path_base(path);
	const struct document *doc = map_get(&ws->document_by_name, base);
	bool common = !strcasecmp(base, "README.md") || !strcasecmp(base, "index.md");

	return doc && !common ? doc->path : NULL;
}

/* A document whose links are resolved. */
struct resolver {
	struct arena *mem;     /* for what links keep */
	struct arena *scratch; /* for the rest; may be the same */
	const struct workspace *ws;
	const struct document *doc;
	size_t suggestions; /* of anchors, made so far */
};

static void resolve_path(struct resolver *r, const char *path, struct link *link)
{
	const struct workspace *ws = r->ws;
	bool from_root = path[0] == '/';
	const char *dir = from_root ? ws->content : path_dir(r->scratch, r->doc->path);
	char *target = path_resolve(r->scratch, dir, path + from_root), *in_site;

	link->kind = LINK_BROKEN_TARGET;
	if (!target)
		return;
	if (take_page(ws, link, page_of_input(&ws->pages, target)) ||
	    take_page(ws, link, folder_page(r->scratch, ws, target)))
		return;
	in_site = path_resolve(r->scratch, from_root ? "" : inner_dir(r->scratch, ws, r->doc->path),
			       path + from_root);
	if (in_site && take_page(ws, link, page_at(&ws->pages, in_site)))
		return;
	if (exists_in_workspace(ws, target) && *ws->config.repository) {
		link->kind = LINK_REPOSITORY;
		link->address = arena_printf(r->mem, "%s%s", ws->config.repository,
					     path_encode_url(r->scratch, target));
		return;
	}
	/* Where nothing says what the root is, a rooted link is another host's business. */
	if (from_root && !ws->configured)
		link->kind = LINK_SHORTCODE;
	else
		link->nearest = same_name(ws, target);
}

static void resolve_relative(struct resolver *r, const char *url, struct link *link)
{
	const char *hash = strchr(url, '#');
	size_t n = strcspn(url, "#?");
	char *path = path_decode_url(r->scratch, url, n);

	if (hash) {
		bool plain = !strchr(hash, '%');
		char *anchor = plain ? NULL : path_decode_url(r->mem, hash + 1, strlen(hash + 1));
		link->anchor = anchor ? anchor : hash + 1;
	}
	if (!n && hash) {
		link->page = r->doc->page;
		link->kind = LINK_ANCHOR;
		if (link->page)
			check_anchor(r->ws, link);
		return;
	}
	if (!path || !*path) {
		link->kind = LINK_BROKEN_TARGET;
		return;
	}
	resolve_path(r, path, link);
}

static struct link resolve(struct resolver *r, const char *url, bool image)
{
	struct link link = {.url = url, .image = image, .anchor = ""};
	size_t scheme = scheme_length(url);

	if (is_shortcode(url)) {
		link.kind = LINK_SHORTCODE;
	} else if (url[0] == '/' && url[1] == '/') {
		link.kind = LINK_EXTERNAL;
		link.address = arena_printf(r->mem, "https:%s", url);
	} else if (scheme) {
		link.kind = url_is_safe(url, false) ? LINK_EXTERNAL : LINK_UNSAFE;
		link.address = url;
	} else {
		resolve_relative(r, url, &link);
	}
	return link;
}

struct link link_resolve(struct arena *mem, const struct workspace *ws, const struct document *doc,
			 const char *url, bool image)
{
	struct resolver r = {.mem = mem, .scratch = mem, .ws = ws, .doc = doc};

	return resolve(&r, url, image);
}

/* Collects the addresses of raw HTML as the cleaner comes across them. */
struct raw_collector {
	struct arena *mem;
	const struct workspace *ws;
	struct document *doc;
	const struct md_node *node;
};

static const char *collect_address(void *ctx, const char *url, bool is_image)
{
	struct raw_collector *raw = ctx;
	struct source *source = raw->doc->text.source;
	const struct md_node *n = raw->node;
	struct link *link = ARENA_PUSH(raw->mem, &raw->doc->links);
	char *address = arena_strdup(raw->mem, url);
	const char *written =
	    n->end > n->start && n->end <= source->len
		? memmem(source->text + n->start, n->end - n->start, url, strlen(url))
		: NULL;

	*link = link_resolve(raw->mem, raw->ws, raw->doc, address, is_image);
	link->at = span_at(source, n->start, n->end);
	if (written && *url)
		link->at = span_at(source, (size_t)(written - source->text),
				   (size_t)(written - source->text) + strlen(url));
	return NULL;
}

static bool take_no_id(void *ctx, const char *id)
{
	(void)ctx;
	(void)id;
	return false;
}

/* Links and pictures in raw HTML have node 0 and stand first. */
static void resolve_raw_html(struct arena *mem, const struct workspace *ws, struct document *doc)
{
	struct raw_collector raw = {mem, ws, doc, NULL};
	const struct html_policy policy = {collect_address, take_no_id, &raw};
	const struct md_tree *tree = &doc->text.body;
	struct out dropped = {0};

	for (uint32_t i = 1; i < tree->n; i++) {
		const struct md_node *n = &tree->nodes[i];
		struct html_inline_state state = {0};
		raw.node = n;
		if (n->type == MD_HTML_BLOCK)
			html_clean_block(md_text(tree, n), n->text_len, &policy, &dropped);
		else if (n->type == MD_HTML_INLINE)
			html_clean_inline(md_text(tree, n), n->text_len, &policy, &state, &dropped);
		out_clear(&dropped);
	}
	out_release(&dropped);
}

/* Adds the link of a node to a document. */
static void add_link(struct resolver *r, struct document *doc, uint32_t node, const char *url,
		     bool image, struct span at)
{
	struct link *link = ARENA_PUSH(r->mem, &doc->links);

	*link = resolve(r, url, image);
	link->node = node;
	link->at = at;
	if (link->kind == LINK_BROKEN_ANCHOR && r->suggestions++ < MOST_SUGGESTIONS)
		suggest_anchor(r->scratch, link);
}

static void resolve_document(void *ctx, size_t index, struct part *part)
{
	const struct catalog *c = ctx;
	struct document *doc = c->ws->documents.items[index];
	const struct md_tree *tree = &doc->text.body;
	const struct gist *gist = doc->gist;
	struct source *source = doc->text.source;
	struct resolver resolver = {
	    .mem = part->mem, .scratch = part->scratch, .ws = c->ws, .doc = doc};

	if (doc->has_html)
		resolve_raw_html(part->mem, c->ws, doc);
	for (uint32_t i = 0; gist && i < gist->head->n_links; i++) {
		const struct gist_link *l = &gist->links[i];
		add_link(&resolver, doc, l->node, gist_text(gist, l->url), l->is_image,
			 span_at(source, l->start, l->end));
	}
	for (uint32_t i = 1; i < tree->n && doc->has_links; i++) {
		const struct md_node *n = &tree->nodes[i];
		if (n->type == MD_LINK || n->type == MD_IMAGE)
			add_link(&resolver, doc, i, md_extra(tree, n), n->type == MD_IMAGE,
				 span_at(source, n->start, n->end));
	}
}

void catalog_resolve_links(struct catalog *c)
{
	size_t n = c->ws->documents.n;

	parts_run(c->mem, c->diags, n, c->options->jobs, add_anchors, c);
	parts_run(c->mem, c->diags, n, c->options->jobs, resolve_document, c);
}

const struct link *document_link(const struct document *doc, uint32_t node)
{
	size_t low = 0, high = doc->links.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (doc->links.items[middle].node == node)
			return &doc->links.items[middle];
		if (doc->links.items[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
