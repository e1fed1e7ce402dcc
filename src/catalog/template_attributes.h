/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/template_attributes.h - {#id .class key="value"} at the end of a heading or item
 *
 * The notation is Pandoc's and kramdown's. Values stand in double quotes; \" and \\ are escapes. */
#ifndef CATALOG_TEMPLATE_ATTRIBUTES_H
#define CATALOG_TEMPLATE_ATTRIBUTES_H
#include "catalog/template.h"

/* Where the attribute group begins in text[0..n), n where there is none: the last `{` whose `}` is
 * the last byte but white space, quotes respected. */
size_t attributes_start(const char *text, size_t n);
/* Reads the group at bytes [start, end) of `source` into `req`; what is wrong with it (an unknown
 * attribute, a value that its attribute does not take) is template/invalid. */
void attributes_read(struct arena *mem, struct source *source, size_t start, size_t end,
		     struct requirement *req, struct diag_sink *diags);
/* Adds a match key for a title or alias: wildcards ("*", "Principle: *") set req->wildcard. */
void requirement_add_key(struct arena *mem, struct requirement *req, const char *title);
#endif
