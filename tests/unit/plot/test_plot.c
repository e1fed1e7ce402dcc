/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/plot/test_plot.c - drawn plots: the same bytes always, lean, well-formed */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cases.h"
#include "plot/draw.h"
#include <png.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_BYTES = 25000 };

static struct arena mem;
static struct plot_cases cases;

static struct out *plot_all(bool backwards)
{
	struct out *plots = calloc(cases.n, sizeof *plots);

	for (size_t i = 0; i < cases.n; i++) {
		size_t k = backwards ? cases.n - 1 - i : i;

		if (case_plot(&cases.items[k], (unsigned)k + 1, &plots[k]) != ST_OK)
			plots[k].failed = true;
	}
	return plots;
}

static void free_plots(struct out *plots)
{
	for (size_t i = 0; i < cases.n; i++)
		out_release(&plots[i]);
	free(plots);
}

static void *plot_in_thread(void *backwards)
{
	return plot_all(backwards != NULL);
}

static void compare_plots(const struct out *a, const struct out *b, const char *what)
{
	for (size_t i = 0; i < cases.n; i++) {
		assert_false(a[i].failed || b[i].failed);
		if (a[i].n != b[i].n || memcmp(a[i].p, b[i].p, a[i].n))
			fail_msg("%s: %s", cases.items[i].name, what);
	}
}

static void same_bytes(void **unused)
{
	struct out *first = plot_all(false), *again = plot_all(true);
	void *threads[2];
	pthread_t id[2];

	(void)unused;
	compare_plots(first, again, "differs in another order");
	assert_int_equal(pthread_create(&id[0], NULL, plot_in_thread, NULL), 0);
	assert_int_equal(pthread_create(&id[1], NULL, plot_in_thread, &mem), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(id[i], &threads[i]);
	compare_plots(first, threads[0], "differs in a thread");
	compare_plots(first, threads[1], "differs in the other thread");
	free_plots(first);
	free_plots(again);
	free_plots(threads[0]);
	free_plots(threads[1]);
}

static void lean(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < cases.n; i++) {
		struct out svg = {0};

		assert_int_equal(case_plot(&cases.items[i], 1, &svg), ST_OK);
		if (svg.n > (cases.items[i].typical ? 1u : 3u) * MOST_BYTES)
			fail_msg("%s: %zu bytes", cases.items[i].name, svg.n);
		out_release(&svg);
	}
}

/* Tags nest, attributes are quoted, ids are the plot's, no text holds a control byte. */
static void check_markup(const char *name, const char *p)
{
	size_t depth = 0;

	for (; *p; p++) {
		if ((unsigned char)*p < 0x20 && *p != '\n')
			fail_msg("%s: control byte", name);
		if (*p != '<')
			continue;
		if (p[1] == '/')
			depth--;
		else
			depth++;
		for (; *p != '>'; p++) {
			assert_true(*p);
			if (*p == '"')
				for (p++; *p != '"'; p++)
					assert_true(*p && *p != '<');
		}
		if (p[-1] == '/')
			depth--;
	}
	assert_int_equal(depth, 0);
}

static void well_formed(void **unused)
{
	static const char *const never[] = {"style=",  "rgb(",        "<script", "url(http",
					    "surface", "<image",      "<use",    "<filter",
					    "<mask",   "\xe2\x80\xae" /* right-to-left override */};

	(void)unused;
	for (size_t i = 0; i < cases.n; i++) {
		struct out svg = {0};

		assert_int_equal(case_plot(&cases.items[i], 77, &svg), ST_OK);
		check_markup(cases.items[i].name, out_text(&svg));
		assert_non_null(strstr(out_text(&svg), "role=\"img\""));
		assert_non_null(
		    strstr(out_text(&svg), "aria-labelledby=\"Mb-77-title Mb-77-desc\""));
		for (size_t k = 0; k < sizeof never / sizeof *never; k++)
			if (strstr(out_text(&svg), never[k]))
				fail_msg("%s: %s", cases.items[i].name, never[k]);
		for (const char *id = out_text(&svg); (id = strstr(id, " id=\"")); id++)
			if (strncmp(id, " id=\"Mb-77-", 11))
				fail_msg("%s: %.30s", cases.items[i].name, id);
		out_release(&svg);
	}
}

/* libpng reads back what was written: size, and that it is not all of one colour. */
static void png_is_read_back(void **unused)
{
	struct out png = {0}, again = {0};
	png_image image = {.version = PNG_IMAGE_VERSION};
	unsigned char *pixels;
	size_t dark = 0, n;

	(void)unused;
	assert_int_equal(plot_reliability_png(&cases.items[0].calibration, 600, 400, &png), ST_OK);
	assert_int_equal(plot_reliability_png(&cases.items[0].calibration, 600, 400, &again),
			 ST_OK);
	assert_int_equal(png.n, again.n);
	assert_memory_equal(png.p, again.p, png.n);
	assert_true(png_image_begin_read_from_memory(&image, png.p, png.n));
	assert_int_equal(image.width, 600);
	assert_int_equal(image.height, 400);
	image.format = PNG_FORMAT_GRAY;
	n = PNG_IMAGE_SIZE(image);
	pixels = malloc(n);
	assert_true(png_image_finish_read(&image, NULL, pixels, 0, NULL));
	for (size_t i = 0; i < n; i++)
		dark += pixels[i] < 128;
	assert_true(dark > n / 200 && dark < n / 5);
	free(pixels);
	out_release(&png);
	out_release(&again);
}

static void png_of_every_picture(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < cases.n; i++) {
		struct picture picture = picture_start(&mem);
		struct out png = {0};

		case_layout(&cases.items[i], &picture);
		assert_int_equal(png_write(&picture, 180, 120, &png), ST_OK);
		out_release(&png);
	}
}

static void png_of_no_size(void **unused)
{
	struct out png = {0};

	(void)unused;
	assert_int_equal(plot_reliability_png(&cases.items[0].calibration, 0, 400, &png),
			 ST_FAILED);
	assert_int_equal(plot_reliability_png(&cases.items[0].calibration, 600, 8001, &png),
			 ST_FAILED);
	assert_int_equal(png.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(same_bytes),           cmocka_unit_test(lean),
	    cmocka_unit_test(well_formed),          cmocka_unit_test(png_is_read_back),
	    cmocka_unit_test(png_of_every_picture), cmocka_unit_test(png_of_no_size),
	};
	int failed;

	if (!plot_init(PLOT_FONT))
		return 1;
	arena_init(&mem);
	cases_make(&mem, &cases);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&mem);
	return failed;
}
