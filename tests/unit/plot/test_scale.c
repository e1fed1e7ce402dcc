/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/test_scale.c - scales and ticks of any range */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot/font.h"
#include "plot/plot.h"
#include "plot/scale.h"
#include <float.h>
#include <math.h>
#include <string.h>

static struct arena mem;

/* Ticks of a vertical axis 200 long, as "a b c" and the exponent. */
static void tick_labels(void **unused)
{
	const struct {
		double low, high;
		const char *want;
		int exponent;
	} t[] = {
	    {0, 1, "0.0 0.5 1.0", 0},
	    {0, 0.4, "0.0 0.1 0.2 0.3 0.4", 0},
	    {0.84, 0.94, "0.85 0.90", 0},
	    {-1, 1, "−1.0 −0.5 0.0 0.5 1.0", 0},
	    {0, 4000, "0 1000 2000 3000 4000", 0},
	    {0, 40000, "0 10,000 20,000 30,000 40,000", 0},
	    {0, 2.1e6, "0.0 0.5 1.0 1.5 2.0", 6},
	    {0, 4e-5, "0 10 20 30 40", -6},
	    {5, 5, "4.5 5.0 5.5", 0},
	    {0, 0, "0.0 0.5 1.0", 0},
	    {INFINITY, -INFINITY, "0.0 0.5 1.0", 0},
	    {-1e308, 1e308, "−100 −50 0 50 100", 306},
	    {0, 1e-308, "0.0 0.5 1.0", -300},
	    {1e9, 1e9 + 1, "0.99990 0.99995 1.00000 1.00005 1.00010", 9},
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct scale scale =
		    scale_make((struct range_of_values){t[i].low, t[i].high}, 200, 0);
		struct ticks ticks = ticks_make(&mem, &scale, 46, false);
		struct out got = {0};

		for (size_t k = 0; k < ticks.n; k++)
			out_printf(&got, "%s%s", k ? " " : "", ticks.items[k].label);
		if (strcmp(out_text(&got), t[i].want) || ticks.exponent != t[i].exponent)
			fail_msg("%g..%g: '%s' e%d", t[i].low, t[i].high, out_text(&got),
				 ticks.exponent);
		out_release(&got);
	}
}

static void places(void **unused)
{
	struct scale scale = scale_make((struct range_of_values){0, 10}, 100, 0);

	(void)unused;
	assert_true(scale_at(&scale, 0) == 100);
	assert_true(scale_at(&scale, 10) == 0);
	assert_true(scale_at(&scale, 5) == 50);
	assert_true(isnan(scale_at(&scale, NAN)));
	assert_true(isnan(scale_at(&scale, INFINITY)));
	assert_true(scale_at(&scale, 1e308) == -2000);
	assert_true(scale_at(&scale, -1e308) == 2100);
	scale = scale_make((struct range_of_values){-DBL_MAX, DBL_MAX}, 0, 100);
	assert_true(scale_at(&scale, 0) == 50);
}

/* Whatever the range: at least one tick within it, labels apart, places in order. */
static void any_range(void **unused)
{
	const double values[] = {0,
				 1,
				 -1,
				 0.1,
				 3.7,
				 100,
				 1e-5,
				 1e5,
				 1e308,
				 -1e308,
				 1e-308,
				 -1e-308,
				 DBL_MAX,
				 -DBL_MAX,
				 DBL_MIN,
				 5e-324,
				 1 + DBL_EPSILON,
				 123456789.123,
				 -0.0,
				 1e15,
				 1e-15,
				 999999.5};
	const size_t n = sizeof values / sizeof *values;

	(void)unused;
	for (size_t i = 0; i < n * n; i++) {
		struct range_of_values range = range_empty();
		struct scale scale;
		struct ticks ticks;

		range_add(&range, values[i / n]);
		range_add(&range, values[i % n]);
		for (int along = 0; along < 2; along++) {
			scale = scale_make(range, 0, 300);
			assert_true(scale.low < scale.high);
			if (i % 2)
				scale_widen(&scale, 46, NAN, NAN);
			ticks = ticks_make(&mem, &scale, 46, along);
			if (!ticks.n || ticks.n > 12)
				fail_msg("%g..%g: %zu ticks", range.low, range.high, ticks.n);
			for (size_t k = 0; k < ticks.n; k++) {
				const struct tick *tick = &ticks.items[k];

				assert_true(tick->at >= -0.01 && tick->at <= 300.01);
				assert_true(strlen(tick->label) < 24);
				if (!k)
					continue;
				if (!(tick->at > tick[-1].at + 20))
					fail_msg("%g..%g: ticks at %g and %g", range.low,
						 range.high, tick[-1].at, tick->at);
				if (!strcmp(tick->label, tick[-1].label))
					fail_msg("%g..%g: two ticks are '%s'", range.low,
						 range.high, tick->label);
			}
		}
	}
}

static void widening(void **unused)
{
	struct scale scale = scale_make((struct range_of_values){0.03, 0.97}, 260, 0);

	(void)unused;
	scale_widen(&scale, 46, 0, 1);
	assert_true(scale.low == 0 && scale.high == 1);
	scale = scale_make((struct range_of_values){0.91, 0.99}, 260, 0);
	scale_widen(&scale, 46, 0, 1);
	assert_true(fabs(scale.low - 0.9) < 1e-12 && scale.high == 1);
	scale = scale_make((struct range_of_values){-0.5, 1.5}, 260, 0);
	scale_widen(&scale, 46, 0, 1); /* values beyond the bounds stay within the axis */
	assert_true(scale.low == -0.5 && scale.high == 1.5);
}

/* A decade has the same height everywhere; what is under the axis stands at its foot. */
static void logarithms(void **unused)
{
	struct scale scale = scale_make_logarithmic(0.01, 7.4, 300, 0);
	struct ticks ticks = ticks_make(&mem, &scale, 46, false);

	(void)unused;
	assert_true(scale.high == 10);
	assert_int_equal(ticks.n, 4);
	assert_string_equal(ticks.items[0].label, "0.01");
	assert_string_equal(ticks.items[3].label, "10");
	for (size_t i = 0; i < 4; i++)
		assert_true(fabs(ticks.items[i].at - (300 - 100 * (double)i)) < 1e-9);
	assert_true(scale_at(&scale, 0) == 300 && scale_at(&scale, -1) == 300);
	assert_true(isnan(scale_at(&scale, NAN)));
	/* no room for every power */
	assert_int_equal(ticks_make(&mem, &scale, 150, false).n, 2);
}

static void titles(void **unused)
{
	(void)unused;
	assert_string_equal(ticks_title(&mem, "rows", 0), "rows");
	assert_string_equal(ticks_title(&mem, "rows", 6), "rows × 10⁶");
	assert_string_equal(ticks_title(&mem, "", -309), "× 10⁻³⁰⁹");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tick_labels), cmocka_unit_test(places), cmocka_unit_test(any_range),
	    cmocka_unit_test(widening),    cmocka_unit_test(titles), cmocka_unit_test(logarithms),
	};
	int failed;

	if (!plot_init(PLOT_FONT))
		return 1;
	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
