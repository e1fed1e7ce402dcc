/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_arena.c - memory is zeroed, aligned, and given back by marks; the store keeps what it took
 */
#include "base/arena.h"
#include "base/csv_write.h"
#include "base/path.h"
#include "base/store.h"
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Whatever was written before a reset, new memory is zero and old memory stays. */
static void marks_give_back(void **state)
{
	static const size_t sizes[] = {0, 1, 16, 100, 4000, 4096, 5000, 1 << 20, 3 << 20};
	struct arena mem;
	uint32_t seed = 1;

	(void)state;
	arena_init(&mem);
	for (int round = 0; round < 200; round++) {
		char *kept = arena_strdup(&mem, "kept");
		struct arena_mark mark = arena_save(&mem);
		for (int i = 0; i < 8; i++) {
			size_t n = sizes[(seed = seed * 1664525 + 1013904223) >> 16 & 7];
			char *p = arena_alloc(&mem, n);
			assert_int_equal((uintptr_t)p % (n ? alignof(max_align_t) : 1), 0);
			assert_true(is_zero(p, n));
			memset(p, 0xAA, n);
		}
		arena_reset(&mem, mark);
		assert_string_equal(kept, "kept");
	}
	arena_release(&mem);
}

/* What is taken and given back at the end of a block is zero each time, and the same memory. */
static void a_block_is_kept(void **state)
{
	struct arena mem, other;

	(void)state;
	arena_init(&mem);
	arena_init(&other);
	memset(arena_alloc(&mem, 4000), 0xAA, 4000);
	for (int round = 0; round < 1000; round++) {
		struct arena_mark mark = arena_save(&mem);
		for (int i = 0; i < 3; i++) {
			char *p = arena_alloc(&mem, round % 3 ? 5000 : 20000);
			assert_true(is_zero(p, 5000));
			memset(p, 0xAA, 5000);
		}
		arena_reset(&mem, mark);
	}
	arena_adopt(&other, &mem);
	assert_true(is_zero(arena_alloc(&other, 100000), 100000));
	arena_release(&other);
	arena_release(&mem);
}

static void lists_grow(void **state)
{
	struct arena mem;
	struct {
		LIST_OF(int);
	} list = {0};

	(void)state;
	arena_init(&mem);
	for (int i = 0; i < 1000; i++)
		*ARENA_PUSH(&mem, &list) = i;
	assert_int_equal(list.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list.items[i], i);
	arena_release(&mem);
}

static void the_store_keeps_and_checks(void **state)
{
	char dir[] = "/tmp/modelbook-store-XXXXXX", key[SHA256_HEX], *bytes, *path;
	struct store *store;
	struct arena mem;
	size_t n;
	FILE *f;

	(void)state;
	arena_init(&mem);
	assert_non_null(mkdtemp(dir));
	store = store_open(&mem, arena_printf(&mem, "%s/a/b", dir));
	assert_non_null(store);
	sha256_hex("key", 3, key);
	assert_false(store_get(store, &mem, key, &bytes, &n));
	store_put(store, key, "value\0more", 10);
	assert_true(store_get(store, &mem, key, &bytes, &n));
	assert_int_equal(n, 10);
	assert_memory_equal(bytes, "value\0more", 10);
	/* One changed byte, and the entry is absent. */
	path = arena_printf(&mem, "%s/a/b/%.2s/%s", dir, key, key + 2);
	f = fopen(path, "r+b");
	assert_non_null(f);
	fseek(f, -1, SEEK_END);
	fputc('x', f);
	fclose(f);
	assert_false(store_get(store, &mem, key, &bytes, &n));
	/* No store is a store that holds nothing. */
	assert_false(store_get(NULL, &mem, key, &bytes, &n));
	store_put(NULL, key, "x", 1);
	unlink(path);
	rmdir(path_dir(&mem, path));
	rmdir(arena_printf(&mem, "%s/a/b", dir));
	rmdir(arena_printf(&mem, "%s/a", dir));
	rmdir(dir);
	arena_release(&mem);
}

/* Cells as RFC 4180 writes them, and nothing that a spreadsheet would calculate. */
static void csv_cells_are_text(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *cell;
	} t[] = {
	    {"plain", 5, "plain"},   {"a,b", 3, "\"a,b\""},          {"a\"b", 3, "\"a\"\"b\""},
	    {"a\nb", 3, "\"a\nb\""}, {"=1+1", 4, "\"'=1+1\""},       {"+1", 2, "\"'+1\""},
	    {"-1", 2, "\"'-1\""},    {"@x", 2, "\"'@x\""},           {"\tx", 2, "\"'\tx\""},
	    {"\0=x", 3, "\"'=x\""},  {"\uFF1Dx", 4, "\"'\uFF1Dx\""}, {"", 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct out o = {0};
		struct csv_writer w = {.to = &o};
		csv_text(&w, t[i].text, t[i].n);
		csv_write_number(&w, -1.5);
		csv_puts(&w, NULL);
		csv_end_row(&w);
		if (strncmp(out_text(&o), t[i].cell, strlen(t[i].cell)) != 0 ||
		    strcmp(out_text(&o) + strlen(t[i].cell), ",-1.5,\r\n") != 0)
			fail_msg("case %zu: %s", i, out_text(&o));
		out_release(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marks_give_back),    cmocka_unit_test(a_block_is_kept),
	    cmocka_unit_test(lists_grow),         cmocka_unit_test(the_store_keeps_and_checks),
	    cmocka_unit_test(csv_cells_are_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
