/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_mustache.c - any text as a page template
 *
 * The first byte chooses the mode ('p' plain, else HTML); form feeds separate the template from
 * the partials `p` and `q`. */
#include "render/mustache.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const names[] = {"a", "b.c", "list[].a", "list[].b", "tags[]", "off", NULL};

struct parts {
	struct source *sources[3];
};

static struct source *load(void *ctx, const char *name)
{
	struct parts *parts = ctx;

	return !strcmp(name, "p")   ? parts->sources[1]
	       : !strcmp(name, "q") ? parts->sources[2]
				    : NULL;
}

static struct view *example(struct arena *mem)
{
	struct view *v = view_new(mem), *item;

	view_text(v, "a", "<a> & \"b\" javascript:x");
	view_text(view_map(v, "b"), "c", "c");
	view_text(item = view_list(v, "list"), "a", NULL);
	view_text(item, "b", "multi\nline");
	view_text(item = view_list(v, "list"), "a", "2");
	view_markup(item, "b", (struct markup){"<b>m</b>", 8});
	view_list_text(v, "tags", "t");
	view_flag(v, "off", false);
	return v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *text = (const char *)data, *end = text + n;
	enum mustache_mode mode = n && data[0] == 'p' ? MUSTACHE_PLAIN : MUSTACHE_HTML;
	struct arena mem;
	struct parts parts;
	struct mustache_loader loader = {load, &parts};
	struct diag_sink diags = {0};
	struct out out = {.max = 1 << 20};
	struct mustache *m;

	if (!n)
		return 0;
	arena_init(&mem);
	diag_init(&diags, &mem);
	text++;
	for (size_t i = 0; i < 3; i++) {
		const char *stop = memchr(text, '\f', (size_t)(end - text));
		size_t len = (size_t)((stop ? stop : end) - text);

		parts.sources[i] = source_new(&mem, "part", arena_strndup(&mem, text, len), len);
		text = stop ? stop + 1 : end;
	}
	m = mustache_compile(&mem, parts.sources[0], &loader, mode, names, &diags);
	if (m)
		mustache_render(m, example(&mem), &out);
	else if (!diags.n)
		abort();
	diag_finish(&diags);
	out_release(&out);
	arena_release(&mem);
	return 0;
}
