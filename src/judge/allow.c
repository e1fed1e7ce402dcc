/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/allow.c - comments by which a document allows findings in itself */
#include "judge/allow.h"
#include "base/text.h"
#include "catalog/outline.h"
#include <string.h>
#include <strings.h>

#define SPACE " \t\r\n\f\v"
enum { LONGEST_WORD = 16 }; /* that is taken for a slip of "allow" */

/* ---- sections ---- */

static void read_sections(struct arena *mem, const struct document_text *doc,
			  struct allow_list *list)
{
	const struct md_tree *tree = &doc->body;
	uint32_t len = (uint32_t)doc->source->len;
	size_t up = 0;

	*ARENA_PUSH(mem, &list->sections) = (struct allow_section){0, len, 0, 0};
	/* Headings inside lists and quotations do not part the document. */
	for (uint32_t i = 1; i < tree->n; i = tree->nodes[i].after) {
		const struct md_node *n = &tree->nodes[i];
		if (n->type != MD_HEADING)
			continue;
		while (list->sections.items[up].level >= n->level) {
			list->sections.items[up].end = n->start;
			up = list->sections.items[up].up;
		}
		*ARENA_PUSH(mem, &list->sections) =
		    (struct allow_section){n->start, len, up, n->level};
		up = list->sections.n - 1;
	}
}

size_t allow_section_at(const struct allow_list *list, uint32_t offset)
{
	size_t low = 0, high = list->sections.n;

	while (low + 1 < high) { /* sections[low] begins at or before it */
		size_t middle = low + (high - low) / 2;
		if (list->sections.items[middle].start <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* ---- what a comment says ---- */

/* The word behind "modelbook" that is meant as allow. */
static bool is_near_allow(struct arena *mem, const char *word, size_t n)
{
	static const char *const words[] = {"allow", "ignore", "disable", "suppress"};

	return text_nearest(arena_strndup(mem, word, n), words, sizeof words / sizeof *words);
}

/* True where a comment is meant for modelbook: it begins with "modelbook:", or with "modelbook"
 * and a word like allow before what looks like a rule. Other comments may speak of modelbook. */
static bool is_meant(struct arena *mem, const char *text)
{
	static const char name[] = "modelbook";
	size_t n;

	if (strncasecmp(text, name, sizeof name - 1) != 0)
		return false;
	text += sizeof name - 1;
	text += strspn(text, SPACE);
	if (*text == ':')
		return true;
	text += strspn(text, "-_");
	n = strcspn(text, SPACE ":=");
	if (!n || n > LONGEST_WORD || !is_near_allow(mem, text, n))
		return false;
	text += n;
	text += strspn(text, SPACE ":=");
	return memchr(text, '/', strcspn(text, SPACE)) != NULL;
}

/* A word that stands for a reason is none. */
static bool is_reason(const char *text)
{
	static const char *const stand_ins[] = {"reason", "the reason", "<reason>", "REASON"};

	for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++)
		if (!strcmp(text, stand_ins[i]))
			return false;
	return outline_is_reason(text);
}

/* What stands behind "modelbook: allow ": rules, a colon, a reason. */
static void read_rules(struct arena *mem, const char *text, struct allow_comment *comment)
{
	size_t n = strcspn(text, ":"), at = 0;

	while (at <= n) {
		size_t len = strcspn(text + at, ",:");
		char *rule = text_collapse(mem, text + at, len);
		if (!*rule) {
			comment->problem = "a rule is missing";
			return;
		}
		*ARENA_PUSH(mem, &comment->rules) = rule;
		at += len + 1;
	}
	comment->reason = text[n] ? text_collapse(mem, text + n + 1, strlen(text + n + 1)) : "";
	if (!is_reason(comment->reason))
		comment->problem = "no reason is given";
}

static void read_comment(struct arena *mem, const char *text, struct allow_comment *comment)
{
	static const char form[] = "modelbook:";
	const char *at = text + sizeof form - 1, *word;

	comment->problem = "it is written otherwise";
	if (strncmp(text, form, sizeof form - 1) != 0)
		return;
	word = at + strspn(at, SPACE);
	if (word == at || !text_starts_with(word, "allow") || (word[5] && !strchr(SPACE, word[5])))
		return;
	comment->problem = NULL;
	read_rules(mem, word + strlen("allow"), comment);
}

/* ---- where comments stand ---- */

/* Length of the tag at html[0] == '<', values in quotes included; all of it where it is not closed.
 * What a script or another element of raw text holds belongs to its tag. */
static size_t tag_length(const char *html)
{
	static const char *const raw[] = {"script", "style", "textarea", "title", "xmp"};
	const char *p = html + 1;
	char quote = '\0';

	for (size_t i = 0; i < sizeof raw / sizeof *raw; i++) {
		size_t n = strlen(raw[i]);
		char close[16] = "</";
		if (strncasecmp(p, raw[i], n) != 0 || !p[n] || !strchr(SPACE "/>", p[n]))
			continue;
		memcpy(close + 2, raw[i], n + 1);
		p = strcasestr(p, close);
		return p ? (size_t)(p - html) + 1 : strlen(html);
	}
	for (; *p && (quote || *p != '>'); p++)
		if (quote ? *p == quote : *p == '"' || *p == '\'')
			quote = quote ? '\0' : *p;
	return (size_t)(p - html) + (*p == '>');
}

static bool begins_tag(const char *html)
{
	char c = (char)(html[1] | 0x20);

	return html[0] == '<' && (html[1] == '/' || (c >= 'a' && c <= 'z'));
}

/* The next comment at or behind `html`, *end behind its "-->"; NULL where there is none. One that
 * is not closed ends with the text. */
static const char *next_comment(const char *html, const char **end)
{
	while (*html) {
		if (text_starts_with(html, "<!--")) {
			const char *close = strstr(html + 2, "-->");
			*end = close ? close + 3 : html + strlen(html);
			return html;
		}
		html += begins_tag(html) ? tag_length(html) : 1;
	}
	return NULL;
}

/* Walks through the source beside the text of a node, which lacks what lists put before lines. */
struct cursor {
	const struct document_text *doc;
	size_t at, end;      /* where the next comment is looked for */
	struct span instead; /* where it is not found */
};

static struct span find_in_source(struct cursor *cursor)
{
	const char *text = cursor->doc->source->text;
	const char *start =
	    cursor->at < cursor->end
		? memmem(text + cursor->at, cursor->end - cursor->at, "<!--", strlen("<!--"))
		: NULL;
	const char *close;

	if (!start)
		return cursor->instead;
	close = memmem(start + 2, (size_t)(text + cursor->end - start) - 2, "-->", 3);
	cursor->at = close ? (size_t)(close - text) + 3 : cursor->end;
	return span_at(cursor->doc->source, (size_t)(start - text), cursor->at);
}

/* The comments in raw HTML, which stands in the source where the cursor says. */
static void read_html(struct arena *mem, const char *html, struct cursor *cursor,
		      struct allow_list *list)
{
	const char *end;

	for (; (html = next_comment(html, &end)); html = end) {
		bool closed = end - html >= 7 && !memcmp(end - 3, "-->", 3);
		size_t around = closed ? 7 : end - html > 4 ? 4 : (size_t)(end - html);
		char *text = text_collapse(mem, html + 4, (size_t)(end - html) - around);
		struct span place = find_in_source(cursor);
		struct allow_comment *comment;
		if (!is_meant(mem, text))
			continue;
		comment = ARENA_PUSH(mem, &list->comments);
		comment->at = place;
		read_comment(mem, text, comment);
		if (!closed)
			comment->problem = "the comment is not closed";
	}
}

static void read_node(struct arena *mem, const struct document_text *doc, uint32_t node,
		      struct allow_list *list)
{
	const struct md_tree *tree = &doc->body;
	const struct md_node *n = &tree->nodes[node], *block = n;
	struct cursor cursor = {.doc = doc, .at = n->start, .end = n->end};

	if (n->type == MD_HTML_BLOCK) /* its end may be unknown */
		cursor.end = n->after < tree->n && tree->nodes[n->after].start > n->start
				 ? tree->nodes[n->after].start
				 : doc->source->len;
	else if (n->end <= n->start) /* it was not found in its block */
		block = &tree->nodes[n->parent];
	cursor.instead = span_at(doc->source, block->start, block->end);
	read_html(mem, md_text(tree, n), &cursor, list);
}

/* Comments may stand before front matter, where they are no part of the body. */
static void read_before(struct arena *mem, const struct document_text *doc, struct allow_list *list)
{
	size_t n = doc->front_matter ? doc->front_matter_at.start : 0;
	struct cursor cursor = {.doc = doc, .end = n, .instead = doc->front_matter_at};

	if (n)
		read_html(mem, arena_strndup(mem, doc->source->text, n), &cursor, list);
}

static size_t section_of(const struct allow_list *list, const struct allow_comment *comment)
{
	size_t section = allow_section_at(list, comment->at.start);

	/* Under the title and before any other heading: the whole document. */
	return section == 1 && list->sections.items[1].level == 1 ? 0 : section;
}

void allow_read(struct arena *mem, const struct document_text *doc, struct allow_list *list)
{
	const struct md_tree *tree = &doc->body;

	*list = (struct allow_list){0};
	read_before(mem, doc, list);
	for (uint32_t i = 1; i < tree->n;) {
		const struct md_node *n = &tree->nodes[i];
		if (n->type == MD_HTML_BLOCK || n->type == MD_HTML_INLINE)
			read_node(mem, doc, i, list);
		i = n->type == MD_QUOTE ? n->after : i + 1;
	}
	if (!list->comments.n)
		return;
	read_sections(mem, doc, list);
	for (size_t i = 0; i < list->comments.n; i++)
		list->comments.items[i].section = section_of(list, &list->comments.items[i]);
}
