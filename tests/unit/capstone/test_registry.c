/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_registry.c - records from a year whose every figure is known here */
#include "base/file.h"
#include "capstone/payments.h"
#include "capstone/registry_bias.h"
#include "capstone/registry_explained.h"
#include "capstone/registry_rows.h"
#include "measure/outcomes.h"
#include "read/yaml.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PLAN "src/capstone/systems/payments.yaml"

/* A small stream, three models, and a year told by hand. */
struct year {
	struct arena mem;
	struct diag_sink diags;
	char dir[64];
	struct prepared prepared;
	struct serving_plan serving;
	struct operation_plan operation_plan;
	struct operation operation;
	struct failure_study_plan failure_plan;
	struct failure_study failures;
	struct alert_study_plan alert_plan;
	struct alert_study alerts;
	struct registry_log logs[6];
	struct model *rule;
	struct registry registry;
};

enum { FEB3 = 20122, MAR24 = 20171, AUG4 = 20304, AUG20 = 20320, OCT13 = 20374, NOV10 = 20402 };

static const double no_limits[1];
static struct monitor_rule rules[] = {
    {.id = "feature-drift", .figure = MONITOR_FEATURE_PSI, .limit = 0.2, .days = 7, .in_a_row = 2},
    {.id = "score-drift", .figure = MONITOR_SCORE_PSI, .limit = 0.2, .days = 7, .in_a_row = 2},
    {.id = "ranking",
     .figure = MONITOR_ROC_AUC,
     .limit = 0.85,
     .days = 28,
     .in_a_row = 3,
     .rolls_back = true}};
static const struct failure failures[] = {{.id = "data-drift",
					   .title = "Amounts in \"another\" currency",
					   .kind = FAILURE_DATA_DRIFT,
					   .what = "amount",
					   .amount = 2},
					  {.id = "removed-family",
					   .title = "No device signals",
					   .kind = FAILURE_REMOVED_FAMILY,
					   .what = "device"}};
static struct stage_event stages[] = {
    {"1.0.0", "development", FEB3, "payments analyst", "It was fitted."},
    {"1.0.0", "production", FEB3 + 7, "ML lead", "Better than the rule."},
    {"2.0.0", "development", FEB3 + 14, "payments analyst", "It was fitted."},
    {"2.0.0", "shadow", FEB3 + 21, "payments model owner", "It ranks better."},
    {"2.0.0", "canary", MAR24 - 14, "ML lead", "Its shadow run passed."},
    {"1.0.0", "shadow", MAR24, "ML lead", "Kept warm."},
    {"2.0.0", "production", MAR24, "ML lead", "Its canary passed."},
    {"2.0.0", "shadow", AUG20, "monitor", "selected-share passed its limit."},
    {"1.0.0", "production", AUG20, "monitor", "2.0.0 was taken back."},
    {"2.1.0", "development", OCT13, "payments analyst", "It was fitted on what came since."},
    {"2.1.0", "production", NOV10, "ML lead", "Its canary passed."},
    {"1.0.0", "shadow", NOV10, "ML lead", "Kept warm."},
    {"2.0.0", "retired", NOV10 + 14, "ML lead", "Nobody asks it."}};

static void tell_operation(struct year *y)
{
	static struct shadow_result shadow = {.version = "2.0.0",
					      .against = "1.0.0",
					      .first = FEB3 + 21,
					      .last = MAR24 - 15,
					      .cases = 2380,
					      .score_psi = 0.25,
					      .score_psi_chance = 0.01,
					      .agreement = 0.97,
					      .largest_difference = 0.61,
					      .labelled = 300,
					      .positives = 12,
					      .roc_auc = 0.9,
					      .roc_auc_against = 0.85,
					      .pass = true,
					      .reason = "No score was missing in 14 days."};
	static struct canary_result canary = {.version = "2.0.0",
					      .against = "1.0.0",
					      .steps = {{.percent = 5,
							 .first = MAR24 - 14,
							 .last = MAR24 - 11,
							 .go_on = true,
							 .watched = "Selected 4 % on both sides."},
							{.percent = 50,
							 .first = MAR24 - 10,
							 .last = MAR24 - 1,
							 .go_on = true,
							 .watched = "Selected 4 % on both sides."}},
					      .n_steps = 2,
					      .pass = true,
					      .reason = "All steps held."};
	static const struct group_waiver waiver = {"1.0.0", "W-1", FEB3, NOV10};
	static struct group_check checks[] = {
	    {.version = "1.0.0", .waiver = &waiver, .pass = true, .reason = "Ratio 0.5: by W-1."}};
	struct operation *o = &y->operation;

	o->group_checks = checks;
	o->n_group_checks = 1;
	shadow.gain.difference = (struct figure){.value = 0.05, .interval = {0.01, 0.09}};
	o->stages = stages;
	o->n_stages = sizeof stages / sizeof *stages;
	o->shadows = &shadow;
	o->n_shadows = 1;
	o->canaries = &canary;
	o->n_canaries = 1;
	o->rollback = (struct rollback_result){.happened = true,
					       .day = AUG20,
					       .from = "2.0.0",
					       .to = "1.0.0",
					       .rule = 2,
					       .column = "",
					       .value = 0.79,
					       .payments_affected = 2720};
	o->refit = (struct refit_result){.happened = true,
					 .version = "2.1.0",
					 .day = OCT13,
					 .rows = {AUG4, OCT13 - 31},
					 .train_rows = 5000,
					 .gate_day = OCT13,
					 .gate_rows = {OCT13 - 30, OCT13 - 1},
					 .gate_n = 900,
					 .pass = true,
					 .reason = "Its interval lies above 0."};
	o->refit.gate.performance.roc_auc.value = 0.9;
	o->refit.gate_gain.difference = (struct figure){.value = 0.04, .interval = {0.01, 0.07}};
	o->resolved = NOV10;
	y->operation_plan.first = FEB3;
	y->operation_plan.last = 20453;
	y->operation_plan.canary_percent[0] = 5;
	y->operation_plan.canary_percent[1] = 50;
	y->operation_plan.canary_days[0] = 4;
	y->operation_plan.n_canary = 2;
	y->operation_plan.min_refit_positives = 300;
}

static void tell_failures(struct year *y)
{
	static struct failure_facts facts[2];
	static struct failure_effect effects[2];
	static struct limit_effect limits[2];
	static int days[2][2] = {{1, ALERT_NOT_RAISED}, {3, ALERT_NOT_RAISED}};
	static bool anyway[2] = {false, true};
	static struct rule_study study[1];

	for (size_t i = 0; i < 2; i++) {
		facts[i] = (struct failure_facts){.failure = &failures[i],
						  .first = 20185,
						  .last = 20212,
						  .payments = 1500,
						  .damage = {1500, 1500, 0}};
		out_puts(&facts[i].log, "time,fraud,score_rule,score_1_0_0,score_2_0_0,"
					"amount\r\n2025-04-07T00:00Z,0,0.01,0.01,0.01,5\r\n");
		effects[i] =
		    (struct failure_effect){.failure = &failures[i],
					    .version = "2.0.0",
					    .catastrophic = i == 1,
					    .why = "ROC AUC 0.91 before, 0.62 during",
					    .alerted = i == 0,
					    .days_to_alert = i == 0 ? 1 : ALERT_NOT_RAISED,
					    .alert = {.rule = 0, .column = "amount", .value = 1.2},
					    .days_to_rollback = ALERT_NOT_RAISED,
					    .days_to_recover = 7,
					    .fallback = "1.0.0",
					    .auc_stay = 0.6,
					    .auc_fallback = 0.7};
		limits[i] = (struct limit_effect){.limit = 0.1 + 0.1 * (double)i,
						  .false_alarms = 2.5 - 2 * (double)i,
						  .false_rollbacks = (double)NAN,
						  .days_to_alert = days[i],
						  .raised_anyway = anyway,
						  .days_to_shift = 4};
	}
	y->failure_plan = (struct failure_study_plan){.first = 20185, .days = 28, .max_ece = 0.05};
	y->failures = (struct failure_study){.plan = &y->failure_plan,
					     .facts = facts,
					     .n_failures = 2,
					     .effects = effects,
					     .n_models = 1};
	study[0] = (struct rule_study){
	    .rule = &rules[0], .limits = limits, .n_limits = 2, .chosen = 1, .as_planned = true};
	y->alert_plan = (struct alert_study_plan){
	    .max_false_alarms = 2, .n_seeds = 3, .failure_first = 20185, .failure_days = 28};
	y->alerts = (struct alert_study){.plan = &y->alert_plan,
					 .failures = failures,
					 .n_failures = 2,
					 .rules = study,
					 .n_rules = 1,
					 .version = "2.0.0",
					 .quiet_days = 365,
					 .shift_day = AUG4};
	rules[0].candidates = no_limits;
}

static void tell_logs(struct year *y)
{
	static const char *const names[] = {"holdout", "temporal",    "gate",
					    "shift",   "stress-none", "production"};

	for (size_t i = 0; i < 6; i++) {
		struct registry_log *log = &y->logs[i];
		log->name = names[i];
		log->rows = 2;
		log->first = FEB3;
		log->last = FEB3 + 30;
		out_puts(&log->text,
			 "time,version,fraud,score,score_rule,score_1_0_0,score_2_0_0,score_2_0_0_"
			 "uncalibrated,score_2_1_0,region,age_band,amount,part_of_day\r\n"
			 "2025-02-10T00:00Z,1.0.0,0,0.01,0.01,0.01,0.02,0.02,0.02,north,55+,5,"
			 "night\r\n"
			 "2025-04-10T00:00Z,2.0.0,1,0.11,0.01,0.01,0.02,0.02,0.02,south,55+,7,"
			 "night\r\n");
	}
	y->registry.holdout = &y->logs[0];
	y->registry.temporal = &y->logs[1];
	y->registry.gate = &y->logs[2];
	y->registry.shift = &y->logs[3];
	y->registry.unbroken = &y->logs[4];
	y->registry.production = &y->logs[5];
}

static void set_version(struct year *y, size_t i, enum model_kind kind, const char *name,
			const char *column, int32_t created)
{
	struct registry_version *version = &y->registry.versions[i];

	*version = (struct registry_version){
	    .stored = {.name = name}, .column = column, .created = created};
	version->stored.model = run_train(&y->prepared, kind, &y->diags);
	assert_non_null(version->stored.model);
	assert_true(model_store(y->dir, &version->stored, &y->diags));
}

static int set_up(void **state)
{
	struct year *y = test_calloc(1, sizeof *y);
	struct payments_options options = payments_defaults();
	struct out text = {0};
	struct source *plan_file;
	char path[96];

	*state = y;
	arena_init(&y->mem);
	diag_init(&y->diags, &y->mem);
	strcpy(y->dir, "/tmp/modelbook-registry-XXXXXX");
	assert_non_null(mkdtemp(y->dir));
	options.accounts = 300;
	options.payments_a_day = 40;
	options.days = 400;
	payments_write(&options, &text);
	assert_true(record_write(y->dir, "stream.csv", &text, &y->diags));
	out_release(&text);
	plan_file = input_read(&y->mem, PLAN, 1 << 20, &y->diags);
	snprintf(path, sizeof path, "%s/stream.csv", y->dir);
	if (!run_prepare(&y->mem, plan_file, path, &y->prepared, &y->diags) ||
	    !serving_plan_read(&y->mem, plan_file, &y->serving, &y->diags))
		fail_msg("%s", y->diags.items[0].detail);
	y->registry = (struct registry){.mem = &y->mem,
					.prepared = &y->prepared,
					.rules = rules,
					.n_rules = 3,
					.serving = &y->serving,
					.operation_plan = &y->operation_plan,
					.operation = &y->operation,
					.failures = &y->failures,
					.alerts = &y->alerts};
	y->rule = run_train(&y->prepared, MODEL_RULE, &y->diags);
	y->registry.rule = y->rule;
	set_version(y, 0, MODEL_LOGISTIC, "1.0.0", "score_1_0_0", FEB3);
	set_version(y, 1, MODEL_BOOSTED, "2.0.0", "score_2_0_0", FEB3 + 14);
	set_version(y, 2, MODEL_BOOSTED, "2.1.0", "score_2_1_0", OCT13);
	y->registry.temporal_rows = part_rows_of(&y->mem, &y->prepared, PART_TEMPORAL);
	y->registry.holdout_rows = part_rows_of(&y->mem, &y->prepared, PART_HOLDOUT);
	tell_operation(y);
	tell_failures(y);
	tell_logs(y);
	return 0;
}

static int tear_down(void **state)
{
	struct year *y = *state;
	char command[128];

	for (size_t i = 0; i < 6; i++)
		out_release(&y->logs[i].text);
	for (size_t i = 0; i < y->failures.n_failures; i++)
		out_release(&y->failures.facts[i].log);
	for (size_t i = 0; i < REGISTRY_VERSIONS; i++)
		model_free(y->registry.versions[i].stored.model);
	model_free(y->rule);
	if (!getenv("KEEP_REGISTRY")) {
		snprintf(command, sizeof command, "rm -r '%s'", y->dir);
		assert_int_equal(system(command), 0);
	} else {
		printf("kept: %s\n", y->dir);
	}
	arena_release(&y->mem);
	test_free(y);
	return 0;
}

/* The records of a file; anything that modelbook would refuse fails the test. */
static const struct data_node *records_of(struct year *y, const char *name)
{
	char path[64], *text;
	int root = file_open_root(y->dir);
	struct data_node *node;
	size_t n;

	snprintf(path, sizeof path, "data/payment-risk/%s.yaml", name);
	assert_int_equal(file_read(&y->mem, root, path, 1 << 20, &text, &n), ST_OK);
	close(root);
	node = yaml_read(&y->mem, source_new(&y->mem, path, text, n), 0, n, RULE_DATA_SYNTAX,
			 &y->diags);
	if (!node || y->diags.n)
		fail_msg("%s: %s", name, y->diags.n ? y->diags.items[0].detail : "nothing");
	return node;
}

static void expect(struct year *y, const char *file, const char *path, const char *want)
{
	const char *text = data_text(data_find_path(records_of(y, file), path));

	if (!text || strcmp(text, want) != 0)
		fail_msg("%s: %s is '%s', want '%s'", file, path, text ? text : "(none)", want);
}

static void says_what_happened(void **state)
{
	static const struct {
		const char *file, *path, *want;
	} t[] = {
	    {"model", "records.0.id", "payment-risk"},
	    {"model", "records.0.versions.1.id", "2.0.0"},
	    {"model", "records.0.versions.1.created", "2025-02-17"},
	    {"model", "records.0.versions.1.history.2.stage", "canary"},
	    {"model", "records.0.versions.1.history.2.evidence.0", "payment-risk-2.0.0-shadow"},
	    {"model", "records.0.versions.1.history.3.evidence.0", "payment-risk-2.0.0-canary"},
	    {"model", "records.0.versions.1.history.4.evidence.0", "INC-2025-003"},
	    {"model", "records.0.versions.2.history.0.date", "2025-10-13"},
	    {"model", "records.0.versions.0.description",
	     "Under the limit of its groups. Ratio 0.5: by W-1. Logistic regression, "
	     "L2-regularised, on the payment, the device and the account's history. Replaces the "
	     "rule, which stays as the fallback."},
	    {"experiments", "records.0.id", "EXP-2025-02-03-001"},
	    {"experiments", "records.1.id", "EXP-2025-02-17-001"},
	    {"experiments", "records.2.id", "EXP-2025-02-17-002"},
	    {"experiments", "records.3.id", "EXP-2025-10-13-001"},
	    {"experiments", "records.3.metrics.primary.roc_auc", "0.9000"},
	    {"evaluations", "records.0.id", "payment-risk-1.0.0-iid"},
	    {"evaluations", "records.1.source.compare", "score_rule"},
	    {"evaluations", "records.1.source.reference.log", "data/payment-risk/logs/holdout.csv"},
	    {"monitoring", "records.0.start", "2025-02-10"},
	    {"monitoring", "records.0.end", "2025-11-09"},
	    {"monitoring", "records.1.source.where.version", "2.0.0"},
	    {"shadow", "records.0.comparison.score_psi", "0.2500"},
	    {"canary", "records.0.steps.0.hours", "96"},
	    {"incidents", "records.0.started", "2025-08-04"},
	    {"incidents", "records.0.detected", "2025-08-20"},
	    {"incidents", "records.0.resolved", "2025-11-10"},
	    {"failures", "records.0.alert.days_to_alert", "1"},
	    {"failures", "records.0.result", "pass"},
	    {"failures", "records.1.result", "fail"},
	    {"failures", "records.1.degradation", "catastrophic"},
	    {"alerts", "records.0.days_watched", "1095"},
	    {"alerts", "records.0.candidates.1.days_to_alert.data-drift", "3"},
	    {"alerts", "records.0.candidates.0.raised_anyway.0", "removed-family"},
	    {"alerts", "records.0.chosen.0.limit", "0.2"},
	    {"model", "records.0.versions.2.primary_evaluation", "payment-risk-2.1.0-temporal"},
	    {"policy", "thresholds.feature_drift.value", "0.2"},
	    {"policy", "thresholds.selection_share.value", "0.04"},
	    {"serving_config", "records.0.api.endpoint", "/predict"},
	    {"retraining", "records.0.triggers.0.type", "performance"},
	    {"monitoring_config", "records.0.data_drift.alert_threshold", "0.2"},
	    {"bias_audit", "records.0.checks.metric_defined_before_training.result", "pass"},
	    {"bias_audit", "records.0.threshold_defined", "2024-12-16"},
	    {"bias_audit", "records.0.auditor", "risk officer"},
	    {"bias_audit", "records.0.checks.no_proxy_features.figures.55+.feature",
	     "phone_generation"},
	    {"bias_audit", "records.0.checks.edge_cases.figures.door.tried", "45"},
	    {"bias_audit", "records.0.checks.metric_defined_before_training.figures.days_before",
	     "49"},
	    {"data_quality", "records.0.verdict", "proceed"},
	    {"data_quality", "records.0.assessor", "payments analyst"},
	    {"data_quality", "records.0.figures.twice", "0"},
	    {"data_quality", "records.0.consistency", "5"},
	    {"data_quality", "records.0.timeliness", "5"},
	    {"serving_config", "records.0.model.load_time_limit_seconds", "1"},
	    {"evaluations", "records.2.id", "payment-risk-1.0.0-worst"},
	    {"evaluations", "records.2.role", "segment"},
	    {"evaluations", "records.2.source.log", "data/payment-risk/logs/worst-1.0.0.csv"},
	    {"evaluations", "records.2.source.segments.1", "part_of_day"},
	    {"measurements", "records.0.id", "payment-risk-1.0.0-rows"},
	    {"measurements", "records.0.figures.past_again.different", "0"},
	    {"measurements", "records.0.figures.past_again.values", "540"},
	    {"measurements", "records.2.id", "payment-risk-operation"},
	    {"measurements", "records.2.figures.2_0_0.made_to_production", "35"},
	    {"measurements", "records.2.figures.after_the_rollback.to_production", "82"},
	};
	struct year *y = *state;

	assert_true(registry_write(&y->registry, y->dir, &y->diags));
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		expect(y, t[i].file, t[i].path, t[i].want);
	assert_int_equal(
	    data_find_path(records_of(y, "failures"), "records.1.alert.days_to_alert")->kind,
	    DATA_NULL);
	assert_int_equal(data_find_path(records_of(y, "alerts"),
					"records.0.candidates.0.days_to_alert.removed-family")
			     ->kind,
			 DATA_NULL);
}

/* A fit for which the year ended before it was judged has no evaluation, and names none. */
static void names_no_evaluation_that_is_not(void **state)
{
	struct year *y = *state;
	const struct registry_log *gate = y->registry.gate;

	y->registry.gate = NULL;
	assert_true(registry_write(&y->registry, y->dir, &y->diags));
	y->registry.gate = gate;
	expect(y, "model", "records.0.versions.1.primary_evaluation",
	       "payment-risk-2.0.0-temporal");
	assert_null(
	    data_find_path(records_of(y, "model"), "records.0.versions.2.primary_evaluation"));
}

static void columns_of_a_log(void **state)
{
	struct registry_log log = {.name = "x"};

	(void)state;
	out_puts(&log.text, "time,score_2_0_0,score\r\n1,2,3\r\n");
	assert_true(registry_log_has(&log, "time"));
	assert_true(registry_log_has(&log, "score"));
	assert_true(registry_log_has(&log, "score_2_0_0"));
	assert_false(registry_log_has(&log, "score_2"));
	assert_false(registry_log_has(&log, "1"));
	assert_false(registry_log_has(&log, ""));
	out_release(&log.text);
	assert_false(registry_log_has(&log, "time"));
}

static void proxies_are_measured(void **state)
{
	struct year *y = *state;
	const struct plan *plan = y->prepared.plan;
	const struct part_rows *rows = &y->registry.temporal_rows;
	size_t age = plan_field(plan, "age_band"), region = plan_field(plan, "region");
	struct part_rows planted = *rows;
	size_t f = feature_find(rows->features.features, "session_seconds");
	struct proxy proxy = proxy_of(&y->mem, rows, age, 2);

	assert_string_equal(proxy.group, "55+");
	assert_string_equal(proxy.feature, "phone_generation");
	assert_true(proxy.auc.value > 0.7 && proxy.auc.interval.low > 0.5);

	/* a column that tells the region, low where it holds and missing in places */
	planted.features.values =
	    arena_new(&y->mem, double, rows->features.n * rows->features.n_features);
	memcpy(planted.features.values, rows->features.values,
	       rows->features.n * rows->features.n_features * sizeof(double));
	for (size_t i = 0; i < rows->events.n; i++)
		planted.features.values[i * rows->features.n_features + f] =
		    i % 5 == 0 ? NAN : rows->events.values[i * plan->n_fields + region] != 1;
	proxy = proxy_of(&y->mem, &planted, region, 1);
	assert_string_equal(proxy.feature, "session_seconds");
	assert_float_equal(proxy.auc.value, 1, 1e-12);

	planted.events.n = planted.features.n = 0;
	assert_null(proxy_of(&y->mem, &planted, region, 1).feature);
}

static void odd_inputs_are_scored(void **state)
{
	struct year *y = *state;
	const struct matrix *rows = &y->registry.temporal_rows.features;
	struct matrix none = *rows;
	struct door_count door = door_try(&y->mem, y->prepared.plan);

	for (size_t v = 0; v < REGISTRY_VERSIONS; v++) {
		const struct model *model = y->registry.versions[v].stored.model;
		double *nothing = arena_new(&y->mem, double, rows->n_features);
		struct edge_case cases[EDGE_CASES];

		edge_cases(&y->mem, model, y->prepared.plan, rows, cases);
		for (size_t i = 0; i < EDGE_CASES; i++) {
			assert_int_equal(cases[i].outside, 0);
			assert_true(cases[i].low >= 0 && cases[i].low <= cases[i].high);
			assert_true(cases[i].high <= 1);
		}
		for (size_t f = 0; f < rows->n_features; f++)
			nothing[f] = NAN;
		assert_float_equal(cases[0].low, model_score(model, nothing), 0);
		assert_float_equal(cases[0].high, cases[0].low, 0);
	}
	none.n = 0;
	for (size_t i = 0; i < EDGE_CASES; i++) {
		struct edge_case cases[EDGE_CASES];
		edge_cases(&y->mem, y->rule, y->prepared.plan, &none, cases);
		assert_true(isnan(cases[i].low) && cases[i].outside == 0);
	}
	/* 6 numbers in five ways, 5 closed lists in three */
	assert_int_equal(door.tried, 6 * 5 + 5 * 3);
	assert_int_equal(door.refused, door.tried);
}

/* A feature that knows a later label differs from what earlier rows give; a clean walk does not. */
static void the_past_is_made_again(void **state)
{
	struct year *y = *state;
	const struct events *events = &y->prepared.ingest.events;
	struct matrix planted = y->prepared.features;
	size_t f = feature_find(planted.features, "fraud_known_180d");
	bool *keep = split_keep(&y->mem, &y->prepared.split, PART_TEMPORAL);
	struct past_check clean =
	    past_again(&y->mem, events, &planted, keep, 40, y->prepared.plan->seed);
	struct past_check leaky;

	assert_int_equal(clean.payments, 40);
	assert_int_equal(clean.values, 40 * 9);
	assert_int_equal(clean.different, 0);
	planted.values = arena_new(&y->mem, double, planted.n *planted.n_features);
	memcpy(planted.values, y->prepared.features.values,
	       planted.n * planted.n_features * sizeof(double));
	for (size_t i = 0; i < planted.n; i++)
		planted.values[i * planted.n_features + f] += 1;
	leaky = past_again(&y->mem, events, &planted, keep, 40, y->prepared.plan->seed);
	assert_int_equal(leaky.different, 40);
	memset(keep, 0, events->n * sizeof *keep);
	assert_int_equal(past_again(&y->mem, events, &planted, keep, 40, 1).payments, 0);
}

static void delays_and_single_features(void **state)
{
	struct year *y = *state;
	int64_t time[] = {0, 0, 0, 0}, label_at[] = {86400, 3 * 86400, 8 * 86400, 90 * 86400};
	unsigned char label[] = {LABEL_POSITIVE, LABEL_POSITIVE, LABEL_POSITIVE, LABEL_NEGATIVE};
	struct events events = {.n = 4, .time = time, .label_at = label_at, .label = label};
	struct label_delay delay = label_delay_of(&y->mem, &events);
	struct feature number = {.name = "x", .kind = FIELD_NUMBER};
	struct feature_list list = {&number, 1};
	double values[] = {3, 2, 1, NAN, 9};
	unsigned char labels[] = {LABEL_NEGATIVE, LABEL_NEGATIVE, LABEL_POSITIVE, LABEL_POSITIVE,
				  LABEL_NEGATIVE};
	struct matrix rows = {
	    .n = 5, .n_features = 1, .values = values, .label = labels, .features = &list};

	assert_int_equal(delay.n, 3);
	assert_true(delay.median == 3 && delay.slowest == 8);
	events.n = 0;
	assert_true(isnan(label_delay_of(&y->mem, &events).median));
	assert_float_equal(single_feature_auc(&y->mem, &rows, 0), 1, 1e-12); /* low ones tell */
	assert_true(typical_value(&y->mem, &rows, 0) == 2);
	rows.n = 0;
	assert_true(isnan(typical_value(&y->mem, &rows, 0)));
}

/* The record of an audit says what was measured, and of a refit it is written only where it was
 * judged. */
static void audits_say_what_was_measured(void **state)
{
	struct year *y = *state;
	const char *text;

	assert_true(registry_write(&y->registry, y->dir, &y->diags));
	text = data_text(data_find_path(records_of(y, "bias_audit"),
					"records.0.checks.no_proxy_features.reason"));
	assert_non_null(strstr(text, "55+ by phone_generation 0."));
	text = data_text(
	    data_find_path(records_of(y, "bias_audit"), "records.1.checks.edge_cases.reason"));
	assert_non_null(strstr(text, "0 scores are missing or outside 0 to 1. Of 45 values"));
	assert_null(data_find_path(records_of(y, "bias_audit"), "records.2"));

	y->operation.refit.rows = y->prepared.plan->train;
	y->operation.refit.gate_day = OCT13;
	y->registry.gate_rows = y->registry.temporal_rows;
	assert_true(registry_write(&y->registry, y->dir, &y->diags));
	expect(y, "bias_audit", "records.2.id", "payment-risk-2.1.0-bias");
	expect(y, "bias_audit", "records.2.evaluation", "payment-risk-2.1.0-temporal");
	expect(y, "bias_audit", "records.2.date", "2025-10-13");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(says_what_happened, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(names_no_evaluation_that_is_not, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(proxies_are_measured, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(odd_inputs_are_scored, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(audits_say_what_was_measured, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_past_is_made_again, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(delays_and_single_features, set_up, tear_down),
	    cmocka_unit_test(columns_of_a_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
