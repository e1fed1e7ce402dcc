/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_equal.c - when two values are one value */
#include "base/hash.h"
#include "read/schema_internal.h"
#include <string.h>

enum { SMALL_MAP = 16 };

static bool equal_lists(struct arena *mem, const struct data_node *a, const struct data_node *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!schema_equal(mem, a->items[i], b->items[i]))
			return false;
	return true;
}

static bool equal_maps(struct arena *mem, const struct data_node *a, const struct data_node *b)
{
	struct map keys = {0};

	for (size_t i = 0; i < b->n && a->n > SMALL_MAP; i++)
		map_put_n(&keys, mem, b->pairs[i].key->text, b->pairs[i].key->len,
			  b->pairs[i].value);
	for (size_t i = 0; i < a->n; i++) {
		const struct data_node *key = a->pairs[i].key;
		const struct data_node *other = NULL;
		if (a->n > SMALL_MAP)
			other = map_get_n(&keys, key->text, key->len);
		else
			other = data_find(b, key->text);
		if (!other || !schema_equal(mem, a->pairs[i].value, other))
			return false;
	}
	return true;
}

/* Recursion is bounded by the depth of the trees. */
bool schema_equal(struct arena *mem, const struct data_node *a, const struct data_node *b)
{
	if (a->kind != b->kind || a->n != b->n)
		return false;
	switch (a->kind) {
	case DATA_NULL:
		return true;
	case DATA_BOOL:
		return a->truth == b->truth;
	case DATA_NUMBER:
		return a->number == b->number;
	case DATA_TEXT:
		return a->len == b->len && !memcmp(a->text, b->text, a->len);
	case DATA_LIST:
		return equal_lists(mem, a, b);
	case DATA_MAP:
		return equal_maps(mem, a, b);
	}
	return false;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t both[2] = {a, b};

	return hash_bytes(both, sizeof both);
}

uint64_t schema_hash(const struct data_node *node)
{
	uint64_t hash = (uint64_t)node->kind;
	double number = node->number + 0.0; /* -0 is 0 */

	switch (node->kind) {
	case DATA_NULL:
		break;
	case DATA_BOOL:
		return mix(hash, node->truth);
	case DATA_NUMBER:
		return mix(hash, hash_bytes(&number, sizeof number));
	case DATA_TEXT:
		return mix(hash, hash_bytes(node->text, node->len));
	case DATA_LIST:
		for (size_t i = 0; i < node->n; i++)
			hash = mix(hash, schema_hash(node->items[i]));
		break;
	case DATA_MAP:
		for (size_t i = 0; i < node->n; i++) {
			const struct data_node *key = node->pairs[i].key;
			hash +=
			    mix(hash_bytes(key->text, key->len), schema_hash(node->pairs[i].value));
		}
		break;
	}
	return hash;
}
