/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/gist.c - gists written and read: a head, three arrays, and their strings */
#include "catalog/gist.h"
#include "base/text.h"
#include <string.h>

static uint32_t add_text(struct out *text, const char *string)
{
	size_t at = text->n;

	if (!string)
		return GIST_NULL;
	out_write(text, string, strlen(string) + 1);
	return (uint32_t)at;
}

static void write_links(const struct document *doc, struct gist_head *head, struct out *to,
			struct out *text)
{
	const struct md_tree *tree = &doc->text.body;

	for (uint32_t i = 1; i < tree->n; i++) {
		const struct md_node *n = &tree->nodes[i];
		struct gist_link link;
		if (n->type != MD_LINK && n->type != MD_IMAGE)
			continue;
		link = (struct gist_link){i, n->start, n->end, n->type == MD_IMAGE,
					  add_text(text, md_extra(tree, n))};
		out_write(to, (const char *)&link, sizeof link);
		head->n_links++;
	}
}

/* False for a finding about another text. */
static bool write_finding(const struct document *doc, const struct finding *f, struct out *to,
			  struct out *text)
{
	const struct gist_finding written = {f->rule,
					     f->severity,
					     f->at.start,
					     f->at.end,
					     add_text(text, f->detail),
					     add_text(text, f->help),
					     add_text(text, f->note)};

	out_write(to, (const char *)&written, sizeof written);
	return f->at.source == doc->text.source && f->standing == STANDING_OPEN && !f->reason;
}

bool gist_write(const struct document *doc, const struct diag_sink *findings, struct out *to)
{
	const struct md_tree *tree = &doc->text.body;
	struct gist_head head = {.n_anchors = (uint32_t)doc->anchors.n,
				 .n_findings = (uint32_t)findings->n,
				 .heading = GIST_NULL,
				 .title_node = doc->title_node,
				 .n_items = (uint32_t)doc->n_items,
				 .n_ticked = (uint32_t)doc->n_ticked,
				 .n_not_applicable = (uint32_t)doc->n_not_applicable};
	struct out body = {0}, text = {0};
	bool good = true;

	if (doc->title_node)
		head.heading = add_text(&text, md_text(tree, &tree->nodes[doc->title_node]));
	for (size_t i = 0; i < doc->anchors.n; i++) {
		uint32_t at = add_text(&text, doc->anchors.entries[i].key);
		out_write(&body, (const char *)&at, sizeof at);
	}
	write_links(doc, &head, &body, &text);
	for (size_t i = 0; i < findings->n; i++)
		good = write_finding(doc, &findings->items[i], &body, &text) && good;
	head.text_len = (uint32_t)text.n;
	good = good && text.n < UINT32_MAX && body.n < UINT32_MAX;
	if (good) {
		out_write(to, (const char *)&head, sizeof head);
		out_write(to, out_text(&body), body.n);
		out_write(to, out_text(&text), text.n);
	}
	out_release(&body);
	out_release(&text);
	return good;
}

/* ---- reading ---- */

static bool text_is_sound(const struct gist *gist)
{
	size_t n = gist->head->text_len, bad;

	return !n || (gist->text[n - 1] == '\0' && text_is_utf8(gist->text, n, &bad));
}

static bool is_string(const struct gist *gist, uint32_t at)
{
	return at < gist->head->text_len;
}

static bool is_place(const struct source *source, uint32_t start, uint32_t end)
{
	return start <= end && end <= source->len;
}

static bool parts_are_sound(const struct gist *gist, const struct source *source)
{
	const struct gist_head *head = gist->head;

	if (head->heading == GIST_NULL ? head->title_node != 0 : !is_string(gist, head->heading))
		return false;
	for (uint32_t i = 0; i < head->n_anchors; i++)
		if (!is_string(gist, gist->anchors[i]))
			return false;
	for (uint32_t i = 0; i < head->n_links; i++) {
		const struct gist_link *link = &gist->links[i];
		if (!is_string(gist, link->url) || !is_place(source, link->start, link->end) ||
		    (i && link->node <= gist->links[i - 1].node))
			return false;
	}
	for (uint32_t i = 0; i < head->n_findings; i++) {
		const struct gist_finding *f = &gist->findings[i];
		if (f->rule >= RULE_COUNT || f->severity > SEVERITY_ERROR ||
		    !is_place(source, f->start, f->end) || !is_string(gist, f->detail) ||
		    (f->help != GIST_NULL && !is_string(gist, f->help)) ||
		    (f->note != GIST_NULL && !is_string(gist, f->note)))
			return false;
	}
	return true;
}

bool gist_read(const void *bytes, size_t n, const struct source *source, struct gist *gist)
{
	const struct gist_head *head = bytes;
	uint64_t anchors, links, findings;

	if (n < sizeof *head)
		return false;
	anchors = head->n_anchors * (uint64_t)sizeof *gist->anchors;
	links = head->n_links * (uint64_t)sizeof *gist->links;
	findings = head->n_findings * (uint64_t)sizeof *gist->findings;
	if (n - sizeof *head != anchors + links + findings + head->text_len)
		return false;
	gist->head = head;
	gist->anchors = (const uint32_t *)(head + 1);
	gist->links = (const struct gist_link *)(gist->anchors + head->n_anchors);
	gist->findings = (const struct gist_finding *)(gist->links + head->n_links);
	gist->text = (const char *)(gist->findings + head->n_findings);
	return text_is_sound(gist) && parts_are_sound(gist, source);
}

const char *gist_text(const struct gist *gist, uint32_t at)
{
	return at == GIST_NULL ? NULL : gist->text + at;
}
