/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/data.c - finding values in a tree */
#include "read/data.h"
#include <string.h>

static struct data_node *find_n(const struct data_node *map, const char *key, size_t len)
{
	if (!map || map->kind != DATA_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++) {
		const struct data_node *k = map->pairs[i].key;
		if (k->len == len && !memcmp(k->text, key, len))
			return map->pairs[i].value;
	}
	return NULL;
}

struct data_node *data_find(const struct data_node *map, const char *key)
{
	return find_n(map, key, strlen(key));
}

static struct data_node *find_item(const struct data_node *list, const char *digits, size_t len)
{
	size_t index = 0;

	if (!len || len > 9)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return NULL;
		index = index * 10 + (size_t)(digits[i] - '0');
	}
	return index < list->n ? list->items[index] : NULL;
}

struct data_node *data_find_path(const struct data_node *root, const char *path)
{
	const struct data_node *node = root;

	while (node) {
		size_t len = strcspn(path, ".");
		struct data_node *next =
		    node->kind == DATA_LIST ? find_item(node, path, len) : find_n(node, path, len);
		if (!path[len])
			return next;
		path += len + 1;
		node = next;
	}
	return NULL;
}

const char *data_text(const struct data_node *node)
{
	if (!node || node->kind == DATA_NULL || node->kind == DATA_LIST || node->kind == DATA_MAP)
		return NULL;
	return node->text;
}

const char *data_find_text(const struct data_node *map, const char *key)
{
	return data_text(data_find(map, key));
}

bool data_number(const struct data_node *node, double *value)
{
	if (!node || node->kind != DATA_NUMBER)
		return false;
	*value = node->number;
	return true;
}

const char *data_kind_name(enum data_kind kind)
{
	static const char *const names[] = {
	    [DATA_NULL] = "nothing", [DATA_BOOL] = "true or false", [DATA_NUMBER] = "a number",
	    [DATA_TEXT] = "text",    [DATA_LIST] = "a list",        [DATA_MAP] = "a map",
	};

	return names[kind];
}
