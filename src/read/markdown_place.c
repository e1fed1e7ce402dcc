/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_place.c - where in the source an inline node stands
 *
 * The nodes of a block are taken in document order, and so is its source: each is looked for a
 * little way behind the one before. What is not found stands where the cursor is, with no length,
 * and the cursor stays. All looking is paid from one budget, so that the whole is linear. */
#include "read/markdown_internal.h"
#include <string.h>

enum {
	WINDOW = 512,       /* bytes behind the cursor where the next node is looked for */
	SURE = 16,          /* bytes of a text that must be there for it to be found */
	LONGEST_ENTITY = 33 /* with '&' and ';' */
};

/* ---- lines ---- */

static void add_line(struct md_lines *l, size_t start)
{
	if (l->n + 2 > l->cap) {
		l->cap = l->cap ? l->cap * 2 : 256;
		l->starts = mem_realloc(l->starts, l->cap * sizeof *l->starts);
	}
	l->starts[l->n++] = (uint32_t)start;
	l->starts[l->n] = (uint32_t)l->len;
}

void md_lines_find(struct md_lines *l, const char *source, size_t len, size_t body_start)
{
	const char *at = source + body_start, *end = source + len;
	bool has_cr = at < end && memchr(at, '\r', (size_t)(end - at)) != NULL;

	*l = (struct md_lines){.source = source, .len = len, .body_start = body_start};
	add_line(l, body_start);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		for (; has_cr && at < (newline ? newline : end); at++)
			if (*at == '\r' && at + 1 != newline)
				add_line(l, (size_t)(at + 1 - source));
		if (!newline)
			break;
		at = newline + 1;
		add_line(l, (size_t)(at - source));
	}
}

size_t md_lines_offset(const struct md_lines *l, int line, int column)
{
	if (line < 1)
		return l->body_start;
	if ((size_t)line > l->n)
		return l->len;
	size_t at = l->starts[line - 1] + (size_t)(column > 1 ? column - 1 : 0);
	return at < l->starts[line] ? at : l->starts[line];
}

int md_lines_table_header(const struct md_lines *l, int first)
{
	for (int line = first; line >= 1 && (size_t)line < l->n; line++) {
		size_t i = l->starts[line];
		while (i < l->starts[line + 1] && strchr(" \t>|:-\r\n", l->source[i]))
			i++;
		if (i == l->starts[line + 1])
			return line;
	}
	return first;
}

/* ---- inline nodes ---- */

static bool spend(struct md_cursor *c, size_t n)
{
	if (c->budget < n) {
		c->budget = 0;
		return false;
	}
	c->budget -= n;
	return true;
}

static size_t window_end(const struct md_cursor *c)
{
	return c->end - c->at > WINDOW ? c->at + WINDOW : c->end;
}

/* The first byte in the window that is one of `set`; c->end where none is. */
static size_t find_byte(struct md_cursor *c, const char *set)
{
	size_t stop = window_end(c);

	for (size_t i = c->at; i < stop && spend(c, 1); i++)
		if (strchr(set, c->source[i]) && c->source[i] != '\0')
			return i;
	return c->end;
}

/* Length of the entity at p, 0 where there is none. */
static size_t entity_length(const char *p, size_t n)
{
	size_t i = 1;

	if (n < 3 || p[0] != '&')
		return 0;
	if (p[i] == '#')
		i++;
	while (i < n && i < LONGEST_ENTITY && md_is_alnum(p[i]))
		i++;
	return i > 1 && i < n && p[i] == ';' ? i + 1 : 0;
}

static size_t code_point_length(const char *p, size_t n)
{
	size_t i = 1;

	while (i < n && (p[i] & 0xc0) == 0x80)
		i++;
	return i;
}

/* True where what looks like an entity is none, and so stands in the text as it is. */
static bool stayed_text(const char *s, size_t entity, const char *t, size_t n)
{
	return n >= entity && memcmp(s, t, entity) == 0 &&
	       !(entity == 5 && memcmp(s, "&amp;", 5) == 0);
}

/* How much of the source and how much of the text the next character takes; false where they
 * differ. */
static bool step(const char *s, size_t left, const char *t, size_t n, size_t *ds, size_t *dt)
{
	size_t entity;

	*ds = *dt = 1;
	if (left == 0)
		return false;
	if (s[0] == '\\' && left > 1 && md_is_punctuation(s[1]) && s[1] == t[0]) {
		*ds = 2;
		return true;
	}
	if (s[0] == '&' && (entity = entity_length(s, left)) > 0 && !stayed_text(s, entity, t, n)) {
		*ds = entity;
		*dt = code_point_length(t, n);
		return true;
	}
	return s[0] == t[0];
}

/* True where the source has the very bytes of the text, and they stand for themselves. */
static bool stands_verbatim(const struct md_cursor *c, size_t at, const char *text, size_t n)
{
	return c->end - at >= n && memcmp(c->source + at, text, n) == 0 && !memchr(text, '\\', n) &&
	       !memchr(text, '&', n);
}

size_t md_place_walk(const struct md_cursor *c, size_t at, const char *text, size_t n)
{
	size_t ds, dt;

	if (stands_verbatim(c, at, text, n))
		return at + n;

	for (size_t i = 0; i < n; i += dt, at += ds)
		if (!step(c->source + at, c->end - at, text + i, n - i, &ds, &dt))
			break;
	return at;
}

static bool stands_at(struct md_cursor *c, size_t at, const char *text, size_t n)
{
	size_t ds, dt, i = 0;

	for (; i < n && i < SURE; i += dt, at += ds)
		if (!spend(c, 1) || !step(c->source + at, c->end - at, text + i, n - i, &ds, &dt))
			return false;
	return true;
}

struct md_range md_place_text(struct md_cursor *c, const char *text, size_t n)
{
	size_t stop = window_end(c);

	for (size_t i = c->at; i < stop && spend(c, 1); i++)
		if (stands_at(c, i, text, n)) {
			c->at = md_place_walk(c, i, text, n);
			return (struct md_range){i, c->at};
		}
	return (struct md_range){c->at, c->at};
}

static size_t run_length(const struct md_cursor *c, size_t at)
{
	size_t i = at;

	while (i < c->end && c->source[i] == c->source[at])
		i++;
	return i - at;
}

struct md_range md_place_code(struct md_cursor *c)
{
	size_t start = find_byte(c, "`"), width;

	if (start == c->end)
		return (struct md_range){c->at, c->at};
	width = run_length(c, start);
	for (size_t i = start + width; i < c->end && spend(c, 1);) {
		size_t run = c->source[i] == '`' ? run_length(c, i) : 1;
		i += run;
		if (c->source[i - 1] == '`' && run == width) {
			c->at = i;
			return (struct md_range){start, i};
		}
	}
	return (struct md_range){start, start};
}

/* Raw HTML as cmark gives it, which lacks the markers of containers at the begin of its lines. */
struct md_range md_place_html(struct md_cursor *c, const char *text, size_t n)
{
	size_t start = find_byte(c, "<"), at = start;

	if (start == c->end)
		return (struct md_range){c->at, c->at};
	for (size_t i = 0; i < n && at < c->end; at++) {
		char s = c->source[at];
		if (s == text[i])
			i++;
		else if (!md_is_space(s) && s != '>')
			break;
	}
	c->at = at;
	return (struct md_range){start, at};
}

struct md_range md_place_break(struct md_cursor *c)
{
	size_t start = find_byte(c, "\r\n");

	if (start == c->end)
		return (struct md_range){c->at, c->at};
	c->at = start + 1;
	if (c->source[start] == '\r' && c->at < c->end && c->source[c->at] == '\n')
		c->at++;
	return (struct md_range){start, c->at};
}

struct md_range md_place_footnote_ref(struct md_cursor *c)
{
	size_t start = find_byte(c, "["), at = c->at;

	if (start == c->end)
		return (struct md_range){at, at};
	c->at = start;
	size_t close = find_byte(c, "]");
	c->at = close < c->end ? close + 1 : at;
	return (struct md_range){close < c->end ? start : at, c->at};
}

static size_t find_mark(struct md_cursor *c, char mark)
{
	return find_byte(c, mark == '~' ? "~" : "*_");
}

size_t md_place_mark_open(struct md_cursor *c, char mark, size_t width)
{
	size_t start = find_mark(c, mark);

	if (start == c->end)
		return c->at;
	c->at = start + width < c->end ? start + width : c->end;
	return start;
}

size_t md_place_mark_close(struct md_cursor *c, char mark, size_t width)
{
	md_place_mark_open(c, mark, width);
	return c->at;
}

size_t md_place_link_open(struct md_cursor *c, bool is_image)
{
	size_t start = find_byte(c, is_image ? "!" : "[<");

	if (start == c->end)
		return c->at;
	c->at = start + 1;
	if (is_image && c->at < c->end && c->source[c->at] == '[')
		c->at++;
	return start;
}

/* The byte behind `)` of an inline link whose `(` stands at `at`; `at` where it does not end. */
static size_t destination_end(struct md_cursor *c, size_t at)
{
	size_t depth = 0;
	char quote = '\0';

	for (size_t i = at; i < c->end && spend(c, 1); i++) {
		char s = c->source[i];
		bool after_space = i > at && md_is_space(c->source[i - 1]);
		if (s == '\\') {
			i++;
		} else if (quote != '\0') {
			if (s == quote)
				quote = '\0';
		} else if (s == '<' && i == at + 1) {
			quote = '>';
		} else if ((s == '"' || s == '\'') && after_space) {
			quote = s;
		} else if (s == '(') {
			depth++;
		} else if (s == ')' && --depth == 0) {
			return i + 1;
		}
	}
	return at;
}

size_t md_place_link_close(struct md_cursor *c, size_t open)
{
	bool angle = open < c->end && c->source[open] == '<';
	size_t close = find_byte(c, angle ? ">" : "]");

	if (close == c->end)
		return c->at;
	c->at = close + 1;
	if (angle || c->at == c->end)
		return c->at;
	if (c->source[c->at] == '(') {
		c->at = destination_end(c, c->at);
	} else if (c->source[c->at] == '[') {
		size_t label = c->at;
		size_t end = find_byte(c, "]");
		c->at = end < c->end ? end + 1 : label;
	}
	return c->at;
}

/* The length of `[label]:` at p, 0 where there is none. */
static size_t definition_label(const char *p, size_t n)
{
	if (n < 4 || p[0] != '[' || p[1] == '^')
		return 0;
	for (size_t i = 1; i + 1 < n; i++) {
		if (p[i] == '\\')
			i++;
		else if (p[i] == ']')
			return p[i + 1] == ':' ? i + 2 : 0;
	}
	return 0;
}

void md_place_skip_definitions(struct md_cursor *c)
{
	for (;;) {
		const char *line = c->source + c->at;
		size_t left = c->end - c->at;
		const char *newline = memchr(line, '\n', left);
		if (!newline || definition_label(line, (size_t)(newline - line)) == 0)
			return;
		c->at += (size_t)(newline - line) + 1;
		while (c->at < c->end && (md_is_space(c->source[c->at]) || c->source[c->at] == '>'))
			c->at++;
	}
}
