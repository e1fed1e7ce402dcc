/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/view_internal.h - how views hold their values; for the template engine and its tests */
#ifndef RENDER_VIEW_INTERNAL_H
#define RENDER_VIEW_INTERNAL_H
#include "render/view.h"
#include <stdint.h>

enum view_value_kind {
	VIEW_ABSENT,
	VIEW_TEXT, /* also addresses: which of the two it is, its place says */
	VIEW_MARKUP,
	VIEW_FLAG,
	VIEW_MAP,
	VIEW_LIST
};

struct view_value {
	enum view_value_kind kind;
	bool truthy;      /* whether a section over it is shown */
	const char *text; /* text: NUL behind its `n` bytes; markup: html */
	size_t n;
	const struct view *map;
	struct view_items *list;
};

struct view_items {
	LIST_OF(struct view_value);
};

struct view_entry {
	uint32_t hash; /* of the name */
	const char *name;
	struct view_value value;
};

struct view {
	struct arena *mem;
	LIST_OF(struct view_entry);
};

uint32_t view_hash(const char *name, size_t n);
/* NULL where the view has no such name. */
const struct view_value *view_find(const struct view *v, uint32_t hash, const char *name, size_t n);
struct view_value view_text_value(const char *text);
/* The value under `name`, added as absent where it is not there. */
struct view_value *view_slot(struct view *v, const char *name);
/* The list under `name`, added empty where it is not there. */
struct view_items *view_items(struct view *v, const char *name);
#endif
