/* read/yaml.h - YAML 1.2 by libyaml's events, with limits of our own
 *
 * Every problem is a finding with its line: what libyaml refuses (data/syntax), duplicate keys
 * (data/duplicate-key, naming both lines), aliases, anchors, tags, merge keys and complex keys,
 * several documents, depth over 64, more than 1,000,000 nodes, a scalar over 1 MiB, NUL and control
 * characters, bytes that are not UTF-8. One leading BOM and CRLF are accepted. U+0085, U+2028 and
 * U+2029 are characters like others, as in YAML 1.2. After a problem reading goes on where it can,
 * so that one run reports all. */
#ifndef READ_YAML_H
#define READ_YAML_H
#include "base/diag.h"
#include "read/data.h"

enum { YAML_MAX_DEPTH = 64, YAML_MAX_NODES = 1000000, YAML_MAX_SCALAR = 1 << 20 };

/* The tree of bytes [start, end) of `source`, with spans in `source`; NULL after a problem, which
 * went to `diags` under `syntax_rule` (RULE_DATA_SYNTAX or RULE_DOC_FRONT_MATTER). An empty text
 * gives a DATA_NULL node. */
struct data_node *yaml_read(struct arena *mem, struct source *source, size_t start, size_t end,
			    enum rule syntax_rule, struct diag_sink *diags);
/* The kind that YAML 1.2's core schema gives a plain scalar: null, ~ and "" are null, true/false
 * (also True, TRUE) booleans, decimal, 0o, 0x and exponent forms numbers. .inf and .nan are text
 * here: figures are finite. Sets number, truth and json_number of `node` from its text. */
void yaml_core_scalar(struct data_node *node);
#endif
