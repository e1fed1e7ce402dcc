/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/gist.h - what of a document's tree a run needs that wants findings alone
 *
 * A worker that has made a tree holds the document against its template and judges it as well, and
 * hands back what other documents and the whole workspace need of it: its heading, anchors, links,
 * numbers of items, and findings. Neither tree nor matches leave the worker, or are kept. */
#ifndef CATALOG_GIST_H
#define CATALOG_GIST_H
#include "catalog/workspace.h"

/* Strings are offsets into the gist's text, or this for NULL. */
#define GIST_NULL UINT32_MAX

struct gist_head {
	uint32_t n_anchors, n_links, n_findings, text_len;
	uint32_t heading; /* text of the heading that is the page's h1 */
	uint32_t title_node;
	uint32_t n_items, n_ticked, n_not_applicable;
	uint32_t room[3]; /* zero; what follows is aligned */
};

struct gist_link {
	uint32_t node, start, end, is_image, url;
};

struct gist_finding {
	uint32_t rule, severity, start, end, detail, help, note;
};

/* A gist where it lies, behind its checks. */
struct gist {
	const struct gist_head *head;
	const uint32_t *anchors;
	const struct gist_link *links;
	const struct gist_finding *findings;
	const char *text;
};

/* Writes the gist of a document with its tree, match, anchors and findings; links are taken from
 * the tree. False where it cannot be said in a gist. */
bool gist_write(const struct document *doc, const struct diag_sink *findings, struct out *to);
/* The gist in n bytes, which are aligned; false where they are none, or not one of `source`: every
 * offset lies in its text, which is UTF-8, every place in the source. */
bool gist_read(const void *bytes, size_t n, const struct source *source, struct gist *gist);
/* A string of a gist; NULL for GIST_NULL. */
const char *gist_text(const struct gist *gist, uint32_t at);
#endif
