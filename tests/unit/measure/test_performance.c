/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_performance.c - performance and calibration by hand and by brute force */
#include "base/arena.h"
#include "measure/auc_interval.h"
#include "measure/calibration.h"
#include "measure/intervals.h"
#include "measure/performance.h"
#include "measure/special.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 700 };

static struct arena mem;

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
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
	if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= tolerance))
		fail_msg("%s: got %.17g, want %.17g", what, got, want);
}

static struct outcomes outcomes_of(const unsigned char *labels, const double *scores, size_t n)
{
	struct outcome_rows rows = {.n = n, .labels = labels, .scores = scores, .threshold = 0.5};

	return outcomes_sorted(&mem, &mem, &rows);
}

static struct performance measure(const unsigned char *labels, const double *scores, size_t n)
{
	struct outcomes o = outcomes_of(labels, scores, n);

	return performance_measure(&o);
}

static struct calibration calibrate(const unsigned char *labels, const double *scores, size_t n,
				    size_t n_bins, bool quantile)
{
	struct outcome_rows rows = {.n = n, .labels = labels, .scores = scores, .threshold = 0.5};
	struct outcomes o = outcomes_sorted(&mem, &mem, &rows);

	return calibration_measure(&mem, &mem, &o,
				   &(struct calibration_options){n_bins, quantile, true});
}

/* Scores with many ties, higher for positives; a fixed linear congruential sequence. */
static void sample(unsigned char *labels, double *scores, size_t n)
{
	uint32_t x = 12345;

	for (size_t i = 0; i < n; i++) {
		x = x * 1664525u + 1013904223u;
		labels[i] = (unsigned char)(x >> 31 ? LABEL_POSITIVE : LABEL_NEGATIVE);
		x = x * 1664525u + 1013904223u;
		scores[i] = ((x >> 16) % 40 + (labels[i] ? 12u : 0u)) / 64.0;
	}
}

static double kernel(double positive, double negative)
{
	return positive > negative ? 1 : positive == negative ? 0.5 : 0;
}

/* DeLong's variance straight from its definition, all pairs. */
static struct auc_variance brute_force(const unsigned char *labels, const double *scores, size_t n,
				       double *value)
{
	double v[2][ROWS] = {{0}}, count[2] = {0, 0}, wins = 0, auc, s[2] = {0, 0};

	for (size_t i = 0; i < n; i++)
		count[labels[i]]++;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if (labels[i] == LABEL_POSITIVE && labels[j] == LABEL_NEGATIVE) {
				double win = kernel(scores[i], scores[j]);

				wins += win;
				v[1][i] += win / count[0];
				v[0][j] += win / count[1];
			}
	auc = wins / (count[0] * count[1]);
	for (size_t i = 0; i < n; i++)
		s[labels[i]] += (v[labels[i]][i] - auc) * (v[labels[i]][i] - auc);
	*value = auc;
	return (struct auc_variance){s[1] / (count[1] - 1) / count[1],
				     s[0] / (count[0] - 1) / count[0]};
}

static double logit(double x)
{
	return log(x / (1 - x));
}

/* Whether the interval holds theta: what measure/auc_interval.h says, word by word. */
static bool is_held(const struct outcomes *o, double auc, struct auc_variance v, double theta)
{
	double n[2] = {(double)o->n_positive, (double)o->n_negative}, t, alone = 0;
	double part[2] = {v.of_positives, v.of_negatives}, sum[2] = {0, 0}, squares = 0;
	double at[2] = {auc, theta}, away = fabs(logit(theta) - logit(auc)) * auc * (1 - auc);

	for (int i = 0; i < 2; i++)
		for (int c = 0; c < 2; c++) {
			double h = fmax(at[i], 1 - at[i]);
			double model = h * h * (1 - h) / (1 + h) / n[c];
			double mixed = (n[c] * part[c] + 8 * model) / (n[c] + 8);

			sum[i] += mixed;
			squares += i ? 0 : mixed * mixed / (n[c] + 7);
			alone += i ? model : 0;
		}
	t = student_two_sided_point(0.95, sum[0] * sum[0] / squares);
	return away <= t * sqrt(sum[1]) &&
	       (away <= t * sqrt(sum[0]) || fabs(theta - auc) <= INTERVAL_Z95 * sqrt(alone));
}

static void is_an_end(const struct outcomes *o, double auc, struct auc_variance v, double end)
{
	double in = end + (auc - end) * 1e-6, out = end - (auc - end) * 1e-6;

	assert_true(is_held(o, auc, v, in));
	assert_false(is_held(o, auc, v, out));
}

static void delong_against_all_pairs(void **state)
{
	unsigned char labels[ROWS];
	double scores[ROWS];

	(void)state;
	sample(labels, scores, ROWS);
	for (size_t n = 5; n <= ROWS; n += n < 60 ? 7 : 213) {
		struct figure got = measure(labels, scores, n).roc_auc;
		double auc;
		struct auc_variance want = brute_force(labels, scores, n, &auc), variance;
		struct outcomes o = outcomes_of(labels, scores, n);

		near("auc", got.value, auc, 1e-13);
		if (want.of_positives + want.of_negatives < 1e-12)
			continue; /* separated: no interval, see below */
		variance = roc_auc_variance(&o);
		near("positives", variance.of_positives, want.of_positives, 1e-13);
		near("negatives", variance.of_negatives, want.of_negatives, 1e-13);
		assert_true(got.interval.low > 0 && got.interval.high < 1);
		is_an_end(&o, got.value, want, got.interval.low);
		is_an_end(&o, got.value, want, got.interval.high);
	}
}

/* 10 rows: threshold 0.5 gives tp 3, fp 1, tn 4, fn 2. */
static void table_by_hand(void **state)
{
	const unsigned char labels[] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
	const double scores[] = {0.9, 0.8, 0.5, 0.4, 0.1, 0.7, 0.4, 0.3, 0.2, 0.1};
	struct performance p = measure(labels, scores, 10);

	(void)state;
	assert_int_equal(p.tp, 3);
	assert_int_equal(p.fp, 1);
	assert_int_equal(p.tn, 4);
	assert_int_equal(p.fn, 2);
	near("base rate", p.base_rate.value, 0.5, 0);
	near("accuracy", p.accuracy.value, 0.7, 1e-15);
	near("precision", p.precision.value, 0.75, 0);
	near("recall", p.recall.value, 0.6, 1e-15);
	near("specificity", p.specificity.value, 0.8, 1e-15);
	near("balanced", p.balanced_accuracy.value, 0.7, 1e-15);
	near("f1", p.f1.value, 6.0 / 9, 1e-15);
	near("mcc", p.mcc.value, (3 * 4 - 1 * 2) / sqrt(4 * 5 * 5 * 6), 1e-15);
	/* wins of each positive over 0.7 0.4 0.3 0.2 0.1: 5, 5, 4, 3.5, 0.5 */
	near("auc", p.roc_auc.value, 18.0 / 25, 1e-15);
	/* 1/5 (1/1 + 2/2 + 3/4 + 4/6 + 5/10) */
	near("ap", p.average_precision.value, (1 + 1 + 0.75 + 4.0 / 6 + 0.5) / 5, 1e-15);
	near("brier", p.brier.value,
	     (0.01 + 0.04 + 0.25 + 0.36 + 0.81 + 0.49 + 0.16 + 0.09 + 0.04 + 0.01) / 10, 1e-15);
	/* Wilson of 7 / 10: 0.3967781, 0.8922087 */
	near("low", p.accuracy.interval.low, 0.3967781, 1e-7);
	near("high", p.accuracy.interval.high, 0.8922087, 1e-7);
	assert_true(isnan(p.mcc.interval.low) && isnan(p.brier.interval.high));
}

static void nothing_is_never_zero(void **state)
{
	const unsigned char ones[] = {1, 1, 1}, zeros[] = {0, 0, 0}, missing[] = {2, 2, 2},
			    both[] = {1, 0, 1};
	const double scores[] = {0.2, 0.4, 0.9}, low[] = {0.1, 0.2, 0.3}, nan[] = {NAN, NAN, NAN},
		     wide[] = {-3, 0.5, INFINITY}, same[] = {0.5, 0.5, 0.5};
	struct performance p;
	struct calibration c;

	(void)state;
	p = measure(ones, scores, 0);
	assert_string_equal(p.roc_auc.reason, "no rows");
	assert_true(isnan(p.accuracy.value) && isnan(p.base_rate.value) && isnan(p.brier.value));
	p = measure(missing, scores, 3);
	assert_int_equal(p.n, 0);
	p = measure(ones, nan, 3);
	assert_int_equal(p.n, 0);
	p = measure(ones, scores, 3);
	assert_string_equal(p.roc_auc.reason, "one class only");
	assert_string_equal(p.specificity.reason, "no negative rows");
	assert_string_equal(p.balanced_accuracy.reason, "one class only");
	near("ap of positives only", p.average_precision.value, 1, 0);
	p = measure(zeros, low, 3);
	assert_string_equal(p.recall.reason, "no positive rows");
	assert_string_equal(p.precision.reason, "nothing predicted positive");
	assert_string_equal(p.f1.reason, "no positive rows and nothing predicted positive");
	assert_string_equal(p.mcc.reason, "one class only");
	assert_string_equal(p.average_precision.reason, "no positive rows");
	near("accuracy", p.accuracy.value, 1, 0);
	near("wilson of 3 of 3", p.accuracy.interval.high, 1, 0);
	p = measure(both, wide, 3);
	assert_string_equal(p.brier.reason, "scores outside 0 to 1");
	assert_string_equal(p.log_loss.reason, "scores outside 0 to 1");
	near("ranks all the same", p.roc_auc.value, 0.5, 0);
	c = calibrate(both, wide, 3, 10, false);
	assert_true(isnan(c.ece) && isnan(c.brier) && c.n_bins == 0);
	assert_string_equal(c.reason, "scores outside 0 to 1");
	c = calibrate(both, scores, 0, 10, false);
	assert_string_equal(c.reason, "no rows");
	c = calibrate(both, same, 3, 10, true);
	assert_int_equal(c.n_bins, 1);
	near("one bin", c.ece, 2.0 / 3 - 0.5, 1e-15);
}

/* Newcombe's method 5: |1 - theta| is z errors of theta at the end. */
static void separated_classes_have_an_interval(void **state)
{
	const unsigned char labels[] = {0, 0, 1, 1, 1};
	const double scores[] = {0.1, 0.2, 0.7, 0.8, 0.9}, constant[] = {1, 1, 1, 1, 1};
	struct performance p = measure(labels, scores, 5);
	double t = p.roc_auc.interval.low, variance, turned[5];

	(void)state;
	near("auc", p.roc_auc.value, 1, 0);
	near("high", p.roc_auc.interval.high, 1, 0);
	variance = t * (1 - t) * (1 + 1.5 * ((1 - t) / (2 - t) + t / (1 + t))) / 6;
	near("low", 1 - t, INTERVAL_Z95 * sqrt(variance), 1e-12);
	for (size_t i = 0; i < 5; i++)
		turned[i] = -scores[i];
	p = measure(labels, turned, 5);
	near("turned low", p.roc_auc.interval.low, 0, 0);
	near("turned high", p.roc_auc.interval.high, 1 - t, 1e-12);
	assert_true(isnan(measure(labels, constant, 5).roc_auc.interval.low));
	assert_true(isnan(measure(labels, scores, 3).roc_auc.interval.low)); /* one positive */
}

/* Turning scores, or calling positives negatives, turns the interval around one half. */
static void interval_of_auc_is_mirrored(void **state)
{
	unsigned char labels[ROWS], swapped[ROWS];
	double scores[ROWS], turned[ROWS];

	(void)state;
	sample(labels, scores, ROWS);
	for (size_t i = 0; i < ROWS; i++) {
		turned[i] = -scores[i];
		swapped[i] = !labels[i];
	}
	for (size_t n = 12; n <= ROWS; n += 60) {
		struct interval is = measure(labels, scores, n).roc_auc.interval;
		struct interval turn = measure(labels, turned, n).roc_auc.interval;
		struct interval swap = measure(swapped, scores, n).roc_auc.interval;

		near("turned", turn.low, 1 - is.high, 1e-12);
		near("turned", turn.high, 1 - is.low, 1e-12);
		near("swapped", swap.low, 1 - is.high, 1e-12);
		near("swapped", swap.high, 1 - is.low, 1e-12);
	}
}

/* 21 positives, most of them above all negatives: near 1 the interval does not reach far down. */
static void interval_of_auc_near_one(void **state)
{
	struct auc_variance v = {0.00007, 0.00001};
	struct interval i = auc_interval(0.991, v, 21, 279);

	(void)state;
	assert_true(i.low > 0.85 && i.low < 0.95 && i.high > 0.991 && i.high < 1);
}

static void a_note_where_few_are_ranked_wrongly(void **state)
{
	(void)state;
	assert_null(auc_interval_note(0.79, 100, 100));
	assert_non_null(auc_interval_note(0.81, 100, 1000000));
	assert_non_null(auc_interval_note(0.19, 1000000, 100));
	assert_null(auc_interval_note(0.98, 1000, 1000000));
	assert_non_null(auc_interval_note(1, 1000000, 1000000));
}

static void log_loss_is_clipped(void **state)
{
	const unsigned char labels[] = {1, 0};
	const double scores[] = {0, 0};

	(void)state;
	near("log loss", measure(labels, scores, 2).log_loss.value, -log(DBL_EPSILON) / 2, 1e-12);
}

/* Predictions of their own go before the threshold; rows without one are left out. */
static void predictions_count(void **state)
{
	const unsigned char labels[] = {1, 1, 0, 0, 1}, predicted[] = {0, 1, 0, 1, 2};
	struct outcome_rows rows = {.n = 5, .labels = labels, .predictions = predicted};
	struct outcomes o = outcomes_sorted(&mem, &mem, &rows);
	struct performance p = performance_measure(&o);

	(void)state;
	assert_int_equal(p.n, 4);
	assert_int_equal(o.n_left_out, 1);
	assert_true(p.tp == 1 && p.fn == 1 && p.tn == 1 && p.fp == 1);
	assert_string_equal(p.roc_auc.reason, "no score");
	assert_string_equal(p.brier.reason, "no score");
	assert_string_equal(
	    calibration_measure(&mem, &mem, &o, &(struct calibration_options){0}).reason,
	    "no score");
}

static void same_to_the_bit(const char *what, double a, double b)
{
	if (memcmp(&a, &b, sizeof a))
		fail_msg("%s: %.17g and %.17g", what, a, b);
}

/* Row order changes nothing; swapping classes and signs mirrors the AUC; a monotone change of the
 * scores leaves the ranks. */
static void invariants(void **state)
{
	unsigned char labels[ROWS], turned[ROWS], swapped[ROWS];
	double scores[ROWS], back[ROWS], mirrored[ROWS], squashed[ROWS];
	struct performance p, q;
	struct calibration c, d;

	(void)state;
	sample(labels, scores, ROWS);
	for (size_t i = 0; i < ROWS; i++) {
		turned[i] = labels[ROWS - 1 - i];
		back[i] = scores[ROWS - 1 - i];
		swapped[i] = !labels[i];
		mirrored[i] = 1 - scores[i];
		squashed[i] = scores[i] * scores[i];
	}
	p = measure(labels, scores, ROWS);
	q = measure(turned, back, ROWS);
	same_to_the_bit("log loss", p.log_loss.value, q.log_loss.value);
	same_to_the_bit("brier", p.brier.value, q.brier.value);
	same_to_the_bit("auc", p.roc_auc.value, q.roc_auc.value);
	same_to_the_bit("ap", p.average_precision.value, q.average_precision.value);
	c = calibrate(labels, scores, ROWS, 10, false);
	d = calibrate(turned, back, ROWS, 10, false);
	same_to_the_bit("ece", c.ece, d.ece);
	same_to_the_bit("chance", c.ece_chance, d.ece_chance);
	near("murphy", c.reliability - c.resolution + c.uncertainty, c.brier, 1e-14);
	near("brier twice", c.brier, p.brier.value, 1e-14);
	near("mirrored", measure(swapped, mirrored, ROWS).roc_auc.value, p.roc_auc.value, 1e-15);
	same_to_the_bit("monotone", measure(labels, squashed, ROWS).roc_auc.value, p.roc_auc.value);
}

/* Edges belong to the bin below them: 0.3 is 3 / 10, not 0.30000000000000004. */
static void bins_are_right_closed(void **state)
{
	const unsigned char labels[] = {0, 1, 0, 1, 1};
	const double scores[] = {0, 0.1, 0.3, 0.30000000000000004, 1};
	struct calibration c = calibrate(labels, scores, 5, 10, false);
	const size_t counts[] = {2, 0, 1, 1, 0, 0, 0, 0, 0, 1};

	(void)state;
	assert_int_equal(c.n_bins, 10);
	for (size_t b = 0; b < 10; b++)
		assert_int_equal(c.bins[b].count, counts[b]);
	assert_true(isnan(c.bins[1].event_rate) && isnan(c.bins[1].mean_score));
	near("mce", c.mce, 0.69999999999999996, 1e-15);
}

/* One bin of n rows at probability p: the distribution of |k - n p| / n is known. */
static void chance_of_one_bin(void **state)
{
	static unsigned char labels[40000];
	static double scores[40000];
	struct calibration c;

	(void)state;
	for (size_t i = 0; i < 40000; i++)
		scores[i] = 0.25;
	c = calibrate(labels, scores, 40000, 1, false);
	/* half-normal: 1.96 standard deviations, here within 2 % by the gamma distribution */
	near("many rows", c.ece_chance / (1.96 * sqrt(0.25 * 0.75 / 40000)), 1, 0.02);
	for (size_t i = 0; i < 100; i++)
		scores[i] = i < 50 ? 0 : 1;
	c = calibrate(labels, scores, 100, 10, false);
	near("certain scores leave nothing to chance", c.ece_chance, 0, 0);
}

/* Where scores are the true probabilities, 5 in 100 samples pass ece_chance. */
static void chance_is_passed_in_five_of_hundred(void **state)
{
	enum { SAMPLES = 4000 };
	const size_t sizes[] = {30, 200, 2000};
	uint64_t x = 88172645463325252u;

	(void)state;
	for (size_t s = 0; s < 3; s++) {
		static unsigned char labels[2000];
		static double scores[2000];
		size_t passed = 0;

		for (size_t k = 0; k < SAMPLES / (s + 1); k++) {
			struct arena_mark mark = arena_save(&mem);
			struct calibration c;

			for (size_t i = 0; i < sizes[s]; i++) {
				double u[2];

				for (size_t j = 0; j < 2; j++) {
					x ^= x << 13, x ^= x >> 7, x ^= x << 17;
					u[j] = (double)(x >> 11) / 9007199254740992.0;
				}
				scores[i] = u[0] * u[0];
				labels[i] = u[1] < scores[i];
			}
			c = calibrate(labels, scores, sizes[s], 10, false);
			passed += c.ece > c.ece_chance;
			arena_reset(&mem, mark);
		}
		/* 5 % within four standard errors and one point of approximation */
		near("share", (double)passed / (double)(SAMPLES / (s + 1)), 0.05, 0.03);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(delong_against_all_pairs),
	    cmocka_unit_test(table_by_hand),
	    cmocka_unit_test(nothing_is_never_zero),
	    cmocka_unit_test(separated_classes_have_an_interval),
	    cmocka_unit_test(interval_of_auc_is_mirrored),
	    cmocka_unit_test(interval_of_auc_near_one),
	    cmocka_unit_test(a_note_where_few_are_ranked_wrongly),
	    cmocka_unit_test(log_loss_is_clipped),
	    cmocka_unit_test(predictions_count),
	    cmocka_unit_test(invariants),
	    cmocka_unit_test(bins_are_right_closed),
	    cmocka_unit_test(chance_of_one_bin),
	    cmocka_unit_test(chance_is_passed_in_five_of_hundred),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
