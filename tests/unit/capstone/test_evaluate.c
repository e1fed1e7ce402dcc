/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_evaluate.c - logs that say what was measured; the worst rows in order */
#include "capstone/evaluate.h"
#include "measure/calibration.h"
#include "measure/performance.h"
#include "model_fixture.h"
#include "read/csv.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena mem;
static struct diag_sink diags;

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

/* Events whose fields are the features of the rows, and a group that no model sees. */
static struct plan plan_with_group(void)
{
	static struct field fields[FIXTURE_FEATURES + 1];
	static const char *regions[] = {"north", "south, \"deep\""};
	struct plan plan = fixture_plan;

	memcpy(fields, fixture_fields, sizeof fixture_fields);
	fields[FIXTURE_FEATURES] = (struct field){.name = "region",
						  .kind = FIELD_CATEGORY,
						  .group = true,
						  .values = regions,
						  .n_values = 2};
	plan.fields = fields;
	plan.n_fields = FIXTURE_FEATURES + 1;
	return plan;
}

static struct events events_of(const struct plan *plan, const struct matrix *rows)
{
	struct events events = events_new(&mem, plan, rows->n);

	events.n = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		memcpy(events.values + i * plan->n_fields, rows->values + i * FIXTURE_FEATURES,
		       FIXTURE_FEATURES * sizeof(double));
		events.values[i * plan->n_fields + FIXTURE_FEATURES] = (double)(i % 2);
		events.time[i] = 1700000000 + (int64_t)i * 61;
		events.label[i] = rows->label[i];
	}
	return events;
}

static struct model *trained(enum model_kind kind)
{
	struct matrix rows = fixture_rows(&mem, 900, 5);
	struct model *model = model_train(kind, &fixture_plan, &rows, &rows, 7, &diags);

	assert_non_null(model);
	return model;
}

static size_t lines_of(const struct out *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->n; i++)
		n += out->p[i] == '\n';
	return n;
}

/* The log, read back as modelbook reads logs, gives the figures that were said. */
static void the_log_says_the_figures(void **state)
{
	struct plan plan = plan_with_group();
	struct matrix rows = fixture_rows(&mem, 800, 17);
	struct events events;
	struct model *model = trained(MODEL_BOOSTED);
	const struct scored_model scored = {"score_2_0_0", "2.0.0", model, true};
	struct csv_column columns[] = {{.name = "bad", .type = CSV_NUMBER},
				       {.name = "score_2_0_0", .type = CSV_NUMBER},
				       {.name = "score_2_0_0_uncalibrated", .type = CSV_NUMBER},
				       {.name = "time", .type = CSV_TIME},
				       {.name = "region", .type = CSV_TEXT},
				       {.name = "amount", .type = CSV_NUMBER},
				       {.name = "absent", .type = CSV_NUMBER}};
	struct out log = {0};
	struct part_figures said;
	struct csv_request request;
	struct csv_table table;
	unsigned char labels[800];
	struct outcomes outcomes;
	struct performance measured;

	(void)state;
	rows.label[3] = LABEL_MISSING;
	events = events_of(&plan, &rows);
	prediction_log(&events, &rows, &scored, 1, 0, 1, false, &log);
	said = evaluate_part(&mem, model, &rows);
	request = (struct csv_request){
	    .log = source_new(&mem, "log.csv", out_text(&log), log.n),
	    .columns = columns,
	    .n_columns = sizeof columns / sizeof *columns,
	};
	assert_int_equal(csv_read(&mem, &request, &table, &diags), ST_OK);
	assert_int_equal(diags.n, 0);
	assert_int_equal(table.rows, 800);
	for (size_t i = 0; i < 800; i++)
		labels[i] =
		    isnan(columns[0].numbers[i]) ? LABEL_MISSING : columns[0].numbers[i] > 0;
	assert_int_equal(labels[3], LABEL_MISSING);
	outcomes =
	    outcomes_sorted(&mem, &mem,
			    &(struct outcome_rows){.n = 800,
						   .labels = labels,
						   .scores = columns[1].numbers,
						   .threshold = model_facts(model).threshold});
	measured = performance_measure(&outcomes);
	assert_int_equal(said.performance.n, 799);
	assert_memory_equal(&measured.roc_auc.value, &said.performance.roc_auc.value, 8);
	assert_memory_equal(&measured.log_loss.value, &said.performance.log_loss.value, 8);
	assert_int_equal(measured.tp, said.performance.tp);
	assert_int_equal(said.calibration.n, 799);
	assert_true(columns[3].numbers[1] - columns[3].numbers[0] <= 120);
	assert_int_equal(columns[4].n_categories, 2);
	assert_int_equal(columns[6].missing, 800);
	for (size_t i = 0; i < 800; i++)
		assert_true(fabs(columns[5].numbers[i] / rows.values[i * FIXTURE_FEATURES] - 1) <
			    6e-4);
	out_release(&log);
	model_free(model);
}

/* Segments stand last, and only where they are asked for; a category stands there already. */
static void a_log_names_segments(void **state)
{
	static const double edges[] = {12};
	static const char *parts[] = {"early", "late"};
	const struct segment segments[] = {
	    {.name = "half", .of = SEGMENT_HOUR, .edges = edges, .parts = parts, .n_edges = 1},
	    {.name = "region", .of = SEGMENT_FIELD}};
	struct plan plan = plan_with_group();
	struct matrix rows = fixture_rows(&mem, 900, 21);
	struct events events = events_of(&plan, &rows);
	struct model *model = trained(MODEL_LOGISTIC);
	const struct scored_model scored = {"score", "1.0.0", model, false};
	struct out with = {0}, without = {0};

	(void)state;
	plan.segments = segments;
	plan.n_segments = 2;
	prediction_log(&events, &rows, &scored, 1, 0, 1, true, &with);
	prediction_log(&events, &rows, &scored, 1, 0, 1, false, &without);
	assert_non_null(strstr(out_text(&with), ",half\r\n"));
	assert_non_null(strstr(out_text(&with), ",early\r\n"));
	assert_null(strstr(out_text(&without), "half"));
	assert_int_equal(lines_of(&with), lines_of(&without));
	out_release(&with);
	out_release(&without);
	model_free(model);
}

static void a_log_is_drawn_evenly(void **state)
{
	struct plan plan = plan_with_group();
	struct matrix rows = fixture_rows(&mem, 1000, 18);
	struct events events = events_of(&plan, &rows);
	struct model *model = trained(MODEL_RULE);
	const struct scored_model scored = {"score", "1", model, false};
	struct out all = {0}, some = {0}, again = {0}, other = {0}, none = {0};
	const char *line;

	(void)state;
	prediction_log(&events, &rows, &scored, 1, 0, 1, false, &all);
	prediction_log(&events, &rows, &scored, 1, 100, 1, false, &some);
	prediction_log(&events, &rows, &scored, 1, 100, 1, false, &again);
	prediction_log(&events, &rows, &scored, 1, 100, 2, false, &other);
	assert_int_equal(lines_of(&all), 1001);
	assert_int_equal(lines_of(&some), 101);
	assert_string_equal(out_text(&some), out_text(&again));
	assert_string_not_equal(out_text(&some), out_text(&other));
	assert_int_equal(strncmp(out_text(&all), "time,bad,score,region,amount,trust,channel,", 43),
			 0);
	/* each line of the few is one of all, in their order */
	line = out_text(&all);
	for (const char *p = out_text(&some); *p; p = strchr(p, '\n') + 1) {
		char *text = arena_strndup(&mem, p, (size_t)(strchr(p, '\n') + 1 - p));
		line = strstr(line, text);
		assert_non_null(line);
		line++;
	}
	events.n = rows.n = 0;
	prediction_log(&events, &rows, &scored, 1, 100, 1, false, &none);
	assert_int_equal(lines_of(&none), 1);
	out_release(&all);
	out_release(&some);
	out_release(&again);
	out_release(&other);
	out_release(&none);
	model_free(model);
}

/* The rule scores 0.6, 0.3 or 0.02: losses tie, and ties stand in the order of time. */
static void worst_rows_on_ties(void **state)
{
	struct plan plan = plan_with_group();
	struct matrix rows = fixture_rows(&mem, 6, 18);
	/* amount, label: a miss at 0.02, two hits at 0.6, a false alarm at 0.6, a miss, no label */
	static const double amounts[6] = {1, 200, 200, 300, 2, 3};
	static const unsigned char labels[6] = {1, 1, 1, 0, 1, LABEL_MISSING};
	static const char *const want[] = {
	    "2023-11-14T22:13Z,1,0.02,3.912023,north,1,",
	    "2023-11-14T22:17Z,1,0.02,3.912023,north,2,",
	    "2023-11-14T22:16Z,0,0.6,0.916291,\"south, \"\"deep\"\"\",300,",
	    "2023-11-14T22:14Z,1,0.6,0.510826,\"south, \"\"deep\"\"\",200,",
	    "2023-11-14T22:15Z,1,0.6,0.510826,north,200,"};
	struct events events;
	struct model *model = trained(MODEL_RULE);
	struct out worst = {0};
	const char *line;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		rows.values[i * FIXTURE_FEATURES] = amounts[i];
		rows.values[i * FIXTURE_FEATURES + 1] = NAN;
		rows.label[i] = labels[i];
	}
	events = events_of(&plan, &rows);
	worst_predictions(&events, &rows, model, 50, &worst);
	assert_int_equal(lines_of(&worst), 6);
	line = out_text(&worst);
	for (size_t i = 0; i < 5; i++) {
		line = strchr(line, '\n') + 1;
		if (strncmp(line, want[i], strlen(want[i])))
			fail_msg("line %zu: %.*s, want %s", i, (int)strcspn(line, "\r"), line,
				 want[i]);
	}
	out_clear(&worst);
	worst_predictions(&events, &rows, model, 2, &worst);
	assert_int_equal(lines_of(&worst), 3);
	out_release(&worst);
	model_free(model);
}

static void a_pair_is_compared_on_written_scores(void **state)
{
	struct matrix rows = fixture_rows(&mem, 900, 23);
	struct model *rule = trained(MODEL_RULE), *boosted = trained(MODEL_BOOSTED);
	struct paired_comparison better = evaluate_pair(&mem, rule, boosted, &rows),
				 same = evaluate_pair(&mem, rule, rule, &rows);
	struct part_figures of_rule = evaluate_part(&mem, rule, &rows),
			    of_boosted = evaluate_part(&mem, boosted, &rows);

	(void)state;
	assert_true(fabs(better.difference.value - (of_boosted.performance.roc_auc.value -
						    of_rule.performance.roc_auc.value)) < 1e-12);
	assert_true(better.difference.interval.low > 0);
	assert_true(fabs(same.difference.value) <= 0);
	model_free(rule);
	model_free(boosted);
}

static void scores_are_read_back_as_they_were_written(void **state)
{
	struct random random = random_stream(4, 4);

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double score = score_written(random_unit(&random)), back;
		char text[32];
		snprintf(text, sizeof text, "%.6f", score);
		back = strtod(text, NULL);
		assert_memory_equal(&score, &back, sizeof score);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(the_log_says_the_figures, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_log_names_segments, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_log_is_drawn_evenly, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(worst_rows_on_ties, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_pair_is_compared_on_written_scores, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(scores_are_read_back_as_they_were_written, set_up,
					    tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
