/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_path.c - paths, page names, URLs, patterns; maps and buffers beside them */
#include "base/map.h"
#include "base/out.h"
#include "base/path.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;

static void links_resolve_inside(void **state)
{
	static const struct {
		const char *dir, *link, *want; /* NULL: climbs out */
	} t[] = {
	    {"a/b", "c.md", "a/b/c.md"},
	    {"a/b", "../c.md", "a/c.md"},
	    {"a/b", "../../c", "c"},
	    {"a/b", "../../../c", NULL},
	    {"", "..", NULL},
	    {"", "./x//y/", "x/y"},
	    {"a", ".", "a"},
	    {"a", "..", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *got = path_resolve(&mem, t[i].dir, t[i].link);
		if (!t[i].want ? got != NULL : !got || strcmp(got, t[i].want) != 0)
			fail_msg("%s + %s = %s", t[i].dir, t[i].link, got ? got : "(outside)");
	}
}

static void ways_are_relative(void **state)
{
	static const struct {
		const char *dir, *path, *want;
	} t[] = {
	    {"", "a/b.html", "a/b.html"},
	    {"a", "a/b.html", "b.html"},
	    {"a", "b.html", "../b.html"},
	    {"a/b", "a/c/d.html", "../c/d.html"},
	    {"a/bc", "a/bd/x", "../bd/x"},
	    {"ab", "abc/x", "../abc/x"},
	    {"models/x", "index.html", "../../index.html"},
	    {"a/b", "a/b.html", "../b.html"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *got = path_relative(&mem, t[i].dir, t[i].path);
		if (strcmp(got, t[i].want) != 0)
			fail_msg("%s -> %s: %s", t[i].dir, t[i].path, got);
	}
}

static void page_names_are_safe(void **state)
{
	static const struct {
		const char *path, *want;
	} t[] = {
	    {"Handbook/ML Principles.html", "handbook/ml-principles.html"},
	    {"a/b_c-d.1.html", "a/b_c-d.1.html"},
	    {"\xC3\x9C"
	     "ber/x.html",
	     "\xC3\x9C"
	     "ber/x.html"},
	    {"a\xE2\x80\xAE"
	     "b",
	     "a-b"},
	    {"a/../b", NULL},
	    {"a//b", NULL},
	    {"", NULL},
	    {"a/\xFF", NULL},
	    {"x/.", NULL},
	};
	char longest[300];

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *got = path_page(&mem, t[i].path);
		if (!t[i].want ? got != NULL : !got || strcmp(got, t[i].want) != 0)
			fail_msg("%s -> %s", t[i].path, got ? got : "(refused)");
	}
	memset(longest, 'a', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	assert_null(path_page(&mem, longest));
}

static void urls_are_encoded(void **state)
{
	(void)state;
	assert_string_equal(path_encode_url(&mem, "a b/\xC3\xBC?#%.html"),
			    "a%20b/%C3%BC%3F%23%25.html");
	assert_string_equal(path_decode_url(&mem, "a%20b%2fc", 9), "a b/c");
	assert_null(path_decode_url(&mem, "a%0", 3));
	assert_null(path_decode_url(&mem, "a%00b", 5));
	assert_null(path_decode_url(&mem, "%zz", 3));
}

static void patterns_match(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool match;
	} t[] = {
	    {"content/incidents/**", "content/incidents/a/b.md", true},
	    {"content/incidents/**", "content/incidents.md", false},
	    {"content/**/x.md", "content/x.md", true},
	    {"content/**/x.md", "content/a/b/x.md", true},
	    {"content/**/x.md", "content/a/yx.md", false},
	    {"*.md", "a.md", true},
	    {"*.md", "a/b.md", false},
	    {"data/*/w?.yaml", "data/m/w1.yaml", true},
	    {"data/*/w?.yaml", "data/m/n/w1.yaml", false},
	    {"**", "anything/at/all", true},
	    {"a*b*c", "aXbXbXc", true},
	    {"a*b*c", "aXbX", false},
	    {"", "", true},
	    {"CNAME", "CNAME", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (path_match(t[i].pattern, t[i].path) != t[i].match)
			fail_msg("%s on %s", t[i].pattern, t[i].path);
}

static void maps_keep_order(void **state)
{
	struct map m = {0};
	char key[16];

	(void)state;
	assert_null(map_get(&m, "none"));
	for (uintptr_t i = 1; i <= 1000; i++) {
		snprintf(key, sizeof key, "k%zu", (size_t)i);
		assert_null(map_put(&m, &mem, arena_strdup(&mem, key), (void *)i));
	}
	assert_int_equal((uintptr_t)map_put(&m, &mem, "k7", (void *)70), 7);
	assert_int_equal((uintptr_t)map_get(&m, "k7"), 70);
	assert_int_equal((uintptr_t)map_get(&m, "k1000"), 1000);
	assert_null(map_get(&m, "k1001"));
	assert_null(map_put_n(&m, &mem, "a\0b", 3, (void *)5));
	assert_null(map_get(&m, "a"));
	assert_int_equal(m.n, 1001);
	assert_string_equal(m.entries[6].key, "k7");
}

static void buffers_have_bounds(void **state)
{
	struct out o = {.max = 10};

	(void)state;
	assert_string_equal(out_text(&o), "");
	out_puts(&o, "12345");
	out_printf(&o, "%d", 67890);
	assert_false(o.failed);
	out_putc(&o, 'x');
	assert_true(o.failed);
	assert_string_equal(out_text(&o), "1234567890");
	out_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(links_resolve_inside), cmocka_unit_test(ways_are_relative),
	    cmocka_unit_test(page_names_are_safe),  cmocka_unit_test(urls_are_encoded),
	    cmocka_unit_test(patterns_match),       cmocka_unit_test(maps_keep_order),
	    cmocka_unit_test(buffers_have_bounds),
	};
	int failed;

	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
