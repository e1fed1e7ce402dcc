/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_missing_drift.c - whether a value is there, judged as psi is */
#include "evidence/missing_drift.h"
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

static const struct drift_bands bands = {0.1, 0.25};

/* A column of so many rows in all, of which a share misses its value. */
static struct drift column(double reference, double current, size_t rows_reference,
			   size_t rows_current)
{
	return (struct drift){.column = "age",
			      .rows_reference =
				  (size_t)lround((double)rows_reference * (1 - reference)),
			      .rows_current = (size_t)lround((double)rows_current * (1 - current)),
			      .missing_reference = reference,
			      .missing_current = current};
}

static void bands_and_chance_decide(void **state)
{
	static const struct {
		double reference, current;
		size_t rows;
		double psi; /* NAN: nothing is missing */
		enum drift_severity severity;
	} cases[] = {
	    {0, 0, 1000, NAN, DRIFT_STABLE},
	    {0.1, 0.1, 1000, 0, DRIFT_STABLE},
	    {0.1, 0.5, 1000, 0.8788898309344877, DRIFT_CRITICAL}, /* 0.4 (ln 5 + ln 1.8) */
	    {0.5, 0.1, 1000, 0.8788898309344877, DRIFT_CRITICAL}, /* the same way back */
	    {0.1, 0.22, 1000, 0.11178698448059321,
	     DRIFT_WARNING},                                   /* 0.12 (ln 2.2 + ln(0.9/0.78)) */
	    {0.1, 0.3, 10, 0.2699853433898032, DRIFT_TOO_FEW}, /* 1 and 3 of 10 rows */
	    {0, 1, 1000, 18.41883867587797, DRIFT_CRITICAL},   /* an empty share counts 1e-4 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		/* a second column that misses nothing tells how many rows there are */
		const struct drift columns[] = {
		    column(cases[i].reference, cases[i].current, cases[i].rows, cases[i].rows),
		    column(0, 0, cases[i].rows, cases[i].rows)};
		struct arena mem, scratch;
		const struct drift *missing;

		arena_init(&mem);
		arena_init(&scratch);
		missing = missing_drift(&mem, &scratch, columns, 2, bands);
		if (isnan(cases[i].psi)) {
			assert_null(missing);
		} else {
			assert_non_null(missing);
			assert_true(fabs(missing[0].psi - cases[i].psi) < 1e-9);
			assert_int_equal(missing[0].severity, cases[i].severity);
			assert_true(isnan(missing[1].psi));
			assert_int_equal(missing[1].severity, DRIFT_STABLE);
		}
		arena_release(&mem);
		arena_release(&scratch);
	}
}

static void rows_that_are_not_known_are_not_guessed(void **state)
{
	const struct drift alone = column(0.1, 1, 1000, 1000);
	struct drift given = column(0.1, 0.2, 1000, 1000);
	struct arena mem, scratch;

	(void)state;
	arena_init(&mem);
	arena_init(&scratch);
	assert_null(missing_drift(&mem, &scratch, &alone, 1, bands));
	given.missing_current = NAN;
	assert_null(missing_drift(&mem, &scratch, &given, 1, bands));
	assert_null(missing_drift(&mem, &scratch, NULL, 0, bands));
	given.missing_current = 0.2;
	assert_int_equal(
	    missing_drift(&mem, &scratch, &given, 1, (struct drift_bands){NAN, NAN})->severity,
	    DRIFT_UNKNOWN);
	arena_release(&mem);
	arena_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bands_and_chance_decide),
	    cmocka_unit_test(rows_that_are_not_known_are_not_guessed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
