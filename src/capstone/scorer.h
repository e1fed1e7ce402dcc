/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/scorer.h - what answers a request, without HTTP: routing, breaker, fallback, log
 *
 * A request goes to the production version or, for a share of the entities (of the events, where
 * the plan has no entity) by stable hash, to the canary; a shadow version scores it too and only
 * writes the log. Where a model fails (no number, over its time, or not there) the rule answers,
 * marked as fallback; `failures` in a row open the breaker for `pause` seconds, during which only
 * the rule answers; then one request tries again. The line of the log is written before the answer
 * is given. A version that breaks the written criteria is taken back within the request that shows
 * it. */
#ifndef CAPSTONE_SCORER_H
#define CAPSTONE_SCORER_H

#include "capstone/model.h"
#include "capstone/serving_plan.h"

/* deployment.yaml: written by `deploy` and `rollback`, whole and at once; read again when it
 * changed, before the next request is answered. */
struct deployment {
	const char *production, *previous; /* versions; NULL: none (the rule answers) */
	const char *canary;
	double canary_percent;
	const char *shadow;
	const char *digests[8], *versions[8]; /* SHA-256 of each model file that may be loaded */
	size_t n_versions;
};
/* NULL with findings: unknown keys, a role without a digest, roles that exclude each other. */
const struct deployment *deployment_read(struct arena *mem, struct source *source,
					 struct diag_sink *diags);
void deployment_write(const struct deployment *deployment, struct out *to);

struct scorer;
struct scorer_options {
	const struct plan *plan;
	const char *dir;      /* deployment.yaml, VERSION.model.json, predictions.csv */
	int breaker_failures; /* in a row; 0: never opens */
	int64_t breaker_pause_ms;
	double time_limit_ms;                  /* of a model; 0: none */
	double rule_threshold;                 /* score from which the rule decides positive */
	size_t max_entities;                   /* whose history is kept; 0: no bound */
	const struct rollback_rules *rollback; /* NULL: nothing is taken back by itself */
	bool sync;                             /* each line reaches the disk before its answer */
	/* What was known before the log's first line, with its labels; NULL: the log alone. Lines
	 * of the log that are not later are taken to stand in it. */
	const struct events *history;
	/* Milliseconds since 1970. NULL: the machine's; simulations and tests bring their own. */
	int64_t (*clock_ms)(void *ctx);
	void *clock_ctx;
	/* Tests and drills: makes the model of this version fail when true. */
	bool (*fails)(void *ctx, const char *version);
	void *fails_ctx;
	/* What happens beside the answers: a version taken back, a deployment that cannot be used.
	 * NULL: standard error. */
	void (*say)(void *ctx, const char *message);
	void *say_ctx;
};
/* NULL with findings. What is known of the entities is made from `history` and the log. A log whose
 * last line is cut off (a crash) is cut back to its last whole line. A version that cannot be
 * loaded is a finding, too, and the rule stands in for it. */
struct scorer *scorer_open(const struct scorer_options *options, struct diag_sink *diags);
void scorer_close(struct scorer *scorer);

enum answer_role { ANSWER_PRODUCTION, ANSWER_CANARY };
struct answer {
	char id[33];         /* of the line in the log */
	const char *version; /* "rule" for the fallback; lives as long as the scorer */
	enum answer_role role;
	double score; /* as logged: 6 decimals, of which the decision is made */
	bool positive, fallback;
	const char *why; /* of a fallback: "breaker open", "no model", "time", "no number" */
	double latency_ms;
};
/* Scores one event that event_check() took. False where the log could not be written: then there is
 * no answer, and the event did not happen. Safe from several threads. Events of one entity follow
 * one another; an event that is earlier than the latest known is scored as of that. */
bool scorer_answer(struct scorer *scorer, const char *entity, int64_t time, const double *values,
		   struct answer *answer);
/* Production is loaded and has scored a row, or none is named. */
bool scorer_ready(struct scorer *scorer);

/* The deployment in force has one version for each role, NULL for none. */
struct scorer_counts {
	uint64_t requests, positives, fallbacks, shadow, canary, breaker_openings, rollbacks;
	uint64_t fallbacks_breaker, fallbacks_no_model, fallbacks_time, fallbacks_no_number;
	uint64_t log_failures, log_lines, lines_cut, deployments, deployment_errors;
	uint64_t entities;
	bool breaker_open;
	const char *production, *canary_version, *shadow_version, *previous;
	double canary_percent;
};
void scorer_counts(struct scorer *scorer, struct scorer_counts *counts);
/* The share of an entity on a line from 0 to 1: below canary_percent / 100 it is the canary's. */
double scorer_place(const char *canary, const char *entity);
#endif
