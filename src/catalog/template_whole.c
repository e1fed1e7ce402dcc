/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_whole.c - the body of a new document
 *
 * Each section is written as the files have it, one behind the other: the heading once, the items
 * that a later file repeats once, and one table with the columns and rows of all. A section that
 * documents must have several times is written that often, its guidance once. What a section's
 * attributes ask for stands in words before its guidance. */
#include "base/out.h"
#include "base/text.h"
#include "catalog/template.h"
#include "catalog/template_cut.h"
#include <stdlib.h>
#include <string.h>

struct writer {
	struct arena *mem;
	struct out *to;
	const char *title;
	struct cuts cuts; /* of the part that is being written */
	size_t copies;    /* of a section that is being written again, and of those around it */
};

/* Bytes of a document that nobody fills in: sections are not repeated from here on. */
enum { LONGEST_WITH_COPIES = 4 << 20 };

static void cut(struct writer *w, size_t start, size_t end, const char *instead)
{
	*ARENA_PUSH(w->mem, &w->cuts) = (struct cut){start, end, instead};
}

/* With the end of its last line. */
static void cut_line(struct writer *w, const struct source *source, size_t start, size_t end)
{
	if (end < source->len && source->text[end] == '\r')
		end++;
	if (end < source->len && source->text[end] == '\n')
		end++;
	cut(w, start, end, "");
}

static size_t n_parts(const struct requirement *req)
{
	return req->parts.n ? req->parts.n : 1;
}

static const struct requirement *part_of(const struct requirement *req, size_t i)
{
	return req->parts.n ? req->parts.items[i] : req;
}

/* Text as Markdown that says it. */
static const char *as_markdown(struct writer *w, const char *text, size_t n)
{
	struct out o = {0};
	char *result;

	text_write_markdown(&o, text, n);
	result = arena_strndup(w->mem, out_text(&o), o.n);
	out_release(&o);
	return result;
}

/* Title without attributes, with "<fill in>" for a *; the whole wording where files differ. */
static void cut_title(struct writer *w, const struct requirement *part,
		      const struct requirement *whole)
{
	const char *star = whole->wildcard ? strrchr(whole->title, '*') : NULL;
	size_t start, end;

	if (n_parts(whole) < 2) {
		cut_attributes(w->mem, part, &w->cuts);
		return;
	}
	cut_bounds(part, &start, &end);
	cut(w, start, end,
	    star ? arena_printf(w->mem, "%s<fill in>",
				as_markdown(w, whole->title, (size_t)(star - whole->title)))
		 : as_markdown(w, whole->title, strlen(whole->title)));
}

static bool has_table(const struct requirement *part)
{
	for (size_t i = 0; i < part->children.n; i++)
		if (part->children.items[i]->type == REQUIRE_COLUMN ||
		    part->children.items[i]->type == REQUIRE_ROW)
			return true;
	return false;
}

/* One table with the columns and rows of all files. */
static const char *whole_table(struct writer *w, const struct requirement *req)
{
	struct out o = {0};
	size_t columns = 0;
	char *text;

	for (size_t i = 0; i < req->children.n; i++) {
		if (req->children.items[i]->type != REQUIRE_COLUMN)
			continue;
		out_puts(&o, columns++ ? " " : "| ");
		text_write_markdown(&o, req->children.items[i]->title,
				    strlen(req->children.items[i]->title));
		out_puts(&o, " |");
	}
	out_puts(&o, "\n|");
	for (size_t i = 0; i < columns; i++)
		out_puts(&o, " --- |");
	for (size_t i = 0; i < req->children.n; i++) {
		if (req->children.items[i]->type != REQUIRE_ROW)
			continue;
		out_puts(&o, "\n| ");
		text_write_markdown(&o, req->children.items[i]->title,
				    strlen(req->children.items[i]->title));
		out_puts(&o, " |");
		for (size_t k = 1; k < columns; k++)
			out_puts(&o, "  |");
	}
	out_putc(&o, '\n');
	text = arena_strndup(w->mem, out_text(&o), o.n);
	out_release(&o);
	return text;
}

/* Where several files have a table, the first stands for all. */
static void cut_tables(struct writer *w, const struct requirement *req, size_t number,
		       uint32_t from, uint32_t to)
{
	const struct requirement *part = part_of(req, number);
	const struct md_node *nodes = part->home->text->body.nodes;
	size_t files = 0, first = n_parts(req);
	const char *instead;

	for (size_t i = 0; i < n_parts(req); i++) {
		if (!has_table(part_of(req, i)))
			continue;
		files++;
		first = i < first ? i : first;
	}
	if (files < 2)
		return;
	instead = number == first ? whole_table(w, req) : "";
	for (uint32_t i = from; i < to; i++)
		if (nodes[i].type == MD_TABLE) {
			cut(w, nodes[i].start, nodes[i].end, instead);
			instead = "";
		}
}

/* Items, and rows of tables that stay, without attributes; items that stand above are left out. */
static void cut_children(struct writer *w, const struct requirement *req, size_t number)
{
	const struct requirement *part = part_of(req, number);
	const struct md_node *nodes = part->home->text->body.nodes;

	for (size_t i = 0; i < part->children.n; i++) {
		const struct requirement *child = part->children.items[i];
		const struct requirement *whole = requirement_like(req, child);
		bool above = false;
		if ((child->type != REQUIRE_ITEM && child->type != REQUIRE_ROW) || !whole)
			continue;
		for (size_t k = 0; k < number && !above; k++)
			above = requirement_like(part_of(req, k), child);
		if (above && child->type == REQUIRE_ITEM)
			cut_line(w, part->home->source, nodes[child->node].start,
				 nodes[child->node].end);
		else
			cut_title(w, child, whole);
	}
}

static int compare_cuts(const void *a, const void *b)
{
	const struct cut *x = a, *y = b;

	/* the longer one first where two begin alike: it holds the other */
	return x->start != y->start ? (x->start > y->start) - (x->start < y->start)
				    : (x->end < y->end) - (x->end > y->end);
}

static void write_bytes(struct writer *w, const char *text, size_t start, size_t end)
{
	size_t before = w->to->n;

	while (start < end && (text[start] == '\n' || text[start] == '\r'))
		start++;
	if (w->cuts.n)
		qsort(w->cuts.items, w->cuts.n, sizeof *w->cuts.items, compare_cuts);
	for (size_t i = 0; i < w->cuts.n; i++) {
		const struct cut *c = &w->cuts.items[i];
		if (c->start < start || c->end > end)
			continue;
		out_write(w->to, text + start, c->start - start);
		out_puts(w->to, c->instead);
		start = c->end;
		while (w->to->n == before && start < end &&
		       (text[start] == '\n' || text[start] == '\r'))
			start++;
	}
	out_write(w->to, text + start, end - start);
	while (w->to->n > before && strchr(" \t\r\n", w->to->p[w->to->n - 1]))
		w->to->n--;
	if (w->to->n > before)
		out_puts(w->to, "\n\n");
}

/* The node behind a section's own content: the next heading that the template reads. */
static uint32_t own_end(const struct template *home, uint32_t from)
{
	const struct md_tree *tree = &home->text->body;
	uint32_t i = from;

	while (i < tree->n && (tree->nodes[i].type != MD_HEADING || i == home->root.node)) {
		bool closed = tree->nodes[i].type == MD_CODE_BLOCK ||
			      tree->nodes[i].type == MD_QUOTE || tree->nodes[i].type == MD_HEADING;
		i = closed ? tree->nodes[i].after : i + 1;
	}
	return i;
}

/* The document's title stands where the first file has its heading of level 1. */
static void cut_first_heading(struct writer *w, const struct template *home, bool is_first)
{
	const struct md_node *n = &home->text->body.nodes[home->root.node];

	if (is_first)
		cut(w, n->start, n->end,
		    arena_printf(w->mem, "# %s%s", as_markdown(w, w->title, strlen(w->title)),
				 home->source->text[n->end - 1] == '\n' ? "\n" : ""));
	else
		cut_line(w, home->source, n->start, n->end);
}

/* Comments of the template, where they were written before. */
static void cut_guidance(struct writer *w, const struct template *home, uint32_t from, uint32_t to)
{
	const struct md_tree *tree = &home->text->body;
	const struct source *source = home->source;

	for (uint32_t i = from; i < to; i++) {
		const struct md_node *n = &tree->nodes[i];
		const char *close;
		if (n->type != MD_HTML_BLOCK || !text_starts_with(md_text(tree, n), "<!--"))
			continue;
		close = memmem(source->text + n->start, source->len - n->start, "-->", 3);
		if (close)
			cut_line(w, source, n->start, (size_t)(close - source->text) + 3);
	}
}

/* "At least 4 numbered steps.", … for what the attributes of a section ask for; "" for nothing. */
static const char *asks_text(struct writer *w, const struct requirement *req)
{
	const struct {
		size_t least;
		const char *words;
	} amounts[] = {
	    {req->min_words, "words"}, {req->min_steps, "numbered steps"}, {req->min_rows, "rows"}};
	struct out o = {0};
	char *text;

	if (req->optional)
		out_puts(&o, "May be left out. ");
	if (req->stage != STAGE_NONE)
		out_printf(&o, "Asked for from the stage %s on. ", stage_name(req->stage));
	if (req->repeat_max == SIZE_MAX)
		out_printf(&o, "%zu or more sections of this form. ", req->repeat_min);
	else if (req->repeat_max && req->repeat_min == req->repeat_max)
		out_printf(&o, "%zu sections of this form. ", req->repeat_max);
	else if (req->repeat_max)
		out_printf(&o, "%zu to %zu sections of this form. ", req->repeat_min,
			   req->repeat_max);
	for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
		if (amounts[i].least)
			out_printf(&o, "At least %zu %s. ", amounts[i].least, amounts[i].words);
	if (o.n)
		o.n--;
	text = arena_strndup(w->mem, out_text(&o), o.n);
	out_release(&o);
	return text;
}

/* At the head of the comment that follows the heading, or as one of its own. */
static void add_asks(struct writer *w, const struct requirement *req, const struct template *home,
		     uint32_t from, uint32_t to)
{
	const struct md_node *nodes = home->text->body.nodes;
	const char *text = home->source->text, *asks = asks_text(w, req);
	size_t end = nodes[part_of(req, 0)->node].end;
	bool line_ends = text[end - 1] == '\n';

	if (!*asks)
		return;
	if (from < to && nodes[from].type == MD_HTML_BLOCK &&
	    text_starts_with(text + nodes[from].start, "<!-- ")) {
		cut(w, nodes[from].start, nodes[from].start + strlen("<!--"),
		    arena_printf(w->mem, "<!-- %s", asks));
		return;
	}
	if (!line_ends) /* closing marks */
		end += strcspn(text + end, "\r\n");
	cut(w, end, end,
	    arena_printf(w->mem, "%s\n<!-- %s -->%s", line_ends ? "" : "\n", asks,
			 line_ends ? "\n" : ""));
}

static void write_part(struct writer *w, const struct requirement *req, size_t number)
{
	const struct requirement *part = part_of(req, number);
	const struct template *home = part->home;
	const struct md_tree *tree = &home->text->body;
	const char *text = home->source->text;
	bool is_root = req->type == REQUIRE_ROOT;
	uint32_t from = is_root ? 1 : tree->nodes[part->node].after, to = own_end(home, from);
	size_t start = is_root ? home->text->body_start : tree->nodes[part->node].start;
	size_t end = to < tree->n ? tree->nodes[to].start : home->source->len;
	size_t skip = number && !is_root ? tree->nodes[part->node].end : start;

	w->cuts.n = 0;
	if (!number && !is_root)
		cut_title(w, part, req);
	if (home->root.node)
		cut_first_heading(w, home, is_root && !number);
	cut_tables(w, req, number, from, to);
	cut_children(w, req, number);
	if (w->copies)
		cut_guidance(w, home, from, to);
	else if (!number && !is_root)
		add_asks(w, req, home, from, to);
	write_bytes(w, text, skip > end ? end : skip, end);
}

static void write_section(struct writer *w, const struct requirement *req)
{
	size_t times = req->repeat_max && req->repeat_min ? req->repeat_min : 1;
	size_t copies = w->copies;

	for (size_t n = 0; n < times && (!n || w->to->n < LONGEST_WITH_COPIES); n++) {
		w->copies = copies + n;
		for (size_t i = 0; i < n_parts(req); i++)
			write_part(w, req, i);
		for (size_t i = 0; i < req->children.n; i++)
			if (req->children.items[i]->type == REQUIRE_SECTION)
				write_section(w, req->children.items[i]);
	}
	w->copies = copies;
}

void template_write_whole(struct arena *mem, struct out *to, const struct template *tmpl,
			  const char *title)
{
	struct writer w = {.mem = mem, .to = to, .title = title};

	write_section(&w, &tmpl->root);
	if (to->n > 1 && to->p[to->n - 1] == '\n' && to->p[to->n - 2] == '\n')
		to->n--;
}
