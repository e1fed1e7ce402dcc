/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/json_walk.c - a JSON object value by value
 *
 * Only where a value ends is decided here, by brackets and quotes; what it is, and whether it is
 * one, says json_read(). */
#include "read/json_walk.h"
#include "base/diag.h"
#include "base/map.h"
#include "read/json.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_VALUE = 64 << 20, END = -1 };

struct walker {
	FILE *file;
	void (*visit)(void *context, const struct json_visit *visit);
	void *context;
	struct arena *result; /* for the problem's words */
	struct json_problem *problem;
	unsigned char bytes[1 << 16]; /* of the file */
	size_t at, n;
	uint32_t line;       /* of the next byte */
	struct out value;    /* the bytes of one value */
	uint32_t value_line; /* on which it begins */
	bool too_large;
	struct arena mem;   /* its tree */
	struct arena names; /* the object's keys */
	struct map keys;
};

static int peek(struct walker *w)
{
	if (w->at == w->n) {
		w->at = 0;
		w->n = fread(w->bytes, 1, sizeof w->bytes, w->file);
		if (!w->n)
			return END;
	}
	return w->bytes[w->at];
}

static int next(struct walker *w)
{
	int c = peek(w);

	if (c == END)
		return c;
	w->at++;
	w->line += c == '\n';
	return c;
}

static int skip_space(struct walker *w)
{
	int c;

	while ((c = peek(w)) == ' ' || c == '\t' || c == '\r' || c == '\n')
		next(w);
	return c;
}

static bool broken(struct walker *w, uint32_t line, const char *why)
{
	*w->problem = (struct json_problem){line, arena_strdup(w->result, why)};
	return false;
}

static void keep_bytes(struct walker *w, size_t n)
{
	const unsigned char *p = w->bytes + w->at;

	for (size_t i = 0; i < n; i++)
		w->line += p[i] == '\n';
	w->at += n;
	if (w->value.n + n <= LARGEST_VALUE)
		out_write(&w->value, (const char *)p, n);
	else
		w->too_large = true;
}

static void keep(struct walker *w)
{
	if (peek(w) != END)
		keep_bytes(w, 1);
}

/* Up to one of the bytes that are marked, which it gives, or the end. */
static int keep_until(struct walker *w, const bool stops[256])
{
	int c;

	while ((c = peek(w)) != END && !stops[c]) {
		const unsigned char *p = w->bytes + w->at;
		size_t room = w->n - w->at, n = 1;
		while (n < room && !stops[p[n]])
			n++;
		keep_bytes(w, n);
	}
	return c;
}

static void keep_string(struct walker *w)
{
	static const bool stops[256] = {['"'] = true, ['\\'] = true};

	keep(w);
	while (keep_until(w, stops) == '\\') {
		keep(w);
		keep(w);
	}
	keep(w);
}

/* To the bracket that closes the first; of which kind it is does not matter here. */
static void keep_brackets(struct walker *w)
{
	static const bool stops[256] = {
	    ['"'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true};
	size_t depth = 0;
	int c;

	do {
		c = keep_until(w, stops);
		if (c == '"') {
			keep_string(w);
			continue;
		}
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		keep(w);
	} while (c != END && depth);
}

/* The bytes of the value that begins here, up to what can be no part of it. */
static void keep_value(struct walker *w)
{
	int c = skip_space(w);

	out_clear(&w->value);
	w->value_line = w->line;
	w->too_large = false;
	if (c == '"')
		keep_string(w);
	else if (c == '{' || c == '[')
		keep_brackets(w);
	else if (c != 0xEF) /* a byte order mark, which json_read() would take */
		while ((c = peek(w)) != END && !strchr(",]}\" \t\r\n", c))
			keep(w);
}

/* The next value's tree; NULL after a problem. */
static const struct data_node *read_value(struct walker *w)
{
	struct diag_sink diags;
	struct source *source;
	const struct data_node *node;

	keep_value(w);
	if (w->too_large)
		broken(w, w->value_line, "a value of more than 64 MiB");
	else if (!w->value.n)
		broken(w, w->value_line, "a value is missing");
	if (w->too_large || !w->value.n)
		return NULL;
	diag_init(&diags, &w->mem);
	source = source_new(&w->mem, "", out_text(&w->value), w->value.n);
	node = json_read(&w->mem, source, &diags);
	if (!node)
		broken(w, w->value_line + source_position(&diags.items[0].at).line - 1,
		       diags.items[0].detail);
	return node;
}

static bool visit_value(struct walker *w, const char *key, size_t entry)
{
	struct arena_mark mark = arena_save(&w->mem);
	const struct data_node *value = read_value(w);

	if (value)
		w->visit(w->context, &(struct json_visit){key, value, entry, w->value_line});
	arena_reset(&w->mem, mark);
	return value != NULL;
}

static bool walk_list(struct walker *w, const char *key)
{
	w->visit(w->context, &(struct json_visit){.key = key, .line = w->line});
	next(w);
	if (skip_space(w) == ']') {
		next(w);
		return true;
	}
	for (size_t entry = 1;; entry++) {
		if (!visit_value(w, key, entry))
			return false;
		switch (skip_space(w)) {
		case ',':
			next(w);
			break;
		case ']':
			next(w);
			return true;
		default:
			return broken(w, w->line,
				      "',' or ']' is missing behind an entry of a list");
		}
	}
}

/* A key, its colon and what stands behind. */
static bool walk_pair(struct walker *w)
{
	const struct data_node *name;
	const char *key;

	if (skip_space(w) != '"')
		return broken(w, w->line, "a key in quotes is missing");
	name = read_value(w);
	if (!name)
		return false;
	key = arena_strdup(&w->names, name->text);
	if (strlen(key) != name->len)
		return broken(w, w->value_line, "NUL character");
	if (map_has(&w->keys, key))
		return broken(w, w->value_line, "a key stands twice");
	map_put(&w->keys, &w->names, key, w);
	if (skip_space(w) != ':')
		return broken(w, w->line, "':' is missing behind a key");
	next(w);
	return skip_space(w) == '[' ? walk_list(w, key) : visit_value(w, key, 0);
}

static bool walk_object(struct walker *w)
{
	next(w);
	if (skip_space(w) == '}') {
		next(w);
		return true;
	}
	while (walk_pair(w))
		switch (skip_space(w)) {
		case ',':
			next(w);
			break;
		case '}':
			next(w);
			return true;
		default:
			return broken(w, w->line, "',' or '}' is missing behind a value");
		}
	return false;
}

static enum json_walk walk(struct walker *w)
{
	int first;

	if (peek(w) == 0xEF && w->n >= 3 && !memcmp(w->bytes, "\xEF\xBB\xBF", 3))
		w->at = 3;
	first = skip_space(w);
	if (ferror(w->file))
		return JSON_WALK_UNREAD;
	if (first == END) {
		broken(w, w->line, "there is nothing in it");
		return JSON_WALK_BROKEN;
	}
	if (first != '{')
		return JSON_WALK_NO_OBJECT;
	if (walk_object(w) && skip_space(w) != END)
		broken(w, w->line, "something stands behind the object");
	if (ferror(w->file))
		return JSON_WALK_UNREAD;
	return w->problem->why ? JSON_WALK_BROKEN : JSON_WALK_WHOLE;
}

enum json_walk json_walk(FILE *file, void (*visit)(void *context, const struct json_visit *visit),
			 void *context, struct arena *mem, struct json_problem *problem)
{
	struct walker *w = mem_realloc(NULL, sizeof *w);
	enum json_walk result;
	int why;

	*problem = (struct json_problem){0};
	*w = (struct walker){.file = file,
			     .visit = visit,
			     .context = context,
			     .result = mem,
			     .problem = problem,
			     .line = 1};
	arena_init(&w->mem);
	arena_init(&w->names);
	errno = 0;
	result = walk(w);
	why = errno;
	arena_release(&w->mem);
	arena_release(&w->names);
	out_release(&w->value);
	free(w);
	errno = why;
	return result;
}
