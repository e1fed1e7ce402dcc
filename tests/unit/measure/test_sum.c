/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_sum.c - exact sums and the sort, on what is hard for them */
#include "base/arena.h"
#include "measure/latency.h"
#include "measure/sort.h"
#include "measure/sum.h"
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t state = 20240607;

static uint64_t draw(void) /* splitmix64 */
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static double unit(void)
{
	return (double)(draw() >> 11) * 0x1p-53;
}

static bool same_bits(double a, double b)
{
	return !memcmp(&a, &b, sizeof a);
}

static double sum_of(const double *terms, size_t n)
{
	struct sum sum = {0};

	for (size_t i = 0; i < n; i++)
		sum_add(&sum, terms[i]);
	return sum_value(&sum);
}

static void known_sums(void **unused)
{
	static const struct {
		double terms[6];
		double want;
	} cases[] = {
	    {{0}, 0},
	    {{-0.0, -0.0}, 0},
	    {{0.1, 0.2, 0.3, -0.6}, -0x1p-55 + 0x1p-54}, /* what the four doubles truly add up to */
	    {{1, 0x1p-53}, 1},                           /* half a last place: to even */
	    {{1, 0x1p-53, 0x1p-1074}, 1 + DBL_EPSILON},  /* and a trace more */
	    {{1 + DBL_EPSILON, 0x1p-53}, 1 + 2 * DBL_EPSILON},
	    {{-1, -0x1p-53, -0x1p-1000}, -1 - DBL_EPSILON},
	    {{1e308, 1e308, -1e308}, 1e308},
	    {{1e308, 1e308, -1e308, -1e308, 5e-324}, 5e-324},
	    {{DBL_MAX, DBL_MAX}, INFINITY},
	    {{-DBL_MAX, -DBL_MAX}, -INFINITY},
	    {{DBL_MAX, 0x1p970}, INFINITY}, /* half a last place beyond the largest */
	    {{DBL_MAX, 0x1p969}, DBL_MAX},
	    {{DBL_MIN, -5e-324}, DBL_MIN - 5e-324},
	    {{1e-308, 1e-308, 1e-308}, 3 * 1e-308},
	    {{INFINITY, 1, -1e308}, INFINITY},
	    {{-INFINITY, 1}, -INFINITY},
	    {{INFINITY, -INFINITY}, NAN},
	    {{NAN, INFINITY}, NAN},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double got = sum_of(cases[i].terms, 6);
		if (isnan(cases[i].want) ? !isnan(got) : !same_bits(got, cases[i].want))
			fail_msg("case %zu: got %a, want %a", i, got, cases[i].want);
	}
}

/* Terms of any magnitude, whose true sum is 2^-60: every other one cancels another. */
static void order_and_parts_do_not_matter(void **unused)
{
	enum { TERMS = 5000, ROUNDS = 40 };
	static double terms[TERMS + 1];

	(void)unused;
	for (int round = 0; round < ROUNDS; round++) {
		struct sum parts[7] = {0}, all = {0}, block = {0};
		int range = round % 4 ? 40 : 900;

		for (size_t i = 0; i < TERMS; i += 2) {
			terms[i] = ldexp(unit() - 0.5, (int)(draw() % (unsigned)range) - range / 2);
			terms[i + 1] = -terms[i];
		}
		terms[TERMS] = 0x1p-60;
		for (size_t i = TERMS; i > 0; i--) {
			size_t k = draw() % (i + 1);
			double swap = terms[i];
			terms[i] = terms[k];
			terms[k] = swap;
		}
		for (size_t i = 0; i <= TERMS; i++)
			sum_add(&parts[draw() % 7], terms[i]);
		for (size_t p = 0; p < 7; p++)
			sum_merge(&all, &parts[p]);
		sum_add_all(&block, terms, TERMS + 1);
		assert_true(same_bits(sum_of(terms, TERMS + 1), 0x1p-60));
		assert_true(same_bits(sum_value(&all), 0x1p-60));
		assert_true(same_bits(sum_value(&block), 0x1p-60));
	}
}

/* Blocks in which terms lie close together, and their sum term by term. */
static void blocks_are_exact(void **unused)
{
	enum { TERMS = 10007 };
	static double terms[TERMS];

	(void)unused;
	for (int range = 1; range < 200; range += 7) {
		struct sum block = {0};
		for (size_t i = 0; i < TERMS; i++)
			terms[i] = ldexp(unit() - 0.3, -(int)(draw() % (unsigned)range));
		sum_add_all(&block, terms, TERMS);
		assert_true(same_bits(sum_value(&block), sum_of(terms, TERMS)));
	}
	for (size_t i = 0; i < TERMS; i++)
		terms[i] = i == 300 ? INFINITY : DBL_MAX;
	assert_true(isinf(sum_of(terms, TERMS)));
	terms[301] = NAN;
	{
		struct sum block = {0};
		sum_add_all(&block, terms, TERMS);
		assert_true(isnan(sum_value(&block)));
	}
}

/* 2^31 rows and more: as many terms as doubling by merging gives. */
static void many_terms_by_doubling(void **unused)
{
	struct sum sum = {0}, copy;

	(void)unused;
	sum_add(&sum, 0.1);
	sum_add(&sum, 1e308);
	sum_add(&sum, -1e308);
	for (int i = 0; i < 33; i++) {
		copy = sum;
		sum_merge(&sum, &copy);
	}
	assert_true(same_bits(sum_value(&sum), 0.1 * 0x1p33));
	memset(&sum, 0, sizeof sum);
	sum_add(&sum, -DBL_MAX);
	for (int i = 0; i < 31; i++) {
		copy = sum;
		sum_merge(&sum, &copy);
	}
	assert_true(sum_value(&sum) == -INFINITY);
	for (int i = 0; i < 3; i++)
		sum_add(&sum, 1);
	assert_true(sum_value(&sum) == -INFINITY);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double any_number(int kind)
{
	static const double odd[] = {0,       -0.0,     1e308,     -1e308, 5e-324,
				     -5e-324, INFINITY, -INFINITY, 1,      -1};

	switch (kind) {
	case 0:
		return unit();
	case 1:
		return floor(unit() * 5);
	case 2:
		return odd[draw() % (sizeof odd / sizeof *odd)];
	case 3:
		return ldexp(unit() - 0.5, (int)(draw() % 1000) - 500);
	default:
		return 7;
	}
}

static void numbers_are_sorted(void **unused)
{
	static const size_t sizes[] = {0, 1, 2, 47, 48, 49, 1000, 8191, 8192, 20011};
	struct arena mem;

	(void)unused;
	arena_init(&mem);
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (int kind = 0; kind < 5; kind++) {
			size_t n = sizes[s];
			double *values = arena_new(&mem, double, n);
			double *want = arena_new(&mem, double, n);
			uint32_t *order = arena_new(&mem, uint32_t, n);

			for (size_t i = 0; i < n; i++)
				want[i] = values[i] = any_number(kind);
			if (n)
				qsort(want, n, sizeof *want, ascending);
			sort_order(values, n, order, &mem);
			for (size_t i = 0; i < n; i++) {
				assert_true(values[order[i]] == want[i]);
				assert_true(!i || values[order[i - 1]] != values[order[i]] ||
					    order[i - 1] < order[i]);
			}
			sort_numbers(values, n, &mem);
			for (size_t i = 0; i < n; i++) {
				assert_true(values[i] == want[i]);
				/* -0 stands before 0 */
				assert_true(!i || values[i] != 0 || values[i - 1] != 0 ||
					    signbit(values[i - 1]) || !signbit(values[i]));
			}
		}
	arena_release(&mem);
}

static void latencies(void **unused)
{
	static const double mixed[] = {30, NAN, 10, 20, NAN, 40};
	static const double huge[] = {DBL_MAX, DBL_MAX, DBL_MAX};
	static const struct {
		double times[2];
		size_t n;
		const char *reason;
	} bad[] = {
	    {{NAN, NAN}, 2, "no rows"},
	    {{0}, 0, "no rows"},
	    {{-1, 5}, 2, "a time below 0"},
	    {{INFINITY, 5}, 2, "an infinite time"},
	    {{-INFINITY, 5}, 2, "a time below 0"},
	};
	struct arena mem;
	struct latency l;

	(void)unused;
	arena_init(&mem);
	l = latency_measure(&mem, mixed, 6);
	assert_int_equal(l.n, 4);
	assert_true(l.p50.value == 25 && l.mean.value == 25 && l.max == 40 && !l.reason);
	assert_true(fabs(l.p90.value - 37) < 1e-12 && fabs(l.p99.value - 39.7) < 1e-12);
	l = latency_measure(&mem, huge, 3);
	assert_true(isfinite(l.mean.value) && l.max == DBL_MAX && l.p99.value == DBL_MAX);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		l = latency_measure(&mem, bad[i].times, bad[i].n);
		assert_string_equal(l.reason, bad[i].reason);
		assert_true(isnan(l.p50.value) && isnan(l.mean.value) && isnan(l.max));
	}
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(known_sums),         cmocka_unit_test(order_and_parts_do_not_matter),
	    cmocka_unit_test(blocks_are_exact),   cmocka_unit_test(many_terms_by_doubling),
	    cmocka_unit_test(numbers_are_sorted), cmocka_unit_test(latencies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
