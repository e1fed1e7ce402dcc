/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/outline.c - headings, items and tables of a document */
#include "catalog/outline.h"
#include "base/text.h"
#include <string.h>

static void add_section(struct arena *mem, const struct md_tree *tree, uint32_t node,
			struct outline *outline)
{
	const struct md_node *n = &tree->nodes[node];

	*ARENA_PUSH(mem, &outline->sections) = (struct outline_section){
	    .node = node,
	    .level = n->level,
	    .key = text_match_key(mem, md_text(tree, n), n->text_len),
	};
}

/* Finds "(n/a: reason)"; returns how much of the text stands before it. */
static size_t find_not_applicable(struct arena *mem, struct outline_item *item)
{
	const char *at = strcasestr(item->text, "(n/a"), *close;
	char *reason;

	if (!at || !(close = strrchr(at, ')')) || (at[4] != ')' && at[4] != ':' && at[4] != ' '))
		return strlen(item->text);
	item->not_applicable = true;
	reason = text_collapse(mem, at + 4, close > at + 4 ? (size_t)(close - at) - 4 : 0);
	reason += strspn(reason, ": ");
	item->reason = *reason ? reason : NULL;
	return (size_t)(at - item->text);
}

static void add_item(struct arena *mem, const struct md_tree *tree, uint32_t node,
		     struct outline *outline)
{
	static const char *const ends[] = {":", " — ", " – ", " - ", " (", ". ", ", ", "; "};
	enum { ENDS = sizeof ends / sizeof *ends };
	struct outline_item *item = ARENA_PUSH(mem, &outline->items);
	uint32_t first = node + 1;
	size_t n;

	item->node = node;
	item->text = "";
	if (first < tree->nodes[node].after && tree->nodes[first].type == MD_PARAGRAPH)
		item->text = md_plain(mem, tree, first);
	n = find_not_applicable(mem, item);
	item->keys = arena_new(mem, const char *, ENDS + 1);
	item->keys[item->n_keys++] = text_match_key(mem, item->text, n);
	for (size_t i = 0; i < ENDS; i++) {
		const char *at = memmem(item->text, n, ends[i], strlen(ends[i]));
		if (at)
			item->keys[item->n_keys++] =
			    text_match_key(mem, item->text, (size_t)(at - item->text));
	}
}

/* A section ends where the next heading of its level or a higher one begins. */
static void close_sections(const struct md_tree *tree, struct outline *outline)
{
	size_t open[7], depth = 0;
	struct outline_section *s = outline->sections.items;

	for (size_t i = 0; i <= outline->sections.n; i++) {
		bool end = i == outline->sections.n;
		while (depth && (end || s[open[depth - 1]].level >= s[i].level)) {
			struct outline_section *closed = &s[open[--depth]];
			closed->last = i;
			closed->after = end ? tree->n : s[i].node;
		}
		if (!end)
			open[depth++] = i;
	}
}

void outline_read(struct arena *mem, const struct document_text *doc, struct outline *outline)
{
	const struct md_tree *tree = &doc->body;

	for (uint32_t i = 1; i < tree->n;) {
		const struct md_node *n = &tree->nodes[i];
		switch (n->type) {
		case MD_HEADING:
			/* headings inside lists do not part the document */
			if (n->parent == 0)
				add_section(mem, tree, i, outline);
			i = n->after;
			break;
		case MD_ITEM:
			if (n->flags & MD_TASK)
				add_item(mem, tree, i, outline);
			i++;
			break;
		case MD_TABLE:
			*ARENA_PUSH(mem, &outline->tables) = i;
			i = n->after;
			break;
		case MD_LIST:
		case MD_DOCUMENT:
			i++;
			break;
		case MD_FOOTNOTE:
		default:
			i = n->after;
		}
	}
	close_sections(tree, outline);
}

static bool word_edge(char c)
{
	return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		 c == '_' || c == '-' || (unsigned char)c >= 0x80);
}

/* The first placeholder in a text: its offset, and *n its length; NULL where there is none. */
static const char *find_placeholder(const char *text, size_t *n)
{
	static const struct {
		const char *words;
		bool any_case;
		bool
		    at_start; /* of the paragraph, or all of it: elsewhere a text may speak of it */
	} placeholders[] = {
	    {"TODO", false, true},         {"TBD", false, true},
	    {"FIXME", false, true},        {"lorem ipsum", true, false},
	    {"<fill in", true, false},     {"[More Information Needed]", true, false},
	    {"[insert ", true, true},      {"to be determined", true, true},
	    {"to be written", true, true},
	};

	for (size_t i = 0; i < sizeof placeholders / sizeof *placeholders; i++) {
		const char *words = placeholders[i].words;
		const char *at =
		    placeholders[i].any_case ? strcasestr(text, words) : strstr(text, words);
		*n = strlen(words);
		if (!at)
			continue;
		if (placeholders[i].at_start && strspn(text, " \t*_([") < (size_t)(at - text))
			continue;
		if ((at > text && !word_edge(at[-1]) && !word_edge(*at)) ||
		    (!word_edge(words[*n - 1]) && !word_edge(at[*n])))
			continue;
		return at;
	}
	return NULL;
}

/* Where `words` stand in the source of a node; the node itself where they were written otherwise
 * (with escapes or entities). */
static struct span locate(struct source *source, const struct md_node *n, const char *words,
			  size_t len)
{
	const char *at = n->end > n->start && n->end <= source->len
			     ? memmem(source->text + n->start, n->end - n->start, words, len)
			     : NULL;

	if (!at)
		return span_at(source, n->start, n->end);
	return span_at(source, (size_t)(at - source->text), (size_t)(at - source->text) + len);
}

static bool is_comment(const char *html)
{
	size_t n = strlen(html);

	while (n && (html[n - 1] == '\n' || html[n - 1] == ' ' || html[n - 1] == '\r'))
		n--;
	html += strspn(html, " \t");
	return text_starts_with(html, "<!--") && n >= 3 && strstr(html, "-->") &&
	       !strstr(strstr(html, "-->") + 3, "<");
}

/* A paragraph's, cell's or item's own words, raw inline tags included ("<fill in>"). */
static char *written_words(struct arena *mem, const struct md_tree *tree, uint32_t node)
{
	const struct md_node *nodes = tree->nodes;
	struct out words = {0};
	char *text;

	for (uint32_t i = node + 1; i < nodes[node].after; i++) {
		if (nodes[i].type == MD_TEXT || nodes[i].type == MD_HTML_INLINE)
			out_write(&words, md_text(tree, &nodes[i]), nodes[i].text_len);
		else if (nodes[i].type == MD_SOFT_BREAK || nodes[i].type == MD_LINE_BREAK)
			out_putc(&words, ' ');
		else if (nodes[i].type == MD_CODE)
			out_putc(&words, '`');
	}
	text = arena_strndup(mem, out_text(&words), words.n);
	out_release(&words);
	return text;
}

static void count_steps(const struct md_tree *tree, uint32_t list, struct outline_content *content)
{
	size_t steps = 0;

	if (!(tree->nodes[list].flags & MD_ORDERED))
		return;
	for (uint32_t i = list + 1; i < tree->nodes[list].after; i = tree->nodes[i].after)
		steps++;
	if (steps > content->steps)
		content->steps = steps;
}

static void look_for_placeholder(struct arena *mem, const struct document_text *doc, uint32_t node,
				 struct outline_content *content)
{
	const char *at;
	size_t n;

	if (content->placeholder.source)
		return;
	at = find_placeholder(written_words(mem, &doc->body, node), &n);
	if (at)
		content->placeholder = locate(doc->source, &doc->body.nodes[node], at, n);
}

struct outline_content outline_measure(struct arena *mem, const struct document_text *doc,
				       uint32_t from, uint32_t to)
{
	const struct md_node *nodes = doc->body.nodes;
	struct outline_content content = {.empty = true};

	for (uint32_t i = from; i < to;) {
		const struct md_node *n = &nodes[i];
		uint32_t next = i + 1;
		switch (n->type) {
		case MD_HEADING:
			next = n->after;
			break;
		case MD_HTML_BLOCK:
			content.empty = content.empty && is_comment(md_text(&doc->body, n));
			break;
		case MD_PARAGRAPH:
		case MD_TABLE_CELL:
			content.empty = content.empty && n->after == i + 1;
			for (uint32_t k = i + 1; k < n->after && content.empty; k++)
				content.empty = nodes[k].type == MD_HTML_INLINE &&
						is_comment(md_text(&doc->body, &nodes[k]));
			look_for_placeholder(mem, doc, i, &content);
			break;
		case MD_LIST:
			count_steps(&doc->body, i, &content);
			break;
		case MD_TEXT:
		case MD_CODE:
			content.words += text_count_words(md_text(&doc->body, n), n->text_len);
			break;
		case MD_CODE_BLOCK:
			content.words += text_count_words(md_text(&doc->body, n), n->text_len);
			content.empty = content.empty && !n->text_len;
			break;
		case MD_IMAGE:
			content.empty = false;
			break;
		default:
			break;
		}
		i = next;
	}
	return content;
}
