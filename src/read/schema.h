/* read/schema.h - JSON Schema 2020-12 over positioned trees
 *
 * A schema is compiled once and may then be used from several threads. Where a schema allows
 * `string`, and not the value's own kind, a plain scalar's text as written is the string
 * (design.md, Records); a value that nobody wrote (`key:`) is null. Elsewhere the core kinds hold,
 * and a number that JSON would write otherwise is no number. A key is text.
 *
 * All keywords of 2020-12 are read. Keywords of older drafts, unknown ones (but `x-…`), other
 * dialects and references to documents that were not given are a template/invalid finding when
 * the schema is compiled: nothing is passed over in silence, and nothing is ever fetched. Formats
 * are asserted; an unknown one is an annotation, but a slip of a known one is a finding.
 * Annotations (title, description, default, examples, deprecated, $comment, and by the
 * specification contentEncoding, contentMediaType and contentSchema) are kept; a description is
 * the help line where nothing better is known.
 *
 * Rules of findings: a required key that is absent is data/missing-key, a key that no keyword
 * knows is data/unknown-key (only where the schema says additionalProperties or
 * unevaluatedProperties: false), all else `value_rule`. */
#ifndef READ_SCHEMA_H
#define READ_SCHEMA_H
#include "base/diag.h"
#include "read/data.h"

struct schema;

/* Compiles the schema in `root`. Always gives a schema; what is wrong with it went to `diags`
 * as template/invalid and then allows everything. Lives in `mem`; `root` must outlive it. */
struct schema *schema_compile(struct arena *mem, const struct data_node *root,
			      struct diag_sink *diags);

/* A subschema of `whole`, as what holds for a value by itself, with all that it refers to; NULL
 * where `node` is none. Lives in `mem`; `whole` must outlive it. */
const struct schema *schema_part(const struct schema *whole, const struct data_node *node,
				 struct arena *mem);

/* A document that schemas may refer to by its URI. */
struct schema_document {
	const char *uri;
	const struct data_node *root;
};
/* How the specification reads a schema where a workspace asks for more; zero is a workspace's. */
struct schema_options {
	bool annotate_formats; /* unless the dialect of the schema asserts them */
	bool allow_unknown;    /* unknown keywords are annotations; `dependencies` is read */
	const struct schema_document *documents;
	size_t n_documents;
};
/* The same, with options. The documents must outlive the schema. */
struct schema *schema_compile_with(struct arena *mem, const struct data_node *root,
				   const struct schema_options *options, struct diag_sink *diags);

struct schema_rules {
	enum rule
	    value; /* a value that does not fit: RULE_DATA_SCHEMA, RULE_DOC_FRONT_MATTER_SCHEMA */
	enum rule missing_key; /* RULE_DATA_MISSING_KEY or RULE_DOC_FRONT_MATTER_SCHEMA */
	enum rule unknown_key; /* RULE_DATA_UNKNOWN_KEY or RULE_DOC_FRONT_MATTER_SCHEMA */
};
/* Checks a tree; true where it fits (unknown keys do not count against it). Messages are for
 * people: "expected a number from 0 to 1, found 'high'". `at` is where a missing key of the root
 * is reported; inner maps report at the map. */
bool schema_check(const struct schema *schema, const struct data_node *node, struct span at,
		  const struct schema_rules *rules, struct arena *mem, struct diag_sink *diags);
/* True where the tree fits; no findings. For conformance tests and `if`. */
bool schema_accepts(const struct schema *schema, const struct data_node *node, struct arena *mem);
#endif
