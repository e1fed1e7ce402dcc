/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_allow.c - any document: comments that allow findings, and their sections */
#include "base/text.h"
#include "judge/allow.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_sections(const struct allow_list *list, size_t len)
{
	for (size_t i = 0; i < list->sections.n; i++) {
		const struct allow_section *section = &list->sections.items[i];
		const struct allow_section *up = &list->sections.items[section->up];
		assert(section->start <= section->end && section->end <= len);
		assert(up->start <= section->start && section->end <= up->end);
		assert(!i || (section->up < i && up->level < section->level));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct document_text doc = {0};
	struct allow_list list;
	struct diag_sink diags;
	struct arena mem;
	size_t bad;

	if (n > 65536 || !text_is_utf8((const char *)data, n, &bad) ||
	    (n > 0 && memchr(data, '\0', n)))
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	struct source *source =
	    source_new(&mem, "a.md", arena_strndup(&mem, (const char *)data, n), n);
	document_split(&mem, source, &doc, &diags);
	struct md_input input = {.source = source, .body_start = doc.body_start};
	doc.body = md_parse_trusted(&mem, &input, &diags);
	allow_read(&mem, &doc, &list);
	check_sections(&list, n);
	for (size_t i = 0; i < list.comments.n; i++) {
		const struct allow_comment *comment = &list.comments.items[i];
		assert(comment->at.source == source && comment->at.end <= n);
		assert(comment->section < list.sections.n);
		assert(comment->problem || (comment->rules.n && *comment->reason));
		assert(allow_section_at(&list, comment->at.start) < list.sections.n);
	}
	arena_release(&mem);
	return 0;
}
