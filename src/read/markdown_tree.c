/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_tree.c - cmark-gfm's tree of one text as nodes without pointers
 *
 * The library's node header is used for what its functions do not give: contents without a copy,
 * and the definition that a footnote reference belongs to. */
#include "read/markdown_tree.h"
#include "base/out.h"
#include "base/text.h"
#include "read/markdown_pool.h"
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm/node.h>
#include <stdlib.h>
#include <string.h>

/* ---- building ---- */

uint32_t md_build_text(struct md_build *b, const char *text, size_t n)
{
	if (n == 0)
		return 0;
	if (b->text_len + n + 1 > b->text_cap) {
		while (b->text_len + n + 1 > b->text_cap)
			b->text_cap = b->text_cap ? b->text_cap * 2 : 4096;
		b->text = mem_realloc(b->text, b->text_cap);
	}
	size_t at = b->text_len;
	memcpy(b->text + at, text, n);
	b->text[at + n] = '\0';
	b->text_len += n + 1;
	return (uint32_t)at;
}

struct md_node *md_add_node(struct md_maker *m, enum md_type type, struct md_range at)
{
	struct md_build *b = m->build;

	if (b->n == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 256;
		b->nodes = mem_realloc(b->nodes, b->cap * sizeof *b->nodes);
	}
	struct md_node *node = &b->nodes[b->n++];
	*node = (struct md_node){.type = (uint8_t)type,
				 .after = (uint32_t)b->n,
				 .parent = m->open,
				 .start = (uint32_t)at.start,
				 .end = (uint32_t)at.end};
	return node;
}

static void set_text(struct md_maker *m, struct md_node *node, const cmark_chunk *text)
{
	node->text_len = (uint32_t)text->len;
	node->text = md_build_text(m->build, (const char *)text->data, (size_t)text->len);
}

static void set_extra(struct md_maker *m, struct md_node *node, const cmark_chunk *text)
{
	node->extra_len = (uint32_t)text->len;
	node->extra = md_build_text(m->build, (const char *)text->data, (size_t)text->len);
}

/* ---- places of blocks ---- */

static bool is_type(const cmark_node *node, const char *name)
{
	return node->extension && strcmp(cmark_node_get_type_string((cmark_node *)node), name) == 0;
}

static struct md_range block_range(const struct md_maker *m, cmark_node *node)
{
	struct md_range at;
	const cmark_node *next = node->next;

	if (node->start_line == 0 && next && is_type(next, "table")) {
		int header = md_lines_table_header(&m->lines, next->start_line);
		at.start = md_lines_offset(&m->lines, next->start_line, next->start_column);
		at.end = md_lines_offset(&m->lines, header, 1);
	} else {
		int line = is_type(node, "table")
			       ? md_lines_table_header(&m->lines, node->start_line)
			       : node->start_line;
		at.start = md_lines_offset(&m->lines, line, node->start_column);
		at.end = md_lines_offset(&m->lines, node->end_line, node->end_column + 1);
	}
	if (at.end < at.start)
		at.end = at.start;
	while (at.end > at.start && md_is_space(m->source[at.end - 1]))
		at.end--;
	return at;
}

/* Blocks end no earlier than what they hold. */
static void widen_parents(struct md_build *b)
{
	for (size_t i = b->n; i-- > 1;) {
		const struct md_node *node = &b->nodes[i];
		struct md_node *parent = &b->nodes[node->parent];
		if (parent->end < node->end)
			parent->end = node->end;
	}
}

/* ---- headings ---- */

static void plain_text(const struct md_build *b, size_t from, bool with_images, struct out *to)
{
	for (size_t i = from; i < b->n; i++) {
		const struct md_node *node = &b->nodes[i];
		if (node->type == MD_TEXT || node->type == MD_CODE)
			out_write(to, b->text + node->text, node->text_len);
		else if (node->type == MD_SOFT_BREAK || node->type == MD_LINE_BREAK)
			out_putc(to, ' ');
		else if (node->type == MD_IMAGE && !with_images)
			i = node->after - 1;
	}
}

/* The slug, made unique as GitHub's slugger does: with a counter of its own for each slug, and
 * past ids that another heading has by its own words. */
static const char *unique_id(struct md_maker *m, const char *slug)
{
	uint32_t *repeats = map_get(&m->ids, slug);
	const char *id = slug;

	if (repeats)
		do
			id = arena_printf(&m->mem, "%s-%u", slug, ++*repeats);
		while (map_has(&m->ids, id));
	map_put(&m->ids, &m->mem, id, arena_new(&m->mem, uint32_t, 1));
	return id;
}

static void finish_heading(struct md_maker *m, size_t index)
{
	struct out text = {0};

	plain_text(m->build, index + 1, false, &text);
	const char *id = unique_id(m, text_slug(&m->mem, out_text(&text), text.n));
	out_clear(&text);
	plain_text(m->build, index + 1, true, &text);
	struct md_node *node = &m->build->nodes[index];
	node->text = md_build_text(m->build, out_text(&text), text.n);
	node->text_len = (uint32_t)text.n;
	node->extra_len = (uint32_t)strlen(id);
	node->extra = md_build_text(m->build, id, node->extra_len);
	out_release(&text);
}

/* ---- tables ---- */

static void enter_row(struct md_maker *m, cmark_node *node)
{
	int is_header = cmark_gfm_extensions_get_table_row_is_header(node);
	int line = is_header ? md_lines_table_header(&m->lines, node->parent->start_line)
			     : node->start_line;
	size_t start = md_lines_offset(&m->lines, line, node->start_column);
	size_t stop = md_lines_offset(&m->lines, line + 1, 1);
	struct md_range at = {start, stop};

	while (at.end > at.start && md_is_space(m->source[at.end - 1]))
		at.end--;
	struct md_node *row = md_add_node(m, MD_TABLE_ROW, at);
	row->flags = is_header ? MD_HEADER : 0;
	m->cell_at = at.start + (at.start < at.end && m->source[at.start] == '|');
	m->column = 0;
}

/* Cells end at a '|' that no backslash stands before, whatever else is around it. */
static void enter_cell(struct md_maker *m, const cmark_node *node)
{
	const struct md_node *row = &m->build->nodes[m->open];
	size_t start = m->cell_at < row->end ? m->cell_at : row->end, end = start;
	uint8_t *alignments = cmark_gfm_extensions_get_table_alignments(node->parent->parent);
	uint16_t columns = cmark_gfm_extensions_get_table_columns(node->parent->parent);
	uint8_t alignment = alignments && m->column < columns ? alignments[m->column] : 0;

	while (end < row->end && m->source[end] != '|')
		end += m->source[end] == '\\' && end + 1 < row->end ? 2 : 1;
	m->cell_at = end + 1;
	m->column++;
	while (start < end && md_is_space(m->source[start]))
		start++;
	while (end > start && md_is_space(m->source[end - 1]))
		end--;
	struct md_node *cell = md_add_node(m, MD_TABLE_CELL, (struct md_range){start, end});
	cell->flags = alignment == 'l'   ? MD_ALIGN_LEFT
		      : alignment == 'c' ? MD_ALIGN_CENTER
		      : alignment == 'r' ? MD_ALIGN_RIGHT
					 : 0;
	m->cursor.block = m->cursor.at = start;
	m->cursor.end = end;
}

static bool enter_extension(struct md_maker *m, cmark_node *node)
{
	if (is_type(node, "table")) {
		struct md_node *table = md_add_node(m, MD_TABLE, block_range(m, node));
		table->number = cmark_gfm_extensions_get_table_columns(node);
	} else if (is_type(node, "table_row") || is_type(node, "table_header")) {
		enter_row(m, node);
	} else if (is_type(node, "table_cell")) {
		enter_cell(m, node);
	} else if (is_type(node, "strikethrough")) {
		size_t start = md_place_mark_open(&m->cursor, '~', 1);
		while (m->cursor.at < m->cursor.end && m->source[m->cursor.at] == '~')
			m->cursor.at++;
		md_add_node(m, MD_STRIKE, (struct md_range){start, start});
	} else {
		return false;
	}
	return true;
}

/* ---- blocks ---- */

static void enter_item(struct md_maker *m, cmark_node *node)
{
	struct md_range at = block_range(m, node);
	struct md_node *item = md_add_node(m, MD_ITEM, at);
	size_t i = at.start;

	if (!is_type(node, "tasklist"))
		return;
	/* The box is read again: cmark-gfm takes an "[x]" anywhere in the line for a tick. */
	while (i < at.end && m->source[i] != '[')
		i++;
	bool ticked = i + 2 < m->len && i < at.end
			  ? m->source[i + 1] == 'x' || m->source[i + 1] == 'X'
			  : node->as.list.checked;
	item->flags = (uint16_t)(ticked ? MD_TASK | MD_TICKED : MD_TASK);
}

static void enter_footnote(struct md_maker *m, cmark_node *node)
{
	struct md_range at = block_range(m, node);

	while (at.start > m->body_start && m->source[at.start] != '[' &&
	       m->source[at.start - 1] != '\n')
		at.start--;
	struct md_node *footnote = md_add_node(m, MD_FOOTNOTE, at);
	footnote->number = ++m->n_footnotes;
	set_text(m, footnote, &node->as.literal);
}

/* The offset behind the line of = or - that makes a paragraph a heading: cmark-gfm takes in the
 * block behind it, too. */
static size_t setext_end(const struct md_maker *m, size_t start, size_t end)
{
	const char *newline;

	for (size_t at = start; (newline = memchr(m->source + at, '\n', end - at));) {
		size_t i = at = (size_t)(newline - m->source) + 1, mark;
		while (i < end &&
		       (m->source[i] == ' ' || m->source[i] == '\t' || m->source[i] == '>'))
			i++;
		mark = i;
		while (i < end && m->source[i] == m->source[mark] &&
		       (m->source[i] == '=' || m->source[i] == '-'))
			i++;
		if (i == mark)
			continue;
		mark = i;
		while (i < end && (m->source[i] == ' ' || m->source[i] == '\t'))
			i++;
		if (i == end || m->source[i] == '\n' || m->source[i] == '\r')
			return mark;
	}
	return end;
}

/* Sets the cursor to a block with inline content. */
static void enter_inline_block(struct md_maker *m, enum md_type type, cmark_node *node)
{
	struct md_range at = block_range(m, node);
	const cmark_node *first = node->first_child;

	if (type == MD_HEADING && node->as.heading.setext)
		at.end = setext_end(m, at.start, at.end);
	m->cursor.block = m->cursor.at = at.start;
	m->cursor.end = at.end;
	if (type == MD_PARAGRAPH && first &&
	    !(first->type == CMARK_NODE_TEXT && first->as.literal.len > 0 &&
	      first->as.literal.data[0] == '['))
		md_place_skip_definitions(&m->cursor);
	at.start = m->cursor.block = m->cursor.at;
	struct md_node *block = md_add_node(m, type, at);
	if (type == MD_HEADING)
		block->level = (uint8_t)node->as.heading.level;
}

/* Raw HTML with blank lines inside, a table say, comes as several blocks that mean nothing each by
 * itself: they are one. True where the block was added to the one before it. */
static bool join_html(struct md_maker *m, cmark_node *node)
{
	struct md_build *b = m->build;
	struct md_node *before = &b->nodes[b->n - 1];
	const cmark_chunk *text = &node->as.literal;

	if (!node->prev || node->prev->type != CMARK_NODE_HTML_BLOCK ||
	    before->type != MD_HTML_BLOCK || !before->text_len ||
	    before->text + before->text_len + 1 != b->text_len)
		return false;
	/* Its text is the last of the pool: what is added follows it in place of the NUL. */
	b->text_len--;
	b->text[b->text_len++] = '\n';
	md_build_text(b, text->len ? (const char *)text->data : "\n",
		      text->len ? (size_t)text->len : 1);
	before->text_len = (uint32_t)(b->text_len - 1 - before->text);
	before->end = (uint32_t)block_range(m, node).end;
	return true;
}

static bool enter_block(struct md_maker *m, cmark_node *node)
{
	struct md_node *made;

	switch (node->type) {
	case CMARK_NODE_DOCUMENT:
		md_add_node(m, MD_DOCUMENT, (struct md_range){m->body_start, m->len});
		return true;
	case CMARK_NODE_BLOCK_QUOTE:
		md_add_node(m, MD_QUOTE, block_range(m, node));
		return true;
	case CMARK_NODE_LIST:
		made = md_add_node(m, MD_LIST, block_range(m, node));
		if (node->as.list.list_type == CMARK_ORDERED_LIST) {
			made->flags |= MD_ORDERED;
			made->number = (uint32_t)node->as.list.start;
		}
		if (node->as.list.tight)
			made->flags |= MD_TIGHT;
		return true;
	case CMARK_NODE_ITEM:
		enter_item(m, node);
		return true;
	case CMARK_NODE_CODE_BLOCK:
		made = md_add_node(m, MD_CODE_BLOCK, block_range(m, node));
		set_text(m, made, &node->as.code.literal);
		set_extra(m, made, &node->as.code.info);
		return true;
	case CMARK_NODE_HTML_BLOCK:
		if (join_html(m, node))
			return false;
		made = md_add_node(m, MD_HTML_BLOCK, block_range(m, node));
		set_text(m, made, &node->as.literal);
		return true;
	case CMARK_NODE_PARAGRAPH:
		enter_inline_block(m, MD_PARAGRAPH, node);
		return true;
	case CMARK_NODE_HEADING:
		enter_inline_block(m, MD_HEADING, node);
		return true;
	case CMARK_NODE_THEMATIC_BREAK:
		md_add_node(m, MD_RULE, block_range(m, node));
		return true;
	case CMARK_NODE_FOOTNOTE_DEFINITION:
		enter_footnote(m, node);
		return true;
	default:
		return enter_extension(m, node);
	}
}

/* ---- inline nodes ---- */

static void enter_footnote_ref(struct md_maker *m, const cmark_node *node)
{
	struct md_node *ref = md_add_node(m, MD_FOOTNOTE_REF, md_place_footnote_ref(&m->cursor));

	ref->number = (uint32_t)node->footnote.ref_ix;
	if (node->parent_footnote_def) {
		ref->number = (uint32_t)strtoul((const char *)node->as.literal.data, NULL, 10);
		set_extra(m, ref, &node->parent_footnote_def->as.literal);
	}
}

static void enter_link(struct md_maker *m, const cmark_node *node, enum md_type type)
{
	size_t start = md_place_link_open(&m->cursor, type == MD_IMAGE);
	struct md_node *link = md_add_node(m, type, (struct md_range){start, start});

	set_extra(m, link, &node->as.link.url);
	link->title_len = (uint32_t)node->as.link.title.len;
	link->title =
	    md_build_text(m->build, (const char *)node->as.link.title.data, link->title_len);
	m->in_link++;
}

/* True where a node of ours was made for it. */
static bool enter_inline(struct md_maker *m, cmark_node *node)
{
	struct md_cursor *c = &m->cursor;
	struct md_node *made;
	size_t start;

	switch (node->type) {
	case CMARK_NODE_TEXT:
		md_enter_text(m, node);
		return false;
	case CMARK_NODE_SOFTBREAK:
		md_add_node(m, MD_SOFT_BREAK, md_place_break(c));
		return true;
	case CMARK_NODE_LINEBREAK:
		md_add_node(m, MD_LINE_BREAK, md_place_break(c));
		return true;
	case CMARK_NODE_CODE:
		made = md_add_node(m, MD_CODE, md_place_code(c));
		set_text(m, made, &node->as.literal);
		return true;
	case CMARK_NODE_HTML_INLINE:
		made = md_add_node(m, MD_HTML_INLINE,
				   md_place_html(c, (const char *)node->as.literal.data,
						 (size_t)node->as.literal.len));
		set_text(m, made, &node->as.literal);
		return true;
	case CMARK_NODE_EMPH:
		start = md_place_mark_open(c, '*', 1);
		md_add_node(m, MD_EMPHASIS, (struct md_range){start, start});
		return true;
	case CMARK_NODE_STRONG:
		start = md_place_mark_open(c, '*', 2);
		md_add_node(m, MD_STRONG, (struct md_range){start, start});
		return true;
	case CMARK_NODE_LINK:
		enter_link(m, node, MD_LINK);
		return true;
	case CMARK_NODE_IMAGE:
		enter_link(m, node, MD_IMAGE);
		return true;
	case CMARK_NODE_FOOTNOTE_REFERENCE:
		enter_footnote_ref(m, node);
		return true;
	default:
		return enter_extension(m, node);
	}
}

/* Ends the node that is open. */
static void leave(struct md_maker *m)
{
	uint32_t index = m->open;
	struct md_node *node = &m->build->nodes[index];
	size_t end = node->end;

	switch (node->type) {
	case MD_EMPHASIS:
		end = md_place_mark_close(&m->cursor, '*', 1);
		break;
	case MD_STRONG:
		end = md_place_mark_close(&m->cursor, '*', 2);
		break;
	case MD_STRIKE:
		md_place_mark_close(&m->cursor, '~', 1);
		while (m->cursor.at < m->cursor.end && m->source[m->cursor.at] == '~')
			m->cursor.at++;
		end = m->cursor.at;
		break;
	case MD_LINK:
	case MD_IMAGE:
		end = md_place_link_close(&m->cursor, node->start);
		m->in_link--;
		break;
	case MD_HEADING:
		finish_heading(m, index);
		node = &m->build->nodes[index];
		break;
	default:
		break;
	}
	node->end = (uint32_t)(end > node->start ? end : node->start);
	node->after = (uint32_t)m->build->n;
	m->open = node->parent;
	m->depth--;
}

/* Takes a node; true where its children are to be taken under it. */
static bool enter(struct md_maker *m, cmark_node *node)
{
	size_t index = m->build->n;
	bool made = CMARK_NODE_BLOCK_P(node) ? enter_block(m, node) : enter_inline(m, node);

	if (!made)
		return false;
	m->open = (uint32_t)index;
	m->depth++;
	if (m->depth > MD_MAX_DEPTH) {
		m->build->refusal = MD_TOO_DEEP;
		m->build->refusal_at = m->build->nodes[index].start;
	}
	return true;
}

static void take_tree(struct md_maker *m, cmark_node *root)
{
	cmark_node *node = root;

	while (m->build->refusal == MD_FINE) {
		bool made = enter(m, node);
		if (made && node->first_child) {
			node = node->first_child;
			continue;
		}
		if (made)
			leave(m);
		while (node != root && !node->next) {
			node = node->parent;
			leave(m);
		}
		if (node == root)
			break;
		node = node->next;
	}
	if (m->build->refusal == MD_FINE)
		widen_parents(m->build);
}

static cmark_node *parse(const char *text, size_t n)
{
	static const char *const extensions[] = {"table", "strikethrough", "tasklist"};

	cmark_gfm_core_extensions_ensure_registered();
	/* Looking for footnotes takes a walk through the whole tree; most texts have none. */
	int options = text_find(text, n, "[^", 2) ? CMARK_OPT_FOOTNOTES : CMARK_OPT_DEFAULT;
	cmark_parser *parser = cmark_parser_new_with_mem(options, md_pool_open());
	for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
		cmark_parser_attach_syntax_extension(parser,
						     cmark_find_syntax_extension(extensions[i]));
	cmark_parser_feed(parser, text, n);
	cmark_node *root = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	return root;
}

void md_build_tree(struct md_build *build, const char *source, size_t len, size_t body_start)
{
	size_t offset;
	enum md_refusal refusal = md_guard_check(source + body_start, len - body_start, &offset);

	*build = (struct md_build){.refusal = refusal, .refusal_at = body_start + offset};
	if (refusal != MD_FINE)
		return;
	struct md_maker m = {.build = build,
			     .source = source,
			     .len = len,
			     .body_start = body_start,
			     .cursor = {.source = source, .budget = 65536 + 16 * len}};
	arena_init(&m.mem);
	md_lines_find(&m.lines, source, len, body_start);
	build->text = mem_realloc(NULL, build->text_cap = 4096);
	build->text[build->text_len++] = '\0';
	cmark_node *root = parse(source + body_start, len - body_start);
	take_tree(&m, root);
	if (!md_pool_forgets())
		cmark_node_free(root);
	arena_release(&m.mem);
	free(m.lines.starts);
}

void md_build_release(struct md_build *build)
{
	free(build->nodes);
	free(build->text);
	*build = (struct md_build){0};
}
