/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/unit/capstone/test_operate.c - years with and without a shift, decided by criteria alone */
#include "base/date.h"
#include "capstone/operate.h"
#include "measure/outcomes.h"
#include "measure/random.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* -- a stream --------------------------------------------------------------------------------- */

enum {
	DELAY = 5, /* days until a label is known */
	PAYMENTS = 60,
	ACCOUNTS = 150,
	FEATURES = 2,
	FIELDS = 3,
	DAYS = 275,
};
#define NEVER INT32_MAX

static struct arena mem;
static struct diag_sink diags;
static int32_t day_0; /* 2024-01-01 */

static int set_up(void **state)
{
	(void)state;
	arena_init(&mem);
	diag_init(&diags, &mem);
	day_0 = date_from_civil(2024, 1, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&mem);
	return 0;
}

static const char *regions[] = {"north", "south"};
static const struct field fields[FIELDS] = {
    {.name = "size", .kind = FIELD_NUMBER, .feature = true, .low = -100, .high = 100},
    {.name = "trust", .kind = FIELD_NUMBER, .feature = true, .low = -100, .high = 100},
    {.name = "region", .kind = FIELD_CATEGORY, .group = true, .values = regions, .n_values = 2},
};
static const struct feature features[FEATURES] = {{.name = "size", .kind = FIELD_NUMBER},
						  {.name = "trust", .kind = FIELD_NUMBER}};
static const struct rule_clause rule_clauses[] = {
    {.feature = 0, .at_least = true, .limit = 1.5, .score = 0.4}};

static struct plan plan_of(void)
{
	return (struct plan){
	    .id = "toy",
	    .title = "Toy",
	    .seed = 7,
	    .time = "time",
	    .entity = "account",
	    .label = "fraud",
	    .positive = "1",
	    .label_delay = DELAY * SECONDS_A_DAY,
	    .fields = fields,
	    .n_fields = FIELDS,
	    .train = {day_0, day_0 + 59},
	    .calibration = {day_0 + 65, day_0 + 90},
	    .temporal = {day_0 + 96, day_0 + 105},
	    .gap_days = DELAY,
	    .linear = {.cost = 1, .tolerance = 1e-4},
	    .boosted = {.rounds = 30,
			.depth = 3,
			.bins = 32,
			.learning_rate = 0.2,
			.min_child_weight = 2,
			.lambda = 1,
			.row_share = 1,
			.column_share = 1},
	    .calibrator = CALIBRATE_PLATT,
	    .rule = rule_clauses,
	    .n_rule = 1,
	    .rule_otherwise = 0.05,
	    .selection_share = 0.1,
	    .min_group_rows = 20,
	};
}

/* What happens to the stream, by its day. */
struct world {
	int32_t shift;            /* trust moves, and what it says is turned round */
	int32_t noise, noise_end; /* labels are drawn, and say nothing */
};

/* Positive where size is large, and more so where trust is far from 0 in one direction, which a
 * straight line cannot see. */
static double odds_of(double size, double trust, bool shifted)
{
	double bend = shifted ? 1.2 - fabs(trust - 3) : fabs(trust) - 0.8;

	return -4 + 1.5 * size + (shifted ? 3 : 1.8) * bend;
}

static void draw_event(struct events *events, size_t i, const struct world *world,
		       struct random *random)
{
	int32_t day = day_0 + (int32_t)(i / PAYMENTS);
	bool shifted = day >= world->shift;
	double *values = events->values + i * FIELDS, odds;

	events->time[i] = date_moment(day) + (int64_t)(i % PAYMENTS) * (SECONDS_A_DAY / PAYMENTS);
	events->entity[i] = random_below(random, ACCOUNTS);
	values[0] = random_normal(random);
	values[1] = random_normal(random) + (shifted ? 3 : 0);
	values[2] = (double)(events->entity[i] % 2);
	odds = odds_of(values[0], values[1], shifted);
	events->label[i] =
	    random_unit(random) < 1 / (1 + exp(-odds)) ? LABEL_POSITIVE : LABEL_NEGATIVE;
	if (day >= world->noise && day <= world->noise_end)
		events->label[i] = random_below(random, 6) ? LABEL_NEGATIVE : LABEL_POSITIVE;
	events->label_at[i] =
	    events->time[i] + (events->label[i] == LABEL_POSITIVE
				   ? (int64_t)random_below(random, DELAY * SECONDS_A_DAY)
				   : DELAY * SECONDS_A_DAY);
}

static struct prepared prepare(const struct plan *plan, const struct world *world)
{
	struct prepared p = {.plan = plan, .list = {features, FEATURES}};
	struct random random = random_stream(plan->seed, 3);
	struct feature_list *list = arena_new(&mem, struct feature_list, 1);
	struct events *events = &p.ingest.events;

	*events = events_new(&mem, plan, (size_t)DAYS * PAYMENTS);
	events->n = (size_t)DAYS * PAYMENTS;
	events->n_entities = ACCOUNTS;
	events->entities = arena_new(&mem, const char *, ACCOUNTS);
	for (size_t i = 0; i < ACCOUNTS; i++)
		events->entities[i] = arena_printf(&mem, "A%03zu", i);
	for (size_t i = 0; i < events->n; i++)
		draw_event(events, i, world, &random);
	*list = p.list;
	p.features = (struct matrix){.n = events->n,
				     .n_features = FEATURES,
				     .values = arena_new(&mem, double, events->n *FEATURES),
				     .label = events->label,
				     .features = list};
	for (size_t i = 0; i < events->n; i++)
		for (size_t f = 0; f < FEATURES; f++)
			p.features.values[i * FEATURES + f] = events->values[i * FIELDS + f];
	p.split = split_events(&mem, events);
	return p;
}

static struct operation_plan operation_of(void)
{
	return (struct operation_plan){.first = day_0 + 130,
				       .last = day_0 + DAYS - 1,
				       .baseline_created = day_0 + 130,
				       .baseline_production = day_0 + 137,
				       .improved_created = day_0 + 140,
				       .improved_shadow = day_0 + 144,
				       .shadow_days = 7,
				       .canary_percent = {10, 50},
				       .canary_days = {3, 3},
				       .n_canary = 2,
				       .max_missing_scores = 0.001,
				       .max_selected_factor = 1.5,
				       .min_refit_positives = 120,
				       .calibration_share = 0.3,
				       .min_gate_positives = 60,
				       .warm_days = 7,
				       .min_log_rows = 200,
				       .log_share = 0.05};
}

static const struct monitor_rule rules[] = {
    {.id = "trust-moved", .figure = MONITOR_FEATURE_PSI, .limit = 0.2, .days = 7, .in_a_row = 2},
    {.id = "selected",
     .figure = MONITOR_SELECTED,
     .limit = 1.75,
     .days = 7,
     .in_a_row = 2,
     .rolls_back = true},
    {.id = "ranking",
     .figure = MONITOR_ROC_AUC,
     .limit = 0.4,
     .days = 14,
     .in_a_row = 2,
     .rolls_back = true},
};
enum { RULES = sizeof rules / sizeof *rules };

/* A year that was played, with all that it was made from. */
struct year {
	struct plan plan;
	struct prepared prepared;
	struct operation_plan operation;
	struct model *baseline, *improved, *rule;
	struct operation result;
	struct out log;
};

static void play(struct year *year)
{
	year->log = (struct out){0};
	assert_true(operate(&mem, &year->prepared, &year->operation, year->baseline, year->improved,
			    year->rule, rules, RULES, &year->result, &year->log, &diags));
	assert_int_equal(diags.n, 0);
}

static struct year *year_of(struct world world)
{
	struct year *year = arena_new(&mem, struct year, 1);

	year->plan = plan_of();
	year->prepared = prepare(&year->plan, &world);
	year->operation = operation_of();
	year->rule = run_train(&year->prepared, MODEL_RULE, &diags);
	year->baseline = run_train(&year->prepared, MODEL_LOGISTIC, &diags);
	year->improved = run_train(&year->prepared, MODEL_BOOSTED, &diags);
	assert_true(year->rule && year->baseline && year->improved);
	return year;
}

static struct year *played(struct world world)
{
	struct year *year = year_of(world);

	play(year);
	return year;
}

static void put_away(struct year *year)
{
	operation_release(&year->result);
	model_free(year->rule);
	model_free(year->baseline);
	model_free(year->improved);
	out_release(&year->log);
}

/* -- what was played -------------------------------------------------------------------------- */

/* Day of the n-th time that a version entered a stage; NEVER. */
static int32_t entered(const struct year *year, const char *version, const char *stage, size_t n)
{
	for (size_t i = 0; i < year->result.n_stages; i++) {
		const struct stage_event *e = &year->result.stages[i];
		if (!strcmp(e->version, version) && !strcmp(e->stage, stage) && !n--)
			return e->day;
	}
	return NEVER;
}

/* What holds of every year, whatever happens in it. */
static void check_stages(const struct year *year)
{
	static const char *const names[] = {"1.0.0", "2.0.0", "2.1.0"};
	const struct operation *result = &year->result;
	const char *stage[3] = {"", "", ""};

	for (size_t i = 0; i < result->n_stages; i++) {
		const struct stage_event *e = &result->stages[i];
		size_t in_production = 0;

		assert_true(!i || result->stages[i - 1].day <= e->day);
		assert_true(e->day <= year->operation.last);
		assert_true(e->by && *e->by && e->reason && strlen(e->reason) >= 10);
		for (size_t v = 0; v < 3; v++) {
			if (!strcmp(names[v], e->version)) {
				assert_string_not_equal(stage[v], e->stage);
				assert_string_not_equal(stage[v], "retired");
				stage[v] = e->stage;
			}
			in_production += !strcmp(stage[v], "production");
		}
		if (i + 1 == result->n_stages || result->stages[i + 1].day > e->day)
			assert_true(in_production <= 1);
	}
	for (size_t i = 0; i < result->n_canaries; i++) {
		assert_true(result->canaries[i].n_steps >= 1);
		assert_non_null(result->canaries[i].reason);
		for (size_t k = 0; k < result->canaries[i].n_steps; k++)
			assert_non_null(result->canaries[i].steps[k].watched);
	}
	for (size_t i = 0; i < result->n_shadows; i++)
		assert_non_null(result->shadows[i].reason);
}

static size_t payments_of(int32_t first, int32_t last)
{
	return (size_t)(last - first + 1) * PAYMENTS;
}

static void a_quiet_year_rolls_nothing_back(void **state)
{
	struct year *year = played((struct world){NEVER, NEVER, NEVER});
	const struct operation *r = &year->result;

	(void)state;
	check_stages(year);
	assert_false(r->rollback.happened);
	assert_false(r->refit.happened);
	assert_int_equal(r->resolved, NEVER);
	assert_int_equal(r->fallbacks, payments_of(day_0 + 130, day_0 + 136));
	assert_int_equal(entered(year, "1.0.0", "production", 0), day_0 + 137);
	assert_int_equal(entered(year, "2.0.0", "shadow", 0), day_0 + 144);
	assert_int_equal(entered(year, "2.0.0", "canary", 0), day_0 + 151);
	assert_int_equal(entered(year, "2.0.0", "production", 0), day_0 + 157);
	assert_int_equal(entered(year, "1.0.0", "shadow", 1), day_0 + 157);
	assert_int_equal(r->n_shadows, 2);
	assert_null(r->shadows[0].against);
	assert_string_equal(r->shadows[1].against, "1.0.0");
	assert_int_equal(r->shadows[1].cases, payments_of(day_0 + 144, day_0 + 150));
	assert_int_equal(r->shadows[1].missing_scores, 0);
	assert_true(r->shadows[1].judged_on.to == day_0 + 151 - DELAY - 1);
	assert_true(r->shadows[1].judged_on.from > year->plan.calibration.to);
	assert_true(r->shadows[1].gain.difference.interval.low > 0);
	assert_int_equal(r->n_canaries, 1);
	assert_true(r->canaries[0].pass);
	assert_int_equal(r->canaries[0].n_steps, 2);
	assert_int_equal(r->canaries[0].steps[1].cases + r->canaries[0].steps[1].cases_other,
			 payments_of(day_0 + 154, day_0 + 156));
	for (size_t i = 0; i < r->n_alerts; i++)
		assert_false(rules[r->alerts[i].alert.rule].rolls_back);
	put_away(year);
}

/* The first day on which a rule that rolls back alerts about the model, all by itself. */
static int32_t first_serious_day(const struct year *year, int32_t from)
{
	const struct prepared *p = &year->prepared;
	struct matrix reference =
	    matrix_subset(&mem, &p->features, split_keep(&mem, &p->split, PART_CALIBRATION));
	double *scores = arena_new(&mem, double, p->features.n);
	double *of_reference = arena_new(&mem, double, reference.n);
	struct monitor_alerts alerts;

	model_score_rows(year->improved, &p->features, scores, NULL);
	model_score_rows(year->improved, &reference, of_reference, NULL);
	alerts = monitor_watch(&mem,
			       monitor_reference_new(&mem, &reference, of_reference,
						     model_facts(year->improved).threshold),
			       &p->ingest.events, &p->features, scores, rules, RULES, from,
			       year->operation.last);
	for (size_t i = 0; i < alerts.n; i++)
		if (rules[alerts.items[i].rule].rolls_back)
			return alerts.items[i].day;
	return NEVER;
}

/* The first day on which so many positives of days [from, …] have the age at which all are known.
 */
static int32_t day_of_positives(const struct year *year, int32_t from, size_t wanted)
{
	const struct events *events = &year->prepared.ingest.events;
	size_t n = 0;

	for (size_t i = (size_t)(from - day_0) * PAYMENTS; i < events->n; i++) {
		n += events->label[i] == LABEL_POSITIVE;
		if (n == wanted)
			return day_0 + (int32_t)(i / PAYMENTS) + DELAY + 1;
	}
	return NEVER;
}

static void a_shift_is_taken_back_and_learnt(void **state)
{
	const int32_t shift = day_0 + 180;
	struct year *year = played((struct world){shift, NEVER, NEVER});
	const struct operation *r = &year->result;
	const struct refit_result *refit = &r->refit;

	(void)state;
	check_stages(year);
	assert_true(r->rollback.happened);
	assert_int_equal(r->rollback.day, first_serious_day(year, day_0 + 157));
	assert_in_range(r->rollback.day - shift, 0, 7);
	assert_string_equal(r->rollback.from, "2.0.0");
	assert_string_equal(r->rollback.to, "1.0.0");
	assert_in_range(r->rollback.first_alert - shift, 0, r->rollback.day - shift);
	assert_int_equal(r->rollback.payments_affected,
			 payments_of(r->rollback.first_alert, r->rollback.day));
	assert_int_equal(entered(year, "1.0.0", "production", 1), r->rollback.day + 1);
	assert_int_equal(entered(year, "2.0.0", "shadow", 1), r->rollback.day + 1);

	assert_true(refit->happened);
	assert_int_equal(refit->day, day_of_positives(year, refit->rows.from,
						      year->operation.min_refit_positives));
	assert_int_equal(refit->rows.from, r->rollback.first_alert);
	assert_int_equal(refit->rows.to, refit->day - DELAY - 1);
	assert_true(refit->train_positives + refit->calibration_positives >= 120);
	assert_int_equal(refit->train_rows + refit->calibration_rows,
			 payments_of(refit->rows.from, refit->rows.to));
	assert_int_equal(refit->gate_rows.from, refit->rows.to + 1);
	assert_int_equal(refit->gate_rows.to, refit->gate_day - DELAY - 1);
	assert_int_equal(refit->gate_n, payments_of(refit->gate_rows.from, refit->gate_rows.to));
	assert_true(refit->gate_positives >= 60);
	if (!refit->pass)
		fail_msg("%s", refit->reason);
	assert_true(refit->gate_gain.difference.interval.low > 0);
	assert_true(refit->gate.performance.roc_auc.value >
		    refit->gate_former.performance.roc_auc.value);
	assert_true(entered(year, "2.1.0", "canary", 0) >= refit->gate_day);
	assert_int_equal(entered(year, "2.1.0", "production", 0), r->resolved);
	assert_int_equal(r->resolved, entered(year, "2.1.0", "canary", 0) + 6);
	assert_int_equal(entered(year, "2.0.0", "retired", 0), r->resolved + 7);
	assert_int_equal(entered(year, "1.0.0", "retired", 0), NEVER);
	put_away(year);
}

/* Groups that no two scores can keep alike: a version answers by a waiver alone, signed in time. */
static void groups_are_asked_before_a_version_answers(void **state)
{
	const struct group_waiver waivers[] = {
	    {"1.0.0", "W-1", day_0 + 137, day_0 + 400},
	    {"2.0.0", "W-2", day_0 + 158, day_0 + 400}, /* a day too late */
	    {"2.0.0", "W-3", day_0, day_0 + 156}};      /* past already */
	struct year *year = year_of((struct world){NEVER, NEVER, NEVER});
	const struct operation *r = &year->result;

	(void)state;
	year->plan.fairness.given = true;
	year->plan.min_disparate_impact = 1;
	year->operation.waivers = waivers;
	year->operation.n_waivers = 3;
	play(year);
	check_stages(year);
	assert_int_equal(entered(year, "1.0.0", "production", 0), day_0 + 137);
	assert_int_equal(entered(year, "2.0.0", "production", 0), NEVER);
	assert_int_equal(entered(year, "2.0.0", "shadow", 1), day_0 + 157);
	assert_int_equal(entered(year, "2.0.0", "canary", 1), NEVER);
	assert_false(r->canaries[0].pass);
	assert_non_null(strstr(r->canaries[0].reason, "no waiver was signed"));
	assert_int_equal(r->n_group_checks, 2);
	assert_string_equal(r->group_checks[0].waiver->id, "W-1");
	assert_string_equal(r->group_checks[0].attribute, "region");
	assert_true(r->group_checks[0].ratio > 0 && r->group_checks[0].ratio < 1);
	assert_null(r->group_checks[1].waiver);
	put_away(year);

	/* a limit that is kept asks for none; groups too small to compare do */
	for (int small = 0; small < 2; small++) {
		year = year_of((struct world){NEVER, NEVER, NEVER});
		year->plan.fairness.given = true;
		year->plan.min_disparate_impact = 0.1;
		year->plan.min_group_rows = small ? 1000000 : 20;
		play(year);
		assert_int_equal(entered(year, "2.0.0", "production", 0),
				 small ? NEVER : day_0 + 157);
		assert_int_equal(isnan(year->result.group_checks[0].ratio) != 0, small);
		put_away(year);
	}
}

static void the_same_year_twice_is_the_same_bytes(void **state)
{
	struct year *year = played((struct world){day_0 + 180, NEVER, NEVER});
	struct year again = *year;

	(void)state;
	play(&again);
	assert_int_equal(year->log.n, again.log.n);
	assert_memory_equal(out_text(&year->log), out_text(&again.log), year->log.n);
	assert_int_equal(year->result.n_stages, again.result.n_stages);
	for (size_t i = 0; i < again.result.n_stages; i++)
		assert_string_equal(year->result.stages[i].reason, again.result.stages[i].reason);
	operation_release(&again.result);
	out_release(&again.log);
	put_away(year);
}

/* A year that ends earlier is the beginning of the longer one: nothing looks ahead. */
static void nothing_looks_ahead(void **state)
{
	static const int32_t ends[] = {132, 148, 153, 156, 183, 184, 215};
	struct year *year = played((struct world){day_0 + 180, NEVER, NEVER});

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct year part = *year;
		size_t n = 0;

		part.operation.last = day_0 + ends[i];
		play(&part);
		check_stages(&part);
		for (; n < part.result.n_stages; n++) {
			assert_string_equal(part.result.stages[n].version,
					    year->result.stages[n].version);
			assert_string_equal(part.result.stages[n].stage,
					    year->result.stages[n].stage);
			assert_int_equal(part.result.stages[n].day, year->result.stages[n].day);
		}
		if (n < year->result.n_stages)
			assert_true(year->result.stages[n].day > part.operation.last);
		operation_release(&part.result);
		out_release(&part.log);
	}
	put_away(year);
}

/* What the refit learns from is noise; what comes after it is not. */
static void a_worse_refit_stays_in_shadow(void **state)
{
	const int32_t shift = day_0 + 180;
	struct year *year = played((struct world){shift, shift, shift + 24});
	const struct operation *r = &year->result;

	(void)state;
	check_stages(year);
	assert_true(r->rollback.happened);
	assert_true(r->refit.happened);
	assert_true(r->refit.rows.to <= shift + 24);
	assert_false(r->refit.pass);
	assert_true(r->refit.gate_day > r->refit.day + 21); /* judged again and again */
	assert_int_equal(entered(year, "2.1.0", "canary", 0), NEVER);
	assert_int_equal(r->resolved, NEVER);
	assert_int_equal(entered(year, "2.0.0", "retired", 0), NEVER);
	put_away(year);
}

/* The stream shifts while the version has a share of the accounts. */
static void an_alert_ends_a_canary(void **state)
{
	struct year *year = played((struct world){day_0 + 150, NEVER, NEVER});
	const struct operation *r = &year->result;
	int32_t back = entered(year, "2.0.0", "shadow", 1);
	const struct canary_step *step;

	(void)state;
	check_stages(year);
	assert_int_equal(r->n_canaries, 1);
	assert_false(r->canaries[0].pass);
	step = &r->canaries[0].steps[r->canaries[0].n_steps - 1];
	assert_true(step->alerts > 0);
	assert_false(step->go_on);
	assert_int_equal(step->last, first_serious_day(year, day_0 + 144));
	assert_int_equal(back, step->last + 1);
	assert_int_equal(entered(year, "2.0.0", "production", 0), NEVER);
	assert_false(r->rollback.happened);
	put_away(year);
}

/* -- versions without scores ------------------------------------------------------------------ */

/* Has no score where size is at least `limit`. */
static struct model *model_without(const struct plan *plan, double limit)
{
	const struct rule_clause clauses[] = {
	    {.feature = 0, .at_least = true, .limit = limit, .score = NAN},
	    {.feature = 0, .at_least = true, .limit = 0.5, .score = 0.6}};
	const struct matrix none = {.n_features = FEATURES,
				    .features = &(struct feature_list){features, FEATURES}};
	struct plan with = *plan;
	struct model *model;

	with.rule = clauses;
	with.n_rule = 2;
	model = model_train(MODEL_RULE, &with, &none, NULL, 0, &diags);
	assert_non_null(model);
	return model;
}

static void without_scores_shadow_ends_there(void **state)
{
	struct year *year = year_of((struct world){NEVER, NEVER, NEVER});

	(void)state;
	model_free(year->improved);
	year->improved = model_without(&year->plan, 2);
	play(year);
	check_stages(year);
	assert_int_equal(year->result.n_shadows, 2);
	assert_true(year->result.shadows[1].missing_scores > 0);
	assert_false(year->result.shadows[1].pass);
	assert_int_equal(year->result.n_canaries, 0);
	assert_int_equal(entered(year, "2.0.0", "canary", 0), NEVER);
	assert_int_equal(entered(year, "1.0.0", "production", 0), day_0 + 137);
	put_away(year);
}

/* The baseline goes nowhere; what comes after it is compared with the rule. */
static void without_a_baseline_the_rule_answers(void **state)
{
	struct year *year = year_of((struct world){NEVER, NEVER, NEVER});
	const struct operation *r = &year->result;

	(void)state;
	model_free(year->baseline);
	year->baseline = model_without(&year->plan, -100);
	play(year);
	check_stages(year);
	assert_int_equal(r->shadows[0].missing_scores, r->shadows[0].cases);
	assert_int_equal(entered(year, "1.0.0", "production", 0), NEVER);
	assert_int_equal(entered(year, "2.0.0", "production", 0), day_0 + 157);
	assert_int_equal(r->n_canaries, 1);
	assert_null(r->canaries[0].against);
	put_away(year);
}

/* -- the log ---------------------------------------------------------------------------------- */

static const char *const columns[] = {
    "time",        "version",     "role",        "score",  "decision", "threshold", "fraud",
    "score_1_0_0", "score_2_0_0", "score_2_1_0", "region", "size",     "trust"};
enum {
	C_TIME,
	C_VERSION,
	C_ROLE,
	C_SCORE,
	C_DECISION,
	C_THRESHOLD,
	C_LABEL,
	C_1_0_0,
	C_2_0_0,
	C_2_1_0,
	COLUMNS = sizeof columns / sizeof *columns
};

/* The cells of a line, which has no quotes; its end is cut off. */
static void cells_of(char *line, char *cells[COLUMNS])
{
	size_t n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *at = line; at; n++) {
		char *comma = strchr(at, ',');
		assert_true(n < COLUMNS);
		cells[n] = at;
		if (comma)
			*comma = '\0';
		at = comma ? comma + 1 : NULL;
	}
	assert_int_equal(n, COLUMNS);
}

static void check_row(const struct year *year, char *cells[COLUMNS], size_t by_version[4])
{
	static const char *const versions[] = {"1.0.0", "2.0.0", "2.1.0", "rule"};
	double score = strtod(cells[C_SCORE], NULL), threshold = strtod(cells[C_THRESHOLD], NULL);
	int32_t day;
	size_t v = 0;

	assert_true(date_parse(cells[C_TIME], 10, &day));
	assert_in_range(day, year->operation.first, year->operation.last);
	assert_string_equal(cells[C_DECISION], score >= threshold ? "1" : "0");
	assert_true((*cells[C_LABEL] == '\0') == (day > year->operation.last - DELAY));
	while (v < 4 && strcmp(cells[C_VERSION], versions[v]) != 0)
		v++;
	assert_true(v < 4);
	by_version[v]++;
	if (v < 3)
		assert_string_equal(cells[C_1_0_0 + v], cells[C_SCORE]);
	else
		assert_string_equal(cells[C_ROLE], "fallback");
	if (day >= entered(year, "2.0.0", "canary", 0) &&
	    day < entered(year, "2.0.0", "production", 0))
		assert_string_equal(cells[C_ROLE], v == 1 ? "canary" : "production");
}

static void the_log_says_who_answered(void **state)
{
	struct year *year = played((struct world){day_0 + 180, NEVER, NEVER});
	size_t rows = 0, logged = 0, by_version[4] = {0};
	char *text = arena_strndup(&mem, out_text(&year->log), year->log.n);
	char *line = text, *cells[COLUMNS] = {NULL};

	(void)state;
	for (size_t i = 0; i < year->result.n_months; i++) {
		const struct operation_month *month = &year->result.months[i];
		size_t payments = payments_of(month->first, month->last);
		assert_int_equal(month->payments, payments);
		assert_true(month->logged >= (payments < 200 ? payments : 200));
		assert_true(month->logged < payments / 2 || payments < 500);
		logged += month->logged;
	}
	for (; *line; rows++) {
		char *next = strchr(line, '\n') + 1;
		cells_of(line, cells);
		for (size_t c = 0; c < COLUMNS && !rows; c++)
			assert_string_equal(cells[c], columns[c]);
		if (rows)
			check_row(year, cells, by_version);
		line = next;
	}
	assert_int_equal(rows, logged + 1);
	for (size_t v = 0; v < 3; v++)
		assert_true(by_version[v] > 20);
	put_away(year);
}

/* -- the plan --------------------------------------------------------------------------------- */

static const char operation_text[] = "operation:\n"
				     "  from: 2025-02-03\n"
				     "  to: 2025-12-31\n"
				     "  baseline: {created: 2025-02-03, production: 2025-02-10}\n"
				     "  improved: {created: 2025-02-17, shadow: 2025-02-24}\n"
				     "  shadow_days: 14\n"
				     "  canary:\n"
				     "    - {percent: 5, days: 4}\n"
				     "    - {percent: 25, days: 5}\n"
				     "  max_missing_scores: 0.001\n"
				     "  min_shadow_gain: 0.01\n"
				     "  max_selected_factor: 1.5\n"
				     "  min_refit_positives: 300\n"
				     "  calibration_share: 0.3\n"
				     "  min_gate_positives: 150\n"
				     "  warm_days: 14\n"
				     "  min_log_rows: 400\n"
				     "  log_share: 0.1\n";

static bool read_text(const char *text, struct operation_plan *operation)
{
	return operation_plan_read(source_new(&mem, "plan.yaml", text, strlen(text)), operation,
				   &diags);
}

static void the_plan_is_read(void **state)
{
	struct operation_plan o;

	(void)state;
	assert_true(read_text(operation_text, &o));
	assert_int_equal(o.first, date_from_civil(2025, 2, 3));
	assert_int_equal(o.last, date_from_civil(2025, 12, 31));
	assert_int_equal(o.baseline_production, date_from_civil(2025, 2, 10));
	assert_int_equal(o.improved_shadow, date_from_civil(2025, 2, 24));
	assert_int_equal(o.n_canary, 2);
	assert_true(o.canary_percent[1] == 25);
	assert_int_equal(o.canary_days[0], 4);
	assert_true(o.min_shadow_gain == 0.01);
	assert_true(o.max_missing_scores == 0.001);
	assert_true(o.max_selected_factor == 1.5);
	assert_int_equal(o.min_refit_positives, 300);
	assert_true(o.calibration_share == 0.3);
	assert_int_equal(o.min_gate_positives, 150);
	assert_int_equal(o.warm_days, 14);
	assert_int_equal(o.min_log_rows, 400);
	assert_true(o.log_share == 0.1);
}

static void a_plan_out_of_order_is_said(void **state)
{
	static const struct {
		const char *from, *to, *says;
	} cases[] = {
	    {"production: 2025-02-10", "production: 2025-02-01", "production of baseline"},
	    {"shadow: 2025-02-24", "shadow: 2025-02-11", "shadow of improved"},
	    {"to: 2025-12-31", "to: 2025-02-20", "to"},
	    {"percent: 25", "percent: 2", "does not fall"},
	    {"operation:", "operated:", "operation"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *at = strstr(operation_text, cases[i].from);
		const char *text =
		    arena_printf(&mem, "%.*s%s%s", (int)(at - operation_text), operation_text,
				 cases[i].to, at + strlen(cases[i].from));
		struct operation_plan o;
		size_t before = diags.n;

		assert_false(read_text(text, &o));
		assert_int_equal(diags.n, before + 1);
		if (!strstr(finding_message(&diags.items[before], &mem), cases[i].says))
			fail_msg("%s", finding_message(&diags.items[before], &mem));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_quiet_year_rolls_nothing_back, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_shift_is_taken_back_and_learnt, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(groups_are_asked_before_a_version_answers, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(the_same_year_twice_is_the_same_bytes, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(nothing_looks_ahead, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_worse_refit_stays_in_shadow, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(an_alert_ends_a_canary, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(without_scores_shadow_ends_there, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(without_a_baseline_the_rule_answers, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_log_says_who_answered, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(the_plan_is_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(a_plan_out_of_order_is_said, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
