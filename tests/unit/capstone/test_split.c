/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_split.c - which row is of which part */
#include "capstone/split.h"
#include "events_fixture.h"

static int64_t second_of(int year, int month, int day, int64_t second)
{
	return date_moment(date_from_civil(year, month, day)) + second;
}

/* One event at this moment, with a holdout of nothing. */
static unsigned part_at(int64_t time, unsigned char label)
{
	struct arena mem;
	struct events events;
	struct split split;
	unsigned part;

	arena_init(&mem);
	events = fixture_events(&mem, fixture(&mem, "  holdout_share:", "  holdout_share: 0"), 1, 0,
				1, 1, 1);
	events.time[0] = time;
	events.label[0] = label;
	split = split_events(&mem, &events);
	part = split.part[0];
	assert_int_equal(split.counts[part], 1);
	arena_release(&mem);
	return part;
}

static void edges_of_periods(void **state)
{
	static const struct {
		int year, month, day, second;
		unsigned part;
	} t[] = {
	    {2023, 12, 31, 86399, PART_NONE},
	    {2024, 1, 1, 0, PART_TRAIN},
	    {2024, 1, 31, 86399, PART_TRAIN},
	    {2024, 2, 1, 0, PART_NONE},
	    {2024, 2, 2, 86399, PART_NONE},
	    {2024, 2, 3, 0, PART_CALIBRATION},
	    {2024, 2, 10, 86399, PART_CALIBRATION},
	    {2024, 2, 11, 0, PART_NONE},
	    {2024, 2, 13, 0, PART_TEMPORAL},
	    {2024, 2, 20, 86399, PART_TEMPORAL},
	    {2024, 2, 21, 0, PART_LATER},
	    {2024, 3, 20, 86399, PART_LATER},
	    {2024, 3, 21, 0, PART_NONE},
	    {2024, 6, 30, 86399, PART_LATER + 1},
	    {1969, 12, 31, 86399, PART_NONE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		int64_t time = second_of(t[i].year, t[i].month, t[i].day, t[i].second);

		if (part_at(time, LABEL_NEGATIVE) != t[i].part)
			fail_msg("case %zu: part %u", i, part_at(time, LABEL_NEGATIVE));
		assert_int_equal(part_at(time, LABEL_MISSING), PART_NONE);
	}
}

static void names(void **state)
{
	struct arena mem;
	const struct plan *plan;

	(void)state;
	arena_init(&mem);
	plan = fixture(&mem, NULL, NULL);
	assert_string_equal(part_name(plan, PART_TRAIN), "train");
	assert_string_equal(part_name(plan, PART_TEMPORAL), "temporal");
	assert_string_equal(part_name(plan, PART_LATER + 1), "summer");
	assert_string_equal(part_name(plan, PART_LATER + 2), "none");
	arena_release(&mem);
}

/* An entity is in train or in the holdout, never both, about a quarter of them in the latter; the
 * same whatever else is in the file; another for another seed. */
static void holdout_of_entities(void **state)
{
	enum { N = 20000, ENTITIES = 2000 };
	struct arena mem;
	struct events events, half;
	struct split split, again, other;
	unsigned char *seen;
	bool *keep;
	size_t held = 0, moved = 0, row = 0;

	(void)state;
	arena_init(&mem);
	events = fixture_events(&mem, fixture(&mem, NULL, NULL), N, second_of(2024, 1, 1, 0), 250,
				ENTITIES, 3);
	split = split_events(&mem, &events);
	seen = arena_new(&mem, unsigned char, ENTITIES);
	for (size_t i = 0; i < N; i++) {
		unsigned part = split.part[i];

		if (part != PART_TRAIN && part != PART_HOLDOUT)
			continue;
		if (seen[events.entity[i]])
			assert_int_equal(seen[events.entity[i]], part);
		seen[events.entity[i]] = (unsigned char)part;
	}
	for (size_t i = 0; i < ENTITIES; i++)
		held += seen[i] == PART_HOLDOUT;
	assert_in_range(held, 400, 600);
	keep = arena_new(&mem, bool, N);
	for (size_t i = 0; i < N; i++)
		keep[i] = i % 2;
	half = events_subset(&mem, &events, keep);
	again = split_events(&mem, &half);
	for (size_t i = 1; i < N; i += 2)
		assert_int_equal(again.part[row++], split.part[i]);
	events.plan = fixture(&mem, "seed: 7", "seed: 8");
	other = split_events(&mem, &events);
	for (size_t i = 0; i < N; i++)
		moved += other.part[i] != split.part[i];
	assert_true(moved > 1000);
	arena_release(&mem);
}

/* Without an entity whole days are held out. */
static void holdout_of_days(void **state)
{
	struct arena mem;
	struct events events;
	struct split split;
	unsigned char day_part[31] = {0};
	size_t held = 0;

	(void)state;
	arena_init(&mem);
	events = fixture_events(&mem, fixture(&mem, "  entity:", NULL), 20000,
				second_of(2024, 1, 1, 0), 250, 1, 3);
	split = split_events(&mem, &events);
	for (size_t i = 0; i < events.n; i++) {
		int32_t day = date_of_moment(events.time[i]) - date_from_civil(2024, 1, 1);

		if (day >= 31 || events.label[i] == LABEL_MISSING)
			continue;
		if (day_part[day])
			assert_int_equal(day_part[day], split.part[i]);
		day_part[day] = split.part[i];
	}
	for (size_t i = 0; i < 31; i++)
		held += day_part[i] == PART_HOLDOUT;
	assert_in_range(held, 2, 14);
	arena_release(&mem);
}

static void kept_rows(void **state)
{
	struct arena mem;
	struct events events;
	struct split split;
	const bool *keep;
	size_t n = 0, total = 0;

	(void)state;
	arena_init(&mem);
	events = fixture_events(&mem, fixture(&mem, NULL, NULL), 5000, second_of(2024, 1, 1, 0),
				2000, 50, 4);
	split = split_events(&mem, &events);
	keep = split_keep(&mem, &split, PART_CALIBRATION);
	for (size_t i = 0; i < events.n; i++)
		n += keep[i];
	assert_true(n > 0);
	assert_int_equal(n, split.counts[PART_CALIBRATION]);
	for (size_t i = 0; i < sizeof split.counts / sizeof *split.counts; i++)
		total += split.counts[i];
	assert_int_equal(total, events.n);
	arena_release(&mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(edges_of_periods),    cmocka_unit_test(names),
	    cmocka_unit_test(holdout_of_entities), cmocka_unit_test(holdout_of_days),
	    cmocka_unit_test(kept_rows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
