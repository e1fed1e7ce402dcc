/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export/schemas.h - the workspace's schemas as JSON files, for editors */
#ifndef EXPORT_SCHEMAS_H
#define EXPORT_SCHEMAS_H
#include "base/out.h"
#include "catalog/workspace.h"

struct schema_file {
	const char *name; /* "model.schema.json"; encoded also its $id */
	char *text;       /* JSON, ends with a line feed */
	size_t len;
};
struct schema_files {
	LIST_OF(struct schema_file); /* sorted by name */
};
/* KIND.schema.json for each kind of record, record.schema.json that chooses one by `kind:` (also in
 * the list of `records:`), KIND.front-matter.schema.json for each template of documents that asks
 * for some (KIND@VERSION.front-matter.schema.json for a former version of it) and
 * modelbook.schema.json from the tree `configuration`, NULL to leave it out. They refer to one
 * another by relative names. All lives in `mem`. */
struct schema_files schemas_build(struct arena *mem, const struct workspace *ws,
				  const struct data_node *configuration);
/* The schema of modelbook.yaml among the installed defaults; NULL and a finding where it cannot be
 * read. */
const struct data_node *schemas_configuration(struct arena *mem, const struct workspace *ws,
					      struct diag_sink *diags);

/* Writes a schema as JSON with the given $id; `title` where it has none of its own. Names in a
 * schema are text in YAML (`type: null`) and become strings; so do values of a schema that takes
 * nothing but text. */
void schema_write_json(struct out *to, const struct data_node *schema, const char *id,
		       const char *title);
#endif
