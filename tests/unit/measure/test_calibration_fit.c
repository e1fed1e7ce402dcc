/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_calibration_fit.c - slope, intercept and Hosmer-Lemeshow, against values
 * computed with NumPy 1.24 and SciPy 1.10.1 (Newton's method and brentq on the same rows) */
#include "base/arena.h"
#include "measure/calibration_fit.h"
#include "measure/random.h"
#include <float.h>
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

static double logit_of(double score)
{
	return log(score) - log1p(-score);
}

/* Sum of y - p, and of (y - p) x, of the model with these coefficients. */
static void score_equations(const unsigned char *labels, const double *scores, size_t n, double a,
			    double b, double *plain, double *by_logit)
{
	*plain = *by_logit = 0;
	for (size_t i = 0; i < n; i++) {
		double x = logit_of(scores[i]), off = labels[i] - 1 / (1 + exp(-a - b * x));
		*plain += off;
		*by_logit += off * x;
	}
}

/* More distinct scores than are brought together: what the last steps leave is the likeliest. */
static void many_scores_are_fitted_to_the_end(void **state)
{
	enum { MANY = 20000 };
	static unsigned char labels[MANY];
	static double scores[MANY];
	struct outcome_rows rows = {
	    .n = MANY, .labels = labels, .scores = scores, .threshold = 0.5};
	struct random r = random_stream(8, 8);
	struct calibration_fit fit;
	struct outcomes o;
	struct arena mem;
	double plain, by_logit, low = -10, high = 10;

	(void)state;
	arena_init(&mem);
	for (size_t i = 0; i < MANY; i++) {
		double x = 1.5 * random_normal(&r);
		scores[i] = 1 / (1 + exp(-x));
		labels[i] = random_unit(&r) < 1 / (1 + exp(-0.4 - 0.7 * x));
	}
	o = outcomes_sorted(&mem, &mem, &rows);
	fit = calibration_fit(&o);
	assert_true(fabs(fit.slope.value - 0.7) < 0.06);
	/* a standard error of 0.013, within three of the truth */
	assert_true(fabs(fit.slope.interval.high - fit.slope.value - 1.96 * 0.013) < 0.001);
	score_equations(labels, scores, MANY, fit.intercept.value, 1, &plain, &by_logit);
	assert_true(fabs(plain) < 1e-7);
	/* The intercept that goes with the slope, by halving. */
	for (int i = 0; i < 100; i++) {
		double middle = (low + high) / 2;
		score_equations(labels, scores, MANY, middle, fit.slope.value, &plain, &by_logit);
		*(plain > 0 ? &low : &high) = middle;
	}
	assert_true(fabs(plain) < 1e-7 && fabs(by_logit) < 1e-6);
	arena_release(&mem);
}

static void worse_than_nothing_still_fits(void **state)
{
	/* sure of the wrong thing: 0 and 1 as scores, right in a third */
	static const unsigned char labels[] = {1, 1, 0, 0, 0, 1};
	static const double scores[] = {0, 0, 0, 1, 1, 1};
	struct outcome_rows rows = {.n = 6, .labels = labels, .scores = scores, .threshold = 0.5};
	struct calibration_fit fit;
	struct outcomes o;
	struct arena mem;

	(void)state;
	arena_init(&mem);
	o = outcomes_sorted(&mem, &mem, &rows);
	fit = calibration_fit(&o);
	/* logits of 1/3 and 2/3 over those of the scores */
	assert_true(fabs(fit.slope.value * logit_of(DBL_EPSILON) - log(2)) < 1e-9);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(published),
	    cmocka_unit_test(edges),
	    cmocka_unit_test(many_scores_are_fitted_to_the_end),
	    cmocka_unit_test(worse_than_nothing_still_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
