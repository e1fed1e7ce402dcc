/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_encode.c - encoding against values worked by hand, and its edges */
#include "capstone/encode.h"
#include "model_fixture.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

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

/* ln(1 + amount) of 0 and e^2 - 1: mean 1, deviation 1; trust 1 and missing: mean 1, constant. */
static void by_hand(void **state)
{
	double values[2 * FIXTURE_FEATURES] = {0, 1, 0, 5, NAN, exp(2) - 1, NAN, 2, 5, NAN};
	unsigned char labels[2] = {0, 1};
	struct matrix rows = {2, FIXTURE_FEATURES, values, labels, &fixture_list};
	struct encoder encoder = encoder_fit(&mem, &rows);
	/* amount | trust, its indicator | web, terminal | constant | absent, its indicator */
	const double want[2][8] = {{-1, 0, 0, 0, 0, 0, 0, 1}, {1, 0, 1, 0, 1, 0, 0, 1}};

	(void)state;
	assert_int_equal(encoder.width, 8);
	for (size_t row = 0; row < 2; row++) {
		double got[8];
		encoder_apply(&encoder, values + row * FIXTURE_FEATURES, got);
		for (size_t i = 0; i < 8; i++)
			if (fabs(got[i] - want[row][i]) > 1e-12)
				fail_msg("row %zu, column %zu: %.17g, want %.17g", row, i, got[i],
					 want[row][i]);
	}
}

/* No number, however far, gives one that is not finite; no code, however odd, is a category. */
static void edges_stay_finite(void **state)
{
	static const double odd[] = {0,         -0.0, 1e308, -1e308, 5e-324, INFINITY,
				     -INFINITY, NAN,  0.5,   -1,     3,      1e9};
	struct matrix rows = fixture_rows(&mem, 200, 1);
	struct encoder encoder;

	(void)state;
	rows.values[1] = 1e308; /* in training, too */
	rows.values[FIXTURE_FEATURES + 1] = -1e308;
	encoder = encoder_fit(&mem, &rows);
	for (size_t feature = 0; feature < FIXTURE_FEATURES; feature++) {
		assert_true(isfinite(encoder.mean[feature]));
		assert_true(isfinite(encoder.deviation[feature]) && encoder.deviation[feature] > 0);
		for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
			double row[FIXTURE_FEATURES] = {1, 0, 0, 2.5, 0}, out[16];
			row[feature] = odd[i];
			encoder_apply(&encoder, row, out);
			for (size_t c = 0; c < encoder.width; c++)
				assert_true(isfinite(out[c]));
		}
	}
	assert_true(category_of(&fixture_items[2], 2) == 2);
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		if (!(odd[i] >= 0 && odd[i] <= 0))
			assert_true(category_of(&fixture_items[2], odd[i]) == SIZE_MAX);
}

static void dot_is_the_sum_of_products(void **state)
{
	struct matrix rows = fixture_rows(&mem, 300, 2);
	struct encoder encoder = encoder_fit(&mem, &rows);
	double weights[16], out[16];

	(void)state;
	for (size_t i = 0; i < 16; i++)
		weights[i] = 0.3 * (double)i - 1;
	for (size_t row = 0; row < rows.n; row++) {
		const double *features = rows.values + row * FIXTURE_FEATURES;
		double sum = 0;
		encoder_apply(&encoder, features, out);
		for (size_t i = 0; i < encoder.width; i++)
			sum += weights[i] * out[i];
		assert_true(fabs(sum - encoder_dot(&encoder, features, weights)) <= 0);
	}
}

/* Mean and deviation are of the rows that were given, and no others. */
static void nothing_is_learnt_from_other_rows(void **state)
{
	struct matrix all = fixture_rows(&mem, 400, 3), train = all;
	struct encoder before, behind;

	(void)state;
	train.n = 200;
	before = encoder_fit(&mem, &train);
	for (size_t i = 200 * FIXTURE_FEATURES; i < all.n * FIXTURE_FEATURES; i++)
		all.values[i] = NAN;
	behind = encoder_fit(&mem, &train);
	assert_memory_equal(before.mean, behind.mean, FIXTURE_FEATURES * sizeof(double));
	assert_memory_equal(before.deviation, behind.deviation, FIXTURE_FEATURES * sizeof(double));
	assert_memory_equal(before.indicator, behind.indicator, FIXTURE_FEATURES * sizeof(bool));
}

static void no_rows(void **state)
{
	struct matrix rows = fixture_rows(&mem, 0, 3);
	struct encoder encoder = encoder_fit(&mem, &rows);
	double row[FIXTURE_FEATURES] = {1, NAN, 2, 3, 4}, out[8];

	(void)state;
	assert_int_equal(encoder.width, 6);
	encoder_apply(&encoder, row, out);
	assert_true(fabs(out[3] - 1) <= 0); /* terminal */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(by_hand, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(edges_stay_finite, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(dot_is_the_sum_of_products, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(nothing_is_learnt_from_other_rows, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(no_rows, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
