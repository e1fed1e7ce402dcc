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
	static const size_t rows[] = {100, 1000, 10000};
	double error = 3 * sqrt(0.05 * 0.95 / DRAWS);

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		inside("large reference", rows[i], psi_passed(1000000, rows[i], DRAWS, 2),
		       0.04 - error, 0.06 + error);
		inside("equal sizes", rows[i], psi_passed(rows[i], rows[i], DRAWS, 2), 0.04 - error,
		       0.06 + error);
	}
}

/* Where the interval keeps its 95 %, and where few are ranked wrongly, so that it may be wider. */
static void auc_intervals_hold_the_truth(void **state)
{
	enum { SAMPLES = 400 };
	static const struct {
		struct auc_cell cell;
		double most;
	} cases[] = {
	    {{200, 0.5, 0.5, 1, false}, 0.97},   {{200, 0.5, 0.75, 2, true}, 0.97},
	    {{200, 0.5, 0.85, 0.5, true}, 0.98}, {{200, 0.2, 0.6, 2, false}, 0.97},
	    {{1000, 0.1, 0.9, 2, false}, 1},     {{500, 0.1, 0.98, 2, true}, 1},
	    {{200, 0.05, 0.98, 2, false}, 1},    {{500, 0.05, 0.95, 2, true}, 1},
	};
	double error = 3 * sqrt(0.05 * 0.95 / SAMPLES);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		inside("auc", cases[i].cell.n, auc_holds(&cases[i].cell, SAMPLES, 2).held,
		       0.93 - error, fmin(1, cases[i].most + error));
}

static void wilson_holds_the_truth(void **state)
{
	static const size_t rows[] = {28, 29, 30, 40, 50, 100, 200, 500, 1000, 5000};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct wilson_coverage c = wilson_over_rates(rows[i], 97);

		inside("mean", rows[i], c.mean, 0.94, 0.96);
		inside("least", rows[i], c.least, 0.91, 1);
	}
	/* One row fewer is too few: what docs/figures.md says. */
	inside("least", 27, wilson_over_rates(27, 97).least, 0.894, 0.895);
}

static void ece_chance_is_passed_in_5_of_100(void **state)
{
	enum { SAMPLES = 1000 };
	static const size_t rows[] = {100, 500};
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
