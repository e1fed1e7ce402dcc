/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog/instance_keys.h - the keys of a schema as YAML that is to be filled in
 *
 * Each required key stands empty, so that its schema has a finding until somebody writes a value,
 * unless the schema has a default for it. What a key says, takes and an example stand as a comment
 * above it. Optional keys are comments that become keys when their `#` is taken away. */
#ifndef CATALOG_INSTANCE_KEYS_H
#define CATALOG_INSTANCE_KEYS_H
#include "base/arena.h"
#include "base/out.h"
#include "read/data.h"

/* A value that is known already; NULL: the key is left out. */
struct instance_value {
	const char *key, *value;
};

/* All keys of the schema in `root`, in its order; `known` has `n_known` values of top-level keys,
 * written as YAML of the same text. `mem` is scratch. */
void instance_write_keys(struct out *o, struct arena *mem, const struct data_node *root,
			 const struct instance_value *known, size_t n_known);
/* A comment of whole lines, folded at spaces; `indent` spaces stand before each. */
void instance_write_comment(struct out *o, unsigned indent, const char *text);
#endif
