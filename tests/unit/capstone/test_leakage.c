/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_leakage.c - each check finds the leak that is planted for it, and none
 * of them finds anything in clean data */
#include "base/file.h"
#include "capstone/leakage.h"
#include "capstone/run.h"
#include "events_fixture.h"
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct world {
	struct arena mem;
	const struct plan *plan;
	struct events events;
	struct feature_list list;
	struct matrix features;
	struct split split;
};

static void begin(struct world *w)
{
	arena_init(&w->mem);
	w->plan = fixture(&w->mem, NULL, NULL);
	w->events = fixture_events(&w->mem, w->plan, 3000, date_moment(date_from_civil(2024, 1, 1)),
				   4000, 40, 11);
	w->list = feature_list_of(&w->mem, w->plan);
	w->features = features_of(&w->mem, &w->events, &w->list, NULL);
	w->split = split_events(&w->mem, &w->events);
	for (unsigned part = PART_TRAIN; part <= PART_TEMPORAL; part++)
		assert_true(w->split.counts[part] > 100);
}

static struct leaks find(struct world *w)
{
	return leakage_find(&w->mem, &w->events, &w->features, &w->split);
}

/* Exactly one leak, of this check, that names `what`. */
static void expect_one(struct world *w, const char *check, const char *what)
{
	struct leaks leaks = find(w);

	for (size_t i = 0; leaks.n != 1 && i < leaks.n; i++)
		print_error("%s: %s\n", leaks.items[i].check, leaks.items[i].what);
	assert_int_equal(leaks.n, 1);
	assert_string_equal(leaks.items[0].check, check);
	if (!strstr(leaks.items[0].what, what))
		fail_msg("'%s' has no '%s'", leaks.items[0].what, what);
	arena_release(&w->mem);
}

static double *column(struct world *w, const char *name)
{
	size_t i = feature_find(&w->list, name);

	assert_int_not_equal(i, SIZE_MAX);
	return w->features.values + i;
}

static void clean(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	assert_int_equal(find(&w).n, 0);
	arena_release(&w.mem);
}

/* ------------------------------------------------------------------------------- the future */

static void next_value(void **state)
{
	struct world w;
	double *amount;

	(void)state;
	begin(&w);
	amount = column(&w, "last_amount");
	for (size_t i = 0; i + 1 < w.features.n; i++)
		amount[i * w.list.n] = w.events.values[(i + 1) * w.plan->n_fields];
	expect_one(&w, "future", "last_amount");
}

/* A label that enters at once, whatever its moment is. */
static void label_at_ignored(void **state)
{
	struct world w;
	struct events early;

	(void)state;
	begin(&w);
	early = w.events;
	early.label_at = w.events.time;
	w.features = features_of(&w.mem, &early, &w.list, NULL);
	{
		struct leaks leaks = find(&w);
		assert_int_equal(leaks.n, 2);
		for (size_t i = 0; i < 2; i++) {
			assert_string_equal(leaks.items[i].check, "future");
			assert_non_null(strstr(leaks.items[i].what, "labels_"));
		}
	}
	arena_release(&w.mem);
}

/* A mean over the whole table, as if it had been fitted before the split. */
static void mean_of_all(void **state)
{
	struct world w;
	double *mean, sum = 0, n = 0;

	(void)state;
	begin(&w);
	mean = column(&w, "mean_3");
	for (size_t i = 0; i < w.events.n; i++, n++)
		sum += w.events.values[i * w.plan->n_fields];
	for (size_t i = 0; i < w.features.n; i++)
		mean[i * w.list.n] = sum / n;
	expect_one(&w, "future", "mean_3");
}

static void one_value_in_one_row(void **state)
{
	struct world w;
	size_t row = 0;

	(void)state;
	begin(&w);
	while (w.split.part[row] != PART_TRAIN)
		row++;
	column(&w, "since")[row * w.list.n] = 1e-3;
	expect_one(&w, "future", "since");
}

/* ------------------------------------------------------------------------------- the labels */

static void late_labels(void **state)
{
	struct world w;
	size_t row;

	(void)state;
	begin(&w);
	for (row = w.events.n - 1; w.split.part[row] != PART_TRAIN; row--)
		;
	w.events.label_at[row] = date_moment(date_from_civil(2024, 2, 3));
	w.features = features_of(&w.mem, &w.events, &w.list, NULL);
	assert_int_equal(find(&w).n, 0); /* known at the very moment that calibration begins */
	w.events.label_at[row]++;
	w.features = features_of(&w.mem, &w.events, &w.list, NULL);
	expect_one(&w, "labels", "1 labels of train were not known when calibration began");
}

static void late_labels_of_calibration(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	for (size_t i = 0; i < w.events.n; i++)
		if (w.split.part[i] == PART_CALIBRATION)
			w.events.label_at[i] += 20 * SECONDS_A_DAY;
	w.features = features_of(&w.mem, &w.events, &w.list, NULL);
	expect_one(&w, "labels", "labels of calibration were not known when temporal began");
}

/* -------------------------------------------------------------------------------- the parts */

static void twin(void **state)
{
	struct world w;
	size_t i = 1, width;

	(void)state;
	begin(&w);
	width = w.plan->n_fields;
	while (w.split.part[i] != PART_TRAIN || w.split.part[i - 1] != PART_TRAIN)
		i++;
	w.events.time[i] = w.events.time[i - 1];
	w.events.entity[i] = w.events.entity[i - 1];
	memcpy(w.events.values + i * width, w.events.values + (i - 1) * width,
	       width * sizeof(double));
	w.features = features_of(&w.mem, &w.events, &w.list, NULL);
	assert_int_equal(find(&w).n, 0); /* both in train */
	w.split.part[i] = PART_TEMPORAL;
	expect_one(&w, "twins", "1 events stand in two parts");
}

static void entity_in_both(void **state)
{
	struct world w;
	size_t i = 0;

	(void)state;
	begin(&w);
	while (w.split.part[i] != PART_HOLDOUT)
		i++;
	w.split.part[i] = PART_TRAIN;
	expect_one(&w, "entities", "1 entities of the holdout are in train");
}

/* -------------------------------------------------------------------------------- too good */

/* Copies the label into a field, one way or the other; the field is what it is for the walk too. */
static void copy_label(struct world *w, size_t field, double negative, double positive)
{
	for (size_t i = 0; i < w->events.n; i++)
		w->events.values[i * w->plan->n_fields + field] =
		    w->events.label[i] == LABEL_POSITIVE ? positive : negative;
	w->features = features_of(&w->mem, &w->events, &w->list, NULL);
}

static void copied_label(void **state)
{
	static const struct {
		size_t field;
		double negative, positive;
		const char *what;
	} t[] = {
	    {2, 0, 1, "feature trust: ROC AUC 1 on the training rows, must be under 0.98"},
	    {2, 1, -1, "feature trust: ROC AUC 1"},
	    {1, 2, 1, "feature channel: ROC AUC 1"},
	    {2, 0.5, NAN, "feature trust: of its missing values, ROC AUC 1"},
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		begin(&w);
		copy_label(&w, t[i].field, t[i].negative, t[i].positive);
		expect_one(&w, "too good", t[i].what);
	}
}

/* A very good feature is none too good. */
static void good_feature(void **state)
{
	struct world w;

	(void)state;
	begin(&w);
	copy_label(&w, 2, 0, 1);
	for (size_t i = 0; i < w.events.n; i += 10)
		w.events.values[i * w.plan->n_fields + 2] = (double)(i % 20 > 0);
	w.features = features_of(&w.mem, &w.events, &w.list, NULL);
	assert_int_equal(find(&w).n, 0);
	arena_release(&w.mem);
}

/* ----------------------------------------------------------------------- through run_prepare() */

#define HEADER "time,account,amount,channel,trust,region,fraud,label_at\n"

static const char *drawn_csv(struct arena *mem, struct out *text, bool leak)
{
	static const char *const channels[] = {"app", "web", "terminal"};
	struct random random = random_stream(5, 0);
	char day[DATE_TEXT];

	(void)mem;
	out_puts(text, HEADER);
	for (int32_t i = 0; i < 60 * 40; i++) {
		bool fraud = !random_below(&random, 5);
		double trust = leak ? (fraud ? -1 : 1) : random_unit(&random) * 2 - 1;

		date_format(day, date_from_civil(2024, 1, 1) + i / 40);
		out_printf(text, "%sT%02d:%02d:00Z,e%u,%u,%s,%.3f,north,%d,\n", day, i % 40 / 2,
			   i % 2 * 30, random_below(&random, 30), random_below(&random, 1001),
			   channels[random_below(&random, 3)], trust, fraud);
	}
	return out_text(text);
}

static void prepared_run(void **state)
{
	(void)state;
	for (int leak = 0; leak < 2; leak++) {
		char dir[] = "/tmp/test_leakage_XXXXXX";
		struct arena mem;
		struct diag_sink diags;
		struct prepared prepared;
		struct out csv = {0};
		const char *path;
		char one[65], two[65];
		bool fine;

		arena_init(&mem);
		diag_init(&diags, &mem);
		assert_non_null(mkdtemp(dir));
		path = arena_printf(&mem, "%s/a.csv", dir);
		drawn_csv(&mem, &csv, leak);
		assert_int_equal(file_write(AT_FDCWD, path, csv.p, csv.n, true), ST_OK);
		fine = run_prepare(
		    &mem, source_new(&mem, "plan.yaml", fixture_plan, sizeof fixture_plan - 1),
		    path, &prepared, &diags);
		assert_int_equal(fine, !leak);
		if (leak) {
			assert_int_equal(diags.n, 1);
			assert_non_null(strstr(diags.items[0].detail,
					       "leak (too good): feature trust: ROC AUC 1"));
		} else {
			run_identity(&prepared, MODEL_LOGISTIC, 7, one);
			run_identity(&prepared, MODEL_LOGISTIC, 8, two);
			assert_string_not_equal(one, two);
			run_identity(&prepared, MODEL_BOOSTED, 7, two);
			assert_string_not_equal(one, two);
			run_identity(&prepared, MODEL_LOGISTIC, 7, two);
			assert_string_equal(one, two);
		}
		out_release(&csv);
		unlink(path);
		rmdir(dir);
		arena_release(&mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clean),
	    cmocka_unit_test(next_value),
	    cmocka_unit_test(label_at_ignored),
	    cmocka_unit_test(mean_of_all),
	    cmocka_unit_test(one_value_in_one_row),
	    cmocka_unit_test(late_labels),
	    cmocka_unit_test(late_labels_of_calibration),
	    cmocka_unit_test(twin),
	    cmocka_unit_test(entity_in_both),
	    cmocka_unit_test(copied_label),
	    cmocka_unit_test(good_feature),
	    cmocka_unit_test(prepared_run),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
