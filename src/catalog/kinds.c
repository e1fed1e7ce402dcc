/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/kinds.c - the kind that somebody may have meant */
#include "catalog/kinds.h"
#include "base/text.h"
#include <string.h>

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

const char *wrapped_kind(const struct workspace *ws, const char *key)
{
	const struct record_kind *own = map_get(&ws->record_kind_by_name, key);

	for (size_t i = 0; !own && i < ws->record_kinds.n; i++) {
		const char *wrapper = data_find_text(ws->record_kinds.items[i]->root, "x-wrapper");
		if (wrapper && !strcmp(wrapper, key))
			own = ws->record_kinds.items[i];
	}
	return own ? own->kind : NULL;
}
