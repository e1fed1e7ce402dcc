/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/html_clean_parse.c - the guard before gumbo, and gumbo
 *
 * The guard goes through the text as HTML's tokenizer does and keeps an upper bound of the
 * elements that are open: an end tag takes away the element of its name and nothing else. Where
 * the tokenizer would change its mode (scripts, foreign elements) end tags no longer count. */
#include "read/html_clean_internal.h"
#include <string.h>
#include <strings.h>

enum {
	MAX_BYTES = 512 << 10,
	MAX_SVG_BYTES = 4 << 20,
	MAX_OPEN = 128,       /* elements that are open */
	MAX_ATTRIBUTES = 256, /* of one tag */
	MAX_RESCANS = 64,     /* times that the text is looked through, on average */
	MAX_REOPENED = 200000 /* open formatting elements, summed over the tags */
};

enum element_class {
	NESTS,
	FORMATS, /* nests, and is opened again in the paragraphs that follow */
	FLAT,    /* ends without an end tag, and so does not nest by being left open */
	NEW_MODE /* text up to its end tag, or another language */
};

static const struct {
	const char *name;
	enum element_class class;
} elements[] = {
    {"area", FLAT},
    {"base", FLAT},
    {"br", FLAT},
    {"col", FLAT},
    {"dd", FLAT},
    {"dt", FLAT},
    {"embed", FLAT},
    {"hr", FLAT},
    {"img", FLAT},
    {"input", FLAT},
    {"li", FLAT},
    {"link", FLAT},
    {"meta", FLAT},
    {"option", FLAT},
    {"p", FLAT},
    {"param", FLAT},
    {"rp", FLAT},
    {"rt", FLAT},
    {"source", FLAT},
    {"tbody", FLAT},
    {"tfoot", FLAT},
    {"thead", FLAT},
    {"td", FLAT},
    {"th", FLAT},
    {"tr", FLAT},
    {"track", FLAT},
    {"wbr", FLAT},
    {"a", FORMATS},
    {"b", FORMATS},
    {"big", FORMATS},
    {"code", FORMATS},
    {"em", FORMATS},
    {"font", FORMATS},
    {"i", FORMATS},
    {"nobr", FORMATS},
    {"s", FORMATS},
    {"small", FORMATS},
    {"strike", FORMATS},
    {"strong", FORMATS},
    {"tt", FORMATS},
    {"u", FORMATS},
    {"iframe", NEW_MODE},
    {"math", NEW_MODE},
    {"noembed", NEW_MODE},
    {"noframes", NEW_MODE},
    {"noscript", NEW_MODE},
    {"plaintext", NEW_MODE},
    {"script", NEW_MODE},
    {"style", NEW_MODE},
    {"svg", NEW_MODE},
    {"textarea", NEW_MODE},
    {"title", NEW_MODE},
    {"xmp", NEW_MODE},
};

struct open_element {
	const char *name;
	size_t n;
	bool formats;
};

struct html_guard {
	const char *html;
	size_t n;
	struct open_element open[MAX_OPEN];
	size_t n_open, n_formatting, reopened;
	size_t whole;   /* bytes before a tag that never ends */
	size_t scanned; /* bytes looked at for the ends of tags, some of them again and again */
	bool is_svg;
	bool other_mode; /* end tags do not count, and nothing is skipped */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static enum element_class class_of(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
		if (strlen(elements[i].name) == n && strncasecmp(elements[i].name, name, n) == 0)
			return elements[i].class;
	return NESTS;
}

struct tag_end {
	size_t at;         /* behind its '>'; the end of the text where it has none */
	size_t attributes; /* how many it has */
	bool self_closed;  /* ends with "/>" */
	bool found;
};

/* The end of the tag whose name ends at `at`, by the tokenizer's states. */
static struct tag_end find_tag_end(const char *html, size_t n, size_t at)
{
	enum { BEFORE_NAME, NAME, AFTER_NAME, BEFORE_VALUE, QUOTED, UNQUOTED } state = BEFORE_NAME;
	struct tag_end end = {.at = n};
	char quote = '\0';

	for (; at < n; at++) {
		char c = html[at];
		if (state == QUOTED) {
			if (c == quote)
				state = BEFORE_NAME;
		} else if (c == '>') {
			end.at = at + 1;
			end.found = true;
			end.self_closed = state == BEFORE_NAME && html[at - 1] == '/';
			break;
		} else if (is_space(c)) {
			if (state == NAME)
				state = AFTER_NAME;
			else if (state == UNQUOTED)
				state = BEFORE_NAME;
		} else if (state == BEFORE_VALUE) {
			state = c == '"' || c == '\'' ? QUOTED : UNQUOTED;
			quote = c;
		} else if (state != UNQUOTED && c == '/') {
			state = BEFORE_NAME;
		} else if (state == BEFORE_NAME || (state == AFTER_NAME && c != '=')) {
			state = NAME;
			end.attributes++;
		} else if (state != UNQUOTED && c == '=') {
			state = BEFORE_VALUE;
		}
	}
	return end;
}

/* The end of the comment or declaration at `at`, where `<!`, `<?` or `</` and no letter stands. */
static size_t comment_end(const char *html, size_t n, size_t at)
{
	const char *p = html + at;
	size_t left = n - at;

	if (left < 4 || memcmp(p, "<!--", 4) != 0) {
		const char *close = memchr(p, '>', left);
		return close ? (size_t)(close - html) + 1 : n;
	}
	if (left > 4 && p[4] == '>')
		return at + 5;
	if (left > 5 && p[4] == '-' && p[5] == '>')
		return at + 6;
	for (size_t i = 4; i + 2 < left; i++)
		if (p[i] == '-' && p[i + 1] == '-' &&
		    (p[i + 2] == '>' || (p[i + 2] == '!' && i + 3 < left && p[i + 3] == '>')))
			return at + i + (p[i + 2] == '>' ? 3 : 4);
	return n;
}

static void close_element(struct html_guard *g, const char *name, size_t n)
{
	for (size_t i = g->n_open; i-- > 0;) {
		struct open_element *e = &g->open[i];
		if (e->n != n || strncasecmp(e->name, name, n) != 0)
			continue;
		g->n_formatting -= e->formats;
		g->n_open--;
		memmove(e, e + 1, (g->n_open - i) * sizeof *e);
		return;
	}
}

/* In SVG nothing is flat but what is closed at once; an element of HTML's ends the picture. */
static enum element_class class_in_svg(const char *name, size_t n)
{
	bool is_html = html_tag_find(name, n) != NULL && n > 1;

	return is_html || (n == 13 && strncasecmp(name, "foreignObject", n) == 0) ? NEW_MODE
										  : NESTS;
}

static bool open_element(struct html_guard *g, const char *name, size_t n, bool self_closed)
{
	enum element_class class = g->is_svg ? class_in_svg(name, n) : class_of(name, n);

	if (class == NEW_MODE)
		g->other_mode = true;
	g->reopened += g->n_formatting;
	if (class == FLAT || (g->is_svg && !g->other_mode && self_closed))
		return g->reopened <= MAX_REOPENED;
	if (g->n_open == MAX_OPEN)
		return false;
	g->n_formatting += class == FORMATS;
	g->open[g->n_open++] = (struct open_element){name, n, class == FORMATS};
	return g->reopened <= MAX_REOPENED;
}

/* Behind a comment, or a CDATA section of SVG, which HTML has not. */
static size_t skip_comment(struct html_guard *g, size_t at)
{
	static const char cdata[] = "<![CDATA[";
	size_t left = g->n - at;

	if (g->is_svg && left >= 9 && memcmp(g->html + at, cdata, 9) == 0) {
		for (size_t i = 0; i < g->n_open; i++) /* where HTML's rules hold */
			if ((g->open[i].n == 4 && strncasecmp(g->open[i].name, "desc", 4) == 0) ||
			    (g->open[i].n == 5 && strncasecmp(g->open[i].name, "title", 5) == 0))
				g->other_mode = true;
		const char *end = memmem(g->html + at, left, "]]>", 3);
		if (!g->other_mode)
			return end ? (size_t)(end - g->html) + 3 : g->n;
	}
	return g->other_mode ? at + 1 : comment_end(g->html, g->n, at);
}

/* Takes the tag, comment or lone '<' at `at`; where to go on, 0 where a bound is passed. */
static size_t take_markup(struct html_guard *g, size_t at)
{
	bool is_end = at + 1 < g->n && g->html[at + 1] == '/';
	size_t name = at + 1 + is_end, end = name;

	if (name < g->n && !is_letter(g->html[name]) &&
	    (is_end || g->html[name] == '!' || g->html[name] == '?'))
		return skip_comment(g, at);
	if (name >= g->n || !is_letter(g->html[name]))
		return at + 1;
	while (end < g->n && !is_space(g->html[end]) && g->html[end] != '/' && g->html[end] != '>')
		end++;
	struct tag_end tag = find_tag_end(g->html, g->n, end);
	g->scanned += tag.at - end;
	if (!tag.found && g->whole > at)
		g->whole = at;
	if (is_end && !g->other_mode)
		close_element(g, g->html + name, end - name);
	if (!is_end && !open_element(g, g->html + name, end - name, tag.self_closed))
		return 0;
	if (tag.attributes > MAX_ATTRIBUTES || g->scanned > MAX_RESCANS * g->n)
		return 0;
	return g->other_mode ? end : tag.at;
}

static bool is_bounded(struct html_guard *g)
{
	size_t at = 0;

	while (at < g->n) {
		const char *next = memchr(g->html + at, '<', g->n - at);
		if (!next)
			break;
		at = take_markup(g, (size_t)(next - g->html));
		if (at == 0)
			return false;
	}
	return true;
}

bool html_is_bounded(const char *html, size_t n, size_t *whole)
{
	struct html_guard g = {.html = html, .n = n, .whole = n};
	bool bounded = n <= MAX_BYTES && is_bounded(&g);

	*whole = g.other_mode ? n : g.whole;
	return bounded;
}

bool svg_is_bounded(const char *svg, size_t n)
{
	struct html_guard g = {.html = svg, .n = n, .is_svg = true};

	return n <= MAX_SVG_BYTES && is_bounded(&g);
}

/* ---- gumbo ---- */

static void *allocate(void *ctx, size_t size)
{
	return arena_alloc(ctx, size);
}

static void release(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

const GumboNode *html_parse(struct arena *mem, const char *html, size_t n)
{
	GumboOptions options = kGumboDefaultOptions;

	options.allocator = allocate;
	options.deallocator = release;
	options.userdata = mem;
	options.max_errors = 0;
	options.fragment_context = GUMBO_TAG_BODY;
	return gumbo_parse_with_options(&options, html, n)->root;
}

const GumboVector *html_children(const GumboNode *node)
{
	if (node->type == GUMBO_NODE_DOCUMENT)
		return &node->v.document.children;
	if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
		return &node->v.element.children;
	return &kGumboEmptyVector;
}

const char *html_attribute(const GumboVector *attributes, const char *name)
{
	const GumboAttribute *found = gumbo_get_attribute(attributes, name);

	return found && found->attr_namespace == GUMBO_ATTR_NAMESPACE_NONE ? found->value : NULL;
}

GumboStringPiece html_name(const GumboElement *element)
{
	GumboStringPiece name = element->original_tag;

	if (element->tag != GUMBO_TAG_UNKNOWN) {
		const char *known = gumbo_normalized_tagname(element->tag);
		return (GumboStringPiece){known, strlen(known)};
	}
	gumbo_tag_from_original_text(&name);
	return name;
}
