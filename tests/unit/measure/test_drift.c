/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_drift.c - PSI, KS, quantiles, and what is called drift */
#include "base/arena.h"
#include "measure/distance.h"
#include "measure/drift.h"
#include "measure/ks.h"
#include "measure/psi.h"
#include "measure/quantile.h"
#include "measure/sort.h"
#include "measure/special.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem, scratch;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	arena_init(&scratch);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	arena_release(&scratch);
	return 0;
}

static void near(const char *what, double got, double want, double tolerance)
{
	if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= tolerance))
		fail_msg("%s: got %.17g, want %.17g", what, got, want);
}

static double uniform(uint64_t *x)
{
	*x ^= *x << 13, *x ^= *x >> 7, *x ^= *x << 17;
	return (double)(*x >> 11) / 9007199254740992.0;
}

static void sorting(void **state)
{
	const size_t sizes[] = {0, 1, 2, 100, 1024, 5000};
	uint64_t x = 42;

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		double *v = arena_new(&mem, double, sizes[s]);
		double before = 0, after = 0;

		for (size_t i = 0; i < sizes[s]; i++) {
			v[i] = i % 7 == 0    ? floor(10 * uniform(&x)) - 5
			       : i % 11 == 0 ? (i % 2 ? INFINITY : -INFINITY)
					     : ldexp(uniform(&x) - 0.5, (int)(i % 600) - 300);
			before += isfinite(v[i]) ? v[i] : 1;
		}
		sort_numbers(v, sizes[s], &scratch);
		for (size_t i = 0; i < sizes[s]; i++) {
			after += isfinite(v[i]) ? v[i] : 1;
			assert_true(i == 0 || v[i - 1] <= v[i]);
		}
		near("sum", after, before, 1e-9 * fabs(before) + 1e80);
	}
}

static void quantiles(void **state)
{
	const double v[] = {1, 2, 4, 8}, huge[] = {-1.7e308, 1.7e308}, same[] = {3, 3, 3, 3, 3};
	double edges[9];

	(void)state;
	near("middle", quantile_sorted(v, 4, 0.5), 3, 0);
	near("lowest", quantile_sorted(v, 4, 0), 1, 0);
	near("highest", quantile_sorted(v, 4, 1), 8, 0);
	near("one value", quantile_sorted(v, 1, 0.3), 1, 0);
	near("none", quantile_sorted(v, 0, 0.5), NAN, 0);
	near("no overflow", quantile_sorted(huge, 2, 0.5), 0, 0);
	assert_int_equal(quantile_inner_edges(same, 5, 10, edges), 1);
	assert_int_equal(quantile_inner_edges(same, 0, 10, edges), 0);
}

static void psi_by_hand(void **state)
{
	const struct {
		const char *what;
		size_t reference[2], current[2];
		double want;
	} t[] = {
	    {"same shares, other totals", {1, 1}, {50, 50}, 0},
	    {"50/50 to 60/40", {50, 50}, {60, 40}, 0.1 * 0.405465108108164},
	    {"swapping the samples changes nothing", {60, 40}, {50, 50}, 0.1 * 0.405465108108164},
	    {"an empty share counts 1e-4",
	     {50, 50},
	     {100, 0},
	     0.5 * 0.693147180559945 + 0.4999 * 8.517193191416238},
	    {"empty in both adds nothing", {9, 0}, {4, 0}, 0},
	    {"no rows", {0, 0}, {1, 1}, NAN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		near(t[i].what, psi_from_counts(t[i].reference, t[i].current, 2), t[i].want, 1e-14);
}

/* PSI of current rows against their own distribution passes its point at 5 % in no more than about
 * 5 of 100 windows, also where chi-square gives 7 (1,000 and 100 rows) to 40 (30 rows). */
static void psi_chance_holds_for_small_windows(void **state)
{
	enum { SAMPLES = 500 };
	const struct {
		size_t n, m;
	} t[] = {{1000, 100}, {100, 100}, {1000, 30}, {4000, 1500}};
	uint64_t x = 2024;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double *a = arena_new(&mem, double, t[i].n), *b = arena_new(&mem, double, t[i].m);
		size_t passed = 0;

		for (size_t s = 0; s < SAMPLES; s++) {
			struct arena_mark mark = arena_save(&mem);
			struct numeric_reference reference;
			struct drift d;

			for (size_t k = 0; k < t[i].n; k++)
				a[k] = uniform(&x);
			for (size_t k = 0; k < t[i].m; k++)
				b[k] = uniform(&x);
			numeric_reference_init(&reference, &mem, &scratch, a, t[i].n, DRIFT_BINS);
			for (size_t e = 0; s && e < reference.n_edges; e++)
				assert_true(e == 0 || reference.edges[e] > reference.edges[e - 1]);
			d = drift_numeric(&mem, &scratch, "x", &reference, b, t[i].m);
			passed += d.psi_p_value <= 0.05;
			assert_true((d.psi >= d.psi_chance) == (d.psi_p_value <= 0.05) ||
				    fabs(d.psi_p_value - 0.05) < 1e-9);
			arena_reset(&mem, mark);
		}
		near("share", (double)passed / SAMPLES, 0.04, 0.035);
	}
}

static void psi_chance_edges(void **state)
{
	const size_t large[] = {100000, 100000, 100000}, one[] = {7}, none[] = {0, 0, 0},
		     few[] = {1, 0, 2};
	struct psi_chance c;

	(void)state;
	c = psi_chance(&scratch, large, large, 3, PSI_CATEGORIES, 0);
	near("chi-square with 2 degrees", c.point, 5.991464547107979 * 2 / 300000, 1e-12);
	near("nothing", c.p_value, 1, 0);
	c = psi_chance(&scratch, one, one, 1, PSI_CATEGORIES, 0);
	near("one category", c.point, 0, 0);
	near("one category", c.p_value, 1, 0);
	c = psi_chance(&scratch, large, none, 3, PSI_CATEGORIES, NAN);
	assert_true(isnan(c.point) && isnan(c.p_value));
	c = psi_chance(&scratch, few, few, 3, PSI_BINS_OF_REFERENCE, 0);
	assert_true(isfinite(c.point) && c.point > 0.1 && c.p_value > 0.05);
	c = psi_chance(&scratch, few, large, 3, PSI_BINS_OF_REFERENCE, 0);
	assert_true(isfinite(c.point) && isfinite(c.p_value));
}

/* All orders of 3 + 2 values: D of each of the 10, so that every p-value can be counted. */
static void ks_exact_by_counting(void **state)
{
	unsigned long long gaps[10];
	size_t n = 0;

	(void)state;
	for (unsigned mask = 0; mask < 32; mask++) {
		double a[3], b[2];
		size_t i = 0, j = 0;

		if (__builtin_popcount(mask) != 2)
			continue;
		for (unsigned k = 0; k < 5; k++)
			if (mask >> k & 1)
				b[j++] = k;
			else
				a[i++] = k;
		gaps[n++] = ks_gap(a, 3, b, 2);
	}
	for (size_t i = 0; i < n; i++) {
		double as_large = 0;

		for (size_t j = 0; j < n; j++)
			as_large += gaps[j] >= gaps[i];
		near("p", ks_p_exact(&scratch, 3, 2, gaps[i]), as_large / 10, 1e-15);
	}
}

/* Share of lattice paths that reach |i m - j n| >= gap, cell by cell. */
static double outside(size_t n, size_t m, unsigned long long gap)
{
	static double share[61][61];

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			long long off = (long long)(i * m) - (long long)(j * n);

			if ((unsigned long long)llabs(off) >= gap)
				share[i][j] = 1;
			else if (i + j == 0)
				share[i][j] = 0;
			else
				share[i][j] = ((i ? (double)i * share[i - 1][j] : 0) +
					       (j ? (double)j * share[i][j - 1] : 0)) /
					      (double)(i + j);
		}
	return share[n][m];
}

static void ks_exact_against_all_cells(void **state)
{
	const size_t sizes[][2] = {{60, 60}, {60, 59}, {7, 50}, {50, 7}, {1, 9}, {30, 15}, {1, 1}};

	(void)state;
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
		size_t n = sizes[s][0], m = sizes[s][1], step = n == m ? n : 1;

		for (size_t gap = step; gap <= n * m; gap += step * (1 + n * m / step / 40)) {
			double want = outside(n, m, gap);

			near("p", ks_p_exact(&scratch, n, m, gap), want, 1e-13 * want);
		}
	}
}

/* The gap at every pooled point, one after the other, on tied samples of unlike sizes. */
static void ks_gap_at_all_points(void **state)
{
	unsigned long long walked;
	const size_t sizes[][2] = {{1, 1}, {5, 5}, {300, 7}, {7, 300}, {90, 100}, {1, 400}};
	uint64_t x = 99;

	(void)state;
	for (size_t s = 0; s < 60; s++) {
		size_t n = sizes[s % 6][0], m = sizes[s % 6][1];
		double a[400], b[400];
		unsigned long long want = 0;

		for (size_t i = 0; i < n; i++)
			a[i] = floor(uniform(&x) * (double)(5 + s));
		for (size_t j = 0; j < m; j++)
			b[j] = floor(uniform(&x) * (double)(7 + s)) - 1;
		for (double point = -2; point < 70; point++) {
			size_t i = 0, j = 0;
			long long off;

			for (size_t k = 0; k < n; k++)
				i += a[k] <= point;
			for (size_t k = 0; k < m; k++)
				j += b[k] <= point;
			off = llabs((long long)(i * m) - (long long)(j * n));
			want = (unsigned long long)off > want ? (unsigned long long)off : want;
		}
		sort_numbers(a, n, &scratch);
		sort_numbers(b, m, &scratch);
		assert_true(ks_gap(a, n, b, m) == want);
		wasserstein_with_gap(a, n, b, m, &walked);
		assert_true(walked == want);
	}
}

static void ks_edges(void **state)
{
	double a[] = {1, 1, 1}, b[] = {1, 1}, c[] = {2, 3, 4, 5};
	struct ks ks;

	(void)state;
	ks = ks_two_sample(&scratch, a, 3, b, 2);
	near("constant", ks.statistic, 0, 0);
	near("constant", ks.p_value, 1, 0);
	ks = ks_two_sample(&scratch, a, 3, c, 4);
	near("apart", ks.statistic, 1, 0);
	near("apart: 2 of C(7, 3) orders", ks.p_value, 2.0 / 35, 1e-15);
	ks = ks_two_sample(&scratch, a, 0, c, 4);
	assert_true(isnan(ks.statistic) && isnan(ks.p_value));
	near("far beyond", ks_p_exact(&scratch, 9999, 10000, 9999ULL * 9000), 0, 0);
	near("no row", ks_p_one_sample(&scratch, 0, 0.5), NAN, 0);
	near("certain", ks_p_one_sample(&scratch, 50, 1), 0, 0);
	near("n = 1: P(D >= d) = 2 (1 - d)", ks_p_one_sample(&scratch, 1, 0.75), 0.5, 1e-15);
}

/* The methods for the one-sample distribution meet where one takes over from the other. */
static void ks_methods_meet(void **state)
{
	const struct {
		double n, d;
	} t[] = {{140, 0.1690308}, {141, 0.12491}, {5000, 0.02097617}, {100000, 0.00058}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		double below = ks_p_one_sample(&scratch, t[i].n, t[i].d * (1 - 1e-7));
		double above = ks_p_one_sample(&scratch, t[i].n, t[i].d * (1 + 1e-7));

		near("meet", below, above, 2e-6);
	}
}

static struct drift feature(double psi, double chance, double p)
{
	return (struct drift){.column = "x",
			      .psi = psi,
			      .psi_chance = chance,
			      .psi_p_value = p,
			      .psi_ties = NAN,
			      .psi_ties_p_value = NAN};
}

static void severity(void **state)
{
	const struct drift_bands bands = {0.1, 0.25};
	struct drift d[] = {
	    feature(0.30, 0.02, 1e-9), feature(0.12, 0.02, 1e-8), feature(0.05, 0.02, 1e-7),
	    feature(0.01, 0.02, 0.4),  feature(0.30, 0.28, 0.03), feature(0.12, 0.05, 0.02),
	    feature(NAN, NAN, NAN),
	};
	const enum drift_severity want[] = {DRIFT_CRITICAL, DRIFT_WARNING, DRIFT_STABLE,
					    DRIFT_STABLE,   DRIFT_TOO_FEW, DRIFT_TOO_FEW,
					    DRIFT_UNKNOWN};

	(void)state;
	drift_judge(d, 7, bands, &scratch);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(d[i].severity, want[i]);
	assert_int_equal(drift_worst(d, 7), DRIFT_CRITICAL);
	assert_int_equal(drift_worst(d + 1, 6), DRIFT_WARNING);
	assert_int_equal(drift_worst(d + 2, 5), DRIFT_UNKNOWN);
	assert_int_equal(drift_worst(d + 2, 4), DRIFT_TOO_FEW);
	assert_int_equal(drift_worst(d + 2, 2), DRIFT_STABLE);
	assert_int_equal(drift_worst(d, 0), DRIFT_UNKNOWN);
	/* alone, 0.03 passes 5 %; among six it does not */
	drift_judge(d + 4, 1, bands, &scratch);
	assert_int_equal(d[4].severity, DRIFT_CRITICAL);
	drift_judge(d, 1, (struct drift_bands){NAN, NAN}, &scratch);
	assert_int_equal(d[0].severity, DRIFT_UNKNOWN);
	assert_non_null(d[0].reason);
}

static void numeric_edges(void **state)
{
	double same[40], wide[] = {1, 2, INFINITY}, gone[] = {NAN, NAN}, some[] = {NAN, 7, 9, NAN};
	struct numeric_reference r;
	struct drift d;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		same[i] = 7;
	numeric_reference_init(&r, &mem, &scratch, same, 40, DRIFT_BINS);
	d = drift_numeric(&mem, &scratch, "x", &r, same, 40);
	near("constant", d.psi, 0, 0);
	assert_true(d.psi_p_value > 0.05 && d.n_bins == 2);
	d = drift_numeric(&mem, &scratch, "x", &r, gone, 2);
	assert_true(isnan(d.psi) && isnan(d.ks_p_value));
	assert_string_equal(d.reason, "no values in the window");
	near("missing", d.missing_current, 1, 0);
	d = drift_numeric(&mem, &scratch, "x", &r, some, 4);
	near("half missing", d.missing_current, 0.5, 0);
	assert_int_equal(d.rows_current, 2);
	near("half above", d.ks_statistic, 0.5, 0);
	d = drift_numeric(&mem, &scratch, "x", &r, wide, 3);
	assert_string_equal(d.reason, "infinite values");
	numeric_reference_init(&r, &mem, &scratch, gone, 2, DRIFT_BINS);
	d = drift_numeric(&mem, &scratch, "x", &r, same, 40);
	assert_string_equal(d.reason, "no values in the reference");
	near("share of no rows", d.missing_current, 0, 0);
	d = drift_numeric(&mem, &scratch, "x", &r, same, 0);
	near("share of no rows", d.missing_current, NAN, 0);
}

static struct category_counts counts_of(const char *const *names, size_t n_names,
					const uint32_t *codes, size_t n)
{
	return category_count(&mem, &(struct category_column){codes, n, names, n_names});
}

/* 98 of 100 reference rows hold 5, the others 4 and 6. A window that left 5 for values below it
 * stands in the bin that holds 5, so that psi alone says nothing; a window that keeps 5 is stable.
 */
static void ties_have_a_bin_of_their_own(void **state)
{
	enum { ROWS = 1000 };
	const struct drift_bands bands = {0.1, 0.25};
	static double reference[ROWS], moved[ROWS], same[ROWS], plain[ROWS];
	struct numeric_reference r;
	struct drift d;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		reference[i] = i < 10 ? 4 : i < 990 ? 5 : 6;
		moved[i] = i < 990 ? 1 + (double)i / 1000 : 6;
		plain[i] = (double)i;
	}
	for (size_t i = 0; i < ROWS; i++)
		same[i] = reference[(i * 7) % ROWS];
	numeric_reference_init(&r, &mem, &scratch, reference, ROWS, DRIFT_BINS);
	assert_int_equal(r.n_edges, 1);
	assert_int_equal(r.n_tied_edges, 2);
	d = drift_numeric(&mem, &scratch, "moved", &r, moved, ROWS);
	near("psi over distinct deciles", d.psi, 0, 1e-12);
	/* shares .01 .98 .01 against .99 0 .01, an empty share counting 1e-4 */
	near("psi_ties", d.psi_ties,
	     (0.99 - 0.01) * log(0.99 / 0.01) + (1e-4 - 0.98) * log(1e-4 / 0.98), 1e-12);
	drift_judge(&d, 1, bands, &scratch);
	assert_int_equal(d.severity, DRIFT_CRITICAL);
	assert_non_null(d.reason);
	d = drift_numeric(&mem, &scratch, "same", &r, same, ROWS);
	near("psi_ties of the same", d.psi_ties, 0, 1e-12);
	drift_judge(&d, 1, bands, &scratch);
	assert_int_equal(d.severity, DRIFT_STABLE);
	assert_null(d.reason);
	/* Without ties there is nothing to tell apart. */
	numeric_reference_init(&r, &mem, &scratch, plain, ROWS, DRIFT_BINS);
	assert_int_equal(r.n_tied_edges, 0);
	d = drift_numeric(&mem, &scratch, "plain", &r, plain, ROWS);
	assert_true(isnan(d.psi_ties) && isnan(d.psi_ties_p_value));
}

static void categories(void **state)
{
	const char *const one[] = {"pear", "apple", "fig"}, *const two[] = {"apple", "kiwi",
									    "apple"};
	const uint32_t a[] = {0, 1, 1, 0, CATEGORY_MISSING}, b[] = {0, 1, 2, 0};
	struct category_counts r = counts_of(one, 3, a, 5), c = counts_of(two, 3, b, 4);
	struct drift d = drift_categorical(&mem, &scratch, "fruit", &r, &c);

	(void)state;
	assert_int_equal(d.n_bins, 3);
	assert_string_equal(d.bins[0].category, "apple");
	assert_string_equal(d.bins[1].category, "kiwi");
	assert_string_equal(d.bins[2].category, "pear");
	assert_true(d.bins[0].reference == 2 && d.bins[0].current == 3);
	assert_int_equal(d.n_new_categories, 1);
	assert_string_equal(d.new_categories[0], "kiwi");
	near("missing", d.missing_reference, 0.2, 0);
	near("psi", d.psi,
	     0.25 * log(1.5) + (0.25 - 1e-4) * log(0.25 / 1e-4) + (1e-4 - 0.5) * log(1e-4 / 0.5),
	     1e-12);
	near("no ks", d.ks_p_value, NAN, 0);
	c = counts_of(two, 3, b, 0);
	d = drift_categorical(&mem, &scratch, "fruit", &r, &c);
	assert_true(isnan(d.psi));
	assert_string_equal(d.reason, "no values in the window");
}

static void distributions(void **state)
{
	const struct cumulants normal = {.mean = 2, .variance = 9, .third = 0};
	const struct cumulants exponential = {.mean = 1, .variance = 1, .third = 2};
	const struct cumulants fixed = {.mean = 3};

	(void)state;
	near("z", normal_two_sided_point(0.95), 1.959963984540054, 1e-14);
	near("chi-square", chi_square_tail(3.841458820694124, 1), 0.05, 1e-14);
	near("chi-square", chi_square_point(0.05, 9), 16.918977604620448, 1e-10);
	near("far tail", chi_square_tail(1e6, 9), 0, 0);
	near("normal", cumulants_point(&normal, 0.025), 2 + 3 * 1.959963984540054, 1e-10);
	near("exponential", cumulants_point(&exponential, 0.05), -log(0.05), 1e-10);
	near("exponential", cumulants_tail(&exponential, 3), exp(-3), 1e-12);
	near("fixed", cumulants_point(&fixed, 0.05), 3, 0);
	near("fixed", cumulants_tail(&fixed, 3.1), 0, 0);
	near("fixed", cumulants_tail(&fixed, 3), 1, 0);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(drift_severity_name(DRIFT_TOO_FEW), "too_few");
	assert_true(figure_more_is_better("performance.roc_auc"));
	assert_true(figure_more_is_better("f1"));
	assert_false(figure_more_is_better("calibration.ece"));
	assert_false(figure_more_is_better("psi"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorting),
	    cmocka_unit_test(quantiles),
	    cmocka_unit_test(psi_by_hand),
	    cmocka_unit_test(psi_chance_holds_for_small_windows),
	    cmocka_unit_test(psi_chance_edges),
	    cmocka_unit_test(ks_exact_by_counting),
	    cmocka_unit_test(ks_exact_against_all_cells),
	    cmocka_unit_test(ks_gap_at_all_points),
	    cmocka_unit_test(ks_edges),
	    cmocka_unit_test(ks_methods_meet),
	    cmocka_unit_test(severity),
	    cmocka_unit_test(numeric_edges),
	    cmocka_unit_test(ties_have_a_bin_of_their_own),
	    cmocka_unit_test(categories),
	    cmocka_unit_test(distributions),
	    cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
