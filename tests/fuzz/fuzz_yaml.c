/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_yaml.c - any bytes as YAML: a tree whose places lie in the text, or findings */
#include "read/yaml.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_node(const struct data_node *node, const struct span *around)
{
	assert(node->at.start <= node->at.end);
	assert(node->at.start >= around->start && node->at.end <= around->end);
	assert(!memchr(node->text, '\0', node->len) && !node->text[node->len]);
	for (size_t i = 0; i < node->n; i++) {
		if (node->kind == DATA_LIST) {
			check_node(node->items[i], &node->at);
			continue;
		}
		check_node(node->pairs[i].key, &node->at);
		check_node(node->pairs[i].value, &node->at);
		assert(data_find(node, node->pairs[i].key->text) == node->pairs[i].value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena mem;
	struct diag_sink diags;
	struct source *source;
	const struct data_node *root;
	struct span all = {.end = (uint32_t)size};

	arena_init(&mem);
	diag_init(&diags, &mem);
	source = source_new(&mem, "x.yaml", (const char *)data, size);
	root = yaml_read(&mem, source, 0, size, RULE_DATA_SYNTAX, &diags);
	assert(!root == (diags.n > 0));
	if (root)
		check_node(root, &all);
	for (size_t i = 0; i < diags.n; i++)
		assert(diags.items[i].at.end <= size);
	diag_finish(&diags);
	arena_release(&mem);
	return 0;
}
