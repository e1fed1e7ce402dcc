/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_markdown.c - any text as Markdown: the guard, the tree, places, bare links */
#include "base/text.h"
#include "read/markdown.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_string(const struct md_tree *tree, uint32_t at, uint32_t n)
{
	size_t bad;

	assert(at < tree->text_len && n < tree->text_len - at);
	assert(tree->text[at + n] == '\0');
	assert(text_is_utf8(tree->text + at, n, &bad));
}

static void check_tree(const struct md_tree *tree, size_t len)
{
	assert(tree->n >= 1 && tree->nodes[0].after == tree->n);
	for (uint32_t i = 0; i < tree->n; i++) {
		const struct md_node *node = &tree->nodes[i];
		assert(node->type < MD_TYPE_COUNT);
		assert(node->after > i && node->after <= tree->n);
		assert(i == 0 ||
		       (node->parent < i && tree->nodes[node->parent].after >= node->after));
		assert(node->start <= node->end && node->end <= len);
		check_string(tree, node->text, node->text_len);
		check_string(tree, node->extra, node->extra_len);
		check_string(tree, node->title, node->title_len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena mem;
	struct diag_sink diags = {0};
	size_t bad;

	/* What is no text, or holds NUL, is refused before Markdown is read. */
	if (n > 65536 || !text_is_utf8((const char *)data, n, &bad) ||
	    (n > 0 && memchr(data, '\0', n)))
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	const char *text = arena_strndup(&mem, (const char *)data, n);
	struct md_input input = {.source = source_new(&mem, "a.md", text, n)};
	struct md_tree tree = md_parse_trusted(&mem, &input, &diags);
	check_tree(&tree, n);
	md_plain(&mem, &tree, 0);
	arena_release(&mem);
	return 0;
}
