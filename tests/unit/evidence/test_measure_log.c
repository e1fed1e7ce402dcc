/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/evidence/test_measure_log.c - the figures of a log without a workspace */
#include "evidence/figures_internal.h"
#include "evidence/measure_log.h"
#include "figures_as_text.h"
#include "measure/random.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena mem;
static struct diag_sink diags;
static struct log_taken taken;
static char *folder;

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	arena_init(&mem);
	diags = (struct diag_sink){0};
	diag_init(&diags, &mem);
	taken = (struct log_taken){0};
	folder = arena_printf(&mem, "%s/measure-log-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"log.csv", "reference.csv"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(arena_printf(&mem, "%s/%s", folder, names[i]));
	rmdir(folder);
	arena_release(&mem);
	return 0;
}

static const char *write_log(const char *name, const char *text)
{
	char *path = arena_printf(&mem, "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	return path;
}

static struct log_request request_of(const char *path)
{
	return (struct log_request){
	    .rows.path = path, .threshold = NAN, .bands = {0.1, 0.25}, .bands_from = "here"};
}

static struct column_request column(const char *name)
{
	return (struct column_request){.name = name};
}

/* Measures, or fails the test with what is wrong. */
static struct record_figures measured(const struct log_request *request)
{
	struct record_figures figures;

	if (measure_log(&mem, request, &figures, &taken, &diags) != ST_OK)
		fail_msg("%s", diags.n ? diags.items[0].detail : "no finding");
	return figures;
}

static const char *note_with(const char *part)
{
	for (size_t i = 0; i < taken.n; i++)
		if (strstr(taken.items[i], part))
			return taken.items[i];
	fail_msg("nothing was said of '%s'", part);
	return NULL;
}

static const char *text_of(const struct record_figures *f)
{
	return figures_as_text(&mem, f);
}

/* -- a request with everything ---------------------------------------------------------------- */

static const struct column_request features[] = {{.name = "age", .type = CSV_GUESS},
						 {.name = "town", .type = CSV_GUESS},
						 {.name = "mixed", .type = CSV_GUESS},
						 {.name = "code", .type = CSV_TEXT}};
static const struct column_request segments[] = {{.name = "town"}, {.name = "sex"}};
static const struct column_request sex[] = {{.name = "sex"}};
static const struct column_request sex_town[] = {{.name = "sex"}, {.name = "town"}};
static const struct group_request groups[] = {{sex, 1}, {sex_town, 2}};

static struct log_request whole_request(const char *path, struct rows_request *reference)
{
	struct log_request r = request_of(path);

	r.label = column("y");
	r.score = column("p");
	r.compare = column("q");
	r.time = column("day");
	r.latency = column("ms");
	r.window = WINDOW_WEEK;
	r.groups = groups;
	r.n_groups = 2;
	r.segments = segments;
	r.n_segments = 2;
	r.features = features;
	r.n_features = 4;
	r.reference = reference;
	r.jobs = 1;
	return r;
}

enum { ROWS = 3000 };

static char *random_row(struct random *random, size_t i)
{
	static const char *const towns[] = {"Bern", "Basel", "\"Chur, GR\"", "", "a.b"};
	double p = random_unit(random), y = random_unit(random);
	size_t town = (size_t)(random_unit(random) * 5), day = 1 + (size_t)(28 * p);
	bool missing = random_unit(random) < 0.02;

	return arena_printf(&mem, "2025-%02zu-%02zu,%d,%.3f,%.3f,%.0f,%s,%s%zu,%zu,%c,%.1f\n",
			    1 + i % 3, day, y < p, p, 0.5 + (p - 0.5) * 0.9 * y,
			    20 + 40 * random_unit(random), towns[town], missing ? "x" : "", i % 7,
			    i % 11, i % 2 ? 'F' : 'M', 100 * random_unit(random));
}

static const char header[] = "day,y,p,q,age,town,mixed,code,sex,ms\n";

/* The rows in the order of a permutation: k steps of a generator of the cyclic group. */
static char *log_text(char **rows, size_t n, size_t step, bool wider)
{
	struct out out = {0};
	char *text;

	out_printf(&out, "%s%s", wider ? "before,#2," : "", header);
	for (size_t i = 0; i < n; i++)
		out_printf(&out, "%s%s", wider ? "1e9,\"x\"\"y\"," : "", rows[i * step % n]);
	text = arena_strndup(&mem, out_text(&out), out.n);
	out_release(&out);
	return text;
}

static char **random_rows(uint64_t seed)
{
	struct random random = random_stream(seed, 0);
	char **rows = arena_new(&mem, char *, ROWS);

	for (size_t i = 0; i < ROWS; i++)
		rows[i] = random_row(&random, i);
	return rows;
}

static void nothing_hangs_on_order_threads_or_columns(void **state)
{
	char **rows = random_rows(1), **past = random_rows(2);
	static const struct {
		size_t step, jobs;
		bool wider;
		const char *what;
	} t[] = {{1, 1, false, "once more"},
		 {1, 4, false, "threads"},
		 {7, 1, false, "order"},
		 {1, 1, true, "columns"},
		 {1999, 3, true, "all"}};
	const char *first = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct rows_request reference = {
		    .path =
			write_log("reference.csv", log_text(past, ROWS, t[i].step, t[i].wider))};
		struct log_request r = whole_request(
		    write_log("log.csv", log_text(rows, ROWS, t[i].step, t[i].wider)), &reference);
		struct record_figures f;

		r.jobs = t[i].jobs;
		f = measured(&r);
		assert_int_equal(diags.n, 0);
		assert_int_equal(f.all.n_drift, 6); /* both scores too */
		assert_int_equal(f.n_segments, 4 + 2);
		assert_true(f.n_windows > 10 && f.all.n_comparison == 2 && f.all.has_latency);
		if (!first)
			first = text_of(&f);
		else if (strcmp(text_of(&f), first) != 0)
			fail_msg("the figures hang on %s", t[i].what);
	}
}

/* A group's rows are those of the segment with the same value, counted in another way. */
static void a_group_has_the_ece_of_its_segment(void **state)
{
	struct rows_request part = {.first = 1, .last = 1000};
	struct log_request r =
	    whole_request(write_log("log.csv", log_text(random_rows(5), ROWS, 1, false)), &part);
	size_t compared = 0;
	struct record_figures f;

	(void)state;
	r.window = WINDOW_NONE;
	f = measured(&r);
	for (size_t i = 0; i < f.n_segments; i++)
		for (size_t k = 0; k < f.all.fairness[0].n_groups; k++) {
			if (strcmp(f.segments[i].column, "sex") != 0 ||
			    strcmp(f.segments[i].value, f.all.fairness[0].groups[k].name) != 0)
				continue;
			assert_memory_equal(&f.all.fairness[0].ece[k],
					    &f.segments[i].figures.calibration.ece, sizeof(double));
			compared++;
		}
	assert_int_equal(compared, 2);
}

/* Columns that only drift needs are sorted where they lie; the figures are those of the others. */
static void sorting_in_place_changes_nothing(void **state)
{
	struct rows_request part = {.first = 1, .last = 1000};
	const char *path = write_log("log.csv", log_text(random_rows(3), ROWS, 1, false));
	struct log_request r = request_of(path);
	struct record_figures in_place, gathered;

	(void)state;
	r.features = features;
	r.n_features = 1;
	r.reference = &part;
	in_place = measured(&r);
	r.segments = segments;
	r.n_segments = 1;
	gathered = measured(&r);
	assert_int_equal(in_place.all.drift[0].rows_current, ROWS - 1000);
	assert_int_equal(gathered.n_segments, 4);
	gathered.n_segments = 0;
	assert_string_equal(text_of(&in_place), text_of(&gathered));
}

static void resampling_is_the_same_for_any_threads(void **state)
{
	struct log_request r =
	    request_of(write_log("log.csv", log_text(random_rows(4), 500, 1, false)));
	struct record_figures one, four;

	(void)state;
	r.label = column("y");
	r.score = column("p");
	r.compare = column("q");
	r.bootstrap = 100;
	r.jobs = 1;
	one = measured(&r);
	r.jobs = 4;
	four = measured(&r);
	assert_string_equal(text_of(&one), text_of(&four));
	assert_int_equal(one.all.n_comparison, 5);
	assert_true(one.all.performance.f1.interval.low < one.all.performance.f1.interval.high);
}

/* -- what is found out ------------------------------------------------------------------------ */

static void two_classes_by_their_values(void **state)
{
	static const struct {
		const char *text, *positive;
	} t[] = {{"y,p\nno,0.2\nyes,0.7\n", "yes"},
		 {"y,p\nFALSE,0.2\nTRUE,0.7\n", "TRUE"},
		 {"y,p\n0,0.2\n1,0.7\n", "1"},
		 {"y,p\nNegative,0.2\nsick,0.7\n", "sick"},
		 {"y,p\nsick,0.7\n,0.2\n", "sick"}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct log_request r = request_of(write_log("log.csv", t[i].text));
		struct record_figures f;

		r.label = column("y");
		r.score = column("p");
		taken = (struct log_taken){0};
		f = measured(&r);
		assert_int_equal(f.all.performance.positives, 1);
		if (strcmp(t[i].positive, "1") != 0)
			assert_non_null(strstr(note_with("positive"), t[i].positive));
	}
}

static void several_classes(void **state)
{
	struct log_request r = request_of(write_log(
	    "log.csv", "y,said,p\na,a,0.9\nb,a,0.6\nc,c,0.8\nb,b,0.7\na,b,0.4\n,a,0.5\n"));
	struct record_figures f;

	(void)state;
	r.label = column("y");
	r.prediction = column("said");
	r.score = column("p");
	f = measured(&r);
	assert_true(f.all.has_classes && !f.all.has_performance);
	assert_int_equal(f.all.classes.summary.k, 3);
	assert_string_equal(f.all.classes.names[2], "c");
	assert_int_equal(f.all.classes.confusion[1 * 3 + 0], 1);
	assert_true(fabs(f.all.classes.summary.accuracy.value - 0.6) < 1e-15);
	/* the score is that of the class that was said: it came true in 3 of 5 */
	assert_int_equal(f.all.calibration.n, 5);
	note_with("3 classes");
	r.score.name = NULL;
	assert_true(measured(&r).all.has_classes);
	/* one of them against all others */
	r.positive = "a";
	f = measured(&r);
	assert_true(f.all.has_performance && f.all.performance.positives == 2);
}

static void numbers_are_predicted(void **state)
{
	struct log_request r = request_of(
	    write_log("log.csv", "y,said,when\n1.5,1.25,2025-01-01\n2,2.5,2025-01-02\n,1,\n"));
	struct record_figures f;

	(void)state;
	r.label = column("y");
	r.prediction = column("said");
	f = measured(&r);
	note_with("Regression");
	assert_true(f.all.has_regression && !f.all.has_performance);
	assert_true(f.all.regression.mae.value == 0.375);
	assert_int_equal(f.all.regression.n_left_out, 1);
	/* few whole numbers are classes */
	r.rows.path = write_log("log.csv", "y,said\n0,1\n1,1\n2,0\n");
	assert_true(measured(&r).all.has_classes);
	r.rows.path = write_log("log.csv", "y,said\n0,1\n1,1\n1,0\n");
	assert_true(measured(&r).all.has_performance);
	r.task = TASK_REGRESSION;
	assert_true(measured(&r).all.has_regression);
}

static void what_is_not_certain_is_asked_for(void **state)
{
	static const struct {
		const char *text, *score, *prediction, *detail;
	} t[] = {
	    {"y,p\na,0.1\nb,0.2\n", "p", NULL, "has 'a', 'b': which is positive?"},
	    {"y,p\na,0.1\nb,0.2\nc,0.3\n", "p", NULL, "has 'a', 'b', 'c': which is positive?"},
	    {"y,p\n0,0.1\n1,0.2\n2,0.3\n", "p", NULL, "has '0', '1', '2': which is positive?"},
	    {"y,p,s\n0,0.1,no\n1,0.2,yes\n", "p", "s", "'1' is no value of 's'"},
	    {"y,s\n1.5,no\n2,yes\n", NULL, "s", "one of 'y' and 's' holds numbers"},
	    {"y,p\n1,nan\n", "p", NULL, "expected a number in column 'p', found 'nan'"},
	    {"z,p\n1,0.5\n", "p", NULL, "'y'"},
	};

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct log_request r;
		struct record_figures f;

		tear_down(state);
		set_up(state);
		r = request_of(write_log("log.csv", t[i].text));
		r.label = column("y");
		r.score = column(t[i].score);
		r.prediction = column(t[i].prediction);
		assert_int_equal(measure_log(&mem, &r, &f, &taken, &diags), ST_FAILED);
		if (diags.n != 1 || !strstr(diags.items[0].detail, t[i].detail))
			fail_msg("%s: %zu findings, %s", t[i].text, diags.n,
				 diags.n ? diags.items[0].detail : "");
	}
}

static void all_columns_that_are_not_used(void **state)
{
	static const char reference[] = "id,a,b,p,b\n1,1,x,0.5,1\n2,2,y,0.25,2\n";
	struct out out = {0};
	struct rows_request rows = {.path = write_log("reference.csv", reference)};
	struct log_request r;
	struct record_figures f;

	(void)state;
	out_puts(&out, "id,a,b,p,day,b,new\n");
	for (int i = 0; i < 3000; i++)
		out_printf(&out, "u%d,%d,x,0.5,2025-01-01,1,3\n", i, i % 9);
	r = request_of(write_log("log.csv", out_text(&out)));
	out_release(&out);
	r.score = column("p");
	r.time = column("day");
	r.all_features = true;
	r.reference = &rows;
	assert_int_equal(measure_log(&mem, &r, &f, &taken, &diags), ST_FAILED);
	/* the second of two columns with one name has another number there */
	assert_non_null(strstr(diags.items[0].detail, "#6"));
}

/* -- edge cases, with their reasons ----------------------------------------------------------- */

static void reasons(void **state)
{
	static const struct {
		const char *text, *path, *reason;
	} t[] = {
	    {"y,p,g\n", "performance.roc_auc", "no rows"},
	    {"y,p,g\n", "calibration.ece", "no rows"},
	    {"y,p,g\n1,0.5,a\n", "performance.roc_auc", "one class only"},
	    {"y,p,g\n1,0.5,a\n", "calibration.slope", "one class only"},
	    {"y,p,g\n1,0.5,a\n0,0.5,a\n", "calibration.slope", "one score only"},
	    {"y,p,g\n1,0.5,a\n0,0.5,a\n", "performance.roc_auc_low", "no interval"},
	    {"y,p,g\n1,7,a\n0,0.5,b\n", "calibration.ece", "scores outside 0 to 1"},
	    {"y,p,g\n1,,a\n0,,b\n", "performance.roc_auc", "no rows"},
	    {"y,p,g\n1,0.7,a\n", "fairness.g.demographic_parity_difference", NULL},
	    {"y,p,g\n1,0.7,a\n", "fairness.g.groups.a.fpr", NULL},
	    {"y,p,g\n1,0.7,a\n", "calibration.bins.0.event_rate", "no rows in the bin"},
	};
	static const struct column_request g[] = {{.name = "g"}};
	static const struct group_request group[] = {{g, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct log_request r = request_of(write_log("log.csv", t[i].text));
		struct record_figures f;
		struct value value = {0};

		r.label = column("y");
		r.score = column("p");
		r.groups = group;
		r.n_groups = 1;
		f = measured(&r);
		if (!window_value(&f.all, t[i].path, &value) || value.kind != VALUE_UNKNOWN ||
		    !value.reason || (t[i].reason && strcmp(value.reason, t[i].reason) != 0))
			fail_msg("%s of %s: %s", t[i].path, t[i].text,
				 value.reason ? value.reason : "known");
	}
}

/* -- windows ---------------------------------------------------------------------------------- */

static void weeks_over_new_year(void **state)
{
	/* 2020 has 53 weeks; 2021-01-03 is a Sunday; 2024-12-30 a Monday of week 1 */
	static const char *const labels[] = {"2020-W53", "2021-W01", "2024-W52", "2025-W01"};
	struct log_request r = request_of(write_log(
	    "log.csv",
	    "day,y,p\n2021-01-03T23:59:59Z,1,0.5\n2020-12-28,0,0.5\n2021-01-04,1,0.5\n"
	    "2024-12-29,1,0.5\n2024-12-30T00:00:00+02:00,1,0.5\n2025-01-05,0,0.5\n,1,0.5"));
	struct record_figures f;

	(void)state;
	r.label = column("y");
	r.score = column("p");
	r.time = column("day");
	r.window = WINDOW_WEEK;
	f = measured(&r);
	assert_int_equal(f.n_windows, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(f.windows[i].label, labels[i]);
	assert_int_equal(f.windows[0].rows, 2);
	assert_int_equal(f.windows[2].rows, 2); /* 2024-12-29T22:00:00Z */
	assert_string_equal(f.windows[2].start, "2024-12-29");
	assert_int_equal(f.rows, 7);
}

static void labels_of_windows_are_read_back(void **state)
{
	static const char *const bad[] = {"2025-13", "2025-00", "2025", "2025-1",    "2025-W54",
					  "2025-W1", "x",       "",     "2025-02-30"};

	(void)state;
	for (int32_t day = -1000; day < 40000; day += 13)
		for (enum window_length length = WINDOW_DAY; length <= WINDOW_MONTH; length++) {
			int32_t key = length == WINDOW_MONTH  ? 1900 * 12 + day % 1000 + 1000
				      : length == WINDOW_WEEK ? day - (day + 3 + 7000) % 7
							      : day;
			int32_t back;

			if (!window_key(length, window_label(&mem, length, key), &back) ||
			    back != key)
				fail_msg("%s", window_label(&mem, length, key));
		}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		for (enum window_length length = WINDOW_DAY; length <= WINDOW_MONTH; length++) {
			int32_t key;

			assert_false(window_key(length, bad[i], &key));
		}
}

/* -- references that are parts of the log ----------------------------------------------------- */

static void a_part_is_not_compared_with_itself(void **state)
{
	struct rows_request months = {.first_window = "2025-01", .last_window = "2025-02"};
	struct log_request r = request_of(
	    write_log("log.csv", "day,x\n2025-03-01,9\n2025-01-02,1\n2025-02-01,2\n2025-01-05,\n"
				 "2025-03-02,8\n2025-04-01,7\n"));
	struct record_figures f;
	static const struct column_request x[] = {{.name = "x"}};

	(void)state;
	r.time = column("day");
	r.window = WINDOW_MONTH;
	r.features = x;
	r.n_features = 1;
	r.reference = &months;
	f = measured(&r);
	assert_int_equal(f.rows, 6);
	assert_int_equal(f.all.drift[0].rows_reference, 2);
	assert_int_equal(f.all.drift[0].rows_current, 3);
	assert_int_equal(f.n_windows, 4);
	assert_int_equal(f.windows[0].n_drift, 0);
	assert_int_equal(f.windows[1].n_drift, 0);
	assert_int_equal(f.windows[2].drift[0].rows_current, 2);
	months = (struct rows_request){.first = 2, .last = 4};
	f = measured(&r);
	assert_int_equal(f.all.drift[0].rows_reference, 2);
	assert_int_equal(f.all.drift[0].rows_current, 3);
	assert_true(fabs(f.all.drift[0].missing_reference - 1.0 / 3) < 1e-15);
	assert_int_equal(f.windows[0].n_drift, 0);
	assert_int_equal(f.windows[2].drift[0].rows_current, 2);
}

/* -- names ------------------------------------------------------------------------------------ */

/* A path goes on with the names of columns and values as they stand in the log, dots and all. */
static void names_with_anything_in_them(void **state)
{
	static const char *const values[] = {"a.b",        "..", "*", "rows",    "performance.n",
					     "\xC3\xA9 x", "a",  "0", "a.b.rows"};
	static const struct column_request odd[] = {{.name = "se.g ment"}};
	struct out out = {0};
	struct log_request r;
	struct record_figures f;

	(void)state;
	out_puts(&out, "se.g ment,y,p\n");
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		for (size_t k = 0; k <= i; k++)
			out_printf(&out, "%s,%zu,0.%zu\n", values[i], k % 2, k);
	r = request_of(write_log("log.csv", out_text(&out)));
	out_release(&out);
	r.label = column("y");
	r.score = column("p");
	r.segments = odd;
	r.n_segments = 1;
	f = measured(&r);
	assert_int_equal(f.n_segments, sizeof values / sizeof *values);
	for (size_t i = 0; i < f.n_segments; i++) {
		const struct segment_figures *s = &f.segments[i];

		assert_true(i == 0 || strcmp(f.segments[i - 1].value, s->value) < 0);
		for (size_t k = 0; k < f.n_segments; k++)
			if (!strcmp(values[k], s->value))
				assert_int_equal(s->figures.rows, k + 1);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(nothing_hangs_on_order_threads_or_columns),
	    TEST(a_group_has_the_ece_of_its_segment),
	    TEST(sorting_in_place_changes_nothing),
	    TEST(resampling_is_the_same_for_any_threads),
	    TEST(two_classes_by_their_values),
	    TEST(several_classes),
	    TEST(numbers_are_predicted),
	    TEST(what_is_not_certain_is_asked_for),
	    TEST(all_columns_that_are_not_used),
	    TEST(reasons),
	    TEST(weeks_over_new_year),
	    TEST(labels_of_windows_are_read_back),
	    TEST(a_part_is_not_compared_with_itself),
	    TEST(names_with_anything_in_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
