/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/markdown_html_raw.c - raw HTML between the blocks of a document
 *
 * `<details>` in one block and `</details>` in a later one, with Markdown between, is how such
 * documents are written. Tags of this kind that have no partner in their own block are taken out
 * of it, cleaned by themselves and matched across the blocks of one parent. */
#include "render/markdown_html_internal.h"

#include "base/text.h"

#include <string.h>
#include <strings.h>

static const char *const wrapping[] = {"details", "div",    "section", "article",
				       "aside",   "figure", "center",  "blockquote"};

enum { TAGS_MAX = 64 };

struct wrapper_tag {
	size_t start, end;
	const char *name; /* of `wrapping` */
	bool closing, matched;
};

static const char *wrapping_name(const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof wrapping / sizeof *wrapping; i++) {
		size_t len = strlen(wrapping[i]);

		if (n > len && !strncasecmp(p, wrapping[i], len) && strchr(" \t\n\r\f/>", p[len]))
			return wrapping[i];
	}
	return NULL;
}

/* Behind the '>' that ends the tag at `at`; n where there is none. */
static size_t tag_end(const char *html, size_t at, size_t n)
{
	char quote = '\0';

	for (; at < n; at++) {
		if (quote)
			quote = html[at] == quote ? '\0' : quote;
		else if (html[at] == '"' || html[at] == '\'')
			quote = html[at];
		else if (html[at] == '>')
			return at + 1;
	}
	return n;
}

static size_t skip_comment(const char *html, size_t at, size_t n)
{
	const char *end = memmem(html + at, n - at, "-->", 3);

	return end ? (size_t)(end - html) + 3 : n;
}

/* A summary belongs to the details that it follows. */
static size_t with_summary(const char *html, size_t at, size_t n)
{
	size_t begin = at + strspn(html + at, " \t\r\n");
	const char *end;

	if (n < begin + 9 || strncasecmp(html + begin, "<summary", 8) != 0)
		return at;
	for (end = html + begin; (end = memchr(end, '<', (size_t)(html + n - end))); end++)
		if (html + n - end >= 10 && !strncasecmp(end, "</summary>", 10))
			return (size_t)(end - html) + 10;
	return at;
}

static size_t find_tags(const char *html, size_t n, struct wrapper_tag *tags)
{
	size_t found = 0, at = 0;

	while (at < n && found < TAGS_MAX) {
		const char *open = memchr(html + at, '<', n - at);
		struct wrapper_tag *tag = &tags[found];
		size_t name;

		if (!open)
			break;
		at = (size_t)(open - html);
		if (n - at >= 4 && !memcmp(open, "<!--", 4)) {
			at = skip_comment(html, at + 4, n);
			continue;
		}
		*tag = (struct wrapper_tag){.start = at};
		tag->closing = at + 1 < n && html[at + 1] == '/';
		name = at + 1 + tag->closing;
		tag->name = name < n ? wrapping_name(html + name, n - name) : NULL;
		at++;
		if (!tag->name)
			continue;
		tag->end = tag_end(html, at, n);
		if (!tag->closing && !strcmp(tag->name, "details"))
			tag->end = with_summary(html, tag->end, n);
		at = tag->end;
		found++;
	}
	return found;
}

/* Pairs within the block are none of ours. */
static void match_tags(struct wrapper_tag *tags, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i; tags[i].closing && k-- > 0;) {
			if (tags[k].closing || tags[k].matched || tags[k].name != tags[i].name)
				continue;
			tags[k].matched = tags[i].matched = true;
			break;
		}
	}
}

static void write_clean(struct body_writer *w, const char *html, size_t n)
{
	if (strspn(html, " \t\r\n") < n)
		html_clean_block(html, n, &w->policy, w->to);
}

/* Writes the opening tag as html_clean leaves it; false where it is not allowed. What html_clean
 * writes is balanced, so that without its last closing tag one element is open. */
static bool open_wrapper(struct body_writer *w, const char *html, const struct wrapper_tag *tag)
{
	struct out clean = {0};
	char *end = arena_printf(w->mem, "</%s>", tag->name);
	char *pair =
	    arena_printf(w->mem, "%.*s%s", (int)(tag->end - tag->start), html + tag->start, end);
	bool allowed;

	html_clean_block(pair, strlen(pair), &w->policy, &clean);
	while (clean.n && strchr("\r\n", clean.p[clean.n - 1]))
		clean.p[--clean.n] = '\0';
	allowed = text_ends_with(out_text(&clean), end);
	if (allowed) {
		out_write(w->to, clean.p, clean.n - strlen(end));
		out_putc(w->to, '\n');
	}
	out_release(&clean);
	return allowed;
}

static void close_wrapper(struct body_writer *w, struct wrappers *wrappers, const char *name)
{
	size_t i = wrappers->n;

	while (i > 0 && wrappers->open[i - 1] != name)
		i--;
	while (i > 0 && wrappers->n >= i)
		out_printf(w->to, "</%s>\n", wrappers->open[--wrappers->n]);
}

void close_wrappers(struct body_writer *w, struct wrappers *wrappers)
{
	while (wrappers->n)
		out_printf(w->to, "</%s>\n", wrappers->open[--wrappers->n]);
}

void write_html_block(struct body_writer *w, uint32_t node, struct wrappers *wrappers)
{
	const struct md_node *block = &w->tree->nodes[node];
	const char *html = md_text(w->tree, block);
	struct wrapper_tag tags[TAGS_MAX];
	size_t n = find_tags(html, block->text_len, tags), at = 0;

	match_tags(tags, n);
	for (size_t i = 0; i < n; i++) {
		if (tags[i].matched)
			continue;
		write_clean(w, html + at, tags[i].start - at);
		at = tags[i].end;
		if (tags[i].closing)
			close_wrapper(w, wrappers, tags[i].name);
		else if (wrappers->n < WRAPPERS_MAX && open_wrapper(w, html, &tags[i]))
			wrappers->open[wrappers->n++] = tags[i].name;
	}
	write_clean(w, html + at, block->text_len - at);
}
