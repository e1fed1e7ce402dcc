/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_intervals.c - intervals in closed form: of quantiles, means and ratios
 *
 * Ranks against tables, bounds, what moves with the numbers, and few draws of how often the truth
 * is held; tests/bench/coverage.c makes many. */
#include "coverage_numbers.h"
#include "measure/latency.h"
#include "measure/quantile.h"
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 100000 };
static double numbers[MOST];
static struct arena mem;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	for (size_t i = 0; i < MOST; i++)
		numbers[i] = (double)(i + 1); /* each is its rank */
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static void near(const char *what, double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance * fmax(1, fabs(want))))
		fail_msg("%s: %.17g, not %.17g", what, got, want);
}

static bool same_bits(double a, double b)
{
	return (isnan(a) && isnan(b)) || !memcmp(&a, &b, sizeof a);
}

/* ---- quantiles ---- */

/* Ranks by scipy.stats.binom 1.10.1: l = ppf(0.025) and one less where P(B < l) would be over it, u
 * the first with P(B >= u) at most 0.025. 0: none. */
static void ranks_are_those_of_the_binomial_distribution(void **state)
{
	static const struct {
		size_t n;
		double share;
		double low, high;
	} t[] = {
	    {1, 0.5, 0, 0},
	    {2, 0.5, 0, 0},
	    {5, 0.5, 0, 0},
	    {6, 0.5, 1, 6},
	    {7, 0.5, 1, 7},
	    {10, 0.5, 2, 9},
	    {100, 0.5, 40, 61},
	    {1000, 0.5, 469, 532},
	    {100000, 0.5, 49690, 50311},
	    {35, 0.9, 0, 0},
	    {36, 0.9, 29, 36},
	    {100, 0.9, 84, 96},
	    {1000, 0.9, 881, 919},
	    {71, 0.95, 0, 0},
	    {72, 0.95, 64, 72},
	    {1000, 0.95, 936, 964},
	    {100000, 0.95, 94864, 95136},
	    {367, 0.99, 0, 0},
	    {368, 0.99, 360, 368},
	    {1000, 0.99, 983, 997},
	    {5000, 0.99, 4936, 4964},
	    {100000, 0.99, 98938, 99062},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct interval got = quantile_interval(numbers, t[i].n, t[i].share);

		if (!t[i].low ? !isnan(got.low) || !isnan(got.high)
			      : got.low != t[i].low || got.high != t[i].high)
			fail_msg("%zu rows, %g: %g to %g, not %g to %g", t[i].n, t[i].share,
				 got.low, got.high, t[i].low, t[i].high);
	}
}

static void quantiles_lie_in_their_intervals(void **state)
{
	(void)state;
	for (size_t n = 0; n <= 3000; n++)
		for (size_t q = 0; q < QUANTILES; q++) {
			struct interval i = quantile_interval(numbers, n, quantile_shares[q]);
			double value = quantile_sorted(numbers, n, quantile_shares[q]);

			if (!isnan(i.low) && !(i.low <= value && value <= i.high))
				fail_msg("%zu rows: %g not in %g to %g", n, value, i.low, i.high);
		}
}

/* The median's ranks mirror each other; so do those of a share and its rest. */
static void ranks_mirror(void **state)
{
	(void)state;
	for (size_t n = 6; n < 400; n += 7) {
		struct interval half = quantile_interval(numbers, n, 0.5);
		struct interval low = quantile_interval(numbers, n, 0.25);
		struct interval high = quantile_interval(numbers, n, 0.75);

		assert_true(half.low + half.high == (double)n + 1);
		assert_true(isnan(low.low) == isnan(high.low));
		assert_true(isnan(low.low) || (low.low + high.high == (double)n + 1 &&
					       low.high + high.low == (double)n + 1));
	}
}

/* ---- means ---- */

/* By the inverse of Hall's cubic, evaluated with numpy and scipy.stats.t, whose point GSL's follows
 * to nine digits. */
static void means_have_halls_interval(void **state)
{
	static const struct {
		double values[8];
		size_t n;
		double low, high;
	} t[] = {
	    {{1, 2, 4, 8, 16, 32, 64, 128}, 8, 4.936269112918527, 181.46706815016395},
	    {{1, 1, 1, 1, 1, 1, 1, 9}, 8, 0.47499905715607693, 9.487127501197609},
	    {{-1, 2, 3.5, 4}, 4, -12.413332097188176, 4.800571286022495},
	    {{1, 2, 3, 4, 5}, 5, 1.036756838522439, 4.9632431614775605},
	    {{1, 3}, 2, -10.706204736432095, 14.706204736432095},
	    {{0.001, 0.002, 0.005}, 3, -0.0011094984321095794, 0.022643729092819122},
	};
	static const double same[] = {3, 3, 3}, one[] = {4}, far[] = {DBL_MAX, -DBL_MAX, DBL_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct interval got = mean_interval(t[i].values, t[i].n);

		near("low", got.low, t[i].low, 1e-8);
		near("high", got.high, t[i].high, 1e-8);
	}
	assert_true(isnan(mean_interval(same, 3).low) && isnan(mean_interval(one, 1).high));
	assert_true(isnan(mean_interval(NULL, 0).low) && isnan(mean_interval(far, 3).low));
}

/* Moved, stretched and turned over, numbers take their interval with them; it holds their mean and,
 * of numbers that are never below 0, is never below 0. */
static void intervals_move_with_the_numbers(void **state)
{
	struct random r = random_stream(11, 1);

	(void)state;
	for (int round = 0; round < 200; round++) {
		double x[60], moved[60], turned[60], huge[60], mean = 0;
		size_t n = 2 + random_below(&r, 58);
		struct interval i, of_moved, of_turned, of_huge;

		for (size_t k = 0; k < n; k++) {
			x[k] = times_kinds[round % TIMES_KINDS].draw(&r);
			moved[k] = 3 * x[k] + 7;
			turned[k] = -x[k];
			huge[k] = x[k] * 0x1p1000;
			mean += x[k] / (double)n;
		}
		i = mean_interval(x, n);
		of_moved = mean_interval(moved, n);
		of_turned = mean_interval(turned, n);
		of_huge = mean_interval(huge, n);
		if (isnan(i.low))
			continue; /* all the same */
		assert_true(i.low <= mean && mean <= i.high);
		near("moved", of_moved.low, 3 * i.low + 7, 1e-9);
		near("stretched", of_moved.high, 3 * i.high + 7, 1e-9);
		assert_true(same_bits(of_turned.low, -i.high) && same_bits(of_turned.high, -i.low));
		assert_true(of_huge.low == i.low * 0x1p1000 && of_huge.high == i.high * 0x1p1000);
		assert_true(positive_mean_interval(x, n).low >= 0);
	}
}

/* ---- figures ---- */

static void figures_have_intervals_or_none(void **state)
{
	static const double truth[] = {1, 2, 3, 4, 5, 6, 7, 8};
	static const double said[] = {1.5, 2, 2.75, 4.5, 5.5, 5, 7.25, 8};
	static const double times[] = {5, 1, 4, 2, 3, 6, 9};
	struct regression r = regression_measure(&mem, truth, said, 8);
	struct regression right = regression_measure(&mem, truth, truth, 8);
	struct regression two = regression_measure(&mem, truth, said, 2);
	struct latency l = latency_measure(&mem, times, 7);

	(void)state;
	for (size_t f = 0; f < NUMBER_FIGURES; f++) {
		const struct figure *figure = number_figure(&r, f);

		if (!(figure->interval.low < figure->value &&
		      figure->value < figure->interval.high))
			fail_msg("%s: %g not in %g to %g", number_figures[f], figure->value,
				 figure->interval.low, figure->interval.high);
		/* without any error there is nothing to tell its spread from */
		figure = number_figure(&right, f);
		assert_true(!isnan(figure->value));
		assert_true(isnan(figure->interval.low) ||
			    (figure->interval.low == 0 && figure->interval.high == 0));
	}
	assert_true(isnan(r.max_error.interval.low) && !isnan(r.max_error.value));
	assert_true(r.r2.interval.high < 1 && r.explained_variance.interval.high < 1);
	assert_true(isnan(two.median_absolute_error.interval.low) &&
		    isnan(two.r2.interval.low)); /* a row of two holds all of the truth's spread */
	assert_true(l.p50.interval.low == 1 && l.p50.interval.high == 9);
	assert_true(isnan(l.p90.interval.low) && isnan(l.p99.interval.high));
	assert_true(l.mean.interval.low > 0 && l.mean.interval.high > l.mean.value);
}

/* ---- how often they hold the truth ---- */

static void inside(const char *what, const char *kind, size_t n, double got, double low,
		   double high)
{
	if (!(got >= low && got <= high))
		fail_msg("%s of %s at %zu rows: %.4f, not in %.4f to %.4f", what, kind, n, got, low,
			 high);
}

/* Quantiles: by chance alone and by whole ranks never under 95 %. Means: as docs/figures.md has
 * it. */
static void intervals_of_times_hold_the_truth(void **state)
{
	enum { SAMPLES = 400 };
	static const struct {
		size_t kind, n;
		double least_mean;
	} t[] = {{0, 50, 0.94}, {1, 200, 0.94}, {2, 400, 0.93}, {3, 400, 0.93}, {5, 400, 0}};
	double error = 3 * sqrt(0.05 * 0.95 / SAMPLES);

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const struct times *kind = &times_kinds[t[i].kind];
		struct times_coverage c = times_held(kind, t[i].n, SAMPLES, false, 2);

		for (size_t q = 0; q < QUANTILES; q++)
			if (!isnan(c.quantile[q]))
				inside("quantile", kind->name, t[i].n, c.quantile[q], 0.95 - error,
				       1);
		if (t[i].least_mean > 0)
			inside("mean", kind->name, t[i].n, c.mean[MEAN_HALL],
			       t[i].least_mean - error, 0.96 + error);
	}
}

static void intervals_of_errors_hold_the_truth(void **state)
{
	enum { SAMPLES = 400, POPULATION = 1000000, ROWS = 200 };
	static const double least[NUMBERS_KINDS] = {0.94, 0.92, 0.91, 0.9};
	double error = 3 * sqrt(0.05 * 0.95 / SAMPLES);

	(void)state;
	for (size_t k = 0; k < NUMBERS_KINDS; k++) {
		double truth[NUMBER_FIGURES], held[NUMBER_FIGURES];

		numbers_truth(&numbers_kinds[k], POPULATION, truth);
		numbers_held(&numbers_kinds[k], truth, ROWS, SAMPLES, 2, held);
		for (size_t f = 0; f < NUMBER_FIGURES; f++)
			inside(number_figures[f], numbers_kinds[k].name, ROWS, held[f],
			       least[k] - error, 0.97 + error);
	}
}

static void threads_change_nothing(void **state)
{
	struct times_coverage one = times_held(&times_kinds[2], 100, 50, true, 1);
	struct times_coverage four = times_held(&times_kinds[2], 100, 50, true, 4);

	(void)state;
	for (size_t m = 0; m < MEAN_METHODS; m++)
		assert_true(same_bits(one.mean[m], four.mean[m]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ranks_are_those_of_the_binomial_distribution),
	    cmocka_unit_test(quantiles_lie_in_their_intervals),
	    cmocka_unit_test(ranks_mirror),
	    cmocka_unit_test(means_have_halls_interval),
	    cmocka_unit_test(intervals_move_with_the_numbers),
	    cmocka_unit_test(figures_have_intervals_or_none),
	    cmocka_unit_test(intervals_of_times_hold_the_truth),
	    cmocka_unit_test(intervals_of_errors_hold_the_truth),
	    cmocka_unit_test(threads_change_nothing),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
