/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mustache_parse.c - the text of one template as a tree
 *
 * Lines that hold nothing but one tag vanish with their white space, as the specification says.
 * Text is kept line by line, and what stands first on a line is marked, so that a partial or block
 * can be indented wherever it is put. */
#include "render/mustache_internal.h"

#include <stdio.h>
#include <string.h>

enum { DELIMITER_MAX = 16 };

struct parser {
	struct arena *mem;
	struct source *source;
	struct diag_sink *diags;
	const char *text;
	size_t len, at; /* what is before `at` has been taken */
	char open[DELIMITER_MAX], close[DELIMITER_MAX];
	struct mustache_node *stack[MUSTACHE_DEPTH + 1];
	/* of each open parent: the white space before it, a text node or NULL */
	struct mustache_node *before[MUSTACHE_DEPTH + 1];
	size_t depth;
	bool fresh; /* nothing of this line has been taken */
	bool failed;
};

struct tag {
	char sigil; /* 0 for a plain value */
	size_t start, end;
	const char *name;
	size_t n;
	bool blank_before, blank_after;
	size_t next_line; /* blank_after: where the line after it begins */
};

#define FAIL(p, start, end, ...)                                                                   \
	((p)->failed = true, diag_add((p)->diags, RULE_TEMPLATE_INVALID,                           \
				      span_at((p)->source, start, end), __VA_ARGS__))

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool space(char c)
{
	return blank(c) || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static size_t find(const struct parser *p, size_t from, const char *needle, size_t n)
{
	const char *hit = memmem(p->text + from, p->len - from, needle, n);

	return hit ? (size_t)(hit - p->text) : SIZE_MAX;
}

static struct mustache_node *top(const struct parser *p)
{
	return p->stack[p->depth];
}

static struct mustache_node *add(struct parser *p, enum node_type type, size_t start, size_t end)
{
	struct mustache_node *node = arena_new(p->mem, struct mustache_node, 1);
	struct mustache_node *parent = top(p);

	node->type = type;
	node->at = span_at(p->source, start, end);
	node->indent = node->margin = "";
	if (parent->last)
		parent->last->next = node;
	else
		parent->child = node;
	parent->last = node;
	return node;
}

/* One node for each line of [at, end); text directly in a parent is left out. */
static void take_text(struct parser *p, size_t end)
{
	while (p->at < end) {
		const char *feed = memchr(p->text + p->at, '\n', end - p->at);
		size_t stop = feed ? (size_t)(feed - p->text) + 1 : end;

		if (top(p)->type != NODE_PARENT) {
			struct mustache_node *node = add(p, NODE_TEXT, p->at, stop);

			node->text = p->text + p->at;
			node->n = stop - p->at;
			node->first = p->fresh;
		}
		p->fresh = feed != NULL;
		p->at = stop;
	}
}

/* Fills blank_before, blank_after and next_line. */
static void look_around(const struct parser *p, struct tag *tag)
{
	size_t i = tag->start;

	while (i > 0 && blank(p->text[i - 1]))
		i--;
	tag->blank_before = i == 0 || p->text[i - 1] == '\n';
	for (i = tag->end; i < p->len && blank(p->text[i]); i++)
		;
	if (i + 1 < p->len && p->text[i] == '\r' && p->text[i + 1] == '\n')
		i++;
	tag->blank_after = i == p->len || p->text[i] == '\n';
	tag->next_line = i < p->len ? i + 1 : i;
}

/* Reads the tag that begins at `start`. */
static bool read_tag(struct parser *p, size_t start, struct tag *tag)
{
	size_t begin = start + strlen(p->open), end;
	char ending[DELIMITER_MAX + 1] = "";
	char c = begin < p->len ? p->text[begin] : '\0';

	*tag = (struct tag){.start = start};
	if (c && strchr("#^/><$&{=!", c)) {
		tag->sigil = c;
		begin++;
	}
	if (c == '{' || c == '=')
		ending[0] = c == '{' ? '}' : '=';
	snprintf(ending + strlen(ending), sizeof ending - strlen(ending), "%s", p->close);
	end = find(p, begin, ending, strlen(ending));
	if (end == SIZE_MAX) {
		FAIL(p, start, start + strlen(p->open), "tag is not closed by '%s'", ending);
		return false;
	}
	tag->end = end + strlen(ending);
	while (begin < end && space(p->text[begin]))
		begin++;
	while (end > begin && space(p->text[end - 1]))
		end--;
	tag->name = p->text + begin;
	tag->n = end - begin;
	look_around(p, tag);
	return true;
}

static bool name_is_usable(struct parser *p, const struct tag *tag)
{
	for (size_t i = 0; i < tag->n; i++) {
		if (!space(tag->name[i]))
			continue;
		FAIL(p, tag->start, tag->end, "the name '%.*s' holds white space", (int)tag->n,
		     tag->name);
		return false;
	}
	if (!tag->n)
		FAIL(p, tag->start, tag->end, "tag without a name");
	return tag->n > 0;
}

/* {{=<% %>=}} */
static void set_delimiters(struct parser *p, const struct tag *tag)
{
	size_t first = 0, second = tag->n;

	while (first < tag->n && !space(tag->name[first]))
		first++;
	while (second > first && !space(tag->name[second - 1]))
		second--;
	if (!first || second == first || first >= DELIMITER_MAX ||
	    tag->n - second >= DELIMITER_MAX - 1 || memchr(tag->name, '=', tag->n)) {
		FAIL(p, tag->start, tag->end,
		     "delimiters are two words without '=', each of at most %d bytes",
		     DELIMITER_MAX - 2);
		return;
	}
	for (size_t i = first; i < second; i++)
		if (!space(tag->name[i])) {
			FAIL(p, tag->start, tag->end, "delimiters are two words");
			return;
		}
	memset(p->open, 0, sizeof p->open);
	memset(p->close, 0, sizeof p->close);
	memcpy(p->open, tag->name, first);
	memcpy(p->close, tag->name + second, tag->n - second);
}

static char *copy(struct parser *p, size_t start, size_t end)
{
	return arena_strndup(p->mem, p->text + start, end - start);
}

static size_t blank_start(const struct parser *p, const struct tag *tag)
{
	size_t start = tag->start;

	while (start > p->at && blank(p->text[start - 1]))
		start--;
	return start;
}

/* Takes the text before a tag; of a line that vanishes, not the white space. */
static void take_before(struct parser *p, const struct tag *tag, bool vanishes)
{
	take_text(p, vanishes ? blank_start(p, tag) : tag->start);
	p->at = tag->start;
}

/* Goes on behind a tag, or on the next line where the tag's line vanishes. */
static void go_behind(struct parser *p, const struct tag *tag, bool vanishes)
{
	p->at = vanishes ? tag->next_line : tag->end;
	p->fresh = vanishes || p->fresh;
}

static void push(struct parser *p, struct mustache_node *node)
{
	if (p->depth == MUSTACHE_DEPTH) {
		FAIL(p, node->at.start, node->at.end, "sections are nested more than %d deep",
		     MUSTACHE_DEPTH);
		return;
	}
	p->stack[++p->depth] = node;
	p->before[p->depth] = NULL;
}

static struct mustache_node *add_tag(struct parser *p, enum node_type type, const struct tag *tag)
{
	struct mustache_node *node = add(p, type, tag->start, tag->end);

	node->text = tag->name;
	node->n = tag->n;
	return node;
}

static void take_first(struct parser *p, struct mustache_node *node)
{
	node->first = p->fresh;
	p->fresh = false;
}

static void take_value(struct parser *p, const struct tag *tag)
{
	bool raw = tag->sigil == '{' || tag->sigil == '&';

	take_before(p, tag, false);
	take_first(p, add_tag(p, raw ? NODE_RAW : NODE_VALUE, tag));
	go_behind(p, tag, false);
}

static void take_section(struct parser *p, const struct tag *tag)
{
	bool vanishes = tag->blank_before && tag->blank_after;
	struct mustache_node *node;

	take_before(p, tag, vanishes);
	node = add_tag(p, tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED, tag);
	if (!vanishes)
		take_first(p, node);
	push(p, node);
	go_behind(p, tag, vanishes);
}

static void take_partial(struct parser *p, const struct tag *tag)
{
	bool vanishes = tag->blank_before && tag->blank_after;
	size_t start = blank_start(p, tag);
	struct mustache_node *node;

	take_before(p, tag, vanishes);
	node = add_tag(p, NODE_PARTIAL, tag);
	if (vanishes)
		node->indent = copy(p, start, tag->start);
	else
		take_first(p, node);
	go_behind(p, tag, vanishes);
}

/* Whether it has its lines for itself is known at its end; the white space before it is kept in
 * a node of its own until then. */
static void take_parent(struct parser *p, const struct tag *tag)
{
	size_t start = blank_start(p, tag);
	struct mustache_node *node, *before = NULL;

	take_text(p, tag->blank_before ? start : tag->start);
	if (start < tag->start && tag->blank_before && top(p)->type != NODE_PARENT) {
		take_text(p, tag->start);
		before = top(p)->last;
	}
	p->at = tag->start;
	node = add_tag(p, NODE_PARENT, tag);
	take_first(p, node);
	node->own_line = tag->blank_before;
	push(p, node);
	p->before[p->depth] = before;
	go_behind(p, tag, false);
}

/* A block is an argument directly in a parent, else a place for one. */
static void take_block(struct parser *p, const struct tag *tag)
{
	bool argument = top(p)->type == NODE_PARENT;
	bool own_line = !argument && tag->blank_before && tag->blank_after;
	size_t start = blank_start(p, tag);
	struct mustache_node *node;

	take_before(p, tag, own_line);
	node = add_tag(p, NODE_BLOCK, tag);
	node->own_line = own_line;
	node->starts_inline = !(tag->blank_after && (argument || own_line));
	if (tag->blank_before)
		node->indent = copy(p, start, tag->start);
	if (!own_line && !argument)
		take_first(p, node);
	push(p, node);
	go_behind(p, tag, !node->starts_inline);
}

/* White space at the beginning of the first line in a block, where it begins on a line. */
static char *first_indent(struct parser *p, const struct mustache_node *block)
{
	const struct mustache_node *node = block->child;
	size_t start, end;

	if (!node || block->starts_inline)
		return NULL;
	start = node->at.start;
	while (start && blank(p->text[start - 1]))
		start--;
	for (end = start; end < p->len && blank(p->text[end]); end++)
		;
	return copy(p, start, end);
}

static void close_block(struct parser *p, struct mustache_node *block)
{
	char *indent = first_indent(p, block);

	if (!indent)
		return;
	if (p->stack[p->depth - 1]->type == NODE_PARENT)
		block->margin = indent;
	else
		block->indent = indent;
}

static bool close_parent(struct parser *p, struct mustache_node *parent, const struct tag *tag)
{
	struct mustache_node *before = p->before[p->depth];

	if (!parent->own_line || !tag->blank_after)
		return false;
	parent->first = false;
	if (before) {
		parent->indent = arena_strndup(p->mem, before->text, before->n);
		before->n = 0;
		before->first = false;
	}
	return true;
}

static const char sigils[] = {
    [NODE_SECTION] = '#', [NODE_INVERTED] = '^', [NODE_PARENT] = '<', [NODE_BLOCK] = '$'};

static void take_close(struct parser *p, const struct tag *tag)
{
	struct mustache_node *node = top(p);
	bool vanishes = tag->blank_before && tag->blank_after;
	bool argument;

	if (!p->depth) {
		FAIL(p, tag->start, tag->end, "'%.*s' is closed, but was not opened", (int)tag->n,
		     tag->name);
		return;
	}
	if (tag->n != node->n || memcmp(tag->name, node->text, tag->n) != 0) {
		struct position at = source_position(&node->at);

		FAIL(p, tag->start, tag->end, "'%.*s' is closed where '%c%.*s' of line %u is open",
		     (int)tag->n, tag->name, sigils[node->type], (int)node->n, node->text, at.line);
		return;
	}
	argument = node->type == NODE_BLOCK && p->stack[p->depth - 1]->type == NODE_PARENT;
	take_before(p, tag, vanishes || (argument && tag->blank_before));
	if (node->type == NODE_BLOCK)
		close_block(p, node);
	if (node->type == NODE_PARENT) {
		vanishes = close_parent(p, node, tag);
		p->fresh = false;
	}
	p->depth--;
	go_behind(p, tag, vanishes);
}

static void take_tag(struct parser *p, const struct tag *tag)
{
	bool named = !tag->sigil || !strchr("!=", tag->sigil);

	if (named && !name_is_usable(p, tag))
		return;
	switch (tag->sigil) {
	case '!':
	case '=':
		take_before(p, tag, tag->blank_before && tag->blank_after);
		if (tag->sigil == '=')
			set_delimiters(p, tag);
		go_behind(p, tag, tag->blank_before && tag->blank_after);
		break;
	case '#':
	case '^':
		take_section(p, tag);
		break;
	case '/':
		take_close(p, tag);
		break;
	case '>':
		take_partial(p, tag);
		break;
	case '<':
		take_parent(p, tag);
		break;
	case '$':
		take_block(p, tag);
		break;
	default:
		take_value(p, tag);
	}
}

struct mustache_node *mustache_parse(struct arena *mem, struct source *source,
				     struct diag_sink *diags)
{
	struct parser p = {.mem = mem,
			   .source = source,
			   .diags = diags,
			   .text = source->text,
			   .len = source->len,
			   .open = "{{",
			   .close = "}}",
			   .fresh = true};
	struct mustache_node *root = arena_new(mem, struct mustache_node, 1);

	root->at = span_at(source, 0, 0);
	root->indent = root->margin = "";
	p.stack[0] = root;
	while (!p.failed) {
		struct tag tag;
		size_t start = find(&p, p.at, p.open, strlen(p.open));

		if (start == SIZE_MAX)
			break;
		if (read_tag(&p, start, &tag))
			take_tag(&p, &tag);
	}
	if (p.failed)
		return NULL;
	take_text(&p, p.len);
	if (p.depth) {
		FAIL(&p, top(&p)->at.start, top(&p)->at.end, "'%c%.*s' is never closed",
		     sigils[top(&p)->type], (int)top(&p)->n, top(&p)->text);
		return NULL;
	}
	return root;
}
