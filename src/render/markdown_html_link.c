/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/markdown_html_link.c - links and pictures, as catalog resolved them */
#include "render/escape.h"
#include "render/markdown_html_internal.h"

#include "base/path.h"
#include "base/text.h"

#include <string.h>

enum target_kind {
	TARGET_TEXT, /* nothing to follow: the text alone */
	TARGET_SITE, /* a page, a file or a place of this site */
	TARGET_OUTSIDE,
	TARGET_BROKEN,
	TARGET_LITERAL /* written as in the document */
};

struct target {
	enum target_kind kind;
	const char *href;
	const char *why; /* broken: in words */
};

void write_attribute(struct out *to, const char *name, const char *value)
{
	out_printf(to, " %s=\"", name);
	escape_html(to, value, strlen(value));
	out_putc(to, '"');
}

/* An address that no one resolved: outside links are kept, all else leads nowhere known. */
static struct target unresolved(const char *url)
{
	bool outside = text_starts_with(url, "http://") || text_starts_with(url, "https://") ||
		       text_starts_with(url, "mailto:");

	return (struct target){outside && url_is_safe(url, false) ? TARGET_OUTSIDE : TARGET_TEXT,
			       url, NULL};
}

static struct target target_of(const struct body_writer *w, const struct link *link)
{
	switch (link->kind) {
	case LINK_EXTERNAL:
	case LINK_REPOSITORY:
		return (struct target){TARGET_OUTSIDE, link->address ? link->address : link->url,
				       NULL};
	case LINK_PAGE:
	case LINK_FILE:
		return (struct target){
		    TARGET_SITE, page_href(w->mem, w->doc->page, link->page, link->anchor), NULL};
	case LINK_ANCHOR:
		return (struct target){
		    TARGET_SITE, arena_printf(w->mem, "#%s", path_encode_url(w->mem, link->anchor)),
		    NULL};
	case LINK_BROKEN_TARGET:
		return (struct target){TARGET_BROKEN, NULL, "leads to nothing"};
	case LINK_BROKEN_ANCHOR:
		return (struct target){TARGET_BROKEN, NULL, "leads to no such heading"};
	case LINK_SHORTCODE:
		return (struct target){TARGET_LITERAL, NULL, NULL};
	case LINK_UNSAFE:
		break;
	}
	return (struct target){TARGET_TEXT, NULL, NULL};
}

static struct target target_of_node(const struct body_writer *w, uint32_t node)
{
	const struct link *link = w->doc ? document_link(w->doc, node) : NULL;

	return link ? target_of(w, link) : unresolved(md_extra(w->tree, &w->tree->nodes[node]));
}

static char *raw_key(struct arena *mem, const char *url, bool is_image)
{
	return arena_printf(mem, "%c%s", is_image ? 'i' : 'a', url);
}

/* Links of raw HTML have node 0 and stand first. */
void raw_links_prepare(struct body_writer *w)
{
	for (size_t i = 0; w->doc && i < w->doc->links.n && !w->doc->links.items[i].node; i++) {
		struct link *link = &w->doc->links.items[i];
		char *key = raw_key(w->mem, link->url, link->image);

		if (!map_has(&w->raw_links, key))
			map_put(&w->raw_links, w->mem, key, link);
	}
}

const char *raw_address(void *ctx, const char *url, bool is_image)
{
	const struct body_writer *w = ctx;
	const struct link *link = map_get(&w->raw_links, raw_key(w->mem, url, is_image));
	struct target target = link ? target_of(w, link) : unresolved(url);

	if (target.kind != TARGET_SITE && (target.kind != TARGET_OUTSIDE || is_image))
		return NULL;
	return target.href;
}

bool inside_link(const struct body_writer *w)
{
	if (w->links)
		return true;
	for (const struct raw_scope *scope = w->raw; scope; scope = scope->outer)
		for (size_t i = 0; i < scope->state.n_open; i++)
			if (!strcmp(scope->state.open[i], "a"))
				return true;
	return false;
}

static void open_link(struct body_writer *w, const struct target *target, const char *title)
{
	out_puts(w->to, "<a href=\"");
	escape_url(w->to, target->href);
	out_putc(w->to, '"');
	if (target->kind == TARGET_OUTSIDE)
		out_puts(w->to, " rel=\"noopener noreferrer\"");
	if (*title)
		write_attribute(w->to, "title", title);
	out_putc(w->to, '>');
	w->links++;
}

static void close_link(struct body_writer *w)
{
	w->links--;
	out_puts(w->to, "</a>");
}

/* What a reader sees of a link: its text, or its address where it has none. */
static void write_label(struct body_writer *w, uint32_t node)
{
	const struct md_node *link = &w->tree->nodes[node];
	const char *text = md_plain(w->mem, w->tree, node);

	if (text[strspn(text, " \t\n")]) {
		write_inlines(w, node);
		return;
	}
	for (uint32_t i = node + 1; i < link->after; i++)
		if (w->tree->nodes[i].type == MD_IMAGE) {
			write_inlines(w, node);
			break;
		}
	escape_html(w->to, md_extra(w->tree, link), link->extra_len);
}

/* What stands where a link or picture leads nowhere. */
static void open_broken(struct body_writer *w, const struct target *target, const char *url)
{
	out_puts(w->to, "<span class=\"broken\"");
	write_attribute(w->to, "title", arena_printf(w->mem, "%s: %s", target->why, url));
	out_putc(w->to, '>');
}

static void close_broken(struct body_writer *w)
{
	out_puts(w->to, "<span class=\"hidden\"> (broken link)</span></span>");
}

void write_link(struct body_writer *w, uint32_t node)
{
	const struct md_node *link = &w->tree->nodes[node];
	struct target target = target_of_node(w, node);

	if (inside_link(w))
		target.kind = TARGET_TEXT;
	switch (target.kind) {
	case TARGET_SITE:
	case TARGET_OUTSIDE:
		open_link(w, &target, md_title(w->tree, link));
		write_label(w, node);
		close_link(w);
		break;
	case TARGET_BROKEN:
		open_broken(w, &target, md_extra(w->tree, link));
		write_label(w, node);
		close_broken(w);
		break;
	case TARGET_LITERAL:
		out_putc(w->to, '[');
		write_inlines(w, node);
		out_puts(w->to, "](");
		escape_html(w->to, md_extra(w->tree, link), link->extra_len);
		out_putc(w->to, ')');
		break;
	case TARGET_TEXT:
		write_label(w, node);
	}
}

static void write_alt(struct body_writer *w, uint32_t node, const char *alt)
{
	const struct md_node *image = &w->tree->nodes[node];

	if (*alt)
		escape_html(w->to, alt, strlen(alt));
	else
		escape_html(w->to, md_extra(w->tree, image), image->extra_len);
}

static void write_picture(struct body_writer *w, const struct target *target, uint32_t node,
			  const char *alt)
{
	const char *title = md_title(w->tree, &w->tree->nodes[node]);

	out_puts(w->to, "<img src=\"");
	escape_url(w->to, target->href);
	out_putc(w->to, '"');
	write_attribute(w->to, "alt", alt);
	if (*title)
		write_attribute(w->to, "title", title);
	out_puts(w->to, " loading=\"lazy\">");
}

void write_image(struct body_writer *w, uint32_t node)
{
	const struct link *link = w->doc ? document_link(w->doc, node) : NULL;
	struct target target = target_of_node(w, node);
	const char *alt = md_plain(w->mem, w->tree, node);
	bool nested = inside_link(w);

	if (link && link->kind == LINK_FILE) {
		write_picture(w, &target, node, alt);
	} else if (target.kind == TARGET_BROKEN) {
		open_broken(w, &target, md_extra(w->tree, &w->tree->nodes[node]));
		write_alt(w, node, alt);
		close_broken(w);
	} else if (target.kind == TARGET_TEXT || target.kind == TARGET_LITERAL || nested) {
		write_alt(w, node, alt);
	} else {
		/* a picture of another host is never fetched: it can be followed */
		open_link(w, &target, "");
		write_alt(w, node, alt);
		close_link(w);
	}
}
