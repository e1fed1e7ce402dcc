/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/html_clean.c - raw HTML parsed, and written again from the allow-list
 *
 * What is written must be read by a browser as the same tree: so an element that needs a parent
 * (li, tr …) is written inside it only, and where leaving out a tag would put a paragraph inside
 * a paragraph, a link inside a link or a heading inside a heading, the inner tag is left out too.
 */
#include "read/html_clean_internal.h"
#include <string.h>

enum { MAX_DEPTH = 512 }; /* of the parsed tree; the guard keeps it lower */

struct writer {
	const struct html_policy *policy;
	struct out *to;
	size_t depth;
};

/* What is open around a node, as written. */
struct place {
	const char *parent; /* "" at the outside */
	bool in_p, in_heading, in_link;
};

static void write_children(struct writer *w, const GumboNode *node, struct place place);

static bool fits_parent(const struct html_tag *tag, const char *parent)
{
	size_t n = strlen(parent);

	if (!tag->parents)
		return true;
	for (const char *at = tag->parents; n > 0 && (at = strstr(at, parent)) != NULL; at += n)
		if (at[-1] == ' ' && at[n] == ' ')
			return true;
	return false;
}

static bool is_heading(const struct html_tag *tag)
{
	return tag->write[0] == 'h' && tag->write[1] >= '1' && tag->write[1] <= '6';
}

/* True where a browser would end something that is open when it reads the tag. */
static bool would_end_other(const struct html_tag *tag, struct place place)
{
	return ((tag->flags & TAG_ENDS_P) && place.in_p) || (is_heading(tag) && place.in_heading) ||
	       (strcmp(tag->write, "a") == 0 && place.in_link);
}

/* True among the rows and cells of a table, where a browser moves out what is neither. */
static bool is_table_structure(const char *parent)
{
	static const char *const structure[] = {"table", "thead", "tbody", "tfoot", "tr"};

	for (size_t i = 0; i < sizeof structure / sizeof *structure; i++)
		if (strcmp(parent, structure[i]) == 0)
			return true;
	return false;
}

/* The tags of an element that is not allowed become text. */
static void write_as_text(struct writer *w, const GumboNode *node, struct place place)
{
	GumboStringPiece start = node->v.element.original_tag;
	GumboStringPiece end = node->v.element.original_end_tag;

	html_escape(w->to, start.data, start.length);
	write_children(w, node, place);
	html_escape(w->to, end.data, end.length);
}

static void write_allowed(struct writer *w, const GumboNode *node, const struct html_tag *tag,
			  struct place place)
{
	const GumboElement *element = &node->v.element;

	out_putc(w->to, '<');
	out_puts(w->to, tag->write);
	html_write_attributes(&element->attributes, tag, w->policy, w->to);
	out_putc(w->to, '>');
	if (tag->flags & TAG_VOID)
		return;
	if (strcmp(tag->write, "pre") == 0)
		out_putc(w->to,
			 '\n'); /* which is not read; but one of the contents would be lost */
	bool is_cell = tag->parents && strcmp(tag->parents, " tr ") == 0;
	struct place inside = {
	    .parent = tag->write,
	    .in_p = !is_cell && (place.in_p || strcmp(tag->write, "p") == 0),
	    .in_heading = place.in_heading || is_heading(tag),
	    .in_link = place.in_link || strcmp(tag->write, "a") == 0,
	};
	write_children(w, node, inside);
	out_puts(w->to, "</");
	out_puts(w->to, tag->write);
	out_putc(w->to, '>');
}

static void write_element(struct writer *w, const GumboNode *node, struct place place)
{
	const GumboElement *element = &node->v.element;
	GumboStringPiece name = html_name(element);
	const struct html_tag *tag = element->tag_namespace == GUMBO_NAMESPACE_HTML
					 ? html_tag_find(name.data, name.length)
					 : NULL;

	if (is_table_structure(place.parent) &&
	    (!tag || !tag->parents || !fits_parent(tag, place.parent)))
		return;
	if (!tag || (!fits_parent(tag, place.parent) && !(tag->flags & TAG_DROP))) {
		write_as_text(w, node, place);
	} else if (tag->flags & TAG_DROP) {
		return;
	} else if ((tag->flags & TAG_UNWRAP) || would_end_other(tag, place)) {
		write_children(w, node, place);
	} else if (strcmp(tag->write, "img") == 0) {
		html_write_image(&element->attributes, w->policy, place.in_link, w->to);
	} else {
		write_allowed(w, node, tag, place);
	}
}

static void write_node(struct writer *w, const GumboNode *node, struct place place)
{
	switch (node->type) {
	case GUMBO_NODE_TEXT:
	case GUMBO_NODE_WHITESPACE:
	case GUMBO_NODE_CDATA:
		if (!is_table_structure(place.parent) || node->type == GUMBO_NODE_WHITESPACE)
			html_escape(w->to, node->v.text.text, strlen(node->v.text.text));
		break;
	case GUMBO_NODE_ELEMENT:
	case GUMBO_NODE_TEMPLATE:
		write_element(w, node, place);
		break;
	case GUMBO_NODE_COMMENT:
	case GUMBO_NODE_DOCUMENT:
		break;
	}
}

static void write_children(struct writer *w, const GumboNode *node, struct place place)
{
	const GumboVector *children = html_children(node);

	if (w->depth == MAX_DEPTH)
		return;
	w->depth++;
	for (unsigned i = 0; i < children->length; i++)
		write_node(w, children->data[i], place);
	w->depth--;
}

void html_clean_block(const char *html, size_t n, const struct html_policy *policy, struct out *to)
{
	struct writer w = {.policy = policy, .to = to};
	struct arena mem;
	size_t whole;

	if (!html_is_bounded(html, n, &whole)) {
		out_puts(to, "<pre>");
		html_escape(to, html, n);
		out_puts(to, "</pre>");
		return;
	}
	arena_init(&mem);
	write_children(&w, html_parse(&mem, html, whole), (struct place){.parent = ""});
	html_escape(to, html + whole, n - whole);
	arena_release(&mem);
}

/* ---- ids ---- */

struct id_list {
	struct arena *mem;
	LIST_OF(const char *);
};

static bool collect_id(void *ctx, const char *id)
{
	struct id_list *list = ctx;

	*ARENA_PUSH(list->mem, list) = arena_strdup(list->mem, id);
	return true;
}

/* What would be written decides: an id of an element that becomes text is none. */
size_t html_ids(struct arena *mem, const char *html, size_t n, const char ***ids)
{
	struct id_list list = {.mem = mem};
	struct html_policy policy = {.take_id = collect_id, .ctx = &list};
	struct out nowhere = {0};

	html_clean_block(html, n, &policy, &nowhere);
	out_release(&nowhere);
	*ids = list.items;
	return list.n;
}
