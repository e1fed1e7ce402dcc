/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_scorer.c - who answers, what is logged, when a version is taken back */
#include "capstone/scorer.h"
#include "measure/outcomes.h"
#include "serving_fixture.h"
#include <signal.h>
#include <sys/resource.h>

static struct scorer *open_scorer(struct serving *s, const struct scorer_options *options)
{
	struct scorer *scorer = scorer_open(options, &s->diags);

	if (!scorer || s->diags.n)
		fail_msg("%s", s->diags.n ? s->diags.items[0].detail : "no scorer");
	return scorer;
}

/* 1.0.0 answers 0.1, 2.0.0 0.7, 3.0.0 0.2. */
static void three_models(struct serving *s)
{
	serving_begin(s);
	serving_model(s, "1.0.0", 0.1);
	serving_model(s, "2.0.0", 0.7);
	serving_model(s, "3.0.0", 0.2);
}

static void nothing_deployed_rule_answers(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct answer answer;

	(void)state;
	serving_begin(&s);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	assert_true(scorer_ready(scorer));
	answer = serving_ask(&s, scorer, "a");
	assert_string_equal(answer.version, "rule");
	assert_string_equal(answer.why, "no model");
	assert_true(answer.fallback && fabs(answer.score - 0.01) < 1e-12 && !answer.positive);
	serving_ask(&s, scorer, "a");
	answer = serving_ask(&s, scorer, "a"); /* two events of the hour are known */
	assert_true(fabs(answer.score - 0.5) < 1e-12 && answer.positive);
	answer = serving_ask(&s, scorer, "b");
	assert_true(fabs(answer.score - 0.01) < 1e-12);
	scorer_close(scorer);
	serving_end(&s);
}

static void line_as_documented(void **state)
{
	static const double values[] = {12.5, 1, NAN};
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct answer answer;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "2.0.0", NULL, NULL, 0, "1.0.0");
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	assert_true(scorer_answer(scorer, "acc-1", 1750000000, values, &answer));
	scorer_close(scorer);
	assert_string_equal(
	    serving_read(&s, "predictions.csv"),
	    arena_printf(&s.mem,
			 "id,time,entity,version,role,score,decision,fallback,why,latency_ms,"
			 "amount,merchant,trust\r\n"
			 "%s,2025-06-15T15:06:40Z,acc-1,2.0.0,production,0.700000,1,0,,0.000,"
			 "12.5,\"travel, far\",\r\n"
			 "%s,2025-06-15T15:06:40Z,acc-1,1.0.0,shadow,0.100000,0,0,,0.000,"
			 "12.5,\"travel, far\",\r\n",
			 answer.id, answer.id));
	serving_end(&s);
}

static void canary_by_stable_hash(void **state)
{
	enum { ENTITIES = 4000 };
	static const double percents[] = {5, 25, 50, 100};
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	bool was[ENTITIES] = {false};

	(void)state;
	three_models(&s);
	serving_deploy(&s, "1.0.0", NULL, "2.0.0", percents[0], NULL);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	for (size_t p = 0; p < 4; p++) {
		double share = percents[p] / 100;
		size_t n = 0;
		serving_deploy(&s, "1.0.0", NULL, "2.0.0", percents[p], NULL);
		for (size_t i = 0; i < ENTITIES; i++) {
			struct answer answer =
			    serving_ask(&s, scorer, arena_printf(&s.mem, "account-%zu", i));
			bool canary = answer.role == ANSWER_CANARY;
			assert_string_equal(answer.version, canary ? "2.0.0" : "1.0.0");
			if (was[i] && !canary)
				fail_msg("account-%zu left the canary at %g %%", i, percents[p]);
			was[i] = canary;
			n += canary;
		}
		/* Five standard deviations of a binomial share. */
		if (fabs((double)n - ENTITIES * share) >
		    5 * sqrt(ENTITIES * share * (1 - share)) + 1e-9)
			fail_msg("%zu of %d at %g %%", n, ENTITIES, percents[p]);
	}
	scorer_close(scorer);
	/* Another canary meets other entities. */
	assert_true(fabs(scorer_place("2.0.0", "a") - scorer_place("2.1.0", "a")) > 1e-9);
	serving_end(&s);
}

static void canary_without_entities(void **state)
{
	enum { EVENTS = 2000 };
	struct plan plan = serving_plan;
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct answer answer;
	size_t n = 0;

	(void)state;
	three_models(&s);
	plan.entity = NULL;
	serving_deploy(&s, "1.0.0", NULL, "2.0.0", 20, NULL);
	options = serving_options(&s);
	options.plan = &plan;
	scorer = open_scorer(&s, &options);
	for (int i = 0; i < EVENTS; i++) {
		enum answer_role first;
		assert_true(scorer_answer(scorer, "", 1750000000 + i / 2, serving_values, &answer));
		first = answer.role;
		n += first == ANSWER_CANARY;
		assert_true(scorer_answer(scorer, "", 1750000000 + i / 2, serving_values, &answer));
		assert_int_equal(answer.role, first);
	}
	/* Half as many events as requests: they come in pairs. */
	assert_true(fabs((double)n - EVENTS * 0.2) < 5 * sqrt(2 * EVENTS * 0.2 * 0.8));
	scorer_close(scorer);
	serving_end(&s);
}

static void shadow_failure_changes_no_answer(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct scorer_counts counts;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "1.0.0", NULL, NULL, 0, "2.0.0");
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	s.failing = "2.0.0";
	for (int i = 0; i < 5; i++) {
		struct answer answer = serving_ask(&s, scorer, "a");
		assert_string_equal(answer.version, "1.0.0");
		assert_false(answer.fallback);
	}
	scorer_counts(scorer, &counts);
	assert_int_equal(counts.shadow, 5);
	assert_int_equal(counts.fallbacks, 0);
	assert_false(counts.breaker_open); /* production's */
	assert_int_equal(counts.breaker_openings, 1);
	assert_int_equal(serving_count(&s, "predictions.csv", "shadow,,,0,no number"), 3);
	assert_int_equal(serving_count(&s, "predictions.csv", "shadow,,,0,breaker open"), 2);
	scorer_close(scorer);
	serving_end(&s);
}

static void breaker_opens_tries_and_closes(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct scorer_counts counts;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "1.0.0", NULL, NULL, 0, NULL);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	s.failing = "1.0.0";
	for (int i = 0; i < 3; i++)
		assert_string_equal(serving_ask(&s, scorer, "a").why, "no number");
	s.failing = NULL;
	assert_string_equal(serving_ask(&s, scorer, "a").why, "breaker open");
	s.now_ms += 997; /* then asked a millisecond before the pause ends */
	assert_string_equal(serving_ask(&s, scorer, "b").why, "breaker open");
	assert_false(serving_ask(&s, scorer, "b").fallback); /* the one that tries */
	scorer_counts(scorer, &counts);
	assert_false(counts.breaker_open);
	s.failing = "1.0.0";
	for (int i = 0; i < 3; i++)
		serving_ask(&s, scorer, "c");
	s.now_ms += 1000;
	assert_string_equal(serving_ask(&s, scorer, "c").why, "no number"); /* tried in vain */
	assert_string_equal(serving_ask(&s, scorer, "c").why, "breaker open");
	scorer_counts(scorer, &counts);
	assert_true(counts.breaker_open);
	assert_int_equal(counts.breaker_openings, 3);
	assert_int_equal(counts.fallbacks, counts.fallbacks_breaker + counts.fallbacks_no_number);
	scorer_close(scorer);
	serving_end(&s);
}

static void too_slow_is_a_failure(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct answer answer;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "2.0.0", NULL, NULL, 0, NULL);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	s.failing = "2.0.0";
	s.takes_ms = 50;
	answer = serving_ask(&s, scorer, "a");
	assert_false(answer.fallback);
	assert_true(fabs(answer.latency_ms - 50) < 1e-9);
	s.takes_ms = 51;
	answer = serving_ask(&s, scorer, "a");
	assert_string_equal(answer.why, "time");
	assert_true(fabs(answer.score - 0.01) < 1e-12);
	scorer_close(scorer);
	serving_end(&s);
}

static bool take_back(struct serving *s, const char *why)
{
	const struct take_back reason = {.by = "command", .why = why, .moment = 1700000000};

	return deployment_take_back(s->dir, &reason, &s->diags) == TOOK_BACK;
}

static void rollback_holds_for_the_next_request(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "2.0.0", "1.0.0", "3.0.0", 100, NULL);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	assert_string_equal(serving_ask(&s, scorer, "a").version, "3.0.0");
	assert_true(take_back(&s, "canary too eager"));
	assert_string_equal(serving_ask(&s, scorer, "a").version, "2.0.0");
	assert_true(take_back(&s, "recall fell,\nand more"));
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	assert_int_equal(s.diags.n, 0);
	assert_false(take_back(&s, "again"));
	assert_int_equal(s.diags.n, 1);
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	assert_int_equal(serving_count(&s, "rollbacks.csv", "command,canary,3.0.0,2.0.0,"), 1);
	assert_int_equal(serving_count(&s, "rollbacks.csv", "command,production,2.0.0,1.0.0,"), 1);
	assert_int_equal(serving_count(&s, "rollbacks.csv", "2023-11-14T22:13:20Z,command"), 2);
	assert_int_equal(serving_count(&s, "rollbacks.csv", "\"recall fell,\nand more\""), 1);
	scorer_close(scorer);
	serving_end(&s);
}

/* 20 of 40 requests decide; 3 errors are over 10 %. */
static const struct rollback_rules strict = {.last = 40,
					     .at_least = 20,
					     .error_rate_over = 0.1,
					     .error_rate_times = 2,
					     .errors_at_least = 2,
					     .latency_p95_times = 2,
					     .latency_p95_over_ms = 5};

static void canary_with_errors_is_taken_back(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct scorer_counts counts;
	const char *others = NULL;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "1.0.0", NULL, "2.0.0", 50, NULL);
	options = serving_options(&s);
	options.rollback = &strict;
	scorer = open_scorer(&s, &options);
	for (int i = 0; !others; i++) {
		const char *name = arena_printf(&s.mem, "e%d", i);
		if (scorer_place("2.0.0", name) < 0.5)
			others = name; /* of the canary */
	}
	for (int i = 0; i < 19; i++)
		assert_int_equal(serving_ask(&s, scorer, others).role, ANSWER_CANARY);
	s.failing = "2.0.0";
	for (int i = 0; i < 3; i++) /* 1 of 20, 2 of 21, 3 of 22: over a tenth at the third */
		assert_int_equal(serving_ask(&s, scorer, others).role, ANSWER_CANARY);
	assert_int_equal(serving_ask(&s, scorer, others).role, ANSWER_PRODUCTION);
	scorer_counts(scorer, &counts);
	assert_int_equal(counts.rollbacks, 1);
	assert_null(counts.canary_version);
	assert_int_equal(serving_count(&s, "deployment.yaml", "canary"), 0);
	assert_int_equal(serving_count(&s, "rollbacks.csv",
				       "automatic,canary,2.0.0,1.0.0,error_rate,0.136364,0.1,22,"),
			 1);
	assert_int_equal(serving_count(&s, "rollbacks.csv", "2025-06-15T15:06:40Z,automatic"), 1);
	scorer_close(scorer);
	serving_end(&s);
}

static void slow_canary_is_taken_back(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct scorer_counts counts;
	int asked = 0;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "1.0.0", NULL, "2.0.0", 50, NULL);
	options = serving_options(&s);
	options.rollback = &strict;
	scorer = open_scorer(&s, &options);
	s.failing = "2.0.0";
	s.takes_ms = 6; /* within its time, but production takes none */
	do {
		serving_ask(&s, scorer, arena_printf(&s.mem, "e%d", asked));
		scorer_counts(scorer, &counts);
	} while (!counts.rollbacks && ++asked < 200);
	assert_int_equal(counts.rollbacks, 1);
	assert_true(asked >= 39 && asked < 80); /* both versions have answered 20 */
	assert_int_equal(serving_count(&s, "rollbacks.csv", "latency_p95_ms"), 2);
	scorer_close(scorer);
	serving_end(&s);
}

static void production_goes_back_by_itself(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	int fallbacks = 0, i;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "2.0.0", "1.0.0", NULL, 0, NULL);
	options = serving_options(&s);
	options.rollback = &strict;
	scorer = open_scorer(&s, &options);
	s.failing = "2.0.0"; /* the breaker opens after 3; what it refuses counts as well */
	for (i = 0; i < 100; i++) {
		struct answer answer = serving_ask(&s, scorer, "a");
		if (!answer.fallback)
			break;
		fallbacks++;
	}
	assert_int_equal(fallbacks, 20);
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	/* Deployed again it begins anew. */
	s.failing = NULL;
	serving_deploy(&s, "2.0.0", "1.0.0", NULL, 0, NULL);
	for (i = 0; i < 50; i++)
		assert_string_equal(serving_ask(&s, scorer, "a").version, "2.0.0");
	scorer_close(scorer);
	serving_end(&s);
}

static void taken_back_even_where_nothing_can_be_written(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct rlimit before, none;
	struct answer answer;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "2.0.0", "1.0.0", NULL, 0, NULL);
	options = serving_options(&s);
	options.rollback = &strict;
	scorer = open_scorer(&s, &options);
	s.failing = "2.0.0";
	for (int i = 0; i < 19; i++)
		serving_ask(&s, scorer, "a");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	none = (struct rlimit){0, before.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_false(scorer_answer(scorer, "a", s.now_ms / 1000, serving_values, &answer));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(serving_count(&s, "deployment.yaml", "production: \"2.0.0\""), 1);
	assert_non_null(strstr(s.said, "until this process ends"));
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	scorer_close(scorer);
	serving_end(&s);
}

static void full_disk_gives_no_answer(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct scorer_counts counts;
	struct rlimit before, small;
	struct answer answer;
	struct stat info;
	int refused = 0;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "1.0.0", NULL, NULL, 0, NULL);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	serving_ask(&s, scorer, "a");
	assert_int_equal(stat(serving_path(&s, "predictions.csv"), &info), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_IGN);
	/* Room for half a line, then for none. */
	for (rlim_t room = 40; room != (rlim_t)-40; room -= 40) {
		small = (struct rlimit){(rlim_t)info.st_size + room, before.rlim_max};
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		refused += !scorer_answer(scorer, "a", s.now_ms / 1000, serving_values, &answer);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(refused, 2);
	serving_ask(&s, scorer, "a");
	scorer_counts(scorer, &counts);
	assert_int_equal(counts.log_failures, 2);
	assert_int_equal(counts.requests, 2);
	scorer_close(scorer);
	/* Two whole lines behind the header, and what was refused did not happen to the entity. */
	assert_int_equal(serving_count(&s, "predictions.csv", "\r\n"), 3);
	scorer = open_scorer(&s, &options);
	scorer_counts(scorer, &counts);
	assert_int_equal(counts.lines_cut, 0);
	scorer_close(scorer);
	serving_end(&s);
}

static void history_is_made_from_the_log_again(void **state)
{
	static const double formula[] = {10, 2, 0.5};
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct scorer_counts counts;
	struct answer answer;
	FILE *log;

	(void)state;
	three_models(&s);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	serving_ask(&s, scorer, "a");
	s.now_ms += 1;
	assert_true(scorer_answer(scorer, "a", s.now_ms / 1000, formula, &answer));
	assert_int_equal(serving_count(&s, "predictions.csv", "\"'=cmd\""), 1);
	scorer_close(scorer);
	log = fopen(serving_path(&s, "predictions.csv"), "ae");
	fputs("d0000000000000000000000000000000,2025-06-15T15:06:40Z,a,ru", log);
	fclose(log);
	scorer = open_scorer(&s, &options);
	scorer_counts(scorer, &counts);
	assert_int_equal(counts.lines_cut, 1);
	assert_int_equal(counts.entities, 1);
	answer = serving_ask(&s, scorer, "a"); /* the third of the hour */
	assert_true(fabs(answer.score - 0.5) < 1e-12);
	scorer_close(scorer);
	assert_int_equal(serving_count(&s, "predictions.csv", "\r\n"), 4);
	serving_end(&s);
}

static void history_before_the_log_counts_once(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct events events;
	struct answer answer;

	(void)state;
	three_models(&s);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	serving_ask(&s, scorer, "a");
	scorer_close(scorer);
	/* The same event, come back with its label. */
	events = events_new(&s.mem, &serving_plan, 1);
	events.n = 1;
	events.entities = (const char *[]){"a"};
	events.n_entities = 1;
	events.entity[0] = 0;
	events.time[0] = s.now_ms / 1000;
	events.label[0] = LABEL_NEGATIVE;
	events.label_at[0] = s.now_ms / 1000;
	memcpy(events.values, serving_values, sizeof serving_values);
	options.history = &events;
	scorer = open_scorer(&s, &options);
	answer = serving_ask(&s, scorer, "a");
	assert_true(fabs(answer.score - 0.01) < 1e-12); /* one event is known, not two */
	answer = serving_ask(&s, scorer, "a");
	assert_true(fabs(answer.score - 0.5) < 1e-12);
	scorer_close(scorer);
	serving_end(&s);
}

/* The same events as one table and one request after the other give the same features, so the same
 * scores; a process that ends in between changes nothing. */
static void online_equals_offline(void **state)
{
	enum { N = 600, ENTITIES = 7 };
	static const char *const entities[ENTITIES] = {"a", "b", "c", "d", "e", "f", "g"};
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct feature_list list;
	struct events events;
	struct matrix offline;
	uint64_t seed = 3;
	int64_t time = 1750000000;
	size_t high = 0;

	(void)state;
	serving_begin(&s);
	events = events_new(&s.mem, &serving_plan, N);
	events.n = N;
	events.entities = (const char **)(uintptr_t)entities;
	events.n_entities = ENTITIES;
	for (size_t i = 0; i < N; i++) {
		seed = seed * 6364136223846793005U + 1442695040888963407U;
		time += (int64_t)(seed >> 54); /* up to 17 minutes */
		events.time[i] = time;
		events.entity[i] = (uint32_t)(seed >> 33) % ENTITIES;
		events.label[i] = LABEL_MISSING;
		memcpy(events.values + i * serving_plan.n_fields, serving_values,
		       sizeof serving_values);
		events.values[i * serving_plan.n_fields + 2] = i % 3 ? 0.25 : NAN;
	}
	list = feature_list_of(&s.mem, &serving_plan);
	offline = features_of(&s.mem, &events, &list, NULL);
	options = serving_options(&s);
	scorer = open_scorer(&s, &options);
	for (size_t i = 0; i < N; i++) {
		bool busy = offline.values[i * SERVING_FEATURES + COUNT_FEATURE] >= 2;
		struct answer answer;
		if (i % 100 == 99) {
			scorer_close(scorer);
			scorer = open_scorer(&s, &options);
		}
		assert_true(scorer_answer(scorer, entities[events.entity[i]], events.time[i],
					  events.values + i * serving_plan.n_fields, &answer));
		if (fabs(answer.score - (busy ? 0.5 : 0.01)) > 1e-12)
			fail_msg("event %zu: %g", i, answer.score);
		high += busy;
	}
	assert_true(high > 20 && high < N - 20);
	scorer_close(scorer);
	serving_end(&s);
}

static void late_event_is_scored_as_of_the_latest(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct answer answer;

	(void)state;
	serving_begin(&s);
	options = serving_options(&s);
	options.max_entities = 1;
	scorer = open_scorer(&s, &options);
	for (int i = 0; i < 3; i++)
		assert_true(
		    scorer_answer(scorer, "a", 1750000000 - 7200 * i, serving_values, &answer));
	assert_true(fabs(answer.score - 0.5) < 1e-12);
	/* No room for a second entity: each of its events is its first. */
	for (int i = 0; i < 4; i++) {
		assert_true(scorer_answer(scorer, "b", 1750000000, serving_values, &answer));
		assert_true(fabs(answer.score - 0.01) < 1e-12);
	}
	scorer_close(scorer);
	serving_end(&s);
}

static void model_under_another_digest(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;
	struct scorer_counts counts;

	(void)state;
	three_models(&s);
	serving_deploy(&s, "1.0.0", NULL, "2.0.0", 100, NULL);
	serving_model(&s, "2.0.0", 0.9); /* swapped behind the deployment's back */
	options = serving_options(&s);
	scorer = scorer_open(&options, &s.diags);
	assert_non_null(scorer);
	assert_int_equal(s.diags.n, 1);
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0"); /* no canary */
	assert_true(scorer_ready(scorer));
	scorer_close(scorer);
	/* Production itself: the rule answers, and it is not ready. */
	serving_deploy(&s, "2.0.0", NULL, NULL, 0, NULL);
	serving_model(&s, "2.0.0", 0.8);
	scorer = scorer_open(&options, &s.diags);
	assert_non_null(scorer);
	assert_false(scorer_ready(scorer));
	assert_string_equal(serving_ask(&s, scorer, "a").why, "no model");
	/* A deployment that works puts it right. */
	serving_deploy(&s, "1.0.0", NULL, NULL, 0, NULL);
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	assert_true(scorer_ready(scorer));
	/* One that does not is not put in force. */
	serving_write(&s, "deployment.yaml", "production: [\n");
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	serving_deploy(&s, "3.0.0", NULL, NULL, 0, NULL);
	serving_model(&s, "3.0.0", 0.3);
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	unlink(serving_path(&s, "deployment.yaml"));
	assert_string_equal(serving_ask(&s, scorer, "a").version, "1.0.0");
	scorer_counts(scorer, &counts);
	assert_int_equal(counts.deployment_errors, 2);
	assert_int_equal(counts.deployments, 1);
	scorer_close(scorer);
	serving_end(&s);
}

static void logs_that_cannot_be_used(void **state)
{
	struct serving s;
	struct scorer_options options;
	struct scorer *scorer;

	(void)state;
	serving_begin(&s);
	options = serving_options(&s);
	serving_write(&s, "predictions.csv", "id,other\r\n");
	assert_null(scorer_open(&options, &s.diags));
	assert_int_equal(s.diags.n, 1);
	unlink(serving_path(&s, "predictions.csv"));
	assert_int_equal(symlink("/dev/null", serving_path(&s, "predictions.csv")), 0);
	assert_null(scorer_open(&options, &s.diags));
	unlink(serving_path(&s, "predictions.csv"));
	assert_int_equal(mkfifo(serving_path(&s, "predictions.csv"), 0600), 0);
	assert_null(scorer_open(&options, &s.diags));
	unlink(serving_path(&s, "predictions.csv"));
	scorer = scorer_open(&options, &s.diags);
	assert_non_null(scorer);
	assert_null(scorer_open(&options, &s.diags)); /* a second one */
	assert_non_null(strstr(s.diags.items[s.diags.n - 1].detail, "another process"));
	scorer_close(scorer);
	serving_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_deployed_rule_answers),
	    cmocka_unit_test(line_as_documented),
	    cmocka_unit_test(canary_by_stable_hash),
	    cmocka_unit_test(canary_without_entities),
	    cmocka_unit_test(shadow_failure_changes_no_answer),
	    cmocka_unit_test(breaker_opens_tries_and_closes),
	    cmocka_unit_test(too_slow_is_a_failure),
	    cmocka_unit_test(rollback_holds_for_the_next_request),
	    cmocka_unit_test(canary_with_errors_is_taken_back),
	    cmocka_unit_test(slow_canary_is_taken_back),
	    cmocka_unit_test(production_goes_back_by_itself),
	    cmocka_unit_test(taken_back_even_where_nothing_can_be_written),
	    cmocka_unit_test(full_disk_gives_no_answer),
	    cmocka_unit_test(history_is_made_from_the_log_again),
	    cmocka_unit_test(history_before_the_log_counts_once),
	    cmocka_unit_test(online_equals_offline),
	    cmocka_unit_test(late_event_is_scored_as_of_the_latest),
	    cmocka_unit_test(model_under_another_digest),
	    cmocka_unit_test(logs_that_cannot_be_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
