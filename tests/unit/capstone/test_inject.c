/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_inject.c - failures: what they touch, how much, and nothing else */
#include "capstone/inject.h"
#include "events_fixture.h"

enum { N = 4000, FROM = 20000, TO = 90000 };

struct stream {
	struct arena mem;
	const struct plan *plan;
	struct events events;
	struct diag_sink diags;
};

static void stream_open(struct stream *s)
{
	arena_init(&s->mem);
	diag_init(&s->diags, &s->mem);
	s->plan = fixture(&s->mem, NULL, NULL);
	s->events = fixture_events(&s->mem, s->plan, N, 0, 60, 30, 11);
}

static double cell(const struct events *events, size_t row, const char *field)
{
	return events->values[row * events->plan->n_fields + plan_field(events->plan, field)];
}

static bool same(double a, double b)
{
	return (isnan(a) && isnan(b)) || !(a < b || a > b);
}

static bool during(const struct events *events, size_t row)
{
	return events->time[row] >= FROM && events->time[row] < TO;
}

/* Outside its time nothing changes; labels and moments never do. */
static struct events damaged_by(struct stream *s, const struct failure *failure,
				struct history_faults *faults)
{
	struct events damaged, again;
	size_t width = s->plan->n_fields;

	assert_true(inject(&s->mem, &s->events, failure, FROM, TO, 5, &damaged, faults, &s->diags));
	assert_true(inject(&s->mem, &s->events, failure, FROM, TO, 5, &again, faults, &s->diags));
	assert_int_equal(damaged.n, again.n);
	for (size_t i = 0; i < damaged.n * width; i++)
		assert_true(same(damaged.values[i], again.values[i]));
	if (damaged.n != s->events.n)
		return damaged;
	for (size_t i = 0; i < N; i++) {
		assert_true(damaged.time[i] == s->events.time[i]);
		assert_int_equal(damaged.label[i], s->events.label[i]);
		for (size_t f = 0; f < width && !during(&damaged, i); f++)
			assert_true(
			    same(damaged.values[i * width + f], s->events.values[i * width + f]));
	}
	return damaged;
}

static size_t rows_during(const struct events *events)
{
	size_t n = 0;

	for (size_t i = 0; i < events->n; i++)
		n += during(events, i);
	return n;
}

static void test_drift(void **state)
{
	struct failure failure = {"f", "F", FAILURE_DATA_DRIFT, "amount", 2, NULL};
	struct history_faults faults;
	struct events damaged;
	struct damage damage;
	struct stream s;

	(void)state;
	stream_open(&s);
	damaged = damaged_by(&s, &failure, &faults);
	for (size_t i = 0; i < N; i++) {
		double factor = during(&damaged, i) ? 2 : 1;
		assert_true(
		    same(cell(&damaged, i, "amount"), factor * cell(&s.events, i, "amount")));
		assert_true(same(cell(&damaged, i, "trust"), cell(&s.events, i, "trust")));
	}
	damage = inject_damage(&s.events, &damaged);
	assert_int_equal(damage.rows, rows_during(&s.events));
	assert_int_equal(damage.cells, damage.rows);
	assert_int_equal(damage.rows_left_out, 0);
	assert_true(faults.delay == 0 && faults.keep == 0);
	arena_release(&s.mem);
}

static double base_rate(const struct events *events, size_t *n)
{
	size_t counts[3] = {0};

	for (size_t i = 0; i < events->n; i++)
		if (during(events, i))
			counts[events->label[i]]++;
	*n = counts[0] + counts[1];
	return (double)counts[LABEL_POSITIVE] / (double)*n;
}

static void test_balance(void **state)
{
	struct stream s;

	(void)state;
	stream_open(&s);
	for (int i = 0; i < 3; i++) {
		double factors[] = {2, 1, 0.4}, before, after;
		struct failure failure = {"f", "F", FAILURE_CLASS_BALANCE, NULL, factors[i], NULL};
		struct history_faults faults;
		struct events damaged = damaged_by(&s, &failure, &faults);
		size_t n, m;

		before = base_rate(&s.events, &n);
		after = base_rate(&damaged, &m);
		assert_true(m <= n);
		/* within 4 standard deviations of a share of so many rows */
		assert_true(fabs(after - factors[i] * before) <=
			    4 * sqrt(after * (1 - after) / (double)m) + 1e-12);
		assert_int_equal(inject_damage(&s.events, &damaged).rows_left_out, N - damaged.n);
		assert_int_equal(inject_damage(&s.events, &damaged).cells, 0);
	}
	arena_release(&s.mem);
}

/* Cells at random, half of them lost; groups, which no model sees, stay. */
static void test_corrupted(void **state)
{
	struct failure failure = {"f", "F", FAILURE_CORRUPTED, NULL, 0.2, NULL};
	struct history_faults faults;
	struct events damaged;
	struct damage damage;
	struct stream s;
	size_t refused = 0, n;
	double expected;

	(void)state;
	stream_open(&s);
	damaged = damaged_by(&s, &failure, &faults);
	n = rows_during(&s.events);
	damage = inject_damage(&s.events, &damaged);
	/* of three fields; a lost cell that was missing, or the same category, is no change */
	expected = 0.2 * 3 * (double)n;
	assert_true((double)damage.cells > 0.75 * expected && (double)damage.cells < expected);
	for (size_t i = 0; i < N; i++) {
		assert_true(same(cell(&damaged, i, "region"), cell(&s.events, i, "region")));
		refused += event_is_refused(s.plan, damaged.values + i * s.plan->n_fields);
	}
	/* `amount` is required: lost in one row of ten */
	assert_true((double)refused > 0.07 * (double)n && (double)refused < 0.13 * (double)n);
	arena_release(&s.mem);
}

static void test_missing_fields(void **state)
{
	const struct failure failures[] = {
	    {"a", "A", FAILURE_DROPPED_FEATURE, "channel", 1, NULL},
	    {"b", "B", FAILURE_REMOVED_FAMILY, "device", 1, NULL},
	};
	const char *lost[] = {"channel", "trust"}, *kept[] = {"trust", "channel"};
	struct history_faults faults;
	struct stream s;

	(void)state;
	stream_open(&s);
	for (int k = 0; k < 2; k++) {
		struct events damaged = damaged_by(&s, &failures[k], &faults);

		for (size_t i = 0; i < N; i++) {
			assert_true(!during(&damaged, i) || isnan(cell(&damaged, i, lost[k])));
			assert_true(same(cell(&damaged, i, kept[k]), cell(&s.events, i, kept[k])));
		}
	}
	arena_release(&s.mem);
}

static void test_history(void **state)
{
	const struct failure late = {"l", "L", FAILURE_DELAYED_INPUTS, NULL, 6, NULL};
	const struct failure few = {"f", "F", FAILURE_TRUNCATED_HISTORY, NULL, 2, NULL};
	struct history_faults faults;
	struct stream s;

	(void)state;
	stream_open(&s);
	damaged_by(&s, &late, &faults);
	assert_int_equal(faults.delay, 6 * 3600);
	assert_int_equal(faults.keep, 0);
	damaged_by(&s, &few, &faults);
	assert_int_equal(faults.delay, 0);
	assert_int_equal(faults.keep, 2);
	arena_release(&s.mem);
}

static void test_impossible(void **state)
{
	const struct failure failures[] = {
	    {"a", "A", FAILURE_DROPPED_FEATURE, "nothing", 1, NULL},
	    {"b", "B", FAILURE_REMOVED_FAMILY, "nothing", 1, NULL},
	    {"c", "C", FAILURE_DATA_DRIFT, "channel", 2, NULL},
	    {"d", "D", FAILURE_DATA_DRIFT, NULL, 2, NULL},
	};
	struct history_faults faults;
	struct events damaged;
	struct stream s;

	(void)state;
	stream_open(&s);
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		assert_false(inject(&s.mem, &s.events, &failures[i], FROM, TO, 5, &damaged, &faults,
				    &s.diags));
		assert_int_equal(s.diags.n, i + 1);
	}
	arena_release(&s.mem);
}

/* The door: required values, ranges with their ends. */
static void test_door(void **state)
{
	static const struct {
		double amount, trust;
		bool refused;
	} cases[] = {{0, -1, false},    {1000, 1, false}, {-0.001, 0, true},
		     {1000.1, 0, true}, {NAN, 0, true},   {5, NAN, false},
		     {5, 1.0001, true}, {5, -2, true},    {INFINITY, 0, true}};
	struct stream s;

	(void)state;
	stream_open(&s);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double values[] = {cases[i].amount, 0, cases[i].trust, 0};
		assert_int_equal(event_is_refused(s.plan, values), cases[i].refused);
	}
	arena_release(&s.mem);
}

static void test_read(void **state)
{
	static const char extra[] =
	    "failures:\n"
	    "  - {id: gone, title: Gone, kind: removed_family, what: device, amount: 1, reason: "
	    "Because it may be.}\n"
	    "  - {id: wrong, title: Wrong, kind: dropped_feature, what: wings, amount: 1, reason: "
	    "Because it may be.}\n"
	    "  - {id: late, title: Late, kind: delayed_inputs, amount: 6, reason: Because it may "
	    "be.}\n";
	struct stream s;
	const struct failure *failures;
	const char *text;
	struct source *source;
	size_t n;

	(void)state;
	stream_open(&s);
	text = arena_printf(&s.mem, "%s%s", fixture_plan, extra);
	source = source_new(&s.mem, "plan.yaml", text, strlen(text));
	assert_non_null(plan_read(&s.mem, source, &s.diags));
	failures = failures_read(&s.mem, s.plan, source, &n, &s.diags);
	assert_int_equal(n, 2);
	assert_int_equal(s.diags.n, 1); /* `wings` is no field */
	assert_string_equal(failures[0].id, "gone");
	assert_int_equal(failures[0].kind, FAILURE_REMOVED_FAMILY);
	assert_string_equal(failures[1].id, "late");
	assert_true(same(failures[1].amount, 6));
	assert_null(failures[1].what);
	arena_release(&s.mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_drift),     cmocka_unit_test(test_balance),
	    cmocka_unit_test(test_corrupted), cmocka_unit_test(test_missing_fields),
	    cmocka_unit_test(test_history),   cmocka_unit_test(test_impossible),
	    cmocka_unit_test(test_door),      cmocka_unit_test(test_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
