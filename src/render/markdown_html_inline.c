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

/* Text with what is live in it. A span may end in a later text, and takes what lies between. */
static void write_text(struct body_writer *w, uint32_t i)
{
	const struct md_node *node = &w->tree->nodes[i];
	const char *text = md_text(w->tree, node);
	uint32_t at = w->live_end ? w->live_to : 0;
	size_t first = 0, n = w->live ? live_spans_of(w->doc->live, i, &first) : 0;

	w->live_end = 0;
	for (size_t k = first; k < first + n; k++) {
		const struct live_span *span = &w->doc->live->spans.items[k];
		escape_html(w->to, text + at, span->from - at);
		w->live->span(w->live->ctx, span, inside_link(w), w->to);
		at = span->to;
		if (span->end_node != i) {
			w->live_end = span->end_node;
			w->live_to = span->to;
			return;
		}
	}
	escape_html(w->to, text + at, node->text_len - at);
}

const char *markdown_live_plain(struct arena *mem, const struct document *doc, uint32_t node,
				const struct live_writer *live)
{
	const struct md_tree *tree = &doc->text.body;
	struct out words = {0};
	const char *result;
	uint32_t end = 0, at = 0;

	for (uint32_t i = node + 1; i < tree->nodes[node].after; i++) {
		const struct md_node *n = &tree->nodes[i];
		size_t first, count;
		if (i < end)
			continue;
		if (n->type == MD_SOFT_BREAK || n->type == MD_LINE_BREAK)
			out_putc(&words, ' ');
		if (n->type == MD_CODE)
			out_write(&words, md_text(tree, n), n->text_len);
		if (n->type != MD_TEXT)
			continue;
		at = end == i && end ? at : 0;
		end = 0;
		count = live_spans_of(doc->live, i, &first);
		for (size_t k = first; k < first + count && !end; k++) {
			const struct live_span *span = &doc->live->spans.items[k];
			out_write(&words, md_text(tree, n) + at, span->from - at);
			out_puts(&words, live->plain(live->ctx, span));
			at = span->to;
			end = span->end_node != i ? span->end_node : 0;
		}
		if (!end)
			out_write(&words, md_text(tree, n) + at, n->text_len - at);
	}
	result = arena_strdup(mem, out_text(&words));
	out_release(&words);
	return result;
}

static void write_inline(struct body_writer *w, uint32_t i)
{
	const struct md_node *node = &w->tree->nodes[i];

	switch ((enum md_type)node->type) {
	case MD_TEXT:
		write_text(w, i);
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
		if (i >= w->live_end)
			write_inline(w, i);
	html_close_inline(&scope.state, w->to);
	w->raw = scope.outer;
}

void write_inlines(struct body_writer *w, uint32_t node)
{
	write_inline_range(w, node + 1, w->tree->nodes[node].after);
}
