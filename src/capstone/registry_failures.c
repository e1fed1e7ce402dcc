/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_failures.c - failures put in, the study of the alerts, and the policy from it
 */
#include "capstone/registry.h"
#include <ctype.h>
#include <math.h>
#include <string.h>

/* -- failures --------------------------------------------------------------------------------- */

/* What a reader should know of each kind: the record's word, how it is mended, what was assumed. */
static const struct {
	const char *word, *recovery, *assumption;
} kinds[] = {
    [FAILURE_DATA_DRIFT] = {"data_drift",
			    "The feed's unit is mended upstream; payments since then are scored "
			    "again. Until then the version before answers.",
			    "That a number in a column keeps its unit and its scale."},
    [FAILURE_CLASS_BALANCE] =
	{"class_balance",
	 "The threshold is chosen again for the share that people can look at; "
	 "the calibrator is fitted again once labels are known.",
	 "That fraud stays as frequent as in the training months."},
    [FAILURE_CORRUPTED] = {"corrupted_inputs",
			   "The door refuses what is outside its range; what is inside is scored. "
			   "The feed is mended upstream.",
			   "That a value inside its range is a right one."},
    [FAILURE_DROPPED_FEATURE] =
	{"dropped_feature",
	 "Missing is a value that the models know: they go on. The vendor's "
	 "feed is brought back.",
	 "That the vendor's score comes with most payments."},
    [FAILURE_DELAYED_INPUTS] =
	{"delayed_inputs",
	 "The queue of earlier payments is worked off; features over the past "
	 "are right again with the next payment.",
	 "That what an account did an hour ago is known now."},
    [FAILURE_TRUNCATED_HISTORY] =
	{"truncated_sequences",
	 "The store of the accounts' past is filled again from the log of "
	 "predictions, as it is after a restart.",
	 "That the past of an account is kept as long as the features ask."},
    [FAILURE_REMOVED_FAMILY] =
	{"removed_modality",
	 "Payments go on with what is left; the fallback answers where the "
	 "monitor takes the version back. The device signals are brought back.",
	 "That a whole source of signals does not fail at once."},
};

static void write_alert(const struct registry *r, struct yaml_writer *w,
			const struct failure_effect *effect, const struct failure_facts *facts)
{
	yaml_map(w, "alert");
	if (effect->alerted) {
		const struct monitor_rule *rule = &r->rules[effect->alert.rule];
		yaml_count(w, "days_to_alert", (uint64_t)effect->days_to_alert);
		yaml_text(w, "figure", "%s", monitor_figure_name(rule->figure));
		if (*effect->alert.column)
			yaml_text(w, "column", "%s", effect->alert.column);
		yaml_number(w, "limit", rule->limit);
		yaml_fixed(w, "value", effect->alert.value, 4);
		yaml_truth(w, "rolled_back", effect->days_to_rollback != ALERT_NOT_RAISED);
	} else {
		yaml_number(w, "days_to_alert", NAN);
		yaml_text(
		    w, "reason",
		    "No figure that is watched passed a limit from %s to %s that it would have "
		    "kept without the failure.",
		    registry_date(r, facts->first), registry_date(r, facts->last));
	}
	yaml_end(w);
}

static void write_damage(struct yaml_writer *w, const struct failure_facts *facts)
{
	yaml_map(w, "damage");
	yaml_text(w, "what", "%s%s%s%s", facts->failure->title, facts->failure->what ? " (" : "",
		  facts->failure->what ? facts->failure->what : "",
		  facts->failure->what ? ")" : "");
	yaml_count(w, "rows", facts->damage.rows);
	yaml_count(w, "cells", facts->damage.cells);
	yaml_count(w, "rows_left_out", facts->damage.rows_left_out);
	yaml_count(w, "rows_quarantined", facts->refused);
	yaml_end(w);
}

static void write_recovery(const struct registry *r, struct yaml_writer *w,
			   const struct failure_effect *effect)
{
	const char *fallback =
	    effect->fallback && isfinite(effect->auc_fallback)
		? arena_printf(
		      r->mem,
		      " From the alert to the end %s would have ranked with a ROC AUC of %s, "
		      "this version with %s.",
		      effect->fallback, registry_number(r, effect->auc_fallback, 3),
		      registry_number(r, effect->auc_stay, 3))
		: "";

	yaml_map(w, "recovery");
	yaml_text(w, "how", "%s%s", kinds[effect->failure->kind].recovery, fallback);
	yaml_truth(w, "automatic", effect->days_to_rollback != ALERT_NOT_RAISED);
	if (effect->days_to_recover != ALERT_NOT_RAISED)
		yaml_count(w, "days", (uint64_t)effect->days_to_recover);
	yaml_end(w);
}

/* Noticed, caught at the door, or gentle. */
static bool is_passed(const struct failure_effect *effect, const struct failure_facts *facts)
{
	return effect->alerted || facts->door_caught || !effect->catastrophic;
}

static const char *verdict(const struct registry *r, const struct failure_effect *effect,
			   const struct failure_facts *facts)
{
	const char *noticed = "not noticed";

	if (effect->alerted)
		noticed = arena_printf(
		    r->mem, "noticed %s%s",
		    effect->days_to_alert
			? arena_printf(r->mem, "after %s", registry_days(r, effect->days_to_alert))
			: "on the first day",
		    effect->before_labels ? ", without a label" : "");
	else if (facts->door_caught)
		noticed = "refused at the door";
	return arena_printf(r->mem, "%s. %s, %s.", effect->why,
			    effect->catastrophic ? "Catastrophic" : "Graceful", noticed);
}

static void write_failure(const struct registry *r, struct yaml_writer *w,
			  const struct failure_study *study, const struct failure_effect *effect,
			  const struct failure_facts *facts)
{
	const struct failure_study_plan *plan = study->plan;
	const struct registry_version *version = registry_version(r, effect->version);
	const char *id = r->prepared->plan->id;
	int32_t date = registry_ripe(r, study == r->refit_failures ? facts->last + plan->days_after
								   : facts->last);

	registry_begin(r, w, "failure_injection", effect->version,
		       arena_printf(r->mem, "failure-%s", effect->failure->id), NULL);
	yaml_text(w, "title", "%s", effect->failure->title);
	yaml_day(w, "date", date > version->created ? date : version->created);
	yaml_text(w, "failure", "%s", kinds[effect->failure->kind].word);
	write_damage(w, facts);
	yaml_day(w, "start", facts->first);
	yaml_day(w, "end", facts->last);
	yaml_map(w, "evaluations");
	yaml_text(w, "before", "%s-%s-stress-none", id, effect->version);
	yaml_text(w, "during", "%s-%s-stress-%s", id, effect->version, effect->failure->id);
	yaml_end(w);
	write_alert(r, w, effect, facts);
	yaml_text(w, "degradation", "%s", effect->catastrophic ? "catastrophic" : "graceful");
	yaml_text(w, "degradation_rule",
		  "Catastrophic where over half of what ROC AUC was above chance is lost, or where "
		  "ECE passes %s.",
		  registry_number(r, plan->max_ece, 2));
	write_recovery(r, w, effect);
	yaml_text(w, "assumption", "%s", kinds[effect->failure->kind].assumption);
	yaml_text(w, "result", "%s", is_passed(effect, facts) ? "pass" : "fail");
	yaml_text(w, "reason", "%s", verdict(r, effect, facts));
	if (study == r->refit_failures)
		yaml_text(
		    w, "notes",
		    "Put in before the version answered, into payments that lie behind its "
		    "fit: watched from %s to %s, the last day whose labels were known in "
		    "time. Alerts that wait for labels could not come, and a recovery of more "
		    "than %s could not be seen.",
		    registry_date(r, plan->first),
		    registry_date(r, plan->first + plan->days + plan->days_after - 1),
		    registry_days(r, plan->days_after - plan->recovery_days));
	yaml_end(w);
}

/* `only` is the version that is told; NULL: all that were made. */
static void write_failures(const struct registry *r, struct yaml_writer *w,
			   const struct failure_study *study, const char *only)
{
	for (size_t i = 0; i < study->n_failures; i++)
		for (size_t k = 0; k < study->n_models; k++) {
			const struct failure_effect *effect =
			    &study->effects[i * study->n_models + k];
			if (registry_version(r, effect->version) &&
			    (!only || !strcmp(only, effect->version)))
				write_failure(r, w, study, effect, &study->facts[i]);
		}
}

void registry_failures(const struct registry *r, struct yaml_writer *w)
{
	write_failures(r, w, r->failures, NULL);
	if (r->refit_failures)
		write_failures(r, w, r->refit_failures, r->operation->refit.version);
}

/* -- the study of the alerts ------------------------------------------------------------------ */

static void write_days(struct yaml_writer *w, const char *key, int days)
{
	if (days == ALERT_NOT_RAISED)
		yaml_number(w, key, NAN);
	else
		yaml_count(w, key, (uint64_t)days);
}

static void write_limit(struct yaml_writer *w, const struct monitor_rule *rule, double limit)
{
	yaml_text(w, "rule", "%s", rule->id);
	yaml_text(w, "figure", "%s", monitor_figure_name(rule->figure));
	yaml_number(w, "limit", limit);
	yaml_count(w, "window_days", (uint64_t)rule->days);
	yaml_count(w, "in_a_row", (uint64_t)rule->in_a_row);
}

/* Failures whose null is no silence, for an alert stood in their days, and would have without them.
 */
static void write_raised_anyway(const struct registry *r, struct yaml_writer *w,
				const struct limit_effect *effect)
{
	const struct alert_study *study = r->alerts;
	const char **names = arena_new(r->mem, const char *, study->n_failures + 1);
	size_t n = 0;

	for (size_t f = 0; f < study->n_failures; f++)
		if (effect->raised_anyway[f])
			names[n++] = study->failures[f].id;
	if (effect->raised_before_shift)
		names[n++] = "sudden-shift";
	if (n)
		yaml_texts(w, "raised_anyway", names, n);
}

static void write_candidates(const struct registry *r, struct yaml_writer *w)
{
	const struct alert_study *study = r->alerts;

	yaml_list(w, "candidates");
	for (size_t i = 0; i < study->n_rules; i++)
		for (size_t k = 0; k < study->rules[i].n_limits; k++) {
			const struct limit_effect *effect = &study->rules[i].limits[k];
			yaml_item(w);
			write_limit(w, study->rules[i].rule, effect->limit);
			yaml_fixed(w, "false_alarms_per_year", effect->false_alarms, 2);
			if (study->rules[i].rule->rolls_back)
				yaml_fixed(w, "false_rollbacks_per_year", effect->false_rollbacks,
					   2);
			yaml_map(w, "days_to_alert");
			for (size_t f = 0; f < study->n_failures; f++)
				write_days(w, study->failures[f].id, effect->days_to_alert[f]);
			write_days(w, "sudden-shift", effect->days_to_shift);
			yaml_end(w);
			write_raised_anyway(r, w, effect);
			yaml_end(w);
		}
	yaml_end(w);
}

/* The candidate that is taken; NULL where none is quiet enough. */
static const struct limit_effect *chosen(const struct rule_study *study)
{
	return study->chosen < study->n_limits ? &study->limits[study->chosen] : NULL;
}

/* How often it calls where nothing is broken. */
static const char *false_ones(const struct registry *r, const struct monitor_rule *rule,
			      const struct limit_effect *effect)
{
	const struct alert_study_plan *plan = r->alerts->plan;

	if (!rule->rolls_back)
		return arena_printf(r->mem, "%s false alarms a year, at most %s",
				    registry_number(r, effect->false_alarms, 2),
				    registry_number(r, plan->max_false_alarms, 0));
	return arena_printf(r->mem,
			    "%s false rollbacks a year without drift and %s with slow drift and a "
			    "base rate that moves, at most %s",
			    registry_number(r, effect->false_alarms, 2),
			    registry_number(r, effect->false_rollbacks, 2),
			    registry_number(r, plan->max_false_rollbacks, 0));
}

static const char *why_chosen(const struct registry *r, const struct rule_study *study)
{
	const struct limit_effect *effect = chosen(study);
	size_t seen = 0;

	for (size_t f = 0; f < r->alerts->n_failures; f++)
		seen += effect->days_to_alert[f] != ALERT_NOT_RAISED;
	return arena_printf(
	    r->mem, "%s; notices %zu of %zu failures, and the sudden shift %s.%s",
	    false_ones(r, study->rule, effect), seen, r->alerts->n_failures,
	    effect->days_to_shift == ALERT_NOT_RAISED
		? "never"
		: arena_printf(r->mem, "after %s", registry_days(r, effect->days_to_shift)),
	    study->as_planned ? "" : " The plan's file has another limit.");
}

static void write_chosen(const struct registry *r, struct yaml_writer *w)
{
	yaml_list(w, "chosen");
	for (size_t i = 0; i < r->alerts->n_rules; i++) {
		const struct rule_study *study = &r->alerts->rules[i];
		if (!chosen(study))
			continue;
		yaml_item(w);
		write_limit(w, study->rule, chosen(study)->limit);
		yaml_text(w, "reason", "%s", why_chosen(r, study));
		yaml_end(w);
	}
	yaml_end(w);
}

static bool as_planned(const struct alert_study *study)
{
	for (size_t i = 0; i < study->n_rules; i++)
		if (!study->rules[i].as_planned)
			return false;
	return true;
}

/* No event in so many years bounds its rate: exp(-rate x years) = 5 % (Poisson). */
static const char *what_none_leaves(const struct registry *r)
{
	const struct alert_study *study = r->alerts;
	double years = (double)study->plan->n_drifting * study->quiet_days / 365;

	if (!study->plan->n_drifting)
		return "";
	return arena_printf(r->mem,
			    " No false rollback in %s years of drift is no promise of none: up to "
			    "%s a year would not be seen in 5 of 100 such studies.",
			    registry_number(r, years, 0),
			    registry_number(r, -log(0.05) / years, 2));
}

void registry_alerts(const struct registry *r, struct yaml_writer *w)
{
	const struct alert_study *study = r->alerts;
	const char **failures = arena_new(r->mem, const char *, study->n_failures);

	registry_begin(r, w, "alert_study", NULL, "alerts", "Limits of the alerts");
	yaml_day(w, "date", r->operation_plan->last);
	yaml_day(w, "start", r->operation_plan->last - study->quiet_days + 1);
	yaml_day(w, "end", r->operation_plan->last);
	yaml_count(w, "days_watched", (uint64_t)study->quiet_days * study->plan->n_seeds);
	if (study->plan->n_drifting)
		yaml_count(w, "days_drifting",
			   (uint64_t)study->quiet_days * study->plan->n_drifting);
	for (size_t i = 0; i < study->n_failures; i++)
		failures[i] = arena_printf(r->mem, "%s-%s-failure-%s", r->prepared->plan->id,
					   study->version, study->failures[i].id);
	yaml_texts(w, "failures", failures, study->n_failures);
	write_candidates(r, w);
	write_chosen(r, w);
	yaml_text(
	    w, "criterion",
	    "Of the candidates with at most %s false alarms a year the most sensitive one; of a "
	    "rule that rolls back at most %s a year, without drift and with it.",
	    registry_number(r, study->plan->max_false_alarms, 0),
	    registry_number(r, study->plan->max_false_rollbacks, 0));
	yaml_text(
	    w, "notes",
	    "Simulated: %zu streams of other seeds without drift or shift, of which %d days "
	    "each are watched with the model %s; for rules that roll back %zu more streams "
	    "with slow drift and a base rate that moves, and no shift; each failure alone in "
	    "the stream of the records, from %s on for %d days.%s A failure under raised_anyway: "
	    "the alert stood in its days, if only of another feature, but would have without it. "
	    "The year of operation was played with the limits of the plan, which %s.",
	    study->plan->n_seeds, study->quiet_days, study->version, study->plan->n_drifting,
	    registry_date(r, study->plan->failure_first), study->plan->failure_days,
	    what_none_leaves(r), as_planned(study) ? "are these" : "differ from these");
	yaml_end(w);
}

/* -- the policy ------------------------------------------------------------------------------- */

/* A threshold's name: small letters, digits and _. */
static const char *threshold_name(const struct registry *r, const char *id)
{
	char *name = arena_strdup(r->mem, id);

	for (char *p = name; *p; p++)
		*p = isalnum((unsigned char)*p) ? (char)tolower((unsigned char)*p) : '_';
	return name;
}

static void write_threshold(struct yaml_writer *w, const char *name, double value,
			    const char *source)
{
	yaml_map(w, name);
	yaml_number(w, "value", value);
	yaml_text(w, "source", "%s", source);
	yaml_end(w);
}

static void write_alert_limits(const struct registry *r, struct yaml_writer *w)
{
	for (size_t i = 0; i < r->n_rules; i++) {
		const struct monitor_rule *rule = &r->rules[i];
		const struct rule_study *study = NULL;
		for (size_t k = 0; k < r->alerts->n_rules; k++)
			if (!strcmp(r->alerts->rules[k].rule->id, rule->id))
				study = &r->alerts->rules[k];
		write_threshold(
		    w, threshold_name(r, rule->id), rule->limit,
		    arena_printf(
			r->mem, "%s over %s, %s in a row, %s which %s. %s",
			monitor_figure_name(rule->figure), registry_days(r, rule->days),
			registry_days(r, rule->in_a_row),
			rule->figure == MONITOR_ROC_AUC ? "under" : "over",
			rule->rolls_back ? "the version is taken back by itself"
					 : "somebody is called",
			study && chosen(study)
			    ? arena_printf(r->mem, "Chosen by the record %s-alerts: %s",
					   r->prepared->plan->id, why_chosen(r, study))
			    : "No candidate is quiet enough; the value is that of the plan."));
	}
}

void registry_policy(const struct registry *r, struct yaml_writer *w)
{
	const struct plan *plan = r->prepared->plan;
	const struct rollback_rules *rollback = &r->serving->rollback;

	write_alert_limits(r, w);
	write_threshold(w, "max_false_alarms", r->alerts->plan->max_false_alarms,
			"False alarms that one alert may raise in a year without drift, a count; "
			"decided before the study of the alerts.");
	write_threshold(w, "selection_share", plan->selection_share,
			"Share of the payments that people can look at; the thresholds of the "
			"versions are chosen for it on the calibration rows.");
	write_threshold(w, "min_disparate_impact", plan->min_disparate_impact,
			"Smallest over largest selection rate of the groups, written into the plan "
			"before training (the 80 % rule). Under it a version answers by a waiver "
			"alone that was signed by the day on which it would.");
	write_threshold(w, "max_failure_ece", r->failures->plan->max_ece,
			"Expected calibration error over which an injected failure is called "
			"catastrophic, however well the version ranks.");
	write_threshold(w, "rollback_error_rate", rollback->error_rate_over,
			"Share of the last requests without a score over which a version is taken "
			"back by itself (src/capstone/systems, serving.rollback).");
	write_threshold(w, "score_time_limit_ms", r->serving->time_limit_ms,
			"Milliseconds after which the rule answers instead of the model.");
	write_threshold(
	    w, "min_shadow_gain", r->operation_plan->min_shadow_gain,
	    "ROC AUC over the version that answers, on ripe labels, from which a version "
	    "leaves the shadow.");
}
