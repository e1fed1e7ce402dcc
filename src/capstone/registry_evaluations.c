/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_evaluations.c - evaluations and monitoring windows, by the logs that show them
 */
#include "capstone/registry.h"
#include <string.h>

/* An evaluation of one version on one log. */
struct evaluation {
	const struct registry_version *version;
	const struct registry_log *log;
	const char *what, *title, *role, *notes;
	const char *score;   /* NULL: the version's column */
	const char *compare; /* NULL: none */
	bool drift, groups, segments, channels, weeks;
	const struct registry_log *reference; /* of drift; NULL: the holdout */
	int32_t date;                         /* not before the version was made */
};

static void write_groups(const struct registry *r, struct yaml_writer *w)
{
	const struct plan *plan = r->prepared->plan;
	const char **names = arena_new(r->mem, const char *, plan->n_fields + 1);
	size_t n = 0;

	for (size_t i = 0; i < plan->n_fields; i++)
		if (plan->fields[i].group)
			names[n++] = plan->fields[i].name;
	if (!n)
		return;
	yaml_texts(w, "groups", names, n);
	yaml_count(w, "min_group_rows", plan->min_group_rows);
}

/* The plan's segments that the log has; of `channels` those alone that are categories. */
static void write_segments(const struct registry *r, struct yaml_writer *w,
			   const struct registry_log *log, bool channels)
{
	const struct plan *plan = r->prepared->plan;
	const char **names = arena_new(r->mem, const char *, plan->n_segments + 1);
	size_t n = 0;

	for (size_t i = 0; i < plan->n_segments; i++)
		if (registry_log_has(log, plan->segments[i].name) &&
		    (!channels || plan->segments[i].of == SEGMENT_FIELD))
			names[n++] = plan->segments[i].name;
	if (n)
		yaml_texts(w, "segments", names, n);
}

static void write_log_path(const struct registry *r, struct yaml_writer *w, const char *name)
{
	yaml_text(w, "log", "data/%s/logs/%s.csv", r->prepared->plan->id, name);
}

static void write_reference(const struct registry *r, struct yaml_writer *w,
			    const struct registry_log *log)
{
	yaml_map(w, "reference");
	write_log_path(r, w, log->name);
	yaml_end(w);
}

/* What a version's payments in production are held against: payments that no fit has seen, of the
 * world that it was fitted on. */
static const struct registry_log *reference_of(const struct registry *r,
					       const struct registry_version *version)
{
	const struct refit_result *refit = &r->operation->refit;

	return refit->happened && r->gate && !strcmp(version->stored.name, refit->version)
		   ? r->gate
		   : r->holdout;
}

static void write_threshold(struct yaml_writer *w, const struct registry_version *version)
{
	yaml_map(w, "performance");
	yaml_number(w, "threshold", model_facts(version->stored.model).threshold);
	yaml_end(w);
}

static void write_evaluation(const struct registry *r, struct yaml_writer *w,
			     const struct evaluation *e)
{
	const struct plan *plan = r->prepared->plan;
	int32_t date = e->date > e->version->created ? e->date : e->version->created;

	registry_begin(r, w, "evaluation", e->version->stored.name, e->what, e->title);
	yaml_text(w, "role", "%s", e->role);
	yaml_day(w, "date", date);
	yaml_map(w, "source");
	write_log_path(r, w, e->log->name);
	yaml_text(w, "label", "%s", plan->label);
	yaml_text(w, "score", "%s", e->score ? e->score : e->version->column);
	if (e->compare && registry_log_has(e->log, e->compare))
		yaml_text(w, "compare", "%s", e->compare);
	if (e->groups)
		write_groups(r, w);
	if (e->segments || e->channels)
		write_segments(r, w, e->log, e->channels);
	if (e->drift) {
		registry_features(r, w, e->log);
		write_reference(r, w, e->reference ? e->reference : r->holdout);
	}
	if (e->weeks) {
		yaml_text(w, "time", "%s", plan->time);
		yaml_text(w, "window", "week");
	}
	if (!strcmp(e->role, "temporal")) {
		yaml_count(w, "bootstrap", 1000);
		yaml_count(w, "seed", plan->seed);
	}
	yaml_end(w);
	write_threshold(w, e->version);
	yaml_text(w, "notes", "Simulated. %s", e->notes);
	yaml_end(w);
}

/* Against which column a version is compared: the one before it, first of all the rule. */
static const char *compared(const struct registry *r, const struct registry_version *version)
{
	return version == &r->versions[0] ? "score_rule" : r->versions[0].column;
}

static const char *days(const struct registry *r, const struct registry_log *log)
{
	return arena_printf(r->mem, "%s to %s", registry_date(r, log->first),
			    registry_date(r, log->last));
}

static void write_fitted(const struct registry *r, struct yaml_writer *w,
			 const struct registry_version *version)
{
	const struct evaluation iid = {
	    .version = version,
	    .log = r->holdout,
	    .what = "iid",
	    .title = arena_printf(r->mem, "Payment risk %s, accounts that no fit has seen",
				  version->stored.name),
	    .role = "holdout",
	    .notes =
		arena_printf(r->mem,
			     "%zu payments of the training months, %s, of accounts kept out of "
			     "the fit by a stable hash. An upper bound, not a promise.",
			     r->holdout->rows, days(r, r->holdout)),
	    .compare = compared(r, version),
	    .groups = true};
	const struct evaluation temporal = {
	    .version = version,
	    .log = r->temporal,
	    .what = "temporal",
	    .title = arena_printf(r->mem, "Payment risk %s, payments after the fit",
				  version->stored.name),
	    .role = "temporal",
	    .notes = arena_printf(
		r->mem,
		"All %zu payments of %s, behind a gap of %d days; compared with %s on the same "
		"payments. Drift is measured against the holdout accounts of the training months.",
		r->temporal->rows, days(r, r->temporal), r->prepared->plan->gap_days,
		compared(r, version)),
	    .compare = compared(r, version),
	    .groups = true,
	    .segments = true,
	    .drift = true};

	write_evaluation(r, w, &iid);
	write_evaluation(r, w, &temporal);
}

static void write_uncalibrated(const struct registry *r, struct yaml_writer *w,
			       const struct registry_version *version)
{
	const struct evaluation e = {
	    .version = version,
	    .log = r->temporal,
	    .what = "temporal-uncalibrated",
	    .title = arena_printf(r->mem, "Payment risk %s before its calibration",
				  version->stored.name),
	    .role = "temporal",
	    .notes = "The trees' own scores on the temporal payments, to show what the "
		     "calibration changes. No decision rests on them.",
	    .score = arena_printf(r->mem, "%s_uncalibrated", version->column),
	    .compare = version->column};

	if (registry_log_has(r->temporal, e.score))
		write_evaluation(r, w, &e);
}

static void write_shift(const struct registry *r, struct yaml_writer *w,
			const struct registry_version *version)
{
	const struct evaluation e = {
	    .version = version,
	    .log = r->shift,
	    .what = "shift",
	    .title = arena_printf(r->mem, "Payment risk %s after the sudden shift",
				  version->stored.name),
	    .role = "shift",
	    .notes = arena_printf(r->mem,
				  "%zu payments of %s: the device vendor's score has another scale "
				  "for payments by app, and a new ring makes small payments.",
				  r->shift->rows, days(r, r->shift)),
	    .compare = compared(r, version),
	    .groups = true,
	    .channels = true,
	    .drift = true,
	    .date = registry_ripe(r, r->shift->last)};

	write_evaluation(r, w, &e);
}

static void write_gate(const struct registry *r, struct yaml_writer *w,
		       const struct registry_version *version)
{
	const struct evaluation e = {
	    .version = version,
	    .log = r->gate,
	    .what = "temporal",
	    .title = arena_printf(r->mem, "Payment risk %s, payments after its fit",
				  version->stored.name),
	    .role = "temporal",
	    .notes = arena_printf(r->mem,
				  "%zu payments of %s whose labels were known on %s, the day on "
				  "which it was judged; compared with 1.0.0, which answered then.",
				  r->gate->rows, days(r, r->gate),
				  registry_date(r, r->operation->refit.gate_day)),
	    .compare = r->versions[0].column,
	    .groups = true,
	    .segments = true,
	    .weeks = true,
	    .date = r->operation->refit.gate_day};

	write_evaluation(r, w, &e);
}

/* The versions before, on the payments that judged the refit. */
static void write_before_refit(const struct registry *r, struct yaml_writer *w,
			       const struct registry_version *version)
{
	const struct evaluation e = {
	    .version = version,
	    .log = r->gate,
	    .what = "gate",
	    .title = arena_printf(r->mem, "Payment risk %s on the payments that judged %s",
				  version->stored.name, r->operation->refit.version),
	    .role = "shift",
	    .notes = arena_printf(r->mem,
				  "All %zu payments of %s whose labels were known on %s, weeks "
				  "after the sudden shift.",
				  r->gate->rows, days(r, r->gate),
				  registry_date(r, r->operation->refit.gate_day)),
	    .compare = compared(r, version),
	    .groups = true,
	    .weeks = true,
	    .date = r->operation->refit.gate_day};

	write_evaluation(r, w, &e);
}

static void write_stress(const struct registry *r, struct yaml_writer *w,
			 const struct registry_version *version, const struct failure_study *study,
			 const struct registry_log *unbroken)
{
	const struct evaluation none = {
	    .version = version,
	    .log = unbroken,
	    .what = "stress-none",
	    .title = arena_printf(r->mem, "Payment risk %s, weeks of the failures, undamaged",
				  version->stored.name),
	    .role = "stress",
	    .notes = arena_printf(r->mem,
				  "Payments of %s as they were: what the failures are held "
				  "against.",
				  days(r, unbroken)),
	    .date = registry_ripe(r, unbroken->last)};

	write_evaluation(r, w, &none);
	for (size_t i = 0; i < study->n_failures; i++) {
		const struct failure_facts *facts = &study->facts[i];
		const struct registry_log log = {.name = registry_stress_name(r, study, facts),
						 .text = facts->log,
						 .first = facts->first,
						 .last = facts->last};
		const struct evaluation e = {
		    .version = version,
		    .log = &log,
		    .what = arena_printf(r->mem, "stress-%s", facts->failure->id),
		    .title = arena_printf(r->mem, "Payment risk %s under: %s", version->stored.name,
					  facts->failure->title),
		    .role = "stress",
		    .notes = arena_printf(
			r->mem,
			"%zu payments of %s, damaged: %s. %zu values of %zu payments were "
			"changed, %zu payments left out.",
			facts->payments, days(r, &log), facts->failure->title, facts->damage.cells,
			facts->damage.rows, facts->damage.rows_left_out),
		    .drift = true,
		    .reference = study == r->refit_failures ? unbroken : NULL,
		    .date = registry_ripe(r, facts->last)};
		write_evaluation(r, w, &e);
	}
}

/* What it was most wrong about, as a log of its own. */
static void write_worst(const struct registry *r, struct yaml_writer *w, size_t i)
{
	const struct part_rows *rows = registry_judged_rows(r, i);
	const struct registry_version *version = &r->versions[i];
	struct registry_log log = {.name = arena_printf(r->mem, "worst-%s", version->stored.name)};
	const struct evaluation e = {
	    .version = version,
	    .log = &log,
	    .what = "worst",
	    .title = arena_printf(r->mem, "The %d worst predictions of %s", REGISTRY_WORST,
				  version->stored.name),
	    .role = "segment",
	    .score = "score",
	    .segments = true,
	    .notes = arena_printf(
		r->mem,
		"The %d payments of %s-%s-temporal with the largest log loss, worst first. They "
		"were chosen for being wrong, so that ranking and calibration say nothing here: "
		"what counts is how many of which kind there are.",
		REGISTRY_WORST, r->prepared->plan->id, version->stored.name),
	    .date = i < 2 ? 0 : r->operation->refit.gate_day};

	if (!rows)
		return;
	worst_predictions(&rows->events, &rows->features, version->stored.model, 0, &log.text);
	write_evaluation(r, w, &e);
	out_release(&log.text);
}

void registry_evaluations(const struct registry *r, struct yaml_writer *w)
{
	for (size_t i = 0; i < 2; i++) {
		const struct registry_version *version = &r->versions[i];
		write_fitted(r, w, version);
		write_worst(r, w, i);
		write_uncalibrated(r, w, version);
		if (r->shift)
			write_shift(r, w, version);
		if (r->gate)
			write_before_refit(r, w, version);
		write_stress(r, w, version, r->failures, r->unbroken);
	}
	if (r->gate && r->versions[2].stored.model)
		write_gate(r, w, &r->versions[2]);
	write_worst(r, w, 2);
	if (r->refit_failures && r->versions[2].stored.model)
		write_stress(r, w, &r->versions[2], r->refit_failures, r->refit_unbroken);
}

/* -- production ------------------------------------------------------------------------------- */

/* Days from the first to the last on which a version was in production. */
static bool in_production(const struct registry *r, const char *version, int32_t *first,
			  int32_t *last)
{
	bool now = false;

	*first = INT32_MAX;
	for (size_t i = 0; i < r->operation->n_stages; i++) {
		const struct stage_event *event = &r->operation->stages[i];
		if (strcmp(event->version, version) != 0)
			continue;
		if (now)
			*last = event->day - 1;
		now = !strcmp(event->stage, "production");
		if (now && *first == INT32_MAX)
			*first = event->day;
	}
	if (now)
		*last = r->operation_plan->last;
	return *first != INT32_MAX;
}

void registry_monitoring(const struct registry *r, struct yaml_writer *w)
{
	const struct plan *plan = r->prepared->plan;
	int32_t first, last = 0;

	for (size_t i = 0; i < REGISTRY_VERSIONS; i++) {
		const struct registry_version *version = &r->versions[i];
		if (!version->stored.model ||
		    !in_production(r, version->stored.name, &first, &last))
			continue;
		registry_begin(
		    r, w, "monitoring_window", version->stored.name, "production",
		    arena_printf(r->mem, "Payment risk %s in production", version->stored.name));
		yaml_day(w, "start", first);
		yaml_day(w, "end", last);
		yaml_map(w, "source");
		write_log_path(r, w, r->production->name);
		yaml_map(w, "where");
		yaml_text(w, "version", "%s", version->stored.name);
		if (registry_log_has(r->production, "role"))
			yaml_text(w, "role", "production");
		yaml_end(w);
		yaml_text(w, "time", "time");
		yaml_text(w, "window", "month");
		yaml_text(w, "label", "%s",
			  registry_log_has(r->production, plan->label) ? plan->label : "label");
		yaml_text(w, "score", "score");
		write_groups(r, w);
		registry_features(r, w, r->production);
		write_reference(r, w, reference_of(r, version));
		yaml_end(w);
		write_threshold(w, version);
		yaml_text(
		    w, "notes",
		    "Simulated. Payments that this version answered, thinned by a stable hash; "
		    "a label stands where it was known on the last day of the log. Drift is "
		    "measured against %s.",
		    reference_of(r, version) == r->holdout
			? "the holdout accounts of the training months"
			: "the payments that judged it before it came, which lie behind its fit");
		yaml_end(w);
	}
}
