/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_plan_looks.c - segments, what was settled about groups, grades */
#include "base/date.h"
#include "plan_fixture.h"
#include <math.h>

#define LAST "  min_group_rows: 20"
#define LOOKS                                                                                      \
	LAST "\nsegments:\n"                                                                       \
	     "  - {name: channel}\n"                                                               \
	     "  - {name: part_of_day, of: hour, edges: [6, 12], parts: [night, morning, rest]}\n"  \
	     "  - {name: size, of: amount, edges: [10], parts: [small, large]}\n"                  \
	     "fairness:\n"                                                                         \
	     "  chosen: 2023-12-01\n"                                                              \
	     "  by: risk officer\n"                                                                \
	     "  limits: {share: 0.05, equal_opportunity: 0.1, calibration: 0.02}\n"                \
	     "  accepted: {disparate_impact: 0.6, equal_opportunity: 0.25, calibration: 0.05}\n"   \
	     "data_quality:\n"                                                                     \
	     "  relevance: {score: 4, by: analyst, reason: \"Close to what happens.\"}\n"

static void are_read(void **state)
{
	struct arena mem;
	const struct plan *plan;

	(void)state;
	arena_init(&mem);
	plan = fixture(&mem, LAST, LOOKS);
	assert_int_equal(plan->n_segments, 3);
	assert_int_equal(plan->segments[0].of, SEGMENT_FIELD);
	assert_int_equal(plan->segments[1].of, SEGMENT_HOUR);
	assert_int_equal(plan->segments[2].of, 0);
	assert_true(plan->fairness.given);
	assert_int_equal(plan->fairness.chosen, date_from_civil(2023, 12, 1));
	assert_string_equal(plan->fairness.by, "risk officer");
	assert_true(plan->fairness.max_share_gap == 0.05);
	assert_true(plan->fairness.accepted_disparate_impact == 0.6);
	assert_int_equal(plan->relevance.score, 4);
	assert_string_equal(plan->relevance.by, "analyst");

	plan = fixture(&mem, NULL, NULL); /* each may be left out */
	assert_int_equal(plan->n_segments, 0);
	assert_false(plan->fairness.given);
	assert_int_equal(plan->relevance.score, -1);
	arena_release(&mem);
}

static void parts_begin_at_their_edge(void **state)
{
	const struct {
		size_t segment;
		int64_t time;
		double amount;
		const char *want;
	} t[] = {{1, 0, 0, "night"},          {1, 6 * 3600 - 1, 0, "night"},
		 {1, 6 * 3600, 0, "morning"}, {1, 86400 - 1, 0, "rest"},
		 {1, -1, 0, "rest"},          {1, 86400, NAN, "night"},
		 {2, 0, 9.99, "small"},       {2, 0, 10, "large"},
		 {2, 0, INFINITY, "large"},   {2, 0, NAN, ""}};
	struct arena mem;
	const struct plan *plan;

	(void)state;
	arena_init(&mem);
	plan = fixture(&mem, LAST, LOOKS);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_string_equal(
		    segment_part(&plan->segments[t[i].segment], t[i].time, &t[i].amount),
		    t[i].want);
	arena_release(&mem);
}

/* What stands behind the last line; one finding of `rule` that says `say`. */
static const struct fault {
	const char *more;
	enum rule rule;
	const char *say;
} faults[] = {
    {"segments:\n  - {name: nothing}\n", RULE_DATA_UNKNOWN_REFERENCE, "'nothing' is no category"},
    {"segments:\n  - {name: amount}\n", RULE_DATA_UNKNOWN_REFERENCE, "'amount' is no category"},
    {"segments:\n  - {name: a, of: amont, edges: [1], parts: [b, c]}\n",
     RULE_DATA_UNKNOWN_REFERENCE, "'amont' is neither the hour nor"},
    {"segments:\n  - {name: a, of: channel, edges: [1], parts: [b, c]}\n",
     RULE_DATA_UNKNOWN_REFERENCE, "'channel' is neither the hour nor"},
    {"segments:\n  - {name: trust, of: amount, edges: [1], parts: [b, c]}\n",
     RULE_DATA_DUPLICATE_ID, "'trust' is a column already"},
    {"segments:\n  - {name: channel}\n  - {name: channel}\n", RULE_DATA_DUPLICATE_ID, "'channel'"},
    {"segments:\n  - {name: a, of: hour, edges: [2, 1], parts: [b, c, d]}\n", RULE_DATA_SCHEMA,
     "edges must rise"},
    {"segments:\n  - {name: a, of: hour, edges: [1, 2], parts: [b, c]}\n", RULE_DATA_SCHEMA,
     "2 edges make 3 parts, found 2 names"},
    {"segments:\n  - {name: a, of: hour}\n", RULE_DATA_MISSING_KEY, "edges"},
    {"fairness:\n  chosen: 2025-02-03\n  by: b\n"
     "  limits: {share: 0, equal_opportunity: 0, calibration: 0}\n"
     "  accepted: {disparate_impact: 1, equal_opportunity: 0, calibration: 0}\n"
     "operation: {from: 2025-02-03, to: 2025-12-31, baseline: {created: 2025-02-03, production: "
     "2025-02-10}, improved: {created: 2025-02-17, shadow: 2025-02-24}, shadow_days: 1, canary: "
     "[{percent: 5, days: 1}], max_missing_scores: 0, min_shadow_gain: 0, max_selected_factor: 2, "
     "min_refit_positives: 20, calibration_share: 0.3, min_gate_positives: 20, warm_days: 1, "
     "min_log_rows: 1, log_share: 1}\n",
     RULE_DATA_DATE_ORDER, "before the first fit, which is of 2025-02-03"},
    {"fairness:\n  chosen: 2025-02-03\n", RULE_DATA_MISSING_KEY, "by"},
    {"data_quality:\n  relevance: {score: 6, by: a, reason: Because of it.}\n", RULE_DATA_SCHEMA,
     "6"},
    {"data_quality:\n  relevance: {score: 5, reason: Because of it.}\n", RULE_DATA_MISSING_KEY,
     "by"},
};

static void each_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct arena mem;
		struct diag_sink diags;
		const char *text;
		bool found = false;
		char more[1200];

		arena_init(&mem);
		diag_init(&diags, &mem);
		snprintf(more, sizeof more, LAST "\n%s", faults[i].more);
		text = fixture_with(&mem, LAST, more, &(unsigned){0});
		assert_null(
		    plan_read(&mem, source_new(&mem, "p.yaml", text, strlen(text)), &diags));
		for (size_t k = 0; k < diags.n; k++)
			found |=
			    diags.items[k].rule == faults[i].rule &&
			    strstr(finding_message(&diags.items[k], &mem), faults[i].say) != NULL;
		if (!found)
			fail_msg("%zu: %s", i,
				 diags.n ? finding_message(&diags.items[0], &mem) : "no finding");
		arena_release(&mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(are_read),
					   cmocka_unit_test(parts_begin_at_their_edge),
					   cmocka_unit_test(each_fault)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
