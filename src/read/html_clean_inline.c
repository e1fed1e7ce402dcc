/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/html_clean_inline.c - raw HTML among words, one tag at a time */
#include "read/html_clean_internal.h"
#include <assert.h>
#include <string.h>
#include <strings.h>

enum { MAX_OPEN = sizeof((struct html_inline_state *)NULL)->open / sizeof(const char *) };

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static void write_end(struct html_inline_state *state, struct out *to)
{
	out_puts(to, "</");
	out_puts(to, state->open[--state->n_open]);
	out_putc(to, '>');
}

void html_close_inline(struct html_inline_state *state, struct out *to)
{
	while (state->n_open > 0)
		write_end(state, to);
}

static bool is_open(const struct html_inline_state *state, const char *name)
{
	for (size_t i = 0; i < state->n_open; i++)
		if (strcmp(state->open[i], name) == 0)
			return true;
	return false;
}

/* An end tag closes what it names and all inside of it. False where nothing of the name is open. */
static bool close_tag(const struct html_tag *tag, struct html_inline_state *state, struct out *to)
{
	if (!tag || (tag->flags & TAG_VOID) || !is_open(state, tag->write))
		return false;
	while (strcmp(state->open[state->n_open - 1], tag->write) != 0)
		write_end(state, to);
	write_end(state, to);
	return true;
}

static const GumboElement *first_element(const GumboNode *root)
{
	const GumboVector *children = html_children(root);

	for (unsigned i = 0; i < children->length; i++) {
		const GumboNode *child = children->data[i];
		if (child->type == GUMBO_NODE_ELEMENT)
			return &child->v.element;
	}
	return NULL;
}

/* True where the tag may be written here. */
static bool may_open(const struct html_tag *tag, const struct html_inline_state *state)
{
	if (!tag || !(tag->flags & TAG_PHRASING))
		return false;
	if (tag->parents &&
	    (state->n_open == 0 || strcmp(state->open[state->n_open - 1], "ruby") != 0))
		return false;
	if (strcmp(tag->write, "a") == 0 && (state->in_link || is_open(state, "a")))
		return false;
	return (tag->flags & TAG_VOID) || state->n_open < MAX_OPEN;
}

static bool open_tag(const char *html, size_t n, const struct html_tag *tag,
		     const struct html_policy *policy, struct html_inline_state *state,
		     struct out *to)
{
	struct arena mem;
	size_t whole;
	bool self_closed = n >= 2 && html[n - 2] == '/';

	if (!may_open(tag, state) || !html_is_bounded(html, n, &whole) || whole < n)
		return false;
	assert(tag); /* may_open() refuses a tag that is not listed */
	if (tag->flags & (TAG_UNWRAP | TAG_DROP))
		return true;
	arena_init(&mem);
	const GumboElement *element = first_element(html_parse(&mem, html, n));
	if (element && strcmp(tag->write, "img") == 0) {
		html_write_image(&element->attributes, policy,
				 state->in_link || is_open(state, "a"), to);
	} else if (element) {
		out_putc(to, '<');
		out_puts(to, tag->write);
		html_write_attributes(&element->attributes, tag, policy, to);
		out_putc(to, '>');
		if (!(tag->flags & TAG_VOID)) {
			state->open[state->n_open++] = tag->write;
			if (self_closed)
				write_end(state, to);
		}
	}
	arena_release(&mem);
	return element != NULL;
}

void html_clean_inline(const char *html, size_t n, const struct html_policy *policy,
		       struct html_inline_state *state, struct out *to)
{
	bool is_end = n > 1 && html[1] == '/';
	size_t name = 1 + is_end, end = name;

	if (n >= 4 && memcmp(html, "<!--", 4) == 0)
		return;
	while (end < n && is_name_byte(html[end]))
		end++;
	const struct html_tag *tag =
	    end > name && end < n ? html_tag_find(html + name, end - name) : NULL;
	if (is_end && tag && (tag->flags & (TAG_UNWRAP | TAG_DROP)))
		return;
	if (is_end ? !close_tag(tag, state, to) : !open_tag(html, n, tag, policy, state, to))
		html_escape(to, html, n);
}
