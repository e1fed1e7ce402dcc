/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/record_instance.h - a record to fill in, made from the schema of its kind */
#ifndef CATALOG_RECORD_INSTANCE_H
#define CATALOG_RECORD_INSTANCE_H
#include "catalog/workspace.h"

/* YAML with the schema's keys in order: required ones empty or with their default, others as
 * comments, each with what it is for, what it takes and an example. `path` is where the record
 * will lie, for editors: where the kind's schema is a file of the workspace, the first line tells
 * them where. `id` and `about` may be NULL. Lives in `mem`. */
char *record_instance(struct arena *mem, const struct record_kind *kind, const char *path,
		      const char *id, const char *about);
#endif
