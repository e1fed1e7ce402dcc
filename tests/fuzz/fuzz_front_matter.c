/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_front_matter.c - any text as a document: where its front matter ends */
#include "base/text.h"
#include "read/document.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena mem;
	struct diag_sink diags = {0};
	struct document_text doc;
	size_t bad;

	if (n > 65536 || !text_is_utf8((const char *)data, n, &bad) ||
	    (n > 0 && memchr(data, '\0', n)))
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	const char *text = arena_strndup(&mem, (const char *)data, n);
	document_split(&mem, source_new(&mem, "a.md", text, n), &doc, &diags);
	assert(doc.body_start <= n);
	assert(doc.front_matter_at.start <= doc.front_matter_at.end &&
	       doc.front_matter_at.end <= n);
	assert(!doc.front_matter || doc.front_matter->kind == DATA_MAP);
	assert(!doc.faulty || diags.n > 0);
	arena_release(&mem);
	return 0;
}
