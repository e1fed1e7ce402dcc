/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_calibrator.c - Platt and isotonic against scipy and scikit-learn */
#include "capstone/calibrator.h"
#include "measure/outcomes.h"
#include "measure/random.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

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

/* With ties, and two classes that overlap. */
enum { ROWS = 16 };
static const double SCORES[ROWS] = {0.02, 0.05, 0.05, 0.11, 0.2,  0.2, 0.3,  0.35,
				    0.4,  0.52, 0.6,  0.6,  0.71, 0.8, 0.93, 0.97};
static const unsigned char LABELS[ROWS] = {0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 1, 1};

/* scipy 1.10.1: optimize.root of the gradient, tol 1e-14, from the log odds of the scores. */
static void platt_is_scipys(void **state)
{
	struct calibrator c;

	(void)state;
	assert_true(calibrator_fit(&mem, CALIBRATE_PLATT, SCORES, LABELS, ROWS, &c));
	assert_true(fabs(c.a - -0.6992545776869623) < 1e-10);
	assert_true(fabs(c.b - -0.008779774292148138) < 1e-10);
	assert_true(fabs(calibrator_apply(&c, 0.5) - 1 / (1 + exp(c.b))) < 1e-15);
}

/* scikit-learn 1.2.1: IsotonicRegression(out_of_bounds="clip").fit(…).predict(…), its steps held
 * inside 1/18 and 17/18 as calibrator.h says. */
static void isotonic_is_scikit_learns(void **state)
{
	static const double want[][2] = {{0, 0.05555555555555555},    {0.02, 0.05555555555555555},
					 {0.08, 0.05555555555555555}, {0.11, 0.05555555555555555},
					 {0.15, 0.17901234567901234}, {0.2, 0.3333333333333333},
					 {0.25, 0.3333333333333333},  {0.46, 0.3333333333333333},
					 {0.55, 0.3958333333333333},  {0.6, 0.5},
					 {0.65, 0.702020202020202},   {0.7, 0.9040404040404041},
					 {0.71, 0.9444444444444444},  {0.9, 0.9444444444444444},
					 {1, 0.9444444444444444}};
	struct calibrator c;

	(void)state;
	assert_true(calibrator_fit(&mem, CALIBRATE_ISOTONIC, SCORES, LABELS, ROWS, &c));
	assert_int_equal(c.n, 7); /* X_thresholds_ */
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		double got = calibrator_apply(&c, want[i][0]);
		if (fabs(got - want[i][1]) > 1e-12)
			fail_msg("at %g: %.17g, want %.17g", want[i][0], got, want[i][1]);
	}
}

/* The isotonic fit has the least squares of all that rise: no step may be moved for the better. */
static void isotonic_means_are_the_rates(void **state)
{
	enum { N = 2000 };
	struct random random = random_stream(3, 1);
	double *scores = arena_new(&mem, double, N), sum = 0, events = 0;
	unsigned char *labels = arena_new(&mem, unsigned char, N);
	struct calibrator c;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		scores[i] = nearbyint(random_unit(&random) * 200) / 200;
		labels[i] = random_unit(&random) < 0.2 + 0.5 * scores[i];
		events += labels[i];
	}
	assert_true(calibrator_fit(&mem, CALIBRATE_ISOTONIC, scores, labels, N, &c));
	for (size_t i = 0; i < N; i++)
		sum += calibrator_apply(&c, scores[i]);
	assert_true(fabs(sum - events) < 1); /* but for steps that were 0 or 1 */
}

static void order_is_kept(void **state)
{
	static const enum calibrator_kind kinds[] = {CALIBRATE_NONE, CALIBRATE_PLATT,
						     CALIBRATE_ISOTONIC};
	struct random random = random_stream(5, 1);

	(void)state;
	for (int round = 0; round < 60; round++) {
		double scores[200];
		unsigned char labels[200];
		struct calibrator c;
		for (size_t i = 0; i < 200; i++) {
			scores[i] = random_unit(&random);
			if (round % 3 == 1) /* the wrong way round */
				labels[i] = random_unit(&random) > scores[i];
			else
				labels[i] = random_unit(&random) < scores[i] * scores[i];
			if (round % 3 == 2) /* far out */
				scores[i] = labels[i] ? 1 - 0x1p-53 : 1e-300;
		}
		labels[0] = 0;
		labels[1] = 1;
		assert_true(calibrator_fit(&mem, kinds[round % 3], scores, labels, 200, &c));
		assert_true(calibrator_fit(&mem, kinds[1 + round % 2], scores, labels, 200, &c));
		for (double last = 0, s = 0; s <= 1; s += 0x1p-10) {
			double p = calibrator_apply(&c, s);
			assert_true(p >= last && p <= 1);
			last = p;
		}
	}
}

static void edges(void **state)
{
	static const unsigned char ones[3] = {1, 1, 1}, mixed[3] = {1, LABEL_MISSING, 0},
				   other[2] = {0, 1};
	static const double scores[3] = {0.1, NAN, 0.9}, same[2] = {0.5, 0.5}, ends[2] = {0, 1};
	struct calibrator c;

	(void)state;
	for (enum calibrator_kind kind = CALIBRATE_PLATT; kind <= CALIBRATE_ISOTONIC; kind++) {
		assert_false(calibrator_fit(&mem, kind, scores, ones, 3, &c));
		assert_false(calibrator_fit(&mem, kind, scores, mixed, 0, &c));
		assert_false(calibrator_fit(&mem, kind, scores, mixed, 2, &c));
		assert_true(calibrator_fit(&mem, kind, same, other, 2, &c));
		assert_true(fabs(calibrator_apply(&c, 0.2) - 0.5) < 1e-9 ||
			    kind == CALIBRATE_PLATT);
		assert_true(fabs(calibrator_apply(&c, 0.5) - 0.5) < 1e-9);
		assert_true(calibrator_fit(&mem, kind, ends, other, 2, &c));
		assert_true(calibrator_apply(&c, 0) > 0 && calibrator_apply(&c, 1) < 1);
		assert_true(isnan(calibrator_apply(&c, NAN)));
	}
	assert_true(calibrator_fit(&mem, CALIBRATE_NONE, scores, ones, 3, &c));
	assert_true(fabs(calibrator_apply(&c, 0.3) - 0.3) <= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(platt_is_scipys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(isotonic_is_scikit_learns, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(isotonic_means_are_the_rates, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(order_is_kept, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(edges, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
