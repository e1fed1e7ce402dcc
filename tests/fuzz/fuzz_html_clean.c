/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_html_clean.c - any text as a block of HTML, as inline tags, and as SVG
 *
 * What is written must be stable: cleaning it again changes nothing, or a browser would read it
 * as something else than was meant. */
#include "base/text.h"
#include "read/html_clean.h"
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void clean_tags(const char *html, size_t n)
{
	struct html_inline_state state = {.n_open = 0};
	struct out got = {0};

	for (size_t at = 0; at < n;) {
		const char *end = memchr(html + at, '>', n - at);
		size_t length = end ? (size_t)(end - (html + at)) + 1 : n - at;
		html_clean_inline(html + at, length, NULL, &state, &got);
		at += length;
	}
	html_close_inline(&state, &got);
	assert(state.n_open == 0);
	out_release(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *html = (const char *)data;
	struct out once = {0}, twice = {0}, picture = {0}, again = {0};
	struct arena mem;
	const char **ids;

	size_t bad;

	if (n > 65536)
		return 0;
	if (svg_clean(html, n, &picture)) /* a file of its own: any bytes */
		assert(svg_clean(out_text(&picture), picture.n, &again));
	out_release(&picture);
	out_release(&again);
	if (!text_is_utf8(html, n, &bad))
		return 0;
	html_clean_block(html, n, NULL, &once);
	html_clean_block(out_text(&once), once.n, NULL, &twice);
	/* Text over the bounds is shown in <pre> and may be within them afterwards. */
	assert(strncmp(out_text(&once), "<pre>", 5) == 0 ||
	       strcmp(out_text(&once), out_text(&twice)) == 0);
	clean_tags(html, n);
	arena_init(&mem);
	html_ids(&mem, html, n, &ids);
	arena_release(&mem);
	out_release(&once);
	out_release(&twice);
	return 0;
}
