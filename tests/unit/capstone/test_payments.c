/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_payments.c - the simulated stream: its bytes, its switches, its truth */
#include "base/arena.h"
#include "base/date.h"
#include "base/hash.h"
#include "capstone/payments_internal.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct payments_options small(void)
{
	struct payments_options options = payments_defaults();

	options.accounts = 300;
	options.payments_a_day = 60;
	options.days = 200;
	options.shift_day = options.first_day + 120;
	return options;
}

static struct out written(const struct payments_options *options)
{
	struct out text = {0};

	payments_write(options, &text);
	assert_false(text.failed);
	return text;
}

static void test_same_bytes(void **state)
{
	struct payments_options options = small(), other = small();
	struct out a = written(&options), b = written(&options), c;

	(void)state;
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
	other.seed++;
	c = written(&other);
	assert_true(a.n != c.n || memcmp(a.p, c.p, a.n));
	out_release(&a);
	out_release(&b);
	out_release(&c);
}

/* Before its first day the shift changes nothing: every row but its number is the same. */
static void test_shift_only_from_its_day(void **state)
{
	struct payments_options with = small(), without = small();
	struct out a, b;
	char day[DATE_TEXT];
	const char *end;

	(void)state;
	without.shift_day = INT32_MAX;
	a = written(&with);
	b = written(&without);
	date_format(day, with.shift_day);
	end = strstr(a.p, day);
	assert_non_null(end);
	assert_memory_equal(a.p, b.p, (size_t)(end - a.p));
	assert_true(a.n > b.n); /* the ring's payments come on top */
	out_release(&a);
	out_release(&b);
}

/* The cell of a row, from 0; borrowed. */
static size_t cell(const char *row, unsigned column, const char **text)
{
	while (column--)
		row = strchr(row, ',') + 1;
	*text = row;
	return strcspn(row, ",\n");
}

enum {
	TIME,
	PAYMENT,
	ACCOUNT,
	AMOUNT,
	MERCHANT_NAME,
	CHANNEL_NAME,
	TRUST = 7,
	AGE_NAME = 13,
	FRAUD_LABEL,
	LABEL_AT
};

/* Without slow drift the same payments are made at the same moments by the same accounts. */
static void test_drift_moves_no_draw(void **state)
{
	struct payments_options drifts = small(), stands = small();
	struct world drifting, standing;
	struct account account = {0}, same;
	struct payment_rows a = {0}, b = {0};

	(void)state;
	stands.drift = false;
	drifting = world_of(&drifts);
	standing = world_of(&stands);
	for (size_t i = 0; i < 20; i++) {
		account = account_draw(&drifting, i);
		same = account_draw(&standing, i);
		account_pays(&drifting, &account, &a);
		account_pays(&standing, &same, &b);
	}
	assert_int_equal(a.n, b.n);
	assert_true(a.n > 100);
	for (size_t i = 0; i < a.n; i++) {
		assert_true(a.items[i].time == b.items[i].time);
		assert_true(a.items[i].merchant == b.items[i].merchant);
		assert_true(a.items[i].amount >= b.items[i].amount);
	}
	free(a.items);
	free(b.items);
}

/* Order of time, moments of labels, malformed and missing cells, in the shares that are said. */
static void test_rows(void **state)
{
	struct payments_options options = small();
	struct out text;
	size_t n = 0, frauds = 0, wrong = 0, missing = 0, truths;
	double *truth, expected = 0;
	const char *row, *c;
	int64_t before = 0;

	(void)state;
	text = written(&options);
	for (row = strchr(text.p, '\n') + 1; *row; row = strchr(row, '\n') + 1, n++) {
		int64_t time, at;
		bool zone, good;
		size_t width = cell(row, TIME, &c);

		good = date_parse_moment(c, width, &time, &zone);
		wrong += !good;
		if (good) {
			assert_true(time >= before);
			before = time;
		}
		wrong += *(cell(row, AMOUNT, &c), c) == '-';
		wrong += cell(row, CHANNEL_NAME, &c) == 3 && !strncmp(c, "fax", 3);
		missing += !cell(row, TRUST, &c);
		cell(row, FRAUD_LABEL, &c);
		frauds += *c == '1';
		width = cell(row, LABEL_AT, &c);
		assert_int_equal(width > 0, strncmp(c - 2, "1,", 2) == 0);
		if (width && good) {
			assert_true(date_parse_moment(c, width, &at, &zone));
			assert_true(at >= time + SECONDS_A_DAY && at <= time + 30 * SECONDS_A_DAY);
		}
	}
	payments_truth(&options, NULL, &truths);
	assert_int_equal(truths, n);
	truth = mem_realloc(NULL, n * sizeof *truth);
	payments_truth(&options, truth, &truths);
	for (size_t i = 0; i < n; i++) {
		assert_true(truth[i] > 0 && truth[i] < 1);
		expected += truth[i];
	}
	assert_true(fabs(expected - (double)frauds) < 5 * sqrt((double)frauds));
	assert_true(n > 60 * 200 * 0.9 && n < 60 * 200 * 1.15);
	assert_true((double)frauds > 0.025 * (double)n && (double)frauds < 0.06 * (double)n);
	assert_true(wrong > 0 && (double)wrong < 0.003 * (double)n);
	assert_true((double)missing > 0.11 * (double)n && (double)missing < 0.17 * (double)n);
	free(truth);
	out_release(&text);
}

static void test_nothing(void **state)
{
	struct payments_options options = small();
	struct out text;
	size_t n;

	(void)state;
	options.fraud_share = 0;
	options.days = 1;
	text = written(&options);
	assert_null(strstr(text.p, ",1,2"));
	out_release(&text);
	options.days = 0;
	payments_truth(&options, NULL, &n);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_shift_only_from_its_day),
	    cmocka_unit_test(test_drift_moves_no_draw), cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_nothing)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
