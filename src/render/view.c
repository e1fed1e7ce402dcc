/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/view.c - sets of names with typed values */
#include "render/view_internal.h"

#include "base/number.h"

#include <assert.h>
#include <string.h>

struct markup markup_from(struct arena *mem, const struct out *o)
{
	return (struct markup){arena_strndup(mem, out_text(o), o->n), o->n};
}

/* FNV-1a: names are a few bytes long. */
uint32_t view_hash(const char *name, size_t n)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return hash;
}

const struct view_value *view_find(const struct view *v, uint32_t hash, const char *name, size_t n)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct view_entry *entry = &v->items[i];

		if (entry->hash == hash && !strncmp(entry->name, name, n) && !entry->name[n])
			return &entry->value;
	}
	return NULL;
}

struct view_value *view_slot(struct view *v, const char *name)
{
	size_t n = strlen(name);
	uint32_t hash = view_hash(name, n);
	struct view_entry *entry;

	for (size_t i = 0; i < v->n; i++) {
		entry = &v->items[i];
		if (entry->hash == hash && !strcmp(entry->name, name))
			return &entry->value;
	}
	entry = ARENA_PUSH(v->mem, v);
	entry->hash = hash;
	entry->name = name;
	return &entry->value;
}

struct view_items *view_items(struct view *v, const char *name)
{
	struct view_value *value = view_slot(v, name);

	assert(value->kind == VIEW_ABSENT || value->kind == VIEW_LIST);
	if (!value->list)
		value->list = arena_new(v->mem, struct view_items, 1);
	value->kind = VIEW_LIST;
	return value->list;
}

struct view_value view_text_value(const char *text)
{
	struct view_value value = {0};

	if (!text)
		return value;
	value.kind = VIEW_TEXT;
	value.text = text;
	value.n = strlen(text);
	value.truthy = value.n > 0;
	return value;
}

struct view *view_new(struct arena *mem)
{
	struct view *v = arena_new(mem, struct view, 1);

	v->mem = mem;
	return v;
}

void view_text(struct view *v, const char *name, const char *text)
{
	*view_slot(v, name) = view_text_value(text);
}

void view_url(struct view *v, const char *name, const char *url)
{
	view_text(v, name, url);
}

void view_markup(struct view *v, const char *name, struct markup markup)
{
	*view_slot(v, name) = (struct view_value){
	    .kind = VIEW_MARKUP, .truthy = markup.n > 0, .text = markup.html, .n = markup.n};
}

void view_flag(struct view *v, const char *name, bool on)
{
	*view_slot(v, name) = (struct view_value){
	    .kind = VIEW_FLAG, .truthy = on, .text = on ? "true" : "false", .n = on ? 4 : 5};
}

void view_count(struct view *v, const char *name, size_t n)
{
	char text[NUMBER_TEXT_MAX];
	struct view_value *value = view_slot(v, name);

	*value = view_text_value(arena_strdup(v->mem, number_count(text, n)));
	value->truthy = n > 0;
}

struct view *view_map(struct view *v, const char *name)
{
	struct view *map = view_new(v->mem);

	*view_slot(v, name) = (struct view_value){.kind = VIEW_MAP, .truthy = true, .map = map};
	return map;
}

static void append(struct view *v, const char *name, struct view_value item)
{
	struct view_items *list = view_items(v, name);

	*ARENA_PUSH(v->mem, list) = item;
	view_slot(v, name)->truthy = true;
}

struct view *view_list(struct view *v, const char *name)
{
	struct view *map = view_new(v->mem);

	append(v, name, (struct view_value){.kind = VIEW_MAP, .truthy = true, .map = map});
	return map;
}

void view_list_text(struct view *v, const char *name, const char *text)
{
	append(v, name, view_text_value(text));
}

void view_empty_list(struct view *v, const char *name)
{
	view_items(v, name);
}
