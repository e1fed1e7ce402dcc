/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_coverage.c - intervals and chance levels keep what they promise
 *
 * Few draws, so that it takes seconds; tests/bench/coverage.c makes many. Bounds here are wider by
 * three standard errors of so few draws. */
#include "coverage.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void inside(const char *what, size_t n, double got, double low, double high)
{
	if (!(got >= low && got <= high))
		fail_msg("%s at %zu rows: %.4f, not in %.4f to %.4f", what, n, got, low, high);
}

static void psi_chance_is_passed_in_5_of_100(void **state)
{
	enum { DRAWS = 20000 };
	static const size_t rows[] = {100, 200, 1000, 100000};
	double error = 3 * sqrt(0.05 * 0.95 / DRAWS);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		inside("large reference", rows[i], psi_passed(1000000, rows[i], DRAWS, 2),
		       0.04 - error, 0.06 + error);
		inside("equal sizes", rows[i], psi_passed(rows[i], rows[i], DRAWS, 2), 0.04 - error,
		       0.06 + error);
	}
}

static void auc_intervals_hold_the_truth(void **state)
{
	enum { SAMPLES = 600 };
	static const struct {
		size_t n;
		double base_rate, auc;
	} cases[] = {{200, 0.5, 0.75}, {200, 0.5, 0.95}, {200, 0.2, 0.85}, {1000, 0.1, 0.95}};
	double error = 3 * sqrt(0.05 * 0.95 / SAMPLES);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		inside("auc", cases[i].n,
		       auc_holds(cases[i].n, cases[i].base_rate, cases[i].auc, 1, SAMPLES, 2).held,
		       0.93 - error, 0.97 + error);
}

static void wilson_holds_the_truth(void **state)
{
	static const size_t rows[] = {20, 50, 200, 1000};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wilson_coverage c = wilson_over_rates(rows[i], 97);

		inside("mean", rows[i], c.mean, 0.94, 0.96);
		inside("least", rows[i], c.least, rows[i] < 100 ? 0.9 : 0.91, 1);
	}
}

static void ece_chance_is_passed_in_5_of_100(void **state)
{
	enum { SAMPLES = 1500 };
	static const size_t rows[] = {100, 1000};
	double error = 3 * sqrt(0.05 * 0.95 / SAMPLES);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		inside("ece", rows[i], ece_passed(rows[i], 10, 1, SAMPLES, 2), 0.04 - error,
		       0.06 + error);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(psi_chance_is_passed_in_5_of_100),
	    cmocka_unit_test(auc_intervals_hold_the_truth),
	    cmocka_unit_test(wilson_holds_the_truth),
	    cmocka_unit_test(ece_chance_is_passed_in_5_of_100),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
