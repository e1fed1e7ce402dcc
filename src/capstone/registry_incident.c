/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_incident.c - what the sudden shift did, counted on all payments of those days
 */
#include "base/date.h"
#include "capstone/registry.h"
#include "measure/outcomes.h"
#include <string.h>

/* -- impact ----------------------------------------------------------------------------------- */

/* What a version makes of the payments of some days, whether or not it answered them. */
struct impact {
	size_t payments, fraud, selected, found; /* found: fraud that is selected */
};

static struct impact impact_of(const struct registry *r, const struct registry_version *version,
			       int32_t first, int32_t last)
{
	const struct events *events = &r->prepared->ingest.events;
	bool *keep = arena_new(r->mem, bool, events->n);
	struct impact impact = {0};
	struct matrix rows;
	double *scores, threshold = model_facts(version->stored.model).threshold;

	for (size_t i = 0; i < events->n; i++)
		keep[i] = events->time[i] >= date_moment(first) &&
			  events->time[i] < date_moment(last) + SECONDS_A_DAY;
	rows = matrix_subset(r->mem, &r->prepared->features, keep);
	scores = arena_new(r->mem, double, rows.n);
	model_score_rows(version->stored.model, &rows, scores, NULL);
	for (size_t i = 0; i < rows.n; i++) {
		bool selected = scores[i] >= threshold, fraud = rows.label[i] == LABEL_POSITIVE;

		impact.payments++;
		impact.fraud += fraud;
		impact.selected += selected;
		impact.found += fraud && selected;
	}
	return impact;
}

/* NULL where the versions or the payments are not there. */
static const char *impact_text(const struct registry *r, int32_t shift)
{
	const struct rollback_result *rollback = &r->operation->rollback;
	const struct registry_version *from = registry_version(r, rollback->from);
	const struct registry_version *to = registry_version(r, rollback->to);
	struct impact did, other;

	if (!from || !to)
		return NULL;
	did = impact_of(r, from, shift, rollback->day);
	other = impact_of(r, to, shift, rollback->day);
	if (!did.payments)
		return NULL;
	return arena_printf(
	    r->mem,
	    "Of the %zu payments from %s to %s, which %s answered, %zu were fraud. It sent %zu to "
	    "a person, %zu of them fraud; %zu frauds passed. %s would have sent %zu of the same "
	    "payments, %zu of them fraud.",
	    did.payments, registry_date(r, shift), registry_date(r, rollback->day), rollback->from,
	    did.fraud, did.selected, did.found, did.fraud - did.found, rollback->to, other.selected,
	    other.found);
}

/* -- actions ---------------------------------------------------------------------------------- */

/* Days behind the year by which what is still open is due. */
enum { OPEN_ACTION_DAYS = 59 };

static void write_action(struct yaml_writer *w, const char *action, const char *owner, int32_t due,
			 bool done)
{
	yaml_item(w);
	yaml_text(w, "action", "%s", action);
	yaml_text(w, "owner", "%s", owner);
	yaml_day(w, "due", due);
	if (done)
		yaml_day(w, "done", due);
	yaml_end(w);
}

static void write_refit_actions(const struct registry *r, struct yaml_writer *w)
{
	const struct refit_result *refit = &r->operation->refit;
	int32_t live;

	if (!refit->happened)
		return;
	live = registry_stage_day(r, refit->version, "production");
	write_action(w,
		     arena_printf(r->mem,
				  "Fit again on payments since the shift, once %zu frauds are "
				  "known, and judge the fit on later ones.",
				  r->operation_plan->min_refit_positives),
		     "payments model owner", refit->gate_day, true);
	if (refit->pass && live != INT32_MAX)
		write_action(w,
			     arena_printf(r->mem,
					  "Bring %s into production through shadow and canary.",
					  refit->version),
			     "ML lead", live, true);
}

static void write_actions(const struct registry *r, struct yaml_writer *w)
{
	const struct rollback_result *rollback = &r->operation->rollback;
	int32_t last = r->operation_plan->last;

	yaml_list(w, "actions");
	write_action(w,
		     arena_printf(r->mem, "Take %s back to %s, and keep it scoring in shadow.",
				  rollback->from, rollback->to),
		     "monitor, automatic", rollback->day, true);
	write_refit_actions(r, w);
	write_action(w,
		     "Hold the limits of the alerts against the shift as well as against the "
		     "failures put in, with false alarms counted on streams without drift.",
		     "payments model owner", last, true);
	write_action(w,
		     "Put the version of the device signals into their contract, and refuse at the "
		     "door what comes under another one.",
		     "data platform owner", last + OPEN_ACTION_DAYS, false);
	write_action(w,
		     "Before a version is taken back for the share that it selects, score the last "
		     "days by the version before as well; where that one ranks no better, move the "
		     "threshold instead.",
		     "payments model owner", last + OPEN_ACTION_DAYS, false);
	yaml_end(w);
}

/* -- the incident ----------------------------------------------------------------------------- */

/* "feature-drift (feature_psi of device_trust 0.213, limit 0.1)". */
static const char *alert_text(const struct registry *r, const struct monitor_alert *alert)
{
	const struct monitor_rule *rule = &r->rules[alert->rule];

	return arena_printf(r->mem, "%s (%s%s%s %s, limit %s)", rule->id,
			    monitor_figure_name(rule->figure), *alert->column ? " of " : "",
			    alert->column, registry_number(r, alert->value, 3),
			    registry_number(r, rule->limit, 2));
}

/* The first alert of the version since the shift; NULL: none before the rollback. */
static const struct monitor_alert *alert_since(const struct registry *r, int32_t shift)
{
	const struct rollback_result *rollback = &r->operation->rollback;

	for (size_t i = 0; i < r->operation->n_alerts; i++) {
		const struct operation_alert *a = &r->operation->alerts[i];
		if (!strcmp(a->version, rollback->from) && a->alert.day >= shift &&
		    a->alert.day < rollback->day)
			return &a->alert;
	}
	return NULL;
}

static const char *first_alert_text(const struct registry *r, int32_t shift)
{
	const struct monitor_alert *first = alert_since(r, shift);

	return first ? arena_printf(r->mem, " The first alert, %s, came on %s and called somebody.",
				    alert_text(r, first), registry_date(r, first->day))
		     : "";
}

static const char *summary(const struct registry *r, int32_t shift)
{
	const struct rollback_result *rollback = &r->operation->rollback;
	const struct monitor_alert alert = {
	    .rule = rollback->rule, .column = rollback->column, .value = rollback->value};
	const char *since = r->operation->resolved == INT32_MAX
				? ""
				: arena_printf(r->mem, " %s answers all payments since %s.",
					       r->operation->refit.version,
					       registry_date(r, r->operation->resolved));

	return arena_printf(
	    r->mem,
	    "Simulated. From %s on the vendor's device score had another scale for payments by "
	    "app, and a new ring made small payments from old devices.%s The alert %s took %s back "
	    "on %s, %d days after the shift, without a person; %s answered from then on.%s",
	    registry_date(r, shift), first_alert_text(r, shift), alert_text(r, &alert),
	    rollback->from, registry_date(r, rollback->day), rollback->day - shift, rollback->to,
	    since);
}

/* A version that was taken back before anything had changed. */
static void write_false_alarm(const struct registry *r, struct yaml_writer *w)
{
	const struct rollback_result *rollback = &r->operation->rollback;
	const struct monitor_alert alert = {
	    .rule = rollback->rule, .column = rollback->column, .value = rollback->value};
	bool closed = r->operation->resolved != INT32_MAX;

	yaml_item(w);
	yaml_text(w, "kind", "incident");
	yaml_text(w, "id", "INC-2025-003");
	yaml_text(w, "about", "%s@%s", r->prepared->plan->id, rollback->from);
	yaml_text(w, "title", "A version was taken back by a false alarm (simulated)");
	yaml_text(w, "severity", "minor");
	yaml_day(w, "started", rollback->day);
	yaml_day(w, "detected", rollback->day);
	if (closed)
		yaml_day(w, "resolved", r->operation->resolved);
	yaml_text(w, "status", "%s", closed ? "closed" : "open");
	yaml_text(w, "summary",
		  "Simulated. Nothing had changed in the stream when the alert %s took %s back on "
		  "%s, without a person; %s answered from then on.",
		  alert_text(r, &alert), rollback->from, registry_date(r, rollback->day),
		  rollback->to);
	yaml_list(w, "actions");
	write_action(w,
		     "Choose the limit of the alert again, with these weeks among those without "
		     "drift.",
		     "payments model owner", r->operation_plan->last + OPEN_ACTION_DAYS, false);
	yaml_end(w);
	yaml_end(w);
}

void registry_incidents(const struct registry *r, struct yaml_writer *w)
{
	const struct rollback_result *rollback = &r->operation->rollback;
	bool closed = r->operation->resolved != INT32_MAX;
	int32_t shift = r->alerts->shift_day;
	const struct monitor_alert *first;
	const char *impact;

	if (!rollback->happened)
		return;
	if (rollback->day < shift) {
		write_false_alarm(r, w);
		return;
	}
	first = alert_since(r, shift);
	impact = impact_text(r, shift);
	yaml_item(w);
	yaml_text(w, "kind", "incident");
	yaml_text(w, "id", "INC-2025-003");
	yaml_text(w, "about", "%s@%s", r->prepared->plan->id, rollback->from);
	yaml_text(w, "title",
		  "The device score changed its scale, and a new ring began (simulated)");
	yaml_text(w, "severity", "major");
	yaml_day(w, "started", shift);
	yaml_day(w, "detected", first ? first->day : rollback->day);
	if (closed)
		yaml_day(w, "resolved", r->operation->resolved);
	yaml_text(w, "status", "%s", closed ? "closed" : "open");
	yaml_text(w, "summary", "%s", summary(r, shift));
	if (impact)
		yaml_text(w, "notes", "%s", impact);
	write_actions(r, w);
	yaml_end(w);
}
