/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_parts.c - work in threads: order of findings, life of memory; arenas handed over */
#include "base/parts.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { N = 3000 };

static char **texts; /* by item: in the part's memory */

static void say(void *ctx, size_t item, struct part *part)
{
	struct source *const *sources = ctx;
	char *scratch = arena_alloc(part->scratch, item % 200000 + 1);

	assert_int_equal(scratch[item % 200000], 0);
	memset(scratch, 'x', item % 200000 + 1);
	texts[item] = arena_printf(part->mem, "item %zu", item);
	if (item % 3 == 0)
		diag_add(part->diags, RULE_DOC_UNSAFE, span_at(sources[0], item, item), "%zu",
			 item);
}

/* What comes out does not tell how many threads there were. */
static void order_and_memory(void **state)
{
	static const size_t jobs[] = {0, 1, 2, 8};

	(void)state;
	for (size_t k = 0; k < sizeof jobs / sizeof *jobs; k++) {
		struct arena mem;
		struct diag_sink diags;
		arena_init(&mem);
		diag_init(&diags, &mem);
		struct source *source = source_named(&mem, "a.md");
		texts = arena_new(&mem, char *, N);
		parts_run(&mem, &diags, N, jobs[k], say, &source);
		assert_int_equal(diags.n, N / 3);
		for (size_t i = 0; i < N; i++) {
			char want[32];
			snprintf(want, sizeof want, "item %zu", i);
			assert_string_equal(texts[i], want);
			if (i % 3 == 0)
				assert_string_equal(diags.items[i / 3].detail, want + 5);
		}
		parts_run(&mem, &diags, 0, jobs[k], say, &source);
		assert_int_equal(diags.n, N / 3);
		arena_release(&mem);
	}
}

static void count(void *what)
{
	*(int *)what = *(int *)what * 10 + 1;
}

static void count_two(void *what)
{
	*(int *)what = *(int *)what * 10 + 2;
}

/* Memory of one arena lives on in the other, and what is kept is released with it, the last first.
 */
static void handed_over(void **state)
{
	struct arena to, from, empty;
	int released = 0;

	(void)state;
	arena_init(&to);
	arena_init(&from);
	arena_init(&empty);
	char *first = arena_strdup(&to, "first"), *second = arena_strdup(&from, "second");
	char *large = arena_alloc(&from, 3 << 20);
	memset(large, 'y', 3 << 20);
	arena_keep(&to, count, &released);
	arena_keep(&from, count_two, &released);
	arena_adopt(&to, &from);
	arena_adopt(&to, &empty);
	assert_null(from.last);
	char *third = arena_strdup(&to, "third");
	arena_release(&from);
	assert_int_equal(released, 0);
	assert_string_equal(first, "first");
	assert_string_equal(second, "second");
	assert_string_equal(third, "third");
	assert_int_equal(large[(3 << 20) - 1], 'y');
	struct arena_mark mark = arena_save(&to);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(*(char *)arena_alloc(&to, 5000), 0);
	arena_reset(&to, mark);
	assert_string_equal(second, "second");
	arena_release(&to);
	assert_int_equal(released, 21);
	/* into an arena that has nothing yet */
	second = arena_strdup(&from, "again");
	arena_adopt(&to, &from);
	assert_string_equal(second, "again");
	arena_strdup(&to, "more");
	arena_release(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_and_memory),
	    cmocka_unit_test(handed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
