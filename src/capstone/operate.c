/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/operate.c - a year of operation, day by day, decided by written criteria alone */
#include "capstone/operate.h"
#include "base/date.h"
#include "base/hash.h"
#include "capstone/operate_internal.h"
#include "capstone/scorer.h"
#include "measure/outcomes.h"
#include <math.h>
#include <string.h>
#include <sys/uio.h>

/* Before the first day, for windows of late labels and for what 1.0.0 and 2.0.0 are judged on. */
enum { LEAD_DAYS = 100, EPISODE_DAYS = 14 };

static const char *const stage_names[] = {[STAGE_DEVELOPMENT] = "development",
					  [STAGE_SHADOW] = "shadow",
					  [STAGE_CANARY] = "canary",
					  [STAGE_PRODUCTION] = "production",
					  [STAGE_RETIRED] = "retired"};

/* -- what the parts ask for ------------------------------------------------------------------- */

void play_rows(const struct play *play, int32_t first, int32_t last, size_t *from, size_t *to)
{
	const struct events *events = &play->stretch.events;

	*from = events_from(events, date_moment(first));
	*to = last < first ? *from : events_from(events, date_moment(last + 1));
}

int32_t play_ripe_day(const struct play *play, int32_t day)
{
	return day - 1 - (int32_t)(play->prepared->plan->label_delay / SECONDS_A_DAY);
}

double play_place(const struct play *play, size_t row, const char *purpose)
{
	const struct events *events = &play->stretch.events;
	const char *account = events->entities[events->entity[row]];
	const struct iovec pieces[] = {{(void *)purpose, strlen(purpose)},
				       {(void *)account, strlen(account)}};

	return hash_share(pieces, 2);
}

const char *play_name(const struct play *play, unsigned version)
{
	return version == NO_VERSION ? "the rule" : play->versions[version].name;
}

double play_score(const struct play *play, unsigned version, size_t row)
{
	return version == NO_VERSION ? play->rule_scores[row] : play->versions[version].scores[row];
}

double play_threshold(const struct play *play, unsigned version)
{
	return version == NO_VERSION ? play->rule_threshold : play->versions[version].threshold;
}

void play_score_version(struct play *play, unsigned version, const struct model *model,
			const struct matrix *reference_rows, int32_t first)
{
	struct version *v = &play->versions[version];
	struct monitor_reference *reference;
	double *scores = arena_new(play->mem, double, reference_rows->n);
	double *watched = arena_new(play->mem, double, play->stretch.events.n);

	v->model = model;
	v->threshold = model_facts(model).threshold;
	v->scores = stretch_scores(play->mem, &play->stretch, model);
	model_score_rows(model, reference_rows, scores, NULL);
	reference = monitor_reference_new(play->mem, reference_rows, scores, v->threshold);
	/* the monitor sees what the version has scored since it came, not what it was fitted on */
	for (size_t i = 0; i < play->stretch.events.n; i++)
		watched[i] = date_of_moment(play->stretch.events.time[i]) < first ? (double)NAN
										  : v->scores[i];
	v->alerts = monitor_watch(play->mem, reference, &play->stretch.events, &play->stretch.rows,
				  watched, play->rules, play->n_rules, first, play->plan->last);
}

void play_enter(struct play *play, unsigned version, enum stage stage, int32_t day, const char *by,
		const char *reason)
{
	struct version *v = &play->versions[version];

	v->stage = stage;
	v->since = day;
	*ARENA_PUSH(play->mem, &play->stages) = (struct stage_event){.version = v->name,
								     .stage = stage_names[stage],
								     .day = day,
								     .by = by,
								     .reason = reason};
}

static unsigned in_stage(const struct play *play, enum stage stage)
{
	for (unsigned v = 0; v < VERSIONS; v++)
		if (play->versions[v].stage == stage)
			return v;
	return NO_VERSION;
}

/* -- versions that come and go ---------------------------------------------------------------- */

/* A version's labels to be judged on: behind everything that it was fitted or measured on before.
 */
static struct period judged_on(const struct play *play, unsigned version, int32_t day)
{
	int32_t from = version == REFIT ? play->result->refit.rows.to + 1
					: play->prepared->plan->temporal.to + 1;

	return (struct period){from, play_ripe_day(play, day)};
}

/* The end of a shadow run in the morning of `day`: whether it passed. */
static bool end_shadow(struct play *play, unsigned version, int32_t day)
{
	unsigned against = in_stage(play, STAGE_PRODUCTION);
	struct shadow_result *result = ARENA_PUSH(play->mem, &play->shadows);

	*result = play_shadow(play, version, against, play->versions[version].since, day - 1,
			      judged_on(play, version, day));
	return result->pass;
}

static const char *last_shadow_reason(const struct play *play)
{
	return play->shadows.items[play->shadows.n - 1].reason;
}

/* The criterion of groups, where the plan has one: true where the version may answer, with what
 * lets it after `so_far`. */
static bool groups_allow(struct play *play, unsigned version, int32_t day, const char *so_far,
			 const char **reason)
{
	const struct group_check *check;

	*reason = so_far;
	if (!play->prepared->plan->fairness.given)
		return true;
	check = play_groups(play, version, day);
	*reason = arena_printf(play->mem, "%s %s", so_far, check->reason);
	return check->pass;
}

static void create_baseline(struct play *play, int32_t day)
{
	const struct operation_plan *plan = play->plan;
	const char *reason;

	if (day == plan->baseline_created) {
		play_enter(play, BASELINE, STAGE_DEVELOPMENT, day, "model owner",
			   "All labels of its temporal part are known.");
		play_enter(play, BASELINE, STAGE_SHADOW, day, "model owner",
			   "Scores beside the rule, which answers.");
	}
	if (day == plan->baseline_production && play->versions[BASELINE].stage == STAGE_SHADOW &&
	    end_shadow(play, BASELINE, day) &&
	    groups_allow(play, BASELINE, day, last_shadow_reason(play), &reason))
		play_enter(play, BASELINE, STAGE_PRODUCTION, day, "model owner", reason);
}

static void create_improved(struct play *play, int32_t day)
{
	if (day == play->plan->improved_created)
		play_enter(play, IMPROVED, STAGE_DEVELOPMENT, day, "model owner",
			   "Boosted trees, calibrated, on the split of 1.0.0.");
	if (day == play->plan->improved_shadow)
		play_enter(play, IMPROVED, STAGE_SHADOW, day, "model owner",
			   arena_printf(play->mem, "Scores beside %s, which answers.",
					play_name(play, in_stage(play, STAGE_PRODUCTION))));
}

static void create_refit(struct play *play, int32_t day)
{
	const struct refit_result *refit = &play->result->refit;

	if (!play->result->rollback.happened || play->versions[REFIT].model ||
	    !play_refit(play, day))
		return;
	play_enter(play, REFIT, STAGE_DEVELOPMENT, day, "model owner",
		   arena_printf(play->mem,
				"Fitted again on %zu payments with known labels since the first "
				"alert, %zu of them fraud.",
				refit->train_rows, refit->train_positives));
	play_enter(play, REFIT, STAGE_SHADOW, day, "model owner",
		   arena_printf(play->mem, "Scores beside %s, which answers.",
				play_name(play, in_stage(play, STAGE_PRODUCTION))));
}

/* -- canary ----------------------------------------------------------------------------------- */

static void begin_canary(struct play *play, unsigned version, int32_t day, const char *reason)
{
	unsigned production = in_stage(play, STAGE_PRODUCTION);
	struct canary_result *canary = ARENA_PUSH(play->mem, &play->canaries);

	canary->version = play->versions[version].name;
	canary->against = production == NO_VERSION ? NULL : play->versions[production].name;
	play->canary_step = 0;
	play->step_since = day;
	play_enter(play, version, STAGE_CANARY, day, "model owner", reason);
}

static void promote(struct play *play, unsigned version, int32_t day)
{
	unsigned former = in_stage(play, STAGE_PRODUCTION);
	struct canary_result *canary = &play->canaries.items[play->canaries.n - 1];

	canary->pass = groups_allow(
	    play, version, day,
	    arena_printf(play->mem, "All %zu steps held; no rule that rolls back alerted.",
			 canary->n_steps),
	    &canary->reason);
	if (!canary->pass) {
		play_enter(play, version, STAGE_SHADOW, day, "monitor", canary->reason);
		return;
	}
	if (former != NO_VERSION)
		play_enter(play, former, STAGE_SHADOW, day, "model owner",
			   arena_printf(play->mem, "Kept warm behind %s.", canary->version));
	play_enter(play, version, STAGE_PRODUCTION, day, "model owner", canary->reason);
	if (version == REFIT)
		play->result->resolved = day;
}

/* What the step came to until the morning of `day`. */
static const struct canary_step *measure_step(struct play *play, unsigned version, int32_t day)
{
	struct canary_result *canary = &play->canaries.items[play->canaries.n - 1];
	struct canary_step *step = &canary->steps[canary->n_steps++];

	*step = play_canary_step(play, version, in_stage(play, STAGE_PRODUCTION),
				 play->plan->canary_percent[play->canary_step], play->step_since,
				 day - 1);
	return step;
}

static void end_step(struct play *play, unsigned version, int32_t day)
{
	const struct operation_plan *plan = play->plan;
	struct canary_result *canary = &play->canaries.items[play->canaries.n - 1];
	const struct canary_step *step = measure_step(play, version, day);

	play->step_since = day;
	play->canary_step++;
	if (!step->go_on) {
		canary->reason = arena_printf(play->mem, "Step of %g %% did not hold: %s.",
					      step->percent, step->watched);
		play_enter(play, version, STAGE_SHADOW, day, "monitor", canary->reason);
	} else if (play->canary_step == plan->n_canary) {
		promote(play, version, day);
	}
}

/* -- a day ------------------------------------------------------------------------------------ */

/* Versions that wait in shadow for their turn. The refit needs its gate too. */
static void move_on(struct play *play, int32_t day)
{
	const struct operation_plan *plan = play->plan;
	unsigned canary = in_stage(play, STAGE_CANARY);
	const struct version *improved = &play->versions[IMPROVED], *refit = &play->versions[REFIT];

	if (canary != NO_VERSION) {
		if (day - play->step_since >= plan->canary_days[play->canary_step] ||
		    play_serious_alerts(play, canary, play->step_since, day - 1))
			end_step(play, canary, day);
		return;
	}
	if (improved->stage == STAGE_SHADOW && !play->canaries.n &&
	    day - improved->since == plan->shadow_days && end_shadow(play, IMPROVED, day))
		begin_canary(play, IMPROVED, day, last_shadow_reason(play));
	if (refit->stage == STAGE_SHADOW && !play->result->refit.pass &&
	    day - refit->since >= plan->shadow_days &&
	    play_gate(play, day, in_stage(play, STAGE_PRODUCTION)) && play->result->refit.pass &&
	    end_shadow(play, REFIT, day))
		begin_canary(play, REFIT, day, play->result->refit.reason);
}

/* What was taken back is retired once its successor has answered long enough. */
static void retire(struct play *play, int32_t day)
{
	const struct version *refit = &play->versions[REFIT];

	if (refit->stage == STAGE_PRODUCTION && day - refit->since == play->plan->warm_days &&
	    play->versions[IMPROVED].stage == STAGE_SHADOW)
		play_enter(play, IMPROVED, STAGE_RETIRED, day, "model owner",
			   arena_printf(play->mem, "%s has answered for %d days.", refit->name,
					play->plan->warm_days));
}

/* As in serving. */
static double canary_place(const struct play *play, unsigned canary, size_t row)
{
	const struct events *events = &play->stretch.events;

	return scorer_place(play->versions[canary].name, events->entities[events->entity[row]]);
}

static void answer(struct play *play, int32_t day)
{
	unsigned production = in_stage(play, STAGE_PRODUCTION);
	unsigned canary = in_stage(play, STAGE_CANARY);
	double share = canary == NO_VERSION ? 0 : play->plan->canary_percent[play->canary_step];
	size_t from, to;

	play_rows(play, day, day, &from, &to);
	for (size_t i = from; i < to; i++) {
		unsigned version = production;

		if (canary != NO_VERSION && 100 * canary_place(play, canary, i) < share)
			version = canary;
		play->on_canary[i] = version != production;
		if (version != NO_VERSION && isnan(play_score(play, version, i)))
			version = NO_VERSION;
		play->answered_by[i] = (unsigned char)version;
		play->result->fallbacks += version == NO_VERSION;
	}
}

/* Where the episode began: the first alert of the version not long before. */
static int32_t first_alert_of(const struct play *play, unsigned version, int32_t day)
{
	const struct monitor_alerts *alerts = &play->versions[version].alerts;

	for (size_t i = 0; i < alerts->n; i++)
		if (alerts->items[i].day > day - EPISODE_DAYS)
			return alerts->items[i].day < day ? alerts->items[i].day : day;
	return day;
}

/* From the next day on the other one answers. Of several times the first is told. */
static void roll_back(struct play *play, unsigned version, unsigned to,
		      const struct monitor_alert *alert)
{
	const struct monitor_rule *rule = &play->rules[alert->rule];
	struct rollback_result *r = &play->result->rollback;
	const char *reason = arena_printf(
	    play->mem, "Rule %s: %s %.3g, limit %.3g, on %d days in a row.", rule->id,
	    monitor_figure_name(rule->figure), alert->value, rule->limit, rule->in_a_row);
	size_t from, end;

	play_enter(play, version, STAGE_SHADOW, alert->day + 1, "monitor", reason);
	play_enter(play, to, STAGE_PRODUCTION, alert->day + 1, "monitor", reason);
	if (r->happened)
		return;
	*r = (struct rollback_result){.happened = true,
				      .day = alert->day,
				      .from = play->versions[version].name,
				      .to = play->versions[to].name,
				      .rule = alert->rule,
				      .column = alert->column,
				      .value = alert->value,
				      .first_alert = first_alert_of(play, version, alert->day)};
	play_rows(play, r->first_alert, alert->day, &from, &end);
	for (size_t i = from; i < end; i++)
		r->payments_affected += play->answered_by[i] == version;
}

/* The evening: what the monitor raised, and a version taken back where a rule says so. */
static void watch(struct play *play, int32_t day)
{
	for (unsigned v = 0; v < VERSIONS; v++) {
		struct version *version = &play->versions[v];

		if (version->stage < STAGE_SHADOW || version->stage > STAGE_PRODUCTION)
			continue;
		for (size_t i = 0; i < version->alerts.n; i++) {
			const struct monitor_alert *alert = &version->alerts.items[i];
			unsigned warm = v == BASELINE ? NO_VERSION : BASELINE;
			bool back = play->rules[alert->rule].rolls_back && warm != NO_VERSION &&
				    day < play->plan->last && version->stage == STAGE_PRODUCTION &&
				    play->versions[warm].stage == STAGE_SHADOW;

			if (alert->day != day)
				continue;
			*ARENA_PUSH(play->mem, &play->alerts) = (struct operation_alert){
			    .version = version->name, .alert = *alert, .rolled_back = back};
			if (back)
				roll_back(play, v, warm, alert);
		}
	}
}

static void play_day(struct play *play, int32_t day)
{
	create_baseline(play, day);
	create_improved(play, day);
	create_refit(play, day);
	move_on(play, day);
	retire(play, day);
	answer(play, day);
	watch(play, day);
}

/* -- the year --------------------------------------------------------------------------------- */

static void prepare(struct play *play, const struct model *baseline, const struct model *improved,
		    const struct model *rule)
{
	const struct operation_plan *plan = play->plan;
	const struct prepared *prepared = play->prepared;
	bool *keep = split_keep(play->mem, &prepared->split, PART_CALIBRATION);
	struct matrix reference = matrix_subset(play->mem, &prepared->features, keep);

	play->stretch = stretch_clean(play->mem, prepared, plan->first - LEAD_DAYS, plan->last);
	play->answered_by = arena_new(play->mem, unsigned char, play->stretch.events.n);
	play->on_canary = arena_new(play->mem, bool, play->stretch.events.n);
	memset(play->answered_by, NO_VERSION, play->stretch.events.n);
	play->rule_scores = stretch_scores(play->mem, &play->stretch, rule);
	play->rule_threshold = model_facts(rule).threshold;
	play->versions[BASELINE].name = "1.0.0";
	play->versions[IMPROVED].name = "2.0.0";
	play->versions[REFIT].name = "2.1.0";
	play_score_version(play, BASELINE, baseline, &reference, plan->baseline_created);
	play_score_version(play, IMPROVED, improved, &reference, plan->improved_created);
}

static bool was_judged(const struct play *play, const char *version)
{
	for (size_t i = 0; i < play->shadows.n; i++)
		if (play->shadows.items[i].version == version)
			return true;
	return false;
}

/* What is still running on the last day. */
static void finish(struct play *play)
{
	unsigned canary = in_stage(play, STAGE_CANARY);
	int32_t day = play->plan->last + 1;

	if (canary != NO_VERSION) {
		measure_step(play, canary, day);
		play->canaries.items[play->canaries.n - 1].reason = "Not over when the year ended.";
	}
	for (unsigned v = 0; v < VERSIONS; v++) {
		struct shadow_result *shadow;

		if (play->versions[v].stage != STAGE_SHADOW ||
		    was_judged(play, play->versions[v].name))
			continue;
		end_shadow(play, v, day);
		shadow = &play->shadows.items[play->shadows.n - 1];
		shadow->pass = false;
		shadow->reason = arena_printf(play->mem, "Not over when the year ended: %s%s%s",
					      shadow->reason, v == REFIT ? " " : "",
					      v == REFIT ? play->result->refit.reason : "");
	}
}

static void hand_over(struct play *play)
{
	struct operation *result = play->result;

	result->stages = play->stages.items;
	result->n_stages = play->stages.n;
	result->shadows = play->shadows.items;
	result->n_shadows = play->shadows.n;
	result->canaries = play->canaries.items;
	result->n_canaries = play->canaries.n;
	result->alerts = play->alerts.items;
	result->n_alerts = play->alerts.n;
	result->group_checks = play->group_checks.items;
	result->n_group_checks = play->group_checks.n;
}

bool operate(struct arena *mem, const struct prepared *prepared,
	     const struct operation_plan *operation, const struct model *baseline,
	     const struct model *improved, const struct model *rule,
	     const struct monitor_rule *rules, size_t n_rules, struct operation *result,
	     struct out *log, struct diag_sink *diags)
{
	struct play play = {.mem = mem,
			    .prepared = prepared,
			    .plan = operation,
			    .rules = rules,
			    .n_rules = n_rules,
			    .result = result,
			    .diags = diags};
	size_t before = diags->n;

	*result = (struct operation){.resolved = INT32_MAX};
	prepare(&play, baseline, improved, rule);
	for (int32_t day = operation->first; day <= operation->last && diags->n == before; day++)
		play_day(&play, day);
	finish(&play);
	hand_over(&play);
	play_log(&play, log);
	return diags->n == before;
}

void operation_release(struct operation *result)
{
	if (result->refit.model)
		model_free(result->refit.model);
	result->refit.model = NULL;
}
