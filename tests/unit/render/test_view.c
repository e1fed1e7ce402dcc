/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/render/test_view.c - what a view holds and what of it is falsy */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "render/view_internal.h"

#include <string.h>

static const struct view_value *get(const struct view *v, const char *name)
{
	return view_find(v, view_hash(name, strlen(name)), name, strlen(name));
}

static void values(void **state)
{
	struct arena mem;
	struct view *v;
	struct out html = {0};

	(void)state;
	arena_init(&mem);
	v = view_new(&mem);
	out_puts(&html, "<b>x</b>");
	view_text(v, "text", "a");
	view_text(v, "empty", "");
	view_text(v, "absent", NULL);
	view_flag(v, "on", true);
	view_flag(v, "off", false);
	view_count(v, "many", 12345);
	view_count(v, "none", 0);
	view_url(v, "url", "a.html");
	view_markup(v, "markup", markup_from(&mem, &html));
	out_release(&html);

	assert_true(get(v, "text")->truthy);
	assert_false(get(v, "empty")->truthy);
	assert_false(get(v, "absent")->truthy);
	assert_int_equal(get(v, "absent")->kind, VIEW_ABSENT);
	assert_true(get(v, "on")->truthy);
	assert_false(get(v, "off")->truthy);
	assert_string_equal(get(v, "many")->text, "12,345");
	assert_true(get(v, "many")->truthy);
	assert_string_equal(get(v, "none")->text, "0");
	assert_false(get(v, "none")->truthy);
	assert_string_equal(get(v, "url")->text, "a.html");
	assert_int_equal(get(v, "markup")->kind, VIEW_MARKUP);
	assert_string_equal(get(v, "markup")->text, "<b>x</b>");
	assert_null(get(v, "tex"));
	assert_null(get(v, "texts"));
	arena_release(&mem);
}

static void nesting(void **state)
{
	struct arena mem;
	struct view *v;

	(void)state;
	arena_init(&mem);
	v = view_new(&mem);
	view_text(view_map(v, "about"), "name", "churn");
	view_text(view_list(v, "models"), "name", "a");
	view_text(view_list(v, "models"), "name", "b");
	view_empty_list(v, "none");
	view_list_text(v, "tags", "x");
	view_list_text(v, "tags", "");
	view_empty_list(v, "tags");

	assert_string_equal(get(get(v, "about")->map, "name")->text, "churn");
	assert_int_equal(get(v, "models")->list->n, 2);
	assert_string_equal(get(get(v, "models")->list->items[1].map, "name")->text, "b");
	assert_true(get(v, "models")->truthy);
	assert_int_equal(get(v, "none")->kind, VIEW_LIST);
	assert_false(get(v, "none")->truthy);
	assert_int_equal(get(v, "tags")->list->n, 2);
	assert_true(get(v, "tags")->truthy);
	arena_release(&mem);
}

static void set_again(void **state)
{
	struct arena mem;
	struct view *v;

	(void)state;
	arena_init(&mem);
	v = view_new(&mem);
	view_text(v, "a", "first");
	view_text(v, "a", "second");
	assert_int_equal(v->n, 1);
	assert_string_equal(get(v, "a")->text, "second");
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(values), cmocka_unit_test(nesting),
					   cmocka_unit_test(set_again)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
