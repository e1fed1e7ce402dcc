/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_plan.c - plans: what is read, and each fault with its line */
#include "base/date.h"
#include "base/file.h"
#include "capstone/features.h"
#include "plan_fixture.h"
#include <unistd.h>

static void reads_all(void **state)
{
	struct arena mem;
	const struct plan *plan;

	(void)state;
	arena_init(&mem);
	plan = fixture(&mem, NULL, NULL);
	assert_string_equal(plan->id, "toy");
	assert_int_equal(plan->seed, 7);
	assert_string_equal(plan->label_at, "label_at");
	assert_int_equal(plan->label_delay, 2 * SECONDS_A_DAY);
	assert_int_equal(plan->n_fields, 4);
	assert_int_equal(plan_field(plan, "trust"), 2);
	assert_int_equal(plan_field(plan, "none"), SIZE_MAX);
	assert_true(plan->fields[0].required && plan->fields[0].logarithm);
	assert_string_equal(plan->fields[1].values[2], "terminal");
	assert_true(plan->fields[3].group && !plan->fields[3].feature);
	assert_true(plan->fields[2].low == -1 && plan->fields[2].high == 1);
	assert_int_equal(plan->n_history, 13);
	assert_int_equal(plan->history[0].seconds, 3600);
	assert_int_equal(plan->history[4].last, 3);
	assert_int_equal(plan->history[7].back, 2);
	assert_int_equal(plan->train.from, date_from_civil(2024, 1, 1));
	assert_int_equal(plan->later[1].to, date_from_civil(2024, 6, 30));
	assert_string_equal(plan->later_names[0], "spring");
	assert_int_equal(plan->boosted.rounds, 20);
	assert_int_equal(plan->calibrator, CALIBRATE_ISOTONIC);
	assert_false(plan->rule[1].at_least);
	assert_true(plan->rule[1].limit == -0.5 && plan->rule[1].score == 0.25);
	assert_int_equal(plan->rule[1].feature, 2);
	assert_int_equal(plan->text_n, sizeof fixture_plan - 1);
	arena_release(&mem);
}

/* The line that holds `from` becomes `to`; one finding of `rule` at line `at` (0: that line), whose
 * message holds `say`. */
static const struct fault {
	const char *from, *to;
	enum rule rule;
	unsigned at;
	const char *say;
} faults[] = {
    {"id: toy", "id: a/b", RULE_DATA_SCHEMA, 0, "a/b"},
    {"id: toy", NULL, RULE_DATA_MISSING_KEY, 1, "id"},
    {"title: Toy", "title: ''", RULE_DATA_SCHEMA, 0, ""},
    {"seed: 7", "seed: -1", RULE_DATA_SCHEMA, 0, "-1"},
    {"seed: 7", "seed: 1.5", RULE_DATA_SCHEMA, 0, "1.5"},
    {"seed: 7", "seed: 7\nsead: 7", RULE_DATA_UNKNOWN_KEY, 4, "sead"},
    {"seed: 7", "seed: 7\nseed: 8", RULE_DATA_DUPLICATE_KEY, 4, "seed"},
    {"  time: time", NULL, RULE_DATA_MISSING_KEY, 0, "time"},
    {"  time: time", "  time: '#3'", RULE_DATA_SCHEMA, 0, "#3"},
    {"  time: time", "  time: fraud", RULE_DATA_DUPLICATE_ID, 7, "fraud"},
    {"  entity: account", "  entity: amount", RULE_DATA_DUPLICATE_ID, 14, "amount"},
    {"  label: fraud", "  label: channel", RULE_DATA_DUPLICATE_ID, 15, "the label"},
    {"  negative:", "  negative: \"1\"", RULE_DATA_SCHEMA, 0, "positive"},
    {"  label_delay_days: 2", "  label_delay_days: 3", RULE_DATA_SCHEMA, 33,
     "label_delay_days is 3"},
    {"  label_delay_days: 2", "  label_delay_days: -1", RULE_DATA_SCHEMA, 0, "-1"},
    {"  label_delay_days: 2", "  label_delay_days: .nan", RULE_DATA_SCHEMA, 0, ".nan"},
    {"  calendar: true", "  max_quarantine_share: 5", RULE_DATA_SCHEMA, 0, "5"},
    {"  calendar: true", "  calendar: 1", RULE_DATA_SCHEMA, 0, "1"},
    {"{name: trust", "    - {name: trust, kind: number}", RULE_DATA_MISSING_KEY, 0, "range"},
    {"{name: trust", "    - {name: trust, kind: number, range: [1, 1]}", RULE_DATA_SCHEMA, 0,
     "under the greatest"},
    {"{name: trust", "    - {name: trust, kind: number, range: [0]}", RULE_DATA_SCHEMA, 0, ""},
    {"{name: trust", "    - {name: trust, kind: number, range: [0, 1e99]}", RULE_DATA_SCHEMA, 0,
     "1e99"},
    {"{name: trust", "    - {name: trust, kind: number, range: [0, 1], values: [a]}",
     RULE_DATA_SCHEMA, 0, "values is not for 'number'"},
    {"{name: trust", "    - {name: trust, kind: number, range: [0, 1], group: true}",
     RULE_DATA_SCHEMA, 0, "groups are of a category"},
    {"{name: trust", "    - {name: trust, kind: truth, range: [0, 1]}", RULE_DATA_SCHEMA, 0,
     "truth"},
    {"{name: region", "    - {name: amount, kind: number, range: [0, 1]}", RULE_DATA_DUPLICATE_ID,
     0, "amount"},
    {"{name: channel", "    - {name: channel, kind: category}", RULE_DATA_MISSING_KEY, 0, "values"},
    {"{name: channel", "    - {name: channel, kind: category, values: [a, b, a]}", RULE_DATA_SCHEMA,
     0, ""},
    {"{name: channel", "    - {name: channel, kind: category, values: []}", RULE_DATA_SCHEMA, 0,
     ""},
    {"{name: channel", "    - {name: channel, kind: category, values: [a], logarithm: true}",
     RULE_DATA_SCHEMA, 0, "logarithm is not for 'category'"},
    {"{name: count_1h", "    - {name: hour_sin, statistic: count, hours: 1}",
     RULE_DATA_DUPLICATE_ID, 0, "a feature of the calendar"},
    {"{name: count_1h", "    - {name: trust, statistic: count, hours: 1}", RULE_DATA_DUPLICATE_ID,
     0, "a field"},
    {"{name: count_1h", "    - {name: count_1h, statistic: count, hours: 0}", RULE_DATA_SCHEMA, 0,
     "0"},
    {"{name: count_1h", "    - {name: count_1h, statistic: median, of: amount}", RULE_DATA_SCHEMA,
     0, "median"},
    {"{name: count_1h", "    - {name: count_1h, statistic: count, of: amount}", RULE_DATA_SCHEMA, 0,
     "of is not for 'count'"},
    {"{name: mean_3", "    - {name: mean_3, statistic: mean, of: amount, hours: 1}",
     RULE_DATA_MISSING_KEY, 0, "last, which 'mean' needs"},
    {"{name: mean_3", "    - {name: mean_3, statistic: mean, last: 3}", RULE_DATA_MISSING_KEY, 0,
     "of, which 'mean' needs"},
    {"{name: mean_3", "    - {name: mean_3, statistic: mean, of: amout, last: 3}",
     RULE_DATA_UNKNOWN_REFERENCE, 0, "'amout' is no field"},
    {"{name: mean_3", "    - {name: mean_3, statistic: mean, of: channel, last: 3}",
     RULE_DATA_SCHEMA, 0, "'mean' is of a number"},
    {"{name: mean_3", "    - {name: mean_3, statistic: mean, of: amount, last: 1001}",
     RULE_DATA_SCHEMA, 0, "1001"},
    {"{name: mean_3", "    - {name: mean_3, statistic: mean, of: amount, last: 3, back: 2}",
     RULE_DATA_SCHEMA, 0, "back is not for 'mean'"},
    {"{name: new_channel", "    - {name: new_channel, statistic: new_value, of: trust, last: 2}",
     RULE_DATA_SCHEMA, 0, "'new_value' is of a category"},
    {"{name: labels_all", "    - {name: labels_all, statistic: labels, last: 2}", RULE_DATA_SCHEMA,
     0, "last is not for 'labels'"},
    {"  gap_days: 2", "  gap_days: 1", RULE_DATA_SCHEMA, 0, "must be known"},
    {"  train:", "  train: {from: 2024-01-01, to: 2024-02-01}", RULE_DATA_SCHEMA, 36,
     "1 days between train and calibration"},
    {"  holdout_share", "  holdout_share: 1", RULE_DATA_SCHEMA, 0, "1"},
    {"  train:", "  train: {from: 2024-01-01, to: 2024-02-30}", RULE_DATA_SCHEMA, 0, "2024-02-30"},
    {"  train:", "  train: {from: 2024-01-01, to: 2023-12-31}", RULE_DATA_DATE_ORDER, 0,
     "2023-12-31 is before 2024-01-01"},
    {"  train:", "  train: {from: 2024-01-01, to: 2024-02-03}", RULE_DATA_DATE_ORDER, 36,
     "calibration begins before train has ended"},
    {"  train:", "  train: {from: 2024-01-01}", RULE_DATA_MISSING_KEY, 0, "to"},
    {"  temporal:", "  temporal: {from: 2024-02-12, to: 2024-02-20}", RULE_DATA_SCHEMA, 0,
     "1 days between calibration and temporal"},
    {"name: spring", "    - {name: spring, from: 2024-02-20, to: 2024-03-20}", RULE_DATA_DATE_ORDER,
     0, "spring begins before temporal has ended"},
    {"name: summer", "    - {name: spring, from: 2024-06-01, to: 2024-06-30}",
     RULE_DATA_DUPLICATE_ID, 0, "spring"},
    {"name: summer", "    - {name: summer, from: 2024-03-01, to: 2024-06-30}", RULE_DATA_DATE_ORDER,
     0, "summer begins before spring has ended"},
    {"  linear:", "  linear: {cost: 0, tolerance: 0.0001}", RULE_DATA_SCHEMA, 0, "0"},
    {"  linear:", "  linear: {cost: many, tolerance: 0.0001}", RULE_DATA_SCHEMA, 0, "many"},
    {"  linear:", "  linear: {cost: 1}", RULE_DATA_MISSING_KEY, 0, "tolerance"},
    {"  boosted:",
     "  boosted: {rounds: 20, depth: 17, bins: 32, learning_rate: 0.1, min_child_weight: 1, "
     "lambda: 1, row_share: 0.8, column_share: 0.7}",
     RULE_DATA_SCHEMA, 0, "17"},
    {"  boosted:",
     "  boosted: {rounds: 20, depth: 3, bins: 32, learning_rate: 0.1, min_child_weight: 1, "
     "lambda: 1, row_share: 0.8, column_share: 0.7, eta: 1}",
     RULE_DATA_UNKNOWN_KEY, 0, "eta"},
    {"  calibrator:", "  calibrator: magic", RULE_DATA_SCHEMA, 0, "magic"},
    {"feature: trust", "    - {feature: trusst, at_most: -0.5, score: 0.25}",
     RULE_DATA_UNKNOWN_REFERENCE, 0, "'trusst' is no feature"},
    {"feature: trust", "    - {feature: region, at_most: -0.5, score: 0.25}",
     RULE_DATA_UNKNOWN_REFERENCE, 0, "'region' is no feature"},
    {"feature: trust", "    - {feature: channel, at_most: 1, score: 0.25}", RULE_DATA_SCHEMA, 0,
     "'channel' is a category"},
    {"feature: trust", "    - {feature: trust, score: 0.25}", RULE_DATA_SCHEMA, 0, "neither"},
    {"feature: trust", "    - {feature: trust, at_least: 1, at_most: 1, score: 0.25}",
     RULE_DATA_SCHEMA, 0, "both"},
    {"feature: trust", "    - {feature: trust, at_least: 1, score: 2}", RULE_DATA_SCHEMA, 0, "2"},
    {"  rule_otherwise:", NULL, RULE_DATA_MISSING_KEY, 0, "rule_otherwise"},
    {"  selection_share:", "  selection_share: 0", RULE_DATA_SCHEMA, 0, "0"},
    {"  min_disparate_impact:", "  min_disparate_impact: 80", RULE_DATA_SCHEMA, 0, "80"},
    {"  min_group_rows:", "  min_group_rows: 0", RULE_DATA_SCHEMA, 0, "0"},
    {"  min_group_rows:", "  min_group_rows: [1]", RULE_DATA_SCHEMA, 0, "list"},
    {"  min_group_rows:", "  min_group_rows: &a 1", RULE_DATA_SYNTAX, 0, ""},
};

static bool has_finding(struct arena *mem, const struct diag_sink *diags, const struct fault *fault,
			unsigned line)
{
	for (size_t i = 0; i < diags->n; i++) {
		const struct finding *f = &diags->items[i];

		if (f->rule == fault->rule && (!line || source_position(&f->at).line == line) &&
		    strstr(finding_message(f, mem), fault->say))
			return true;
	}
	return false;
}

static void each_fault(void **state)
{
	size_t failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		const struct fault *fault = &faults[i];
		struct arena mem;
		struct diag_sink diags;
		unsigned line;
		const char *text;
		bool found;

		arena_init(&mem);
		diag_init(&diags, &mem);
		text = fixture_with(&mem, fault->from, fault->to, &line);
		assert_true(line > 0);
		if (fault->at)
			line = fault->at;
		else if (!fault->to)
			line = 0; /* at the map around it */
		assert_null(fixture_read(&mem, text, &diags));
		found = diags.n == 1 && has_finding(&mem, &diags, fault, line);
		for (size_t j = 0; !found && j < diags.n; j++)
			print_error("line %u: %s\n", source_position(&diags.items[j].at).line,
				    finding_message(&diags.items[j], &mem));
		if (!found) {
			failed++;
			print_error("case %zu: '%s' -> '%s' (line %u)\n", i, fault->from,
				    fault->to ? fault->to : "(left out)", line);
		}
		arena_release(&mem);
	}
	assert_int_equal(failed, 0);
}

/* Texts that are no plan at all: findings, no crash. */
static void not_a_plan(void **state)
{
	static const char *const texts[] = {
	    "",
	    "[]",
	    "1",
	    "a: [",
	    "events: 3\nsplit: []\nmodels: x\ndecision: null\n",
	    "events: {fields: [1, [], {name: 3}, {kind: number, range: 5}], history: [{of: x}, "
	    "{statistic: last}]}\n",
	    "split: {train: {from: 2024-01-01, to: 1}, later: [{}, 1, []]}\n",
	    "models: {rule: [1, {feature: []}, {feature: x}], boosted: 7}\n"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct arena mem;
		struct diag_sink diags;

		arena_init(&mem);
		diag_init(&diags, &mem);
		assert_null(fixture_read(&mem, texts[i], &diags));
		assert_true(diags.n > 0);
		arena_release(&mem);
	}
}

static void several_at_once(void **state)
{
	struct arena mem;
	struct diag_sink diags;
	const char *text = fixture_plan, *at;
	char *copy;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	copy = arena_strdup(&mem, text);
	at = strstr(text, "seed: 7");
	memcpy(copy + (at - text), "seed: x", 7);
	at = strstr(text, "of: trust, last: 5");
	memcpy(copy + (at - text), "of: tryst", 9);
	at = strstr(text, "min_group_rows: 20");
	memcpy(copy + (at - text), "min_group_rows: -2", 18);
	assert_null(fixture_read(&mem, copy, &diags));
	assert_int_equal(diags.n, 3);
	arena_release(&mem);
}

/* What serving and deployment hold is checked by those who read it. */
static void keys_of_others(void **state)
{
	struct arena mem;

	(void)state;
	arena_init(&mem);
	fixture(&mem, "seed: 7", "seed: 7\nserving: x\ndeployment:");
	arena_release(&mem);
}

/* The plans that come with the program are taken. */
static void own_plans(void **state)
{
	static const char *const paths[] = {"payments.yaml", "electricity.yaml"};
	int root = file_open_root("src/capstone/systems");

	(void)state;
	assert_true(root >= 0);
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct arena mem;
		struct diag_sink diags;
		char *text;
		size_t n;

		arena_init(&mem);
		diag_init(&diags, &mem);
		assert_int_equal(file_read(&mem, root, paths[i], 1 << 20, &text, &n), ST_OK);
		assert_non_null(plan_read(&mem, source_new(&mem, paths[i], text, n), &diags));
		assert_int_equal(diags.n, 0);
		arena_release(&mem);
	}
	close(root);
}

/* The plan that the manual shows is taken. */
static void plan_of_the_manual(void **state)
{
	static const char begins[] = "```yaml\n";
	int root = file_open_root("docs");
	struct arena mem;
	struct diag_sink diags;
	char *text, *from;
	size_t n;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	assert_int_equal(file_read(&mem, root, "capstone-plan.md", 1 << 20, &text, &n), ST_OK);
	from = strstr(text, begins) + sizeof begins - 1;
	*strstr(from, "```") = '\0';
	if (!fixture_read(&mem, from, &diags))
		fail_msg("%s", finding_message(&diags.items[0], &mem));
	arena_release(&mem);
	close(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_all),          cmocka_unit_test(each_fault),
	    cmocka_unit_test(not_a_plan),         cmocka_unit_test(several_at_once),
	    cmocka_unit_test(keys_of_others),     cmocka_unit_test(own_plans),
	    cmocka_unit_test(plan_of_the_manual),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
