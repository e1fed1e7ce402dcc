/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_calibration_fit.c - slope, intercept and Hosmer-Lemeshow, against values
 * computed with NumPy 1.24 and SciPy 1.10.1 (Newton's method and brentq on the same rows) */
#include "base/arena.h"
#include "measure/calibration_fit.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint32_t next(uint32_t *state)
{
	*state = (*state * 1103515245u + 12345u) & 0x7fffffffu;
	return *state >> 8;
}

static struct calibration_fit fit_of(const double *scores, const unsigned char *labels, size_t n)
{
	struct outcome_rows rows = {.n = n, .labels = labels, .scores = scores, .threshold = 0.5};
	struct arena mem;
	struct outcomes o;
	struct calibration_fit fit;

	arena_init(&mem);
	o = outcomes_sorted(&mem, &mem, &rows);
	fit = calibration_fit(&o);
	arena_release(&mem);
	return fit;
}

static void close_to(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance * fmax(1, fabs(want))))
		fail_msg("got %.17g, want %.17g", got, want);
}

static void published(void **state)
{
	/* Rows drawn by a linear congruence: score (k + 1/2) / steps, event with chance
	 * s^b / (s^b + (1 - s)^b). */
	static const struct {
		uint32_t seed, n, steps;
		double b, slope, slope_error, intercept, intercept_error, statistic, p;
		size_t groups;
	} cases[] = {
	    {1, 50, 10, 1, 1.0427593807032782, 0.3075524826834922, -0.6689833080731484,
	     0.35302942076324845, 13.848130639815732, 0.08581072851731511, 8},
	    {2, 500, 100, 2, 2.2222842577575577, 0.20203531834810953, 0.07813832443359116,
	     0.11061828207181433, 44.0930563177886, 3.1673641602949766e-06, 10},
	    {3, 1000, 7, 0.5, 0.5305292679347553, 0.04808835923121759, -0.06682396364534528,
	     0.07695189887389639, 110.61146646167856, 6.856284924544612e-21, 7},
	};

	(void)state;
	for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
		double scores[1000];
		unsigned char labels[1000];
		uint32_t seed = cases[c].seed;
		struct calibration_fit fit;
		for (size_t i = 0; i < cases[c].n; i++) {
			double s = scores[i] =
			    (next(&seed) % cases[c].steps + 0.5) / cases[c].steps;
			double chance =
			    pow(s, cases[c].b) / (pow(s, cases[c].b) + pow(1 - s, cases[c].b));
			labels[i] = next(&seed) % 100000 / 100000.0 < chance;
		}
		fit = fit_of(scores, labels, cases[c].n);
		close_to(fit.slope.value, cases[c].slope, 1e-10);
		close_to(fit.slope.interval.high - fit.slope.value,
			 1.959963984540054 * cases[c].slope_error, 1e-8);
		close_to(fit.intercept.value, cases[c].intercept, 1e-10);
		close_to(fit.intercept.interval.high - fit.intercept.value,
			 1.959963984540054 * cases[c].intercept_error, 1e-8);
		close_to(fit.hosmer_lemeshow.statistic, cases[c].statistic, 1e-10);
		close_to(fit.hosmer_lemeshow.p_value / cases[c].p, 1, 1e-8);
		assert_int_equal(fit.hosmer_lemeshow.groups, cases[c].groups);
	}
}

static void edges(void **state)
{
	static const unsigned char both[] = {0, 1, 0, 1}, one[] = {1, 1, 1, 1};
	struct calibration_fit fit;

	(void)state;
	assert_string_equal(fit_of(NULL, NULL, 0).slope.reason, "no rows");
	assert_string_equal(fit_of((double[]){0.1, 0.2, 0.3, 0.4}, one, 4).intercept.reason,
			    "one class only");
	assert_string_equal(fit_of((double[]){0.1, 2, 0.3, 0.4}, both, 4).hosmer_lemeshow.reason,
			    "scores outside 0 to 1");
	fit = fit_of((double[]){0.5, 0.5, 0.5, 0.5}, both, 4);
	assert_string_equal(fit.slope.reason, "one score only");
	close_to(fit.intercept.value, 0, 1e-12);
	assert_int_equal(fit.hosmer_lemeshow.groups, 1);
	assert_string_equal(fit_of((double[]){0.1, 0.9, 0.2, 0.8}, both, 4).slope.reason,
			    "the scores part the classes wholly");
	assert_string_equal(fit_of((double[]){0.9, 0.1, 0.8, 0.2}, both, 4).slope.reason,
			    "the scores part the classes wholly");
	/* Scores of 0 and 1 that are wrong: far off, but numbers. */
	fit = fit_of((double[]){0, 0, 1, 1}, both, 4);
	assert_true(isfinite(fit.slope.value) && isfinite(fit.intercept.value));
	assert_true(fit.hosmer_lemeshow.p_value == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(published),
	    cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
