/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_bootstrap.c - random numbers, and intervals by drawing rows again */
#include "base/arena.h"
#include "measure/bootstrap.h"
#include "measure/bootstrap_internal.h"
#include "measure/calibration.h"
#include "measure/performance.h"
#include "measure/random.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 500 };

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

/* The known answers of the authors' library. */
static void philox_gives_known_words(void **state)
{
	static const uint32_t of_zeros[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
	static const uint32_t of_ones[] = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
	struct random zeros = random_stream(0, 0), ones = random_stream(UINT64_MAX, UINT64_MAX);

	(void)state;
	ones.place = UINT64_MAX;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(random_bits(&zeros), of_zeros[i]);
		assert_int_equal(random_bits(&ones), of_ones[i]);
	}
}

static void near(const char *what, double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("%s: got %.17g, want %.17g", what, got, want);
}

static void draws_have_their_moments(void **state)
{
	enum { DRAWS = 40000 };
	struct random r = random_stream(3, 4);
	double binomial = 0, squares = 0, gamma = 0, normal = 0, small = 0;

	(void)state;
	for (int i = 0; i < DRAWS; i++) {
		double b = (double)random_binomial(&r, 1000, 0.3), z = random_normal(&r);
		binomial += b;
		squares += (b - 300) * (b - 300);
		gamma += random_gamma(&r, 2.5);
		small += random_gamma(&r, 0.3);
		normal += z * z;
	}
	near("binomial mean", binomial / DRAWS, 300, 4 * sqrt(210.0 / DRAWS));
	near("binomial variance", squares / DRAWS, 210, 210 * 4 * sqrt(2.0 / DRAWS));
	near("gamma", gamma / DRAWS, 2.5, 4 * sqrt(2.5 / DRAWS));
	near("small gamma", small / DRAWS, 0.3, 4 * sqrt(0.3 / DRAWS));
	near("normal", normal / DRAWS, 1, 4 * sqrt(2.0 / DRAWS));
	assert_int_equal(random_binomial(&r, 50, 0), 0);
	assert_int_equal(random_binomial(&r, 50, 1), 50);
	assert_int_equal(random_below(&r, 1), 0);
}

static void sample(unsigned char *labels, double *a, double *b, size_t n, double ties)
{
	struct random r = random_stream(5, n);

	for (size_t i = 0; i < n; i++) {
		double hard = random_unit(&r);
		labels[i] = random_unit(&r) < 0.3;
		a[i] = 0.6 * random_unit(&r) + 0.2 * hard + 0.2 * labels[i];
		b[i] = 0.5 * random_unit(&r) + 0.2 * hard + 0.3 * labels[i];
		if (ties > 0) {
			a[i] = floor(a[i] * ties) / ties;
			b[i] = floor(b[i] * ties) / ties;
		}
	}
}

static struct outcomes outcomes_of(const unsigned char *labels, const double *scores, size_t n)
{
	struct outcome_rows rows = {.n = n, .labels = labels, .scores = scores, .threshold = 0.5};

	return outcomes_sorted(&mem, &mem, &rows);
}

static void same_as(const double *got, const struct performance *p, double ece)
{
	near("base rate", got[BOOTSTRAP_BASE_RATE], p->base_rate.value, 1e-14);
	near("auc", got[BOOTSTRAP_ROC_AUC], p->roc_auc.value, 1e-14);
	near("ap", got[BOOTSTRAP_AVERAGE_PRECISION], p->average_precision.value, 1e-12);
	near("log loss", got[BOOTSTRAP_LOG_LOSS], p->log_loss.value, 1e-12);
	near("brier", got[BOOTSTRAP_BRIER], p->brier.value, 1e-12);
	near("accuracy", got[BOOTSTRAP_ACCURACY], p->accuracy.value, 0);
	near("balanced", got[BOOTSTRAP_BALANCED_ACCURACY], p->balanced_accuracy.value, 0);
	near("precision", got[BOOTSTRAP_PRECISION], p->precision.value, 0);
	near("recall", got[BOOTSTRAP_RECALL], p->recall.value, 0);
	near("specificity", got[BOOTSTRAP_SPECIFICITY], p->specificity.value, 0);
	near("f1", got[BOOTSTRAP_F1], p->f1.value, 0);
	near("mcc", got[BOOTSTRAP_MCC], p->mcc.value, 0);
	near("ece", got[BOOTSTRAP_ECE], ece, 1e-12);
}

/* The walk with counts gives what the figures give of rows that stand there as often. */
static void walk_is_the_figures_of_repeated_rows(void **state)
{
	static unsigned char labels[ROWS], again[ROWS];
	static double a[ROWS], b[ROWS], scores[ROWS], figures[BOOTSTRAP_FIGURES];
	static uint16_t counts[ROWS];

	(void)state;
	for (int ties = 0; ties < 40; ties += 13)
		for (uint64_t resample = 0; resample < 5; resample++) {
			struct scored_rows rows;
			struct outcomes o, repeated;
			size_t used = 0;

			sample(labels, a, b, ROWS, ties);
			o = outcomes_of(labels, a, ROWS);
			rows = scored_rows_of(&mem, &o, 10);
			bootstrap_draw(1, resample, counts, ROWS);
			for (size_t i = 0; i < ROWS; i++)
				for (size_t k = 0; k < counts[i]; k++) {
					again[used] = rows.flags[i] & ROW_POSITIVE;
					scores[used++] = rows.scores[i];
				}
			assert_int_equal(used, ROWS);
			repeated = outcomes_of(again, scores, ROWS);
			struct performance p = performance_measure(&repeated);
			struct calibration c = calibration_measure(
			    &mem, &mem, &repeated, &(struct calibration_options){.n_bins = 10});
			scored_figures(&rows, counts, NULL, figures);
			same_as(figures, &p, c.ece);
		}
}

static void same_for_any_number_of_threads(void **state)
{
	static unsigned char labels[ROWS];
	static double a[ROWS], b[ROWS];
	struct bootstrap_options options = {.seed = 9, .resamples = 300, .jobs = 1};
	struct bootstrap one, four;
	struct paired_comparison c1, c4;
	struct outcomes o;

	(void)state;
	sample(labels, a, b, ROWS, 0);
	o = outcomes_of(labels, a, ROWS);
	one = bootstrap_measure(&mem, &o, &options);
	c1 = bootstrap_compare(&mem, BOOTSTRAP_F1, labels, a, b, ROWS, 0.5, &options);
	options.jobs = 4;
	four = bootstrap_measure(&mem, &o, &options);
	c4 = bootstrap_compare(&mem, BOOTSTRAP_F1, labels, a, b, ROWS, 0.5, &options);
	assert_memory_equal(one.of, four.of, sizeof one.of);
	assert_memory_equal(&c1.difference.interval, &c4.difference.interval,
			    sizeof c1.difference.interval);
	assert_true(c1.p_value == c4.p_value);
	options.seed = 10;
	four = bootstrap_measure(&mem, &o, &options);
	assert_memory_not_equal(one.of, four.of, sizeof one.of);
}

/* Near the closed forms where there are some; a comparison agrees with DeLong's. */
static void close_to_closed_forms(void **state)
{
	static unsigned char labels[ROWS];
	static double a[ROWS], b[ROWS];
	struct bootstrap_options options = {.seed = 1, .resamples = 2000, .jobs = 2};
	struct paired_comparison delong, drawn;
	struct performance p, plain;
	struct bootstrap boot;
	struct outcomes o;

	(void)state;
	sample(labels, a, b, ROWS, 0);
	o = outcomes_of(labels, a, ROWS);
	plain = p = performance_measure(&o);
	boot = bootstrap_measure(&mem, &o, &options);
	near("auc low", boot.of[BOOTSTRAP_ROC_AUC].low, p.roc_auc.interval.low, 0.01);
	near("auc high", boot.of[BOOTSTRAP_ROC_AUC].high, p.roc_auc.interval.high, 0.01);
	near("recall low", boot.of[BOOTSTRAP_RECALL].low, p.recall.interval.low, 0.02);
	bootstrap_fill(&p, &boot, false);
	assert_true(p.recall.interval.low == plain.recall.interval.low);
	assert_true(p.f1.interval.low < p.f1.value && p.f1.value < p.f1.interval.high);
	assert_true(p.brier.interval.low < p.brier.value && p.mcc.interval.high > p.mcc.value);
	bootstrap_fill(&p, &boot, true);
	assert_true(p.recall.interval.low == boot.of[BOOTSTRAP_RECALL].low);
	delong = compare_roc_auc(&mem, labels, a, b, ROWS);
	drawn = bootstrap_compare(&mem, BOOTSTRAP_ROC_AUC, labels, a, b, ROWS, 0.5, &options);
	near("difference", drawn.difference.value, delong.difference.value, 1e-14);
	near("low", drawn.difference.interval.low, delong.difference.interval.low, 0.01);
	near("high", drawn.difference.interval.high, delong.difference.interval.high, 0.01);
	assert_string_equal(drawn.method, "percentile bootstrap");
	drawn = bootstrap_compare(&mem, BOOTSTRAP_BRIER, labels, a, a, ROWS, 0.5, &options);
	assert_true(drawn.difference.value == 0 && drawn.p_value == 1);
	assert_true(drawn.difference.interval.low == 0 && drawn.difference.interval.high == 0);
}

static void what_is_not_defined(void **state)
{
	static const double scores[] = {0.1, 0.7, 3};
	static const unsigned char one_class[] = {1, 1, 1}, missing[] = {2, 2, 2};
	struct bootstrap_options options = {.seed = 1, .resamples = 50};
	struct outcomes o = outcomes_of(one_class, scores, 3),
			none = outcomes_of(missing, scores, 3);
	struct bootstrap b = bootstrap_measure(&mem, &o, &options);
	struct paired_comparison c;

	(void)state;
	assert_true(isnan(b.of[BOOTSTRAP_ROC_AUC].low) && isnan(b.of[BOOTSTRAP_BRIER].low));
	assert_true(b.of[BOOTSTRAP_BASE_RATE].low == 1);
	b = bootstrap_measure(&mem, &none, &options);
	assert_true(isnan(b.of[BOOTSTRAP_BASE_RATE].low));
	c = bootstrap_compare(&mem, BOOTSTRAP_BRIER, one_class, scores, scores, 3, 0.5, &options);
	assert_string_equal(c.difference.reason, "scores outside 0 to 1");
	c = bootstrap_compare(&mem, BOOTSTRAP_F1, missing, scores, scores, 3, 0.5, &options);
	assert_string_equal(c.difference.reason, "no rows");
	c = bootstrap_compare(&mem, BOOTSTRAP_ROC_AUC, one_class, scores, scores, 3, 0.5, &options);
	assert_string_equal(c.difference.reason, "not defined for both scores");
	assert_true(isnan(c.p_value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(philox_gives_known_words),
	    cmocka_unit_test(draws_have_their_moments),
	    cmocka_unit_test(walk_is_the_figures_of_repeated_rows),
	    cmocka_unit_test(same_for_any_number_of_threads),
	    cmocka_unit_test(close_to_closed_forms),
	    cmocka_unit_test(what_is_not_defined),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
