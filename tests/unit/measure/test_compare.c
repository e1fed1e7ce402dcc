/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_compare.c - paired comparisons against the definition, pair by pair */
#include "base/arena.h"
#include "measure/compare.h"
#include "measure/outcomes.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 400 };

static double wins(double positive, double negative)
{
	return positive > negative ? 1 : positive == negative ? 0.5 : 0;
}

/* DeLong's difference and variance from all pairs of rows, as the paper writes them. */
static void by_definition(const unsigned char *labels, const double *a, const double *b, size_t n,
			  double *difference, double *variance)
{
	double v10[MOST] = {0}, v01[MOST] = {0}, mean = 0, s10 = 0, s01 = 0;
	size_t positives = 0, negatives = 0;

	for (size_t i = 0; i < n; i++)
		*(labels[i] ? &positives : &negatives) += 1;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (labels[i] == LABEL_POSITIVE && labels[k] == LABEL_NEGATIVE) {
				double d = wins(b[i], b[k]) - wins(a[i], a[k]);
				v10[i] += d / (double)negatives;
				v01[k] += d / (double)positives;
				mean += d / (double)positives / (double)negatives;
			}
	for (size_t i = 0; i < n; i++) {
		double d = labels[i] ? v10[i] - mean : v01[i] - mean;
		*(labels[i] ? &s10 : &s01) += d * d;
	}
	*difference = mean;
	*variance = s10 / (double)(positives - 1) / (double)positives +
		    s01 / (double)(negatives - 1) / (double)negatives;
}

static void delong_is_what_the_paper_says(void **state)
{
	unsigned seed = 11;

	(void)state;
	for (int round = 0; round < 60; round++) {
		unsigned char labels[MOST];
		double a[MOST], b[MOST], difference, variance, width;
		size_t n = 8 + (size_t)rand_r(&seed) % (MOST - 8);
		int steps = round % 3 ? 12 : 100000; /* ties, or none to speak of */
		struct paired_comparison got;
		struct arena mem;
		for (size_t i = 0; i < n; i++) {
			labels[i] = i < 2 || (i > 3 && rand_r(&seed) % 3 == 0);
			a[i] = (rand_r(&seed) % steps + labels[i]) / (double)steps;
			b[i] = (a[i] + rand_r(&seed) % steps / (double)steps) / 2;
		}
		by_definition(labels, a, b, n, &difference, &variance);
		arena_init(&mem);
		got = compare_roc_auc(&mem, labels, a, b, n);
		assert_int_equal(got.n, n);
		assert_true(fabs(got.difference.value - difference) < 1e-13);
		width = got.difference.interval.high - got.difference.interval.low;
		assert_true(fabs(width - 2 * 1.959963984540054 * sqrt(variance)) < 1e-12);
		assert_true(fabs(got.p_value - erfc(fabs(difference) / sqrt(2 * variance))) < 1e-9);
		/* The other way round the sign alone changes. */
		assert_true(fabs(compare_roc_auc(&mem, labels, b, a, n).difference.value +
				 difference) < 1e-13);
		arena_release(&mem);
	}
}

static void edges(void **state)
{
	static const unsigned char both[] = {1, 0, 1, 0, LABEL_MISSING}, one[] = {1, 1, 1, 1, 1};
	static const double a[] = {0.9, 0.1, 0.8, 0.2, 0.5}, none[] = {NAN, NAN, NAN, NAN, NAN},
			    far[] = {9, 1, 8, 2, 5}, b[] = {0.8, 0.2, 0.9, 0.1, 0.5};
	struct paired_comparison c;
	struct arena mem;

	(void)state;
	arena_init(&mem);
	assert_string_equal(compare_roc_auc(&mem, both, a, none, 5).difference.reason, "no rows");
	assert_string_equal(compare_roc_auc(&mem, both, a, a, 0).difference.reason, "no rows");
	assert_string_equal(compare_roc_auc(&mem, one, a, b, 5).difference.reason,
			    "one class only");
	c = compare_roc_auc(&mem, both, a, far, 5); /* the same order */
	assert_true(c.n == 4 && c.difference.value == 0 && c.p_value == 1);
	c = compare_roc_auc(&mem, both, a, b, 2); /* one row a class: no variance */
	assert_true(c.difference.value == 0 && isnan(c.p_value) &&
		    isnan(c.difference.interval.low));
	/* b turns each pair round: all rows agree on -1, which says nothing of chance */
	c = compare_roc_auc(&mem, both, a, (const double[]){0.1, 0.9, 0.2, 0.8}, 4);
	assert_true(c.difference.value == -1 && isnan(c.p_value) &&
		    isnan(c.difference.interval.high) && !c.difference.reason);
	assert_string_equal(compare_brier(both, a, far, 5).difference.reason,
			    "scores outside 0 to 1");
	assert_string_equal(compare_brier(both, a, none, 5).difference.reason, "no rows");
	c = compare_brier(both, a, b, 4);
	assert_true(fabs(c.difference.value) < 1e-16 && c.n == 4);
	c = compare_brier(both, (const double[]){0.9, 0.1}, (const double[]){0.5, 0.1}, 2);
	assert_true(fabs(c.difference.value - 0.12) < 1e-15); /* (0.25 - 0.01) / 2 */
	/* the rows' differences are 0.24 and 0: t = 1 with one degree of freedom, by SciPy's t */
	assert_true(fabs(c.p_value - 0.5) < 1e-12);
	assert_true(fabs(c.difference.interval.high - (0.12 + 12.706204736174698 * 0.12)) < 1e-9);
	c = compare_brier(both, a, b, 1);
	assert_true(!isnan(c.difference.value) && isnan(c.p_value));
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(delong_is_what_the_paper_says),
	    cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
