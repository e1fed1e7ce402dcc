/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/read/markdown_fixture.h - Markdown trees as short text, for tests */
#ifndef TEST_MARKDOWN_FIXTURE_H
#define TEST_MARKDOWN_FIXTURE_H
#include "base/out.h"
#include "read/markdown.h"
#include <string.h>

static const char *const md_short_name[MD_TYPE_COUNT] = {
    "doc", "quote", "list", "item", "pre",  "html", "p",  "h", "hr",  "table", "row", "cell",
    "fn",  "",      "soft", "br",   "code", "tag",  "em", "b", "del", "a",     "img", "ref"};

/* One node: name with its flags and number, 'text', <destination>, "title", (children). */
static inline void md_show(const struct md_tree *t, uint32_t i, struct out *to)
{
	static const struct {
		uint16_t flag;
		const char *text;
	} flags[] = {{MD_ORDERED, "#"},      {MD_TIGHT, ""},        {MD_TASK, "?"},
		     {MD_TICKED, "x"},       {MD_HEADER, "^"},      {MD_ALIGN_LEFT, "l"},
		     {MD_ALIGN_CENTER, "c"}, {MD_ALIGN_RIGHT, "r"}, {MD_BARE, "*"}};
	const struct md_node *n = &t->nodes[i];

	out_puts(to, md_short_name[n->type]);
	if (n->level > 0)
		out_printf(to, "%d", n->level);
	for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
		if (n->flags & flags[k].flag)
			out_puts(to, flags[k].text);
	if (n->number > 0)
		out_printf(to, "%u", n->number);
	if (n->text_len > 0)
		out_printf(to, "'%s'", md_text(t, n));
	if (n->extra_len > 0)
		out_printf(to, "<%s>", md_extra(t, n));
	if (n->title_len > 0)
		out_printf(to, "\"%s\"", md_title(t, n));
	if (n->after == i + 1)
		return;
	out_putc(to, '(');
	for (uint32_t k = i + 1; k < n->after; k = t->nodes[k].after) {
		if (k > i + 1)
			out_putc(to, ' ');
		md_show(t, k, to);
	}
	out_putc(to, ')');
}

static inline struct md_tree md_parse_text(struct arena *mem, const char *text,
					   struct diag_sink *diags)
{
	struct md_input input = {.source = source_new(mem, "a.md", text, strlen(text))};

	return md_parse_trusted(mem, &input, diags);
}
#endif
