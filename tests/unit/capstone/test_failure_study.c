/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_failure_study.c - failures in a small stream: figures, alerts, recovery
 */
#include "capstone/failure_study.h"
#include "events_fixture.h"

enum { N = 6000, FAILURES = 5, MODELS = 2, PERIOD = 10 };

struct world {
	struct arena mem;
	struct diag_sink diags;
	struct prepared prepared;
	struct model *rule, *logistic;
};

static const struct failure failures[FAILURES] = {
    {"no-device", "No device", FAILURE_REMOVED_FAMILY, "device", 1, NULL},
    {"no-amount", "No amount", FAILURE_DROPPED_FEATURE, "amount", 1, NULL},
    {"balance", "Half as much fraud", FAILURE_CLASS_BALANCE, NULL, 0.5, NULL},
    {"late", "Late", FAILURE_DELAYED_INPUTS, NULL, 48, NULL},
    {"drift", "Drift", FAILURE_DATA_DRIFT, "trust", 0, NULL},
};
static const struct monitor_rule rules[] = {
    {.id = "missing", .figure = MONITOR_MISSING, .limit = 0.3, .days = 2, .in_a_row = 2},
    {.id = "drift", .figure = MONITOR_FEATURE_PSI, .limit = 0.2, .days = 3, .in_a_row = 1},
    {.id = "back",
     .figure = MONITOR_SELECTED,
     .limit = 1.5,
     .days = 5,
     .in_a_row = 1,
     .rolls_back = true},
};
enum { RULES = sizeof rules / sizeof *rules };

/* 100 days from 2024-01-01, 60 events a day; fraud where trust is low. */
static void world_open(struct world *w)
{
	struct prepared *p = &w->prepared;
	struct random random = random_stream(8, 0);
	int64_t start = date_moment(date_from_civil(2024, 1, 1));
	struct matrix train, calibration;

	arena_init(&w->mem);
	diag_init(&w->diags, &w->mem);
	*p = (struct prepared){.plan = fixture(&w->mem, NULL, NULL)};
	p->ingest.events = fixture_events(&w->mem, p->plan, N, start, 10, 50, 21);
	for (size_t i = 0; i < N; i++) {
		double trust = p->ingest.events.values[i * p->plan->n_fields + 2];
		double chance = isnan(trust) ? 0.1 : trust < -0.5 ? 0.4 : 0.05;

		p->ingest.events.time[i] = start + (int64_t)i * (SECONDS_A_DAY / 60);
		p->ingest.events.label[i] =
		    random_unit(&random) < chance ? LABEL_POSITIVE : LABEL_NEGATIVE;
		p->ingest.events.label_at[i] = p->ingest.events.time[i] + SECONDS_A_DAY;
	}
	p->list = feature_list_of(&w->mem, p->plan);
	p->features = features_of(&w->mem, &p->ingest.events, &p->list, NULL);
	p->split = split_events(&w->mem, &p->ingest.events);
	train = matrix_subset(&w->mem, &p->features, split_keep(&w->mem, &p->split, PART_TRAIN));
	calibration =
	    matrix_subset(&w->mem, &p->features, split_keep(&w->mem, &p->split, PART_CALIBRATION));
	w->rule = model_train(MODEL_RULE, p->plan, &train, &calibration, 1, &w->diags);
	w->logistic = model_train(MODEL_LOGISTIC, p->plan, &train, &calibration, 1, &w->diags);
	assert_non_null(w->rule);
	assert_non_null(w->logistic);
	model_set_threshold(w->rule, 0.2);
	model_set_threshold(w->logistic, 0.2);
}

static void world_close(struct world *w)
{
	model_free(w->rule);
	model_free(w->logistic);
	arena_release(&w->mem);
}

static struct failure_study studied(struct world *w, const struct failure_study_plan *plan)
{
	struct scored_model models[MODELS] = {{"score_rule", "rule", w->rule, false},
					      {"score_1", "1", w->logistic, false}};
	struct failure_study study;

	assert_true(failure_study(&w->mem, &w->prepared, models, MODELS, NULL, rules, RULES,
				  failures, FAILURES, plan, &study, &w->diags));
	return study;
}

static struct failure_study_plan small_plan(void)
{
	return (struct failure_study_plan){.first = date_from_civil(2024, 3, 1),
					   .days = PERIOD,
					   .days_after = 12,
					   .max_ece = 0.2,
					   .auc_tolerance = 0.05,
					   .ece_tolerance = 0.05,
					   .recovery_days = 5,
					   .log_rows = 300};
}

static size_t lines(const struct out *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->n; i++)
		n += text->p[i] == '\n';
	return n;
}

static const struct failure_effect *effect(const struct failure_study *study, size_t f, size_t m)
{
	return &study->effects[f * MODELS + m];
}

static void test_facts(void **state)
{
	struct failure_study_plan plan = small_plan();
	struct failure_study study;
	struct world w;
	size_t in_period = PERIOD * 60;

	(void)state;
	world_open(&w);
	study = studied(&w, &plan);
	assert_in_range(study.clean_payments, 250, 350);
	assert_int_equal(lines(&study.clean_log), study.clean_payments + 1);
	for (size_t f = 0; f < FAILURES; f++) {
		assert_int_equal(lines(&study.facts[f].log), study.facts[f].payments + 1);
		assert_int_equal(study.facts[f].first, plan.first);
		assert_int_equal(study.facts[f].last, plan.first + PERIOD - 1);
	}
	/* all but what was missing before */
	assert_in_range(study.facts[0].damage.rows, in_period / 2, in_period);
	assert_int_equal(study.facts[0].damage.cells, study.facts[0].damage.rows);
	assert_int_equal(study.facts[0].refused, 0);
	/* a required value: everything is turned away */
	assert_int_equal(study.facts[1].refused, in_period);
	assert_true(study.facts[1].door_caught);
	assert_int_equal(study.facts[1].payments, 0);
	assert_true(study.facts[2].damage.rows_left_out > 0);
	assert_int_equal(study.facts[2].damage.cells, 0);
	/* history is no cell of a row */
	assert_int_equal(study.facts[3].damage.rows, 0);
	assert_int_equal(study.facts[3].payments, study.clean_payments);
	failure_study_release(&study);
	world_close(&w);
}

static void test_effects(void **state)
{
	struct failure_study_plan plan = small_plan();
	const struct failure_effect *e;
	struct failure_study study;
	struct world w;

	(void)state;
	world_open(&w);
	study = studied(&w, &plan);
	for (size_t f = 0; f < FAILURES; f++)
		assert_true(fabs(effect(&study, f, 1)->before.figures.performance.roc_auc.value -
				 effect(&study, 0, 1)->before.figures.performance.roc_auc.value) <=
			    0);
	/* the one feature that tells is gone: half of the ranking and more goes with it */
	e = effect(&study, 0, 1);
	assert_true(e->before.figures.performance.roc_auc.value > 0.65);
	assert_true(e->catastrophic);
	assert_non_null(e->why);
	assert_true(e->alerted && e->before_labels);
	assert_int_equal(e->days_to_alert, 1); /* 2 days in a row, each of 2 days */
	assert_string_equal(e->alert.column, "trust");
	assert_string_equal(e->fallback, "rule");
	assert_int_equal(e->days_to_recover, 0);
	assert_int_equal(e->days_to_performance_alert, ALERT_NOT_RAISED);
	assert_null(effect(&study, 0, 0)->fallback);
	/* nothing passes the door: no figure, and that is no grace */
	e = effect(&study, 1, 1);
	assert_true(isnan(e->during.figures.performance.roc_auc.value) &&
		    isnan(e->during.selected));
	assert_true(e->catastrophic);
	assert_int_equal(e->days_to_alert, 1);
	/* a constant is drift, on the day on which enough of the window has it */
	e = effect(&study, 4, 1);
	assert_true(e->alerted);
	assert_string_equal(rules[e->alert.rule].id, "drift");
	failure_study_release(&study);
	world_close(&w);
}

static void test_same_bytes(void **state)
{
	struct failure_study_plan plan = small_plan();
	struct failure_study a, b;
	struct out text_a = {0}, text_b = {0};
	struct world w;

	(void)state;
	world_open(&w);
	a = studied(&w, &plan);
	b = studied(&w, &plan);
	failure_study_csv(&a, &text_a);
	failure_study_csv(&b, &text_b);
	assert_string_equal(out_text(&text_a), out_text(&text_b));
	assert_int_equal(lines(&text_a), FAILURES * MODELS + 1);
	for (size_t f = 0; f < FAILURES; f++)
		assert_string_equal(out_text(&a.facts[f].log), out_text(&b.facts[f].log));
	out_release(&text_a);
	out_release(&text_b);
	failure_study_release(&a);
	failure_study_release(&b);
	world_close(&w);
}

/* As long as the plan, or as long as the labels that are known leave room for. */
static void test_before(void **state)
{
	const struct failure_study_plan plan = {
	    .first = 100, .days = 28, .days_after = 35, .recovery_days = 7, .log_rows = 1000};
	const struct {
		int32_t last_ripe;
		bool done;
		int days;
		size_t rows;
	} t[] = {
	    {540, true, 28, 1000}, {533, true, 21, 750}, {519, true, 7, 250}, {518, false, 6, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct failure_study_plan moved;
		assert_int_equal(failure_study_before(&plan, 500, t[i].last_ripe, &moved),
				 t[i].done);
		assert_int_equal(moved.first, 500);
		assert_int_equal(moved.days, t[i].days);
		assert_int_equal(moved.days_after, 13);
		if (t[i].done)
			assert_int_equal(moved.log_rows, t[i].rows);
	}
}

static void test_impossible(void **state)
{
	static const struct failure wrong = {"wrong", "Wrong", FAILURE_DROPPED_FEATURE,
					     "wings", 1,       NULL};
	struct failure_study_plan plan = small_plan();
	struct scored_model model;
	struct failure_study study;
	struct world w;

	(void)state;
	world_open(&w);
	model = (struct scored_model){"score", "1", w.logistic, false};
	assert_false(failure_study(&w.mem, &w.prepared, &model, 1, NULL, rules, RULES, &wrong, 1,
				   &plan, &study, &w.diags));
	assert_int_equal(w.diags.n, 1);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_facts), cmocka_unit_test(test_effects),
	    cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_before),
	    cmocka_unit_test(test_impossible)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
