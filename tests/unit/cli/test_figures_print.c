/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/cli/test_figures_print.c - what a report says first, and of what is not known */
#include "cli/figures_print.h"
#include "evidence/missing_drift.h"
#include <math.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static const struct drift_bin price_bins[] = {{-INFINITY, 2, NULL, 500, 100},
					      {2, INFINITY, NULL, 500, 900}};

static struct drift stable(const char *column)
{
	return (struct drift){.column = column,
			      .numeric = true,
			      .rows_reference = 1000,
			      .rows_current = 1000,
			      .psi = 0.004,
			      .psi_chance = 0.012,
			      .psi_ties = NAN,
			      .ks_statistic = 0.02,
			      .ks_p_value = 0.7,
			      .chi2_statistic = NAN,
			      .chi2_p_value = NAN,
			      .severity = DRIFT_STABLE};
}

static struct drift drifted(const char *column, double psi, enum drift_severity severity)
{
	struct drift d = stable(column);

	d.psi = psi;
	d.severity = severity;
	d.bins = price_bins;
	d.n_bins = 2;
	return d;
}

static const char *print(const struct record_figures *f, size_t width)
{
	const struct log_request request = {.score = {.name = "old"}, .compare = {.name = "new"}};
	const struct log_taken taken = {0};
	const struct figures_report report = {.mem = &mem,
					      .figures = f,
					      .taken = &taken,
					      .title = "now.csv against then.csv",
					      .request = &request,
					      .style = {.width = width}};
	struct out o = {0};
	char *text;

	figures_print_text(&report, &o);
	text = arena_strdup(&mem, out_text(&o));
	out_release(&o);
	return text;
}

static void assert_says(const char *text, const char *fragment)
{
	if (!strstr(text, fragment))
		fail_msg("'%s' is not in:\n%s", fragment, text);
}

static struct record_figures with_drift(const struct drift *drift, size_t n)
{
	return (struct record_figures){
	    .rows = 1000,
	    .all = {.label = "all", .rows = 1000, .drift = drift, .n_drift = n},
	    .psi_warning = 0.1,
	    .psi_critical = 0.25,
	    .bands_from = "policy.yaml:5"};
}

static void the_worst_column_is_named_first(void **state)
{
	const struct drift drift[] = {stable("demand"), drifted("transfer", 0.12, DRIFT_WARNING),
				      drifted("price", 0.41, DRIFT_CRITICAL),
				      drifted("other", 0.39, DRIFT_CRITICAL), stable("hour")};
	struct record_figures f = with_drift(drift, 5);
	const char *text = print(&f, 200);

	(void)state;
	assert_says(text, "now.csv against then.csv: 1,000 rows\n\n"
			  "✗ Drift: 3 of 5 columns beyond their band; worst: price, PSI 0.41 "
			  "(critical from 0.25, chance gives up to 0.012).\n");
	assert_true(strstr(text, "  price") < strstr(text, "  other"));
	assert_true(strstr(text, "  other") < strstr(text, "  transfer"));
	assert_true(strstr(text, "  transfer") < strstr(text, "  demand"));
	assert_true(strstr(text, "  demand") < strstr(text, "  hour"));
	assert_says(text, "Bins of price\n");
	assert_says(text, "(policy.yaml:5)");
}

static void nothing_wrong_is_said_as_such(void **state)
{
	const struct drift drift[] = {stable("demand"), stable("hour")};
	struct record_figures f = with_drift(drift, 2);

	(void)state;
	assert_says(print(&f, 200), "✓ No drift: all 2 columns are within the bands; highest PSI "
				    "0.004 (demand; warning from 0.1).\n");
}

static void what_could_not_be_told_is_no_stability(void **state)
{
	struct drift drift[] = {stable("demand"), stable("gone")};
	struct record_figures f = with_drift(drift, 2);
	const char *text;

	(void)state;
	drift[0].severity = DRIFT_TOO_FEW;
	drift[0].psi_chance = 0.3;
	drift[1].severity = DRIFT_UNKNOWN;
	drift[1].psi = NAN;
	drift[1].reason = "no rows with a value";
	text = print(&f, 200);
	assert_says(text, "? Drift of 1 of 2 columns is not known; gone: no rows with a value.\n");
	assert_says(text,
		    "? Too few rows to tell the drift of 1 of 2 columns: with 1,000 rows against "
		    "1,000, chance alone gives demand a PSI up to 0.3 (warning from 0.1).\n");
	assert_null(strstr(text, "No drift"));
}

static void values_that_went_missing_are_drift_too(void **state)
{
	struct drift drift[] = {stable("demand")};
	struct record_figures f = with_drift(drift, 1);
	struct arena scratch;

	(void)state;
	drift[0].rows_current = 660;
	drift[0].missing_current = 0.34;
	arena_init(&scratch);
	f.all.missing = missing_drift(&mem, &scratch, drift, 1, (struct drift_bands){0.1, 0.25});
	assert_says(print(&f, 200), "✗ Missing values of demand: 0 % of the reference, 34 % now; "
				    "PSI 2.91 (critical from 0.25).\n");
	assert_says(print(&f, 200), "✓ No drift in the values that are there: the column");
	assert_says(print(&f, 200), "0 % → 34 %  critical\n");
	arena_release(&scratch);
}

static void new_categories_are_named_and_harmless(void **state)
{
	static const char *const names[] = {"\033]0;x\a"};
	static const struct drift_bin bins[] = {{0, 0, "a", 1000, 996}, {0, 0, "\033]0;x\a", 0, 4}};
	struct drift drift[] = {stable("plan")};
	struct record_figures f = with_drift(drift, 1);

	(void)state;
	drift[0].numeric = false;
	drift[0].bins = bins;
	drift[0].n_bins = 2;
	drift[0].new_categories = names;
	drift[0].n_new_categories = 1;
	assert_says(print(&f, 200), "! plan holds a value that the reference never had: "
				    "'\\x1B]0;x\\x07' (4 rows).\n");
}

static void calibration_names_the_scores_that_are_wrong(void **state)
{
	static const struct calibration_bin bins[] = {{0, 0.1, 3000, 150, 0.05, 0.05, 0.043, 0.058},
						      {0.7, 0.8, 1204, 626, 0.75, 0.52, 0.49, 0.55},
						      {0.9, 1, 0, 0, NAN, NAN, NAN, NAN}};
	struct record_figures f = {
	    .rows = 4204,
	    .all = {.has_calibration = true,
		    .calibration = {.binning = "uniform",
				    .n = 4204,
				    .ece = 0.066,
				    .ece_chance = 0.011,
				    .n_bins = 3,
				    .bins = bins,
				    .slope = {NAN, {NAN, NAN}, "did not converge"}}}};
	const char *text = print(&f, 200);

	(void)state;
	assert_says(text,
		    "! Calibration: scores of 0.7–0.8 came true in 52 % (n 1,204): too high by "
		    "23 points; ECE 0.066 where chance gives up to 0.011.\n");
	assert_says(text, "too high by 0.230");
	assert_says(text, "  slope                 –                   did not converge\n");
	f.all.calibration.ece = 0.01;
	assert_says(print(&f, 200), "✓ Calibration: ECE 0.01 is within what chance gives");
}

static void figures_that_are_not_known_say_why(void **state)
{
	const struct figure one_class = {NAN, {NAN, NAN}, "one class only"};
	struct record_figures f = {
	    .rows = 3,
	    .score = "score",
	    .all = {
		.has_performance = true,
		.performance = {.n = 3, .roc_auc = one_class, .mcc = one_class, .threshold = 0.5}}};
	const char *text = print(&f, 200);

	(void)state;
	assert_says(text, "? Ranking: ROC AUC is not known: one class only.\n");
	assert_says(text, "  roc_auc                 –");
	assert_says(text, "one class only\n");
}

static void a_score_below_chance_is_told(void **state)
{
	static const struct {
		struct figure auc;
		const char *says;
	} cases[] = {
	    {{0.3, {0.25, 0.35}, NULL}, "✗ Ranking: ROC AUC 0.3 (0.250 – 0.350) lies below chance"},
	    {{0.51, {0.48, 0.54}, NULL}, "! Ranking: ROC AUC 0.51 (0.480 – 0.540) cannot be told"},
	    {{0.81, {0.8, 0.82}, NULL}, "· Ranking: ROC AUC 0.81 (0.800 – 0.820), where 0.5 is"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct record_figures f = {
		    .rows = 3,
		    .score = "score",
		    .all = {.has_performance = true, .performance.roc_auc = cases[i].auc}};
		assert_says(print(&f, 200), cases[i].says);
	}
}

static void groups_that_lie_apart_are_told(void **state)
{
	static const struct group_rates groups[] = {
	    {.name = "f", .n = 500, .compared = true, .selection_rate = {.value = 0.11}},
	    {.name = "m", .n = 500, .compared = true, .selection_rate = {.value = 0.31}},
	    {.name = "x", .n = 3, .selection_rate = {.value = 0}}};
	static const struct fairness_figures fairness[] = {
	    {.column = "sex",
	     .summary = {.min_rows = 30,
			 .n_compared = 2,
			 .demographic_parity_difference = {{.value = 0.2}, "m", "f"},
			 .disparate_impact_ratio = {{.value = 0.11 / 0.31}, "m", "f"}},
	     .groups = groups,
	     .n_groups = 3}};
	struct record_figures f = {.rows = 1003, .all = {.fairness = fairness, .n_fairness = 1}};
	const char *text = print(&f, 200);

	(void)state;
	assert_says(text,
		    "! Fairness by sex: f is selected in 11 %, m in 31 %: 20 points apart, ratio "
		    "0.355, which fails the four-fifths rule.\n");
	assert_says(text, "  3*");
	assert_says(text, "* fewer than 30 rows: shown, not compared.\n");
}

static void assert_lines_fit(const char *text)
{
	for (; *text; text += strcspn(text, "\n") + 1) {
		char *line = arena_strndup(&mem, text, strcspn(text, "\n"));

		if (print_columns(line) > 80)
			fail_msg("%zu columns: %s", print_columns(line), line);
	}
}

#define LONG_NAME "a_name_of_a_column_or_value_that_is_much_too_long_for_any_table"
#define F(x)                                                                                       \
	{                                                                                          \
		x, {x - 0.0123, x + 0.0123}, NULL                                                  \
	}

/* Figures of every kind, with names as long as they get. */
static struct record_figures everything(void)
{
	static const char *const names[] = {LONG_NAME, "b", "c"};
	static const struct class_figures each[] = {
	    {4000, 4100, F(0.91), F(0.92), F(0.93)},
	    {3000, 2900, F(0.81), F(0.82), F(0.83)},
	    {0, 0, {.value = NAN, .reason = "no rows"}, F(0.5), F(0.4)}};
	static const size_t confusion[] = {123456, 2000, 3, 0, 234567, 50, 7, 8, 9000};
	static const struct group_rates groups[] = {
	    {LONG_NAME, 1234567, true, F(0.2), F(0.3), F(0.4), F(0.5), F(0.6), F(0.7), F(0.8)},
	    {"x", 12, false, F(0.2), F(0.1), F(0.4), F(0.5), F(0.6), F(0.7), F(0.8)},
	    {"y", 1200, true, F(0.2), F(0.1), F(0.4), F(0.5), F(0.6), F(0.7), F(0.8)}};
	static const double ece[] = {0.01, 0.02, NAN};
	static const struct fairness_figures fairness[] = {
	    {LONG_NAME,
	     {30,
	      2,
	      {{0.2, {0.1, 0.3}, NULL}, LONG_NAME, "y"},
	      {{0.33, {0.2, 0.4}, NULL}, LONG_NAME, "y"},
	      {{NAN, {NAN, NAN}, "no positives"}, NULL, NULL},
	      {{0.1, {0, 0.2}, NULL}, "y", LONG_NAME}},
	     groups,
	     ece,
	     3}};
	static const struct score_comparison comparison[] = {
	    {"roc_auc", {1234567, F(0.0123), 0.0001, "DeLong, paired"}},
	    {"brier", {1234567, {-0.001, {-0.004, 0.002}, NULL}, 0.6, "normal, paired"}}};
	static struct window_figures windows[2];
	static struct segment_figures segments[2];
	static struct drift drift[2];
	struct record_figures f;

	drift[0] = drifted(LONG_NAME, 12.412345678, DRIFT_CRITICAL);
	drift[0].missing_reference = 0.001;
	drift[0].missing_current = 0.1234;
	drift[1] = stable("b");
	f = with_drift(drift, 2);
	f.score = "old";
	f.all.start = "2024-01-01";
	f.all.end = "2025-12-31";
	f.all.worst = DRIFT_CRITICAL;
	f.all.has_performance = f.all.has_classes = f.all.has_regression = f.all.has_latency = true;
	f.all.performance = (struct performance){
	    .n = 1000, .positives = 400, .roc_auc = F(0.81), .base_rate = F(0.4), .threshold = 0.5};
	f.all.classes = (struct class_table){
	    {.n = 10000, .k = 3, .accuracy = F(0.9), .macro_f1 = F(0.8)}, names, each, confusion};
	f.all.regression = (struct regression){.n = 1000,
					       .n_left_out = 10,
					       .mae = F(1234.5678),
					       .r2 = F(0.9),
					       .mean_error = F(-123.4),
					       .mape = {NAN, {NAN, NAN}, "a true value is 0"}};
	f.all.latency =
	    (struct latency){1000,       F(12.5), F(40),     {55.25, {51.5, 60.125}, NULL},
			     F(120.125), F(18.3), 1234.5678, NULL};
	f.all.fairness = fairness;
	f.all.n_fairness = 1;
	f.all.comparison = comparison;
	f.all.n_comparison = 2;
	windows[0] = windows[1] = f.all;
	windows[0].label = "2024-W01";
	windows[1].label = "2024-W02";
	windows[1].performance.roc_auc = (struct figure)F(0.61);
	segments[0] = (struct segment_figures){LONG_NAME, LONG_NAME, f.all};
	segments[1] = (struct segment_figures){LONG_NAME, "b", f.all};
	f.windows = windows;
	f.n_windows = 2;
	f.segments = segments;
	f.n_segments = 2;
	return f;
}

static void lines_keep_to_eighty_columns(void **state)
{
	struct record_figures f = everything();
	const char *text = print(&f, 80);

	(void)state;
	assert_lines_fit(text);
	assert_says(text, "roc_auc of new is higher by 0.0123 than that of old");
	assert_says(text, ", which chance can explain");
	assert_says(text, "Over time: ROC AUC fell from 0.81 in 2024-W01 to 0.61 in 2024-W02");
	assert_says(text, "Predictions are too low by 123 on average");
	assert_says(text, "a true value is 0\n");
	assert_says(text, "no positives\n");
	assert_says(text, "p95");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_worst_column_is_named_first),
	    cmocka_unit_test(nothing_wrong_is_said_as_such),
	    cmocka_unit_test(what_could_not_be_told_is_no_stability),
	    cmocka_unit_test(values_that_went_missing_are_drift_too),
	    cmocka_unit_test(new_categories_are_named_and_harmless),
	    cmocka_unit_test(calibration_names_the_scores_that_are_wrong),
	    cmocka_unit_test(figures_that_are_not_known_say_why),
	    cmocka_unit_test(a_score_below_chance_is_told),
	    cmocka_unit_test(groups_that_lie_apart_are_told),
	    cmocka_unit_test(lines_keep_to_eighty_columns),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
