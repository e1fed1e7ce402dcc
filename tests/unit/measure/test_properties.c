/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/measure/test_properties.c - what must hold of every figure, on drawn inputs */
#include "base/arena.h"
#include "measure/calibration.h"
#include "measure/classes.h"
#include "measure/compare.h"
#include "measure/distance.h"
#include "measure/drift.h"
#include "measure/drift_convention.h"
#include "measure/fairness.h"
#include "measure/latency.h"
#include "measure/performance.h"
#include "measure/psi.h"
#include "measure/random.h"
#include "measure/regression.h"
#include "measure/sort.h"
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 700, ROUNDS = 60 };

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

/* Rows of every kind: few and many, tied, constant, huge, with missing values. */
struct rows {
	size_t n;
	unsigned char labels[ROWS];
	double scores[ROWS], other[ROWS];
};

static double draw_score(struct random *r, int kind, bool positive)
{
	double u = 0.7 * random_unit(r) + (positive ? 0.3 * random_unit(r) : 0);

	switch (kind) {
	case 0:
		return u;
	case 1:
		return floor(u * 7) / 7;
	case 2:
		return 0.5;
	case 3:
		return random_unit(r) < 0.1 ? NAN : u;
	case 4:
		return random_unit(r) < 0.5 ? 0 : 1;
	default:
		return u * 1e-308;
	}
}

static void draw_rows(struct random *r, struct rows *rows, int round)
{
	double base_rate = round % 5 == 4 ? (round % 2) : 0.1 + 0.8 * random_unit(r);

	rows->n = round % 7 == 6 ? random_below(r, 4) : 1 + random_below(r, ROWS);
	for (size_t i = 0; i < rows->n; i++) {
		rows->labels[i] = random_unit(r) < base_rate;
		if (round % 11 == 10 && random_unit(r) < 0.1)
			rows->labels[i] = LABEL_MISSING;
		rows->scores[i] = draw_score(r, round % 6, rows->labels[i] == LABEL_POSITIVE);
		rows->other[i] = draw_score(r, 0, rows->labels[i] == LABEL_POSITIVE);
	}
}

static void shuffle(struct random *r, struct rows *rows)
{
	for (size_t i = rows->n; i-- > 1;) {
		size_t k = random_below(r, (uint32_t)i + 1);
		unsigned char label = rows->labels[i];
		double score = rows->scores[i], other = rows->other[i];

		rows->labels[i] = rows->labels[k];
		rows->scores[i] = rows->scores[k];
		rows->other[i] = rows->other[k];
		rows->labels[k] = label;
		rows->scores[k] = score;
		rows->other[k] = other;
	}
}

static struct outcomes outcomes_of(const struct rows *rows, const double *scores)
{
	struct outcome_rows of = {
	    .n = rows->n, .labels = rows->labels, .scores = scores, .threshold = 0.5};

	return outcomes_sorted(&mem, &mem, &of);
}

static bool same_bits(double a, double b)
{
	return (isnan(a) && isnan(b)) || !memcmp(&a, &b, sizeof a);
}

static void same_figures(const struct figure *a, const struct figure *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		assert_true(same_bits(a[i].value, b[i].value));
		assert_true(same_bits(a[i].interval.low, b[i].interval.low));
		assert_true(same_bits(a[i].interval.high, b[i].interval.high));
		assert_true(isnan(a[i].value) == (a[i].reason != NULL));
	}
}

enum { FIGURES = 12 };

static const struct figure *figures_of(const struct performance *p)
{
	return &p->base_rate; /* the first of FIGURES in a row */
}

static void order_of_rows_changes_no_bit(void **state)
{
	struct random r = random_stream(1, 1);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		static struct rows rows;
		struct calibration_options options = {.n_bins = 7, .quantile = round % 2};
		struct performance p1, p2;
		struct calibration c1, c2;
		struct regression g1, g2;
		struct latency l1, l2;
		struct outcomes o;
		struct paired_comparison d1, d2, b1, b2;

		draw_rows(&r, &rows, round);
		for (int again = 0; again < 2; again++) {
			o = outcomes_of(&rows, rows.scores);
			*(again ? &p2 : &p1) = performance_measure(&o);
			*(again ? &c2 : &c1) = calibration_measure(&mem, &scratch, &o, &options);
			*(again ? &g2 : &g1) =
			    regression_measure(&scratch, rows.other, rows.scores, rows.n);
			*(again ? &l2 : &l1) = latency_measure(&scratch, rows.scores, rows.n);
			*(again ? &d2 : &d1) =
			    compare_roc_auc(&scratch, rows.labels, rows.scores, rows.other, rows.n);
			*(again ? &b2 : &b1) =
			    compare_brier(rows.labels, rows.scores, rows.other, rows.n);
			shuffle(&r, &rows);
		}
		same_figures(figures_of(&p1), figures_of(&p2), FIGURES);
		same_figures(&g1.mae, &g2.mae, 8);
		same_figures(&d1.difference, &d2.difference, 1);
		same_figures(&b1.difference, &b2.difference, 1);
		assert_true(same_bits(d1.p_value, d2.p_value));
		same_figures(&c1.slope, &c2.slope, 3);
		assert_true(same_bits(c1.ece, c2.ece) && same_bits(c1.mce, c2.mce));
		assert_true(same_bits(c1.ece_chance, c2.ece_chance));
		assert_true(same_bits(c1.adaptive_ece, c2.adaptive_ece));
		assert_true(same_bits(c1.brier, c2.brier) &&
			    same_bits(c1.resolution, c2.resolution));
		same_figures(&l1.p50, &l2.p50, 5);
	}
}

static void figures_stay_in_their_bounds(void **state)
{
	struct random r = random_stream(2, 1);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		static struct rows rows;
		struct calibration_options options = {0};
		struct performance p;
		struct calibration c;
		struct outcomes o;

		draw_rows(&r, &rows, round);
		o = outcomes_of(&rows, rows.scores);
		p = performance_measure(&o);
		c = calibration_measure(&mem, &scratch, &o, &options);
		for (size_t i = 0; i < FIGURES; i++) {
			const struct figure *f = &figures_of(&p)[i];
			bool no_share = f == &p.log_loss || f == &p.mcc;
			if (isnan(f->value))
				continue;
			assert_true(no_share || (f->value >= 0 && f->value <= 1));
			assert_true(isnan(f->interval.low) ||
				    (f->interval.low <= f->value && f->value <= f->interval.high &&
				     f->interval.low >= 0 && f->interval.high <= 1));
		}
		assert_true(isnan(p.mcc.value) || fabs(p.mcc.value) <= 1);
		if (isnan(c.ece))
			continue;
		assert_true(c.ece >= 0 && c.ece <= c.mce + 1e-15 && c.mce <= 1);
		assert_true(c.adaptive_ece >= 0 && c.adaptive_ece <= 1 && c.ece_chance <= 1);
		assert_true(fabs(c.brier - (c.reliability - c.resolution + c.uncertainty)) < 1e-14);
		assert_true(same_bits(c.brier, p.brier.value) ||
			    fabs(c.brier - p.brier.value) < 1e-15);
		/* What all scores say on the whole is off by at most the ECE. */
		assert_true(isnan(c.slope.value) == (c.slope.reason != NULL));
	}
}

/* Exact powers of two keep every order and every tie. */
static void ranking_sees_only_the_order(void **state)
{
	struct random r = random_stream(3, 1);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		static struct rows rows;
		static double moved[ROWS], flipped[ROWS];
		struct outcomes o, m, f;
		struct figure auc, of_moved, of_flipped;

		draw_rows(&r, &rows, round % 6 == 5 ? round + 1 : round);
		for (size_t i = 0; i < rows.n; i++) {
			moved[i] = ldexp(rows.scores[i], 40);
			flipped[i] = -rows.scores[i];
		}
		o = outcomes_of(&rows, rows.scores);
		m = outcomes_of(&rows, moved);
		f = outcomes_of(&rows, flipped);
		auc = roc_auc(&o);
		of_moved = roc_auc(&m);
		of_flipped = roc_auc(&f);
		same_figures(&auc, &of_moved, 1);
		assert_true(same_bits(average_precision(&o).value, average_precision(&m).value));
		assert_true(isnan(auc.value) ||
			    fabs(auc.value + of_flipped.value - 1) <= 2 * DBL_EPSILON);
	}
}

static void draw_counts(struct random *r, size_t *p, size_t *q, size_t n, double scale)
{
	for (size_t i = 0; i < n; i++) {
		p[i] = random_unit(r) < 0.2 ? 0 : (size_t)(scale * random_unit(r));
		q[i] = random_unit(r) < 0.2 ? 0 : (size_t)(scale * random_unit(r));
	}
	p[0]++;
	q[n - 1]++;
}

/* Counts up to 2^31 rows and beyond: nothing overflows. */
static void distances_keep_their_inequalities(void **state)
{
	static const double scales[] = {3, 100, 1e6, 4e9, 1e15};
	struct random r = random_stream(4, 1);

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t p[12], q[12], n = 2 + random_below(&r, 11);
		struct bin_distances d, back;
		double h2;

		draw_counts(&r, p, q, n, scales[round % 5]);
		d = distances_from_counts(p, q, n);
		back = distances_from_counts(q, p, n);
		h2 = d.hellinger * d.hellinger;
		assert_true(d.js_distance >= 0 && d.js_distance <= sqrt(M_LN2) + 1e-15);
		assert_true(d.hellinger <= 1 && d.total_variation <= 1);
		assert_true(d.l_infinity <= d.total_variation + 1e-15);
		/* Le Cam: H^2 <= TV <= sqrt(2) H; JS^2 <= ln 2 TV; Pinsker: TV <= sqrt(KL / 2) */
		assert_true(h2 <= d.total_variation + 1e-12);
		assert_true(d.total_variation <= sqrt(2) * d.hellinger + 1e-7);
		assert_true(d.js_distance * d.js_distance <= M_LN2 * d.total_variation + 1e-12);
		assert_true(d.total_variation <= sqrt(d.kl_divergence / 2) + 1e-7);
		assert_true(fabs(d.js_distance - back.js_distance) < 1e-7);
		assert_true(same_bits(d.total_variation, back.total_variation));
		assert_true(same_bits(psi_from_counts(p, q, n), psi_from_counts(q, p, n)));
		assert_true(psi_from_counts(p, q, n) >= 0 &&
			    isfinite(kl_from_counts_filled(p, q, n)));
	}
}

static void large_counts_do_not_overflow(void **state)
{
	const size_t big = (size_t)1 << 33;
	size_t a[] = {big, big, big + 5}, b[] = {big, big - 7, big};
	struct group_counts groups[] = {{"a", big, big, big, big}, {"b", big, 1, big, big}};
	size_t table[] = {big, 3, 5, big};
	struct class_figures each[2];
	struct group_rates rates[2];
	struct chi_square test = chi_square_test(a, b, 3, false);
	struct psi_chance chance = psi_chance(&scratch, a, b, 3, PSI_BINS_OF_REFERENCE, 1e-10);
	struct fairness f = fairness_measure(groups, 2, 30, rates);
	struct classes c = classes_measure(table, 2, each);

	(void)state;
	assert_true(test.statistic > 0 && test.statistic < 1e-6 && test.p_value > 0.99);
	assert_true(chance.point > 0 && chance.point < 1e-9 && chance.p_value > 0 &&
		    chance.p_value < 1);
	assert_true(rates[0].n == 4 * big && rates[0].tpr.value == 0.5);
	assert_true(f.equal_opportunity_difference.value.value == 0);
	assert_true(c.accuracy.value > 0.999 && c.mcc.value > 0.999 && c.mcc.value <= 1);
	assert_true(fabs(matthews_correlation(big, 0, big, 0).value - 1) < 1e-15);
}

static struct drift drift_of(const double *a, size_t n, const double *b, size_t m)
{
	struct numeric_reference reference;

	numeric_reference_init(&reference, &mem, &scratch, a, n, DRIFT_BINS);
	return drift_numeric(&mem, &scratch, "x", &reference, b, m);
}

static void drift_of_odd_columns(void **state)
{
	static double constant[40], tiny[40], huge[40], missing[40], infinite[40], plain[40];
	static const double one[] = {3};
	const struct {
		const double *a;
		size_t n;
		const double *b;
		size_t m;
		const char *reason; /* NULL: measured */
	} cases[] = {
	    {plain, 40, plain, 40, NULL},
	    {constant, 40, constant, 40, NULL},
	    {constant, 40, plain, 40, NULL},
	    {tiny, 40, huge, 40, NULL},
	    {huge, 40, huge, 20, NULL},
	    {plain, 40, one, 1, NULL},
	    {one, 1, one, 1, NULL},
	    {one, 1, plain, 40, NULL},
	    {plain, 0, plain, 40, "no values in the reference"},
	    {plain, 40, plain, 0, "no values in the window"},
	    {missing, 40, plain, 40, "no values in the reference"},
	    {plain, 40, missing, 40, "no values in the window"},
	    {plain, 40, infinite, 40, "infinite values"},
	    {infinite, 40, plain, 40, "infinite values"},
	};

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		plain[i] = (double)(i * i);
		constant[i] = 7;
		tiny[i] = (double)i * 1e-308;
		huge[i] = (i % 2 ? 1 : -1) * 1e308;
		missing[i] = NAN;
		infinite[i] = i == 20 ? INFINITY : (double)i;
	}
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct drift d = drift_of(cases[i].a, cases[i].n, cases[i].b, cases[i].m);
		const double all[] = {
		    d.psi,           d.psi_chance, d.ks_statistic,    d.ks_p_value, d.js_distance,
		    d.kl_divergence, d.hellinger,  d.total_variation, d.l_infinity, d.wasserstein};

		assert_true(!d.reason == !cases[i].reason);
		if (d.reason)
			assert_string_equal(d.reason, cases[i].reason);
		for (size_t k = 0; k < sizeof all / sizeof *all; k++)
			assert_true(isnan(all[k]) ? d.reason || k == 9 : isfinite(all[k]));
		assert_true(isnan(d.chi2_statistic) && isnan(d.chi2_p_value));
		for (int c = DRIFT_EVIDENTLY; c <= DRIFT_NANNYML; c++) {
			struct numeric_reference reference;
			struct drift other = d;
			double *sorted = arena_new(&mem, double, cases[i].m);

			if (cases[i].m)
				memcpy(sorted, cases[i].b, cases[i].m * sizeof *sorted);
			if (d.reason)
				continue;
			sort_numbers(sorted, cases[i].m, &scratch);
			numeric_reference_init(&reference, &mem, &scratch, cases[i].a, cases[i].n,
					       DRIFT_BINS);
			drift_follow_numeric(&other, &mem, &scratch, &reference, sorted, cases[i].m,
					     (enum drift_convention)c);
			assert_true(isfinite(other.psi) && isfinite(other.js_distance));
		}
	}
	assert_true(drift_of(constant, 40, constant, 40).psi == 0);
	assert_true(isnan(drift_of(constant, 40, plain, 40).wasserstein_normalised));
	assert_true(drift_of(plain, 40, plain, 40).wasserstein_normalised == 0);
}

/* Row by row, in parts that are merged: the same bits as from sorted rows. */
static void tallies_are_the_ece(void **state)
{
	struct random r = random_stream(6, 1);

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		static struct rows rows;
		struct calibration_options options = {.n_bins = 1 + (size_t)round % 15};
		struct calibration_tally parts[3];
		struct calibration c;
		struct outcomes o;
		struct figure ece;

		draw_rows(&r, &rows, round);
		o = outcomes_of(&rows, rows.scores);
		c = calibration_measure(&mem, &scratch, &o, &options);
		for (size_t k = 0; k < 3; k++)
			parts[k] = calibration_tally_new(&mem, options.n_bins);
		for (size_t i = 0; i < rows.n; i++)
			calibration_tally_add(&parts[random_below(&r, 3)], rows.labels[i],
					      rows.scores[i]);
		calibration_tally_merge(&parts[0], &parts[1]);
		calibration_tally_merge(&parts[0], &parts[2]);
		ece = calibration_tally_ece(&parts[0]);
		assert_true(same_bits(ece.value, c.ece));
		assert_true(!ece.reason == !c.reason);
		calibration_tally_add(&parts[0], LABEL_POSITIVE, 1.5);
		assert_string_equal(calibration_tally_ece(&parts[0]).reason,
				    "scores outside 0 to 1");
	}
}

static void top_labels(void **state)
{
	static const double first[] = {0.7, 0.2, 0.4, NAN}, second[] = {0.2, 0.2, 0.4, 0.5};
	static const double third[] = {0.1, 0.6, 0.2, 0.5};
	const double *const scores[] = {first, second, third};
	static const uint32_t truth[] = {0, 1, 0, 2};
	uint32_t predicted[4];
	double confidence[4];
	struct outcomes o;

	(void)state;
	classes_predict(scores, 3, 4, predicted, confidence);
	assert_int_equal(predicted[0], 0);
	assert_int_equal(predicted[1], 2);
	assert_int_equal(predicted[2], 0);
	assert_true(predicted[3] == CLASS_MISSING && isnan(confidence[3]));
	o = classes_top_label(&mem, &scratch, truth, predicted, confidence, 4);
	assert_int_equal(o.n_positive, 2);
	assert_int_equal(o.n_negative, 1);
	assert_int_equal(o.n_left_out, 1);
	assert_true(o.positives[1] == 0.7 && o.negatives[0] == 0.6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(order_of_rows_changes_no_bit),
	    cmocka_unit_test(figures_stay_in_their_bounds),
	    cmocka_unit_test(ranking_sees_only_the_order),
	    cmocka_unit_test(distances_keep_their_inequalities),
	    cmocka_unit_test(large_counts_do_not_overflow),
	    cmocka_unit_test(drift_of_odd_columns),
	    cmocka_unit_test(tallies_are_the_ece),
	    cmocka_unit_test(top_labels),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
