/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_bias.c - bias audits: rates by group, features that tell a group, odd inputs */
#include "capstone/registry_bias.h"
#include "measure/fairness.h"
#include "measure/performance.h"
#include <math.h>
#include <string.h>

/* -- groups ----------------------------------------------------------------------------------- */

struct group_figures {
	const struct field *field;
	struct fairness summary;
	struct group_rates *rates;
	double *ece;
	size_t n;
};

static struct group_figures groups_of(const struct registry *r, size_t field,
				      const struct part_rows *rows, const double *scores,
				      double threshold)
{
	const struct plan *plan = r->prepared->plan;
	const struct field *f = &plan->fields[field];
	struct group_figures g = {.field = f, .n = f->n_values};
	struct group_counts *counts = arena_new(r->mem, struct group_counts, f->n_values);
	double *sums = arena_new(r->mem, double, f->n_values);

	g.rates = arena_new(r->mem, struct group_rates, f->n_values);
	g.ece = arena_new(r->mem, double, f->n_values); /* mean score less share of positives */
	for (size_t i = 0; i < f->n_values; i++)
		counts[i].name = f->values[i];
	for (size_t row = 0; row < rows->events.n; row++) {
		double code = rows->events.values[row * plan->n_fields + field];
		bool selected = scores[row] >= threshold;
		struct group_counts *c;
		if (!(code >= 0) || rows->events.label[row] == LABEL_MISSING)
			continue;
		c = &counts[(size_t)code];
		sums[(size_t)code] += scores[row];
		if (rows->events.label[row] == LABEL_POSITIVE)
			*(selected ? &c->tp : &c->fn) += 1;
		else
			*(selected ? &c->fp : &c->tn) += 1;
	}
	g.summary = fairness_measure(counts, f->n_values, plan->min_group_rows, g.rates);
	for (size_t i = 0; i < f->n_values; i++)
		g.ece[i] = sums[i] / (double)g.rates[i].n - g.rates[i].base_rate.value;
	return g;
}

/* "north 0.041, south 0.039": one figure of each group. */
static const char *group_list(const struct registry *r, const struct group_figures *g,
			      const double *values, int decimals)
{
	const char *text = "";

	for (size_t i = 0; i < g->n; i++)
		text = arena_printf(r->mem, "%s%s%s %s", text, i ? ", " : "", g->rates[i].name,
				    registry_number(r, values[i], decimals));
	return text;
}

static const char *rates_text(const struct registry *r, const struct group_figures *g, size_t n,
			      int what)
{
	const char *text = "";

	for (size_t k = 0; k < n; k++) {
		double *values = arena_new(r->mem, double, g[k].n);
		for (size_t i = 0; i < g[k].n; i++)
			values[i] = what == 0   ? (double)g[k].rates[i].n
				    : what == 1 ? g[k].rates[i].tpr.value
				    : what == 2 ? g[k].ece[i]
						: g[k].rates[i].selection_rate.value;
		text = arena_printf(r->mem, "%s%s%s: %s", text, k ? "; " : "", g[k].field->name,
				    group_list(r, &g[k], values, what ? 3 : 0));
	}
	return text;
}

static void write_check(struct yaml_writer *w, const char *name, const char *result,
			const char *reason)
{
	yaml_map(w, name);
	yaml_text(w, "result", "%s", result);
	yaml_text(w, "reason", "%s", reason);
	yaml_end(w);
}

static double worst_ratio(const struct group_figures *g, size_t n)
{
	double worst = NAN;

	for (size_t i = 0; i < n; i++)
		worst = fmin(worst, g[i].summary.disparate_impact_ratio.value.value);
	return worst;
}

static double worst_gap(const struct group_figures *g, size_t n)
{
	double worst = NAN;

	for (size_t i = 0; i < n; i++)
		worst = fmax(worst, g[i].summary.equal_opportunity_difference.value.value);
	return worst;
}

static double worst_calibration(const struct group_figures *g, size_t n)
{
	double worst = 0;

	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < g[k].n; i++)
			if (g[k].rates[i].compared)
				worst = fmax(worst, fabs(g[k].ece[i]));
	return worst;
}

/* How far groups may lie apart in true positives, in calibration and in their share of the rows,
 * and how far the risk officer accepts it where that is not kept: beyond, the audit fails. */
#define MAX_EQUAL_OPPORTUNITY_GAP 0.1
#define ACCEPTED_EQUAL_OPPORTUNITY_GAP 0.25
#define MAX_GROUP_CALIBRATION 0.02
#define ACCEPTED_GROUP_CALIBRATION 0.05
#define MAX_SHARE_GAP 0.05
#define ACCEPTED_RATIO 0.6

/* What is audited: a version on rows that its fit has not seen. */
struct audit {
	const struct registry *r;
	const struct registry_version *version;
	struct part_rows rows;
	const bool *trained; /* of all events: those of the fit */
	int32_t day;
	struct group_figures *groups; /* by attribute */
	size_t *fields;               /* the attribute's index among the plan's fields */
	size_t n;
};

/* "pass", "accepted" or "fail" of something that should be small. */
static const char *outcome(double value, double limit, double accepted)
{
	return value <= limit ? "pass" : value <= accepted ? "accepted" : "fail";
}

static const char *acceptance(const char *result, const char *words)
{
	return !strcmp(result, "accepted") ? words : "";
}

/* -- who is in the rows ----------------------------------------------------------------------- */

/* Shares of a group in the events that `keep` says (NULL: all). */
static double share_in(const struct events *events, const bool *keep, size_t field, size_t code)
{
	size_t all = 0, of_group = 0;

	for (size_t i = 0; i < events->n; i++) {
		if (keep && !keep[i])
			continue;
		all++;
		of_group += (size_t)events->values[i * events->plan->n_fields + field] == code;
	}
	return (double)of_group / (double)all;
}

static bool write_representation(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	const char *text = "", *result;
	double worst = 0;

	for (size_t k = 0; k < a->n; k++) {
		const struct field *field = a->groups[k].field;
		text = arena_printf(r->mem, "%s%s%s:", text, k ? "; " : "", field->name);
		for (size_t i = 0; i < field->n_values; i++) {
			double fit =
			    share_in(&r->prepared->ingest.events, a->trained, a->fields[k], i);
			double judged = share_in(&a->rows.events, NULL, a->fields[k], i);
			worst = fmax(worst, fabs(fit - judged));
			text = arena_printf(r->mem, "%s%s %s %s and %s", text, i ? "," : "",
					    field->values[i], registry_number(r, fit, 3),
					    registry_number(r, judged, 3));
		}
	}
	result = outcome(worst, MAX_SHARE_GAP, 0);
	write_check(w, "proportional_representation", result,
		    arena_printf(r->mem,
				 "Shares of the groups in the rows of the fit and in the judged "
				 "ones: %s; at most %s apart, limit %s.",
				 text, registry_number(r, worst, 3),
				 registry_number(r, MAX_SHARE_GAP, 2)));
	return strcmp(result, "fail") != 0;
}

/* -- rates ------------------------------------------------------------------------------------ */

static bool write_rates(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	double gap = worst_gap(a->groups, a->n), off = worst_calibration(a->groups, a->n);
	const char *opportunity =
	    outcome(gap, MAX_EQUAL_OPPORTUNITY_GAP, ACCEPTED_EQUAL_OPPORTUNITY_GAP);
	const char *calibration = outcome(off, MAX_GROUP_CALIBRATION, ACCEPTED_GROUP_CALIBRATION);

	write_check(w, "metrics_by_group", "pass",
		    "The evaluation's page shows all rates of each group with their intervals.");
	write_check(w, "equal_opportunity", opportunity,
		    arena_printf(r->mem,
				 "True positive rates lie at most %s apart (%s), limit 0.1.%s",
				 registry_number(r, gap, 3), rates_text(r, a->groups, a->n, 1),
				 acceptance(opportunity,
					    " Accepted by the risk officer up to 0.25: the rates "
					    "rest on few frauds; looked at each month.")));
	write_check(
	    w, "calibration_by_group", calibration,
	    arena_printf(r->mem,
			 "Mean score less share of fraud, by group: %s; the largest is %s, "
			 "limit 0.02.%s",
			 rates_text(r, a->groups, a->n, 2), registry_number(r, off, 3),
			 acceptance(calibration, " Accepted by the risk officer up to 0.05, "
						 "until the next fit.")));
	return strcmp(opportunity, "fail") && strcmp(calibration, "fail");
}

static bool write_impact(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	const struct plan *plan = r->prepared->plan;
	double ratio = worst_ratio(a->groups, a->n);
	const char *impact = outcome(-ratio, -plan->min_disparate_impact, -ACCEPTED_RATIO);

	write_check(w, "disparate_impact", impact,
		    arena_printf(r->mem,
				 "Selection rates %s; the smallest ratio is %s, limit %s.%s",
				 rates_text(r, a->groups, a->n, 3), registry_number(r, ratio, 3),
				 registry_number(r, plan->min_disparate_impact, 2),
				 acceptance(impact, " Accepted by the risk officer down to 0.6: a "
						    "payment that is looked at waits for minutes; "
						    "looked at each month.")));
	return strcmp(impact, "fail") != 0;
}

/* -- features that tell a group --------------------------------------------------------------- */

static void write_proxies(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	const char *text = "";
	bool found = false;

	for (size_t k = 0; k < a->n; k++) {
		const struct field *field = a->groups[k].field;
		text = arena_printf(r->mem, "%s%s%s:", text, k ? "; " : "", field->name);
		for (size_t i = 0; i < field->n_values; i++) {
			struct proxy p = proxy_of(r->mem, &a->rows, a->fields[k], i);
			found |= p.feature && !(p.auc.interval.low <= 0.5);
			text = arena_printf(r->mem, "%s%s %s by %s %s (%s to %s)", text,
					    i ? "," : "", p.group, p.feature ? p.feature : "none",
					    registry_number(r, p.auc.value, 3),
					    registry_number(r, p.auc.interval.low, 3),
					    registry_number(r, p.auc.interval.high, 3));
		}
	}
	write_check(w, "no_proxy_features", found ? "accepted" : "pass",
		    arena_printf(r->mem,
				 "The single feature that best tells each group from all others, "
				 "ROC AUC with its 95 %% interval on the judged rows: %s.%s",
				 text,
				 found ? " An interval over 0.5 is a proxy. Accepted by the risk "
					 "officer as long as the rates by group are looked at each "
					 "month."
				       : ""));
}

/* -- odd inputs ------------------------------------------------------------------------------- */

static bool write_edges(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	struct edge_case cases[EDGE_CASES];
	struct door_count door = door_try(r->mem, r->prepared->plan);
	const char *text = "";
	size_t outside = 0;
	bool fine;

	edge_cases(r->mem, a->version->stored.model, r->prepared->plan, &a->rows.features, cases);
	for (size_t i = 0; i < EDGE_CASES; i++) {
		outside += cases[i].outside;
		text = arena_printf(r->mem, "%s%s%s %s to %s", text, i ? "; " : "", cases[i].what,
				    registry_number(r, cases[i].low, 4),
				    registry_number(r, cases[i].high, 4));
	}
	fine = !outside && door.refused == door.tried;
	write_check(
	    w, "edge_cases", fine ? "pass" : "fail",
	    arena_printf(r->mem,
			 "Lowest and highest score of the %zu judged rows, changed: %s. %zu "
			 "scores are missing or outside 0 to 1. Of %zu values outside what "
			 "a field allows the door refused %zu.",
			 a->rows.features.n, text, outside, door.tried, door.refused));
	return fine;
}

/* -- the record ------------------------------------------------------------------------------- */

static bool write_checks(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	bool fine;

	yaml_map(w, "checks");
	fine = write_representation(a, w);
	fine &= write_rates(a, w);
	write_proxies(a, w);
	write_check(
	    w, "metric_defined_before_training", "pass",
	    arena_printf(r->mem,
			 "The plan, whose SHA-256 stands in each run, holds the ratio of %s "
			 "since before the fit.",
			 registry_number(r, r->prepared->plan->min_disparate_impact, 2)));
	fine &= write_impact(a, w);
	fine &= write_edges(a, w);
	yaml_end(w);
	return fine;
}

static void measure_groups(struct audit *a)
{
	const struct registry *r = a->r;
	const struct plan *plan = r->prepared->plan;
	const struct model *model = a->version->stored.model;
	double *scores = arena_new(r->mem, double, a->rows.features.n);

	a->groups = arena_new(r->mem, struct group_figures, plan->n_fields);
	a->fields = arena_new(r->mem, size_t, plan->n_fields);
	model_score_rows(model, &a->rows.features, scores, NULL);
	for (size_t i = 0; i < a->rows.features.n; i++)
		scores[i] = score_written(scores[i]);
	for (size_t i = 0; i < plan->n_fields; i++) {
		if (!plan->fields[i].group || plan->fields[i].kind != FIELD_CATEGORY)
			continue;
		a->fields[a->n] = i;
		a->groups[a->n++] = groups_of(r, i, &a->rows, scores, model_facts(model).threshold);
	}
}

static void write_audit(struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	const struct plan *plan = r->prepared->plan;
	const char *version = a->version->stored.name;
	const char **names = arena_new(r->mem, const char *, plan->n_fields);
	bool passed;

	measure_groups(a);
	if (!a->n || !a->rows.events.n)
		return;
	for (size_t i = 0; i < a->n; i++)
		names[i] = a->groups[i].field->name;
	registry_begin(r, w, "bias_audit", version, "bias",
		       arena_printf(r->mem, "Bias audit of %s", version));
	yaml_day(w, "date", a->day);
	yaml_text(w, "auditor", "risk officer");
	yaml_texts(w, "protected_attributes", names, a->n);
	yaml_text(w, "evaluation", "%s-%s-temporal", plan->id, version);
	yaml_text(w, "fairness_metric", "disparate_impact_ratio");
	yaml_number(w, "threshold", plan->min_disparate_impact);
	yaml_day(w, "threshold_defined", plan->train.from);
	passed = write_checks(a, w);
	yaml_text(w, "result", "%s", passed ? "pass" : "fail");
	yaml_text(w, "reason",
		  "Smallest ratio of selection rates %s, limit %s; true positive rates at most %s "
		  "apart. %s",
		  registry_number(r, worst_ratio(a->groups, a->n), 3),
		  registry_number(r, plan->min_disparate_impact, 2),
		  registry_number(r, worst_gap(a->groups, a->n), 3),
		  passed ? "What does not hold is accepted with its reason, and looked at each "
			   "month."
			 : "A check lies beyond what is accepted in general: only a waiver of its "
			   "own lets the version answer.");
	yaml_text(w, "notes", "Simulated.");
	yaml_end(w);
}

/* The refit is judged on the rows behind its own, and was fitted on days of its own. */
static void audit_refit(const struct registry *r, struct yaml_writer *w)
{
	const struct refit_result *refit = &r->operation->refit;
	const struct events *events = &r->prepared->ingest.events;
	bool *trained = arena_new(r->mem, bool, events->n);
	struct audit a = {.r = r,
			  .version = &r->versions[2],
			  .rows = r->gate_rows,
			  .trained = trained,
			  .day = refit->gate_day};

	for (size_t i = 0; i < events->n; i++) {
		int32_t day = (int32_t)(events->time[i] / 86400);
		trained[i] = day >= refit->rows.from && day <= refit->rows.to;
	}
	write_audit(&a, w);
}

void registry_bias(const struct registry *r, struct yaml_writer *w)
{
	const bool *trained = split_keep(r->mem, &r->prepared->split, PART_TRAIN);

	for (size_t i = 0; i < 2; i++) {
		struct audit a = {.r = r,
				  .version = &r->versions[i],
				  .rows = r->temporal_rows,
				  .trained = trained,
				  .day = r->versions[i].created};
		write_audit(&a, w);
	}
	if (r->versions[2].stored.model && r->gate_rows.events.n)
		audit_refit(r, w);
}
