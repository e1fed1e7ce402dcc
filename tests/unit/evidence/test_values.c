/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_values.c - values under paths, given figures beside measured ones */
#include "evidence/figures.h"
#include "evidence/paths.h"
#include "workspace_by_hand.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct arena mem;
static struct workspace ws;
static struct diag_sink diags;
static struct evidence evidence;

static const char log_csv[] = "day,y,p,a.b\n"
			      "2025-01-01,1,0.9,1\n"
			      "2025-01-02,0,0.1,2\n"
			      "2025-01-03,1,0.8,3\n"
			      "2025-01-04,0,0.9,4\n"
			      "2025-02-04,0,0.2,5\n";

static const char evaluation_yaml[] =
    "kind: evaluation\n"
    "id: e1\n"
    "about: churn@1.2.0\n"
    "notes: first\n"
    "source: {log: data/log.csv, label: y, score: p, time: day, window: month, features: [a.b],\n"
    "         segments: [a.b], groups: [a.b], reference: {log: data/log.csv}}\n"
    "performance: {roc_auc: 0.75, accuracy: 0.8, brier: 0.2, threshold: 0.5, precision: 6.67e-1,\n"
    "              macro_f1: 0.4}\n"
    "calibration: {ece: 0.26, bins: [{count: 1}, {count: 2}]}\n"
    "drift: {a.b: {psi: 0}}\n"
    "rows: 5\n"
    "fairness: {x: 0.25, open: null, list: [1], yes: true}\n";

static int set_up(void **state)
{
	struct record *record;
	struct model *model;
	struct version *version;

	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	ws.mem = &mem;
	add_log(&ws, "data/log.csv", log_csv, strlen(log_csv));
	record = add_record(&ws, "data/e.yaml", evaluation_yaml, &diags);
	model = arena_new(&mem, struct model, 1);
	version = arena_new(&mem, struct version, 1);
	model->id = "churn";
	model->record = add_record(&ws, "data/m.yaml",
				   "kind: model\nid: churn\nowner: ada\nversions:\n"
				   "- {id: 1.2.0, description: better}\n- {id: 1.3.0}\n",
				   &diags);
	version->model = model;
	version->id = "1.2.0";
	version->name = "churn@1.2.0";
	version->node = data_find_path(model->record->node, "versions.0");
	version->stage = STAGE_STAGING;
	version->primary = record;
	*ARENA_PUSH(&mem, &model->versions) = version;
	version = arena_new(&mem, struct version, 1);
	version->model = model;
	version->id = "1.3.0";
	version->name = "churn@1.3.0";
	version->node = data_find_path(model->record->node, "versions.1");
	*ARENA_PUSH(&mem, &model->versions) = version;
	*ARENA_PUSH(&mem, &ws.models) = model;
	map_put(&ws.model_by_id, &mem, "churn", model);
	evidence_collect(&mem, &ws, 2, &evidence, &diags);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static struct value value_at(const char *path)
{
	return evidence_value(&evidence, &ws, &mem, path);
}

static void numbers(void **state)
{
	static const struct {
		const char *path;
		double want;
		enum figure_origin origin;
		unsigned line;
	} t[] = {
	    {"churn@1.2.0:performance.roc_auc", 4.5 / 6, ORIGIN_MEASURED, 5},
	    {"e1:performance.roc_auc", 4.5 / 6, ORIGIN_MEASURED, 5},
	    {"e1:performance.accuracy_low", 0.37553462976252, ORIGIN_MEASURED, 5},
	    {"e1:performance.n", 5, ORIGIN_MEASURED, 5},
	    {"e1:performance.fp", 1, ORIGIN_MEASURED, 5},
	    {"e1:rows", 5, ORIGIN_MEASURED, 5},
	    {"e1:skipped", 0, ORIGIN_MEASURED, 5},
	    {"e1:calibration.bins.8.count", 2, ORIGIN_MEASURED, 5},
	    {"e1:drift.a.b.psi", 0, ORIGIN_MEASURED, 5},
	    {"e1:windows.2025-01.performance.n", 4, ORIGIN_MEASURED, 5},
	    {"e1:windows.2025-02.rows", 1, ORIGIN_MEASURED, 5},
	    {"e1:windows.1.rows", 1, ORIGIN_MEASURED, 5},
	    {"e1:segments.a.b.3.rows", 1, ORIGIN_MEASURED, 5},
	    {"e1:segments.a.b.4.performance.fp", 1, ORIGIN_MEASURED, 5},
	    {"e1:fairness.a.b.groups.4.selection_rate", 1, ORIGIN_MEASURED, 5},
	    {"e1:drift.a.b.rows_reference", 5, ORIGIN_MEASURED, 5},
	    {"e1:performance.macro_f1", 0.4, ORIGIN_GIVEN, 8},
	    {"churn@1.2.0:fairness.x", 0.25, ORIGIN_GIVEN, 12},
	};

	(void)state;
	assert_int_equal(diags.n, 0);
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct value v = value_at(t[i].path);

		if (v.kind != VALUE_NUMBER || fabs(v.number - t[i].want) > 1e-9 ||
		    v.origin != t[i].origin || source_position(&v.at).line != t[i].line)
			fail_msg("%s: kind %d, %.17g, origin %d (%s)", t[i].path, v.kind, v.number,
				 v.origin, v.reason ? v.reason : "");
	}
}

static void texts(void **state)
{
	static const struct {
		const char *path, *want;
	} t[] = {
	    {"e1:notes", "first"},
	    {"churn:owner", "ada"},
	    {"churn@1.2.0:description", "better"},
	    {"churn@1.2.0:stage", "staging"},
	    {"e1:calibration.binning", "uniform"},
	    {"e1:drift.a.b.type", "numeric"},
	    {"e1:drift.a.b.severity", "unknown"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct value v = value_at(t[i].path);

		if (v.kind != VALUE_TEXT)
			fail_msg("%s: kind %d (%s)", t[i].path, v.kind, v.reason ? v.reason : "");
		assert_string_equal(v.text, t[i].want);
	}
	assert_int_equal(value_at("e1:fairness.yes").kind, VALUE_BOOL);
	assert_true(value_at("e1:fairness.yes").truth);
}

static void unknown_with_a_reason(void **state)
{
	static const struct {
		const char *path, *reason;
	} t[] = {
	    {"e1:performance.brier_low", "no interval"},
	    {"e1:windows.2025-02.performance.roc_auc", "one class only"},
	    {"e1:calibration.bins.3.event_rate", "no rows in the bin"},
	    {"e1:calibration.bins.30.event_rate", "'e1' has no 'calibration.bins.30.event_rate'"},
	    {"e1:calibration.bins..count", "'e1' has no 'calibration.bins..count'"},
	    {"e1:calibration.bins.03.count", "'e1' has no 'calibration.bins.03.count'"},
	    {"e1:segments.a.3.rows", "'e1' has no 'segments.a.3.rows'"},
	    {"e1:windows.2.rows", "'e1' has no 'windows.2.rows'"},
	    {"e1:fairness.a.b.groups.4.fnr", "no positive label"},
	    {"e1:nothing", "'e1' has no 'nothing'"},
	    {"e1:fairness", "it is a map"},
	    {"e1:fairness.open", "left open"},
	    {"nobody:x", "nothing has the id 'nobody'"},
	    {"churn@9:x", "nothing has the id 'churn@9'"},
	    {"churn@1.3.0:performance.roc_auc", "'churn@1.3.0' has no evaluation"},
	    {"churn@1.3.0:stage", "no stage is recorded"},
	    {"plain", "a path is SUBJECT:PATH, for example churn@1.2.0:performance.roc_auc"},
	    {":x", "a path is SUBJECT:PATH, for example churn@1.2.0:performance.roc_auc"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct value v = value_at(t[i].path);

		assert_int_equal(v.kind, VALUE_UNKNOWN);
		if (!v.reason || strcmp(v.reason, t[i].reason) != 0)
			fail_msg("%s: %s", t[i].path, v.reason ? v.reason : "(none)");
	}
}

/* brier: (0.01 + 0.01 + 0.04 + 0.81 + 0.04) / 5 = 0.182; ece: (0.1 + 0.2 + 0.2 + 0.8) / 5 = 0.26 */
static void given_beside_measured(void **state)
{
	static const struct {
		const char *path;
		bool agrees;
	} t[] = {
	    {"rows", true},
	    {"performance.roc_auc", true},
	    {"performance.accuracy", true},
	    {"performance.brier", true},
	    {"performance.precision", true},
	    {"calibration.ece", true},
	    {"calibration.bins.0.count", true},
	    {"calibration.bins.1.count", false},
	    {"drift.a.b.psi", true},
	};
	struct figure_pair *pairs;
	size_t n = evidence_pairs(&evidence, &mem, evidence.records.items[0], &pairs);

	(void)state;
	assert_int_equal(n, sizeof t / sizeof *t);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(pairs[i].path, t[i].path);
		if (pairs[i].agrees != t[i].agrees)
			fail_msg("%s: given %s, measured %.17g", t[i].path, pairs[i].given,
				 pairs[i].measured);
	}
}

static void given_as_written_agrees_at_any_size(void **state)
{
	static const struct {
		const char *given;
		double number, measured;
		bool agrees;
	} t[] = {
	    {"6.129108576696376e-14", 6.129108576696376e-14, 6.129108576696376e-14, true},
	    {"6.13e-14", 6.13e-14, 6.129108576696376e-14, true},
	    {"6.12e-14", 6.12e-14, 6.129108576696376e-14, false},
	    {"6.6e-153", 6.6e-153, 6.58122e-153, true},
	    {"5e-324", 5e-324, 5e-324, true},
	    {"0.000", 0, 6.13e-14, true},
	    {"1.2345678901234567e+19", 1.2345678901234567e19, 1.2345678901234567e19, true},
	    {"1.5e300", 1.5e300, 1.46e300, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (figure_agrees(t[i].given, t[i].number, t[i].measured) != t[i].agrees)
			fail_msg("%s beside %.17g", t[i].given, t[i].measured);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(texts),
	    cmocka_unit_test(unknown_with_a_reason),
	    cmocka_unit_test(given_beside_measured),
	    cmocka_unit_test(given_as_written_agrees_at_any_size),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
