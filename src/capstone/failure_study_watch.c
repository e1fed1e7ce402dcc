/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/failure_study_watch.c - whether and when the monitor tells of a failure */
#include "capstone/failure_study_internal.h"

static bool over_features(const struct monitor_rule *rule)
{
	return rule->figure == MONITOR_FEATURE_PSI || rule->figure == MONITOR_MISSING;
}

static struct monitor_series series_of(struct arena *mem, const struct study *st,
				       const struct monitor_reference *reference,
				       const struct stretch *s, const double *scores,
				       const struct monitor_rule *rule)
{
	return monitor_series(mem, reference, &s->events, &s->rows, scores, rule, st->plan->first,
			      st->last);
}

struct watched watch_features(struct arena *mem, const struct study *st,
			      const struct stretch *damaged)
{
	struct watched watched = {arena_new(mem, struct monitor_series, st->n_rules)};

	for (size_t r = 0; r < st->n_rules; r++)
		if (over_features(&st->rules[r]))
			watched.of_rule[r] =
			    series_of(mem, st, st->references[0], damaged, NULL, &st->rules[r]);
	return watched;
}

static struct watched watch_all(struct arena *mem, const struct study *st,
				const struct watched *features, size_t m, const struct stretch *s)
{
	struct watched watched = {arena_new(mem, struct monitor_series, st->n_rules)};
	const double *scores = stretch_scores_at_door(mem, s, st->models[m].model);

	for (size_t r = 0; r < st->n_rules; r++)
		watched.of_rule[r] =
		    over_features(&st->rules[r])
			? features->of_rule[r]
			: series_of(mem, st, st->references[m], s, scores, &st->rules[r]);
	return watched;
}

static struct monitor_reference *reference_for(struct arena *mem, const struct study *st,
					       const struct model *model)
{
	double *scores;

	if (!st->reference)
		return reference_of(mem, st->prepared, model);
	scores = arena_new(mem, double, st->reference->n);
	model_score_rows(model, st->reference, scores, NULL);
	return monitor_reference_new(mem, st->reference, scores, model_facts(model).threshold);
}

void watch_clean(struct arena *mem, struct study *st)
{
	struct watched features;

	st->references = arena_new(mem, struct monitor_reference *, st->n_models);
	st->clean_watched = arena_new(mem, struct watched, st->n_models);
	for (size_t m = 0; m < st->n_models; m++)
		st->references[m] = reference_for(mem, st, st->models[m].model);
	features = watch_features(mem, st, &st->clean);
	for (size_t m = 0; m < st->n_models; m++)
		st->clean_watched[m] = watch_all(mem, st, &features, m, &st->clean);
}

static void take_soonest(int *days, int other)
{
	if (other != ALERT_NOT_RAISED && (*days == ALERT_NOT_RAISED || other < *days))
		*days = other;
}

void watch_model(struct arena *mem, const struct study *st, const struct watched *features,
		 size_t model, const struct stretch *damaged, struct failure_effect *effect)
{
	struct watched watched = watch_all(mem, st, features, model, damaged);

	effect->days_to_alert = effect->days_to_performance_alert = effect->days_to_rollback =
	    ALERT_NOT_RAISED;
	for (size_t r = 0; r < st->n_rules; r++) {
		const struct monitor_rule *rule = &st->rules[r];
		bool labelled = monitor_figure_needs_labels(rule->figure);
		struct monitor_alert alert;
		int days = first_alert(rule, r, rule->limit, &watched.of_rule[r],
				       &st->clean_watched[model].of_rule[r], &alert);

		if (days == ALERT_NOT_RAISED)
			continue;
		if (!effect->alerted || days < effect->days_to_alert) {
			effect->alerted = true;
			effect->alert = alert;
			effect->days_to_alert = days;
			effect->before_labels = !labelled;
		}
		if (labelled)
			take_soonest(&effect->days_to_performance_alert, days);
		if (rule->rolls_back)
			take_soonest(&effect->days_to_rollback, days);
	}
}
