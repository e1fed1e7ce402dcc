/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live_places.c - paths and ids where nothing reads them: raw HTML, pictures, addresses,
 * front matter */
#include "base/text.h"
#include "catalog/live_internal.h"
#include <string.h>
#include <strings.h>

/* A text that is searched, and where it stands in the source. */
struct search {
	struct arena *mem;
	struct live *live;
	struct source *source;
	size_t start, end; /* of the node */
	enum live_slip_form form;
};

bool live_slip_likely(enum live_kind kind, const char *inner, size_t n)
{
	unsigned char first;

	while (n && (*inner == ' ' || *inner == '\t')) {
		inner++;
		n--;
	}
	if (!n)
		return false;
	first = (unsigned char)*inner;
	return first >= 128 || (first >= '0' && first <= '9') ||
	       ((first | 32) >= 'a' && (first | 32) <= 'z') ||
	       first == (kind == LIVE_VALUE ? ':' : '#');
}

void live_add_slip(struct arena *mem, struct live *live, enum live_kind kind,
		   enum live_slip_form form, struct span at, const char *inner, size_t n)
{
	struct live_slip *slip = ARENA_PUSH(mem, &live->slips);

	while (n && (*inner == ' ' || *inner == '\t')) {
		inner++;
		n--;
	}
	if (n > LIVE_LONGEST)
		n = LIVE_LONGEST;
	while (n && (inner[n - 1] == ' ' || inner[n - 1] == '\t'))
		n--;
	*slip = (struct live_slip){
	    .kind = kind, .form = form, .at = at, .text = arena_strndup(mem, inner, n)};
}

static struct span place_of(const struct search *s, const char *found, size_t n)
{
	const char *at = s->end > s->start
			     ? text_find(s->source->text + s->start, s->end - s->start, found, n)
			     : NULL;
	size_t start = at ? (size_t)(at - s->source->text) : s->start;

	return span_at(s->source, start, at ? start + n : s->end);
}

/* What stands between two braces or brackets at the front of a text of n bytes: its length with
 * both; 0 where nothing does. */
static size_t take(const struct search *s, const char *text, size_t n)
{
	enum live_kind kind = text[0] == '{' ? LIVE_VALUE : LIVE_LINK;
	size_t longest = n < LIVE_LONGEST ? n : LIVE_LONGEST, inner;
	const char *end = text_find(text + 2, longest - 2, kind == LIVE_VALUE ? "}}" : "]]", 2);
	struct live_path path;

	if (!end)
		return 0;
	inner = (size_t)(end - text) - 2;
	if (!live_slip_likely(kind, text + 2, inner))
		return 0;
	if ((kind == LIVE_LINK || live_path_read(s->mem, text + 2, inner, &path)))
		live_add_slip(s->mem, s->live, kind, s->form, place_of(s, text, inner + 4),
			      text + 2, inner);
	return inner + 4;
}

/* The length of a comment, or of an element that shows code, at the front; 0 for none. */
static size_t hidden_length(const char *text, size_t n)
{
	static const char *const elements[] = {"code",   "pre",   "kbd",     "samp",
					       "script", "style", "textarea"};
	const char *end;

	if (n >= 4 && !memcmp(text, "<!--", 4)) {
		end = text_find(text, n, "-->", 3);
		return end ? (size_t)(end - text) : n;
	}
	for (size_t k = 0; k < sizeof elements / sizeof *elements; k++) {
		size_t length = strlen(elements[k]);
		if (n < length + 2 || strncasecmp(text + 1, elements[k], length) != 0 ||
		    !strchr(" \t\n>", text[length + 1]))
			continue;
		for (size_t i = length + 2; i + length + 2 <= n; i++)
			if (text[i] == '<' && text[i + 1] == '/' &&
			    !strncasecmp(text + i + 2, elements[k], length))
				return i;
		return n;
	}
	return 0;
}

static void search_text(const struct search *s, const char *text, size_t n)
{
	for (size_t i = 0; i + 4 < n;) {
		size_t taken = 0;

		if (text[i] == '<' && s->form == LIVE_IN_HTML)
			taken = hidden_length(text + i, n - i);
		else if ((text[i] == '{' || text[i] == '[') && text[i + 1] == text[i])
			taken = take(s, text + i, n - i);
		i += taken ? taken : 1;
	}
}

void live_scan_elsewhere(struct arena *mem, const struct document_text *text, uint32_t i,
			 struct live *live)
{
	const struct md_tree *tree = &text->body;
	const struct md_node *node = &tree->nodes[i];
	struct search s = {.mem = mem,
			   .live = live,
			   .source = text->source,
			   .start = node->start,
			   .end = node->end < text->source->len ? node->end : text->source->len};

	if (s.start > s.end)
		s.start = s.end;
	switch ((enum md_type)node->type) {
	case MD_HTML_BLOCK:
	case MD_HTML_INLINE:
		s.form = LIVE_IN_HTML;
		search_text(&s, md_text(tree, node), node->text_len);
		break;
	case MD_IMAGE:
		s.form = LIVE_IN_PICTURE;
		search_text(&s, text->source->text + s.start, s.end - s.start);
		break;
	case MD_LINK:
		s.form = LIVE_IN_ADDRESS;
		search_text(&s, md_extra(tree, node), node->extra_len);
		search_text(&s, md_title(tree, node), node->title_len);
		break;
	default:
		break;
	}
}

static void search_values(struct search *s, const struct data_node *node)
{
	for (size_t i = 0; i < node->n; i++)
		search_values(s, node->kind == DATA_MAP ? node->pairs[i].value : node->items[i]);
	if (node->kind != DATA_TEXT)
		return;
	s->start = node->at.start;
	s->end = node->at.end;
	search_text(s, node->text, node->len);
}

void live_scan_front_matter(struct arena *mem, const struct document_text *text, struct live *live)
{
	struct search s = {
	    .mem = mem, .live = live, .source = text->source, .form = LIVE_IN_FRONT_MATTER};

	if (text->front_matter)
		search_values(&s, text->front_matter);
}
