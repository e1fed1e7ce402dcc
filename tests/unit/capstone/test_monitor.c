/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_monitor.c - alerts: on which day, how often, and when none may come */
#include "capstone/alert_study.h"
#include "capstone/monitor.h"
#include "events_fixture.h"
#include "measure/drift.h"

enum { A_DAY = 150, DAYS = 60, FIRST = 20000, CHANGE = FIRST + 40 };

struct stream {
	struct arena mem;
	const struct plan *plan;
	struct events events;
	struct feature_list list;
	struct matrix rows;
	double *scores;
	struct monitor_reference *reference;
};

/* `a_day` events at even times of each day; scores that rank their labels. */
static void stream_open(struct stream *s, size_t a_day)
{
	struct random random = random_stream(5, 0);
	size_t n = a_day * DAYS;

	arena_init(&s->mem);
	s->plan = fixture(&s->mem, NULL, NULL);
	s->events = fixture_events(&s->mem, s->plan, n, 0, 10, 40, 3);
	s->scores = arena_new(&s->mem, double, n);
	for (size_t i = 0; i < n; i++) {
		size_t day = i / a_day;

		s->events.time[i] = date_moment(FIRST + (int32_t)day) +
				    (int64_t)(i % a_day) * (SECONDS_A_DAY / (int64_t)a_day);
		s->events.label[i] = random_below(&random, 5) ? LABEL_NEGATIVE : LABEL_POSITIVE;
		s->events.label_at[i] = s->events.time[i] + 2 * SECONDS_A_DAY - 1;
		s->scores[i] = s->events.label[i] == LABEL_POSITIVE
				   ? 0.3 + 0.7 * random_unit(&random)
				   : 0.7 * random_unit(&random);
	}
	s->list = feature_list_of(&s->mem, s->plan);
	s->rows = features_of(&s->mem, &s->events, &s->list, NULL);
}

/* Days before the watched ones are the reference. */
static void make_reference(struct stream *s)
{
	bool *keep = arena_new(&s->mem, bool, s->events.n);
	size_t n = 0;
	struct matrix rows;

	for (; n < s->events.n && s->events.time[n] < date_moment(FIRST + 30); n++)
		keep[n] = true;
	rows = matrix_subset(&s->mem, &s->rows, keep);
	s->reference = monitor_reference_new(&s->mem, &rows, s->scores, 0.8);
}

static void set_scores(struct stream *s, int32_t from, int32_t to, double score)
{
	for (size_t i = 0; i < s->events.n; i++)
		if (s->events.time[i] >= date_moment(from) && s->events.time[i] < date_moment(to))
			s->scores[i] = score;
}

static void set_feature(struct stream *s, const char *name, int32_t from, int32_t to, double value)
{
	size_t f = feature_find(&s->list, name);

	for (size_t i = 0; i < s->events.n; i++)
		if (s->events.time[i] >= date_moment(from) && s->events.time[i] < date_moment(to))
			s->rows.values[i * s->rows.n_features + f] = value;
}

static struct monitor_alerts watch(struct stream *s, struct monitor_rule rule)
{
	return monitor_watch(&s->mem, s->reference, &s->events, &s->rows, s->scores, &rule, 1,
			     FIRST + 30, FIRST + DAYS - 1);
}

/* -- the day ---------------------------------------------------------------------------------- */

static void test_missing_alerts_on_its_day(void **state)
{
	struct stream s;
	struct monitor_alerts alerts;

	(void)state;
	stream_open(&s, A_DAY);
	make_reference(&s);
	set_feature(&s, "trust", CHANGE, CHANGE + 5, NAN);
	for (int in_a_row = 1; in_a_row <= 5; in_a_row++) {
		alerts = watch(&s, (struct monitor_rule){.id = "gone",
							 .figure = MONITOR_MISSING,
							 .limit = 0.5,
							 .days = 1,
							 .in_a_row = in_a_row});
		assert_int_equal(alerts.n, 1);
		assert_int_equal(alerts.items[0].day, CHANGE + in_a_row - 1);
		assert_string_equal(alerts.items[0].column, "trust");
		assert_true(alerts.items[0].value > 0.7 && alerts.items[0].value < 0.9);
	}
	alerts = watch(&s, (struct monitor_rule){
			       .figure = MONITOR_MISSING, .limit = 0.5, .days = 1, .in_a_row = 6});
	assert_int_equal(alerts.n, 0);
	arena_release(&s.mem);
}

/* One alert until the figure is back under its limit, then another one; several columns at once
 * each have their own. */
static void test_once_until_back(void **state)
{
	struct monitor_rule rule = {
	    .figure = MONITOR_SELECTED, .limit = 2, .days = 1, .in_a_row = 2};
	struct stream s;
	struct monitor_alerts alerts;

	(void)state;
	stream_open(&s, A_DAY);
	make_reference(&s);
	set_scores(&s, CHANGE, CHANGE + 6, 0.9);
	set_scores(&s, CHANGE + 8, CHANGE + 11, 0.9);
	alerts = watch(&s, rule);
	assert_int_equal(alerts.n, 2);
	assert_int_equal(alerts.items[0].day, CHANGE + 1);
	assert_int_equal(alerts.items[1].day, CHANGE + 9);
	assert_string_equal(alerts.items[0].column, "");
	/* half as much counts as much as twice; 150 rows are too few to tell */
	set_scores(&s, CHANGE, CHANGE + 11, 0.1);
	assert_int_equal(watch(&s, rule).n, 0);
	rule.days = 5;
	assert_int_equal(watch(&s, rule).n, 1);
	set_feature(&s, "trust", CHANGE, CHANGE + 5, NAN);
	set_feature(&s, "channel", CHANGE + 1, CHANGE + 5, NAN);
	alerts = watch(&s, (struct monitor_rule){
			       .figure = MONITOR_MISSING, .limit = 0.5, .days = 1, .in_a_row = 1});
	assert_int_equal(alerts.n, 2);
	assert_string_equal(alerts.items[0].column, "trust");
	assert_string_equal(alerts.items[1].column, "channel");
	assert_int_equal(alerts.items[1].day, CHANGE + 1);
	arena_release(&s.mem);
}

/* A label counts from the moment it is known: ranking that is lost shows after the plan's delay. */
static void test_labels_only_once_known(void **state)
{
	struct monitor_rule rule = {
	    .figure = MONITOR_ROC_AUC, .limit = 0.6, .days = 2, .in_a_row = 1};
	struct stream s;
	struct monitor_alerts alerts;

	(void)state;
	stream_open(&s, A_DAY);
	make_reference(&s);
	assert_int_equal(watch(&s, rule).n, 0);
	for (size_t i = 0; i < s.events.n; i++)
		if (s.events.time[i] >= date_moment(CHANGE))
			s.scores[i] = 1 - s.scores[i];
	alerts = watch(&s, rule);
	assert_int_equal(alerts.n, 1);
	assert_in_range(alerts.items[0].day, CHANGE + 2, CHANGE + 3);
	rule.figure = MONITOR_ECE;
	rule.limit = 0.4;
	alerts = watch(&s, rule);
	assert_int_equal(alerts.n, 1);
	assert_in_range(alerts.items[0].day, CHANGE + 2, CHANGE + 3);
	arena_release(&s.mem);
}

/* -- no alert --------------------------------------------------------------------------------- */

static void test_few_rows_never_alert(void **state)
{
	struct stream s;

	(void)state;
	stream_open(&s, 33); /* three days hold 99 */
	make_reference(&s);
	set_scores(&s, CHANGE, FIRST + DAYS, 0.99);
	for (size_t f = 0; f < s.list.n; f++)
		set_feature(&s, s.list.items[f].name, CHANGE, FIRST + DAYS, NAN);
	for (int figure = MONITOR_FEATURE_PSI; figure <= MONITOR_ECE; figure++)
		assert_int_equal(
		    watch(&s, (struct monitor_rule){.figure = (enum monitor_figure)figure,
						    .limit = figure == MONITOR_ROC_AUC,
						    .days = 3,
						    .in_a_row = 1})
			.n,
		    0);
	arena_release(&s.mem);
}

/* Without drift the least limit raises no alert: what chance gives is none. */
static void test_chance_is_no_alert(void **state)
{
	struct stream s;

	(void)state;
	stream_open(&s, A_DAY);
	make_reference(&s);
	for (int figure = MONITOR_SCORE_PSI; figure <= MONITOR_SELECTED; figure++)
		assert_int_equal(
		    watch(&s, (struct monitor_rule){.figure = (enum monitor_figure)figure,
						    .limit = 1e-6,
						    .days = 1,
						    .in_a_row = 2})
			.n,
		    0);
	arena_release(&s.mem);
}

static void test_nothing(void **state)
{
	struct monitor_rule rule = {.figure = MONITOR_FEATURE_PSI, .days = 1, .in_a_row = 1};
	struct stream s;
	struct monitor_series series;

	(void)state;
	stream_open(&s, A_DAY);
	make_reference(&s);
	series = monitor_series(&s.mem, s.reference, &s.events, &s.rows, s.scores, &rule, FIRST + 5,
				FIRST + 4);
	assert_int_equal(series.n_days, 0);
	assert_int_equal(monitor_watch(&s.mem, s.reference, &s.events, &s.rows, s.scores, NULL, 0,
				       FIRST, FIRST + DAYS)
			     .n,
			 0);
	/* days without events */
	series = monitor_series(&s.mem, s.reference, &s.events, &s.rows, s.scores, &rule,
				FIRST + DAYS + 5, FIRST + DAYS + 9);
	for (size_t i = 0; i < series.n_days * series.n_columns; i++)
		assert_true(isnan(series.values[i]));
	arena_release(&s.mem);
}

/* -- PSI -------------------------------------------------------------------------------------- */

/* The figures are those of measure/drift.h over the same rows. */
static void test_psi_is_that_of_drift(void **state)
{
	struct monitor_rule rule = {.figure = MONITOR_FEATURE_PSI, .days = 3, .in_a_row = 1};
	size_t day = CHANGE + 2 - (FIRST + 30), from = (size_t)(CHANGE - FIRST) * A_DAY;
	struct numeric_reference reference;
	struct monitor_series series;
	struct arena scratch;
	struct stream s;

	(void)state;
	stream_open(&s, A_DAY);
	make_reference(&s);
	arena_init(&scratch);
	for (size_t i = from; i < from + 3 * A_DAY; i++)
		for (size_t f = 0; f < s.list.n; f++)
			if (s.list.items[f].kind == FIELD_NUMBER)
				s.rows.values[i * s.list.n + f] *= 1.5;
	series = monitor_series(&s.mem, s.reference, &s.events, &s.rows, s.scores, &rule,
				FIRST + 30, FIRST + DAYS - 1);
	for (size_t f = 0; f < s.list.n; f++) {
		double *values = arena_new(&s.mem, double, s.events.n);
		double got = series.values[f * series.n_days + day], psi;
		struct drift drift;

		if (s.list.items[f].kind != FIELD_NUMBER || isnan(got))
			continue;
		for (size_t i = 0; i < s.events.n; i++)
			values[i] = s.rows.values[i * s.list.n + f];
		numeric_reference_init(&reference, &s.mem, &scratch, values, 30 * A_DAY,
				       DRIFT_BINS);
		drift = drift_numeric(&s.mem, &scratch, "x", &reference, values + from, 3 * A_DAY);
		psi = isnan(drift.psi_ties) ? drift.psi : drift.psi_ties;
		assert_true(fabs(psi - got) < 1e-12);
	}
	assert_false(isnan(series.values[feature_find(&s.list, "amount") * series.n_days + day]));
	arena_release(&scratch);
	arena_release(&s.mem);
}

/* -- alerts that the undamaged stream has too -------------------------------------------------- */

static void test_first_alert(void **state)
{
	const char *columns[] = {"a", "b"};
	struct monitor_rule rule = {.figure = MONITOR_FEATURE_PSI, .in_a_row = 2};
	/* a stands over the limit as it was; b comes on the third day */
	double values[] = {1, 1, 1, 1, 1, NAN, 0, 1, 1, 1},
	       before[] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0};
	struct monitor_series series = {7, 5, 2, columns, values},
			      clean = {7, 5, 2, columns, before};
	struct monitor_alert alert;

	(void)state;
	assert_int_equal(first_alert(&rule, 4, 0.5, &series, &clean, &alert), 3);
	assert_int_equal(alert.day, 10);
	assert_int_equal(alert.rule, 4);
	assert_string_equal(alert.column, "b");
	rule.in_a_row = 4;
	assert_int_equal(first_alert(&rule, 4, 0.5, &series, &clean, NULL), ALERT_NOT_RAISED);
	/* with nothing beside it every alert counts */
	assert_int_equal(first_alert(&rule, 4, 0.5, &series, NULL, NULL), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_missing_alerts_on_its_day),
					   cmocka_unit_test(test_once_until_back),
					   cmocka_unit_test(test_labels_only_once_known),
					   cmocka_unit_test(test_few_rows_never_alert),
					   cmocka_unit_test(test_chance_is_no_alert),
					   cmocka_unit_test(test_nothing),
					   cmocka_unit_test(test_psi_is_that_of_drift),
					   cmocka_unit_test(test_first_alert)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
