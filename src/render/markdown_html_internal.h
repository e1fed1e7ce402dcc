/* SPDX-License-Identifier: GPL-3.0-or-later */
/* render/markdown_html_internal.h - what the writers of blocks, lines and links share */
#ifndef RENDER_MARKDOWN_HTML_INTERNAL_H
#define RENDER_MARKDOWN_HTML_INTERNAL_H
#include "read/html_clean.h"
#include "render/markdown_html.h"

/* Raw inline tags that are open in one of our own elements; they are closed before it is. */
struct raw_scope {
	struct html_inline_state state;
	struct raw_scope *outer;
};

struct footnote {
	uint32_t node;  /* 0: not in the tree */
	const char *id; /* NULL in a fragment */
	struct {
		LIST_OF(const char *);
	} refs; /* ids of those that were written */
};

struct body_writer {
	const struct document *doc; /* NULL: a fragment, without ids and resolved links */
	const struct md_tree *tree;
	struct arena *mem;
	struct out *to;
	struct toc *toc;            /* NULL: none */
	uint32_t title;             /* heading that the page writes itself; 0: none */
	struct map ids;             /* all ids that are taken on the page */
	struct map raw_links;       /* links of raw HTML: 'i' or 'a' and the address as written */
	const char **item_ids;      /* of each node; NULL: none */
	struct footnote *footnotes; /* by number, from 1 */
	uint32_t n_footnotes;
	struct raw_scope *raw;
	struct html_policy policy;
	unsigned links; /* of our own that are open */
	size_t n_tables;
	const struct live_writer *live;  /* NULL: nothing is */
	const struct live_writer *marks; /* of tasks, live or not; NULL: none */
	uint32_t live_end;               /* a span goes on to this node; 0: none */
	uint32_t live_to;                /* and to this byte of it */
	uint32_t task;                   /* item whose mark is still to be written; 0: none */
};

/* Ids (markdown_html_ids.c): headings come first, then items, footnotes, and raw HTML's. */
void ids_prepare(struct body_writer *w);
/* The id, or with -1, -2 … where it is taken. */
const char *id_take_unique(struct body_writer *w, const char *id);
bool id_take_raw(void *ctx, const char *id);

/* The inline content of a node, with its raw tags balanced. */
void write_inlines(struct body_writer *w, uint32_t node);
/* The inline nodes [from, end), siblings, with their raw tags balanced. */
void write_inline_range(struct body_writer *w, uint32_t from, uint32_t end);
void write_link(struct body_writer *w, uint32_t node);
void write_image(struct body_writer *w, uint32_t node);
void raw_links_prepare(struct body_writer *w);
/* What becomes of an address in raw HTML. */
const char *raw_address(void *ctx, const char *url, bool is_image);
/* True inside a link, ours or raw. */
bool inside_link(const struct body_writer *w);
/* ` name="value"`, escaped. */
void write_attribute(struct out *to, const char *name, const char *value);

/* Raw HTML between blocks (markdown_html_raw.c). Elements that one block opens and a later one
 * closes (<details>, <div>) go around what stands between them. */
enum { WRAPPERS_MAX = 16 };
struct wrappers {
	const char *open[WRAPPERS_MAX];
	size_t n;
};
void write_html_block(struct body_writer *w, uint32_t node, struct wrappers *wrappers);
void close_wrappers(struct body_writer *w, struct wrappers *wrappers);
#endif
