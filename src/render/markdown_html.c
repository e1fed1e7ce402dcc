/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/markdown_html.c - the blocks of a document as HTML */
#include "render/markdown_html.h"

#include "base/text.h"
#include "render/escape.h"
#include "render/markdown_html_internal.h"
#include "render/table_html.h"

#include <string.h>
#include <strings.h>

static void write_blocks(struct body_writer *w, uint32_t parent, bool tight);

static void write_task_mark(struct body_writer *w)
{
	const char *word, *shape = NULL;
	bool ticked;

	if (!w->task)
		return;
	ticked = w->tree->nodes[w->task].flags & MD_TICKED;
	word = w->marks ? w->marks->task(w->marks->ctx, w->doc, w->task, &shape) : NULL;
	w->task = 0;
	if (word) {
		out_printf(w->to,
			   "<span class=\"task-box\" aria-hidden=\"true\">%s</span>"
			   "<span class=\"muted\">%s:</span> ",
			   shape, word);
		return;
	}
	out_printf(w->to,
		   "<span class=\"task-box\" aria-hidden=\"true\">%s</span>"
		   "<span class=\"hidden\">%s: </span>",
		   ticked ? "☑" : "☐", ticked ? "done" : "open");
}

static void write_paragraph(struct body_writer *w, uint32_t i, bool tight)
{
	if (!tight)
		out_puts(w->to, "<p>");
	write_task_mark(w);
	write_inlines(w, i);
	out_puts(w->to, tight ? "\n" : "</p>\n");
}

/* --- headings --- */

static void add_to_contents(struct body_writer *w, const char *title, const char *id,
			    unsigned level)
{
	struct toc_entry *entry;

	if (!w->toc || level > 3)
		return;
	entry = ARENA_PUSH(w->mem, w->toc);
	*entry = (struct toc_entry){title, id, level};
}

static void write_heading(struct body_writer *w, uint32_t i)
{
	const struct md_node *node = &w->tree->nodes[i];
	unsigned level = node->level < 2 ? 2 : node->level;
	const char *id = w->item_ids[i];
	const char *words =
	    w->live ? markdown_live_plain(w->mem, w->doc, i, w->live) : md_text(w->tree, node);
	const char *title = text_collapse(w->mem, words, strlen(words));

	if (i == w->title || node->after == i + 1)
		return;
	if (!id || !*title) {
		out_printf(w->to, "<h%u>", level);
		write_inlines(w, i);
		out_printf(w->to, "</h%u>\n", level);
		return;
	}
	out_printf(w->to, "<div class=\"heading\"><h%u", level);
	write_attribute(w->to, "id", id);
	out_putc(w->to, '>');
	write_inlines(w, i);
	out_printf(w->to, "</h%u><a class=\"heading-link\" href=\"", level);
	escape_url_part(w->to, arena_printf(w->mem, "#%s", id));
	out_puts(w->to,
		 "\"><span aria-hidden=\"true\">#</span><span class=\"hidden\">Section titled ");
	escape_html(w->to, title, strlen(title));
	out_puts(w->to, "</span></a></div>\n");
	add_to_contents(w, title, id, level);
}

/* --- lists --- */

static bool is_block_of_text(const struct body_writer *w, uint32_t i)
{
	return w->tree->nodes[i].type == MD_PARAGRAPH;
}

static void write_item(struct body_writer *w, uint32_t i, bool tight)
{
	const struct md_node *item = &w->tree->nodes[i];

	out_puts(w->to, "<li");
	if (w->item_ids[i])
		write_attribute(w->to, "id", w->item_ids[i]);
	if (item->flags & MD_TASK)
		out_puts(w->to, " class=\"task\"");
	out_putc(w->to, '>');
	w->task = item->flags & MD_TASK ? i : 0;
	if (item->after == i + 1 || !is_block_of_text(w, i + 1))
		write_task_mark(w);
	if (!tight || (item->after > i + 1 && !is_block_of_text(w, i + 1)))
		out_putc(w->to, '\n');
	write_blocks(w, i, tight);
	out_puts(w->to, "</li>\n");
}

static bool has_tasks(const struct body_writer *w, uint32_t list)
{
	const struct md_node *nodes = w->tree->nodes;

	for (uint32_t i = list + 1; i < nodes[list].after; i = nodes[i].after)
		if (nodes[i].flags & MD_TASK)
			return true;
	return false;
}

static void write_list(struct body_writer *w, uint32_t i)
{
	const struct md_node *list = &w->tree->nodes[i];
	const char *name = list->flags & MD_ORDERED ? "ol" : "ul";

	out_printf(w->to, "<%s", name);
	if (list->flags & MD_ORDERED && list->number != 1)
		out_printf(w->to, " start=\"%u\"", list->number);
	if (has_tasks(w, i))
		out_puts(w->to, " class=\"tasks\"");
	out_puts(w->to, ">\n");
	for (uint32_t k = i + 1; k < list->after; k = w->tree->nodes[k].after)
		write_item(w, k, list->flags & MD_TIGHT);
	out_printf(w->to, "</%s>\n", name);
}

/* --- quotations and alerts --- */

static const struct {
	const char *marker, *title, *name;
} alerts[] = {{"[!NOTE]", "Note", "note"},
	      {"[!TIP]", "Tip", "tip"},
	      {"[!IMPORTANT]", "Important", "important"},
	      {"[!WARNING]", "Warning", "warning"},
	      {"[!CAUTION]", "Caution", "caution"}};

enum { ALERTS = sizeof alerts / sizeof *alerts, MARKER_MAX = 16 };

/* The alert that a quotation's first line names, ALERTS for none; *rest is the node behind the
 * line. The marker may reach us in several pieces of text. */
static size_t alert_of(const struct body_writer *w, uint32_t quote, uint32_t *rest)
{
	const struct md_node *nodes = w->tree->nodes;
	uint32_t first = quote + 1, i = first + 1;
	char line[MARKER_MAX + 1] = "";
	size_t n = 0, alert = 0;

	if (first >= nodes[quote].after || !is_block_of_text(w, first))
		return ALERTS;
	for (; i < nodes[first].after && nodes[i].type == MD_TEXT; i++) {
		if (nodes[i].text_len > MARKER_MAX - n)
			return ALERTS;
		memcpy(line + n, md_text(w->tree, &nodes[i]), nodes[i].text_len);
		n += nodes[i].text_len;
	}
	while (n && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
	if (i < nodes[first].after) {
		if (nodes[i].type != MD_SOFT_BREAK && nodes[i].type != MD_LINE_BREAK)
			return ALERTS;
		i++;
	}
	*rest = i;
	while (alert < ALERTS && strcasecmp(line, alerts[alert].marker) != 0)
		alert++;
	return alert;
}

static void write_block(struct body_writer *w, uint32_t i, bool tight, struct wrappers *wrappers);

static void write_alert(struct body_writer *w, uint32_t quote, size_t alert, uint32_t rest)
{
	const struct md_node *nodes = w->tree->nodes;
	struct wrappers wrappers = {0};
	uint32_t first = quote + 1;

	out_printf(
	    w->to,
	    "<div class=\"alert alert-%s\" role=\"note\">\n<p class=\"alert-title\">%s</p>\n",
	    alerts[alert].name, alerts[alert].title);
	if (rest < nodes[first].after) {
		out_puts(w->to, "<p>");
		write_inline_range(w, rest, nodes[first].after);
		out_puts(w->to, "</p>\n");
	}
	for (uint32_t i = nodes[first].after; i < nodes[quote].after; i = nodes[i].after)
		write_block(w, i, false, &wrappers);
	close_wrappers(w, &wrappers);
	out_puts(w->to, "</div>\n");
}

static void write_quote(struct body_writer *w, uint32_t i)
{
	uint32_t rest = 0;
	size_t alert = alert_of(w, i, &rest);

	if (alert < ALERTS) {
		write_alert(w, i, alert, rest);
		return;
	}
	out_puts(w->to, "<blockquote>\n");
	write_blocks(w, i, false);
	out_puts(w->to, "</blockquote>\n");
}

/* --- code and tables --- */

/* The language's name, as far as it may be part of a class. */
static size_t language_length(const char *info)
{
	return strspn(info, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+#_.-");
}

static void write_code(struct body_writer *w, uint32_t i)
{
	const struct md_node *node = &w->tree->nodes[i];
	const char *info = md_extra(w->tree, node);
	size_t n = language_length(info);

	out_puts(w->to, "<pre tabindex=\"0\"><code");
	if (n)
		out_printf(w->to, " class=\"language-%.*s\"", (int)n, info);
	out_putc(w->to, '>');
	escape_html(w->to, md_text(w->tree, node), node->text_len);
	out_puts(w->to, "</code></pre>\n");
}

static const char *alignment(unsigned flags)
{
	return flags & MD_ALIGN_LEFT     ? "align-left"
	       : flags & MD_ALIGN_CENTER ? "align-center"
	       : flags & MD_ALIGN_RIGHT  ? "align-right"
					 : "";
}

/* The alignment of a cell's column; a cell that is a date does not break. */
static void write_cell_class(struct body_writer *w, uint32_t cell)
{
	const char *align = alignment(w->tree->nodes[cell].flags);
	bool date = text_is_date(md_plain(w->mem, w->tree, cell));

	if (*align || date)
		out_printf(w->to, " class=\"%s%s%s\"", align, *align && date ? " " : "",
			   date ? "nowrap" : "");
}

static void write_row(struct body_writer *w, uint32_t i)
{
	const struct md_node *nodes = w->tree->nodes;
	bool header = nodes[i].flags & MD_HEADER;

	out_puts(w->to, "<tr>");
	for (uint32_t k = i + 1; k < nodes[i].after; k = nodes[k].after) {
		/* a header cell without text is no header of anything */
		bool th = header && nodes[k].after > k + 1;

		out_puts(w->to, th ? "<th scope=\"col\"" : "<td");
		write_cell_class(w, k);
		out_putc(w->to, '>');
		write_inlines(w, k);
		out_puts(w->to, th ? "</th>" : "</td>");
	}
	out_puts(w->to, "</tr>\n");
}

/* "Table 2: Model, Owner": regions of a page must have different names. */
static void write_table_name(struct body_writer *w, uint32_t table)
{
	const struct md_node *nodes = w->tree->nodes;
	const char *before = ": ";

	out_printf(w->to, " aria-label=\"Table %zu", ++w->n_tables);
	for (uint32_t k = table + 2; table + 1 < nodes[table].after && k < nodes[table + 1].after;
	     k = nodes[k].after) {
		char *plain = md_plain(w->mem, w->tree, k);
		char *text = text_collapse(w->mem, plain, strlen(plain));

		if (!*text)
			continue;
		out_puts(w->to, before);
		escape_html(w->to, text, strlen(text));
		before = ", ";
	}
	out_putc(w->to, '"');
}

static void write_table(struct body_writer *w, uint32_t i)
{
	const struct md_node *nodes = w->tree->nodes;
	uint32_t body = i + 1 < nodes[i].after ? nodes[i + 1].after : nodes[i].after;
	/* a landmark in documents; guidance of templates has too many tables for that */
	const char *name = w->doc ? "section" : "div";

	out_printf(w->to, "<%s class=\"scroll\" tabindex=\"0\"%s", name,
		   w->doc ? "" : " role=\"group\"");
	write_table_name(w, i);
	out_puts(w->to, ">\n<table>\n<thead>\n");
	if (i + 1 < nodes[i].after)
		write_row(w, i + 1);
	out_puts(w->to, "</thead>\n");
	if (body < nodes[i].after)
		out_puts(w->to, "<tbody>\n");
	for (uint32_t k = body; k < nodes[i].after; k = nodes[k].after)
		write_row(w, k);
	if (body < nodes[i].after)
		out_puts(w->to, "</tbody>\n");
	out_printf(w->to, "</table>\n</%s>\n", name);
}

/* --- footnotes --- */

static void write_way_back(struct body_writer *w, const struct footnote *note, uint32_t number)
{
	for (size_t k = 0; k < note->refs.n; k++) {
		out_puts(w->to, " <a class=\"footnote-back\" href=\"");
		escape_url_part(w->to, arena_printf(w->mem, "#%s", note->refs.items[k]));
		out_puts(w->to, "\"><span aria-hidden=\"true\">↩</span><span class=\"hidden\">");
		out_printf(w->to, "Back to reference %u", number);
		if (k)
			out_printf(w->to, ", place %zu", k + 1);
		out_puts(w->to, "</span></a>");
	}
}

/* The ways back stand at the end of the last paragraph, or behind all. */
static void write_footnote(struct body_writer *w, const struct footnote *note, uint32_t number)
{
	const struct md_node *nodes = w->tree->nodes;
	struct wrappers wrappers = {0};
	uint32_t end = nodes[note->node].after;
	bool back = false;

	out_puts(w->to, "<li");
	if (note->id)
		write_attribute(w->to, "id", note->id);
	out_printf(w->to, " value=\"%u\">\n", number);
	for (uint32_t i = note->node + 1; i < end; i = nodes[i].after) {
		if (nodes[i].after < end || !is_block_of_text(w, i)) {
			write_block(w, i, false, &wrappers);
			continue;
		}
		out_puts(w->to, "<p>");
		write_inlines(w, i);
		write_way_back(w, note, number);
		out_puts(w->to, "</p>\n");
		back = true;
	}
	close_wrappers(w, &wrappers);
	if (!back && note->refs.n) {
		out_puts(w->to, "<p>");
		write_way_back(w, note, number);
		out_puts(w->to, "</p>\n");
	}
	out_puts(w->to, "</li>\n");
}

static void write_footnotes(struct body_writer *w)
{
	bool any = false;

	for (uint32_t i = 1; i <= w->n_footnotes; i++) {
		if (!w->footnotes[i].node)
			continue;
		if (!any)
			out_puts(
			    w->to,
			    w->doc
				? "<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n"
				: "<div class=\"footnotes\">\n<ol>\n");
		any = true;
		write_footnote(w, &w->footnotes[i], i);
	}
	if (any)
		out_puts(w->to, w->doc ? "</ol>\n</section>\n" : "</ol>\n</div>\n");
}

/* --- all blocks --- */

static void write_block(struct body_writer *w, uint32_t i, bool tight, struct wrappers *wrappers)
{
	switch ((enum md_type)w->tree->nodes[i].type) {
	case MD_PARAGRAPH:
		write_paragraph(w, i, tight);
		break;
	case MD_HEADING:
		write_heading(w, i);
		break;
	case MD_LIST:
		write_list(w, i);
		break;
	case MD_QUOTE:
		write_quote(w, i);
		break;
	case MD_CODE_BLOCK:
		if (w->live && w->doc && live_block_of(w->doc->live, i))
			w->live->block(w->live->ctx, w->doc, live_block_of(w->doc->live, i), w->to);
		else
			write_code(w, i);
		break;
	case MD_HTML_BLOCK:
		write_html_block(w, i, wrappers);
		break;
	case MD_RULE:
		out_puts(w->to, "<hr>\n");
		break;
	case MD_TABLE:
		write_table(w, i);
		break;
	case MD_FOOTNOTE: /* at the end of all */
	case MD_DOCUMENT:
	case MD_ITEM:
	case MD_TABLE_ROW:
	case MD_TABLE_CELL:
	case MD_TEXT:
	case MD_SOFT_BREAK:
	case MD_LINE_BREAK:
	case MD_CODE:
	case MD_HTML_INLINE:
	case MD_EMPHASIS:
	case MD_STRONG:
	case MD_STRIKE:
	case MD_LINK:
	case MD_IMAGE:
	case MD_FOOTNOTE_REF:
	case MD_TYPE_COUNT:
		break;
	}
}

static void write_blocks(struct body_writer *w, uint32_t parent, bool tight)
{
	struct wrappers wrappers = {0};

	for (uint32_t i = parent + 1; i < w->tree->nodes[parent].after; i = w->tree->nodes[i].after)
		write_block(w, i, tight, &wrappers);
	close_wrappers(w, &wrappers);
}

static void write_all(struct body_writer *w)
{
	w->policy = (struct html_policy){raw_address, id_take_raw, w};
	if (!w->tree->n)
		return;
	ids_prepare(w);
	raw_links_prepare(w);
	if (w->title && w->item_ids[w->title]) {
		out_puts(w->to, "<span");
		write_attribute(w->to, "id", w->item_ids[w->title]);
		out_puts(w->to, "></span>\n");
	}
	write_blocks(w, 0, false);
	write_footnotes(w);
}

void markdown_body(const struct workspace *ws, const struct document *doc, struct arena *scratch,
		   struct out *to, struct toc *toc)
{
	struct body_writer w = {.doc = doc,
				.tree = &doc->text.body,
				.mem = scratch,
				.to = to,
				.toc = toc,
				.title = doc->title_node};

	(void)ws; /* all that is resolved stands in the document */
	write_all(&w);
}

void markdown_live_body(const struct document *doc, const struct live_writer *live,
			struct arena *scratch, struct out *to, struct toc *toc)
{
	struct body_writer w = {.doc = doc,
				.tree = &doc->text.body,
				.mem = scratch,
				.to = to,
				.toc = toc,
				.live = doc->live ? live : NULL,
				.marks = live,
				.title = doc->title_node};

	write_all(&w);
}

void markdown_fragment(struct arena *scratch, const struct md_tree *tree, struct out *to)
{
	struct body_writer w = {.tree = tree, .mem = scratch, .to = to};

	write_all(&w);
}
