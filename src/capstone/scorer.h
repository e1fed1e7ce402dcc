/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/scorer.h - what answers a request, without HTTP: routing, breaker, fallback, log
 *
 * A request goes to the production version or, for a share of the entities by stable hash, to the
 * canary; a shadow version scores it too and only writes the log. Where a model fails (no number,
 * over its time, or not there) the rule answers, marked as fallback; `failures` in a row open the
 * breaker for `pause` seconds, during which only the rule answers; then one request tries again.
 * The line of the log is written before the answer is given. */
#ifndef CAPSTONE_SCORER_H
#define CAPSTONE_SCORER_H

#include "capstone/model.h"

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
const struct deployment *deployment_read(struct arena *mem, struct source *source,
					 struct diag_sink *diags);
void deployment_write(const struct deployment *deployment, struct out *to);

struct scorer;
struct scorer_options {
	const struct plan *plan;
	const char *dir;      /* deployment.yaml, VERSION.model.json, predictions.csv */
	int breaker_failures; /* in a row */
	int64_t breaker_pause_ms;
	double time_limit_ms; /* of a model */
	int64_t (*clock_ms)(
	    void *ctx); /* NULL: the machine's; simulations and tests bring their own */
	void *clock_ctx;
	/* Tests and drills: makes the model of this version fail when true. */
	bool (*fails)(void *ctx, const char *version);
	void *fails_ctx;
};
/* NULL with findings; a log whose last line is cut off (a crash) is cut back to its last whole
 * line. */
struct scorer *scorer_open(const struct scorer_options *options, struct diag_sink *diags);
void scorer_close(struct scorer *scorer);

struct answer {
	char id[33];         /* of the line in the log */
	const char *version; /* "rule" for the fallback */
	double score;
	bool positive, fallback;
	const char *why; /* of a fallback: "breaker open", "no model", "time", "no number" */
	double latency_ms;
};
/* Scores one event that event_check() took. False where the log could not be written: then there is
 * no answer. Safe from several threads. */
bool scorer_answer(struct scorer *scorer, const char *entity, int64_t time, const double *values,
		   struct answer *answer);

struct scorer_counts {
	uint64_t requests, positives, fallbacks, shadow, canary, breaker_openings, rollbacks;
	bool breaker_open;
	const char *production, *canary_version;
};
void scorer_counts(struct scorer *scorer, struct scorer_counts *counts);
/* Back to `previous`, at once: no request that begins after it sees the version taken back. False
 * with a finding where there is no previous one. `why` goes into rollbacks.csv with the moment. */
bool scorer_rollback(const char *dir, const char *why, struct diag_sink *diags);
#endif
