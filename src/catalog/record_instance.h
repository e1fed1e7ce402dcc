/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/record_instance.h - a record to fill in, made from the schema of its kind */
#ifndef CATALOG_RECORD_INSTANCE_H
#define CATALOG_RECORD_INSTANCE_H
#include "catalog/workspace.h"

/* YAML with the schema's keys in order: required ones empty, others as comments, each with its
 * description and choices. `id` and `about` may be NULL. Lives in `mem`. */
char *record_instance(struct arena *mem, const struct record_kind *kind, const char *id,
		      const char *about);
#endif
