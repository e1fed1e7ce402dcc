/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/serving_plan.h - what a plan says about serving: limits, breaker, when to roll back
 *
 * The key `serving:` of the plan's file; each key of it may be left out and has a default. */
#ifndef CAPSTONE_SERVING_PLAN_H
#define CAPSTONE_SERVING_PLAN_H

#include "capstone/plan.h"

/* When the version in canary or in production is taken back without a person, judged after each
 * answer over its last requests. Zero switches a criterion off. */
struct rollback_rules {
	size_t last;              /* requests that a version is judged by, at most 100,000 */
	size_t at_least;          /* of them, before it is judged at all */
	double error_rate_over;   /* share of requests for which the model gave no answer, 0 to 1 */
	double error_rate_times;  /* times that of the version compared with … */
	size_t errors_at_least;   /* … and not before so many errors */
	double latency_p95_times; /* times that of the version compared with … */
	double latency_p95_over_ms; /* … and over this */
};

struct serving_plan {
	double rule_threshold; /* score from which the fallback rule decides positive */
	double time_limit_ms;  /* of a model for one score */
	int breaker_failures;  /* in a row */
	int64_t breaker_pause_ms;
	size_t body_bytes;
	unsigned connections, connections_per_client;
	unsigned idle_seconds, request_seconds; /* a client that is silent; one that is slow */
	double load_seconds; /* that loading a model may take: promised, not enforced */
	size_t entities;     /* whose history is kept; those beyond are scored without */
	struct rollback_rules rollback;
};
struct serving_plan serving_defaults(void);
/* False after findings. A plan without `serving:` has the defaults. */
bool serving_plan_read(struct arena *mem, struct source *plan_file, struct serving_plan *serving,
		       struct diag_sink *diags);
#endif
