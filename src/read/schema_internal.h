/* SPDX-License-Identifier: GPL-3.0-or-later */
/* read/schema_internal.h - a compiled schema, and what the parts of the engine share
 *
 * schema_compile.c turns each schema object of the tree into a struct subschema by a table of
 * keywords; schema_dialect.c reads vocabularies; schema_ref.c gives every `$ref` its target and
 * refuses circles; schema_check.c holds a value against a subschema, with schema_value.c (scalars),
 * schema_list.c, schema_map.c and schema_choice.c (anyOf, oneOf, not, if); schema_message.c says
 * what was expected. A new keyword is a member of struct subschema, a row of the table and its
 * check. */
#ifndef READ_SCHEMA_INTERNAL_H
#define READ_SCHEMA_INTERNAL_H
#include "base/map.h"
#include "base/out.h"
#include "read/schema.h"

/* Kinds of JSON values as bits. "number" is SCHEMA_NUMBER | SCHEMA_INTEGER. */
enum schema_type {
	SCHEMA_NULL = 1,
	SCHEMA_BOOL = 2,
	SCHEMA_INTEGER = 4, /* a number without a fraction */
	SCHEMA_NUMBER = 8,
	SCHEMA_TEXT = 16,
	SCHEMA_LIST = 32,
	SCHEMA_MAP = 64,
	SCHEMA_ANY = 127
};

struct schema_limit {
	const struct data_node *node; /* NULL: not set */
	double value;
};
struct schema_count {
	bool set;
	size_t value;
};

struct schema_format;
struct schema_pattern;
struct subschema;

struct schema_list {
	LIST_OF(struct subschema *);
};
/* A key of properties, patternProperties or dependentSchemas. */
struct schema_named {
	const struct data_node *key;
	struct subschema *schema;
	const struct schema_pattern *pattern; /* patternProperties */
};
struct schema_names {
	LIST_OF(struct schema_named);
	struct map by_key; /* to struct subschema */
};

/* Vocabularies of the dialect that a schema is written in, as bits. */
enum schema_vocabulary {
	VOCABULARY_CORE = 1,
	VOCABULARY_APPLICATOR = 2,
	VOCABULARY_UNEVALUATED = 4,
	VOCABULARY_VALIDATION = 8,
	VOCABULARY_META_DATA = 16,
	VOCABULARY_FORMAT_ANNOTATION = 32,
	VOCABULARY_FORMAT_ASSERTION = 64,
	VOCABULARY_CONTENT = 128,
	VOCABULARY_STANDARD = 255 & ~VOCABULARY_FORMAT_ASSERTION
};

/* What an `$id` names, or a document without one: its schemas but those that have a resource of
 * their own. */
struct schema_resource {
	const char *base;           /* URI that references in it are relative to */
	unsigned vocabularies;      /* of enum schema_vocabulary */
	struct map dynamic_anchors; /* name to subschema */
};

struct subschema {
	const struct data_node *node;
	struct schema_resource *resource;
	enum { SCHEMA_RULES, SCHEMA_ALL, SCHEMA_NONE } form;
	enum { SCHEMA_NEW, SCHEMA_OPEN, SCHEMA_DONE } walk; /* while circles are looked for */
	unsigned all_types; /* that `type` here, in $ref and in allOf leaves */

	/* any value */
	unsigned types; /* 0: no `type` */
	const struct data_node *values, *constant;
	/* numbers */
	struct schema_limit minimum, maximum, above, below, multiple;
	/* text */
	struct schema_count min_length, max_length;
	const struct schema_pattern *pattern;
	const struct schema_format *format;
	/* lists */
	struct schema_list prefix;
	struct subschema *items, *contains, *unevaluated_items;
	struct schema_count min_items, max_items, min_contains, max_contains;
	bool unique;
	/* maps */
	struct schema_names properties, patterns, dependent_schemas;
	struct subschema *additional, *key_schema, *unevaluated;
	struct schema_count min_keys, max_keys;
	const struct data_node *required, *dependent_required, *dependencies;
	/* the same value */
	struct subschema *ref, *not, *condition, *then, *otherwise;
	struct subschema *dynamic; /* where $dynamicRef leads at first */
	const char *dynamic_name;  /* the anchor that is looked for in the scope; NULL: none */
	struct schema_list all_of, any_of, one_of;
	/* for readers */
	const struct data_node *title, *description, *fallback, *examples, *comment;
	bool deprecated, read_only, write_only;
	const struct data_node *media_type, *encoding;
	struct subschema *content;
	struct schema_names definitions;
};

struct schema {
	struct subschema *root;
	struct map compiled; /* address of a data_node to its subschema */
	bool dynamic;        /* what a subschema means depends on the way to it */
};

/* -- compiling -------------------------------------------------------------------------------- */

/* A `$ref` or `$dynamicRef` on its way to its target. */
struct schema_reference {
	struct subschema *from;
	const struct data_node *value;
	bool dynamic;
};

struct schema_compiler {
	struct arena *mem;
	struct diag_sink *diags;
	const struct schema_options *options;
	struct map keywords;              /* name to row of the table */
	struct map compiled;              /* address of a data_node to its subschema */
	struct map resources;             /* URI without fragment to subschema */
	struct map anchors;               /* URI#name to subschema */
	struct map indexes;               /* address of a large map to its keys */
	bool dynamic;                     /* a $dynamicRef looks through the scope */
	LIST_OF(struct schema_reference); /* still to be resolved */
};

struct finding *schema_fault(struct schema_compiler *c, struct span at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The subschema of a node, compiled when it is first asked for; `around` is the resource that it
 * stands in. */
struct subschema *schema_compile_node(struct schema_compiler *c, const struct data_node *node,
				      struct schema_resource *around);
struct subschema *schema_compiled(const struct schema_compiler *c, const struct data_node *node);
/* The schema at the root of a document that was retrieved under `uri`. */
struct subschema *schema_compile_document(struct schema_compiler *c, const struct data_node *root,
					  const char *uri);
/* A document of the options by its URI, NULL where there is none. */
const struct data_node *schema_document_find(const struct schema_compiler *c, const char *uri);
/* Registers `$id` and the anchors of a schema object and sets its resource. */
void schema_identify(struct schema_compiler *c, struct subschema *s,
		     struct schema_resource *around);
/* The vocabularies that `$schema` names, of enum schema_vocabulary; those of 2020-12 where what it
 * names cannot be used, which is a finding. */
unsigned schema_dialect_find(struct schema_compiler *c, const struct data_node *name);
/* Looks at the value of `$vocabulary`. */
void schema_vocabulary_check(struct schema_compiler *c, const struct data_pair *pair);
/* Gives each reference its target; refuses those that lead nowhere or in a circle, and sets
 * all_types. */
void schema_resolve_all(struct schema_compiler *c, struct subschema *root);

/* `reference` resolved against `base` (RFC 3986, 5.2), without its fragment, which is given in
 * *fragment, still encoded ("" where there is none). */
char *uri_resolve(struct arena *mem, const char *base, const char *reference,
		  const char **fragment);

/* A regular expression of ECMA 262 for PCRE2. NULL and *problem where it is none. */
const struct schema_pattern *schema_pattern_new(struct arena *mem, const char *text, size_t len,
						const char **problem);
/* Whether ECMA 262 takes it. That is more than PCRE2 can match: lookbehind of any width. */
bool schema_pattern_valid(struct arena *mem, const char *text, size_t len, const char **problem);
const char *schema_pattern_text(const struct schema_pattern *pattern);
enum schema_match { SCHEMA_MATCH, SCHEMA_NO_MATCH, SCHEMA_TOO_LONG };
/* Whether it matches anywhere in the text. SCHEMA_TOO_LONG where that takes over a fixed number
 * of steps. */
enum schema_match schema_pattern_match(const struct schema_pattern *pattern, const char *text,
				       size_t len);

struct schema_format {
	const char *name;
	const char *phrase; /* "a date (YYYY-MM-DD)" */
	bool (*fits)(const char *text, size_t len);
};
/* NULL where the format is not known. */
const struct schema_format *schema_format_find(const char *name);
/* The known format that `name` may be a slip of, NULL where there is none. */
const char *schema_format_near(const char *name);
bool schema_format_uri(const char *text, size_t len);
bool schema_format_uri_reference(const char *text, size_t len);
bool schema_format_iri(const char *text, size_t len);
bool schema_format_iri_reference(const char *text, size_t len);
bool schema_format_uri_template(const char *text, size_t len);
bool schema_format_ipv4(const char *text, size_t len);
bool schema_format_ipv6(const char *text, size_t len);
bool schema_format_hostname(const char *text, size_t len);
bool schema_format_idn_hostname(const char *text, size_t len);

/* -- checking --------------------------------------------------------------------------------- */

/* The resources that the way to a schema led through, innermost first. */
struct schema_scope {
	const struct schema_resource *resource;
	const struct schema_scope *outer;
};

struct schema_checker {
	struct arena *mem;       /* scratch */
	struct diag_sink *diags; /* NULL: only whether it fits, ended at the first misfit */
	const struct schema_rules *rules;
	struct span root_at;
	const struct data_node *root;
	const struct schema_scope *scope;
	bool lenient; /* unknown keys do not count */
	bool in_key;  /* the value is a key of a map */
	/* The description nearest around the value that is looked at, for its help. */
	const struct data_node *described, *description;
	unsigned depth;
	unsigned long long steps, most_steps;
	const char *exhausted;    /* why the check was given up, NULL where it was not */
	size_t suggestions;       /* did-you-means that were looked for */
	size_t unmatched;         /* texts that were too long for a pattern */
	unsigned reports;         /* choices around this one whose forms are told apart */
	struct schema_memo *memo; /* NULL: none is kept */
};

/* Verdicts that were given, so that a choice in a choice is not decided twice at each level. Kept
 * once a check has taken some steps. */
struct schema_memo {
	struct arena mem;
	struct map verdicts;
};

/* Whether the pattern matches the value's text. A check in which many texts are too long for their
 * patterns is given up, since each takes its time. */
enum schema_match schema_match_text(struct schema_checker *k, const struct schema_pattern *pattern,
				    const struct data_node *node);
/* True where the value fits. `types` are the kinds that schemas around this one, for the same
 * value, leave; `marks`, where not NULL, gets a true for each item or key that was looked at. */
bool schema_check_node(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *node, unsigned types, bool *marks);
bool schema_check_value(struct schema_checker *k, const struct subschema *s,
			const struct data_node *node, unsigned types);
bool schema_check_list(struct schema_checker *k, const struct subschema *s,
		       const struct data_node *node, bool *marks);
bool schema_check_map(struct schema_checker *k, const struct subschema *s,
		      const struct data_node *node, bool *marks);
bool schema_check_unevaluated(struct schema_checker *k, const struct subschema *s,
			      const struct data_node *node, bool *marks);
bool schema_check_any_of(struct schema_checker *k, const struct subschema *s,
			 const struct data_node *node, unsigned types, bool *marks);
bool schema_check_one_of(struct schema_checker *k, const struct subschema *s,
			 const struct data_node *node, unsigned types, bool *marks);
bool schema_check_not(struct schema_checker *k, const struct subschema *s,
		      const struct data_node *node, unsigned types);
bool schema_check_condition(struct schema_checker *k, const struct subschema *s,
			    const struct data_node *node, unsigned types, bool *marks);
/* Whether it fits, without findings. */
bool schema_fits(struct schema_checker *k, const struct subschema *s, const struct data_node *node,
		 unsigned types, bool *marks);
/* The bit of the kind that the core rules see. */
unsigned schema_kind_of(const struct data_node *node);
/* True where the value counts as text although the core rules see something else. */
bool schema_is_text(const struct data_node *node, unsigned types);
/* Counts one step; false where there were too many, after which everything fits. */
bool schema_step(struct schema_checker *k);

/* Equality of JSON Schema: numbers by value, maps in any order. */
bool schema_equal(struct arena *mem, const struct data_node *a, const struct data_node *b);
/* The same for equal values. */
uint64_t schema_hash(const struct data_node *node);

/* -- messages --------------------------------------------------------------------------------- */

/* "a number from 0 to 1", "one of: a, b", "text or a list". */
void schema_describe(const struct subschema *s, struct out *to);
/* "'high'", "a list", "nothing". */
void schema_describe_value(const struct data_node *node, struct out *to);
/* Adds "expected …, found …" at the value. */
void schema_misfit(struct schema_checker *k, const struct subschema *s,
		   const struct data_node *node);
/* Adds a finding with the rule for values. */
struct finding *schema_value_finding(struct schema_checker *k, struct span at, const char *format,
				     ...) __attribute__((format(printf, 3, 4)));
/* The description of the value as the finding's help, where it has one. */
void schema_help(struct schema_checker *k, struct finding *f, const struct data_node *node);
/* Findings from `first` on get "since …" behind their help: the condition, or that it does not
 * hold, under which they came to be. */
void schema_say_condition(struct schema_checker *k, const struct subschema *condition, bool holds,
			  size_t first);
/* The same with words that are at hand. */
void schema_say_why(struct schema_checker *k, const char *why, size_t first);
/* Adds the finding of a key that no keyword knows, with what it may be a slip of. */
void schema_unknown_key(struct schema_checker *k, const struct subschema *s,
			const struct data_node *map, const struct data_node *key);
/* Adds the finding of a key that is required and absent; `why` may be NULL. */
void schema_missing_key(struct schema_checker *k, const struct subschema *s,
			const struct data_node *map, const struct data_node *key, const char *why);
/* The same of several, of which some are enough: "'a' and 'b', or 'c'". */
void schema_missing_keys(struct schema_checker *k, const struct data_node *map, const char *keys);
#endif
