/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/render/test_live_block.c - the schema of plot blocks names the figures that can be
 * drawn */
#include "base/file.h"
#include "read/yaml.h"
#include "render/figures_html.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void metrics_of_schema(void **state)
{
	static const char path[] = "templates/blocks/plot.schema.yaml";
	const struct data_node *names;
	struct diag_sink diags;
	struct arena mem;
	char *text;
	size_t n;
	int root;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	root = file_open_root(".");
	assert_true(root >= 0);
	assert_int_equal(file_read(&mem, root, path, 1 << 20, &text, &n), ST_OK);
	names = data_find_path(
	    yaml_read(&mem, source_new(&mem, path, text, n), 0, n, RULE_TEMPLATE_INVALID, &diags),
	    "properties.metric.enum");
	assert_non_null(names);
	assert_int_equal(names->n, 12);
	for (size_t i = 0; i < names->n; i++)
		assert_string_equal(metric_get(names->items[i]->text)->name, names->items[i]->text);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(metrics_of_schema)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
