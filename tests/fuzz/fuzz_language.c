/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_language.c - a file of phrases and a Markdown text with a NUL between
 *
 * Places of findings are in the text; a text without a NUL is searched for placeholders. */
#include "base/out.h"
#include "base/text.h"
#include "catalog/placeholder.h"
#include "judge/language.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_placeholders(struct arena *mem, const uint8_t *data, size_t size)
{
	const char *text = arena_strndup(mem, (const char *)data, size), *at;
	size_t n = 0;

	at = placeholder_find(text, &n);
	assert(!at || (at >= text && n && at + n <= text + strlen(text)));
	placeholder_tag(text);
}

static void search(struct arena *mem, const uint8_t *data, size_t split, size_t size)
{
	struct diag_sink diags;
	struct source *file = source_new(mem, "blame.yaml", (const char *)data, split);
	struct source *source =
	    source_new(mem, "a.md", (const char *)data + split + 1, size - split - 1);
	struct document_text doc = {.source = source};
	struct md_input input = {.source = source};
	const struct phrases *phrases;
	size_t bad;

	diag_init(&diags, mem);
	phrases = phrases_read(mem, file, &diags);
	if (!text_is_utf8(source->text, source->len, &bad))
		return;
	doc.body = md_parse_trusted(mem, &input, &diags);
	diags.n = 0;
	language_check(mem, &doc, phrases, NULL, RULE_DOC_BLAME_LANGUAGE, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		assert(diags.items[i].at.source == source);
		assert(diags.items[i].at.start <= diags.items[i].at.end);
		assert(diags.items[i].at.end <= source->len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	struct arena mem;

	arena_init(&mem);
	if (nul)
		search(&mem, data, (size_t)(nul - data), size);
	else
		check_placeholders(&mem, data, size);
	arena_release(&mem);
	return 0;
}
