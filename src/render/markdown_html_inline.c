/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/markdown_html_inline.c - what stands in a line of a document
 *
 * Raw tags reach us one by one. Each of our own elements has a scope of raw tags of its own, so
 * that neither can close the other and the result is balanced. */
#include "render/escape.h"
#include "render/markdown_html_internal.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *open, *close;
} elements[MD_TYPE_COUNT] = {
    [MD_EMPHASIS] = {"<em>", "</em>"},
    [MD_STRONG] = {"<strong>", "</strong>"},
    [MD_STRIKE] = {"<del>", "</del>"},
};

static bool is_tag(const char *html, size_t n, const char *name)
{
	size_t len = strlen(name);

	return n > len + 1 && html[0] == '<' && !strncasecmp(html + 1, name, len) &&
	       strchr(" \t\n\r\f/>", html[len + 1]);
}

static void write_raw(struct body_writer *w, const char *html, size_t n)
{
	if (n >= 4 && !memcmp(html, "<!--", 4))
		return;
	if (is_tag(html, n, "a") && inside_link(w))
		escape_html(w->to, html, n);
	else
		html_clean_inline(html, n, &w->policy, &w->raw->state, w->to);
}

static void write_footnote_ref(struct body_writer *w, const struct md_node *ref)
{
	struct footnote *note;
	const char *id;

	if (!ref->number || ref->number > w->n_footnotes || !w->footnotes[ref->number].node) {
		out_puts(w->to, "[^");
		escape_html(w->to, md_extra(w->tree, ref), ref->extra_len);
		out_putc(w->to, ']');
		return;
	}
	note = &w->footnotes[ref->number];
	if (!note->id || inside_link(w)) {
		out_printf(w->to, "<sup>%u</sup>", ref->number);
		return;
	}
	id = arena_printf(w->mem, "%s-ref", note->id);
	if (note->refs.n)
		id = arena_printf(w->mem, "%s-%zu", id, note->refs.n + 1);
	id = id_take_unique(w, id);
	*ARENA_PUSH(w->mem, &note->refs) = id;
	out_puts(w->to, "<sup class=\"footnote-ref\"><a");
	write_attribute(w->to, "href", arena_printf(w->mem, "#%s", note->id));
	write_attribute(w->to, "id", id);
	out_printf(w->to, "><span class=\"hidden\">Footnote </span>%u</a></sup>", ref->number);
}

static void write_inline(struct body_writer *w, uint32_t i)
{
	const struct md_node *node = &w->tree->nodes[i];

	switch ((enum md_type)node->type) {
	case MD_TEXT:
		escape_html(w->to, md_text(w->tree, node), node->text_len);
		break;
	case MD_SOFT_BREAK:
		out_putc(w->to, '\n');
		break;
	case MD_LINE_BREAK:
		out_puts(w->to, "<br>\n");
		break;
	case MD_CODE:
		out_puts(w->to, "<code>");
		escape_html(w->to, md_text(w->tree, node), node->text_len);
		out_puts(w->to, "</code>");
		break;
	case MD_HTML_INLINE:
		write_raw(w, md_text(w->tree, node), node->text_len);
		break;
	case MD_EMPHASIS:
	case MD_STRONG:
	case MD_STRIKE:
		out_puts(w->to, elements[node->type].open);
		write_inlines(w, i);
		out_puts(w->to, elements[node->type].close);
		break;
	case MD_LINK:
		write_link(w, i);
		break;
	case MD_IMAGE:
		write_image(w, i);
		break;
	case MD_FOOTNOTE_REF:
		write_footnote_ref(w, node);
		break;
	case MD_DOCUMENT:
	case MD_QUOTE:
	case MD_LIST:
	case MD_ITEM:
	case MD_CODE_BLOCK:
	case MD_HTML_BLOCK:
	case MD_PARAGRAPH:
	case MD_HEADING:
	case MD_RULE:
	case MD_TABLE:
	case MD_TABLE_ROW:
	case MD_TABLE_CELL:
	case MD_FOOTNOTE:
	case MD_TYPE_COUNT:
		break; /* blocks do not stand in lines */
	}
}

void write_inline_range(struct body_writer *w, uint32_t from, uint32_t end)
{
	struct raw_scope scope = {.outer = w->raw};

	w->raw = &scope;
	for (uint32_t i = from; i < end; i = w->tree->nodes[i].after)
		write_inline(w, i);
	html_close_inline(&scope.state, w->to);
	w->raw = scope.outer;
}

void write_inlines(struct body_writer *w, uint32_t node)
{
	write_inline_range(w, node + 1, w->tree->nodes[node].after);
}
