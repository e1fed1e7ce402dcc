/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serve_metrics.c - GET /metrics */
#include "capstone/serve_metrics.h"
#include "base/number.h"
#include <inttypes.h>
#include <string.h>

#define PREFIX "modelbook_capstone_"

static const char *const paths[METRIC_PATHS] = {"/predict", "/health", "/ready",
						"/metrics", "/schema", "other"};
static const unsigned statuses[METRIC_STATUSES] = {200, 400, 404, 405, 408, 411, 413,
						   415, 421, 422, 500, 501, 503, 0};
static const double limits[METRIC_BUCKETS] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
					      0.025,  0.05,    0.1,    0.25,  0.5,    1,     2.5};

void metrics_count(struct serve_metrics *metrics, const char *path, unsigned status)
{
	size_t p = 0, s = 0;

	while (p < METRIC_PATHS - 1 && strcmp(paths[p], path))
		p++;
	while (s < METRIC_STATUSES - 1 && statuses[s] != status)
		s++;
	atomic_fetch_add(&metrics->answers[p][s], 1);
}

void metrics_time(struct serve_metrics *metrics, double seconds)
{
	size_t b = 0;

	while (b < METRIC_BUCKETS && seconds > limits[b])
		b++;
	atomic_fetch_add(&metrics->buckets[b], 1);
	atomic_fetch_add(&metrics->nanoseconds, (uint64_t)(seconds * 1e9));
}

static void head(struct out *to, const char *name, const char *type, const char *help)
{
	out_printf(to, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

static void single(struct out *to, const char *name, const char *type, const char *help,
		   uint64_t value)
{
	head(to, name, type, help);
	out_printf(to, PREFIX "%s %" PRIu64 "\n", name, value);
}

/* A label's value: backslash, quote and line feed are escaped. */
static void put_label(struct out *to, const char *text)
{
	out_putc(to, '"');
	for (; *text; text++) {
		if (*text == '\n') {
			out_puts(to, "\\n");
			continue;
		}
		if (*text == '\\' || *text == '"')
			out_putc(to, '\\');
		out_putc(to, *text);
	}
	out_putc(to, '"');
}

static void write_answers(struct serve_metrics *metrics, struct out *to)
{
	head(to, "http_answers_total", "counter", "Answers by path and status.");
	for (size_t p = 0; p < METRIC_PATHS; p++)
		for (size_t s = 0; s < METRIC_STATUSES; s++) {
			uint64_t n = atomic_load(&metrics->answers[p][s]);
			if (n)
				out_printf(to,
					   PREFIX "http_answers_total{path=\"%s\",status=\"%u\"} "
						  "%" PRIu64 "\n",
					   paths[p], statuses[s], n);
		}
}

static void write_times(struct serve_metrics *metrics, struct out *to)
{
	char number[NUMBER_TEXT_MAX];
	uint64_t n = 0;

	head(to, "predict_seconds", "histogram",
	     "Time from the head of a prediction's request to its answer.");
	for (size_t b = 0; b < METRIC_BUCKETS; b++) {
		n += atomic_load(&metrics->buckets[b]);
		out_printf(to, PREFIX "predict_seconds_bucket{le=\"%s\"} %" PRIu64 "\n",
			   number_shortest(number, limits[b]), n);
	}
	n += atomic_load(&metrics->buckets[METRIC_BUCKETS]);
	out_printf(to, PREFIX "predict_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n", n);
	out_printf(to, PREFIX "predict_seconds_sum %s\n",
		   number_shortest(number, (double)atomic_load(&metrics->nanoseconds) / 1e9));
	out_printf(to, PREFIX "predict_seconds_count %" PRIu64 "\n", n);
}

static void write_fallbacks(const struct scorer_counts *counts, struct out *to)
{
	const struct {
		const char *why;
		uint64_t n;
	} rows[] = {{"breaker open", counts->fallbacks_breaker},
		    {"no model", counts->fallbacks_no_model},
		    {"no number", counts->fallbacks_no_number},
		    {"time", counts->fallbacks_time}};

	head(to, "fallbacks_total", "counter", "Predictions that the rule answered, by reason.");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		out_printf(to, PREFIX "fallbacks_total{why=\"%s\"} %" PRIu64 "\n", rows[i].why,
			   rows[i].n);
}

static void write_roles(const char *model, const struct scorer_counts *counts, struct out *to)
{
	const struct {
		const char *role, *version;
	} rows[] = {{"production", counts->production},
		    {"previous", counts->previous},
		    {"canary", counts->canary_version},
		    {"shadow", counts->shadow_version}};
	char number[NUMBER_TEXT_MAX];

	head(to, "version_info", "gauge", "Version of each role, always 1.");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!rows[i].version)
			continue;
		out_puts(to, PREFIX "version_info{model=");
		put_label(to, model);
		out_printf(to, ",role=\"%s\",version=", rows[i].role);
		put_label(to, rows[i].version);
		out_puts(to, "} 1\n");
	}
	head(to, "canary_share", "gauge", "Share of the entities that the canary answers.");
	out_printf(to, PREFIX "canary_share %s\n",
		   number_shortest(number, counts->canary_percent / 100));
}

static void write_scorer(const char *model, const struct scorer_counts *counts, struct out *to)
{
	single(to, "predictions_total", "counter", "Predictions answered and logged.",
	       counts->requests);
	single(to, "positive_total", "counter", "Predictions decided positive.", counts->positives);
	single(to, "canary_total", "counter", "Predictions of the canary.", counts->canary);
	single(to, "shadow_total", "counter", "Predictions that the shadow scored too.",
	       counts->shadow);
	write_fallbacks(counts, to);
	single(to, "breaker_open", "gauge", "1 while production's breaker is open.",
	       counts->breaker_open);
	single(to, "breaker_openings_total", "counter", "Times that a breaker opened.",
	       counts->breaker_openings);
	single(to, "rollbacks_total", "counter", "Versions taken back by the written criteria.",
	       counts->rollbacks);
	single(to, "log_lines_total", "counter", "Lines added to the prediction log.",
	       counts->log_lines);
	single(to, "log_failures_total", "counter",
	       "Requests refused because the log could not be written.", counts->log_failures);
	single(to, "log_lines_cut_total", "counter",
	       "Cut-off last lines of the log that were cut back at start.", counts->lines_cut);
	single(to, "deployments_total", "counter", "Changes of deployment.yaml put in force.",
	       counts->deployments);
	single(to, "deployment_errors_total", "counter",
	       "Changes of deployment.yaml with something that could not be used.",
	       counts->deployment_errors);
	single(to, "entities", "gauge", "Entities whose history is known.", counts->entities);
	write_roles(model, counts, to);
}

static uint64_t positive(int64_t n)
{
	return n > 0 ? (uint64_t)n : 0;
}

void metrics_write(struct serve_metrics *metrics, const char *model,
		   const struct scorer_counts *counts, bool ready, struct out *to)
{
	char number[NUMBER_TEXT_MAX];

	write_answers(metrics, to);
	write_times(metrics, to);
	single(to, "connections_total", "counter", "Connections opened.",
	       atomic_load(&metrics->connections));
	single(to, "slow_connections_closed_total", "counter",
	       "Connections closed because a request took too long to arrive.",
	       atomic_load(&metrics->slow_closed));
	single(to, "connections", "gauge", "Connections open now.",
	       positive(atomic_load(&metrics->open)));
	single(to, "requests_in_flight", "gauge", "Requests being answered now.",
	       positive(atomic_load(&metrics->in_flight)));
	single(to, "ready", "gauge", "1 once the models are loaded and warm.", ready);
	head(to, "start_time_seconds", "gauge", "Start of the server, seconds since 1970.");
	out_printf(to, PREFIX "start_time_seconds %s\n",
		   number_shortest(number, (double)metrics->started_ms / 1000));
	if (counts)
		write_scorer(model, counts, to);
}
