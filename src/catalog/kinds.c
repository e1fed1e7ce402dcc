/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/kinds.c - the kind that somebody may have meant */
#include "catalog/kinds.h"
#include "base/text.h"

const char *nearest_document_kind(const struct workspace *ws, struct arena *mem, const char *kind)
{
	const char **kinds = arena_new(mem, const char *, ws->templates.n + 1);

	for (size_t i = 0; i < ws->templates.n; i++)
		kinds[i] = ws->templates.items[i]->kind;
	return text_nearest(kind, kinds, ws->templates.n);
}

const char *nearest_record_kind(const struct workspace *ws, struct arena *mem, const char *kind)
{
	const char **kinds = arena_new(mem, const char *, ws->record_kinds.n + 1);

	for (size_t i = 0; i < ws->record_kinds.n; i++)
		kinds[i] = ws->record_kinds.items[i]->kind;
	return text_nearest(kind, kinds, ws->record_kinds.n);
}
