/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/kinds.h - the kind that somebody may have meant */
#ifndef CATALOG_KINDS_H
#define CATALOG_KINDS_H
#include "catalog/workspace.h"

/* The nearest kind of documents or of records, NULL where none is near. `mem` is scratch; the name
 * is the workspace's. */
const char *nearest_document_kind(const struct workspace *ws, struct arena *mem, const char *kind);
const char *nearest_record_kind(const struct workspace *ws, struct arena *mem, const char *kind);
#endif
