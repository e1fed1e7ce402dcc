/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_breaker.c - breaker, window of outcomes, criteria of a rollback */
#include "capstone/breaker.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void one_tries_at_a_time(void **state)
{
	struct breaker b = {.limit = 2, .pause_ms = 100};

	(void)state;
	assert_true(breaker_allows(&b, 0));
	assert_true(breaker_allows(&b, 0));
	breaker_tell(&b, true, 0);
	assert_true(breaker_allows(&b, 0));
	breaker_tell(&b, false, 0); /* a success between: it counts anew */
	breaker_tell(&b, true, 10);
	assert_true(breaker_allows(&b, 10));
	breaker_tell(&b, true, 10);
	assert_false(breaker_allows(&b, 109));
	assert_true(breaker_allows(&b, 110));
	assert_false(breaker_allows(&b, 110)); /* one tries */
	assert_false(breaker_allows(&b, 100000));
	breaker_tell(&b, true, 120); /* in vain: another pause */
	assert_false(breaker_allows(&b, 219));
	assert_true(breaker_allows(&b, 220));
	breaker_tell(&b, false, 230);
	assert_true(breaker_allows(&b, 230));
	assert_int_equal(b.openings, 2);
}

static void late_outcomes(void **state)
{
	struct breaker b = {.limit = 1, .pause_ms = 100}, never = {.limit = 0};

	(void)state;
	breaker_tell(&b, true, 0);
	breaker_tell(&b, true, 50); /* of a request that began before it opened */
	assert_int_equal(b.openings, 1);
	assert_false(breaker_allows(&b, 149));
	assert_true(breaker_allows(&b, 150));
	for (int i = 0; i < 1000; i++)
		breaker_tell(&never, true, i);
	assert_true(breaker_allows(&never, 1000));
}

/* The percentile of the same latencies, sorted: the smallest that 95 % do not exceed. */
static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double p95_of(const double *from, size_t n)
{
	double *sorted = malloc(n * sizeof *sorted), value;

	for (size_t i = 0; i < n; i++)
		sorted[i] = from[i];
	qsort(sorted, n, sizeof *sorted, compare);
	value = sorted[(size_t)ceil(0.95 * (double)n - 1e-9) - 1];
	free(sorted);
	return value;
}

static void percentile_of_a_moving_window(void **state)
{
	enum { CAP = 137, N = 1000 };
	struct outcome_window w;
	double *latencies = malloc(N * sizeof *latencies);
	uint64_t seed = 7;

	(void)state;
	outcome_window_init(&w, CAP);
	assert_true(isnan(outcome_window_p95(&w)) && isnan(outcome_window_error_rate(&w)));
	for (size_t i = 0; i < N; i++) {
		size_t n = i + 1 < CAP ? i + 1 : CAP;
		double exact, got;
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		latencies[i] = exp((double)(seed >> 40) / (1 << 24) * 14 - 6); /* 0.002 to 3000 */
		outcome_window_add(&w, i % 10 == 0, latencies[i]);
		exact = p95_of(latencies + i + 1 - n, n);
		got = outcome_window_p95(&w);
		if (got < exact * (1 - 1e-9) || got > exact * 1.02 * (1 + 1e-9))
			fail_msg("after %zu: %g, exactly %g", i, got, exact);
	}
	assert_true(outcome_window_error_rate(&w) >= 13. / CAP - 1e-12 &&
		    outcome_window_error_rate(&w) <= 14. / CAP + 1e-12);
	outcome_window_clear(&w);
	assert_true(isnan(outcome_window_p95(&w)));
	outcome_window_add(&w, false, 0);
	assert_true(fabs(outcome_window_p95(&w) - 0.001) < 1e-12);
	outcome_window_add(&w, false, 1e300);
	outcome_window_add(&w, false, NAN);
	outcome_window_release(&w);
	free(latencies);
}

static void fill(struct outcome_window *w, size_t n, size_t errors, double latency)
{
	outcome_window_clear(w);
	for (size_t i = 0; i < n; i++)
		outcome_window_add(w, i < errors, latency);
}

static void criteria(void **state)
{
	static const struct rollback_rules rules = {.last = 200,
						    .at_least = 50,
						    .error_rate_over = 0.2,
						    .error_rate_times = 2,
						    .errors_at_least = 5,
						    .latency_p95_times = 2,
						    .latency_p95_over_ms = 5};
	static const struct {
		const char *what;
		size_t n, errors;
		double latency;
		size_t other_n, other_errors;
		double other_latency;
		const char *figure;
	} cases[] = {
	    {"all well", 100, 0, 1, 100, 0, 1, NULL},
	    {"too few to judge", 49, 49, 1, 100, 0, 1, NULL},
	    {"over the limit", 50, 11, 1, 0, 0, 1, "error_rate"},
	    {"at the limit", 50, 10, 1, 0, 0, 1, NULL},
	    {"nobody to compare with", 100, 15, 100, 49, 0, 1, NULL},
	    {"over twice the other's", 100, 11, 1, 100, 5, 1, "error_rate"},
	    {"twice the other's", 100, 10, 1, 100, 5, 1, NULL},
	    {"four errors are too few to compare", 100, 4, 1, 100, 0, 1, NULL},
	    {"five of none", 100, 5, 1, 100, 0, 1, "error_rate"},
	    {"slow, but under the floor", 100, 0, 4.8, 100, 0, 1, NULL},
	    {"slow", 100, 0, 5.3, 100, 0, 1, "latency_p95_ms"},
	    {"as slow as the other", 100, 0, 500, 100, 0, 500, NULL},
	    {"more than twice as slow", 100, 0, 1100, 100, 0, 500, "latency_p95_ms"},
	};
	struct outcome_window a, b;

	(void)state;
	outcome_window_init(&a, rules.last);
	outcome_window_init(&b, rules.last);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct rollback_verdict v;
		fill(&a, cases[i].n, cases[i].errors, cases[i].latency);
		fill(&b, cases[i].other_n, cases[i].other_errors, cases[i].other_latency);
		v = rollback_judge(&rules, &a, &b);
		if (!v.figure != !cases[i].figure)
			fail_msg("%s: %s", cases[i].what, v.figure ? v.figure : "fine");
		if (v.figure)
			assert_string_equal(v.figure, cases[i].figure);
		assert_true(!v.figure || (v.value > v.limit && v.requests == cases[i].n));
	}
	outcome_window_release(&a);
	outcome_window_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_tries_at_a_time),
	    cmocka_unit_test(late_outcomes),
	    cmocka_unit_test(percentile_of_a_moving_window),
	    cmocka_unit_test(criteria),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
