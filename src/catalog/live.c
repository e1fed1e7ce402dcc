/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live.c - what is live in a document's tree
 *
 * The inline nodes of a paragraph or cell are laid out in a buffer as far as a path may reach: text
 * as it is read, ends of source lines as blanks, links that stand bare with their words, emphasis
 * as it is written ("drift._x_.psi"). What begins and ends in text of the line itself counts; what
 * lies in emphasis is found there. What begins and is neither value nor link is kept as a slip. */
#include "base/out.h"
#include "base/text.h"
#include "catalog/live_internal.h"
#include "read/markdown_text.h"
#include "read/schema.h"
#include "read/yaml.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A part of the buffer. */
struct piece {
	uint32_t node;
	size_t start, end; /* in the buffer */
	bool own;          /* text of the line itself */
	struct md_text_walk walk;
};

struct scanner {
	struct arena *mem;
	const struct document_text *text;
	const struct md_tree *tree;
	struct live *live;
	struct out line;
	struct {
		LIST_OF(struct piece);
	} pieces;
	size_t piece; /* the one that was looked at last */
	bool in_cell; /* of a table */
};

/* ---- a line ---- */

static void add_piece(struct scanner *s, uint32_t node, const char *text, size_t n, bool own)
{
	struct piece *piece = ARENA_PUSH(s->mem, &s->pieces);

	*piece = (struct piece){.node = node, .start = s->line.n, .end = s->line.n + n, .own = own};
	if (own)
		piece->walk = md_text_walk(s->text->source, s->tree, &s->tree->nodes[node]);
	out_write(&s->line, text, n);
}

/* The piece that a byte of the buffer lies in; places are asked for from front to back. */
static struct piece *piece_at(struct scanner *s, size_t at)
{
	while (s->piece + 1 < s->pieces.n && at >= s->pieces.items[s->piece].end)
		s->piece++;
	return &s->pieces.items[s->piece];
}

/* True where a backslash stands between or before two of the brackets, which are text by it. */
static bool is_split(const char *source, size_t start, size_t end)
{
	return source[start + 1] == '\\' || source[end - 2] == '\\' || source[end - 3] == '\\';
}

/* A span over bytes [from, to) of the buffer, both in text of the line itself. NULL where they are
 * not, or a backslash says that it is text. */
static struct live_span *add_span(struct scanner *s, size_t from, size_t to, enum live_kind kind)
{
	struct piece *first = piece_at(s, from), *last;
	const struct source *source = s->text->source;
	struct live_span *span;
	size_t start, end;
	bool known;

	if (!first->own)
		return NULL;
	start = md_text_place(&first->walk, from - first->start);
	if (md_text_escaped(&first->walk))
		return NULL;
	last = piece_at(s, to - 1);
	if (!last->own)
		return NULL;
	end = md_text_place(&last->walk, to - last->start);
	known = start + 4 < end && end <= source->len && source->text[start] == s->line.p[from];
	if (known && is_split(source->text, start, end))
		return NULL;
	span = ARENA_PUSH(s->mem, &s->live->spans);
	*span = (struct live_span){.kind = kind,
				   .node = first->node,
				   .end_node = last->node,
				   .from = (uint32_t)(from - first->start),
				   .to = (uint32_t)(to - last->start)};
	if (known)
		span->at = span_at(s->text->source, start, end);
	else
		span->at = span_at(s->text->source, s->tree->nodes[first->node].start,
				   s->tree->nodes[first->node].end);
	return span;
}

/* ---- slips ---- */

/* Where what begins at `start` of the source is closed by `end`, else where its line ends. */
static size_t end_of_slip(const struct source *source, size_t start, const char *end)
{
	size_t n = source->len - start < LIVE_LONGEST ? source->len - start : LIVE_LONGEST;
	const char *from = source->text + start;
	const char *at = end ? text_find(from, n, end, strlen(end)) : NULL, *line;

	if (at)
		return start + (size_t)(at - from) + strlen(end);
	line = memchr(from, '\n', n);
	return start + (line ? (size_t)(line - from) : n);
}

/* What begins at byte `at` of the buffer, with `n` bytes of `inner` in it, stays text, but not by
 * a backslash or an entity. */
static void add_slip(struct scanner *s, enum live_kind kind, enum live_slip_form form, size_t at,
		     const char *inner, size_t n)
{
	struct source *source = s->text->source;
	struct piece *piece = piece_at(s, at);
	const char *end = kind == LIVE_VALUE ? "}}" : "]]";
	size_t start;

	if (!piece->own || !live_slip_likely(kind, inner, n))
		return;
	start = md_text_place(&piece->walk, at - piece->start);
	if (start + 2 > source->len || source->text[start] != s->line.p[at] ||
	    source->text[start + 1] == '\\')
		return;
	if (form == LIVE_NOT_CLOSED || form == LIVE_CUT_BY_BAR)
		end = NULL;
	live_add_slip(s->mem, s->live, kind, form,
		      span_at(source, start, end_of_slip(source, start, end)), inner, n);
}

/* What something that is never closed is. */
static enum live_slip_form unclosed(const struct scanner *s, size_t end)
{
	return s->in_cell && end == s->line.n ? LIVE_CUT_BY_BAR : LIVE_NOT_CLOSED;
}

/* ---- {{ path }} and [[id]] ---- */

static bool is_closed(const struct scanner *s, size_t at, char mark)
{
	return at + 1 < s->line.n && s->line.p[at] == mark && s->line.p[at + 1] == mark;
}

/* Both return where the search goes on. */
static size_t take_value(struct scanner *s, size_t at)
{
	const char *p = s->line.p;
	size_t n = s->line.n, from = at + 2, end;
	enum live_slip_form form = LIVE_NO_PATH;
	struct live_path path;
	struct live_span *span;

	while (from < n && p[from] == '{')
		from++;
	for (end = from; end < n && p[end] != '{' && p[end] != '}';)
		end++;
	if (!is_closed(s, end, '}'))
		form = unclosed(s, end);
	else if (from > at + 2 || (end + 2 < n && p[end + 2] == '}'))
		form = LIVE_MORE_BRACES;
	else if (at && p[at - 1] == '$')
		form = LIVE_BEHIND_DOLLAR; /* an expression of a workflow */
	else if (live_path_read(s->mem, p + from, end - from, &path)) {
		span = add_span(s, at, end + 2, LIVE_VALUE);
		if (span)
			span->value = path;
		return end + 2;
	}
	add_slip(s, LIVE_VALUE, form, at, p + from, end - from);
	return from;
}

/* What "}}" ends at byte `at`, where one brace alone began it. */
static void take_unopened(struct scanner *s, size_t brace, size_t at)
{
	const char *inner = s->line.p + brace + 1;
	struct live_path path;

	if (live_path_read(s->mem, inner, at - brace - 1, &path))
		add_slip(s, LIVE_VALUE, LIVE_NOT_OPENED, brace, inner, at - brace - 1);
}

static size_t trimmed(const char **text, size_t n)
{
	while (n && **text == ' ') {
		(*text)++;
		n--;
	}
	while (n && (*text)[n - 1] == ' ')
		n--;
	return n;
}

/* ID, ID#ANCHOR and ID|WORDS, as they stand between the brackets. */
struct link_parts {
	const char *id, *anchor, *words; /* NULL for those that are not there */
	size_t n_id, n_anchor, n_words;
};

static bool read_link(const char *text, size_t n, struct link_parts *parts)
{
	const char *bar = memchr(text, '|', n);

	*parts = (struct link_parts){.id = text, .n_id = n};
	if (bar) {
		parts->n_id = (size_t)(bar - text);
		parts->words = bar + 1;
		parts->n_words = trimmed(&parts->words, n - parts->n_id - 1);
	}
	parts->n_id = trimmed(&parts->id, parts->n_id);
	parts->anchor = memchr(parts->id, '#', parts->n_id);
	if (parts->anchor) {
		parts->n_anchor = parts->n_id - (size_t)(parts->anchor - parts->id) - 1;
		parts->n_id = (size_t)(parts->anchor++ - parts->id);
	}
	return parts->n_id && live_subject_length(parts->id, parts->n_id) == parts->n_id &&
	       (!parts->anchor ||
		(parts->n_anchor && !memchr(parts->anchor, ' ', parts->n_anchor)));
}

static size_t take_link(struct scanner *s, size_t at)
{
	const char *p = s->line.p, *inner = p + at + 2;
	size_t n = s->line.n, end = at + 2;
	enum live_slip_form form = LIVE_NO_PATH;
	struct link_parts parts;
	struct live_span *span;

	while (end < n && p[end] != '[' && p[end] != ']')
		end++;
	if (!is_closed(s, end, ']') || end - at > LIVE_LONGEST) {
		form = unclosed(s, end);
	} else if (text_find(inner, end - at - 2, "{{", 2)) {
		form = LIVE_VALUE_IN_WORDS;
	} else if (read_link(inner, end - at - 2, &parts)) {
		span = add_span(s, at, end + 2, LIVE_LINK);
		if (!span)
			return end + 2;
		span->id = arena_strndup(s->mem, parts.id, parts.n_id);
		span->anchor =
		    parts.anchor ? arena_strndup(s->mem, parts.anchor, parts.n_anchor) : "";
		span->words =
		    parts.n_words ? arena_strndup(s->mem, parts.words, parts.n_words) : NULL;
		return end + 2;
	}
	add_slip(s, LIVE_LINK, form, at, inner, end - at - 2);
	return at + 2;
}

static void scan_line(struct scanner *s)
{
	const char *p = s->line.p;
	size_t brace = SIZE_MAX; /* the last that stands alone */

	s->piece = 0;
	for (size_t i = 0; i + 1 < s->line.n;) {
		bool pair = p[i] == p[i + 1];

		if (pair && (p[i] == '{' || p[i] == '[')) {
			i = (p[i] == '{' ? take_value : take_link)(s, i);
			brace = SIZE_MAX;
			continue;
		}
		pair = pair && p[i] == '}';
		if (pair && brace != SIZE_MAX)
			take_unopened(s, brace, i);
		if (p[i] == '{' || p[i] == '}')
			brace = p[i] == '{' ? i : SIZE_MAX;
		i += pair ? 2 : 1;
	}
	out_clear(&s->line);
	s->pieces.n = 0;
}

/* ---- the nodes of a line ---- */

static bool holds_start(const char *text, size_t n)
{
	return text_find(text, n, "{{", 2) || text_find(text, n, "[[", 2) ||
	       text_find(text, n, "}}", 2);
}

/* True where text of the node itself may begin something. */
static bool may_hold(const struct scanner *s, uint32_t parent)
{
	const struct md_node *nodes = s->tree->nodes;

	for (uint32_t i = parent + 1; i < nodes[parent].after; i = nodes[i].after)
		if (nodes[i].type == MD_TEXT &&
		    holds_start(md_text(s->tree, &nodes[i]), nodes[i].text_len))
			return true;
	return false;
}

/* Adds what may stand inside of a path; false where it ends a line. */
static bool add_inner(struct scanner *s, uint32_t i)
{
	const struct md_node *node = &s->tree->nodes[i];
	const struct source *source = s->text->source;

	if (node->type == MD_LINK && (node->flags & MD_BARE)) {
		for (uint32_t k = i + 1; k < node->after; k++)
			add_piece(s, k, md_text(s->tree, &s->tree->nodes[k]),
				  s->tree->nodes[k].text_len, false);
		return true;
	}
	if (node->type != MD_EMPHASIS && node->type != MD_STRONG && node->type != MD_STRIKE)
		return false;
	if (node->start >= node->end || node->end > source->len ||
	    node->end - node->start > LIVE_LONGEST)
		return false;
	add_piece(s, i, source->text + node->start, node->end - node->start, false);
	return true;
}

static void scan_children(struct scanner *s, uint32_t parent)
{
	const struct md_node *nodes = s->tree->nodes;

	s->in_cell = nodes[parent].type == MD_TABLE_CELL;
	for (uint32_t i = parent + 1; i < nodes[parent].after; i = nodes[i].after) {
		if (nodes[i].type == MD_SOFT_BREAK)
			add_piece(s, i, " ", 1, false);
		else if (nodes[i].type == MD_TEXT)
			add_piece(s, i, md_text(s->tree, &nodes[i]), nodes[i].text_len, true);
		else if (!add_inner(s, i))
			scan_line(s);
	}
	scan_line(s);
}

static bool holds_lines(const struct md_node *node)
{
	switch ((enum md_type)node->type) {
	case MD_PARAGRAPH:
	case MD_HEADING:
	case MD_TABLE_CELL:
	case MD_EMPHASIS:
	case MD_STRONG:
	case MD_STRIKE:
		return true;
	case MD_LINK:
		return !(node->flags & MD_BARE);
	default:
		return false;
	}
}

/* ---- blocks ---- */

const char *live_block_name(enum live_block_kind kind)
{
	static const char *const names[LIVE_BLOCK_KINDS] = {
	    [LIVE_PLOT] = "plot", [LIVE_TABLE] = "table"};

	return names[kind];
}

/* By its name, in any case of letters. */
static bool find_block_kind(const char *info, enum live_block_kind *kind)
{
	size_t n = strcspn(info, " \t");

	for (unsigned k = 0; k < LIVE_BLOCK_KINDS; k++) {
		const char *name = live_block_name((enum live_block_kind)k);
		if (strlen(name) == n && !strncasecmp(info, name, n)) {
			*kind = (enum live_block_kind)k;
			return true;
		}
	}
	return false;
}

static bool in_quotation(const struct md_tree *tree, uint32_t node)
{
	for (uint32_t i = tree->nodes[node].parent; i; i = tree->nodes[i].parent)
		if (tree->nodes[i].type == MD_QUOTE)
			return true;
	return false;
}

/* The lines between the fences. */
static void inner_lines(const struct source *source, const struct md_node *node, size_t *start,
			size_t *end)
{
	const char *text = source->text, *newline;
	size_t stop = node->end < source->len ? node->end : source->len, last;
	char fence;

	newline = memchr(text + node->start, '\n', stop - node->start);
	*start = newline ? (size_t)(newline - text) + 1 : stop;
	*end = stop;
	fence = text[node->start];
	for (last = stop; last > *start && text[last - 1] != '\n';)
		last--;
	while (last < stop && (text[last] == ' ' || text[last] == '\t'))
		last++;
	if (last + 2 < stop && text[last] == fence && text[last + 1] == fence &&
	    text[last + 2] == fence)
		*end = last;
	while (*end > *start && text[*end - 1] != '\n' && *end == last)
		(*end)--;
}

static void take_block(struct scanner *s, uint32_t i, const struct schema *const *schemas,
		       struct diag_sink *diags)
{
	static const struct schema_rules rules = {RULE_BIND_INVALID_BLOCK, RULE_BIND_INVALID_BLOCK,
						  RULE_BIND_INVALID_BLOCK};
	const struct md_node *node = &s->tree->nodes[i];
	struct source *source = s->text->source;
	enum live_block_kind kind;
	struct live_block *block;
	struct data_node *root;
	size_t start, end, line;

	if (!node->extra_len || node->start >= node->end || node->end > source->len ||
	    !find_block_kind(md_extra(s->tree, node), &kind) || in_quotation(s->tree, i))
		return;
	line = node->start + strcspn(source->text + node->start, "\r\n");
	if (!text_starts_with(md_extra(s->tree, node), live_block_name(kind))) {
		diag_add(diags, RULE_BIND_INVALID_BLOCK, span_at(source, node->start, line),
			 "a block is named in small letters: '%s'", live_block_name(kind));
		return;
	}
	inner_lines(source, node, &start, &end);
	block = ARENA_PUSH(s->mem, &s->live->blocks);
	*block =
	    (struct live_block){.kind = kind, .node = i, .at = span_at(source, node->start, line)};
	root = yaml_read(s->mem, source, start, end, RULE_BIND_INVALID_BLOCK, diags);
	if (!root)
		return;
	if (root->kind != DATA_MAP) {
		diag_add(diags, RULE_BIND_INVALID_BLOCK,
			 root->kind == DATA_NULL ? block->at : root->at,
			 "a %s block holds a map, found %s", live_block_name(kind),
			 root->kind == DATA_NULL ? "nothing" : data_kind_name(root->kind));
		return;
	}
	if (!schemas ||
	    (schemas[kind] && schema_check(schemas[kind], root, block->at, &rules, s->mem, diags)))
		block->root = root;
}

/* ---- all ---- */

static int compare_spans(const void *a, const void *b)
{
	const struct live_span *left = a, *right = b;

	if (left->node != right->node)
		return left->node < right->node ? -1 : 1;
	return left->from < right->from ? -1 : left->from > right->from;
}

void live_scan(struct arena *mem, const struct document_text *text,
	       const struct schema *const *schemas, struct live *live, struct diag_sink *diags)
{
	struct scanner s = {.mem = mem, .text = text, .tree = &text->body, .live = live};

	*live = (struct live){0};
	for (uint32_t i = 1; i < s.tree->n; i++) {
		const struct md_node *node = &s.tree->nodes[i];
		if (holds_lines(node) && may_hold(&s, i))
			scan_children(&s, i);
		else if (node->type == MD_CODE_BLOCK)
			take_block(&s, i, schemas, diags);
		else
			live_scan_elsewhere(mem, text, i, live);
	}
	live_scan_front_matter(mem, text, live);
	out_release(&s.line);
	if (live->spans.n)
		qsort(live->spans.items, live->spans.n, sizeof *live->spans.items, compare_spans);
}

size_t live_spans_of(const struct live *live, uint32_t node, size_t *first)
{
	size_t low = 0, high = live ? live->spans.n : 0, n = 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (live->spans.items[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	*first = low;
	while (live && low + n < live->spans.n && live->spans.items[low + n].node == node)
		n++;
	return n;
}

const struct live_block *live_block_of(const struct live *live, uint32_t node)
{
	size_t low = 0, high = live ? live->blocks.n : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (live->blocks.items[middle].node == node)
			return &live->blocks.items[middle];
		if (live->blocks.items[middle].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* A fence that opens a block of ours. */
static bool is_fence(const char *at, const char *end)
{
	while (at < end && (*at == '`' || *at == '~' || *at == ' ' || *at == '\t'))
		at++;
	for (unsigned k = 0; k < LIVE_BLOCK_KINDS; k++) {
		const char *name = live_block_name((enum live_block_kind)k);
		size_t n = strlen(name);
		if ((size_t)(end - at) >= n && !strncasecmp(at, name, n))
			return true;
	}
	return false;
}

bool live_may_hold(const char *text, size_t n)
{
	static const char *const fences[] = {"```", "~~~"};
	const char *end = text + n;

	if (holds_start(text, n))
		return true;
	for (size_t k = 0; k < sizeof fences / sizeof *fences; k++)
		for (const char *at = text; (at = text_find(at, (size_t)(end - at), fences[k], 3));
		     at += 3)
			if (is_fence(at, end))
				return true;
	return false;
}
