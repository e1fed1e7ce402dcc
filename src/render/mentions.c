/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mentions.c - who refers to a page */
#include "render/live_html.h"

/* "about this", "links here, shows a value": in the order of enum mention_kind. */
static const char *how_text(struct arena *mem, unsigned how)
{
	static const struct {
		enum mention_kind kind;
		const char *text;
	} words[] = {{MENTION_ABOUT, "is about this"},
		     {MENTION_LINK, "links here"},
		     {MENTION_VALUE, "shows its values"}};
	const char *text = NULL;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (how & words[i].kind)
			text =
			    text ? arena_printf(mem, "%s, %s", text, words[i].text) : words[i].text;
	return text;
}

void mentions_fill(struct page_job *job, struct view *view)
{
	const struct page *page = job->page;

	for (size_t i = 0; i < page->mentions.n; i++) {
		const struct mention *mention = &page->mentions.items[i];
		struct view *entry = view_list(view, "mentions");
		view_address(entry, "url", href(job, mention->from->page, NULL));
		view_text(entry, "title", live_title(job, mention->from));
		view_text(entry, "how", how_text(job->mem, mention->how));
	}
	view_flag(view, "has_mentions", page->mentions.n > 0);
	if (page->mentions.n)
		contents_add(job, 2, "Mentioned in", "Mb-mentions");
	else
		view_empty_list(view, "mentions");
}
