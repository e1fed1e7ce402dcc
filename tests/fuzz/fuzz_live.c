/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_live.c - any document: paths, ids and blocks of a live text */
#include "base/text.h"
#include "catalog/live.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_span(const struct live *live, const struct md_tree *tree, size_t i, size_t len)
{
	const struct live_span *span = &live->spans.items[i], *before = i ? span - 1 : NULL;
	const struct md_node *first = &tree->nodes[span->node],
			     *last = &tree->nodes[span->end_node];
	size_t from;

	assert(span->node < tree->n && span->end_node < tree->n && span->node <= span->end_node);
	assert(first->type == MD_TEXT && last->type == MD_TEXT && first->parent == last->parent);
	assert(span->from < first->text_len && span->to <= last->text_len && span->to);
	assert(span->node != span->end_node || span->from < span->to);
	assert(!before || before->end_node < span->node || before->node < span->node ||
	       before->to <= span->from);
	assert(span->at.start <= span->at.end && span->at.end <= len);
	assert(live_spans_of(live, span->node, &from) && from <= i);
	if (span->kind == LIVE_VALUE)
		assert(strchr(span->value.path, ':') && *span->value.keys && *span->value.subject);
	else
		assert(*span->id && (!span->words || *span->words));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct document_text doc = {0};
	struct diag_sink diags;
	struct arena mem;
	struct live live;
	size_t bad;

	if (n > 65536 || !text_is_utf8((const char *)data, n, &bad) ||
	    (n > 0 && memchr(data, '\0', n)))
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	struct source *source =
	    source_new(&mem, "a.md", arena_strndup(&mem, (const char *)data, n), n);
	document_split(&mem, source, &doc, &diags);
	doc.source = source;
	struct md_input input = {.source = source, .body_start = doc.body_start};
	doc.body = md_parse_trusted(&mem, &input, &diags);
	live_scan(&mem, &doc, NULL, &live, &diags);
	for (size_t i = 0; i < live.spans.n; i++)
		check_span(&live, &doc.body, i, n);
	for (size_t i = 0; i < live.blocks.n; i++) {
		const struct live_block *block = &live.blocks.items[i];
		assert(live_block_of(&live, block->node) == block && block->at.end <= n);
		assert(!block->root || block->root->kind == DATA_MAP);
	}
	for (size_t i = 0; i < live.slips.n; i++) {
		const struct live_slip *slip = &live.slips.items[i];
		assert(slip->at.start <= slip->at.end && slip->at.end <= n);
		assert(*slip->text && strlen(slip->text) <= LIVE_LONGEST);
	}
	assert((!live.spans.n && !live.blocks.n && !live.slips.n) ||
	       live_may_hold(source->text, source->len));
	arena_release(&mem);
	return 0;
}
