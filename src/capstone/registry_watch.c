/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/registry_watch.c - data quality, serving, and what is watched */
#include "base/date.h"
#include "base/number.h"
#include "capstone/registry.h"
#include "measure/outcomes.h"
#include <math.h>
#include <string.h>

/* -- data quality ----------------------------------------------------------------------------- */

/* How the reason of a row begins that stands there already (events_read.c). */
static const char event_twice[] = "the same event as line";

/* What the grades of the stream rest on. */
struct stream_facts {
	size_t rows, quarantined, twice, events, least_class, positives;
	double missing, worst_missing; /* share of all values; of one field's */
	const char *worst_field;
	int32_t longest_gap; /* days between two payments that follow one another */
};

static void count_missing(const struct events *events, struct stream_facts *facts)
{
	const struct plan *plan = events->plan;
	size_t missing = 0;

	facts->worst_field = "";
	for (size_t f = 0; f < plan->n_fields; f++) {
		size_t of_field = 0;
		for (size_t i = 0; i < events->n; i++)
			of_field += isnan(events->values[i * plan->n_fields + f]);
		missing += of_field;
		if ((double)of_field / (double)events->n > facts->worst_missing) {
			facts->worst_field = plan->fields[f].name;
			facts->worst_missing = (double)of_field / (double)events->n;
		}
	}
	facts->missing = (double)missing / (double)(events->n * plan->n_fields);
}

static struct stream_facts facts_of(const struct ingest *ingest)
{
	const struct events *events = &ingest->events;
	struct stream_facts facts = {
	    .rows = ingest->rows, .quarantined = ingest->n_quarantined, .events = events->n};

	for (size_t i = 0; i < ingest->n_quarantined; i++)
		facts.twice += strstr(ingest->quarantined[i].reason, event_twice) != NULL;
	for (size_t i = 0; i < events->n; i++) {
		int32_t day = date_of_moment(events->time[i]);
		facts.positives += events->label[i] == LABEL_POSITIVE;
		facts.least_class += events->label[i] == LABEL_NEGATIVE;
		if (i && day - date_of_moment(events->time[i - 1]) > facts.longest_gap)
			facts.longest_gap = day - date_of_moment(events->time[i - 1]);
	}
	if (facts.positives < facts.least_class)
		facts.least_class = facts.positives;
	count_missing(events, &facts);
	return facts;
}

/* A dimension's scale: 5 up to the first limit, 4 up to the second, … 0 over the last. The ends are
 * those of the kind data_quality. */
struct scale {
	const char *what;
	double limits[5];
};
static const struct scale missing_scale = {"share of values that are missing",
					   {0.01, 0.05, 0.1, 0.25, 0.5}};
static const struct scale refused_scale = {"share of rows against the contract",
					   {0.0001, 0.001, 0.01, 0.05, 0.2}};
static const struct scale twice_scale = {"share of rows that stand twice",
					 {0, 0.0001, 0.001, 0.01, 0.1}};
static const struct scale gap_scale = {"longest time without a payment, in days",
				       {1, 3, 7, 31, 92}};
/* Of the smaller class, the other way round. */
static const struct scale volume_scale = {"events of the smaller class",
					  {10000, 1000, 500, 250, 100}};

static int grade(double value, const struct scale *scale, bool more_is_better)
{
	int score = 5;

	while (score && (more_is_better ? value < scale->limits[5 - score]
					: value > scale->limits[5 - score]))
		score--;
	return score;
}

/* "The scale, by share of values that are missing: 5 up to 0.01, 4 up to 0.05, …, else 0." */
static const char *scale_text(const struct registry *r, const struct scale *scale,
			      bool more_is_better)
{
	const char *text = arena_printf(r->mem, "The scale, by %s:", scale->what);
	char limit[NUMBER_TEXT_MAX];

	for (int i = 0; i < 5; i++)
		text = arena_printf(r->mem, "%s %d %s %s,", text, 5 - i,
				    more_is_better ? "from" : "up to",
				    number_shortest(limit, scale->limits[i]));
	return arena_printf(r->mem, "%s else 0.", text);
}

static void write_stream_figures(struct yaml_writer *w, const struct stream_facts *facts)
{
	yaml_map(w, "figures");
	yaml_count(w, "rows", facts->rows);
	yaml_count(w, "quarantined", facts->quarantined);
	yaml_count(w, "twice", facts->twice);
	yaml_fixed(w, "missing_share", facts->missing, 6);
	yaml_fixed(w, "largest_missing_share", facts->worst_missing, 6);
	yaml_count(w, "longest_gap_days", (uint64_t)facts->longest_gap);
	yaml_count(w, "smaller_class", facts->least_class);
	yaml_end(w);
}

static void write_stream_reasons(const struct registry *r, struct yaml_writer *w,
				 const struct stream_facts *facts)
{
	const struct plan *plan = r->prepared->plan;

	yaml_map(w, "reasons");
	yaml_text(w, "completeness", "%s %% of all values are missing; most of %s, %s %%. %s",
		  registry_number(r, 100 * facts->missing, 2), facts->worst_field,
		  registry_number(r, 100 * facts->worst_missing, 1),
		  scale_text(r, &missing_scale, false));
	yaml_text(w, "accuracy",
		  "%zu of %zu rows do not keep the contract of the plan and lie in quarantine with "
		  "their reasons. The simulator is the source of truth. %s",
		  facts->quarantined, facts->rows, scale_text(r, &refused_scale, false));
	yaml_text(w, "consistency",
		  "%zu of %zu rows have the time, account and values of another one and were "
		  "refused; closed lists name each category. %s",
		  facts->twice, facts->rows, scale_text(r, &twice_scale, false));
	yaml_text(w, "timeliness",
		  "The longest time without a payment is %s. Labels come up to %lld days later, "
		  "and features take a label from its moment on only. %s",
		  registry_days(r, (int)facts->longest_gap),
		  (long long)(plan->label_delay / SECONDS_A_DAY), scale_text(r, &gap_scale, false));
	yaml_text(w, "relevance", "Given by the %s, not measured: %s", plan->relevance.by,
		  plan->relevance.reason);
	yaml_text(w, "volume", "%zu payments of %zu accounts, %zu of them fraud. %s", facts->events,
		  r->prepared->ingest.events.n_entities, facts->positives,
		  scale_text(r, &volume_scale, true));
	yaml_end(w);
}

void registry_data_quality(const struct registry *r, struct yaml_writer *w)
{
	enum { PROCEED_FROM = 18 }; /* of 30: the kind's own rule */
	const struct plan *plan = r->prepared->plan;
	const struct stream_facts facts = facts_of(&r->prepared->ingest);
	const struct {
		const char *name;
		int score;
	} grades[] = {
	    {"completeness", grade(facts.missing, &missing_scale, false)},
	    {"accuracy",
	     grade((double)facts.quarantined / (double)facts.rows, &refused_scale, false)},
	    {"consistency", grade((double)facts.twice / (double)facts.rows, &twice_scale, false)},
	    {"timeliness", grade(facts.longest_gap, &gap_scale, false)},
	    {"relevance", plan->relevance.score},
	    {"volume", grade((double)facts.least_class, &volume_scale, true)}};
	int sum = 0;

	if (plan->relevance.score < 0) /* nobody has graded what no figure grades */
		return;
	for (size_t i = 0; i < sizeof grades / sizeof *grades; i++)
		sum += grades[i].score;
	if (sum < PROCEED_FROM) /* what to mend is for a person to write */
		return;
	registry_begin(r, w, "data_quality", NULL, "stream", "The stream of payments");
	yaml_text(w, "data_source", "stream of payments");
	yaml_day(w, "date", r->operation_plan->baseline_created);
	yaml_text(w, "assessor", "%s", plan->relevance.by);
	for (size_t i = 0; i < sizeof grades / sizeof *grades; i++)
		yaml_count(w, grades[i].name, (uint64_t)grades[i].score);
	write_stream_reasons(r, w, &facts);
	write_stream_figures(w, &facts);
	yaml_text(w, "verdict", "proceed");
	yaml_text(w, "notes",
		  "Simulated. All grades but relevance are computed from the figures by the scale "
		  "in their reason.");
	yaml_end(w);
}

/* -- serving ---------------------------------------------------------------------------------- */

static void write_serving(const struct registry *r, struct yaml_writer *w,
			  const struct registry_version *version)
{
	const struct plan *plan = r->prepared->plan;

	registry_begin(r, w, "serving_config", version->stored.name, "serving",
		       arena_printf(r->mem, "How %s is served", version->stored.name));
	yaml_map(w, "model");
	yaml_text(w, "format", "JSON (VERSION.model.json)");
	yaml_text(w, "version", "%s", version->stored.name);
	yaml_fixed(w, "size_mb", (double)version->stored.bytes / 1e6, 3);
	yaml_number(w, "load_time_limit_seconds", r->serving->load_seconds);
	yaml_text(w, "digest", "%s", version->stored.digest);
	yaml_end(w);
	yaml_map(w, "infrastructure");
	yaml_text(w, "compute", "CPU");
	yaml_map(w, "instances");
	yaml_count(w, "min", 1);
	yaml_count(w, "max", 1);
	yaml_end(w);
	yaml_end(w);
	yaml_map(w, "api");
	yaml_text(w, "endpoint", "/predict");
	yaml_map(w, "input_schema");
	yaml_text(w, "$ref", "/schema");
	yaml_end(w);
	yaml_map(w, "output_schema");
	yaml_text(w, "type", "object");
	yaml_end(w);
	yaml_number(w, "timeout_ms", r->serving->time_limit_ms);
	yaml_number(w, "rate_limit", NAN);
	yaml_end(w);
	yaml_map(w, "reliability");
	yaml_text(w, "health_check", "/health");
	yaml_text(w, "readiness_check", "/ready");
	yaml_truth(w, "graceful_shutdown", true);
	yaml_truth(w, "circuit_breaker", true);
	yaml_text(
	    w, "fallback",
	    "The plan's rule of %zu clauses answers, marked as fallback; %d failures in a row "
	    "open the breaker for %lld seconds.",
	    plan->n_rule, r->serving->breaker_failures,
	    (long long)(r->serving->breaker_pause_ms / 1000));
	yaml_end(w);
	yaml_text(
	    w, "notes",
	    "Simulated traffic. What answers take stands in the records of kind benchmark and "
	    "load_test.");
	yaml_end(w);
}

void registry_serving(const struct registry *r, struct yaml_writer *w)
{
	for (size_t i = 0; i < REGISTRY_VERSIONS; i++)
		if (r->versions[i].stored.model)
			write_serving(r, w, &r->versions[i]);
}

/* -- what is watched -------------------------------------------------------------------------- */

static const struct monitor_rule *rule_of(const struct registry *r, enum monitor_figure figure)
{
	for (size_t i = 0; i < r->n_rules; i++)
		if (r->rules[i].figure == figure)
			return &r->rules[i];
	return NULL;
}

static const char *alert_words(const struct registry *r, const struct monitor_rule *rule)
{
	return arena_printf(
	    r->mem, "%s %s %s over %s, %s in a row%s (%s)", monitor_figure_name(rule->figure),
	    rule->figure == MONITOR_ROC_AUC ? "under" : "over", registry_number(r, rule->limit, 3),
	    registry_days(r, rule->days), registry_days(r, rule->in_a_row),
	    rule->rolls_back ? "; the version is taken back" : "", rule->id);
}

static void write_metric(const struct registry *r, struct yaml_writer *w, const char *name,
			 const char *figure, const struct monitor_rule *rule, const char *without)
{
	yaml_item(w);
	yaml_text(w, "name", "%s", name);
	if (figure)
		yaml_text(w, "figure", "%s", figure);
	yaml_text(w, "alert", "%s", rule ? alert_words(r, rule) : without);
	yaml_end(w);
}

static void write_drift_watch(const struct registry *r, struct yaml_writer *w)
{
	const struct monitor_rule *rule = rule_of(r, MONITOR_FEATURE_PSI);
	const struct feature_list *list = &r->prepared->list;
	const char **names = arena_new(r->mem, const char *, list->n);

	for (size_t i = 0; i < list->n; i++)
		names[i] = list->items[i].name;
	yaml_map(w, "data_drift");
	yaml_text(w, "method", "PSI");
	yaml_texts(w, "features_to_monitor", names, list->n);
	yaml_text(w, "check_frequency", "daily");
	yaml_number(w, "alert_threshold", rule ? rule->limit : 0.2);
	yaml_end(w);
}

static void write_concept_watch(const struct registry *r, struct yaml_writer *w)
{
	const char *const proxies[] = {"share of payments over the threshold", "PSI of the score"};

	yaml_map(w, "concept_drift");
	yaml_text(w, "method", "performance_degradation");
	yaml_text(w, "ground_truth_delay", "%lldd",
		  (long long)(r->prepared->plan->label_delay / SECONDS_A_DAY));
	yaml_texts(w, "proxy_metrics", proxies, 2);
	yaml_text(w, "retraining_trigger",
		  "A version was taken back, and %zu frauds since then are known.",
		  r->operation_plan->min_refit_positives);
	yaml_end(w);
}

void registry_monitoring_config(const struct registry *r, struct yaml_writer *w)
{
	registry_begin(r, w, "monitoring_config", NULL, "monitoring", "What is watched, each day");
	yaml_map(w, "model_performance");
	yaml_list(w, "metrics");
	write_metric(r, w, "primary_metric", "performance.roc_auc", rule_of(r, MONITOR_ROC_AUC),
		     "not watched by a limit: too few labels");
	write_metric(r, w, "calibration", "calibration.ece", rule_of(r, MONITOR_ECE),
		     "not watched by a limit: too few labels");
	write_metric(r, w, "prediction_distribution", NULL, rule_of(r, MONITOR_SCORE_PSI),
		     "KL divergence > 0.1 from training distribution");
	if (rule_of(r, MONITOR_SELECTED))
		write_metric(r, w, "selected_share", NULL, rule_of(r, MONITOR_SELECTED), NULL);
	if (rule_of(r, MONITOR_MISSING))
		write_metric(r, w, "missing_share", NULL, rule_of(r, MONITOR_MISSING), NULL);
	yaml_end(w);
	yaml_map(w, "latency");
	yaml_number(w, "p50_ms", 1);
	yaml_number(w, "p95_ms", r->serving->rollback.latency_p95_over_ms);
	yaml_number(w, "p99_ms", 2 * r->serving->rollback.latency_p95_over_ms);
	yaml_number(w, "alert_threshold_ms", r->serving->time_limit_ms);
	yaml_end(w);
	yaml_map(w, "throughput");
	yaml_number(w, "requests_per_second", 50);
	yaml_number(w, "error_rate_threshold", r->serving->rollback.error_rate_over);
	yaml_end(w);
	yaml_end(w);
	write_drift_watch(r, w);
	write_concept_watch(r, w);
	yaml_text(
	    w, "notes",
	    "Simulated. The limits are those of the policy %s-policy, which the record %s-alerts "
	    "chose by measurement.",
	    r->prepared->plan->id, r->prepared->plan->id);
	yaml_end(w);
}

/* -- retraining ------------------------------------------------------------------------------- */

static void write_entry(struct yaml_writer *w, const char *key, const char *value)
{
	yaml_item(w);
	yaml_text(w, key, "%s", value);
	yaml_end(w);
}

static void write_rollout(const struct registry *r, struct yaml_writer *w)
{
	const struct operation_plan *plan = r->operation_plan;
	const char *steps = "";

	for (size_t i = 0; i < plan->n_canary; i++)
		steps = arena_printf(r->mem, "%s%s%% → ", steps,
				     registry_number(r, plan->canary_percent[i], 0));
	yaml_list(w, "4_deployment");
	write_entry(w, "canary_deployment",
		    arena_printf(r->mem, "%s%%", registry_number(r, plan->canary_percent[0], 0)));
	write_entry(w, "monitor_for", arena_printf(r->mem, "%dd minimum", plan->canary_days[0]));
	write_entry(w, "auto_rollback_if",
		    arena_printf(r->mem, "error_rate > %s, or any alert that rolls back",
				 registry_number(r, r->serving->rollback.error_rate_over, 2)));
	write_entry(w, "gradual_rollout", arena_printf(r->mem, "%s100%%", steps));
	yaml_end(w);
}

void registry_retraining(const struct registry *r, struct yaml_writer *w)
{
	const char *const validation[] = {"check_completeness", "check_distribution_shift",
					  "check_label_quality", "look_for_leaks"};
	const struct refit_result *refit = &r->operation->refit;
	const char *const training[] = {
	    arena_printf(r->mem, "use_latest_%d_months_data",
			 refit->happened ? (refit->rows.to - refit->rows.from) / 30 + 1 : 3),
	    "same_hyperparameters_as_production", "log_all_metrics"};
	const char *const evaluation[] = {
	    "compare_vs_production_model", "must_beat_production_on_primary_metric",
	    "must_not_regress_on_guardrail_metrics", "evaluate_on_golden_test_set"};
	const char *const notification[] = {"log_retraining_event", "notify_team_on_failure",
					    "update_model_registry"};

	registry_begin(r, w, "retraining", NULL, "retraining", "When it is fitted again");
	yaml_list(w, "triggers");
	for (size_t i = 0; i < r->n_rules; i++) {
		const struct monitor_rule *rule = &r->rules[i];
		bool labels = rule->figure == MONITOR_ROC_AUC || rule->figure == MONITOR_ECE;
		if (!rule->rolls_back && !labels)
			continue;
		yaml_item(w);
		yaml_text(w, "type", "%s", labels ? "performance" : "drift");
		yaml_text(w, "condition", "%s", alert_words(r, rule));
		yaml_end(w);
	}
	yaml_end(w);
	yaml_map(w, "pipeline");
	yaml_texts(w, "1_data_validation", validation, 4);
	yaml_texts(w, "2_training", training, 3);
	yaml_texts(w, "3_evaluation", evaluation, 4);
	write_rollout(r, w);
	yaml_texts(w, "5_notification", notification, 3);
	yaml_end(w);
	yaml_text(w, "notes", "Simulated. A fit that does not pass its gate goes nowhere.");
	yaml_end(w);
}
