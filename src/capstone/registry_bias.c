/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_bias.c - bias audits: rates by group, features that tell a group, odd inputs */
#include "capstone/registry_bias.h"
#include "base/date.h"
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

/* A check up to its `figures:`; the caller writes them and ends both. */
static void begin_check(struct yaml_writer *w, const char *name, const char *result,
			const char *reason)
{
	yaml_map(w, name);
	yaml_text(w, "result", "%s", result);
	yaml_text(w, "reason", "%s", reason);
	yaml_map(w, "figures");
}

static void end_check(struct yaml_writer *w)
{
	yaml_end(w);
	yaml_end(w);
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
	double worst = 0, limit = r->prepared->plan->fairness.max_share_gap;

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
	result = outcome(worst, limit, 0);
	begin_check(w, "proportional_representation", result,
		    arena_printf(r->mem,
				 "Shares of the groups in the rows of the fit and in the judged "
				 "ones: %s; at most %s apart, limit %s.",
				 text, registry_number(r, worst, 3), registry_number(r, limit, 2)));
	yaml_fixed(w, "largest_gap", worst, 6);
	yaml_number(w, "limit", limit);
	end_check(w);
	return strcmp(result, "fail") != 0;
}

/* -- rates ------------------------------------------------------------------------------------ */

/* Mean score, share of positives and their difference, by group. */
static void write_group_calibration(const struct audit *a, struct yaml_writer *w)
{
	for (size_t k = 0; k < a->n; k++)
		for (size_t i = 0; i < a->groups[k].n; i++) {
			const struct group_rates *rates = &a->groups[k].rates[i];
			yaml_map(w, rates->name);
			yaml_fixed(w, "mean_score", a->groups[k].ece[i] + rates->base_rate.value,
				   6);
			yaml_fixed(w, "rate", rates->base_rate.value, 6);
			yaml_fixed(w, "rate_low", rates->base_rate.interval.low, 6);
			yaml_fixed(w, "rate_high", rates->base_rate.interval.high, 6);
			yaml_end(w);
		}
}

static void write_opportunity(const struct audit *a, struct yaml_writer *w, const char *result,
			      double gap)
{
	const struct registry *r = a->r;
	const struct fairness_plan *limits = &r->prepared->plan->fairness;

	begin_check(
	    w, "equal_opportunity", result,
	    arena_printf(
		r->mem, "True positive rates lie at most %s apart (%s), limit %s.%s",
		registry_number(r, gap, 3), rates_text(r, a->groups, a->n, 1),
		registry_number(r, limits->max_equal_opportunity_gap, 2),
		acceptance(
		    result,
		    arena_printf(
			r->mem,
			" Accepted by the %s up to %s: the rates rest on few frauds; looked at "
			"each month.",
			limits->by,
			registry_number(r, limits->accepted_equal_opportunity_gap, 2)))));
	yaml_fixed(w, "largest_gap", gap, 6);
	yaml_number(w, "limit", limits->max_equal_opportunity_gap);
	yaml_number(w, "accepted_up_to", limits->accepted_equal_opportunity_gap);
	end_check(w);
}

static void write_calibration(const struct audit *a, struct yaml_writer *w, const char *result,
			      double off)
{
	const struct registry *r = a->r;
	const struct fairness_plan *limits = &r->prepared->plan->fairness;

	begin_check(
	    w, "calibration_by_group", result,
	    arena_printf(
		r->mem,
		"Mean score less share of fraud, by group: %s; the largest is %s, limit %s.%s",
		rates_text(r, a->groups, a->n, 2), registry_number(r, off, 3),
		registry_number(r, limits->max_group_calibration, 2),
		acceptance(
		    result,
		    arena_printf(r->mem, " Accepted by the %s up to %s, until the next fit.",
				 limits->by,
				 registry_number(r, limits->accepted_group_calibration, 2)))));
	yaml_fixed(w, "largest", off, 6);
	yaml_number(w, "limit", limits->max_group_calibration);
	yaml_number(w, "accepted_up_to", limits->accepted_group_calibration);
	write_group_calibration(a, w);
	end_check(w);
}

static bool write_rates(const struct audit *a, struct yaml_writer *w)
{
	const struct fairness_plan *limits = &a->r->prepared->plan->fairness;
	double gap = worst_gap(a->groups, a->n), off = worst_calibration(a->groups, a->n);
	const char *opportunity =
	    outcome(gap, limits->max_equal_opportunity_gap, limits->accepted_equal_opportunity_gap);
	const char *calibration =
	    outcome(off, limits->max_group_calibration, limits->accepted_group_calibration);

	write_check(w, "metrics_by_group", "pass",
		    "The evaluation's page shows all rates of each group with their intervals.");
	write_opportunity(a, w, opportunity, gap);
	write_calibration(a, w, calibration, off);
	return strcmp(opportunity, "fail") && strcmp(calibration, "fail");
}

static bool write_impact(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	const struct plan *plan = r->prepared->plan;
	double ratio = worst_ratio(a->groups, a->n);
	double accepted = plan->fairness.accepted_disparate_impact;
	const char *impact = outcome(-ratio, -plan->min_disparate_impact, -accepted);

	begin_check(
	    w, "disparate_impact", impact,
	    arena_printf(
		r->mem, "Selection rates %s; the smallest ratio is %s, limit %s.%s",
		rates_text(r, a->groups, a->n, 3), registry_number(r, ratio, 3),
		registry_number(r, plan->min_disparate_impact, 2),
		acceptance(impact,
			   arena_printf(r->mem,
					" Accepted by the %s down to %s: a payment that is "
					"looked at waits for minutes; looked at each "
					"month.",
					plan->fairness.by, registry_number(r, accepted, 2)))));
	yaml_fixed(w, "smallest_ratio", ratio, 6);
	yaml_number(w, "limit", plan->min_disparate_impact);
	yaml_number(w, "accepted_down_to", accepted);
	end_check(w);
	return strcmp(impact, "fail") != 0;
}

/* -- features that tell a group --------------------------------------------------------------- */

static void write_proxy_figures(struct yaml_writer *w, const struct proxy *proxies, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!proxies[i].feature)
			continue;
		yaml_map(w, proxies[i].group);
		yaml_text(w, "feature", "%s", proxies[i].feature);
		yaml_fixed(w, "roc_auc", proxies[i].auc.value, 4);
		yaml_fixed(w, "low", proxies[i].auc.interval.low, 4);
		yaml_fixed(w, "high", proxies[i].auc.interval.high, 4);
		yaml_end(w);
	}
}

static void write_proxies(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	struct {
		LIST_OF(struct proxy);
	} proxies = {0};
	const char *text = "";
	bool found = false;

	for (size_t k = 0; k < a->n; k++) {
		const struct field *field = a->groups[k].field;
		text = arena_printf(r->mem, "%s%s%s:", text, k ? "; " : "", field->name);
		for (size_t i = 0; i < field->n_values; i++) {
			struct proxy p = proxy_of(r->mem, &a->rows, a->fields[k], i);
			*ARENA_PUSH(r->mem, &proxies) = p;
			found |= p.feature && !(p.auc.interval.low <= 0.5);
			text = arena_printf(r->mem, "%s%s %s by %s %s (%s to %s)", text,
					    i ? "," : "", p.group, p.feature ? p.feature : "none",
					    registry_number(r, p.auc.value, 3),
					    registry_number(r, p.auc.interval.low, 3),
					    registry_number(r, p.auc.interval.high, 3));
		}
	}
	begin_check(
	    w, "no_proxy_features", found ? "accepted" : "pass",
	    arena_printf(r->mem,
			 "The single feature that best tells each group from all others, ROC AUC "
			 "with its 95 %% interval on the judged rows: %s.%s",
			 text,
			 found ? arena_printf(r->mem,
					      " An interval over 0.5 is a proxy. Accepted by the "
					      "%s as long as the rates by group are looked at each "
					      "month.",
					      r->prepared->plan->fairness.by)
			       : ""));
	write_proxy_figures(w, proxies.items, proxies.n);
	end_check(w);
}

/* -- odd inputs ------------------------------------------------------------------------------- */

static void write_edge_figures(const struct audit *a, struct yaml_writer *w,
			       const struct edge_case cases[EDGE_CASES], size_t outside,
			       const struct door_count *door)
{
	yaml_count(w, "rows", a->rows.features.n);
	yaml_count(w, "scores_outside", outside);
	for (size_t i = 0; i < EDGE_CASES; i++) {
		yaml_map(w, cases[i].key);
		yaml_fixed(w, "low", cases[i].low, 4);
		yaml_fixed(w, "high", cases[i].high, 4);
		yaml_end(w);
	}
	yaml_map(w, "door");
	yaml_count(w, "tried", door->tried);
	yaml_count(w, "refused", door->refused);
	yaml_end(w);
}

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
	begin_check(
	    w, "edge_cases", fine ? "pass" : "fail",
	    arena_printf(r->mem,
			 "Lowest and highest score of the %zu judged rows, changed: %s. %zu "
			 "scores are missing or outside 0 to 1. Of %zu values outside what "
			 "a field allows the door refused %zu.",
			 a->rows.features.n, text, outside, door.tried, door.refused));
	write_edge_figures(a, w, cases, outside, &door);
	end_check(w);
	return fine;
}

/* -- the record ------------------------------------------------------------------------------- */

/* Ratio and limit stand in the plan with their day; the plan's SHA-256 stands in each run. */
static bool write_chosen(const struct audit *a, struct yaml_writer *w)
{
	const struct registry *r = a->r;
	const struct plan *plan = r->prepared->plan;
	bool before = plan->fairness.chosen < a->version->created;

	begin_check(w, "metric_defined_before_training", before ? "pass" : "fail",
		    arena_printf(
			r->mem,
			"The ratio of selection rates and its limit of %s were chosen by the %s on "
			"%s, as the plan says whose SHA-256 stands in each run; the version was "
			"made on %s.",
			registry_number(r, plan->min_disparate_impact, 2), plan->fairness.by,
			registry_date(r, plan->fairness.chosen),
			registry_date(r, a->version->created)));
	yaml_number(w, "days_before", a->version->created - plan->fairness.chosen);
	end_check(w);
	return before;
}

static bool write_checks(const struct audit *a, struct yaml_writer *w)
{
	bool fine;

	yaml_map(w, "checks");
	fine = write_representation(a, w);
	fine &= write_rates(a, w);
	write_proxies(a, w);
	fine &= write_chosen(a, w);
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
	if (!plan->fairness.given || !a->n || !a->rows.events.n)
		return;
	for (size_t i = 0; i < a->n; i++)
		names[i] = a->groups[i].field->name;
	registry_begin(r, w, "bias_audit", version, "bias",
		       arena_printf(r->mem, "Bias audit of %s", version));
	yaml_day(w, "date", a->day);
	yaml_text(w, "auditor", "%s", plan->fairness.by);
	yaml_texts(w, "protected_attributes", names, a->n);
	yaml_text(w, "evaluation", "%s-%s-temporal", plan->id, version);
	yaml_text(w, "fairness_metric", "disparate_impact_ratio");
	yaml_number(w, "threshold", plan->min_disparate_impact);
	yaml_day(w, "threshold_defined", plan->fairness.chosen);
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
		int32_t day = date_of_moment(events->time[i]);
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
