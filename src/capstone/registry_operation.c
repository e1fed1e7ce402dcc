/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_operation.c - shadow runs and canaries of a simulated year */
#include "capstone/registry.h"
#include <math.h>
#include <string.h>

/* -- shadow ----------------------------------------------------------------------------------- */

static const char *shadow_explained(const struct registry *r, const struct shadow_result *s)
{
	if (!s->labelled)
		return "No label was known yet: the distributions alone were compared.";
	return arena_printf(r->mem,
			    "On the %zu payments whose label was known the day after (%zu of them "
			    "fraud) it ranks with a ROC AUC of %s against %s: %s.",
			    s->labelled, s->positives, registry_number(r, s->roc_auc, 4),
			    registry_number(r, s->roc_auc_against, 4),
			    registry_difference(r, &s->gain));
}

static void write_shadow(const struct registry *r, struct yaml_writer *w,
			 const struct shadow_result *s, const char *what)
{
	const char *id = r->prepared->plan->id;

	registry_begin(r, w, "shadow_run", s->version, what,
		       arena_printf(r->mem, "%s in shadow of %s", s->version,
				    s->against ? s->against : "the rule"));
	if (s->against)
		yaml_text(w, "against", "%s@%s", id, s->against);
	yaml_day(w, "start", s->first);
	yaml_day(w, "end", s->last);
	yaml_count(w, "cases", s->cases);
	yaml_count(w, "missing_scores", s->missing_scores);
	yaml_map(w, "comparison");
	yaml_truth(w, "same_cases", true);
	if (isfinite(s->score_psi))
		yaml_fixed(w, "score_psi", s->score_psi, 4);
	if (isfinite(s->agreement))
		yaml_fixed(w, "agreement", s->agreement, 4);
	if (isfinite(s->largest_difference))
		yaml_fixed(w, "largest_difference", s->largest_difference, 4);
	yaml_text(w, "explained", "%s Chance alone gives a PSI of up to %s.",
		  shadow_explained(r, s), registry_number(r, s->score_psi_chance, 4));
	yaml_end(w);
	yaml_text(w, "result", "%s", s->pass ? "pass" : "fail");
	yaml_text(w, "reason", "%s", s->reason);
	yaml_text(w, "notes", "Simulated.");
	yaml_end(w);
}

void registry_shadow(const struct registry *r, struct yaml_writer *w)
{
	const struct operation *o = r->operation;

	for (size_t i = 0; i < o->n_shadows; i++) {
		size_t before = 0;
		for (size_t k = 0; k < i; k++)
			before += !strcmp(o->shadows[k].version, o->shadows[i].version);
		write_shadow(r, w, &o->shadows[i],
			     before ? arena_printf(r->mem, "shadow-%zu", before + 1) : "shadow");
	}
}

/* -- canary ----------------------------------------------------------------------------------- */

static void write_triggers(const struct registry *r, struct yaml_writer *w)
{
	const struct rollback_rules *rules = &r->serving->rollback;
	const char *items[2 + 16];
	size_t n = 0;

	items[n++] = arena_printf(r->mem,
				  "share of requests without a score over %s, or over %s times "
				  "that of the other version, "
				  "among the last %zu",
				  registry_number(r, rules->error_rate_over, 2),
				  registry_number(r, rules->error_rate_times, 0), rules->last);
	items[n++] =
	    arena_printf(r->mem,
			 "p95 of the time for a score over %s ms and over %s times that of "
			 "the other version, among the last %zu requests",
			 registry_number(r, rules->latency_p95_over_ms, 0),
			 registry_number(r, rules->latency_p95_times, 0), rules->last);
	for (size_t i = 0; i < r->n_rules && n < sizeof items / sizeof *items; i++)
		if (r->rules[i].rolls_back)
			items[n++] =
			    arena_printf(r->mem, "%s: %s %s %s over %s, %s in a row",
					 r->rules[i].id, monitor_figure_name(r->rules[i].figure),
					 r->rules[i].figure == MONITOR_ROC_AUC ? "under" : "over",
					 registry_number(r, r->rules[i].limit, 3),
					 registry_days(r, r->rules[i].days),
					 registry_days(r, r->rules[i].in_a_row));
	yaml_texts(w, "rollback_triggers", items, n);
}

static void write_step(const struct registry *r, struct yaml_writer *w,
		       const struct canary_step *step)
{
	yaml_item(w);
	yaml_number(w, "percent", step->percent);
	yaml_count(w, "hours", 24 * (uint64_t)(step->last - step->first + 1));
	yaml_day(w, "started", step->first);
	yaml_day(w, "ended", step->last);
	yaml_text(w, "watched", "%s", step->watched);
	yaml_text(w, "result", "%s", step->go_on ? "go_on" : "rolled_back");
	yaml_text(w, "by", "%s", step->go_on ? "payments model owner" : "monitor");
	yaml_end(w);
	(void)r;
}

void registry_canary(const struct registry *r, struct yaml_writer *w)
{
	for (size_t i = 0; i < r->operation->n_canaries; i++) {
		const struct canary_result *c = &r->operation->canaries[i];
		registry_begin(r, w, "canary", c->version, "canary",
			       arena_printf(r->mem, "Canary of %s against %s", c->version,
					    c->against ? c->against : "the rule"));
		if (c->against)
			yaml_text(w, "against", "%s@%s", r->prepared->plan->id, c->against);
		yaml_text(w, "split_by", "%s, by a stable hash", r->prepared->plan->entity);
		yaml_list(w, "steps");
		for (size_t k = 0; k < c->n_steps; k++)
			write_step(r, w, &c->steps[k]);
		yaml_end(w);
		write_triggers(r, w);
		yaml_text(w, "result", "%s", c->pass ? "pass" : "fail");
		yaml_text(w, "reason", "%s", c->reason);
		yaml_text(w, "notes", "Simulated.");
		yaml_end(w);
	}
}
