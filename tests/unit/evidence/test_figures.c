/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_figures.c - records with a `source:`, with given figures, with faults */
#include "evidence/figures.h"
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

/* 12 rows over three months; one row has no label, one no time. */
static const char log_csv[] = "day,y,p,said,age,town,part\n"
			      "2025-01-01,1,0.9,1,30,Bern,a\n"
			      "2025-01-02,0,0.1,0,31,Bern,a\n"
			      "2025-01-30,1,0.8,1,32,Basel,b\n"
			      "2025-01-31,0,0.3,0,33,Basel,a\n"
			      "2025-02-01,1,0.4,0,34,Bern,a\n"
			      "2025-02-02,0,0.6,1,,Chur,a\n"
			      "2025-02-03,,0.7,1,36,Chur,b\n"
			      "2025-03-01T23:59:59Z,1,0.7,1,37,Bern,a\n"
			      "2025-03-02,0,0.2,0,38,Bern,a\n"
			      "2025-03-03,0,0.2,0,39,Bern,a\n"
			      ",1,0.55,1,40,Bern,a\n"
			      "2025-03-03,1,0.45,0,41,,a\n";

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	ws = (struct workspace){.mem = &mem};
	diags = (struct diag_sink){0};
	diag_init(&diags, &mem);
	add_log(&ws, "data/log.csv", log_csv, strlen(log_csv));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

/* The figures of one record with this `source:`, and whatever stands behind it. */
static const struct record_figures *collect(const char *yaml)
{
	struct record *record = add_record(
	    &ws, "data/r.yaml", arena_printf(&mem, "kind: evaluation\nid: r\n%s\n", yaml), &diags);

	evidence_collect(&mem, &ws, 2, &evidence, &diags);
	return evidence_of(&evidence, record);
}

static void near(const char *what, double got, double want)
{
	if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= 1e-12))
		fail_msg("%s: got %.17g, want %.17g", what, got, want);
}

static void performance_of_all_rows(void **state)
{
	const struct record_figures *f = collect("source: {log: data/log.csv, label: y, score: p}");

	(void)state;
	assert_int_equal(diags.n, 0);
	assert_int_equal(f->origin, ORIGIN_MEASURED);
	assert_int_equal(f->rows, 12);
	assert_int_equal(f->all.performance.n, 11);
	assert_int_equal(f->all.performance.positives, 6);
	assert_string_equal(f->threshold_from, "default 0.5");
	/* 0.9 0.8 0.4 0.7 0.55 0.45 above 0.1 0.3 0.6 0.2 0.2: 5 5 4 5 4 4 of 5 */
	near("auc", f->all.performance.roc_auc.value, 27.0 / 30);
	assert_int_equal(f->n_windows, 0);
	assert_null(f->all.start);
	assert_string_equal(f->how, "Measured from data/log.csv (12 rows); 10 equal-width bins, "
				    "right-closed; natural logarithm; threshold 0.5 (default)");
}

static void rows_can_be_chosen(void **state)
{
	const struct record_figures *f =
	    collect("source: {log: data/log.csv, label: y, prediction: said,\n"
		    "         where: {part: a, said: '0'}}\n"
		    "performance: {threshold: 0.4}");

	(void)state;
	assert_int_equal(diags.n, 0);
	assert_int_equal(f->rows, 6);
	near("threshold", f->threshold, 0.4);
	assert_string_equal(f->threshold_from, "data/r.yaml:5");
	assert_true(f->all.has_performance);
	assert_false(f->all.has_calibration);
	assert_string_equal(f->all.performance.roc_auc.reason, "no score");
}

static void windows_of_time(void **state)
{
	static const struct {
		const char *window, *labels[8], *start;
	} t[] = {
	    {"month", {"2025-01", "2025-02", "2025-03"}, "2025-01-01"},
	    {"week", {"2025-W01", "2025-W05", "2025-W06", "2025-W09", "2025-W10"}, "2025-01-01"},
	    {"day", {"2025-01-01", "2025-01-02", "2025-01-30"}, "2025-01-01"},
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const struct record_figures *f;

		tear_down(state);
		set_up(state);
		f = collect(arena_printf(
		    &mem, "source: {log: data/log.csv, label: y, score: p, time: day, window: %s}",
		    t[i].window));
		assert_int_equal(diags.n, 0);
		for (size_t w = 0; t[i].labels[w]; w++)
			assert_string_equal(f->windows[w].label, t[i].labels[w]);
		assert_string_equal(f->windows[0].start, t[i].start);
		assert_string_equal(f->all.end, "2025-03-03");
		assert_int_equal(f->all.rows, 12);
	}
}

static void a_monitoring_window_has_its_days(void **state)
{
	struct record *record = add_record(&ws, "data/w.yaml",
					   "kind: monitoring_window\nid: w\nstart: 2025-01-30\n"
					   "end: 2025-02-01\nsource:\n  log: data/log.csv\n"
					   "  label: y\n  score: p\n  time: day\n",
					   &diags);

	(void)state;
	evidence_collect(&mem, &ws, 1, &evidence, &diags);
	assert_int_equal(evidence_of(&evidence, record)->rows, 3);
}

static const struct drift *drift_of(const struct window_figures *w, const char *column)
{
	for (size_t i = 0; i < w->n_drift; i++)
		if (!strcmp(w->drift[i].column, column))
			return &w->drift[i];
	fail_msg("no drift of %s", column);
	return NULL;
}

static void drift_against_a_part(void **state)
{
	const struct record_figures *f;
	const struct drift *d;

	(void)state;
	add_record(&ws, "data/policy.yaml", bands_yaml, &diags);
	f = collect("source:\n  log: data/log.csv\n  features: [age, town]\n  score: p\n"
		    "  where: {part: a}\n  reference: {log: data/log.csv, where: {part: b}}");
	assert_int_equal(diags.n, 0);
	assert_int_equal(f->all.n_drift, 3);
	assert_string_equal(f->features[2], "p");
	d = drift_of(&f->all, "age");
	assert_true(d->numeric && d->rows_reference == 2 && d->rows_current == 9);
	near("one of ten missing", d->missing_current, 0.1);
	assert_int_equal(d->severity, DRIFT_TOO_FEW);
	d = drift_of(&f->all, "town");
	assert_false(d->numeric);
	assert_int_equal(d->n_new_categories, 1);
	assert_string_equal(d->new_categories[0], "Bern");
	assert_string_equal(f->bands_from, "data/policy.yaml:4");
	assert_false(f->all.has_performance);
	assert_int_equal(f->all.worst, DRIFT_TOO_FEW);
}

/* Numbers here, text there: both are categories. A reference without scores: no drift of them. */
static void mixed_types(void **state)
{
	static const char other[] = "age,town\n30,Bern\nold,Bern\n31,Bern\n";
	const struct record_figures *f;
	const struct drift *d;

	(void)state;
	add_log(&ws, "data/other.csv", other, strlen(other));
	f = collect("source: {log: data/log.csv, features: [age], score: p,\n"
		    "         reference: {log: data/other.csv}}");
	assert_int_equal(diags.n, 0);
	assert_int_equal(f->all.n_drift, 1);
	d = drift_of(&f->all, "age");
	assert_false(d->numeric);
	assert_string_equal(d->bins[0].category, "30");
	assert_true(d->bins[0].reference == 1 && d->bins[0].current == 1);
	assert_int_equal(d->severity, DRIFT_UNKNOWN);
	assert_string_equal(d->reason, "no policy sets the bands psi_warning and psi_critical");
}

static void an_absent_log_gives_way(void **state)
{
	const struct record_figures *f = collect(
	    "source: {log: data/gone.csv, label: y, score: p}\n"
	    "performance: {roc_auc: 0.91, roc_auc_low: 0.9, roc_auc_high: 0.92, brier: null,\n"
	    "              n: 1200, reason: not kept}\n"
	    "calibration: {ece: 0.03, bins: [{lower: 0, upper: 0.5, count: 10, mean_score: 0.2,\n"
	    "              event_rate: 0.3, event_rate_low: 0.1, event_rate_high: 0.5}]}\n"
	    "drift: {age: {type: numeric, psi: 0.3, psi_chance: 0.01, severity: critical},\n"
	    "        town: {type: categorical, psi: 0.01}}");

	(void)state;
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.items[0].rule, RULE_DATA_LOG_ABSENT);
	assert_string_equal(diags.items[0].detail, "'data/gone.csv'");
	assert_int_equal(source_position(&diags.items[0].at).line, 3);
	assert_int_equal(source_position(&diags.items[0].at).column, 15);
	assert_int_equal(f->origin, ORIGIN_GIVEN);
	assert_string_equal(f->absent, "the log 'data/gone.csv' is absent");
	near("auc", f->all.performance.roc_auc.value, 0.91);
	near("low", f->all.performance.roc_auc.interval.low, 0.9);
	near("brier", f->all.performance.brier.value, NAN);
	assert_string_equal(f->all.performance.brier.reason, "not kept");
	near("ece", f->all.calibration.ece, 0.03);
	assert_int_equal(f->all.calibration.bins[0].events, 3);
	assert_int_equal(f->all.rows, 1200);
	assert_int_equal(f->all.worst, DRIFT_CRITICAL);
	assert_int_equal(f->all.drift[1].severity, DRIFT_UNKNOWN);
	assert_false(f->all.drift[1].numeric);
	assert_string_equal(f->how, "As given in data/r.yaml:1, not measured here: the log "
				    "'data/gone.csv' is absent");
}

static void given_windows(void **state)
{
	const struct record_figures *f = collect(
	    "windows:\n- {start: 2025-01-01, end: 2025-01-31, performance: {roc_auc: 0.8}}\n"
	    "- {start: 2025-02-01, end: 2025-02-28, drift: {age: {psi: null}}}");

	(void)state;
	assert_int_equal(diags.n, 0);
	assert_int_equal(f->origin, ORIGIN_GIVEN);
	assert_int_equal(f->n_windows, 2);
	assert_string_equal(f->windows[1].label, "2025-02-01");
	assert_string_equal(f->windows[1].drift[0].reason, "not given");
	near("auc", f->windows[0].performance.roc_auc.value, 0.8);
}

/* Each fault is one finding, at its place, and the record's figures are unknown. */
static void faults(void **state)
{
	static const struct {
		const char *source;
		unsigned line, column;
		const char *detail;
	} t[] = {
	    {"source: x", 3, 9, "'source' must be a map that names a log"},
	    {"source: {label: y}", 3, 9, "'source' names no log"},
	    {"source: {log: data/log.csv}", 3, 9,
	     "neither 'label' nor 'reference' is named: nothing can be measured"},
	    {"source: {log: data/log.csv, label: []}", 3, 36,
	     "'label' must name a column, found a list"},
	    {"source: {log: data/log.csv, label: y, window: month}", 3, 47,
	     "'window' needs 'time', the column with the row's date"},
	    {"source: {log: data/log.csv, label: y, time: day, window: year}", 3, 58,
	     "'window' must be day, week or month"},
	    {"source: {log: data/log.csv, label: y, where: [1]}", 3, 46,
	     "'where' must be a map of columns and values"},
	    {"source: {log: data/log.csv, label: y, delimiter: ab}", 3, 50,
	     "'delimiter' must be one character"},
	    {"source: {log: data/log.csv, label: y, max_bad: -1}", 3, 48,
	     "'max_bad' must be a whole number of 0 or more"},
	    {"source: {log: data/log.csv, label: y, features: age, reference: {log: data/log.csv}}",
	     3, 49, "'features' must be a list of columns"},
	    {"source: {log: data/log.csv, label: y, positive: yes}", 3, 49,
	     "'yes' is no value of 'y' in 'data/log.csv', which has '1', '0'"},
	    {"source: {log: data/log.csv, label: town}", 3, 36,
	     "'town' in 'data/log.csv' is not 0 or 1 but 'Bern', 'Basel', 'Chur'"},
	    {"source: {log: data/log.csv, label: y, score: p, time: age}", 0, 0, NULL},
	    {"source: {log: data/log.csv, label: y, score: town}", 0, 0, NULL},
	    {"source: {log: data/log.csv, label: z, score: p}", 3, 36, NULL},
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const struct record_figures *f;
		struct position at;

		tear_down(state);
		set_up(state);
		f = collect(t[i].source);
		if (!diags.n)
			fail_msg("%s: no finding", t[i].source);
		at = source_position(&diags.items[0].at);
		assert_int_equal(diags.items[0].rule, RULE_DATA_UNREADABLE_LOG);
		if (t[i].detail)
			assert_string_equal(diags.items[0].detail, t[i].detail);
		if (t[i].line && (at.line != t[i].line || at.column != t[i].column))
			fail_msg("%s: at %u:%u", t[i].source, at.line, at.column);
		assert_int_equal(f->origin, ORIGIN_NONE);
		assert_non_null(f->absent);
		assert_non_null(f->how);
	}
}

/* A time that is none is shown in the log itself. */
static void bad_time_has_its_line(void **state)
{
	const struct record_figures *f;
	struct position at;

	(void)state;
	f = collect("source: {log: data/log.csv, label: y, score: p, time: town}");
	assert_int_equal(diags.n, 11); /* a row without a town has no time */
	assert_string_equal(diags.items[0].at.source->path, "data/log.csv");
	at = source_position(&diags.items[0].at);
	assert_int_equal(at.line, 2);
	assert_int_equal(f->origin, ORIGIN_NONE);
}

static void an_empty_selection_is_no_zero(void **state)
{
	const struct record_figures *f =
	    collect("source: {log: data/log.csv, label: y, score: p, where: {town: Rome}}");

	(void)state;
	assert_int_equal(diags.n, 0);
	assert_int_equal(f->rows, 0);
	assert_string_equal(f->all.performance.roc_auc.reason, "no rows");
	assert_string_equal(f->all.calibration.reason, "no rows");
}

static void delimiters_must_agree(void **state)
{
	(void)state;
	add_record(&ws, "data/one.yaml",
		   "kind: evaluation\nid: one\nsource: {log: data/log.csv, label: y, score: p}\n",
		   &diags);
	collect("source: {log: data/log.csv, label: y, score: p, delimiter: ';'}");
	assert_int_equal(diags.n, 1);
	assert_string_equal(diags.items[0].detail,
			    "'data/log.csv' is read with another delimiter for data/one.yaml:3");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(performance_of_all_rows),
	    TEST(rows_can_be_chosen),
	    TEST(windows_of_time),
	    TEST(a_monitoring_window_has_its_days),
	    TEST(drift_against_a_part),
	    TEST(mixed_types),
	    TEST(an_absent_log_gives_way),
	    TEST(given_windows),
	    TEST(faults),
	    TEST(bad_time_has_its_line),
	    TEST(an_empty_selection_is_no_zero),
	    TEST(delimiters_must_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
