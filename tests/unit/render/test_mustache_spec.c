/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/render/test_mustache_spec.c - the Mustache specification's own tests
 *
 * Read from conformance/mustache/ of the shared test data, all of them in MUSTACHE_PLAIN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/number.h"
#include "render/mustache_internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const files[] = {"interpolation", "sections",   "inverted",   "partials",
				    "comments",      "delimiters", "inheritance"};

struct partials {
	struct arena *mem;
	json_t *texts;
};

static struct source *load(void *ctx, const char *name)
{
	struct partials *partials = ctx;
	json_t *text = json_object_get(partials->texts, name);

	return text ? source_new(partials->mem, name, json_string_value(text),
				 json_string_length(text))
		    : NULL;
}

static struct view_value value_of(struct arena *mem, json_t *json)
{
	struct view_value value = {0};
	char number[NUMBER_TEXT_MAX];
	const char *key;
	json_t *child;
	size_t i;

	if (json_is_string(json))
		return view_text_value(arena_strdup(mem, json_string_value(json)));
	if (json_is_number(json))
		return view_text_value(
		    arena_strdup(mem, number_shortest(number, json_number_value(json))));
	if (json_is_boolean(json)) {
		value = view_text_value(json_is_true(json) ? "true" : "false");
		value.kind = VIEW_FLAG;
		value.truthy = json_is_true(json);
	} else if (json_is_object(json)) {
		struct view *view = view_new(mem);

		json_object_foreach(json, key, child) * view_slot(view, arena_strdup(mem, key)) =
		    value_of(mem, child);
		value = (struct view_value){.kind = VIEW_MAP, .truthy = true, .map = view};
	} else if (json_is_array(json)) {
		value.kind = VIEW_LIST;
		value.truthy = json_array_size(json) > 0;
		value.list = arena_new(mem, struct view_items, 1);
		json_array_foreach(json, i, child) * ARENA_PUSH(mem, value.list) =
		    value_of(mem, child);
	}
	return value;
}

/* 1 where the case passes; else says why not. */
static size_t passes(json_t *test, const char *file)
{
	struct arena mem;
	struct partials partials;
	struct mustache_loader loader = {load, &partials};
	struct diag_sink diags = {0};
	struct view_value root;
	struct out got = {0};
	struct mustache *m;
	const char *text = json_string_value(json_object_get(test, "template"));
	const char *want = json_string_value(json_object_get(test, "expected"));
	bool same;

	arena_init(&mem);
	diag_init(&diags, &mem);
	partials = (struct partials){&mem, json_object_get(test, "partials")};
	m = mustache_compile(&mem, source_new(&mem, "template", text, strlen(text)), &loader,
			     MUSTACHE_PLAIN, NULL, &diags);
	if (m) {
		root = value_of(&mem, json_object_get(test, "data"));
		mustache_render_value(m, &root, &got);
	}
	same = m && !got.failed && !strcmp(out_text(&got), want);
	if (!same)
		print_error("%s: %s\n  template '%s'\n  got      '%s'\n  want     '%s'\n  %s\n",
			    file, json_string_value(json_object_get(test, "name")), text,
			    out_text(&got), want,
			    diags.n ? finding_message(&diags.items[0], &mem) : "");
	out_release(&got);
	arena_release(&mem);
	return same;
}

static void specification(void **state)
{
	const char *data = getenv("MODELBOOK_TEST_DATA");
	size_t all = 0, passed = 0, absent = 0;

	(void)state;
	data = data ? data : "../shared";
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[4096];
		json_t *root, *test;
		size_t k, ok = 0, n;

		snprintf(path, sizeof path, "%s/conformance/mustache/%s.json", data, files[i]);
		root = json_load_file(path, 0, NULL);
		if (!root) {
			print_message("SKIPPED: %s cannot be read\n", path);
			absent++;
			continue;
		}
		n = json_array_size(json_object_get(root, "tests"));
		json_array_foreach(json_object_get(root, "tests"), k, test) ok +=
		    passes(test, files[i]);
		print_message("mustache %s: %zu of %zu\n", files[i], ok, n);
		all += n;
		passed += ok;
		json_decref(root);
	}
	if (absent == sizeof files / sizeof *files) {
		print_message("SKIPPED: all cases of the Mustache specification\n");
		skip();
	}
	assert_int_equal(absent, 0);
	assert_true(all > 0);
	assert_int_equal(passed, all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(specification)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
