/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/source.c - lines are found once, columns when they are printed */
#include "base/source.h"
#include <assert.h>
#include <string.h>

static size_t count_lines(const char *text, size_t len)
{
	size_t n = 1;

	for (const char *p = text; (p = memchr(p, '\n', len - (size_t)(p - text))); p++)
		n++;
	return n;
}

struct source *source_new(struct arena *mem, const char *path, const char *text, size_t len)
{
	struct source *s = arena_new(mem, struct source, 1);

	assert(len < UINT32_MAX);
	s->path = path;
	s->text = text;
	s->len = len;
	if (!text)
		return s;
	s->line_starts = arena_new(mem, uint32_t, count_lines(text, len));
	s->n_lines = 1;
	for (const char *p = text; (p = memchr(p, '\n', len - (size_t)(p - text))); p++)
		s->line_starts[s->n_lines++] = (uint32_t)(p + 1 - text);
	return s;
}

struct source *source_named(struct arena *mem, const char *path)
{
	return source_new(mem, path, NULL, 0);
}

/* Index of the line that holds byte `at`. */
static size_t line_of(const struct source *s, uint32_t at)
{
	size_t low = 0, high = s->n_lines;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (s->line_starts[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct position source_position(const struct span *at)
{
	struct source *s = at->source;
	uint32_t start = at->start, end = at->end;
	size_t first, last;

	if (!s || !s->text)
		return (struct position){1, 1, 1, 1};
	if (start > s->len)
		start = (uint32_t)s->len;
	if (end > s->len)
		end = (uint32_t)s->len;
	if (end < start)
		end = start;
	first = line_of(s, start);
	last = end > start ? line_of(s, end - 1) : first;
	return (struct position){
	    .line = s->cuts ? s->cuts[first].line : (uint32_t)first + 1,
	    .column = start - s->line_starts[first] + 1 + (s->cuts ? s->cuts[first].before : 0),
	    .end_line = s->cuts ? s->cuts[last].line : (uint32_t)last + 1,
	    .end_column = end - s->line_starts[last] + 1 + (s->cuts ? s->cuts[last].before : 0),
	};
}

/* The number that a line of the file has in its excerpt, 0 where it is not there, or only without
 * its beginning. */
static uint32_t line_in_excerpt(const struct source *s, uint32_t line)
{
	for (size_t i = 0; i < s->n_lines; i++)
		if (s->cuts[i].line == line && !s->cuts[i].before)
			return (uint32_t)i + 1;
	return 0;
}

const char *source_line(struct source *s, uint32_t line, size_t *len)
{
	size_t start, end;

	*len = 0;
	if (!s || !s->text)
		return "";
	if (s->cuts)
		line = line_in_excerpt(s, line);
	if (line < 1 || line > s->n_lines)
		return "";
	start = s->line_starts[line - 1];
	end = line < s->n_lines ? s->line_starts[line] - 1 : s->len;
	if (end > start && s->text[end - 1] == '\r')
		end--;
	*len = end - start;
	return s->text + start;
}

struct span span_at(struct source *source, size_t start, size_t end)
{
	return (struct span){source, (uint32_t)start, (uint32_t)end};
}
