/* read/html_clean.h - raw HTML of documents, parsed with gumbo and written again from an
 * allow-list; everything else becomes text
 *
 * Allowed: structure and text elements without script, style, event or form; attributes from a
 * list; `href` and `src` with safe schemes only; an id is kept where it is not taken and does not
 * begin with "Mb-". Because inline HTML reaches us tag by tag, a fragment of a paragraph is
 * cleaned as a whole: the writer hands in the paragraph's HTML with our own markup in it. */
#ifndef READ_HTML_CLEAN_H
#define READ_HTML_CLEAN_H
#include "base/arena.h"
#include "base/out.h"
#include <stdbool.h>
#include <stddef.h>

struct html_policy {
	/* Says what becomes of a link or picture address: the address to write (maybe the same), or
	 * NULL to drop the attribute. */
	const char *(*address)(void *ctx, const char *url, bool is_image);
	/* True where this id may be written (and then is taken). */
	bool (*take_id)(void *ctx, const char *id);
	void *ctx;
};

/* Writes a cleaned block of raw HTML. The result is balanced: it cannot close or open anything
 * of the page around it. */
void html_clean_block(const char *html, size_t n, const struct html_policy *policy, struct out *to);
/* One inline tag (`<kbd>`, `</sub>`, `<br>`, `<a id="x">`) as the reader may pass it on: the tag
 * written again when it is an allowed phrasing tag, else its text escaped. The state counts what
 * is open, so that html_close_inline() can balance a paragraph; each inline element of the
 * writer's own (emphasis, link) has a state of its own, closed before the element is. */
struct html_inline_state {
	const char *open[32];
	size_t n_open;
	bool in_link; /* set by the writer inside a link of its own: <a> is text there */
};
void html_clean_inline(const char *html, size_t n, const struct html_policy *policy,
		       struct html_inline_state *state, struct out *to);
void html_close_inline(struct html_inline_state *state, struct out *to);
/* Ids that a fragment of raw HTML declares (`id` and `<a name>`), for anchors; in `mem`. */
size_t html_ids(struct arena *mem, const char *html, size_t n, const char ***ids);
/* The SVG file cleaned the same way, with an allow-list for SVG; false where it is no SVG. */
bool svg_clean(const char *svg, size_t n, struct out *to);
/* True for an address that may stand in a page: relative, '#…', http, https, mailto, and for
 * pictures nothing from another host. */
bool url_is_safe(const char *url, bool is_image);
#endif
