/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/markdown_guard.c - bounds the structure of a text before cmark-gfm sees it
 *
 * cmark-gfm 0.29.0.gfm.6 takes time or memory far beyond the size of some small texts. This pass
 * reads each line once and keeps upper bounds for what costs it most; texts that people write
 * stay orders of magnitude below. It errs on the high side (code and comments are counted like
 * prose), and need not be complete: workers have limits of time and memory as well. */
#include "read/markdown_internal.h"
#include <string.h>

/* Steps that cmark-gfm may take, by what it takes them over; about a second each. */
static const uint64_t MAX_TABLE_STEPS = 400000000;    /* cells of a row, squared */
static const uint64_t MAX_IMAGE_STEPS = 20000000;     /* open images at each closing bracket */
static const uint64_t MAX_EMPHASIS_STEPS = 500000000; /* marks of emphasis before each link */
/* Bytes and cells that it may make. */
static const uint64_t MAX_REFERENCE_BYTES = (uint64_t)64 << 20;
static const uint64_t MAX_FILLED_CELLS = 250000;
enum { MAX_TABLE_COLUMNS = 2000, BRACKETS = 4096 };

const char *const md_refusal_text[MD_REFUSAL_COUNT] = {
    [MD_FINE] = "",
    [MD_TOO_LONG] = "it is longer than 8 MiB",
    [MD_TOO_DEEP] = "it nests more than 100 deep",
    [MD_TABLE_TOO_WIDE] = "a table has more than 2,000 columns",
    [MD_TABLE_COST] = "a table has too many columns for its rows",
    [MD_IMAGE_COST] = "too many image brackets are left open",
    [MD_EMPHASIS_COST] = "one paragraph has too many links among marks of emphasis",
    [MD_REFERENCE_COST] = "a long link definition may be used too often",
};

struct guard {
	const char *text;
	size_t n;
	bool has_cr;
	size_t depth; /* upper bound of the containers open at this line */
	/* since the last line that surely begins a block */
	uint64_t marks;          /* runs of * _ ~ */
	uint64_t open_images;    /* "![" that wait for their bracket */
	bool is_image[BRACKETS]; /* the open brackets, the innermost last */
	size_t n_brackets;
	uint64_t columns;  /* of the widest row of dashes since the last blank line, 0: none */
	uint64_t pipes;    /* since the last blank line */
	size_t definition; /* start of the last line like `[label]:`, n: none */
	/* in the whole text */
	uint64_t table_steps, filled_cells, image_steps, emphasis_steps;
	uint64_t closers; /* ']' */
	uint64_t longest_definition;
};

/* What a line is, as far as the guard cares. */
struct line {
	size_t start, end; /* without its line ending */
	size_t content;    /* behind indentation and markers of containers */
	size_t indent;     /* columns of white space among them */
	size_t markers;    /* '>', bullets, numbers, footnote labels */
	bool begins_block; /* surely ends the paragraph before it */
	bool blank;
};

/* Length of a list marker with the white space that must follow it; 0 where there is none. */
static size_t list_marker(const char *p, size_t n)
{
	size_t i = 0;

	if (n > 0 && (p[0] == '-' || p[0] == '+' || p[0] == '*')) {
		i = 1;
	} else {
		while (i < n && i < 9 && md_is_digit(p[i]))
			i++;
		if (i == 0 || i == n || (p[i] != '.' && p[i] != ')'))
			return 0;
		i++;
	}
	return i == n || p[i] == ' ' || p[i] == '\t' ? i : 0;
}

/* Length of `[^label]:`, 0 where there is none. */
static size_t footnote_marker(const char *p, size_t n)
{
	if (n < 4 || p[0] != '[' || p[1] != '^')
		return 0;
	const char *close = memchr(p, ']', n);
	return close && (size_t)(close - p) + 1 < n && close[1] == ':' ? (size_t)(close - p) + 2
								       : 0;
}

static bool is_thematic_break(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		if (p[i] == p[0])
			count++;
		else if (p[i] != ' ' && p[i] != '\t')
			return false;
	}
	return n > 0 && (p[0] == '-' || p[0] == '*' || p[0] == '_') && count >= 3;
}

static struct line read_line(const struct guard *g, size_t start)
{
	struct line line = {.start = start, .end = start};
	size_t i = start;

	if (!g->has_cr) {
		const char *newline = memchr(g->text + start, '\n', g->n - start);
		line.end = newline ? (size_t)(newline - g->text) : g->n;
	}
	while (g->has_cr && line.end < g->n && g->text[line.end] != '\n' &&
	       g->text[line.end] != '\r')
		line.end++;
	while (line.markers <= MD_MAX_DEPTH) {
		const char *p = g->text + i;
		size_t left = line.end - i, marker;
		if (left > 0 && (*p == ' ' || *p == '\t')) {
			line.indent += *p == '\t' ? 4 : 1;
			i++;
		} else if (left > 0 && *p == '>') {
			line.markers++;
			i++;
		} else if (left > 0 && !is_thematic_break(p, left) &&
			   ((marker = list_marker(p, left)) > 0 ||
			    (marker = footnote_marker(p, left)) > 0)) {
			if (line.indent < 4 && line.markers == 0 && marker < left &&
			    (!md_is_digit(*p) || (*p == '1' && marker == 2)))
				line.begins_block = true;
			line.markers++;
			i += marker;
		} else {
			break;
		}
	}
	line.content = i;
	line.blank = i == line.end;
	if (line.blank || (line.indent < 4 && line.markers == 0 && g->text[i] == '#'))
		line.begins_block = true;
	return line;
}

/* Number of cells where the line may be the dashes under a table's header; else 0. */
static uint64_t dash_columns(const struct guard *g, const struct line *line, uint64_t pipes)
{
	bool dashes = false;

	for (size_t i = line->start; i < line->end; i++) {
		char c = g->text[i];
		if (c == '-')
			dashes = true;
		else if (c != '|' && c != ':' && c != ' ' && c != '\t' && c != '>')
			return 0;
	}
	return dashes ? pipes + 1 : 0;
}

static void begin_block(struct guard *g)
{
	g->marks = g->open_images = g->n_brackets = 0;
}

static void open_bracket(struct guard *g, bool is_image)
{
	if (g->n_brackets == BRACKETS) { /* the outer half counts as open for good */
		g->n_brackets = BRACKETS / 2;
		memmove(g->is_image, g->is_image + BRACKETS / 2, BRACKETS / 2);
	}
	g->is_image[g->n_brackets++] = is_image;
	g->open_images += is_image;
}

static void close_bracket(struct guard *g)
{
	g->closers++;
	g->image_steps += g->open_images;
	g->emphasis_steps += g->marks;
	if (g->n_brackets > 0 && g->is_image[--g->n_brackets])
		g->open_images--;
}

/* Counts brackets and marks of a line; the number of its pipes. */
static uint64_t scan_inlines(struct guard *g, const struct line *line)
{
	static const bool counts[256] = {['\\'] = true, ['['] = true, [']'] = true, ['*'] = true,
					 ['_'] = true,  ['~'] = true, ['|'] = true};
	const char *t = g->text;
	uint64_t pipes = 0;

	for (size_t i = line->start; i < line->end; i++) {
		/* most bytes are of no account */
		while (i + 4 <= line->end &&
		       !(counts[(unsigned char)t[i]] | counts[(unsigned char)t[i + 1]] |
			 counts[(unsigned char)t[i + 2]] | counts[(unsigned char)t[i + 3]]))
			i += 4;
		if (i == line->end)
			break;
		if (!counts[(unsigned char)t[i]])
			continue;
		switch (t[i]) {
		case '\\':
			i++;
			break;
		case '[':
			open_bracket(g, i > line->start && t[i - 1] == '!');
			break;
		case ']':
			close_bracket(g);
			break;
		case '*':
		case '_':
		case '~':
			g->marks += i == line->start || t[i - 1] != t[i];
			break;
		case '|':
			pipes++;
			break;
		default:
			break;
		}
	}
	return pipes;
}

static void end_definition(struct guard *g, size_t at)
{
	if (g->definition < at && at - g->definition > g->longest_definition)
		g->longest_definition = at - g->definition;
	g->definition = g->n;
}

/* True where the line may begin the definition of a link: `[label]:`, or a label that goes on. */
static bool may_define(const char *p, size_t n)
{
	if (n < 2 || p[0] != '[' || p[1] == '^')
		return false;
	for (size_t i = 1; i < n; i++) {
		if (p[i] == '\\')
			i++;
		else if (p[i] == ']')
			return i + 1 < n && p[i + 1] == ':';
	}
	return true;
}

/* A definition is taken to reach to the next blank line or the next line with a bracket first. */
static void scan_definition(struct guard *g, const struct line *line)
{
	const char *p = g->text + line->content;
	size_t n = line->end - line->content;

	if (line->blank || p[0] == '[')
		end_definition(g, line->start);
	if (!line->blank && may_define(p, n))
		g->definition = line->start;
}

static enum md_refusal scan_table(struct guard *g, const struct line *line, uint64_t pipes)
{
	uint64_t columns = dash_columns(g, line, pipes);

	if (line->blank) {
		g->columns = g->pipes = 0;
		return MD_FINE;
	}
	g->pipes += pipes;
	if (columns > MAX_TABLE_COLUMNS)
		return MD_TABLE_TOO_WIDE;
	if (columns > 0) {
		g->table_steps += g->pipes * g->pipes;
		if (columns > g->columns)
			g->columns = columns;
	} else if (g->columns > 0) {
		g->table_steps += pipes * pipes;
		g->filled_cells += g->columns > pipes + 1 ? g->columns - pipes - 1 : 0;
	}
	return g->table_steps > MAX_TABLE_STEPS || g->filled_cells > MAX_FILLED_CELLS
		   ? MD_TABLE_COST
		   : MD_FINE;
}

static enum md_refusal scan_depth(struct guard *g, const struct line *line)
{
	if (line->blank && line->markers == 0)
		return MD_FINE;
	if (g->depth > line->indent / 2)
		g->depth = line->indent / 2;
	g->depth += line->markers;
	return g->depth > MD_MAX_DEPTH ? MD_TOO_DEEP : MD_FINE;
}

static enum md_refusal scan_line(struct guard *g, const struct line *line)
{
	enum md_refusal refusal = scan_depth(g, line);

	if (line->begins_block)
		begin_block(g);
	scan_definition(g, line);
	uint64_t pipes = scan_inlines(g, line);
	if (refusal == MD_FINE)
		refusal = scan_table(g, line, pipes);
	if (refusal == MD_FINE && g->image_steps > MAX_IMAGE_STEPS)
		refusal = MD_IMAGE_COST;
	if (refusal == MD_FINE && g->emphasis_steps > MAX_EMPHASIS_STEPS)
		refusal = MD_EMPHASIS_COST;
	return refusal;
}

enum md_refusal md_guard_check(const char *text, size_t n, size_t *offset)
{
	struct guard g = {.text = text, .n = n, .definition = n};
	enum md_refusal refusal = MD_FINE;
	size_t at = 0;

	*offset = 0;
	if (n > MD_MAX_BYTES)
		return MD_TOO_LONG;
	g.has_cr = n > 0 && memchr(text, '\r', n) != NULL;
	while (at < n) {
		struct line line = read_line(&g, at);
		refusal = scan_line(&g, &line);
		if (refusal != MD_FINE) {
			*offset = at;
			return refusal;
		}
		at = line.end;
		at += at + 1 < n && text[at] == '\r' && text[at + 1] == '\n' ? 2 : 1;
	}
	end_definition(&g, n);
	if (g.longest_definition * g.closers > MAX_REFERENCE_BYTES)
		return MD_REFERENCE_COST;
	return MD_FINE;
}

const char *md_guard(const char *text, size_t n, size_t *offset)
{
	enum md_refusal refusal = md_guard_check(text, n, offset);

	return refusal == MD_FINE ? NULL : md_refusal_text[refusal];
}
