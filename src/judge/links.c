/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/links.c - links, anchors and references of documents */
#include "base/path.h"
#include "base/text.h"
#include "judge/judge_internal.h"
#include <string.h>

/* The address as it is written in the link, so that the caret stands under it. */
static struct span address_span(const struct link *link)
{
	struct source *source = link->at.source;
	size_t n = strlen(link->url);
	const char *at;

	if (!n || link->at.end > source->len || link->at.end <= link->at.start)
		return link->at;
	at = memmem(source->text + link->at.start, link->at.end - link->at.start, link->url, n);
	if (!at)
		return link->at;
	return span_at(source, (size_t)(at - source->text), (size_t)(at - source->text) + n);
}

/* True where the address names a page rather than a file of another type. */
static bool names_a_page(struct arena *mem, const char *url)
{
	size_t n = strcspn(url, "#?");
	char *path = arena_strndup(mem, url, n);
	const char *extension = path_extension(path);

	return !*extension || !strcasecmp(extension, ".md") ||
	       !strcasecmp(extension, ".markdown") || !strcmp(extension, ".html") ||
	       text_ends_with(path, "/");
}

static void report_target(struct court *court, const struct link *link)
{
	enum rule rule = !link->image && names_a_page(court->mem, link->url)
			     ? RULE_LINK_BROKEN_PAGE
			     : RULE_LINK_MISSING_FILE;
	struct finding *f = diag_add(court->diags, rule, address_span(link), "'%s'", link->url);

	if (link->nearest)
		diag_help(court->diags, f, "a file of this name is %s", link->nearest);
}

static void report_anchor(struct court *court, const struct link *link)
{
	struct finding *f =
	    diag_add(court->diags, RULE_LINK_BROKEN_ANCHOR, address_span(link), "'%s'", link->url);

	if (link->nearest)
		diag_help(court->diags, f, "did you mean '#%s'?", link->nearest);
}

static bool is_label_byte(char c)
{
	return c != '[' && c != ']' && c != '\n' && c != '\\' && c != '`';
}

/* "[words][label]" in plain text, where [words] begins a word: returns its end, NULL otherwise. */
static const char *undefined_reference(const char *text, const char *at, size_t *label_len,
				       const char **label)
{
	const char *p = at + 1;
	bool letters = false;

	if (at > text &&
	    (at[-1] == ']' || at[-1] == '\\' || at[-1] == '!' || at[-1] == '_' ||
	     (at[-1] >= '0' && at[-1] <= '9') || ((at[-1] | 32) >= 'a' && (at[-1] | 32) <= 'z')))
		return NULL;
	while (*p && is_label_byte(*p))
		letters = letters || (*p | 32) >= 'a', p++;
	if (p - at < 3 || !letters || p[0] != ']' || p[1] != '[')
		return NULL;
	*label = p += 2;
	letters = false;
	while (*p && is_label_byte(*p))
		letters = letters || ((*p | 32) >= 'a' && (*p | 32) <= 'z'), p++;
	*label_len = (size_t)(p - *label);
	return *p == ']' && letters && *label_len > 1 ? p + 1 : NULL;
}

/* Where plain text of a node stands in its source, from front to back. */
struct reading {
	struct source *source;
	size_t at, end;
	bool lost; /* it is written otherwise from here on: with escapes or entities */
};

/* The place of the words; the rest of the node where they are written otherwise. */
static struct span find_written(struct reading *r, const char *words, size_t n)
{
	const char *text = r->source->text;
	const char *at = r->lost ? NULL : memmem(text + r->at, r->end - r->at, words, n);

	if (!at) {
		r->lost = true;
		return span_at(r->source, r->at, r->end);
	}
	r->at = (size_t)(at - text) + n;
	return span_at(r->source, r->at - n, r->at);
}

/* True where a bracket is written with a backslash: it is meant as text. */
static bool is_escaped(const struct reading *r, struct span at)
{
	const char *text = r->source->text;

	if (!r->lost)
		return at.start && text[at.start - 1] == '\\';
	return memmem(text + at.start, at.end - at.start, "\\[", 2) ||
	       memmem(text + at.start, at.end - at.start, "\\]", 2);
}

static void judge_words(struct court *court, const char *text, struct reading *r)
{
	const char *at = text;

	while ((at = strchr(at, '['))) {
		size_t label_len = 0;
		const char *label, *end = undefined_reference(text, at, &label_len, &label);
		struct span where;
		if (!end) {
			at++;
			continue;
		}
		where = find_written(r, at, (size_t)(end - at));
		at = end;
		if (is_escaped(r, where))
			continue;
		diag_add(court->diags, RULE_LINK_BROKEN_REFERENCE, where, "'[%.*s]'",
			 (int)label_len, label);
		if (r->lost)
			return; /* one finding for the rest of a text whose places are not known */
	}
}

void judge_link_references(struct court *court, const struct document *doc)
{
	const struct md_tree *tree = &doc->text.body;
	struct source *source = doc->text.source;

	for (uint32_t i = 1; i < tree->n; i++) {
		const struct md_node *n = &tree->nodes[i];
		struct reading r = {source, n->start, n->end, false};
		if (n->type == MD_TEXT && n->start <= n->end && n->end <= source->len &&
		    memchr(md_text(tree, n), '[', n->text_len))
			judge_words(court, md_text(tree, n), &r);
	}
}

void judge_links(struct court *court, const struct document *doc)
{
	for (size_t i = 0; i < doc->links.n; i++) {
		const struct link *link = &doc->links.items[i];
		switch (link->kind) {
		case LINK_BROKEN_TARGET:
			report_target(court, link);
			break;
		case LINK_BROKEN_ANCHOR:
			report_anchor(court, link);
			break;
		case LINK_UNSAFE:
			diag_help(
			    court->diags,
			    diag_add(court->diags, RULE_LINK_BROKEN_PAGE, address_span(link),
				     "'%s'", link->url),
			    "addresses of this kind are not linked: use https, http or mailto");
			break;
		case LINK_FILE:
		case LINK_EXTERNAL:
		case LINK_PAGE:
		case LINK_ANCHOR:
		case LINK_REPOSITORY:
		case LINK_SHORTCODE:
			break;
		}
	}
}
