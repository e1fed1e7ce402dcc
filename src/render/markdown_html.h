/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/markdown_html.h - a document's Markdown tree as HTML
 *
 * Headings keep GitHub's ids; the page's h1 is the title, so that later level-1 headings become
 * h2. Task boxes are drawn with a word for screen readers, tables scroll inside themselves, code
 * and tables can be reached by keyboard, footnotes have labelled ways back. Links are those that
 * catalog resolved; a broken one is text with a mark. Raw HTML goes through html_clean. */
#ifndef RENDER_MARKDOWN_HTML_H
#define RENDER_MARKDOWN_HTML_H
#include "catalog/live.h"
#include "catalog/workspace.h"

struct toc_entry {
	const char *title, *id;
	unsigned level; /* 2..6 as shown */
};
struct toc {
	LIST_OF(struct toc_entry);
};
/* Writes the body of `doc` for its page and fills the table of contents (level 2 and 3). The
 * heading that is the page's h1 is left out, but its id stands at the beginning. `toc` may be NULL.
 *
 * Classes: heading, heading-link (beside a heading), tasks (list), task (item), task-box, scroll
 * (around a table), align-left, align-center, align-right, alert alert-note|tip|important|warning|
 * caution, alert-title, broken, footnote-ref, footnotes, footnote-back, language-NAME; hidden is
 * for words that only screen readers meet. */
void markdown_body(const struct workspace *ws, const struct document *doc, struct arena *scratch,
		   struct out *to, struct toc *toc);
/* What writes the live parts of a document (live_html.h). */
struct live_writer {
	void *ctx;
	/* A value or [[id]]; in a link it is none itself. */
	void (*span)(void *ctx, const struct live_span *span, bool in_link, struct out *to);
	/* The same as text. */
	const char *(*plain)(void *ctx, const struct live_span *span);
	void (*block)(void *ctx, const struct document *doc, const struct live_block *block,
		      struct out *to);
	/* What an item of a list of tasks is beyond ticked or not ("waived"), with its shape; NULL
	 * where the tick says all. */
	const char *(*task)(void *ctx, const struct document *doc, uint32_t node,
			    const char **shape);
};
/* markdown_body() with what is live in the document. Ids of headings are those of the text as it
 * is written, as on GitHub, so that no link breaks when a value changes. Classes: live (a value),
 * broken with gap inside (a path or id that names nothing). */
void markdown_live_body(const struct document *doc, const struct live_writer *live,
			struct arena *scratch, struct out *to, struct toc *toc);
/* The words of a node with its values. */
const char *markdown_live_plain(struct arena *mem, const struct document *doc, uint32_t node,
				const struct live_writer *live);
/* Trusted Markdown without links to resolve (guidance of templates): no ids, so that a page may
 * hold several, and only links to other hosts. */
void markdown_fragment(struct arena *scratch, const struct md_tree *tree, struct out *to);
#endif
