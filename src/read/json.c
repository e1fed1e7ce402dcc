/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/json.c - JSON text into a tree, by jansson */
#include "read/json.h"
#include "base/number.h"
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

struct builder {
	struct arena *mem;
	struct span all; /* jansson keeps no places of values */
};

static struct data_node *build(const struct builder *b, json_t *value);

static struct data_node *new_scalar(const struct builder *b, enum data_kind kind, const char *text,
				    size_t len)
{
	struct data_node *node = arena_new(b->mem, struct data_node, 1);

	*node = (struct data_node){.kind = kind,
				   .at = b->all,
				   .text = arena_strndup(b->mem, text, len),
				   .len = len,
				   .quoted = true};
	return node;
}

static struct data_node *build_number(const struct builder *b, json_t *value)
{
	char text[NUMBER_TEXT_MAX];
	struct data_node *node;

	if (json_is_integer(value))
		snprintf(text, sizeof text, "%" PRId64, (int64_t)json_integer_value(value));
	else
		number_shortest(text, json_real_value(value));
	node = new_scalar(b, DATA_NUMBER, text, strlen(text));
	node->number = json_number_value(value);
	node->json_number = true;
	return node;
}

static struct data_node *build_list(const struct builder *b, json_t *value)
{
	struct data_node *node = new_scalar(b, DATA_LIST, "", 0);

	node->n = json_array_size(value);
	node->items = arena_new(b->mem, struct data_node *, node->n);
	for (size_t i = 0; i < node->n; i++)
		node->items[i] = build(b, json_array_get(value, i));
	return node;
}

static struct data_node *build_map(const struct builder *b, json_t *value)
{
	struct data_node *node = new_scalar(b, DATA_MAP, "", 0);
	void *at;

	node->pairs = arena_new(b->mem, struct data_pair, json_object_size(value));
	for (at = json_object_iter(value); at; at = json_object_iter_next(value, at)) {
		const char *key = json_object_iter_key(at);
		node->pairs[node->n++] =
		    (struct data_pair){new_scalar(b, DATA_TEXT, key, strlen(key)),
				       build(b, json_object_iter_value(at))};
	}
	return node;
}

/* Recursion is bounded by jansson's own limit of depth, 2,048. */
static struct data_node *build(const struct builder *b, json_t *value)
{
	struct data_node *node;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return build_map(b, value);
	case JSON_ARRAY:
		return build_list(b, value);
	case JSON_STRING:
		return new_scalar(b, DATA_TEXT, json_string_value(value),
				  json_string_length(value));
	case JSON_INTEGER:
	case JSON_REAL:
		return build_number(b, value);
	case JSON_TRUE:
	case JSON_FALSE:
		node = new_scalar(b, DATA_BOOL, json_is_true(value) ? "true" : "false",
				  json_is_true(value) ? 4 : 5);
		node->truth = json_is_true(value);
		return node;
	case JSON_NULL:
		break;
	}
	return new_scalar(b, DATA_NULL, "null", 4);
}

/* jansson's words, but where they speak of its interface. */
static const char *problem_text(const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);

	if (code == json_error_null_character || code == json_error_null_byte_in_key)
		return "NUL character";
	return error->text;
}

struct data_node *json_read(struct arena *mem, struct source *source, struct diag_sink *diags)
{
	struct builder b = {mem, span_at(source, 0, source->len)};
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	size_t bom = source->len >= 3 && !memcmp(source->text, "\xEF\xBB\xBF", 3) ? 3 : 0;
	const char *text = source->text + bom, *nul;
	size_t len = source->len - bom;
	json_error_t error;
	json_t *root = json_loadb(text, len, flags, &error);
	struct data_node *node;

	/* Whole numbers beyond 64 bits are numbers all the same. */
	if (!root && json_error_code(&error) == json_error_numeric_overflow)
		root = json_loadb(text, len, flags | JSON_DECODE_INT_AS_REAL, &error);
	if (!root) {
		size_t at = bom + (error.position > 0 ? (size_t)error.position : 0);
		at = at > source->len ? source->len : at;
		at -= at > bom; /* jansson counts what it has read */
		diag_add(diags, RULE_DATA_SYNTAX, span_at(source, at, at + (at < source->len)),
			 "%s", problem_text(&error));
		return NULL;
	}
	nul = memchr(text, '\0', len);
	if (nul) { /* jansson drops one behind a number */
		size_t at = (size_t)(nul - source->text);
		json_decref(root);
		diag_add(diags, RULE_DATA_SYNTAX, span_at(source, at, at + 1), "NUL character");
		return NULL;
	}
	node = build(&b, root);
	json_decref(root);
	return node;
}
