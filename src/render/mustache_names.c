/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mustache_names.c - the names that a kind of page declares, as a tree */
#include "render/mustache_internal.h"

#include "base/text.h"

#include <string.h>

struct name_node *names_child(const struct name_node *node, const char *name, size_t n)
{
	for (struct name_node *child = node->child; child; child = child->next)
		if (child->n == n && !memcmp(child->name, name, n))
			return child;
	return NULL;
}

static struct name_node *child_or_new(struct arena *mem, struct name_node *parent, const char *name,
				      size_t n)
{
	struct name_node *child = names_child(parent, name, n);
	struct name_node **end = &parent->child;

	if (child)
		return child;
	child = arena_new(mem, struct name_node, 1);
	child->name = arena_strndup(mem, name, n);
	child->n = n;
	child->parent = parent;
	while (*end)
		end = &(*end)->next;
	*end = child;
	return child;
}

struct name_node *names_read(struct arena *mem, view_names names)
{
	struct name_node *root = arena_new(mem, struct name_node, 1);

	for (; names && *names; names++) {
		struct name_node *node = root;
		const char *p = *names;

		while (*p) {
			size_t part = strcspn(p, "."), n = part;
			bool list = n > 2 && !memcmp(p + n - 2, "[]", 2);

			node = child_or_new(mem, node, p, list ? n - 2 : n);
			node->list = node->list || list;
			p += part;
			p += *p == '.';
		}
	}
	return root;
}

const char *names_nearest(struct arena *mem, struct name_node *const *scopes, size_t n_scopes,
			  const char *name)
{
	struct {
		LIST_OF(const char *);
	} seen = {0};

	for (size_t i = n_scopes; i-- > 0;)
		for (const struct name_node *child = scopes[i]->child; child; child = child->next)
			*ARENA_PUSH(mem, &seen) = child->name;
	return text_nearest(name, seen.items, seen.n);
}
