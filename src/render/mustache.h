/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/mustache.h - Mustache, as its specification says, with positions and typed escaping
 *
 * Interpolation, sections, inverted sections, comments, partials, delimiters, inheritance (parents
 * and blocks); no lambdas. {{name}} is escaped by the context of HTML in which it stands: element
 * text, quoted attribute, URL attribute (href, src: scheme checked), and refused inside script,
 * style, event attributes and unquoted attributes. {{{name}}} and {{&name}} stand in element text
 * only and write markup as it is; a text there is escaped all the same, and markup under {{name}}
 * is escaped like any text.
 *
 * In MUSTACHE_HTML a name means the innermost scope that declares it, even where its value there
 * is absent: inside {{#models}} first models[].name, then name. A section ends in the context of
 * HTML in which it begins; whole attributes may stand in one: <a{{#here}} class="here"{{/here}}>.
 */
#ifndef RENDER_MUSTACHE_H
#define RENDER_MUSTACHE_H
#include "base/diag.h"
#include "render/view.h"

struct mustache; /* a compiled template */

/* Gives a partial's or parent's source by name; NULL where there is none. */
struct mustache_loader {
	struct source *(*load)(void *ctx, const char *name);
	void *ctx;
};

enum mustache_mode {
	MUSTACHE_HTML, /* pages: context-aware escaping, unknown names are errors */
	MUSTACHE_PLAIN /* the specification's behaviour to the letter, for its test suite */
};

/* Compiles a template with all that it includes. What is wrong (unclosed sections, unknown names
 * with did-you-mean, a place where no value may stand) is template/invalid in `diags`; NULL then.
 * `names` may be NULL in MUSTACHE_PLAIN. Lives in `mem`; the result may be used from several
 * threads. */
struct mustache *mustache_compile(struct arena *mem, struct source *source,
				  const struct mustache_loader *loader, enum mustache_mode mode,
				  view_names names, struct diag_sink *diags);
/* Appends the rendered template. Sets to->failed after 20 million steps (lists in lists in lists),
 * and where partials include themselves more than 200 deep (MUSTACHE_PLAIN only; in HTML they are
 * refused when compiled). */
void mustache_render(const struct mustache *m, const struct view *view, struct out *to);
#endif
