/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/instance_hint.h - what a schema says of a key, for files that are to be filled in */
#ifndef CATALOG_INSTANCE_HINT_H
#define CATALOG_INSTANCE_HINT_H
#include "base/out.h"
#include "read/data.h"

/* True where the schema's `required:` names the key. */
bool instance_requires(const struct data_node *schema, const char *key);
/* A comment behind a key: the first line of its description, and the choices of an enum; nothing
 * where it has neither. */
void instance_write_hint(struct out *o, const struct data_node *property);
#endif
