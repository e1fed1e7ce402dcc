/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_model.c - fitting and scoring: known values, edges, the same again */
#include "capstone/linear_solver.h"
#include "capstone/model_internal.h"
#include "model_fixture.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

#include <cmocka.h>

static struct arena mem;
static struct diag_sink diags;
static const enum model_kind KINDS[] = {MODEL_RULE, MODEL_LOGISTIC, MODEL_BOOSTED};

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static struct model *trained(enum model_kind kind, size_t n, uint64_t seed)
{
	struct matrix train = fixture_rows(&mem, n, seed), later = fixture_rows(&mem, n, seed + 1);
	struct model *model = model_train(kind, &fixture_plan, &train, &later, 7, &diags);

	assert_non_null(model);
	assert_int_equal(diags.n, 0);
	return model;
}

/* scipy 1.10.1: optimize.root of the gradient of the penalised likelihood, tol 1e-14; the weights
 * do not depend on which class comes first. */
static void logistic_is_scipys(void **state)
{
	static const double x[20] = {0.5, 1.2, 1.5, -0.3, -0.7, 0.4,  2.2, 0.1,  -1.1, -1.4,
				     0.3, 0.9, 1.8, 1.1,  -0.2, -0.6, 0.9, -1.7, -1.6, 0.8};
	static const unsigned char y[10] = {0, 1, 0, 1, 0, 1, 1, 0, 0, 0};
	static const double want[3] = {1.0484481284220748, 0.4747044913505187, -0.6201861215940947};
	double turned[20];
	unsigned char turned_y[10];
	const char *why;
	const double *w = linear_solve(&mem, x, y, 10, 2, 1, 1e-10, &why), *again;

	(void)state;
	assert_non_null(w);
	for (size_t i = 0; i < 10; i++) {
		memcpy(turned + 2 * i, x + 2 * (9 - i), 2 * sizeof *x);
		turned_y[i] = y[9 - i];
	}
	turned_y[0] = 1; /* the class that comes first */
	again = linear_solve(&mem, turned, turned_y, 10, 2, 1, 1e-10, &why);
	assert_non_null(again);
	for (size_t i = 0; i < 3; i++)
		assert_true(fabs(w[i] - want[i]) < 1e-8);
	assert_true(again[0] < w[0]); /* a positive at -1.6 */
	assert_null(linear_solve(&mem, x, y, 10, 2, -1, 1e-10, &why));
	assert_string_equal(why, "C <= 0");
}

/* Each score is a probability; the model knows more than chance; the same bits at each call. */
static void scores_are_probabilities(void **state)
{
	struct matrix rows = fixture_rows(&mem, 1500, 99);

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct model *model = trained(KINDS[k], 1500, 5);
		double *scores = arena_new(&mem, double, rows.n),
		       *raw = arena_new(&mem, double, rows.n);
		double positive = 0, negative = 0, positives = 0;
		model_score_rows(model, &rows, scores, raw);
		for (size_t i = 0; i < rows.n; i++) {
			const double *row = rows.values + i * rows.n_features;
			assert_true(scores[i] >= 0 && scores[i] <= 1 && raw[i] >= 0 && raw[i] <= 1);
			assert_true(fabs(scores[i] - model_score(model, row)) <= 0);
			assert_true(fabs(raw[i] - model_score_uncalibrated(model, row)) <= 0);
			*(rows.label[i] ? &positive : &negative) += scores[i];
			positives += rows.label[i];
		}
		assert_true(positive / positives > 1.5 * negative / ((double)rows.n - positives));
		model_free(model);
	}
}

static void odd_input_has_a_score(void **state)
{
	static const double odd[] = {1e308, -1e308, INFINITY, -INFINITY, NAN, 0, -1, 0.5, 5e-324};

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct model *model = trained(KINDS[k], 800, 6);
		double row[FIXTURE_FEATURES];
		for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
			for (size_t f = 0; f < FIXTURE_FEATURES; f++)
				row[f] = odd[i];
			assert_true(model_score(model, row) >= 0 && model_score(model, row) <= 1);
			for (size_t f = 0; f < FIXTURE_FEATURES; f++) {
				memcpy(row, (double[]){10, 0, 1, 2.5, NAN}, sizeof row);
				row[f] = odd[i];
				assert_true(model_score(model, row) >= 0);
			}
		}
		model_free(model);
	}
}

static void training_on_odd_rows(void **state)
{
	(void)state;
	for (size_t k = 1; k < 3; k++) {
		struct matrix rows = fixture_rows(&mem, 400, 8);
		struct model *model;
		double row[FIXTURE_FEATURES] = {10, 0, 1, 2.5, NAN};
		rows.values[0] = 1e308;
		rows.values[1] = INFINITY;
		rows.values[2] = 17; /* no such category */
		for (size_t i = 300; i < 400; i++)
			rows.label[i] = LABEL_MISSING;
		model = model_train(KINDS[k], &fixture_plan, &rows, &rows, 7, &diags);
		assert_non_null(model);
		assert_true(model_score(model, row) >= 0 && model_score(model, row) <= 1);
		assert_int_equal(model->rows, 300);
		model_free(model);
		for (size_t i = 0; i < rows.n * FIXTURE_FEATURES; i++)
			rows.values[i] = NAN; /* nothing is known of any row */
		model = model_train(KINDS[k], &fixture_plan, &rows, &rows, 7, &diags);
		assert_non_null(model);
		assert_true(model_score(model, row) >= 0 && model_score(model, row) <= 1);
		model_free(model);
	}
}

static void what_cannot_be_fitted_is_a_finding(void **state)
{
	struct matrix rows = fixture_rows(&mem, 100, 8), none = rows, one = rows;
	struct plan bad_cost = fixture_plan, bad_rounds = fixture_plan, bad_depth = fixture_plan;
	const struct {
		enum model_kind kind;
		const struct plan *plan;
		const struct matrix *train, *calibration;
		const char *says;
	} cases[] = {
	    {MODEL_LOGISTIC, &fixture_plan, &none, &rows, "no training rows"},
	    {MODEL_BOOSTED, &fixture_plan, &none, &rows, "no training rows"},
	    {MODEL_LOGISTIC, &fixture_plan, &one, &rows, "one class only"},
	    {MODEL_BOOSTED, &fixture_plan, &one, &rows, "one class only"},
	    {MODEL_BOOSTED, &fixture_plan, &rows, &one, "calibration rows"},
	    {MODEL_LOGISTIC, &bad_cost, &rows, &rows, "C <= 0"},
	    {MODEL_BOOSTED, &bad_rounds, &rows, &rows, "rounds"},
	    {MODEL_BOOSTED, &bad_depth, &rows, &rows, "xgboost: "},
	};

	(void)state;
	none.n = 0;
	one.label = arena_new(&mem, unsigned char, rows.n);
	bad_cost.linear.cost = 0;
	bad_rounds.boosted.rounds = 0;
	bad_depth.boosted.learning_rate = -3;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		diag_init(&diags, &mem);
		assert_null(model_train(cases[i].kind, cases[i].plan, cases[i].train,
					cases[i].calibration, 7, &diags));
		assert_int_equal(diags.n, 1);
		if (!strstr(diags.items[0].detail, cases[i].says))
			fail_msg("case %zu: %s", i, diags.items[0].detail);
	}
}

/* The margin of the trees as they are walked here is xgboost's, bit for bit. */
static void walk_is_xgboosts(void **state)
{
	struct matrix train = fixture_rows(&mem, 3000, 21), rows = fixture_rows(&mem, 3000, 22);
	struct boosted_rows seen = boosted_rows_of(&mem, &train),
			    asked = boosted_rows_of(&mem, &rows);
	float *labels = arena_new(&mem, float, train.n);
	static const char *const parameters[][2] = {
	    {"nthread", "1"},      {"tree_method", "hist"}, {"objective", "binary:logistic"},
	    {"base_score", "0.5"}, {"max_depth", "6"},      {"verbosity", "0"}};
	DMatrixHandle handles[2];
	BoosterHandle booster;
	struct trees trees;
	const char *json, *why;
	bst_ulong len, dimension;
	const bst_ulong *shape;
	const float *margins;
	struct boosted_column *columns;
	size_t n_columns, differing = 0;

	(void)state;
	for (size_t i = 0; i < train.n; i++)
		labels[i] = train.label[i];
	assert_int_equal(XGDMatrixCreateFromMat(seen.values, seen.n, seen.width, NAN, &handles[0]),
			 0);
	assert_int_equal(
	    XGDMatrixCreateFromMat(asked.values, asked.n, asked.width, NAN, &handles[1]), 0);
	assert_int_equal(XGDMatrixSetFloatInfo(handles[0], "label", labels, train.n), 0);
	assert_int_equal(XGBoosterCreate(handles, 1, &booster), 0);
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++)
		assert_int_equal(XGBoosterSetParam(booster, parameters[i][0], parameters[i][1]), 0);
	for (int i = 0; i < 60; i++)
		assert_int_equal(XGBoosterUpdateOneIter(booster, i, handles[0]), 0);
	assert_int_equal(XGBoosterSaveModelToBuffer(booster, "{\"format\": \"json\"}", &len, &json),
			 0);
	columns = boosted_columns_of(&mem, &fixture_list, &n_columns);
	assert_true(trees_from_xgboost(&mem, &mem, json, len, columns, n_columns, &trees, &why));
	assert_null(trees_fault(&mem, &trees, &fixture_list));
	assert_int_equal(XGBoosterPredictFromDMatrix(
			     booster, handles[1],
			     "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, "
			     "\"iteration_end\": 0, \"strict_shape\": false}",
			     &shape, &dimension, &margins),
			 0);
	for (size_t i = 0; i < rows.n; i++) {
		float own = trees_margin(&trees, &fixture_list, rows.values + i * rows.n_features);
		differing += memcmp(&own, &margins[i], sizeof own) != 0;
	}
	assert_int_equal(differing, 0);
	XGBoosterFree(booster);
	XGDMatrixFree(handles[0]);
	XGDMatrixFree(handles[1]);
}

static void trained_twice_is_the_same_bytes(void **state)
{
	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct model *a = trained(KINDS[k], 900, 31), *b = trained(KINDS[k], 900, 31);
		struct out one = {0}, two = {0};
		model_write(a, &one);
		model_write(b, &two);
		assert_int_equal(one.n, two.n);
		assert_memory_equal(out_text(&one), out_text(&two), one.n);
		out_release(&one);
		out_release(&two);
		model_free(a);
		model_free(b);
	}
}

/* -- several threads -------------------------------------------------------------------------- */

struct scoring {
	const struct model *model;
	const struct matrix *rows;
	double *scores;
};

static void *score_all(void *of)
{
	const struct scoring *scoring = of;

	for (int round = 0; round < 3; round++)
		model_score_rows(scoring->model, scoring->rows, scoring->scores, NULL);
	return NULL;
}

static void threads_score_alike(void **state)
{
	struct matrix rows = fixture_rows(&mem, 2000, 41);

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct model *model = trained(KINDS[k], 900, 42);
		double *alone = arena_new(&mem, double, rows.n);
		struct scoring scoring[4];
		pthread_t threads[4];
		model_score_rows(model, &rows, alone, NULL);
		for (size_t t = 0; t < 4; t++) {
			scoring[t] =
			    (struct scoring){model, &rows, arena_new(&mem, double, rows.n)};
			assert_int_equal(pthread_create(&threads[t], NULL, score_all, &scoring[t]),
					 0);
		}
		for (size_t t = 0; t < 4; t++) {
			pthread_join(threads[t], NULL);
			assert_memory_equal(scoring[t].scores, alone, rows.n * sizeof *alone);
		}
		model_free(model);
	}
}

/* -- the threshold and the facts -------------------------------------------------------------- */

static void threshold_selects_the_share(void **state)
{
	static const double rising[10] = {0.9, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0};
	static const double tied[10] = {0.5, 0.5, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, NAN};
	static const double equal[3] = {0.25, 0.25, 0.25}, zeros[2] = {0, 0};
	struct plan plan = {.selection_share = 0.2};

	(void)state;
	assert_true(fabs(threshold_choose(&plan, rising, 10) - 0.7999995) < 1e-15);
	assert_true(fabs(threshold_choose(&plan, tied, 10) - 0.4999995) < 1e-15);
	assert_true(fabs(threshold_choose(&plan, equal, 3) - 0.2499995) < 1e-15);
	assert_true(fabs(threshold_choose(&plan, zeros, 2)) <= 0);
	assert_true(fabs(threshold_choose(&plan, zeros, 0) - 0.5) <= 0);
	plan.selection_share = 0;
	assert_true(fabs(threshold_choose(&plan, rising, 10) - 0.8999995) < 1e-15);
	plan.selection_share = 1;
	assert_true(fabs(threshold_choose(&plan, rising, 10)) <= 0);
}

static void facts_count_what_was_fitted(void **state)
{
	struct model *rule = trained(MODEL_RULE, 50, 1),
		     *logistic = trained(MODEL_LOGISTIC, 500, 1),
		     *boosted = trained(MODEL_BOOSTED, 500, 1);

	(void)state;
	assert_int_equal(model_facts(rule).parameter_count, 0);
	/* 4 numbers, 2 categories, 2 indicators, the constant; mean and deviation of 4 numbers */
	assert_int_equal(model_facts(logistic).parameter_count, 9 + 8);
	assert_int_equal(model_facts(boosted).parameter_count,
			 boosted->trees.n_nodes + 2 * boosted->calibrator.n);
	assert_string_equal(model_facts(boosted).kind_name, "boosted");
	model_set_threshold(rule, 0.3);
	model_set_run(rule, "abc");
	assert_true(fabs(model_facts(rule).threshold - 0.3) <= 0);
	assert_string_equal(model_facts(rule).run, "abc");
	model_free(rule);
	model_free(logistic);
	model_free(boosted);
	model_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(logistic_is_scipys, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(scores_are_probabilities, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(odd_input_has_a_score, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(training_on_odd_rows, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(what_cannot_be_fitted_is_a_finding, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(walk_is_xgboosts, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(trained_twice_is_the_same_bytes, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(threads_score_alike, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(threshold_selects_the_share, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(facts_count_what_was_fitted, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
