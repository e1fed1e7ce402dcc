/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_cut.c - what new documents leave out of a template's bytes */
#include "catalog/template_cut.h"
#include "catalog/template_attributes.h"
#include <string.h>

void cut_bounds(const struct requirement *req, size_t *start, size_t *end)
{
	const char *text = req->home->source->text;

	*start = req->text.start;
	*end = req->text.end;
	while (*end > *start && strchr(" \t\r\n", text[*end - 1]))
		--*end;
	while (*start < *end && text[*start] == ' ')
		++*start;
}

void cut_attributes(struct arena *mem, const struct requirement *req, struct cuts *cuts)
{
	const char *text = req->home->source->text, *star;
	size_t start, end, group;

	cut_bounds(req, &start, &end);
	group = start + attributes_start(text + start, end - start);
	star = req->wildcard ? memchr(text + start, '*', group - start) : NULL;
	if (star)
		*ARENA_PUSH(mem, cuts) =
		    (struct cut){(size_t)(star - text), (size_t)(star - text) + 1, "<fill in>"};
	if (group == end)
		return;
	while (group > start && text[group - 1] == ' ')
		group--;
	*ARENA_PUSH(mem, cuts) = (struct cut){group, end, ""};
}
