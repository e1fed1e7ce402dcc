/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/outline.c - headings, items and tables of a document */
#include "catalog/outline.h"
#include "base/text.h"
#include "catalog/placeholder.h"
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

static bool word_edge(char c)
{
	return !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		 c == '_' || c == '-' || (unsigned char)c >= 0x80);
}

bool outline_is_reason(const char *text)
{
	size_t n;

	return text_count_words(text, strlen(text)) && !placeholder_find(text, &n);
}

bool outline_not_applicable(struct arena *mem, const char *text, size_t *before,
			    const char **reason)
{
	const char *at = strchr(text, '('), *close;
	char *found;

	*before = strlen(text);
	*reason = NULL;
	while (at && strncasecmp(at, "(n/a", 4) != 0)
		at = strchr(at + 1, '(');
	if (!at || !(close = strrchr(at, ')')) || (at[4] != ')' && at[4] != ':' && at[4] != ' '))
		return false;
	found = text_collapse(mem, at + 4, close > at + 4 ? (size_t)(close - at) - 4 : 0);
	found += strspn(found, ": ");
	if (outline_is_reason(found))
		*reason = found;
	*before = (size_t)(at - text);
	return true;
}

/* Details may begin at the first of each of these. */
#define END(text)                                                                                  \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
static const struct {
	const char *text;
	size_t n;
} ends[] = {END(":"),  END(" — "), END(" – "), END(" - "),
	    END(" ("), END(". "),  END(", "),  END("; ")};
#undef END
enum { ENDS = sizeof ends / sizeof *ends };

/* False where none of them begins at text[0], which holds most of the time. */
static bool may_end(const char *text)
{
	char next = text[1];

	return *text == ' ' ? next == '(' || next == '-' || next == '\xE2'
			    : *text == ':' ||
				  ((*text == '.' || *text == ',' || *text == ';') && next == ' ');
}

/* Adds the keys of a text cut at each of the ends, in their order; at last the one cut at the
 * second colon, since a wording may hold one itself: "Error analysis: the worst examined: all are
 * late". */
static void add_cut_keys(struct arena *mem, struct outline_item *item, size_t n)
{
	size_t cut[ENDS + 1]; /* n: it is not there */

	for (size_t i = 0; i <= ENDS; i++)
		cut[i] = n;
	for (size_t at = 0; at < n; at++) {
		const char *text = item->text + at;
		if (!may_end(text))
			continue;
		for (size_t i = 0; i < ENDS; i++)
			if (cut[i] == n && *ends[i].text == *text && ends[i].n <= n - at &&
			    !memcmp(text, ends[i].text, ends[i].n))
				cut[i] = at;
		if (*text == ':' && cut[0] < at && cut[ENDS] == n)
			cut[ENDS] = at;
	}
	for (size_t i = 0; i <= ENDS; i++)
		if (cut[i] < n)
			item->keys[item->n_keys++] = text_match_key(mem, item->text, cut[i]);
}

/* True where all the words of a paragraph are struck through: what is crossed out is not claimed.
 */
static bool is_struck(const struct md_tree *tree, uint32_t paragraph)
{
	bool struck = false;

	for (uint32_t i = paragraph + 1; i < tree->nodes[paragraph].after;) {
		const struct md_node *n = &tree->nodes[i];
		if ((n->type == MD_TEXT || n->type == MD_CODE) &&
		    text_count_words(md_text(tree, n), n->text_len))
			return false;
		struck = struck || n->type == MD_STRIKE;
		i = n->type == MD_STRIKE ? n->after : i + 1;
	}
	return struck;
}

static void add_item(struct arena *mem, const struct md_tree *tree, uint32_t node,
		     struct outline *outline)
{
	struct outline_item *item = ARENA_PUSH(mem, &outline->items);
	uint32_t first = node + 1;
	size_t n;

	item->node = node;
	item->text = "";
	if (first < tree->nodes[node].after && tree->nodes[first].type == MD_PARAGRAPH)
		item->text = md_plain(mem, tree, first);
	item->not_applicable = outline_not_applicable(mem, item->text, &n, &item->reason);
	if (!item->not_applicable && *item->text)
		item->not_applicable = is_struck(tree, first);
	item->keys = arena_new(mem, const char *, ENDS + 2);
	item->keys[item->n_keys++] = text_match_key(mem, item->text, n);
	add_cut_keys(mem, item, n);
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

/* Length of the comment, tag or entity that begins at html[0]; 0 where none does. What a script or
 * style element holds belongs to its tag. */
static size_t markup_length(const char *html)
{
	static const char *const hidden[][2] = {{"<script", "</script"}, {"<style", "</style"}};
	const char *end = NULL;

	if (placeholder_tag(html))
		return 0; /* it is meant to be read */
	if (text_starts_with(html, "<!--"))
		end = strstr(html + 4, "-->");
	for (size_t i = 0; !end && i < sizeof hidden / sizeof *hidden; i++)
		if (!strncasecmp(html, hidden[i][0], strlen(hidden[i][0])))
			end = strcasestr(html, hidden[i][1]);
	if (*html == '<' &&
	    (end || strchr("/!?", html[1]) || ((html[1] | 32) >= 'a' && (html[1] | 32) <= 'z'))) {
		end = strchr(end ? end : html, '>');
		return end ? (size_t)(end - html) + 1 : strlen(html);
	}
	if (*html == '&') {
		size_t n = 1 + strspn(html + 1, "#0123456789abcdefghijklmnopqrstuvwxyz"
						"ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		return html[n] == ';' ? n + 1 : 0;
	}
	return 0;
}

/* Adds the words that raw HTML shows. */
static void html_words(const char *html, struct out *words)
{
	while (*html) {
		size_t n = markup_length(html);
		out_putc(words, n ? ' ' : *html);
		html += n ? n : 1;
	}
}

static bool shows_picture(const char *html)
{
	return strcasestr(html, "<img") || strcasestr(html, "<svg");
}

/* A paragraph's, cell's or item's own words, raw inline tags included ("<fill in>"). */
static void written_words(const struct md_tree *tree, uint32_t node, struct out *words)
{
	const struct md_node *nodes = tree->nodes;

	for (uint32_t i = node + 1; i < nodes[node].after; i++) {
		if (nodes[i].type == MD_TEXT || nodes[i].type == MD_HTML_INLINE)
			out_write(words, md_text(tree, &nodes[i]), nodes[i].text_len);
		else if (nodes[i].type == MD_SOFT_BREAK || nodes[i].type == MD_LINE_BREAK)
			out_putc(words, nodes[i].type == MD_SOFT_BREAK ? '\n' : ' ');
		else if (nodes[i].type == MD_CODE)
			out_putc(words, '`');
	}
}

/* A number without words is no step. */
static bool says_something(const struct md_tree *tree, uint32_t node)
{
	for (uint32_t i = node; i < tree->nodes[node].after; i++) {
		const struct md_node *n = &tree->nodes[i];
		bool is_text = n->type == MD_TEXT || n->type == MD_CODE || n->type == MD_CODE_BLOCK;
		if (n->type == MD_IMAGE ||
		    (is_text && text_count_words(md_text(tree, n), n->text_len)))
			return true;
	}
	return false;
}

static void count_steps(const struct md_tree *tree, uint32_t list, struct outline_content *content)
{
	size_t steps = 0;

	if (!(tree->nodes[list].flags & MD_ORDERED))
		return;
	for (uint32_t i = list + 1; i < tree->nodes[list].after; i = tree->nodes[i].after)
		steps += says_something(tree, i);
	if (steps > content->steps)
		content->steps = steps;
}

/* The text of a node that holds one text and nothing else, as most do; NULL for others. */
static const char *single_text(const struct md_tree *tree, uint32_t node)
{
	const struct md_node *only = &tree->nodes[node + 1];

	return tree->nodes[node].after == node + 2 && only->type == MD_TEXT ? md_text(tree, only)
									    : NULL;
}

/* The first placeholder of a node; `words` is room to work in. */
static struct span placeholder_of(const struct document_text *doc, uint32_t node, struct out *words)
{
	const struct md_node *n = &doc->body.nodes[node];
	const char *at = single_text(&doc->body, node);
	size_t len;

	if (at && !strchr(at, '\n')) {
		at = placeholder_find(at, &len);
		return at ? locate(doc->source, n, at, len) : (struct span){0};
	}
	out_clear(words);
	if (n->type == MD_HTML_BLOCK)
		html_words(md_text(&doc->body, n), words);
	else
		written_words(&doc->body, node, words);
	at = placeholder_find(out_text(words), &len);
	if (!at && words->n && memchr(words->p, '\n', words->n)) {
		/* "to be" at the end of one line, "written" on the next */
		for (char *p = words->p; (p = strchr(p, '\n'));)
			*p = ' ';
		at = placeholder_find(words->p, &len);
	}
	return at ? locate(doc->source, n, at, len) : (struct span){0};
}

struct span outline_placeholder(const struct document_text *doc, uint32_t node)
{
	struct out words = {0};
	struct span found = placeholder_of(doc, node, &words);

	out_release(&words);
	return found;
}

char *outline_words(struct arena *mem, const struct md_tree *tree, uint32_t from, uint32_t to)
{
	struct out words = {0};
	char *text;

	for (uint32_t i = from; i < to;) {
		const struct md_node *n = &tree->nodes[i];
		if (n->type == MD_PARAGRAPH) {
			out_puts(&words, md_plain(mem, tree, i));
			out_putc(&words, ' ');
		}
		i = n->type == MD_LIST || n->type == MD_QUOTE ||
			    (n->type == MD_ITEM && !(n->flags & MD_TASK))
			? i + 1
			: n->after;
	}
	text = arena_strndup(mem, out_text(&words), words.n);
	out_release(&words);
	return text;
}

static void add_words(struct outline_content *content, const char *text, size_t n)
{
	size_t words = text_count_words(text, n);

	content->words += words;
	content->empty = content->empty && !words;
}

static void measure_html(const char *html, struct out *words, struct outline_content *content)
{
	out_clear(words);
	html_words(html, words);
	if (text_count_words(out_text(words), words->n) || shows_picture(html))
		content->empty = false;
}

/* Adds what one node holds; returns the node to go on with. */
static uint32_t measure_node(const struct document_text *doc, uint32_t node, struct out *words,
			     struct outline_content *content)
{
	const struct md_node *n = &doc->body.nodes[node];
	const char *text = md_text(&doc->body, n);

	switch (n->type) {
	case MD_HEADING:
	case MD_FOOTNOTE: /* stands at the end of the tree, wherever it was written */
		return n->after;
	case MD_TABLE_ROW:
		return n->flags & MD_HEADER ? n->after : node + 1;
	case MD_HTML_BLOCK:
		measure_html(text, words, content);
		/* fall through */
	case MD_PARAGRAPH:
	case MD_TABLE_CELL:
		if (!content->placeholder.source)
			content->placeholder = placeholder_of(doc, node, words);
		break;
	case MD_HTML_INLINE:
		measure_html(text, words, content);
		break;
	case MD_LIST:
		count_steps(&doc->body, node, content);
		break;
	case MD_TEXT:
	case MD_CODE:
	case MD_CODE_BLOCK:
		add_words(content, text, n->text_len);
		break;
	case MD_IMAGE:
	case MD_FOOTNOTE_REF:
		content->empty = false;
		break;
	default:
		break;
	}
	return node + 1;
}

/* What stands between each heading and the next: every node is looked at once, however deep the
 * sections are nested. */
static void measure_sections(const struct document_text *doc, struct outline *outline)
{
	struct out words = {0};

	for (size_t i = 0; i < outline->sections.n; i++) {
		struct outline_section *s = &outline->sections.items[i];
		uint32_t end = i + 1 < outline->sections.n ? s[1].node : doc->body.n;
		s->own = (struct outline_content){.empty = true};
		for (uint32_t node = doc->body.nodes[s->node].after; node < end;)
			node = measure_node(doc, node, &words, &s->own);
	}
	out_release(&words);
}

struct outline_content outline_content(const struct outline *outline, size_t first, size_t last)
{
	struct outline_content all = {.empty = true};

	for (size_t i = first; i < last; i++) {
		const struct outline_content *own = &outline->sections.items[i].own;
		all.words += own->words;
		all.steps = own->steps > all.steps ? own->steps : all.steps;
		all.empty = all.empty && own->empty;
		if (!all.placeholder.source)
			all.placeholder = own->placeholder;
	}
	return all;
}

/* How many <details> are open behind a block of raw HTML, when `open` were before it. Blank lines
 * part an element into blocks of its own tags and Markdown between them. */
static size_t count_folded(const char *html, size_t open)
{
	while ((html = strchr(html, '<'))) {
		size_t n = markup_length(html);
		bool closes = html[1] == '/';
		const char *name = html + 1 + closes;
		if (!strncasecmp(name, "details", 7) && word_edge(name[7]))
			open = !closes ? open + 1 : open ? open - 1 : 0;
		html += n ? n : 1;
	}
	return open;
}

void outline_read(struct arena *mem, const struct document_text *doc, struct outline *outline)
{
	const struct md_tree *tree = &doc->body;
	size_t folded = 0;

	for (uint32_t i = 1; i < tree->n;) {
		const struct md_node *n = &tree->nodes[i];
		switch (n->type) {
		case MD_HTML_BLOCK:
			if (n->parent == 0)
				folded = count_folded(md_text(tree, n), folded);
			i = n->after;
			break;
		case MD_HEADING:
			/* headings inside lists do not part the document, and those inside
			 * <details> are not seen until somebody unfolds them */
			if (n->parent == 0 && !folded)
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
	measure_sections(doc, outline);
}
