/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/cli/test_print_table.c - cells, bars and tables */
#include "cli/print_table.h"
#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct arena mem;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static void names_of_logs_cannot_act_on_the_terminal(void **state)
{
	static const struct {
		const char *text;
		size_t most;
		const char *cell;
	} cases[] = {
	    {"price", 0, "price"},
	    {"\033[31mred", 0, "\\x1B[31mred"},
	    {"a\nb\tc", 0, "a\\x0Ab c"},
	    {"\xc2\x9b"
	     "2J",
	     0, "\\xC2\\x9B2J"},
	    {"\xe2\x80\xae"
	     "evil",
	     0, "\\xE2\\x80\\xAEevil"},
	    {"\xff", 0, "\\xFF"},
	    {"Größe", 5, "Größe"},
	    {"Größen", 5, "Größ…"},
	    {"ööö", 1, "…"},
	    {"", 3, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(shown_text(&mem, cases[i].text, cases[i].most), cases[i].cell);
}

static void shares_are_never_rounded_to_nothing_or_all(void **state)
{
	static const struct {
		double share;
		const char *cell;
	} cases[] = {
	    {0, "0 %"},        {1, "100 %"},     {0.5234, "52 %"},  {0.0123, "1.2 %"},
	    {0.0994, "9.9 %"}, {0.0996, "10 %"}, {1e-9, "< 0.1 %"}, {0.9995, "> 99.9 %"},
	    {0.994, "99.4 %"}, {NAN, "–"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(shown_percent(&mem, cases[i].share), cases[i].cell);
}

static void bars_show_every_share_over_zero(void **state)
{
	static const struct {
		double share;
		const char *bar;
	} cases[] = {{0, ""},     {NAN, ""},   {-1, ""},    {1e-9, "▏"},
		     {0.5, "██"}, {1, "████"}, {2, "████"}, {0.53125, "██▏"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(shown_bar(&mem, cases[i].share, 4), cases[i].bar);
}

static void tables_align_by_characters_and_end_in_no_space(void **state)
{
	static const char *const heads[] = {"", "n", ""};
	struct text_table table = {.mem = &mem, .heads = heads, .n_columns = 3, .left = 1 | 1 << 2};
	struct out o = {0};

	(void)state;
	table_add(&table, "größer");
	table_add(&table, "1,204");
	table_add(&table, "");
	table_add(&table, "b");
	table_add_tone(&table, "–", TONE_FAINT);
	table_add(&table, "no rows");
	table_print(&table, &(struct print_style){false, 80}, &o);
	assert_string_equal(out_text(&o), "              n\n"
					  "  größer  1,204\n"
					  "  b           –  no rows\n");
	out_release(&o);
}

static void words_keep_to_the_width(void **state)
{
	struct out o = {0};

	(void)state;
	print_words("one two three", 2, 2, &(struct print_style){false, 9}, &o);
	assert_string_equal(out_text(&o), "one two\n  three\n");
	out_clear(&o);
	print_words("anything_long_stands", 0, 2, &(struct print_style){false, 9}, &o);
	assert_string_equal(out_text(&o), "anything_long_stands\n");
	out_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_of_logs_cannot_act_on_the_terminal),
	    cmocka_unit_test(shares_are_never_rounded_to_nothing_or_all),
	    cmocka_unit_test(bars_show_every_share_over_zero),
	    cmocka_unit_test(tables_align_by_characters_and_end_in_no_space),
	    cmocka_unit_test(words_keep_to_the_width),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
