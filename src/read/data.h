/* read/data.h - a tree of values that know where they were written
 *
 * YAML, front matter and JSON become this tree. Scalars keep their text as written, because a
 * schema may want text where YAML 1.2's core rules see a number; `kind` is what the core rules
 * see. Nodes live in an arena and point into it. */
#ifndef READ_DATA_H
#define READ_DATA_H
#include "base/arena.h"
#include "base/source.h"
#include <stdbool.h>
#include <stddef.h>

enum data_kind { DATA_NULL, DATA_BOOL, DATA_NUMBER, DATA_TEXT, DATA_LIST, DATA_MAP };

struct data_node;

struct data_pair {
	struct data_node *key; /* always a scalar; its text is the key */
	struct data_node *value;
};

struct data_node {
	enum data_kind kind;
	struct span at; /* the scalar as written with its quotes; of a list or map, all of it */
	const char
	    *text; /* scalars: contents, NUL-terminated, no NUL inside; "" for an absent one */
	size_t len;
	double number;    /* DATA_NUMBER: its value, finite */
	bool truth;       /* DATA_BOOL */
	bool quoted;      /* its kind is certain: written in quotes or as a block scalar, or JSON */
	bool json_number; /* DATA_NUMBER: written as JSON writes numbers */
	struct data_node **items; /* DATA_LIST */
	struct data_pair *pairs;  /* DATA_MAP, in the order written, keys unique */
	size_t n;                 /* of items or pairs */
};

/* The value of a key of a map; NULL where it is absent or `map` is NULL or no map. */
struct data_node *data_find(const struct data_node *map, const char *key);
/* The same through nested maps: "calibration.ece"; a list's item by number from 0: "bins.3". */
struct data_node *data_find_path(const struct data_node *root, const char *path);
/* The text of a scalar as written; NULL for NULL, null, lists and maps. */
const char *data_text(const struct data_node *node);
/* data_text(data_find(map, key)). */
const char *data_find_text(const struct data_node *map, const char *key);
/* True where the node is a number, given in *value. */
bool data_number(const struct data_node *node, double *value);
/* "text", "a number", "a list", … for messages. */
const char *data_kind_name(enum data_kind kind);
#endif
