/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_features.c - features at the edges of their windows, and the walk
 * against a plain second way that looks at all events each time */
#include "capstone/features.h"
#include "events_fixture.h"

/* --------------------------------------------------------------------- the plain second way */

struct naive {
	const struct events *events;
	size_t row;
	struct history_faults faults;
};

/* Rows of this entity that are known at this row, the oldest first. */
static size_t known_rows(struct arena *mem, const struct naive *n, size_t **rows)
{
	const struct events *e = n->events;
	size_t count = 0, cut;

	*rows = arena_new(mem, size_t, n->row);
	for (size_t i = 0; i < n->row; i++)
		if (e->entity[i] == e->entity[n->row] &&
		    e->time[i] + n->faults.delay <= e->time[n->row])
			(*rows)[count++] = i;
	cut = n->faults.keep && count > n->faults.keep ? count - n->faults.keep : 0;
	*rows += cut;
	return count - cut;
}

static double naive_feature(struct arena *mem, const struct naive *n,
			    const struct history_feature *h)
{
	const struct events *e = n->events;
	size_t width = e->plan->n_fields, *all, *rows, count = known_rows(mem, n, &all), in = 0;
	size_t last = h->statistic == HISTORY_LAST ? h->back : h->last;
	double now = e->values[n->row * width + h->field], sum = 0, max = -INFINITY, values = 0;

	if (h->statistic == HISTORY_SECONDS_SINCE)
		last = 1;
	rows = arena_new(mem, size_t, count);
	for (size_t i = last && count > last ? count - last : 0; i < count; i++)
		if (!h->seconds || e->time[n->row] - e->time[all[i]] <= h->seconds)
			rows[in++] = all[i];
	for (size_t i = 0; i < in; i++) {
		double value = e->values[rows[i] * width + h->field];
		if (isnan(value))
			continue;
		values++;
		sum += value;
		max = value > max ? value : max;
	}
	switch (h->statistic) {
	case HISTORY_COUNT:
		return (double)in;
	case HISTORY_SUM:
		return sum;
	case HISTORY_MEAN:
		return values > 0 ? sum / values : NAN;
	case HISTORY_MAX:
		return values > 0 ? max : NAN;
	case HISTORY_RATIO:
		return values > 0 && fabs(now / (sum / values)) <= 1e30 ? now / (sum / values)
									: NAN;
	case HISTORY_LAST:
		return in == h->back ? e->values[rows[0] * width + h->field] : NAN;
	case HISTORY_SECONDS_SINCE:
		return in ? (double)(e->time[n->row] - e->time[rows[0]]) : NAN;
	case HISTORY_NEW_VALUE:
		for (size_t i = 0; i < in; i++)
			if (e->values[rows[i] * width + h->field] == now)
				return 0;
		return isnan(now) ? NAN : 1;
	case HISTORY_LABELS:
		sum = 0;
		for (size_t i = 0; i < in; i++)
			sum += e->label[rows[i]] == LABEL_POSITIVE &&
			       e->label_at[rows[i]] <= e->time[n->row];
		return sum;
	}
	return NAN;
}

static bool same_bits(double a, double b)
{
	return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

static void walk_is_naive(void **state)
{
	static const struct {
		size_t n, entities;
		uint32_t step;
		struct history_faults faults;
	} t[] = {
	    {300, 1, 900, {0}},        {600, 5, 900, {0}},          {600, 40, 30000, {0}},
	    {400, 3, 0, {0}},          {600, 4, 900, {7200, 0}},    {600, 4, 900, {0, 1}},
	    {600, 4, 900, {0, 2}},     {600, 4, 2000, {90000, 3}},  {200, 2, 900, {1 << 30, 0}},
	    {500, 2, 40000, {0, 400}}, {600, 3, 20000, {86400, 0}},
	};

	(void)state;
	for (size_t c = 0; c < sizeof t / sizeof *t; c++) {
		struct arena mem;
		const struct plan *plan;
		struct events events;
		struct feature_list list;
		struct matrix matrix;
		size_t first;

		arena_init(&mem);
		plan = fixture(&mem, NULL, NULL);
		events =
		    fixture_events(&mem, plan, t[c].n, date_moment(date_from_civil(2024, 1, 1)),
				   t[c].step, t[c].entities, c + 1);
		list = feature_list_of(&mem, plan);
		matrix = features_of(&mem, &events, &list, &t[c].faults);
		first = feature_find(&list, "count_1h");
		assert_int_equal(matrix.n, t[c].n);
		for (size_t row = 0; row < events.n; row++) {
			struct naive naive = {&events, row, t[c].faults};
			struct arena_mark mark = arena_save(&mem);

			for (size_t h = 0; h < plan->n_history; h++) {
				double want = naive_feature(&mem, &naive, &plan->history[h]);
				double got = matrix.values[row * list.n + first + h];

				if (!same_bits(got, want))
					fail_msg("case %zu, row %zu, %s: got %.17g, want %.17g", c,
						 row, plan->history[h].name, got, want);
			}
			arena_reset(&mem, mark);
		}
		arena_release(&mem);
	}
}

/* ------------------------------------------------------------------------------------- edges */

struct walked {
	struct arena mem;
	const struct plan *plan;
	struct feature_list list;
	struct feature_walk *walk;
	double out[64];
};

static void begin(struct walked *w, const struct history_faults *faults)
{
	arena_init(&w->mem);
	w->plan = fixture(&w->mem, NULL, NULL);
	w->list = feature_list_of(&w->mem, w->plan);
	w->walk = feature_walk_new(w->plan, faults);
	assert_true(w->list.n <= 64);
}

static void end(struct walked *w)
{
	feature_walk_free(w->walk);
	arena_release(&w->mem);
}

static double at(const struct walked *w, const char *name)
{
	size_t i = feature_find(&w->list, name);

	assert_int_not_equal(i, SIZE_MAX);
	return w->out[i];
}

static const double plain[] = {10, 1, 0.5, NAN}; /* amount, channel, trust, region */

static void take(struct walked *w, uint32_t entity, int64_t time)
{
	feature_walk_take(w->walk, entity, time, plain, w->out);
}

static void add(struct walked *w, uint32_t entity, int64_t time, unsigned char label,
		int64_t label_at)
{
	feature_walk_add(w->walk, entity, time, plain, label, label_at);
}

static void list_of_features(void **state)
{
	static const char *const names[] = {
	    "amount",         "channel",  "trust",    "count_1h",    "count_last_3",
	    "count_all",      "mean_3",   "sum_3_1h", "max_5",       "last_amount",
	    "channel_2_back", "since",    "ratio_4",  "new_channel", "labels_all",
	    "labels_72h",     "hour_sin", "hour_cos", "weekday_sin", "weekday_cos"};
	struct walked w;

	(void)state;
	begin(&w, NULL);
	assert_int_equal(w.list.n, sizeof names / sizeof *names);
	for (size_t i = 0; i < w.list.n; i++)
		assert_string_equal(w.list.items[i].name, names[i]);
	assert_string_equal(w.list.items[3].family, "history");
	assert_string_equal(w.list.items[16].family, "calendar");
	assert_int_equal(w.list.items[10].kind, FIELD_CATEGORY);
	assert_string_equal(w.list.items[10].values[0], "app");
	end(&w);
}

static void first_event(void **state)
{
	static const char *const missing[] = {"mean_3",         "max_5", "last_amount",
					      "channel_2_back", "since", "ratio_4"};
	static const char *const zero[] = {"count_1h", "count_last_3", "count_all",
					   "sum_3_1h", "labels_all",   "labels_72h"};
	struct walked w;

	(void)state;
	begin(&w, NULL);
	take(&w, 9, 1000);
	for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
		assert_true(isnan(at(&w, missing[i])));
	for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
		assert_true(at(&w, zero[i]) == 0);
	assert_true(at(&w, "new_channel") == 1);
	assert_true(at(&w, "amount") == 10);
	end(&w);
}

/* A window of an hour holds the event that is exactly an hour old. */
static void edge_of_window(void **state)
{
	struct walked w;

	(void)state;
	begin(&w, NULL);
	add(&w, 1, 0, LABEL_NEGATIVE, 0);
	take(&w, 1, 3600);
	assert_true(at(&w, "count_1h") == 1 && at(&w, "sum_3_1h") == 0.5);
	assert_true(at(&w, "since") == 3600);
	take(&w, 1, 3601);
	assert_true(at(&w, "count_1h") == 0 && at(&w, "sum_3_1h") == 0);
	assert_true(at(&w, "count_all") == 1 && at(&w, "mean_3") == 10);
	take(&w, 2, 3601);
	assert_true(at(&w, "count_all") == 0);
	end(&w);
}

/* Of events at the same moment those that stand earlier are known. */
static void same_moment(void **state)
{
	struct walked w;

	(void)state;
	begin(&w, NULL);
	take(&w, 1, 500);
	assert_true(at(&w, "count_all") == 0);
	add(&w, 1, 500, LABEL_POSITIVE, 500);
	take(&w, 1, 500);
	assert_true(at(&w, "count_all") == 1 && at(&w, "since") == 0);
	assert_true(at(&w, "labels_all") == 1);
	end(&w);
}

static void label_moment(void **state)
{
	struct walked w;

	(void)state;
	begin(&w, NULL);
	add(&w, 1, 0, LABEL_POSITIVE, 5000);
	add(&w, 1, 10, LABEL_POSITIVE, 4000); /* of a later event, known before */
	add(&w, 1, 20, LABEL_NEGATIVE, 100);
	add(&w, 1, 30, LABEL_MISSING, 0);
	take(&w, 1, 3999);
	assert_true(at(&w, "labels_all") == 0);
	take(&w, 1, 4000);
	assert_true(at(&w, "labels_all") == 1);
	take(&w, 1, 4999);
	assert_true(at(&w, "labels_all") == 1);
	take(&w, 2, 5000);
	assert_true(at(&w, "labels_all") == 0);
	take(&w, 1, 5000);
	assert_true(at(&w, "labels_all") == 2 && at(&w, "labels_72h") == 2);
	take(&w, 1, 72 * 3600);
	assert_true(at(&w, "labels_72h") == 2);
	take(&w, 1, 72 * 3600 + 1);
	assert_true(at(&w, "labels_72h") == 1);
	take(&w, 1, 72 * 3600 + 11);
	assert_true(at(&w, "labels_72h") == 0 && at(&w, "labels_all") == 2);
	end(&w);
}

static void faults_of_history(void **state)
{
	const struct history_faults late = {.delay = 100}, few = {.keep = 2};
	struct walked w;

	(void)state;
	begin(&w, &late);
	add(&w, 1, 0, LABEL_POSITIVE, 50);
	take(&w, 1, 99);
	assert_true(at(&w, "count_all") == 0 && at(&w, "labels_all") == 0);
	take(&w, 1, 100);
	assert_true(at(&w, "count_all") == 1 && at(&w, "labels_all") == 1);
	end(&w);
	begin(&w, &few);
	for (int64_t i = 0; i < 5; i++)
		add(&w, 1, i, LABEL_POSITIVE, i);
	take(&w, 1, 10);
	assert_true(at(&w, "count_all") == 2 && at(&w, "count_last_3") == 2);
	assert_true(at(&w, "count_1h") == 2 && at(&w, "labels_all") == 2);
	end(&w);
}

static void calendar(void **state)
{
	struct walked w;
	int64_t monday = date_moment(date_from_civil(2024, 1, 1));

	(void)state;
	begin(&w, NULL);
	take(&w, 1, -1); /* 1969-12-31T23:59:59, a Wednesday */
	assert_true(at(&w, "hour_sin") < 0 && at(&w, "hour_cos") > 0.99);
	assert_true(fabs(at(&w, "weekday_sin") - sin(2 * M_PI * 2 / 7)) < 1e-15);
	take(&w, 1, monday);
	assert_true(at(&w, "weekday_sin") == 0 && at(&w, "weekday_cos") == 1);
	assert_true(at(&w, "hour_sin") == 0 && at(&w, "hour_cos") == 1);
	take(&w, 1, monday + 6 * 3600);
	assert_true(at(&w, "hour_sin") == 1);
	end(&w);
}

/* A clock that goes back: the event counts as of the last moment. */
static void clock_back(void **state)
{
	struct walked w;

	(void)state;
	begin(&w, NULL);
	add(&w, 1, 1000, LABEL_NEGATIVE, 0);
	add(&w, 1, 400, LABEL_NEGATIVE, 0);
	take(&w, 1, 300);
	assert_true(at(&w, "since") == 0 && at(&w, "count_1h") == 2);
	end(&w);
}

/* Rings stay as large as the plan asks for, whatever has gone by. */
static void long_walk(void **state)
{
	struct walked w;

	(void)state;
	begin(&w, NULL);
	for (int64_t i = 0; i < 200000; i++) {
		take(&w, (uint32_t)(i % 3) * 0x55555555u, i * 60);
		add(&w, (uint32_t)(i % 3) * 0x55555555u, i * 60,
		    i % 7 ? LABEL_NEGATIVE : LABEL_POSITIVE, i * 60 + SECONDS_A_DAY);
	}
	assert_true(at(&w, "count_1h") == 20);
	assert_true(at(&w, "count_all") == 66666);
	assert_true(at(&w, "count_last_3") == 3);
	end(&w);
}

static void rows_of_a_matrix(void **state)
{
	struct arena mem;
	const struct plan *plan;
	struct events events;
	struct feature_list list;
	struct matrix all, some;
	bool *keep;

	(void)state;
	arena_init(&mem);
	plan = fixture(&mem, NULL, NULL);
	events = fixture_events(&mem, plan, 50, 0, 100, 3, 1);
	list = feature_list_of(&mem, plan);
	all = features_of(&mem, &events, &list, NULL);
	keep = arena_new(&mem, bool, 50);
	keep[7] = keep[49] = true;
	some = matrix_subset(&mem, &all, keep);
	assert_int_equal(some.n, 2);
	assert_memory_equal(some.values + list.n, all.values + 49 * list.n,
			    list.n * sizeof(double));
	assert_int_equal(some.label[0], all.label[7]);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(list_of_features), cmocka_unit_test(first_event),
	    cmocka_unit_test(edge_of_window),   cmocka_unit_test(same_moment),
	    cmocka_unit_test(label_moment),     cmocka_unit_test(faults_of_history),
	    cmocka_unit_test(calendar),         cmocka_unit_test(clock_back),
	    cmocka_unit_test(walk_is_naive),    cmocka_unit_test(long_walk),
	    cmocka_unit_test(rows_of_a_matrix),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
