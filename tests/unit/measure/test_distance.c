/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_distance.c - distances, regression, classes and groups at their edges;
 * ordinary values are those of other programs (test_reference.c) */
#include "base/arena.h"
#include "measure/classes.h"
#include "measure/distance.h"
#include "measure/fairness.h"
#include "measure/regression.h"
#include "measure/sort.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void close_to(double got, double want)
{
	if (isnan(want) ? !isnan(got) : !(got == want || fabs(got - want) <= 1e-12 * fabs(want)))
		fail_msg("got %.17g, want %.17g", got, want);
}

static void distances_at_their_edges(void **state)
{
	static const struct {
		double p[3], q[3], js, kl, hellinger, variation, l_infinity;
	} cases[] = {
	    {{1, 1, 1}, {2, 2, 2}, 0, 0, 0, 0, 0},
	    {{1, 0, 0}, {0, 0, 1}, 0.83255461115769769, INFINITY, 1, 1, 1}, /* sqrt(ln 2) */
	    {{1, 0, 0}, {1, 0, 0}, 0, 0, 0, 0, 0},
	    {{0, 0, 0}, {1, 0, 0}, NAN, NAN, NAN, NAN, NAN},
	    {{1, -1, 1}, {1, 0, 0}, NAN, NAN, NAN, NAN, NAN},
	    {{1, NAN, 1}, {1, 0, 0}, NAN, NAN, NAN, NAN, NAN},
	    {{1, INFINITY, 1}, {1, 0, 0}, NAN, NAN, NAN, NAN, NAN},
	    /* Shares beyond the range of doubles when added up are no shares. */
	    {{DBL_MAX, DBL_MAX, 0}, {1, 0, 0}, NAN, NAN, NAN, NAN, NAN},
	    {{DBL_TRUE_MIN, DBL_TRUE_MIN, 0}, {1, 1, 0}, 0, 0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct bin_distances d = distances_from_shares(cases[i].p, cases[i].q, 3);
		close_to(d.js_distance, cases[i].js);
		close_to(d.kl_divergence, cases[i].kl);
		close_to(d.total_variation, cases[i].variation);
		close_to(d.l_infinity, cases[i].l_infinity);
		/* 1 - sum loses the last digits of what is almost 0. */
		if (isnan(cases[i].hellinger))
			assert_true(isnan(d.hellinger));
		else
			assert_true(fabs(d.hellinger - cases[i].hellinger) < 3e-8);
	}
}

/* Bounds, symmetry and Pinsker's inequality (variation <= sqrt(KL / 2)) on random counts. */
static void distances_keep_their_bounds(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t p[12], q[12], n = 2 + (size_t)rand_r(&seed) % 11;
		struct bin_distances d, back;
		for (size_t i = 0; i < n; i++) {
			p[i] = (size_t)rand_r(&seed) % (round % 2 ? 5 : 1000);
			q[i] = (size_t)rand_r(&seed) % (round % 2 ? 5 : 1000);
		}
		p[0]++;
		q[1]++;
		d = distances_from_counts(p, q, n);
		back = distances_from_counts(q, p, n);
		assert_true(d.js_distance >= 0 && d.js_distance <= sqrt(log(2)) + 1e-15);
		assert_true(d.hellinger >= 0 && d.hellinger <= 1);
		assert_true(d.l_infinity <= d.total_variation + 1e-15 && d.total_variation <= 1);
		assert_true(d.total_variation <= sqrt(d.kl_divergence / 2) + 1e-12);
		assert_true(fabs(d.js_distance - back.js_distance) < 1e-12);
		assert_true(fabs(d.hellinger - back.hellinger) < 1e-9);
		assert_true(isfinite(kl_from_counts_filled(p, q, n)));
		assert_true(chi_square_test(p, q, n, false).statistic >= 0);
	}
}

static void wasserstein_at_its_edges(void **state)
{
	static const double huge[] = {-DBL_MAX, DBL_MAX}, one[] = {1}, tiny[] = {DBL_TRUE_MIN},
			    zero[] = {0}, large[] = {1e308};

	(void)state;
	close_to(wasserstein_sorted(NULL, 0, one, 1), NAN);
	close_to(wasserstein_sorted(one, 1, NULL, 0), NAN);
	close_to(wasserstein_sorted(one, 1, one, 1), 0);
	close_to(wasserstein_sorted(tiny, 1, zero, 1), 0); /* half of the least number is 0 */
	close_to(wasserstein_sorted(zero, 1, large, 1), 1e308);
	close_to(wasserstein_sorted(huge, 1, huge + 1, 1), NAN); /* no number is that large */
	close_to(standard_deviation(NULL, 0), NAN);
	close_to(standard_deviation(one, 1), 0);
	close_to(standard_deviation(huge, 2), DBL_MAX);
	close_to(standard_deviation((const double[]){3e-320, 1e-320}, 2), 1e-320);
}

static void chi_square_at_its_edges(void **state)
{
	static const struct {
		size_t reference[3], current[3];
		double statistic, p;
		size_t freedom;
	} cases[] = {
	    {{0, 0, 0}, {1, 2, 3}, NAN, NAN, 0},
	    {{1, 2, 3}, {0, 0, 0}, NAN, NAN, 0},
	    {{5, 0, 0}, {9, 0, 0}, 0, 1, 0},
	    {{5, 5, 0}, {9, 9, 0}, 0, 1, 1},
	    {{10, 0, 0}, {0, 10, 0}, 20, 7.744216431044087e-06, 1}, /* erfc(sqrt(10)) */
	    {{SIZE_MAX / 4, SIZE_MAX / 4, 0}, {SIZE_MAX / 4, SIZE_MAX / 4, 0}, 0, 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct chi_square t =
		    chi_square_test(cases[i].reference, cases[i].current, 3, false);
		close_to(t.statistic, cases[i].statistic);
		if (isnan(cases[i].p))
			assert_true(isnan(t.p_value));
		else
			assert_true(fabs(t.p_value - cases[i].p) < 1e-9 * cases[i].p + 1e-300);
		assert_int_equal(t.freedom, cases[i].freedom);
	}
	assert_true(isnan(chi_square_table(NULL, 0, 0, false).statistic));
}

static void regression_at_its_edges(void **state)
{
	struct arena mem;
	struct regression r;

	(void)state;
	arena_init(&mem);
	r = regression_measure(&mem, NULL, NULL, 0);
	assert_true(isnan(r.mae.value));
	assert_string_equal(r.r2.reason, "no rows");
	r = regression_measure(&mem, (double[]){NAN, 2}, (double[]){1, NAN}, 2);
	assert_int_equal(r.n_left_out, 2);
	assert_string_equal(r.rmse.reason, "no rows");
	r = regression_measure(&mem, (double[]){2, 2, NAN}, (double[]){1, 3, 9}, 3);
	close_to(r.mae.value, 1);
	close_to(r.mean_error.value, 0);
	assert_string_equal(r.r2.reason, "the true values do not vary");
	r = regression_measure(&mem, (double[]){0, 1}, (double[]){1, 1}, 2);
	assert_string_equal(r.mape.reason, "a true value is 0");
	close_to(r.median_absolute_error.value, 0.5);
	r = regression_measure(&mem, (double[]){1, INFINITY}, (double[]){1, 1}, 2);
	assert_string_equal(r.mae.reason, "an infinite value");
	r = regression_measure(&mem, (double[]){-DBL_MAX, DBL_MAX}, (double[]){DBL_MAX, -DBL_MAX},
			       2);
	assert_true(isnan(r.rmse.value));
	assert_string_equal(r.rmse.reason, "too large for a number");
	arena_release(&mem);
}

static void classes_at_their_edges(void **state)
{
	struct class_figures each[3];
	struct classes c;

	(void)state;
	c = classes_measure((const size_t[9]){0}, 3, each);
	assert_true(isnan(c.macro_f1.value) && isnan(c.mcc.value));
	assert_string_equal(c.accuracy.reason, "no rows");
	/* One class only, all right: no correlation to speak of; the others do not dilute it. */
	c = classes_measure((const size_t[9]){7}, 3, each);
	close_to(c.accuracy.value, 1);
	close_to(c.macro_f1.value, 1);
	close_to(c.mcc.value, 0);
	assert_string_equal(each[1].f1.reason, "no row");
	/* A class that is never predicted counts as 0 in the means. */
	c = classes_measure((const size_t[4]){2, 0, 2, 0}, 2, each);
	close_to(c.accuracy.value, 0.5);
	close_to(c.macro_f1.value, (2.0 / 3 + 0) / 2);
	close_to(c.weighted_f1.value, 1.0 / 3);
	assert_string_equal(each[1].precision.reason, "never predicted");
	close_to(c.mcc.value, 0);
	/* All right, and all exchanged. */
	close_to(classes_measure((const size_t[4]){3, 0, 0, 5}, 2, each).mcc.value, 1);
	close_to(classes_measure((const size_t[4]){0, 3, 5, 0}, 2, each).mcc.value, -1);
}

static void groups_at_their_edges(void **state)
{
	static const struct group_counts groups[] = {{"a", 50, 10, 50, 90},
						     {"b", 10, 10, 40, 140},
						     {"one", 1, 0, 0, 0},
						     {"none", 0, 0, 0, 0}};
	struct group_rates rates[4];
	struct fairness f = fairness_measure(groups, 4, 30, rates);

	(void)state;
	assert_int_equal(f.n_compared, 2);
	assert_false(rates[2].compared); /* one row of a group is chance */
	close_to(rates[2].tpr.value, 1);
	assert_string_equal(rates[2].fpr.reason, "no negative label");
	assert_string_equal(rates[3].selection_rate.reason, "no rows");
	close_to(f.demographic_parity_difference.value.value, 0.2);
	close_to(f.disparate_impact_ratio.value.value, 0.1 / 0.3);
	assert_string_equal(f.disparate_impact_ratio.lowest, "b");
	assert_string_equal(f.disparate_impact_ratio.highest, "a");
	close_to(f.equal_opportunity_difference.value.value, 0.3);
	close_to(f.equalized_odds_difference.value.value, 0.3);
	f = fairness_measure(groups, 1, 1, rates);
	assert_string_equal(f.disparate_impact_ratio.value.reason,
			    "fewer than two groups to compare");
	f = fairness_measure((const struct group_counts[]){{"a", 0, 0, 9, 9}, {"b", 0, 0, 9, 9}}, 2,
			     1, rates);
	close_to(f.demographic_parity_difference.value.value, 0);
	assert_string_equal(f.disparate_impact_ratio.value.reason, "nothing selected in any group");
	/* A rate that one side lacks is not known, and so is what rests on it. */
	f = fairness_measure((const struct group_counts[]){{"a", 9, 0, 9, 0}, {"b", 5, 0, 9, 0}}, 2,
			     1, rates);
	assert_true(isnan(f.equalized_odds_difference.value.value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(distances_at_their_edges),
	    cmocka_unit_test(distances_keep_their_bounds),
	    cmocka_unit_test(wasserstein_at_its_edges),
	    cmocka_unit_test(chi_square_at_its_edges),
	    cmocka_unit_test(regression_at_its_edges),
	    cmocka_unit_test(classes_at_their_edges),
	    cmocka_unit_test(groups_at_their_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
