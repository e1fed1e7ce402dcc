/* read/json.h - JSON into the same tree as YAML (without lines: jansson has none for values) */
#ifndef READ_JSON_H
#define READ_JSON_H
#include "base/diag.h"
#include "read/data.h"

/* The tree of a JSON text; each node's span is the whole text. NULL after a problem, which went
 * to `diags` as data/syntax with jansson's line and column. Duplicate keys, NUL, numbers that
 * are not finite and depth over 2,048 are problems. */
struct data_node *json_read(struct arena *mem, struct source *source, struct diag_sink *diags);
#endif
