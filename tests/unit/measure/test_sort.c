/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_sort.c - numbers of many shapes, against the C library's order */
#include "measure/sort.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint64_t state = 1;

static uint64_t next_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static double share(void)
{
	return (double)(next_random() >> 11) * 0x1p-53;
}

/* ---- shapes ---- */

static double whole_small(void)
{
	return (double)(next_random() % 100);
}
static double whole_medium(void)
{
	return (double)(next_random() % 100000) - 50000;
}
static double whole_large(void)
{
	return (double)(next_random() & UINT32_MAX) - 0x1p31;
}
static double whole_too_wide(void)
{
	return (double)(next_random() >> 14);
}
static double cents(void)
{
	return (double)(next_random() % 3000000) / 1e2;
}
static double signed_fourth(void)
{
	return ((double)(next_random() % 20000000) - 1e7) / 1e4;
}
static double sixth(void)
{
	return (double)(next_random() % 1000001) / 1e6;
}
static double ninth(void)
{
	return (double)(next_random() % 1000000000) / 1e9;
}
static double tenth(void)
{
	return (double)(next_random() % 10000000000) / 1e10;
}
static double far_off(void)
{
	return 0x1p50 - 1000 + (double)(next_random() % 2000);
}
static double any(void)
{
	return (share() - 0.5) * pow(10, 600 * (share() - 0.5));
}
static double same(void)
{
	return 0.07;
}

static const struct {
	const char *name;
	double (*value)(void);
} shapes[] = {
    {"small whole", whole_small},
    {"whole", whole_medium},
    {"32 bits", whole_large},
    {"50 bits", whole_too_wide},
    {"cents", cents},
    {"four places", signed_fourth},
    {"six places", sixth},
    {"nine places", ninth},
    {"ten places", tenth},
    {"far off", far_off},
    {"any", any},
    {"same", same},
};

/* One value at one place among the others. */
static const double guests[] = {0.0,    -0.0,   1.0 / 3, INFINITY, -INFINITY, 1e300, -1e300,
				5e-324, 0x1p52, -0x1p63, 1e16 + 2, 0.1 + 0.2, 1e-9};

static int by_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	if (x == y) /* -0 comes before 0 */
		return (signbit(y) != 0) - (signbit(x) != 0);
	return (x > y) - (x < y);
}

static void check(const double *values, size_t n, const char *shape)
{
	double *sorted = malloc(n * sizeof *sorted), *room = malloc(n * sizeof *room);
	double *want = malloc(n * sizeof *want);

	memcpy(sorted, values, n * sizeof *sorted);
	memcpy(want, values, n * sizeof *want);
	qsort(want, n, sizeof *want, by_order);
	sort_numbers_with(sorted, n, room);
	if (memcmp(sorted, want, n * sizeof *want) != 0)
		fail_msg("%s, n = %zu", shape, n);
	free(sorted);
	free(room);
	free(want);
}

static void sorts_as_the_library_does(void **unused)
{
	static const size_t sizes[] = {1, 2, 47, 48, 100, 8191, 8192, 8193, 8195, 20001};

	(void)unused;
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
		for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
			double *values = malloc(sizes[k] * sizeof *values);

			for (size_t i = 0; i < sizes[k]; i++)
				values[i] = shapes[s].value();
			check(values, sizes[k], shapes[s].name);
			free(values);
		}
}

static void one_other_among_decimals(void **unused)
{
	enum { N = 8301 };
	static const size_t places[] = {0, 1, 4095, 4096, 8300};
	double *values = malloc(N * sizeof *values);

	(void)unused;
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
		for (size_t g = 0; g < sizeof guests / sizeof *guests; g++) {
			size_t place = places[g % (sizeof places / sizeof *places)];

			for (size_t i = 0; i < N; i++)
				values[i] = shapes[s].value();
			values[place] = guests[g];
			check(values, N, shapes[s].name);
		}
	free(values);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sorts_as_the_library_does),
	    cmocka_unit_test(one_other_among_decimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
