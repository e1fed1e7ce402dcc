/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/test_axis.c - names under an axis, labels at the ends of lines, legends */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plot/axis.h"
#include "plot/plot.h"
#include <math.h>
#include <string.h>

static struct arena mem;

static void labels_are_spread(void **unused)
{
	const struct {
		const char *what;
		size_t n;
		double wanted[4], want[4];
	} t[] = {
	    {"apart already", 3, {50, 100, 150}, {50, 100, 150}},
	    {"two alike move both ways", 2, {100, 100}, {90, 110}},
	    {"order is kept", 2, {105, 100}, {112.5, 92.5}},
	    {"a chain", 3, {100, 110, 120}, {90, 110, 130}},
	    {"at the top", 2, {0, 0}, {10, 30}},
	    {"at the bottom", 2, {200, 200}, {170, 190}},
	    {"not a place", 2, {NAN, 100}, {190, 100}},
	    {"one pool after another", 4, {100, 100, 125, 300}, {87.5, 107.5, 127.5, 190}},
	};
	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double got[4];

		spread_labels(&mem, t[i].wanted, t[i].n, 20, 0, 200, got);
		for (size_t k = 0; k < t[i].n; k++)
			if (fabs(got[k] - t[i].want[k]) > 0.9)
				fail_msg("%s: label %zu at %g", t[i].what, k, got[k]);
	}
}

static size_t count_texts(const struct picture *picture)
{
	size_t n = 0;

	for (size_t i = 0; i < picture->n; i++)
		n += picture->items[i].kind == MARK_TEXT;
	return n;
}

/* As many names as have room; the last always. */
static void names_are_skipped(void **unused)
{
	const struct {
		size_t n, want;
	} t[] = {{1, 1}, {5, 5}, {9, 5}, {12, 6}, {24, 8}, {500, 9}};

	(void)unused;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct picture picture = picture_start(&mem);
		struct box area = {40, 0, 680, 100};
		const char *names[500];
		double at[500];

		for (size_t k = 0; k < t[i].n; k++) {
			names[k] = k + 1 < t[i].n ? "2024-05" : "2024-06";
			at[k] = area.x0 + (double)(k + 1) * 640 / (double)(t[i].n + 1);
		}
		names_below(&picture, area, at, names, t[i].n);
		if (count_texts(&picture) != t[i].want)
			fail_msg("%zu of %zu names", count_texts(&picture), t[i].n);
		for (size_t k = 0; k < picture.n; k++)
			if (picture.items[k].kind == MARK_TEXT) {
				assert_string_equal(picture.items[k].text, "2024-06");
				break;
			}
	}
}

static void legend_wraps(void **unused)
{
	struct picture picture = picture_start(&mem);
	struct legend legend = {0};

	(void)unused;
	assert_true(legend_draw(&picture, &legend, 0, 300, 10) == 10);
	for (size_t i = 0; i < 5; i++)
		legend_add(&legend, &mem, SAMPLE_SERIES, look_of_series(i),
			   "a label of some length");
	assert_true(legend_draw(&picture, &legend, 0, 500, 10) == 10 + 3 * PLOT_LINE);
	assert_true(legend_draw(&picture, &legend, 0, 60, 10) == 10 + 5 * PLOT_LINE);
	for (size_t i = 0; i < picture.n; i++)
		assert_true(mark_bounds(&picture.items[i]).x1 <= 500);
}

static void looks_differ(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < PLOT_SERIES; i++)
		for (size_t k = 0; k < i; k++) {
			struct look a = look_of_series(i), b = look_of_series(k);

			assert_true(a.role != b.role && a.dash != b.dash && a.shape != b.shape);
			assert_true(a.shape != SHAPE_TRIANGLE && a.shape != SHAPE_RING);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(labels_are_spread),
	    cmocka_unit_test(names_are_skipped),
	    cmocka_unit_test(legend_wraps),
	    cmocka_unit_test(looks_differ),
	};
	int failed;

	if (!plot_init(PLOT_FONT))
		return 1;
	arena_init(&mem);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
