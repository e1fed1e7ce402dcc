/* SPDX-License-Identifier: GPL-3.0-or-later */
/* judge/annotation.h - rules across values and records that schemas hold as x- keywords
 *
 * A JSON Schema says what one value may be. What a value has to do with others its schema says by
 * annotations, which other readers of the schema pass over:
 *
 *   x-refers-to: [KIND…]     on text, or a list of texts: the id of a record of one of these kinds,
 *                            or `model`, `version` (MODEL@VERSION), `document`
 *   x-not-before: KEY        on a day or moment: not before the one under KEY beside it; or a list
 *   x-not-after: as_of       on a day or moment: of something that has happened
 *   x-unique-by: KEY         on a list of maps: no two have the same value under KEY
 *   x-sum: {of: [KEY…], equals: N, minimum: N, maximum: N, when: {KEY: VALUE}, message: TEXT}
 *                            on a map: what the numbers under these keys (`of: "*"`: all) add up
 *                            to; one of the three limits or more; where every KEY of `when` has its
 *                            VALUE; {sum} in the message stands for the sum; or a list of such
 *
 * They hold for a value where JSON Schema would apply the subschema that they stand in: through
 * $ref within the file, allOf, properties, patternProperties, additionalProperties, items,
 * prefixItems and dependentSchemas; in then, else, anyOf and oneOf where the value fits the branch.
 * Anywhere else, and where one is malformed, they are template/invalid. */
#ifndef JUDGE_ANNOTATION_H
#define JUDGE_ANNOTATION_H
#include "judge/judge_internal.h"

struct key_list {
	LIST_OF(const struct data_node *); /* scalars */
};

struct sum_rule {
	struct key_list of;                                 /* none: all of the map */
	const struct data_node *equals, *minimum, *maximum; /* NULL: not asked for */
	const struct data_node *when;                       /* map of scalars, NULL: always */
	const char *message;                                /* NULL */
};

/* How one schema object leads to another. */
enum annotation_way {
	WAY_SAME,       /* for the same value */
	WAY_IF_FITS,    /* the same, where it fits `guard` */
	WAY_IF_NOT,     /* the same, where it does not */
	WAY_IF_KEY,     /* the same, where it has the key */
	WAY_PROPERTY,   /* of the key */
	WAY_PATTERN,    /* of keys that fit `guard` */
	WAY_ADDITIONAL, /* of keys that none of the two above have */
	WAY_PREFIX,     /* of the item `index` */
	WAY_ITEMS       /* of items from `index` on */
};

struct annotation;

struct annotation_path {
	enum annotation_way way;
	struct annotation *to;
	const struct data_node *part; /* of the schema: the condition; NULL without one */
	const struct schema *guard;   /* the same, compiled where `to` matters */
	const char *key;
	size_t index;
};

/* A schema object: what it says of its value, and where it leads. */
struct annotation {
	const struct data_node *node;
	struct key_list refers_to, not_before;
	const struct data_node *unique_by;
	bool happened; /* x-not-after: as_of */
	struct {
		LIST_OF(struct sum_rule);
	} sums;
	struct {
		LIST_OF(struct annotation_path);
	} paths;
	struct map properties; /* key to struct annotation */
	bool annotated;        /* here */
	bool matters;          /* here, or somewhere that its paths lead to */
};

/* What the schema in `root` says by annotations; what is malformed goes to court->diags. NULL where
 * it says nothing. Lives in court->mem; `root` must outlive it. */
struct annotation *annotation_read(struct court *court, const struct data_node *root);

/* A value in the hands of a check: the map that it stands in (NULL for the root) and under which
 * key (NULL for items), and what the whole is about. */
struct annotated {
	struct court *court;
	const struct annotation *says;
	const struct data_node *node, *map;
	const char *key;
	bool in_document; /* front matter */
};
void judge_refers_to(const struct annotated *value);
void judge_chronology(const struct annotated *value);
void judge_unique_by(const struct annotated *value);
void judge_sums(const struct annotated *value);
#endif
