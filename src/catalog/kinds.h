/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/kinds.h - the kind that somebody may have meant */
#ifndef CATALOG_KINDS_H
#define CATALOG_KINDS_H
#include "catalog/workspace.h"

/* The nearest kind of documents or of records, NULL where none is near. `mem` is scratch; the name
 * is the workspace's. */
const char *nearest_document_kind(const struct workspace *ws, struct arena *mem, const char *kind);
const char *nearest_record_kind(const struct workspace *ws, struct arena *mem, const char *kind);
/* The record kind that `KEY: {…}` wraps in the style of templates handed around: the kind's own
 * name, or the name that its schema gives by `x-wrapper:`; NULL for any other key. */
const char *wrapped_kind(const struct workspace *ws, const char *key);
#endif
