/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/fuzz/fuzz_schema.c - a schema and a value, two YAML texts with a NUL between
 *
 * What fits has no findings, what does not has some, and both ways of asking agree. */
#include "read/schema.h"
#include "read/yaml.h"
#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct schema_rules rules = {RULE_DATA_SCHEMA, RULE_DATA_MISSING_KEY,
					  RULE_DATA_UNKNOWN_KEY};

static size_t count_rule(const struct diag_sink *diags, enum rule rule)
{
	size_t count = 0;

	for (size_t i = 0; i < diags->n; i++)
		count += diags->items[i].rule == rule;
	return count;
}

static void check(const struct data_node *schema_root, const struct data_node *value,
		  struct arena *mem)
{
	struct diag_sink diags;
	struct schema *schema;
	bool fits, accepted;

	diag_init(&diags, mem);
	schema = schema_compile(mem, schema_root, &diags);
	diag_init(&diags, mem);
	accepted = schema_accepts(schema, value, mem);
	fits = schema_check(schema, value, value->at, &rules, mem, &diags);
	assert(!accepted || fits);
	assert(!accepted || !diags.n);
	assert(accepted || diags.n);
	assert(fits == (diags.n == count_rule(&diags, RULE_DATA_UNKNOWN_KEY)));
	diag_finish(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t split = nul ? (size_t)(nul - data) : size;
	struct arena mem;
	struct diag_sink diags;
	struct source *source;
	const struct data_node *schema, *value;

	arena_init(&mem);
	diag_init(&diags, &mem);
	source = source_new(&mem, "x.yaml", (const char *)data, size);
	schema = yaml_read(&mem, source, 0, split, RULE_TEMPLATE_INVALID, &diags);
	value = yaml_read(&mem, source, nul ? split + 1 : size, size, RULE_DATA_SYNTAX, &diags);
	if (schema && value)
		check(schema, value, &mem);
	arena_release(&mem);
	return 0;
}
