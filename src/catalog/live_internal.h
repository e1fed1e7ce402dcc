/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/live_internal.h - what the finders of live text and of slips share */
#ifndef CATALOG_LIVE_INTERNAL_H
#define CATALOG_LIVE_INTERNAL_H
#include "catalog/live.h"

/* False for what no author of a path or id begins with: nothing at all, a mark of another
 * program's. A first look, so that few are kept. */
bool live_slip_likely(enum live_kind kind, const char *inner, size_t n);
void live_add_slip(struct arena *mem, struct live *live, enum live_kind kind,
		   enum live_slip_form form, struct span at, const char *inner, size_t n);
/* What reads as a path or id, but stands in a node that is raw HTML, a picture or a link's address;
 * nothing for other nodes. Comments, code and scripts of HTML are left out. */
void live_scan_elsewhere(struct arena *mem, const struct document_text *text, uint32_t node,
			 struct live *live);
/* The same in texts of front matter. */
void live_scan_front_matter(struct arena *mem, const struct document_text *text, struct live *live);
#endif
