/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz/fuzz_json_walk.c - a JSON object value by value is what it is as a whole */
#include "read/json.h"
#include "read/json_walk.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct comparison {
	const struct data_node *root;
	size_t pairs; /* keys that were visited */
};

static void compare(void *context, const struct json_visit *visit)
{
	struct comparison *c = context;
	const struct data_node *whole;

	if (!visit->entry)
		c->pairs++;
	if (!c->root)
		return;
	assert(c->pairs && c->pairs <= c->root->n);
	whole = c->root->pairs[c->pairs - 1].value;
	assert(!strcmp(c->root->pairs[c->pairs - 1].key->text, visit->key));
	if (!visit->value) {
		assert(whole->kind == DATA_LIST);
		return;
	}
	if (visit->entry) {
		assert(whole->kind == DATA_LIST && visit->entry <= whole->n);
		whole = whole->items[visit->entry - 1];
	}
	assert(whole->kind == visit->value->kind && whole->n == visit->value->n);
	assert(whole->len == visit->value->len &&
	       !memcmp(whole->text, visit->value->text, whole->len));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct comparison c = {0};
	struct json_problem problem;
	struct diag_sink diags;
	enum json_walk result;
	struct arena mem;
	FILE *file;

	if (!n || n > 2000) /* the limits of depth are reached by more */
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	c.root = json_read(&mem, source_new(&mem, "x", (const char *)bytes, n), &diags);
	file = fmemopen((void *)bytes, n, "rb");
	assert(file);
	result = json_walk(file, compare, &c, &mem, &problem);
	fclose(file);
	if (c.root && c.root->kind == DATA_MAP)
		assert(result == JSON_WALK_WHOLE && c.pairs == c.root->n);
	else
		assert(result == JSON_WALK_NO_OBJECT || result == JSON_WALK_BROKEN);
	assert(result != JSON_WALK_BROKEN || (problem.line && problem.why));
	arena_release(&mem);
	return 0;
}
