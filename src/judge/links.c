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

static void judge_references(struct court *court, const struct document *doc)
{
	const struct md_tree *tree = &doc->text.body;
	struct source *source = doc->text.source;

	for (uint32_t i = 1; i < tree->n; i++) {
		const struct md_node *n = &tree->nodes[i];
		const char *text = md_text(tree, n), *at = text;
		if (n->type != MD_TEXT || !memchr(text, '[', n->text_len))
			continue;
		while ((at = strchr(at, '['))) {
			size_t label_len = 0;
			const char *label, *end = undefined_reference(text, at, &label_len, &label);
			const char *written;
			struct span where = span_at(source, n->start, n->end);
			if (!end) {
				at++;
				continue;
			}
			written = n->end <= source->len && n->end > n->start
				      ? memmem(source->text + n->start, n->end - n->start, at,
					       (size_t)(end - at))
				      : NULL;
			if (written)
				where =
				    span_at(source, (size_t)(written - source->text),
					    (size_t)(written - source->text) + (size_t)(end - at));
			diag_add(court->diags, RULE_LINK_BROKEN_REFERENCE, where, "'[%.*s]'",
				 (int)label_len, label);
			at = end;
		}
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
	judge_references(court, doc);
}
